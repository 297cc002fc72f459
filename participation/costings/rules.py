"""What has to hold for a costing."""

from typing import Final

from participation.core.errors import Conflict, DomainError, Faults, Invalid
from participation.core.money import MAX_CENTS
from participation.proposals.rules import ProposalKind, ProposalState

COSTED_STATES: Final = frozenset({ProposalState.ADMITTED})
"""A measure is costed once it is admitted: what may still be merged or declined costs nobody work."""


def check_may_be_costed(kind: ProposalKind, state: ProposalState) -> None:
    """Refuse costs of goals, and of measures that were not admitted."""
    if kind is not ProposalKind.MEASURE:
        raise Conflict("only_measures_have_costs")
    if state not in COSTED_STATES:
        raise Conflict("measure_not_admitted", state=state.value)


def check_amounts(once_cents: int, annual_cents: int, low_cents: int | None, high_cents: int | None) -> None:
    """Refuse amounts at fault, all of them at once."""
    Faults.refuse(amount_faults(once_cents, annual_cents, low_cents, high_cents))


def amount_faults(
    once_cents: int, annual_cents: int, low_cents: int | None, high_cents: int | None
) -> list[DomainError]:
    """Return what is wrong with amounts, each fault with its input: once, annual, low or high.

    They are not negative and not beyond what a city can mean; a range has both ends and holds the sum of both costs.
    """
    faults: list[DomainError] = []
    for field, cents in (("once", once_cents), ("annual", annual_cents), ("low", low_cents), ("high", high_cents)):
        if cents is not None and cents < 0:
            faults.append(Invalid("negative_amount", field=field))
        elif cents is not None and cents > MAX_CENTS:
            faults.append(Invalid("amount_too_large", field=field))
    return faults or _range_faults(once_cents + annual_cents, low_cents, high_cents)


def _range_faults(volume: int, low_cents: int | None, high_cents: int | None) -> list[DomainError]:
    if low_cents is None and high_cents is None:
        return []
    if low_cents is None or high_cents is None:
        return [Invalid("range_needs_both_ends", field="high" if high_cents is None else "low")]
    if low_cents > high_cents:
        return [Invalid("range_upside_down", field="high")]
    if not low_cents <= volume <= high_cents:
        return [Invalid("volume_outside_range", field="low", volume_cents=volume)]
    return []
