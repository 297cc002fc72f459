"""Statistics of rounds and joint rankings: what the rules say of the ballots, on both databases, kept once."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from participation.ballots.guard import key_store
from participation.extensions import db, transaction
from participation.outbox.worker import run_due_jobs
from participation.results import concluding
from participation.results.concluding import add_statistics, confirm
from participation.results.models import JointResult, RoundResult
from participation.results.queries import joint_statistics_of, result_of, without_statistics
from participation.results.rules import counting
from participation.results.rules.documents import canonical, document_hash
from participation.results.rules.joint_statistics import DrawnRound, Evidence, joint_statistics
from participation.results.services import evidence_of, keep_statistics, request_conclusion
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundState
from participation.tally.ballots import Content
from participation.tally.kinds import BallotKind
from tests.factories.results import Hall, declare, make_hall, vote_and_close
from tests.factories.votes import make_round

STEERING: list[Content] = [["M1", "M2"], ["M1"], ["M2", "M1"], []] * 4
ONLINE: list[Content] = [{"M1": 5, "M2": 5}, {"M3": 4, "M2": 1}, {"M1": 0, "M3": 2}] * 5


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def hall(now: datetime) -> Hall:
    with transaction() as session:
        hall = make_hall(session, now)
        rounds = (
            (make_round(session, hall.process, now, slug="steering"), STEERING),
            (make_round(session, hall.process, now, slug="online", ballot_kind=BallotKind.SCORE), ONLINE),
        )
        declare(session, hall, {"steering": 3, "online": 1}, now)
        for round_, ballots in rounds:
            vote_and_close(session, round_, ballots, now, key_store())
            request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    return hall


def conclude_both(hall: Hall, now: datetime) -> str:
    """Conclude both rounds as pages do, and return the joint ranking's id."""
    for slug in ("steering", "online"):
        confirm(slug, actor=hall.farid, now=now)
    return str(db.session.scalars(db.select(JointResult.ranking_id)).one())


def test_a_conclusion_leaves_bands_other_rules_and_what_was_shown(hall: Hall, now: datetime) -> None:
    conclude_both(hall, now)
    result = result_of(db.session(), round_by_slug(db.session(), "steering").id)
    assert result is not None
    snapshot = result.snapshot
    assert snapshot["shown"] == ["M1", "M2", "M3"]
    assert snapshot["condorcet"] == {"winner": "M1"}
    assert set(snapshot["rules"]) == {"schulze", "kemeny"}
    assert snapshot["statistics"]["seed"] == snapshot["ballots_root"]
    assert [one["code"] for one in snapshot["statistics"]["options"]] == ["M1", "M2", "M3"]
    online = result_of(db.session(), round_by_slug(db.session(), "online").id)
    assert online is not None
    assert {"score", "median"} <= set(online.snapshot["rules"])


def test_statistics_are_there_with_the_joint_ranking_and_are_those_of_the_rules(hall: Hall, now: datetime) -> None:
    ranking_id = conclude_both(hall, now)
    kept = joint_statistics_of(db.session(), ranking_id)
    assert kept is not None
    results = {slug: result_of(db.session(), round_by_slug(db.session(), slug).id) for slug in ("steering", "online")}
    joint = db.session.get_one(JointResult, ranking_id)
    drawn = [
        DrawnRound(slug, weight, result.snapshot, result.draws)
        for (slug, result), weight in zip(results.items(), (3, 1), strict=True)
        if result is not None
    ]
    assert canonical(kept) == canonical(joint_statistics(Evidence(joint.snapshot, drawn)))
    assert kept["options"]
    assert kept["agreement"]["kendall_w"] is not None


def test_both_databases_give_the_same_statistics(hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same receipts and salts, and so the same roots as seeds. What one of them gave is written down here."""
    monkeypatch.setattr(counting, "new_round_salt", lambda: bytes(range(32)))
    with transaction() as session:
        for slug in ("steering", "online"):
            round_id = round_by_slug(session, slug).id
            box = text("SELECT receipt, CAST(content AS TEXT) FROM ballots WHERE round_id = :round")
            contents = session.execute(box, {"round": round_id}).all()
            for place, (receipt, _content) in enumerate(sorted(contents, key=lambda row: str(row[1]))):
                session.execute(
                    text("UPDATE ballots SET receipt = :new WHERE receipt = :old"),
                    {"new": f"{place:016d}", "old": receipt},
                )
    ranking_id = conclude_both(hall, now)
    kept = joint_statistics_of(db.session(), ranking_id)
    assert kept is not None
    assert document_hash({name: kept[name] for name in EXACT}) == (
        "41fd052f3d6d1a1bf29379c44e89acc2ca485fae98ca800ee844aea8e526ab1d"
    )


EXACT = ("options", "groups", "rounds", "condorcet", "agreement", "disagreements", "leave_one_out", "weight_intervals")


def test_statistics_that_are_there_stay(app: Flask, hall: Hall, now: datetime) -> None:
    ranking_id = conclude_both(hall, now)
    before = joint_statistics_of(db.session(), ranking_id)
    assert without_statistics(db.session()) == []
    db.session.rollback()
    run_due_jobs(app)  # the job that was filed for the case of an interruption
    assert add_statistics() == []
    with transaction() as session:
        assert not keep_statistics(session, ranking_id, {"version": "other"}, now=now)
    assert joint_statistics_of(db.session(), ranking_id) == before


def test_a_job_adds_what_an_interruption_has_left_out(
    app: Flask, hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> list[str]:
        raise RuntimeError("somebody pulled the plug")

    with monkeypatch.context() as patch:
        patch.setattr(concluding, "add_statistics", interrupted)
        ranking_id = conclude_both(hall, now)  # nobody who concludes is troubled by it
    assert round_by_slug(db.session(), "online").state is RoundState.CONCLUDED
    assert joint_statistics_of(db.session(), ranking_id) is None
    db.session.rollback()
    run_due_jobs(app)
    assert joint_statistics_of(db.session(), ranking_id) is not None


@pytest.mark.parametrize("change", ["UPDATE joint_statistics SET version = 'x'", "DELETE FROM joint_statistics"])
def test_the_database_itself_refuses_to_change_statistics(hall: Hall, now: datetime, change: str) -> None:
    conclude_both(hall, now)
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text(change))


def before_there_were_bands(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result as the first version kept it."""
    new = {"shown", "statistics", "rules", "condorcet"}
    return {name: value for name, value in snapshot.items() if name not in new}


def test_a_result_of_before_there_were_bands_is_shown_and_weighed_all_the_same(
    app: Flask, hall: Hall, now: datetime
) -> None:
    confirm("steering", actor=hall.farid, now=now)
    steering = round_by_slug(db.session(), "steering")
    current = result_of(db.session(), steering.id)
    assert current is not None
    with transaction() as session:  # the same round under another slug, as if it had been concluded long ago
        old = make_round(session, steering.process, now, slug="old")
        old.state = RoundState.CONCLUDED
        session.flush()
        session.add(
            RoundResult(
                round_id=old.id,
                rule=current.rule,
                method_version=current.method_version,
                ballots=current.ballots,
                ballots_hash=current.ballots_hash,
                counted_at=now,
                snapshot=before_there_were_bands(current.snapshot) | {"round": "old"},
                draws=None,
            )
        )
    browser = app.test_client()
    for address in ("/rounds/old/result", "/api/v1/rounds/old/result", "/api/v1/rounds/old/statistics"):
        assert browser.get(address).status_code == 200
    told = browser.get("/api/v1/rounds/old/statistics").json
    assert told == {"statistics": None, "rules": {}, "condorcet": None}
    old_snapshot = before_there_were_bands(current.snapshot) | {"round": "old"}
    online = DrawnRound("steering", 1, current.snapshot, current.draws)
    confirm("online", actor=hall.farid, now=now)
    joint = db.session.scalars(db.select(JointResult)).one()
    snapshot = db.session.get_one(JointResult, joint.ranking_id).snapshot
    document = joint_statistics(Evidence(snapshot, [DrawnRound("old", 3, old_snapshot, None), online]))
    assert (document["options"], document["draws"]) == ([], 0)
    assert set(document["rules"]) == {"schulze", "kemeny"}
    assert evidence_of(db.session(), joint.ranking_id).snapshot == snapshot
