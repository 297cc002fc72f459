"""Test clients."""

from typing import Any, Final

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
API_PREFIX: Final = "/api/"


class Client(FlaskClient):
    """Sends the token of the form with every writing request to a page, as a browser does that was shown the form.

    `csrf=False` leaves it out, as a foreign site has to.
    """

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """Send one request."""
        path = args[0] if args and isinstance(args[0], str) else ""
        writes = kwargs.get("method", "GET").upper() not in SAFE
        if csrf and writes and path and not path.startswith(API_PREFIX):
            kwargs["headers"] = {"X-CSRFToken": self.form_token(), **dict(kwargs.get("headers") or {})}
        return super().open(*args, **kwargs)

    def form_token(self) -> str:
        """Return the token that Flask-WTF would put into a form shown to this client."""
        with self.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "0123456789abcdef")
        signed: str | bytes = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw)
        return signed if isinstance(signed, str) else signed.decode()
