"""Gatherings, registrations and tablets of a world: what bodies do beside voting."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.accounts import services as accounts
from participation.accounts.models import Identity, Organisation, OrganisationKind
from participation.core.actor import SYSTEM, Actor
from participation.core.windows import Window
from participation.gatherings import services as gatherings
from participation.gatherings.queries import hold_gathering
from participation.gatherings.rules import GatheringKind
from participation.gatherings.services.statements import StatementDraft
from participation.monitoring import services as monitoring
from participation.monitoring.rules import Repeat
from participation.monitoring.services import StepDraft
from participation.processes.models import Process
from participation.rounds import services as rounds
from participation.rounds.services import Seat

SESSION, WORKSHOP, APPROVED, EMPTY = 1, 2, 3, 4
"""Numbers of the gatherings of each process."""
MEMBER: Final = "second@lindenhafen.example"
Things = dict[str, str]


def make_gatherings(session: Session, process: Process, place: str, things: Things, writer: Actor) -> None:
    """Hold a session with agenda and minutes, a workshop day with tables and a note, an approved and an empty session.

    The minutes are the writer's, so that everybody else may approve them.
    """
    now = process.created_at
    how: dict[str, Any] = {"actor": writer, "now": now}
    window = Window(now - timedelta(days=2), now - timedelta(days=2) + timedelta(hours=2))
    rounds.set_roll(session, f"{place}-seats-open", [Seat(MEMBER, {"de": "Sitz 1"})], actor=SYSTEM, now=now)
    kinds = (GatheringKind.SESSION, GatheringKind.WORKSHOP, GatheringKind.SESSION, GatheringKind.SESSION)
    for number, kind in enumerate(kinds, start=1):
        draft = gatherings.GatheringDraft(
            kind=kind,
            place="Rathaus",
            window=window,
            titles={"de": f"Treffen {number}"},
            round=f"{place}-seats-open" if kind is GatheringKind.SESSION else "",
        )
        gatherings.create_gathering(session, process.slug, draft, **how)
    items = [
        gatherings.put_on_agenda(
            session, process.slug, SESSION, gatherings.AgendaDraft({"de": f"Punkt {number}"}), **how
        )
        for number in (1, 2)
    ]
    for number in (1, 2):
        table = gatherings.TableDraft(number, {"de": f"Thema {number}"})
        gatherings.set_table(session, process.slug, WORKSHOP, table, **how)
    note = gatherings.write_note(session, process.slug, WORKSHOP, 1, gatherings.NoteDraft("de", "Mehr Kurse."), **how)
    for number in (SESSION, APPROVED):
        based_on = _revision(session, process, number)
        minutes = gatherings.MinutesDraft("de", "Es wurde beraten.")
        gatherings.write_minutes(session, process.slug, number, minutes, based_on=based_on, **how)
    gatherings.approve_record(
        session, process.slug, APPROVED, based_on=_revision(session, process, APPROVED), actor=SYSTEM, now=now
    )
    things |= {"item": items[0].id, "note": note.id, "revision": str(_revision(session, process, SESSION))}


def make_joiners(
    session: Session, process: Process, place: str, things: Things, applicant: Actor, named: Actor
) -> None:
    """Let somebody register an organisation, a delegate name a further one, and an official hand out a tablet."""
    how: dict[str, Any] = {"now": process.created_at}
    wish = accounts.Wish(f"Verein {place}", OrganisationKind.MIGRANT_ASSOCIATION, ["de"], "de", "Wir helfen.")
    things["application"] = accounts.apply_for_organisation(session, process, wish, actor=applicant, **how).id
    organisation = session.get_one(Organisation, things["organisation id"])
    person = accounts.Named(f"weitere-{place}@lindenhafen.example", "Weitere", "de")
    things["proposed"] = accounts.propose_delegate(session, process, organisation, person, actor=named, **how).id
    tablet = rounds.make_tablet(session, f"{things['prefix']}-cards-open", f"Tisch {place}", actor=SYSTEM, **how)
    things["tablet"] = tablet.row.public_id


def make_statement(session: Session, place: str, writer: Actor, signer: Actor, now: datetime) -> None:
    """Let a delegate word the forum's statement, and the delegate of another organisation sign it."""
    slug = f"{place}-forum-open"
    gatherings.write_statement(session, slug, StatementDraft("de", "Erklärung", "Wir fordern."), actor=writer, now=now)
    gatherings.sign_statement(session, slug, based_on=1, actor=signer, now=now)


def make_identity(session: Session, account_id: str, now: datetime) -> str:
    """Enter as whom somebody is known at an identity provider."""
    row = Identity(account_id=account_id, issuer="https://ausweis.example", subject=account_id, linked_at=now)
    session.add(row)
    session.flush()
    return row.id


def _revision(session: Session, process: Process, number: int) -> int:
    return hold_gathering(session, process.slug, number).revision


def make_roadmap(session: Session, process: Process, things: dict[str, str], now: datetime) -> None:
    """Make steps that follow the decision: one that was done once, one ahead, and one behind it."""
    how: dict[str, Any] = {"actor": SYSTEM, "now": now}
    for name in ("done step", "step", "last step"):
        step = monitoring.add_step(session, process, StepDraft({"de": name}, Repeat.YEARLY), **how)
        things[name] = step.id
    monitoring.note_done(
        session,
        process,
        things["done step"],
        done_on=now.date() - timedelta(days=7),
        notes={"de": "Erledigt."},
        based_on=0,
        **how,
    )
