"""Boxes of closed rounds, filled straight from the tables, and the two people who conclude."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from participation.accounts.models import RoleGrant
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, Channel, Participation
from participation.ballots.services import close_round, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.ids import new_id, random_code
from participation.core.permissions import Role
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind, ProposalState
from participation.results import services
from participation.results.models import JointRanking, RoundResult
from participation.results.rules.declaration import Declaration
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.tally.ballots import Content
from tests.factories.remembering import remembered
from tests.factories.votes import make_measures, make_person, make_process, words


@dataclass(frozen=True)
class Hall:
    """A process with three measures, and everybody who may conclude or declare in it."""

    process: Process
    birte: Actor
    farid: Actor
    silke: Actor
    ayse: Actor


@remembered
def make_hall(session: Session, now: datetime, codes: Sequence[str] = ("M1", "M2", "M3")) -> Hall:
    """Make a process with admitted measures; Birte is of the office, Farid and Silke moderate, Ayşe is a citizen."""
    process = make_process(session, now)
    make_measures(session, process, codes, now)
    return Hall(
        process,
        birte=make_official(session, "Birte", Role.OFFICE, process, now),
        farid=make_official(session, "Farid", Role.MODERATOR, process, now),
        silke=make_official(session, "Silke", Role.MODERATOR, process, now),
        ayse=make_person(session, "Ayşe", now),
    )


def make_goals(session: Session, hall: Hall, now: datetime) -> None:
    """Make a goal with two sub-goals; the first measure serves the first of them, the third the second one."""
    goals: dict[str, Proposal] = {}
    for position, code in enumerate(("G1", "G1.1", "G1.2"), start=11):
        goals[code] = Proposal(
            process_id=hall.process.id,
            code=code,
            position=position,
            kind=ProposalKind.GOAL,
            state=ProposalState.ADMITTED,
            parent=goals.get("G1"),
            field=hall.process.fields[0],
            title=words(session, f"Ziel {code}", now),
            body=words(session, "Warum.", now),
            created_at=now,
            submitted_at=now,
            decided_at=now,
        )
        session.add(goals[code])
        session.flush()
    for code, goal in (("M1", "G1.1"), ("M3", "G1.2")):
        measure = session.scalars(select(Proposal).where(Proposal.code == code)).one()
        measure.serves.append(goals[goal])
    session.flush()


def make_official(session: Session, name: str, role: Role, process: Process, now: datetime) -> Actor:
    """Make somebody who holds a role in a process, also for requests, where roles are read from the database."""
    person = make_person(session, name, now, role, process=process)
    grant = RoleGrant(account_id=person.id, process_id=process.id, role=role, granted_at=now, granted_by="system")
    session.add(grant)
    session.flush()
    return person


def fill_box(
    session: Session, round_: Round, contents: Sequence[Content], now: datetime, *, voter_class: str = "account"
) -> None:
    """Put ballots into an open round's box and their voters into the register."""
    if not contents:
        return
    session.execute(
        insert(Ballot),
        [
            {
                "round_id": round_.id,
                "ballot_key": new_id(),
                "revision": 1,
                "content": content,
                "receipt": random_code(16),
                "request": new_id(),
            }
            for content in contents
        ],
    )
    session.execute(
        insert(Participation),
        [
            {
                "round_id": round_.id,
                "participant": new_id(),
                "participant_class": voter_class,
                "channel": Channel.ONLINE,
                "voted_on": now.date(),
            }
            for _content in contents
        ],
    )


def vote_and_close(
    session: Session, round_: Round, contents: Sequence[Content], now: datetime, keys: KeyStore
) -> Round:
    """Open a draft, put ballots into its box, and close it."""
    open_round(session, round_.slug, actor=SYSTEM, now=now, keys=keys)
    fill_box(session, round_, contents, now)
    return close_round(session, round_.slug, actor=SYSTEM, now=now)


def conclude(session: Session, round_: Round, hall: Hall, now: datetime) -> RoundResult | None:
    """Have Birte ask for the conclusion and Farid confirm it."""
    services.request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    return services.conclude_round(session, round_.slug, actor=hall.farid, now=now)


def declare(session: Session, hall: Hall, weights: dict[str, int], now: datetime, slug: str = "joint") -> JointRanking:
    """Have Birte declare a joint ranking of measures."""
    declared = Declaration(
        slug,
        Task.PRIORITISE_MEASURES,
        weights,
        title={"de": "Gemeinsame Rangliste", "en": "Joint ranking"},
        declared_by={"de": "Rat der Stadt", "en": "City council"},
    )
    return services.declare_joint_ranking(session, hall.process.slug, declared, actor=hall.birte, now=now)
