"""A sheet goes out, is filled in, comes back, is looked at and is confirmed; nothing else is ever written."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.costings.files import NAMES
from participation.costings.models import Costing
from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
FILLED: Mapping[str, Any] = {
    "once": 1000.5,
    "annual": "20.000,00",
    "years": 3,
    "quality": "Calculated",
    "cover": "Open, not paid for yet",
    "posts": "0,5",
    "feasibility": "It can be done under conditions",
    "statement": "=nur mit Raum",
    "first_month": "03/2027",
}


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = Scene(app)

    def measures(session: Any) -> None:
        town = made.town_now(session)
        town.recorded("M01", "=Deutschkurse", department="D4")
        town.recorded("M02", "Beratung", department="D4")
        town.recorded("M03", "Noch niemandes")

    made.do(measures)
    return made


def download(client: FlaskClient, lang: str = "en") -> Workbook:
    answer = client.get(f"{PROCESS}/costs/sheet.xlsx", query_string={"lang": lang})
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data))


def filled_in(book: Workbook, code: str, cells: Mapping[str, Any]) -> Workbook:
    page = book.worksheets[0]
    row = next(cell.row for cell in page["B"] if cell.value == code)
    for name, value in cells.items():
        page.cell(row, NAMES.index(name) + 1).value = value
        if name == "statement":
            page.cell(row, NAMES.index(name) + 1).data_type = "s"
    return book


def packed(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client: FlaskClient, data: bytes, **fields: str) -> TestResponse:
    form = {"file": (io.BytesIO(data), "costs.xlsx"), **fields}
    return client.post(f"{PROCESS}/costs/upload", data=form, query_string={"lang": "en"})


def confirm(client: FlaskClient, preview: TestResponse) -> TestResponse:
    marked = preview.text.split('name="rows" type="hidden" value="')[1].split('"')[0]
    rows = marked.replace("&#34;", '"').replace("&amp;", "&").replace("&#39;", "'")
    return client.post(f"{PROCESS}/costs/apply", data={"rows": rows}, query_string={"lang": "en"})


def stored(scene: Scene) -> list[Costing]:
    return list(scene.read(lambda session: session.scalars(select(Costing).order_by(Costing.revision)).all()))


def test_a_department_gets_its_own_measures_and_the_office_all(scene: Scene) -> None:
    assert [cell.value for cell in download(scene.jens).worksheets[0]["B"]][2:] == ["M01", "M02"]
    page = download(scene.birte).worksheets[0]
    assert [cell.value for cell in page["B"]][2:] == ["M01", "M02", "M03"]
    assert (page.protection.sheet, page["B3"].protection.locked, page["E3"].protection.locked) == (True, True, False)
    assert page["C3"].data_type == "s"  # a title that looks like a formula is a text
    assert len(page.data_validations.dataValidation) == 5


def test_what_was_filled_in_is_shown_then_saved_on_confirmation(scene: Scene) -> None:
    data = packed(filled_in(download(scene.jens), "M01", FILLED))
    preview = upload(scene.jens, data)
    assert preview.status_code == 200
    assert "The costs of 1 measure would be saved." in preview.text
    assert "=nur mit Raum" in preview.text
    assert stored(scene) == []
    assert confirm(scene.jens, preview).status_code == 303
    (costing,) = stored(scene)
    assert (costing.once_cents, costing.annual_cents, costing.years) == (100_050, 2_000_000, 3)
    assert (costing.posts_hundredths, costing.needs_post, costing.first_month) == (50, True, "2027-03")
    assert confirm(scene.jens, preview).status_code == 303  # sent twice, it is one statement
    assert len(stored(scene)) == 1
    again = upload(scene.jens, packed(download(scene.jens, "ar")))
    assert "1 measure says what is stated already" in again.text


def test_every_fault_is_named_by_its_cell_and_the_rest_can_be_saved(scene: Scene) -> None:
    book = filled_in(download(scene.jens), "M01", FILLED)
    wrong = {"once": "viel", "annual": "=1+1", "quality": "perhaps", "years": 1.5, "last_month": "never", "cover": None}
    answer = upload(scene.jens, packed(filled_in(book, "M02", wrong)))
    for words in (
        "E4", "“viel” is not an amount", "F4", "holds a formula", "J4", "“perhaps” is none of these", "G4",
        "is not a number of years", "K4", "choose one", "R4", "“never” is not a month",
    ):  # fmt: skip
        assert words in answer.text
    assert confirm(scene.jens, answer).status_code == 303
    assert len(stored(scene)) == 1


def test_a_row_whose_costing_changed_meanwhile_is_refused_and_both_are_shown(scene: Scene) -> None:
    data = packed(filled_in(download(scene.jens), "M01", FILLED))
    preview = upload(scene.jens, data)
    typed = {"once": "7", "annual": "0", "quality": "quoted", "cover": "open", "language": "de", "based_on": "0"}
    assert scene.birte.post(f"{PROCESS}/proposals/M01/costs", data=typed).status_code == 303
    late = confirm(scene.jens, preview)
    assert late.status_code == 409
    for answer in (late, upload(scene.jens, data)):
        text = answer.text.replace("<bdi>", "").replace("</bdi>", "")
        assert "Changed in the meantime" in text
        assert "€7 one time." in text
        assert "Cost, one time: €1,000.50 instead of €7" in text
    assert [costing.once_cents for costing in stored(scene)] == [700]


def test_measures_of_others_are_refused_and_nothing_of_the_confirmation_is_saved(scene: Scene) -> None:
    book = download(scene.birte)
    answer = upload(scene.jens, packed(filled_in(filled_in(book, "M01", FILLED), "M03", FILLED)))
    assert "Another department answers for this measure." in answer.text
    assert "The costs of 1 measure would be saved." in answer.text
    row = {"once_cents": 1, "annual_cents": 1, "quality": "quoted", "cover": "open", "language": "de", "based_on": 0}
    rows = [{"code": code, **row} for code in ("M01", "M03")]
    refused = api(scene.jens, "POST", f"{PROCESS}/costs/apply", json={"rows": rows})
    assert (refused.status_code, refused.json["faults"][0]["code"]) == (422, "not_your_department")
    assert stored(scene) == []
    assert api(scene.birte, "POST", f"{PROCESS}/costs/apply", json={"rows": rows}).json == {"entered": ["M01", "M03"]}


def test_who_may_use_sheets_and_when(scene: Scene) -> None:
    data = packed(filled_in(download(scene.jens), "M01", FILLED))
    preview = upload(scene.jens, data)
    for client in (scene.ayse, scene.farid, scene.code):
        assert client.get(f"{PROCESS}/costs/sheet.xlsx").status_code == 403
        assert upload(client, data).status_code == 403
    scene.close("kosten")
    assert upload(scene.jens, data).status_code == 409
    assert confirm(scene.jens, preview).status_code == 409
    assert upload(scene.birte, data).status_code == 200


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04", "not a workbook"),
        (packed(Workbook()), "not a sheet of costs"),
    ],
)
def test_other_files_are_refused_in_words(scene: Scene, data: bytes, words: str) -> None:
    answer = upload(scene.jens, data)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(scene: Scene) -> None:
    answer = upload(scene.jens, bomb())
    assert (answer.status_code, "unpacks to far more" in answer.text) == (422, True)


def test_the_interface_goes_the_same_three_steps(scene: Scene) -> None:
    data = packed(filled_in(download(scene.jens), "M01", FILLED))
    sent = {"file": (io.BytesIO(data), "costs.xlsx")}
    preview = api(scene.jens, "POST", f"{PROCESS}/costs/preview", data=sent)
    (row,) = preview.json["rows"]
    assert (row["verdict"], row["faults"], row["present"]) == ("new", [], None)
    applied = api(scene.jens, "POST", f"{PROCESS}/costs/apply", json={"rows": [row["costs"]]})
    assert (applied.status_code, applied.json) == (200, {"entered": ["M01"]})
    stale = row["costs"] | {"once_cents": 5}
    late = api(scene.jens, "POST", f"{PROCESS}/costs/apply", json={"rows": [stale]})
    assert (late.status_code, late.json["code"]) == (409, "costings_changed")
    assert scene.jens.get("/api/v1/processes/integration/costs/sheet").data[:2] == b"PK"
