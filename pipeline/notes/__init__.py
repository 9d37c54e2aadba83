"""Notes to editors: what they say about their item - embargo, hold, kill, correction, not for publication.

passages   what the reader is given and what it reports        reader   the one reader
"""

from pipeline.notes.passages import Addressee, Notice, Passage
from pipeline.notes.reader import read_notes

__all__ = ["Addressee", "Notice", "Passage", "read_notes"]
