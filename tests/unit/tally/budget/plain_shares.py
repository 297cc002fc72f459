"""The Method of Equal Shares once more, voter by voter in fractions: slow, plain, and written apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from participation.tally.budget.ties import lot


@dataclass(frozen=True)
class PlainBody:
    weight: Fraction
    ballots: Sequence[frozenset[str]]


@dataclass(frozen=True)
class PlainElection:
    costs: Mapping[str, Fraction]
    budget: Fraction
    bodies: Sequence[PlainBody]
    groups: Sequence[frozenset[str]] = ()
    seed: bytes = b""

    def voters(self) -> list[frozenset[str]]:
        return [ballot for body in self.paying() for ballot in body.ballots]

    def paying(self) -> list[PlainBody]:
        return [body for body in self.bodies if body.ballots and body.weight]

    def starts(self, budget: Fraction) -> list[Fraction]:
        whole = sum(body.weight for body in self.paying())
        return [body.weight / whole * budget / len(body.ballots) for body in self.paying() for _ in body.ballots]

    def excluded(self, option: str, taken: Sequence[str]) -> bool:
        return any(option in group and other in group for group in self.groups for other in taken if other != option)


@dataclass
class PlainSale:
    bought: list[str]
    payments: dict[str, dict[int, Fraction]]
    left: list[Fraction]


def price(cost: Fraction, purses: Sequence[Fraction]) -> Fraction | None:
    """The lowest price at which everybody, paying at most that, together pays the cost."""
    if sum(purses) < cost:
        return None
    paid, many = Fraction(0), len(purses)
    for purse in sorted(purses):
        if paid + purse * many >= cost:
            return (cost - paid) / many
        paid, many = paid + purse, many - 1
    raise AssertionError


def sell(election: PlainElection, budget: Fraction) -> PlainSale:
    voters = election.voters()
    sale = PlainSale([], {}, election.starts(budget))
    while True:
        offers = []
        for option, cost in election.costs.items():
            supporters = [voter for voter, ballot in enumerate(voters) if option in ballot]
            if option in sale.bought or not supporters or election.excluded(option, sale.bought):
                continue
            most = price(cost, [sale.left[voter] for voter in supporters])
            if most is not None:
                rho = most / cost if cost else Fraction(0)
                offers.append((rho, cost, lot(election.seed, option), option, most, supporters))
        if not offers:
            return sale
        *_, option, most, supporters = min(offers)
        sale.payments[option] = {voter: min(sale.left[voter], most) for voter in supporters}
        for voter, payment in sale.payments[option].items():
            sale.left[voter] -= payment
        sale.bought.append(option)


def add1(election: PlainElection, step: Fraction) -> tuple[PlainSale, Fraction]:
    """The sale that counts, and the budget that it divided."""
    budget = election.budget
    sale = sell(election, budget)
    while not _enough(election, sale):
        following = sell(election, budget + step * len(election.voters()))
        if sum(election.costs[option] for option in following.bought) > election.budget:
            break
        sale, budget = following, budget + step * len(election.voters())
    return sale, budget


def _enough(election: PlainElection, sale: PlainSale) -> bool:
    wanted = [
        option
        for option in election.costs
        if option not in sale.bought
        and not election.excluded(option, sale.bought)
        and any(option in ballot for ballot in election.voters())
    ]
    spent = sum(election.costs[option] for option in sale.bought)
    return all(spent + election.costs[option] > election.budget for option in wanted)
