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
    "signing_key_damaged": lambda _facts: _(
        "The key with which this site signs its bundles cannot be read. Please tell those who run the server."
    ),
    "signing_key_missing": lambda _facts: _(
        "The key with which this site signs its bundles is not in the folder of keys. Please bring it back. If it is "
        "lost for good, begin another with “participation key renew-signing-key”."
    ),
    "signing_key_there": lambda _facts: _("There is a key for signing bundles already. Nothing was changed."),
    "bundle_not_made_yet": lambda _facts: _("The public bundle of this result is not made yet."),
    "box_changed": lambda _facts: _(
        "The ballot box has changed while it was counted. Nothing was stored. Please confirm once more; "
        "if this happens again, tell those who run the server."
    ),
    "options_changed": lambda _facts: _(
        "An option was struck while the ballots were counted. Nothing was stored. Please confirm once more."
    ),
    "count_under_way": lambda _facts: _(
        "The conclusion is confirmed and the ballots are being counted. The result is published when that is done."
    ),
    "count_stopped": lambda _facts: _("The count has stopped, because the request to conclude was withdrawn."),
    "count_elsewhere": lambda _facts: _("The ballots of this round are being counted elsewhere at the moment."),
    "unreadable_ballot_in_box": lambda _facts: _(
        "The ballot box holds a ballot that this round cannot have accepted. The round is not concluded before this "
        "is cleared up. Please tell those who run the server."
    ),
    "weighed_round_changed": lambda f: _(
        "The round “%(round)s” asks something else than the joint ranking that counts on it. Nothing is concluded "
        "before this is cleared up. Please tell those who run the server.",
        round=f["round"],
    ),
    "ballots_not_published": lambda _facts: _(
        "Fewer than 10 people voted in this round, so only its figures are published and no single ballot is given out."
    ),
    "scores_not_in_pabulib": lambda _facts: _(
        "Scores cannot be written as a .pb file, where no score means 0. Please take the PrefLib format."
    ),
    "costs_missing": lambda f: _(
        "A .pb file needs the cost of every option, and “%(option)s” has none. Please take the PrefLib format.",
        option=f["option"],
    ),
    "budget_not_a_number": lambda f: _(
        "“%(typed)s” is not an amount in cents. Please write digits only.", typed=f["typed"]
    ),
    "no_result_yet": lambda _facts: _("This round has no result yet. Nothing is counted before its conclusion."),
}

_CARRYING_OVER: Final[Mapping[str, Words]] = {
    "share_not_exact": lambda f: _(
        "“%(typed)s” is not a share. Please write a fraction such as 1/5 or a percentage such as 20 %%.",
        typed=f["typed"],
    ),
    "share_out_of_range": lambda _facts: _("The share of the goals lies between 0 and 100 percent."),
    "share_of_measures_only": lambda _facts: _(
        "Only a ranking of measures can take a share from the goals that they serve."
    ),
    "goals_ranking_missing": lambda _facts: _(
        "Please choose the joint ranking of goals from which the share is taken."
    ),
    "goals_ranking_without_share": lambda _facts: _(
        "Please say how large the share of the goals is, or choose no ranking of goals."
    ),
    "goals_ranking_of_measures": lambda f: _(
        "The joint ranking “%(ranking)s” does not rank goals. Please choose another one.", ranking=f["ranking"]
    ),
    "unknown_goals_ranking": lambda f: _(
        "There is no joint ranking “%(ranking)s” in this process.", ranking=f["ranking"]
    ),
    "ranking_is_carried_over": lambda f: _(
        "The joint ranking “%(ranking)s” takes a share from this one. Please take back that declaration first.",
        ranking=f["ranking"],
    ),
}

_DECLARING: Final[Mapping[str, Words]] = {
    "no_such_ranking": lambda _facts: _("There is no such joint ranking here."),
    "no_statistics_yet": lambda _facts: _(
        "How sure this joint ranking is has not been worked out yet. That takes a moment after its last round."
    ),
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

WORDS: Final[Mapping[str, Words]] = {**_CONCLUDING, **_DECLARING, **_CARRYING_OVER, **_ASKING}
