"""What two versions of a concept say differently, part by part and word by word."""

from typing import Any

from participation.papers.rules.concept_changes import PartKind, Verdict, changes_between, says_the_same, word_pieces
from participation.papers.rules.concept_sums import sums_of


def text(body: str) -> dict[str, Any]:
    return {"language": "de", "body": body, "translations": {}}


def goal(code: str, title: str, *sub_goals: dict[str, Any], rank: int | None = None) -> dict[str, Any]:
    priority = None if rank is None else {"rank": rank, "of": 26}
    said: dict[str, Any] = {"code": code, "title": text(title), "body": None, "priority": priority, "measures": []}
    return said | ({"sub_goals": list(sub_goals)} if "." not in code else {})


def measure(code: str, *, once: int = 0, annual: int = 0, cover: str = "open") -> dict[str, Any]:
    costing = {"once_cents": once, "annual_cents": annual, "cover": cover}
    blank = dict.fromkeys(("body", "target_group", "partners", "field", "department", "priority", "plan"))
    return {"code": code, "title": text(code), "serves": ["G1.1"], "unit": "", "costing": costing, **blank}


def concept(**parts: Any) -> dict[str, Any]:
    fields = [{"code": "F1", "title": text("Sprache"), "goals": parts.pop("goals", [])}]
    return {"principles": [], "sections": [], "fields": fields, "measures": [], **parts}


def test_parts_are_new_changed_or_gone_in_the_order_of_the_concept() -> None:
    before = concept(
        principles=[{"code": "P1", "sentence": text("Alle machen mit.")}],
        goals=[goal("G1", "Lernen", goal("G1.1", "Kurse", rank=4))],
        measures=[measure("M1")],
    )
    after = concept(
        principles=[{"code": "P2", "sentence": text("Alle erfahren es.")}],
        goals=[goal("G1", "Lernen", goal("G1.1", "Kurse", rank=3))],
        measures=[measure("M1", annual=100)],
    )
    found = changes_between(before, after)
    assert [(one.kind, one.verdict, one.code, [said.name for said in one.differences]) for one in found] == [
        (PartKind.PRINCIPLE, Verdict.NEW, "P2", []),
        (PartKind.PRINCIPLE, Verdict.GONE, "P1", []),
        (PartKind.SUB_GOAL, Verdict.CHANGED, "G1.1", ["priority"]),
        (PartKind.MEASURE, Verdict.CHANGED, "M1", ["costing"]),
    ]


def test_a_sub_goal_that_moves_to_another_goal_is_changed_and_neither_new_nor_gone() -> None:
    before = concept(goals=[goal("G1", "Lernen", goal("G1.1", "Kurse")), goal("G2", "Wohnen")])
    after = concept(goals=[goal("G1", "Lernen"), goal("G2", "Wohnen", goal("G1.1", "Kurse"))])
    [change] = changes_between(before, after)
    assert (change.code, [(one.before, one.after) for one in change.differences]) == ("G1.1", [("G1", "G2")])


def test_only_when_it_was_published_makes_no_difference() -> None:
    assert says_the_same(concept() | {"version": {"number": 1}}, concept())
    assert not says_the_same(concept(measures=[measure("M1")]), concept())


def test_words_that_came_and_went_stand_in_one_row_with_those_that_stayed() -> None:
    pieces = word_pieces("Alle machen mit.", "Alle lernen mit.")
    assert [(one.words, one.verdict) for one in pieces] == [
        ("Alle ", None),
        ("machen", Verdict.GONE),
        ("lernen", Verdict.NEW),
        (" mit.", None),
    ]


def test_every_piece_of_both_wordings_is_kept() -> None:
    before, after = "مشاركة الجميع\n\nفي المدينة", "مشاركة كل الناس\nفي المدينة!"
    pieces = word_pieces(before, after)
    assert "".join(one.words for one in pieces if one.verdict is not Verdict.NEW) == before
    assert "".join(one.words for one in pieces if one.verdict is not Verdict.GONE) == after


def test_very_long_wordings_stand_side_by_side() -> None:
    long = "wort " * 3_000
    assert [one.verdict for one in word_pieces(long, long + "ende")] == [Verdict.GONE, Verdict.NEW]


def test_sums_say_apart_what_is_covered_what_is_open_and_what_nobody_stated() -> None:
    unstated = measure("M3") | {"costing": None}
    sums = sums_of([measure("M1", once=5, annual=10), measure("M2", annual=7, cover="covered"), unstated])
    assert (sums["measures"], sums["without_costs"]) == (3, 1)
    assert sums["open"] == {"measures": 1, "once_cents": 5, "annual_cents": 10, "volume_cents": 15}
    assert sums["covered"] == {"measures": 1, "once_cents": 0, "annual_cents": 7, "volume_cents": 7}
    assert sums["stated"]["volume_cents"] == 22
