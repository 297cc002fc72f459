"""What a room stores about a person, declared where its tables are, so that it can be shown and nothing is forgotten.

A room lists its holdings in stored.py; privacy puts the lists together. A holding is a selection and not a function:
a test reads from it about which columns it asks, and fails for a column that leads to a person and is in none.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Select, String, bindparam
from sqlalchemy.orm import Session

ACCOUNT: Final = "account_id"
"""The parameter of a holding's selection: whose it is."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is stored about people: its name, and the selection of one person's.

    The columns of the selection are what the person is shown. No secrets and no fingerprints of secrets are among
    them, and never what somebody voted.
    """

    name: str
    statement: Select[*tuple[Any, ...]]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return what is shown of each."""
        return tuple(self.statement.selected_columns.keys())

    def of(self, session: Session, account_id: str) -> list[Row]:
        """Return what is stored about the person with an account."""
        return [dict(row) for row in session.execute(self.statement, {ACCOUNT: account_id}).mappings()]


def the_person() -> BindParameter[str]:
    """Return what a holding's selection compares the column with that says whose it is."""
    return bindparam(ACCOUNT, type_=String)
