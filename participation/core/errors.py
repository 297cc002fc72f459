"""Refusals with a code and facts; the web gives them words in the reader's language."""

from collections.abc import Mapping
from typing import ClassVar


class DomainError(Exception):
    """Something was asked that is refused, and nothing was written.

    `code` is snake_case and stable (part of the API). `facts` are plain values that the words need.
    `field` names the input at fault where there is one.
    """

    status: ClassVar[int] = 422

    def __init__(self, code: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts: Mapping[str, object] = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"


class Invalid(DomainError):
    """The input does not say anything that could be done."""


class InvalidBallot(Invalid):
    """The ballot is not one that this round accepts; it is never repaired."""


class Faults(Invalid):
    """Several inputs are at fault at once, such as cells of an import; nothing was written."""

    def __init__(self, code: str, faults: list[DomainError]) -> None:
        super().__init__(code, count=len(faults))
        self.faults = faults

    @classmethod
    def refuse(cls, faults: list[DomainError]) -> None:
        """Do nothing if there is no fault; raise the one there is, or all of them as `several_faults`."""
        if len(faults) == 1:
            raise faults[0]
        if faults:
            raise cls("several_faults", faults)


class NotFound(DomainError):
    """There is no such thing, or the asker may not know of it."""

    status = 404


class Forbidden(DomainError):
    """The actor may not do this."""

    status = 403


class SignInNeeded(Forbidden):
    """Somebody has to say who they are before this can be decided."""

    status = 401


class SecondFactorNeeded(Forbidden):
    """Who it is has been said, but not shown well enough: a second factor has to follow."""


class StepUpNeeded(SecondFactorNeeded):
    """The second factor was shown too long ago for so grave an act."""


class Conflict(DomainError):
    """The thing is in a state that does not allow this now."""

    status = 409


class TooManyAttempts(DomainError):
    """A throttle holds; `retry_after` seconds are among the facts."""

    status = 429


class Unavailable(DomainError):
    """The store cannot take it now, and it may be tried again.

    Nothing was saved, unless the code says that this is in doubt.
    """

    status = 503
