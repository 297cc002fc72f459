"""The API answers as its document says, whatever is sent: all checks of schemathesis with a fixed seed.

Every operation works on a copy of the example city and is tried as somebody who may do what it does. Parts of an
address are mostly those of things that exist, because an invented one is only ever not found.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.core.parameters import ParameterLocation
from sqlalchemy import select

from participation.accounts import services
from participation.accounts.models import Account, Department, Mandate, Organisation, SubjectKind
from participation.accounts.queries import account_by_email, actor_of
from participation.app import create_app
from participation.budgeting.models import Envelope, Plan
from participation.comments.models import Comment
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.papers.models import Committee, Consultation, CouncilPaper, RenderedFile
from participation.processes.models import Field, Process
from participation.processes.models import Phase as ProcessPhase
from participation.proposals.models import Proposal
from participation.results.models import JointRanking
from participation.rounds.models import Round
from participation.web.openapi import document
from tests.support.clients import Client
from tests.support.databases import Backend, renew_with_example_city

EXAMPLES: Final = 100
DAILY_EXAMPLES: Final = 10
"""Beside the cases that schemathesis derives from the document itself, which are tried in full every time."""

SEED: Final = 20261122
INVENTED: Final = 0.2
"""Share of requests whose address is left as it was drawn."""

ADMINISTRATOR: Final = "admin@lindenhafen.example"
CITIZEN: Final = "ayse@lindenhafen.example"
OWN: Final = frozenset({Permission.ACCOUNT_SELF, Permission.TOKEN_MANAGE})
"""What no token can do: tried through a browser's session."""

BY_CITIZENS: Final = frozenset(
    {Permission.BALLOT_CAST, Permission.COMMENT_REPORT, Permission.COMMENT_WRITE, Permission.PROPOSAL_WRITE}
)

# What a room refuses in a well-formed request (a closed round, a text with control characters, an unknown code) is
# a matter of its rules, which a schema does not hold; that such refusals are documented is checked all the same.
CONFIG: Final = SchemathesisConfig(
    projects=ProjectsConfig(
        default=ProjectConfig(
            checks=ChecksConfig(
                positive_data_acceptance=PositiveDataAcceptanceConfig(
                    expected_statuses=["2xx", "401", "403", "404", "409", "422", "429"]
                )
            ),
            generation=GenerationConfig(deterministic=True, with_security_parameters=False),
        )
    )
)


class Doorway:
    """The application that schemathesis knows, which passes requests on to the one that a test has set up."""

    app: Flask

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["HTTP_ACCEPT_ENCODING"] = "identity"  # the client within the process does not unpack answers
        return self.app(environ, start_response)


DOORWAY: Final = Doorway()
schema = schemathesis.openapi.from_dict(document(create_app(Settings.for_tests())), config=CONFIG)
schema.app = DOORWAY


class World:
    """The example city behind an application: who acts, and what there is to name in an address."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.random = random.Random(SEED)
        with app.app_context():
            self.names = _names()
        self._tokens = {email: self._token(email) for email in (ADMINISTRATOR, CITIZEN)}
        self._session = self._sign_in(CITIZEN)

    def credentials(self, permission: str) -> dict[str, str]:
        """Return the headers of somebody who holds a permission."""
        if permission in OWN:
            browser = self.app.test_client()
            assert isinstance(browser, Client)
            token = browser.form_token()
            form = browser.get_cookie("form")
            assert form is not None
            return {"X-CSRFToken": token, "Cookie": f"session={self._session}; form={form.value}"}
        email = CITIZEN if permission in BY_CITIZENS else ADMINISTRATOR
        return {"Authorization": f"Bearer {self._tokens[email]}"}

    def name_something(self, path: str, parameters: dict[str, Any]) -> None:
        """Put names of things that exist into an address, most of the time."""
        parts = path.split("/")
        for name in parameters:
            before = parts[parts.index(f"{{{name}}}") - 1] if f"{{{name}}}" in parts else ""
            known = self.names.get((before, name)) or self.names.get(("", name))
            if known and self.random.random() > INVENTED:
                parameters[name] = self.random.choice(known)

    def _token(self, email: str) -> str:
        with self.app.app_context(), transaction() as session:
            account = account_by_email(session, email)
            assert account is not None
            now = utcnow()
            issued = services.create_token(
                session,
                account.id,
                name="contract",
                scopes=[scope.value for scope in services.scopes_to_allow(actor_of(account))],
                expires_at=now + timedelta(days=1),
                actor=SYSTEM,
                now=now,
            )
            return issued.secret

    def _sign_in(self, email: str) -> str:
        with self.app.app_context(), transaction() as session:
            account = account_by_email(session, email)
            assert account is not None
            return services.open_session(session, SubjectKind.ACCOUNT, account.id, now=utcnow(), strong=True).token


def _names() -> dict[tuple[str, str], list[str]]:
    def every(column: Any) -> list[str]:
        return [str(value) for value in db.session.scalars(select(column).order_by(column).limit(50))]

    return {
        ("processes", "slug"): every(Process.slug),
        ("processes", "process"): every(Process.slug),
        ("rounds", "slug"): every(Round.slug),
        ("papers", "slug"): every(CouncilPaper.slug),
        ("committees", "code"): every(Committee.code),
        ("", "station"): every(Consultation.id),
        ("", "file"): every(RenderedFile.id),
        ("", "code"): [
            *every(Organisation.code)[:3],
            *every(Department.code)[:3],
            *every(Proposal.code)[:20],
            *every(Field.code),
            *every(ProcessPhase.code),
            *every(Envelope.code),
        ],
        ("", "ranking"): every(JointRanking.slug),
        ("", "plan"): every(Plan.slug),
        ("", "account_id"): every(Account.id)[:5],
        ("", "mandate_id"): every(Mandate.id)[:5],
        ("", "comment_id"): every(Comment.id)[:10],
        ("", "role"): ["moderator", "office"],
        ("", "number"): ["1", "2"],
        ("", "card"): ["1", "2"],
    }


@pytest.fixture
def world(
    backend_of: Callable[[str], Backend], shared_dir: Path, applications: dict[Settings, Flask]
) -> Iterator[World]:
    backend = backend_of("sqlite")
    renew_with_example_city(backend, shared_dir)
    wanted = backend.settings(demo=True)
    if wanted not in applications:
        applications[wanted] = create_app(wanted)
        applications[wanted].test_client_class = Client
    app = applications[wanted]
    DOORWAY.app = app
    yield World(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def keeps_to_the_document(case: "schemathesis.Case[Any]", world: World) -> None:
    if not (case.meta and case.meta.is_negative_at(ParameterLocation.PATH)):
        world.name_something(case.operation.path, case.path_parameters)
    permission = str(case.operation.definition.raw.get("x-permission", ""))
    case.call_and_validate(headers=world.credentials(permission))


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@schema.parametrize()
@seed(SEED)
@examples(DAILY_EXAMPLES)
def test_the_api_keeps_to_its_document(case: "schemathesis.Case[Any]", world: World) -> None:
    keeps_to_the_document(case, world)


@pytest.mark.slow
@schema.parametrize()
@seed(SEED)
@examples(EXAMPLES)
def test_the_api_keeps_to_its_document_in_a_hundred_examples(case: "schemathesis.Case[Any]", world: World) -> None:
    keeps_to_the_document(case, world)
