"""Documents as DOCX, from our template or an office's own.

A template has placeholders for the words of a document and for its parts (`{{ title }}`, `{{p body }}`); docxtpl fills
in the words. The parts are put in afterwards as markup of ours, so that nothing in them can be read as a placeholder.
The same document and template give the same bytes: times come from the document, not from the clock.
"""

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, time
from functools import cache
from typing import Any, Final

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docxtpl import DocxTemplate

from participation.documents.blocks import Document, words_of
from participation.documents.glyphs import legible
from participation.documents.word import DEFAULT_TEMPLATE
from participation.documents.word.context import context_of, sandbox
from participation.documents.word.lists import Lists
from participation.documents.word.marking import mark_every_page
from participation.documents.word.markup import NAMESPACE, Markup, Place
from participation.documents.word.turning import turn

MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_LEVEL: Final = 6
_LONGEST_PROPERTY: Final = 255
_PART: Final = qn("w:rsidP")
"""The attribute of a paragraph in whose place a part of the document goes; no words can make one."""


@cache
def _default() -> bytes:
    return DEFAULT_TEMPLATE.read_bytes()


def render_docx(document: Document, template: bytes | None = None) -> bytes:
    """Return a document as DOCX in a template that `check_template` has let pass, or in ours."""
    file = DocxTemplate(io.BytesIO(_default() if template is None else template))
    file.render(context_of(document), sandbox())
    word: WordDocument = file.docx
    mark_every_page(word, document.mark)
    _put_in_parts(word, document)
    if document.direction == "rtl":
        turn(word)
    _say_properties(word, document)
    packed = io.BytesIO()
    file.save(packed)
    return _repacked(packed)


def _put_in_parts(word: WordDocument, document: Document) -> None:
    """Put the parts of the document where the template asks for them, and the pages that lie turned."""
    body = word.element.body
    sizes = body.sectPr
    width = sizes.page_width - (sizes.left_margin or 0) - (sizes.right_margin or 0)
    turned = sizes.page_height - (sizes.left_margin or 0) - (sizes.right_margin or 0)
    lists = Lists(word)
    styles = {style.name.lower(): style.style_id for style in word.styles if style.name}
    place = Place(styles, lists.bullets, lists.numbers, _twips(width), _twips(turned))
    parts = _Parts(document, Markup(document, place))
    for paragraph in [paragraph for paragraph in body.iter(qn("w:p")) if paragraph.get(_PART) is not None]:
        for element in _elements(parts.of(paragraph.get(_PART))):
            paragraph.addprevious(element)
        holder = paragraph.getparent()
        holder.remove(paragraph)
        if holder.tag == qn("w:tc") and (len(holder) == 0 or holder[-1].tag != qn("w:p")):
            holder.append(parse_xml(f'<w:p xmlns:w="{NAMESPACE}"/>'))
    for pages in [pages for pages in body.iter(qn("w:sectPr")) if pages.get(qn("w:rsidSect"))]:
        own = deepcopy(sizes)
        if pages.get(qn("w:rsidSect")) == "landscape":
            own.page_width, own.page_height = sizes.page_height, sizes.page_width
            own.find(qn("w:pgSz")).set(qn("w:orient"), "landscape")
        pages.getparent().replace(pages, own)


def _twips(length: int) -> int:
    return length // 635


class _Parts:
    """The parts of a document by the names that a template knows."""

    def __init__(self, document: Document, markup: Markup) -> None:
        self._document = document
        self._markup = markup

    def of(self, name: str) -> str:
        section = name.removeprefix("section:")
        if section != name:
            return "".join(self._markup.section(each) for each in self._document.sections if each.key == section)
        if name == "head_facts":
            return self._markup.facts(self._document.facts)
        if name == "heading":
            return self._markup.title()
        return "".join(map(self._markup.section, self._document.sections))


def _elements(markup: str) -> Iterator[Any]:
    yield from list(parse_xml(f'<w:body xmlns:w="{NAMESPACE}">{markup}</w:body>'))


def _say_properties(word: WordDocument, document: Document) -> None:
    said = word.core_properties
    said.title = legible(words_of(document.title))[:_LONGEST_PROPERTY]
    said.author = said.last_modified_by = legible(document.author)[:_LONGEST_PROPERTY]
    said.subject = legible(document.subject)[:_LONGEST_PROPERTY]
    said.language = document.language
    said.created = said.modified = datetime.combine(document.date, time())
    said.revision = 1


def _repacked(packed: io.BytesIO) -> bytes:
    """Return the same files in an archive that does not say when it was packed."""
    target = io.BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read(name), compresslevel=_LEVEL)
    return target.getvalue()
