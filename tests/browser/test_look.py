"""The parts that all pages share, on pages of their own; a ballot is the same with and without scripts."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Page, expect
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)

from participation.app import create_app
from participation.config import Settings
from participation.rounds.kinds import KindName
from participation.texts.models import Origin
from participation.texts.queries import Wording
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.support.accessibility import axe_violations
from tests.support.browsers import press

PAGES: Final = ("parts", "ranking", "approval", "points", "score", "review")
MOMENT: Final = datetime(2026, 12, 11, 17, 0, tzinfo=UTC)


def offered(*labels: str) -> Any:
    """Return choices as WTForms wants them; the stubs know only the shape that it gives up."""
    return list(labels)


class Everything(FlaskForm):
    """A form with every kind of field, two of them filled in wrongly."""

    title = StringField("Title", [validators.InputRequired("Please give it a title.")], description="One sentence.")
    text = TextAreaField("Text")
    language = SelectField("Language", choices=offered("Deutsch", "العربية"))
    kind = RadioField("Kind", [validators.InputRequired("Please choose.")], choices=offered("Goal", "Measure"))
    goals = SelectMultipleField(
        "Goals",
        choices=offered("Learn German", "Advice"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    cost = IntegerField("Cost a year", [validators.Optional()])
    day = DateField("Day", [validators.Optional()])
    read = BooleanField("I have read this.")


def words(german: str, arabic: str) -> Wording:
    return (
        Wording(arabic, "ar", Origin.MACHINE, "de", is_stale=False)
        if request.args.get("lang") == "ar"
        else Wording(german, "de", Origin.AUTHOR, "de", is_stale=False)
    )


def option(code: str, german: str, arabic: str, field: str) -> SimpleNamespace:
    return SimpleNamespace(
        code=code, title=words(german, arabic), field=field, field_code=field, cost=2800000, href="#", summary=None
    )


def row(place: int, share: Fraction, *, shared: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        place=place,
        shared=shared,
        code=f"M{place:02}",
        href="#",
        title=words("Deutschkurse mit Kinderbetreuung in drei Stadtteilen", "دورات ألمانية مع رعاية للأطفال"),
        meta=None,
        share=share,
        shown="78,2",
        low=share - Fraction(1, 50),
        high=share + Fraction(1, 50),
        parts=[(share, "80"), (None, None), (share / 2, "40"), (share, "80"), (Fraction(1), "100")],
        cost=2800000,
        covered=shared,
    )


def show(name: str) -> ResponseReturnValue:
    """Show one page; what a ballot sends is sent back, to be looked at."""
    if request.method == "POST":
        return jsonify({key: request.form.getlist(key) for key in request.form if key != "csrf_token"})
    form = Everything(formdata=None, meta={"csrf": False})
    form.validate()
    options = [
        option("M01", "Deutschkurse mit Kinderbetreuung in drei Stadtteilen", "دورات ألمانية مع رعاية للأطفال", "F1"),
        option("M03", "Kursfinder „Deutsch lernen in unserer Stadt“", "دليل الدورات", "F1"),
        option("M07", "Übersetzungsbudget für zentrale Formulare und Beiblätter", "ميزانية لترجمة الاستمارات", "F1"),
        option("M20", "Ausbildungsmesse mit mehrsprachigen Guides", "معرض التدريب المهني", "F2"),
        option("M22", "Gründungswerkstatt", "ورشة تأسيس الأعمال", "F2"),
    ]
    return render_template(
        "parts.html" if name == "parts" else "ballot.html",
        kind=name,
        kinds=list(KindName),
        form=form,
        options=options,
        word=words("Integrationskonzept Lindenhafen", "خطة الاندماج في ليندنهافن"),
        moment=MOMENT,
        rows=[row(1, Fraction(4, 5)), row(2, Fraction(3, 5), shared=True), row(2, Fraction(3, 5), shared=True)],
        href_for="#page-{}".format,
        navigation=[
            SimpleNamespace(href="#", label="Participate", current=True),
            SimpleNamespace(href="#", label="Proposals", current=False),
        ],
        footer_links=[SimpleNamespace(href="#", label="Imprint")],
    )


@pytest.fixture
def settings() -> Settings:
    """Return settings without a database: these pages ask for none."""
    return Settings.for_tests(default_language="de")


@pytest.fixture
def app(settings: Settings) -> Flask:
    """Return an application with the pages of this folder."""
    app = create_app(settings)
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(Path(__file__).parent / "look")])  # type: ignore[list-item]
    app.add_url_rule("/look/<name>", "look", show, methods=["GET", "POST"])
    return app


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_page_keeps_nobody_out(open_page: OpenPage, name: str, language: str, viewport: dict[str, int]) -> None:
    page = open_page(viewport=viewport)
    page.goto(f"/look/{name}?lang={language}")
    assert axe_violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_by_day_and_by_night(open_page: OpenPage, name: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(f"/look/{name}")
    assert axe_violations(page) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["de", "ar"])
def test_nothing_sticks_out_of_the_narrowest_phone(open_page: OpenPage, name: str, language: str) -> None:
    """WCAG 1.4.10: 320 pixels, which is also a desktop at 400 percent."""
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(f"/look/{name}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", PAGES)
def test_what_is_pressed_is_large_enough_for_a_thumb(open_page: OpenPage, name: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"/look/{name}")
    boxes = "input:not([type=hidden], [type=radio], [type=checkbox])"
    sizes = page.eval_on_selector_all(
        f"button:not(.kern-sr-only), .kern-btn, summary, nav a, select, {boxes}",
        """found => found.filter(e => e.checkVisibility())
            .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])""",
    )
    assert [size for size in sizes if size[1] < 44] == []


def sent(page: Page) -> dict[str, list[str]]:
    """Press the button at the bottom and return what the server got."""
    press(page.get_by_role("button", name="Review"))
    found: dict[str, list[str]] = page.evaluate("JSON.parse(document.body.innerText)")
    return found


def test_an_order_made_with_scripts_is_sent_as_the_plain_form_sends_it(page: Page) -> None:
    page.goto("/look/ranking?lang=en")
    page.locator("[value='add:M20']").click()
    page.locator("[value='up:M20']").click()
    page.locator("[value='remove:M07']").click()
    page.locator("[value='down:M20']").click()
    page.locator("[value='add:M01']").click()
    assert sent(page) == {
        "revision": ["3"],
        "order": ["M03", "M20", "M01"],
        "q": [""],
        "field": [""],
        "action": ["review"],
    }


def test_without_scripts_every_step_is_a_form_that_is_sent(page_without_javascript: Page) -> None:
    page = page_without_javascript
    page.goto("/look/ranking?lang=en")
    press(page.locator("[value='add:M20']"))
    assert '"action":["add:M20"]' in page.content().replace("&quot;", '"').replace(" ", "").replace("\n", "")
    page.goto("/look/ranking?lang=en")
    page.get_by_label("Search").fill("kurs")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    answer = page.content().replace(" ", "").replace("\n", "")
    assert '"action":["filter"]' in answer
    assert '"order":["M07","M03"]' in answer


def test_the_order_tells_where_things_went_and_keeps_the_focus(page: Page) -> None:
    page.goto("/look/ranking?lang=en")
    page.locator("[value='down:M07']").click()
    expect(page.locator("[data-word]")).to_have_text("Now on place 2")
    expect(page.locator("[value='up:M07']")).to_be_focused()  # down is not possible any more
    page.locator("[value='remove:M03']").click()
    expect(page.locator("[data-count]")).to_have_text("1 of 4 chosen")
    expect(page.locator("[value='remove:M07']")).to_be_focused()


def test_a_full_order_explains_itself_and_takes_no_more(page: Page) -> None:
    page.goto("/look/ranking?lang=en")
    for code in ("M01", "M20", "M22"):
        page.locator(f"[value='add:{code}']").click()
    expect(page.locator("[data-word]")).to_have_text("All 4 places are taken. Remove one to choose another.")
    assert sent(page)["order"] == ["M07", "M03", "M01", "M20"]


def test_searching_hides_and_forgets_accents(page: Page) -> None:
    page.goto("/look/ranking?lang=en")
    page.get_by_label("Search").fill("UBERSETZUNGS")
    expect(page.locator("[data-option]:visible")).to_have_count(1)
    page.get_by_label("Search").fill("nothing like this")
    expect(page.locator("[data-nothing]")).to_be_visible()
    page.get_by_label("Search").fill("")
    page.get_by_label("Field").select_option("F2")
    expect(page.locator("[data-option]:visible")).to_have_count(2)


def test_an_order_can_be_dragged(page: Page) -> None:
    page.goto("/look/ranking?lang=en")
    expect(page.locator("form.has-drag")).to_be_visible()
    page.locator("[data-code=M03] .place").drag_to(page.locator("[data-code=M07]"), target_position={"x": 30, "y": 4})
    assert sent(page)["order"] == ["M03", "M07"]


def test_leaving_an_unfinished_ballot_is_asked_about(page: Page) -> None:
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    page.goto("/look/ranking?lang=en")
    press(page.get_by_role("link", name="English"))
    assert asked == []
    page.locator("[value='down:M07']").click()
    page.get_by_role("link", name="Deutsch").click()
    page.wait_for_url("**lang=de")
    assert asked == ["beforeunload"]


def test_reviewing_a_ballot_asks_nothing(page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.type))
    page.goto("/look/ranking?lang=en")
    page.locator("[value='down:M07']").click()
    assert sent(page)["order"] == ["M03", "M07"]


def test_points_count_along_and_say_when_there_are_too_many(page: Page) -> None:
    page.goto("/look/points?lang=en")
    count = page.locator("[data-count]")
    expect(count).to_have_text("4 of 10 points left")
    page.get_by_role("button", name="One point more Kursfinder").click()
    expect(count).to_have_text("3 of 10 points left")
    page.locator("#points-M01").fill("5")
    expect(count).to_have_text("Too many points: 2")
    assert sent(page)["points-M01"] == ["5"]


def test_approving_and_scoring_count_along(page: Page) -> None:
    page.goto("/look/approval?lang=en")
    page.get_by_label("Gründungswerkstatt").check()
    expect(page.locator("[data-count]")).to_have_text("2 of 2 chosen")
    page.get_by_label("Kursfinder").check()
    expect(page.locator("[data-count]")).to_have_text("Too many: 1")
    page.goto("/look/score?lang=en")
    page.locator("[name=score-M01][value='3']").check()
    expect(page.locator("[data-count]")).to_have_text("2 of 5 rated")
    answer = sent(page)
    assert (answer["score-M01"], answer["score-M07"], answer["score-M20"]) == (["3"], ["4"], [""])


def test_the_ballot_page_is_light_enough_for_a_slow_phone(page: Page) -> None:
    """HTML, sheets, scripts and fonts of a first visit, as the server compresses them: at most 120 kB."""
    sizes: list[int] = []
    page.on("requestfinished", lambda made: sizes.append(made.sizes()["responseBodySize"]))
    page.goto("/look/ranking?lang=tr")
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 7
    assert sum(sizes) <= 120_000
