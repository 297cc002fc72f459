"""What a joint ranking may be declared of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from participation.core.errors import Conflict, Invalid
from participation.rounds.kinds import VOTING_TASKS, Task
from participation.rounds.rules import RoundState

LARGEST_WEIGHT: Final = 1_000_000
"""Weights are proportions; nobody needs finer ones, and sums stay small everywhere."""

LONGEST_SHARE: Final = 40
LARGEST_PART: Final = 1_000
"""A share of the goals is written with whole numbers up to this: "1/5", "375/1000"."""

_SHARE: Final = re.compile(r"(?P<above>\d{1,4})(?:\s*(?P<percent>%)|\s*/\s*(?P<below>\d{1,4}))?")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared: a short name for addresses, what is ranked, and each round's weight in the order shown.

    `title` and `declared_by` map tags of languages to words; `declared_by` says in public who decided the weights.
    Of a ranking of measures, `share` of every score comes from the goals that a measure serves, as they stand in the
    joint ranking `goals_ranking` of the same process.
    """

    slug: str
    task: Task
    weights: Mapping[str, int]
    title: Mapping[str, str]
    declared_by: Mapping[str, str]
    share: Fraction = Fraction(0)
    goals_ranking: str | None = None


@dataclass(frozen=True, slots=True)
class RoundToWeigh:
    """What is asked of a round before it may be part of a joint ranking."""

    slug: str
    process_id: str
    task: Task | None
    state: RoundState


def check_slug(slug: str) -> str:
    """Return the short name of a ranking as it stands in addresses; raises Invalid `ranking_slug`."""
    if len(slug) > _SLUG_LENGTH or _SLUG.fullmatch(slug) is None:
        raise Invalid("ranking_slug", field="slug", slug=slug, maximum=_SLUG_LENGTH)
    return slug


def weight_from_text(slug: str, typed: str) -> int:
    """Read a weight as people type it: digits alone, also Arabic ones.

    Raises Invalid `weight_not_a_number`, and `weight_out_of_range` for one with more digits than any weight has.
    """
    if not typed.isdecimal():
        raise Invalid("weight_not_a_number", field="weights", round=slug, typed=typed)
    if len(typed) > len(str(LARGEST_WEIGHT)):
        raise Invalid("weight_out_of_range", field="weights", round=slug, maximum=LARGEST_WEIGHT)
    return int(typed)


def share_from_text(typed: str) -> Fraction:
    """Read the share of the goals as people type it, "1/5" or "20 %"; nothing typed is none of it.

    Raises Invalid `share_not_exact` or `share_out_of_range`.

    >>> share_from_text("1/5") == share_from_text(" 20 % ") == Fraction(1, 5)
    True
    """
    if not typed.strip():
        return Fraction(0)
    found = _SHARE.fullmatch(typed.strip())
    below = 0 if found is None else 100 if found["percent"] else int(found["below"] or 1)
    if found is None or not 0 < below <= LARGEST_PART:
        raise Invalid("share_not_exact", field="share", typed=typed[:LONGEST_SHARE])
    return check_share(Fraction(int(found["above"]), below))


def check_share(share: Fraction) -> Fraction:
    """Return a share between 0 and 1; raises Invalid `share_out_of_range`."""
    if not 0 <= share <= 1:
        raise Invalid("share_out_of_range", field="share")
    return share


def check_carry_over(declared: Declaration, goals_task: Task | None) -> None:
    """Refuse a carry-over that cannot work; `goals_task` is what the named ranking ranks, None if none is named.

    Whether the goals are settled by then is nobody's fault: the measures wait for them. Raises Invalid
    `share_of_measures_only`, `goals_ranking_missing`, `goals_ranking_without_share` or `goals_ranking_of_measures`.
    """
    check_share(declared.share)
    if declared.goals_ranking is None:
        if declared.share:
            raise Invalid("goals_ranking_missing", field="goals_ranking")
        return
    if not declared.share:
        raise Invalid("goals_ranking_without_share", field="share")
    if declared.task is not Task.PRIORITISE_MEASURES:
        raise Invalid("share_of_measures_only", field="share")
    if goals_task is not Task.PRIORITISE_GOALS:
        raise Invalid("goals_ranking_of_measures", field="goals_ranking", ranking=declared.goals_ranking)


def check_weights(weights: Mapping[str, int]) -> None:
    """Refuse weights that say nothing: none, no whole number, negative, too large, or all of them zero."""
    if not weights:
        raise Invalid("rounds_to_weigh_missing", field="weights")
    for slug, weight in weights.items():
        if type(weight) is not int or not 0 <= weight <= LARGEST_WEIGHT:
            raise Invalid("weight_out_of_range", field="weights", round=slug, maximum=LARGEST_WEIGHT)
    if not any(weights.values()):
        raise Invalid("all_weights_zero", field="weights")


def check_declaration(process_id: str, task: Task, rounds: Sequence[RoundToWeigh]) -> None:
    """Refuse rounds of another process, rounds that ask something else, and rounds that have been opened.

    Weights are declared before anybody can know what they will do; once the first round is open it is too late.
    Raises Invalid `task_not_ranked`, `round_of_other_process`, `round_asks_otherwise`, or Conflict
    `weights_after_opening`.
    """
    if task not in VOTING_TASKS:
        raise Invalid("task_not_ranked", field="task", task=task.value)
    for one in rounds:
        if one.process_id != process_id:
            raise Invalid("round_of_other_process", field="weights", round=one.slug)
        if one.task is not task:
            raise Invalid("round_asks_otherwise", field="weights", round=one.slug, task=task.value)
    for one in rounds:
        if one.state is not RoundState.DRAFT:
            raise Conflict("weights_after_opening", field="weights", round=one.slug)
