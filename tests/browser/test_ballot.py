"""People vote in a browser: with and without scripts, on a phone, from right to left, on all four kinds of ballots."""

import re
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.support.accessibility import axe_violations
from tests.support.browsers import press

ROUNDS: Final = {
    "ranking": ("citizen", "p3-online"),
    "approval": ("code", "p3-citizens"),
    "points": ("steering", "p3-steering"),
    "score": ("department", "p3-administration"),
}
FIRST_LOAD_BYTES: Final = 120_000
RECEIPT: Final = re.compile(r"^([0-9a-hjkmnp-tv-z]{4}\s?){4}$")


def enter_ballot(page: Page, kind: str, language: str = "en") -> None:
    """Sign in as somebody who takes part in the open round of a kind, and open its ballot."""
    role, slug = ROUNDS[kind]
    page.goto(f"/demo/enter/{role}")
    press(page.get_by_role("main").get_by_role("button"))
    page.goto(f"/rounds/{slug}/ballot?lang={language}")


def rearrange(button: Locator, *, scripts: bool = True) -> None:
    """Press a button that changes the order: at once with scripts, by a new page without."""
    if scripts:
        button.click()
    else:
        press(button)


def choose(page: Page, place: int, *, scripts: bool = True) -> str:
    """Press the button of an option in the list and return the option's title."""
    option = page.locator("[data-option]").nth(place)
    title = option.locator(".option__title").inner_text()
    rearrange(option.get_by_role("button"), scripts=scripts)
    return title


def order(page: Page) -> list[str]:
    return page.locator(".slot--filled .option__title").all_inner_texts()


def reviewed(page: Page) -> Locator:
    return page.locator("main .slot")


def hand_in(page: Page) -> None:
    press(page.get_by_role("button", name="Hand in the ballot"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is in the box")
    expect(page.locator(".code")).to_have_text(RECEIPT)


def fits(page: Page) -> bool:
    page.wait_for_load_state("load")  # its text is there before its styles are
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_a_ranking_is_filled_in_reviewed_handed_in_and_changed(open_page: OpenPage, scripts: bool) -> None:  # noqa: FBT001 - pytest passes parameters so
    page = open_page(java_script_enabled=scripts)
    enter_ballot(page, "ranking")
    chosen = [choose(page, place, scripts=scripts) for place in (4, 0, 2)]
    assert order(page) == chosen
    rearrange(page.get_by_role("button", name=f"Move up {chosen[2]}"), scripts=scripts)
    rearrange(page.get_by_role("button", name=f"Remove {chosen[0]}"), scripts=scripts)
    wanted = [chosen[2], chosen[1]]
    assert order(page) == wanted
    press(page.get_by_role("button", name="Review"))
    expect(reviewed(page)).to_have_count(2)
    press(page.get_by_role("button", name="Change something"))
    assert order(page) == wanted
    press(page.get_by_role("button", name="Review"))
    hand_in(page)
    first = page.locator(".code").inner_text()
    press(page.get_by_role("link", name="Change the ballot"))
    assert order(page) == wanted
    rearrange(page.get_by_role("button", name=f"Move down {wanted[0]}"), scripts=scripts)
    press(page.get_by_role("button", name="Review"))
    hand_in(page)
    assert page.locator(".code").inner_text() != first


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_a_full_ranking_says_so_and_loses_nothing(open_page: OpenPage, scripts: bool) -> None:  # noqa: FBT001 - see above
    page = open_page(java_script_enabled=scripts)
    enter_ballot(page, "ranking")
    chosen = [choose(page, place, scripts=scripts) for place in range(5)]
    choose(page, 6, scripts=scripts)
    assert order(page) == chosen
    said = "All 5 places are taken" if scripts else "Please take 1 away"
    expect(page.get_by_text(said).first).to_be_visible()


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_search_finds_and_keeps_what_is_chosen(open_page: OpenPage, scripts: bool) -> None:  # noqa: FBT001 - see above
    page = open_page(java_script_enabled=scripts)
    enter_ballot(page, "ranking")
    chosen = [choose(page, 3, scripts=scripts)]
    page.get_by_label("Search").fill("M01")
    if not scripts:
        press(page.get_by_role("button", name="Show", exact=True))
    expect(page.locator("[data-option]:visible")).to_have_count(1)
    assert order(page) == chosen


def test_two_tabs_are_shown_both_ballots(open_page: OpenPage) -> None:
    page = open_page()
    enter_ballot(page, "ranking")
    other = page.context.new_page()
    other.goto(page.url)
    for tab, place in ((page, 0), (other, 1)):
        choose(tab, place)
        press(tab.get_by_role("button", name="Review"))
    hand_in(page)
    press(other.get_by_role("button", name="Hand in the ballot"))
    expect(other.get_by_role("heading", level=1)).to_have_text("Which ballot counts?")
    expect(other.locator("main .slot")).to_have_count(2)
    assert axe_violations(other) == []
    press(other.get_by_role("button", name="Hand in this one instead"))
    expect(other.locator(".code")).to_have_text(RECEIPT)


def test_points_beyond_what_there_is_are_shown_and_only_the_review_is_held_back(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    enter_ballot(page, "points")
    inputs = page.locator("input[name^=points-]")
    for place in range(6):
        inputs.nth(place).fill("4")
    press(page.get_by_role("button", name="Review"))
    expect(page.get_by_role("alert")).to_contain_text("You have given 24 of 20 points. Please take 4 points away.")
    assert [inputs.nth(place).input_value() for place in range(6)] == ["4"] * 6
    inputs.nth(5).fill("")
    press(page.get_by_role("button", name="Review"))
    expect(reviewed(page)).to_have_count(5)
    hand_in(page)


def test_approval_and_score_on_the_way_to_a_receipt(open_page: OpenPage) -> None:
    page = open_page()
    enter_ballot(page, "approval")
    for place in (1, 3):
        page.locator("input[name=choice]").nth(place).check()
    expect(page.locator("[data-count]")).to_have_text("2 of 6 chosen")
    press(page.get_by_role("button", name="Review"))
    expect(reviewed(page)).to_have_count(2)
    hand_in(page)
    enter_ballot(page, "score")
    for place, value in ((0, "5"), (2, "0")):
        page.locator("fieldset.scores").nth(place).locator(f"input[value='{value}']").check()
    press(page.get_by_role("button", name="Review"))
    expect(reviewed(page)).to_have_count(2)
    hand_in(page)


@pytest.mark.parametrize("kind", ROUNDS)
@pytest.mark.parametrize("language", ["de", "ar"])
def test_every_ballot_on_a_phone_keeps_nobody_out(open_page: OpenPage, kind: str, language: str) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    enter_ballot(page, kind, language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.locator("form[data-ballot]")).to_be_visible()
    assert fits(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_review_receipt_and_option_keep_nobody_out(open_page: OpenPage, language: str) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    enter_ballot(page, "ranking", language)
    choose(page, 0)
    press(page.locator(".ballot-bar button"))
    assert fits(page)
    assert axe_violations(page) == []
    press(page.locator("main form button").first)
    expect(page.locator(".code")).to_have_text(RECEIPT)
    assert fits(page)
    assert axe_violations(page) == []
    for address in ("options/M01", "receipts"):
        page.goto(f"/rounds/p3-online/{address}")
        assert fits(page)
        assert axe_violations(page) == []


def test_an_empty_ballot_is_asked_about(open_page: OpenPage) -> None:
    page = open_page()
    enter_ballot(page, "ranking")
    press(page.get_by_role("button", name="Review"))
    press(page.get_by_role("button", name="Hand in the ballot"))
    expect(page.get_by_role("alert")).to_contain_text("Your ballot is empty")
    assert axe_violations(page) == []
    page.get_by_label("I want to hand in an empty ballot.").check()
    hand_in(page)


@pytest.mark.parametrize("kind", ROUNDS)
def test_the_first_load_of_a_ballot_is_light(open_page: OpenPage, kind: str) -> None:
    """All that a browser fetches that has never been here: page, styles, scripts and fonts, as sent over the line."""
    signed_in = open_page()
    enter_ballot(signed_in, kind, "de")
    page = open_page()
    page.context.add_cookies(signed_in.context.cookies())  # type: ignore[arg-type]
    sizes: list[float] = []
    line = page.context.new_cdp_session(page)
    line.on("Network.loadingFinished", lambda loaded: sizes.append(loaded["encodedDataLength"]))
    line.send("Network.enable")
    page.goto(signed_in.url, wait_until="networkidle")
    expect(page.locator("form[data-ballot]")).to_be_visible()
    assert len(sizes) > 3
    assert sum(sizes) <= FIRST_LOAD_BYTES, sorted(sizes, reverse=True)


def test_who_does_not_take_part_is_told_what_to_do(open_page: OpenPage) -> None:
    page = open_page()
    enter_ballot(page, "ranking")
    page.goto("/rounds/p3-steering/ballot?lang=en")
    expect(page.get_by_text("You are not on the roll of this round.")).to_be_visible()
    assert axe_violations(page) == []
