"""The lists of a file: points, and numbers that begin anew with each list."""

from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from participation.documents.word.markup import NAMESPACE


class Lists:
    """The definitions of lists: one for all points, one for each numbered list, so that each begins anew."""

    def __init__(self, word: WordDocument) -> None:
        self._root = _numbering(word)
        taken = [int(each.get(qn("w:abstractNumId"))) for each in self._root.findall(qn("w:abstractNum"))]
        self._points, self._counted = max(taken, default=-1) + 1, max(taken, default=-1) + 2
        first = self._root.find(qn("w:num"))
        for number, kind, text in ((self._points, "bullet", "•"), (self._counted, "decimal", "%1.")):
            definition = parse_xml(
                f'<w:abstractNum xmlns:w="{NAMESPACE}" w:abstractNumId="{number}">'
                '<w:multiLevelType w:val="singleLevel"/>'
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
                '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="420" w:hanging="420"/></w:pPr></w:lvl></w:abstractNum>'
            )
            if first is None:
                self._root.append(definition)
            else:
                first.addprevious(definition)
        self.bullets = self._list(self._points, None)

    def numbers(self, start: int) -> int:
        """Return a new list that begins with a number."""
        return self._list(self._counted, start)

    def _list(self, definition: int, start: int | None) -> int:
        number = max((int(each.get(qn("w:numId"))) for each in self._root.findall(qn("w:num"))), default=0) + 1
        begun = "" if start is None else f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        self._root.append(
            parse_xml(
                f'<w:num xmlns:w="{NAMESPACE}" w:numId="{number}">'
                f'<w:abstractNumId w:val="{definition}"/>{begun}</w:num>'
            )
        )
        return number


def _numbering(word: WordDocument) -> Any:  # noqa: ANN401 - an element of the XML library
    """Return the file's definitions of lists, which a template without a list does not have."""
    part = word.part
    for relation in part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING:
            return relation.target_part.element
    empty = f'<w:numbering xmlns:w="{NAMESPACE}"/>'.encode()
    made = XmlPart.load(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, empty, part.package)
    part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
    return made.element
