"""Proposals are supported and signed once by each participant, and interests in them are declared."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.accounts.queries import actor_of
from participation.audit.models import AuditRecord
from participation.ballots.replacing import replace_card
from participation.core.actor import SYSTEM, Actor, ActorKind
from participation.core.errors import Conflict, Forbidden, NotFound
from participation.core.ids import new_id
from participation.proposals import services
from participation.proposals.models import Proposal, ProposalInterest, ProposalSupport
from participation.proposals.queries import (
    interests_of,
    relatives_of,
    rounds_to_support_in,
    signed_by,
    support_of,
    words_mark,
)
from participation.proposals.rules import ProposalKind
from participation.proposals.services import Draft
from participation.rounds.kinds import Task
from participation.rounds.models import ParticipationCode, Round
from participation.rounds.queries import Participant
from participation.rounds.rules import RoundState
from participation.storage import engine_options, prepare_engine, write_transaction
from participation.texts.models import Text
from participation.texts.queries import original
from tests.factories import people
from tests.factories.contributions import Town, make_town
from tests.support.databases import Backend

SUPPORTING = "participation.proposals.services.supporting"
AT_ONCE = 6
PATIENCE = 30
BECAUSE = {"de": "Gehört zusammen."}


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    """Return an engine with a connection for everybody at once."""
    engine = prepare_engine(create_engine(backend.url, pool_size=AT_ONCE + 2, **engine_options(backend.url)))
    yield engine
    engine.dispose()


def supported(town: Town, proposal: Proposal, actor: Actor, slug: str) -> ProposalSupport:
    return services.support(town.session, proposal.id, slug, based_on=proposal.revision, actor=actor, now=town.now)


def counted(town: Town, proposal: Proposal) -> tuple[int, int, int, list[tuple[str, bool, str | None]]]:
    found = support_of(town.session, [proposal])[proposal.id]
    signed = [(one.organisation.code, one.is_of_earlier_wording, one.came_with) for one in found.signatures]
    return found.people, found.people_earlier, found.people_along, signed


def reworded(town: Town, proposal: Proposal, **changes: object) -> Proposal:
    draft = town.draft(**changes)
    return services.revise(town.session, proposal.id, draft, based_on=proposal.revision, actor=town.ayse, now=town.now)


def test_people_are_counted_and_organisations_sign_by_name(town: Town) -> None:
    proposal = town.submitted()
    supported(town, proposal, town.code, town.workshop.slug)
    supported(town, proposal, town.code, town.workshop.slug)
    supported(town, proposal, town.olena, town.forum.slug)
    assert counted(town, proposal) == (1, 0, 0, [("O1", False, None)])
    assert [one.proposal.id for one in signed_by(town.session, town.organisation.id)] == [proposal.id]
    taros = people.delegate(town.session, town.organisation, "Taras", now=town.now)
    supported(town, proposal, actor_of(taros), town.forum.slug)
    assert counted(town, proposal)[3] == [("O1", False, None)]
    assert services.withdraw_support(town.session, proposal.id, town.forum.slug, actor=actor_of(taros), now=town.now)
    assert not services.withdraw_support(town.session, proposal.id, town.forum.slug, actor=town.olena, now=town.now)
    assert counted(town, proposal) == (1, 0, 0, [])


def test_a_signature_names_the_wording_for_which_it_was_given_until_it_is_renewed(town: Town) -> None:
    proposal = town.submitted()
    supported(town, proposal, town.olena, town.forum.slug)
    supported(town, proposal, town.code, town.workshop.slug)
    reworded(town, proposal, title="Konuşma grubu, her sabah")
    assert counted(town, proposal) == (1, 1, 0, [("O1", True, None)])
    with pytest.raises(Conflict, match="proposal_changed"):
        services.support(town.session, proposal.id, "forum", based_on=1, actor=town.olena, now=town.now)
    renewed = supported(town, proposal, town.olena, town.forum.slug)
    assert renewed.revision == proposal.revision
    assert counted(town, proposal) == (1, 1, 0, [("O1", False, None)])
    reworded(town, proposal)
    assert counted(town, proposal) == (1, 0, 0, [("O1", True, None)])


def test_only_participants_of_a_running_round_support_what_is_not_their_own(town: Town) -> None:
    proposal = town.submitted()
    with pytest.raises(Conflict, match="supports_itself"):
        supported(town, proposal, town.ayse, town.online.slug)
    with pytest.raises(Forbidden, match="not_a_participant"):
        supported(town, proposal, town.ayse, town.forum.slug)
    own = town.submitted(town.olena, town.forum, title="Своє")
    with pytest.raises(Conflict, match="supports_itself"):
        supported(town, own, town.olena, town.forum.slug)
    services.withdraw(town.session, own.id, actor=town.olena, now=town.now)
    with pytest.raises(Conflict, match="not_open_to_support"):
        supported(town, own, town.ayse, town.online.slug)
    town.forum.state = RoundState.CLOSED
    town.session.flush()
    with pytest.raises(Conflict):
        supported(town, proposal, town.olena, town.forum.slug)
    draft = services.start_draft(town.session, town.online.slug, town.draft(), actor=town.ayse, now=town.now)
    with pytest.raises(NotFound):
        supported(town, draft, town.code, town.workshop.slug)
    town.workshop.task_names = [Task.PRIORITISE_MEASURES.value]
    town.session.flush()
    with pytest.raises(Conflict):
        supported(town, proposal, town.code, town.workshop.slug)


def test_at_a_merge_support_goes_along_once_and_says_where_it_came_from(town: Town) -> None:
    session, now = town.session, town.now
    one, other = town.submitted(), town.submitted(town.code, town.workshop, title="Sabah grubu", author_name="")
    third = town.submitted(title="Üçüncü")
    for proposal in (one, other):
        supported(town, proposal, town.olena, town.forum.slug)
    supported(town, one, town.code, town.workshop.slug)
    supported(town, third, town.olena, town.forum.slug)
    services.merge_into(
        session, third.id, one.code, reasons=BECAUSE, based_on=third.revision, actor=town.birte, now=now
    )
    services.merge_into(session, one.id, other.code, reasons=BECAUSE, based_on=one.revision, actor=town.birte, now=now)
    assert counted(town, other) == (0, 0, 0, [("O1", False, None)])
    assert counted(town, one) == (1, 0, 0, [("O1", False, None)])
    facts = [row.facts for row in session.scalars(select(AuditRecord).where(AuditRecord.action == "proposal_merge"))]
    assert [fact["support"] for fact in facts] == [0, 0]
    fourth = town.submitted(title="Dördüncü")
    kardelen = people.association(session, town.process, now=now, code="O2", name="Kardelen")
    zeynep = people.delegate(session, kardelen, "Zeynep", now=now)
    supported(town, fourth, actor_of(zeynep), town.forum.slug)
    supported(town, fourth, town.code, town.workshop.slug)
    last = town.submitted(title="Beşinci")
    services.merge_into(
        session, fourth.id, last.code, reasons=BECAUSE, based_on=fourth.revision, actor=town.birte, now=now
    )
    assert counted(town, last) == (1, 0, 1, [("O2", False, fourth.code)])
    assert counted(town, fourth) == (0, 0, 0, [])


def test_after_a_split_the_support_stays_readable_with_what_was_split(town: Town) -> None:
    proposal = town.submitted()
    supported(town, proposal, town.olena, town.forum.slug)
    parts = services.split(
        town.session,
        proposal.id,
        [Draft(ProposalKind.MEASURE, "tr", f"Parça {number}", "Metin") for number in (1, 2)],
        reasons=BECAUSE,
        based_on=proposal.revision,
        actor=town.birte,
        now=town.now,
    )
    assert [counted(town, part) for part in parts] == [(0, 0, 0, [])] * 2
    assert parts[0].split_from is proposal
    assert counted(town, proposal) == (0, 0, 0, [("O1", False, None)])


def test_a_new_card_in_the_place_of_a_lost_one_supports_nothing_a_second_time(town: Town) -> None:
    proposal, session = town.submitted(), town.session
    supported(town, proposal, town.code, town.workshop.slug)
    lost = session.get_one(ParticipationCode, town.code.id)
    slug, number = town.workshop.slug, lost.number
    given = replace_card(session, slug, lost.batch.number, number, "key", reason="Lost", actor=SYSTEM, now=town.now)
    supported(town, proposal, Actor(ActorKind.CODE, given.id), slug)
    assert counted(town, proposal)[0] == 1


def test_erasing_takes_a_persons_support_and_interests_and_leaves_the_organisations(town: Town) -> None:
    proposal = town.submitted(town.code, town.workshop)
    supported(town, proposal, town.ayse, town.online.slug)
    supported(town, proposal, town.olena, town.forum.slug)
    declared(town, proposal, town.olena, "organisation:O1")
    for actor in (town.ayse, town.olena):
        services.let_go_of_supporter(town.session, actor.id)
        services.let_go_of_interests(town.session, actor.id)
    assert counted(town, proposal) == (0, 0, 0, [("O1", False, None)])
    assert interests_of(town.session, [proposal]) == []


def test_when_a_round_forgets_its_people_their_number_stays(town: Town) -> None:
    proposal = town.submitted()
    supported(town, proposal, town.code, town.workshop.slug)
    supported(town, proposal, town.olena, town.forum.slug)
    for round_ in (town.workshop, town.forum):
        services.forget_supporters(town.session, round_.id)
    assert counted(town, proposal) == (1, 0, 0, [("O1", False, None)])
    known = town.session.scalars(select(ProposalSupport.participant).order_by(ProposalSupport.participant)).all()
    assert [key.partition(":")[0] for key in known] == ["forgotten", "organisation"]


def test_merging_counts_nobody_twice_after_the_round_forgot_them(town: Town) -> None:
    one, other = town.submitted(), town.submitted(title="Başka")
    for proposal in (one, other):
        supported(town, proposal, town.code, town.workshop.slug)
    services.forget_supporters(town.session, town.workshop.id)
    town.session.expire_all()
    services.merge_into(town.session, one.id, other.code, reasons=BECAUSE, based_on=1, actor=town.birte, now=town.now)
    assert counted(town, other) == (1, 0, 0, [])


def declared(town: Town, proposal: Proposal, actor: Actor, standing: str, words: str = "…") -> ProposalInterest:
    return services.declare_interest(
        town.session, proposal.id, words, language="de", standing=standing, actor=actor, now=town.now
    )


def test_those_who_write_or_decide_declare_interests_and_nobody_else(town: Town) -> None:
    proposal = town.submitted()
    declared(town, proposal, town.ayse, "author", "Ich arbeite dort.")
    declared(town, proposal, town.olena, "organisation:O1", "Wir betreiben den Raum.")
    declared(town, proposal, town.jens, "department:D4", "Das ist unser Haus.")
    declared(town, proposal, town.elif_, "steering", "Meine Schwester leitet es.")
    for actor, standing in ((town.code, "author"), (town.farid, "office"), (town.ayse, "steering")):
        with pytest.raises(Forbidden):
            declared(town, proposal, actor, standing)
    first = declared(town, proposal, town.ayse, "author", "Ich arbeite dort nicht mehr.")
    assert first.words.revision == 2
    acts = select(func.count()).where(AuditRecord.action == "interest.declared")
    assert town.session.scalar(acts) == 2  # of the department and of the steering group
    other = town.submitted(title="Başka")
    services.merge_into(
        town.session, proposal.id, other.code, reasons=BECAUSE, based_on=1, actor=town.birte, now=town.now
    )
    kept = interests_of(town.session, [other, *relatives_of(town.session, other).taken_in])
    assert {one.account.display_name for one in kept} == {"Ayşe", "Olena", "Jens", "Elif"}
    with pytest.raises(Conflict, match="interest_too_late"):
        services.withdraw_interest(town.session, proposal.id, actor=town.ayse, now=town.now)


def test_an_interest_is_taken_back_with_its_words(town: Town) -> None:
    proposal = town.submitted()
    words = declared(town, proposal, town.ayse, "author").words_id
    services.withdraw_interest(town.session, proposal.id, actor=town.ayse, now=town.now)
    assert town.session.get(Text, words) is None
    with pytest.raises(NotFound):
        services.withdraw_interest(town.session, proposal.id, actor=town.ayse, now=town.now)


def test_an_interest_stands_as_it_was_once_its_proposal_is_decided(town: Town) -> None:
    proposal = town.submitted()
    declared(town, proposal, town.birte, "office", "Meine Schwester leitet es.")
    services.admit(town.session, proposal.id, based_on=1, actor=town.birte, now=town.now)
    with pytest.raises(Conflict, match="interest_too_late"):
        services.withdraw_interest(town.session, proposal.id, actor=town.birte, now=town.now)
    with pytest.raises(Conflict, match="interest_too_late"):
        declared(town, proposal, town.birte, "office", "Keines.")
    declared(town, proposal, town.jens, "department:D4", "Das ist unser Haus.")
    kept = {one.account.display_name: original(one.words).body for one in interests_of(town.session, [proposal])}
    assert kept == {"Birte": "Meine Schwester leitet es.", "Jens": "Das ist unser Haus."}


def in_session(engine: Engine, act: Callable[[Session], Any]) -> Any:
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        return act(session)


def support_at_once(engine: Engine, now: datetime) -> list[str]:
    """Let one participant support a proposal many times at the same moment; return how each of these ended."""

    def begin(session: Session) -> tuple[str, Actor]:
        town = make_town(session, now)
        return town.submitted().id, town.code

    proposal_id, code = in_session(engine, begin)
    barrier = Barrier(AT_ONCE)

    def once(_number: int) -> str:
        barrier.wait(PATIENCE)
        try:
            in_session(
                engine,
                lambda session: services.support(session, proposal_id, "werkstatt", based_on=1, actor=code, now=now),
            )
        except IntegrityError:
            return "twice"
        return "supported"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = sorted(pool.map(once, range(AT_ONCE)))
    assert in_session(engine, lambda session: session.scalar(select(func.count(ProposalSupport.id)))) == 1
    return ends


def test_many_clicks_at_once_are_one_support(engine: Engine, now: datetime) -> None:
    assert support_at_once(engine, now) == ["supported"] * AT_ONCE


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_looking_before_inserting_lets_clicks_collide(
    engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Barrier(AT_ONCE)

    def look_then_insert(
        session: Session, proposal: Proposal, participant: Participant, round_: Round, moment: datetime
    ) -> None:
        there = select(ProposalSupport).where(ProposalSupport.participant == participant.key)
        assert session.scalar(there) is None
        looked.wait(PATIENCE)
        session.add(
            ProposalSupport(
                id=new_id(),
                proposal_id=proposal.id,
                participant=participant.key,
                round_id=round_.id,
                revision=1,
                wording=words_mark(proposal),
                supported_at=moment,
            )
        )
        session.flush()

    monkeypatch.setattr(f"{SUPPORTING}._put", look_then_insert)
    assert support_at_once(engine, now) == ["supported", *["twice"] * (AT_ONCE - 1)]


def test_departments_do_not_support_and_are_never_counted_as_people(town: Town) -> None:
    proposal = town.submitted()
    town.costing.task_names = [Task.COMMENT.value]
    town.session.flush()
    jens = town.jens
    with pytest.raises(Forbidden, match="departments_do_not_support"):
        supported(town, proposal, jens, town.costing.slug)
    ways = rounds_to_support_in(town.session, town.process.id, actor=jens, now=town.now)
    assert [participant.key for _round, participant in ways] == [f"account:{jens.id}"]
    supported(town, proposal, jens, town.online.slug)
    department = supported(town, proposal, town.code, town.workshop.slug)
    department.participant = f"department:{new_id()}"  # as it was stored before departments were refused
    town.session.flush()
    assert counted(town, proposal)[0] == 1
