"""Which characters our typefaces can show; what they cannot is written as its number, never left out silently.

A typesetter puts an empty box, or nothing, where a typeface lacks a sign, and PDF/A forbids the box. So texts are
looked through before: a letter without a sign becomes `[U+0F40]`, which everybody sees and nobody takes for a word.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).resolve().parent / "fonts"
_SEGMENTS, _GROUPS = 4, 12
_HIDDEN: Final = frozenset(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f"
)
"""Marks that steer letters and have no sign of their own: typefaces need not have one.

Overrides of the direction are not among them. They can make a line read otherwise than it is stored, and are shown.
"""
_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e")
_LINE_ENDS: Final = {ord(end): "\n" for end in "\r\x0b\x0c\x85\u2028\u2029"} | {ord("\t"): " ", 0xFEFF: "\u2060"}
"""Signs that have a plain equivalent; U+FEFF is the former word joiner, which the typesetter does not know."""


MOST_MARKS: Final = 8
"""Marks that one letter may carry; no language stacks that many, and a typesetter needs seconds for thousands."""
_NO_SIGNS: Final = frozenset({"Cc", "Co"})
"""Controls, and what typefaces keep for themselves: PDF/A lets no text consist of them."""


@cache
def signs_by_font() -> tuple[frozenset[str], ...]:
    """Return the characters that each of our typefaces has a sign for."""
    return tuple(
        frozenset(
            sign for sign in map(chr, _code_points(path.read_bytes())) if unicodedata.category(sign) not in _NO_SIGNS
        )
        for path in sorted(FONTS.glob("*400Regular.ttf"))
    )


@cache
def _unshown() -> re.Pattern[str]:
    """Return a pattern of single characters that no typeface has."""
    shown = sorted({ord(sign) for signs in signs_by_font() for sign in (signs | _HIDDEN) - _OVERRIDES} | {ord("\n")})
    ranges: list[list[int]] = []
    for point in shown:
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return re.compile(f"[^{''.join(f'{_escaped(first)}-{_escaped(last)}' for first, last in ranges)}]")


def _escaped(point: int) -> str:
    return f"\\U{point:08x}"


@cache
def _joined() -> re.Pattern[str]:
    """Return a pattern of a character with the marks that are drawn on it."""
    marks = "".join(
        _escaped(point) for point in range(0x300, 0x30000) if unicodedata.category(chr(point)) in {"Mn", "Mc", "Me"}
    )
    return re.compile(f"(?s).[{marks}]+")


def shown(words: str) -> str:
    r"""Return words that our typefaces can show: composed, each line end the same, numbers for what has no sign.

    >>> shown("a\x00b")
    'a[U+0000]b'
    """
    if words.isascii() and words.isprintable():
        return words
    unified = unicodedata.normalize("NFC", words.replace("\r\n", "\n").translate(_LINE_ENDS))
    unified = _joined().sub(lambda found: _fewer_marks(found[0]), unified)
    known = _unshown().sub(lambda found: _in_parts(found[0]), unified)
    return _joined().sub(lambda found: found[0] if _fits_one_font(found[0]) else _apart(found[0]), known)


_ILLEGIBLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")


def legible(words: str) -> str:
    r"""Return words for formats that bring no typefaces: line ends alike, numbers for what no file may contain.

    >>> legible("a\x00b")
    'a[U+0000]b'
    """
    return _ILLEGIBLE.sub(lambda found: _numbers(found[0]), words.replace("\r\n", "\n").translate(_LINE_ENDS))


def _fits_one_font(cluster: str) -> bool:
    """Tell whether one typeface has a letter and its marks: the typesetter does not put them together from two."""
    needed = set(cluster) - _HIDDEN
    return any(needed <= signs for signs in signs_by_font())


def _in_parts(letter: str) -> str:
    """Return a letter that nobody has as a letter with its marks, if somebody has these; else as its number."""
    parts = unicodedata.normalize("NFD", letter)
    return parts if len(parts) > 1 and _fits_one_font(parts) else _numbers(letter)


def _fewer_marks(cluster: str) -> str:
    """Return a letter with as many marks as may be stacked; of the rest only how many they are."""
    kept, rest = cluster[: 1 + MOST_MARKS], len(cluster) - 1 - MOST_MARKS
    return f"{kept}[+{rest}]" if rest > 0 else kept


def _apart(cluster: str) -> str:
    return cluster[0] + _numbers(cluster[1:])


def _numbers(letters: str) -> str:
    return "".join(f"[U+{ord(letter):04X}]" for letter in letters)


def _code_points(font: bytes) -> Iterator[int]:
    """Yield the code points that a TrueType file has a sign for (OpenType specification, table cmap, formats 4, 12)."""
    table = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, table + 2)
    for place in range(count):
        (offset,) = struct.unpack_from(">4xL", font, table + 4 + 8 * place)
        (kind,) = struct.unpack_from(">H", font, table + offset)
        if kind == _SEGMENTS:
            yield from _in_segments(font, table + offset)
        elif kind == _GROUPS:
            yield from _in_groups(font, table + offset)


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for place in range(count):
        tag, offset = struct.unpack_from(">4s4xL", font, 12 + 16 * place)
        if tag == name:
            return int(offset)
    raise ValueError(f"the typeface has no table {name!r}")


def _in_segments(font: bytes, start: int) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    segments = doubled // 2
    ends = struct.unpack_from(f">{segments}H", font, start + 14)
    starts = struct.unpack_from(f">{segments}H", font, start + 16 + doubled)
    deltas = struct.unpack_from(f">{segments}H", font, start + 16 + 2 * doubled)
    offsets_at = start + 16 + 3 * doubled
    for place in range(segments):
        (offset,) = struct.unpack_from(">H", font, offsets_at + 2 * place)
        for point in range(starts[place], min(ends[place], 0xFFFE) + 1):
            glyph = point
            if offset:
                (glyph,) = struct.unpack_from(">H", font, offsets_at + 2 * place + offset + 2 * (point - starts[place]))
                if glyph == 0:
                    continue
            if (glyph + deltas[place]) & 0xFFFF:
                yield point


def _in_groups(font: bytes, start: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">L", font, start + 12)
    for place in range(count):
        first, last, glyph = struct.unpack_from(">3L", font, start + 16 + 12 * place)
        yield from range(first + (not glyph), last + 1)
