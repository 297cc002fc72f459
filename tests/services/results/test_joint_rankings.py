"""Joint rankings: declared before anybody votes, computed when the last round is concluded, fixed for good."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.ballots.keys import KeyStore
from participation.ballots.services import open_round
from participation.core.actor import SYSTEM
from participation.core.errors import Conflict, Forbidden, Invalid, NotFound
from participation.results.models import JointRanking, JointRankingPart
from participation.results.queries import joint_result_of, ranking_by_slug, rankings_of
from participation.results.rules.declaration import Declaration
from participation.results.rules.documents import document_hash
from participation.results.services import declare_joint_ranking, withdraw_joint_ranking
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.tally.ballots import Content
from participation.tally.kinds import BallotKind
from participation.texts.models import Text
from tests.factories.results import Hall, conclude, declare, make_hall, vote_and_close
from tests.factories.votes import make_process, make_round

STEERING: list[Content] = [["M1", "M2"], ["M1", "M2"], ["M2", "M1"], []]
ONLINE: list[Content] = [{"M1": 5, "M2": 5}, {"M3": 4, "M2": 1}, {"M1": 0}]


@pytest.fixture
def hall(session: Session, now: datetime) -> Hall:
    return make_hall(session, now)


@pytest.fixture
def rounds(session: Session, hall: Hall, now: datetime) -> tuple[Round, Round]:
    """Return two drafts: one that ranks and one that scores."""
    return (
        make_round(session, hall.process, now, slug="steering"),
        make_round(session, hall.process, now, slug="online", ballot_kind=BallotKind.SCORE),
    )


def scores(session: Session, ranking: JointRanking) -> dict[str, str | None]:
    result = joint_result_of(session, ranking.id)
    assert result is not None
    return {one["code"]: one["score"] for one in result.snapshot["options"]}


def test_the_ranking_is_computed_with_the_last_conclusion_and_not_before(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    ranking = declare(session, hall, {"steering": 3, "online": 1}, now)
    for round_, ballots in zip(rounds, (STEERING, ONLINE), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
    conclude(session, rounds[0], hall, now)
    assert joint_result_of(session, ranking.id) is None
    later = now + timedelta(days=3)
    conclude(session, rounds[1], hall, later)
    session.commit()
    session.expire_all()
    assert scores(session, ranking) == {"M1": "11/16", "M2": "17/32", "M3": "11/32"}
    result = joint_result_of(session, ranking.id)
    assert result is not None
    assert result.computed_at == later
    assert result.snapshot["declared_by"]["body"] == "Rat der Stadt"
    assert [(one["round"], one["weight"], one["ballots"]) for one in result.snapshot["rounds"]] == [
        ("steering", 3, 4),
        ("online", 1, 3),
    ]


def test_the_inputs_hash_can_be_computed_from_what_is_published(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    ranking = declare(session, hall, {"steering": 3, "online": 1}, now)
    published = {}
    for round_, weight, ballots in zip(rounds, (3, 1), (STEERING, ONLINE), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
        result = conclude(session, round_, hall, now)
        assert result is not None
        exact = {name: value for name, value in result.snapshot.items() if name not in {"statistics", "rules"}}
        published[round_.slug] = {"weight": weight, "result": document_hash(exact)}
    session.commit()
    session.expire_all()
    joint = joint_result_of(session, ranking.id)
    assert joint is not None
    inputs = {"method_version": "win-rate/1", "rule": "weighted-win-rates", "rounds": published}
    assert joint.inputs_hash == joint.snapshot["inputs_hash"] == document_hash(inputs)


def test_a_round_of_weight_zero_is_waited_for_and_shown(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    ranking = declare(session, hall, {"steering": 1, "online": 0}, now)
    for round_, ballots in zip(rounds, (STEERING, ONLINE), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
    conclude(session, rounds[0], hall, now)
    assert joint_result_of(session, ranking.id) is None
    conclude(session, rounds[1], hall, now)
    assert scores(session, ranking) == {"M1": "3/4", "M2": "5/8", "M3": "1/8"}


def test_a_round_can_be_part_of_several_rankings(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    alone = declare(session, hall, {"steering": 1}, now, slug="alone")
    both = declare(session, hall, {"steering": 3, "online": 1}, now, slug="both")
    for round_, ballots in zip(rounds, (STEERING, ONLINE), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
        conclude(session, round_, hall, now)
    assert scores(session, alone)["M1"] == "3/4"
    assert scores(session, both)["M1"] == "11/16"
    assert [one.slug for one in rankings_of(session, hall.process.id)] == ["alone", "both"]


def test_a_round_that_came_to_ask_something_else_is_not_left_out_without_a_word(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    declare(session, hall, {"steering": 1, "online": 1}, now)
    talk = rounds[1]
    talk.task_names, talk.ballot_kind, talk.option_rule, talk.max_score = [Task.COMMENT.value], None, None, None
    session.flush()
    for round_, ballots in zip(rounds, (STEERING, []), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
    conclude(session, rounds[0], hall, now)
    with pytest.raises(Conflict, match="weighed_round_changed"):
        conclude(session, talk, hall, now)


def test_a_round_is_weighed_from_its_first_declaration_until_the_last_is_withdrawn(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime
) -> None:
    steering, online = rounds
    declare(session, hall, {"steering": 1}, now, slug="alone")
    declare(session, hall, {"steering": 3, "online": 1}, now + timedelta(days=1), slug="both")
    assert (steering.weighed_at, online.weighed_at) == (now, now + timedelta(days=1))
    withdraw_joint_ranking(session, hall.process.slug, "both", actor=hall.birte, now=now)
    assert (steering.weighed_at, online.weighed_at) == (now, None)
    withdraw_joint_ranking(session, hall.process.slug, "alone", actor=hall.birte, now=now)
    assert steering.weighed_at is None


@pytest.mark.usefixtures("rounds")
def test_a_declaration_says_who_when_and_what_and_is_audited(session: Session, hall: Hall, now: datetime) -> None:
    ranking = declare(session, hall, {"online": 1, "steering": 3}, now)
    assert ranking_by_slug(session, hall.process.slug, "joint") is ranking
    assert [(part.round.slug, part.weight) for part in ranking.parts] == [("online", 1), ("steering", 3)]
    assert (ranking.declared_at, ranking.phase_id) == (now, hall.process.phases[0].id)
    act = session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc()).limit(1)).one()
    assert (act.action, act.actor_id) == ("ranking.declare", hall.birte.id)
    assert act.facts == {"weights": {"online": 1, "steering": 3}}


def test_weights_are_refused_once_the_first_round_is_open(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    declare(session, hall, {"steering": 3, "online": 1}, now, slug="in-time")
    open_round(session, rounds[0].slug, actor=SYSTEM, now=now, keys=keys)
    with pytest.raises(Conflict, match=r"weights_after_opening.*steering"):
        declare(session, hall, {"online": 1, "steering": 3}, now, slug="too-late")
    with pytest.raises(Conflict, match="weights_after_opening"):
        withdraw_joint_ranking(session, hall.process.slug, "in-time", actor=hall.birte, now=now)


@pytest.mark.usefixtures("rounds")
def test_a_declaration_can_be_taken_back_and_made_anew_before_the_first_opening(
    session: Session, hall: Hall, now: datetime
) -> None:
    declare(session, hall, {"steering": 3, "online": 1}, now)
    texts = len(session.scalars(select(Text)).all())
    withdraw_joint_ranking(session, hall.process.slug, "joint", actor=hall.birte, now=now)
    assert session.scalars(select(JointRankingPart)).all() == []
    assert len(session.scalars(select(Text)).all()) == texts - 2
    with pytest.raises(NotFound, match="no_such_ranking"):
        ranking_by_slug(session, hall.process.slug, "joint")
    assert declare(session, hall, {"online": 5}, now).slug == "joint"


@pytest.mark.usefixtures("rounds")
def test_one_short_name_is_given_once(session: Session, hall: Hall, now: datetime) -> None:
    declare(session, hall, {"online": 1}, now)
    session.commit()
    with pytest.raises(Conflict, match="ranking_slug_taken"):
        declare(session, hall, {"steering": 1}, now)
    session.rollback()


@pytest.mark.usefixtures("rounds")
def test_whoever_may_conclude_may_not_declare(session: Session, hall: Hall, now: datetime) -> None:
    for actor in (hall.farid, hall.ayse):
        with pytest.raises(Forbidden, match="not_permitted"):
            declare_joint_ranking(
                session,
                hall.process.slug,
                Declaration("joint", Task.PRIORITISE_MEASURES, {"online": 1}, {"de": "A"}, {"de": "B"}),
                actor=actor,
                now=now,
            )


@pytest.mark.usefixtures("rounds")
@pytest.mark.parametrize(
    "change,code",
    [
        ({"weights": {"nowhere": 1}}, "unknown_round_to_weigh"),
        ({"weights": {"online": 0}}, "all_weights_zero"),
        ({"weights": {"elsewhere": 1}}, "round_of_other_process"),
        ({"task": Task.PRIORITISE_GOALS}, "round_asks_otherwise"),
        ({"slug": "Joint Ranking"}, "ranking_slug"),
        ({"title": {"en": "Joint ranking"}}, "text_missing"),
        ({"declared_by": {"de": " "}}, "text_missing"),
        ({"title": {"de": "x" * 201}}, "text_too_long"),
    ],
)
def test_what_cannot_be_declared_is_refused_and_nothing_is_written(
    session: Session, hall: Hall, now: datetime, change: dict[str, Any], code: str
) -> None:
    make_round(session, make_process(session, now, slug="other"), now, slug="elsewhere")
    session.commit()
    declared: dict[str, Any] = {
        "slug": "joint",
        "task": Task.PRIORITISE_MEASURES,
        "weights": {"online": 1},
        "title": {"de": "Rangliste"},
        "declared_by": {"de": "Rat"},
    }
    with pytest.raises(Invalid, match=code):
        declare_joint_ranking(session, hall.process.slug, Declaration(**declared | change), actor=hall.birte, now=now)
    session.rollback()
    assert session.scalars(select(JointRanking)).all() == []


@pytest.mark.parametrize("change", ["UPDATE joint_results SET inputs_hash = 'x'", "DELETE FROM joint_results"])
def test_the_database_itself_refuses_to_change_a_joint_result(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore, change: str
) -> None:
    declare(session, hall, {"steering": 1}, now)
    vote_and_close(session, rounds[0], STEERING, now, keys)
    conclude(session, rounds[0], hall, now)
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(change))
    session.rollback()
