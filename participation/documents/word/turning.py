"""A template that reads from the left, turned for a document that reads from the right."""

from typing import Any, Final

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from participation.documents.word.markup import NAMESPACE

# An element stands before those that the standard lets follow it.
_AFTER_BIDI: Final = tuple(
    f"w:{name}"
    for name in (
        *("adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap"),
        *("jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr"),
        *("sectPr", "pPrChange"),
    )
)
_AFTER_BIDI_VISUAL: Final = tuple(
    f"w:{name}"
    for name in (
        *("tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd"),
        *("tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription"),
    )
)
_AFTER_BIDI_OF_PAGES: Final = ("w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange")
_AFTER_RTL: Final = ("w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath")
_FIRST_FROM_RIGHT: Final = "\u0590"


def turn(word: WordDocument) -> None:
    """Let the paragraphs, tables and pages of the template itself read from the right."""
    edges = {RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER}
    roots = [word.element.body]
    roots += [relation.target_part.element for relation in word.part.rels.values() if relation.reltype in edges]
    for pages in word.element.body.iter(qn("w:sectPr")):
        _insert(pages, "bidi", _AFTER_BIDI_OF_PAGES)
    for root in roots:
        for paragraph in root.iter(qn("w:p")):
            if _insert(paragraph.get_or_add_pPr(), "bidi", _AFTER_BIDI):
                _turn_runs(paragraph)
        for table in root.iter(qn("w:tbl")):
            _insert(table.tblPr, "bidiVisual", _AFTER_BIDI_VISUAL)


def _turn_runs(paragraph: Any) -> None:  # noqa: ANN401 - an element of the XML library
    for run in paragraph.iter(qn("w:r")):
        if any(letter >= _FIRST_FROM_RIGHT for letter in run.text):
            _insert(run.get_or_add_rPr(), "rtl", _AFTER_RTL)


def _insert(properties: Any, name: str, followers: tuple[str, ...]) -> bool:  # noqa: ANN401 - see above
    """Add a property that is not said yet, and tell whether it was not."""
    if properties.find(qn(f"w:{name}")) is not None:
        return False
    properties.insert_element_before(parse_xml(f'<w:{name} xmlns:w="{NAMESPACE}"/>'), *followers)
    return True
