"""Keeping the register of published objects: what is new, what changed, and what is gone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.bundles.canonical import written
from participation.oparl.models import PublishedObject
from participation.oparl.queries.register import hold_register, register_prints, rows_of
from participation.oparl.queries.sources import public_sources
from participation.oparl.rules.addresses import Kind, insiders
from participation.oparl.rules.objects import Built, Key, build
from participation.oparl.rules.sources import Site

Read = Callable[[str], Mapping[str, str]]
"""Returns what is known of a file, by its id, only after it was read: the properties of READ_FROM_FILES."""
READ_FROM_FILES: Final = ("sha512Checksum", "text")


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a look at everything public has changed in the register."""

    added: int = 0
    changed: int = 0
    deleted: int = 0


@dataclass(slots=True)
class _Prints:
    """Fingerprints of objects; that of an object covers those that are put out inside of it."""

    built: Mapping[Key, Built]
    known: dict[Key, str] = field(default_factory=dict)

    def of(self, key: Key) -> str:
        if key not in self.known:
            one = self.built[key]
            inner = [self.of(inside) for inside in sorted(insiders(dict(one.content)))]
            shown = [dict(one.content), one.body, one.organization, one.source_sha256, inner]
            self.known[key] = sha256(written(shown)).hexdigest()
        return self.known[key]


def differing(session: Session, site: Site, *, today: date, now: datetime) -> list[Key]:
    """Return what is otherwise in public than in the register, without keeping anybody from writing."""
    built = build(site, public_sources(session, with_examples=site.shows_examples), today=today, now=now)
    return [key for key, _fingerprint in _differences(register_prints(session), built)]


def renew_register(session: Session, site: Site, read: Read, *, today: date, now: datetime) -> Renewal:
    """Bring the register in line with what is public now. Nobody acts here: what is public was decided elsewhere.

    The moment of change is set for exactly those objects that show something else than before, whatever the reason:
    a result that was entered, a file that became ready, another number on the agenda of the same meeting. `read` is
    asked for files that are new, which is work: whoever calls does well to have read them before this holds others up.
    What the first look finds is as old as it says. Whatever comes later is new when it comes, however long it was kept
    behind closed doors: lists are read from where one stopped, and new objects have to come last.
    """
    hold_register(session)
    prints = register_prints(session)
    built = build(site, public_sources(session, with_examples=site.shows_examples), today=today, now=now)
    different = dict(_differences(prints, built))
    rows = rows_of(session, different)
    added = changed = deleted = 0
    for key, fingerprint in different.items():
        row, one = rows.get(key), built.get(key)
        if row is None:
            since = now if prints else min(built[key].since, now)
            session.add(_new_row(key, built[key], read, fingerprint, since=since, now=now))
            added += 1
        elif one is None:
            _bury(row, now)
            deleted += 1
        else:
            _write(row, one, read, fingerprint, now)
            changed += 1
    session.flush()
    return Renewal(added, changed, deleted)


def _differences(prints: Mapping[Key, str], built: Mapping[Key, Built]) -> Iterator[tuple[Key, str]]:
    """Yield what the register has not, has otherwise or has still, each with its present fingerprint, "" for none."""
    now = _Prints(built)
    for key in built:
        if prints.get(key) != now.of(key):
            yield key, now.of(key)
    for key, fingerprint in prints.items():
        if fingerprint and key not in built:
            yield key, ""


def _bury(row: PublishedObject, now: datetime) -> None:
    """Take everything away from an object but that it was there, and is gone."""
    row.content, row.is_deleted, row.fingerprint, row.source_sha256 = None, True, "", ""
    row.modified_at = max(now, row.modified_at)


def _new_row(key: Key, one: Built, read: Read, fingerprint: str, *, since: datetime, now: datetime) -> PublishedObject:
    kind, own = key
    return PublishedObject(
        kind=kind,
        key=own,
        body_key=one.body,
        organization_key=one.organization,
        content={**one.content, **(read(own) if kind is Kind.FILE else {})},
        fingerprint=fingerprint,
        source_sha256=one.source_sha256,
        is_deleted=False,
        created_at=since,
        modified_at=now,
    )


def _write(row: PublishedObject, one: Built, read: Read, fingerprint: str, now: datetime) -> None:
    same = row.content if row.source_sha256 == one.source_sha256 else None
    known = {} if row.kind is not Kind.FILE else _kept_reading(same) if same is not None else read(row.key)
    row.content, row.is_deleted = {**one.content, **known}, False
    row.body_key, row.organization_key = one.body, one.organization
    row.fingerprint, row.source_sha256 = fingerprint, one.source_sha256
    row.modified_at = max(now, row.modified_at)


def _kept_reading(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in READ_FROM_FILES if name in content}
