import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.errors import UnreadableFile
from participation.tally.formats.abif import AbifBallot, AbifFile, read_abif, write_abif
from participation.tally.formats.orders import Order
from participation.tally.formats.words import said
from participation.tally.kinds import BallotKind

HERE = "‸"

RANKED = """\
{"title": "A choice", "version": "0.1"}
{ballotcount: 9}
# a comment
=Lamp:[A lamp (old)]
=[Big Tree]:[A tree, big]   # another
=Bench: a bench
4:Lamp>[Big Tree]=Bench
3: Bench > Lamp  # and one more
2:
"""


def read(text: str) -> AbifFile:
    return read_abif(io.BytesIO(text.encode()), name="x.abif")


def levels(text: str) -> list[list[int]]:
    listed: list[list[int]] = read(text).election().profile.levels().tolist()
    return listed


def test_rankings_are_read_with_names_and_how_many_people_cast_them() -> None:
    file = read(RANKED)
    assert file.kind is BallotKind.RANKING
    assert file.metadata == {"title": "A choice", "version": "0.1", "ballotcount": 9}
    assert file.names == {"Lamp": "A lamp (old)", "Big Tree": "A tree, big", "Bench": "a bench"}
    assert [ballot.order for ballot in file.ballots] == [
        Order(4, ((0,), (1, 2))),
        Order(3, ((2,), (0,))),
        Order(2, ()),
    ]
    assert file.election().count().counts.above.tolist() == [[0, 7, 4], [0, 0, 0], [3, 3, 0]]


def test_without_declarations_the_ballots_name_the_options() -> None:
    assert read("5:[A,X]>[B,Y]>C\n3:D\n").options == ("A,X", "B,Y", "C", "D")


@pytest.mark.parametrize(
    "text,kind,expected",
    [
        ("12: Allie/5, Billy/0\n7: Billy/2\n", BallotKind.SCORE, [[5, 0], [-1, 2]]),
        ("42:A/400>B/200\n", BallotKind.SCORE, [[400, 200]]),
        ("1:A/5>B/4>C/4\n1:A/3=B/3>C/1\n", BallotKind.SCORE, [[5, 4, 4], [3, 3, 1]]),
        ("42:A/4,B/2,C\n", BallotKind.SCORE, [[4, 2]]),
        ("{max_rating: 1}\n21:A/1\n21:A/1=B/1\n3:A/0,B/1\n", BallotKind.APPROVAL, [[1, 0], [1, 1], [0, 1]]),
        ("3:A,B\n4:C\n2:\n", BallotKind.APPROVAL, [[1, 1, 0], [0, 0, 1], [0, 0, 0]]),
        ('{"ballot_type": "choose_many"}\n3:A=B\n4:C\n', BallotKind.APPROVAL, [[1, 1, 0], [0, 0, 1]]),
        ("50:A\n50:\n", BallotKind.RANKING, [[1], [0]]),
        ('{"ballot_type": "rated"}\n1:\n2:A/3\n', BallotKind.SCORE, [[-1], [3]]),
        ('9:["Big" Tree]/5>Nash/0\n', BallotKind.SCORE, [[5, 0]]),
    ],
)
def test_what_ballots_are_follows_from_how_they_are_written(
    text: str, kind: BallotKind, expected: list[list[int]]
) -> None:
    file = read(text)
    assert file.kind is kind
    if "C\n" in text and kind is BallotKind.SCORE and "," in text:
        expected = [[*row, -1] for row in expected]
    assert levels(text) == expected


@pytest.mark.parametrize(
    "text,code",
    [
        ("", "no_ballots"),
        ("# nothing\n\n", "no_ballots"),
        ("=A:[a]\n5:A>‸B\n", "unknown_option"),
        ("=A:[a]\n=‸A:[b]\n5:A\n", "id_twice"),
        ("5:A\n‸=A:[b]\n", "option_after_ballots"),
        ("5:A>B>‸A\n", "choice_twice"),
        ("5:A>‸\n", "missing_value"),
        ("5:A>>B\n", "missing_value"),
        ("5:A ‸B\n", "unexpected_text"),
        ("5:A‸;B\n", "unexpected_text"),
        ("5:A>‸[B\n", "missing_sign"),
        ("‸hello\n", "missing_sign"),
        ("‸x:A\n", "not_a_number"),
        ("‸0:A\n", "count_out_of_range"),
        ("‸" + "9" * 20 + ":A\n", "count_out_of_range"),
        ("‸5:A>B,C\n", "mixed_separators"),
        ("5:A/‸x,B/1\n", "not_a_number"),
        ("5:A/‸-1,B/1\n", "negative_number"),
        ("5:A/‸99999999999,B/1\n", "value_too_large"),
        ("‸5:A/1>B/2\n", "order_against_ratings"),
        ("‸5:A/1=B/2\n", "order_against_ratings"),
        ("5:A/1\n‸5:A>B/1\n", "rating_missing"),
        ("5:A/1\n‸5:B\n", "rating_missing"),
        ('{"ballot_type": "ranked"}\n‸5:A/1\n', "ratings_on_a_ranking"),
        ('‸{"ballot_type": "guess"}\n5:A\n', "unknown_ballot_kind"),
        ('{"ballot_type": "choose_many"}\n‸5:A>B\n', "mixed_separators"),
        ("‸{ballotcount: 6}\n5:A\n", "wrong_count"),
        ('{"a": 1}\n‸{"a": 2}\n5:A\n', "entry_twice"),
        ('‸{"a": [1]}\n5:A\n', "not_a_single_value"),
        ("‸{a}\n5:A\n", "not_metadata"),
        ("‸{" + "[" * 50_000 + "\n5:A\n", "not_metadata"),
        ("‸{a: " + "[" * 50_000 + "}\n5:A\n", "not_metadata"),
        ("  ‸5x:A\n", "not_a_number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(text.replace(HERE, ""))
    assert refusal.value.code == code
    assert said(refusal.value).startswith("x.abif:")
    if HERE in text:
        before = text[: text.index(HERE)]
        place = (refusal.value.facts["line"], refusal.value.facts["column"])
        assert place == (before.count("\n") + 1, len(before) - before.rfind("\n"))


tokens = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"'), min_size=1, max_size=6
)


@st.composite
def files(draw: st.DrawFn) -> AbifFile:
    kind = draw(st.sampled_from([BallotKind.RANKING, BallotKind.SCORE, BallotKind.APPROVAL]))
    options = tuple(draw(st.lists(tokens, min_size=1, max_size=4, unique=True)))
    said_type = {BallotKind.RANKING: "ranked", BallotKind.SCORE: "rated", BallotKind.APPROVAL: "choose_many"}[kind]
    ballots = []
    for _ in range(draw(st.integers(1, 4))):
        order = draw(st.permutations(range(len(options))))
        listed = order[: draw(st.integers(0, len(options)))]
        groups: list[list[int]] = []
        for option in listed:
            joined = kind is BallotKind.APPROVAL or (kind is BallotKind.RANKING and draw(st.booleans()))
            if groups and joined:
                groups[-1].append(option)
            else:
                groups.append([option])
        scores = tuple(draw(st.integers(0, 9)) for _ in listed) if kind is BallotKind.SCORE else None
        ballots.append(AbifBallot(Order(draw(st.integers(1, 99)), tuple(map(tuple, groups))), scores))
    names = {option: draw(tokens) for option in options}
    return AbifFile(kind, {"title": draw(tokens), "ballot_type": said_type}, options, names, tuple(ballots))


@given(files())
def test_what_was_written_is_read_as_the_same(file: AbifFile) -> None:
    written = write_abif(file)
    again = read_abif(io.BytesIO(written), name="file")
    assert again == file
    assert write_abif(again) == written
