"""Pages of lists: as asked for in an address, and as the API answers them."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from flask import request, url_for
from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Range

from participation.core.errors import NotFound

PER_PAGE: Final = 25
MAX_PER_PAGE: Final = 200
MAX_PAGE: Final = 100_000


class PageIn(Schema):
    """What a list of the API can be asked: `@blp.arguments(PageIn, location="query")`, or a subclass with more."""

    class Meta:
        unknown = EXCLUDE  # addresses are passed on with what others appended, such as ?lang=

    page = fields.Integer(
        load_default=1,
        validate=Range(1, MAX_PAGE),
        metadata={"description": "Which page of the list; the first is 1."},
    )
    per_page = fields.Integer(
        load_default=50,
        validate=Range(1, MAX_PER_PAGE),
        metadata={"description": "How many entries on a page."},
    )


@cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """Return the schema of a list of such items: items, page, pages, total."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "page": fields.Integer(required=True),
            "pages": fields.Integer(required=True),
            "total": fields.Integer(required=True),
        },
        name=f"{item.__name__.removesuffix('Out')}Page",
    )


def asked_page() -> int:
    """Return which page of a list this page's address asks for; one that cannot be is not found."""
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and 1 <= len(asked) <= len(str(MAX_PAGE))) or int(asked) < 1:
        raise NotFound("no_such_page_of_list")
    return int(asked)


def page_links() -> Callable[[int], str]:
    """Return the function from a page's number to its address, for the macro that draws the links."""
    arguments: dict[str, Any] = request.args.to_dict(flat=False)
    endpoint, inside = request.endpoint or "", dict(request.view_args or {})
    return lambda number: url_for(endpoint, **inside, **{**arguments, "page": [str(number)]})
