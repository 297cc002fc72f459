"""The whole road of a bundle: conclude, publish, download, verify; who receives what, and what is written down."""

import dataclasses
import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, undefer
from werkzeug.test import TestResponse

from participation.audit.models import AuditRecord
from participation.ballots.guard import key_store
from participation.ballots.keys import KeyStore
from participation.ballots.services import close_round, open_round, strike_option
from participation.bundles.verification import Asked, State, Step, Verdict, verify
from participation.comments.models import Comment
from participation.comments.services import hide_comment, restore_comment
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Unavailable
from participation.core.permissions import Role
from participation.extensions import db, transaction
from participation.proposals.models import Proposal
from participation.results import concluding, jobs, services
from participation.results.concluding import confirm
from participation.results.models import PublishedBundle, RoundResult
from participation.results.publishing import NotPublished, publish_bundles
from participation.results.rules.declaration import Declaration
from participation.results.services.bundles import Prepared
from participation.rounds.kinds import Task
from participation.rounds.models import OptionRule
from participation.rounds.queries import round_by_slug
from participation.tally.ballots import Content
from participation.tally.kinds import BallotKind
from tests.factories.results import declare, fill_box, make_goals, make_hall, make_official, vote_and_close
from tests.factories.votes import make_measures, make_round, words
from tests.support.people import sign_in

MANY: Sequence[Content] = [["M1"], ["M2", "M1"], [], ["M3", "M2", "M1"], ["M1", "M3"], ["M2"]] * 2


def verified(data: bytes, folder: Path) -> tuple[Verdict, list[Step]]:
    path = folder / "bundle.zip"
    path.write_bytes(data)
    verdict = Verdict()
    return verdict, list(verify(path, Asked(), verdict))


def passed(data: bytes, folder: Path) -> dict[str, State]:
    """Verify and return what came of the outer bundle's steps."""
    verdict, steps = verified(data, folder)
    assert verdict.failed is None, str(verdict.failed)
    single = Path(__file__).parents[3] / "verify" / "verify_bundle.py"
    said = subprocess.run(
        [sys.executable, str(single), str(folder / "bundle.zip")], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout
    assert said.stdout.splitlines()[-1] == f"VERIFIED {verdict.fingerprint}"
    assert said.stdout.splitlines()[:-1] == [str(step) for step in steps]
    return {step.name: step.state for step in steps if not step.folder}


@dataclass
class Town:
    """A process with three measures, whose rounds can be concluded as two people do it."""

    app: Flask
    now: datetime

    def __post_init__(self) -> None:
        with self.app.app_context(), transaction() as session:
            self.hall = make_hall(session, self.now)

    def draft(self, slug: str, kind: BallotKind = BallotKind.RANKING) -> None:
        with self.app.app_context(), transaction() as session:
            process = session.merge(self.hall.process, load=True)
            make_round(session, process, self.now, slug=slug, ballot_kind=kind)

    def conclude(self, slug: str, contents: Sequence[Content], *, struck: Sequence[str] = ()) -> None:
        with self.app.app_context():
            with transaction() as session:
                vote_and_close(session, round_by_slug(session, slug), contents, self.now, key_store())
                for code in struck:
                    strike_option(session, slug, code, {"de": "Doppelt."}, actor=self.hall.birte, now=self.now)
                services.request_conclusion(session, slug, actor=self.hall.birte, now=self.now)
            confirm(slug, actor=self.hall.farid, now=self.now)

    def client(self, actor: Actor | None = None) -> FlaskClient:
        client = self.app.test_client()
        return client if actor is None else sign_in(client, actor.id)

    def audited(self, action: str) -> list[tuple[str, Any]]:
        with self.app.app_context():
            found = db.session.scalars(select(AuditRecord).where(AuditRecord.action == action))
            return [(one.actor_id, one.facts) for one in found]

    def bundles(self) -> list[PublishedBundle]:
        with self.app.app_context():
            whole = undefer(PublishedBundle.documents)
            return list(db.session.scalars(select(PublishedBundle).options(whole).order_by(PublishedBundle.made_at)))


@pytest.fixture
def town(app: Flask, now: datetime) -> Town:
    return Town(app, now)


def names_in(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def groups(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 4] for at in range(0, 64, 4))


def json_of(answer: TestResponse) -> Any:
    assert answer.status_code == 200
    return answer.json


def test_whoever_downloads_a_bundle_can_count_the_ballots_again(town: Town, tmp_path: Path) -> None:
    town.draft("online")
    town.conclude("online", MANY)
    client = town.client()
    answer = client.get("/rounds/online/bundle.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    states = passed(answer.data, tmp_path)
    assert [name for name, state in states.items() if state is State.NOT_POSSIBLE] == ["fingerprint"]
    assert client.get("/api/v1/rounds/online/bundle.zip").data == answer.data
    described = json_of(client.get("/api/v1/rounds/online/bundle"))
    for page in ("/rounds/online/result", "/rounds/online/result/explanation", "/rounds/online/bundle"):
        assert groups(described["fingerprint"]) in client.get(page).text
    keys = json_of(client.get("/api/v1/bundles/key"))["keys"]
    assert [key["public_key"] for key in keys] == [described["public_key"]]
    assert groups(described["public_key"]) in client.get("/bundles/key").text
    result = json_of(client.get("/api/v1/rounds/online/result"))
    root = described["manifest"]["ballots"]["root"]
    assert result["ballots_root"] == result["statistics"]["seed"] == root
    assert [facts["ballots_root"] for _actor, facts in town.audited("round.conclude")] == [root]


@pytest.mark.parametrize("contents", [MANY[:9], [], [[], []]])
def test_ballots_of_few_voters_are_withheld_and_named_auditors_receive_them(
    town: Town, tmp_path: Path, contents: Sequence[Content]
) -> None:
    town.draft("online")
    town.conclude("online", contents)
    public = town.client().get("/rounds/online/bundle.zip").data
    assert "ballots.jsonl" not in names_in(public)
    assert passed(public, tmp_path)["root"] is State.NOT_POSSIBLE
    with town.app.app_context(), transaction() as session:
        auditor = make_official(session, "Nadia", Role.AUDITOR, session.merge(town.hall.process), town.now)
    for prefix in ("", "/api/v1"):
        address = f"{prefix}/rounds/online/bundle-for-auditors.zip"
        assert town.client().get(address).status_code in {302, 401}
        assert town.client(town.hall.birte).get(address).status_code == 403
        states = passed(town.client(auditor).get(address).data, tmp_path)
        assert (states["ballots"], states["root"]) == (State.OK, State.OK)
    handed = town.audited("bundle.hand_out")
    assert [(actor, facts["edition"]) for actor, facts in handed] == [(auditor.id, "auditors")] * 2
    assert "for-auditors" in town.client(auditor).get("/rounds/online/bundle").text
    assert "for-auditors" not in town.client(town.hall.birte).get("/rounds/online/bundle").text


@pytest.mark.parametrize("kind", list(BallotKind))
def test_ballots_of_every_kind_with_a_struck_option_are_counted_alike(
    town: Town, tmp_path: Path, kind: BallotKind
) -> None:
    values: Sequence[Content] = [{"M1": 3, "M2": 2}, {"M3": 1}, {}, {"M2": 4, "M3": 1}] * 3
    town.draft("online", kind)
    carries_values = kind in {BallotKind.POINTS, BallotKind.SCORE}
    town.conclude("online", values if carries_values else MANY, struck=["M2"])
    states = passed(town.client().get("/rounds/online/bundle.zip").data, tmp_path)
    assert (states["counts"], states["ranking"]) == (State.OK, State.OK)


def test_a_joint_ranking_holds_its_rounds_and_is_recounted_with_them(town: Town, tmp_path: Path) -> None:
    for slug in ("online", "steering"):
        town.draft(slug)
    with town.app.app_context(), transaction() as session:
        declare(session, town.hall, {"online": 3, "steering": 1}, town.now)
    address = "/processes/integration/rankings/joint"
    town.conclude("online", MANY)
    assert town.client().get(f"{address}/bundle").status_code == 404
    town.conclude("steering", MANY[:5])
    client = town.client()
    data = client.get(f"{address}/bundle.zip").data
    assert passed(data, tmp_path)["ranking"] is State.OK
    assert {name.split("/")[1] for name in names_in(data) if name.startswith("rounds/")} == {"online", "steering"}
    assert "rounds/online/ballots.jsonl" in names_in(data)
    assert "rounds/steering/ballots.jsonl" not in names_in(data)
    described = json_of(client.get(f"/api/v1{address}/bundle"))
    inner = json_of(client.get("/api/v1/rounds/online/bundle"))["fingerprint"]
    assert described["manifest"]["rounds"]["online"] == inner
    for page in (address, f"{address}/explanation", f"{address}/bundle"):
        assert groups(described["fingerprint"]) in client.get(page).text


def test_a_bundle_is_made_once_and_an_interrupted_one_is_made_up_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.draft("online")
    with monkeypatch.context() as patched:
        patched.setattr(concluding, "publish_bundles", lambda: 1 / 0)
        town.conclude("online", MANY)
    assert town.bundles() == []
    assert town.client().get("/rounds/online/result").status_code == 200
    assert town.client().get("/rounds/online/bundle.zip").status_code == 404
    with town.app.app_context():
        jobs.publish_bundles_of(db.session(), {})
        jobs.publish_bundles_of(db.session(), {})
        assert publish_bundles(older=True) == []
    assert len(town.bundles()) == 1


def test_a_result_that_cannot_be_published_keeps_no_other_from_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for slug in ("first", "second"):
        town.draft(slug)
        with monkeypatch.context() as patched:
            patched.setattr(concluding, "publish_bundles", list)
            town.conclude(slug, MANY)
    prepare = services.prepare_round
    broken: list[str] = []

    def stumbling(session: Session, round_id: str, **how: Any) -> Prepared:
        if not broken:
            broken.append(round_id)
        if round_id in broken:
            raise ValueError("cannot be written")
        return prepare(session, round_id, **how)

    monkeypatch.setattr(services, "prepare_round", stumbling)
    with town.app.app_context(), pytest.raises(NotPublished):
        publish_bundles()
    assert [bundle.round_id in broken for bundle in town.bundles()] == [False]


def test_a_bundle_is_never_changed_and_its_salt_is_in_nothing_that_is_handed_out(town: Town) -> None:
    town.draft("online")
    town.conclude("online", MANY)
    for statement in ("UPDATE published_bundles SET signature = ''", "DELETE FROM published_bundles"):
        with (
            town.app.app_context(),
            pytest.raises(DatabaseError, match="append-only"),
            transaction() as session,
        ):
            session.execute(text(statement))
    with town.app.app_context():
        salt = db.session.scalars(select(RoundResult.salt)).one()
    assert salt is not None
    assert len(salt) == 32
    archive = zipfile.ZipFile(io.BytesIO(town.client().get("/rounds/online/bundle.zip").data))
    handed = b"".join(archive.read(name) for name in archive.namelist())
    handed += town.client(town.hall.birte).get("/rounds/online/result.json").data
    handed += town.client().get("/api/v1/rounds/online/result").data
    assert salt.hex().encode() not in handed
    assert salt not in handed


def test_a_round_of_before_there_were_bundles_gets_its_own_by_command(town: Town, tmp_path: Path) -> None:
    town.draft("online")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(concluding, "publish_bundles", list)
        town.conclude("online", MANY)
    _make_old(town)
    assert town.client().get("/rounds/online/bundle").status_code == 404
    with town.app.app_context():
        assert publish_bundles() == []
    said = town.app.test_cli_runner().invoke(args=["bundle", "publish"])
    assert said.exit_code == 0, said.output
    assert passed(town.client().get("/rounds/online/bundle.zip").data, tmp_path)["root"] is State.OK


def _make_old(town: Town) -> None:
    """Put a result into the form that it had before there were bundles, past the triggers that guard it."""
    with town.app.app_context(), transaction() as session:
        result = session.scalars(select(RoundResult).options(undefer(RoundResult.snapshot))).one()
        new = {"ballots_root", "ballots_file", "marks", "empty"}
        old = {name: value for name, value in result.snapshot.items() if name not in new}
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER round_results_refuses_update"))
        else:
            session.execute(text("ALTER TABLE round_results DISABLE TRIGGER ALL"))
        result.snapshot, result.salt = old, None


def test_the_command_line_writes_a_bundle_as_file_or_folder(town: Town, tmp_path: Path) -> None:
    town.draft("online")
    town.conclude("online", MANY[:9])
    with town.app.app_context(), transaction() as session:
        make_official(session, "Nadia", Role.AUDITOR, session.merge(town.hall.process), town.now)

    def export(target: Path, *more: str) -> Result:
        return town.app.test_cli_runner().invoke(args=["bundle", "export", "online", str(target), *more])

    packed, folder = tmp_path / "online.zip", tmp_path / "online"
    assert export(packed, "--as", "farid@example.org").exit_code == 0
    assert packed.read_bytes() == town.client().get("/rounds/online/bundle.zip").data
    refused = export(folder, "--as", "farid@example.org", "--edition", "auditors")
    assert (refused.exit_code, folder.exists()) == (1, False)
    assert export(folder, "--as", "nadia@example.org", "--edition", "auditors").exit_code == 0
    assert (folder / "ballots.jsonl").exists()
    verdict = Verdict()
    assert [step.state for step in verify(folder, Asked(), verdict)].count(State.OK) == 10
    assert len(town.audited("bundle.hand_out")) == 1


def test_goals_that_carry_over_are_inside_and_are_recounted_too(town: Town, tmp_path: Path) -> None:
    with town.app.app_context(), transaction() as session:
        hall = dataclasses.replace(town.hall, process=session.merge(town.hall.process))
        make_goals(session, hall, town.now)
        make_round(session, hall.process, town.now, slug="measures")
        goals = make_round(session, hall.process, town.now, slug="goals", option_rule=OptionRule.ALL_SUBGOALS)
        goals.task_names = [Task.PRIORITISE_GOALS.value]
        session.flush()
        for slug, task, share in (
            ("joint-goals", Task.PRIORITISE_GOALS, Fraction(0)),
            ("joint", Task.PRIORITISE_MEASURES, Fraction(1, 5)),
        ):
            declared = Declaration(
                slug,
                task,
                {"goals" if task is Task.PRIORITISE_GOALS else "measures": 1},
                title={"de": "Gemeinsame Rangliste"},
                declared_by={"de": "Rat der Stadt"},
                share=share,
                goals_ranking="joint-goals" if share else None,
            )
            services.declare_joint_ranking(session, "integration", declared, actor=hall.birte, now=town.now)
    town.conclude("measures", MANY)
    town.conclude("goals", [["G1.1"], ["G1.2", "G1.1"]] * 6)
    data = town.client().get("/processes/integration/rankings/joint/bundle.zip").data
    assert passed(data, tmp_path)["ranking"] is State.OK
    assert "goals/rounds/goals/ballots.jsonl" in names_in(data)
    options = orjson.loads(zipfile.ZipFile(io.BytesIO(data)).read("ranking.json"))["options"]
    assert {one["code"]: one["goals"] is not None for one in options} == {"M1": True, "M2": False, "M3": True}


def test_what_was_hidden_while_the_round_ran_is_published_with_the_reason_and_without_the_words(town: Town) -> None:
    town.draft("online")
    with town.app.app_context(), transaction() as session:
        measure = session.scalars(select(Proposal).where(Proposal.code == "M1")).one()
        comment = Comment(
            proposal_id=measure.id,
            round_id=round_by_slug(session, "online").id,
            author_name="Ayşe",
            body=words(session, "Ein böses Wort", town.now),
            written_at=town.now,
            decisions=[],
        )
        session.add(comment)
        session.flush()
        comment_id = comment.id
    with town.app.app_context(), transaction() as session:
        open_round(session, "online", actor=SYSTEM, now=town.now, keys=key_store())
        later = town.now + timedelta(minutes=1)
        hide_comment(session, comment_id, {"de": "Beleidigung."}, actor=town.hall.farid, now=later)
        fill_box(session, round_by_slug(session, "online"), MANY, town.now)
        close_round(session, "online", actor=SYSTEM, now=later + timedelta(minutes=1))
        restore_comment(session, comment_id, {"de": "Zu spät."}, actor=town.hall.farid, now=later + timedelta(hours=1))
        services.request_conclusion(session, "online", actor=town.hall.birte, now=later + timedelta(hours=2))
    with town.app.app_context():
        confirm("online", actor=town.hall.farid, now=town.now + timedelta(hours=3))
    (bundle,) = town.bundles()
    (line,) = bundle.documents["moderation.jsonl"].splitlines()
    assert orjson.loads(line) == {
        "action": "comment.hide",
        "day": "2026-11-20",
        "reason": "Beleidigung.",
        "subject": comment_id,
    }
    everything = "".join(bundle.documents.values())
    for word in ("böses", "Ayşe", "Farid", town.hall.farid.id, town.hall.birte.id):
        assert word not in everything


def test_several_hosts_sign_with_one_key_that_is_kept_durably(tmp_path: Path) -> None:
    stores = [KeyStore(tmp_path / "keys") for _host in range(8)]
    stores[0].prepare()
    with ThreadPoolExecutor(8) as hosts:
        secrets = set(hosts.map(lambda store: store.signing_secret(is_first=True), stores))
    assert len(secrets) == 1
    path = tmp_path / "keys" / "signing.key"
    assert (path.stat().st_mode & 0o777, path.read_bytes()) == (0o600, secrets.pop())
    path.write_bytes(b"short")
    with pytest.raises(Unavailable, match="signing_key_damaged"):
        stores[0].signing_secret(is_first=False)


def test_a_lost_signing_key_stops_the_bundles_until_people_begin_another(town: Town) -> None:
    for slug in ("online", "later"):
        town.draft(slug)
    town.conclude("online", MANY)
    town.app.config["SETTINGS"].keys_dir.joinpath("signing.key").unlink()
    town.conclude("later", MANY)
    run = town.app.test_cli_runner().invoke
    refused = run(args=["bundle", "publish"])
    assert refused.exit_code == 1
    assert "is not in the folder of keys" in refused.stderr
    assert len(town.bundles()) == 1
    assert run(args=["key", "renew-signing-key", "--yes"]).exit_code == 0
    assert run(args=["key", "renew-signing-key", "--yes"]).exit_code == 1
    assert run(args=["bundle", "publish"]).exit_code == 0
    first, second = town.bundles()
    assert first.public_key != second.public_key


@pytest.mark.parametrize(
    "ballot,most,short",
    [
        (BallotKind.RANKING, {"max_choices": 6}, True),
        (BallotKind.RANKING, {"max_choices": 7}, False),
        (BallotKind.SCORE, {"max_score": 5}, True),
    ],
)
def test_a_door_says_before_the_vote_what_is_published(
    town: Town,
    ballot: BallotKind,
    most: dict[str, int],
    short: bool,  # noqa: FBT001 - of the table
) -> None:
    town.draft("online", ballot)
    with town.app.app_context(), transaction() as session:
        round_ = round_by_slug(session, "online")
        for name, value in most.items():
            setattr(round_, name, value)
        if not short:
            make_measures(session, session.merge(town.hall.process), [f"N{number}" for number in range(6)], town.now)
        open_round(session, "online", actor=SYSTEM, now=town.now, keys=key_store())
    page = town.client().get("/online/online").text
    assert ("it holds every ballot beside its receipt" in page) is short
    assert ("recognised by its pattern" in page) is not short
