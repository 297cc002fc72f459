"""Words for the refusals of this room."""

from collections.abc import Mapping
from typing import Final

from participation.papers.messages import concept, papers
from participation.papers.messages.papers import fault_in_words
from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {**concept.WORDS, **papers.WORDS}

__all__ = ["WORDS", "fault_in_words"]
