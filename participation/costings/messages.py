"""Words for the refusals of costings, and for what estimates and cover are called."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.costings.models import Cover, EstimateQuality
from participation.web.errors import Words
from participation.web.rendering import money_in_words

WORDS: Final[Mapping[str, Words]] = {
    "only_measures_have_costs": lambda _facts: _("Only measures have costs."),
    "measure_not_admitted": lambda _facts: _("A measure is costed once it has been admitted."),
    "range_needs_both_ends": lambda _facts: _("A range needs a lower and an upper amount."),
    "range_upside_down": lambda _facts: _("The upper amount of the range must not be below the lower one."),
    "volume_outside_range": lambda f: _(
        "One-off cost and one year of running cost together are %(volume)s. The range must hold this sum.",
        volume=money_in_words(int(str(f["volume_cents"]))),
    ),
    "open_cover_has_no_source": lambda _facts: _(
        "What is still open has no source yet. Please leave the source empty or choose “covered”."
    ),
    "costing_changed": lambda _facts: _(
        "Somebody else has entered costs for this measure in the meantime. Nothing of yours was saved; please compare."
    ),
    "no_round_for_costs": lambda _facts: _(
        "No round asks your department for costs at the moment. The office can enter costs at any time."
    ),
    "not_your_department": lambda _facts: _("Another department answers for this measure."),
}


def quality_name(quality: EstimateQuality) -> str:
    """Return how good an estimate is, in words."""
    return {
        EstimateQuality.ROUGH_ESTIMATE: _("Roughly estimated"),
        EstimateQuality.CALCULATED: _("Calculated"),
        EstimateQuality.QUOTED: _("Offered by a supplier"),
    }[quality]


def cover_name(cover: Cover) -> str:
    """Return whether the budget covers a measure, in words."""
    return {Cover.COVERED: _("Covered by the budget"), Cover.OPEN: _("Open, not paid for yet")}[cover]
