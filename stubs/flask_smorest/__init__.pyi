from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn, TypeVar

import flask
from apispec import APISpec
from marshmallow import Schema
from werkzeug.exceptions import HTTPException

_View = TypeVar("_View", bound=Callable[..., Any] | type[Any])
_SchemaLike = Schema | type[Schema] | str | Mapping[str, Any]

class Page:
    def __init__(self, collection: Any, page_params: Any) -> None: ...

class Blueprint(flask.Blueprint):
    HTTP_METHODS: ClassVar[list[str]]
    DOCSTRING_INFO_DELIMITER: ClassVar[str]
    ARGUMENTS_PARSER: ClassVar[Any]
    DEFAULT_PAGINATION_PARAMETERS: ClassVar[dict[str, int]]
    PAGINATION_HEADER_NAME: ClassVar[str | None]
    description: str
    def __init__(self, name: str, import_name: str, *, description: str = ..., **kwargs: Any) -> None: ...
    def route(
        self,
        rule: str,
        *,
        parameters: Sequence[Any] | None = ...,
        tags: Sequence[str] | None = ...,
        **options: Any,
    ) -> Callable[[_View], _View]: ...
    def arguments(
        self,
        schema: _SchemaLike,
        *,
        location: str = ...,
        content_type: str | None = ...,
        required: bool = ...,
        description: str | None = ...,
        example: Any = ...,
        examples: Any = ...,
        **kwargs: Any,
    ) -> Callable[[_View], _View]: ...
    def response(
        self,
        status_code: int,
        schema: _SchemaLike | None = ...,
        *,
        content_type: str | None = ...,
        description: str | None = ...,
        example: Any = ...,
        examples: Any = ...,
        headers: Mapping[str, Any] | None = ...,
    ) -> Callable[[_View], _View]: ...
    def alt_response(
        self,
        status_code: int,
        response: str | None = ...,
        *,
        schema: _SchemaLike | None = ...,
        content_type: str | None = ...,
        description: str | None = ...,
        example: Any = ...,
        examples: Any = ...,
        headers: Mapping[str, Any] | None = ...,
        success: bool = ...,
    ) -> Callable[[_View], _View]: ...
    def paginate(
        self,
        pager: type[Page] | None = ...,
        *,
        page: int | None = ...,
        page_size: int | None = ...,
        max_page_size: int | None = ...,
    ) -> Callable[[_View], _View]: ...
    def etag(self, obj: _View) -> _View: ...
    def check_etag(self, etag_data: Any, etag_schema: _SchemaLike | None = ...) -> None: ...
    def set_etag(self, etag_data: Any, etag_schema: _SchemaLike | None = ...) -> None: ...
    @staticmethod
    def doc(**kwargs: Any) -> Callable[[_View], _View]: ...

class Api:
    ERROR_SCHEMA: ClassVar[type[Schema]]
    DEFAULT_ERROR_RESPONSE_NAME: str | None
    spec: APISpec
    config: Mapping[str, Any]
    def __init__(
        self,
        app: flask.Flask | None = ...,
        *,
        spec_kwargs: Mapping[str, Any] | None = ...,
        config_prefix: str = ...,
    ) -> None: ...
    def init_app(self, app: flask.Flask, *, spec_kwargs: Mapping[str, Any] | None = ...) -> None: ...
    def register_blueprint(
        self, blp: flask.Blueprint, *, parameters: Sequence[Any] | None = ..., **options: Any
    ) -> None: ...
    def register_converter(self, converter: type[Any], func: Callable[[Any], Mapping[str, Any]]) -> None: ...
    def register_field(self, field: type[Any], *args: Any) -> None: ...
    def handle_http_exception(self, error: HTTPException) -> Any: ...

current_api: Api

def abort(http_status_code: int, exc: Exception | None = ..., **kwargs: Any) -> NoReturn: ...
