"""What can be bought, for how much, with how much money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from participation.tally.ballots import option_places
from participation.tally.errors import InvalidBudget

Amount: TypeAlias = int | Fraction

NO_GROUPS: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Instance:
    """Options with their costs, an amount of money, and groups of options that exclude each other."""

    costs: Mapping[str, Fraction]
    """Every option's cost, in the order in which the options are listed; in the unit of the budget."""
    budget: Fraction
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Named groups; of each, at most one option can be taken. An option may be in several."""
    unit: str = ""
    """What amounts are called in reasons, such as "EUR"; decides nothing."""

    @classmethod
    def of(
        cls,
        costs: Mapping[str, Amount],
        budget: Amount,
        *,
        groups: Mapping[str, Sequence[str]] = NO_GROUPS,
        unit: str = "",
    ) -> "Instance":
        """Check and hold what is given; costs and budget may be 0.

        Raises InvalidOptions unless the options are non-empty codes, InvalidBudget for an amount that is not
        exact or negative, and for a group that names an unknown option or one twice.

        >>> Instance.of({"a": 3, "b": Fraction(1, 2)}, 10).costs["b"]
        Fraction(1, 2)
        """
        option_places(list(costs))
        exact = {option: _amount(cost, "cost", option) for option, cost in costs.items()}
        held = {name: tuple(members) for name, members in groups.items()}
        for name, members in held.items():
            for place, option in enumerate(members):
                if option not in exact:
                    raise InvalidBudget("unknown_option_in_group", group=name, option=option)
                if option in members[:place]:
                    raise InvalidBudget("option_twice_in_group", group=name, option=option)
        return cls(MappingProxyType(exact), _amount(budget, "budget"), MappingProxyType(held), unit)

    @property
    def options(self) -> tuple[str, ...]:
        """The options as they are listed."""
        return tuple(self.costs)

    def cost(self, options: Sequence[str]) -> Fraction:
        """What several options cost together."""
        return sum((self.costs[option] for option in options), Fraction(0))

    def rivals(self) -> dict[str, frozenset[str]]:
        """For every option in a group, those that it excludes.

        >>> sorted(Instance.of({"a": 1, "b": 1, "c": 1}, 2, groups={"square": ["a", "b"]}).rivals()["a"])
        ['b']
        """
        found: dict[str, set[str]] = {}
        for members in self.groups.values():
            for option in members:
                found.setdefault(option, set()).update(other for other in members if other != option)
        return {option: frozenset(others) for option, others in found.items()}


def _amount(value: Amount, name: str, option: str | None = None) -> Fraction:
    if type(value) not in {int, Fraction}:
        raise InvalidBudget(f"{name}_not_exact", amount=str(value)[:80], option=option)
    if value < 0:
        raise InvalidBudget(f"{name}_negative", amount=str(value)[:80], option=option)
    return Fraction(value)
