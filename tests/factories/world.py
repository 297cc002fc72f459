"""Two processes in one database, alike in everything, so that what is one's own and what is not can be told apart.

Each has two organisations, two departments, two of every thing that people have of their own, and rounds in every
state. The cast holds its roles in the first process only; `beside` is what others have there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from participation.accounts import services as accounts
from participation.accounts.models import Account, Department, FactorKind, Organisation, SecondFactor, SubjectKind
from participation.accounts.queries import account_by_id, actor_of
from participation.ballots import suspension
from participation.ballots.guard import key_store
from participation.ballots.paper import services as paper
from participation.ballots.paper.rules import Typed
from participation.ballots.services import cast_ballot, close_round, open_round
from participation.comments import services as comments
from participation.core.actor import SYSTEM, Actor
from participation.core.permissions import Permission, Role
from participation.core.windows import utcnow
from participation.costings.models import Costing
from participation.extensions import transaction
from participation.processes.models import Process
from participation.proposals import services as proposals
from participation.proposals.queries import proposal_by_code
from participation.proposals.rules import ProposalKind
from participation.proposals.services import Draft
from participation.results.concluding import add_statistics
from participation.results.publishing import publish_bundles
from participation.results.rules.declaration import Declaration
from participation.results.services import conclude_round, declare_joint_ranking, request_conclusion
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import Round
from participation.rounds.services import code_text, issue_codes
from tests.factories import people
from tests.factories.city import WITHOUT_BALLOT, lindenhafen, make_round, open_for_contributions
from tests.factories.concepts import make_concept_draft, make_concept_version
from tests.factories.council_papers import make_papers
from tests.factories.votes import make_measures
from tests.factories.world_of_bodies import (
    make_gatherings,
    make_identity,
    make_joiners,
    make_roadmap,
    make_statement,
)
from tests.factories.world_of_money import declare_counted, make_money

OWN: Final = "own"
BESIDE: Final = "beside"
FOREIGN: Final = "foreign"
PLACES: Final = (OWN, BESIDE, FOREIGN)
STATES: Final = ("draft", "open", "closed", "concluded")
MEASURES: Final = ("M01", "M02", "M03", "M04")
SCOPE: Final = Permission.ROUND_CLOSE
_WORKSHOP: Final = {"kind": KindName.CITIZENS, "eligibility": Eligibility.CODES}
_VARIANTS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        **{state: {} for state in (*STATES, "asked", "suspended")},
        **{f"cards-{state}": _WORKSHOP for state in ("draft", "open", "closed")},
        **{
            f"seats-{state}": {"kind": KindName.STEERING_GROUP, "eligibility": Eligibility.ROLL, **WITHOUT_BALLOT}
            for state in ("draft", "open")
        },
        "costing-open": {
            "kind": KindName.ADMINISTRATION,
            "eligibility": Eligibility.DEPARTMENTS,
            **WITHOUT_BALLOT,
            "tasks": frozenset({Task.COST}),
        },
        "forum-open": {"kind": KindName.MIGRANT_FORUM, "eligibility": Eligibility.ORGANISATIONS},
    }
)
"""Rounds of each process by the last part of their address, and in what they differ from an online vote."""


@dataclass
class World:
    """What there is, by its address or id: things of each place, people, and what each person has of their own."""

    things: dict[str, dict[str, str]] = field(default_factory=lambda: {place: {} for place in PLACES})
    people: dict[str, str] = field(default_factory=dict)
    belongings: dict[str, dict[str, str]] = field(default_factory=dict)
    code_id: str = ""
    bearer: str = ""


def make_world(app: Flask) -> World:
    """Make everything; it takes a few seconds."""
    world = World()
    with app.app_context():
        with transaction() as session:
            _Founding(session, world, utcnow(), str(app.secret_key)).found()
        add_statistics()
        publish_bundles()
    return world


class _Founding:
    """Makes a world in one transaction."""

    def __init__(self, session: Session, world: World, now: datetime, key: str) -> None:
        self.session, self.world, self.now, self.key = session, world, now, key
        self.how: dict[str, Any] = {"actor": SYSTEM, "now": now}
        self.keys = key_store()

    def found(self) -> None:
        own = lindenhafen(self.session, self.now)
        foreign = lindenhafen(self.session, self.now, titles={"de": "Sportkonzept", "en": "Sports concept"})
        for name in ("citizen", "stranger", "delegate", "closed"):
            self._person(name)
        self._key_of(self._person("keyed"))
        self._cast(own)
        for place, process in ((OWN, own), (BESIDE, own), (FOREIGN, foreign)):
            self._bodies(process, place)
        for place, process in ((OWN, own), (FOREIGN, foreign)):
            self._rounds(process, place)
        for place, process in ((OWN, own), (BESIDE, own), (FOREIGN, foreign)):
            self._contributions(process, place)
        for place, process in ((OWN, own), (FOREIGN, foreign)):
            things = self.world.things[place]
            make_gatherings(self.session, process, place, things, self._actor(f"typist {place}"))
            worder = self._actor(f"delegate {place}")
            signer = self._actor("delegate beside") if place == OWN else worder
            make_statement(self.session, place, worder, signer, self.now)
            make_papers(self.session, process, things, self.now)
        for place, process in ((OWN, own), (BESIDE, own), (FOREIGN, foreign)):
            applicant = self._actor("citizen" if place == OWN else "stranger")
            delegate = self._actor(f"delegate {place}")
            make_joiners(self.session, process, place, self.world.things[place], applicant, delegate)
            make_concept_draft(self.session, process, self.now)
            make_concept_version(self.session, process, self.now)
            make_roadmap(self.session, process, self.world.things[place], self.now)
        self.world.things[BESIDE] = self.world.things[OWN] | self.world.things[BESIDE]
        self._join("delegate", "department")
        self._close_rounds()
        for place, process in ((OWN, own), (FOREIGN, foreign)):
            make_money(self.session, process.slug, self.world.things[place], self.now)
        self.world.things[BESIDE] = self.world.things[OWN] | self.world.things[BESIDE]
        self._belongings()

    def _person(self, name: str) -> Account:
        address = f"{name.replace(' ', '-')}@lindenhafen.example"
        account = people.person(self.session, name, now=self.now, email=address)
        self.world.people[name] = account.id
        return account

    def _key_of(self, account: Account) -> None:
        """Give somebody a second factor."""
        app = SecondFactor(account_id=account.id, kind=FactorKind.APP, name="App", created_at=self.now)
        app.confirmed_at = self.now
        self.session.add(app)
        self.session.flush()

    def _actor(self, name: str) -> Actor:
        account = account_by_id(self.session, self.world.people[name])
        self.session.refresh(account)
        return actor_of(account)

    def _cast(self, process: Process) -> None:
        """Give everybody their role in the first process."""
        for role in Role:
            accounts.grant_role(self.session, self._person(role.value).id, role, process.id, **self.how)
        everywhere = self._person("administrator everywhere")
        accounts.grant_role(self.session, everywhere.id, Role.ADMINISTRATOR, None, **self.how)
        accounts.grant_role(self.session, self._person("second").id, Role.ADMINISTRATOR, None, **self.how)
        accounts.disable_account(self.session, self.world.people["closed"], **self.how)

    def _join(self, delegate: str, official: str) -> None:
        """Let the cast's delegate and official act for the first organisation and department."""
        things = self.world.things[OWN]
        organisation = self.session.get_one(Organisation, things["organisation id"])
        department = self.session.get_one(Department, things["department id"])
        accounts.give_mandate(
            self.session, organisation, self.world.people[delegate], valid_from=people.FIRST_DAY, **self.how
        )
        accounts.add_representative(self.session, department, self.world.people[official], **self.how)

    def _bodies(self, process: Process, place: str) -> None:
        """Make an organisation with a delegate, one that waits, a department with somebody, and two moderators."""
        number = 2 if place == BESIDE else 1
        session, mine = self.session, {}
        for what in ("delegate", "representative", "moderator", "typist"):
            mine[what] = self._person(f"{what} {place}").id
        organisation = people.association(session, process, now=self.now, code=f"O{number}", name=f"Brücke {number}")
        waiting = people.association(
            session, process, now=self.now, code=f"N{number}", name=f"Neu {number}", approved=False
        )
        department = people.department(session, process, now=self.now, code=f"D{number}")
        mandate = accounts.give_mandate(
            session, organisation, mine["delegate"], valid_from=people.FIRST_DAY, **self.how
        )
        accounts.add_representative(session, department, mine["representative"], **self.how)
        for what in ("moderator", "typist"):
            accounts.grant_role(session, mine[what], Role.MODERATOR, process.id, **self.how)
        self.world.things[place] |= {
            "process": process.slug,
            "process id": process.id,
            "organisation": organisation.code,
            "organisation id": organisation.id,
            "new organisation": waiting.code,
            "mandate": mandate.id,
            "department": department.code,
            "department id": department.id,
            "representative": mine["representative"],
            "moderator": mine["moderator"],
            "phase": "II",
            "field": f"F{number}",
            "measure": f"M0{number}",
            "prefix": OWN if place == BESIDE else place,
        }

    def _rounds(self, process: Process, place: str) -> None:
        """Make rounds of every kind and open those that are not to be drafts."""
        session, things = self.session, self.world.things[place]
        for measure in make_measures(session, process, MEASURES, self.now):
            other = place == OWN and measure.code == "M02"
            measure.department_id = self.world.things[BESIDE]["department id"] if other else things["department id"]
        self._goals(process)
        unpaid = proposal_by_code(session, process.id, MEASURES[-1])
        session.execute(delete(Costing).where(Costing.proposal_id == unpaid.id))
        for name, changes in _VARIANTS.items():
            round_ = make_round(session, process, self.now, slug=f"{place}-{name}", **changes)
            if name.startswith("cards-"):
                batch = issue_codes(session, round_, 2, "Karten", self.key, **self.how)
                things[f"code {name}"] = code_text(self.key, batch.codes[0].id)
            if "draft" in name:
                continue
            if name == "concluded":
                things["counted ranking"] = f"{place}-counted"
                declare_counted(session, process, round_.slug, things["counted ranking"], self.now)
            if round_.ballot_kind is None:
                open_for_contributions(session, round_, self.now)
            else:
                open_round(session, round_.slug, keys=self.keys, **self.how)
        declared = Declaration(
            f"{place}-joint",
            Task.PRIORITISE_MEASURES,
            {f"{place}-draft": 1},
            title={"de": "Gemeinsame Rangliste"},
            declared_by={"de": "Rat der Stadt"},
        )
        declare_joint_ranking(session, process.slug, declared, **self.how)
        things["ranking"] = declared.slug
        self._sheets(place)

    def _goals(self, process: Process) -> None:
        """Make a goal with a part that measures can serve."""
        for code, where in (("G1", proposals.Place("F1")), ("G1.1", proposals.Place(parent="G1"))):
            told = proposals.Recorded(code, ProposalKind.GOAL, "de", {"de": f"Ziel {code}"}, {}, place=where)
            proposals.record_proposal(self.session, process, told, **self.how)

    def _sheets(self, place: str) -> None:
        """Give out sheets: 1 is with a voter, 2 waits, 3 was typed in once, 4 read differently, 5 set aside."""
        session, things = self.session, self.world.things[place]
        typist, other = (
            self._actor("facilitator" if place == OWN else f"typist {place}"),
            self._actor(f"typist {place}"),
        )
        if place != OWN:
            other = self._actor(f"moderator {place}")
        slug = f"{place}-open"
        batch = paper.issue_sheets(session, slug, 6, "Bögen", self.key, **self.how)
        printed = paper.print_sheets(session, slug, batch.number, self.key, **self.how)
        paper.receive_sheets(session, slug, [sheet.mark for sheet in printed[1:5]], **self.how)
        how: dict[str, Any] = {"now": self.now, "keys": self.keys}
        paper.enter_sheet(session, slug, 1, 3, Typed(numbers=["1"]), actor=other, **how)
        paper.enter_sheet(session, slug, 1, 4, Typed(numbers=["1"]), actor=other, **how)
        paper.enter_sheet(session, slug, 1, 4, Typed(numbers=["2"]), actor=typist, **how)
        paper.set_aside(session, slug, [(1, 5)], "missing", **self.how)
        things["mark"] = printed[5].mark
        if place == OWN:
            self.world.code_id = batch.codes[0].id

    def _contributions(self, process: Process, place: str) -> None:
        """Let somebody write a draft, hand proposals in, and comment; one comment is reported, one hidden."""
        session = self.session
        author, stranger = self._actor("citizen" if place == OWN else "stranger"), self._actor("stranger")
        slug = f"{self.world.things[place]['prefix']}-open"
        codes = {}
        for name in ("draft", "submitted", "other"):
            said = Draft(ProposalKind.MEASURE, "de", f"{name} {place}", "Was wir wollen.", place=proposals.Place("F1"))
            written = proposals.start_draft(session, slug, said, actor=author, now=self.now)
            if name != "draft":
                written = proposals.submit(session, written.id, actor=author, now=self.now)
            codes[name] = written.code
        measure = proposal_by_code(session, process.id, self.world.things[place]["measure"])
        said_of = {}
        for name in ("comment", "reported", "hidden"):
            remark = comments.Remark("de", f"{name} {place}")
            said_of[name] = comments.write_comment(
                session, measure.id, remark, slug=slug, actor=stranger, now=self.now
            ).id
        comments.report_comment(session, said_of["reported"], "Unsachlich.", actor=self._actor("citizen"), now=self.now)
        comments.hide_comment(session, said_of["hidden"], {"de": "Beleidigung."}, **self.how)
        self.world.things[place] |= codes | said_of

    def _close_rounds(self) -> None:
        """Vote a little, and bring the rounds to the states that their addresses name."""
        session = self.session
        for place in (OWN, FOREIGN):
            for state in ("closed", "asked", "concluded"):
                for voter in ("stranger", f"delegate {place}"):
                    self._vote(f"{place}-{state}", voter)
                close_round(session, f"{place}-{state}", **self.how)
            close_round(session, f"{place}-cards-closed", **self.how)
            for state in ("asked", "concluded"):
                request_conclusion(session, f"{place}-{state}", actor=self._actor(f"moderator {place}"), now=self.now)
            conclude_round(session, f"{place}-concluded", actor=self._actor(f"typist {place}"), now=self.now)
            suspended = session.query(Round).filter_by(slug=f"{place}-suspended").one()
            suspension.suspend_restored_round(
                session, suspended.id, taken_at=self.now - timedelta(hours=1), now=self.now
            )

    def _vote(self, slug: str, voter: str) -> None:
        cast_ballot(
            self.session,
            slug,
            ["M01", "M02"],
            actor=self._actor(voter),
            now=self.now,
            request_token=f"{voter} {slug}",
            based_on=0,
            keys=self.keys,
        )

    def _belongings(self) -> None:
        """Give everybody a second browser and a token of their own, and the office a token for a single permission."""
        session = self.session
        for name, account_id in self.world.people.items():
            if name == "closed":
                continue
            opened = accounts.open_session(session, SubjectKind.ACCOUNT, account_id, now=self.now)
            token = self._token(account_id, Permission.BALLOT_CAST)
            identity = make_identity(session, account_id, self.now)
            self.world.belongings[name] = {
                "session": opened.row.public_id,
                "token": token.row.id,
                "identity": identity,
            }
        bearer = self._token(self.world.people["office"], SCOPE)
        bearer.row.last_used_on = self.now.date()
        self.world.bearer = bearer.secret

    def _token(self, account_id: str, scope: Permission) -> accounts.IssuedToken:
        return accounts.create_token(
            self.session,
            account_id,
            name=scope.value,
            scopes=[scope.value],
            expires_at=self.now + timedelta(days=1),
            **self.how,
        )
