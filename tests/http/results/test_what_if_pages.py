"""What if the weights were different: a form that is an address, refusals at the field, the interface alike."""

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from tests.http.results.conftest import City
from tests.support.pages import words

PAGE = "/processes/integration/rankings/joint/what-if"
API = "/api/v1/processes/integration/rankings/joint/what-if"


@pytest.fixture
def counted(city: City) -> City:
    city.conclude("steering", "online")
    return city


def asked(city: City, *typed: tuple[str, str]) -> Any:
    return city.browser_of().get(PAGE, query_string=MultiDict([("lang", "en"), *typed]))


def typed_into(page: Any, name: str) -> str:
    field = re.search(rf'<input\b[^>]*\bname="{name}"[^>]*>', page.text)
    assert field, name
    value = re.search(r'\bvalue="([^"]*)"', field[0])
    return value[1] if value else ""


def test_the_form_begins_with_the_declared_weights(counted: City) -> None:
    page = asked(counted)
    assert page.status_code == 200
    assert (typed_into(page, "weight-steering"), typed_into(page, "weight-online")) == ("3", "1")
    said = words(page)
    assert "The declared weights are the ones that count." in said
    assert "This is the ranking that counts." in said
    assert re.search(r"1 Measure M1 M1 declared place 1 same place 68\.8.%", said)


def test_other_weights_move_measures_up_and_down(counted: City) -> None:
    page = asked(counted, ("weight-steering", "0"), ("weight-online", "5"))
    said = words(page)
    assert "With these weights 3 options would have other places. First would be “Measure M3”." in said
    assert "This is a trial. The ranking with the declared weights is the one that counts." in said
    assert re.search(r"1 Measure M3 M3 declared place 3 ▲ 2 places up 100\.0.%", said)
    assert re.search(r"Measure M1 M1 declared place 1 ▼ 1 place down 50\.0.%", said)


def test_a_round_that_is_not_asked_about_keeps_its_weight(counted: City) -> None:
    page = asked(counted, ("weight-online", "3"))
    assert (typed_into(page, "weight-steering"), typed_into(page, "weight-online")) == ("3", "3")


def test_digits_of_other_scripts_are_digits(counted: City) -> None:
    page = asked(counted, ("weight-steering", "٦"), ("weight-online", "٢"), ("budget", "١٠٠٠"))
    assert page.status_code == 200
    assert "This is the ranking that counts." in words(page)


@pytest.mark.parametrize(
    "typed,field,message",
    [
        ([("weight-online", "-1")], "weight-online", "“-1” is not a weight"),
        ([("weight-online", "many")], "weight-online", "“many” is not a weight"),
        ([("weight-online", "1.5")], "weight-online", "“1.5” is not a weight"),
        ([("weight-online", "")], "weight-online", "“” is not a weight"),
        ([("weight-online", "9" * 400)], "weight-online", "A weight is a whole number from 0 to"),
        ([("weight-online", "1000001")], "weight-online", "A weight is a whole number from 0 to"),
        ([("weight-online", "2"), ("weight-online", "3")], "weight-online", "This is given twice."),
        ([("budget", "-5")], "budget", "An amount cannot be below zero."),
        ([("budget", "a lot")], "budget", "“a lot” is not an amount."),
        ([("budget", "9" * 15)], "budget", "This amount is too large to be meant."),
        ([("budget", "5"), ("budget", "6")], "budget", "This is given twice."),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field_and_stays_typed(
    counted: City, typed: list[tuple[str, str]], field: str, message: str
) -> None:
    page = asked(counted, *typed)
    assert page.status_code == 422
    assert typed_into(page, field) == typed[0][1]
    at_field = re.search(rf'id="{field}-error">(.*?)</p>', page.text, flags=re.DOTALL)
    assert at_field, page.text
    assert message in words(page)
    assert f'href="#{field}"' in page.text
    assert "data-sentence" not in page.text


@pytest.mark.parametrize(
    "typed,message",
    [
        ([("weight-online", "0"), ("weight-steering", "0")], "At least one round needs a weight above 0."),
        ([("weight-nowhere", "4")], "The round “nowhere” is not part of this joint ranking."),
        ([("weight", "online:4")], "The round “weight” is not part of this joint ranking."),
    ],
)
def test_what_is_about_the_whole_form_stands_on_top(counted: City, typed: list[tuple[str, str]], message: str) -> None:
    page = asked(counted, *typed)
    assert page.status_code == 422
    assert message in words(page)


def test_every_fault_is_said_at_once(counted: City) -> None:
    page = asked(counted, ("weight-online", "x"), ("weight-steering", "y"), ("budget", "z"))
    for message in ("“x” is not a weight", "“y” is not a weight", "“z” is not an amount"):
        assert message in words(page)


def test_words_of_others_are_no_markup(counted: City) -> None:
    page = asked(counted, ("weight-online", "<script>alert(1)</script>"), ("weight-<b>", "1"))
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert "<b>" not in page.text


@pytest.mark.parametrize("name, status", [("weight-online", 422), ("budget", 422), ("wieght", 422), ("lang", 200)])
def test_what_the_interface_does_not_know_is_not_answered_with_the_declared_ranking(
    counted: City, name: str, status: int
) -> None:
    assert counted.browser_of().get(API, query_string={name: "en"}).status_code == status


def test_looking_changes_nothing(counted: City) -> None:
    before = counted.browser_of().get("/api/v1/processes/integration/rankings/joint").json
    asked(counted, ("weight-online", "77"), ("budget", "100"))
    assert counted.browser_of().get("/api/v1/processes/integration/rankings/joint").json == before


def test_the_interface_gives_the_same(counted: City) -> None:
    answer = counted.browser_of().get(API, query_string=MultiDict([("weight", "steering:0"), ("weight", "online:5")]))
    assert answer.status_code == 200
    document = answer.get_json()
    assert [(one["code"], one["rank"], one["moved"]) for one in document["options"]] == [
        ("M3", 1, 2),
        ("M1", 2, -1),
        ("M2", 3, -1),
    ]
    assert document["funding"] is None
    assert [one["share"] for one in document["rounds"]] == ["0", "1"]
    assert [one["weight"] for one in document["weight_intervals"]] == [0, 5]


@pytest.mark.parametrize(
    "query,code",
    [
        ("weight=online:-1", "weight_not_a_number"),
        ("weight=online", "not_a_weight_of_a_round"),
        ("weight=nowhere:1", "round_not_weighed"),
        ("weight=online:1&weight=online:2", "given_twice"),
        ("weight=online:0&weight=steering:0", "all_weights_zero"),
        ("budget_cents=1&budget_cents=2", "given_twice"),
        ("budget_cents=-1", "invalid"),
        ("budget_cents=much", "invalid"),
    ],
)
def test_the_interface_refuses_with_a_code(counted: City, query: str, code: str) -> None:
    answer = counted.browser_of().get(f"{API}?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["code"] == code


def test_nobody_asks_before_the_result(city: City) -> None:
    assert city.browser_of().get(API).status_code == 404
