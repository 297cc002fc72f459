"""Make the template that papers are written into unless an office has its own.

Run: python tools/make_docx_template.py
It writes participation/documents/word/default.docx, the same bytes each time. The placeholders in it are those that
participation/documents/word/context.py lists; an office that wants its own letterhead starts from this file.
"""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

ROOT: Final = Path(__file__).resolve().parents[1]
TARGET: Final = ROOT / "participation" / "documents" / "word" / "default.docx"
TYPEFACE: Final = "Arial"
INK, SOFT, ACCENT = RGBColor(0x1D, 0x1D, 0x1B), RGBColor(0x50, 0x50, 0x50), RGBColor(0x1F, 0x3A, 0x5F)
LOOKS: Final = {
    "Normal": (10, False, INK, 0, 6),
    "Title": (20, True, INK, 6, 6),
    "Heading 1": (13.5, True, ACCENT, 18, 6),
    "Heading 2": (11, True, ACCENT, 12, 4),
    "Heading 3": (10, True, INK, 10, 4),
    "Caption": (9, True, INK, 10, 4),
    "Header": (8, False, SOFT, 0, 0),
    "Footer": (8, False, SOFT, 0, 0),
}
"""Of each style: size, bold, colour, room before and after, in points."""
KEPT: Final = {
    *LOOKS,
    "Default Paragraph Font",
    "Normal Table",
    "No List",
    "Header Char",
    "Footer Char",
    "Title Char",
} | {f"Heading {level} Char" for level in (1, 2, 3)}


def dress(style: Any, size: float, *, bold: bool, colour: RGBColor, before: int, after: int) -> None:  # noqa: ANN401
    """Give a style its look, for scripts of both directions, and take away what the library's own template adds."""
    style.font.name, style.font.size, style.font.bold, style.font.italic = TYPEFACE, Pt(size), bold, False
    style.font.color.rgb = colour
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), TYPEFACE)
    for tag, value in (("w:bCs", str(int(bold))), ("w:szCs", str(int(size * 2)))):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
        element = OxmlElement(tag)
        element.set(qn("w:val"), value)
        beside = properties.find(qn("w:b" if tag == "w:bCs" else "w:sz"))
        beside.addnext(element)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)


def strip(document: Any) -> None:  # noqa: ANN401 - the library's own class
    """Take away what the library's template brings and papers do not need: a picture, further styles."""
    for relations in (document.part.package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in {"thumbnail", "stylesWithEffects", "customXml"}:
                del relations[key]
    for style in list(document.styles):
        if style.name not in KEPT:
            style.element.getparent().remove(style.element)


def fill(document: Any) -> None:  # noqa: ANN401 - the library's own class
    """Put the placeholders in."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    end = section.page_width - section.left_margin - section.right_margin
    for style in ("Header", "Footer"):
        document.styles[style].paragraph_format.tab_stops.clear_all()
        document.styles[style].paragraph_format.tab_stops.add_tab_stop(end, WD_TAB_ALIGNMENT.RIGHT)
    section.header.paragraphs[0].text = "{{ issuer }}\t{{ kind }} {{ number }}"
    footer = section.footer.paragraphs[0]
    footer.add_run("{{ mark }}\t")
    footer.add_run("{{r page_number }}")
    for words in ("{{p heading }}", "{%p if mark %}"):
        document.add_paragraph(words)
    mark = document.add_paragraph().add_run("{{ mark }}")
    mark.bold, mark.font.color.rgb = True, ACCENT
    document.add_paragraph("{%p endif %}")
    for words in ("{%p if summary %}", "{{ summary }}", "{%p endif %}", "{{p head_facts }}", "{{p body }}"):
        document.add_paragraph(words)
    for words in ("{%p if closing %}", "{{ closing }}", "{%p endif %}"):
        document.add_paragraph(words, style="Footer" if words.startswith("{{") else None)


def main() -> None:
    document = Document()
    strip(document)
    for name, (size, bold, colour, before, after) in LOOKS.items():
        dress(document.styles[name], size, bold=bold, colour=colour, before=before, after=after)
    fill(document)
    document.core_properties.created = document.core_properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    document.core_properties.comments = document.core_properties.author = ""
    packed = io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(TARGET, "w") as archive:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read(name))
    sys.stdout.write(f"{TARGET} written\n")


if __name__ == "__main__":
    main()
