"""The table of formats: how one is chosen, and what is refused."""

import sys

import pytest
from tests.model.altered import without_row

from bereket import BereketError, blank_model, read_model, write_model
from bereket.io import FORMATS, examine, form_to_write
from bereket.model.result import Flat, flat


def test_every_format_says_what_it_is_and_no_two_are_alike():
    assert len({form.name for form in FORMATS}) == len(FORMATS)
    assert all(form.line and form.writer for form in FORMATS)
    suffixes = [form.suffix for form in FORMATS if form.suffix]
    assert len(set(suffixes)) == len(suffixes)


@pytest.mark.parametrize(
    ("path", "name"),
    [("x.xlsx", "xlsx"), ("X.XLSX", "xlsx"), ("x", "csv"), ("x.gpkg", "gpkg")],
)
def test_a_format_is_chosen_by_the_suffix(path, name):
    assert form_to_write(path).name == name


def test_a_folder_is_no_file_whatever_its_name(tmp_path):
    folder = tmp_path / "old.xlsx"
    write_model(blank_model(), folder, "csv")
    assert form_to_write(folder).name == "csv"
    assert read_model(folder).content_hash == blank_model().content_hash


@pytest.mark.parametrize(
    ("name", "form", "what"),
    [
        ("x", "dbf", "no format 'dbf' here; there are csv, xlsx"),
        ("x.csv", "xlsx", r"must end in \.xlsx"),
        ("x.gpkg", "geojson", r"must end in \.geojson"),
    ],
)
def test_a_path_that_does_not_fit_its_format_is_refused(tmp_path, name, form, what):
    with pytest.raises(BereketError, match=what):
        write_model(blank_model(), tmp_path / name, form)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_no_format_reads_is_named(tmp_path):
    (tmp_path / "x.ods").write_bytes(b"PK")
    with pytest.raises(
        BereketError, match=r"is no folder of tables, and no file \.xlsx"
    ):
        examine(tmp_path / "x.ods")


@pytest.mark.parametrize(
    ("library", "extra", "path", "form"),
    [
        ("openpyxl", "excel", "x.xlsx", "xlsx"),
        ("pyarrow", "parquet", "x", "parquet"),
        ("pyogrio.raw", "geo", "x.gpkg", "gpkg"),
    ],
)
def test_a_missing_library_is_named_with_its_cure(
    tmp_path, monkeypatch, library, extra, path, form
):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(BereketError, match=rf"pip install bereket\[{extra}\]"):
        write_model(blank_model(), tmp_path / path, form)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["xlsx", "parquet", "csv"])
def test_a_fault_of_a_row_is_named_alike_in_every_format(tmp_path, form):
    model = without_row(blank_model(), "node", 0)
    path = tmp_path / ("x.xlsx" if form == "xlsx" else "x")
    write_model(model, path, form)
    lines = [str(fault) for fault in examine(path).faults]
    assert (
        "link row 2, from_node_id: must name a node of the model; found 'EAST'" in lines
    )


# --- tables of an answer -------------------------------------------------------


def test_lists_are_joined_and_mappings_are_columns_of_their_own():
    rows = [
        {"way": 1, "seen": {"value": 2.5, "unit": "t"}, "links": ["L1", "L2"]},
        {"way": 2, "seen": None, "links": []},
    ]
    assert flat(rows) == Flat(
        ("way", "seen.value", "seen.unit", "links"),
        ((1, 2.5, "t", "L1|L2"), (2, None, None, "")),
    )


def test_what_is_not_finite_is_unknown_and_a_column_without_rows_is_there():
    assert flat([], ["way"]) == Flat(("way",), ())
    assert flat([{"a": float("nan"), "b": float("inf")}]).rows == ((None, None),)
