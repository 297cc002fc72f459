"""Readers of results: on a phone, from right to left, without scripts, with a slider, and on paper."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from participation.results.concluding import add_statistics
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.support.accessibility import axe_violations

RANKING = "/processes/integrationskonzept/rankings/joint-measures"
ROUND = "/rounds/p2-steering/result"
PAGES = {
    "ranking": RANKING,
    "disagreements": f"{RANKING}/disagreements",
    "other rules": f"{RANKING}/other-rules",
    "explanation": f"{RANKING}/explanation",
    "what if": f"{RANKING}/what-if?weight-p2-online=60&budget=250000",
    "round": ROUND,
    "round by other rules": f"{ROUND}/other-rules",
    "round explained": f"{ROUND}/explanation",
}


@pytest.fixture(autouse=True)
def statistics(app: Flask) -> None:
    """Work out what the server works out a moment after a conclusion."""
    with app.app_context():
        add_statistics()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize(
    "language, viewport",
    [
        pytest.param("ar", PHONE, id="ar-phone"),
        pytest.param("de", DESKTOP, id="de-desktop"),
        pytest.param("de", PHONE, id="de-phone", marks=pytest.mark.slow),
        pytest.param("ar", DESKTOP, id="ar-desktop", marks=pytest.mark.slow),
    ],
)
def test_a_page_keeps_nobody_out_and_is_no_wider_than_its_window(
    open_page: OpenPage, path: str, language: str, viewport: dict[str, int]
) -> None:
    page = open_page(locale=language, viewport=viewport)
    page.goto(path)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_signs_and_bands_are_seen_in_the_dark_and_with_few_colours(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme, forced_colors="active" if scheme == "light" else "none")
    for path in (PAGES["ranking"], PAGES["disagreements"]):
        page.goto(path)
        assert axe_violations(page) == []


def test_the_form_works_without_scripts(page_without_javascript: Page) -> None:
    page = page_without_javascript
    page.goto(f"{RANKING}/what-if?lang=en")
    expect(page.get_by_text("These are the declared weights.")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)
    page.locator("[name=weight-p2-online]").fill("100")
    page.locator("[name=budget]").fill("250.000")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("weight-p2-online=100"))
    expect(page.get_by_text("This is a trial.")).to_be_visible()
    expect(page.get_by_text("would be paid for").first).to_be_visible()
    expect(page.locator("[name=weight-p2-online]")).to_have_value("100")


def test_what_cannot_be_meant_is_kept_and_said(page_without_javascript: Page) -> None:
    page = page_without_javascript
    page.goto(f"{RANKING}/what-if?lang=en")
    page.locator("[name=weight-p2-online]").fill("very much")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_contain_text("“very much” is not a weight")
    expect(page.locator("[name=weight-p2-online]")).to_have_value("very much")
    expect(page.locator("[name=weight-p2-online]")).to_have_attribute("aria-invalid", "true")


def test_a_slider_answers_without_a_reload(page: Page) -> None:
    page.goto(f"{RANKING}/what-if?lang=en")
    page.evaluate("window.sameDocument = true")
    slider = page.get_by_role("slider").nth(2)
    expect(slider).to_be_visible()
    slider.fill("90")
    expect(page.get_by_text("This is a trial.")).to_be_visible()
    expect(page.locator("[name=weight-p2-online]")).to_have_value("90")
    expect(page).to_have_url(re.compile("weight-p2-online=90"))
    expect(page.locator("[data-said]")).to_contain_text("With these weights")
    assert page.evaluate("window.sameDocument")


def test_typing_something_unreadable_leaves_the_last_answer(page: Page) -> None:
    page.goto(f"{RANKING}/what-if?lang=en")
    field = page.locator("[name=weight-p2-online]")
    with page.expect_response(lambda answer: answer.status == 422):
        field.fill("-")
    expect(page.get_by_text("These are the declared weights.")).to_be_visible()
    field.fill("70")
    expect(page.get_by_text("This is a trial.")).to_be_visible()


def test_signs_stand_in_the_order_of_the_places_in_both_directions(open_page: OpenPage) -> None:
    """The first place is at the left in German and at the right in Arabic."""
    for language in ("de", "ar"):
        page = open_page(locale=language)
        page.goto(PAGES["disagreements"])
        row = page.locator(".disputes tbody tr").first
        places = [int(re.sub(r"\D", "", text)) for text in row.locator("td .place__shared").all_inner_texts()]
        kinds = ("administration", "citizens", "online", "steering_group", "migrant_forum")
        boxes = [row.locator(f".dots__mark.body--{kind}").bounding_box() for kind in kinds]
        middles = [round(box["x"] + box["width"] / 2) for box in boxes if box]
        assert len(middles) == len(places) == 5
        along = [middle if language == "de" else -middle for middle in middles]
        assert [middle for _place, middle in sorted(zip(places, along, strict=True))] == sorted(along)


def test_the_explanation_prints_without_what_is_for_the_screen(open_page: OpenPage) -> None:
    page = open_page()
    page.goto(PAGES["explanation"])
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for screen_only in (".languages", ".site-nav", ".breadcrumbs", ".site-footer", ".no-print"):
        expect(page.locator(screen_only).first).to_be_hidden()
