"""Rankings as files: for those who may, in their language, the same bytes every time."""

import csv
import io
import json

import openpyxl
import pytest

from participation.extensions import transaction
from participation.rounds.queries import round_by_slug
from participation.tally.ballots import Content
from tests.factories.results import conclude
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


MANY: list[Content] = [["M1", "M2"], ["M2"], ["M1"], [], ["M3", "M1", "M2"]] * 2


def conclude_many(city: City) -> None:
    city.close("steering", MANY)
    with city.app.app_context(), transaction() as session:
        conclude(session, round_by_slug(session, "steering"), city.hall, city.now)


@pytest.mark.parametrize("format_", ["pb", "preflib"])
def test_ballots_are_given_in_other_formats_to_those_who_may_export(city: City, format_: str) -> None:
    conclude_many(city)
    path = f"/rounds/steering/ballots.{format_}"
    assert city.browser_of(city.hall.ayse).get(path).status_code == 403
    page = city.browser_of(city.hall.farid).get(f"{path}?lang=en&budget_cents=500000")
    assert page.status_code == 200
    named = {"pb": "integration-steering-ballots.pb", "preflib": "integration-steering-ballots.toi"}[format_]
    assert page.headers["Content-Disposition"] == f'attachment; filename="{named}"'
    assert b"Measure M1" in page.data
    told = city.browser_of(city.hall.farid).get(f"/api/v1/rounds/steering/result/ballots?format={format_}").json
    assert told is not None
    assert told["name"] == named


def test_the_ballots_of_a_small_round_are_given_to_nobody(city: City) -> None:
    city.conclude("steering")
    answer = city.browser_of(city.hall.farid).get("/rounds/steering/ballots.preflib?lang=en")
    assert answer.status_code == 409
    assert "no single ballot is given out" in answer.text
    told = city.browser_of(city.hall.farid).get("/api/v1/rounds/steering/result/ballots?format=preflib")
    assert told.json is not None
    assert (told.status_code, told.json["code"]) == (409, "ballots_not_published")
    links = city.browser_of(city.hall.farid).get("/rounds/steering/result").text
    assert "ballots.preflib" not in links


def test_there_are_no_ballots_before_the_conclusion(city: City) -> None:
    city.close("steering", MANY)
    assert city.browser_of(city.hall.farid).get("/rounds/steering/ballots.pb").status_code == 404


def test_a_joint_ranking_is_given_in_other_formats(city: City) -> None:
    city.conclude("steering", "online")
    farid = city.browser_of(city.hall.farid)
    assert farid.get(f"{JOINT}.pb").data.startswith(b"META\n")
    assert b"# NUMBER VOTERS: 4" in farid.get(f"{JOINT}.preflib").data
    told = farid.get("/api/v1/processes/integration/rankings/joint/bodies?format=preflib").json
    assert told is not None
    orders = [line for line in told["content"].splitlines() if not line.startswith("#")]
    assert orders == [line for line in farid.get(f"{JOINT}.preflib").text.splitlines() if not line.startswith("#")]
    assert "joint.preflib" in farid.get(JOINT).text


def test_tables_have_bands_groups_and_other_places_behind_what_they_had(city: City) -> None:
    conclude_many(city)
    text = city.browser_of(city.hall.birte).get(f"{ROUND}.csv").data.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0])[-7:] == [
        "rank_low",
        "rank_high",
        "score_low_percent",
        "score_high_percent",
        "group",
        "rank:schulze",
        "rank:kemeny",
    ]
    assert int(rows[0]["rank_low"]) <= int(rows[0]["rank"]) <= int(rows[0]["rank_high"])
