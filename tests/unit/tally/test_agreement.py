from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from participation.tally.agreement import kendall_tau_b

tables = st.dictionaries(st.sampled_from("abcdefg"), st.none() | st.fractions(0, 1, max_denominator=3))


def scores(**places: int) -> dict[str, Fraction | None]:
    return {option: Fraction(-place) for option, place in places.items()}


def test_the_same_order_is_1_and_the_reverse_is_minus_1() -> None:
    order = scores(a=1, b=2, c=3, d=4)
    same, reverse = kendall_tau_b(order, order), kendall_tau_b(order, scores(a=4, b=3, c=2, d=1))
    assert same is not None
    assert reverse is not None
    assert (str(same.rounded(2)), str(reverse.rounded(2))) == ("1.00", "-1.00")


def test_ties_count_as_in_kendall_1945() -> None:
    """Pairs ab, ac, bc; the first ties ab, the second bc; ac agrees: 1 / sqrt(2 * 2)."""
    tau = kendall_tau_b(scores(a=1, b=1, c=2), scores(a=1, b=2, c=2))
    assert tau is not None
    assert (tau.numerator, tau.radicand, str(tau.rounded(3))) == (1, 4, "0.500")


def test_an_order_that_ties_everything_agrees_with_nothing() -> None:
    assert kendall_tau_b(scores(a=1, b=1), scores(a=1, b=2)) is None
    assert kendall_tau_b(scores(a=1), scores(a=1)) is None
    assert kendall_tau_b({}, {}) is None


def test_only_options_scored_by_both_are_compared() -> None:
    tau = kendall_tau_b(scores(a=1, b=2, c=3) | {"d": None}, scores(a=2, b=1, d=9, e=4))
    assert tau is not None
    assert (tau.options, tau.numerator) == (2, -1)


@given(tables, tables)
def test_it_is_what_the_definition_says(first: dict[str, Fraction | None], second: dict[str, Fraction | None]) -> None:
    agreeing = untied_first = untied_second = 0
    both = [o for o in first if first[o] is not None and second.get(o) is not None]
    for one, other in combinations(both, 2):
        a = (first[one] > first[other]) - (first[one] < first[other])  # type: ignore[operator]
        b = (second[one] > second[other]) - (second[one] < second[other])  # type: ignore[operator]
        agreeing += a * b
        untied_first += a != 0
        untied_second += b != 0
    tau = kendall_tau_b(first, second)
    if not untied_first * untied_second:
        assert tau is None
        return
    assert tau is not None
    assert (tau.numerator, tau.radicand) == (agreeing, untied_first * untied_second)
    assert tau.numerator**2 <= tau.radicand
    assert kendall_tau_b(second, first) == tau
