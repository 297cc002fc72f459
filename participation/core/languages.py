"""The languages that the program knows, with our own tags.

Babel drops `de-simple`, cannot read `kmr` or `prs` and takes `ku_Arab` for left-to-right, so each language
says here which Babel locale formats its numbers and which catalogues give its words.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from participation.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Language:
    """One language: BCP 47 tag, name in its own script, Babel locale, catalogues to ask in turn, direction."""

    tag: str
    own_name: str
    babel: str
    catalogues: tuple[str, ...]
    direction: Literal["ltr", "rtl"] = "ltr"


_ALL: Final = (
    Language("de", "Deutsch", "de", ("de",)),
    Language("de-simple", "Einfaches Deutsch", "de", ("de_simple", "de")),
    Language("en", "English", "en", ("en",)),
    Language("tr", "Türkçe", "tr", ("tr",)),
    Language("ar", "العربية", "ar", ("ar",), "rtl"),
    Language("uk", "Українська", "uk", ("uk",)),
    Language("ru", "Русский", "ru", ("ru",)),
    Language("fa", "فارسی", "fa", ("fa",), "rtl"),
    Language("prs", "دری", "fa_AF", ("prs", "fa"), "rtl"),
    Language("pl", "Polski", "pl", ("pl",)),
    Language("kmr", "Kurmancî", "ku", ("kmr",)),
    Language("ckb", "کوردیی ناوەندی", "ckb", ("ckb",), "rtl"),
    Language("fr", "Français", "fr", ("fr",)),
    Language("es", "Español", "es", ("es",)),
    Language("it", "Italiano", "it", ("it",)),
    Language("ro", "Română", "ro", ("ro",)),
    Language("bg", "Български", "bg", ("bg",)),
    Language("sq", "Shqip", "sq", ("sq",)),
    Language("sr", "Српски", "sr", ("sr",)),
    Language("el", "Ελληνικά", "el", ("el",)),
    Language("vi", "Tiếng Việt", "vi", ("vi",)),
    Language("zh", "中文", "zh", ("zh",)),
    Language("ti", "ትግርኛ", "ti", ("ti",)),
    Language("am", "አማርኛ", "am", ("am",)),
    Language("so", "Soomaali", "so", ("so",)),
    Language("ur", "اردو", "ur", ("ur",), "rtl"),
    Language("ps", "پښتو", "ps", ("ps",), "rtl"),
    Language("rom", "Romani", "ro", ("rom",)),
)

LANGUAGES: Final = {language.tag: language for language in _ALL}
"""Every language in which people may write. Those of the interface are INTERFACE_TAGS."""

INTERFACE_TAGS: Final = ("de", "en", "tr", "ar")
"""Languages with a complete catalogue, the site's default first. English is the source of the catalogues."""


def language(tag: str, *, field: str | None = None) -> Language:
    """Return the language of a tag; raises Invalid `unknown_language`."""
    found = LANGUAGES.get(tag)
    if found is None:
        raise Invalid("unknown_language", field=field, tag=tag)
    return found


def reading_order(tag: str, *others: str) -> tuple[str, ...]:
    """Return tags in which a reader of `tag` can be shown a text, best first, without repetition.

    A reader of plain German reads German; then the given others (the process's default), then English.
    """
    wanted: list[str] = [tag]
    if tag in LANGUAGES:
        wanted += [chain.replace("_", "-") for chain in LANGUAGES[tag].catalogues]
    return tuple(dict.fromkeys([*wanted, *others, "en"]))


def interface_languages(wanted: Collection[str]) -> list[tuple[str, str]]:
    """Return tag and own name of the wanted languages in which the program speaks, of its first one if there is none.

    In what can be printed the program has to say its own sentences.
    """
    tags = [tag for tag in INTERFACE_TAGS if tag in wanted] or [INTERFACE_TAGS[0]]
    return [(tag, LANGUAGES[tag].own_name) for tag in tags]


def check_tags(tags: Iterable[str], *, field: str) -> tuple[str, ...]:
    """Return the tags in their order if all are known and none is doubled."""
    seen: list[str] = []
    for tag in tags:
        language(tag, field=field)
        if tag in seen:
            raise Invalid("doubled_language", field=field, tag=tag)
        seen.append(tag)
    if not seen:
        raise Invalid("language_missing", field=field)
    return tuple(seen)
