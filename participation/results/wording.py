"""What a workbook of a result says in the reader's language: headings, and how it was counted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from flask_babel import gettext as _

from participation.results.files import Labels
from participation.results.pages import Snapshot, ballot_in_words, plain_number
from participation.results.queries import wording_in
from participation.results.tables import Column
from participation.web.rendering import moment_in_words

_HEADINGS: Final[Mapping[str, Callable[[], str]]] = {
    "rank": lambda: _("Place"),
    "shared": lambda: _("Place is shared"),
    "code": lambda: _("Code"),
    "title": lambda: _("Title"),
    "score": lambda: _("Joint figure, exact"),
    "score_percent": lambda: _("Joint figure"),
    "coverage_percent": lambda: _("Share of the weight that judged it"),
    "win_rate": lambda: _("Figure, exact"),
    "win_rate_percent": lambda: _("Figure"),
    "mentioned": lambda: _("Ballots that name it"),
    "given": lambda: _("Points or scores in all"),
    "cost_once": lambda: _("Cost once"),
    "cost_annual": lambda: _("Cost a year"),
    "cost_volume": lambda: _("Cost volume"),
    "currency": lambda: _("Currency"),
    "cover": lambda: _("Cover in the budget"),
    "department": lambda: _("Department"),
    "own_percent": lambda: _("Joint figure without the goals"),
    "goals_percent": lambda: _("Figure of the goals that it serves"),
    "rank_low": lambda: _("Best place within its band"),
    "rank_high": lambda: _("Last place within its band"),
    "score_low_percent": lambda: _("Lowest figure within its band"),
    "score_high_percent": lambda: _("Highest figure within its band"),
    "group": lambda: _("Number of the group that the ballots cannot tell apart"),
    "rank:approval": lambda: _("Place by approval"),
    "rank:score": lambda: _("Place by mean score"),
    "rank:median": lambda: _("Place by median grade"),
    "rank:schulze": lambda: _("Place by Schulze's rule"),
    "rank:kemeny": lambda: _("Place by Kemeny's rule"),
}

METHOD: Final[Sequence[Callable[[], str]]] = (
    lambda: _(
        "Every ballot compares the options. We count how often each was placed above another one; ties count half."
    ),
    lambda: _(
        "That gives each body a figure between 0 and 100 percent for every option, whether 12 or 2,000 people took "
        "part."
    ),
    lambda: _(
        "The weight of each body was fixed before the voting began. The joint figure is the weighted average of the "
        "bodies' figures."
    ),
)
"""The count in words; the last sentence is about joint rankings only."""


def joint_labels(snapshot: Snapshot, columns: Sequence[Column], languages: Sequence[str]) -> Labels:
    """Return the words of a joint ranking's workbook."""
    names = {one["round"]: wording_in(one["title"], languages).body for one in snapshot["rounds"]}
    notes = [
        (_("Joint ranking"), wording_in(snapshot["title"], languages).body),
        (_("Weights declared by"), wording_in(snapshot["declared_by"], languages).body),
        (_("Weights declared on"), _moment(snapshot["declared_at"], snapshot)),
        (_("Computed on"), _moment(snapshot["computed_at"], snapshot)),
        *((_("How it was counted"), sentence()) for sentence in METHOD),
        *(
            (
                names[one["round"]],
                _(
                    "Weight %(weight)s, %(ballots)s ballots",
                    weight=one["weight"],
                    ballots=plain_number(one["ballots"]),
                ),
            )
            for one in snapshot["rounds"]
        ),
        (_("Method"), snapshot["method_version"]),
        (_("Fingerprint of what was counted (SHA-256)"), snapshot["inputs_hash"]),
    ]
    return Labels(_("Ranking"), _headings(columns, names), _("How it was counted"), notes)


def round_labels(snapshot: Snapshot, columns: Sequence[Column], languages: Sequence[str]) -> Labels:
    """Return the words of a round's workbook."""
    notes = [
        (_("Round"), wording_in(snapshot["title"], languages).body),
        (_("Counted on"), _moment(snapshot["counted_at"], snapshot)),
        (_("Ballots"), plain_number(snapshot["ballots"])),
        (_("Ballot"), ballot_in_words(snapshot["ballot"])),
        *((_("How it was counted"), sentence()) for sentence in METHOD[:2]),
        (_("Method"), snapshot["method_version"]),
        (_("Fingerprint of the ballots (SHA-256)"), snapshot["ballots_hash"]),
    ]
    return Labels(_("Ranking"), _headings(columns, {}), _("How it was counted"), notes)


def _headings(columns: Sequence[Column], rounds: Mapping[str, str]) -> list[str]:
    return [rounds[column.round] if column.round else _HEADINGS[column.name]() for column in columns]


def _moment(text: str, snapshot: Snapshot) -> str:
    return moment_in_words(datetime.fromisoformat(text), snapshot["time_zone"])
