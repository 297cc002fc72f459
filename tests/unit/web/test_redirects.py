"""Where a person is sent next."""

import pytest

from participation.web.redirects import local_path


@pytest.mark.parametrize(
    "path", ["/", "/account", "/rounds/x/ballot?page=2#top", "/manage/audit?action=round.close", "/ä/%2F"]
)
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/x\\y",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "/x\ty",
        "/x y",
        "/\u202ex",
        "/" + "x" * 500,
    ],
)
def test_everything_else_leads_to_the_start(path: str | None) -> None:
    assert local_path(path) == "/"
    assert local_path(path, "/account") == "/account"
