"""Every sentence of the interface is there in every language of the interface."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from participation.config import ROOT
from participation.core.languages import INTERFACE_TAGS

SOURCE = "en"
TRANSLATED = [tag for tag in INTERFACE_TAGS if tag != SOURCE]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@cache
def template() -> Catalog:
    """Return every string that code and templates ask to be translated."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    catalog = Catalog()
    found = extract_from_dir(
        str(ROOT), method_map=methods, options_map=options, keywords=KEYWORDS, directory_filter=is_ours
    )
    for file, line, message, _comments, context in found:
        catalog.add(message, None, [(file, line)], context=context)
    return catalog


def is_ours(directory: str) -> bool:
    name = Path(directory).name
    return not name.startswith((".", "__")) and name not in {
        "tests",
        "benchmarks",
        "instance",
        "node_modules",
        "vendor",
    }


@cache
def catalogue(tag: str) -> Catalog:
    with (ROOT / "translations" / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=tag, abort_invalid=True)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def faults(source: Catalog, translation: Catalog) -> Iterator[str]:
    """Yield what is wrong with a translation of the source."""
    for message in source:
        if not message.id:
            continue
        one = message.id if isinstance(message.id, str) else message.id[0]
        found = translation.get(one, message.context)
        if found is None or not all(forms(found)):
            yield f"missing: {one!r}"
        elif found.fuzzy:
            yield f"uncertain: {one!r}"
        elif not isinstance(message.id, str) and len(forms(found)) != translation.num_plurals:
            yield f"needs {translation.num_plurals} plural forms: {one!r}"
        else:
            yield from (f"other placeholders: {one!r}: {form!r}" for form in forms(found) if not fits(message, form))


def fits(message: Message, form: str) -> bool:
    """Say whether a form has the placeholders of the original; a plural form may leave the number out."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    allowed = set().union(*(PLACEHOLDER.findall(one) for one in ids))
    needed = set.intersection(*(set(PLACEHOLDER.findall(one)) for one in ids))
    if not isinstance(message.id, str):
        needed -= {"num", "count", "n"}
    return needed <= set(PLACEHOLDER.findall(form)) <= allowed


@pytest.mark.parametrize("tag", TRANSLATED)
def test_no_sentence_is_missing_in_a_language(tag: str) -> None:
    assert list(faults(template(), catalogue(tag))) == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_catalogue_holds_nothing_that_is_no_longer_said(tag: str) -> None:
    asked = {(message.id if isinstance(message.id, str) else message.id[0], message.context) for message in template()}
    held = {
        (message.id if isinstance(message.id, str) else message.id[0], message.context) for message in catalogue(tag)
    }
    assert held - asked == set()
    assert not catalogue(tag).obsolete


def test_a_missing_an_uncertain_and_a_wrong_translation_are_found() -> None:
    source = Catalog()
    for sentence in ("There", "Gone", "Unsure", "%(count)s left"):
        source.add(sentence)
    translation = Catalog(locale="de")
    translation.add("There", "Da")
    translation.add("Unsure", "Unsicher", flags={"fuzzy"})
    translation.add("%(count)s left", "%(rest)s übrig")
    assert [fault.split(":")[0] for fault in faults(source, translation)] == [
        "missing",
        "uncertain",
        "other placeholders",
    ]
