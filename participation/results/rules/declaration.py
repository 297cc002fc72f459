"""What a joint ranking may be declared of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from participation.core.errors import Conflict, Invalid
from participation.rounds.kinds import VOTING_TASKS, Task
from participation.rounds.rules import RoundState

LARGEST_WEIGHT: Final = 1_000_000
"""Weights are proportions; nobody needs finer ones, and sums stay small everywhere."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared: a short name for addresses, what is ranked, and each round's weight in the order shown.

    `title` and `declared_by` map tags of languages to words; `declared_by` says in public who decided the weights.
    """

    slug: str
    task: Task
    weights: Mapping[str, int]
    title: Mapping[str, str]
    declared_by: Mapping[str, str]


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
    """Read a weight as people type it: digits alone, also Arabic ones; raises Invalid `weight_not_a_number`."""
    if not typed.isdecimal() or len(typed) > len(str(LARGEST_WEIGHT)):
        raise Invalid("weight_not_a_number", field="weights", round=slug, typed=typed)
    return int(typed)


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
