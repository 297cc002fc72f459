"""The example city comes out of its files as they say."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.audit.services import first_broken_record
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, CountedBallot, Participation
from participation.comments.models import Comment
from participation.comments.rules import CommentState
from participation.costings.models import Costing, Cover
from participation.exchange.example import example_steps, extend_lapsed_rounds, is_loaded, put_before_the_council
from participation.papers.queries import issued_papers, snapshot_document
from participation.papers.rules.consultations import Outcome
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind, ProposalState
from participation.results.models import JointResult, RoundResult
from participation.rounds.kinds import KindName
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundAction, RoundState
from participation.storage import make_engine, write_transaction
from participation.texts.models import Origin
from participation.texts.queries import wordings
from tests.support.databases import BACKENDS, Backend

LOADED_AT = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=BACKENDS)
def city(
    request: pytest.FixtureRequest, backend_of: Callable[[str], Backend], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    backend = backend_of(request.param)
    backend.renew()
    engine = make_engine(backend.url)
    keys = KeyStore(tmp_path_factory.mktemp("keys"))
    with Session(engine, expire_on_commit=False) as session:
        with write_transaction(session):
            for _name, step in example_steps(now=LOADED_AT, keys=keys, secret="for tests only, never for a server"):
                step(session)
        yield session
    engine.dispose()


def test_62_measures_37_covered_25_open_and_460_000_euro_to_be_found(city: Session) -> None:
    costings = city.scalars(select(Costing)).all()
    by_cover = Counter(costing.cover for costing in costings)
    open_volume = sum(costing.volume.cents for costing in costings if costing.cover is Cover.OPEN)
    assert (len(costings), by_cover[Cover.COVERED], by_cover[Cover.OPEN]) == (62, 37, 25)
    assert open_volume == 460_000_00


def test_costings_say_when_and_some_with_which_posts_and_whether_they_can_be_done(city: Session) -> None:
    by_code = {costing.proposal.code: costing for costing in city.scalars(select(Costing))}
    assert all(costing.first_month and costing.last_month for costing in by_code.values())
    assert (by_code["M01"].first_month, by_code["M01"].last_month, by_code["M01"].years) == ("2027-03", "2029-06", 3)
    assert (by_code["M19"].posts_hundredths, by_code["M19"].needs_post) == (50, True)
    statement = by_code["M19"].statement
    assert statement is not None
    assert {tag: said.origin for tag, said in wordings(statement).items()} == {
        "de": Origin.AUTHOR,
        "en": Origin.AUTHOR,
        "tr": Origin.MACHINE,
        "ar": Origin.MACHINE,
    }


def test_goals_sub_goals_and_contributions_are_all_there(city: Session) -> None:
    kinds = Counter(
        (proposal.kind, proposal.parent_id is not None)
        for proposal in city.scalars(select(Proposal))
        if not proposal.code.startswith("X")
    )
    assert kinds == {(ProposalKind.GOAL, False): 12, (ProposalKind.GOAL, True): 26, (ProposalKind.MEASURE, False): 62}
    extra = city.scalars(select(Proposal).where(Proposal.code.startswith("X"))).all()
    assert {proposal.title.language for proposal in extra} == {"tr", "ar", "uk", "fa", "en", "ru", "pl", "de"}
    assert {proposal.state for proposal in extra} == {
        ProposalState.SUBMITTED,
        ProposalState.ADMITTED,
        ProposalState.MERGED,
        ProposalState.DECLINED,
        ProposalState.WITHDRAWN,
    }
    comments = city.scalars(select(Comment)).all()
    assert len(comments) == 30
    assert sum(comment.state is CommentState.HIDDEN for comment in comments) == 1


def test_every_kind_has_one_open_round_in_which_a_visitor_can_take_part_at_once(city: Session) -> None:
    running = [r for r in city.scalars(select(Round)) if r.state is RoundState.OPEN and LOADED_AT in r.window]
    assert sorted(round_.kind for round_ in running) == sorted(KindName)


def test_concluded_rounds_hold_every_generated_ballot_and_link_none(city: Session) -> None:
    results = {result.round.slug: result.ballots for result in city.scalars(select(RoundResult))}
    assert results == {
        "p1-steering": 14,
        "p1-citizens": 124,
        "p1-online": 640,
        "p2-administration": 5,
        "p2-citizens": 96,
        "p2-online": 1150,
        "p2-steering": 14,
        "p2-forum": 11,
    }
    assert city.scalar(select(func.count()).select_from(CountedBallot)) == 2054
    assert city.scalar(select(func.count()).select_from(Ballot)) == 0
    assert set(city.scalars(select(Participation.participant_class))) == {"generated"}


def test_both_joint_rankings_are_frozen(city: Session) -> None:
    assert {result.ranking.slug for result in city.scalars(select(JointResult))} == {"joint-goals", "joint-measures"}


def test_translations_say_who_made_them(city: Session) -> None:
    measure = city.scalars(select(Proposal).where(Proposal.code == "M01")).one()
    assert {tag: wording.origin for tag, wording in wordings(measure.title).items()} == {
        "de": Origin.AUTHOR,
        "en": Origin.AUTHOR,
        "tr": Origin.MACHINE,
        "ar": Origin.MACHINE,
    }
    round_ = round_by_slug(city, "p3-online")
    assert wordings(round_.title)["de-simple"].origin is Origin.AUTHOR_UNREVIEWED


def test_the_extension_is_published_with_its_reason(city: Session) -> None:
    (event,) = [event for event in round_by_slug(city, "p3-online").events if event.action is RoundAction.EXTEND]
    assert event.reason is not None
    assert set(wordings(event.reason)) == {"de", "de-simple", "en", "tr", "ar"}


def test_the_chain_of_acts_is_whole(city: Session) -> None:
    assert first_broken_record(city) is None


def test_it_is_loaded_once_and_a_later_start_extends_what_has_run_out(city: Session) -> None:
    assert is_loaded(city)
    later = LOADED_AT + timedelta(days=50)
    with write_transaction(city):
        extended = extend_lapsed_rounds(city, now=later)
    assert set(extended) == {"p3-steering", "p3-citizens", "p3-online", "p3-forum"}
    assert later in round_by_slug(city, "p3-citizens").window
    with write_transaction(city):
        assert extend_lapsed_rounds(city, now=later) == []


def test_the_council_is_given_the_figures_and_answers_in_nine_stations(city: Session) -> None:
    with write_transaction(city):
        put_before_the_council(city, now=LOADED_AT)
        put_before_the_council(city, now=LOADED_AT)  # a second start enters nothing twice
    [paper] = issued_papers(city)
    document = snapshot_document(city, paper.snapshot_id or "")
    said = " ".join(one["text"]["body"] for one in document["decisions"])
    assert "62 Maßnahmen" in said
    assert "37 davon sind durch den Haushalt gedeckt, 25 sind es nicht" in said
    assert "zusammen 460.000\N{NO-BREAK SPACE}€" in said
    assert [station.committee.code for station in paper.stations][::8] == ["senate", "council"]
    assert len(paper.stations) == 9
    assert paper.stations[-1].outcome is Outcome.ADOPTED_UNCHANGED
