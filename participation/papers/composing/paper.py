"""A council paper as a document: its head, its boxes, what it proposes, why, and its annexes."""

from datetime import date

from flask_babel import gettext as _

from participation.core.languages import reading_order
from participation.documents.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Fact,
    Items,
    Note,
    Paragraph,
    Quote,
    Row,
    Section,
    Sheet,
    Subheading,
    Table,
    Text,
)
from participation.papers.composing.annexes import (
    annex_list,
    costs_table,
    plan_annex,
    ranking_annex,
    ranking_table,
    sheets_annex,
)
from participation.papers.composing.money import finance_blocks, plan_table, years_table
from participation.papers.composing.participation import (
    bodies_table,
    method_blocks,
    participation_blocks,
    rounds_table,
    youth_blocks,
)
from participation.papers.composing.words import NOTHING, Frozen, Speech, answer, boxes, day
from participation.papers.sentences import (
    CLIMATE,
    FINANCES,
    NATURES,
    YOUTH,
    competence_in_words,
    kind_in_words,
)
from participation.web.locale import force_language
from participation.web.rendering import day_in_words


def compose_paper(
    paper: Frozen, language: str, *, sha256: str | None = None, day_of_draft: date | None = None
) -> Document:
    """Return a paper in a language; `sha256` is that of what was frozen, a draft has none and takes `day_of_draft`.

    Titles of ours are in that language, people's words in the nearest one in which there are any, marked as such.
    """
    with force_language(language) as spoken:
        speech = _speech(paper, spoken.tag)
        sections = [
            _consultations(paper, speech),
            _units(paper),
            _texts("occasion", _("Occasion"), speech, paper["occasion"]),
            _decisions(paper, speech),
            Section("youth", _("Involvement of children and young people (section 47f GO SH)"), _youth(paper, speech)),
            Section("measure", _("The measure is"), _nature(paper, speech)),
            Section("finance", _("Financial impact"), _finance(paper, speech)),
            Section("climate", _("Impact on the climate"), _climate(paper, speech)),
            _reasons(paper, speech),
            _statements(paper, speech),
            _annexes(paper),
            *(ranking_annex(paper, speech) if paper["ranking"] else ()),
            *(plan_annex(paper, speech) if paper["plan"] else ()),
            *(sheets_annex(paper, speech) if paper.get("sheets") else ()),
        ]
        written_on = date.fromisoformat(paper["issued_on"]) if "issued_on" in paper else day_of_draft or date.min
        return Document(
            title=speech.text(paper["subject"]),
            language=spoken.tag,
            date=written_on,
            date_words=day_in_words(written_on),
            kind=kind_in_words(paper["kind"]),
            number=paper["number"],
            issuer=paper["process"]["city"],
            mark=_mark(paper),
            facts=tuple(_head(paper)),
            subject=f"{kind_in_words(paper['kind'])} {paper['number']}",
            author=paper["lead_unit"],
            closing=_("SHA-256 of this paper as it was issued: %(hash)s", hash=sha256) if sha256 else None,
            page_words=_("Page {page} of {pages}"),
            sections=tuple(section for section in sections if section is not None),
        )


def paper_sheets(paper: Frozen, language: str) -> list[Sheet]:
    """Return a paper's figures as sheets of a workbook: ranking, bodies, costs, plan, stations, method."""
    with force_language(language) as spoken:
        speech = _speech(paper, spoken.tag)
        sheets: list[Sheet] = []
        if paper["ranking"]:
            sheets.append(Sheet(_("Ranking"), (ranking_table(paper, speech),)))
            sheets.append(Sheet(_("Bodies"), (bodies_table(paper["ranking"], speech),)))
        if paper["plan"]:
            sheets.append(Sheet(_("Costs"), (costs_table(paper["plan"], speech),)))
            sheets.append(Sheet(_("Plan"), (plan_table(paper["plan"], speech), years_table(paper["plan"], speech))))
        sheets.append(Sheet(_("Consultations"), (_stations_table(paper, speech),)))
        if paper["ranking"]:
            sheets.append(Sheet(_("Method"), tuple(method_blocks(paper["ranking"], speech))))
        return sheets


def _speech(paper: Frozen, language: str) -> Speech:
    process = paper["process"]
    languages = reading_order(language, paper["language"], process["default_language"])
    return Speech(languages, process["currency"])


def _mark(paper: Frozen) -> str | None:
    said = []
    if "issued_on" not in paper:
        said.append(_("Draft, not issued"))
    if paper["process"]["is_example"]:
        said.append(_("Example data, freely invented"))
    return " · ".join(said) or None


def _head(paper: Frozen) -> list[Fact]:
    own = paper["language"]
    dated = paper["dated_on"] or paper.get("issued_on")
    pairs = [
        (_("Lead unit"), Text(paper["lead_unit"], own)),
        (_("Person in charge"), Text(paper["person_in_charge"], own) if paper["person_in_charge"] else None),
        (_("Date"), day_in_words(date.fromisoformat(dated)) if dated else _("not stated")),
        (_("Replaces"), paper["supersedes"]),
    ]
    return [Fact(label, value) for label, value in pairs if value]


def _consultations(paper: Frozen, speech: Speech) -> Section | None:
    if not paper["consultations"]:
        return None
    return Section("consultations", _("Consultations"), (_stations_table(paper, speech),))


def _stations_table(paper: Frozen, speech: Speech) -> Table:
    columns = (
        Column(_("Day"), "date", width=4),
        Column(_("Committee"), heads_row=True, width=6),
        Column(_("In public?"), width=3),
        Column(_("Competence"), width=4),
        Column(_("Agenda item"), width=2),
    )
    return Table(
        caption=_("Where this paper is discussed, in order"),
        columns=columns,
        rows=tuple(
            Row(
                (
                    day(one["held_on"]),
                    Cell(speech.text(one["committee"]["name"])),
                    Cell(_("in public") if one["is_public"] else _("not in public")),
                    Cell(competence_in_words(one["competence"])),
                    Cell(one["agenda_number"] or NOTHING),
                )
            )
            for one in paper["consultations"]
        ),
        note=_("As planned when the paper was issued. What came of each consultation stands on the paper's page."),
    )


def _units(paper: Frozen) -> Section | None:
    if not paper["units"]:
        return None
    own = paper["language"]
    rows = tuple(
        Row(
            (
                Cell(Text(unit["name"], own)),
                Cell(Text(unit["result"], own) if unit["result"] else _("not stated")),
            )
        )
        for unit in paper["units"]
    )
    columns = (Column(_("Unit or body"), heads_row=True, width=3), Column(_("Result"), width=3))
    table = Table(_("Who was involved before"), columns, rows)
    return Section("units", _("Procedure"), (table,))


def _texts(key: str, title: str, speech: Speech, text: Frozen | None) -> Section | None:
    return Section(key, title, tuple(speech.texts(text))) if text else None


def _decisions(paper: Frozen, speech: Speech) -> Section | None:
    if not paper["decisions"]:
        return None
    items = Items(tuple(speech.text(one["text"]) for one in paper["decisions"]), numbered=True)
    return Section("decision", _("Proposed decision"), (items,))


def _youth(paper: Frozen, speech: Speech) -> tuple[Block, ...]:
    stated = paper["youth"]
    return (answer(YOUTH, stated["answer"]), *speech.texts(stated["text"]), *youth_blocks(paper, speech))


def _nature(paper: Frozen, speech: Speech) -> tuple[Block, ...]:
    return (boxes(NATURES, paper["measure_is"]), *speech.texts(paper["prescribed_by"]))


def _finance(paper: Frozen, speech: Speech) -> tuple[Block, ...]:
    stated, plan = paper["financial_impact"], paper["plan"]
    figures = finance_blocks(plan, speech) if plan else ()
    return (answer(FINANCES, stated["answer"]), *speech.texts(stated["text"]), *figures)


def _climate(paper: Frozen, speech: Speech) -> tuple[Block, ...]:
    stated = paper["climate_impact"]
    return (answer(CLIMATE, stated["answer"]), *speech.texts(stated["text"]))


def _reasons(paper: Frozen, speech: Speech) -> Section | None:
    blocks: list[Block] = [*speech.texts(paper["reasons"])]
    if paper["ranking"]:
        blocks += [Subheading(_("How people took part")), *participation_blocks(paper, speech)]
    elif paper["rounds"]:
        blocks += [Subheading(_("How people took part")), rounds_table(paper, speech)]
    return Section("reasons", _("Reasons"), tuple(blocks)) if blocks else None


def _statements(paper: Frozen, speech: Speech) -> Section | None:
    blocks: list[Block] = []
    for one in paper["statements"]:
        signed = [sign["organisation"] for sign in one["signatures"] if not sign["of_earlier_wording"]]
        blocks.append(Subheading(speech.text(one["title"])))
        source = _("Signed by: %(organisations)s", organisations=", ".join(signed)) if signed else None
        blocks.append(Quote(speech.text(one["body"]), source))
        earlier = [sign["organisation"] for sign in one["signatures"] if sign["of_earlier_wording"]]
        if earlier:
            words = _("Signed in an earlier wording: %(organisations)s", organisations=", ".join(earlier))
            blocks.append(Paragraph(words))
    return Section("statements", _("Statement of the migrant forum"), tuple(blocks)) if blocks else None


def _annexes(paper: Frozen) -> Section | None:
    listed = annex_list(paper)
    if not listed:
        return None
    note = Note(_("Each annex is part of this file. By its number everybody can check that it is the one meant here."))
    return Section("annexes", _("Annexes"), (Items(listed, numbered=True), note))
