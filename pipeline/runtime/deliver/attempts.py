"""What may become of an attempt instead of an answer."""

from __future__ import annotations

from pipeline.items import Trouble


class AttemptFailed(Exception):
    """There is no answer, or none that counts."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble
