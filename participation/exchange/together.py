"""What organisations of the example city do together: sign proposals, wait for the office, say something as a whole."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from participation.accounts.models import Account, OrganisationKind
from participation.accounts.queries import actor_of
from participation.accounts.services import Wish, apply_for_organisation, find_or_create_account
from participation.core.actor import SYSTEM, Actor
from participation.exchange.cast import address, official
from participation.exchange.city import Calendar, together
from participation.gatherings.models import Statement
from participation.gatherings.services import (
    StatementDraft,
    finalise_statement,
    sign_statement,
    translate_statement,
    write_statement,
)
from participation.processes.models import Process
from participation.proposals.queries import proposal_by_code
from participation.proposals.services import declare_interest, support
from participation.rounds.queries import round_by_slug
from participation.texts.models import Origin, TextVersion

SIGNING_DAY = -4
ASKING_DAY = -2
_SIGNED_IN = "p3-forum"


def enter_together(session: Session, process: Process, calendar: Calendar) -> None:
    """Enter signatures, a declared interest, an organisation that waits, and a statement that stands."""
    told = together()
    for signature in told["signatures"]:
        _sign(session, process, signature, calendar)
    _declare(session, process, told["interest"], calendar)
    _apply(session, process, told["application"], calendar)
    _state(session, told["statement"])


def _sign(session: Session, process: Process, told: Mapping[str, str], calendar: Calendar) -> None:
    proposal = proposal_by_code(session, process.id, told["proposal"])
    delegate = _somebody(session, told["delegate"])
    moment = calendar.noon(SIGNING_DAY)
    support(session, proposal.id, _SIGNED_IN, based_on=proposal.revision, actor=delegate, now=moment)


def _declare(session: Session, process: Process, told: Mapping[str, str], calendar: Calendar) -> None:
    proposal = proposal_by_code(session, process.id, told["proposal"])
    declare_interest(
        session,
        proposal.id,
        told["words"],
        language=told["language"],
        standing=told["standing"],
        actor=official(session, told["given_name"]),
        now=calendar.noon(SIGNING_DAY),
    )


def _apply(session: Session, process: Process, told: Mapping[str, Any], calendar: Calendar) -> None:
    moment = calendar.noon(ASKING_DAY)
    applicant = find_or_create_account(
        session,
        address(told["given_name"]),
        display_name=told["given_name"],
        language="tr",
        process_id=process.id,
        actor=SYSTEM,
        now=moment,
    )
    wish = Wish(
        name=told["name"],
        kind=OrganisationKind(told["kind"]),
        languages=told["languages"],
        language=told["language"],
        description=told["description"],
        role_label=told["role_label"],
    )
    apply_for_organisation(session, process, wish, actor=actor_of(applicant), now=moment)


def _state(session: Session, told: Mapping[str, Any]) -> None:
    slug, language = told["round"], told["language"]
    moment = round_by_slug(session, slug).closes_at + timedelta(days=told["days_after_close"])
    author = _somebody(session, told["by"])
    said = {tag: StatementDraft(tag, told["title"][tag], told["body"][tag]) for tag in told["title"]}
    statement = write_statement(session, slug, said[language], actor=author, now=moment)
    for tag, translation in said.items():
        if tag != language:
            translate_statement(session, slug, translation, based_on=statement.revision, actor=author, now=moment)
    _mark(session, statement, told["origins"])
    for name in told["signed_by"]:
        sign_statement(session, slug, based_on=statement.revision, actor=_somebody(session, name), now=moment)
    later = moment + timedelta(days=1)
    finalise_statement(session, slug, based_on=statement.revision, actor=official(session, "Farid"), now=later)


def _mark(session: Session, statement: Statement, origins: Mapping[str, str]) -> None:
    """Say of each language who worded it, as with every text of the example."""
    for tag, origin in origins.items():
        session.execute(
            update(TextVersion)
            .where(TextVersion.text_id.in_([statement.title_id, statement.body_id]), TextVersion.language == tag)
            .values(origin=Origin(origin))
        )
    session.expire_all()


def _somebody(session: Session, given_name: str) -> Actor:
    return actor_of(session.scalars(select(Account).where(Account.email == address(given_name))).one())
