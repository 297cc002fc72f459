"""The concept as a document: principles, goals with their priorities, measures with their costs, a sheet of each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.budgeting.wording import (
    frozen_decision_in_words,
    proposal_in_words,
    proposed_in_words,
    status_in_words,
)
from participation.core.languages import reading_order
from participation.costings.messages import cover_name
from participation.costings.models import Cover
from participation.documents.blocks import (
    EMPTY,
    Block,
    Cell,
    Column,
    Document,
    Fact,
    Items,
    Note,
    Paragraph,
    Row,
    Section,
    Sheet,
    Subheading,
    Table,
    Text,
)
from participation.papers.composing.measures import measure_sheets, place_in_words, sheet_section
from participation.papers.composing.words import NOTHING, Frozen, Speech, count, grouped_digits
from participation.results.pages.rows import plain_number
from participation.results.queries import wording_in
from participation.results.tables import Cell as FileCell
from participation.results.tables import Column as FileColumn
from participation.results.tables import Table as FileTable
from participation.rounds.kinds import KindName
from participation.rounds.sentences import kind_name
from participation.web.locale import force_language
from participation.web.rendering import day_in_words


def compose_concept(concept: Frozen, language: str, *, sha256: str) -> Document:
    """Return a version of the concept in a language; `sha256` is that of what was frozen.

    Titles of ours are in that language, people's words in the nearest one in which there are any, marked as such.
    """
    with force_language(language) as spoken:
        speech = _speech(concept, spoken.tag)
        version = concept["version"]
        published = datetime.fromisoformat(version["published_at"]).astimezone(
            ZoneInfo(concept["process"]["time_zone"])
        )
        return Document(
            title=speech.text(concept["process"]["title"]),
            language=spoken.tag,
            date=published.date(),
            kind=_("Concept"),
            number=_("version %(number)s", number=version["number"]),
            issuer=concept["process"]["city"],
            mark=_("Example data, freely invented") if concept["process"]["is_example"] else None,
            summary=speech.text(concept["process"]["summary"]) if concept["process"]["summary"] else None,
            facts=(
                Fact(_("Published on"), day_in_words(published.date())),
                Fact(_("New in this version"), speech.text(version["note"])),
            ),
            subject=_("Concept"),
            author=concept["process"]["city"],
            contents=_("Contents"),
            closing=_("SHA-256 of this version as it was published: %(hash)s", hash=sha256),
            page_words=_("Page {page} of {pages}"),
            sections=tuple(_sections(concept, speech)),
        )


def concept_sheets(concept: Frozen, language: str) -> list[Sheet]:
    """Return a concept as sheets of a workbook: principles, goals with their places, measures with their costs."""
    with force_language(language) as spoken:
        speech = _speech(concept, spoken.tag)
        return [
            Sheet(_("Principles"), tuple(_principles(concept, speech))),
            Sheet(_("Goals"), (_goals_table(concept, speech),)),
            Sheet(_("Measures"), (_sums_table(concept, speech), _measures_table(concept, speech))),
        ]


def concept_table(concept: Frozen, language: str) -> FileTable:
    """Return every measure of a concept as a table for programs."""
    languages = reading_order(language, concept["process"]["default_language"])
    return FileTable(
        tuple(map(FileColumn, _CSV)), tuple(_measure_row(one, concept, languages) for one in concept["measures"])
    )


_CSV: Final = (
    *("code", "title", "field", "serves", "department", "unit", "target_group", "partners"),
    *("rank", "cost_once", "cost_annual", "cost_volume", "currency", "cover", "status", "start_year"),
)


def _measure_row(measure: Frozen, concept: Frozen, languages: Sequence[str]) -> tuple[FileCell, ...]:
    def said(text: Frozen | None) -> str | None:
        return wording_in(text, languages).body if text else None

    costing, plan, place = measure["costing"], measure["plan"], measure["priority"]
    once, annual = (costing["once_cents"], costing["annual_cents"]) if costing else (None, None)
    amounts = (once, annual, None if once is None or annual is None else once + annual)
    return (
        measure["code"],
        said(measure["title"]),
        measure["field"],
        " ".join(measure["serves"]),
        said(measure["department"]["title"]) if measure["department"] else None,
        measure["unit"],
        said(measure["target_group"]),
        said(measure["partners"]),
        place["rank"] if place else None,
        *(None if cents is None else Decimal(cents) / 100 for cents in amounts),
        concept["process"]["currency"],
        costing["cover"] if costing else None,
        plan["status"] if plan else None,
        plan["start_year"] if plan else None,
    )


def _speech(concept: Frozen, language: str) -> Speech:
    process = concept["process"]
    return Speech(reading_order(language, process["default_language"]), process["currency"])


def _sections(concept: Frozen, speech: Speech) -> Iterator[Section]:
    yield from _own_sections(concept, "opening", speech)
    if concept["principles"]:
        yield Section("principles", _("Principles"), tuple(_principles(concept, speech)))
    measures = {one["code"]: one for one in concept["measures"]}
    for field in concept["fields"]:
        if field["goals"]:
            title = speech.text(field["title"]) if field["title"] else _("Without a field of action")
            blocks = tuple(block for goal in field["goals"] for block in _goal(goal, measures, speech))
            yield Section(f"field-{field['code'] or 'none'}", title, blocks)
    if measures:
        figures = Paragraph(" ".join(figures_in_words(concept["sums"], speech)))
        blocks = (figures, _sums_table(concept, speech), _measures_table(concept, speech))
        yield Section("measures", _("All measures and what they cost"), blocks, starts_page=True, landscape=True)
    if concept["goals_ranking"] or concept["measures_ranking"]:
        yield Section("priorities", _("Where the priorities come from"), tuple(_rankings(concept, speech)))
    yield from _own_sections(concept, "closing", speech)
    yield from map(sheet_section, measure_sheets(concept, speech))


def _own_sections(concept: Frozen, place: str, speech: Speech) -> Iterator[Section]:
    for one in concept["sections"]:
        if one["place"] == place:
            yield Section(f"section-{one['code']}", speech.text(one["title"]), tuple(speech.texts(one["body"])))


def _principles(concept: Frozen, speech: Speech) -> Iterator[Block]:
    if concept["principles"]:
        yield Items(tuple(speech.text(one["sentence"]) for one in concept["principles"]), numbered=True)


def _goal(goal: Frozen, measures: Frozen, speech: Speech) -> Iterator[Block]:
    yield Subheading(_coded(goal, speech))
    yield from speech.texts(goal["body"])
    yield from _serving(goal, measures, speech)
    for sub_goal in goal["sub_goals"]:
        yield Subheading(_coded(sub_goal, speech), level=3)
        yield from speech.texts(sub_goal["body"])
        if sub_goal["priority"]:
            place = place_in_words(sub_goal["priority"])
            yield Paragraph(_("Priority among the sub-goals: %(place)s.", place=place))
        if sub_goal["measures"]:
            yield from _serving(sub_goal, measures, speech)
        else:
            yield Paragraph(_("No measure serves this sub-goal yet."))


def _serving(goal: Frozen, measures: Frozen, speech: Speech) -> Iterator[Block]:
    if goal["measures"]:
        yield Items(tuple(_coded(measures[code], speech) for code in goal["measures"]))


def _coded(part: Frozen, speech: Speech) -> Text:
    said = speech.text(part["title"])
    return Text(f"{part['code']} · {said.words}", said.language)


def figures_in_words(sums: Frozen, speech: Speech) -> list[str]:
    """Return how many measures there are, how many are covered, and what is open, each sum with what it sums."""
    said = [
        ngettext("The concept has %(num)s measure.", "The concept has %(num)s measures.", sums["measures"]),
        ngettext(
            "%(num)s of them is covered by the budget.",
            "%(num)s of them are covered by the budget.",
            sums["covered"]["measures"],
        ),
        ngettext(
            "For %(num)s nothing covers the costs yet:",
            "For %(num)s nothing covers the costs yet:",
            sums["open"]["measures"],
        ),
        _(
            "%(once)s one time and %(annual)s in every full year, together %(volume)s in the first full year.",
            once=speech.amount(sums["open"]["once_cents"]),
            annual=speech.amount(sums["open"]["annual_cents"]),
            volume=speech.amount(sums["open"]["volume_cents"]),
        ),
    ]
    if sums["without_costs"]:
        said.append(
            ngettext(
                "For %(num)s measure nobody has stated the costs yet.",
                "For %(num)s measures nobody has stated the costs yet.",
                sums["without_costs"],
            )
        )
    return said


def _sums_table(concept: Frozen, speech: Speech) -> Table:
    rows = (("covered", _("Covered")), ("open", _("Not covered")), ("stated", _("All with stated costs")))
    return Table(
        _("What the measures cost together"),
        (
            Column(_("Cover"), heads_row=True, width=4),
            Column(_("Measures"), "number", width=2),
            Column(_("One time"), "money", width=3),
            Column(_("In every full year"), "money", width=3),
            Column(_("Together in the first full year"), "money", width=3),
        ),
        tuple(
            Row(
                (
                    Cell(label),
                    count(concept["sums"][name]["measures"]),
                    *(speech.money(concept["sums"][name][of]) for of in ("once_cents", "annual_cents", "volume_cents")),
                ),
                strong=name == "stated",
            )
            for name, label in rows
        ),
    )


def plan_said(concept: Frozen, languages: Sequence[str]) -> list[str]:
    """Return which plan a concept tells of and how it stood with the council; older versions did not say so."""
    plan, proposed = concept["plan"], concept.get("proposed_plan")
    if plan is None or "standing" not in plan:
        return []
    decision, title = plan["decision"], wording_in(plan["title"], languages).body
    stands = frozen_decision_in_words(decision, languages) if decision else proposal_in_words()
    beside = [proposed_in_words(wording_in(proposed["title"], languages).body)] if proposed else []
    return [_("%(plan)s: %(sentence)s", plan=title, sentence=stands), *beside]


def _measures_table(concept: Frozen, speech: Speech) -> Table:
    has_plan = concept["plan"] is not None
    voted = _("A place stands where a measure was voted on in the joint ranking.")
    return Table(
        _("Measures with their costs"),
        (
            Column(_("Code"), width=2),
            Column(_("Measure"), heads_row=True, width=8),
            Column(_("Department that answers for it"), width=5),
            Column(_("One time"), "money", width=3),
            Column(_("In every full year"), "money", width=3),
            Column(_("Cover"), width=3),
            Column(_("Place"), "number", width=2),
            *((Column(_("In the plan"), width=3),) if has_plan else ()),
        ),
        tuple(
            Row(
                (
                    Cell(one["code"]),
                    Cell(speech.text(one["title"])),
                    Cell(speech.text(one["department"]["title"])) if one["department"] else EMPTY,
                    *_amounts(one["costing"], speech),
                    count(one["priority"]["rank"]) if one["priority"] else Cell(NOTHING),
                    *((Cell(status_in_words(one["plan"]) if one["plan"] else NOTHING),) if has_plan else ()),
                )
            )
            for one in concept["measures"]
        ),
        note=" ".join((voted, *plan_said(concept, speech.languages))),
    )


def _amounts(costing: Frozen | None, speech: Speech) -> tuple[Cell, ...]:
    if costing is None:
        return EMPTY, EMPTY, Cell(_("Costs not stated yet"))
    amounts = (speech.money(costing[name]) for name in ("once_cents", "annual_cents"))
    return (*amounts, Cell(cover_name(Cover(costing["cover"]))))


def _goals_table(concept: Frozen, speech: Speech) -> Table:
    return Table(
        _("Goals and sub-goals"),
        (
            Column(_("Code"), width=2),
            Column(_("Goal"), heads_row=True, width=8),
            Column(_("Field of action"), width=4),
            Column(_("Place"), "number", width=2),
            Column(_("Measures"), "number", width=2),
        ),
        tuple(
            Row(
                (
                    Cell(one["code"]),
                    Cell(speech.text(one["title"])),
                    Cell(speech.text(field["title"])) if field["title"] else EMPTY,
                    count(one["priority"]["rank"]) if one["priority"] else Cell(NOTHING),
                    count(len(one["measures"])),
                )
            )
            for field in concept["fields"]
            for goal in field["goals"]
            for one in (goal, *goal["sub_goals"])
        ),
    )


def _rankings(concept: Frozen, speech: Speech) -> Iterator[Block]:
    sentences = (
        ("goals_ranking", _("The places of the sub-goals come from a joint ranking:")),
        ("measures_ranking", _("The places of the measures come from a joint ranking:")),
    )
    for name, sentence in sentences:
        ranking = concept[name]
        if ranking:
            yield Paragraph(sentence)
            yield _rounds_table(ranking, speech)
            if ranking["fingerprint"]:
                yield Note(
                    grouped_digits(ranking["fingerprint"].replace(" ", "")), _("Fingerprint of the public bundle")
                )


def _rounds_table(ranking: Frozen, speech: Speech) -> Table:
    return Table(
        speech.text(ranking["title"]),
        (
            Column(_("Round"), heads_row=True, width=6),
            Column(_("Body"), width=4),
            Column(_("Weight"), "number", width=2),
        ),
        tuple(
            Row(
                (
                    Cell(speech.text(one["title"])),
                    Cell(kind_name(KindName(one["kind"]))),
                    Cell(plain_number(one["weight"]), one["weight"]),
                )
            )
            for one in ranking["rounds"]
        ),
        note=ngettext(
            "%(shown)s ballot was counted.",
            "%(shown)s ballots were counted.",
            ranking["ballots"],
            shown=plain_number(ranking["ballots"]),
        ),
    )
