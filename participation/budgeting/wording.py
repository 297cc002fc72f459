"""A plan in the reader's words: for every measure one sentence that says why it is in, later or out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.budgeting.models import Plan
from participation.budgeting.queries import CouncilDecision, CouncilOnPlans
from participation.budgeting.rules.envelopes import Mode
from participation.budgeting.rules.plans import Choice, PlanOrigin, PlanStanding
from participation.results.queries import wording_in
from participation.texts.queries import wording
from participation.web.locale import current_language
from participation.web.rendering import day_in_words, money_in_words, percent

Row = Mapping[str, Any]
"""A measure of a plan's document."""
Facts = Mapping[str, Any]
Money = Callable[[int], str]


def reason_in_words(row: Row, currency: str) -> str:
    """Return in one sentence why a measure starts, when, or why not.

    What somebody wrote about a decision made by hand is not in it: those are people's words in their own language, see
    row["by_hand"]["reason"].
    """

    def money(cents: int) -> str:
        return money_in_words(cents, currency)

    code, facts = row["reason"]["code"], row["reason"]["facts"]
    by_hand = row["by_hand"]
    if by_hand and by_hand["consultation"] and code in _BY_THE_COUNCIL:
        return _BY_THE_COUNCIL[code](facts, money)
    return REASONS[code](facts, money)


def status_in_words(row: Row) -> str:
    """Return in a word or two what becomes of a measure."""
    if row["status"] == "starts":
        return _("starts in %(year)s", year=row["start_year"])
    return _STATUSES[row["status"]]()


_STATUSES: Final[Mapping[str, Callable[[], str]]] = {
    "covered": lambda: _("paid for already"),
    "later": lambda: _("put off"),
    "out": lambda: _("does not start"),
    "apart": lambda: _("listed apart"),
}


def _starts(facts: Facts, money: Money) -> str:
    """Say when it starts and, of one that has to wait for the money, that it does."""
    figures = {
        "year": facts["start_year"],
        "cost": money(facts["cost_cents"]),
        "left": money(facts["left_cents"]),
    }
    if _waits(facts):
        return _(
            "Starts in %(year)s, the first year in which enough is left: it costs %(cost)s, and %(left)s were there.",
            **figures,
        )
    return _("Starts in %(year)s: it costs %(cost)s, and %(left)s were left for that year.", **figures)


def _starts_and_stays(facts: Facts, money: Money) -> str:
    figures = {
        "year": facts["start_year"],
        "cost": money(facts["cost_cents"]),
        "left": money(facts["left_cents"]),
        "yearly": money(facts["yearly_cents"]),
    }
    if _waits(facts):
        return _(
            "Starts in %(year)s, the first year from which enough is left: it costs %(cost)s then, %(left)s were "
            "there, and its %(yearly)s in every further year that it runs fit.",
            **figures,
        )
    return _(
        "Starts in %(year)s: it costs %(cost)s then, %(left)s were left, and its %(yearly)s in every further year that "
        "it runs fit.",
        **figures,
    )


def _no_year_fits(facts: Facts, money: Money) -> str:
    """Say what is missing with the best start; where money is carried over, that is not cost less what is left."""
    figures = {
        "year": facts["short_year"],
        "cost": money(facts["cost_cents"]),
        "left": money(facts["left_cents"]),
        "missing": money(facts["missing_cents"]),
    }
    if facts["cost_cents"] - facts["left_cents"] != facts["missing_cents"]:
        return _(
            "Does not start: even with its best start, in %(start)s, %(missing)s are missing by %(year)s, because "
            "what is carried over is spent already.",
            start=facts["start_year"],
            year=figures["year"],
            missing=figures["missing"],
        )
    if facts["start_year"] != facts["short_year"]:
        return _(
            "Does not start: even with its best start, in %(start)s, it needs %(cost)s in %(year)s and only %(left)s "
            "are left; %(missing)s are missing.",
            start=facts["start_year"],
            **figures,
        )
    return _(
        "Does not start: even in the best year, %(year)s, it needs %(cost)s and only %(left)s are left; "
        "%(missing)s are missing.",
        **figures,
    )


def _waits(facts: Facts) -> bool:
    """Say whether it starts later than it could if there were money."""
    return bool(facts["start_year"] > facts.get("first_possible", facts["start_year"]))


REASONS: Final[Mapping[str, Callable[[Facts, Money], str]]] = {
    "covered": lambda _facts, _money: _("The budget pays for it already, so it takes nothing from the envelopes."),
    "starts": _starts,
    "starts_and_stays": _starts_and_stays,
    "settled_in": lambda f, money: _(
        "Decided by hand, whatever its place: it starts in %(year)s and costs %(cost)s, of %(left)s that were left.",
        year=f["start_year"],
        cost=money(f["cost_cents"]),
        left=money(f["left_cents"]),
    ),
    "settled_later": lambda _facts, _money: _(
        "Put off by hand: it does not start within this plan and is looked at again for the time after it."
    ),
    "settled_out": lambda _facts, _money: _("Left out by hand, whatever its place."),
    "no_year_fits": _no_year_fits,
    "no_year_allowed": lambda f, _money: _(
        "Does not start within this plan: it can begin in %(from_year)s at the earliest; the plan ends with %(last)s.",
        from_year=f["from_year"],
        last=f["last_year"],
    ),
    "below_minimum": lambda f, _money: _(
        "Does not start: its score of %(score)s is below the %(minimum)s that this plan asks for.",
        score=_share(f["score"]),
        minimum=_share(f["minimum"]),
    ),
    "not_ranked": lambda _facts, _money: _("Has no place in the ranking, because too few spoke about it."),
    "not_in_the_ranking": lambda _facts, _money: _("Has no place, because it did not stand to vote in this ranking."),
    "not_costed": lambda _facts, _money: _("Nobody has stated what it costs, so no year can be found for it."),
    "not_admitted": lambda _facts, _money: _("Was withdrawn, merged or declined since the vote."),
    "by_hand_does_not_fit": lambda f, money: _(
        "Was to start in %(start)s by a decision made by hand, but %(missing)s are missing in %(year)s.",
        start=f["start_year"],
        missing=money(f["missing_cents"]),
        year=f["year"],
    ),
    "by_hand_outside_the_years": lambda f, _money: _(
        "Was to start in %(start)s by a decision made by hand, and that year is not in the plan any more.",
        start=f["start_year"],
    ),
}
"""A sentence for each code that a row's reason can have."""

_BY_THE_COUNCIL: Final[Mapping[str, Callable[[Facts, Money], str]]] = {
    "settled_in": lambda f, money: _(
        "The council decided that it starts in %(year)s; it costs %(cost)s then, of %(left)s that were left.",
        year=f["start_year"],
        cost=money(f["cost_cents"]),
        left=money(f["left_cents"]),
    ),
    "settled_out": lambda _facts, _money: _("The council decided that it does not start."),
}


def summary_in_words(document: Mapping[str, Any]) -> list[str]:
    """Return what a plan comes to, sentence by sentence: the figures that a council reads first."""
    totals, currency = document["totals"], document["currency"]

    def money(cents: int) -> str:
        return money_in_words(cents, currency)

    open_, starting, not_starting = totals["open"], totals["starting"], totals["not_starting"]
    said = [
        ngettext(
            "%(num)s measure has costs: the budget covers %(covered)s, and %(open)s is open.",
            "%(num)s measures have costs: the budget covers %(covered)s of them, and %(open)s are open.",
            totals["all"]["measures"],
            covered=totals["covered"]["measures"],
            open=open_["measures"],
        ),
        _(
            "For the open ones %(volume)s have to be found: %(once)s one time and %(annual)s in a full year.",
            volume=money(open_["volume_cents"]),
            once=money(open_["once_cents"]),
            annual=money(open_["annual_cents"]),
        ),
        ngettext(
            "From %(first)s to %(last)s the envelopes pay for %(num)s of them, which costs %(volume)s.",
            "From %(first)s to %(last)s the envelopes pay for %(num)s of them, which together cost %(volume)s.",
            starting["measures"],
            first=document["first_year"],
            last=document["last_year"],
            volume=money(starting["volume_cents"]),
        ),
        ngettext(
            "%(num)s does not start; it would cost %(volume)s.",
            "%(num)s do not start; they would cost %(volume)s.",
            not_starting["measures"],
            volume=money(not_starting["volume_cents"]),
        ),
    ]
    if totals["uncosted"]["measures"]:
        said.append(
            ngettext(
                "%(num)s more measure has no costs yet and is in no sum.",
                "%(num)s more measures have no costs yet and are in no sum.",
                totals["uncosted"]["measures"],
            )
        )
    return said


def shown_otherwise_in_words(row: Row, currency: str) -> str:
    """Return what voters saw of a measure's costs where they are others now, "" where they are the same."""
    seen = row["shown_otherwise"]
    if not seen:
        return ""
    if seen["once_cents"] is None:
        return _("When people voted, nobody had stated its costs.")
    return _(
        "When people voted, its costs were stated as %(once)s one time and %(annual)s in a full year.",
        once=money_in_words(seen["once_cents"], currency),
        annual=money_in_words(seen["annual_cents"], currency),
    )


def choice_name(choice: Choice | str) -> str:
    """Return what was decided by hand."""
    return _CHOICES[Choice(choice)]()


_CHOICES: Final[Mapping[Choice, Callable[[], str]]] = {
    Choice.STARTS: lambda: _("It starts in a year that I name"),
    Choice.LATER: lambda: _("It is put off to the time after this plan"),
    Choice.OUT: lambda: _("It is left out"),
    Choice.BY_THE_RANKING: lambda: _("Its place in the ranking decides again"),
}


def mode_name(mode: Mode | str) -> str:
    """Return how a decision about money stands to those before it."""
    return _MODES[Mode(mode)]()


_MODES: Final[Mapping[Mode, Callable[[], str]]] = {
    Mode.ADDITIVE: lambda: _("on top of what was decided before"),
    Mode.REPLACING: lambda: _("in total, instead of what was decided before"),
}


def reading_name(mode: Mode) -> str:
    """Return the reading of all decisions as a heading."""
    return _READINGS[mode]()


_READINGS: Final[Mapping[Mode, Callable[[], str]]] = {
    Mode.ADDITIVE: lambda: _("If all are on top"),
    Mode.REPLACING: lambda: _("If each is the total"),
}


def origin_name(origin: PlanOrigin | str) -> str:
    """Return whose plan it is."""
    return _ORIGINS[PlanOrigin(origin)]()


_ORIGINS: Final[Mapping[PlanOrigin, Callable[[], str]]] = {
    PlanOrigin.PLANNED: lambda: _("proposed by the administration"),
    PlanOrigin.AMENDED: lambda: _("changed by the council"),
}


def decision_in_words(decision: CouncilDecision, languages: Sequence[str]) -> str:
    """Return who adopted or rejected a plan, when, and upon which paper."""
    body = wording(decision.committee, languages).body
    return _decided(body, decision.decided_on, decision.paper, is_adopted=decision.is_adopted)


def frozen_decision_in_words(decision: Facts, languages: Sequence[str]) -> str:
    """Return the same of a decision as documents keep it."""
    body, day = wording_in(decision["committee"], languages).body, date.fromisoformat(decision["decided_on"])
    return _decided(body, day, decision["paper"], is_adopted=decision["is_adopted"])


def _decided(committee: str, decided_on: date, paper: str, *, is_adopted: bool) -> str:
    day = day_in_words(decided_on)
    if is_adopted:
        return _("Adopted by %(committee)s on %(day)s, %(paper)s.", committee=committee, day=day, paper=paper)
    return _("Rejected by %(committee)s on %(day)s, %(paper)s.", committee=committee, day=day, paper=paper)


def proposal_in_words() -> str:
    """Return what is said of a plan about which the council has not decided."""
    return _("The office's proposal; the council has not decided about it yet.")


def proposed_in_words(what: str) -> str:
    """Return that something is proposed beside what is in force: a plan by its title, or what it says of a measure."""
    return _("Proposed, not decided: %(what)s", what=what)


def standing_in_words(plan: Plan, council: CouncilOnPlans, languages: Sequence[str]) -> str:
    """Return what the council made of a plan; nothing of one that was overtaken before it decided."""
    standing, decision = council.standing_of(plan), council.decision_about(plan)
    if standing is PlanStanding.PROPOSED:
        return proposal_in_words()
    if decision is None:
        return ""
    said = decision_in_words(decision, languages)
    return f"{said} {_('Another plan is in force now.')}" if standing is PlanStanding.REPLACED else said


def freed_in_words(freed: Sequence[Facts], currency: str) -> str:
    """Return how much money a change of the council sets free in which years; nothing where it sets none free."""
    if not freed:
        return ""
    amounts = [
        _("%(amount)s in %(year)s", amount=money_in_words(one["cents"], currency), year=one["year"]) for one in freed
    ]
    said = format_list(amounts, locale=current_language().babel)
    return _("The council's change sets money free that goes to no measure: %(amounts)s.", amounts=said)


def rule_name(rule: str) -> str:
    """Return what a rule is called."""
    return _RULES[rule][0]()


def rule_in_words(rule: str, minimum: str) -> str:
    """Return what a rule does, in a sentence."""
    return _RULES[rule][1](_share(minimum))


_RULES: Final[Mapping[str, tuple[Callable[[], str], Callable[[str], str]]]] = {
    "over-years": (
        lambda: _("This plan"),
        lambda _minimum: _("Goes down the ranking and finds for each measure the first year in which the money lasts."),
    ),
    "greedy": (
        lambda: _("Down the ranking"),
        lambda _minimum: _("Takes the best place that still fits; what is too dear is passed over."),
    ),
    "greedy-no-skip": (
        lambda: _("Down the ranking, without passing over"),
        lambda _minimum: _("Ends with the first measure that does not fit, so that nothing overtakes a better place."),
    ),
    "greedy-threshold": (
        lambda: _("Down the ranking, with a least score"),
        lambda minimum: _(
            "As before, passing over what is too dear; below a score of %(minimum)s nothing is taken.", minimum=minimum
        ),
    ),
    "mes-add1": (
        lambda: _("Equal shares"),
        lambda _minimum: _(
            "Divides the money among the bodies by their weights and within each among its ballots; "
            "supporters buy measures together."
        ),
    ),
}


def _share(exact: str) -> str:
    return str(percent(Fraction(exact)).striptags())
