"""The API's document, its page, and what every operation of it has in common.

The library describes arguments and answers from the schemas. What all operations share is added here, in one
place: problems, ways to say who acts, and which permission is needed, read from the same declaration that the guard
enforces.
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, render_template, request, url_for
from flask_smorest import Api

from participation.config import Settings
from participation.core.permissions import Permission, is_for_everybody
from participation.web.guard import current_actor, declared_permission, is_let_in, needed_everywhere, requires

PREFIX: Final = "/api/v1"
CONFIG: Final[dict[str, Any]] = {"API_TITLE": "Participation", "API_VERSION": "1", "OPENAPI_VERSION": "3.1.0"}

_UNSAFE: Final = frozenset({"post", "put", "patch", "delete"})
_METHODS: Final = _UNSAFE | {"get"}
_PROBLEM_TYPE: Final = "application/problem+json"
_SPEC: Final = "participation.openapi.spec"
_DOCUMENT: Final = "participation.openapi.document"
_EXCHANGES: Final = "participation.openapi.exchanges"

_INTRODUCTION: Final = """\
Everything that the pages of this site can do, for programs.

A program says who it acts for with a bearer token, which its owner creates on the page of their account and limits
to named permissions. A page of the site may use the browser's session instead and then sends the token from
`GET /api/v1/session` in the header `X-CSRFToken` with every request that changes something.

Every refusal is a problem document (RFC 9457) with a stable `code` and a sentence in the language that
`Accept-Language` asks for. Times are RFC 3339 in UTC, money is integer cents, exact shares are fractions as text.
"""

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "What it is, stable and in snake_case."},
        "detail": {"type": "string", "description": "What it is, as a sentence for people."},
        "field": {"type": "string", "description": "The input at fault, where it is one."},
        "errors": {
            "type": "array",
            "description": "Inputs that do not have the shape that this document describes.",
            "items": {
                "type": "object",
                "required": ["in", "field", "detail"],
                "properties": {
                    "in": {"type": "string", "description": "json, query, headers, form, files or path."},
                    "field": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "faults": {
            "type": "array",
            "description": "Several things at fault at once, such as cells of an import.",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "code": {"type": "string"},
                    "field": {"type": ["string", "null"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

_PROBLEMS: Final = {
    400: ("Unreadable", "The request could not be read."),
    401: ("NotSignedIn", "Nobody said who acts, or the token is not valid."),
    403: ("Forbidden", "Whoever acts may not do this, or the token X-CSRFToken is missing."),
    404: ("NotFound", "There is no such thing."),
    406: ("NotAcceptable", "The answer cannot be had in the form that Accept asks for."),
    409: ("Conflict", "The state of the thing does not allow this now."),
    413: ("TooLarge", "The body is too large."),
    415: ("UnsupportedMediaType", "The body is not of the kind that this operation takes."),
    422: ("Invalid", "The input does not say anything that could be done."),
    429: ("TooManyAttempts", "This was tried too often; Retry-After says when to try again."),
    503: ("Unavailable", "The store cannot take it now; nothing was saved."),
}
_HEADERS: Final = {
    401: {"WWW-Authenticate": {"description": "How to say who acts.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}},
    503: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}},
}
_ALWAYS: Final = frozenset({400, 401, 403, 406, 409, 422, 503})
_WITH_PATH: Final = frozenset({404})
_WITH_BODY: Final = frozenset({413, 415})
_WHEN_UNSAFE: Final = frozenset({429})

_WAYS: Final[dict[str, dict[str, Any]]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of an account, limited to the permissions that its owner gave it.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "A signed-in browser."},
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "With a session, needed by every request that changes something.",
    },
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """Which kinds of content an operation takes and gives, and whether it can do without a body."""

    takes: frozenset[str]
    needs_body: bool
    gives: frozenset[str]


bp = Blueprint("api", __name__, url_prefix=PREFIX)


def init_app(app: Flask, api: Api) -> None:
    """Bind the API. Its errors are answered by web.errors, its document by this module."""
    api.DEFAULT_ERROR_RESPONSE_NAME = None
    api.init_app(app)
    app.extensions[_SPEC] = api.spec
    app.before_request(_negotiate)


@bp.get("/openapi.json")
@requires(Permission.SITE_READ)
def openapi_json() -> Response:
    """Give the document to programs."""
    return jsonify(document(current_app))


@bp.get("/", strict_slashes=False)
@requires(Permission.SITE_READ)
def browse() -> str:
    """Show the document to people."""
    described = document(current_app)
    return render_template(
        "web/api.html", document=described, rooms=list(_rooms(described)), source=url_for("api.openapi_json")
    )


def document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of an app, made once."""
    made: dict[str, Any] | None = app.extensions.get(_DOCUMENT)
    if made is None:
        made = app.extensions[_DOCUMENT] = _make(app)
    return made


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of every operation."""
    for path, item in described["paths"].items():
        for method in item.keys() & _METHODS:
            yield path, method, item[method]


def _make(app: Flask) -> dict[str, Any]:
    settings: Settings = app.config["SETTINGS"]
    described: dict[str, Any] = deepcopy(app.extensions[_SPEC].to_dict())
    described["info"] |= {
        "title": settings.site_name,
        "description": _INTRODUCTION,
        "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    }
    described["servers"] = [{"url": "/"}]
    components = described.setdefault("components", {})
    ways = deepcopy(_WAYS)
    if settings.uses_https:
        ways["session"]["name"] = "__Host-session"
    components["securitySchemes"] = ways
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["responses"] = {
        name: {"description": words, "content": {_PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
        for status, (name, words) in _PROBLEMS.items()
    }
    exchanges: dict[tuple[str, str], Exchange] = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        item = described["paths"].get(path, {}) if path.startswith(f"{PREFIX}/") else {}
        methods = [method for method in item if method in _METHODS and method.upper() in (rule.methods or ())]
        for method in methods:
            operation, name = item[method], rule.endpoint.removeprefix("api_").replace(".", "_")
            operation["operationId"] = name if len(methods) == 1 else f"{name}_{method}"
            _complete(operation, method, path, app.view_functions[rule.endpoint])
            exchanges[rule.endpoint, method.upper()] = _exchange(operation)
    app.extensions[_EXCHANGES] = exchanges
    return described


def _complete(operation: dict[str, Any], method: str, path: str, view: Callable[..., object]) -> None:
    permission = declared_permission(view)
    statuses = set(_ALWAYS)
    if "{" in path:
        statuses |= _WITH_PATH
    if "requestBody" in operation:
        statuses |= _WITH_BODY
    if method in _UNSAFE:
        statuses |= _WHEN_UNSAFE
    answers = {str(status): answer for status, answer in operation.get("responses", {}).items()}
    statuses |= {status for status in _PROBLEMS if str(status) in answers}  # what an operation itself says of refusals
    succeed = {status: answer for status, answer in answers.items() if status.startswith(("2", "3"))}
    refuse = {str(status): {"$ref": f"#/components/responses/{_PROBLEMS[status][0]}"} for status in sorted(statuses)}
    operation["responses"] = refuse | succeed
    cookie: dict[str, list[str]] = {"session": [], "csrf": []} if method in _UNSAFE else {"session": []}
    operation["security"] = [{"bearer": []}, cookie]
    if permission is not None:
        operation["x-permission"] = permission.value
        if is_for_everybody(permission):
            operation["security"].append({})


def _negotiate() -> None:
    """Refuse bodies that an operation does not take (415) or misses (422), and forms that it does not give (406)."""
    if not request.path.startswith(f"{PREFIX}/"):
        return
    document(current_app)
    table: dict[tuple[str, str], Exchange] = current_app.extensions[_EXCHANGES]
    exchange = table.get((request.endpoint or "", request.method))
    if exchange is None or not _is_let_in(current_app.view_functions[request.endpoint or ""]):
        return
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if exchange.takes and has_body and request.mimetype not in exchange.takes:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if exchange.needs_body and not has_body:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    accepted = request.accept_mimetypes
    if exchange.gives and accepted and not any(accepted.quality(kind) for kind in exchange.gives):
        abort(HTTPStatus.NOT_ACCEPTABLE)


def _is_let_in(view: Callable[..., object]) -> bool:
    """Say whether the gate opens: whoever it keeps out is told so, whatever they sent."""
    permission = declared_permission(view)
    return permission is None or is_let_in(current_actor(), permission, everywhere=needed_everywhere(view))


def _exchange(operation: dict[str, Any]) -> Exchange:
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    body = operation.get("requestBody", {})
    return Exchange(
        takes=frozenset(body.get("content", {})),
        needs_body=bool(body.get("required", False)),
        gives=frozenset(kind for answer in answers for kind in answer.get("content", {})),
    )


def _rooms(described: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the operations by room, for people."""
    rooms: dict[str, list[dict[str, Any]]] = {}
    for path, item in sorted(described["paths"].items()):
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                operation = item[method]
                entry = operation | {
                    "path": path,
                    "method": method.upper(),
                    "parameters": [*item.get("parameters", []), *operation.get("parameters", [])],
                }
                rooms.setdefault(str(operation["tags"][0]).removeprefix("api_"), []).append(entry)
    yield from rooms.items()
