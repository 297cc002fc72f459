"""Words for the refusals of proposals, and for what kinds, states and stations are called."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.proposals.rules import Capacity, ProposalAction, ProposalKind, ProposalState
from participation.web.errors import Words

_WRITING: Final[Mapping[str, Words]] = {
    "no_such_proposal": lambda _facts: _("There is no such proposal."),
    "not_the_author": lambda _facts: _("Only its author can do this with a proposal."),
    "proposal_state": lambda _facts: _("This is not possible with a proposal that stands where this one stands."),
    "proposal_changed": lambda _facts: _(
        "The proposal was changed while this page was open. Please read its present wording and decide again."
    ),
    "too_many_proposals": lambda f: _(
        "More than %(maximum)s proposals in one round are not possible.", maximum=f["maximum"]
    ),
    "round_of_somebody_else": lambda _facts: _("This draft was begun for another participant or another process."),
    "language_fixed": lambda _facts: _(
        "The language of a submitted proposal stays as it is. You can add a translation instead."
    ),
    "kind_fixed": lambda _facts: _("A submitted goal stays a goal, and a submitted measure stays a measure."),
}
_PLACE: Final[Mapping[str, Words]] = {
    "unknown_proposal": lambda f: _("There is no proposal with the code “%(proposal)s”.", proposal=f["proposal"]),
    "unknown_field": lambda f: _("There is no field of action with the code “%(theme)s”.", theme=f["theme"]),
    "unknown_department": lambda f: _(
        "There is no department with the code “%(department)s”.", department=f["department"]
    ),
    "only_measures_have_departments": lambda _facts: _("Only measures have a department that answers for them."),
    "only_measures_have_partners": lambda _facts: _("Only measures have partners."),
    "only_measures_have_units": lambda _facts: _("Only measures have a unit in charge of them."),
    "field_not_of_parent": lambda f: _(
        "A sub-goal stays in the field of its goal, here %(parent)s.", parent=f["parent"]
    ),
    "only_goals_have_parents": lambda _facts: _("Only goals can be part of a goal. A measure serves sub-goals."),
    "parent_is_no_main_goal": lambda f: _(
        "“%(proposal)s” is not an admitted main goal. Goals have two levels only.", proposal=f["proposal"]
    ),
    "goal_has_sub_goals": lambda _facts: _("A goal that has sub-goals cannot become a sub-goal itself."),
    "only_measures_serve_goals": lambda _facts: _("Goals serve no other goals; they are part of one."),
    "goal_named_twice": lambda _facts: _("A sub-goal is named twice."),
    "serves_no_sub_goal": lambda f: _("“%(proposal)s” is not an admitted sub-goal.", proposal=f["proposal"]),
}
_DECIDING: Final[Mapping[str, Words]] = {
    "reason_missing": lambda _facts: _("Please give a reason. Everybody can read it."),
    "measure_serves_nothing": lambda _facts: _("Please choose at least one sub-goal that the measure serves."),
    "field_missing": lambda _facts: _("Please choose a field of action."),
    "number_of_parts": lambda f: _(
        "A proposal is split into %(minimum)s to %(maximum)s parts.", minimum=f["minimum"], maximum=f["maximum"]
    ),
    "merged_into_itself": lambda _facts: _("A proposal cannot be merged into itself."),
    "merged_kinds_differ": lambda _facts: _("A goal is merged into a goal, a measure into a measure."),
    "merge_target_not_live": lambda _facts: _(
        "The other proposal is no longer open, or it has not been admitted and this one has."
    ),
    "merge_levels_differ": lambda _facts: _(
        "What stands under this goal cannot stand under the other one. Please merge main goals into main goals and "
        "sub-goals into sub-goals."
    ),
    "merged_into_own_part": lambda _facts: _("A goal cannot be merged into its own sub-goal."),
    "goal_in_use": lambda f: _(
        "%(count)s other proposals stand under this goal. Please give them another goal first, or merge this one.",
        count=f["count"],
    ),
    "proposal_stands_in_round": lambda f: _(
        "People are voting on this in the round “%(round)s”. It can be decided again after the round’s conclusion.",
        round=f["round"],
    ),
}

_SUPPORTING: Final[Mapping[str, Words]] = {
    "interest_too_late": lambda _facts: _("This proposal is decided. What was declared before stays as it was."),
    "no_capacity": lambda _facts: _(
        "Interests are declared by those who write a proposal or decide about it. Please choose as what you speak."
    ),
    "no_such_interest": lambda _facts: _("You have not declared an interest here."),
    "not_open_to_support": lambda _facts: _("This proposal can no longer be supported: it was decided otherwise."),
    "departments_do_not_support": lambda _facts: _(
        "Departments do not support proposals. They can say in comments what they think."
    ),
    "supports_itself": lambda _facts: _("This is your own proposal. Others can support it."),
}

WORDS: Final[Mapping[str, Words]] = {**_WRITING, **_PLACE, **_DECIDING, **_SUPPORTING}


def capacity_name(capacity: Capacity) -> str:
    """Return as what somebody speaks who declares an interest."""
    return {
        Capacity.AUTHOR: _("as its author"),
        Capacity.ORGANISATION: _("for an organisation"),
        Capacity.DEPARTMENT: _("for a department"),
        Capacity.STEERING: _("as a member of the steering group"),
        Capacity.OFFICE: _("for the office"),
    }[capacity]


def kind_name(kind: ProposalKind) -> str:
    """Return what a kind is called."""
    return {ProposalKind.GOAL: _("Goal"), ProposalKind.MEASURE: _("Measure")}[kind]


def state_name(state: ProposalState) -> str:
    """Return what a state is called."""
    return {
        ProposalState.DRAFT: _("Draft, seen by its author only"),
        ProposalState.SUBMITTED: _("Submitted, not decided yet"),
        ProposalState.ADMITTED: _("Admitted"),
        ProposalState.MERGED: _("Merged into another one"),
        ProposalState.SPLIT: _("Split into several"),
        ProposalState.DECLINED: _("Declined"),
        ProposalState.WITHDRAWN: _("Withdrawn by its author"),
    }[state]


def station_name(action: ProposalAction) -> str:
    """Return what a station on the way of a proposal is called."""
    return {
        ProposalAction.SUBMIT: _("Submitted"),
        ProposalAction.REVISE: _("Reworded"),
        ProposalAction.ADMIT: _("Admitted"),
        ProposalAction.MERGE: _("Merged into another proposal"),
        ProposalAction.SPLIT: _("Split into several proposals"),
        ProposalAction.DECLINE: _("Declined"),
        ProposalAction.WITHDRAW: _("Withdrawn by its author"),
    }[action]
