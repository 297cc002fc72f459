"""Derive the stylesheet that pages load from the full KERN stylesheet.

KERN is vendored whole and unchanged (participation/static/vendor/kern/kern.min.css), but a page on a
phone needs a sixth of it, and it knows only left-to-right writing. This script

1. keeps the components named in KEPT_COMPONENTS and the icons named in KEPT_ICONS,
2. turns physical properties (margin-left, right, text-align: left, ...) into logical ones, so that
   one sheet serves both directions of writing,
3. drops custom properties that nothing refers to any more,
4. drops the switch between light and dark by attribute (the reader's system decides), and
5. paints icons in the system's text colour under forced colours, where KERN paints them white
   whatever the ground is.

KERN is EUPL-1.2; the result is a modified version of it under the same licence and says so in its
first line. The result depends on nothing but its inputs; tests/unit/test_vendor.py derives it again
and compares. Run: python tools/derive_kern.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
STATIC: Final = ROOT / "participation" / "static"
SOURCE: Final = STATIC / "vendor" / "kern" / "kern.min.css"
TARGET: Final = STATIC / "kern.css"
OWN_SHEETS: Final = (STATIC / "participation.css", STATIC / "city.css")

BANNER: Final = (
    "/* Derived from KERN-UX (@kern-ux/native 2.7.2, EUPL-1.2) by tools/derive_kern.py: "
    "a part of its components, with logical instead of physical properties. Do not edit. */\n"
)

# A selector's class belongs to a component by the part of its name before "__" or "--".
KEPT_COMPONENTS: Final = frozenset(
    {
        "kern-accordion",
        "kern-alert",
        "kern-badge",
        "kern-btn",
        "kern-description-list",
        "kern-description-list-item",
        "kern-divider",
        "kern-error",
        "kern-fieldset",
        "kern-form-check",
        "kern-form-input",
        "kern-hint",
        "kern-icon",
        "kern-label",
        "kern-link",
        "kern-progress",
        "kern-sr-only",
        "kern-table",
        "kern-table-responsive",
        "kern-task-list",
        "kern-title",
        "kern-body",
        "kern-number",
    }
)

KEPT_ICONS: Final = frozenset(
    {
        "account-circle",
        "add",
        "arrow-back",
        "arrow-down",
        "arrow-forward",
        "arrow-up",
        "calendar-today",
        "check",
        "close",
        "danger",
        "delete",
        "download",
        "edit",
        "help",
        "info",
        "language",
        "mail",
        "search",
        "success",
        "warning",
    }
)
ICON_SIZES: Final = frozenset({"small", "default", "large", "x-large"})

# Element rules of KERN that our own sheet states better (see participation.css).
DROPPED_SELECTORS: Final = frozenset({"*:not(i)", "html", "img", "picture", "video", "canvas", "svg"})
DROPPED_PARTS: Final = ("kern-dialog", "[data-kern-theme", "[contentEditable", "iframe")

LOGICAL_NAMES: Final = {
    "margin-left": "margin-inline-start",
    "margin-right": "margin-inline-end",
    "padding-left": "padding-inline-start",
    "padding-right": "padding-inline-end",
    "border-left": "border-inline-start",
    "border-right": "border-inline-end",
    "border-left-color": "border-inline-start-color",
    "border-right-color": "border-inline-end-color",
    "border-left-width": "border-inline-start-width",
    "border-right-width": "border-inline-end-width",
    "border-left-style": "border-inline-start-style",
    "border-right-style": "border-inline-end-style",
    "left": "inset-inline-start",
    "right": "inset-inline-end",
    "border-top-left-radius": "border-start-start-radius",
    "border-top-right-radius": "border-start-end-radius",
    "border-bottom-right-radius": "border-end-end-radius",
    "border-bottom-left-radius": "border-end-start-radius",
}
CORNERS: Final = (
    "border-start-start-radius",
    "border-start-end-radius",
    "border-end-end-radius",
    "border-end-start-radius",
)
SIDED_VALUES: Final = {
    "text-align": {"left": "start", "right": "end"},
    "float": {"left": "inline-start", "right": "inline-end"},
    "clear": {"left": "inline-start", "right": "inline-end"},
}
BOX_SIDES: Final = frozenset({"margin", "padding"})
# KERN sets its colours on the page and on every element that switches the theme; we only have the page.
PAGE_LAYER: Final = ":is(body,"
PAGE: Final = "body"
ICON_WHITE: Final = "var(--kern-color-white)"
FOUR_SIDES: Final = 4


@dataclass(frozen=True)
class Block:
    """A rule as it stands in the sheet: what precedes the brace, and what is inside."""

    prelude: str
    body: str


def split_outside(text: str, separator: str) -> list[str]:
    """Split at a separator that stands outside quotes and parentheses."""
    parts: list[str] = []
    depth = 0
    quote = ""
    start = 0
    for position, char in enumerate(text):
        if quote:
            if char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return parts


def blocks(css: str) -> Iterator[Block]:
    """Yield the top-level blocks of a sheet; statements without a block are passed over."""
    depth = 0
    quote = ""
    start = 0
    opened = 0
    for position, char in enumerate(css):
        if quote:
            if char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char == ";" and depth == 0:
            start = position + 1
        elif char == "{":
            if depth == 0:
                opened = position
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield Block(css[start:opened].strip(), css[opened + 1 : position])
                start = position + 1


def is_kept(selector: str) -> bool:
    """Whether a single selector names nothing but components and icons that we use."""
    if selector in DROPPED_SELECTORS or any(part in selector for part in DROPPED_PARTS):
        return False
    for name in re.findall(r"\.(kern-[a-zA-Z0-9_-]+)", selector):
        component, _, modifier = name.partition("--")
        component = component.partition("__")[0]
        if component not in KEPT_COMPONENTS:
            return False
        if component == "kern-icon" and modifier and modifier not in KEPT_ICONS | ICON_SIZES:
            return False
    return True


def logical(name: str, value: str, *, turned: bool) -> list[tuple[str, str]]:
    """Say the same with properties that follow the direction of writing.

    A block that turns its box with `transform` draws a figure (a tick, a cross), which looks the same
    in every script, so its offsets stay as they are.
    """
    if name in LOGICAL_NAMES and not (turned and name in {"left", "right"}):
        return [(LOGICAL_NAMES[name], value)]
    if name in SIDED_VALUES:
        return [(name, SIDED_VALUES[name].get(value, value))]
    sides = [part for part in split_outside(value, " ") if part]
    if len(sides) != FOUR_SIDES:
        return [(name, value)]
    first, second, third, fourth = sides
    if name in BOX_SIDES and second != fourth:
        return [(f"{name}-block", f"{first} {third}"), (f"{name}-inline", f"{fourth} {second}")]
    if name == "border-radius" and (first != second or third != fourth):
        return list(zip(CORNERS, sides, strict=True))
    return [(name, value)]


def declarations(body: str) -> list[tuple[str, str]]:
    """Read a block's declarations in logical form."""
    pairs: list[tuple[str, str]] = []
    turned = re.search(r"transform:(?!translateY)", body) is not None
    for part in split_outside(body, ";"):
        name, colon, value = part.partition(":")
        name, value = name.strip(), value.strip()
        if not colon:
            continue
        pairs.extend([(name, value)] if name.startswith("--") else logical(name, value, turned=turned))
    return pairs


@dataclass(frozen=True)
class Rule:
    """A style rule under the conditions (media queries) that surround it."""

    condition: str
    selector: str
    pairs: tuple[tuple[str, str], ...]


def rules(css: str, condition: str = "") -> Iterator[Rule]:
    """Yield the kept rules in the order of the sheet."""
    for block in blocks(css):
        if block.prelude.startswith("@media"):
            yield from rules(block.body, block.prelude)
        elif block.prelude.startswith("@"):
            continue
        else:
            selectors = [part.strip() for part in split_outside(block.prelude, ",")]
            kept = [PAGE if selector.startswith(PAGE_LAYER) else selector for selector in selectors]
            kept = [selector for selector in kept if is_kept(selector)]
            body = block.body.replace(ICON_WHITE, "CanvasText") if "forced-colors" in condition else block.body
            pairs = tuple(declarations(body))
            if kept and pairs:
                yield Rule(condition, ",".join(kept), pairs)


def used_properties(kept: list[Rule], own: str) -> set[str]:
    """Names of custom properties that are reached from real declarations or from our own sheets."""
    needed: set[str] = set(re.findall(r"var\((--[\w-]+)", own))
    defined: dict[str, set[str]] = {}
    for rule in kept:
        for name, value in rule.pairs:
            references = set(re.findall(r"var\((--[\w-]+)", value))
            if name.startswith("--"):
                defined.setdefault(name, set()).update(references)
            else:
                needed |= references
    reached: set[str] = set()
    while needed:
        name = needed.pop()
        if name not in reached:
            reached.add(name)
            needed |= defined.get(name, set())
    return reached


def derive(kern: str, own: str) -> str:
    """Return the derived sheet for KERN's full sheet and the text of our own sheets."""
    kept = list(rules(re.sub(r"/\*.*?\*/", "", kern, flags=re.DOTALL)))
    reached = used_properties(kept, own)
    lines: list[str] = []
    open_condition = ""
    for rule in kept:
        pairs = [(name, value) for name, value in rule.pairs if not name.startswith("--") or name in reached]
        if not pairs:
            continue
        if rule.condition != open_condition:
            if open_condition:
                lines.append("}")
            if rule.condition:
                lines.append(f"{rule.condition}{{")
            open_condition = rule.condition
        lines.append(f"{rule.selector}{{{';'.join(f'{name}:{value}' for name, value in pairs)}}}")
    if open_condition:
        lines.append("}")
    return BANNER + "\n".join(lines) + "\n"


def derived_sheet() -> str:
    """Return the derived sheet for the files in this repository."""
    own = "".join(path.read_text("utf-8") for path in OWN_SHEETS if path.exists())
    return derive(SOURCE.read_text("utf-8"), own)


if __name__ == "__main__":
    TARGET.write_text(derived_sheet(), "utf-8")
