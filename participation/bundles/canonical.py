"""Canonical JSON (RFC 8785) for what bundles contain: one way of writing a document, and no other is read.

Bytes are compared, never parsed values: a document is canonical if writing what was read gives the same bytes. That
alone finds blanks, names out of order or twice, other escapes, leading zeros and exponents. What it would not find is
looked at value by value: fractions, numbers beyond 2^53, names that are not ASCII, and depth.
"""

from collections.abc import Iterable
from typing import Any, Final

import orjson

LARGEST: Final = 2**53 - 1
DEEPEST: Final = 64


class NotCanonical(ValueError):
    """Bytes are not the canonical form of one JSON object; the text says why."""


def written(document: object) -> bytes:
    r"""Return the one way of writing a document of texts, whole numbers, lists and objects with names in ASCII.

    >>> written({"b": [1, "é"], "a": None})
    b'{"a":null,"b":[1,"\xc3\xa9"]}'
    """
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def read(data: bytes) -> dict[str, Any]:
    """Return the object that the bytes are the canonical form of; raises NotCanonical for any other bytes.

    >>> read(b'{"a":1.0}')
    Traceback (most recent call last):
    ...
    participation.bundles.canonical.NotCanonical: a number is not a whole number
    """
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise NotCanonical(f"not JSON: {fault.msg}") from None
    if type(document) is not dict:
        raise NotCanonical("not an object")
    check_values(document)
    if written(document) != data:
        raise NotCanonical("not written in canonical form")
    return document


def check_values(document: object) -> None:
    """Raise NotCanonical for numbers, names or depths that no canonical document has. It does not recurse."""
    level: list[object] = [document]
    for _depth in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise NotCanonical(f"lists and objects stand more than {DEEPEST} deep in each other")


def _inside(value: object) -> Iterable[object]:
    """Check the plain values in a list or an object, and return the lists and objects in it."""
    if type(value) is dict:
        for name in value:
            if not name.isascii():
                raise NotCanonical("a name is not ASCII")
        values: Iterable[object] = value.values()
    elif type(value) is list:
        values = value
    else:
        return ()
    kinds = set(map(type, values))
    if float in kinds:
        raise NotCanonical("a number is not a whole number")
    if int in kinds:
        _check_sizes([number for number in values if type(number) is int])
    return [inner for inner in values if type(inner) in {dict, list}] if kinds & {dict, list} else ()


def _check_sizes(numbers: list[int]) -> None:
    if min(numbers) < -LARGEST or max(numbers) > LARGEST:
        raise NotCanonical("a number is too large to be exact everywhere")
