from datetime import date

import orjson
import pytest

from participation.documents import blocks
from participation.documents.blocks import Cell, Column, Document, Paragraph, Row, Section, Table, Text

EVERY_BLOCK = (
    Paragraph("Wörter"),
    Paragraph(Text("كلمات", "ar")),
    blocks.Note("Achtung", title="Hinweis"),
    blocks.Quote("Wir danken.", "Forum"),
    blocks.Subheading("Ziele", 3),
    blocks.PageBreak(),
    blocks.Items(("a", Text("b", "tr")), numbered=True, start=4),
    blocks.Choices((blocks.Choice("neu", "chosen"), blocks.Choice("freiwillig", "unknown")), "Die Maßnahme ist"),
    blocks.Facts((blocks.Fact("Federführend", "Stabsstelle"),)),
    Table(
        "Plan",
        (Column("Maßnahme", width=3, heads_row=True), Column("Kosten", "money")),
        (Row((Cell("Kurse"), Cell("12.000 €", 1_200_000))), Row((Cell("Hier endet das Geld."),), across=True)),
        footer=(Row((Cell("Summe"), Cell("12.000 €", 1_200_000)), strong=True),),
        note="Stand heute",
    ),
)


def a_document(*parts: blocks.Block, language: str = "de") -> Document:
    return Document("Titel", language, date(2026, 11, 22), (Section("all", "Alles", parts, landscape=True),))


def test_every_block_comes_back_from_stored_json() -> None:
    document = a_document(*EVERY_BLOCK)
    stored = orjson.dumps(document.to_json())
    assert Document.from_json(orjson.loads(stored)) == document


@pytest.mark.parametrize(
    "plain,words",
    [
        ({"is": "text", "words": "a"}, "no document"),
        ({"is": "script"}, "no part"),
        ({"words": "a"}, "no part"),
        ({"is": "text", "words": "a", "colour": "red"}, "colour"),
        ({"is": "document", "title": "a", "language": "de", "date": "yesterday", "sections": []}, "yesterday"),
        ({"is": "row"}, "cells"),
    ],
)
def test_values_that_say_no_document_are_refused(plain: dict[str, object], words: str) -> None:
    with pytest.raises(blocks.Malformed, match=words):
        Document.from_json(plain)


def test_a_row_with_a_cell_too_many_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells where there are 1"):
        Table("Plan", (Column("Kosten"),), (Row((Cell("1"), Cell("2"))),))


def test_a_document_reads_in_the_direction_of_its_language() -> None:
    assert (a_document(language="ar").direction, a_document(language="de-simple").direction) == ("rtl", "ltr")
