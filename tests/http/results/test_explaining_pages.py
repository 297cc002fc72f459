"""Pages that explain a result: how sure, where bodies disagree, other rules, the count step by step."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from participation.core.languages import INTERFACE_TAGS
from participation.extensions import db
from participation.results.models import JointResult, JointStatistics
from tests.http.results.conftest import City
from tests.support.pages import words

JOINT = "/processes/integration/rankings/joint"
ABOUT_JOINT = [f"{JOINT}/{page}" for page in ("disagreements", "other-rules", "explanation", "what-if")]
ABOUT_ROUND = [f"/rounds/steering/result/{page}" for page in ("other-rules", "explanation")]


def drawn_by_hand(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return statistics whose every number can be told from its place."""
    options = snapshot["options"]
    order = [{"code": one["code"], "rank": one["rank"]} for one in options]
    tau = {"tau_b": "0.879", "numerator": 58, "radicand": 4356, "options": len(options)}
    return {
        "version": "bands/1",
        "method": "joint",
        "draws": 1000,
        "level": "19/20",
        "seed": None,
        "options": [
            {"code": one["code"], "rank": [max(1, at - 2), min(3, at + 2)], "score": ["0.1000", "0.9000"]}
            for at, one in enumerate(options, start=1)
        ],
        "groups": [],
        "agreement": {"kendall_w": {"w": "0.812", "numerator": 812, "denominator": 1000, "options": 3, "rounds": 2}},
        "disagreements": [
            {
                "code": one["code"],
                "spread": "1/4",
                "high": list(one["rounds"])[:1],
                "low": list(one["rounds"])[-1:],
                "rounds": {slug: {"score": score, "rank": 1, "place": "0"} for slug, score in one["rounds"].items()},
            }
            for one in options
        ],
        "condorcet": {"winner": "M1", "is_first": True},
        "rules": {"schulze": {"options": order, "tau_b": tau}},
        "leave_one_out": [{"round": one["round"], "tau_b": tau, "options": order} for one in snapshot["rounds"]],
        "weight_intervals": [],
        "holds": None,
    }


def add_statistics(city: City, **changed: Any) -> dict[str, Any]:
    """Store statistics of the joint ranking, drawn by hand around its figures, as if they had just been worked out."""

    def add(session: Any) -> dict[str, Any]:
        result = session.get(JointResult, city.ranking_id)
        document = drawn_by_hand(result.snapshot) | changed
        session.add(
            JointStatistics(
                ranking_id=city.ranking_id, version=document["version"], computed_at=city.now, document=document
            )
        )
        return document

    with city.app.app_context():
        assert db.session.get(JointStatistics, city.ranking_id) is None
        db.session.remove()
    found: dict[str, Any] = city.do(add)
    return found


def read(city: City, page: str, language: str = "en") -> str:
    answer = city.browser_of().get(page, query_string={"lang": language})
    assert answer.status_code == 200, answer.text
    return words(answer)


@pytest.mark.parametrize("page", ABOUT_JOINT + ABOUT_ROUND)
def test_before_the_conclusion_there_is_nothing_to_explain(city: City, page: str) -> None:
    city.close("steering")
    city.open("online")
    assert city.browser_of().get(page).status_code == 404


@pytest.mark.parametrize("language", INTERFACE_TAGS)
def test_every_page_answers_in_every_language_with_and_without_statistics(city: City, language: str) -> None:
    city.conclude("steering", "online")
    for page in [JOINT, *ABOUT_JOINT, *ABOUT_ROUND]:
        assert read(city, page, language)
    add_statistics(city)
    for page in [JOINT, *ABOUT_JOINT, *ABOUT_ROUND]:
        assert read(city, page, language)


def test_no_page_carries_a_style_or_a_script_of_its_own(city: City) -> None:
    city.conclude("steering", "online")
    add_statistics(city)
    for page in [JOINT, *ABOUT_JOINT, *ABOUT_ROUND]:
        text = city.browser_of().get(page).text
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son\w+=", text)


def test_the_ranking_leads_to_every_page_about_it_and_each_leads_back(city: City) -> None:
    city.conclude("steering", "online")
    ranking = city.browser_of().get(JOINT).text
    for page in ABOUT_JOINT:
        assert f'href="{page}"' in ranking
        assert f'href="{JOINT}"' in city.browser_of().get(page).text


def test_statistics_that_come_later_are_shown(city: City) -> None:
    city.conclude("steering", "online")
    assert "could be" not in read(city, JOINT)
    assert "has not been worked out yet" in read(city, f"{JOINT}/disagreements")
    assert "has not been worked out" in read(city, f"{JOINT}/other-rules")
    add_statistics(city)
    page = read(city, JOINT)
    assert re.search(r"1 could be 1 to 3 Measure M1", page)
    assert (
        "The first place is not certain: when ballots are drawn anew by lot, the option can fall as far as place 3."
        in page
    )
    assert "What does “could be 1 to 7” mean?" in page
    assert "has not been worked out" not in read(city, f"{JOINT}/disagreements")


def test_options_that_the_ballots_do_not_tell_apart_stand_in_a_bracket_that_says_so(city: City) -> None:
    city.conclude("steering", "online")
    add_statistics(city, groups=[["M1", "M2"]])
    text = city.browser_of().get(f"{JOINT}?lang=en").text
    head, *rest = re.findall(r'<tbody role="rowgroup"[^>]*>.*?</tbody>', text, flags=re.DOTALL)
    assert re.search(r'class="bracket".*<th scope="rowgroup"', head, flags=re.DOTALL)
    assert "do not clearly tell the next 2 apart" in head
    assert "Measure M1" in head
    assert "Measure M2" in head
    assert "Measure M3" in rest[0]
    assert "bracket" not in rest[0]


def test_a_place_that_does_not_move_is_called_clear(city: City) -> None:
    city.conclude("steering", "online")
    bands = [{"code": f"M{at}", "rank": [at, at], "score": ["0.1000", "0.9000"]} for at in (1, 2, 3)]
    add_statistics(city, options=bands, groups=[])
    page = read(city, JOINT)
    assert "1 clear Measure M1" in page
    assert "The first place is clear" in page


def test_statistics_without_bands_promise_none(city: City) -> None:
    """Where all rounds are small, bands would speak about single ballots and are not there."""
    city.conclude("steering", "online")
    add_statistics(city, options=[], groups=[], draws=0, method=None)
    page = read(city, JOINT)
    assert "could be" not in page
    assert "First: Measure M1" in page


def test_disagreements_show_figures_places_and_how_far_apart(city: City) -> None:
    city.conclude("steering", "online")
    found = {
        "code": "M3",
        "spread": "7/8",
        "high": ["online"],
        "low": ["steering"],
        "rounds": {
            "steering": {"score": "1/8", "rank": 3, "place": "7/8"},
            "online": {"score": "1", "rank": 1, "place": "0"},
        },
    }
    silent = {
        "code": "M2",
        "spread": "0",
        "high": ["steering"],
        "low": ["steering"],
        "rounds": {"steering": {"score": "5/8", "rank": 2, "place": "1/2"}},
    }
    add_statistics(city, disagreements=[found, silent])
    page = read(city, f"{JOINT}/disagreements")
    assert re.search(r"disagree most about “ ?Measure M3 ?”\. Highest: .*, place 1\. Lowest: .*, place 3\.", page)
    assert "M3 from place 1 to place 3" in page
    assert re.search(r"12\.5.% place 3 .* 100\.0.% place 1", page)
    assert "– not asked" in page
    assert "On the whole the bodies judge alike." in page


def test_without_a_body_says_what_would_come_out(city: City) -> None:
    city.conclude("steering", "online")
    tau = {"tau_b": "-0.333", "numerator": -1, "radicand": 9, "options": 3}
    turned = [{"code": "M3", "rank": 1}, {"code": "M1", "rank": 2}, {"code": "M2", "rank": 3}]
    same = [{"code": f"M{at}", "rank": at} for at in (1, 2, 3)]
    add_statistics(
        city,
        leave_one_out=[
            {"round": "steering", "tau_b": tau, "options": turned},
            {"round": "online", "tau_b": None, "options": same},
        ],
    )
    page = read(city, f"{JOINT}/disagreements")
    assert "3 options change their places. First would be: Measure M3" in page
    assert "Agreement with the joint ranking: -0.333." in page
    assert ".Agreement" not in page.replace("</a>", ""), "two sentences run into each other"
    assert "No option changes its place. The first place stays." in page


@pytest.mark.parametrize(
    "condorcet,sentence",
    [
        ({"winner": "M1", "is_first": True}, "Yes: Measure M1 wins against every other option, and it also"),
        (
            {"winner": "M2", "is_first": False},
            "Yes, and it does not stand first: Measure M2 wins against every other option",
        ),
        ({"winner": None, "is_first": False}, "No option wins against every other one."),
    ],
)
def test_a_condorcet_winner_that_is_not_first_is_flagged(city: City, condorcet: dict[str, Any], sentence: str) -> None:
    city.conclude("steering", "online")
    add_statistics(city, condorcet=condorcet)
    assert sentence in read(city, f"{JOINT}/other-rules")


def test_other_rules_show_places_moves_and_whether_the_best_was_found(city: City) -> None:
    city.conclude("steering", "online")
    order = [{"code": "M2", "rank": 1}, {"code": "M1", "rank": 2}, {"code": "M3", "rank": 3}]
    tau = {"tau_b": "0.333", "numerator": 1, "radicand": 9, "options": 3}
    add_statistics(
        city,
        rules={
            "kemeny": {"options": order, "tau_b": tau, "optimal": False, "unique": False, "gap": "1/2"},
            "approval": {"options": [one | {"figure": "1/3"} for one in order], "tau_b": tau},
        },
    )
    page = read(city, f"{JOINT}/other-rules")
    assert "It is not proved that no other order is better." in page
    assert re.search(r"Kemeny Of all possible orders .* 0\.333 .*Approval The share .* 0\.333", page)
    assert re.search(r"Measure M1 M1 68\.8.% 2 ▼ 1 place down 2 ▼ 1 place down 33\.3.%", page)
    assert re.search(r"Measure M2 M2 53\.1.% 1 ▲ 1 place up", page)


def test_the_explanation_counts_a_real_option_by_hand(city: City) -> None:
    """The steering group's ballots: M1 > M2 > M3 twice, M2 > M1 > M3, and one that ties all."""
    city.conclude("steering", "online")
    page = read(city, "/rounds/steering/result/explanation")
    assert "4 of 4 ballots compare it with Measure M2" in page
    assert "M1 stands above M2 2 M1 stands below M2 1 both stand level 1" in page
    assert "2 for the ballots above and half of 1 for the level ones, 2.5 in all" in page
    assert "With all 2 other options together: 6 points from 8 comparisons." in page
    assert re.search(r"6 ÷ 8 = 75\.00.%", page)


def test_the_explanation_of_a_joint_ranking_ends_at_its_figure(city: City) -> None:
    city.conclude("steering", "online")
    page = read(city, f"{JOINT}/explanation")
    assert re.search(r"What comes first\? 3 75\.00.% 225 What comes first\? 1 50\.00.% 50 Sum 4 275", page)
    assert re.search(r"275 ÷ 4 = 68\.75.%", page)
    assert "How sure is it?" not in page
    add_statistics(city)
    assert "M1 has place 1 and could have any place from 1 to 3" in read(city, f"{JOINT}/explanation")


def test_no_single_ballot_is_shown(city: City) -> None:
    city.conclude("steering", "online")
    page = read(city, "/rounds/steering/result/explanation")
    assert "receipt" not in page.lower()
    assert "How sure the places are is not shown either" in read(city, "/rounds/steering/result")


def test_a_printed_address_is_the_citys_and_not_what_a_request_says(city: City) -> None:
    """The page is kept for everybody, so nobody may put an address of theirs into it."""
    city.conclude("steering", "online")
    browser = city.browser_of()
    for page in (f"{JOINT}/explanation", "/rounds/steering/result/explanation"):
        assert "evil.example" not in browser.get(page, headers={"Host": "evil.example"}).text
        assert "http://localhost/api/v1/" in browser.get(page).text
