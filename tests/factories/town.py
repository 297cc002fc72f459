"""A whole small town behind an application: a process under way, its people, and rounds as a test wants them."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.ballots.guard import key_store
from participation.ballots.services import cast_ballot, close_round, open_round
from participation.core.actor import SYSTEM, Actor, ActorKind
from participation.core.windows import Window, utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.services import code_text, extend_round, issue_codes
from tests.factories.city import lindenhafen, make_round
from tests.factories.people import Cast, cast
from tests.factories.remembering import remembered
from tests.factories.votes import make_measures
from tests.support.people import sign_in, sign_in_with_code

PROCESS: Final = "integrationskonzept"
MEASURES: Final = ("M01", "M02", "M03", "M04")
WORKSHOP: Final[dict[str, Any]] = {"kind": KindName.CITIZENS, "eligibility": Eligibility.CODES}
FORUM: Final[dict[str, Any]] = {"kind": KindName.MIGRANT_FORUM, "eligibility": Eligibility.ORGANISATIONS}


@remembered
def _people_and_measures(session: Session, now: datetime) -> Cast:
    process = lindenhafen(session, now)
    make_measures(session, process, MEASURES, now)
    return cast(session, process, now=now)


class Town:
    """Lindenhafen with four measures and the whole cast; `key` is the application's."""

    def __init__(self, app: Flask) -> None:
        self.app, self.now, self.key = app, utcnow(), str(app.secret_key)
        with app.app_context(), transaction() as session:
            self.cast: Cast = _people_and_measures(session, self.now)

    def round(self, slug: str, *, opened: bool = True, **changes: Any) -> str:
        """Set up a round, open it unless told otherwise, and return its slug."""
        with self.app.app_context(), transaction() as session:
            make_round(session, process_by_slug(session, PROCESS), self.now, slug=slug, **changes)
            if opened:
                self._open(session, slug)
        return slug

    def planned(self, slug: str, **changes: Any) -> str:
        """Set up a round that begins in three weeks."""
        window = Window(self.now + timedelta(days=21), self.now + timedelta(days=28))
        return self.round(slug, opened=False, window=window, **changes)

    def codes(self, slug: str, count: int = 1) -> list[str]:
        """Make codes for a round and return them as they stand on the cards."""
        with self.app.app_context(), transaction() as session:
            batch = issue_codes(session, round_by_slug(session, slug), count, "", self.key, actor=SYSTEM, now=self.now)
            return [code_text(self.key, code.id) for code in batch.codes]

    def extend(self, slug: str, days: int = 7, **reasons: str) -> None:
        """Give a round more time."""
        with self.app.app_context(), transaction() as session:
            closes_at = round_by_slug(session, slug).closes_at + timedelta(days=days)
            extend_round(session, slug, closes_at=closes_at, reasons=reasons, actor=SYSTEM, now=self.now)

    def close(self, slug: str) -> None:
        """Close a round."""
        with self.app.app_context(), transaction() as session:
            close_round(session, slug, actor=SYSTEM, now=self.now)

    def lapse(self, slug: str) -> None:
        """Let a round's time run out without anybody closing it."""
        with self.app.app_context(), transaction() as session:
            round_ = round_by_slug(session, slug)
            round_.opens_at, round_.closes_at = self.now - timedelta(days=2), self.now - timedelta(days=1)

    def vote(self, slug: str, who: Account, *codes: str) -> None:
        """Let somebody put measures in order."""
        actor = Actor(ActorKind.ACCOUNT, who.id, who.display_name)
        with self.app.app_context(), transaction() as session:
            cast_ballot(
                session,
                slug,
                list(codes),
                actor=actor,
                now=utcnow(),
                request_token=f"{who.id}-{slug}",
                based_on=0,
                keys=key_store(),
            )

    def as_(self, who: Account | None = None) -> FlaskClient:
        """Return the browser of somebody who is signed in, or of a visitor."""
        client = self.app.test_client()
        return sign_in(client, who.id) if who else client

    def with_code(self, slug: str) -> FlaskClient:
        """Return the browser of somebody who came with a new code for the round."""
        with self.app.app_context(), transaction() as session:
            batch = issue_codes(session, round_by_slug(session, slug), 1, "", self.key, actor=SYSTEM, now=self.now)
            code_id = batch.codes[0].id
        return sign_in_with_code(self.app.test_client(), code_id)

    def stored(self, slug: str) -> Round:
        """Return the round as it is stored now; enter the application's context first."""
        db.session.expire_all()
        return round_by_slug(db.session(), slug)

    def _open(self, session: Session, slug: str) -> None:
        open_round(session, slug, actor=SYSTEM, now=self.now, keys=key_store())
