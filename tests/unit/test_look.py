"""The look keeps its promises: contrast, hues that everybody can tell apart, nothing styled inside a page."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
STATIC: Final = ROOT / "participation" / "static"
BODIES: Final = ("steering-group", "citizens", "online", "administration", "migrant-forum")
TEMPLATES: Final = sorted((ROOT / "templates").rglob("*.html"))


def colours(dark: bool) -> dict[str, str]:  # noqa: FBT001
    """Read the hexadecimal custom properties of city.css and participation.css as one theme sees them."""
    found: dict[str, str] = {}
    for name in ("city.css", "participation.css"):
        sheet = (STATIC / name).read_text("utf-8")
        light, *darker = sheet.split("@media (prefers-color-scheme: dark)")
        found |= dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", light))
        if dark:
            found |= dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", darker[0].split("\n}\n")[0]))
    return found


def channels(colour: str) -> list[float]:
    """Return linear red, green and blue."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    values = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]


def luminance(colour: str) -> float:
    red, green, blue = channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


THEMES: Final = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@THEMES
@pytest.mark.parametrize("ground", ["--paper", "--city-sand"])
@pytest.mark.parametrize("ink", ["--city-accent", "--kern-color-layout-text-muted", *(f"--{body}" for body in BODIES)])
def test_coloured_text_is_readable_on_every_ground(ink: str, ground: str, dark: bool) -> None:  # noqa: FBT001
    known = colours(dark)
    assert contrast(known[ink], known[ground]) >= 4.5


@THEMES
def test_the_words_on_a_button_are_readable(dark: bool) -> None:  # noqa: FBT001
    known = colours(dark)
    assert contrast(known["--city-accent"], known["--city-on-accent"]) >= 4.5


@THEMES
@pytest.mark.parametrize("line", ["--line-strong", "--focus"])
def test_lines_that_carry_meaning_can_be_seen(line: str, dark: bool) -> None:  # noqa: FBT001
    known = colours(dark)
    assert contrast(known[line], known["--paper"]) >= 3


# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SIGHT: Final = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue cones": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """Return the colour in Oklab as somebody with that sight sees it."""
    linear = channels(colour)
    red, green, blue = (
        min(1, max(0, sum(weight * value for weight, value in zip(row, linear, strict=True)))) for row in SIGHT[sight]
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@THEMES
@pytest.mark.parametrize("sight", SIGHT)
def test_the_five_hues_are_told_apart_by_every_kind_of_sight(sight: str, dark: bool) -> None:  # noqa: FBT001
    """A distance of 0.1 in Oklab is plain to see side by side; signs and names carry the rest."""
    known = colours(dark)
    for one, other in itertools.combinations(BODIES, 2):
        pairs = zip(seen(known[f"--{one}"], sight), seen(known[f"--{other}"], sight), strict=True)
        assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 >= 0.1, (one, other)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_carries_style_script_or_handlers_of_its_own(template: Path) -> None:
    """The content security policy would refuse them silently. `once=` names an amount, not an event."""
    text = template.read_text("utf-8")
    assert re.search(r"\sstyle=|<style|\son(?!ce=)[a-z]+=|javascript:", text) is None
    assert re.search(r"<script(?![^>]*\ssrc=)", text) is None


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_loads_anything_from_another_host(template: Path) -> None:
    loaded = re.findall(
        r"<(?:script|link|img|iframe|use|source)\b[^>]*\b(?:src|href)=\"([^\"]+)\"", template.read_text("utf-8")
    )
    assert [address for address in loaded if address.startswith(("http:", "https:", "//"))] == []


def test_a_sign_is_drawn_once_for_every_body() -> None:
    drawn = (ROOT / "templates" / "layout" / "signs.html").read_text("utf-8")
    sheet = (STATIC / "participation.css").read_text("utf-8")
    for body in BODIES:
        name = body.replace("-", "_")
        assert drawn.count(f'id="sign-{name}"') == 1
        assert f".body--{name} {{" in sheet
        assert f".ranking__body.body--{name}::before" in sheet
