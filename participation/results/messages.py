"""Words for the refusals of results."""

from collections.abc import Mapping
from typing import Final

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {}
