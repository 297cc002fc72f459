"""The API's document, its page and its errors."""

from typing import Any, Final

from flask import Flask
from flask_smorest import Api
from flask_wtf import CSRFProtect

CONFIG: Final[dict[str, Any]] = {
    "API_TITLE": "Participation",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}


def init_app(app: Flask, api: Api, _csrf: CSRFProtect) -> None:
    """Bind the API."""
    api.init_app(app)
