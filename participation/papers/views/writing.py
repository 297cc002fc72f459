"""Writing council papers: a long form that keeps what was typed, discarding drafts, beginning further versions."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from participation.budgeting.queries import plan_document, plans_of
from participation.core.errors import Invalid
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers import services
from participation.papers.forms import BasedOnForm, PaperForm, RevisedPaperForm, with_rows
from participation.papers.models import CouncilPaper
from participation.papers.rules.drafts import PaperDraft, Unit
from participation.papers.rules.figures import FigureKind
from participation.papers.rules.papers import (
    MAX_DECISIONS,
    ClimateImpact,
    FinancialImpact,
    Nature,
    PaperKind,
    YouthParticipation,
)
from participation.papers.rules.plan_figures import FIGURES, figures_of
from participation.papers.sentences import CLIMATE, FINANCES, KINDS, NATURES, YOUTH, figures_in_words, meaning_of_figure
from participation.papers.services import stated
from participation.papers.services.participation import concluded_rounds
from participation.papers.views.blueprint import Page, bp, choices, chosen, paper_at_hand, process_at_hand, to_paper
from participation.processes.models import Process
from participation.texts.queries import wording
from participation.web.forms import pressed, sent_again, submitted, unsent
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages

_INPUTS: Final = {"decisions": "decision-1", "units": "unit-1"}
"""At which input a refusal about several rows is shown."""


@bp.get("/processes/<process>/papers/new")
@requires(Permission.COUNCIL_PAPER_EDIT)
def new(process: str) -> Page:
    """Ask what a paper states."""
    found = process_at_hand(process)
    return _page(found, None, _form(found, None), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/new")
@requires(Permission.COUNCIL_PAPER_EDIT)
def write(process: str) -> Page | Response:
    """Begin a paper as a draft."""
    found = process_at_hand(process)
    form = _form(found, None)
    made: list[str] = []
    status = submitted(
        form,
        lambda session: made.append(
            services.write_paper(session, process, _draft(form), actor=current_actor(), now=utcnow()).slug
        ),
        **_INPUTS,
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(found, None, form, status)
    flash(_("The draft is saved. Only those who write papers see it until it is issued."), "success")
    return to_paper(process, made[0])


@bp.get("/processes/<process>/papers/<slug>/edit")
@requires(Permission.COUNCIL_PAPER_EDIT)
def edit(process: str, slug: str) -> Page:
    """Show what a draft states, for changing it."""
    paper = paper_at_hand(process, slug)
    return _page(paper.process, paper, _form(paper.process, paper), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/<slug>/edit")
@requires(Permission.COUNCIL_PAPER_EDIT)
def revise(process: str, slug: str) -> Page | Response:
    """Change what a draft states."""
    paper = paper_at_hand(process, slug)
    form = _form(paper.process, paper)
    saved: list[str] = []
    status = submitted(
        form,
        lambda session: saved.append(
            services.revise_paper(
                session,
                process,
                slug,
                _draft(form),
                based_on=form["based_on"].data or 0,
                actor=current_actor(),
                now=utcnow(),
            ).slug
        ),
        **_INPUTS,
    )
    if status is not HTTPStatus.SEE_OTHER:
        paper = paper_at_hand(process, slug)
        present = sent_again(form, _form(paper.process, paper, standing=True))
        return _page(paper.process, paper, form, status, present if status is HTTPStatus.CONFLICT else ())
    flash(_("The draft is saved."), "success")
    return to_paper(process, saved[0])


@bp.post("/processes/<process>/papers/<slug>/discard")
@requires(Permission.COUNCIL_PAPER_EDIT)
def discard(process: str, slug: str) -> Response:
    """Throw a draft away."""
    form = BasedOnForm()
    done = pressed(
        form,
        lambda session: services.discard_paper(
            session, process, slug, based_on=form.based_on.data or 0, actor=current_actor(), now=utcnow()
        ),
    )
    if not done:
        return to_paper(process, slug)
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("papers.index", process=process), HTTPStatus.SEE_OTHER)


@bp.post("/processes/<process>/papers/<slug>/next-version")
@requires(Permission.COUNCIL_PAPER_EDIT)
def begin_next_version(process: str, slug: str) -> Response:
    """Begin the next version of an issued paper."""
    made: list[CouncilPaper] = []
    done = pressed(
        FlaskForm(),
        lambda session: made.append(
            services.begin_next_version(session, process, slug, actor=current_actor(), now=utcnow())
        ),
    )
    if not done:
        return to_paper(process, slug)
    flash(_("%(number)s is begun as a draft. Please look through it and issue it.", number=made[0].number), "success")
    return to_paper(process, made[0].slug)


def _form(process: Process, paper: CouncilPaper | None, *, standing: bool = False) -> PaperForm:
    draft = stated(paper) if paper else None
    decisions, units = (len(draft.decisions), len(draft.units)) if draft else (0, 0)
    shape: type[PaperForm] = RevisedPaperForm if paper else PaperForm
    shape = with_rows(shape, max(decisions, _sent("decision-")), max(units, _sent("unit-result-")))
    unstated = {"youth": "", "financial_impact": "", "climate_impact": ""}
    data = _data(paper, draft) if paper and draft else unstated | {"language": process.default_language}
    form = shape(data=data, **unsent(standing=standing))
    unknown = _("Not stated")
    form.kind.choices = choices(KINDS)
    tags = dict.fromkeys((*process.languages, *([paper.language] if paper else ())))
    form.language.choices = [(tag, LANGUAGES[tag].own_name) for tag in tags if tag in LANGUAGES]
    form.youth.choices = choices(YOUTH, unknown)
    form.measure_is.choices = choices(NATURES)
    form.financial_impact.choices = choices(FINANCES, unknown)
    form.climate_impact.choices = choices(CLIMATE, unknown)
    form.plan.choices = _plans(process)
    languages = reader_languages(process.default_language)
    form.rounds.choices = [
        (one.slug, wording(one.title, languages).body) for one in concluded_rounds(db.session(), process.id)
    ]
    return form


def _sent(prefix: str) -> int:
    """Return the number of the last row that was sent with something in it, so that as many come back."""
    filled = (name.removeprefix(prefix) for name, value in request.form.items() if name.startswith(prefix) and value)
    return max((int(one) for one in filled if one in _NUMBERS), default=0)


_NUMBERS: Final = frozenset(map(str, range(1, MAX_DECISIONS + 1)))


def _plans(process: Process) -> list[tuple[str, str]]:
    languages = reader_languages(process.default_language)
    found = []
    for plan in plans_of(db.session(), process.id):
        title = wording(plan.title, languages).body
        found.append((plan.slug, title if plan.is_settled else _("%(title)s (not settled yet)", title=title)))
    return [("", _("None")), *found]


def _data(paper: CouncilPaper, draft: PaperDraft) -> dict[str, Any]:
    return {
        "number": draft.number,
        "kind": draft.kind.value,
        "language": draft.language,
        "subject": draft.subject,
        "lead_unit": draft.lead_unit,
        "person_in_charge": draft.person_in_charge,
        "dated_on": draft.dated_on,
        "occasion": draft.occasion,
        "plan": draft.plan,
        "rounds": list(draft.rounds),
        "youth": draft.youth.value if draft.youth else "",
        "youth_text": draft.youth_text,
        "measure_is": [nature.value for nature in Nature if nature in (draft.measure_is or ())],
        "prescribed_by": draft.prescribed_by,
        "financial_impact": draft.financial_impact.value if draft.financial_impact else "",
        "financial_text": draft.financial_text,
        "climate_impact": draft.climate_impact.value if draft.climate_impact else "",
        "climate_text": draft.climate_text,
        "reasons": draft.reasons,
        "based_on": paper.revision,
        **{f"decision-{at}": body for at, body in enumerate(draft.decisions, start=1)},
        **{f"unit-{at}": unit.name for at, unit in enumerate(draft.units, start=1)},
        **{f"unit-result-{at}": unit.result or "" for at, unit in enumerate(draft.units, start=1)},
    }


def _draft(form: PaperForm) -> PaperDraft:
    kind = chosen(PaperKind, form.kind.data, field="kind")
    if kind is None:
        raise Invalid("not_a_choice", field="kind")
    ticked = (chosen(Nature, value, field="measure_is") for value in form.measure_is.data or ())
    natures = frozenset(nature for nature in ticked if nature is not None)
    return PaperDraft(
        number=form.number.data or "",
        kind=kind,
        language=form.language.data or "",
        subject=form.subject.data or "",
        lead_unit=form.lead_unit.data or "",
        dated_on=form.dated_on.data,
        person_in_charge=form.person_in_charge.data or "",
        occasion=form.occasion.data or "",
        plan=form.plan.data or "",
        rounds=tuple(form.rounds.data or ()),
        youth=chosen(YouthParticipation, form.youth.data, field="youth"),
        youth_text=form.youth_text.data or "",
        measure_is=natures or None,
        prescribed_by=form.prescribed_by.data or "",
        financial_impact=chosen(FinancialImpact, form.financial_impact.data, field="financial_impact"),
        financial_text=form.financial_text.data or "",
        climate_impact=chosen(ClimateImpact, form.climate_impact.data, field="climate_impact"),
        climate_text=form.climate_text.data or "",
        reasons=form.reasons.data or "",
        decisions=tuple(_rows(form, "decision-")),
        units=tuple(
            Unit(name, result or None)
            for name, result in zip(_rows(form, "unit-"), _rows(form, "unit-result-"), strict=True)
        ),
    )


def _rows(form: PaperForm, prefix: str) -> list[str]:
    names = (f"{prefix}{number}" for number in range(1, MAX_DECISIONS + 1))
    return [form[name].data or "" for name in names if name in form]


def _page(
    process: Process,
    paper: CouncilPaper | None,
    form: PaperForm,
    status: HTTPStatus,
    present: Sequence[tuple[str, str]] = (),
) -> Page:
    numbers = range(1, MAX_DECISIONS + 1)
    page = render_template(
        "papers/write.html",
        process=process,
        paper=paper,
        form=form,
        present=present,
        figures=_figures(process, paper),
        decision_rows=[form[f"decision-{at}"] for at in numbers if f"decision-{at}" in form],
        unit_rows=[(form[f"unit-{at}"], form[f"unit-result-{at}"]) for at in numbers if f"unit-{at}" in form],
    )
    return page, status


def _figures(process: Process, paper: CouncilPaper | None) -> list[tuple[str, str, str]]:
    """Return the names of the figures that points may use, what each means, and its words where a plan is chosen."""
    words: Mapping[str, str] = {}
    if paper is not None and paper.plan is not None:
        known = figures_of(plan_document(db.session(), paper.plan))
        words = figures_in_words(known, process.currency, paper.language)
    return [
        (f"{{{name}}}", meaning_of_figure(name), words.get(name) or _FIGURES[figure.kind]())
        for name, figure in FIGURES.items()
    ]


_FIGURES: Final[Mapping[FigureKind, Callable[[], str]]] = {
    FigureKind.COUNT: lambda: _("a number"),
    FigureKind.MONEY: lambda: _("an amount"),
    FigureKind.YEAR: lambda: _("a year"),
}
