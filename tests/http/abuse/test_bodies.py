"""Bodies that come in pieces: as large as others and no larger, and never cut off and taken for whole."""

from io import BytesIO
from typing import Final

import pytest
from werkzeug.test import TestResponse

from tests.http.abuse.acts import address_of
from tests.http.abuse.ground import Ground

FORM: Final = "application/x-www-form-urlencoded"
SENT: Final = f'{{"email": "{address_of("stranger")}"}}'.encode()


def in_pieces(ground: Ground, path: str, content_type: str, body: bytes) -> TestResponse:
    """Send a body as gunicorn gives it on that came without a length."""
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(body), "wsgi.input_terminated": True}
    client = ground.app.test_client()
    return client.post(path, content_type=content_type, environ_overrides={**environ, "CONTENT_LENGTH": ""})


@pytest.mark.parametrize(
    "path, content_type",
    [
        ("/sign-in", FORM),
        ("/sign-in", "multipart/form-data; boundary=x"),
        ("/api/v1/sign-in", "application/json"),
        ("/api/v1/processes/integrationskonzept/imports", "multipart/form-data; boundary=x"),
        ("/nothing-here", "text/plain"),
    ],
)
def test_a_body_in_pieces_that_is_too_large_is_said_to_be(ground: Ground, path: str, content_type: str) -> None:
    body = b"x" * (int(ground.app.config["MAX_CONTENT_LENGTH"]) + 1)
    answer = in_pieces(ground, path, content_type, body)
    assert answer.status_code == 413
    assert not ground.has_changed()


def test_what_stands_before_the_limit_is_not_taken_for_all_of_it(ground: Ground) -> None:
    """A request that would be good if it ended there."""
    most = int(ground.app.config["MAX_CONTENT_LENGTH"])
    body = SENT + b" " * (most - len(SENT)) + b"and then more"
    assert in_pieces(ground, "/api/v1/sign-in", "application/json", body).status_code == 413
    assert not ground.has_changed()


def test_a_body_in_pieces_that_is_not_too_large_is_read(ground: Ground) -> None:
    assert in_pieces(ground, "/api/v1/sign-in", "application/json", SENT).status_code == 202
    assert ground.has_changed()
