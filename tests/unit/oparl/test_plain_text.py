"""A document as plain text says all that the document says."""

from datetime import date
from typing import get_args

from participation.documents.blocks import (
    Block,
    Cell,
    Choice,
    Choices,
    Column,
    Document,
    Fact,
    Facts,
    Items,
    Note,
    PageBreak,
    Paragraph,
    Quote,
    Row,
    Section,
    Subheading,
    Table,
    Text,
    isolated,
)
from participation.oparl.rules.plain_text import _SAID, plain_text

SECTION = Section(
    "all",
    "Begründung",
    (
        Paragraph(f"An {isolated('62')} Maßnahmen"),
        Note("Beispiel", "Hinweis"),
        Quote(Text("نص", "ar"), "Forum"),
        Subheading("Plan"),
        PageBreak(),
        Items(("erstens", "zweitens"), numbered=True),
        Choices((Choice("neu", "chosen"), Choice("freiwillig", "unknown")), "Die Maßnahme ist"),
        Facts((Fact("Summe", "460.000 €"),)),
        Table(
            "Kosten",
            (Column("Maßnahme"), Column("Euro", "money")),
            (Row((Cell("Sprach-\nkurse"), Cell("12.000 €", 1_200_000))), Row((Cell("Ende"),), across=True)),
            (Row((Cell("Summe"), Cell("12.000 €"))),),
            "Einmalig",
        ),
    ),
)


def test_every_block_is_said_in_its_order() -> None:
    document = Document("Konzept", "de", date(2026, 11, 22), (SECTION,), kind="Vorlage", facts=(Fact("Amt", "2.000"),))
    assert plain_text(document).splitlines() == [
        *("Vorlage", "Konzept", "Amt: 2.000", "Begründung", "An 62 Maßnahmen", "Hinweis", "Beispiel", "نص", "Forum"),
        *("Plan", "1. erstens", "2. zweitens", "Die Maßnahme ist", "[x] neu", "[?] freiwillig", "Summe: 460.000 €"),
        *("Kosten", "Maßnahme\tEuro", "Sprach- kurse\t12.000 €", "Ende", "Summe\t12.000 €", "Einmalig"),
    ]


def test_no_kind_of_block_is_left_out() -> None:
    assert set(_SAID) == set(get_args(Block))
