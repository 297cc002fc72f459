"""Words for the refusals of money and plans."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words
from participation.web.rendering import money_in_words

WORDS: Final[Mapping[str, Words]] = {
    "no_such_envelope": lambda _facts: _("There is no such envelope."),
    "envelope_code_taken": lambda f: _(
        "There is an envelope %(code)s already. Please choose another short name.", code=f["envelope"]
    ),
    "envelope_without_source": lambda _facts: _(
        "Please say who decided this money and where that can be read. Money without a source is not entered."
    ),
    "envelope_changed": lambda _facts: _(
        "Somebody has changed this envelope in the meantime. Nothing was saved. Please look at both first."
    ),
    "envelope_is_withdrawn": lambda _facts: _("This envelope was withdrawn. It does not change any more."),
    "not_a_paper_reference": lambda _facts: _(
        "The number of a paper looks like VO/2021/09701, followed by a hyphen and digits where there are several."
    ),
    "not_a_year": lambda _facts: _("Please write the year with four digits, such as 2027."),
    "year_out_of_range": lambda f: _(
        "The year must lie between %(first)s and %(last)s.", first=f["first"], last=f["last"]
    ),
    "not_a_day": lambda _facts: _("Please write the day as year, month and day, such as 2026-03-25."),
    "ends_before_it_starts": lambda _facts: _("The last year must not lie before the first one."),
    "no_such_plan": lambda _facts: _("There is no such plan, or it is not public yet."),
    "plan_slug_taken": lambda _facts: _("Another plan has this address already. Please choose another one."),
    "plan_is_settled": lambda _facts: _(
        "This plan is settled and does not change any more. A further version can be begun on its basis."
    ),
    "plan_is_a_draft": lambda _facts: _("This plan is a draft. The council can only change a plan that is settled."),
    "plan_changed": lambda f: _changed(figures=bool(f.get("figures"))),
    "plan_in_use": lambda _facts: _(
        "A council paper rests on this plan, so it stays. Please choose another plan in the paper first."
    ),
    "plan_has_successors": lambda _facts: _("Another plan is based on this one, so it stays."),
    "plan_without_money": lambda f: _(
        "No envelope grants anything from %(first)s to %(last)s. Please enter the money first, then settle the plan.",
        first=f["first"],
        last=f["last"],
    ),
    "too_many_years": lambda f: _("A plan can have at most %(most)s years.", most=f["most"]),
    "ranking_missing": lambda _facts: _("Please choose the ranking on which the plan rests."),
    "ranking_not_concluded": lambda _facts: _(
        "This ranking has no result yet, because not all of its rounds are concluded. A plan can be made once they are."
    ),
    "ranking_of_goals": lambda _facts: _("This ranking puts goals in order. A plan needs one of measures."),
    "minimum_out_of_range": lambda _facts: _("The least score must lie above 0 and not above 100 percent."),
    "not_a_share": lambda _facts: _("Please write the share as a number in percent, such as 55 or 55.5."),
    "measure_missing": lambda _facts: _("Please choose the measure about which you decide."),
    "unknown_measure_of_plan": lambda f: _("The plan knows no measure %(measure)s.", measure=f["measure"]),
    "measure_has_cover": lambda f: _(
        "The budget pays for %(measure)s already, so there is nothing to decide about it here.", measure=f["measure"]
    ),
    "measure_without_costs": lambda f: _(
        "Nobody has stated what %(measure)s costs, so no year can be found for it. Please enter its costs first.",
        measure=f["measure"],
    ),
    "measure_not_admitted_any_more": lambda f: _(
        "%(measure)s was withdrawn, merged or declined since the vote, so it cannot start.", measure=f["measure"]
    ),
    "start_year_missing": lambda _facts: _("Please say in which year it starts."),
    "start_year_outside": lambda f: _(
        "The year must be one of the plan, from %(first)s to %(last)s.", first=f["first"], last=f["last"]
    ),
    "start_year_without_start": lambda _facts: _(
        "A year belongs to a measure that starts. Please take it out, or choose that it starts."
    ),
    "decision_does_not_fit": lambda f: _(
        "There is too little money for %(measure)s: %(missing)s are missing in %(year)s. "
        "Please choose another year, or decide about another measure first.",
        measure=f["measure"],
        missing=_money(f),
        year=f.get("year", ""),
    ),
    "decisions_do_not_fit": lambda f: _(
        "Something that was decided by hand cannot be carried out any more: %(measures)s. "
        "Please decide about it again before the plan is settled.",
        measures=", ".join(str(one) for one in _list(f["measures"])),
    ),
    "no_changes": lambda _facts: _("Please name at least one measure that is to change."),
}


def _changed(*, figures: bool) -> str:
    if figures:
        return _(
            "Costs, money or decisions are not those of the page that you have read. Nothing was settled. Please read "
            "the plan as it is now first."
        )
    return _("Somebody has changed this plan in the meantime. Nothing was saved. Please look at it first.")


def _money(facts: Mapping[str, object]) -> str:
    cents, currency = facts.get("missing_cents"), facts.get("currency")
    return money_in_words(cents if isinstance(cents, int) else 0, str(currency))


def _list(fact: object) -> list[object]:
    return list(fact) if isinstance(fact, list | tuple) else []
