"""The blueprint to which the pages of rounds belong, and what other templates may say about a round."""

from typing import Final

from flask import Blueprint

from participation.core.permissions import Permission, authorise
from participation.extensions import db
from participation.rounds import sentences
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.web.guard import current_actor

bp: Final = Blueprint("rounds", __name__)
bp.add_app_template_filter(sentences.asked_of, "asked")
bp.add_app_template_filter(sentences.who_takes_part, "who_takes_part")
bp.add_app_template_filter(sentences.published_of, "published")
bp.add_app_template_filter(sentences.weakness_of, "weakness")
bp.add_app_template_filter(sentences.overlap_of, "overlap")
bp.add_app_template_filter(sentences.put_to_the_vote, "put_to_the_vote")
bp.add_app_template_filter(sentences.task_name, "task_name")
bp.add_app_template_filter(sentences.standing_in_words, "standing_in_words")


def round_to_manage(slug: str, permission: Permission) -> Round:
    """Return a round that the visitor may work on in this way, or refuse."""
    round_ = round_by_slug(db.session(), slug)
    authorise(current_actor(), permission, round_)
    return round_
