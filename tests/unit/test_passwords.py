"""What may be a password, and how many are hashed at a time."""

import unicodedata

import pytest

from participation.accounts import services
from participation.accounts.services import passwords
from participation.core.errors import Invalid, Unavailable

GOOD = "Sieben Möwen trinken Tee"
OWN = ["Lindenhafen", "birte@lindenhafen.example", "birte", "Birte"]


def check(typed: str, *, has_factor: bool = False) -> str:
    return services.check_password(typed, own_words=OWN, has_factor=has_factor)


@pytest.mark.parametrize(
    "typed,code",
    [
        ("Möwe Tee Wolke", "password_too_short"),
        ("x" * 1_025, "password_too_long"),
        ("ö" * 513, "password_too_long"),
        ("\ud800" + "Sieben Möwen trinken", "password_unreadable"),
        ("passwordpassword", "password_common"),
        ("password123456789", "password_common"),
        ("aaaaaaaaaaaaaaaaaa", "password_common"),
        ("qwertyuiopasdfghjkl", "password_common"),
        ("Birte Lindenhafen", "password_common"),
        ("birte@lindenhafen.example", "password_common"),
    ],
)
def test_what_is_no_password(typed: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check(typed)


def test_what_is_one() -> None:
    assert check(GOOD) == GOOD
    assert check("  Sieben Möwen  ") == "  Sieben Möwen  ", "nothing is trimmed"
    assert check(unicodedata.normalize("NFD", GOOD)) == GOOD, "however a keyboard writes the ö"
    assert len(check(GOOD * 40).encode()) == 1_000
    assert check("kq7vmxwp", has_factor=True)
    with pytest.raises(Invalid, match="password_common"):
        check("password1", has_factor=True)
    with pytest.raises(Invalid, match="password_too_short"):
        check("kq7vmxw", has_factor=True)


def test_a_crowd_waits_for_its_turn_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords._TURNS, "patience", 0.01)
    taken = [passwords._TURNS.working.acquire() for _ in range(passwords.AT_A_TIME)]
    try:
        with pytest.raises(Unavailable, match="passwords_busy"):
            services.hash_password(GOOD)
    finally:
        for _ in taken:
            passwords._TURNS.working.release()
    assert services.hash_password(GOOD) != GOOD
