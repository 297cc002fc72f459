"""The mails of a demonstration, rendered when somebody looks; nothing is sent and nothing is kept."""

from flask import current_app, render_template
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select

from participation.accounts.views.blueprint import bp
from participation.core.permissions import Permission
from participation.extensions import db
from participation.outbox.models import Job
from participation.outbox.worker import work_of
from participation.web.demonstration import here_only
from participation.web.guard import requires

_SHOWN = 20


@requires(Permission.MAIL_READ)
@here_only
def mails() -> str:
    """Show the mails that would have been sent, the newest first."""
    letters = work_of(current_app._get_current_object()).letters  # type: ignore[attr-defined]  # noqa: SLF001
    jobs = db.session.scalars(
        select(Job).where(Job.name.in_(letters)).order_by(Job.created_at.desc(), Job.id).limit(_SHOWN)
    ).all()
    rendered = [(job, letters[job.name](db.session(), job.payload)) for job in jobs]
    return render_template("accounts/mails.html", mails=rendered)


@bp.record
def _add_in_a_demonstration(state: BlueprintSetupState) -> None:
    if state.app.config["SETTINGS"].demo:
        state.add_url_rule("/demo/mails", "mails", mails)
