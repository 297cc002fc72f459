"""What a step of a verification needs to be sure of, and how it says no."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

HASH: Final = re.compile(r"[0-9a-f]{64}")
CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,16}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_LONGEST_SHOWN: Final = 80


class Refused(ValueError):
    """A step fails; the text says why, for people."""


def require(holds: object, reason: str) -> None:
    """Raise Refused unless something holds."""
    if not holds:
        raise Refused(reason)


def shown(value: object) -> str:
    """Return something from a bundle as it may be printed: short, and without characters that command a terminal."""
    text = ascii(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def an_object(value: object, names: Collection[str], where: str) -> Mapping[str, Any]:
    """Return an object that has exactly these names."""
    if type(value) is not dict:
        raise Refused(f"{where} is not an object")
    for name in value:
        require(name in names, f"{where} has a name that it must not have: {shown(name)}")
    for name in names:
        require(name in value, f"{where} lacks the name {name}")
    return value


def a_list(value: object, where: str) -> list[Any]:
    """Return a list."""
    if type(value) is not list:
        raise Refused(f"{where} is not a list")
    return value


def a_text(value: object, where: str) -> str:
    """Return a string."""
    if type(value) is not str:
        raise Refused(f"{where} is not a string")
    return value


def a_number(value: object, where: str, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number."""
    if type(value) is not int or value < least or (most is not None and value > most):
        limits = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise Refused(f"{where} is not a whole number {limits}: {shown(value)}")
    return value


def a_hash(value: object, where: str) -> str:
    """Return a SHA-256."""
    if type(value) is not str or not HASH.fullmatch(value):
        raise Refused(f"{where} is not 64 hexadecimal digits: {shown(value)}")
    return value


def a_moment(value: object, where: str) -> str:
    """Return a moment in UTC, to the second."""
    if type(value) is not str or not _MOMENT.fullmatch(value) or not _exists(value):
        raise Refused(f"{where} is not a moment in UTC: {shown(value)}")
    return value


def _exists(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


def words(value: object, where: str) -> None:
    """Refuse what is no text with its translations."""
    text = an_object(value, ("language", "body", "translations"), where)
    a_text(text["language"], f"{where}.language")
    a_text(text["body"], f"{where}.body")
    if type(text["translations"]) is not dict:
        raise Refused(f"{where}.translations is not an object")
    for tag, translation in text["translations"].items():
        inner = f"{where}.translations.{shown(tag)}"
        an_object(translation, ("body", "origin", "stale"), inner)
        a_text(translation["body"], inner)
        a_text(translation["origin"], inner)
        require(type(translation["stale"]) is bool, f"{inner}.stale is neither true nor false")
