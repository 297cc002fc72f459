"""What can be wrong with what is to be counted: codes and facts, like every refusal of core.errors."""

from participation.core.errors import Invalid, InvalidBallot


class TallyError(Invalid):
    """Something cannot be counted as it stands; nothing is repaired, clamped or skipped."""


class UnreadableBallot(TallyError, InvalidBallot):
    """A ballot's content breaks a rule; `ballot` is its place, from 0, in what was given."""

    def __init__(self, code: str, *, ballot: int, **facts: object) -> None:
        super().__init__(code, field=None, ballot=ballot, **facts)
        self.ballot = ballot

    def placed(self, ballot: int) -> "UnreadableBallot":
        """The same fault, told by the ballot's place in a larger whole."""
        others = {name: fact for name, fact in self.facts.items() if name != "ballot"}
        return UnreadableBallot(self.code, ballot=ballot, **others)


class InvalidOptions(TallyError):
    """The list of options shown is not a list of different, non-empty codes."""


class InvalidDeclaration(TallyError):
    """A round's declaration lacks something, or says something that is not known."""


class InvalidCounts(TallyError):
    """Pairwise counts that no ballots can have given, or counts over different options added together."""


class WrongKind(TallyError):
    """A figure that ballots of this kind do not carry."""


class UnknownRule(TallyError):
    """A rule that is not in the table."""


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


class InvalidBudget(TallyError):
    """Costs, an amount, groups or bodies with which nothing can be decided."""


class UndecidedTie(TallyError):
    """Options are equal where one has to be taken, and the tie rule does not choose."""
