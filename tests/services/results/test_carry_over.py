"""Goals that carry over to measures: declared with the weights, settled in the right order, visible in the result."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from fractions import Fraction

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.ballots.keys import KeyStore
from participation.core.errors import Conflict, Invalid
from participation.results import services
from participation.results.models import CarryOver, JointRanking, JointResult
from participation.results.queries import joint_result_of, waiting_rounds
from participation.results.rules.declaration import Declaration, share_from_text
from participation.results.rules.joint_statistics import joint_statistics
from participation.rounds.kinds import Task
from participation.rounds.models import OptionRule, Round
from participation.storage import write_transaction
from tests.factories.results import Hall, conclude, make_goals, make_hall, vote_and_close
from tests.factories.votes import make_round

GOALS = [["G1.1"]] * 8 + [["G1.2"]] * 4
MEASURES = [["M1", "M2"]] * 6 + [["M2", "M3"]] * 6


@pytest.fixture
def hall(session: Session, now: datetime) -> Hall:
    """Return a process whose first measure serves the first sub-goal, and the third the second one."""
    hall = make_hall(session, now)
    make_goals(session, hall, now)
    return hall


@pytest.fixture
def rounds(session: Session, hall: Hall, now: datetime) -> tuple[Round, Round]:
    """Return a draft that prioritises goals and one that prioritises measures."""
    goals = make_round(session, hall.process, now, slug="goals", option_rule=OptionRule.ALL_SUBGOALS)
    goals.task_names = [Task.PRIORITISE_GOALS.value]
    session.flush()
    return goals, make_round(session, hall.process, now, slug="measures")


def declare(
    session: Session,
    hall: Hall,
    now: datetime,
    slug: str,
    *,
    task: Task = Task.PRIORITISE_MEASURES,
    share: str = "",
    goals: str | None = None,
) -> JointRanking:
    weights = {"goals" if task is Task.PRIORITISE_GOALS else "measures": 1}
    declared = Declaration(
        slug, task, weights, {"de": "Rangliste"}, {"de": "Rat"}, share=share_from_text(share), goals_ranking=goals
    )
    return services.declare_joint_ranking(session, hall.process.slug, declared, actor=hall.birte, now=now)


def declare_both(session: Session, hall: Hall, now: datetime) -> tuple[JointRanking, JointRanking]:
    goals = declare(session, hall, now, "of-goals", task=Task.PRIORITISE_GOALS)
    return goals, declare(session, hall, now, "of-measures", share="1/5", goals="of-goals")


@pytest.mark.usefixtures("rounds")
def test_a_share_is_declared_with_the_weights_and_audited(session: Session, hall: Hall, now: datetime) -> None:
    goals, measures = declare_both(session, hall, now)
    assert measures.carry_over is not None
    assert (measures.carry_over.share, measures.carry_over.goals_ranking) == ("1/5", goals)
    act = session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc()).limit(1)).one()
    assert act.facts == {"weights": {"measures": 1}, "share": "1/5", "goals_ranking": goals.id}


@pytest.mark.usefixtures("rounds")
@pytest.mark.parametrize(
    "share,goals,task,code",
    [
        ("1/5", None, Task.PRIORITISE_MEASURES, "goals_ranking_missing"),
        ("", "of-goals", Task.PRIORITISE_MEASURES, "goals_ranking_without_share"),
        ("1/5", "nowhere", Task.PRIORITISE_MEASURES, "unknown_goals_ranking"),
        ("1/5", "others", Task.PRIORITISE_MEASURES, "goals_ranking_of_measures"),
        ("1/5", "of-goals", Task.PRIORITISE_GOALS, "share_of_measures_only"),
        ("6/5", "of-goals", Task.PRIORITISE_MEASURES, "share_out_of_range"),
        ("0.2", "of-goals", Task.PRIORITISE_MEASURES, "share_not_exact"),
        ("1/0", "of-goals", Task.PRIORITISE_MEASURES, "share_not_exact"),
        ("-1/5", "of-goals", Task.PRIORITISE_MEASURES, "share_not_exact"),
    ],
)
def test_what_cannot_carry_over_is_refused_at_the_declaration(
    session: Session, hall: Hall, now: datetime, share: str, goals: str | None, task: Task, code: str
) -> None:
    declare(session, hall, now, "of-goals", task=Task.PRIORITISE_GOALS)
    declare(session, hall, now, "others")
    with pytest.raises(Invalid, match=code):
        declare(session, hall, now, "new", task=task, share=share, goals=goals)
    assert session.scalars(select(CarryOver)).all() == []


@pytest.mark.usefixtures("rounds")
def test_a_ranking_from_which_a_share_is_taken_is_not_withdrawn_before_the_one_that_takes_it(
    session: Session, hall: Hall, now: datetime
) -> None:
    declare_both(session, hall, now)
    with pytest.raises(Conflict, match=r"ranking_is_carried_over.*of-measures"):
        services.withdraw_joint_ranking(session, hall.process.slug, "of-goals", actor=hall.birte, now=now)
    for slug in ("of-measures", "of-goals"):
        services.withdraw_joint_ranking(session, hall.process.slug, slug, actor=hall.birte, now=now)
    assert session.scalars(select(CarryOver)).all() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_whichever_comes_last_settles_measures_with_their_goals(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore, order: tuple[int, int]
) -> None:
    goals, measures = declare_both(session, hall, now)
    for round_, ballots in zip(rounds, (GOALS, MEASURES), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
    conclude(session, rounds[order[0]], hall, now)
    assert joint_result_of(session, measures.id) is None
    assert waiting_rounds(measures) == [rounds[order[1]]]
    conclude(session, rounds[order[1]], hall, now)
    settled, theirs = joint_result_of(session, measures.id), joint_result_of(session, goals.id)
    assert settled is not None
    assert theirs is not None
    assert settled.snapshot["carry_over"] == {"share": "1/5", "goals_ranking": "of-goals"}
    by_goal = {one["code"]: Fraction(one["score"]) for one in theirs.snapshot["options"]}
    options = {one["code"]: one for one in settled.snapshot["options"]}
    for measure, goal in (("M1", "G1.1"), ("M3", "G1.2")):
        own = Fraction(options[measure]["own"])
        assert Fraction(options[measure]["goals"]) == by_goal[goal]
        assert Fraction(options[measure]["score"]) == own * Fraction(4, 5) + by_goal[goal] * Fraction(1, 5)
    assert (options["M2"]["goals"], options["M2"]["score"]) == (None, options["M2"]["own"])
    assert [one["rank"] for one in settled.snapshot["options"]] == sorted(
        one["rank"] for one in settled.snapshot["options"]
    )
    statistics = joint_statistics(services.evidence_of(session, measures.id))
    for band in statistics["options"]:
        low, high = map(Fraction, band["score"])
        assert low - Fraction(1, 10_000) <= Fraction(options[band["code"]]["score"]) <= high + Fraction(1, 10_000)


def test_last_rounds_of_goals_and_measures_concluded_together_settle_both_once(
    session: Session, engine: Engine, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    declare_both(session, hall, now)
    for round_, ballots in zip(rounds, (GOALS, MEASURES), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
        services.request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    session.commit()
    gate = threading.Barrier(2)

    def one(slug: str) -> None:
        with Session(engine, expire_on_commit=False) as mine:
            gate.wait()
            with write_transaction(mine):
                services.conclude_round(mine, slug, actor=hall.farid, now=now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, ("goals", "measures")))
    session.expire_all()
    settled = {result.ranking.slug for result in session.scalars(select(JointResult))}
    assert settled == {"of-goals", "of-measures"}


def test_a_process_whose_measures_come_first_waits_for_nobody_else(
    session: Session, hall: Hall, rounds: tuple[Round, Round], now: datetime, keys: KeyStore
) -> None:
    """Rankings without a share are settled as before, whatever becomes of goals."""
    alone = declare(session, hall, now, "alone")
    vote_and_close(session, rounds[1], MEASURES, now, keys)
    conclude(session, rounds[1], hall, now)
    settled = joint_result_of(session, alone.id)
    assert settled is not None
    assert settled.snapshot["carry_over"] == {"share": "0", "goals_ranking": None}
    assert "own" not in settled.snapshot["options"][0]
