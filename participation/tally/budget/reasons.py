"""Why an option is taken or not: one table from codes to sentences, and amounts in words.

The sentences are English, for the command line and for files. Pages make their own from codes and facts.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from participation.tally.exact import rounded

Facts: TypeAlias = Mapping[str, object]
"""Whole numbers, Fractions, texts, and tuples of them."""


def amount(value: Fraction | int, unit: str = "") -> str:
    """An amount with thousands apart, and two decimals if it is not whole.

    >>> amount(18000, "EUR"), amount(Fraction(5, 2)), amount(Fraction(-1, 3))
    ('18,000 EUR', '2.50', '-0.33')
    """
    exact = Fraction(value)
    figure = f"{exact.numerator:,}" if exact.denominator == 1 else f"{rounded(exact, 2):,}"
    return f"{figure} {unit}" if unit else figure


def sentence(code: str, facts: Facts) -> str:
    """The sentence of a reason; raises KeyError for a code that the table does not have.

    >>> sentence("does_not_fit", {"cost": Fraction(28000), "left": Fraction(3500), "unit": "EUR"})
    'does not fit: needs 28,000, 3,500 EUR left'
    """
    return SENTENCES[code].format_map(_Said(facts))


class _Said(dict[str, str]):
    """The facts as words.

    Amounts carry no unit; `x_unit` is the amount x with it, `x_percent` the share x in percent, `x_supporters` a
    number of them, `x_year` a year.
    """

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = facts

    def __missing__(self, name: str) -> str:
        if name.endswith("_unit"):
            return _said(self.facts[name.removesuffix("_unit")], str(self.facts.get("unit", "")))
        if name.endswith("_percent"):
            share = self.facts[name.removesuffix("_percent")]
            return f"{rounded(100 * share, 1)} %" if isinstance(share, int | Fraction) else str(share)
        if name.endswith("_supporters"):
            number = self.facts[name.removesuffix("_supporters")]
            return f"{_said(number)} supporter" if number == 1 else f"{_said(number)} supporters"
        if name.endswith("_year"):
            return str(self.facts[name])
        return _said(self.facts[name])


def _said(fact: object, unit: str = "") -> str:
    if isinstance(fact, int | Fraction):
        return amount(fact, unit)
    if isinstance(fact, tuple):
        return ", ".join(map(str, fact))
    return str(fact)


SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Down the ranking
        "taken": "taken: {cost} of the {left_unit} left",
        "does_not_fit": "does not fit: needs {cost}, {left_unit} left",
        "after_the_stop": "not reached: {stopped_by} did not fit, and nothing below it is looked at",
        "below_minimum": "below the minimum: score {score}, at least {minimum} is asked for",
        "excluded": "excluded: {rival} was taken, and of {group} only one can be",
        "not_ranked": "not ranked: too few spoke about it to give it a place",
        # Equal shares
        "bought": "bought: {payers_supporters} paid {cost_unit}, {least} to {most} each",
        "bought_alike": "bought: {payers_supporters} paid {cost_unit}, {most} each",
        "free": "taken: costs nothing and has {supporters_supporters}",
        "out_of_reach": "not bought: needs {cost}, {left_unit} left with its {supporters_supporters}",
        "out_of_reach_of_all": (
            "not bought: needs {cost}, {left_unit} left with its {supporters_supporters} and {rest_unit} in the budget"
        ),
        "unsupported": "not bought: nobody supports it",
        "too_dear": "not looked at: costs {cost}, at most {limit_unit} for its {supporters_supporters}",
        "filled": "taken with money that equal shares left over: {cost} of the {left_unit} left",
        # Several years
        "covered": "covered: costs the envelope nothing",
        "starts": "taken in {start_year}: {cost} of the {left_unit} left",
        "starts_and_stays": (
            "taken in {start_year}: {cost} of the {left_unit} left, then {yearly} a year of at least {least_left}"
        ),
        "settled_in": "decided by hand: starts in {start_year}, {cost} of the {left_unit} left",
        "settled_out": "decided by hand: does not start",
        "no_year_fits": "does not fit: needs {cost}, {left_unit} left in {short_year}",
        "no_year_allowed": "does not start: can begin in {from_year} at the earliest, the plan ends with {last_year}",
    }
)
"""What is said for each code, with the facts in braces."""
