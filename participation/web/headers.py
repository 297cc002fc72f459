"""Security headers on every answer."""

from typing import Final

from flask import Flask, Response, after_this_request, current_app, request

_DIRECTIVES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLICY: Final = "; ".join(f"{name} {sources}" for name, sources in _DIRECTIVES.items())


def init_app(app: Flask) -> None:
    """Set the headers after every request."""
    app.after_request(_harden)


def keep_nowhere() -> None:
    """Let no browser or proxy keep the answer to this request: it shows a secret, this once."""

    @after_this_request
    def forbid(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if current_app.config["SETTINGS"].uses_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "private, no-cache")
        headers.add("Vary", "Cookie, Accept-Language")
    return response
