"""A joint ranking as a document, made from the snapshots of its rounds alone.

Nothing but the declared weights and the rounds' results goes into it, so that whoever has those can compute it
again; `inputs_hash` is the hash of exactly that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from participation.results.rules.documents import document_hash
from participation.results.rules.round_snapshot import score_text
from participation.tally import METHOD_VERSION
from participation.tally.agreement import TauB, kendall_tau_b
from participation.tally.exact import fraction_from_text, fraction_text
from participation.tally.joint import JointScores, RoundScores, joint_scores
from participation.tally.scoring import RankedOption, rank, ties

SCHEMA: Final = "participation/joint-ranking/1"
RULE: Final = "weighted-win-rates"
TAU_PLACES: Final = 3
SHOWN: Final = ("title", "field", "serves", "department", "costing", "content_hash")
"""What is taken over of an option from the round that showed it last."""


@dataclass(frozen=True, slots=True)
class WeighedRound:
    """A round of a joint ranking: what is known of it, its declared weight, its result.

    `snapshot` is None for a round that was concluded without a count, or that came to ask something else than the
    ranking is about; such a round is silent. `opened_at` decides whose wording and costs are shown: the last one's.
    """

    slug: str
    weight: int
    opened_at: str
    about: Mapping[str, Any]
    snapshot: Mapping[str, Any] | None

    def scores(self) -> RoundScores:
        """Return the round's win rates as exact numbers."""
        options = self.snapshot["options"] if self.snapshot else ()
        return RoundScores(self.slug, {one["code"]: score_from_text(one["win_rate"]) for one in options})


def inputs_hash(rounds: Sequence[WeighedRound]) -> str:
    """Return the SHA-256 over what decides the ranking: method, weights, and the hash of each round's snapshot."""
    return document_hash(
        {
            "method_version": METHOD_VERSION,
            "rule": RULE,
            "rounds": {
                one.slug: {"weight": one.weight, "result": document_hash(one.snapshot) if one.snapshot else None}
                for one in rounds
            },
        }
    )


def joint_snapshot(about: Mapping[str, Any], rounds: Sequence[WeighedRound]) -> dict[str, Any]:
    """Return the document. `about` says which ranking it is; its names must not clash with ours."""
    scores = [one.scores() for one in rounds]
    joint = joint_scores(scores, {one.slug: one.weight for one in rounds})
    ranking = rank(joint.scores())
    shown = _last_shown(rounds)
    taus = {one.round: kendall_tau_b(one.scores, joint.scores()) for one in scores}
    return {
        **about,
        "schema": SCHEMA,
        "rule": RULE,
        "method_version": METHOD_VERSION,
        "tie_break": None,
        "carry_over": {"share": "0"},
        "inputs_hash": inputs_hash(rounds),
        "ballots": sum(one.snapshot["ballots"] for one in rounds if one.snapshot),
        "rounds": [_round(one, rounds, joint, taus[one.slug]) for one in rounds],
        "options": [_option(one, joint, shown) for one in ranking],
        "ties": [list(group) for group in ties(ranking)],
    }


def _round(one: WeighedRound, rounds: Sequence[WeighedRound], joint: JointScores, tau: TauB | None) -> dict[str, Any]:
    whole = sum(other.weight for other in rounds)
    return {
        **one.about,
        "round": one.slug,
        "weight": one.weight,
        "share": fraction_text(Fraction(one.weight, whole)),
        "ballots": one.snapshot["ballots"] if one.snapshot else 0,
        "result_hash": document_hash(one.snapshot) if one.snapshot else None,
        "silent": not one.snapshot or one.slug in joint.silent_rounds or not any(_speaks(one.snapshot)),
        "agreement": None
        if tau is None
        else {
            "tau_b": str(tau.rounded(TAU_PLACES)),
            "numerator": tau.numerator,
            "radicand": tau.radicand,
            "options": tau.options,
        },
    }


def _speaks(snapshot: Mapping[str, Any]) -> list[bool]:
    return [one["win_rate"] is not None for one in snapshot["options"]]


def _option(one: RankedOption, joint: JointScores, shown: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    score = joint.options[one.option]
    return {
        "code": one.option,
        "rank": one.rank,
        "score": score_text(score.mean),
        "coverage": fraction_text(score.coverage),
        "tied_with": list(one.tied_with),
        "rounds": {name: score_text(rate) for name, rate in score.by_round.items()},
        **{name: shown[one.option][name] for name in SHOWN},
    }


def _last_shown(rounds: Sequence[WeighedRound]) -> dict[str, Mapping[str, Any]]:
    """Return every option as the round showed it that opened last: the wording and the costs that were most recent."""
    shown: dict[str, Mapping[str, Any]] = {}
    for one in sorted(rounds, key=lambda one: (one.opened_at, one.slug)):
        if one.snapshot:
            shown |= {option["code"]: option for option in one.snapshot["options"]}
    return shown


def score_from_text(text: str | None) -> Fraction | None:
    """Return the exact number that a snapshot carries as text, None for none."""
    return None if text is None else fraction_from_text(text)
