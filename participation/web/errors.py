"""Refusals become pages and problem+json in the reader's language; never a traceback, never a driver's text."""

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import IO, Any, Final

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse
from wtforms.form import BaseForm

from participation.core.errors import DomainError, Faults, SignInNeeded, Unavailable
from participation.extensions import db
from participation.storage.failures import IN_DOUBT, RETRY_SECONDS, STORE_FAILURES, CommitInDoubt
from participation.web.field_faults import words_for_fault
from participation.web.logs import request_id, trace

Words = Callable[[Mapping[str, object]], str]
API_PREFIX: Final = "/api/"
SHARED_SCREEN: Final = "participation_shared_screen"
"""Where a request notes that several people use its screen one after the other; see rounds.guard."""
Dialect = Callable[[int, str], BaseResponse]
"""Words a refusal as a standard demands that other addresses of the site keep to: from a status and a sentence."""
_WORDS: Final = "participation.words"
_DIALECTS: Final = "participation.dialects"
_DISK_FAILURES: Final = frozenset({errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EROFS})
_LONGEST_DRAINED: Final = 128 * 1024 * 1024
_CHUNK: Final = 64 * 1024


def register_words(app: Flask, words: Mapping[str, Words]) -> None:
    """Add a room's words for its error codes; a code with two meanings is a fault of the program."""
    known: dict[str, Words] = app.extensions.setdefault(_WORDS, {})
    doubled = known.keys() & words.keys()
    if doubled:
        raise RuntimeError(f"two rooms give words for {sorted(doubled)}")
    known.update(words)


def register_dialect(app: Flask, prefix: str, speak: Dialect) -> None:
    """Let refusals at addresses that begin with `prefix` be worded otherwise than as a page."""
    app.extensions.setdefault(_DIALECTS, {})[prefix] = speak


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
    app.register_error_handler(DomainError, answer_refusal)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _changed_meanwhile)
    for failure in (*STORE_FAILURES, DatabaseError):  # of the last there are few: a file that is none, or damaged
        app.register_error_handler(failure, _store_unavailable)
    for mistake in (ProgrammingError, DataError, NotSupportedError):  # of ours; they are DatabaseErrors too
        app.register_error_handler(mistake, _failed)
    app.register_error_handler(OSError, _machine_unavailable)
    app.register_error_handler(Exception, _failed)


def answer_refusal(error: DomainError) -> BaseResponse:
    _let_go()
    detail = words_for(error)
    if wants_problem_json():
        more: dict[str, object] = {"field": error.field} if error.field else {}
        if isinstance(error, Faults):
            more["faults"] = [
                {"code": fault.code, "field": fault.field, "detail": words_for(fault)} | dict(fault.facts)
                for fault in error.faults
            ]
        answer: BaseResponse = problem(error.status, error.code, detail, **more)
        if error.status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, SignInNeeded) and request.method in {"GET", "HEAD"}:
        answer = redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    else:
        answer = _page(error.status, detail, typed=typed_here(), again=isinstance(error, Unavailable))
    if "retry_after" in error.facts:
        answer.headers["Retry-After"] = str(error.facts["retry_after"])
    return answer


def _stale_form(_error: CSRFError) -> BaseResponse:
    detail = _(
        "This form was open for too long or came from elsewhere. Please go back, reload the page and send it again."
    )
    return problem(400, "stale_form", detail) if wants_problem_json() else _page(400, detail, typed=typed_here())


def _http(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if isinstance(error.response, BaseResponse):
        return error.response
    if isinstance(error, RequestEntityTooLarge):
        _read_to_the_end()
    detail = _detail(status)
    if wants_problem_json():
        faults = _field_faults(error)
        more: dict[str, object] = {"errors": faults} if faults else {}
        answer: BaseResponse = problem(status, _CODES.get(status, "http_error"), detail, **more)
    else:
        answer = _page(status, detail)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            answer.headers[name] = value
    return answer


def _field_faults(error: HTTPException) -> list[dict[str, str]]:
    """Return what webargs found, as a flat list: where the input stood, its name and what is wrong."""
    data = getattr(error, "data", None)
    messages = data.get("messages") if isinstance(data, dict) else None
    return list(_flatten(messages, [])) if isinstance(messages, dict) else []


def _flatten(messages: object, path: list[str]) -> Iterator[dict[str, str]]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _flatten(inner, [*path, str(name)])
    elif isinstance(messages, list):
        for message in messages:
            yield from _flatten(message, path)
    else:
        where, *names = path or ["request"]
        yield {"in": where, "field": ".".join(names), "detail": words_for_fault(str(messages)) or str(messages)}


def _read_to_the_end() -> None:
    """Read and drop a body that is too large, within reason.

    A sender who is answered while still sending sees a broken connection instead of the answer.
    """
    stream: IO[bytes] = request.environ["wsgi.input"]
    left = _LONGEST_DRAINED
    with suppress(OSError):
        while left > 0 and (chunk := stream.read(min(left, _CHUNK))):
            left -= len(chunk)


def _store_unavailable(error: SQLAlchemyError) -> BaseResponse:
    current_app.logger.error("%s store unavailable: %s", request_id(), trace(error))
    code = IN_DOUBT if isinstance(error, CommitInDoubt) else "unavailable"
    return answer_refusal(Unavailable(code, retry_after=RETRY_SECONDS))


def _machine_unavailable(error: OSError) -> BaseResponse:
    """Answer for a disk that is full or fails under something other than the database, such as a large upload."""
    if error.errno not in _DISK_FAILURES:
        return _failed(error)
    current_app.logger.error("%s disk unavailable: %s", request_id(), trace(error))
    return answer_refusal(Unavailable("unavailable", retry_after=RETRY_SECONDS))


def _let_go() -> None:
    """Give the connection back. Where even that fails the pool throws it away, and the page does not need it."""
    with suppress(SQLAlchemyError):
        db.session.rollback()


def _changed_meanwhile(error: IntegrityError) -> BaseResponse:
    """Refuse what passed every check and then met what somebody else, or a second click, stored in between."""
    _let_go()
    current_app.logger.error("%s met another change: %s", request_id(), trace(error))
    detail = _(
        "Somebody changed the same thing at the same moment. Nothing was saved. Please reload the page and try again."
    )
    return problem(409, "changed_meanwhile", detail) if wants_problem_json() else _page(409, detail)


def _failed(error: Exception) -> BaseResponse:
    _let_go()
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
        406: _("This cannot be had in the form that was asked for."),
        413: _("What you sent is too large."),
        415: _("This kind of content is not accepted here."),
        422: _("Something in the request is missing or cannot be meant."),
    }
    return details.get(status, _("This did not work."))


def _page(status: int, detail: str, *, typed: Sequence[str] = (), again: bool = False) -> BaseResponse:
    dialects: dict[str, Dialect] = current_app.extensions.get(_DIALECTS, {})
    speak = next((dialects[prefix] for prefix in dialects if request.path.startswith(prefix)), None)
    if speak is not None:
        return speak(status, detail)
    page = render_template(
        "layout/error.html", code=status, detail=detail, typed=typed, form=form_to_send_again() if again else None
    )
    response = Response(page, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def form_to_send_again() -> list[tuple[str, str]] | None:
    """Return everything that one of our own forms sent, for a button that sends the very same request again.

    Files are not kept; a form that had one is filled in again.
    """
    if request.method != "POST" or not g.get("csrf_valid", False) or request.files:
        return None
    return list(request.form.items(multi=True))


def typed_here() -> list[str]:
    """Return the texts of the form that was refused, for its writer to copy.

    Only what one of our own pages sent, so that no other site can put words into ours, and only what is more than one
    word: codes and tokens are not shown again.
    """
    if g.get(SHARED_SCREEN) is not None:  # it may be somebody else's form, sent again by the browser's Back
        return []
    if request.method != "POST" or request.headers.get("Origin") != request.host_url.rstrip("/"):
        return []
    with suppress(HTTPException):
        return [text.strip() for text in request.form.values() if len(text.split()) > 1]
    return []
