"""What comes out: decisions in order, the ties that mattered, and the figures that explain them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from participation.tally.budget.reasons import Facts, sentence
from participation.tally.budget.ties import Tie


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one option, and why."""

    option: str
    taken: bool
    code: str
    """A key of reasons.SENTENCES."""
    facts: Facts
    """The figures in the sentence: exact amounts in the instance's unit, counts, codes."""

    @property
    def reason(self) -> str:
        """One English sentence."""
        return sentence(self.code, self.facts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which options are paid for, and everything that explains it."""

    rule: str
    budget: Fraction
    selected: tuple[str, ...]
    """The options taken, in the order in which they were."""
    spent: Fraction
    decisions: tuple[Decision, ...]
    """One for every option: those taken in their order, then the others in the order in which they were met."""
    ties: tuple[Tie, ...]
    """Ties whose decision could change what is taken; others are not named."""
    tie_break: str
    """The name of the rule by which they were decided."""
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """What else the rule was told: minimum, completion, step and so on, as exact values."""
    explanation: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Figures of the whole: for equal shares the completion's runs, its last budget, the comparison."""

    @property
    def left(self) -> Fraction:
        """What is not spent."""
        return self.budget - self.spent

    def reasons(self) -> dict[str, str]:
        """Every option's reason in one English sentence."""
        return {decision.option: decision.reason for decision in self.decisions}
