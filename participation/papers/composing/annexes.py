"""The annexes of a paper: the joint ranking, the costs, and the plan with a reason for every measure."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from flask_babel import gettext as _

from participation.core.languages import reading_order
from participation.costings.messages import cover_name
from participation.costings.models import Cover
from participation.documents.blocks import EMPTY, Cell, Column, Paragraph, Row, Section, Table
from participation.papers.composing.measures import measure_sheets, sheet_blocks
from participation.papers.composing.money import plan_table
from participation.papers.composing.words import Frozen, Speech, count, grouped_digits, share
from participation.results.queries import wording_in
from participation.results.tables import Cell as FileCell
from participation.results.tables import Column as FileColumn
from participation.results.tables import Table as FileTable
from participation.rounds.kinds import KindName
from participation.rounds.sentences import kind_name

_TITLES: Final[Mapping[str, Callable[[], str]]] = {
    "ranking": lambda: _("Joint ranking of the measures"),
    "plan": lambda: _("Plan: which measure starts when"),
    "sheets": lambda: _("Measure sheets"),
    "statements": lambda: _("Statement of the migrant forum"),
}


def annex_list(paper: Frozen) -> tuple[str, ...]:
    """Return the annexes by name, each with the hash by which a change is noticed."""
    return tuple(
        _("%(title)s (SHA-256: %(hash)s)", title=_TITLES[one["key"]](), hash=grouped_digits(one["sha256"]))
        for one in paper["annexes"]
    )


def ranking_annex(paper: Frozen, speech: Speech) -> tuple[Section, ...]:
    """Return the annex with the ranking."""
    note = Paragraph(_("Measures that share a place have the same figure. A dash stands where a body did not judge."))
    blocks = (note, ranking_table(paper, speech))
    return (Section("annex-ranking", _TITLES["ranking"](), blocks, starts_page=True, landscape=True),)


def plan_annex(paper: Frozen, speech: Speech) -> tuple[Section, ...]:
    """Return the annexes with the plan and with what each measure costs."""
    plan = paper["plan"]
    name = Paragraph(speech.text(plan["title"]))
    return (
        Section("annex-plan", _TITLES["plan"](), (name, plan_table(plan, speech)), starts_page=True, landscape=True),
        Section(
            "annex-costs",
            _("What each measure costs"),
            (costs_table(plan, speech),),
            starts_page=True,
            landscape=True,
        ),
    )


def sheets_annex(paper: Frozen, speech: Speech) -> tuple[Section, ...]:
    """Return the annex with the measure sheets, one below the other."""
    told = {**paper["sheets"], "process": paper["process"]}
    blocks = tuple(
        block for sheet in measure_sheets(told, speech) for block in sheet_blocks(sheet, speech.languages[0])
    )
    return (Section("annex-sheets", _TITLES["sheets"](), blocks, starts_page=True),)


def ranking_table(paper: Frozen, speech: Speech) -> Table:
    """Return the ranking: place, measure, joint figure, and the figure that each body gave it."""
    ranking = paper["ranking"]
    rounds = ranking["rounds"]
    return Table(
        speech.text(ranking["title"]),
        (
            Column(_("Place"), "number", width=1),
            Column(_("Code"), width=2),
            Column(_("Measure"), heads_row=True, width=7),
            Column(_("Joint figure"), "share", width=2),
            *(Column(_body(one, rounds, speech), "share", width=2) for one in rounds),
        ),
        tuple(
            Row(
                (
                    count(one["rank"]),
                    Cell(one["code"]),
                    Cell(speech.text(one["title"])),
                    share(one["score"]),
                    *(share(one["rounds"].get(part["round"])) for part in rounds),
                )
            )
            for one in ranking["options"]
        ),
    )


def costs_table(plan: Frozen, speech: Speech) -> Table:
    """Return what each measure costs, who answers for it, and whether it has cover."""
    every = plan["totals"]["all"]
    return Table(
        _("What each measure costs"),
        (
            Column(_("Code"), width=2),
            Column(_("Measure"), heads_row=True, width=6),
            Column(_("Department"), width=4),
            Column(_("Once"), "money", width=3),
            Column(_("One full year"), "money", width=3),
            Column(_("Volume"), "money", width=3),
            Column(_("Cover"), width=3),
        ),
        tuple(
            Row(
                (
                    Cell(row["code"]),
                    Cell(speech.text(row["title"])),
                    Cell(speech.text(row["department"]["title"])) if row["department"] else EMPTY,
                    *_costs(row["costing"], speech),
                )
            )
            for row in plan["measures"]
        ),
        footer=(
            Row(
                (
                    EMPTY,
                    Cell(_("Together")),
                    EMPTY,
                    speech.money(every["once_cents"]),
                    speech.money(every["annual_cents"]),
                    speech.money(every["volume_cents"]),
                    EMPTY,
                ),
                strong=True,
            ),
        ),
    )


def _costs(costing: Frozen | None, speech: Speech) -> tuple[Cell, ...]:
    if costing is None:
        return EMPTY, EMPTY, EMPTY, Cell(_("No costs stated"))
    amounts = (speech.money(costing[name]) for name in ("once_cents", "annual_cents", "volume_cents"))
    return (*amounts, Cell(cover_name(Cover(costing["cover"]))))


def _body(one: Frozen, rounds: list[Frozen], speech: Speech) -> str:
    """Return the name of a body, and where it had several rounds that of the round."""
    if sum(other["kind"] == one["kind"] for other in rounds) > 1:
        return speech.text(one["title"]).words
    return kind_name(KindName(one["kind"]))


def measures_table(paper: Frozen, language: str) -> FileTable | None:
    """Return every measure with its place, costs and year as a table for programs; None for a paper without a plan."""
    plan = paper["plan"]
    if plan is None:
        return None
    languages = reading_order(language, paper["language"], paper["process"]["default_language"])
    return FileTable(
        tuple(map(FileColumn, _CSV)), tuple(_measure_row(row, plan, languages) for row in plan["measures"])
    )


_CSV: Final = (
    *("code", "title", "rank", "joint_percent", "department", "cost_once", "cost_annual", "cost_volume", "currency"),
    *("cover", "status", "start_year"),
)


def _measure_row(row: Frozen, plan: Frozen, languages: Sequence[str]) -> tuple[FileCell, ...]:
    costing = row["costing"]
    amounts = ("once_cents", "annual_cents", "volume_cents")
    return (
        row["code"],
        wording_in(row["title"], languages).body,
        row["rank"],
        Fraction(row["score"]) if row["score"] else None,
        wording_in(row["department"]["title"], languages).body if row["department"] else None,
        *(Decimal(costing[name]) / 100 if costing else None for name in amounts),
        plan["currency"],
        costing["cover"] if costing else None,
        row["status"],
        row["start_year"],
    )
