"""Pages on which organisations word and sign a statement together."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import Forbidden
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.gatherings import services
from participation.gatherings.forms import (
    BasedOnForm,
    NoSignatureForm,
    RevisedStatementForm,
    StatementForm,
    TranslatedStatementForm,
)
from participation.gatherings.models import Statement
from participation.gatherings.queries import may_word, readable_statement, shown_statement, signs_for
from participation.gatherings.services import StatementDraft
from participation.gatherings.views.blueprint import Page, bp, language_choices
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.texts.queries import original, wordings
from participation.web.forms import pressed, sent_again, submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language


@bp.get("/rounds/<slug>/statement")
@requires(Permission.ROUND_READ)
def statement(slug: str) -> str:
    """Show what the organisations of a round say together; delegates also sign it here."""
    session, actor, now = db.session(), current_actor(), utcnow()
    round_ = round_by_slug(session, slug)
    found = shown_statement(session, round_, actor, now)
    me = signs_for(session, round_, actor, now)
    own = [one for one in found.signatures if me and one.organisation_id == me.organisation_id]
    return render_template(
        "gatherings/statement.html",
        round=round_,
        process=round_.process,
        statement=found,
        me=me,
        own=own[0] if own else None,
        may_word=may_word(session, round_, actor, now),
    )


@bp.get("/rounds/<slug>/statement/edit")
@requires(Permission.STATEMENT_WRITE)
def edit_statement(slug: str) -> Page:
    """Show the form for the words of a statement, with those that are there."""
    round_, found = _at_hand(slug)
    form = _form(round_, found)
    if found is not None:
        form.title.data, form.body.data = original(found.title).body, original(found.body).body
    return _edit_page(round_, found, form, HTTPStatus.OK)


@bp.post("/rounds/<slug>/statement/edit")
@requires(Permission.STATEMENT_WRITE)
def word_statement(slug: str) -> Page | Response:
    """Begin a statement, or reword it."""
    round_, found = _at_hand(slug)
    form = _form(round_, found)
    said = StatementDraft(form.language.data or "", form.title.data or "", form.body.data or "")

    def word(session: Session) -> None:
        if isinstance(form, RevisedStatementForm):
            basis = form.based_on.data or 0
            services.revise_statement(session, slug, said, based_on=basis, actor=current_actor(), now=utcnow())
        else:
            services.write_statement(session, slug, said, actor=current_actor(), now=utcnow())

    status = submitted(form, word)
    if status is not HTTPStatus.SEE_OTHER:
        round_, found = _at_hand(slug)
        present = []
        if found is not None and isinstance(form, RevisedStatementForm):
            standing = RevisedStatementForm(
                formdata=None,
                data={
                    "language": found.title.language,
                    "title": original(found.title).body,
                    "body": original(found.body).body,
                    "based_on": found.revision,
                },
            )
            standing.language.choices = form.language.choices
            present = sent_again(form, standing)
        return _edit_page(round_, found, form, status, present)
    flash(_("The statement is saved. Its organisations can sign this wording now."), "success")
    return _to_statement(slug)


@bp.get("/rounds/<slug>/statement/translate")
@requires(Permission.STATEMENT_WRITE)
def statement_translation(slug: str) -> Page:
    """Show the form for a statement's words in another language."""
    round_, found = _there(slug)
    form = TranslatedStatementForm(data={"based_on": found.revision})
    asked = request.args.get("to", current_language().tag)
    form.language.data = asked
    for field, text in ((form.title, found.title), (form.body, found.body)):
        there = wordings(text).get(asked)
        field.data = there.body if there and asked != text.language else ""
    return _translation_page(round_, found, form, HTTPStatus.OK)


@bp.post("/rounds/<slug>/statement/translate")
@requires(Permission.STATEMENT_WRITE)
def translate_statement(slug: str) -> Page | Response:
    """Say a statement in another language."""
    round_, found = _there(slug)
    form = TranslatedStatementForm()
    said = StatementDraft(form.language.data or "", form.title.data or "", form.body.data or "")
    status = submitted(
        form,
        lambda session: services.translate_statement(
            session, slug, said, based_on=form.based_on.data or 0, actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        round_, found = _there(slug)
        form.based_on.raw_data, form.based_on.data = None, found.revision  # the page shows the present words
        return _translation_page(round_, found, form, status)
    flash(_("The translation is saved."), "success")
    return _to_statement(slug)


@bp.post("/rounds/<slug>/statement/sign")
@requires(Permission.STATEMENT_WRITE)
def sign_statement(slug: str) -> Response:
    """Sign a statement for one's organisation."""
    form = BasedOnForm()

    def sign(session: Session) -> None:
        basis = form.based_on.data or 0
        services.sign_statement(session, slug, based_on=basis, actor=current_actor(), now=utcnow())

    if pressed(form, sign):
        flash(_("Your organisation has signed the statement."), "success")
    return _to_statement(slug)


@bp.post("/rounds/<slug>/statement/unsign")
@requires(Permission.STATEMENT_WRITE)
def withdraw_signature(slug: str) -> Response:
    """Take the signature of one's organisation back."""

    def unsign(session: Session) -> None:
        services.withdraw_signature(session, slug, actor=current_actor(), now=utcnow())

    if pressed(NoSignatureForm(), unsign):
        flash(_("The signature is taken back."), "success")
    return _to_statement(slug)


@bp.get("/rounds/<slug>/statement/finalise")
@requires(Permission.STATEMENT_FINALISE)
def ask_to_finalise(slug: str) -> str | Response:
    """Say what finalising leads to and ask once more; where it is impossible the statement's page says why."""
    round_, found = _there(slug)
    authorise(current_actor(), Permission.STATEMENT_FINALISE, round_)
    if not found.can_stand:
        return _to_statement(slug)
    return render_template("gatherings/finalise_statement.html", round=round_, process=round_.process, statement=found)


@bp.post("/rounds/<slug>/statement/finalise")
@requires(Permission.STATEMENT_FINALISE)
def finalise_statement(slug: str) -> Response:
    """Let a statement stand."""
    form = BasedOnForm()

    def finalise(session: Session) -> None:
        basis = form.based_on.data or 0
        services.finalise_statement(session, slug, based_on=basis, actor=current_actor(), now=utcnow())

    if pressed(form, finalise):
        flash(_("The statement stands and is public from now on."), "success")
    return _to_statement(slug)


def _at_hand(slug: str) -> tuple[Round, Statement | None]:
    session, actor, now = db.session(), current_actor(), utcnow()
    round_ = round_by_slug(session, slug)
    if not may_word(session, round_, actor, now):
        raise Forbidden("statement_of_others")
    return round_, readable_statement(session, round_, actor, now)


def _there(slug: str) -> tuple[Round, Statement]:
    round_, _found = _at_hand(slug)
    return round_, shown_statement(db.session(), round_, current_actor(), utcnow())


def _form(round_: Round, found: Statement | None) -> StatementForm:
    if found is None:
        form = StatementForm(data={"language": current_language().tag})
    else:
        form = RevisedStatementForm(data={"language": found.title.language, "based_on": found.revision})
    form.language.choices = language_choices(round_.process)
    return form


def _edit_page(
    round_: Round,
    found: Statement | None,
    form: StatementForm,
    status: int,
    present: Sequence[tuple[str, str]] = (),
) -> Page:
    page = render_template(
        "gatherings/word_statement.html",
        round=round_,
        process=round_.process,
        statement=found,
        form=form,
        present=present,
    )
    return page, status


def _translation_page(round_: Round, found: Statement, form: StatementForm, status: int) -> Page:
    form.language.choices = [one for one in language_choices(round_.process) if one[0] != found.title.language]
    page = render_template(
        "gatherings/translate_statement.html", round=round_, process=round_.process, statement=found, form=form
    )
    return page, status


def _to_statement(slug: str) -> Response:
    return redirect(url_for("gatherings.statement", slug=slug), HTTPStatus.SEE_OTHER)
