"""Who may do what to what, and when: how the table of acts is written, and how one act is tried.

The table itself stands in the modules beside this one, by room. Whatever changes something has an entry there, by the
name of its endpoint, and says who may do it to what is theirs, in which states of the round, and with what it is sent.
Everything else is refused and changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from werkzeug.routing import Rule

from participation.core.permissions import Role
from tests.factories import council_papers
from tests.factories.world import BESIDE, FOREIGN, OWN, STATES, World

EVERYWHERE: Final = "administrator everywhere"
ADMINS: Final = frozenset({EVERYWHERE})
OFFICE: Final = ADMINS | {"administrator", "office"}
MODERATION: Final = OFFICE | {"moderator"}
FACILITATION: Final = MODERATION | {"facilitator"}
DECIDING: Final = OFFICE | {"steering"}
ACCOUNTS: Final = ADMINS | {role.value for role in Role} | {"citizen", "delegate"}
PARTICIPANTS: Final = ACCOUNTS | {"code"}
ANYBODY: Final = PARTICIPANTS | {"anonymous"}
NOBODY: Final[frozenset[str]] = frozenset()
CAST: Final = (*sorted(ANYBODY), "token")
"""Everybody who tries; `token` is a program that holds the single permission to close rounds."""

DRAFT: Final = frozenset({"draft"})
OPEN: Final = frozenset({"open"})
CLOSED: Final = frozenset({"closed"})
BEGUN: Final = frozenset({"open", "closed", "concluded"})
ALWAYS: Final = frozenset(STATES)
LANGUAGE: Final = "de"


@dataclass(frozen=True)
class Spot:
    """Where an act is tried: at one's own, beside it or in another process, in a round of one state, by somebody."""

    world: World
    who: str
    place: str = OWN
    state: str = "open"
    rounds: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Return the address or id of a thing of this place."""
        return self.world.things[self.place][name]

    @property
    def round(self) -> str:
        """Return the round's address."""
        return f"{self['prefix']}-{self.rounds.get(self.state, self.state)}"

    @property
    def email(self) -> str:
        """Return the address of whoever tries."""
        return address_of(self.who)

    def mine(self, name: str) -> str:
        """Return a thing of whoever tries; elsewhere than at one's own it is somebody else's."""
        owner = self.who if self.place == OWN and self.who in self.world.belongings else "stranger"
        return self.world.belongings[owner][name]

    def person(self, name: str) -> str:
        """Return the id of somebody's account."""
        return self.world.people[name]


Told = Mapping[str, Any] | Callable[[Spot], Mapping[str, Any]]
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Act:
    """What is sent to an endpoint, and who may do it where and when.

    `who` may do it to their own, `others` to what is others' in the same process (the same people unless said
    otherwise), `foreign` in another process (only administrators of everything unless said otherwise). `when` names the
    states of the round in which it can be done, and nothing where no round matters. `rounds` leads from a state to
    another round that is in it; `parts` gives what stands in the address; `changes` is false for what changes nothing.
    `refused` names answers beside 401, 403 and 404 with which others may be refused.
    """

    who: frozenset[str]
    sent: Told = field(default_factory=dict)
    when: frozenset[str] | None = None
    others: frozenset[str] | None = None
    foreign: frozenset[str] | None = None
    rounds: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str | Callable[[Spot], str]] = field(default_factory=dict)
    changes: bool = True
    refused: frozenset[int] = frozenset()

    def allowed(self, spot: Spot) -> bool:
        """Say whether it can be done."""
        return spot.who in self.may(spot.place) and self.is_time(spot)

    def is_time(self, spot: Spot) -> bool:
        """Say whether it can be done in this state of the round at all."""
        return self.when is None or spot.state in self.when

    def may(self, place: str) -> frozenset[str]:
        """Return who may do it in a place, in some state."""
        if place == OWN:
            return self.who
        if place == BESIDE:
            return self.who if self.others is None else self.others
        return self.who & ADMINS if self.foreign is None else self.foreign

    def body(self, spot: Spot) -> dict[str, Any]:
        """Return what is sent."""
        return dict(self.sent(spot) if callable(self.sent) else self.sent)


def address_of(name: str) -> str:
    """Return the e-mail address of one of the world's people."""
    return f"{name.replace(' ', '-')}@lindenhafen.example"


PARTS: Final[Mapping[str, Callable[[Spot], str]]] = {
    "processes": lambda at: at["process"],
    "rounds": lambda at: at.round,
    "online": lambda at: at.round,
    "citizens": lambda at: at.round,
    "steering-group": lambda at: at.round,
    "administration": lambda at: at.round,
    "migrant-forum": lambda at: at.round,
    "organisations": lambda at: at["organisation"],
    "departments": lambda at: at["department"],
    "fields": lambda at: at["field"],
    "phases": lambda at: at["phase"],
    "rankings": lambda at: at["ranking"],
    "comments": lambda at: at["comment"],
    "proposals": lambda at: at["submitted"],
    "roadmap": lambda at: at["step"],
    "envelopes": lambda at: at["envelope"],
    "plans": lambda at: at["plan"],
    "measures": lambda at: at["measure"],
    "papers": lambda at: council_papers.DRAFT,
    "committees": lambda at: "rat",
    "stations": lambda at: at["draft_station"],
    "documents": lambda at: at["file"],
    "principles": lambda at: "P1",
    "sections": lambda at: "S1",
    "versions": lambda at: "1",
    "measure-sheets": lambda at: at["measure"],
    "options": lambda at: "M01",
    "mandates": lambda at: at["mandate"],
    "representatives": lambda at: at["representative"],
    "people": lambda at: at["moderator"],
    "roles": lambda at: at["moderator"],
    "accounts": lambda at: at.person("stranger"),
    "sessions": lambda at: at.mine("session"),
    "tokens": lambda at: at.mine("token"),
    "translations": lambda at: "en",
    "organisation-applications": lambda at: at["application"],
    "registrations": lambda at: at["application"],
    "proposed-delegates": lambda at: at["proposed"],
    "delegates": lambda at: at["proposed"],
    "gatherings": lambda at: "1",
    "agenda": lambda at: at["item"],
    "tables": lambda at: "1",
    "notes": lambda at: at["note"],
    "tablets": lambda at: at["tablet"],
    "identities": lambda at: at.mine("identity"),
    "templates": lambda at: "two_phase_concept",
    "process-templates": lambda at: "two_phase_concept",
    "sheets/batch": lambda at: "1",
    "codes": lambda at: "1",
    "code-batches": lambda at: "1",
    "batches": lambda at: "1",
    "cards": lambda at: "1",
    "receipts": lambda at: "0000000000000000",
    "batch": lambda at: "1",
    "role": lambda at: "moderator",
    "number": lambda at: "2",
    "action": lambda at: "hide",
    "kind": lambda at: "session",
    "direction": lambda at: "later",
    "organisation-pages": lambda at: at["organisation"],
    "ending": lambda at: "csv",
    "format_": lambda at: "pb",
}
"""What stands in an address: by the word before it, by that and its name, or by its name after another part."""


class NoSuchPart(LookupError):
    """An address has a part of which nobody has said yet what stands there."""


def address(rule: Rule, act: Act, spot: Spot) -> str:
    """Return the address of a route at a spot."""
    return "/".join(_segments(rule, act, spot))


def _segments(rule: Rule, act: Act, spot: Spot) -> Iterator[str]:
    word = ""
    for segment in rule.rule.split("/"):
        if "<" not in segment:
            word = segment
            yield segment
            continue
        before, _open, rest = segment.partition("<")
        inner, _close, after = rest.partition(">")
        name = inner.rpartition(":")[2]
        yield f"{before}{_part(rule, act, spot, word, name)}{_filled(after)}"
        word = ""


def _filled(after: str) -> str:
    """Return the rest of a segment; endings of files stand behind a point."""
    return "." + ("csv" if "csv" in after else "pb") if after.startswith(".<") else after


def _part(rule: Rule, act: Act, spot: Spot, word: str, name: str) -> str:
    known = (PARTS.get(key) for key in (f"{word}/{name}", word, name))
    found = act.parts.get(name) or next((part for part in known if part is not None), None)
    if found is not None:
        return found if isinstance(found, str) else found(spot)
    raise NoSuchPart(
        f"{rule.rule}: say in PARTS of tests/http/abuse/acts.py what stands in the place of <{name}>, by the word "
        f"before it ({word!r}), or in the entry of {rule.endpoint} (parts={{{name!r}: ...}})"
    )


def spots(world: World, who: str, act: Act, *, has_round: bool) -> Iterator[Spot]:
    """Yield every place and state in which an act is tried by somebody."""
    states = STATES if has_round or act.when is not None else ("open",)
    for place in (OWN, BESIDE, FOREIGN):
        for state in states:
            yield Spot(world, who, place, state, act.rounds)
