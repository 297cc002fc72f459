"""The city of the tests and its people, made through the services that officials use."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.accounts.models import (
    Account,
    Department,
    Mandate,
    Organisation,
    OrganisationKind,
    Representation,
)
from participation.core.actor import SYSTEM, Actor, ActorKind, Grant
from participation.core.permissions import Role
from participation.core.windows import Window
from participation.core.wording import TITLE
from participation.processes.models import Process
from participation.processes.services import (
    FieldDraft,
    PhaseDraft,
    ProcessDraft,
    add_field,
    add_phase,
    create_process,
)
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import OptionRule, Round
from participation.rounds.rules import Limits, RoundAction
from participation.rounds.services import RoundDraft, create_round, record_event
from participation.tally.kinds import BallotKind
from participation.texts.services import write_text

PROCESS: Final = ProcessDraft(
    city="Lindenhafen",
    titles={"de": "Integrationskonzept", "en": "Integration concept", "tr": "Uyum konsepti", "ar": "خطة الاندماج"},
    summaries={"de": "Was wir gemeinsam erreichen wollen.", "en": "What we want to reach together."},
    time_zone="Europe/Berlin",
    languages=("de", "en", "tr", "ar"),
    default_language="de",
)


def lindenhafen(session: Session, now: datetime, **changes: Any) -> Process:
    """Return a process with two phases, the second under way, and two fields."""
    known = {name: getattr(PROCESS, name) for name in ProcessDraft.__slots__}
    process = create_process(session, ProcessDraft(**(known | changes)), actor=SYSTEM, now=now)
    phases = (("I", "Ziele", -200, -100), ("II", "Maßnahmen", -30, 90))
    for code, title, opens, closes in phases:
        window = Window(now + timedelta(days=opens), now + timedelta(days=closes))
        add_phase(session, process.slug, PhaseDraft(code, {"de": title}, window), actor=SYSTEM, now=now)
    for code, title in (("F1", "Sprache"), ("F2", "Wohnen")):
        add_field(session, process.slug, FieldDraft(code, {"de": title}), actor=SYSTEM, now=now)
    return process


def round_draft(now: datetime, **changes: Any) -> RoundDraft:
    """Return the draft of an online round that ranks measures and has just begun; `changes` are its fields."""
    fields: dict[str, Any] = {
        "phase": "II",
        "kind": KindName.ONLINE,
        "eligibility": Eligibility.OPEN,
        "tasks": frozenset({Task.PRIORITISE_MEASURES, Task.COMMENT, Task.PROPOSE}),
        "window": Window(now - timedelta(hours=1), now + timedelta(days=7)),
        "titles": {"de": "Was zuerst?", "en": "What comes first?", "ar": "ما الأولوية؟"},
        "ballot_kind": BallotKind.RANKING,
        "limits": Limits(max_choices=5),
        "option_rule": OptionRule.ALL_MEASURES,
    }
    return RoundDraft(**(fields | changes))


def make_round(session: Session, process: Process, now: datetime, **changes: Any) -> Round:
    """Return a round that is a draft."""
    return create_round(session, process.slug, round_draft(now, **changes), actor=SYSTEM, now=now)


def open_for_contributions(session: Session, round_: Round, now: datetime) -> Round:
    """Open a round on which nothing is voted; one with a ballot is opened by the room of ballots."""
    record_event(session, round_, RoundAction.OPEN, actor=SYSTEM, now=now)
    return round_


WITHOUT_BALLOT: Final[Mapping[str, Any]] = {
    "tasks": frozenset({Task.COMMENT, Task.PROPOSE}),
    "ballot_kind": None,
    "limits": Limits(),
    "option_rule": None,
}
"""Changes that make a draft one on which nothing is voted."""


def person(session: Session, name: str, now: datetime, *roles: Role, process: Process | None = None) -> Actor:
    """Return somebody with a verified account and roles in the process, or everywhere."""
    address = f"{name.lower().encode('ascii', 'ignore').decode()}@example.org"
    account = Account(email=address, display_name=name, language="de", created_at=now, verified_at=now)
    session.add(account)
    session.flush()
    grants = frozenset(Grant(role.value, process.id if process else None) for role in roles)
    return Actor(ActorKind.ACCOUNT, account.id, name, grants)


def organisation(
    session: Session, process: Process, now: datetime, *, name: str = "Brücke e.V.", approved: bool = True
) -> Organisation:
    """Return an association, admitted unless said otherwise."""
    code = f"O{len(name)}"
    found = Organisation(
        process_id=process.id,
        code=code,
        kind=OrganisationKind.MIGRANT_ASSOCIATION,
        name=name,
        languages=["de", "ar"],
        created_at=now,
        approved_at=now if approved else None,
        approved_by="system" if approved else None,
    )
    session.add(found)
    session.flush()
    return found


def delegate(
    session: Session, who: Actor, of: Organisation, now: datetime, *, begins: int = -10, ends: int | None = None
) -> Mandate:
    """Give somebody a mandate from `begins` days after today until `ends` days after it."""
    mandate = Mandate(
        organisation_id=of.id,
        account_id=who.id,
        valid_from=now.date() + timedelta(days=begins),
        valid_until=None if ends is None else now.date() + timedelta(days=ends),
    )
    session.add(mandate)
    session.flush()
    return mandate


def department(session: Session, process: Process, now: datetime, code: str = "D4") -> Department:
    """Return a department of the administration."""
    title = write_text(session, f"Fachbereich {code}", language="de", shape=TITLE, actor=SYSTEM, now=now)
    found = Department(process_id=process.id, code=code, title=title)
    session.add(found)
    session.flush()
    return found


def represents(session: Session, who: Actor, of: Department) -> None:
    """Let somebody act for a department."""
    session.add(Representation(account_id=who.id, department_id=of.id))
    session.flush()
