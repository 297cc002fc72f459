"""Second factors for tests: an app that shows codes."""

from datetime import datetime

from flask import Flask
from pyotp import TOTP

from participation.accounts import services
from participation.accounts.queries import account_by_id, actor_of
from participation.core.windows import utcnow
from participation.extensions import transaction


def app_code(secret: str, at: datetime | None = None, *, later: int = 0) -> str:
    """Return the code that an app shows, some half minutes later if wanted."""
    return TOTP(secret).at(at or utcnow(), counter_offset=later)


def add_app(app: Flask, account_id: str) -> tuple[str, list[str]]:
    """Give an account an app; return its secret and the recovery codes. The code of this half minute is used up."""
    key = app.config["SETTINGS"].secret_key
    with app.app_context(), transaction() as session:
        actor, now = actor_of(account_by_id(session, account_id)), utcnow()
        factor = services.begin_app(session, name="App", actor=actor, now=now)
        secret = services.app_secret(key, factor.id)
        added = services.confirm_app(session, factor.id, app_code(secret, now), key=key, actor=actor, now=now)
    return secret, added.recovery_codes
