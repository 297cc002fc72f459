"""Two people conclude a round: one requests it, another one confirms.

Where there are many ballots, the confirmation is an event of its own and the count goes on after it; else confirmation,
count and conclusion are one.
"""

from collections.abc import Iterable
from typing import Final

from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden
from participation.rounds.rules import RoundAction, Step

CONFIRMATION_FACT: Final = "confirmation"
"""Name of the fact by which a conclusion after a count in the background names the second person's confirmation."""


def confirmation_of(request: Step | None, steps: Iterable[Step]) -> Step | None:
    """Return the second person's confirmation of a request whose ballots are being counted, None if it waits."""
    if request is None:
        return None
    confirmed = [step for step in steps if step.action is RoundAction.CONFIRM_CONCLUSION and step.answers == request.id]
    return confirmed[0] if confirmed else None


def check_person(actor: Actor) -> None:
    """Refuse whoever is no person with an account: two programs, or one person and one program, are not two people.

    Raises Forbidden `conclusion_by_people`.
    """
    if not actor.is_account:
        raise Forbidden("conclusion_by_people")


def check_second_person(request: Step | None, actor: Actor) -> Step:
    """Return the request that `actor` may confirm.

    Raises Conflict `no_conclusion_requested`, Forbidden `conclusion_by_people` or `second_person_needed`.
    """
    check_person(actor)
    if request is None:
        raise Conflict("no_conclusion_requested")
    if request.actor_id == actor.id:
        raise Forbidden("second_person_needed")
    return request
