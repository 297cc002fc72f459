"""Measure sheets as a part of a paper: lines of one paragraph, and apart from them what is in another language."""

from flask import Flask

from participation.documents.blocks import Fact, Facts, Paragraph, Subheading, Text
from participation.papers.composing.measures import MeasureSheet, sheet_blocks


def test_a_sheet_in_a_paper_is_short_and_keeps_what_is_in_another_language_apart(app: Flask) -> None:
    foreign = Fact("Für wen", Text("للأمهات", "ar"))
    facts = (Fact("Kennung", "M1"), Fact("Zuständig", Text("Amt 4", "de")), foreign, Fact("Deckung", "offen"))
    sheet = MeasureSheet("M1", Text("Sprachkurse", "de"), Text("Kurs", "uk"), facts)
    with app.test_request_context():
        blocks = sheet_blocks(sheet, "de")
    assert blocks == [
        Subheading(Text("M1 · Sprachkurse", "de")),
        Paragraph(Text("Kurs", "uk")),
        Paragraph(Text("Zuständig: Amt 4\nDeckung: offen", "de")),
        Facts((foreign,)),
    ]
