"""Reading uploads: every fault names its row and column, and nothing is guessed."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from participation.core.errors import DomainError, Faults, Invalid
from participation.exchange.rules import Surroundings, check_records
from participation.exchange.sheets import read_records

AROUND = Surroundings(
    default_language="de",
    languages=("de", "en"),
    fields={"F1"},
    departments={"D4"},
    goals={"G1": False, "G1.1": True},
    taken={"G1", "G1.1", "M01"},
)
HEADER = "kind;code;parent;field;serves;department;title;title:en;once;annual;quality;cover;cover_source"


def places(refusal: Faults) -> set[tuple[str, object, object]]:
    return {(fault.code, fault.facts["row"], fault.facts["column"]) for fault in refusal.faults}


def workbook(*rows: tuple[str | float | None, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_csv_row_becomes_a_measure_with_its_costs() -> None:
    records = read_records(
        "m.csv",
        f"{HEADER}\nmeasure;M02;;F1;G1.1;D4;Lerncafé;Learning café;0;28.000,50;calculated;open;\n".encode("utf-8-sig"),
    )
    (intake,) = check_records(records, AROUND)
    assert intake.titles == {"de": "Lerncafé", "en": "Learning café"}
    assert intake.serves == ("G1.1",)
    assert intake.costs is not None
    assert (intake.costs.once_cents, intake.costs.annual_cents, intake.costs.cover) == (0, 2_800_050, "open")


def test_every_fault_of_a_file_is_named_with_row_and_column() -> None:
    rows = (
        "measure;M02;;F9;G7;D9;;;-5;zehn;guess;maybe;",
        "goal;G1.2;G1.1;F1;;;Ein Ziel;;;;;;",
        "wish;M02;;F1;;;Noch eins;;;;;;",
        "measure;M01;;F1;;;Gibt es schon;;;;;;",
        "measure;;;F1;;;Ohne Code;;;;;;",
    )
    text = "\n".join((HEADER, *rows))
    with pytest.raises(Faults) as refusal:
        check_records(read_records("m.csv", text.encode()), AROUND)
    assert places(refusal.value) == {
        ("field_unknown", 2, "field"),
        ("goal_unknown", 2, "serves"),
        ("department_unknown", 2, "department"),
        ("original_text_missing", 2, "title"),
        ("negative_amount", 2, "once"),
        ("not_an_amount", 2, "annual"),
        ("quality_unknown", 2, "quality"),
        ("cover_unknown", 2, "cover"),
        ("goals_two_levels_only", 3, "parent"),
        ("kind_unknown", 4, "kind"),
        ("code_doubled", 4, "code"),
        ("code_taken", 5, "code"),
        ("code_missing", 6, "code"),
    }


def test_a_workbook_names_the_column_by_letter_and_header() -> None:
    data = workbook(("kind", "code", "title", "once", "cover"), ("measure", "M02", "Kurse", "viel", "open"))
    with pytest.raises(Faults) as refusal:
        check_records(read_records("m.xlsx", data), AROUND)
    assert places(refusal.value) == {("not_an_amount", 2, "D (once)")}


def test_numbers_and_truth_values_of_a_workbook_are_read_as_typed() -> None:
    data = workbook(
        ("kind", "code", "title", "once", "annual", "cover", "needs_post"),
        ("measure", "M02", "Kurse", 1200, 99.5, "open", True),
    )
    (intake,) = check_records(read_records("m.xlsx", data), AROUND)
    assert intake.costs is not None
    assert (intake.costs.once_cents, intake.costs.annual_cents, intake.costs.needs_post) == (120_000, 9_950, True)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 * 1024 * 1024))
    with pytest.raises(Invalid, match="xlsx_unpacks_too_large"):
        read_records("m.xlsx", data.getvalue())


@pytest.mark.parametrize(
    "text, code",
    [
        ("goals: !!python/object/apply:os.system ['true']", "yaml_tag"),
        ("a: &x [1]\ngoals: [*x, *x]", "yaml_alias"),
        ("goals: [", "broken_yaml"),
        ("goals: {code: G1}", "yaml_section_is_no_list"),
        ("- just\n- a list", "yaml_without_sections"),
        ("goals:\n- code: G9\n  code: G8", "yaml_key_doubled"),
        ("goals: " + "[" * 100_000, "yaml_too_deep"),
        ("title: ohne Ziele", "no_rows"),
    ],
)
def test_yaml_that_is_more_than_data_is_refused_with_its_row(text: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        read_records("m.yaml", text.encode())


@pytest.mark.parametrize(
    "name, data, code",
    [
        ("m.pdf", b"%PDF", "unknown_file_kind"),
        ("m", b"x", "unknown_file_kind"),
        ("m.csv", b"", "empty_file"),
        ("m.csv", b"kind;code;title\nmeasure;M02;\xff\xfe", "not_utf8"),
        ("m.csv", b"kind;code;title\nmeasure;M02;a\x00b", "control_character_in_file"),
        ("m.csv", b"name;cost\nx;1", "header_missing"),
        ("m.csv", b'kind;code;title\nmeasure;M02;"a"b', "broken_csv"),
        ("m.csv", b"kind;code;title\n;;\n", "no_rows"),
        ("m.xlsx", b"not a workbook", "broken_xlsx"),
        ("m.xlsx", b"PK\x03\x04 and then nothing", "broken_xlsx"),
        ("m.csv", b"kind;code;title\n" + b"measure;M;x\n" * 5_002, "too_many_rows"),
        ("m.csv", b"x" * (4 * 1024 * 1024 + 1), "file_too_large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, data: bytes, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        read_records(name, data)


def test_unknown_doubled_and_missing_columns_are_all_named() -> None:
    with pytest.raises(Faults) as refusal:
        read_records("m.csv", b"kind;code;code;colour;once:de\nmeasure;M02;M02;red;1")
    assert {fault.code for fault in refusal.value.faults} == {"doubled_column", "unknown_column", "column_missing"}


def test_a_row_with_more_cells_than_columns_is_refused_and_hides_no_fault_of_another_row() -> None:
    rows = b"kind;code;title\nmeasure;M02;Titel;zu viel\nwish;M03;Titel"
    with pytest.raises(Faults) as refusal:
        check_records(read_records("m.csv", rows), AROUND)
    assert {("cell_without_column", 2, "?"), ("kind_unknown", 3, "kind")} <= places(refusal.value)


@given(st.sampled_from(["m.csv", "m.yaml", "m.xlsx"]), st.binary(max_size=400))
def test_arbitrary_bytes_are_read_or_refused_and_never_crash(name: str, data: bytes) -> None:
    try:
        check_records(read_records(name, data), AROUND)
    except DomainError as refusal:
        assert refusal.code  # noqa: PT017 - either outcome is right


@given(st.text(max_size=300))
def test_arbitrary_text_below_a_good_header_is_read_or_refused(text: str) -> None:
    try:
        check_records(read_records("m.csv", f"kind;code;title\n{text}".encode("utf-8", "surrogatepass")), AROUND)
    except DomainError as refusal:
        assert refusal.code  # noqa: PT017 - either outcome is right
