"""Trying a plan out before it is carried out: everything is made in a transaction that is taken back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.exchange.plans import Plan, make_process
from participation.extensions import transaction


class _TakenBackError(Exception):
    """Ends a transaction in which nothing was to stay."""


def rehearsed(plan: Callable[[Session], Plan], *, actor: Actor, now: datetime) -> Plan:
    """Return a plan that could be carried out now, or raise what would refuse it; nothing stays."""
    wanted: list[Plan] = []
    with suppress(_TakenBackError), transaction() as session:
        wanted.append(plan(session))
        make_process(session, wanted[0], actor=actor, now=now)
        raise _TakenBackError
    return wanted[0]
