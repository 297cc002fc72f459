"""What a template may say: the names it knows, and the little of Jinja that it needs.

A template comes from an office and is trusted with its letterhead, not with the server. It can put words in their
places, ask whether there are any, and go through pairs and sections. It cannot call, calculate, assign or include.
"""

from typing import Any, Final

from jinja2 import ChainableUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup as Safe

from participation.documents.blocks import PAGE, PAGES, Document, Words, words_of
from participation.documents.word.markup import escaped

NAMES: Final = (
    *("title", "kind", "number", "issuer", "mark", "summary", "subject", "author", "date", "closing", "facts"),
    *("sections", "page_number", "heading", "head_facts", "body", "language"),
)
"""The names that a template knows; `sections` has one by the key of each section, such as `sections.reasons`."""
ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.If, nodes.For, nodes.Not, nodes.And, nodes.Or),
)
"""What a template may be made of."""


def sandbox() -> ImmutableSandboxedEnvironment:
    """Return the environment in which templates are read: no functions, no filters, no tests."""
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=ChainableUndefined)
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    return environment


def context_of(document: Document) -> dict[str, Any]:
    """Return the words of a document by the names that templates know, each safe to stand in the file."""
    return {
        "title": _safe(document.title),
        "language": _safe(document.language),
        "kind": _safe(document.kind),
        "number": _safe(document.number),
        "issuer": _safe(document.issuer),
        "mark": _safe(document.mark),
        "summary": _safe(document.summary),
        "subject": _safe(document.subject),
        "author": _safe(document.author),
        "date": _safe(document.date_words or document.date.isoformat()),
        "closing": _safe(document.closing),
        "facts": [{"label": _safe(fact.label), "value": _safe(fact.value)} for fact in document.facts],
        "page_number": _page_number(document.page_parts),
        "sections": {section.key: _part(f"section:{section.key}") for section in document.sections},
        "heading": _part("heading"),
        "head_facts": _part("head_facts"),
        "body": _part("body"),
    }


def _safe(words: Words | None) -> Safe:
    return Safe(escaped("" if words is None else words_of(words)))  # noqa: S704 - escaped here and nowhere else


def _part(name: str) -> Safe:
    """Return a paragraph in whose place a part of the document goes."""
    return Safe(f'<w:p w:rsidP="{escaped(name)}"/>')  # noqa: S704 - see above


def _page_number(parts: list[str]) -> Safe:
    """Return the runs that say which page of how many this is."""
    fields = {PAGE: _field("PAGE"), PAGES: _field("NUMPAGES")}
    return Safe("".join(fields.get(part) or _run(part) for part in parts))  # noqa: S704 - see above


def _run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escaped(words)}</w:t></w:r>'


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
