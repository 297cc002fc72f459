"""Numbers in addresses: what no column of the store holds is found nowhere, instead of failing in the store."""

from typing import Final

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST: Final = 2**31 - 1
"""What an integer column of PostgreSQL holds; SQLite's driver fails from 2**63."""


class ColumnInteger(IntegerConverter):
    """A whole number that a column can hold, as `<int:…>` in addresses."""

    def __init__(self, addresses: Map) -> None:
        super().__init__(addresses, max=LARGEST)


def init_app(app: Flask) -> None:
    """Let `<int:…>` in all addresses mean such a number; called before the first address is added."""
    app.url_map.converters["int"] = ColumnInteger
