"""A line of an ABIF file, read from left to right without looking back, so that time grows with its length."""

import re
from dataclasses import dataclass
from typing import Final

from participation.tally.formats.lines import BLANKS, LONGEST_CODE, Place

_BARE: Final = re.compile(r"[\w.'-]+")
"""Letters and digits of any script, and few signs: another separator is no part of a token."""

_DIGITS: Final = re.compile(r"[^\s>=,/#]*")
_CLOSING: Final = {"[": "]", '"': '"'}


@dataclass(slots=True)
class Tokens:
    """A line and how far it was read."""

    text: str
    place: Place
    """Of the line's first character."""
    at: int = 0

    @staticmethod
    def is_bare(token: str) -> bool:
        """Whether a token needs neither brackets nor quotation marks."""
        return _BARE.fullmatch(token) is not None

    def here(self) -> Place:
        """The place of what comes next."""
        self._blanks()
        return self.place.right(self.at)

    def done(self) -> bool:
        """Whether nothing but a comment is left."""
        self._blanks()
        return self.at >= len(self.text) or self.text[self.at] == "#"

    def end(self) -> None:
        """Nothing but a comment may be left."""
        if not self.done():
            self.here().refuse("unexpected_text", text=self.text[self.at : self.at + LONGEST_CODE])

    def until(self, sign: str) -> str:
        """What stands before the next such sign."""
        end = self.text.find(sign, self.at)
        if end < 0:
            self.here().refuse("missing_sign", needs=sign)
        text, self.at = self.text[self.at : end], end
        return text

    def expect(self, sign: str) -> None:
        """Such a sign has to come next."""
        if not self.skip(sign):
            self.here().refuse("missing_sign", needs=sign)

    def skip(self, sign: str) -> bool:
        """Go past such a sign if it comes next."""
        self._blanks()
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def sign(self, signs: str) -> str:
        """One of several signs that has to come next."""
        here = self.here()
        if self.text[self.at] not in signs:
            here.refuse("unexpected_text", text=self.text[self.at : self.at + LONGEST_CODE], needs=list(signs))
        self.at += 1
        return self.text[self.at - 1]

    def digits(self) -> str:
        """What a number may be written with, up to the next sign."""
        self._blanks()
        found = _DIGITS.match(self.text, self.at)
        text = found[0] if found else ""
        self.at += len(text)
        return text

    def token(self) -> str:
        """An option: bare, in brackets or in quotation marks."""
        here = self.here()
        opening = self.text[self.at : self.at + 1]
        token = self._enclosed(opening) if opening in _CLOSING else self._bare()
        if not token or not token.isprintable() or token != token.strip(BLANKS):
            here.refuse("missing_value" if not token else "id_not_printable", what="option")
        if len(token) > LONGEST_CODE:
            here.refuse("id_too_long", what="option", limit=LONGEST_CODE)
        return token

    def name(self) -> str:
        """What an option is called: in brackets, or all that is left up to a comment."""
        self._blanks()
        if self.text[self.at : self.at + 1] in _CLOSING:
            return self._enclosed(self.text[self.at])
        here = self.here()
        name = self.text[self.at :].partition("#")[0]
        if any(sign in name for sign in '[]"'):
            here.refuse("unexpected_text", text=name[:LONGEST_CODE])
        self.at += len(name)
        return name.strip(BLANKS)

    def _enclosed(self, opening: str) -> str:
        here = self.here()
        end = self.text.find(_CLOSING[opening], self.at + 1)
        if end < 0:
            here.refuse("missing_sign", needs=_CLOSING[opening])
        text, self.at = self.text[self.at + 1 : end], end + 1
        return text

    def _bare(self) -> str:
        found = _BARE.match(self.text, self.at)
        text = found[0] if found else ""
        self.at += len(text)
        return text

    def _blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in BLANKS:
            self.at += 1
