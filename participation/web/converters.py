"""Numbers in addresses: what no column of the store holds is found nowhere, instead of failing in the store."""

from typing import Final

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

DIGITS: Final = 9
"""All numbers of so many digits fit the integer columns of PostgreSQL, which end at 2**31 - 1."""


class ColumnInteger(IntegerConverter):
    """A whole number that a column can hold, as `<int:…>` in addresses.

    The pattern bounds it, since werkzeug takes an address whose number is refused later for one of another method.
    """

    regex = rf"\d{{1,{DIGITS}}}"

    def __init__(self, addresses: Map) -> None:
        super().__init__(addresses, max=10**DIGITS - 1)


def init_app(app: Flask) -> None:
    """Let `<int:…>` in all addresses mean such a number; called before the first address is added."""
    app.url_map.converters["int"] = ColumnInteger
