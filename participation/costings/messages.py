"""Words for the refusals of costings, and for what estimates and cover are called."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.costings.models import Cover, EstimateQuality, Feasibility
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
    "years_out_of_range": lambda f: _("The yearly cost runs for 1 to %(highest)s years.", highest=f["highest"]),
    "years_without_yearly_cost": lambda _facts: _(
        "There is no yearly cost that could run for years. Please leave the years empty or state the yearly cost."
    ),
    "not_a_number_of_years": lambda f: _(
        "“%(typed)s” is not a number of years. Please write a whole number, such as 3.", typed=f["typed"]
    ),
    "not_a_number_of_posts": lambda f: _(
        "“%(typed)s” is not a number of posts. Please write it like 1 or 0,5, with two decimals at most.",
        typed=f["typed"],
    ),
    "posts_out_of_range": lambda f: _("There are at most %(highest)s posts.", highest=f["highest"]),
    "posts_contradict": lambda _facts: _(
        "The number of posts and whether a new post is needed do not fit together. Please correct one of them."
    ),
    "statement_missing": lambda _facts: _(
        "Please say in words under which conditions it can be done, or why it cannot be done."
    ),
    "statement_without_feasibility": lambda _facts: _("Please choose whether it can be done, or leave the text empty."),
    "not_a_month": lambda f: _(
        "“%(typed)s” is not a month. Please write it like 2027-03 or 03/2027.", typed=f["typed"]
    ),
    "month_out_of_range": lambda f: _(
        "Please choose a month in the years %(first)s to %(last)s.", first=f["first"], last=f["last"]
    ),
    "time_frame_needs_beginning": lambda _facts: _("Please give the first month too, or leave the last one empty."),
    "time_frame_upside_down": lambda _facts: _("The last month must not lie before the first one."),
    "sheet_not_ours": lambda _facts: _(
        "This is not a sheet of costs from this site. Please download the sheet here and fill in that one."
    ),
    "sheet_columns_missing": lambda f: _("These columns are missing in the sheet: %(columns)s.", columns=f["columns"]),
    "sheet_of_another_process": lambda _facts: _("This row belongs to another process."),
    "sheet_says_nothing": lambda _facts: _("No row of the sheet is filled in."),
    "sheet_row_without_code": lambda _facts: _(
        "This row has no code of a measure. Please leave the locked columns as they are."
    ),
    "revision_unreadable": lambda _facts: _(
        "The revision cannot be read. Please download the sheet once more and leave the locked columns as they are."
    ),
    "formula_in_cell": lambda _facts: _("This cell holds a formula. Please write the value itself."),
    "choice_missing": lambda _facts: _("Please choose one."),
    "choice_unknown": lambda f: _("“%(typed)s” is none of these: %(known)s", typed=f["typed"], known=f["known"]),
    "measure_unknown": lambda f: _(
        "There is no admitted measure with the code “%(proposal)s”.", proposal=f["proposal"]
    ),
    "measure_doubled": lambda _facts: _("This measure is there more than once."),
    "costings_changed": lambda f: _(
        "Somebody has stated other costs in the meantime for: %(codes)s. Nothing was saved; please compare.",
        codes=f["codes"],
    ),
    "costings_refused": lambda _facts: _("Nothing was saved. Please look at what is named here."),
    "rows_unreadable": lambda _facts: _(
        "What was to be saved did not arrive whole. Please upload the sheet once more."
    ),
    "no_department_owes_costs": lambda _facts: _("No department owes costs at the moment."),
    "reminded_today": lambda _facts: _("A department is reminded once a day at most, and that was done today."),
    "nobody_to_remind": lambda _facts: _(
        "Nobody with an e-mail address acts for the departments that owe costs. Please name somebody first."
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


def feasibility_name(feasibility: Feasibility) -> str:
    """Return whether a measure can be done, in words."""
    return {
        Feasibility.FEASIBLE: _("It can be done"),
        Feasibility.WITH_CONDITIONS: _("It can be done under conditions"),
        Feasibility.NOT_FEASIBLE: _("It cannot be done"),
    }[feasibility]
