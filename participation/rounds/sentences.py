"""What pages say about a round: what is asked, who takes part, how sure it is that nobody votes twice."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.bundles.publishing import FEWEST_BALLOTS, are_short
from participation.rounds.kinds import IN_PERSON, Eligibility, KindName, Task
from participation.rounds.models import OptionRule, Round
from participation.rounds.rules import MAX_LIMIT, Obstacle, Situation
from participation.tally.kinds import BallotKind
from participation.web.rendering import end_in_words, moment_in_words


class Asks(Protocol):
    """A round, or what is planned to become one."""

    @property
    def tasks(self) -> frozenset[Task]: ...
    @property
    def voting_task(self) -> Task | None: ...
    @property
    def ballot_kind(self) -> BallotKind | None: ...
    @property
    def max_choices(self) -> int | None: ...
    @property
    def points(self) -> int | None: ...
    @property
    def max_per_option(self) -> int | None: ...
    @property
    def max_score(self) -> int | None: ...


def asked_of(round_: Asks) -> list[str]:
    """Return a sentence for each thing that a round asks, the vote first."""
    tasks = [_TASKS[task]() for task in Task if task in round_.tasks and task in _TASKS]
    return [*_vote(round_), *tasks]


def _vote(round_: Asks) -> list[str]:
    if round_.ballot_kind is None or round_.voting_task is None:
        return []
    return [_VOTES[round_.ballot_kind, round_.voting_task](round_)]


_TASKS: Final[Mapping[Task, Callable[[], str]]] = {
    Task.PROPOSE: lambda: _("Propose goals and measures."),
    Task.COMMENT: lambda: _("Comment on proposals."),
    Task.COST: lambda: _("Enter what measures cost."),
}

_VOTES: Final[Mapping[tuple[BallotKind, Task], Callable[[Asks], str]]] = {
    (BallotKind.RANKING, Task.PRIORITISE_GOALS): lambda r: ngettext(
        "Choose the goal that matters most to you.",
        "Put up to %(num)s goals in the order in which they matter to you.",
        r.max_choices or 1,
    ),
    (BallotKind.RANKING, Task.PRIORITISE_MEASURES): lambda r: ngettext(
        "Choose the measure that should come first.",
        "Put up to %(num)s measures in the order in which they should come.",
        r.max_choices or 1,
    ),
    (BallotKind.APPROVAL, Task.PRIORITISE_GOALS): lambda r: ngettext(
        "Choose the goal that matters to you.", "Choose up to %(num)s goals that matter to you.", r.max_choices or 1
    ),
    (BallotKind.APPROVAL, Task.PRIORITISE_MEASURES): lambda r: ngettext(
        "Choose the measure that should be carried out.",
        "Choose up to %(num)s measures that should be carried out.",
        r.max_choices or 1,
    ),
    (BallotKind.POINTS, Task.PRIORITISE_GOALS): lambda r: _(
        "Share %(points)s points among the goals, at most %(most)s for each.", points=r.points, most=r.max_per_option
    ),
    (BallotKind.POINTS, Task.PRIORITISE_MEASURES): lambda r: _(
        "Share %(points)s points among the measures, at most %(most)s for each.", points=r.points, most=r.max_per_option
    ),
    (BallotKind.SCORE, Task.PRIORITISE_GOALS): lambda r: _(
        "Give every goal 0 to %(most)s, or say that you have no opinion.", most=r.max_score
    ),
    (BallotKind.SCORE, Task.PRIORITISE_MEASURES): lambda r: _(
        "Give every measure 0 to %(most)s, or say that you have no opinion.", most=r.max_score
    ),
}


def who_takes_part(eligibility: Eligibility) -> str:
    """Return who takes part, in a sentence."""
    return _WHO[eligibility]()


_WHO: Final[Mapping[Eligibility, Callable[[], str]]] = {
    Eligibility.ROLL: lambda: _("The members who are named on the roll of this round."),
    Eligibility.CODES: lambda: _("Everybody who was given a card with a participation code."),
    Eligibility.OPEN: lambda: _("Everybody. You join with your e-mail address."),
    Eligibility.ORGANISATIONS: lambda: _(
        "Organisations that the city has admitted, through their delegates. Each has one ballot."
    ),
    Eligibility.DEPARTMENTS: lambda: _("The city's departments. Each has one ballot."),
}


def published_of(round_: Round, options: int) -> str:
    """Return what is published about a round's ballots, said before anybody votes; `options` is 0 while none stand."""
    ballot = {"kind": round_.ballot_kind, "k": round_.max_choices, "points": round_.points}
    if are_short(ballot, options or MAX_LIMIT):
        return _(
            "When the round is concluded, everybody can download a file and count again. If at least %(threshold)s "
            "people have voted, it holds every ballot beside its receipt, without anything that leads to a person; if "
            "fewer, only the sums over all ballots, and the ballots go to named auditors.",
            threshold=FEWEST_BALLOTS,
        )
    return _(
        "When the round is concluded, everybody can download a file with the sums over all ballots and count again "
        "from them. The ballots themselves go to named auditors only, because a ballot with so many choices could be "
        "recognised by its pattern."
    )


def weakness_of(eligibility: Eligibility, *, with_sheets: bool = False, with_provider: bool = False) -> str:
    """Return how well a round is guarded against somebody voting twice, said openly to its readers.

    `with_sheets` says that ballot sheets with codes were given out beside another way to take part, `with_provider`
    that people may sign in with an identity provider as well as with an address.
    """
    said = [_WEAKNESS[eligibility]()]
    if with_provider and eligibility is Eligibility.OPEN:
        said.append(
            _(
                "Who signs in with an account of another service has a ballot of their own, unless they have linked it "
                "with their address here."
            )
        )
    if with_sheets and eligibility is not Eligibility.CODES:
        said.append(sheets_beside_accounts())
    return " ".join(said)


def overlap_of(eligibility: Eligibility, *, forbids: bool) -> str:
    """Return whether the same person may vote in several rounds of the phase, and how far that can be known."""
    if not forbids:
        return _("Whoever belongs to several bodies of this process may vote in the round of each.")
    if eligibility in IN_PERSON:
        return _(
            "In this process a person votes in one round only of those in a phase that ask the same. People are known "
            "by their account. Who has a second address or was given a code, and who votes for an organisation or a "
            "department, is not recognised."
        )
    return _(
        "In this process a person votes in one round only of those in a phase that ask the same. Here that cannot be "
        "checked: this round does not take part in it by persons, and whoever votes here may vote in their own name in "
        "another round as well."
    )


def overlap_of_joint(*, forbids: bool, spans_phases: bool) -> str:
    """Return to readers of several rounds together how far one person may stand behind ballots in more than one."""
    if forbids and spans_phases:
        return _(
            "These rounds belong to several phases. Whoever voted in one phase could vote again in another one. Within "
            "a phase nobody voted with the same account in two of these rounds that ask the same: the program excluded "
            "it. It cannot exclude that somebody voted once with an account and once with a code, a second address, or "
            "for an organisation or a department."
        )
    if forbids:
        return _(
            "Nobody voted with the same account in two of these rounds that ask the same: the program excluded it. It "
            "cannot exclude that somebody voted once with an account and once with a code, a second address, or for an "
            "organisation or a department."
        )
    return _("Whoever belongs to several bodies could vote in the round of each. That was allowed in this process.")


def voted_elsewhere_in_words(title: str) -> str:
    """Return why somebody has no ballot here, and where theirs is."""
    return _(
        "You have voted in another round of this phase: %(round)s. In this process everybody has one ballot in all "
        "rounds of a phase that ask the same. You can change yours there until that round ends.",
        round=title,
    )


def sheets_beside_accounts() -> str:
    """Return what it means that a round which everybody joins by e-mail gave out ballot sheets as well."""
    return _(
        "Ballot sheets with codes were also given out, to people without e-mail. Nobody notes who was given which "
        "sheet, so nobody can exclude that somebody voted with a sheet and with an e-mail address."
    )


_WEAKNESS: Final[Mapping[Eligibility, Callable[[], str]]] = {
    Eligibility.ROLL: lambda: _(
        "Every person on the roll has exactly one ballot. They sign in with a link that is sent to their e-mail "
        "address, so somebody who can read another member's mail could vote in their name."
    ),
    Eligibility.CODES: lambda: _(
        "Every code has exactly one ballot. Nobody notes who was given which card, so that the vote stays secret. "
        "The program can therefore not notice if somebody was given two cards or passed theirs on."
    ),
    Eligibility.OPEN: lambda: _(
        "Every e-mail address has exactly one ballot. Somebody with several addresses can vote several times, and the "
        "city cannot see whether a participant lives in it. Please bear that in mind when you read the result."
    ),
    Eligibility.ORGANISATIONS: lambda: _(
        "Every admitted organisation has exactly one ballot, however many members it has. Its delegates share that "
        "ballot. The office checks organisations before it admits them."
    ),
    Eligibility.DEPARTMENTS: lambda: _(
        "Every department has exactly one ballot, which its representatives share. The office names them."
    ),
}


def eligibility_name(eligibility: Eligibility) -> str:
    """Return how people show that they take part, as forms name it."""
    return _ELIGIBILITY_NAMES[eligibility]()


_ELIGIBILITY_NAMES: Final[Mapping[Eligibility, Callable[[], str]]] = {
    Eligibility.ROLL: lambda: _("By a roll of named people"),
    Eligibility.CODES: lambda: _("With participation codes on cards"),
    Eligibility.OPEN: lambda: _("With any e-mail address"),
    Eligibility.ORGANISATIONS: lambda: _("As delegates of admitted organisations"),
    Eligibility.DEPARTMENTS: lambda: _("As representatives of departments"),
}


def kind_name(kind: KindName) -> str:
    """Return the name of a body, as everywhere."""
    return _KIND_NAMES[kind]()


_KIND_NAMES: Final[Mapping[KindName, Callable[[], str]]] = {
    KindName.STEERING_GROUP: lambda: _("Steering group"),
    KindName.CITIZENS: lambda: _("Residents' workshop"),
    KindName.ONLINE: lambda: _("Online participation"),
    KindName.ADMINISTRATION: lambda: _("Administration"),
    KindName.MIGRANT_FORUM: lambda: _("Migrant forum"),
}


def ballot_kind_name(kind: BallotKind) -> str:
    """Return what a kind of ballot lets people do, as forms name it."""
    return _BALLOT_KIND_NAMES[kind]()


_BALLOT_KIND_NAMES: Final[Mapping[BallotKind, Callable[[], str]]] = {
    BallotKind.RANKING: lambda: _("Put some in order"),
    BallotKind.APPROVAL: lambda: _("Choose some"),
    BallotKind.POINTS: lambda: _("Share out points"),
    BallotKind.SCORE: lambda: _("Give each a score"),
}


def put_to_the_vote(rule: OptionRule) -> str:
    """Return what a round puts to the vote."""
    return _RULES[rule]()


_RULES: Final[Mapping[OptionRule, Callable[[], str]]] = {
    OptionRule.ALL_SUBGOALS: lambda: _("All admitted sub-goals"),
    OptionRule.ALL_MEASURES: lambda: _("All admitted measures"),
    OptionRule.OPEN_MEASURES: lambda: _("All admitted measures whose costs are not covered yet"),
    OptionRule.CHOSEN: lambda: _("Proposals chosen one by one"),
}


def task_name(task: Task) -> str:
    """Return what a task is called in lists and forms."""
    return _TASK_NAMES[task]()


_TASK_NAMES: Final[Mapping[Task, Callable[[], str]]] = {
    Task.PROPOSE: lambda: _("Make proposals"),
    Task.COMMENT: lambda: _("Comment on proposals"),
    Task.PRIORITISE_GOALS: lambda: _("Prioritise goals"),
    Task.PRIORITISE_MEASURES: lambda: _("Prioritise measures"),
    Task.COST: lambda: _("Enter costs"),
}


def standing_in_words(round_: Round, situation: Situation) -> str:
    """Return where a round stands, with date, time and zone."""
    return _SITUATIONS[situation](round_)


def _opens(round_: Round) -> str:
    return moment_in_words(round_.opens_at, round_.process.time_zone)


def _suspended(round_: Round) -> str:
    return moment_in_words(round_.suspended_at, round_.process.time_zone) if round_.suspended_at else ""


def _closes(round_: Round) -> str:
    return end_in_words(round_.closes_at, round_.process.time_zone)


_SITUATIONS: Final[Mapping[Situation, Callable[[Round], str]]] = {
    Situation.PLANNED: lambda r: _("In preparation. Planned from %(moment)s.", moment=_opens(r)),
    Situation.NOT_YET: lambda r: _("Opens on %(moment)s.", moment=_opens(r)),
    Situation.RUNNING: lambda r: _("Open until %(moment)s.", moment=_closes(r)),
    Situation.SUSPENDED: lambda r: _("Suspended since %(moment)s.", moment=_suspended(r)),
    Situation.LAPSED: lambda r: _("Over since %(moment)s.", moment=_closes(r)),
    Situation.CLOSED: lambda _round: _("Closed. The result is being prepared."),
    Situation.CONCLUDED: lambda _round: _("Concluded. The result is final."),
}


def sheet_handed_in_in_words() -> str:
    """Return why whoever has the code of a received ballot sheet votes and changes nothing online."""
    return _(
        "The ballot sheet with this code was handed in. Nothing can be voted or changed online with it any more. The "
        "sheet counts as it is, unless a ballot was in the box before."
    )


def obstacle_in_words(obstacle: Obstacle) -> str:
    """Return why somebody cannot take part, and what to do about it."""
    return _OBSTACLES[obstacle]()


_OBSTACLES: Final[Mapping[Obstacle, Callable[[], str]]] = {
    Obstacle.SIGN_IN: lambda: _("To take part, please sign in: we send you a link by e-mail. You need no password."),
    Obstacle.ENTER_CODE: lambda: _("To take part, please enter the code from your card."),
    Obstacle.ACCOUNT_NEEDED: lambda: _(
        "You came with a participation code for another round. This round asks you to sign in by e-mail."
    ),
    Obstacle.CODE_NEEDED: lambda: _(
        "You are signed in with your account. This round asks for the code from your card instead."
    ),
    Obstacle.CODE_OF_OTHER_ROUND: lambda: _(
        "Your code belongs to another round. If you have a card for this one, please enter its code."
    ),
    Obstacle.CODE_REVOKED: lambda: _(
        "Your code was made invalid. Please ask the people who gave it to you for a new one."
    ),
    Obstacle.CODE_EXPIRED: lambda: _(
        "The time in which your code could be used is over. If you voted with it before, your ballot stays in the box "
        "and counts."
    ),
    Obstacle.ACCOUNT_DISABLED: lambda: _("Your account is disabled. Please write to the office."),
    Obstacle.ACCOUNT_NOT_VERIFIED: lambda: _(
        "Your e-mail address has not been confirmed yet. Please sign in once with the link that we send you."
    ),
    Obstacle.NOT_ON_ROLL: lambda: _(
        "You are not on the roll of this round. If you should be, please write to the office. "
        "You can read everything here."
    ),
    Obstacle.NO_MANDATE: lambda: _(
        "You are no delegate of an organisation in this process. Your organisation can ask the office to add you."
    ),
    Obstacle.MANDATE_AHEAD: lambda: _("Your mandate for your organisation has not begun yet."),
    Obstacle.MANDATE_OVER: lambda: _(
        "Your mandate for your organisation has ended. Your organisation can ask the office to renew it."
    ),
    Obstacle.ORGANISATION_NOT_APPROVED: lambda: _(
        "Your organisation has not been admitted yet. The office is checking it and will write to you."
    ),
    Obstacle.NO_DEPARTMENT: lambda: _(
        "You represent no department in this process. If you should, please write to the office."
    ),
    Obstacle.SEVERAL_ORGANISATIONS: lambda: _(
        "You speak for several organisations today, so nobody could tell for which one you propose, sign or vote. "
        "Please lay all mandates down but one, on the pages of the organisations, or ask the office to do it."
    ),
    Obstacle.SEVERAL_DEPARTMENTS: lambda: _(
        "You represent several departments in this process, and each of them has one ballot. Please write to the "
        "office, so that it is clear for which one you vote."
    ),
}


def class_name(participant_class: str) -> str:
    """Return the name of a class of participants as the register keeps it (queries.Participant)."""
    return _CLASSES[participant_class]()


_CLASSES: Final[Mapping[str, Callable[[], str]]] = {
    "account": lambda: _("People with an e-mail address"),
    "code": lambda: _("People with a code"),
    "department": lambda: _("Departments"),
    "generated": lambda: _("Generated, nobody voted"),
    "migrant_association": lambda: _("Migrant associations"),
    "provider": lambda: _("Providers"),
    "roll": lambda: _("Members on the roll"),
}
