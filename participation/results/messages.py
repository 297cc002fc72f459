"""Words for the refusals of results."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words

_CONCLUDING: Final[Mapping[str, Words]] = {
    "conclusion_by_people": lambda _facts: _(
        "A round is concluded by two people with accounts of their own, not by a program."
    ),
    "conclusion_requested_already": lambda _facts: _(
        "Somebody else has already requested the conclusion. You can confirm their request."
    ),
    "no_conclusion_requested": lambda _facts: _(
        "No request to conclude this round is waiting. One person requests it, then another one confirms it."
    ),
    "second_person_needed": lambda _facts: _(
        "You have requested the conclusion yourself. A second person has to confirm it."
    ),
    "box_changed": lambda _facts: _(
        "The ballot box has changed while it was counted. Nothing was stored. Please confirm once more; "
        "if this happens again, tell those who run the server."
    ),
    "unreadable_ballot_in_box": lambda _facts: _(
        "The ballot box holds a ballot that this round cannot have accepted. The round is not concluded before this "
        "is cleared up. Please tell those who run the server."
    ),
    "weighed_round_changed": lambda f: _(
        "The round “%(round)s” asks something else than the joint ranking that counts on it. Nothing is concluded "
        "before this is cleared up. Please tell those who run the server.",
        round=f["round"],
    ),
    "no_result_yet": lambda _facts: _("This round has no result yet. Nothing is counted before its conclusion."),
}

_DECLARING: Final[Mapping[str, Words]] = {
    "no_such_ranking": lambda _facts: _("There is no such joint ranking here."),
    "no_joint_result_yet": lambda _facts: _(
        "This joint ranking has no result yet. It is computed when the last of its rounds is concluded."
    ),
    "ranking_slug": lambda f: _(
        "The short name stands in the address. Please use up to %(maximum)s small letters without accents, digits and "
        "single hyphens.",
        maximum=f["maximum"],
    ),
    "ranking_slug_taken": lambda f: _(
        "There already is a joint ranking with the short name “%(slug)s”. Please choose another one.", slug=f["slug"]
    ),
    "rounds_to_weigh_missing": lambda _facts: _("Please give at least one round a weight."),
    "unknown_round_to_weigh": lambda f: _("There is no round “%(round)s”.", round=f["round"]),
    "weight_not_a_number": lambda f: _(
        "“%(typed)s” is not a weight. Please write a whole number such as 20.", typed=f["typed"]
    ),
    "weight_out_of_range": lambda f: _(
        "A weight is a whole number from 0 to %(maximum)s. Please change that of “%(round)s”.",
        maximum=f["maximum"],
        round=f["round"],
    ),
    "all_weights_zero": lambda _facts: _("At least one round needs a weight above 0."),
    "task_not_ranked": lambda _facts: _("Only rounds that prioritise goals or measures make a joint ranking."),
    "round_of_other_process": lambda f: _("The round “%(round)s” belongs to another process.", round=f["round"]),
    "round_asks_otherwise": lambda f: _(
        "The round “%(round)s” asks something else than this ranking is about.", round=f["round"]
    ),
    "weights_after_opening": lambda f: _(
        "The round “%(round)s” has been opened. Weights are declared before the first round opens and are fixed from "
        "then on, so that nobody can choose them by what is to be expected.",
        round=f["round"],
    ),
}

_ASKING: Final[Mapping[str, Words]] = {
    "round_not_weighed": lambda f: _("The round “%(round)s” is not part of this joint ranking.", round=f["round"]),
    "not_a_weight_of_a_round": lambda f: _(
        "“%(typed)s” is not a weight of a round. Please write the round's short name, a colon and a whole number.",
        typed=f["typed"],
    ),
    "given_twice": lambda _facts: _("This is given twice. Please give it once."),
    "budget_out_of_range": lambda f: _("The amount must be between 0 and %(maximum)s cents.", maximum=f["maximum"]),
}

WORDS: Final[Mapping[str, Words]] = {**_CONCLUDING, **_DECLARING, **_ASKING}
