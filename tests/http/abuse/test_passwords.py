"""Inputs for passwords: typed unseen, never shown again, and open to programs that keep passwords."""

import re

from tests.http.abuse.ground import Ground
from tests.http.abuse.test_xss import markup_of, pages

TYPED = "correct horse battery staple 17"


def test_passwords_are_typed_unseen_and_managers_may_fill_them_in(ground: Ground) -> None:
    inputs = {}
    for rule, path in pages(ground, ("open",)):
        for who in ("citizen", "anonymous"):
            for found in re.findall(r"<input\b[^>]*>", markup_of(ground.request(who, "GET", path, {}))):
                named = re.search(r'\bname="([^"]*)"', found)
                if named and "password" in named[1]:
                    inputs[rule.endpoint, named[1]] = found
    assert inputs
    for (endpoint, name), found in inputs.items():
        assert 'type="password"' in found, (endpoint, name)
        assert re.search(r'autocomplete="(current|new)-password"', found), (endpoint, name)
        assert "maxlength" not in found, (endpoint, name)
        assert "onpaste" not in found, (endpoint, name)


def test_a_refused_password_is_not_shown_again(ground: Ground) -> None:
    for path in ("/sign-in/password", "/account/security/password"):
        body = {"email": "nobody@lindenhafen.example", "password": TYPED, "new": TYPED, "old": TYPED, "current": TYPED}
        for who in ("anonymous", "citizen"):
            answer = ground.request(who, "POST", path, body)
            assert TYPED not in answer.get_data(as_text=True), (path, who)
            assert TYPED not in (answer.location or "")
