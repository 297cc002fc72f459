"""Words for the refusals of rounds."""

from collections.abc import Mapping
from typing import Final

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {}
