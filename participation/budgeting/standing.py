"""How plans stand with the council, for the pages of plans.

Decisions are known to a later room. app.py hands its query over, as it does with jobs and words, so that nothing here
depends on council papers.
"""

from collections.abc import Callable
from typing import Final, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from participation.budgeting.queries import CouncilOnPlans

Reader = Callable[[Session, str], CouncilOnPlans]
_READER: Final = "participation.council_on_plans"


def register_council(app: Flask, reader: Reader) -> None:
    """Say who knows what the council made of a process's plans."""
    app.extensions[_READER] = reader


def council_on_plans(session: Session, process_id: str) -> CouncilOnPlans:
    """Return what the council made of a process's plans."""
    reader = cast("Reader", current_app.extensions[_READER])
    return reader(session, process_id)
