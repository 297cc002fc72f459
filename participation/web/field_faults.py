"""What is wrong with a field of the API, in the reader's language.

The libraries that read requests speak English. Their sentences are known by their shapes; one that is not known here,
from a later version of theirs, is passed on as it is.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _

Found = re.Match[str]

_WORDS: Final[Mapping[str, Callable[[Found], str]]] = {
    r"Missing data for required field\.": lambda _found: _("This field is missing."),
    r"Field may not be null\.": lambda _found: _("This field cannot be null."),
    r"Unknown field\.": lambda _found: _("There is no such field here."),
    r"Invalid input type\.|Invalid type\.|Not a valid mapping type\.": lambda _found: _("This must be an object."),
    r"Not a valid list\.": lambda _found: _("This must be a list."),
    r"Not a valid (?:utf-8 )?string\.": lambda _found: _("This must be text."),
    r"Not a valid (?:integer|number)\.|Number too large\.": lambda _found: _("This must be a whole number."),
    r"Not a valid boolean\.": lambda _found: _("This must be true or false."),
    r"Not a valid date\.": lambda _found: _("This must be a day, such as 2026-12-12."),
    r"Not a valid (?:aware |naive )?datetime\.": lambda _found: _(
        "This must be a moment with its time zone, such as 2026-12-12T18:00:00Z."
    ),
    r"Not a valid email address\.": lambda _found: _("This is not an e-mail address."),
    r"Must be one of: (.+)\.": lambda found: _("This must be one of: %(choices)s.", choices=found[1]),
    r"Shorter than minimum length (\d+)\.": lambda found: _("The length must be at least %(least)s.", least=found[1]),
    r"Longer than maximum length (\d+)\.": lambda found: _("The length can be at most %(most)s.", most=found[1]),
    r"Length must be between (\d+) and (\d+)\.": lambda found: _(
        "The length must be from %(least)s to %(most)s.", least=found[1], most=found[2]
    ),
    r"Length must be (\d+)\.": lambda found: _("The length must be %(length)s.", length=found[1]),
    r"Must be greater than or equal to (-?\d+)\.": lambda found: _("This must be at least %(least)s.", least=found[1]),
    r"Must be less than or equal to (-?\d+)\.": lambda found: _("This can be at most %(most)s.", most=found[1]),
    r"Must be greater than or equal to (-?\d+) and less than or equal to (-?\d+)\.": lambda found: _(
        "This must be from %(least)s to %(most)s.", least=found[1], most=found[2]
    ),
    r"String does not match expected pattern\.|Invalid value\.|Invalid input\.": lambda _found: _(
        "This is not written as it has to be."
    ),
    r"Invalid JSON body\.": lambda _found: _("The body is not JSON."),
}
_SHAPES: Final = tuple((re.compile(shape, re.DOTALL), words) for shape, words in _WORDS.items())


def words_for_fault(sentence: str) -> str | None:
    """Return a library's sentence about a field in the reader's language; None if it is not known here."""
    return next((words(found) for shape, words in _SHAPES if (found := shape.fullmatch(sentence))), None)
