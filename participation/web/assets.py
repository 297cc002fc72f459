"""Files that never change under their address, and compression of what does."""

import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.wsgi import FileWrapper

_FOREVER: Final = "public, max-age=31536000, immutable"
_A_DAY: Final = "public, max-age=86400"
_KEPT_FINGERPRINTS: Final = 512
COMPRESSED: Final = [
    "text/html",
    "text/css",
    "text/javascript",
    "text/csv",
    "application/json",
    "application/problem+json",
    "image/svg+xml",
]


def init_app(app: Flask) -> None:
    """Version the addresses of static files and compress answers.

    Compressing pages that hold both a secret and what an attacker may put into an address gives the secret's length
    away bit by bit (BREACH), if the attacker can make the reader's browser send many such requests with its cookies
    and see their sizes. Our cookies are SameSite=Lax, so another site's page cannot send them along; the token in
    forms is signed anew every second; and what a page shows of its address is only ever the address itself.
    """
    app.config.update(
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["zstd", "br", "deflate"],
    )
    Compress(app)
    app.url_defaults(lambda endpoint, values: _add_version(app, endpoint, values))
    app.after_request(_cache_static)
    app.after_request(_read_whole)  # the last one that is registered runs first, before the compression


def _add_version(app: Flask, endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" or "v" in values or app.static_folder is None:
        return
    path = Path(app.static_folder, str(values.get("filename", "")))
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return
    values["v"] = _fingerprint(path, changed)


@lru_cache(maxsize=_KEPT_FINGERPRINTS)
def _fingerprint(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _read_whole(response: Response) -> Response:
    """Read a text file before it is compressed: compressing it as a stream would leave the file open."""
    if request.endpoint == "static" and response.status_code == HTTPStatus.OK and response.mimetype in COMPRESSED:
        file = response.response
        response.direct_passthrough = False
        response.get_data()
        if isinstance(file, FileWrapper):
            file.close()
    return response


def _cache_static(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in {200, 206, 304}:
        # Fonts are named in style sheets without a version; their names change with their content.
        response.headers["Cache-Control"] = _FOREVER if request.args.get("v") else _A_DAY
    return response
