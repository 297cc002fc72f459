"""OParl 1.1: objects and lists for programs that read the papers of many councils. Public, without a sign-in.

The specification prescribes addresses as identifiers, its own lists, filters and refusals; so these routes do not
follow the conventions of the site's own interface and are not in its OpenAPI document.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, cast

import orjson
from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.http import http_date
from werkzeug.wrappers import Response as BaseResponse

from participation.core.errors import NotFound
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission
from participation.extensions import db
from participation.oparl.models import PublishedObject
from participation.oparl.queries.register import object_by_key, read_insiders, read_list
from participation.oparl.queries.sources import public_file
from participation.oparl.rules.addresses import LISTS, OMITTED, ROOT, Kind, path_of, with_addresses
from participation.oparl.rules.filters import Asked, read_asked, rfc3339
from participation.oparl.rules.objects import Key, type_url
from participation.papers.rules.files import MIMETYPES
from participation.storage.pages import Page
from participation.web.errors import register_dialect
from participation.web.guard import requires
from participation.web.logs import request_id

JSON: Final = "application/json; charset=utf-8"
ERROR: Final = "https://schema.oparl.org/1.1/Error"
_KINDS: Final = [kind for kind in Kind if kind is not Kind.SYSTEM]

bp = Blueprint("oparl", __name__)


@bp.record_once
def _speak_oparl(state: BlueprintSetupState) -> None:
    register_dialect(cast("Flask", state.app), "/oparl/", _refusal)


@bp.before_request
def _speak_german() -> None:
    """Word refusals in the language of what is put out, whatever the asker's: the answer is the same for everybody."""
    g.language = LANGUAGES["de"]


@bp.after_request
def _open_to_all(response: Response) -> Response:
    """Let pages of other sites read it: nothing here depends on who asks."""
    return _opened(response)


def _opened(response: Response) -> Response:
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "If-Modified-Since, If-None-Match"
    return response


def _refusal(status: int, detail: str) -> BaseResponse:
    """Word a refusal as an error object of the specification."""
    body = {"type": ERROR, "message": detail, "debug": f"{HTTPStatus(status).phrase}; request {request_id()}"}
    response = Response(orjson.dumps(body), status=status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return _opened(response)


@bp.get("/oparl")
@bp.get("/oparl/")
@bp.get(ROOT)
@bp.get(f"{ROOT}/")
@requires(Permission.PROCESS_READ)
def entrance() -> BaseResponse:
    return redirect(_base() + path_of(Kind.SYSTEM, ""), 301)


@bp.get(f"{ROOT}/system")
@requires(Permission.PROCESS_READ)
def system() -> Response:
    return _object(Kind.SYSTEM, "")


@bp.get(f"{ROOT}/bodies")
@requires(Permission.PROCESS_READ)
def bodies() -> Response:
    return _list(f"{ROOT}/bodies", Kind.BODY)


@bp.get(f"{ROOT}/<any({','.join(_KINDS)}):kind>/<key>")
@requires(Permission.PROCESS_READ)
def show(kind: str, key: str) -> Response:
    return _object(Kind(kind), key)


@bp.get(f"{ROOT}/body/<key>/<name>")
@requires(Permission.PROCESS_READ)
def body_list(key: str, name: str) -> Response:
    kinds: dict[str, Kind | None] = dict(LISTS.values())
    if name not in kinds:
        raise NotFound("no_such_object")
    body = object_by_key(db.session(), Kind.BODY, key)
    return _list(f"{path_of(Kind.BODY, body.key)}/{name}", kinds[name], body=body.key)


@bp.get(f"{ROOT}/organization/<key>/meeting")
@requires(Permission.PROCESS_READ)
def meetings_of(key: str) -> Response:
    group = object_by_key(db.session(), Kind.ORGANIZATION, key)
    return _list(f"{path_of(Kind.ORGANIZATION, group.key)}/meeting", Kind.MEETING, organization=group.key)


@bp.get(f"{ROOT}/file/<key>/<any(access,download):way>/<name>")
@requires(Permission.PROCESS_READ)
def file_content(key: str, way: str, name: str) -> BaseResponse:
    """Give a file: to look at it, or to save it under its name."""
    row = object_by_key(db.session(), Kind.FILE, key)
    if row.content is None:
        return _refusal(HTTPStatus.GONE, _("This file is no longer public."))
    if row.content["fileName"] != name:
        raise NotFound("no_such_object")
    file, since = public_file(db.session(), key)
    response = Response(file.content, content_type=MIMETYPES[file.kind])
    response.set_etag(file.sha256 or "")
    response.headers["Last-Modified"] = http_date(since)
    if way == "download":
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response.make_conditional(request)


@bp.get(f"{ROOT}/<path:rest>")
@requires(Permission.PROCESS_READ)
def nothing(rest: str) -> Response:
    """Refuse every other address in the words of the specification."""
    raise NotFound("no_such_object", path=rest)


def _object(kind: Kind, key: str) -> Response:
    row = object_by_key(db.session(), kind, key)
    return _json(_shown(row, _insiders([row])), modified_at=row.modified_at)


def _list(path: str, kind: Kind | None, **where: str) -> Response:
    asked = read_asked(request.args)
    found: Page[PublishedObject] = read_list(db.session(), kind, asked, **where) if kind else Page([], asked.page, 1, 0)
    if asked.page > found.pages:
        raise NotFound("no_such_list_page")
    inner = _insiders(found.items)
    data = [_shown(row, inner) for row in found.items]
    if asked.omit_internal and kind is not None:
        left_out = OMITTED.get(kind, ())
        data = [{name: value for name, value in shown.items() if name not in left_out} for shown in data]
    return _json({"data": data, "pagination": _pagination(found, asked), "links": _links(path, found, asked)})


def _pagination(found: Page[PublishedObject], asked: Asked) -> dict[str, int]:
    return {
        "totalElements": found.total,
        "elementsPerPage": asked.limit,
        "currentPage": found.page,
        "totalPages": found.pages,
    }


def _links(path: str, found: Page[PublishedObject], asked: Asked) -> dict[str, str]:
    pages = {"first": 1, "prev": found.page - 1, "self": found.page, "next": found.page + 1, "last": found.pages}
    return {name: f"{_base()}{path}{asked.query(page)}" for name, page in pages.items() if 1 <= page <= found.pages}


def _insiders(rows: Any) -> dict[Key, dict[str, Any]]:  # noqa: ANN401 - rows of the register
    found = read_insiders(db.session(), rows)
    return {key: _head(row) | (row.content or {}) for key, row in found.items()}


def _shown(row: PublishedObject, inner: dict[Key, dict[str, Any]]) -> dict[str, Any]:
    content = _head(row) | (row.content or {})
    shown: dict[str, Any] = with_addresses(content, _base(), inner, of=row.kind)
    return shown


def _head(row: PublishedObject) -> dict[str, Any]:
    head = {
        "id": {"path": path_of(row.kind, row.key)},
        "type": type_url(row.kind),
        "created": rfc3339(row.created_at),
        "modified": rfc3339(row.modified_at),
    }
    return head | ({"deleted": True} if row.is_deleted else {})


def _base() -> str:
    base: str = current_app.config["SETTINGS"].base_url
    return base


def _json(body: dict[str, Any], *, modified_at: datetime | None = None) -> Response:
    response = Response(orjson.dumps(body), content_type=JSON)
    if modified_at is not None:
        response.headers["Last-Modified"] = http_date(modified_at)
    response.add_etag()
    response.make_conditional(request)
    return response
