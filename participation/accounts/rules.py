"""How long things of sign-in last, how often they may be tried, and what a program may be allowed."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

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
"""Of one window: to one address, asked for from one network where networks can be told apart, and otherwise in all."""
MAILS_FROM_ANYWHERE: Final = 20
"""To one address where networks can be told apart: those who keep asking for somebody else shut that person out from
several networks only."""
MAILS_PER_SENDER: Final = 300
"""Asked for from one network: a workshop of 120 people who each ask twice, and not everything that is sent in all."""
MAILS_IN_ALL: Final = 3_000
"""Of one window: what a large city's busiest hour needs, and no more than its mail server can bear."""

INVITATIONS_PER_ADDRESS: Final = 5
INVITATIONS_PER_SENDER: Final = 300
"""Of one window: an office may invite everybody of an administration on one morning, and nobody writes to one person
without end."""

CODE_FAILURES: Final = 5
"""Wrong typed codes until the challenges of a browser are dead: 40 bits against five guesses."""

PASSWORD_TRIES: Final = 10
"""Wrong passwords of one address within an hour, and"""
FACTOR_TRIES: Final = 5
"""wrong codes of a second factor of one account: six digits, of which three pairs hold at a time."""
RECOVERY_TRIES: Final = 30
"""Wrong recovery codes of one account within an hour; a right one is taken all the same."""
LASTING_FAILURES: Final = 100
"""In a row, however slowly: then the password or app opens nothing any more (NIST SP 800-63B-4, 3.2.2)."""

PASSWORD_ALONE: Final = 15
PASSWORD_WITH_FACTOR: Final = 8
"""Characters that a password needs without and with a second factor (NIST SP 800-63B-4, 3.1.1.2)."""
PASSWORD_BYTES: Final = 1_024
"""Longer ones are refused: nothing that somebody typed is cut off silently."""
GUESSES_ALONE: Final = 10**8
GUESSES_WITH_FACTOR: Final = 10**6
"""What lists of common passwords and words, rows of keys, dates and repetitions must not get to sooner."""

RECOVERY_CODES: Final = 10
RECOVERY_CHARACTERS: Final = 10
APP_STEP_SECONDS: Final = 30
APP_WINDOW: Final = 1
"""Half minutes before and after the present one whose code is taken: clocks differ, and people type."""
FACTORS: Final = 10
"""That one account can have."""

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
FACTOR_NAME: Final = TextShape("name", 60, one_line=True)
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


_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site as authenticators know it: its host name, its origin, and what it is called."""

    id: str
    origin: str
    name: str


def relying_party(base_url: str, name: str) -> RelyingParty | None:
    """Return the site as authenticators know it; None where browsers have no passkeys.

    They want a name, not a number, and TLS, except on the machine itself (WebAuthn, 5.1.2 and 13.4.9).
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        is_safe = parts.scheme == "https" or host == "localhost"
        usual = parts.port in {None, _PORTS.get(parts.scheme)}
        origin = f"{parts.scheme}://{host}" + ("" if usual else f":{parts.port}")
        return RelyingParty(host, origin, name) if host and is_safe else None
    return None
