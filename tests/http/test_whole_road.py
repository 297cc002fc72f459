"""The whole job through the API alone: from an empty server to an exported ranking of two bodies."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts.models import Account, SignInChallenge
from participation.accounts.queries import actor_of
from participation.accounts.services import create_token, scopes_to_allow, typed_code
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from tests.factories.people import official

PROCESS = "integration"
MEASURES = """kind;code;parent;serves;field;title;title:en;once;annual;quality;cover
goal;G1;;;F1;Sprache;Language;;;;
goal;G1.1;G1;;;Kurse passen zum Leben;Courses fit life;;;;
measure;M1;;G1.1;F1;Lerncafé;Learning café;0;12000;calculated;open
measure;M2;;G1.1;F1;Kursfinder;Course finder;6000;0;quoted;open
measure;M3;;G1.1;F1;Abendkurse;Evening courses;0;18000;rough_estimate;open
"""


class Program:
    """A program with somebody's token, or a visitor without one."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, body: object = None, *, status: int, **more: Any) -> Any:
        headers = {**self.headers, **more.pop("headers", {})}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers, **more)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json() if answer.data else None


@pytest.fixture
def administrator(app: Flask) -> Program:
    with app.app_context(), transaction() as session:
        account = official(session, "Admin", Role.ADMINISTRATOR, None, now=utcnow())
        return Program(app, token_of(account))


def token_of(account: Account) -> str:
    """Return a token with every scope that is held; the command line issues the first one the same way."""
    issued = create_token(
        db.session(),
        account.id,
        name="program",
        scopes=[scope.value for scope in scopes_to_allow(actor_of(account))],
        expires_at=utcnow() + timedelta(days=1),
        actor=SYSTEM,
        now=utcnow(),
    )
    return issued.secret


def program_of(app: Flask, email: str) -> Program:
    with app.app_context(), transaction() as session:
        return Program(app, token_of(session.scalars(select(Account).where(Account.email == email)).one()))


def joins_by_mail(app: Flask, email: str) -> Program:
    """Sign in as a citizen does who types the code from the mail into a program."""
    visitor = Program(app)
    visitor.call("POST", "/sign-in", {"email": email, "language": "tr"}, status=202)
    with app.app_context():
        challenge = db.session.scalars(select(SignInChallenge).where(SignInChallenge.email == email)).one()
        code = typed_code(app.config["SETTINGS"].secret_key, challenge.id)
    visitor.call("POST", "/sign-in/code", {"code": code}, status=200)
    visitor.headers = {"X-CSRFToken": visitor.call("GET", "/session", status=200)["csrf_token"]}
    return visitor


def set_up(administrator: Program) -> None:
    now = utcnow()
    german: Mapping[str, Any] = {
        "slug": PROCESS,
        "city": "Kiel",
        "titles": {"de": "Integrationskonzept", "en": "Integration concept"},
        "time_zone": "Europe/Berlin",
        "languages": ["de", "en", "tr"],
        "default_language": "de",
    }
    administrator.call("POST", "/processes", german, status=201)
    phase = {
        "code": "II",
        "titles": {"de": "Maßnahmen"},
        "opens_at": (now - timedelta(days=1)).isoformat(),
        "closes_at": (now + timedelta(days=30)).isoformat(),
    }
    administrator.call("POST", f"/processes/{PROCESS}/phases", phase, status=201)
    administrator.call("POST", f"/processes/{PROCESS}/fields", {"code": "F1", "titles": {"de": "Sprache"}}, status=201)
    upload = {"file": (BytesIO(MEASURES.encode()), "measures.csv")}
    report = administrator.call("POST", f"/processes/{PROCESS}/imports", status=200, data=upload)
    assert report == {"imported": True, "goals": 1, "sub_goals": 1, "measures": 3, "costings": 3}
    for name, role in (("farid", "moderator"), ("silke", "moderator")):
        person = {"email": f"{name}@stadt.example", "display_name": name.title(), "role": role}
        administrator.call("POST", f"/processes/{PROCESS}/roles", person, status=201)


def draft_round(administrator: Program, slug: str, kind: str, **more: Any) -> None:
    now = utcnow()
    draft = {
        "slug": slug,
        "phase": "II",
        "kind": kind,
        "tasks": ["prioritise_measures"],
        "titles": {"de": f"Runde {slug}"},
        "opens_at": (now - timedelta(hours=1)).isoformat(),
        "closes_at": (now + timedelta(hours=1)).isoformat(),
        "option_rule": "open_measures",
        **more,
    }
    administrator.call("POST", f"/processes/{PROCESS}/rounds", draft, status=201)


def vote(program: Program, slug: str, content: object, token: str) -> dict[str, Any]:
    body = {"content": content, "based_on": 0}
    cast = program.call("PUT", f"/rounds/{slug}/ballot", body, status=200, headers={"Idempotency-Key": token})
    again = program.call("PUT", f"/rounds/{slug}/ballot", body, status=200, headers={"Idempotency-Key": token})
    assert (again["receipt"], again["repeated"]) == (cast["receipt"], True)
    return cast  # type: ignore[no-any-return]


def test_from_an_empty_server_to_an_exported_ranking(app: Flask, administrator: Program) -> None:
    set_up(administrator)
    draft_round(administrator, "online", "online", ballot_kind="ranking", max_choices=2)
    draft_round(administrator, "forum", "migrant_forum", ballot_kind="score", max_score=5)
    declaration = {
        "ranking": "joint",
        "task": "prioritise_measures",
        "title": {"de": "Gemeinsame Rangliste"},
        "declared_by": {"de": "Ratsbeschluss vom 1. Oktober"},
        "weights": {"online": 60, "forum": 40},
    }
    administrator.call("POST", f"/processes/{PROCESS}/rankings", declaration, status=201)
    organisation = {"code": "O1", "kind": "migrant_association", "name": "Brücke e. V.", "languages": ["uk", "de"]}
    administrator.call("POST", f"/processes/{PROCESS}/organisations", organisation, status=201)
    administrator.call("POST", f"/processes/{PROCESS}/organisations/O1/approve", status=200)
    mandate = {"email": "olena@verein.example", "valid_from": "2026-01-01"}
    administrator.call("POST", f"/processes/{PROCESS}/organisations/O1/mandates", mandate, status=201)

    farid, silke = program_of(app, "farid@stadt.example"), program_of(app, "silke@stadt.example")
    for slug in ("online", "forum"):
        farid.call("POST", f"/rounds/{slug}/open", status=200)
    # Nobody may weigh what can already be foreseen.
    administrator.call("POST", f"/processes/{PROCESS}/rankings", declaration | {"ranking": "late"}, status=409)

    ayse, olena = joins_by_mail(app, "ayse@post.example"), joins_by_mail(app, "olena@verein.example")
    receipt = vote(ayse, "online", ["M1", "M3"], "a")["receipt"]
    vote(joins_by_mail(app, "kemal@post.example"), "online", ["M1"], "k")
    vote(olena, "forum", {"M1": 2, "M2": 5}, "o")
    # A moderator has no ballot by being one, and nobody sees a result before the conclusion.
    olena.call("PUT", "/rounds/online/ballot", {"content": ["M9"], "based_on": 0, "request_token": "x"}, status=422)
    farid.call("GET", "/rounds/online/result", status=404)
    assert farid.call("GET", "/rounds/online/turnout", status=200)["total"] == 2

    for slug in ("online", "forum"):
        farid.call("POST", f"/rounds/{slug}/close", status=200)
    ayse.call("PUT", "/rounds/online/ballot", {"content": ["M2"], "based_on": 1, "request_token": "late"}, status=409)
    for slug in ("online", "forum"):
        farid.call("POST", f"/rounds/{slug}/conclusion", status=200)
        farid.call("POST", f"/rounds/{slug}/conclusion/confirmation", status=403)
        silke.call("POST", f"/rounds/{slug}/conclusion/confirmation", status=200)

    ranking = farid.call("GET", f"/processes/{PROCESS}/rankings/joint", status=200)["result"]
    scores = {option["code"]: option["score"] for option in ranking["options"]}
    # Online: M1 beats both twice; M3 beats M2 once and ties once. Forum: M2 above M1, M3 compared with nothing.
    assert scores == {"M1": "3/5", "M2": exact(60, Fraction(1, 8), 40, Fraction(1)), "M3": "3/8"}
    assert [option["code"] for option in ranking["options"] if option["rank"] == 1] == ["M1"]
    found = Program(app).call("GET", f"/rounds/online/receipts/{receipt}", status=200)
    assert found == {"state": "counted", "counted": True}


def test_a_proposal_its_costs_and_what_is_said_about_it(app: Flask, administrator: Program) -> None:
    set_up(administrator)
    draft_round(
        administrator,
        "online",
        "online",
        tasks=["propose", "comment", "prioritise_measures"],
        ballot_kind="approval",
        max_choices=2,
    )
    farid = program_of(app, "farid@stadt.example")
    farid.call("POST", "/rounds/online/open", status=200)
    ayse = joins_by_mail(app, "ayse@post.example")
    words = {
        "kind": "measure",
        "language": "tr",
        "title": "Anneler için sabah konuşma grubu",
        "body": "Bir saat Almanca konuşmak istiyoruz.",
        "serves": ["G1.1"],
        "submit": True,
    }
    proposal = ayse.call("POST", "/rounds/online/proposals", words, status=201)
    address = f"/processes/{PROCESS}/proposals/{proposal['code']}"
    remark = {"round": "online", "language": "ar", "body": "فكرة جيدة"}
    ayse.call("POST", f"/processes/{PROCESS}/proposals/M1/comments", remark, status=201)
    Program(app).call("POST", f"/processes/{PROCESS}/proposals/M1/comments", remark, status=401)
    # Whoever proposed it does not decide about it, and a moderator does not either.
    based_on = {"based_on": proposal["revision"]}
    ayse.call("POST", f"{address}/admit", based_on, status=403)
    administrator.call("POST", f"{address}/decline", based_on | {"reasons": {}}, status=422)
    administrator.call("POST", f"{address}/admit", based_on, status=200)
    costs = {
        "once_cents": 0,
        "annual_cents": 4_800_00,
        "quality": "rough_estimate",
        "cover": "open",
        "language": "de",
        "based_on": 0,
    }
    administrator.call("POST", f"{address}/costings", costs, status=201)
    shown = Program(app).call("GET", address, status=200)
    assert (shown["state"], shown["title"]["language"], shown["title"]["body"]) == ("admitted", "tr", words["title"])
    # What was admitted while the round runs does not slip onto its ballots.
    options = Program(app).call("GET", "/rounds/online/options", status=200)["items"]
    assert [option["code"] for option in options] == ["M1", "M2", "M3"]


def exact(first_weight: int, first: Fraction, second_weight: int, second: Fraction) -> str:
    """Return the weighted mean of two win rates as the API writes it."""
    return str((first_weight * first + second_weight * second) / (first_weight + second_weight))
