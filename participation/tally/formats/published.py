"""Whether what a .pb file publishes follows from its own ballots: votes, scores, limits, the selection.

A file that can be read may still contradict itself, and some do: the collection's maintainers say so of a few
older Warsaw elections. Nothing is repaired; every difference is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.formats.numbers import amount_json
from participation.tally.formats.pabulib import SELECTED, PabulibFile, Project
from participation.tally.formats.pabulib_scores import scores, votes

MOST_DIFFERENCES: Final = 100
"""So many are listed one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something published that is not so."""

    what: str
    """votes, score, selected, or the name of a limit in META."""
    line: int
    of: str
    """A project's id, or a voter's."""
    published: object
    found: object

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "what": self.what,
            "id": self.of,
            "line": self.line,
            "published": self.published,
            "found": self.found,
        }


def published_votes(file: PabulibFile) -> list[Difference]:
    """The projects whose published number of votes is not that of the ballots."""
    counted = votes(file)
    return [found for one in file.projects for found in _differs("votes", one, one.votes, counted[one.id])]


def published_scores(file: PabulibFile) -> list[Difference]:
    """The projects whose published score is not that of the ballots."""
    counted = scores(file)
    return [found for one in file.projects for found in _differs("score", one, one.score, counted[one.id])]


def published_selection(file: PabulibFile, selected: Sequence[str]) -> list[Difference]:
    """The projects that were selected and by the rule are not, or the other way round.

    What was taken beside the rule (`selected` 2 or 3) is not held against it.
    """
    return [
        Difference("selected", one.line, one.id, one.selected, int(one.id in selected))
        for one in file.projects
        if one.selected in {0, SELECTED} and (one.selected == SELECTED) != (one.id in selected)
    ]


def stated_limits(file: PabulibFile) -> Iterator[Difference]:
    """The ballots that are not filled in as META says they had to be."""
    limits: dict[str, Fraction] = dict(file.meta.limits)
    if file.meta.vote_type.most is not None:
        limits.setdefault("max_length", Fraction(file.meta.vote_type.most))
    voters = file.voter_columns[file.voter_id]
    for name, limit in limits.items():
        sign, _, figure = name.partition("_")
        found = _measured(file, figure)
        if found is None:
            continue
        beyond = np.flatnonzero(_beyond(found, limit, sign))
        ballots = file.profile.owners()[beyond] if figure == "points" else beyond
        for entry, ballot in zip(beyond.tolist(), ballots.tolist(), strict=True):
            value = amount_json(_exact(found[entry]))
            yield Difference(name, int(file.lines[ballot]), voters[ballot], amount_json(limit), value)


def is_greedy_under_some_tie_break(
    projects: Sequence[Project],
    ranking: Mapping[str, Fraction],
    budget: Fraction,
    *,
    skip: bool = True,
    minimum: Fraction | None = None,
) -> bool:
    """Whether the published selection is a greedy outcome if equals are told apart in the right way.

    Where a published set and ours differ only by how a tie was broken, the file does not contradict its rule.
    Among equals, those that were selected may as well have come first: if they are what some order takes, then
    also of the order with them in front, in which everything else meets the least money.
    """
    standing = [one for one in projects if not one.withdrawn and (minimum is None or ranking[one.id] >= minimum)]
    taken_apart = {one.id for one in projects if one.selected == SELECTED} - {one.id for one in standing}
    left, stopped = budget, False
    standing.sort(key=lambda one: -ranking[one.id])
    for _, group in groupby(standing, key=lambda one: ranking[one.id]):
        equals = list(group)
        chosen = [one for one in equals if one.selected == SELECTED]
        others = [one for one in equals if one.selected != SELECTED]
        left -= sum((one.cost for one in chosen), Fraction(0))
        if left < 0 or (stopped and chosen):
            return False
        fitting = [one for one in others if one.cost <= left]
        if skip and fitting:
            return False
        if not skip and others and not stopped:
            if len(fitting) == len(others):
                return False
            stopped = True
    return not taken_apart


def report(file: PabulibFile, selected: Sequence[str] | None) -> dict[str, Any]:
    """Everything that can be compared, as a document; `selected` None where the rule cannot be followed.

    What the file does not publish is null.
    """
    found: dict[str, list[Difference] | None] = {
        "votes": published_votes(file) if any(one.votes is not None for one in file.projects) else None,
        "score": published_scores(file) if any(one.score is not None for one in file.projects) else None,
        "limits": list(stated_limits(file)),
        "selected": None,
    }
    if selected is not None and any(one.selected is not None for one in file.projects):
        found["selected"] = published_selection(file, selected)
    all_found = [one for ones in found.values() for one in ones or ()]
    return {
        **{f"{name}_agree": None if ones is None else not ones for name, ones in found.items()},
        "selected": [one.id for one in file.projects if one.selected == SELECTED],
        "differences": [one.to_json() for one in all_found[:MOST_DIFFERENCES]],
        "number_of_differences": len(all_found),
    }


def _differs(what: str, one: Project, stated: Fraction | None, counted: Fraction) -> Iterator[Difference]:
    if stated is not None and stated != counted:
        yield Difference(what, one.line, one.id, amount_json(stated), amount_json(counted))


def _measured(file: PabulibFile, figure: str) -> NDArray[Any] | None:
    """What a limit limits: of every ballot, or of every single choice for `points`; None if nothing is given."""
    if figure == "length":
        return file.profile.lengths
    if figure == "sum_cost":
        return _sums(file, _costs(file))
    if file.points is None:
        return None
    return file.points if figure == "points" else _sums(file, file.points)


def _costs(file: PabulibFile) -> NDArray[np.object_]:
    costs = np.array([one.cost for one in file.projects], np.object_)
    return costs[file.profile.options] if len(costs) else costs


def _sums(file: PabulibFile, given: NDArray[Any]) -> NDArray[Any]:
    """Add up what each ballot gives."""
    total = np.zeros(len(file.profile), given.dtype)
    np.add.at(total, file.profile.owners(), given)
    return total


def _beyond(found: NDArray[Any], limit: Fraction, sign: str) -> NDArray[np.bool_]:
    """Compared exactly: whole numbers with the next whole number within the limit, which no multiple can leave."""
    whole = found.dtype != np.object_
    if sign == "max":
        return np.asarray(found > (floor(limit) if whole else limit), np.bool_)
    return np.asarray(found < (ceil(limit) if whole else limit), np.bool_)


def _exact(value: object) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(int(str(value)))
