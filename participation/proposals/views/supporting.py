"""Proposals are supported and signed, and interests in them are declared."""

from http import HTTPStatus

from flask import flash, render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import Forbidden
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.proposals import services
from participation.proposals.forms import InterestForm, NoInterestForm, NoSupportForm, SupportForm
from participation.proposals.messages import capacity_name
from participation.proposals.models import Proposal
from participation.proposals.queries import StandingFor, capacities_of, own_interest
from participation.proposals.views.blueprint import bp
from participation.proposals.views.filling import language_choices, readable, to_page
from participation.texts.queries import original, wording
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language, reader_languages

Page = tuple[str, int]


@bp.post("/processes/<process>/proposals/<code>/support")
@requires(Permission.PROPOSAL_SUPPORT)
def support(process: str, code: str) -> Response:
    """Support a proposal, or sign it for an organisation."""
    proposal = readable(process, code)
    form = SupportForm()

    def act(session: Session) -> None:
        slug, basis = form.round.data or "", form.based_on.data or 0
        services.support(session, proposal.id, slug, based_on=basis, actor=current_actor(), now=utcnow())

    if submitted(form, act) is HTTPStatus.SEE_OTHER:
        flash(_("Thank you. Your support is noted; you can take it back while the round runs."), "success")
    else:
        _say_why_not(form)
    return to_page(proposal)


@bp.post("/processes/<process>/proposals/<code>/support/withdraw")
@requires(Permission.PROPOSAL_SUPPORT)
def withdraw_support(process: str, code: str) -> Response:
    """Take one's support back."""
    proposal = readable(process, code)
    form = NoSupportForm()

    def act(session: Session) -> None:
        services.withdraw_support(session, proposal.id, form.round.data or "", actor=current_actor(), now=utcnow())

    if submitted(form, act) is HTTPStatus.SEE_OTHER:
        flash(_("Your support is taken back."), "success")
    else:
        _say_why_not(form)
    return to_page(proposal)


@bp.get("/processes/<process>/proposals/<code>/interest")
@requires(Permission.INTEREST_DECLARE)
def interest(process: str, code: str) -> Page:
    """Show the form in which an interest is declared."""
    proposal, standings = _with_capacity(process, code)
    form = _interest_form(proposal, standings)
    own = own_interest(db.session(), proposal, current_actor())
    if own is not None:
        form.words.data = original(own.words).body
        form.language.data = own.words.language
        form.standing.data = StandingFor(own.capacity, own.organisation, own.department).key
    return _interest_page(proposal, form, HTTPStatus.OK)


@bp.post("/processes/<process>/proposals/<code>/interest")
@requires(Permission.INTEREST_DECLARE)
def declare_interest(process: str, code: str) -> Page | Response:
    """Declare an interest, or reword it."""
    proposal, standings = _with_capacity(process, code)
    form = _interest_form(proposal, standings)
    status = submitted(
        form,
        lambda session: services.declare_interest(
            session,
            proposal.id,
            form.words.data or "",
            language=form.language.data or "",
            standing=form.standing.data or "",
            actor=current_actor(),
            now=utcnow(),
        ),
        reason="words",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _interest_page(proposal, form, status)
    flash(_("Thank you. Your interest stands beside the proposal."), "success")
    return to_page(proposal)


@bp.post("/processes/<process>/proposals/<code>/interest/withdraw")
@requires(Permission.INTEREST_DECLARE)
def withdraw_interest(process: str, code: str) -> Response:
    """Take a declaration back."""
    proposal = readable(process, code)
    form = NoInterestForm()
    status = submitted(
        form, lambda session: services.withdraw_interest(session, proposal.id, actor=current_actor(), now=utcnow())
    )
    if status is HTTPStatus.SEE_OTHER:
        flash(_("Your declaration is taken back."), "success")
    else:
        _say_why_not(form)
    return to_page(proposal)


def _say_why_not(form: FlaskForm) -> None:
    for words in [*form.form_errors, *(error for field in form for error in field.errors)]:
        flash(str(words), "error")


def _with_capacity(process: str, code: str) -> tuple[Proposal, list[StandingFor]]:
    proposal = readable(process, code)
    standings = capacities_of(db.session(), proposal, current_actor(), utcnow())
    if not standings:
        raise Forbidden("no_capacity")
    return proposal, standings


def _interest_form(proposal: Proposal, standings: list[StandingFor]) -> InterestForm:
    here = current_language().tag
    form = InterestForm(data={"language": here, "standing": standings[0].key})
    form.language.choices = language_choices(proposal.process)
    form.standing.choices = [(one.key, _said(one)) for one in standings]
    return form


def _said(standing: StandingFor) -> str:
    if standing.organisation is not None:
        return _("for %(name)s", name=standing.organisation.name)
    if standing.department is not None:
        return _("for %(name)s", name=wording(standing.department.title, reader_languages()).body)
    return capacity_name(standing.capacity)


def _interest_page(proposal: Proposal, form: InterestForm, status: int) -> Page:
    own = own_interest(db.session(), proposal, current_actor())
    page = render_template("proposals/interest.html", process=proposal.process, proposal=proposal, form=form, own=own)
    return page, status
