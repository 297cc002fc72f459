"""Why somebody takes no part in a round."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Mandate, Organisation
from participation.core.actor import Actor
from participation.rounds.kinds import Eligibility
from participation.rounds.models import ParticipationCode, Round
from participation.rounds.queries.participants import could_vote_twice, organisations_spoken_for
from participation.rounds.rules import Obstacle


def obstacle_to(session: Session, round_: Round, actor: Actor, now: datetime) -> Obstacle:
    """Return why an actor who is no participant is none; the door says what to do about it."""
    wants_code = round_.eligibility is Eligibility.CODES
    if actor.is_anonymous or actor.is_system:
        return Obstacle.ENTER_CODE if wants_code else Obstacle.SIGN_IN
    if actor.is_code and not wants_code:
        mine = _came_for(session, round_, actor)
        return Obstacle.ACCOUNT_NEEDED if mine is None else _why_code_no_longer(mine, now)
    if wants_code and not actor.is_code:
        return Obstacle.CODE_NEEDED
    if (
        not wants_code
        and session.scalar(select(Account.id).where(Account.id == actor.id, Account.disabled_at.is_(None))) is None
    ):
        return Obstacle.ACCOUNT_DISABLED
    return _OBSTACLES[round_.eligibility](session, round_, actor, now)


def _came_for(session: Session, round_: Round, actor: Actor) -> ParticipationCode | None:
    """Return the actor's code if it is one of this round; one that holds would have been let in."""
    return session.scalar(
        select(ParticipationCode).where(ParticipationCode.id == actor.id, ParticipationCode.round_id == round_.id)
    )


def _why_code_no_longer(code: ParticipationCode, now: datetime) -> Obstacle:
    revoked = code.revoked_at is not None or code.batch.revoked_at is not None
    return Obstacle.CODE_EXPIRED if code.batch.is_expired(now) and not revoked else Obstacle.CODE_REVOKED


def _why_not_by_code(session: Session, round_: Round, actor: Actor, now: datetime) -> Obstacle:
    mine = _came_for(session, round_, actor)
    if mine is not None:
        return _why_code_no_longer(mine, now)
    elsewhere = session.scalar(select(ParticipationCode.id).where(ParticipationCode.id == actor.id))
    return Obstacle.CODE_OF_OTHER_ROUND if elsewhere else Obstacle.CODE_REVOKED


def _why_not_by_mandate(session: Session, round_: Round, actor: Actor, now: datetime) -> Obstacle:
    if len(organisations_spoken_for(session, round_.process, actor, now)) > 1:
        return Obstacle.SEVERAL_ORGANISATIONS
    today = now.astimezone(ZoneInfo(round_.process.time_zone)).date()
    mandate = session.scalars(
        select(Mandate)
        .join(Organisation)
        .where(Mandate.account_id == actor.id, Organisation.process_id == round_.process_id)
        .order_by(Mandate.valid_from.desc(), Mandate.id)
    ).first()
    if mandate is None:
        return Obstacle.NO_MANDATE
    if mandate.valid_until is not None and mandate.valid_until <= today:
        return Obstacle.MANDATE_OVER
    return Obstacle.MANDATE_AHEAD if today < mandate.valid_from else Obstacle.ORGANISATION_NOT_APPROVED


def _why_not_by_department(session: Session, round_: Round, actor: Actor, _now: datetime) -> Obstacle:
    return Obstacle.SEVERAL_DEPARTMENTS if could_vote_twice(session, round_, actor) else Obstacle.NO_DEPARTMENT


def _always(obstacle: Obstacle) -> Callable[[Session, Round, Actor, datetime], Obstacle]:
    return lambda _session, _round, _actor, _now: obstacle


_OBSTACLES: Final[Mapping[Eligibility, Callable[[Session, Round, Actor, datetime], Obstacle]]] = {
    Eligibility.ROLL: _always(Obstacle.NOT_ON_ROLL),
    Eligibility.CODES: _why_not_by_code,
    Eligibility.OPEN: _always(Obstacle.ACCOUNT_NOT_VERIFIED),
    Eligibility.ORGANISATIONS: _why_not_by_mandate,
    Eligibility.DEPARTMENTS: _why_not_by_department,
}
