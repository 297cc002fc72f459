import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.ballots import Profile
from participation.tally.declarations import RoundDeclaration
from participation.tally.errors import UnreadableFile
from participation.tally.formats.ballot_table import read_table, round_name, write_table
from participation.tally.formats.elections import Election
from participation.tally.formats.registry import FORMATS, Reading
from participation.tally.formats.words import said
from participation.tally.kinds import BallotKind
from tests.unit.tally.elections import elections

HERE = "‸"

TABLE = """\
body,round,kind,ballot,M1,"M2, old",M3
online,measures,approval,1,1,0,1
online,measures,approval,2,,,
steering,measures,ranking,1,2,,1
steering,measures,ranking,2,1,2,1
steering,goals,score,1,5,0,-
forum,measures,points,1,3,0,
"""


def read(text: str) -> dict[str, Election]:
    return read_table(io.BytesIO(text.encode()), name="x.csv")


def test_each_body_and_round_is_counted_by_itself() -> None:
    rounds = read(TABLE)
    assert {name: one.profile.levels().tolist() for name, one in rounds.items()} == {
        "online/measures": [[1, 0, 1], [0, 0, 0]],
        "steering/measures": [[1, 0, 2], [2, 1, 2]],
        "steering/goals": [[5, 0]],
        "forum/measures": [[3, 0, 0]],
    }
    assert rounds["steering/goals"].declaration == RoundDeclaration(
        "steering/goals", BallotKind.SCORE, ("M1", "M2, old")
    )


@pytest.mark.parametrize("sign", [";", "\t"])
def test_the_first_line_says_what_separates(sign: str) -> None:
    plain = TABLE.replace('"M2, old"', "M2")
    assert list(read(plain.replace(",", sign))) == list(read(plain))


@pytest.mark.parametrize(
    "old,new,code",
    [
        ("body,round", "‸voter,round", "missing_column"),
        ("body,round", "body,‸turn", "missing_column"),
        ('body,round,kind,ballot,M1,"M2, old",M3', "body,round,kind,‸ballot", "no_options"),
        ("M3", "‸M1", "column_twice"),
        ("M3", "‸", "missing_value"),
        ("steering,goals,score,1,5,0,-", "steering,goals,score,1,5,‸0", "wrong_number_of_cells"),
        ("steering,goals,score,1,5,0,-", "steering,goals,score,1,5,0,-,‸1", "wrong_number_of_cells"),
        ("online,measures,approval,2", "online,measures,‸ranking,2", "kind_differs"),
        ("online,measures,approval,2", "online,measures,‸guess,2", "unknown_ballot_kind"),
        ("online,measures,approval,2", "online,measures,approval,‸1", "id_twice"),
        ("online,measures,approval,2", "‸,measures,approval,2", "missing_value"),
        ("online,measures,approval,2", "online,measures,approval,‸two", "not_a_number"),
        ("approval,2,,,", "approval,2,,,‸-", "shown_differs"),
        ("approval,1,1,", "approval,1,‸2,", "value_out_of_range"),
        ("ranking,1,2,", "ranking,1,‸0,", "value_out_of_range"),
        ("points,1,3,", "points,1,‸-3,", "negative_number"),
        ("points,1,3,", "points,1,‸NaN,", "not_a_number"),
        ("points,1,3,", "points,1,‸99999999999,", "value_out_of_range"),
        ("points,1,3,0,", 'points,1,3,0,"‸', "unclosed_quotation_mark"),
        (TABLE, "", "missing_column_names"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(old: str, new: str, code: str) -> None:
    assert old in TABLE
    changed = TABLE.replace(old, new, 1)
    with pytest.raises(UnreadableFile) as refusal:
        read(changed.replace(HERE, ""))
    assert refusal.value.code == code
    assert said(refusal.value).startswith("x.csv:")
    if HERE in changed:
        before = changed[: changed.index(HERE)]
        place = (refusal.value.facts["line"], refusal.value.facts["column"])
        assert place == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_two_rounds_of_the_same_full_name_are_refused() -> None:
    """The second would take the place of the first, ballots and all."""
    table = "body,round,kind,ballot,M1\na/b,c,approval,1,1\na,b/c,approval,1,0\n"
    with pytest.raises(UnreadableFile) as refusal:
        read(table)
    assert said(refusal.value) == "x.csv:3:1: round 'a/b/c' stands here a second time"


def test_rounds_of_many_options_are_refused_before_they_are_counted() -> None:
    codes = ",".join(f"M{place}" for place in range(2_000))
    rows = "".join(f"online,{round_},approval,1{',' * 2_000}\n" for round_ in range(5))
    table = f"body,round,kind,ballot,{codes}\n{rows}".encode()
    with pytest.raises(UnreadableFile) as refusal:
        FORMATS["csv"].count(io.BytesIO(table), Reading("x.csv"))
    assert (refusal.value.code, refusal.value.facts["file"]) == ("too_many_pairs_to_count", "x.csv")


@given(st.dictionaries(st.tuples(st.sampled_from("xyz"), st.sampled_from("ab")), elections(least=1), max_size=3))
def test_what_was_written_is_read_as_the_same(drawn: dict[tuple[str, str], object]) -> None:
    if not drawn:
        return
    rounds = {
        key: Election(RoundDeclaration("r", one.kind, one.shown), Profile.of(one.kind, one.shown, one.contents))  # type: ignore[attr-defined]
        for key, one in drawn.items()
    }
    written = write_table(rounds)
    again = read_table(io.BytesIO(written), name="x.csv")
    for key, one in rounds.items():
        other = again[round_name(*key)]
        order = [other.declaration.options.index(option) for option in one.declaration.options]
        assert np.array_equal(other.profile.levels()[:, order], one.profile.levels())
    assert write_table({key: again[round_name(*key)] for key in rounds}) == written
