"""Issuing a paper to the council, and taking it back: grave acts, which say their consequences first."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers import services
from participation.papers.composing import compose_paper
from participation.papers.forms import IssueForm, WithdrawalForm
from participation.papers.models import CouncilPaper
from participation.papers.rules.papers import PaperState
from participation.papers.sentences import figures_in_words
from participation.papers.services import changes_since, paper_document, preview_hash
from participation.papers.services.composition import plan_is_open
from participation.papers.views.blueprint import Page, bp, paper_at_hand, to_paper
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language


@bp.get("/processes/<process>/papers/<slug>/issue")
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
def ask_to_issue(process: str, slug: str) -> Page | Response:
    """Show everything that would be issued, say what issuing leads to, and ask once more."""
    paper = paper_at_hand(process, slug)
    if paper.state is not PaperState.DRAFT:
        return to_paper(process, slug)
    return _page(paper, IssueForm(), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/<slug>/issue")
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
def issue(process: str, slug: str) -> Page | Response:
    """Give a paper to the council."""
    form = IssueForm()
    status = submitted(
        form,
        lambda session: services.issue_paper(
            session,
            process,
            slug,
            seen=form.seen.data or "",
            fill_in=figures_in_words,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        paper = paper_at_hand(process, slug)
        if paper.state is not PaperState.DRAFT:
            return to_paper(process, slug)
        return _page(paper, form, status)
    flash(_("The paper is issued. Its files are being made."), "success")
    return to_paper(process, slug)


@bp.get("/processes/<process>/papers/<slug>/withdraw")
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
def ask_to_withdraw(process: str, slug: str) -> Page | Response:
    """Ask why a paper is taken back."""
    paper = paper_at_hand(process, slug)
    if paper.state is not PaperState.ISSUED:
        return to_paper(process, slug)
    return _withdrawal(paper, WithdrawalForm(data={"based_on": paper.revision}), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/<slug>/withdraw")
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
def withdraw(process: str, slug: str) -> Page | Response:
    """Take an issued paper back."""
    form = WithdrawalForm()
    status = submitted(
        form,
        lambda session: services.withdraw_paper(
            session,
            process,
            slug,
            form.reason.data or "",
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        paper = paper_at_hand(process, slug)
        form.based_on.raw_data, form.based_on.data = None, paper.revision
        return _withdrawal(paper, form, status)
    flash(_("The paper is withdrawn. It stays readable and says why."), "success")
    return redirect(url_for("papers.show", process=process, slug=slug), HTTPStatus.SEE_OTHER)


def _page(paper: CouncilPaper, form: IssueForm, status: HTTPStatus) -> Page:
    session = db.session()
    document = paper_document(session, paper, figures_in_words)
    form.seen.raw_data, form.seen.data = None, preview_hash(document)
    page = render_template(
        "papers/issue.html",
        process=paper.process,
        paper=paper,
        form=form,
        document=compose_paper(document, current_language().tag, day_of_draft=paper.modified_at.date()),
        plan_is_open=plan_is_open(paper.plan),
        changes=changes_since(session, paper, document),
    )
    return page, status


def _withdrawal(paper: CouncilPaper, form: WithdrawalForm, status: HTTPStatus) -> Page:
    return render_template("papers/withdraw.html", process=paper.process, paper=paper, form=form), status
