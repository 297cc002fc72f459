"""How people took part, as the paper tells the council: in sentences made from the rounds' figures alone."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.documents.blocks import Block, Cell, Column, Fact, Facts, Items, Paragraph, Row, Table
from participation.papers.composing.words import Frozen, Speech, count, day, grouped_digits
from participation.results.pages.rows import counted_ballots, exact_share, three_places
from participation.results.wording import METHOD
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.sentences import kind_name
from participation.web.rendering import day_in_words

_ALIKE: Final = Decimal("0.7")
_PARTLY: Final = Decimal("0.4")
_FOR_ANYBODY: Final = frozenset({Eligibility.OPEN, Eligibility.CODES})
"""Doors through which somebody comes without being on anybody's list, and so without anybody knowing their age."""


def youth_blocks(paper: Frozen, speech: Speech) -> list[Block]:
    """Return what the rounds' data says about children and young people, and what it cannot say."""
    open_rounds = [one for one in paper["rounds"] if one["eligibility"] in _FOR_ANYBODY]
    if not paper["rounds"]:
        return []
    if not open_rounds:
        words = _(
            "From the data of the rounds: all rounds were for members, organisations or departments. Children and "
            "young people could take part only through these. No round asked for anybody's age, and none is stored."
        )
        return [Paragraph(words)]
    return [
        Paragraph(
            ngettext(
                "From the data of the rounds: %(num)s round was open to children and young people like to everybody "
                "else, without a least age.",
                "From the data of the rounds: %(num)s rounds were open to children and young people like to everybody "
                "else, without a least age.",
                len(open_rounds),
            )
        ),
        Items(tuple(_open_round(one, speech) for one in open_rounds)),
        Paragraph(
            _(
                "Nobody was asked for their age, and no age is stored. So it is known how many people took part in "
                "these rounds, but not how many of them were children or young people."
            )
        ),
    ]


def _open_round(one: Frozen, speech: Speech) -> str:
    door = _("with a participation card") if one["eligibility"] == Eligibility.CODES else _("with an e-mail address")
    facts = {
        "title": speech.text(one["title"]).words,
        "kind": kind_name(KindName(one["kind"])),
        "first": day_in_words(date.fromisoformat(one["opens_on"])),
        "last": day_in_words(date.fromisoformat(one["closes_on"])),
        "door": door,
    }
    if one["ballots"] is None:
        return _("%(title)s (%(kind)s), %(first)s to %(last)s, %(door)s", **facts)
    return _(
        "%(title)s (%(kind)s), %(first)s to %(last)s, %(door)s: %(ballots)s",
        **facts,
        ballots=counted_ballots(one["ballots"]),
    )


def participation_blocks(paper: Frozen, speech: Speech) -> list[Block]:
    """Return rounds, turnout, weights, method, agreement and the fingerprints by which everybody can count again."""
    ranking = paper["ranking"]
    bodies = len({one["kind"] for one in ranking["rounds"]})
    return [
        Paragraph(
            _(
                "%(bodies)s judged %(measures)s; %(ballots)s were counted.",
                bodies=ngettext("%(num)s body", "%(num)s bodies", bodies),
                measures=ngettext("%(num)s measure", "%(num)s measures", len(ranking["options"])),
                ballots=counted_ballots(ranking["ballots"]),
            )
        ),
        bodies_table(ranking, speech),
        *method_blocks(ranking, speech),
        rounds_table(paper, speech),
    ]


def bodies_table(ranking: Frozen, speech: Speech) -> Table:
    """Return the rounds of a ranking with their weights, ballots, and how near each is to the joint result."""
    return Table(
        _("Rounds of the joint ranking"),
        (
            Column(_("Round"), heads_row=True, width=6),
            Column(_("Body"), width=4),
            Column(_("Weight"), "share", width=3),
            Column(_("Ballots"), "number", width=3),
            Column(_("Agreement with the joint order"), width=3),
            Column(_("Root fingerprint"), width=6),
        ),
        tuple(
            Row(
                (
                    Cell(speech.text(one["title"])),
                    Cell(kind_name(KindName(one["kind"]))),
                    Cell(exact_share(Fraction(one["share"])), one["share"]),
                    count(one["ballots"]),
                    Cell(three_places(one["agreement"]["tau_b"]) if one["agreement"] else "–"),
                    Cell(grouped_digits(one["fingerprint"]) if one["fingerprint"] else _("not published yet")),
                )
            )
            for one in ranking["rounds"]
        ),
        note=_(
            "Agreement runs from -1 (the other way round) to 1 (the same order), by Kendall's tau-b. The root "
            "fingerprint names the file with which everybody can count the round again."
        ),
    )


def method_blocks(ranking: Frozen, speech: Speech) -> list[Block]:
    """Return the method in one paragraph, how far the bodies agree, who declared the weights, and the fingerprints."""
    facts = [
        Fact(_("Weights declared by"), speech.text(ranking["declared_by"])),
        Fact(_("Method"), ranking["method_version"]),
        Fact(_("Fingerprint of what was counted (SHA-256)"), grouped_digits(ranking["inputs_hash"])),
        Fact(
            _("Root fingerprint of the joint ranking"),
            grouped_digits(ranking["fingerprint"]) if ranking["fingerprint"] else _("not published yet"),
        ),
    ]
    said = [Paragraph(" ".join(sentence() for sentence in METHOD))]
    carried = Fraction(ranking["carry_over"]["share"])
    if carried:
        said.append(
            Paragraph(
                _(
                    "%(share)s of a measure's figure come from the goals that it serves, as they were judged before.",
                    share=exact_share(carried),
                )
            )
        )
    return [*said, *_together(ranking), Facts(tuple(facts))]


def _together(ranking: Frozen) -> list[Paragraph]:
    if ranking["agreement"] is None:
        return []
    value = Decimal(ranking["agreement"])
    if value >= _ALIKE:
        sentence = _("On the whole the bodies judge alike.")
    elif value >= _PARTLY:
        sentence = _("The bodies judge alike in part.")
    else:
        sentence = _("The bodies judge very differently.")
    figure = _(
        "Kendall's W over all bodies is %(figure)s (1 would be full agreement).", figure=three_places(str(value))
    )
    return [Paragraph(f"{sentence} {figure}")]


def rounds_table(paper: Frozen, speech: Speech) -> Table:
    """Return every round of the process that has begun, also those that are not part of the ranking.

    Of a paper without a plan those on which it reports.
    """
    return Table(
        _("All rounds of the process") if paper["plan"] else _("Rounds on which this paper reports"),
        (
            Column(_("Round"), heads_row=True, width=6),
            Column(_("Body"), width=4),
            Column(_("First day"), "date", width=4),
            Column(_("Last day"), "date", width=4),
            Column(_("Ballots"), "number", width=3),
            Column(_("Expected participants"), "number", width=3),
        ),
        tuple(
            Row(
                (
                    Cell(speech.text(one["title"])),
                    Cell(kind_name(KindName(one["kind"]))),
                    day(one["opens_on"]),
                    day(one["closes_on"]),
                    count(one["ballots"]),
                    count(one["expected"]),
                )
            )
            for one in paper["rounds"]
        ),
        note=_("A dash stands for rounds without a vote, and for those whose votes were not counted yet."),
    )
