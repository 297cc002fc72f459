"""A backup holds one state and no key; it is restored whole or not at all, and people decide how rounds go on."""

import hashlib
import json
import os
import shutil
import stat
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from participation.audit.models import AuditRecord
from participation.ballots.guard import key_store
from participation.ballots.services import open_round
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from tests.factories.results import conclude, fill_box, make_hall, vote_and_close
from tests.factories.votes import make_round
from tests.support.databases import Backend

SECRET = "a secret of the application, 0123456789 abcdef"


@pytest.fixture
def settings(backend: Backend) -> Settings:
    escrow = backend.data_dir.with_name("escrow")  # the same for every test, so that they share an application
    shutil.rmtree(escrow, ignore_errors=True)
    return backend.settings(secret_key=SECRET, escrow_dir=escrow)


class Site:
    """One concluded round, one closed, one open with three ballots; what operators type."""

    def __init__(self, app: Flask, backend: Backend, folder: Path) -> None:
        self.app, self.backend, self.folder = app, backend, folder
        self.run = app.test_cli_runner().invoke
        now = utcnow()
        with app.app_context():
            key_store().prepare_escrow()
            with transaction() as session:
                hall = make_hall(session, now)
                concluded = make_round(session, hall.process, now, slug="concluded")
                vote_and_close(session, concluded, [["M1"], ["M2", "M1"], []], now, key_store())
                conclude(session, concluded, hall, now)
                closed = make_round(session, hall.process, now, slug="closed")
                vote_and_close(session, closed, [["M1"]], now, key_store())
                opened = make_round(session, hall.process, now, slug="open")
                open_round(session, "open", actor=SYSTEM, now=now, keys=key_store())
                fill_box(session, opened, [["M3"], ["M1", "M3"], ["M2"]], now)
                make_round(session, hall.process, now, slug="draft")
            self.round_id = opened.id

    @property
    def settings(self) -> Settings:
        found: Settings = self.app.config["SETTINGS"]
        return found

    def backup(self, name: str = "site.backup") -> Path:
        done = self.run(args=["backup", str(self.folder / name)])
        assert done.exit_code == 0, done.output
        self.let_go()
        return self.folder / name

    def restore(self, path: Path, *options: str) -> tuple[int, str]:
        self.let_go()
        done = self.run(args=["restore", str(path), *options])
        return done.exit_code, done.output

    def let_go(self) -> None:
        """Stop the server, as an operator does before restoring."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def lose(self) -> None:
        """Lose the database; the keys stay."""
        self.let_go()
        keys = self.settings.keys_dir
        kept = shutil.copytree(keys, self.folder / "kept keys")
        self.backend.empty()
        shutil.copytree(kept, keys, dirs_exist_ok=True)
        shutil.rmtree(kept)

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table."""
        with self.app.app_context():
            tables = sorted(db.metadata.tables)
            return {
                table: sorted(tuple(map(str, row)) for row in db.session.execute(text(f"SELECT * FROM {table}")))  # noqa: S608 - names of tables
                for table in tables
            }


@pytest.fixture
def site(app: Flask, backend: Backend, tmp_path: Path) -> Iterator[Site]:
    made = Site(app, backend, tmp_path)
    yield made
    made.let_go()


def inside(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_lost_database_comes_back_as_it_was_and_every_round_that_runs_waits_for_people(site: Site) -> None:
    before = site.contents()
    path = site.backup()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    site.lose()
    code, said = site.restore(path)
    assert code == 0, said
    assert "open is suspended with 3 ballots" in said
    after = site.contents()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"audit_records", "round_events", "rounds"}
    with site.app.app_context():
        acts = db.session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
        assert list(acts[len(before["audit_records"]) :]) == ["backup.restore", "round.suspend", "round.suspend"]
        suspended = db.session.scalars(select(Round.slug).where(Round.suspended_at.is_not(None)).order_by(Round.slug))
        assert list(suspended) == ["closed", "open"]
    assert site.run(args=["check"]).stdout == "The database is whole.\n"
    assert sorted(item.name for item in site.folder.iterdir() if "part" in item.name or "restoring" in item.name) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_key_and_no_secret_is_in_a_backup(site: Site) -> None:
    stored = b"".join(inside(site.backup()).values())
    places = (site.settings.keys_dir, site.settings.escrow_dir)
    secrets = [SECRET.encode(), *(path.read_bytes() for place in places if place for path in place.glob("*.key"))]
    assert len(secrets) >= 5
    for secret in secrets:
        for form in (secret, secret.hex().encode(), b64encode(secret).rstrip(b"=")):
            assert form not in stored
    assert SECRET not in json.dumps(str(stored))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", ["hex", "as it is"])
def test_a_key_that_has_found_its_way_into_the_database_is_noticed_and_no_backup_is_written(
    site: Site, form: str
) -> None:
    """The control of the test above: the search finds what it looks for."""
    key = next(site.settings.keys_dir.glob("*.key"))
    leaked = {"hex": key.read_bytes().hex(), "as it is": SECRET}[form]
    with site.app.app_context(), transaction() as session:
        session.add(Job(name="leak", payload={"x": leaked}, created_at=utcnow(), due_at=utcnow()))
    done = site.run(args=["backup", str(site.folder / "leaking.backup")])
    assert done.exit_code == 1
    assert "stands in the database" in done.stderr
    assert not list(site.folder.glob("*leaking*"))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_backup_overwrites_nothing_lies_beside_no_key_and_leaves_its_record(site: Site) -> None:
    path = site.backup()
    written = path.read_bytes()
    again = site.run(args=["backup", str(path)])
    assert again.exit_code == 1
    assert "is not overwritten" in again.stderr
    assert path.read_bytes() == written
    beside = site.run(args=["backup", str(site.settings.keys_dir / "b")])
    assert "must not lie side by side" in beside.stderr
    assert site.run(args=["backup", str(site.folder / "no" / "b")]).exit_code == 1
    with site.app.app_context():
        last = db.session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc()).limit(1)).one()
        manifest = json.loads(inside(path)["manifest.json"])
        assert last.action == "backup.take"
        assert last.facts["record"] == manifest["state"]["audit"]["number"] == last.number - 1
    assert {one["slug"]: one["ballots"] for one in manifest["state"]["rounds"]} == {"closed": 1, "open": 3}


@pytest.mark.slow
def test_a_place_that_holds_data_is_refused_unless_it_is_moved_aside(site: Site) -> None:
    path, before = site.backup(), site.contents()
    code, said = site.restore(path)
    assert code == 1
    assert "--move-aside" in said
    assert site.contents()["ballots"] == before["ballots"]
    code, said = site.restore(path, "--move-aside")
    assert code == 0, said
    assert "What was there before is in" in said
    assert site.contents()["ballots"] == before["ballots"]


@pytest.mark.slow
def test_a_server_that_is_still_connected_keeps_a_backup_from_being_restored(site: Site) -> None:
    path = site.backup()
    with site.app.app_context(), db.engine.connect() as serving:
        serving.execute(select(Round.slug)).all()
        done = site.run(args=["restore", str(path), "--move-aside"])
        assert done.exit_code == 1
        assert "stop the server" in done.stderr


def tampered(path: Path, target: Path, name: str, content: bytes, *, sealed: bool) -> Path:
    """Write the backup again with another part; `sealed` also with a manifest that fits it."""
    parts = inside(path)
    parts[name] = content
    if sealed:
        manifest = json.loads(parts["manifest.json"])
        manifest["parts"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return target


@pytest.mark.slow
def test_a_damaged_backup_is_refused_and_nothing_is_served(site: Site) -> None:
    path = site.backup()
    name = next(part for part in inside(path) if part.startswith(("database", "tables/ballots")))
    spoilt = inside(path)[name].replace(b"M1", b"M2", 1)
    broken = tampered(path, site.folder / "broken", name, spoilt, sealed=False)
    (site.folder / "cut").write_bytes(path.read_bytes()[:-2000])
    (site.folder / "none").write_text("no backup")
    site.lose()
    for bad in ("broken", "cut", "none"):
        code, said = site.restore(site.folder / bad)
        assert code == 1, said
        assert "backup" in said
    assert broken.exists()
    assert nothing_is_there(site)


def nothing_is_there(site: Site) -> bool:
    with site.app.app_context():
        tables = inspect(db.engine).get_table_names()
    site.let_go()
    return tables == []


def change(site: Site, statement: str, trigger: str = "") -> None:
    """Change the database past its triggers, as somebody with access to the server could."""
    sqlite = site.backend.name == "sqlite"
    body = ""
    with site.app.app_context(), transaction() as session:
        if trigger and sqlite:
            (body,) = session.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": trigger}).one()
            session.execute(text(f"DROP TRIGGER {trigger}"))
        if not sqlite:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(statement))
        if body:
            session.execute(text(body))


TAMPERED = {
    "a vote changed": (
        "UPDATE counted_ballots SET content = '[\"M2\"]' WHERE CAST(content AS TEXT) = '[\"M1\"]'",
        "counted_ballots_refuses_update",
        "concluded: the ballots are not those that were counted",
    ),
    "a vote gone": (
        "DELETE FROM counted_ballots WHERE CAST(content AS TEXT) = '[\"M1\"]'",
        "counted_ballots_refuses_delete",
        "concluded: 3 ballots were counted, but 2 are there",
    ),
    "a voter gone": (
        "DELETE FROM participations WHERE round_id = (SELECT id FROM rounds WHERE slug = 'closed')",
        "",
        "closed: 0 people are noted as having voted, but there are 1 ballots",
    ),
    "a ballot gone": ("DELETE FROM ballots WHERE CAST(content AS TEXT) = '[\"M2\"]'", "", "but there are 2 ballots"),
    "an act changed": (
        "UPDATE audit_records SET actor_id = 'somebody' WHERE number = 2",
        "audit_records_refuses_update",
        "Record 2 of the acts does not fit",
    ),
    "an act that is gone from the end": (
        "DELETE FROM audit_records WHERE number = (SELECT max(number) FROM audit_records)",
        "audit_records_refuses_delete",
        "",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_past_the_program_is_found_on_a_running_site_and_in_its_backup(site: Site, name: str) -> None:
    statement, trigger, sentence = TAMPERED[name]
    change(site, statement, trigger)
    found = site.run(args=["check"])
    assert found.exit_code == (3 if sentence else 0)  # only a witness knows of an end that was cut off
    assert sentence in found.stderr
    path = site.backup()
    site.lose()
    code, said = site.restore(path)
    assert code == (1 if sentence else 0)
    assert sentence in said
    assert nothing_is_there(site) is bool(sentence)


@pytest.mark.slow
def test_a_trigger_that_is_missing_or_off_is_found(site: Site) -> None:
    with site.app.app_context(), transaction() as session:
        session.execute(
            text(
                {
                    "sqlite": "DROP TRIGGER audit_records_refuses_update",
                    "postgresql": "ALTER TABLE audit_records DISABLE TRIGGER audit_records_append_only",
                }[site.backend.name]
            )
        )
    found = site.run(args=["check"])
    assert found.exit_code == 3
    assert "on audit_records is missing, changed or off" in found.stderr


@pytest.mark.slow
def test_a_manifest_that_does_not_fit_what_is_restored_is_refused(site: Site) -> None:
    """Sums that somebody made anew do not help: the record's head and the numbers are compared as well."""
    path = site.backup()
    manifest = json.loads(inside(path)["manifest.json"])
    changes = {
        "head": lambda m: m["state"]["audit"].update(hash="0" * 64),
        "rows": lambda m: m["state"]["tables"].update(ballots=99),
        "ballots": lambda m: m["state"]["rounds"][0].update(ballots=99),
    }
    site.lose()
    for name, change_it in changes.items():
        other = json.loads(json.dumps(manifest))
        change_it(other)  # type: ignore[no-untyped-call]
        target = tampered(path, site.folder / name, "manifest.json", json.dumps(other).encode(), sealed=False)
        code, said = site.restore(target)
        assert code == 1, said
        assert "is not what the manifest" in said
    newer = json.loads(json.dumps(manifest))
    newer["state"]["schema"] = "9999"
    code, said = site.restore(
        tampered(path, site.folder / "newer", "manifest.json", json.dumps(newer).encode(), sealed=False)
    )
    assert "does not know" in said
    assert nothing_is_there(site)


@pytest.mark.slow
def test_a_round_concluded_after_its_backup_is_not_brought_back_while_its_key_lies_about(site: Site) -> None:
    """The escrow was not reached at the conclusion; with the old backup its copy would tell who voted what."""
    path = site.backup()
    escrow = site.settings.escrow_dir
    assert escrow is not None
    copy = (escrow / f"{site.round_id}.key").read_bytes()
    with site.app.app_context():
        key_store().destroy(site.round_id)
    (escrow / f"{site.round_id}.key").write_bytes(copy)
    site.lose()
    code, said = site.restore(path)
    assert code == 1
    assert "Concluded after the backup was taken: open." in said
    assert nothing_is_there(site)
    code, said = site.restore(path, "--destroy-keys")
    assert code == 0, said
    assert "Its key is destroyed" in said
    assert not (escrow / f"{site.round_id}.key").exists()
    resumed = site.run(args=["round", "resume", "open", "--reason", "Weiter"])
    assert resumed.exit_code == 1


@pytest.mark.slow
def test_a_key_of_a_concluded_round_that_turns_up_is_destroyed_after_the_restoring(site: Site) -> None:
    with site.app.app_context():
        concluded = round_by_slug(db.session(), "concluded").id
    site.let_go()
    assert site.run(args=["worker", "--once"]).exit_code == 0
    path = site.backup()
    site.lose()
    (site.settings.keys_dir / f"{concluded}.key").write_bytes(bytes(range(32)))
    assert site.restore(path)[0] == 0
    assert site.run(args=["worker", "--once"]).exit_code == 0
    assert not (site.settings.keys_dir / f"{concluded}.key").exists()


@pytest.mark.slow
def test_rows_do_not_stand_in_the_order_in_which_people_voted(site: Site) -> None:
    """Box and register in the order of arrival could be paired line by line, without any key."""
    path = site.backup()
    if site.backend.name == "sqlite":
        return  # both tables lie by their keys there, and have no other order
    parts = inside(path)
    for table in ("ballots", "participations"):
        keys = [line.split(b"\t")[:2] for line in parts[f"tables/{table}.copy"].splitlines()]
        assert keys == sorted(keys)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_table_counts_with_a_sequence(site: Site) -> None:
    """Rows are carried over, sequences are not: whoever brings one has to bring its value into the backup as well."""
    with site.app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM pg_sequences")) == 0


@pytest.mark.slow
def test_a_backup_of_the_other_database_is_refused(site: Site) -> None:
    path = site.backup()
    manifest = json.loads(inside(path)["manifest.json"])
    manifest["engine"] = {"sqlite": "postgresql", "postgresql": "sqlite"}[site.backend.name]
    other = tampered(path, site.folder / "other", "manifest.json", json.dumps(manifest).encode(), sealed=False)
    code, said = site.restore(other)
    assert code == 1
    assert "PARTICIPATION_DATABASE names" in said


@pytest.mark.slow
def test_a_backup_of_an_older_revision_is_migrated_when_it_is_restored(site: Site) -> None:
    """Whoever has a new version of the program takes a backup first, and may need it."""
    with site.app.app_context():
        flask_migrate.downgrade(revision="0004")
    path = site.backup()
    assert json.loads(inside(path)["manifest.json"])["state"]["schema"] == "0004"
    site.lose()
    code, said = site.restore(path)
    assert code == 0, said
    assert site.run(args=["check"]).stdout == "The database is whole.\n"


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_disk_that_is_full_is_said_in_words_and_leaves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = site.run(args=["backup", str(site.folder / "full.backup")])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (1, "Refused: No space left on device")
    assert [item.name for item in site.folder.iterdir() if "full" in item.name] == []
