"""How long things of sign-in last, how often they may be tried, and what a program may be allowed."""

import re
import unicodedata
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from participation.core.permissions import Permission
from participation.core.wording import TextShape, searchable

CHALLENGE_LIFETIME: Final = timedelta(minutes=10)
"""A link or code in a mail; long enough to change rooms, too short to be found in an old mailbox."""

ACCOUNT_SESSION: Final = timedelta(days=14)
OFFICIAL_SESSION: Final = timedelta(hours=12)
"""Whoever holds a role can close rounds from an open browser, so it is signed in for a working day only."""

STEP_UP: Final = timedelta(minutes=10)
"""How long ago a second factor may have been shown for closing, concluding, exporting and giving roles."""

CODE_SESSION: Final = timedelta(hours=12)
"""A code is typed into borrowed devices; the workshop's day is long enough."""

ATTEMPT_WINDOW: Final = timedelta(hours=1)
FORGET_AFTER: Final = timedelta(hours=2)
"""How stale the oldest row is when the broom comes: it comes for many at once, about every hour."""

MAILS_PER_ADDRESS: Final = 5
MAILS_IN_ALL: Final = 3_000
"""Of one window: what a large city's busiest hour needs, and no more than its mail server can bear."""

CODE_FAILURES: Final = 5
"""Wrong typed codes until the challenges of a browser are dead: 40 bits against five guesses."""

LINK_CHARACTERS: Final = 26
CODE_CHARACTERS: Final = 8

TOKEN_LIFETIME: Final = timedelta(days=366)
TOKEN_PREFIX: Final = "participation_"  # noqa: S105 - lets scanners of published code find a lost token
TOKEN_SCOPES: Final = frozenset(Permission) - {
    Permission.ACCOUNT_SELF,
    Permission.MAIL_READ,
    Permission.SIGN_IN,
    Permission.TOKEN_MANAGE,
}
"""What a program can be allowed. It never makes further tokens and never acts on the account that it borrows."""

DISPLAY_NAME: Final = TextShape("display_name", 120, one_line=True, required=False)
TOKEN_NAME: Final = TextShape("name", 120, one_line=True)
ROLE_LABEL: Final = TextShape("role_label", 120, one_line=True, required=False)
DELEGATE_NAME: Final = TextShape("display_name", 120, one_line=True)
DESCRIPTION: Final = TextShape("description", 2_000)

CODE_SHAPE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,15}")
"""Of organisations and departments: short, because it stands in tables and addresses."""

WAITING_PER_ACCOUNT: Final = 3
DAILY_PER_ACCOUNT: Final = 6
"""Registrations of organisations by one person, at once and within a day: more than anybody needs."""

WAITING_PER_PROCESS: Final = 200
"""Above what a city's associations can ever send together; beyond it the office decides first."""

WAITING_DELEGATES: Final = 5
DAILY_DELEGATES: Final = 10
"""Further delegates that an organisation proposes, at once and within a day."""

DECIDED_KEPT: Final = timedelta(days=180)
"""How long it stays readable what was asked for and what the office said; then it is deleted."""

_SMALLEST_PARTS: Final = frozenset(
    {"e", "v", "ev", "gmbh", "ggmbh", "ug", "und", "and", "ve", "der", "die", "das", "the"}
)
_LONGEST_CODE: Final = 16
_INITIALS: Final = 6
_FIRST_LETTERS: Final = 8


def code_from_name(name: str, taken: Collection[str]) -> str:
    """Return a short code for an organisation: its initials, or the beginning of its one word, numbered if taken.

    A name without a letter that a code can have, such as an Arabic one, becomes ORG.
    """
    folded = "".join(
        character if character.isascii() else " " if not unicodedata.category(character).startswith("L") else ""
        for character in searchable(name.replace("ß", "ss"))
    )
    words = [word for word in re.findall(r"[a-z0-9]+", folded) if word not in _SMALLEST_PARTS]
    stem = "".join(word[0] for word in words[:_INITIALS]) if len(words) > 1 else "".join(words)[:_FIRST_LETTERS]
    stem = stem.upper() or "ORG"
    known = {code.upper() for code in taken}
    code, number = stem, 1
    while code in known:
        number += 1
        code = f"{stem[: _LONGEST_CODE - len(str(number))]}{number}"
    return code
