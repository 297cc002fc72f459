"""Ballot sheets of the example: printed, some handed in, some typed in by one of two people, one by both differently.

None of them is cast: the example's ballots are generated, and no page may take one for a person's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.ballots.paper.rules import Typed
from participation.ballots.paper.services import enter_sheet, issue_sheets, print_sheets, receive_sheets
from participation.core.actor import SYSTEM
from participation.exchange.cast import official

ROUND: Final = "p3-online"
SHEETS: Final = 12
HANDED_IN: Final = 5
LABEL: Final = "Begleitete Termine"
TYPED: Final[Mapping[int, Mapping[str, Sequence[str]]]] = {
    2: {"Silke": ["3", "12", "7"]},
    3: {"Silke": ["21", "4", "9"], "Farid": ["21", "9", "4"]},
    4: {"Farid": ["1", "2"]},
}
"""What people have typed in, by the number of the sheet and their given names."""


def enter_sheets(session: Session, secret: str, keys: KeyStore, *, now: datetime) -> None:
    """Make the sheets of one round, hand some in, and let people begin to type them in."""
    batch = issue_sheets(session, ROUND, SHEETS, LABEL, secret, actor=SYSTEM, now=now).number
    sheets = print_sheets(session, ROUND, batch, secret, actor=SYSTEM, now=now)
    receive_sheets(session, ROUND, [sheet.mark for sheet in sheets[:HANDED_IN]], actor=SYSTEM, now=now)
    for number, people in TYPED.items():
        for name, numbers in people.items():
            typist = official(session, name)
            enter_sheet(session, ROUND, batch, number, Typed(numbers=numbers), actor=typist, now=now, keys=keys)
