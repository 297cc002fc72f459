"""Who acts: nobody in particular, an account, the bearer of a participation code, or the program itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ActorKind(StrEnum):
    """How somebody is known."""

    ANONYMOUS = "anonymous"
    ACCOUNT = "account"
    CODE = "code"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in one process, or in every process when `process_id` is None."""

    role: str
    process_id: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """An acting person as services see them; `id` is opaque and is what the audit log keeps.

    `scopes` limits an API token to named permissions; None means no limit beyond the roles. `lacks_second_factor` says
    that there are rights which this session does not have before a second factor is shown in it; `grants` leaves them
    out. `needs_step_up` says that the second factor was shown too long ago for the gravest acts.
    """

    kind: ActorKind
    id: str
    display_name: str = ""
    grants: frozenset[Grant] = frozenset()
    scopes: frozenset[str] | None = None
    lacks_second_factor: bool = False
    needs_step_up: bool = False

    @property
    def is_anonymous(self) -> bool:
        """Nobody said who they are."""
        return self.kind is ActorKind.ANONYMOUS

    @property
    def is_account(self) -> bool:
        """Somebody with an account."""
        return self.kind is ActorKind.ACCOUNT

    @property
    def is_code(self) -> bool:
        """The bearer of a participation code."""
        return self.kind is ActorKind.CODE

    @property
    def is_system(self) -> bool:
        """The program itself: command line, scheduled work, imports."""
        return self.kind is ActorKind.SYSTEM


ERASED: Final = "erased"
"""What stands as the author's id where the person was erased; it is nobody's."""

ANONYMOUS: Final = Actor(ActorKind.ANONYMOUS, "")
WAITING: Final = Actor(ActorKind.ANONYMOUS, "", lacks_second_factor=True)
"""Somebody who said who they are and has still to show their second factor: until then nobody in particular."""
SYSTEM: Final = Actor(ActorKind.SYSTEM, "system", "Participation")
