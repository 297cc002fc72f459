"""Documents as papers have them, for tests and measurements: all blocks, many scripts, long tables.

City and measures are invented; the counts of 62, 37 and 25 measures and the sum of 460,000 EUR are those of the
reference case.
"""

import random
from datetime import date
from typing import Final

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
    Paragraph,
    Quote,
    Row,
    Section,
    Subheading,
    Table,
    Text,
    isolated,
)

DAY: Final = date(2026, 11, 22)
LAST_COVERED: Final = 37
DECISION: Final = (
    "Die Bürgerschaft beauftragt die Verwaltung, das fortgeschriebene Integrationskonzept mit 62 Maßnahmen umzusetzen."
    " Davon sind 37 durch den Haushalt gedeckt; für 25 Maßnahmen sind 460.000 € zu finden."
)
TITLES: Final = (
    "Sprachkurse mit Kinderbetreuung in allen Stadtteilen",
    "Mehrsprachige Lotsinnen und Lotsen in Behörden und Beratungsstellen",
    "Kommunalverwaltungsmodernisierungsfortbildung",
    Text("دورات لغة للأمهات مع رعاية الأطفال", "ar"),
    Text("Мовні курси для батьків", "uk"),
    Text("Kadınlar için dil kursu", "tr"),
)


def a_document(*blocks: Block, language: str = "de", title: str = "Vorlage") -> Document:
    """Return a document of one section."""
    return Document(title, language, DAY, (Section("all", "Abschnitt", blocks),))


def euros(cents: int) -> str:
    return f"{cents // 100:,} €".replace(",", ".")


def a_plan(measures: int = 62, seed: int = 1) -> Table:
    """Return the long table of a paper: places, titles in many languages, money, the line under which it ends."""
    drawn = random.Random(seed)
    rows = []
    for place in range(1, measures + 1):
        once, yearly = drawn.randrange(80) * 100_000, drawn.randrange(40) * 100_000
        rows.append(
            Row(
                (
                    Cell(str(place), place),
                    Cell(f"M{place:02}"),
                    Cell(drawn.choice(TITLES)),
                    Cell(euros(once), once),
                    Cell(euros(yearly), yearly),
                    Cell(drawn.choice(("2022", "2023", "später", "nicht enthalten"))),
                    Cell(f"{1000 - place} ‰", f"{1000 - place}/1000"),
                )
            )
        )
        if place == LAST_COVERED:
            rows.append(Row((Cell("Hier endet das Geld: 37 Maßnahmen sind gedeckt, 25 nicht."),), across=True))
    total = Row((Cell(""), Cell(""), Cell("Summe"), Cell(euros(46_000_000), 46_000_000), *[Cell("")] * 3), strong=True)
    return Table(
        "Rangliste und Plan",
        (
            Column("Rang", "number"),
            Column("Nr."),
            Column("Maßnahme", heads_row=True),
            Column("einmalig", "money"),
            Column("jährlich", "money"),
            Column("Beginn"),
            Column("Wert", "share"),
        ),
        tuple(rows),
        footer=(total,),
        note="Beträge sind geschätzt.",
    )


CONSULTATIONS: Final = Table(
    "Beratungsfolge",
    (Column("Datum", "date"), Column("Gremium", heads_row=True), Column("öffentlich"), Column("Ergebnis")),
    (
        Row((Cell("08.10.2026", "2026-10-08"), Cell("Senat"), Cell("nein"), Cell("–"))),
        Row((Cell("04.11.2026", "2026-11-04"), Cell("Sozialausschuss"), Cell("ja"), Cell("unverändert beschlossen"))),
    ),
)


def a_paper(measures: int = 62, language: str = "de", seed: int = 1) -> Document:
    """Return a whole council paper with every kind of block."""
    plan = a_plan(measures, seed)
    return Document(
        title="Fortschreibung des Kommunalen Integrationskonzeptes",
        language=language,
        date=DAY,
        kind="Beschlussvorlage",
        number=f"VO/2026/{seed:05}",
        issuer="Stadt Beispielstadt · Die Bürgermeisterin",
        mark="Entwurf · erfundenes Beispiel",
        summary="Die Bürgerschaft soll über 62 Maßnahmen entscheiden. 37 sind gedeckt, 25 nicht.",
        author="Stabsstelle Integration",
        subject="Integrationskonzept",
        contents="Inhalt",
        closing="Prüfsumme der veröffentlichten Stimmzettel: 9f2c",
        page_words="Seite {page} von {pages}",
        facts=(
            Fact("Federführend", "2.000.2 – Stabsstelle Integration"),
            Fact("Bearbeitung", "Birte Nissen"),
            Fact("Beteiligte Stellen", "Alle Fachbereiche: keine Einwände\nSteuerungsgruppe: zugestimmt"),
        ),
        sections=(
            Section("decision", "Beschlussvorschlag", (Items((DECISION, "Jährlich wird berichtet."), numbered=True),)),
            Section(
                "measure",
                "Die Maßnahme ist",
                (
                    Choices(
                        (Choice("neu", "chosen"), Choice("freiwillig", "open"), Choice("vorgeschrieben", "unknown"))
                    ),
                    Note("Welche Kästchen angekreuzt waren, gibt der Text nicht her.", "Hinweis"),
                ),
            ),
            Section("stations", "Beratungsfolge", (CONSULTATIONS,)),
            Section(
                "reasons",
                "Begründung",
                (
                    Paragraph(" ".join([DECISION] * 4)),
                    Subheading("Stellungnahme"),
                    Quote(Text("نرحب بهذا المفهوم.\n\nمع التحية، عبد الرحمن", "ar"), "Forum für Migrant:innen"),
                    Paragraph(Text("Ми підтримуємо ці заходи. Олена Шевченко", "uk")),
                    Subheading("Methode", 3),
                    Items(("Fünf Gremien", f"Gezählt von {isolated('محمد')} und Ελένη")),
                    Facts((Fact("Runden", "5"), Fact("Stimmzettel", "1.276"))),
                ),
            ),
            Section("plan", "Anlage 1: Plan", (plan,), starts_page=True),
            Section("wide", "Anlage 2: Plan, quer", (plan,), landscape=True),
        ),
    )
