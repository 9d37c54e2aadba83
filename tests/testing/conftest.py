"""The example is imported by its bare name, as its own tests do."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "example"))
