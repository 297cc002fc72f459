"""Words for the refusals of this room."""

from collections.abc import Mapping
from typing import Final

from participation.papers.messages import concept
from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {**concept.WORDS}
