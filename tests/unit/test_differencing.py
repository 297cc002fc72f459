"""An attacker with all that is published: whoever counts everything that could lie behind it isolates nobody.

The attacker knows the program, the whole, which parts are named, and that nobody with an account votes on paper. Of all
rounds that could lie behind what is shown, exactly one figure for a suppressed part below ten would be a person found.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

import pytest

from participation.ballots.rules import is_small, published_margins, published_parts
from participation.rounds.rules import SMALL_GROUP

Published = Mapping[str, int | None]
Round = Mapping[Hashable, int]


def pinned(
    rounds: Iterator[tuple[Round, Mapping[Hashable, int]]], publish: Callable[[Round], Hashable]
) -> list[tuple[Hashable, Hashable, int]]:
    """Return what the attacker can be sure of: (what was published, of which group, how many), below ten.

    Each round comes with its groups: those that were published or not, and those that follow from them.
    """
    behind: dict[Hashable, dict[Hashable, set[int]]] = defaultdict(lambda: defaultdict(set))
    for round_, groups in rounds:
        possible = behind[publish(round_)]
        for group, size in groups.items():
            possible[group].add(size)
    return [
        (seen, group, min(sizes))
        for seen, possible in behind.items()
        for group, sizes in possible.items()
        if len(sizes) == 1 and 0 < min(sizes) < SMALL_GROUP
    ]


def frozen(shown: Published) -> Hashable:
    return tuple(sorted(shown.items()))


def primary_only(parts: Mapping[str, int]) -> dict[str, int | None]:
    """Suppress what is small and nothing else."""
    return {name: None if is_small(size) else size for name, size in parts.items() if size}


def primary_and_sum(parts: Mapping[str, int]) -> dict[str, int | None]:
    """Suppress as well until the suppressed ones are several and together no small group: what stood here before."""
    present = {name: size for name, size in parts.items() if size}
    rising = sorted(present, key=lambda name: (present[name], name))
    hidden = [name for name in rising if is_small(present[name])]
    shown = rising[len(hidden) :]
    while hidden and shown and (len(hidden) == 1 or is_small(sum(present[name] for name in hidden))):
        hidden.append(shown.pop(0))
    return {name: present[name] if name in shown else None for name in present}


def shares(parts: int, voters: int) -> Iterator[tuple[int, ...]]:
    """Yield every way in which at most so many voters can be shared out: no candidate is left out for any whole."""
    if parts == 0:
        yield ()
        return
    for first in range(voters + 1):
        for rest in shares(parts - 1, voters - first):
            yield (first, *rest)


def one_way(parts: str, voters: int) -> Iterator[tuple[Round, Mapping[Hashable, int]]]:
    for sizes in shares(len(parts), voters):
        round_: dict[Hashable, int] = dict(zip(parts, sizes, strict=True))
        yield round_, round_


def table(suppress: Callable[[Mapping[str, int]], Published]) -> Callable[[Round], Hashable]:
    return lambda round_: (sum(round_.values()), frozen(suppress({str(part): n for part, n in round_.items()})))


WAYS: Sequence[tuple[str, int]] = [("ab", 60), ("abc", 45), ("abcd", 28), ("abcdef", 14), ("abcdefgh", 10)]


@pytest.mark.parametrize("parts,voters", WAYS)
def test_no_breakdown_of_a_whole_isolates_anybody(parts: str, voters: int) -> None:
    assert pinned(one_way(parts, voters), table(published_parts)) == []


@pytest.mark.parametrize("suppress", [primary_only, primary_and_sum])
def test_control_simpler_suppression_is_broken_by_the_same_attacker(
    suppress: Callable[[Mapping[str, int]], Published],
) -> None:
    found = [pinned(one_way(parts, voters), table(suppress)) for parts, voters in WAYS]
    assert any(found)
    if suppress is primary_only:
        assert all(found[:2])


def crossed(voters: int) -> Iterator[tuple[Round, Mapping[Hashable, int]]]:
    """Rounds of people with accounts, who vote online, and people with codes, who vote online or on paper."""
    for account, online, paper in shares(3, voters):
        cells: dict[Hashable, int] = {
            ("account", "online"): account,
            ("code", "online"): online,
            ("code", "paper"): paper,
        }
        yield cells, {**cells, "code": online + paper, "online": account + online}


def margins(publish: Callable[..., tuple[Published, Published]]) -> Callable[[Round], Hashable]:
    return lambda cells: (sum(cells.values()), *map(frozen, publish(cells)))


def each_alone(cells: Mapping[tuple[str, str], int]) -> tuple[Published, Published]:
    """Suppress in each table as if there were no other."""
    sums: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for names, size in cells.items():
        for parts, name in zip(sums, names, strict=True):
            parts[name] = parts.get(name, 0) + size
    return published_parts(sums[0]), published_parts(sums[1])


def test_classes_and_channels_side_by_side_isolate_nobody() -> None:
    assert pinned(crossed(48), margins(published_margins)) == []


def test_control_two_tables_that_are_each_safe_give_away_what_is_between_them() -> None:
    found = pinned(crossed(48), margins(each_alone))
    assert any(group == ("code", "online") for _seen, group, _size in found)
