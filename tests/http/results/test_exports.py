"""Rankings as files: for those who may, in their language, the same bytes every time."""

import csv
import io
import json

import openpyxl
import pytest

from tests.http.results.conftest import City

JOINT = "/processes/integration/rankings/joint"
ROUND = "/rounds/steering/result"
ENDINGS = ["csv", "xlsx", "json"]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("address", [JOINT, ROUND])
def test_files_are_for_those_who_may_export(city: City, address: str, ending: str) -> None:
    city.conclude("steering", "online")
    path = f"{address}.{ending}"
    assert city.browser_of(city.hall.ayse).get(path).status_code == 403
    assert city.browser_of().get(path).location.startswith("/sign-in")
    first, again = (city.browser_of(city.hall.farid).get(path) for _ in range(2))
    assert first.status_code == 200
    assert first.data == again.data
    name = "integration-joint" if address == JOINT else "integration-steering"
    assert first.headers["Content-Disposition"] == f'attachment; filename="{name}.{ending}"'
    assert first.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("address", [JOINT, ROUND])
def test_there_is_no_file_before_the_conclusion(city: City, address: str, ending: str) -> None:
    city.close("steering")
    assert city.browser_of(city.hall.birte).get(f"{address}.{ending}").status_code == 404


def test_other_endings_are_no_pages(city: City) -> None:
    city.conclude("steering", "online")
    for path in (f"{JOINT}.pdf", f"{ROUND}.exe", f"{JOINT}.csv.json"):
        assert city.browser_of(city.hall.birte).get(path).status_code == 404


def test_a_csv_has_the_readers_titles_and_stable_names_of_columns(city: City) -> None:
    city.conclude("steering", "online")
    text = city.browser_of(city.hall.birte).get(f"{JOINT}.csv?lang=tr").data.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["rank"], row["code"], row["title"], row["score"], row["score_percent"]) for row in rows] == [
        ("1", "M1", "Önlem M1", "'11/16", "68.75"),
        ("2", "M2", "Önlem M2", "'17/32", "53.13"),
        ("3", "M3", "Önlem M3", "'11/32", "34.38"),
    ]
    assert rows[0]["win_rate_percent:steering"] == "75.00"
    assert (rows[0]["cost_once"], rows[0]["cost_volume"], rows[0]["cover"]) == ("1000.00", "1500.00", "open")


def test_a_workbook_says_how_it_was_counted(city: City) -> None:
    city.conclude("steering", "online")
    data = city.browser_of(city.hall.birte).get(f"{JOINT}.xlsx?lang=en").data
    table, notes = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert [cell.value for cell in table[1]][:4] == ["Place", "Place is shared", "Code", "Title"]
    assert table["D2"].value == "Measure M1"
    said = {row[0]: row[1] for row in notes.iter_rows(values_only=True)}
    assert said["Weights declared by"] == "City council"
    assert said["Method"] == "win-rate/1"


def test_json_is_the_snapshot_that_the_interface_gives_to_everybody(city: City) -> None:
    city.conclude("steering", "online")
    exported = json.loads(city.browser_of(city.hall.birte).get(f"{JOINT}.json").data)
    public = city.browser_of().get("/api/v1/processes/integration/rankings/joint").json
    assert public is not None
    assert exported == public["result"]
    exported = json.loads(city.browser_of(city.hall.birte).get(f"{ROUND}.json").data)
    assert exported == city.browser_of().get("/api/v1/rounds/steering/result").json
