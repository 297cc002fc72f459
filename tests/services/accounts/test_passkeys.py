"""The two ceremonies of a passkey, and everything about an answer that must not pass."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.models import Account, SubjectKind
from participation.accounts.queries import actor_of
from participation.accounts.rules import RelyingParty
from participation.core.errors import Conflict, Invalid
from tests.factories.people import person
from tests.support.authenticators import ATTESTED, PRESENT, Authenticator

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
KEY = "a key for tests"
SITE = RelyingParty("localhost", "http://localhost", "Lindenhafen")


class Ceremonies:
    """One person in one browser."""

    def __init__(self, session: Session, now: datetime, name: str = "Birte") -> None:
        self.session, self.now = session, now
        self.account: Account = person(session, name, now=now)
        self.signed_in = services.open_session(session, SubjectKind.ACCOUNT, self.account.id, now=now).row.id

    def options(self) -> dict[str, Any]:
        actor = actor_of(self.account)
        return services.begin_adding(self.session, SITE, self.signed_in, key=KEY, actor=actor)

    def add(self, answer: Mapping[str, Any]) -> services.Added:
        actor = actor_of(self.account)
        return services.add_passkey(
            self.session, SITE, self.signed_in, name="Key", answer=answer, key=KEY, actor=actor, now=self.now
        )

    def asked(self) -> dict[str, Any]:
        return services.begin_showing(self.session, SITE, self.signed_in, self.account.id, key=KEY)

    def show(self, answer: Mapping[str, Any]) -> None:
        services.show_passkey(self.session, SITE, self.signed_in, self.account.id, answer=answer, key=KEY, now=self.now)


@pytest.fixture
def birte(session: Session, now: datetime) -> Ceremonies:
    return Ceremonies(session, now)


WRONG: list[dict[str, Any]] = [
    {"origin": "http://evil.example"},
    {"origin": "http://sub.localhost"},
    {"origin": "http://localhost:8000"},
    {"rp_id": "evil.example"},
    {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    {"type": "webauthn.other"},
]


@pytest.mark.parametrize("wrong", [*WRONG, {"flags": ATTESTED}, {"flags": PRESENT}])
def test_a_passkey_made_otherwise_is_refused(birte: Ceremonies, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="passkey_refused"):
        birte.add(Authenticator().make(birte.options(), **wrong))


@pytest.mark.parametrize("wrong", [*WRONG, {"flags": 0}, {"signature": True}])
def test_a_passkey_shown_otherwise_is_refused(birte: Ceremonies, wrong: dict[str, Any]) -> None:
    device = Authenticator()
    birte.add(device.make(birte.options()))
    with pytest.raises(Invalid, match="passkey_refused"):
        birte.show(device.show(birte.asked(), **wrong))
    birte.show(device.show(birte.asked()))  # the control: with nothing wrong it passes


def test_an_answer_is_taken_once(birte: Ceremonies) -> None:
    device = Authenticator()
    answer = device.make(birte.options())
    birte.add(answer)
    with pytest.raises(Invalid, match="passkey_ceremony_over"):
        birte.add(answer)
    shown = device.show(birte.asked())
    birte.show(shown)
    with pytest.raises(Invalid, match="passkey_ceremony_over"):
        birte.show(shown)


def test_an_answer_is_good_for_its_own_ceremony_only(birte: Ceremonies, session: Session, now: datetime) -> None:
    device = Authenticator()
    birte.add(device.make(birte.options()))
    old = device.show(birte.asked())
    birte.asked()
    with pytest.raises(Invalid, match="passkey_refused"):
        birte.show(old)
    ayse = Ceremonies(session, now, "Ayşe")
    ayse.add(Authenticator().make(ayse.options()))
    with pytest.raises(Invalid, match="passkey_refused"):
        ayse.show(device.show(ayse.asked()))


def test_a_copy_is_found_by_its_counter(birte: Ceremonies) -> None:
    device = Authenticator(uses=5)
    birte.add(device.make(birte.options()))
    birte.show(device.show(birte.asked()))
    device.uses = 3
    with pytest.raises(Invalid, match="passkey_refused"):
        birte.show(device.show(birte.asked()))


def test_one_passkey_belongs_to_one_account(birte: Ceremonies, session: Session, now: datetime) -> None:
    device = Authenticator()
    birte.add(device.make(birte.options()))
    ayse = Ceremonies(session, now, "Ayşe")
    with pytest.raises(Conflict, match="passkey_known"):
        ayse.add(device.make(ayse.options()))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"id": "", "rawId": "", "type": "public-key", "response": {}},
        {"id": 1, "rawId": 1, "type": 1, "response": 1},
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
        },
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": "%", "attestationObject": None},
        },
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": "W10", "attestationObject": "9g"},
        },
    ],
)
def test_what_is_no_answer_is_refused_in_words(birte: Ceremonies, answer: dict[str, Any]) -> None:
    birte.options()
    with pytest.raises(Invalid, match="passkey_refused"):
        birte.add(answer)
    birte.add(Authenticator().make(birte.options()))
    birte.asked()
    with pytest.raises(Invalid, match="passkey_refused"):
        birte.show(answer)
