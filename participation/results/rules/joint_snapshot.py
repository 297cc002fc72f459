"""A joint ranking as a document, made from the snapshots of its rounds alone.

Nothing but the declared weights and the rounds' results goes into it, so that whoever has those can compute it
again; `inputs_hash` is the hash of exactly that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from participation.results.rules.documents import document_hash
from participation.results.rules.round_snapshot import result_hash, score_text
from participation.tally import METHOD_VERSION
from participation.tally.agreement import TauB, kendall_tau_b
from participation.tally.exact import fraction_from_text, fraction_text
from participation.tally.joint import CarriedScore, JointScores, RoundScores, carry_over, joint_scores
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


@dataclass(frozen=True, slots=True)
class Goals:
    """What measures take over from the goals that they serve: the declared share, and the goals' settled ranking."""

    share: Fraction
    ranking: str
    snapshot: Mapping[str, Any]

    def scores(self) -> dict[str, Fraction | None]:
        """Return the goals' joint scores; None for one that is listed apart, which too few rounds spoke about."""
        return {
            one["code"]: score_from_text(one["score"]) if one["rank"] is not None else None
            for one in self.snapshot["options"]
        }


def inputs_hash(rounds: Sequence[WeighedRound], goals: Goals | None = None) -> str:
    """Return the SHA-256 over what decides the ranking.

    That is the method, the weights and the hash of each round's result; where goals carry over, also the share and
    the hash of theirs.
    """
    inputs: dict[str, Any] = {
        "method_version": METHOD_VERSION,
        "rule": RULE,
        "rounds": {
            one.slug: {"weight": one.weight, "result": result_hash(one.snapshot) if one.snapshot else None}
            for one in rounds
        },
    }
    if goals is not None:
        inputs["carry_over"] = {
            "share": fraction_text(goals.share),
            "goals_ranking": goals.ranking,
            "goals": goals.snapshot["inputs_hash"],
        }
    return document_hash(inputs)


def joint_snapshot(
    about: Mapping[str, Any], rounds: Sequence[WeighedRound], goals: Goals | None = None
) -> dict[str, Any]:
    """Return the document. `about` says which ranking it is; its names must not clash with ours.

    Where goals carry over, `score` and `rank` are those with the goals' share, and every option also has its `own`
    joint score and that of its `goals`. Coverage and agreement are about what the rounds said: about own scores.
    """
    scores = [one.scores() for one in rounds]
    joint = joint_scores(scores, {one.slug: one.weight for one in rounds})
    shown = _last_shown(rounds)
    carried = _carried(joint, shown, goals)
    ranking = rank({code: carried[code].score if joint.options[code].score is not None else None for code in carried})
    taus = {one.round: kendall_tau_b(one.scores, joint.scores()) for one in scores}
    return {
        **about,
        "schema": SCHEMA,
        "rule": RULE,
        "method_version": METHOD_VERSION,
        "tie_break": None,
        "carry_over": {
            "share": fraction_text(goals.share) if goals else "0",
            "goals_ranking": goals.ranking if goals else None,
        },
        "inputs_hash": inputs_hash(rounds, goals),
        "ballots": sum(one.snapshot["ballots"] for one in rounds if one.snapshot),
        "rounds": [_round(one, rounds, joint, taus[one.slug]) for one in rounds],
        "options": [_option(one, joint, carried[one.option], shown, goals) for one in ranking],
        "ties": [list(group) for group in ties(ranking)],
    }


def _carried(
    joint: JointScores, shown: Mapping[str, Mapping[str, Any]], goals: Goals | None
) -> dict[str, CarriedScore]:
    return carry_over(
        {code: one.mean for code, one in joint.options.items()},
        goals.scores() if goals else {},
        {code: one["serves"] for code, one in shown.items()},
        goals.share if goals else 0,
    )


def _round(one: WeighedRound, rounds: Sequence[WeighedRound], joint: JointScores, tau: TauB | None) -> dict[str, Any]:
    whole = sum(other.weight for other in rounds)
    return {
        **one.about,
        "round": one.slug,
        "weight": one.weight,
        "share": fraction_text(Fraction(one.weight, whole)),
        "ballots": one.snapshot["ballots"] if one.snapshot else 0,
        "result_hash": result_hash(one.snapshot) if one.snapshot else None,
        "silent": not one.snapshot or one.slug in joint.silent_rounds or not any(_speaks(one.snapshot)),
        "agreement": tau_document(tau),
    }


def tau_document(tau: TauB | None) -> dict[str, Any] | None:
    """Return how far two rankings agree as documents carry it."""
    if tau is None:
        return None
    return {
        "tau_b": str(tau.rounded(TAU_PLACES)),
        "numerator": tau.numerator,
        "radicand": tau.radicand,
        "options": tau.options,
    }


def _speaks(snapshot: Mapping[str, Any]) -> list[bool]:
    return [one["win_rate"] is not None for one in snapshot["options"]]


def _option(
    one: RankedOption,
    joint: JointScores,
    carried: CarriedScore,
    shown: Mapping[str, Mapping[str, Any]],
    goals: Goals | None,
) -> dict[str, Any]:
    score = joint.options[one.option]
    own = {"own": score_text(carried.own), "goals": score_text(carried.goals)} if goals else {}
    return {
        "code": one.option,
        "rank": one.rank,
        "score": score_text(carried.score),
        **own,
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
