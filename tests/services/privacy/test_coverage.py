"""No column that leads to a person is forgotten: erasing and showing what is stored ask about each, or a reason stands.

Nothing here is kept by hand but reasons. Which columns lead to people is read from all tables; what a person is shown,
from the selections of the rooms; what erasing reaches, from the statements that it sends to the database.

Your new column fails here? Then (1) delete or blank it in what privacy.services.erase_person calls, or let it go with
the account (ondelete), and (2) add it to your room's stored.py, which privacy.queries.HOLDINGS lists, with its words in
privacy/wording.py. Only where the record would break without it does it belong into the tables of reasons below.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, Engine, Enum, String, Table, event
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ClauseElement

import participation.app  # noqa: F401 - with it every table is known
from participation.ballots.keys import KeyStore
from participation.core.actor import Actor, ActorKind
from participation.core.languages import INTERFACE_TAGS
from participation.privacy.queries import HOLDINGS
from participation.privacy.services import erase_person
from participation.privacy.wording import field_name, holding_name
from participation.rounds.queries import account_key
from participation.storage import Base, write_transaction
from participation.storage.holdings import ACCOUNT
from participation.web.locale import force_language
from tests.factories.people import person

_OFFICIAL: Final = "an official's act, by an opaque id that leads nowhere once the account is erased"

STAYS: Final = {
    "amendments.made_by": _OFFICIAL,
    "audit_records.actor_id": "the chain of acts would break; the id is opaque",
    "audit_records.facts": "the chain of acts would break; it holds opaque ids",
    "audit_records.subject_id": "the chain of acts would break; the id is opaque",
    "code_batches.created_by": _OFFICIAL,
    "code_printings.printed_by": _OFFICIAL,
    "concept_versions.published_by": _OFFICIAL,
    "costings.written_by": _OFFICIAL,
    "council_papers.issued_by": _OFFICIAL,
    "council_papers.withdrawn_by": _OFFICIAL,
    "document_templates.uploaded_by": _OFFICIAL,
    "invitations.invited_by": _OFFICIAL,
    "measure_statuses.reported_by": _OFFICIAL,
    "moderation_decisions.actor_id": _OFFICIAL,
    "organisation_applications.decided_by": _OFFICIAL,
    "organisations.approved_by": _OFFICIAL,
    "outbox_jobs.payload": "ids of a mail's occasion; deleted a month after it was sent",
    "paper_entries.typed_by": "who typed a sheet goes with the cast; until then two people must differ",
    "proposed_delegates.decided_by": _OFFICIAL,
    "roadmap_times.noted_by": _OFFICIAL,
    "plan_decisions.decided_by": _OFFICIAL,
    "plans.settled_by": _OFFICIAL,
    "role_grants.granted_by": _OFFICIAL,
    "statements.finalised_by": _OFFICIAL,
    "round_events.actor_id": _OFFICIAL,
    "round_events.facts": "numbers, moments and codes of options",
    "envelopes.withdrawn_by": _OFFICIAL,
}
"""What erasing leaves, and why."""

NOT_SHOWN: Final = {
    "amendments.made_by": "the record of acts shows the same act",
    "audit_records.facts": "shown with the act to which it belongs",
    "code_batches.created_by": "the record of acts shows the same act",
    "concept_versions.published_by": "the record of acts shows the same act",
    "council_papers.issued_by": "the record of acts shows the same act",
    "council_papers.withdrawn_by": "the record of acts shows the same act",
    "document_templates.uploaded_by": "the record of acts shows the same act",
    "organisation_applications.decided_by": "the record of acts shows the same act",
    "invitations.invited_by": "the record of acts shows the same act",
    "organisations.approved_by": "the record of acts shows the same act",
    "outbox_jobs.payload": "says no more about a person than the occasion of the mail, which is shown",
    "proposed_delegates.decided_by": "the record of acts shows the same act",
    "provider_visits.account_id": "a sign-in under way, deleted when it is over or after ten minutes",
    "role_grants.granted_by": "the record of acts shows the same act",
    "statements.finalised_by": "the record of acts shows the same act",
    "round_events.actor_id": "the record of acts shows the same act",
    "round_events.facts": "says nothing about a person",
}
"""What a person is not shown beside the rest, and why."""

NOBODY: Final = {
    "agenda_items.proposal_codes": "codes of proposals",
    "amendments.changes": "codes of measures and years",
    "api_tokens.scopes": "names of permissions",
    "audit_records.process_id": "of a process",
    "ballots.content": "a ballot, which leads to nobody",
    "carry_overs.share": "a fraction",
    "code_printings.languages": "languages of cards",
    "comments.author_name": "goes and is shown with the comment, by its author's id",
    "committees.code": "of a committee",
    "council_papers.measure_is": "boxes of a form",
    "council_papers.rounds": "slugs of rounds",
    "count_checkpoints.state": "an unfinished count",
    "counted_ballots.content": "a ballot, which leads to nobody",
    "departments.code": "of a department",
    "document_snapshots.document": "a public paper as it was issued; names in it are those of officials in office",
    "gatherings.interpreters": "languages",
    "identities.subject": "goes and is shown with the identity, by whose it is",
    "joint_results.snapshot": "figures",
    "joint_statistics.document": "figures",
    "kept_turnouts.document": "figures",
    "oparl_objects.content": "what is public of papers and committees; no people",
    "options.content": "an option as it stood",
    "organisation_applications.languages": "of an organisation",
    "organisations.languages": "of an organisation",
    "participations.participant_class": "a class of participants",
    "plans.snapshot": "figures, and reasons that officials gave in public",
    "processes.languages": "of a process",
    "proposal_supports.wording": "a fingerprint of a proposal's words",
    "proposals.author_name": "goes and is shown with the proposal, by its author's id",
    "proposals.code": "of a proposal",
    "published_bundles.documents": "figures",
    "published_bundles.manifest": "figures",
    "published_bundles.sizes": "figures",
    "round_results.draws": "drawn numbers",
    "round_results.snapshot": "figures",
    "rounds.chosen_codes": "codes of proposals",
    "rounds.tasks": "names of tasks",
    "shared_tablets.public_id": "of a tablet, which belongs to nobody",
    "sign_in_sessions.ceremony": "a passkey that is being shown; goes with the session, and with its next use",
    "sign_in_sessions.public_id": "the name of a session, which goes and is shown by whose it is",
    "table_notes.proposal_codes": "codes of proposals",
}
"""What looks as if it could lead to a person and does not."""

_ENDINGS: Final = ("_by", "actor_id", "author_id", "author_name", "account_id", "reporter_id", "subject_id", "email")
_NAMES: Final = frozenset({"participant", "person", "person_id", "owner_id", "address", "subject"})
_ID_LENGTHS: Final = frozenset({20, 32})


def leads_to_a_person(column: Column[Any]) -> bool:
    """Say whether a column refers to an account, is named as if it did, or could hold an id or several."""
    if any(key.column.table.name == "accounts" for key in column.foreign_keys):
        return True
    if column.foreign_keys or (column.primary_key and column.name == "id") or isinstance(column.type, Enum):
        return False
    if column.name.endswith(_ENDINGS) or column.name in _NAMES or isinstance(column.type, JSON):
        return True
    return isinstance(column.type, String) and column.type.length in _ID_LENGTHS and column.name not in _WORDS


_WORDS: Final = frozenset({"action", "rule", "subject_kind", "method_version", "name"})
"""Columns of a length at which ids are stored too, whose names say that they hold words of the program."""


def name_of(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def asked_columns(statement: ClauseElement, is_the_person: Any) -> Iterator[str]:
    """Yield the columns that a statement compares with something about the person."""
    for element in visitors.iterate(statement):
        if isinstance(element, BinaryExpression) and element.operator in {operators.eq, operators.in_op}:
            about = any(
                isinstance(part, BindParameter) and is_the_person(part) for part in visitors.iterate(element.right)
            )
            if about and isinstance(element.left, Column):
                yield name_of(element.left)


def people_columns() -> set[str]:
    columns = (column for table in Base.metadata.tables.values() for column in table.c)
    return {name_of(column) for column in columns if leads_to_a_person(column)} - NOBODY.keys() | {"accounts.id"}


def shown_columns() -> set[str]:
    return {
        name for holding in HOLDINGS for name in asked_columns(holding.statement, lambda part: part.key == ACCOUNT)
    } | {"accounts.email"}


def erased_columns(engine: Engine, now: datetime, keys: KeyStore) -> set[str]:
    """Erase somebody and return about which columns the database was asked for them, and which go with the account."""
    statements: list[object] = []
    with Session(engine, expire_on_commit=False) as session:
        with write_transaction(session):
            account = person(session, "Ayşe", now=now)
        actor = Actor(ActorKind.ACCOUNT, account.id)
        known = {account.id, account_key(account.id), account.email}

        def note(_connection: object, statement: object, *_rest: object) -> None:
            statements.append(statement)

        event.listen(engine, "before_execute", note)
        try:
            with write_transaction(session):
                erase_person(session, account.id, confirmed_by=account.email or "", actor=actor, now=now, keys=keys)
        finally:
            event.remove(engine, "before_execute", note)
    asked = {
        name
        for statement in statements
        if isinstance(statement, ClauseElement)
        for name in asked_columns(statement, lambda part: part.value in known if isinstance(part.value, str) else False)
    }
    going = {
        name_of(column)
        for table in Base.metadata.tables.values()
        for column in table.c
        for key in column.foreign_keys
        if key.column.table.name == "accounts" and key.ondelete in {"CASCADE", "SET NULL"}
    }
    return asked | going | {"accounts.email"}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_erasing_reaches_every_column_that_leads_to_a_person(engine: Engine, now: datetime, keys: KeyStore) -> None:
    forgotten = people_columns() - erased_columns(engine, now, keys) - STAYS.keys()
    assert not forgotten, f"erase_person does not know {sorted(forgotten)}; see the head of this file"


def test_everything_that_leads_to_a_person_is_shown_to_them() -> None:
    forgotten = people_columns() - shown_columns() - NOT_SHOWN.keys()
    assert not forgotten, f"no room's stored.py knows {sorted(forgotten)}; see the head of this file"


def test_no_reason_outlives_its_column() -> None:
    columns = {name_of(column) for table in Base.metadata.tables.values() for column in table.c}
    assert (STAYS.keys() | NOT_SHOWN.keys() | NOBODY.keys()) <= columns
    assert not NOT_SHOWN.keys() & shown_columns()


def test_control_a_new_column_is_noticed() -> None:
    table = Table("visits", Base.metadata, Column("id", String(20), primary_key=True), Column("seen_by", String(32)))
    try:
        assert "visits.seen_by" in people_columns() - shown_columns()
    finally:
        Base.metadata.remove(table)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_holding_and_field_has_words_in_every_language(app: Flask) -> None:
    assert len({holding.name for holding in HOLDINGS}) == len(HOLDINGS)
    with app.app_context():
        for tag in INTERFACE_TAGS:
            with force_language(tag):
                for holding in HOLDINGS:
                    assert holding_name(holding.name)
                    assert all(field_name(name) for name in holding.fields)


def test_no_holding_shows_a_secret_or_a_vote() -> None:
    for holding in HOLDINGS:
        for column in holding.statement.selected_columns:
            for element in visitors.iterate(column):
                if isinstance(element, Column):
                    assert "fingerprint" not in element.name
                    assert element.table.name not in {"ballots", "counted_ballots", "replaced_receipts"}
                    assert name_of(element) not in {"sign_in_sessions.id", "paper_entries.sealed"}
