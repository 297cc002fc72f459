"""The office reminds departments of the costs that they owe."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from participation.core.errors import Conflict
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.costings.reminders import remind_departments
from participation.costings.views.blueprint import bp
from participation.extensions import transaction
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires


@bp.post("/rounds/<slug>/costs/remind")
@requires(Permission.COSTING_ENTER_ANY)
def remind(slug: str) -> Response:
    """Send letters to the departments that are named, or to all that owe costs."""
    try:
        with transaction() as session:
            sent = remind_departments(
                session, slug, request.form.getlist("department") or None, actor=current_actor(), now=utcnow()
            )
            letters = sum(one.letters for one in sent)
    except Conflict as refusal:
        flash(words_for(refusal), "error")
    else:
        flash(ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", letters), "success")
    return redirect(url_for("rounds.show", slug=slug), HTTPStatus.SEE_OTHER)
