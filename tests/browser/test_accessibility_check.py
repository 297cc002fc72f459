"""The check that guards the pages finds what it is there to find."""

from playwright.sync_api import Browser

from tests.support.accessibility import axe_violations

SOUND = """<!doctype html><html lang="de"><head><title>Runde</title></head><body><main><h1>Runde</h1>
<form><label for="name">Name</label><input id="name"></form></main></body></html>"""
UNSOUND = """<!doctype html><html><head><title></title></head><body>
<p style="color:#ccc;background:#fff">Kaum zu lesen</p><input><img src="data:,"></body></html>"""


def test_a_sound_page_has_no_violations(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(SOUND)
    assert axe_violations(page) == []
    page.close()


def test_a_page_that_keeps_people_out_is_reported_place_by_place(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(UNSOUND)
    found = {line.split(" ")[0] for line in axe_violations(page)}
    assert {"color-contrast", "document-title", "html-has-lang", "image-alt", "label"} <= found
    page.close()
