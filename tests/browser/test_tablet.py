"""Two people vote on one shared tablet, and the second one presses Back for as long as there is something behind."""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.support.accessibility import axe_violations
from tests.support.browsers import press

ROUND: Final = "p3-citizens"


def cards(page: Page, count: int) -> list[str]:
    """Return codes as they stand on the cards of the workshop."""
    page.goto("/demo/enter/moderator")
    press(page.get_by_role("main").get_by_role("button"))
    page.goto(f"/manage/rounds/{ROUND}/codes?lang=en")
    press(page.get_by_role("button", name="Show cards for printing"))
    return [code.inner_text() for code in page.locator(".code-card .code").all()[:count]]


def make_tablet(page: Page) -> None:
    page.goto(f"/manage/rounds/{ROUND}/tablets?lang=en")
    press(page.get_by_role("button", name="Make this browser a shared tablet"))
    page.goto("/tablet?lang=en")


def enter(page: Page, code: str) -> None:
    page.get_by_label("Code from your card").fill(code)
    press(page.get_by_role("button", name="Take part"))
    expect(page).to_have_url(f"/rounds/{ROUND}/ballot")


def vote(page: Page, *, but: str | None = None) -> tuple[str, str]:
    """Choose the first option that is not ``but`` and hand the ballot in; return its title and the receipt.

    Every voter sees the options in an order of their own, so a place names no option.
    """
    titles = page.locator("li.choice .option__title").all_inner_texts()
    title = next(title for title in titles if title != but)
    choice = page.locator("li.choice").nth(titles.index(title))
    choice.get_by_role("checkbox").check()
    press(page.get_by_role("button", name="Review"))
    press(page.get_by_role("button", name="Hand in the ballot"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is in the box")
    return title, page.locator(".receipt .code").inner_text()


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_the_next_voter_finds_nothing_of_the_one_before(open_page: OpenPage, scripts: bool) -> None:  # noqa: FBT001 - pytest passes parameters so
    page = open_page(java_script_enabled=scripts)
    # A browser refuses to go back to what a form was sent for, unless somebody confirms it. Here it is sent again.
    page.route("**/*", lambda route: route.continue_())
    first, second = cards(page, 2)
    make_tablet(page)
    enter(page, first)
    title, receipt = vote(page)
    press(page.get_by_role("button", name="Finish and clear").first)
    expect(page).to_have_url("/tablet")
    for _step in range(12):
        page.go_back(wait_until="commit")
        page.wait_for_load_state("load")
        shown = page.locator("body").inner_text() if page.url.startswith("http") else ""
        assert receipt not in shown
        assert "Your ballot is in the box" not in shown
        assert page.locator("input:checked:not([name=lang])").count() == 0
    page.goto("/tablet?lang=en")
    enter(page, second)
    expect(page.get_by_text("Until you hand in another one, it is the one that counts")).to_have_count(0)
    assert page.locator("input[name=choice]:checked").count() == 0
    _other, new_receipt = vote(page, but=title)
    assert new_receipt != receipt
    for path in ("/", "/manage", f"/manage/rounds/{ROUND}/codes", f"/citizens/{ROUND}"):
        page.goto(path)
        expect(page).to_have_url("/tablet")


def test_a_tablet_reads_well_on_a_small_screen_and_from_right_to_left(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    (code,) = cards(page, 1)
    make_tablet(page)
    page.goto("/tablet?lang=ar")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert axe_violations(page) == []
    page.goto("/tablet?lang=en")
    enter(page, code)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert axe_violations(page) == []
    expect(page.get_by_role("navigation", name="Main navigation")).to_have_count(0)


def test_a_page_that_nobody_uses_is_cleared(open_page: OpenPage) -> None:
    page = open_page()
    (code,) = cards(page, 1)
    make_tablet(page)
    page.clock.install()
    enter(page, code)
    page.locator("li.choice").first.get_by_role("checkbox").check()
    page.clock.run_for(276_000)
    expect(page.get_by_text("Are you still there?")).to_be_visible()
    expect(page.get_by_role("button", name="I need more time")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Are you still there?")).to_be_hidden()
    page.clock.run_for(306_000)
    # The clock of the server has not moved: it would forget the voter by its own (tests/http/rounds/test_tablets.py).
    expect(page).to_have_url("/tablet?fresh=1")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    expect(page.locator("li.choice")).to_have_count(0)
