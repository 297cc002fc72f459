"""Restoring a backup: into an empty place, whole or not at all, and with every unconcluded round suspended."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from participation.accounts.models import SignInSession
from participation.audit.services import record
from participation.backup import postgresql, sqlite
from participation.backup.archive import Told, opened, sha256_of
from participation.backup.checks import find_faults
from participation.backup.manifest import Manifest, Refused, RoundThen, State
from participation.backup.schema import check_known, migrate
from participation.backup.state import state_of
from participation.backup.taking import SITE
from participation.ballots.keys import DESTROY_KEY, KeysMissing, KeyStore
from participation.ballots.queries import key_remains
from participation.ballots.suspension import suspend_restored_round
from participation.config import Settings
from participation.core.actor import Actor
from participation.outbox.services import file_job
from participation.rounds.models import Round
from participation.rounds.rules import RoundState

RESTORING: Final[Mapping[str, Any]] = {"sqlite": sqlite.Restoring, "postgresql": postgresql.Restoring}


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, where the old data is now, and the rounds that wait for people."""

    manifest: Manifest
    aside: str
    suspended: Sequence[RoundThen]


def restore_backup(
    path: Path,
    settings: Settings,
    keys: KeyStore,
    *,
    actor: Actor,
    now: datetime,
    told: Told,
    move_aside: bool = False,
    destroy_keys: bool = False,
) -> Restored:
    """Put the state of a backup in the place of the database, once it has been found whole.

    Raises Refused, and leaves what is there as it was.
    """
    with opened(path, told) as backup:
        manifest = backup.manifest
        engine = make_url(settings.database_url).get_backend_name()
        if manifest.engine != engine:
            raise Refused(f"The backup is of {manifest.engine}, and PARTICIPATION_DATABASE names {engine}.")
        check_known(manifest.state.schema)
        backup.check_parts()
        place = RESTORING[engine](settings.database_url, now)
        try:
            place.check_place(move_aside=move_aside)
            _settle_keys(manifest.state.rounds, keys, destroy_keys=destroy_keys)
            with place.database(backup) as (connection, scratch):
                _verify(connection, scratch, manifest.state, told)
                _note(connection, manifest, sha256_of(path), keys, actor=actor, now=now)
            aside = place.put_in_place()
        finally:
            place.clear_up()
    return Restored(manifest, aside, manifest.state.rounds)


def _settle_keys(rounds: Sequence[RoundThen], keys: KeyStore, *, destroy_keys: bool) -> None:
    """Refuse to bring back a round that was concluded since while its key still lies somewhere, or destroy the key."""
    concluded = [round_ for round_ in rounds if keys.was_destroyed(round_.id) and _lies_about(round_.id, keys)]
    if concluded and not destroy_keys:
        slugs = ", ".join(round_.slug for round_ in concluded)
        raise Refused(
            f"Concluded after the backup was taken: {slugs}. A copy of the key still lies in PARTICIPATION_KEYS or in "
            "the escrow; with the backup it would tell who voted what. Give --destroy-keys to destroy it before the "
            "backup is restored."
        )
    for round_ in concluded:
        try:
            keys.destroy(round_.id)
        except KeysMissing as missing:
            raise Refused(f"The key of {round_.slug} is not destroyed: {missing}. Nothing was restored.") from missing


def _verify(connection: Connection, scratch: Engine, then: State, told: Told) -> None:
    """Compare what was restored with the manifest, bring it to this program's revision, and check it through."""
    if state_of(connection) != then:
        raise Refused("The restored database is not what the manifest of the backup says.")
    told("migrating", 0)
    migrate(connection)
    faults = find_faults(connection, scratch, told=told)
    if faults:
        raise Refused("The backup is not whole, and nothing was restored:\n  " + "\n  ".join(faults))


def _note(
    connection: Connection, manifest: Manifest, digest: str, keys: KeyStore, *, actor: Actor, now: datetime
) -> None:
    """Leave the act as the first record after those of the backup, and let nothing go on as if nothing had happened."""
    with closing(Session(connection, join_transaction_mode="conditional_savepoint")) as session:
        record(
            session,
            "backup.restore",
            actor=actor,
            now=now,
            subject_kind=SITE,
            subject_id=SITE,
            facts={"sha256": digest, "taken_at": manifest.taken_at.isoformat()},
        )
        for round_ in manifest.state.rounds:
            suspend_restored_round(session, round_.id, taken_at=manifest.taken_at, now=now)
        # Sessions that were ended since would be good again.
        session.execute(delete(SignInSession))
        concluded = session.scalars(select(Round.id).where(Round.state == RoundState.CONCLUDED)).all()
        for round_id in concluded:
            if _lies_about(round_id, keys) and not key_remains(session, round_id):
                file_job(session, DESTROY_KEY, {"round_id": round_id}, now=now)
        session.flush()


def _lies_about(round_id: str, keys: KeyStore) -> bool:
    return keys.holds(round_id) or keys.is_escrowed(round_id)
