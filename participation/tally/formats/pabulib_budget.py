"""Decide a .pb file's budget anew from its ballots, by its own rule or another, and compare.

The rules that META can name, and what is done for each:

    greedy                       greedy
    greedy-no-skip               greedy-no-skip; a withdrawn project does not end the list
    greedy-threshold             greedy-threshold, with min_project_score_threshold
    greedy-exclusive             greedy: the file does not say which projects exclude each other
    greedy-custom                greedy: the file explains the city's own rule in words only
    equalshares                  mes
    equalshares-comparison       mes-comparison
    equalshares/add1             mes-add1, without filling up what is left
    equalshares/add1-comparison  mes-add1-comparison, the same
    unknown, or no rule          greedy

Any other name is refused. Projects stand in the order of their scores (see pabulib_scores), never in that of
the published column. A minimum score that META states holds for every greedy rule: Pabulib defines it as one
without which a project is not selected, whatever the rule is called. Projects that cost 999,999,999 were
withdrawn after the vote and are not for sale.

Lots are drawn from the SHA-256 of the file's bytes, so that everybody who has the file draws the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from participation.tally.budget.electorate import Body
from participation.tally.budget.greedy import greedy
from participation.tally.budget.instances import Instance
from participation.tally.budget.outcomes import Outcome
from participation.tally.budget.rules import RULES, Question, decide
from participation.tally.budget.ties import DEFAULT_TIE_BREAK
from participation.tally.errors import InvalidBudget
from participation.tally.formats.numbers import amount_json
from participation.tally.formats.pabulib import NOT_STATED, PabulibFile
from participation.tally.formats.pabulib_scores import scores, votes
from participation.tally.formats.published import is_greedy_under_some_tie_break, report

WITHDRAWN_SAID: Final = "withdrawn: its cost of 999,999,999 marks a project that was withdrawn after the vote"


@dataclass(frozen=True, slots=True)
class FileRule:
    """What a rule's name in a file stands for."""

    rule: str
    """A key of budget.rules.RULES."""
    note: str | None = None
    """What the file does not say, where the rule can only be followed in part."""


FILE_RULES: Final[Mapping[str, FileRule]] = MappingProxyType(
    {
        "greedy": FileRule("greedy"),
        "greedy-no-skip": FileRule("greedy-no-skip"),
        "greedy-threshold": FileRule("greedy-threshold"),
        "greedy-exclusive": FileRule("greedy", "the file does not say which projects exclude each other"),
        "greedy-custom": FileRule("greedy", "the city's own rule is explained in words only, if at all"),
        "equalshares": FileRule("mes"),
        "equalshares-comparison": FileRule("mes-comparison"),
        "equalshares/add1": FileRule("mes-add1"),
        "equalshares/add1-comparison": FileRule("mes-add1-comparison"),
        NOT_STATED: FileRule("greedy", "the file does not say by which rule was selected"),
    }
)

_GREEDY: Final[Mapping[str, bool]] = MappingProxyType(
    {"greedy": True, "greedy-threshold": True, "greedy-no-skip": False}
)
"""The rules that go down the ranking, and whether they skip what does not fit."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How it is to be decided."""

    rule: str | None = None
    """A key of budget.rules.RULES; None for the file's own."""
    tie_break: str = DEFAULT_TIE_BREAK
    seed: bytes | None = None
    fill: bool = False
    """Whether equal shares fills what is left down the ranking."""


def decide_file(file: PabulibFile, settings: Settings) -> dict[str, Any]:
    """Decide and say what came out, as a document for JSON.

    Amounts are whole numbers, or exact texts where they are not whole. Raises InvalidBudget, UndecidedTie.
    """
    stated = FILE_RULES.get(file.meta.rule)
    if settings.rule is None and stated is None:
        raise InvalidBudget("unknown_rule_of_file", rule=file.meta.rule[:80], known=list(FILE_RULES))
    rule = settings.rule or (stated.rule if stated else "")
    outcome = _outcome(file, rule, settings)
    document = {
        "rule": rule,
        "stated_rule": file.meta.rule,
        "note": stated.note if stated and settings.rule is None else None,
        "budget": amount_json(outcome.budget),
        "spent": amount_json(outcome.spent),
        "selected": list(outcome.selected),
        "reasons": _reasons(file, outcome),
        "ties": [{"options": list(one.options), "decided_by": list(one.decided_by)} for one in outcome.ties],
        "tie_break": outcome.tie_break,
        "seed": settings.seed.hex() if settings.seed is not None else None,
        "vote_type": file.meta.vote_type.name,
        "ballots": len(file.profile),
        "parameters": _plain(outcome.parameters),
        "explanation": _plain(outcome.explanation),
        "projects": _projects(file, outcome),
    }
    follows = stated is not None and stated.rule == rule
    return document | {"published": _published(file, outcome, rule, follows=follows)}


def project_names(file: PabulibFile) -> dict[str, str]:
    """What projects are called, where the file says so."""
    return {one.id: one.name for one in file.projects if one.name}


def _outcome(file: PabulibFile, rule: str, settings: Settings) -> Outcome:
    if rule not in RULES:
        raise InvalidBudget("unknown_rule", rule=rule, known=list(RULES))
    for_sale = {one.id: one.cost for one in file.projects if not one.withdrawn}
    instance = Instance.of(for_sale, file.meta.budget, unit=file.meta.entries.get("currency", ""))
    ranking = {one: score for one, score in scores(file).items() if one in for_sale}
    if rule in _GREEDY:
        if rule == "greedy-threshold" and file.meta.threshold is None:
            raise InvalidBudget("no_minimum_score", needs="min_project_score_threshold")
        return greedy(
            instance,
            ranking,
            skip=_GREEDY[rule],
            minimum=file.meta.threshold,
            tie_break=settings.tie_break,
            seed=settings.seed,
            votes=votes(file),
        )
    bodies = [Body.from_profile("voters", 1, file.profile)] if len(file.profile) else []
    tie_break, seed = settings.tie_break, settings.seed
    return decide(rule, Question(instance, ranking, bodies, fill=settings.fill, tie_break=tie_break, seed=seed))


def _reasons(file: PabulibFile, outcome: Outcome) -> dict[str, str]:
    """Those taken in their order, then the others, then those that were withdrawn."""
    return outcome.reasons() | {one.id: WITHDRAWN_SAID for one in file.projects if one.withdrawn}


def _projects(file: PabulibFile, outcome: Outcome) -> list[dict[str, Any]]:
    """The figures by which was decided, in the file's order."""
    counted, ranking = votes(file), scores(file)
    return [
        {
            "id": one.id,
            "name": one.name,
            "cost": amount_json(one.cost),
            "votes": amount_json(counted[one.id]),
            "score": amount_json(ranking[one.id]),
            "selected": one.id in outcome.selected,
        }
        for one in file.projects
    ]


def _published(file: PabulibFile, outcome: Outcome, rule: str, *, follows: bool) -> dict[str, Any]:
    document = report(file, outcome.selected if follows else None)
    other = None
    if document["selected_agree"] is False and rule in _GREEDY:
        minimum = file.meta.threshold
        other = is_greedy_under_some_tie_break(
            file.projects, scores(file), file.meta.budget, skip=_GREEDY[rule], minimum=minimum
        )
    return document | {"selected_agree_under_another_tie_break": other}


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Fraction):
        return amount_json(value)
    if isinstance(value, tuple | list):
        return [_plain_value(one) for one in value]
    return _plain(value) if isinstance(value, Mapping) else value
