"""Taking a backup."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from participation import __version__
from participation.audit.services import record
from participation.backup import postgresql, sqlite
from participation.backup.archive import Draft, Told, Watch, check_target
from participation.backup.manifest import Manifest
from participation.config import Settings
from participation.core.actor import Actor
from participation.storage import write_transaction

ENGINES: Final[Mapping[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}
SITE: Final = "site"
"""What the record of acts calls the whole, which is backed up and restored."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken."""

    path: Path
    manifest: Manifest
    sha256: str


def take_backup(
    session: Session, target: Path, settings: Settings, *, actor: Actor, now: datetime, told: Told
) -> Taken:
    """Write the database as it is at one moment into a new file, while people go on voting.

    The act is recorded before the file bears its name, so that there is no backup without a record; and after the
    state that it holds. Raises Refused, and OSError where the disk does not take it.
    """
    check_target(target, {"PARTICIPATION_KEYS": settings.keys_dir, "PARTICIPATION_KEYS_ESCROW": settings.escrow_dir})
    engine: Engine = session.get_bind().engine
    kind = ENGINES[engine.dialect.name]
    watch = Watch((settings.keys_dir, settings.escrow_dir), (settings.secret_key,))
    with Draft(target, watch, told) as draft:
        state, columns = kind.write_parts(engine, draft, told)
        manifest = Manifest(
            taken_at=now,
            program=__version__,
            engine=engine.dialect.name,
            engine_version=kind.version_of(engine),
            state=state,
            parts=draft.parts,
            columns=columns,
        )
        digest = draft.seal(manifest)
        with write_transaction(session):
            record(
                session,
                "backup.take",
                actor=actor,
                now=now,
                subject_kind=SITE,
                subject_id=SITE,
                facts={"sha256": digest, "record": state.audit.number, "head": state.audit.hash},
            )
        draft.publish()
    return Taken(target, manifest, digest)
