"""How sure an order is, in words: places that the ballots would also allow, and neighbours they do not tell apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeGuard

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.results.pages.rows import Bracket, Row, Statistics, plain_number, plain_percent
from participation.results.rules.charts import places


def with_bands(rows: Sequence[Row], statistics: Statistics | None) -> list[Row]:
    """Return the rows with their bands; as they are where no statistics are there."""
    if not has_bands(statistics):
        return list(rows)
    bands = {one["code"]: one for one in statistics["options"]}
    count = sum(row.place is not None for row in rows)
    say = stable_within if everybody_voted(statistics) else could_be
    return [_with_band(row, bands.get(row.code), count, say) for row in rows]


def _with_band(row: Row, band: Mapping[str, Any] | None, count: int, say: Callable[[int, int], str]) -> Row:
    if row.place is None or band is None or band["rank"] is None or band["score"] is None:
        return row
    low, high = band["rank"]
    return replace(
        row,
        low=Fraction(band["score"][0]),
        high=Fraction(band["score"][1]),
        could_be=say(low, high),
        places=places(low, min(high, count), count),
        at=places(row.place, row.place, count).middle,
    )


def could_be(low: int, high: int) -> str:
    """Return which places an option could have, in few words that stand under its place."""
    if low == high:
        return _("clear")
    return _("could be %(low)s to %(high)s", low=low, high=high)


def stable_within(low: int, high: int) -> str:
    """Return the same for a body where everybody voted: no other vote was possible, so it is robustness."""
    if low == high:
        return _("stable")
    return _("stable within %(low)s to %(high)s", low=low, high=high)


def everybody_voted(statistics: Statistics) -> bool:
    """Say whether everybody who could vote did, which is known of rounds with a roll."""
    return bool(statistics.get("everybody_voted"))


def brackets(rows: Sequence[Row], statistics: Statistics | None) -> list[Bracket]:
    """Return the rows with a place, in order, those that the ballots cannot tell apart together."""
    groups = [group for group in statistics["groups"] if len(group) > 1] if statistics else []
    group_of = {code: at for at, group in enumerate(groups) for code in group}
    found: list[tuple[int | None, list[Row]]] = []
    for row in rows:
        group = group_of.get(row.code)
        if found and found[-1][0] == group:
            found[-1][1].append(row)
        else:
            found.append((group, [row]))
    return [
        Bracket(_not_told_apart(len(together)) if group is not None else None, together) for group, together in found
    ]


def _not_told_apart(count: int) -> str:
    return ngettext(
        "The ballots do not place this one clearly.",
        "The ballots do not clearly tell the next %(num)s apart. Their order could also be another.",
        count,
    )


def has_bands(statistics: Statistics | None) -> TypeGuard[Statistics]:
    """Say whether bands were worked out; for small groups they are not, since they would speak about single ballots."""
    return statistics is not None and bool(statistics["options"])


def sureness_in_a_sentence(rows: Sequence[Row], statistics: Statistics | None) -> str | None:
    """Return how sure the first place is, None where that was not worked out."""
    if not has_bands(statistics):
        return None
    first = [row for row in rows if row.place == 1 and row.could_be]
    if not first:
        return None
    bands = {one["code"]: one["rank"] for one in statistics["options"]}
    worst = max(bands[row.code][1] for row in first)
    if everybody_voted(statistics):
        if worst == 1:
            return _("Everybody who could vote did. The first place does not hang on single ballots.")
        return _(
            "Everybody who could vote did. The first place hangs on few ballots: the option can fall as far as place "
            "%(place)s if some of them count twice and others not at all.",
            place=worst,
        )
    if worst == 1:
        return _("The first place is clear: it hardly ever changes when ballots are drawn anew by lot.")
    return _(
        "The first place is not certain: when ballots are drawn anew by lot, the option can fall as far as place "
        "%(place)s.",
        place=worst,
    )


def bands_explained(statistics: Statistics | None) -> tuple[str, str] | None:
    """Return what the bands are, as a question and its answer; None where there are none.

    Where everybody voted there is no sample that could have turned out otherwise: confidence is not the word for it.
    """
    if not has_bands(statistics):
        return None
    draws, level = plain_number(statistics["draws"]), plain_percent(Fraction(statistics["level"]), 0)
    if everybody_voted(statistics):
        return (
            _("What does “stable within 1 to 7” mean?"),
            _(
                "Everybody who could vote did, so no other vote was possible. The places say how much the order hangs "
                "on single ballots. For that, nearly as many ballots are drawn by lot from those that were cast, some "
                "of them twice and some not at all, and counted anew, %(draws)s times. In %(level)s of these counts "
                "the option stands within the places given. This is robustness, not uncertainty.",
                draws=draws,
                level=level,
            ),
        )
    return (
        _("What does “could be 1 to 7” mean?"),
        _(
            "Had other people of the same city voted, the order would be a little different. To see how much, nearly "
            "as many ballots are drawn by lot from those that each round received, some of them twice and some not at "
            "all, and counted anew, %(draws)s times. In %(level)s of these counts the option stands within the places "
            "given. Where everybody voted, this says how much hangs on single ballots. Options are bracketed if none "
            "of them is ahead of another one in nearly all counts; between two brackets that may still be unclear.",
            draws=draws,
            level=level,
        ),
    )
