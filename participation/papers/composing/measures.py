"""Measure sheets (Maßnahmenblätter): everything that is said about one measure on a sheet of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext as _

from participation.budgeting.wording import reason_in_words, status_in_words
from participation.costings.models import Costs as StatedCosts
from participation.costings.models import Cover, EstimateQuality, Feasibility
from participation.costings.wording import facts_of
from participation.documents.blocks import (
    Block,
    Document,
    Fact,
    Facts,
    Paragraph,
    Section,
    Subheading,
    Text,
    Words,
    words_of,
)
from participation.papers.composing.words import Frozen, Speech
from participation.results.pages.rows import plain_number
from participation.web.rendering import money_in_words

_OWN_WORDS: Final = ("cover_source", "statement", "note")
"""What a statement of costs says in its writer's words, which keep their language."""


@dataclass(frozen=True, slots=True)
class MeasureSheet:
    """What stands on the sheet of a measure, for pages and documents alike."""

    code: str
    title: Text
    body: Text | None
    facts: tuple[Fact, ...]


def measure_sheets(concept: Frozen, speech: Speech) -> list[MeasureSheet]:
    """Return the sheet of every measure of a concept, in its order."""
    return [measure_sheet(one, concept, speech) for one in concept["measures"]]


def measure_sheet(measure: Frozen, concept: Frozen, speech: Speech, more: Iterable[Fact] = ()) -> MeasureSheet:
    """Return the sheet of a measure; `concept` says what the codes in it stand for, `more` comes last."""
    facts = [
        *_place(measure, concept, speech),
        *_people(measure, speech, concept["process"]["default_language"]),
        *_costs(measure["costing"], speech),
        *_standing(measure, speech),
        *more,
    ]
    body = speech.text(measure["body"]) if measure["body"] else None
    return MeasureSheet(measure["code"], speech.text(measure["title"]), body, tuple(facts))


def sheet_section(sheet: MeasureSheet) -> Section:
    """Return a sheet as a part of a document that begins a page."""
    return Section(f"measure-{sheet.code}", _headed(sheet), _blocks(sheet), starts_page=True)


def sheet_blocks(sheet: MeasureSheet, language: str) -> list[Block]:
    """Return a sheet as one of many below each other in a document in a language.

    Its facts are lines of one paragraph, which is set in half the time of a table of labels and values; those in
    another language stay apart, because they are read and spoken their own way. The code stands in the title.
    """
    own: list[str] = []
    foreign: list[Fact] = []
    for fact in sheet.facts:
        if isinstance(fact.value, Text) and fact.value.language not in {None, language}:
            foreign.append(fact)
        elif words_of(fact.value) != sheet.code:
            own.append(
                _(
                    "%(label)s: %(value)s",
                    label=words_of(fact.label).removesuffix("?").removesuffix("؟"),
                    value=words_of(fact.value),
                )
            )
    blocks: list[Block] = [Subheading(_headed(sheet))]
    if sheet.body:
        blocks.append(Paragraph(sheet.body))
    if own:
        blocks.append(Paragraph(Text("\n".join(own), language)))
    if foreign:
        blocks.append(Facts(tuple(foreign)))
    return blocks


def _headed(sheet: MeasureSheet) -> Text:
    return Text(f"{sheet.code} · {sheet.title.words}", sheet.title.language)


def _blocks(sheet: MeasureSheet) -> tuple[Block, ...]:
    return (*((Paragraph(sheet.body),) if sheet.body else ()), Facts(sheet.facts))


def compose_sheets(
    sheets: Sequence[MeasureSheet], process: Frozen, language: str, *, day: date, closing: str | None = None
) -> Document:
    """Return a document of one sheet or several; to be called in the language in which the sheets are worded.

    `day` is that of the last change of what stands on them, never today: the same content gives the same bytes.
    """
    only = sheets[0] if len(sheets) == 1 else None
    return Document(
        title=only.title if only else _("Measure sheets"),
        language=language,
        date=day,
        kind=_("Measure sheet") if only else _("Measure sheets"),
        number=only.code if only else None,
        issuer=process["city"],
        mark=_("Example data, freely invented") if process["is_example"] else None,
        subject=_("Measure sheet") if only else _("Measure sheets"),
        author=process["city"],
        closing=closing,
        page_words=_("Page {page} of {pages}"),
        sections=(_alone(only),) if only else tuple(map(sheet_section, sheets)),
        contents=None if only else _("Contents"),
    )


def _alone(sheet: MeasureSheet) -> Section:
    """Return a sheet below a title that names it already."""
    return Section("sheet", _("What is planned"), _blocks(sheet))


def _place(measure: Frozen, concept: Frozen, speech: Speech) -> Iterable[Fact]:
    fields = {one["code"]: one for one in concept["fields"]}
    goals = {goal["code"]: goal for one in concept["fields"] for main in one["goals"] for goal in _with_parts(main)}
    field = fields.get(measure["field"])
    yield Fact(_("Code"), measure["code"])
    if field and field["title"]:
        yield Fact(_("Field of action"), speech.text(field["title"]))
    for code in measure["serves"]:
        goal = goals.get(code)
        if goal:
            said = speech.text(goal["title"])
            yield Fact(_("Goal served"), Text(f"{code} · {said.words}", said.language))


def _with_parts(goal: Frozen) -> list[Frozen]:
    return [goal, *goal["sub_goals"]]


def _people(measure: Frozen, speech: Speech, language: str) -> Iterable[Fact]:
    for label, said in ((_("For whom"), measure["target_group"]), (_("With whom"), measure["partners"])):
        if said:
            yield Fact(label, speech.text(said))
    if measure["department"]:
        yield Fact(_("Department that answers for it"), speech.text(measure["department"]["title"]))
    if measure["unit"]:
        yield Fact(_("Unit in charge"), Text(measure["unit"], language))


def _costs(costing: Frozen | None, speech: Speech) -> Iterable[Fact]:
    if costing is None:
        yield Fact(_("Costs"), _("Nobody has stated the costs yet."))
        return
    for fact in facts_of(_stated(costing), costing["currency"]):
        value: Words = fact.value
        if fact.name in _OWN_WORDS and costing[fact.name]:
            value = speech.text(costing[fact.name])
        if value:
            yield Fact(fact.label, value)
        if fact.name == "annual":
            together = costing["once_cents"] + costing["annual_cents"]
            yield Fact(_("Together in the first full year"), money_in_words(together, costing["currency"]))


def _stated(costing: Frozen) -> StatedCosts:
    """Return a statement of costs as its own room words it."""
    feasibility = costing["feasibility"]
    return StatedCosts(
        once_cents=costing["once_cents"],
        annual_cents=costing["annual_cents"],
        quality=EstimateQuality(costing["quality"]),
        cover=Cover(costing["cover"]),
        language="",
        low_cents=costing["low_cents"],
        high_cents=costing["high_cents"],
        needs_post=costing["needs_post"],
        years=costing["years"],
        posts_hundredths=costing["posts_hundredths"],
        feasibility=Feasibility(feasibility) if feasibility else None,
        first_month=costing["first_month"],
        last_month=costing["last_month"],
    )


def _standing(measure: Frozen, speech: Speech) -> Iterable[Fact]:
    """Yield the place in the ranking, and what the plan says about the measure."""
    place, plan = measure["priority"], measure["plan"]
    if place:
        yield Fact(_("Place in the joint ranking"), place_in_words(place))
    if plan:
        yield from _planned(plan, speech)


def _planned(plan: Frozen, speech: Speech) -> Iterable[Fact]:
    yield Fact(_("In the plan"), status_in_words(plan))
    yield Fact(_("Why"), reason_in_words(plan, speech.currency))
    if plan["by_hand"]:
        yield Fact(_("Reason given for the decision by hand"), speech.text(plan["by_hand"]["reason"]))


TOLD_BY_FACTS: Final[Mapping[str, Callable[[Frozen, Speech], Iterable[Fact]]]] = {"costing": _costs, "plan": _planned}
"""What of a measure is told fact by fact where two versions of it differ."""


def changed_facts(name: str, before: Frozen | None, after: Frozen | None, speech: Speech) -> list[tuple[Fact, Fact]]:
    """Return what a reader sees differently in the costs of a measure or in its standing in the plan, before and after.

    Two that differ in nothing that a sheet shows, such as the number of a statement, give nothing.
    """
    compared = TOLD_BY_FACTS[name]
    old, new = ({fact.label: fact for fact in compared(said, speech)} if said else {} for said in (before, after))
    pairs = ((old.get(label, Fact(label, "")), new.get(label, Fact(label, ""))) for label in old | new)
    return [(was, now) for was, now in pairs if was.value != now.value]


def place_in_words(place: Mapping[str, int]) -> str:
    """Return a place in a ranking and how many places there are."""
    return _("place %(rank)s of %(of)s", rank=plain_number(place["rank"]), of=plain_number(place["of"]))
