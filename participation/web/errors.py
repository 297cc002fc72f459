"""Refusals become pages and problem+json in the reader's language; never a traceback, never a driver's text."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse
from wtforms.form import BaseForm

from participation.core.errors import DomainError, Faults, SignInNeeded
from participation.extensions import db
from participation.web.logs import request_id, trace

Words = Callable[[Mapping[str, object]], str]
API_PREFIX: Final = "/api/"
_WORDS: Final = "participation.words"


def register_words(app: Flask, words: Mapping[str, Words]) -> None:
    """Add a room's words for its error codes; a code with two meanings is a fault of the program."""
    known: dict[str, Words] = app.extensions.setdefault(_WORDS, {})
    doubled = known.keys() & words.keys()
    if doubled:
        raise RuntimeError(f"two rooms give words for {sorted(doubled)}")
    known.update(words)


def words_for(error: DomainError) -> str:
    """Return the sentence for a refusal in the reader's language."""
    known: dict[str, Words] = current_app.extensions.get(_WORDS, {})
    speak = known.get(error.code)
    if speak is None:
        current_app.logger.error("no words for error code %s", error.code)
        return _("This is not possible: %(code)s.", code=error.code)
    return speak(error.facts)


def show_in_form(error: DomainError, form: BaseForm, **inputs: str) -> None:
    """Put a refusal's words at the input that it is about, or on top of the form; what was typed stays.

    `inputs` says which input of the form asks for a field that the service calls otherwise.
    """
    for one in error.faults if isinstance(error, Faults) else [error]:
        name = inputs.get(one.field or "", one.field or "")
        names = [name, f"{name}-{one.facts.get('language')}"]
        field = next((form[name] for name in names if name in form), None)
        if field is None:
            form.form_errors.append(words_for(one))
        else:
            field.errors = [*field.errors, words_for(one)]


def wants_problem_json() -> bool:
    """Say whether the answer goes to a program."""
    return request.path.startswith(API_PREFIX)


def problem(status: int, code: str, detail: str, **more: object) -> Response:
    """Return an RFC 9457 problem document."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    response = jsonify(body | more)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def register_error_pages(app: Flask) -> None:
    """Answer every refusal and every failure in words."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _store_unavailable)
    app.register_error_handler(Exception, _failed)


def _refused(error: DomainError) -> BaseResponse:
    db.session.rollback()
    detail = words_for(error)
    if wants_problem_json():
        more: dict[str, object] = {"field": error.field} if error.field else {}
        if isinstance(error, Faults):
            more["faults"] = [
                {"code": fault.code, "field": fault.field, "detail": words_for(fault)} | dict(fault.facts)
                for fault in error.faults
            ]
        response = problem(error.status, error.code, detail, **more)
        if error.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if isinstance(error, SignInNeeded) and request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    return _page(error.status, detail)


def _stale_form(_error: CSRFError) -> BaseResponse:
    detail = _(
        "This form was open for too long or came from elsewhere. Please go back, reload the page and send it again."
    )
    return problem(400, "stale_form", detail) if wants_problem_json() else _page(400, detail)


def _http(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if isinstance(error.response, BaseResponse):
        return error.response
    answer = (
        problem(status, _CODES.get(status, "http_error"), _detail(status))
        if wants_problem_json()
        else _page(status, _detail(status))
    )
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            answer.headers[name] = value
    return answer


def _store_unavailable(error: OperationalError) -> BaseResponse:
    db.session.rollback()
    current_app.logger.error("store unavailable: %s", type(error.orig).__name__)
    detail = _("The store cannot take this right now. Nothing was saved. Please try again in a moment.")
    answer = problem(503, "unavailable", detail) if wants_problem_json() else _page(503, detail)
    answer.headers["Retry-After"] = "5"
    return answer


def _failed(error: Exception) -> BaseResponse:
    db.session.rollback()
    current_app.logger.error("%s failed: %s", request_id(), trace(error))
    if current_app.testing:
        raise error
    detail = _(
        "Something went wrong on our side. Nothing was saved. Please try again; if it happens again, tell the office."
    )
    return problem(500, "failed", detail) if wants_problem_json() else _page(500, detail)


_CODES: Final[Mapping[int, str]] = {
    400: "bad_request",
    404: "no_such_page",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid",
}


def _detail(status: int) -> str:
    details: Mapping[int, str] = {
        400: _("The request could not be read."),
        404: _("This page does not exist, or no longer exists."),
        405: _("This address does not take such a request."),
        413: _("What you sent is too large."),
        415: _("This kind of content is not accepted here."),
    }
    return details.get(status, _("This did not work."))


def _page(status: int, detail: str) -> BaseResponse:
    response = Response(render_template("layout/error.html", status=status, detail=detail), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
