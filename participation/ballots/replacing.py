"""Replacing a lost card. Only here is it known whether somebody voted with it already."""

from datetime import datetime

from sqlalchemy.orm import Session

from participation.ballots import box
from participation.core.actor import Actor
from participation.core.errors import Conflict, NotFound
from participation.core.permissions import Permission, authorise
from participation.proposals.services import hand_on_support
from participation.rounds.models import ParticipationCode
from participation.rounds.queries import batch_by_number, code_key, lock_round_by_slug
from participation.rounds.services import enter_printing, give_code_instead


def replace_card(  # noqa: PLR0913 - which card, in what languages and why, beside session, key, actor and now
    session: Session,
    slug: str,
    batch_number: int,
    number: int,
    app_key: str,
    *,
    languages: tuple[str, ...] = (),
    reason: str,
    actor: Actor,
    now: datetime,
) -> ParticipationCode:
    """Give out a new card in the place of a lost one, whose code is good for nothing any more.

    A card with which somebody voted is not replaced: its ballot stays, and a new card would be a second vote. The
    round is held alone, so that no ballot comes in between. What was supported with the lost card goes along. The
    printing of the new card stands in the register, with what happened to the lost one. Raises NotFound
    `no_such_card`; Invalid `reprint_reason_missing`; Conflict `card_voted`, `sheet_stays_valid` and what
    rounds.services.give_code_instead raises.
    """
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.CODE_PRINT, round_)
    batch = batch_by_number(session, round_, batch_number)
    lost = next((code for code in batch.codes if code.number == number), None)
    if lost is None:
        raise NotFound("no_such_card", field="number", batch=batch_number, number=number)
    if lost.handed_in:
        raise Conflict("sheet_stays_valid", field="number", sheet=f"{batch_number}/{number}")
    if box.is_registered(session, round_.id, code_key(lost.id)):
        raise Conflict("card_voted", field="number", number=number)
    given = give_code_instead(session, round_, batch_number, number, app_key, actor=actor, now=now)
    hand_on_support(session, code_key(lost.id), code_key(given.id))
    enter_printing(session, round_, batch_number, 1, languages, reason, actor=actor, now=now)
    return given
