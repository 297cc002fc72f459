"""An office's own template, looked through before it is kept.

Raises Invalid with a code and facts:
`empty_file`, `file_too_large` (maximum), `broken_docx`, `docx_unpacks_too_large`, `docx_macros` (part),
`docx_linked_outside` (target), `docx_unknown_name` (name, known), `docx_not_allowed` (what), `docx_without_body`.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import docx
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes

from participation.core.errors import Invalid
from participation.documents.blocks import Document, Fact, Paragraph, Section
from participation.documents.word import MAX_BYTES
from participation.documents.word.context import ALLOWED, NAMES, sandbox
from participation.documents.word.rendering import render_docx

MAX_UNPACKED: Final = 8 * 1024 * 1024
MAX_PART: Final = 1024 * 1024
MAX_ENTRIES: Final = 200
DEEPEST_LOOP: Final = 2
_FORBIDDEN_PARTS: Final = re.compile(
    r"vba|macro|activex|embeddings/|/ole|afchunk|customui|\.bin$|\.html?$|\.mht|\.exe$|\.dll$|\.js$", re.IGNORECASE
)
_TYPES: Final = "[Content_Types].xml"
_OTHER_TYPES: Final = frozenset(
    {
        *("image/png", "image/jpeg", "image/jpg", "image/gif", "image/bmp", "image/tiff", "image/x-emf", "image/x-wmf"),
        *("image/emf", "image/wmf", "application/vnd.openxmlformats-officedocument.obfuscatedfont"),
    }
)
"""Declared types of parts that are no XML."""
_HARMLESS_TARGETS: Final = ("http://", "https://", "mailto:")
_FIELDS: Final = frozenset(
    {
        *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "STYLEREF", "REF", "PAGEREF", "TOC", "HYPERLINK"),
        *("DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE"),
    }
)
"""The fields that fetch nothing and start nothing."""
_LISTS: Final = ("facts", "sections")
"""What a template may go through: a loop over words would write as much as their length to the square."""
_PROPERTIES: Final = ("author", "comments", "identifier", "language", "subject", "title")
_PARTS: Final = ("body", "sections")
"""Without either of these a template would leave out what the paper says."""


def check_template(template: bytes) -> None:
    """Refuse a template that is none, is too large, brings more than words and pictures, or asks for what is not there.

    At last it is filled in once, so that what is kept is known to work.
    """
    if not template:
        raise Invalid("empty_file", field="file")
    if len(template) > MAX_BYTES:
        raise Invalid("file_too_large", field="file", maximum=MAX_BYTES)
    _check_packing(template)
    _check_words(template)
    try:
        docx.Document(io.BytesIO(render_docx(_SPECIMEN, template)))
    except Exception as broken:  # whatever a malformed part happens to break in the library
        raise Invalid("broken_docx", field="file") from broken


def _check_packing(template: bytes) -> None:
    """Look at the files inside, without unpacking more than is allowed."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise Invalid("docx_unpacks_too_large", field="file")
            if len({entry.filename.lower() for entry in entries}) < len(entries):  # programs differ in which they read
                raise Invalid("broken_docx", field="file")
            others = _others(archive)
            for entry in entries:
                _check_part(entry.filename, archive, entry, is_xml=not others(entry.filename))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError, EOFError) as broken:
        raise Invalid("broken_docx", field="file") from broken


def _others(archive: zipfile.ZipFile) -> Callable[[str], bool]:
    """Return what tells of a part whether it is a picture or a typeface; office programs go by what is declared.

    Whatever is declared as something else, or not at all, is read as XML, whatever its file is called.
    """
    entry = next((entry for entry in archive.infolist() if entry.filename == _TYPES), None)
    if entry is None or entry.file_size > MAX_PART:
        raise Invalid("broken_docx", field="file")
    declared: dict[str, str] = {}
    for element in _parsed(archive.read(entry)).iter("{*}Default", "{*}Override"):
        place = element.get("PartName") or f".{element.get('Extension', '')}"
        kind = element.get("ContentType", "").lower()
        if "macroenabled" in kind:
            raise Invalid("docx_macros", field="file", part=_TYPES)
        declared[place.lower()] = kind

    def is_other(name: str) -> bool:
        path = f"/{name.lower()}"
        kind = declared.get(path) or declared.get(f".{path.rpartition('.')[2]}", "")
        return kind in _OTHER_TYPES and not path.endswith((".xml", ".rels"))

    return is_other


def _check_part(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, is_xml: bool) -> None:
    if _FORBIDDEN_PARTS.search(name):
        raise Invalid("docx_macros", field="file", part=name)
    if not is_xml or (entry.is_dir() and not entry.file_size):
        return
    if entry.file_size > MAX_PART:
        raise Invalid("docx_unpacks_too_large", field="file")
    with archive.open(entry) as file:
        content = file.read(MAX_PART + 1)
    if len(content) > MAX_PART:
        raise Invalid("docx_unpacks_too_large", field="file")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\x00" in content:
        raise Invalid("broken_docx", field="file")
    root = _parsed(content)
    if name.lower().endswith(".rels"):
        _check_relations(root)
    else:
        _check_fields(root)


def _parsed(content: bytes) -> BaseOxmlElement:
    """Return a part as an office program reads it, whatever its prefixes, references and encoding."""
    try:
        root = parse_xml(content)  # resolves no entities and fetches nothing
    except SyntaxError as broken:
        raise Invalid("broken_docx", field="file") from broken
    if root.getroottree().docinfo.doctype:
        raise Invalid("broken_docx", field="file")
    return root


def _check_relations(root: BaseOxmlElement) -> None:
    for relation in root.iter("{*}Relationship"):
        target = relation.get("Target", "")
        is_link = relation.get("Type", "").endswith("/hyperlink") and target.lower().startswith(_HARMLESS_TARGETS)
        if relation.get("TargetMode", "Internal") != "Internal" and not is_link:
            raise Invalid("docx_linked_outside", field="file", target=target[:200])


def _check_fields(root: BaseOxmlElement) -> None:
    """Refuse fields that fetch or start something, and placeholders that could change what a field says.

    What a field says may be spread over runs and hold other fields, whose results could become its first word.
    """
    said: list[str] = [""]
    open_: list[int] = []
    shown: set[int] = set()
    for element in root.iter("{*}fldChar", "{*}instrText", "{*}delInstrText", "{*}fldSimple", "{*}t"):
        kind = element.tag.rpartition("}")[2]
        attributes = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        mark = attributes.get("fldCharType") if kind == "fldChar" else None
        if open_ and open_[-1] not in shown:
            said[open_[-1]] += _between(kind, mark, element.text or "")
        if mark == "begin":
            open_.append(len(said))
            said.append("")
        elif mark in {"separate", "end"} and open_:
            _check_field(said[open_[-1]])
            shown.add(open_[-1])
            if mark == "end":
                open_.pop()
        elif kind == "fldSimple":
            _check_field(attributes.get("instr", ""))
        elif kind in {"instrText", "delInstrText"}:
            said[open_[-1] if open_ else 0] += "".join(element.itertext())
    for words in filter(str.strip, said):
        _check_field(words)


def _between(kind: str, mark: str | None, words: str) -> str:
    """Return what stands for a field or a placeholder that comes while a field is still being said."""
    if mark == "begin" or kind == "fldSimple":
        return "\0"
    return "{}" if kind == "t" and set("{}") & set(words) else ""


def _check_field(words: str) -> None:
    code = words.split(maxsplit=1)[0] if words.strip() else ""
    if code.upper() not in _FIELDS or set("{}") & set(words):
        raise Invalid("docx_not_allowed", field="file", what=code.replace("\0", "")[:80])


def _check_words(template: bytes) -> None:
    """Look at every placeholder: names that are known, and nothing that calculates or calls."""
    try:
        file = DocxTemplate(io.BytesIO(template))
        word = file.get_docx()
        sources = [file.patch_xml(file.get_xml())]
        sources += [
            file.patch_xml(file.get_part_xml(part))
            for uri in (file.HEADER_URI, file.FOOTER_URI)
            for _key, part in file.get_headers_footers(uri)
        ]
        sources += [
            file.patch_xml(part.blob.decode())
            for part in word.part.package.parts
            if part.content_type.endswith("footnotes+xml")
        ]
        sources += [getattr(word.core_properties, name) for name in _PROPERTIES]
    except Exception as broken:  # whatever a malformed part happens to break in the library
        raise Invalid("broken_docx", field="file") from broken
    found: set[str] = set()
    for source in sources:
        found |= set(_names(source))
    if not found & set(_PARTS):
        raise Invalid("docx_without_body", field="file")


def _names(source: str) -> Iterator[str]:
    """Yield the names that a part of the template asks for."""
    try:
        tree = sandbox().parse(source)
    except TemplateError as fault:
        raise Invalid("docx_not_allowed", field="file", what=str(fault)[:200]) from fault
    own = {name.name for loop in tree.find_all(nodes.For) for name in loop.find_all(nodes.Name) if name.ctx == "store"}
    _check_nodes(tree, 0)
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in own | {"loop"}:
            if name.name not in NAMES:
                raise Invalid("docx_unknown_name", field="file", name=name.name[:80], known=", ".join(NAMES))
            yield name.name


def _check_nodes(node: nodes.Node, depth: int) -> None:
    if not isinstance(node, ALLOWED):
        raise Invalid("docx_not_allowed", field="file", what=type(node).__name__)
    if isinstance(node, nodes.For) and not (isinstance(node.iter, nodes.Name) and node.iter.name in _LISTS):
        raise Invalid("docx_not_allowed", field="file", what="For")
    inner = depth + isinstance(node, nodes.For)
    if inner > DEEPEST_LOOP or (isinstance(node, nodes.For) and node.recursive):
        raise Invalid("docx_not_allowed", field="file", what="For")
    for child in node.iter_child_nodes():
        _check_nodes(child, inner)


_SPECIMEN: Final = Document(
    title="Title",
    language="de",
    date=date(2026, 1, 1),
    kind="Kind",
    number="VO/2026/00001",
    issuer="City",
    mark="Draft",
    facts=(Fact("Label", "Value"), Fact("Label", "Value")),
    sections=(Section("decision", "Decision", (Paragraph("Words"),)),),
)
