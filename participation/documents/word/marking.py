"""What has to be said on every page, such as that this is a draft, also where an office's template forgets it."""

from collections.abc import Iterator
from typing import Any, Final

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.section import Section

from participation.documents.blocks import Words, words_of
from participation.documents.glyphs import legible
from participation.documents.word.markup import NAMESPACE, escaped

_HEADS: Final = {"default": "header", "first": "first_page_header", "even": "even_page_header"}
"""The kinds of pages, and how the library calls their heads."""


def mark_every_page(word: WordDocument, mark: Words | None) -> None:
    """Put the mark above the head of those pages whose head and foot do not have it yet."""
    words = legible(words_of(mark)) if mark is not None else ""
    if not words:
        return
    said = f'<w:p xmlns:w="{NAMESPACE}"><w:r><w:t>{escaped(words)}</w:t></w:r></w:p>'
    for at, section in enumerate(word.sections):
        for kind in _kinds(word, section):
            head, foot = (_edge(word, section, name, kind) for name in ("headerReference", "footerReference"))
            is_inherited = at > 0 and head is None and foot is None
            if is_inherited or words in _words(head) + _words(foot):
                continue
            if head is None:
                head = getattr(section, _HEADS[kind])._element  # noqa: SLF001 - asking for it makes one
            head.insert(0, parse_xml(said))


def _kinds(word: WordDocument, section: Section) -> Iterator[str]:
    yield "default"
    if section.different_first_page_header_footer:
        yield "first"
    if word.settings.odd_and_even_pages_header_footer:
        yield "even"


def _edge(word: WordDocument, section: Section, name: str, kind: str) -> Any:  # noqa: ANN401 - an element of XML
    """Return a section's own head or foot as it is now: the template engine has put another part in its place."""
    for reference in section._sectPr.findall(qn(f"w:{name}")):  # noqa: SLF001 - the library knows the part from before
        if reference.get(qn("w:type")) == kind:
            part: Any = word.part.rels[reference.get(qn("r:id"))].target_part
            return part.element
    return None


def _words(edge: Any) -> str:  # noqa: ANN401 - see above
    return "" if edge is None else "".join(text.text or "" for text in edge.iter(qn("w:t")))
