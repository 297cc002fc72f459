"""Nobody is led elsewhere and no mail names another site: sixty addresses to go on to, and headers that name a host."""

import re
from typing import Final

import pytest

from participation.web.redirects import absolute_url, local_path
from tests.http.abuse.acts import address_of
from tests.http.abuse.ground import Ground

ELSEWHERE: Final = (
    *(
        "https://evil.example",
        "http://evil.example/",
        "HTTPS://EVIL.EXAMPLE",
        "https:evil.example",
        "https:/evil.example",
    ),
    *("https:\\\\evil.example", "http:///evil.example", "ftp://evil.example", "//evil.example", "///evil.example"),
    *("////evil.example", "//evil.example/..", "//evil.example:80", "//user@evil.example", "//localhost@evil.example"),
    *("//localhost.evil.example", "//evil.example#localhost", "//evil.example?localhost", "//[::1]", "//0x7f000001"),
    *(
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "//\\evil.example",
        "\\evil.example",
    ),
    *(
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        "\n//evil.example",
        " //evil.example",
    ),
    *("/ /evil.example", "/\x00/evil.example", "\x00//evil.example", "/\x0b/evil.example", "/\u2028/evil.example"),
    *("/\u00a0/evil.example", "/\ufeff/evil.example", "/\u202e/evil.example", "/\u200b/evil.example"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "vbscript:x"),
    *("javascript://localhost/%0aalert(1)", "data:text/html,x", "blob:x", "file:///etc/passwd", "about:blank"),
    *("view-source:https://evil.example", "mailto:a@evil.example", "tel:1", "evil.example", "evil.example/account"),
    *("localhost", "account", "./account", "../account", "?next=/", "#top", ".evil.example", "@evil.example"),
    *("/x\r\nLocation: https://evil.example", "/x\nSet-Cookie: session=1", "/" + "x" * 500, "http:\\evil.example"),
)
HERE: Final = (
    *(
        "/",
        "/account",
        "/account?lang=ar",
        "/rounds/x/ballot?page=2#top",
        "/ä",
        "/%2F%2Fevil.example",
        "/@evil.example",
    ),
    *("/https://evil.example", "/x//evil.example", "/.evil.example", "/?next=https://evil.example", "/;//evil.example"),
)
LYING: Final = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "//evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Host": "evil.example",
    "X-Original-URL": "/manage/accounts",
    "X-Rewrite-URL": "/manage/accounts",
    "Forwarded": "host=evil.example;proto=gopher",
}


def test_there_are_sixty_of_them() -> None:
    assert len(set(ELSEWHERE)) >= 60


@pytest.mark.parametrize("target", ELSEWHERE)
def test_what_is_no_path_of_ours_leads_to_the_start(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", HERE)
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert local_path(target) == target


def test_nobody_is_led_elsewhere_by_a_link_to_sign_in(ground: Ground) -> None:
    """Whoever is signed in goes on at once; a browser resolves what it is told against our own address."""
    client = ground.client("citizen")
    for target in ELSEWHERE:
        answer = client.get("/sign-in", query_string={"next": target})
        assert answer.status_code in {302, 422}, target
        assert answer.location in {None, "/"}, target
    for target in HERE:
        assert client.get("/sign-in", query_string={"next": target}).status_code == 302


def test_no_form_to_sign_in_keeps_an_address_elsewhere(ground: Ground) -> None:
    client = ground.client("anonymous")
    for target in ELSEWHERE:
        page = client.get("/sign-in", query_string={"next": target})
        assert "evil.example" not in page.text.split("</header>")[-1].split("<footer")[0], target


def test_what_the_host_header_says_is_in_no_answer(ground: Ground) -> None:
    """Pages, redirects and mails name paths, or the address in the settings."""
    paths = [
        "/",
        "/sign-in",
        "/account",
        "/nothing",
        "/online/own-open",
        "/rounds/own-open",
        "/manage",
        "/api/v1/rounds",
    ]
    for who in ("anonymous", "citizen", "administrator everywhere"):
        for path in paths:
            answer = ground.client(who).get(path, headers=LYING)
            assert "evil.example" not in answer.get_data(as_text=True) + str(answer.headers), (who, path)
            location = answer.location or "/"
            assert local_path(location) == location, (who, path)


def test_what_the_host_header_says_is_in_no_mail_and_on_no_card(ground: Ground) -> None:
    asked = ground.app.test_client().post("/api/v1/sign-in", json={"email": address_of("stranger")}, headers=LYING)
    assert asked.status_code == 202
    (letter,) = ground.letters()
    assert "evil.example" not in letter.text + letter.subject
    assert f"{ground.app.config['SETTINGS'].base_url}/sign-in/" in letter.text
    office = ground.app.test_client()
    office.set_cookie("session", ground.tokens["office"], domain="evil.example")
    site, path = "http://evil.example", "/manage/rounds/own-cards-open/codes"
    form = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', office.get(path, base_url=site).text)
    assert form is not None
    cards = office.post(
        f"{path}/1/cards", base_url=site, headers=LYING, data={"languages": ["de"], "csrf_token": form[1]}, csrf=False
    )
    assert cards.status_code == 200
    assert "evil.example" not in cards.text
    with ground.app.test_request_context("/", headers=LYING):
        assert absolute_url("site.start") == f"{ground.app.config['SETTINGS'].base_url}/"


def test_an_address_with_doubled_slashes_redirects_nowhere(ground: Ground) -> None:
    for path in ("//evil.example", "//evil.example/%2e%2e", "/account//", "//account", "/%2F/evil.example"):
        answer = ground.client("citizen").get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code in {200, 404}, path
        assert "Location" not in answer.headers, path
