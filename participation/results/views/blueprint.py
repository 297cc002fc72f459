"""The blueprint that the pages of results share."""

from flask import Blueprint

from participation.core.windows import utcnow
from participation.rounds.models import Round
from participation.rounds.rules import situation
from participation.rounds.sentences import standing_in_words

bp = Blueprint("results", __name__)


def stands(round_: Round) -> str:
    """Return where a round stands now, for templates."""
    return standing_in_words(round_, situation(round_.state, round_.window, utcnow(), is_suspended=round_.is_suspended))
