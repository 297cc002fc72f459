"""Documents as DOCX: the words of a document in our template, or in one of an office's own.

Its engine takes 10 MB, so whoever only may need it, such as a server's views, loads it when it is asked for.
"""

from pathlib import Path
from typing import Final

DEFAULT_TEMPLATE: Final = Path(__file__).resolve().parent / "default.docx"
MAX_BYTES: Final = 4 * 1024 * 1024
"""The largest template of an office's own."""
