"""Departments and the office enter what measures cost; everybody reads what it comes to."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Final, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import DomainError, Faults
from participation.core.languages import LANGUAGES
from participation.core.money import parse_cents
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.costings import messages, services
from participation.costings.forms import CostingForm
from participation.costings.models import Costing, Costs, Cover, EstimateQuality, Feasibility, whole_cents
from participation.costings.queries import costings_of, history_of, sheet
from participation.costings.rules import parse_month, parse_posts, parse_years, post_is_needed
from participation.costings.views.blueprint import bp
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.web.errors import show_in_form
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language

T = TypeVar("T")
Page = tuple[str, int]
ADD_UP: Final = "sum"
"""Value of the button that adds up what was typed and saves nothing."""


@bp.get("/processes/<process>/costs")
@requires(Permission.PROCESS_READ)
def overview(process: str) -> str:
    """Show what all admitted measures cost, and whose costs nobody has stated."""
    found = process_by_slug(db.session(), process)
    return render_template("costings/overview.html", process=found, sheet=sheet(db.session(), found.id))


@bp.get("/processes/<process>/proposals/<code>/costs")
@requires(Permission.COSTING_ENTER)
def enter(process: str, code: str) -> Page:
    """Show the form, filled with what was stated last."""
    proposal = _measure(process, code)
    slug = request.args.get("round", "")
    services.check_may_enter(db.session(), proposal, slug or None, actor=current_actor(), now=utcnow())
    costings = costings_of(db.session(), proposal.id)
    form = _form(proposal, costings[0] if costings else None)
    form.round.data = slug
    return _page(proposal, form, HTTPStatus.OK)


@bp.post("/processes/<process>/proposals/<code>/costs")
@requires(Permission.COSTING_ENTER)
def state(process: str, code: str) -> Page | Response:
    """Save what was stated, or add it up without saving."""
    proposal = _measure(process, code)
    form = _form(proposal, None)
    if request.form.get("then") == ADD_UP:
        return _page(proposal, form, HTTPStatus.OK)

    def save(session: Session) -> None:
        services.enter_costing(
            session,
            proposal.id,
            _costs(form, proposal.process.currency),
            based_on=form.based_on.data or 0,
            slug=form.round.data or None,
            actor=current_actor(),
            now=utcnow(),
        )

    slug = form.round.data or ""
    status = submitted(form, save)
    if status is HTTPStatus.CONFLICT:
        costings = costings_of(db.session(), proposal.id)
        present = costings[0].revision if costings else 0
        if form.based_on.data != present:  # sent once more after reading both, it is meant
            form.based_on.raw_data, form.based_on.data = None, present
    if status is not HTTPStatus.SEE_OTHER:
        return _page(proposal, form, status)
    flash(_("The costs of %(code)s are saved.", code=code), "success")
    if slug:
        return redirect(url_for("rounds.show", slug=slug), HTTPStatus.SEE_OTHER)
    return redirect(url_for("site.proposal", process=process, code=code) + "#costs", HTTPStatus.SEE_OTHER)


def _measure(process: str, code: str) -> Proposal:
    session = db.session()
    found = readable_proposal(session, process_by_slug(session, process), code, actor=current_actor(), now=utcnow())
    authorise(current_actor(), Permission.COSTING_ENTER, found)
    return found


def _form(proposal: Proposal, latest: Costing | None) -> CostingForm:
    form = CostingForm(data=_said(latest) if latest else {"based_on": 0, "language": current_language().tag})
    form.quality.choices = [(quality.value, messages.quality_name(quality)) for quality in EstimateQuality]
    form.cover.choices = [(cover.value, messages.cover_name(cover)) for cover in Cover]
    form.feasibility.choices = [
        ("", _("Not said yet")),
        *((one.value, messages.feasibility_name(one)) for one in Feasibility),
    ]
    form.feasibility.data = form.feasibility.data or ""
    tags = (*proposal.process.languages, *sorted(LANGUAGES.keys() - set(proposal.process.languages)))
    form.language.choices = [(tag, LANGUAGES[tag].own_name) for tag in tags if tag in LANGUAGES]
    return form


def _said(costing: Costing) -> dict[str, object]:
    said = costing.costs
    return {
        "based_on": costing.revision,
        "once": _plain(said.once_cents),
        "annual": _plain(said.annual_cents),
        "years": said.years or "",
        "low": _plain(said.low_cents),
        "high": _plain(said.high_cents),
        "quality": said.quality.value,
        "cover": said.cover.value,
        "cover_source": said.cover_source,
        "needs_post": said.needs_post,
        "posts": _plain(said.posts_hundredths),
        "feasibility": said.feasibility.value if said.feasibility else "",
        "statement": said.statement,
        "first_month": said.first_month or "",
        "last_month": said.last_month or "",
        "note": said.note,
        "language": said.language or current_language().tag,
    }


def _plain(cents: int | None) -> str:
    """Return hundredths of something as they can be typed again in every language: 1234 or 1234,50."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02d}" if rest else str(whole)


def _costs(form: CostingForm, currency: str) -> Costs:
    """Read the form; everything that cannot be read is named at once."""
    faults: list[DomainError] = []

    def typed(name: str, reader: Callable[[str], T], *, optional: bool = True) -> T | None:
        words = str(form[name].data or "")
        if optional and not words.strip():
            return None
        try:
            return reader(words)
        except DomainError as fault:
            faults.append(fault)
            return None

    def cents(name: str, *, optional: bool = False) -> int | None:
        return typed(name, lambda words: parse_cents(words, field=name, currency=currency), optional=optional)

    once, annual = cents("once"), cents("annual")
    years = typed("years", parse_years)
    low, high = cents("low", optional=True), cents("high", optional=True)
    posts = typed("posts", parse_posts)
    first, last = (typed(name, partial(parse_month, field=name)) for name in ("first_month", "last_month"))
    feasibility = typed("feasibility", Feasibility)
    Faults.refuse(faults)
    return Costs(
        once_cents=once or 0,
        annual_cents=annual or 0,
        low_cents=low,
        high_cents=high,
        quality=EstimateQuality(form.quality.data),
        cover=Cover(form.cover.data),
        cover_source=form.cover_source.data or "",
        needs_post=post_is_needed(posts, stated=bool(form.needs_post.data) or None),
        note=form.note.data or "",
        language=form.language.data or "",
        years=years,
        posts_hundredths=posts,
        feasibility=feasibility,
        statement=form.statement.data or "",
        first_month=first,
        last_month=last,
    )


def _page(proposal: Proposal, form: CostingForm, status: int) -> Page:
    """Show the form with what its amounts come to, as far as they can be read."""
    once, annual = _amount_in(form, "once", proposal), _amount_in(form, "annual", proposal)
    return (
        render_template(
            "costings/enter.html",
            process=proposal.process,
            proposal=proposal,
            form=form,
            history=history_of(db.session(), proposal.id),
            once=once,
            annual=annual,
            together=once + annual if once is not None and annual is not None else None,
            whole=_whole(form, once, annual),
        ),
        status,
    )


def _amount_in(form: CostingForm, name: str, proposal: Proposal) -> int | None:
    field = form[name]
    if not str(field.data or "").strip():
        return None
    try:
        return parse_cents(str(field.data), field=name, currency=proposal.process.currency)
    except DomainError as fault:
        if not field.errors and form.is_submitted():
            show_in_form(fault, form)
        return None


def _whole(form: CostingForm, once: int | None, annual: int | None) -> int | None:
    """Return what was typed over all its years, as far as that can be read and does not run for good."""
    if once is None or not annual or not str(form.years.data or "").strip():
        return None
    try:
        return whole_cents(once, annual, parse_years(str(form.years.data)))
    except DomainError as fault:
        if not form.years.errors and form.is_submitted():
            show_in_form(fault, form)
        return None
