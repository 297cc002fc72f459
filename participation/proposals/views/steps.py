"""Authors hand in, withdraw and translate proposals; officials translate too."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.proposals import services
from participation.proposals.forms import HandInForm, TranslationForm, WithdrawForm
from participation.proposals.models import Proposal
from participation.proposals.services import Translation
from participation.proposals.views.blueprint import bp
from participation.proposals.views.filling import language_choices, offer, readable, to_page, typed
from participation.proposals.views.writing import handed_in
from participation.texts.models import Text
from participation.texts.queries import wordings
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language

Page = tuple[str, int]


@bp.post("/processes/<process>/proposals/<code>/submit")
@requires(Permission.PROPOSAL_WRITE)
def submit(process: str, code: str) -> Response:
    """Hand a draft in."""
    proposal = readable(process, code)
    form = HandInForm()
    written: list[Proposal] = []

    def hand_in(session: Session) -> None:
        slug = form.round.data or None
        written.append(services.submit(session, proposal.id, slug=slug, actor=current_actor(), now=utcnow()))

    if submitted(form, hand_in) is HTTPStatus.SEE_OTHER:
        flash(handed_in(written[0]), "success")
        return to_page(written[0])
    for words in _words_of(form):
        flash(words, "error")
    return redirect(url_for(".edit", process=process, code=code), HTTPStatus.SEE_OTHER)


@bp.get("/processes/<process>/proposals/<code>/withdraw")
@requires(Permission.PROPOSAL_WRITE)
def confirm_withdrawal(process: str, code: str) -> Page:
    """Ask before a proposal is taken back."""
    return _withdraw_page(readable(process, code), WithdrawForm(), HTTPStatus.OK)


@bp.post("/processes/<process>/proposals/<code>/withdraw")
@requires(Permission.PROPOSAL_WRITE)
def withdraw(process: str, code: str) -> Page | Response:
    """Take a proposal back."""
    proposal = readable(process, code)
    form = WithdrawForm()
    status = submitted(
        form,
        lambda session: services.withdraw(
            session, proposal.id, reason=form.reason.data or "", actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _withdraw_page(proposal, form, status)
    flash(_("The proposal is withdrawn."), "success")
    return to_page(proposal)


@bp.get("/processes/<process>/proposals/<code>/translate")
@requires(Permission.PROPOSAL_WRITE)
def translation(process: str, code: str) -> Page:
    """Show the form for a translation, filled with the one there is in the language asked for."""
    proposal = readable(process, code)
    form = _translation_form(proposal)
    asked = request.args.get("to", current_language().tag)
    form.language.data = asked
    for text, field in _translated(proposal, form):
        there = wordings(text).get(asked)
        field.data = there.body if there and asked != text.language else ""
    return _translation_page(proposal, form, HTTPStatus.OK)


@bp.post("/processes/<process>/proposals/<code>/translate")
@requires(Permission.PROPOSAL_WRITE)
def translate(process: str, code: str) -> Page | Response:
    """Add a translation."""
    proposal = readable(process, code)
    form = _translation_form(proposal)
    words = Translation(*(typed(form, name) for name in ("language", "title", "body", "target_group", "partners")))
    status = submitted(
        form,
        lambda session: services.translate(session, proposal.id, words, actor=current_actor(), now=utcnow()),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _translation_page(proposal, form, status)
    flash(_("The translation is saved."), "success")
    return to_page(proposal)


def _words_of(form: FlaskForm) -> Iterator[str]:
    """Yield everything that a form has to say against what was sent."""
    yield from map(str, form.form_errors)
    for field in form:
        yield from map(str, field.errors)


def _withdraw_page(proposal: Proposal, form: WithdrawForm, status: int) -> Page:
    page = render_template("proposals/withdraw.html", process=proposal.process, proposal=proposal, form=form)
    return page, status


def _translation_form(proposal: Proposal) -> TranslationForm:
    form = TranslationForm()
    others = [choice for choice in language_choices(proposal.process) if choice[0] != proposal.title.language]
    offer(form, "language", others)
    for name, text in _optional_texts(proposal).items():
        if text is None:
            del form[name]
    return form


def _translated(proposal: Proposal, form: TranslationForm) -> Iterator[tuple[Text, Field]]:
    for name, text in {"title": proposal.title, **_optional_texts(proposal)}.items():
        if text is not None and name in form:
            yield text, form[name]


def _optional_texts(proposal: Proposal) -> dict[str, Text | None]:
    return {"body": proposal.body, "target_group": proposal.target_group, "partners": proposal.partners}


def _translation_page(proposal: Proposal, form: TranslationForm, status: int) -> Page:
    page = render_template("proposals/translate.html", process=proposal.process, proposal=proposal, form=form)
    return page, status
