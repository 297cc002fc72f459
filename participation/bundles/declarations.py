"""round.json: what was asked of whom, and when."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from participation.bundles.canonical import written
from participation.bundles.checks import (
    CODE,
    Refused,
    a_list,
    a_moment,
    a_number,
    a_text,
    an_object,
    require,
    shown,
    words,
)
from participation.bundles.naming import ROUND
from participation.bundles.publishing import publishes_ballots
from participation.tally import METHOD_VERSION
from participation.tally.ballots import Limits
from participation.tally.kinds import BallotKind
from participation.tally.statement import RULE

MOST_OPTIONS: Final = 1_000
LARGEST_LIMIT: Final = 10_000

LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    "ranking": ("k",),
    "approval": ("k",),
    "points": ("points", "max"),
    "score": ("max",),
}
"""Names of a ballot's limits by its kind."""

_NAMES: Final = (
    "schema",
    "process",
    "phase",
    "round",
    "kind",
    "task",
    "eligibility",
    "title",
    "time_zone",
    "currency",
    "opens_at",
    "closes_at",
    "closed_at",
    "counted_at",
    "events",
    "ballot",
    "rule",
    "method_version",
    "eligible",
    "voted",
    "options",
)


@dataclass(frozen=True)
class Declared:
    """A round as its bundle declares it, checked."""

    document: Mapping[str, Any]

    @property
    def kind(self) -> BallotKind:
        """Return how a ballot was filled in."""
        return BallotKind(self.document["ballot"]["kind"])

    @property
    def ballot(self) -> Mapping[str, Any]:
        """Return kind and limits of a ballot."""
        ballot: Mapping[str, Any] = self.document["ballot"]
        return ballot

    @cached_property
    def limits(self) -> Limits:
        """Return what one ballot may hold."""
        return Limits(self.ballot.get("k"), self.ballot.get("points"), self.ballot.get("max"))

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Return the codes of all options, struck ones among them."""
        return tuple(one["code"] for one in self.document["options"])

    @cached_property
    def struck(self) -> frozenset[str]:
        """Return the codes of the options that were struck."""
        return frozenset(one["code"] for one in self.document["options"] if one["struck"] is not None)

    @property
    def standing(self) -> tuple[str, ...]:
        """Return the codes of the options that were not struck."""
        return tuple(code for code in self.shown if code not in self.struck)


def check_declaration(document: Mapping[str, Any], manifest: Mapping[str, Any]) -> Declared:
    """Return the declaration; raises Refused if it is not in order, or not that of the manifest."""
    an_object(document, _NAMES, "round.json")
    require(document["schema"] == ROUND, f"unknown schema {shown(document['schema'])}")
    for name in ("round", "process", "method_version"):
        require(document[name] == manifest[name], f"{name} is {shown(document[name])}, the manifest says another")
    require(document["rule"] == RULE, f"unknown rule {shown(document['rule'])}")
    require(document["method_version"] == METHOD_VERSION, f"unknown method {shown(document['method_version'])}")
    for name in ("kind", "task", "eligibility", "time_zone", "currency"):
        a_text(document[name], name)
    if document["phase"] is not None:
        a_text(document["phase"], "phase")
    words(document["title"], "title")
    for name in ("opens_at", "closes_at", "closed_at", "counted_at"):
        a_moment(document[name], name)
    require(document["opens_at"] < document["closes_at"], "opens_at is not before closes_at")
    _check_ballot(document["ballot"])
    _check_options(a_list(document["options"], "options"))
    _check_events(a_list(document["events"], "events"))
    ballots = manifest["ballots"]
    if document["eligible"] is not None:
        a_number(document["eligible"], "eligible")
    _check_voted(document["voted"], ballots["count"])
    publishes = publishes_ballots(ballots["count"], document["ballot"], len(document["options"]))
    if ballots["published"] != publishes:
        must = "must be published" if publishes else "must not be published"
        raise Refused(f"{ballots['count']} ballots of this kind {must}, and the manifest says the contrary")
    return Declared(document)


def _check_ballot(ballot: object) -> None:
    require(type(ballot) is dict and "kind" in ballot, "ballot says no kind")
    kind = ballot["kind"] if type(ballot) is dict else None
    require(type(kind) is str and kind in LIMITS, f"unknown kind of ballot {shown(kind)}")
    for name, limit in an_object(ballot, ("kind", *LIMITS[str(kind)]), "ballot").items():
        if name != "kind":
            a_number(limit, f"ballot.{name}", least=1, most=LARGEST_LIMIT)


def _check_options(options: Sequence[object]) -> None:
    require(1 <= len(options) <= MOST_OPTIONS, f"{len(options)} options")
    seen = set()
    for place, option in enumerate(options):
        where = f"options[{place}]"
        one = an_object(option, ("code", "content", "content_hash", "struck"), where)
        code = a_text(one["code"], f"{where}.code")
        require(CODE.fullmatch(code), f"{where} has the code {shown(code)}")
        require(code not in seen, f"two options have the code {code}")
        seen.add(code)
        require(type(one["content"]) is dict, f"the content of {code} is not an object")
        digest = hashlib.sha256(written(one["content"])).hexdigest()
        require(one["content_hash"] == digest, f"the content of {code} does not have the hash that stands beside it")
        if one["struck"] is not None:
            struck = an_object(one["struck"], ("struck_at", "reason"), f"{where}.struck")
            a_moment(struck["struck_at"], f"{where}.struck.struck_at")
            words(struck["reason"], f"{where}.struck.reason")


def _check_events(events: Sequence[object]) -> None:
    actions = []
    for place, event in enumerate(events):
        where = f"events[{place}]"
        one = an_object(event, ("action", "at", "reason"), where)
        actions.append(a_text(one["action"], f"{where}.action"))
        a_moment(one["at"], f"{where}.at")
        if one["reason"] is not None:
            words(one["reason"], f"{where}.reason")
    for action in ("open", "close", "conclude"):
        require(actions.count(action) == 1, f"{actions.count(action)} events {action}")
    require(actions[0] == "open", "the first event is not open")
    require(actions[-1] == "conclude", "the last event is not conclude")


def _check_voted(given: object, ballots: int) -> None:
    voted = an_object(given, ("total", "classes", "channels"), "voted")
    a_number(voted["total"], "voted.total")
    require(voted["total"] == ballots, f"{voted['total']} have voted, and there are {ballots} ballots")
    for name in ("classes", "channels"):
        if type(voted[name]) is not dict:
            raise Refused(f"voted.{name} is not an object")
        parts = list(voted[name].values())
        known = sum(a_number(part, f"a part of voted.{name}") for part in parts if part is not None)
        require(known <= ballots, f"the parts of voted.{name} are more than the whole")
        require(None in parts or known == ballots, f"the parts of voted.{name} are not the whole")
