"""Officials set up rounds, rolls and participation codes; visitors are led to a round's door."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from participation.core.permissions import Permission
from participation.extensions import db
from participation.rounds import sentences
from participation.rounds.queries import round_by_slug
from participation.web.guard import requires

bp = Blueprint("rounds", __name__)
bp.add_app_template_filter(sentences.asked_of, "asked")
bp.add_app_template_filter(sentences.who_takes_part, "who_takes_part")
bp.add_app_template_filter(sentences.weakness_of, "weakness")
bp.add_app_template_filter(sentences.put_to_the_vote, "put_to_the_vote")
bp.add_app_template_filter(sentences.task_name, "task_name")
bp.add_app_template_filter(sentences.standing_in_words, "standing_in_words")


@bp.get("/rounds/<slug>")
@requires(Permission.ROUND_READ)
def show(slug: str) -> Response:
    """Lead to the door of the body whose round it is."""
    round_ = round_by_slug(db.session(), slug)
    return redirect(url_for(round_.body.endpoint, slug=slug))
