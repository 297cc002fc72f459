"""A city that proposes, comments and costs: the cast with a round of each kind, open now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from participation.accounts.models import Account, Organisation
from participation.accounts.queries import actor_of
from participation.core.actor import SYSTEM, Actor, ActorKind
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind
from participation.proposals.services import Draft, Place, Recorded, record_proposal, start_draft, submit
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import CodeBatch, ParticipationCode, RollEntry, Round
from participation.rounds.rules import RoundState
from tests.factories import people
from tests.factories.remembering import remembered
from tests.factories.votes import make_process, words

TALKING = (Task.PROPOSE, Task.COMMENT)


@dataclass(frozen=True)
class Town:
    """The cast as actors, their process, and an open round of each kind."""

    session: Session
    now: datetime
    process: Process
    ayse: Actor
    olena: Actor
    farid: Actor
    birte: Actor
    jens: Actor
    elif_: Actor
    code: Actor
    organisation: Organisation
    online: Round
    forum: Round
    workshop: Round
    costing: Round

    def draft(self, **changes: object) -> Draft:
        """Return what Ayşe might propose."""
        said: dict[str, object] = {
            "kind": ProposalKind.MEASURE,
            "language": "tr",
            "title": "Anneler için sabah konuşma grubu",
            "body": "Çocukları okula bıraktıktan sonra Almanca konuşmak istiyoruz.",
            "place": Place(serves=("G1.1",)),
            "author_name": "Ayşe",
        }
        return Draft(**(said | changes))  # type: ignore[arg-type]

    def submitted(self, actor: Actor | None = None, round_: Round | None = None, **changes: object) -> Proposal:
        """Return a proposal as somebody handed it in."""
        who, where = actor or self.ayse, round_ or self.online
        begun = start_draft(self.session, where.slug, self.draft(**changes), actor=who, now=self.now)
        return submit(self.session, begun.id, actor=who, now=self.now)

    def recorded(self, code: str, title: str, **more: object) -> Proposal:
        """Return an admitted measure (unless said otherwise) as an import enters it."""
        told: dict[str, object] = {
            "code": code,
            "kind": ProposalKind.MEASURE,
            "language": "de",
            "titles": {"de": title},
            "bodies": {"de": f"{title}: was damit gemeint ist."},
            "place": Place(serves=("G1.1",)),
        }
        if more.get("kind") is ProposalKind.GOAL:
            told |= {"bodies": {}, "place": Place(field="F1")}
        return record_proposal(self.session, self.process, Recorded(**(told | more)), actor=SYSTEM, now=self.now)  # type: ignore[arg-type]


def actions(proposal: Proposal) -> list[str]:
    """Return what was done to a proposal, in its order."""
    return [event.action.value for event in proposal.events]


@remembered
def make_town(session: Session, now: datetime) -> Town:
    """Make the town with main goals G1 and G2, sub-goals G1.1, G1.2 and G2.1, and no measure."""
    process = make_process(session, now)
    cast = people.cast(session, process, now=now)
    session.flush()
    workshop = running(session, process, now, "werkstatt", KindName.CITIZENS, Eligibility.CODES)
    town = Town(
        session=session,
        now=now,
        process=process,
        ayse=_actor(session, cast.ayse),
        olena=_actor(session, cast.olena),
        farid=_actor(session, cast.farid),
        birte=_actor(session, cast.birte),
        jens=_actor(session, cast.jens),
        elif_=_actor(session, cast.elif_),
        code=_code(session, workshop, now),
        organisation=cast.organisation,
        online=running(session, process, now, "online", KindName.ONLINE, Eligibility.OPEN),
        forum=running(session, process, now, "forum", KindName.MIGRANT_FORUM, Eligibility.ORGANISATIONS),
        workshop=workshop,
        costing=running(
            session, process, now, "kosten", KindName.ADMINISTRATION, Eligibility.DEPARTMENTS, (Task.COST,)
        ),
    )
    for code, title, parent in (
        ("G1", "Deutsch lernen", ""),
        ("G2", "Gut wohnen", ""),
        ("G1.1", "Kurse passen zum Leben", "G1"),
        ("G1.2", "Sprache im Alltag", "G1"),
        ("G2.1", "Wohnungen finden", "G2"),
    ):
        place = Place(parent=parent) if parent else Place(field="F1" if code == "G1" else "F2")
        town.recorded(code, title, kind=ProposalKind.GOAL, place=place)
    return town


def running(
    session: Session,
    process: Process,
    now: datetime,
    slug: str,
    kind: KindName,
    eligibility: Eligibility,
    tasks: Iterable[Task] = TALKING,
) -> Round:
    """Make a round that opened an hour ago and closes in a week."""
    round_ = Round(
        slug=slug,
        process=process,
        phase=process.phases[0],
        kind=kind,
        eligibility=eligibility,
        state=RoundState.OPEN,
        task_names=[task.value for task in tasks],
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=7),
        chosen_codes=[],
        created_at=now,
        title=words(session, {"de": f"Runde {slug}", "en": f"Round {slug}"}, now),
    )
    session.add(round_)
    session.flush()
    return round_


def seat(session: Session, round_: Round, actor: Actor) -> None:
    """Put somebody on the roll of a round."""
    session.add(RollEntry(round_id=round_.id, account_id=actor.id))
    session.flush()


def _actor(session: Session, account: Account) -> Actor:
    session.refresh(account)
    return actor_of(account)


def _code(session: Session, round_: Round, now: datetime) -> Actor:
    batch = CodeBatch(round_id=round_.id, number=1, created_at=now, created_by="system")
    session.add(batch)
    session.flush()
    code = ParticipationCode(batch_id=batch.id, round_id=round_.id, number=1, fingerprint="1" * 64)
    session.add(code)
    session.flush()
    return Actor(ActorKind.CODE, code.id)
