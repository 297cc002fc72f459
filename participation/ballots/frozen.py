"""Frozen options as readers see them: the wording in their language, taken from what was kept at the opening."""

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from participation.ballots.models import Option
from participation.core.money import Money
from participation.texts.models import Origin, Text, TextVersion
from participation.texts.queries import Wording

FrozenText: TypeAlias = Mapping[str, Any]

SHOWN_OF_A_BODY: Final = 240
"""A list of options shows the beginning of a longer text; the option's own page shows all of it."""


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option on a list or a ballot. `is_machine` says that its title was not worded by a person."""

    code: str
    title: Wording
    summary: Wording | None
    field: Wording | None
    field_code: str
    cost: Money | None
    href: str
    is_machine: bool
    is_struck: bool


def shown_options(
    options: Sequence[Option], languages: Sequence[str], address: Callable[[str], str]
) -> list[ShownOption]:
    """Return options in the given order as a reader of `languages` sees them; `address` maps a code to its page."""
    return [_shown(option, languages, address(option.code)) for option in options]


def wording_of(frozen: FrozenText, languages: Sequence[str]) -> Wording:
    """Return the first wording there is in the reader's order of languages, else the author's own words."""
    wordings = frozen["wordings"]
    tag = next((tag for tag in languages if tag in wordings), frozen["language"])
    shown = wordings[tag]
    return Wording(shown["body"], tag, Origin(shown["origin"]), frozen["language"], shown["stale"])


def thawed(frozen: FrozenText) -> Text:
    """Return a frozen text as one that pages can show with its origin; it belongs to no session."""
    versions = [
        TextVersion(
            language=tag,
            revision=shown["revision"],
            source_revision=shown["source_revision"],
            origin=Origin(shown["origin"]),
            body=shown["body"],
        )
        for tag, shown in frozen["wordings"].items()
    ]
    return Text(language=frozen["language"], revision=frozen["revision"], versions=versions)


def as_data(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frozen content as the API gives it: each text in its language, with its translations beside it."""
    return {name: _as_data(value) for name, value in content.items()}


def matching(options: Collection[ShownOption], words: str, field_code: str) -> list[str]:
    """Return the codes of options that hold every word, accents aside, and stand in the field if one is named."""
    wanted = _plain(words).split()
    return [
        option.code
        for option in options
        if (not field_code or option.field_code == field_code) and all(word in _text_of(option) for word in wanted)
    ]


@dataclass(frozen=True, slots=True)
class Finder:
    """What somebody looks for on a list of options: words, a field, only what they marked.

    `fields` are the choices; `favourites` what they marked, in that order; `shown` the codes that are left, None for
    all. A ballot keeps what is not shown: looking for one thing takes nothing else away.
    """

    q: str
    field: str
    only: bool
    fields: Sequence[tuple[str, str]]
    favourites: Sequence[str]
    shown: Sequence[str] | None


def find(
    options: Collection[ShownOption],
    *,
    q: str = "",
    field: str = "",
    only: bool = False,
    favourites: Sequence[str] = (),
) -> Finder:
    """Return what is left of a list of options for somebody who looks for something; favourites among them only."""
    known = {option.code for option in options if not option.is_struck}
    marked = [code for code in favourites if code in known]
    words, only = q.strip(), only and bool(marked)
    shown = matching(options, words, field) if words or field else [option.code for option in options]
    if only:
        shown = [code for code in shown if code in marked]
    return Finder(words, field, only, fields_of(options), marked, shown if words or field or only else None)


def fields_of(options: Collection[ShownOption]) -> list[tuple[str, str]]:
    """Return code and name of every field in which options stand, by name."""
    named = {option.field_code: option.field.body for option in options if option.field is not None}
    return sorted(named.items(), key=lambda entry: (_plain(entry[1]), entry[0]))


def _shown(option: Option, languages: Sequence[str], href: str) -> ShownOption:
    content = option.content
    field, costing = content["field"], content["costing"]
    title = wording_of(content["title"], languages)
    return ShownOption(
        code=option.code,
        title=title,
        summary=_beginning(wording_of(content["body"], languages)) if content["body"] else None,
        field=wording_of(field["title"], languages) if field else None,
        field_code=field["code"] if field else "",
        cost=Money(costing["once_cents"] + costing["annual_cents"], costing["currency"]) if costing else None,
        href=href,
        is_machine=title.origin is Origin.MACHINE,
        is_struck=option.struck_at is not None,
    )


def _as_data(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can be
    if isinstance(value, list):
        return [_as_data(entry) for entry in value]
    if isinstance(value, Mapping):
        return _text_as_data(value) if "wordings" in value else as_data(value)
    return value


def _text_as_data(frozen: FrozenText) -> dict[str, Any]:
    own = frozen["language"]
    return {
        "language": own,
        "body": frozen["wordings"][own]["body"],
        "translations": {
            tag: {"body": shown["body"], "origin": Origin(shown["origin"]), "stale": shown["stale"]}
            for tag, shown in frozen["wordings"].items()
            if tag != own
        },
    }


def _beginning(wording: Wording) -> Wording:
    first, *others = wording.body.split("\n", 1)
    body = first.strip()
    if len(body) > SHOWN_OF_A_BODY:
        body = body[:SHOWN_OF_A_BODY].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
    elif others:
        body += " …"
    return Wording(body, wording.language, wording.origin, wording.original_language, wording.is_stale)


def _text_of(option: ShownOption) -> str:
    parts = (option.title, option.summary, option.field)
    return _plain(" ".join([option.code, *(part.body for part in parts if part is not None)]))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()
