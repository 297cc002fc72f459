"""Comments are written, reported and moderated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.comments import services
from participation.comments.forms import CommentForm, ModerationForm, ReportForm
from participation.comments.models import Comment
from participation.comments.queries import comment_by_id, hidden, reported
from participation.comments.rules import ModerationAction
from participation.comments.services import Remark
from participation.core.errors import Invalid
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.rounds.kinds import Task
from participation.rounds.queries import rounds_to_enter
from participation.texts.queries import wording
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language, reader_languages

bp = Blueprint("comments", __name__)
Page = tuple[str, int]


@bp.get("/processes/<process>/proposals/<code>/comments")
@requires(Permission.COMMENT_WRITE)
def write(process: str, code: str) -> Page:
    """Show an empty form for a comment, or for a reply if the address says to which."""
    proposal = _proposal(process, code)
    form = _form(proposal)
    form.language.data = current_language().tag
    form.reply_to.data = request.args.get("reply_to", "")
    form.author_name.data = current_actor().display_name
    return _write_page(proposal, form, HTTPStatus.OK)


@bp.post("/processes/<process>/proposals/<code>/comments")
@requires(Permission.COMMENT_WRITE)
def say(process: str, code: str) -> Page | Response:
    """Say something about a proposal."""
    proposal = _proposal(process, code)
    form = _form(proposal)
    said: list[Comment] = []

    def speak(session: Session) -> None:
        if not form.round.data:
            raise Invalid("no_round_for_comments")
        remark = Remark(
            language=form.language.data or "",
            body=form.body.data or "",
            reply_to=form.reply_to.data or "",
            author_name=form.author_name.data or "",
        )
        said.append(
            services.write_comment(
                session, proposal.id, remark, slug=form.round.data, actor=current_actor(), now=utcnow()
            )
        )

    status = submitted(form, speak)
    if status is not HTTPStatus.SEE_OTHER:
        return _write_page(proposal, form, status)
    flash(_("Your comment is there for everybody to read."), "success")
    return _back_to(said[0])


@bp.get("/comments/<comment_id>/report")
@requires(Permission.COMMENT_REPORT)
def report(comment_id: str) -> Page:
    """Ask what is wrong with a comment."""
    return _report_page(comment_by_id(db.session(), comment_id), ReportForm(), HTTPStatus.OK)


@bp.post("/comments/<comment_id>/report")
@requires(Permission.COMMENT_REPORT)
def give_notice(comment_id: str) -> Page | Response:
    """Tell the moderators that a comment breaks the rules."""
    comment = comment_by_id(db.session(), comment_id)
    form = ReportForm()

    def notify(session: Session) -> None:
        if not form.good_faith.data:
            raise Invalid("good_faith_missing", field="good_faith")
        services.report_comment(session, comment.id, form.reason.data or "", actor=current_actor(), now=utcnow())

    status = submitted(form, notify)
    if status is not HTTPStatus.SEE_OTHER:
        return _report_page(comment, form, status)
    flash(_("Thank you. The moderators will look at it and decide."), "success")
    return _back_to(comment)


@bp.get("/processes/<process>/comments/reported")
@requires(Permission.COMMENT_MODERATE)
def queue(process: str) -> str:
    """Show moderators what was reported and what is hidden."""
    session = db.session()
    found = process_by_slug(session, process)
    authorise(current_actor(), Permission.COMMENT_MODERATE, found)
    return render_template(
        "comments/queue.html", process=found, reported=reported(session, found.id), hidden=hidden(session, found.id)
    )


@dataclass(frozen=True, slots=True)
class _Act:
    """A decision with the words of its page."""

    decide: Callable[..., Comment]
    title: Any
    hint: Any
    button: Any
    done: Any


_ACTS: Final[Mapping[str, _Act]] = {
    ModerationAction.HIDE.value: _Act(
        services.hide_comment,
        lazy_gettext("Hide this comment?"),
        lazy_gettext("Everybody reads this reason in the place of the comment. Say which rule is broken and how."),
        lazy_gettext("Hide the comment"),
        lazy_gettext("The comment is hidden, and its place says why."),
    ),
    ModerationAction.RESTORE.value: _Act(
        services.restore_comment,
        lazy_gettext("Show this comment again?"),
        lazy_gettext("The reason is kept with the earlier decision."),
        lazy_gettext("Show the comment again"),
        lazy_gettext("The comment is shown again."),
    ),
    ModerationAction.KEEP.value: _Act(
        services.keep_comment,
        lazy_gettext("Leave this comment where it is?"),
        lazy_gettext("The notices are answered with this reason."),
        lazy_gettext("Leave the comment"),
        lazy_gettext("The comment stays, and the notices are answered."),
    ),
}


@bp.get("/comments/<comment_id>/<any(hide,restore,keep):action>")
@requires(Permission.COMMENT_MODERATE)
def moderate(comment_id: str, action: str) -> Page:
    """Ask for the reason of a decision."""
    comment = _moderated(comment_id)
    return _moderation_page(comment, action, _moderation_form(comment), HTTPStatus.OK)


@bp.post("/comments/<comment_id>/<any(hide,restore,keep):action>")
@requires(Permission.COMMENT_MODERATE)
def decide(comment_id: str, action: str) -> Page | Response:
    """Decide about a comment."""
    comment = _moderated(comment_id)
    process = comment.proposal.process
    form = _moderation_form(comment)
    reasons = typed_in_languages(form, "reason", process.languages)
    status = submitted(
        form,
        lambda session: _ACTS[action].decide(session, comment.id, reasons, actor=current_actor(), now=utcnow()),
        reason=f"reason-{process.default_language}",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _moderation_page(comment, action, form, status)
    flash(_ACTS[action].done, "success")
    return redirect(url_for(".queue", process=process.slug), HTTPStatus.SEE_OTHER)


def _proposal(process: str, code: str) -> Proposal:
    session = db.session()
    found = process_by_slug(session, process)
    return readable_proposal(session, found, code, actor=current_actor(), now=utcnow())


def _moderated(comment_id: str) -> Comment:
    comment = comment_by_id(db.session(), comment_id)
    authorise(current_actor(), Permission.COMMENT_MODERATE, comment.proposal)
    return comment


def _form(proposal: Proposal) -> CommentForm:
    process = proposal.process
    form = CommentForm()
    tags = (*process.languages, *sorted(LANGUAGES.keys() - set(process.languages)))
    form.language.choices = [(tag, LANGUAGES[tag].own_name) for tag in tags if tag in LANGUAGES]
    ways = rounds_to_enter(db.session(), process.id, Task.COMMENT, actor=current_actor(), now=utcnow())
    languages = reader_languages(process.default_language)
    form.round.choices = [(round_.slug, wording(round_.title, languages).body) for round_, _me in ways]
    return form


def _write_page(proposal: Proposal, form: CommentForm, status: int) -> Page:
    reply_to = str(form.reply_to.data or "")
    return (
        render_template(
            "comments/write.html",
            process=proposal.process,
            proposal=proposal,
            form=form,
            answered=db.session.get(Comment, reply_to) if reply_to else None,
        ),
        status,
    )


def _report_page(comment: Comment, form: ReportForm, status: int) -> Page:
    page = render_template("comments/report.html", process=comment.proposal.process, comment=comment, form=form)
    return page, status


def _moderation_form(comment: Comment) -> FlaskForm:
    languages = comment.proposal.process.languages
    return in_languages(ModerationForm, "reason", _("Reason"), languages, long=True)()


def _moderation_page(comment: Comment, action: str, form: FlaskForm, status: int) -> Page:
    page = render_template(
        "comments/moderate.html",
        process=comment.proposal.process,
        comment=comment,
        form=form,
        action=action,
        title=str(_ACTS[action].title),
        hint=_ACTS[action].hint,
        button=_ACTS[action].button,
    )
    return page, status


def _back_to(comment: Comment) -> Response:
    proposal = comment.proposal
    address = url_for("site.proposal", process=proposal.process.slug, code=proposal.code)
    return redirect(f"{address}#comment-{comment.id}", HTTPStatus.SEE_OTHER)
