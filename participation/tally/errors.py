"""What can be wrong with what is to be counted: a code for programs and the facts that a message needs.

Words for a code belong to whoever speaks to a reader; there are none here.
"""


class TallyError(ValueError):
    """Something cannot be counted as it stands; nothing is repaired, clamped or skipped."""

    def __init__(self, code: str, **facts: object) -> None:
        """Name the fault by a snake_case code; the facts say where it is and what was found there."""
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        """Code and facts in a stable order, for logs and for the command line."""
        facts = ", ".join(f"{name}={value!r}" for name, value in sorted(self.facts.items()))
        return f"{self.code} ({facts})" if facts else self.code


class InvalidBallot(TallyError):
    """A ballot's content breaks a rule; `ballot` is its place, from 0, in what was given."""


class InvalidOptions(TallyError):
    """The list of options shown is not a list of different, non-empty codes."""


class InvalidCounts(TallyError):
    """Pairwise counts that no ballots can have given, or counts over different options added together."""


class InvalidWeights(TallyError):
    """Weights that are no whole numbers or fractions, are negative, or leave nothing to weigh."""


class MissingWeight(InvalidWeights):
    """A round takes part in a joint ranking without a declared weight."""


class UnknownRound(InvalidWeights):
    """A weight names a round that is not part of the joint ranking."""


class InvalidShare(TallyError):
    """A carry-over share outside 0 to 1, or one that is not exact."""


class InvalidFraction(TallyError):
    """A text that is not an exact number in lowest terms."""


class UnreadableFile(TallyError):
    """A file of ballots or weights cannot be read; the facts are `file`, `line` (from 1) and the reason's."""
