"""What the database itself refuses, tried past every service with statements of its own."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.ballots.services import open_round
from participation.core.actor import SYSTEM
from participation.results.services import withdraw_joint_ranking
from tests.factories.results import Hall, conclude, declare, fill_box, make_hall, vote_and_close
from tests.factories.votes import make_round
from tests.support.databases import Backend

OTHER = "(SELECT id FROM rounds WHERE slug = '{}')"
ENTRY = "SELECT {}, 'anybody', participant_class, channel, voted_on FROM participations WHERE round_id = {}"
BALLOT = "SELECT {}, 'somebody', 1, content, 'a receipt', 'a request' FROM counted_ballots WHERE round_id = {}"
COUNTED = "SELECT {}, 'a receipt', content FROM counted_ballots WHERE round_id = {}"
OPTION = "SELECT 'an option', {}, proposal_id, 'X1', 99, content, content_hash FROM options WHERE round_id = {} LIMIT 1"
PART = (
    "SELECT ranking_id, (SELECT id FROM rounds WHERE slug = 'draft'), 3, 1 FROM joint_ranking_parts WHERE position = 2"
)


def of(slug: str, statement: str) -> str:
    """Fill in a round; what is inserted is taken from the concluded one, so that it would fit."""
    return statement.replace("{}", OTHER.format(slug), 1).replace("{}", OTHER.format("concluded"))


REFUSED_OF_A_CONCLUDED_ROUND = [
    "UPDATE rounds SET closes_at = opens_at WHERE id = {}",
    "UPDATE rounds SET state = 'closed' WHERE id = {}",
    "DELETE FROM rounds WHERE id = {}",
    "UPDATE round_events SET actor_id = 'nobody' WHERE round_id = {}",
    "DELETE FROM round_events WHERE round_id = {}",
    "UPDATE options SET content_hash = 'x' WHERE round_id = {}",
    "DELETE FROM options WHERE round_id = {}",
    f"INSERT INTO options (id, round_id, proposal_id, code, position, content, content_hash) {OPTION}",
    f"INSERT INTO ballots (round_id, ballot_key, revision, content, receipt, request) {BALLOT}",
    f"INSERT INTO participations (round_id, participant, participant_class, channel, voted_on) {ENTRY}",
    "UPDATE participations SET participant_class = 'roll' WHERE round_id = {}",
    f"INSERT INTO counted_ballots (round_id, receipt, content) {COUNTED}",
    "INSERT INTO replaced_receipts (round_id, receipt) SELECT {}, 'a receipt' FROM rounds WHERE id = {}",
]

ALLOWED_OF_AN_OPEN_ROUND = [
    "UPDATE rounds SET closes_at = closes_at WHERE id = {}",
    "UPDATE options SET content_hash = content_hash WHERE round_id = {}",
    f"INSERT INTO ballots (round_id, ballot_key, revision, content, receipt, request) {BALLOT}",
    f"INSERT INTO participations (round_id, participant, participant_class, channel, voted_on) {ENTRY}",
    "UPDATE participations SET participant = 'nobody' WHERE round_id = {} AND participant = 'anybody'",
    "INSERT INTO replaced_receipts (round_id, receipt) SELECT {}, 'a receipt' FROM rounds WHERE id = {}",
]

REFUSED_OF_A_DECLARED_RANKING = [
    "UPDATE joint_ranking_parts SET weight = 7",
    "UPDATE joint_ranking_parts SET round_id = (SELECT id FROM rounds WHERE slug = 'draft') WHERE position = 2",
    "DELETE FROM joint_ranking_parts WHERE position = 2",
    f"INSERT INTO joint_ranking_parts (ranking_id, round_id, position, weight) {PART}",
    "INSERT INTO carry_overs (ranking_id, goals_ranking_id, share) SELECT id, 'other', '1/2' FROM joint_rankings",
    "UPDATE joint_rankings SET declared_at = '2026-01-01 00:00:00'",
    "DELETE FROM joint_rankings",
]


@pytest.fixture
def hall(session: Session, now: datetime) -> Hall:
    return make_hall(session, now)


@pytest.fixture
def rounds(session: Session, hall: Hall, now: datetime, keys: KeyStore) -> None:
    """Make a round that is concluded and one that is open."""
    concluded, running = (make_round(session, hall.process, now, slug=slug) for slug in ("concluded", "open"))
    vote_and_close(session, concluded, [["M1"], ["M2"]], now, keys)
    conclude(session, concluded, hall, now)
    open_round(session, running.slug, actor=SYSTEM, now=now, keys=keys)
    fill_box(session, running, [["M1"]], now)
    session.commit()


def limited(slug: str, statement: str) -> str:
    """Insert one row where the concluded round would give several, so that only a trigger can refuse it."""
    return of(slug, statement) + (" LIMIT 1" if " SELECT {}," in statement else "")


@pytest.mark.usefixtures("rounds")
def test_a_concluded_round_never_changes(session: Session) -> None:
    for statement in REFUSED_OF_A_CONCLUDED_ROUND:
        with pytest.raises(DatabaseError, match="a concluded round never changes"):
            session.execute(text(limited("concluded", statement)))
        session.rollback()


@pytest.mark.usefixtures("rounds")
def test_the_control_an_open_round_changes_by_the_same_statements(session: Session) -> None:
    for statement in ALLOWED_OF_AN_OPEN_ROUND:
        session.execute(text(limited("open", statement)))


@pytest.mark.usefixtures("rounds")
def test_entries_of_the_register_of_a_concluded_round_may_be_erased(session: Session) -> None:
    session.execute(text(of("concluded", "DELETE FROM participations WHERE round_id = {}")))


@pytest.fixture
def ranking(session: Session, hall: Hall, now: datetime) -> None:
    """Declare a ranking of two rounds; a third one stays outside."""
    for slug in ("first", "second", "draft"):
        make_round(session, hall.process, now, slug=slug)
    declare(session, hall, {"first": 2, "second": 1}, now)
    session.commit()


@pytest.mark.usefixtures("ranking")
def test_declared_weights_never_change_once_one_of_their_rounds_has_opened(
    session: Session, now: datetime, keys: KeyStore
) -> None:
    open_round(session, "first", actor=SYSTEM, now=now, keys=keys)
    session.commit()
    for statement in REFUSED_OF_A_DECLARED_RANKING:
        with pytest.raises(DatabaseError, match="once the first of its rounds has opened"):
            session.execute(text(statement))
        session.rollback()


@pytest.mark.usefixtures("ranking")
def test_the_control_before_that_a_declaration_can_be_changed_and_taken_back(
    session: Session, hall: Hall, now: datetime
) -> None:
    for statement in REFUSED_OF_A_DECLARED_RANKING[:4]:
        session.execute(text(statement))
    session.rollback()
    withdraw_joint_ranking(session, hall.process.slug, "joint", actor=hall.birte, now=now)
    session.commit()


@pytest.mark.usefixtures("ranking")
def test_a_round_that_has_opened_cannot_be_weighed_any_more(session: Session, now: datetime, keys: KeyStore) -> None:
    open_round(session, "draft", actor=SYSTEM, now=now, keys=keys)
    session.commit()
    with pytest.raises(DatabaseError, match="once the first of its rounds has opened"):
        session.execute(text(REFUSED_OF_A_DECLARED_RANKING[3]))


TRIGGERS = {
    "rounds": ("update", "delete"),
    "round_events": ("update", "delete"),
    "options": ("insert", "update", "delete"),
    "ballots": ("insert", "update"),
    "participations": ("insert", "update"),
    "counted_ballots": ("insert",),
    "replaced_receipts": ("insert",),
    "joint_rankings": ("update", "delete"),
    "joint_ranking_parts": ("insert", "update", "delete"),
    "carry_overs": ("insert", "update", "delete"),
    "plans": ("update", "delete"),
    "plan_decisions": ("insert", "update", "delete"),
    "paper_sheets": ("insert", "update", "delete"),
}


def test_no_revision_has_lost_a_trigger_by_copying_its_table(session: Session, backend: Backend) -> None:
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[backend.name]
    there = {name for name in session.scalars(text(listed)) if "_keeps_on_" in name}
    assert there == {f"{table}_keeps_on_{verb}" for table, verbs in TRIGGERS.items() for verb in verbs}
