"""Organisations word a statement together and sign it; the office or a moderator finalises it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Invalid, NotFound
from participation.core.permissions import Permission, authorise, may
from participation.core.wording import BODY, TITLE
from participation.gatherings.models import Statement, StatementSignature
from participation.gatherings.queries.statements import may_word, signs_for, statement_of
from participation.gatherings.rules import StatementState, check_basis
from participation.processes.queries import lock_process
from participation.rounds.kinds import Eligibility
from participation.rounds.models import Round
from participation.rounds.queries import Participant, round_by_slug
from participation.rounds.rules import RoundState
from participation.texts.models import Origin
from participation.texts.services import revise_text, translate_text, write_text


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """What is said, in one language."""

    language: str
    title: str
    body: str


def write_statement(session: Session, slug: str, said: StatementDraft, *, actor: Actor, now: datetime) -> Statement:
    """Begin the statement of a round of organisations, in the language in which it is worded.

    Raises Conflict `statement_exists`, `statement_of_nobody` where no organisations take part, `statement_too_early`.
    """
    round_ = _at_hand(session, slug, actor, now)
    if round_.eligibility is not Eligibility.ORGANISATIONS:
        raise Conflict("statement_of_nobody")
    if round_.state is RoundState.DRAFT:
        raise Conflict("statement_too_early")
    if statement_of(session, round_.id, hold=True) is not None:
        raise Conflict("statement_exists")
    made = Statement(
        process_id=round_.process_id,
        round_id=round_.id,
        state=StatementState.DRAFT,
        revision=1,
        title=write_text(session, said.title, language=said.language, shape=TITLE, actor=actor, now=now),
        body=write_text(session, said.body, language=said.language, shape=BODY, actor=actor, now=now),
        created_at=now,
        signatures=[],
    )
    session.add(made)
    session.flush()
    _record(session, "written", made, actor, now)
    return made


def revise_statement(
    session: Session, slug: str, said: StatementDraft, *, based_on: int, actor: Actor, now: datetime
) -> Statement:
    """Reword a statement. Signatures stay and say that they are of an earlier wording until they are renewed."""
    _round, found = _held(session, slug, actor, now)
    check_basis(found.revision, based_on)
    if said.language != found.title.language:
        raise Invalid("statement_language_stays", field="language")
    changed = revise_text(session, found.title, said.title, shape=TITLE, actor=actor, now=now)
    changed |= revise_text(session, found.body, said.body, shape=BODY, actor=actor, now=now)
    if changed:
        found.revision += 1
        session.flush()
        _record(session, "reworded", found, actor, now)
    return found


def translate_statement(
    session: Session, slug: str, said: StatementDraft, *, based_on: int, actor: Actor, now: datetime
) -> Statement:
    """Say that revision in another language, marked as translated by a person; signed are the original words."""
    _round, found = _held(session, slug, actor, now)
    check_basis(found.revision, based_on)
    changed = False
    for text, typed, shape in ((found.title, said.title, TITLE), (found.body, said.body, BODY)):
        changed |= translate_text(
            session, text, typed, language=said.language, origin=Origin.HUMAN, shape=shape, actor=actor, now=now
        )
    if changed:
        _record(session, "translated", found, actor, now, language=said.language)
    return found


def sign_statement(session: Session, slug: str, *, based_on: int, actor: Actor, now: datetime) -> StatementSignature:
    """Sign the present wording for one's organisation; a second delegate of it, or a second time, is the same."""
    round_, found = _held(session, slug, actor, now)
    me = _signer(session, round_, actor, now)
    check_basis(found.revision, based_on)
    given = next((one for one in found.signatures if one.organisation_id == me.organisation_id), None)
    if given is None:
        given = StatementSignature(organisation_id=me.organisation_id, revision=found.revision, signed_at=now)
        found.signatures.append(given)
    elif given.revision != found.revision:
        given.revision = found.revision
        given.signed_at = now
    session.flush()
    return given


def withdraw_signature(session: Session, slug: str, *, actor: Actor, now: datetime) -> bool:
    """Take the signature of one's organisation back before the statement stands; say whether there was one."""
    round_, found = _held(session, slug, actor, now)
    me = _signer(session, round_, actor, now)
    given = next((one for one in found.signatures if one.organisation_id == me.organisation_id), None)
    if given is not None:
        found.signatures.remove(given)
        session.flush()
    return given is not None


def finalise_statement(session: Session, slug: str, *, based_on: int, actor: Actor, now: datetime) -> Statement:
    """Let a statement stand: it is public from now on and nothing of it changes.

    Raises Conflict `statement_unsigned` while no organisation has signed the present wording.
    """
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.STATEMENT_FINALISE, round_)
    _round, found = _held(session, slug, actor, now)
    check_basis(found.revision, based_on)
    signed = [one for one in found.signatures if not one.is_of_earlier_wording]
    if not signed:
        raise Conflict("statement_unsigned")
    found.state = StatementState.FINAL
    found.finalised_at = now
    found.finalised_by = actor.id or actor.kind.value
    session.flush()
    _record(session, "finalised", found, actor, now, round=round_.slug, signatures=len(signed))
    return found


def _at_hand(session: Session, slug: str, actor: Actor, now: datetime) -> Round:
    """Return the round whose statement the actor may word; its process is held, so that all stand in one line."""
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.STATEMENT_WRITE)
    lock_process(session, round_.process_id)
    if not may_word(session, round_, actor, now):
        raise Forbidden("statement_of_others")
    return round_


def _held(session: Session, slug: str, actor: Actor, now: datetime) -> tuple[Round, Statement]:
    round_ = _at_hand(session, slug, actor, now)
    found = statement_of(session, round_.id, hold=True)
    if found is None:
        raise NotFound("no_such_statement")
    if found.is_final:
        raise Conflict("statement_final")
    return round_, found


def _signer(session: Session, round_: Round, actor: Actor, now: datetime) -> Participant:
    me = signs_for(session, round_, actor, now)
    if me is None:
        raise Forbidden("statement_of_others")
    return me


def _record(session: Session, what: str, found: Statement, actor: Actor, now: datetime, **facts: object) -> None:
    """Leave a record of what an official did to it; what delegates word stands with the words themselves."""
    if may(actor, Permission.STATEMENT_FINALISE, found):
        record(
            session,
            f"statement.{what}",
            actor=actor,
            now=now,
            subject_kind="statement",
            subject_id=found.id,
            process_id=found.process_id,
            facts={"revision": found.revision, **facts},
        )
