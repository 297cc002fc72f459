"""What follows from a count beside the ranking: bands, other rules, the Condorcet winner. None of it decides.

It takes a moment, so it is made before the conclusion's transaction, from the count alone.

**Bands of a small round are not published.** The figures of a whole round are its result, whatever its size
(promise 12), but bands say more than figures: with three ballots the same one is drawn again and again in one of
27 draws, so the ends of a 95 % interval are single ballots' own figures. The draws are kept all the same: in a joint
ranking they are mixed with those of other bodies.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from participation.ballots.rules import is_small
from participation.results.rules.round_snapshot import CountedBox, Evaluation, score_text
from participation.tally.ballots import Limits
from participation.tally.bands import LEVEL, bands, groups
from participation.tally.bootstrap import DRAWS, Draws, draw_round, method_for
from participation.tally.condorcet import condorcet
from participation.tally.declarations import NO_LIMITS, RoundDeclaration
from participation.tally.errors import WrongKind
from participation.tally.exact import fraction_text, rounded
from participation.tally.grades import Grades
from participation.tally.joint import Weight
from participation.tally.jsonlines import CountedRound
from participation.tally.margins import margins
from participation.tally.mentions import Mentions
from participation.tally.rules import RULES, Outcome, carried_by
from participation.tally.scoring import RankedOption, rank, win_rates
from participation.tally.statement import RULE

VERSION: Final = "bands/1"
"""Name and number of how bands are made; it changes when equal ballots would give other bands."""

SCORE_PLACES: Final = 4


def evaluate(box: CountedBox, limits: Limits = NO_LIMITS) -> Evaluation:
    """Evaluate a finished count. The seed of the draws is the root of the ballots."""
    counted = counted_round("", box, limits)
    ranking = rank(win_rates(counted.counts))
    draws = draw_round(box.contributions, bytes.fromhex(box.root)) if box.ballots else None
    says_something = any(one.rank is not None for one in ranking)
    rules = other_rules({"": counted}, {"": 1})
    _add_grades(rules, counted.grades)
    return Evaluation(
        statistics=None
        if draws is None or is_small(box.ballots) or not says_something
        else band_document(ranking, draws, seed=box.root, method=method_for(box.ballots)),
        rules=rules,
        condorcet={"winner": condorcet(margins(counted.counts)).winner},
        draws=draws.to_bytes() if draws else None,
    )


def _add_grades(rules: Mapping[str, Any], grades: Grades) -> None:
    """Put beside each median how many ballots gave which grade: joint medians are made from these."""
    given = dict(zip(grades.options, grades.given, strict=True))
    for one in rules["median"]["options"] if "median" in rules else ():
        one["grades"] = [list(pair) for pair in given[one["code"]]]


def counted_round(name: str, box: CountedBox, limits: Limits) -> CountedRound:
    """Return a count restricted to the options that stand, as the tally's rules take it."""
    counts = box.counts.without(box.struck)
    kept = [box.counts.options.index(code) for code in counts.options]
    return CountedRound(
        RoundDeclaration(name, box.mentions.kind, counts.options, limits),
        counts,
        Mentions(
            box.mentions.kind,
            counts.options,
            tuple(box.mentions.mentioned[place] for place in kept),
            tuple(box.mentions.given[place] for place in kept),
            box.ballots,
        ),
        Grades(box.grades.kind, counts.options, tuple(box.grades.given[place] for place in kept)),
        box.contributions,
    )


def band_document(ranking: Sequence[RankedOption], draws: Draws, *, seed: str | None, method: str) -> dict[str, Any]:
    """Return bands and groups of a ranking as documents carry them, scores as decimals with four places."""
    return {
        "version": VERSION,
        "method": method,
        "draws": DRAWS,
        "level": fraction_text(LEVEL),
        "seed": seed,
        "options": [
            {"code": band.option, "rank": list(band.rank), "score": [_decimal(score) for score in band.score]}
            for band in bands(ranking, draws)
        ],
        "groups": [list(group) for group in groups(ranking, draws)],
    }


def other_rules(rounds: Mapping[str, CountedRound], weights: Mapping[str, Weight]) -> dict[str, Any]:
    """Return what the rules say that all of these rounds carry, by name; the one that decides is not among them."""
    kinds = frozenset(one.declaration.kind for one in rounds.values())
    said: dict[str, Any] = {}
    for name in carried_by(kinds):
        if name == RULE:
            continue
        try:
            outcome = RULES[name].count(rounds, weights)
        except WrongKind:  # scores on scales that cannot be compared
            continue
        said[name] = {**outcome.facts, "options": list(_options(outcome, scores=RULES[name].scores))}
    return said


def _options(outcome: Outcome, *, scores: bool) -> Iterable[dict[str, Any]]:
    for one in outcome.ranking:
        figure = outcome.joint.options[one.option].mean if scores else None
        yield {
            "code": one.option,
            "rank": one.rank,
            "figure": score_text(figure),
            **outcome.by_option.get(one.option, {}),
        }


def _decimal(score: float) -> str:
    """A float is a fraction, so it is rounded exactly, the same on every machine."""
    figure: Decimal = rounded(Fraction(score), SCORE_PLACES)
    return str(figure)
