"""Workbooks: what a planner's spreadsheet may do to a model, and what it may not."""

import io
import zipfile
from datetime import datetime, time

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.worksheet.formula import ArrayFormula
from tests.model.altered import with_cell

from bereket import BereketError, ModelError, blank_model, read_model, write_model
from bereket.io import examine
from bereket.io import excel as excel_module
from bereket.model.model import Model
from bereket.model.result import Flat
from bereket.schema import TABLE_NAMES, table_schema


@pytest.fixture
def path(tmp_path):
    write_model(blank_model(), tmp_path / "model.xlsx")
    return tmp_path / "model.xlsx"


def edited(path, edit):
    """Open the workbook as a spreadsheet does, change it, and read it as a model."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return examine(path)


def column_of(sheet, name):
    (found,) = [cell.column_letter for cell in sheet[1] if cell.value == name]
    return found


def told(reading):
    return [str(issue) for issue in reading.faults]


# --- how it looks --------------------------------------------------------------


def test_there_is_a_sheet_a_table_in_their_order_and_one_about_the_model(path):
    assert openpyxl.load_workbook(path).sheetnames == [*TABLE_NAMES, "about"]


def test_headers_stay_in_sight_filter_and_tell_unit_and_meaning(path):
    for sheet in openpyxl.load_workbook(path).worksheets[:-1]:
        schema = table_schema(sheet.title)
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        for cell in sheet[1]:
            field = schema.fields[cell.value]
            assert field.description in cell.comment.text
            assert f"[{field.unit}]" in cell.comment.text or not field.unit
            assert cell.font.bold


def test_figures_are_figures_truth_is_truth_and_unknown_is_empty(path):
    sheet = openpyxl.load_workbook(path)["link"]
    row = {cell.value: sheet[2][at].value for at, cell in enumerate(sheet[1])}
    assert (row["length_km"], row["directed"], row["link_id"]) == (250, False, "L1")
    assert row["geometry"] is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "#REF!", "=cmd|'/c x'!A1"])
def test_text_that_looks_like_a_formula_is_written_as_text(tmp_path, text):
    path = tmp_path / "x.xlsx"
    write_model(with_cell(blank_model(), "node", 0, "note", text), path)
    sheet = openpyxl.load_workbook(path)["node"]
    cell = sheet[f"{column_of(sheet, 'note')}2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_metadata_come_back_with_lists_longer_than_a_cell_may_be(tmp_path):
    about = {
        "title": "Silk",
        "version": "1.0",  # text that looks like a figure
        "year": 2024,
        "empty": [],
        "sources": [{"title": "x" * 1000, "n": n} for n in range(50)],
    }
    blank = blank_model()
    write_model(Model(blank.name, blank.tables, about), tmp_path / "x.xlsx")
    assert read_model(tmp_path / "x.xlsx").about == about


# --- what a spreadsheet does to cells ------------------------------------------


def test_cells_that_became_dates_times_and_whole_figures_are_read_as_typed(path):
    def edit(book):
        link, service = book["link"], book["node"]
        link[f"{column_of(link, 'valid_from')}2"] = datetime(2024, 3, 1)  # noqa: DTZ001
        link[f"{column_of(link, 'valid_to')}2"] = 2025.0
        link[f"{column_of(link, 'name')}2"] = time(8, 30)
        link[f"{column_of(link, 'electrified')}2"] = 1
        service[f"{column_of(service, 'note')}2"] = 7

    reading = edited(path, edit)
    assert reading.faults == ()
    link = reading.model["link"]
    assert link.text("valid_from")[0] == "2024-03-01"
    assert link.text("valid_to")[0] == "2025"
    assert link.text("name")[0] == "08:30"
    assert link.number("electrified")[0] == 1
    assert reading.model["node"].text("note")[0] == "7"


def test_empty_rows_below_and_columns_beside_are_no_rows_and_columns(path):
    def edit(book):
        book["node"]["A30"].font = openpyxl.styles.Font(bold=True)
        book["node"]["Z3"] = "  "

    before = read_model(path)
    assert edited(path, edit).model.content_hash == before.content_hash


# --- faults --------------------------------------------------------------------


def test_formulas_errors_and_merged_cells_are_named_by_sheet_row_and_column(path):
    def edit(book):
        link = book["link"]
        length = column_of(link, "length_km")
        link[f"{length}2"] = "=100+150"
        link[f"{length}3"] = "=A1"
        link[f"{column_of(link, 'tracks')}4"] = "#REF!"
        at = f"{column_of(link, 'gauge_mm')}2"
        link[at] = ArrayFormula(at, "=SUM(1520)")
        book["node"].merge_cells("A2:A3")

    lines = told(edited(path, edit))
    value = "must be a value, not a formula; paste it as a value"
    assert f"link rows 2, 3, length_km: {value}; found '=100+150'" in lines
    assert f"link row 2, gauge_mm: {value}; found '=SUM(1520)'" in lines
    error = "must be a value, not an error of the spreadsheet"
    assert f"link row 4, tracks: {error}; found '#REF!'" in lines
    merged = "cells must not be merged; unmerge them and fill each one"
    assert f"node: {merged}; found A2:A3" in lines


def test_a_required_sheet_that_is_missing_is_named(path):
    def edit(book):
        del book["carrier"]

    lines = told(edited(path, edit))
    assert "carrier: the table must be there; found no sheet 'carrier'" in lines


def test_an_optional_sheet_that_the_workbook_lists_is_missed(path):
    def edit(book):
        del book["tariff"]
        book["rent"].title = "rent (2)"

    lines = told(edited(path, edit))
    for name in ("tariff", "rent"):
        said = f"{name}: must be there, as sheet 'about' lists it; found no sheet"
        assert said in lines


def test_truth_values_as_libreoffice_writes_them_are_read(path):
    before = examine(path).model

    def edit(book):
        for sheet in book:
            for cell in (cell for row in sheet for cell in row):
                if isinstance(cell.value, bool):
                    cell.value = "=TRUE()" if cell.value else "=FALSE()"

    reading = edited(path, edit)
    assert reading.faults == ()
    assert reading.model.content_hash == before.content_hash


def test_a_bomb_of_cells_is_refused_before_they_are_made(path, tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bomb, "w", 8) as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sheet1.xml"):
                cells = b'<c s="1"/>' * (excel_module.MOST_CELLS + 1)
                text = text.replace(b"</sheetData>", cells + b"</sheetData>")
            new.writestr(part, text)
    with pytest.raises(BereketError, match="at most 2,000,000 are read"):
        examine(bomb)


def test_a_sheet_with_a_near_name_is_a_fault_and_any_other_is_left_aside(path):
    def edit(book):
        book["fleet"].title = "Fleets"
        book.create_sheet("my sums")
        book.create_chartsheet("chart").add_chart(BarChart())

    reading = edited(path, edit)
    near, missing = reading.faults
    assert "did you mean 'fleet'?" in near.rule
    assert missing.table == "fleet"
    aside = [i.table for i in reading.advice if "left aside" in i.rule]
    assert sorted(aside) == ["chart", "my sums"]


def test_a_sheet_without_header_and_a_column_without_one_are_named(path):
    def edit(book):
        book["node"].insert_rows(1)
        last = book["link"].max_column + 1
        book["link"].cell(3, last).value = "stray"

    lines = told(edited(path, edit))
    assert "node: must have a header; found an empty first row" in lines
    assert any(line.startswith("link row 1: a column with cells") for line in lines)


def test_a_sheet_formatted_to_its_last_row_is_refused_before_it_is_read(path):
    def edit(book):
        book["node"]["XFD1048576"] = "x"

    lines = told(edited(path, edit))
    assert any(line.startswith("node: must have at most 2,000,000") for line in lines)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"node_id,name\n", "is no workbook"),
        (b"", "is no workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
            "has a password or is an old",
        ),
        (b"PK\x03\x04 cut short", "is no workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, raw, what):
    (tmp_path / "x.xlsx").write_bytes(raw)
    with pytest.raises(BereketError, match=f"x.xlsx' {what}"):
        examine(tmp_path / "x.xlsx")


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("node.csv", "node_id\n")
    with pytest.raises(BereketError, match="is no workbook"):
        examine(tmp_path / "x.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused(path, monkeypatch):
    monkeypatch.setattr(excel_module, "LARGEST_UNPACKED_BYTES", 10_000)
    with pytest.raises(BereketError, match="unpacks to over"):
        examine(path)


def test_a_workbook_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BereketError, match="there is no file"):
        read_model(tmp_path / "gone.xlsx")


def test_reading_a_workbook_with_faults_lists_them_all(path):
    book = openpyxl.load_workbook(path)
    book["link"]["A2"] = "=1"
    del book["carrier"]
    book.save(path)
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert len(caught.value.issues) >= 2


# --- writing -------------------------------------------------------------------


def test_a_text_longer_than_a_cell_is_refused_and_the_old_file_stays(path):
    before = path.read_bytes()
    model = with_cell(blank_model(), "link", 1, "note", "x" * 32_768)
    with pytest.raises(BereketError, match="link row 3, note: 32,768 characters"):
        write_model(model, path)
    assert path.read_bytes() == before


def test_a_write_that_fails_half_way_leaves_the_old_file(path, monkeypatch):
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_model(blank_model(), path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["model.xlsx"]


def test_tables_of_an_answer_stand_with_the_stamp_they_come_from(tmp_path):
    tables = {
        "ways": Flat(("way", "cost_usd_per_t"), ((1, 66.8), (2, None))),
        "legs": Flat(("way", "note", "is_sea"), ((1, "=x", True),)),
    }
    path = tmp_path / "x.xlsx"
    stamp = {"question": "route", "seed": 0, "regimes": ["a", "b"]}
    excel_module.write_excel_tables(tables, stamp, path)
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert book.sheetnames == ["ways", "legs", "stamp"]
    rows = [[cell.value for cell in row] for row in book["ways"]]
    assert rows == [["way", "cost_usd_per_t"], [1, 66.8], [2, None]]
    assert [c.value for c in book["legs"][2]] == [1, "=x", True]
    assert [c.data_type for c in book["legs"][2]] == ["n", "s", "b"]
    told = [tuple(cell.value for cell in row) for row in book["stamp"]]
    assert told[1:] == [
        ("question", "route"),
        ("seed", "0"),
        ("regimes[]", "a"),
        ("regimes[]", "b"),
    ]
