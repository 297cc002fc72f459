"""Officials with a shell open, watch and close rounds, and are refused in sentences."""

from datetime import timedelta

from flask import Flask

from participation.ballots.guard import key_store
from participation.ballots.services import cast_ballot
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.rounds.models import Round
from tests.factories.votes import make_measures, make_person, make_process, make_round


def test_a_round_on_the_command_line(app: Flask) -> None:
    now, run = utcnow(), app.test_cli_runner().invoke
    with app.app_context(), transaction() as session:
        process = make_process(session, now)
        make_measures(session, process, ["M01", "M02", "M03"], now)
        make_round(session, process, now, slug="vote").expected_participants = 40
        ayse = make_person(session, "Ayşe", now)

    assert run(args=["round", "open", "vote"]).output == "vote is open with 3 options.\n"
    again = run(args=["round", "open", "vote"])
    assert again.exit_code == 1
    assert again.stderr.startswith("Refused: The round is open.")
    with app.app_context(), transaction() as session:
        given = {"actor": ayse, "now": now, "request_token": "t", "based_on": 0, "keys": key_store()}
        cast_ballot(session, "vote", ["M01"], **given)  # type: ignore[arg-type]
    watched = run(args=["round", "turnout", "vote"]).output.splitlines()
    assert watched[0] == "1 of 40 expected have voted."
    assert watched[1:] == ["By day, channel and class it is shown when the round is concluded, if enough have voted."]
    assert run(args=["round", "close-due"]).output == "No round was due.\n"
    assert run(args=["round", "close", "vote"]).output == "vote is closed.\n"
    assert run(args=["round", "close", "nowhere"]).exit_code == 1


def test_due_rounds_are_closed_from_the_command_line(app: Flask) -> None:
    yesterday, run = utcnow() - timedelta(days=1), app.test_cli_runner().invoke
    with app.app_context(), transaction() as session:
        process = make_process(session, yesterday)
        make_measures(session, process, ["M01", "M02"], yesterday)
        lapsed = make_round(session, process, yesterday, slug="lapsed", closes_in=timedelta(hours=1))
        lapsed.closes_at = utcnow() + timedelta(hours=1)
    assert run(args=["round", "open", "lapsed"]).exit_code == 0
    with app.app_context(), transaction() as session:
        session.get_one(Round, lapsed.id).closes_at = yesterday
    assert run(args=["round", "close-due"]).output == "lapsed is closed.\n"
