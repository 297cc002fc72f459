"""The money of a paper: what has to be found, what is granted year by year, and which measure starts when."""

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.budgeting.wording import reason_in_words
from participation.documents.blocks import EMPTY, Block, Cell, Column, Paragraph, Row, Table
from participation.papers.composing.words import Frozen, Speech, count, year
from participation.results.pages.rows import plain_number


def finance_blocks(plan: Frozen, speech: Speech) -> tuple[Block, ...]:
    """Return what a plan costs and who pays for it: sentences first, then the tables."""
    return (
        *(Paragraph(sentence) for sentence in finance_sentences(plan, speech)),
        totals_table(plan, speech),
        years_table(plan, speech),
        *((envelopes_table(plan, speech),) if plan["envelopes"] else ()),
    )


def finance_sentences(plan: Frozen, speech: Speech) -> list[str]:
    """Return the figures that a council asks for first; every one is read from the plan."""
    every, covered, uncovered = (plan["totals"][name] for name in ("all", "covered", "open"))
    starting = plan["totals"]["starting"]
    said = [
        _(
            "Of %(measures)s, %(covered)s have cover in the budget and %(open)s have none.",
            measures=ngettext(
                "%(shown)s measure", "%(shown)s measures", every["measures"], shown=plain_number(every["measures"])
            ),
            covered=plain_number(covered["measures"]),
            open=plain_number(uncovered["measures"]),
        ),
        _(
            "%(volume)s are to be found for those without cover: %(once)s once and %(annual)s for one full year.",
            volume=speech.amount(uncovered["volume_cents"]),
            once=speech.amount(uncovered["once_cents"]),
            annual=speech.amount(uncovered["annual_cents"]),
        ),
        _(
            "With the money granted, %(starting)s of those without cover start between %(first)s and %(last)s.",
            starting=plain_number(starting["measures"]),
            first=plan["first_year"],
            last=plan["last_year"],
        ),
    ]
    uncosted = plan["totals"]["uncosted"]["measures"]
    if uncosted:
        said.append(
            ngettext(
                "Nobody has stated the costs of %(num)s measure yet; it is not in these sums.",
                "Nobody has stated the costs of %(num)s measures yet; they are not in these sums.",
                uncosted,
            )
        )
    return said


def totals_table(plan: Frozen, speech: Speech) -> Table:
    """Return the sums of all measures, those with cover and those without, each saying what it sums."""
    rows = [
        (_("All measures with costs"), plan["totals"]["all"]),
        (_("with cover in the budget"), plan["totals"]["covered"]),
        (_("without cover"), plan["totals"]["open"]),
        (_("of these, paid for by the envelopes"), plan["totals"]["starting"]),
        (_("of these, not paid for"), plan["totals"]["not_starting"]),
    ]
    return Table(
        _("What the measures cost"),
        (
            Column(_("Item"), heads_row=True, width=5),
            Column(_("Measures"), "number", width=3),
            Column(_("Once"), "money", width=3),
            Column(_("One full year"), "money", width=3),
            Column(_("Volume"), "money", width=3),
        ),
        tuple(
            Row(
                (
                    Cell(label),
                    count(sums["measures"]),
                    speech.money(sums["once_cents"]),
                    speech.money(sums["annual_cents"]),
                    speech.money(sums["volume_cents"]),
                )
            )
            for label, sums in rows
        ),
        note=_("The volume is what is paid once, plus the running costs of one full year."),
    )


def years_table(plan: Frozen, speech: Speech) -> Table:
    """Return the money of each year."""
    return Table(
        _("Money by year"),
        (
            Column(_("Year"), "number", heads_row=True, width=2),
            Column(_("Granted"), "money", width=3),
            Column(_("Carried over from the year before"), "money", width=3),
            Column(_("Spent"), "money", width=3),
            Column(_("Carried over to the next year"), "money", width=3),
            Column(_("Lapsed"), "money", width=3),
            Column(_("Measures that start"), "number", width=2),
        ),
        tuple(
            Row(
                (
                    year(one["year"]),
                    speech.money(one["granted_cents"]),
                    speech.money(one["carried_in_cents"]),
                    speech.money(one["spent_cents"]),
                    speech.money(one["carried_out_cents"]),
                    speech.money(one["lapsed_cents"]),
                    count(len(one["starting"])),
                )
            )
            for one in plan["by_year"]
        ),
    )


def envelopes_table(plan: Frozen, speech: Speech) -> Table:
    """Return who granted which money."""
    return Table(
        _("Who granted the money"),
        (
            Column(_("Envelope"), heads_row=True, width=4),
            Column(_("A year"), "money", width=2),
            Column(_("Years"), width=2),
            Column(_("Decided by"), width=5),
        ),
        tuple(
            Row(
                (
                    Cell(speech.text(one["title"])),
                    speech.money(one["cents"]),
                    Cell(_years(one["first_year"], one["last_year"])),
                    Cell(speech.text(one["source"])),
                )
            )
            for one in plan["envelopes"]
        ),
    )


def plan_table(plan: Frozen, speech: Speech) -> Table:
    """Return every measure with its year, and in a sentence why it is in, later or out.

    Where something was decided by hand, a column gives the words in which that was explained.
    """
    by_hand = any(row["by_hand"] for row in plan["measures"])
    return Table(
        _("Which measure starts when"),
        (
            Column(_("Place"), "number", width=1),
            Column(_("Code"), width=2),
            Column(_("Measure"), heads_row=True, width=6),
            Column(_("Volume"), "money", width=3),
            Column(_("Starts in"), "number", width=2),
            Column(_("Why"), width=7),
            *((Column(_("Decided by hand"), width=4),) if by_hand else ()),
        ),
        tuple(
            Row(
                (
                    count(row["rank"]),
                    Cell(row["code"]),
                    Cell(speech.text(row["title"])),
                    speech.money(row["costing"]["volume_cents"]) if row["costing"] else EMPTY,
                    year(row["start_year"]),
                    Cell(reason_in_words(row, plan["currency"])),
                    *((Cell(speech.text(row["by_hand"]["reason"])) if row["by_hand"] else EMPTY,) if by_hand else ()),
                )
            )
            for row in plan["measures"]
        ),
    )


def _years(first: int, last: int | None) -> str:
    if last is None:
        return _("from %(first)s on", first=first)
    return str(first) if first == last else _("%(first)s to %(last)s", first=first, last=last)
