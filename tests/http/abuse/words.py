"""Where people's words are stored, and filling those places with others."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import JSON, Column, Enum, String, Table

from participation.storage import Base, engines

_SQLITE: Any = getattr(engines, "sqlite_driver", None) or sqlite3
LEAST: Final = 6
"""Payloads in one text, beside the probe; the next text of the column has the next ones."""

WORDS: Final = frozenset(
    {
        "accounts.display_name",
        "accounts.email",
        "api_tokens.name",
        "code_batches.label",
        "code_printings.reason",
        "comment_reports.reason",
        "comments.author_name",
        "consultations.agenda_number",
        "council_papers.lead_unit",
        "council_papers.person_in_charge",
        "envelopes.source_paper",
        "gatherings.place",
        "identities.issuer",
        "identities.subject",
        "involved_units.name",
        "involved_units.result",
        "mandates.role_label",
        "organisation_applications.name",
        "organisation_applications.role_label",
        "organisations.name",
        "processes.city",
        "proposals.author_name",
        "proposals.unit",
        "proposed_delegates.display_name",
        "proposed_delegates.email",
        "proposed_delegates.role_label",
        "shared_tablets.label",
        "sign_in_challenges.email",
        "text_versions.body",
    }
)
DOCUMENTS: Final = frozenset(
    {
        "document_snapshots.document",
        "joint_results.snapshot",
        "joint_statistics.document",
        "options.content",
        "plans.snapshot",
        "published_bundles.documents",
        "round_results.snapshot",
    }
)
"""Columns with documents in which words stand beside other things."""
_WORDED: Final = frozenset({"body", "name", "label"})

SHAPED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id _id _by public_id": "made by the program",
        "key body_key organization_key": "an address or an id",
        "sha256 template_sha256 source_sha256 snapshot_hash": "a hash",
        "minimum": "a fraction",
        "measure changes": "codes of measures, with years",
        "measure_is": "names of boxes",
        "rounds": "slugs of rounds that there are",
        "consultation number": "an id, or a number by a rule",
        "code codes slug chosen_codes proposal_codes": "letters, digits and hyphens by a rule",
        "language languages interpreters default_language": "tags of a list",
        "currency time_zone share first_month last_month": "of a list, or read and written anew",
        "fingerprint hash previous_hash content_hash inputs_hash ballots_hash digest ballot_key": "digests",
        "participant participant_class subject subject_kind mark receipt request last_receipt": "made by the program",
        "action name rule version method_version door fault payload last_error facts tasks scopes": "of the program",
        "ceremony wording": "made by the program",
        "browser next_path": "made by the program; a path of the site by web.redirects, with its own tests",
        "public_key signature manifest sizes documents document": "made by the program",
        "content": "codes of options, checked against the frozen ones",
        "search_words": "for finding only, shown nowhere",
    }
)
"""Names of columns, or their endings, that hold no words of people, and why."""


def _text_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, String | JSON) or "JSON" in type(column.type).__name__.upper()
            if is_text and not isinstance(column.type, Enum) and not column.foreign_keys:
                yield table, column


def unclassified() -> list[str]:
    """Return columns that can hold text and of which nobody has said whether they hold people's words."""
    shaped = {name for names in SHAPED for name in names.split()}
    return [
        f"{table.name}.{column.name}"
        for table, column in _text_columns()
        if f"{table.name}.{column.name}" not in WORDS | DOCUMENTS
        and column.name not in shaped
        and not column.name.endswith(("_id", "_by"))
    ]


def inject(file: Path, probe: str, payloads: Sequence[str]) -> None:
    """Fill every column with people's words, past all rules and triggers; all payloads come up in every column.

    Which of them come up in which row follows from their order.
    """
    connection = _SQLITE.connect(file)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for table, column in _text_columns():
        place, turn = f"{table.name}.{column.name}", cycle(payloads)
        if place in WORDS | DOCUMENTS:
            rows = connection.execute(f'SELECT rowid, "{column.name}" FROM "{table.name}"').fetchall()  # noqa: S608
            each = max(LEAST, -(-len(payloads) // (len(rows) or 1)))
            for row, value in rows:
                if value:
                    words = f"{probe} {' '.join(islice(turn, each))}"
                    new = json.dumps(_reworded(json.loads(value), words)) if place in DOCUMENTS else f"{row} {words}"
                    connection.execute(
                        f'UPDATE "{table.name}" SET "{column.name}" = ? WHERE rowid = ?',  # noqa: S608
                        (new, row),
                    )
    connection.commit()
    connection.close()


def _reworded(value: Any, words: str) -> Any:
    if isinstance(value, dict):
        return {
            name: words if name in _WORDED and isinstance(inner, str) else _reworded(inner, words)
            for name, inner in value.items()
        }
    return [_reworded(inner, words) for inner in value] if isinstance(value, list) else value
