"""What pages say about sheets: where one is, why it is not counted, how it is filled in and typed in."""

from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _

from participation.ballots.paper.rules import Reason, SheetState
from participation.rounds.models import Round
from participation.tally.kinds import BallotKind


def reason_in_words(reason: Reason) -> str:
    """Return why a sheet is not counted."""
    return _REASONS[reason]()


_REASONS: Final[Mapping[Reason, Callable[[], str]]] = {
    Reason.UNREADABLE: lambda: _("It cannot be read without guessing"),
    Reason.INVALID: lambda: _("What is marked is not a valid ballot"),
    Reason.EMPTY: lambda: _("Nothing is marked, and not that this is meant"),
    Reason.MISSING: lambda: _("The sheet cannot be found"),
    Reason.NOT_ENTERED: lambda: _("Two people could not type it in in time"),
    Reason.VOTED_ONLINE: lambda: _("Its code has voted online; that ballot counts"),
    Reason.CODE_REVOKED: lambda: _("Its code was made invalid"),
}


def state_in_words(state: SheetState, people: int = 0) -> str:
    """Return where a sheet is; `people` says how many have typed it in."""
    if state is SheetState.RECEIVED:
        return _WAITING[people]()
    return _STATES[state]()


_STATES: Final[Mapping[SheetState, Callable[[], str]]] = {
    SheetState.OUT: lambda: _("Given out"),
    SheetState.CAST: lambda: _("In the box"),
    SheetState.SET_ASIDE: lambda: _("Set aside"),
}
_WAITING: Final[tuple[Callable[[], str], ...]] = (
    lambda: _("Received, not typed in yet"),
    lambda: _("Typed in once"),
    lambda: _("Typed in twice, with differences"),
)


def how_to_fill_in(round_: Round) -> list[str]:
    """Return how a sheet of the round is filled in, sentence by sentence."""
    if round_.ballot_kind is None:
        return []
    return [said(round_) for said in _HOW[round_.ballot_kind]]


_HOW: Final[Mapping[BallotKind, tuple[Callable[[Round], str], ...]]] = {
    BallotKind.RANKING: (
        lambda r: _(
            "Write the number of what matters most to you into the first box, then the next one, up to %(most)s "
            "numbers.",
            most=r.max_choices,
        ),
        lambda _round: _("Write each number only once. You may leave boxes at the end empty."),
    ),
    BallotKind.APPROVAL: (
        lambda r: _("Put a cross into the boxes of what matters to you, at most %(most)s crosses.", most=r.max_choices),
    ),
    BallotKind.POINTS: (
        lambda r: _(
            "You have %(points)s points. Write how many you give into the boxes, at most %(most)s into one.",
            points=r.points,
            most=r.max_per_option,
        ),
        lambda _round: _("You need not give all points. An empty box means no points."),
    ),
    BallotKind.SCORE: (
        lambda r: _(
            "Put one cross in each row, from 0 (not important) to %(most)s (very important).", most=r.max_score
        ),
        lambda _round: _("A row without a cross means that you have no opinion on it."),
    ),
}


def how_to_type_in(kind: BallotKind) -> str:
    """Return how a sheet of a kind is typed in."""
    return _TYPING[kind]()


_TYPING: Final[Mapping[BallotKind, Callable[[], str]]] = {
    BallotKind.RANKING: lambda: _("Type the numbers in the order of the boxes, with a blank between them."),
    BallotKind.APPROVAL: lambda: _("Type the numbers of all options with a cross, with a blank between them."),
    BallotKind.POINTS: lambda: _("Type the points that stand beside each number. Leave the others empty."),
    BallotKind.SCORE: lambda: _(
        "Type the figure that is crossed beside each number. Leave rows without a cross empty."
    ),
}
