"""Costs and comments as people meet them, and who may do what before, during and after the round."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.comments.models import Comment
from participation.costings.models import Costing
from tests.support.scenes import PROCESS, Scene

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
COSTS = {
    "once": "2.500,00",
    "annual": "28 000",
    "low": "",
    "high": "",
    "quality": "calculated",
    "cover": "open",
    "language": "de",
    "note": "Zwei Kursgruppen.",
    "based_on": "0",
}
MEASURE = f"{PROCESS}/proposals/M01"


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = Scene(app)
    made.do(lambda session: made.town_now(session).recorded("M01", "Deutschkurse", department="D4"))
    made.do(lambda session: made.town_now(session).recorded("M02", "Beratung"))
    return made


def cost(client: FlaskClient, code: str = "M01", **changes: str) -> TestResponse:
    return client.post(f"{PROCESS}/proposals/{code}/costs", data=COSTS | changes, query_string={"lang": "en"})


def costings(scene: Scene) -> list[tuple[int, int, int]]:
    rows = scene.read(
        lambda session: session.execute(
            select(Costing.revision, Costing.once_cents, Costing.annual_cents).order_by(Costing.revision)
        ).all()
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_a_department_finds_its_measures_and_states_what_they_cost(scene: Scene) -> None:
    door = scene.jens.get("/administration/kosten", query_string={"lang": "en"}).text
    assert "Enter the costs of M01" in door
    assert "The costs of 1 measure are still missing." in door
    form = scene.jens.get(f"{MEASURE}/costs", query_string={"round": "kosten"})
    assert form.status_code == 200
    answer = cost(scene.jens, round="kosten")
    assert (answer.status_code, answer.location) == (303, "/rounds/kosten")
    assert costings(scene) == [(1, 250_000, 2_800_000)]
    page = scene.visitor.get(MEASURE, query_string={"lang": "en"}).text
    assert "€2,500 one time and " in page.replace("<bdi>", "").replace("</bdi>", "")
    assert "Zwei Kursgruppen." in page
    assert "€30,500" in scene.jens.get("/administration/kosten", query_string={"lang": "en"}).text


def test_adding_up_saves_nothing_and_says_what_is_added(scene: Scene) -> None:
    answer = cost(scene.jens, then="sum")
    assert answer.status_code == 200
    text = answer.text.replace("<bdi>", "").replace("</bdi>", "")
    assert "One-off cost €2,500 and one full year of running cost €28,000 are together:" in text
    assert "€30,500" in text
    assert costings(scene) == []


@pytest.mark.parametrize(
    "changes, word",
    [
        ({"once": "zehn"}, "is not an amount"),
        ({"once": "-5"}, "below zero"),
        ({"annual": "500 $"}, "another currency"),
        ({"annual": "1.23,456"}, "is not an amount"),
        ({"low": "1", "high": "2"}, "The range must hold this sum"),
        ({"low": "1"}, "lower and an upper amount"),
        ({"cover_source": "Haushalt"}, "no source yet"),
        ({"quality": ""}, "choose one"),
        ({"note": "x" * 2_001}, "at most 2000"),
    ],
)
def test_a_refused_statement_keeps_what_was_typed(scene: Scene, changes: dict[str, str], word: str) -> None:
    answer = cost(scene.jens, **changes)
    assert answer.status_code == 422
    assert word in answer.text
    for name in ("once", "annual"):
        assert f'value="{(COSTS | changes)[name]}"' in answer.text
    assert costings(scene) == []


def test_arabic_digits_are_read(scene: Scene) -> None:
    assert cost(scene.jens, once="٢٬٥٠٠٫٥٠", annual="۱۰۰").status_code == 303
    assert costings(scene) == [(1, 250_050, 10_000)]


def test_history_is_shown_and_a_stale_form_overwrites_nothing(scene: Scene) -> None:
    cost(scene.jens)
    stale = cost(scene.birte, once="3000")
    assert stale.status_code == 409
    assert 'value="3000"' in stale.text
    assert 'name="based_on" type="hidden" value="1"' in stale.text
    assert cost(scene.birte, once="3000", based_on="1").status_code == 303
    assert "Earlier statements (1)" in scene.visitor.get(MEASURE, query_string={"lang": "en"}).text


def test_who_may_state_costs_and_when(scene: Scene) -> None:
    for client in (scene.ayse, scene.olena, scene.farid, scene.elif_, scene.code):
        assert client.get(f"{MEASURE}/costs").status_code == 403
        assert cost(client).status_code == 403
    assert cost(scene.jens, "M02").status_code == 403
    assert scene.jens.get(f"{PROCESS}/proposals/M02/costs", query_string={"round": "kosten"}).status_code == 403
    scene.close("kosten")
    assert scene.jens.get(f"{MEASURE}/costs").status_code == 409
    assert cost(scene.jens).status_code == 409
    assert cost(scene.birte, "M02").status_code == 303


@pytest.mark.parametrize("sender, shown", [("http://localhost", True), ("https://elsewhere.example", False)])
def test_a_text_that_is_refused_can_be_copied_by_its_writer(scene: Scene, sender: str, *, shown: bool) -> None:
    note = "Two offers were asked for"
    typed = COSTS | {"note": note}
    refused = scene.jens.post(f"{PROCESS}/proposals/M02/costs", data=typed, headers={"Origin": sender})
    assert refused.status_code == 403
    assert (note in refused.text) is shown


def test_everybody_reads_what_it_comes_to(scene: Scene) -> None:
    cost(scene.jens)
    text = scene.visitor.get(f"{PROCESS}/costs", query_string={"lang": "en"}).text
    assert "For 1 measure nobody has stated the costs yet." in text
    owing = scene.visitor.get("/administration/kosten", query_string={"lang": "en"}).text
    assert "no department yet" in owing


# Comments


def say(client: FlaskClient, slug: str = "online", **changes: str) -> TestResponse:
    data = {"round": slug, "language": "tr", "body": "Çok iyi olur.", "author_name": "Ayşe"} | changes
    return client.post(f"{MEASURE}/comments", data=data, query_string={"lang": "en"})


def newest(scene: Scene) -> Comment:
    return (
        scene.read(lambda session: session.scalars(select(Comment).order_by(Comment.written_at.desc())).first())
        or Comment()
    )


def moderate(client: FlaskClient, comment: str, action: str, **reasons: str) -> TestResponse:
    data = {f"reason-{tag}": words for tag, words in reasons.items()}
    return client.post(f"/comments/{comment}/{action}", data=data, query_string={"lang": "en"})


def test_people_talk_about_a_proposal_and_answer_each_other(scene: Scene) -> None:
    assert scene.ayse.get(f"{MEASURE}/comments").status_code == 200
    answer = say(scene.ayse)
    assert answer.status_code == 303
    first = newest(scene).id
    assert str(answer.location).endswith(f"M01#comment-{first}")
    form = scene.olena.get(f"{MEASURE}/comments", query_string={"reply_to": first})
    assert "Çok iyi olur." in form.text
    assert say(scene.olena, "forum", reply_to=first, body="Ми теж", language="uk").status_code == 303
    page = scene.visitor.get(MEASURE, query_string={"lang": "en"}).text
    assert page.index("Çok iyi olur.") < page.index("Ми теж")
    assert "Brücke e. V." in page
    assert 'lang="uk"' in page


@pytest.mark.parametrize("changes", [{"body": ""}, {"body": "x" * 5_001}, {"body": "\u202e!"}, {"language": "xx"}])
def test_a_refused_comment_keeps_what_was_typed(scene: Scene, changes: dict[str, str]) -> None:
    answer = say(scene.ayse, **changes)
    assert answer.status_code == 422
    assert changes.get("body", "Çok iyi olur.")[:40] in answer.text
    assert scene.read(lambda session: session.scalars(select(Comment)).all()) == []


def test_who_may_comment_and_when(scene: Scene) -> None:
    assert scene.visitor.get(f"{MEASURE}/comments").status_code == 302
    assert say(scene.visitor).status_code == 401
    assert say(scene.ayse, "forum").status_code == 403
    assert say(scene.farid, "werkstatt").status_code == 403
    scene.close("online")
    late = say(scene.ayse)
    assert late.status_code == 409
    assert "Çok iyi olur." in late.text


def test_a_hidden_comment_says_why_and_shows_its_words_to_moderators_only(scene: Scene) -> None:
    say(scene.ayse, body="Beleidigung")
    comment = newest(scene).id
    assert "public bundle" in scene.farid.get(f"/comments/{comment}/hide?lang=en").text
    nothing = moderate(scene.farid, comment, "hide", de="")
    assert nothing.status_code == 422
    assert moderate(scene.farid, comment, "hide", de="Beleidigt.", en="It insults.").status_code == 303
    for client in (scene.visitor, scene.ayse, scene.olena):
        page = client.get(MEASURE, query_string={"lang": "en"}).text
        assert "It insults." in page
        assert "Beleidigung" not in page
    assert "Beleidigung" in scene.farid.get(MEASURE).text
    assert moderate(scene.farid, comment, "restore", de="Doch nicht.").status_code == 303
    assert "Beleidigung" in scene.visitor.get(MEASURE).text


def test_notices_reach_the_moderators_and_are_answered(scene: Scene) -> None:
    say(scene.ayse)
    comment = newest(scene).id

    def report(client: FlaskClient, **data: Any) -> TestResponse:
        return client.post(f"/comments/{comment}/report", data=data, query_string={"lang": "en"})

    assert report(scene.visitor, reason="x").status_code == 401
    refused = report(scene.olena, reason="Es verletzt.")
    assert refused.status_code == 422
    assert "Es verletzt." in refused.text
    assert report(scene.olena, reason="Es verletzt.", good_faith="y").status_code == 303
    queue = scene.farid.get(f"{PROCESS}/comments/reported", query_string={"lang": "en"}).text
    assert "1 reported comment" in queue
    assert "Es verletzt." in queue
    assert moderate(scene.farid, comment, "keep", de="Zulässig.").status_code == 303
    assert "Nothing waits for you" in scene.farid.get(f"{PROCESS}/comments/reported", query_string={"lang": "en"}).text


@pytest.mark.parametrize("who", ["ayse", "olena", "jens", "elif_", "code"])
def test_nobody_else_moderates(scene: Scene, who: str) -> None:
    say(scene.ayse)
    comment = newest(scene).id
    client: FlaskClient = getattr(scene, who)
    assert client.get(f"{PROCESS}/comments/reported").status_code == 403
    assert moderate(client, comment, "hide", de="x").status_code == 403
