"""Making the file of a snapshot: which composer belongs to what was frozen, and which engine to which kind of file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from participation.core.errors import Conflict, Invalid
from participation.documents.blocks import Document, Sheet, words_of
from participation.documents.pdf import CannotBeSet, render_pdf
from participation.documents.sheets import render_xlsx
from participation.papers.composing import compose_paper, measures_table, paper_sheets
from participation.papers.composing.concept import compose_concept, concept_sheets, concept_table
from participation.papers.rules.files import FileKind, SnapshotKind
from participation.results.files import as_csv, as_json
from participation.results.tables import Table

Frozen = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Composer:
    """How a kind of snapshot becomes a document, sheets of a workbook, and a table for programs (None: no such file).

    Each takes what was frozen and a language; the document also the hash of what was frozen.
    """

    document: Callable[[Frozen, str, str], Document]
    sheets: Callable[[Frozen, str], Sequence[Sheet]]
    table: Callable[[Frozen, str], Table | None]


COMPOSERS: Final[Mapping[SnapshotKind, Composer]] = {
    SnapshotKind.PAPER: Composer(
        lambda frozen, language, sha256: compose_paper(frozen, language, sha256=sha256), paper_sheets, measures_table
    ),
    SnapshotKind.CONCEPT: Composer(
        lambda frozen, language, sha256: compose_concept(frozen, language, sha256=sha256), concept_sheets, concept_table
    ),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: of what, in which language, and with which template of the office, None for ours."""

    kind: SnapshotKind
    frozen: Frozen
    sha256: str
    language: str
    template: bytes | None = None


def rendered(kind: FileKind, order: Order) -> bytes:
    """Return the file. The same order gives the same bytes. Raises Invalid `no_such_file_of_this`."""
    return _ENGINES[kind](order, COMPOSERS[order.kind])


def rendered_draft(kind: FileKind, draft: Frozen, language: str, *, on: date, template: bytes | None) -> bytes:
    """Return a file of a paper that is not issued, marked as such on every page; it is kept nowhere.

    PDF, or DOCX in the template of the office, None for ours. Raises Conflict `document_cannot_be_set`.
    """
    composed = compose_paper(draft, language, day_of_draft=on)
    if kind is FileKind.DOCX:
        return _word(composed, template)
    try:
        return render_pdf(composed)
    except CannotBeSet as refusal:
        raise Conflict("document_cannot_be_set") from refusal


def _word(document: Document, template: bytes | None) -> bytes:
    from participation.documents.word.rendering import render_docx  # noqa: PLC0415 - 10 MB, where it is needed alone

    return render_docx(document, template)


def _docx(order: Order, composer: Composer) -> bytes:
    return _word(composer.document(order.frozen, order.language, order.sha256), order.template)


def _xlsx(order: Order, composer: Composer) -> bytes:
    document = composer.document(order.frozen, order.language, order.sha256)
    return render_xlsx(
        composer.sheets(order.frozen, order.language),
        language=order.language,
        on=document.date,
        title=words_of(document.title),
        author=document.author,
    )


def _csv(order: Order, composer: Composer) -> bytes:
    table = composer.table(order.frozen, order.language)
    if table is None:
        raise Invalid("no_such_file_of_this")
    return as_csv(table)


_ENGINES: Final[Mapping[FileKind, Callable[[Order, Composer], bytes]]] = {
    FileKind.PDF: lambda order, composer: render_pdf(composer.document(order.frozen, order.language, order.sha256)),
    FileKind.DOCX: _docx,
    FileKind.XLSX: _xlsx,
    FileKind.CSV: _csv,
    FileKind.JSON: lambda order, _composer: as_json(order.frozen),
}
