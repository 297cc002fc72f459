"""Files of results: typed cells, texts that stay texts, the same bytes every time."""

import csv
import io
import json
import time
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest

from participation.results.files import Labels, as_csv, as_json, as_xlsx
from participation.results.rules.cells import unguarded
from participation.results.rules.joint_snapshot import joint_snapshot
from participation.results.tables import Column, Table, joint_table, round_table
from participation.tally.kinds import BallotKind
from tests.unit.results import test_snapshots as small_city

AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
TRICKY = [
    "=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1",
    "+1",
    "-1",
    "@A1",
    "3/4",
    "http://evil.example",
    "_x0041_",
    "{=1}",
    "'a",
]


@pytest.fixture
def joint() -> dict[str, Any]:
    steering = small_city.snapshot(BallotKind.RANKING, small_city.STEERING, once_cents=12_345_67)
    online = small_city.snapshot(BallotKind.SCORE, small_city.ONLINE, once_cents=12_345_67)
    return joint_snapshot({}, [small_city.weighed("steering", 3, steering), small_city.weighed("online", 1, online)])


def xlsx(table: Table) -> bytes:
    headings = [column.name for column in table.columns]
    return as_xlsx(table, Labels("Ranking", headings, "Notes", [("How", "=counted")]), at=AT)


def sheet(data: bytes) -> list[list[Any]]:
    rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return [list(row) for row in rows]


def test_a_joint_ranking_as_csv_has_one_row_an_option_with_exact_and_rounded_scores(joint: dict[str, Any]) -> None:
    text = as_csv(joint_table(joint, ["en"])).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["code"] for row in rows] == ["M1", "M2", "M3"]
    assert rows[1] == {
        "rank": "2",
        "shared": "false",
        "code": "M2",
        "title": "Maßnahme M2",
        "score": "'17/32",
        "score_percent": "53.13",
        "coverage_percent": "100.00",
        "win_rate_percent:steering": "62.50",
        "win_rate_percent:online": "25.00",
        "cost_once": "12345.67",
        "cost_annual": "0.00",
        "cost_volume": "12345.67",
        "currency": "EUR",
        "cover": "open",
        "department": "Kultur",
    }


def test_a_round_as_csv_has_what_its_ballots_said() -> None:
    table = round_table(small_city.snapshot(BallotKind.SCORE, small_city.ONLINE), ["en"])
    rows = list(csv.DictReader(io.StringIO(as_csv(table).decode(), newline="")))
    assert [(row["code"], row["win_rate"], row["mentioned"], row["given"]) for row in rows] == [
        ("M3", "'1", "1", "4"),
        ("M1", "'1/2", "2", "5"),
        ("M2", "'1/4", "2", "6"),
    ]


def test_an_option_that_stood_apart_has_empty_cells() -> None:
    broad = small_city.snapshot(BallotKind.RANKING, [["M1"]], ("M1", "M2"))
    narrow = small_city.snapshot(BallotKind.RANKING, [["M9"]], ("M1", "M9"))
    joint = joint_snapshot({}, [small_city.weighed("broad", 3, broad), small_city.weighed("narrow", 2, narrow)])
    last = list(csv.DictReader(io.StringIO(as_csv(joint_table(joint, ["en"])).decode(), newline="")))[-1]
    assert (last["rank"], last["coverage_percent"], last["win_rate_percent:broad"]) == ("", "40.00", "")


def test_a_workbook_has_typed_cells(joint: dict[str, Any]) -> None:
    head, *rows = sheet(xlsx(joint_table(joint, ["en"])))
    second = dict(zip(head, rows[1], strict=True))
    assert second["rank"] == 2
    assert second["shared"] is False
    assert second["score"] == "17/32"
    assert second["score_percent"] == 0.5313
    assert second["cost_once"] == 12345.67


def test_texts_stay_texts_in_both_files() -> None:
    table = Table((Column("title"), Column("whole"), Column("share"), Column("amount")),
                  tuple((text, 1, Fraction(1, 3), Decimal("0.10")) for text in TRICKY))  # fmt: skip
    read = csv.reader(io.StringIO(as_csv(table).decode(), newline=""))
    next(read)
    assert [unguarded(row[0]) for row in read] == TRICKY
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(table)))
    cells = [row[0] for row in workbook.worksheets[0].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == TRICKY
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert workbook.worksheets[1]["B1"].data_type == "s"


@pytest.mark.parametrize("write", [as_csv, xlsx])
def test_the_same_snapshot_gives_the_same_bytes_at_another_time(joint: dict[str, Any], write: Any) -> None:
    first = write(joint_table(joint, ["de"]))
    time.sleep(1.1)  # a workbook keeps whole seconds
    assert write(joint_table(joint, ["de"])) == first


def test_a_workbook_tells_no_clock_but_that_of_the_count(joint: dict[str, Any]) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(joint_table(joint, ["de"])))) as archive:
        assert "2026-11-20T11:00:00Z" in archive.read("docProps/core.xml").decode()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_json_is_the_snapshot_itself(joint: dict[str, Any]) -> None:
    assert json.loads(as_json(joint)) == joint
    assert as_json(joint) == as_json(dict(reversed(joint.items())))
