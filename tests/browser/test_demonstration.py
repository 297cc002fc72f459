"""A visitor of the demonstration: on a desktop, on a phone, from right to left, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.support.accessibility import axe_violations


def test_the_start_page_says_what_is_open_and_keeps_nobody_out(page: Page) -> None:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert axe_violations(page) == []


def test_every_role_signs_in_with_one_press(page: Page) -> None:
    page.goto("/demo/enter/moderator")
    page.get_by_role("main").get_by_role("button").click()
    expect(page).not_to_have_url(re.compile("/demo/"))
    expect(page.get_by_text("Farid").first).to_be_visible()


def test_a_phone_shows_no_page_wider_than_itself(phone: Page) -> None:
    phone.goto("/")
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert axe_violations(phone) == []


def test_arabic_runs_from_right_to_left(arabic_page: Page) -> None:
    arabic_page.goto("/")
    expect(arabic_page.locator("html")).to_have_attribute("dir", "rtl")
    assert axe_violations(arabic_page) == []


def test_the_start_page_works_without_javascript(page_without_javascript: Page) -> None:
    page_without_javascript.goto("/")
    expect(page_without_javascript.get_by_role("heading", level=1)).to_be_visible()
