"""Parquet: types kept, units beside columns, answers with their stamp."""

import json

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.model.altered import without_table

from bereket import BereketError, blank_model, read_model, write_model
from bereket.io import examine, write_tables
from bereket.io import parquet as parquet_module
from bereket.model.result import Flat
from bereket.schema import TABLE_NAMES, table_schema

KINDS = {"string": pa.string(), "boolean": pa.bool_()}


@pytest.fixture
def folder(tmp_path):
    write_model(blank_model(), tmp_path / "model", "parquet")
    return tmp_path / "model"


def replaced(folder, name, column, values):
    """Write a table anew with other cells in a column, and read the model."""
    path = folder / f"{name}.parquet"
    table = parquet.read_table(path)
    at = table.column_names.index(column)
    parquet.write_table(table.set_column(at, column, pa.array(values)), path)
    return examine(folder)


def test_columns_keep_their_type_and_tell_their_unit(folder):
    for name in TABLE_NAMES:
        schema = parquet.read_schema(folder / f"{name}.parquet")
        for column in schema:
            field = table_schema(name).fields[column.name]
            assert column.type == KINDS.get(field.type, pa.float64())
            assert column.metadata[b"unit"].decode() == field.unit
            assert column.metadata[b"description"].decode() == field.description


def test_unknown_cells_are_null_and_not_zero(folder):
    link = parquet.read_table(folder / "link.parquet")
    assert link["geometry"].null_count == len(link)
    assert link["length_km"].null_count == 0
    assert link["capacity_t_per_day"].null_count == len(link)


def test_a_folder_of_parquet_tables_is_known_by_its_places(folder):
    assert read_model(folder).content_hash == blank_model().content_hash


def test_columns_of_other_types_are_read_as_typed_by_a_planner(folder):
    count = len(blank_model()["link"])
    days = pa.array([19783] * count, pa.date32())  # days since 1970
    reading = replaced(folder, "link", "valid_from", days)
    assert reading.faults == ()
    assert set(reading.model["link"].text("valid_from")) == {"2024-03-01"}


def test_nested_columns_are_refused_by_name(folder):
    count = len(blank_model()["link"])
    (fault, *_) = replaced(folder, "link", "note", [[1]] * count).faults
    assert (fault.table, fault.field) == ("link", "note")
    assert fault.rule == "must be text, figures, dates or truth values"


def test_a_file_that_is_no_parquet_is_named(folder):
    (folder / "link.parquet").write_bytes(b"link_id\n")
    (fault, *_) = examine(folder).faults
    assert fault.table == "link"
    assert fault.rule == "must be a Parquet file, inside the folder"


def test_a_table_that_unpacks_to_too_much_is_refused(folder, monkeypatch):
    monkeypatch.setattr(parquet_module, "LARGEST_FILE_BYTES", 10)
    assert any("must unpack to at most" in f.rule for f in examine(folder).faults)


def test_a_missing_required_table_is_named(folder):
    (folder / "carrier.parquet").unlink()
    said = "carrier: the table must be there; found no file 'carrier.parquet'"
    assert said in map(str, examine(folder).faults)


def test_a_table_that_the_metadata_names_is_missed(folder):
    (folder / "fleet.parquet").unlink()
    said = "fleet: the table must be there; found no file 'fleet.parquet'"
    assert said in map(str, examine(folder).faults)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_of_another_model_are_not_mixed_in(tmp_path, form):
    write_model(blank_model(), tmp_path / "model", form)
    before = {p.name: p.read_bytes() for p in (tmp_path / "model").iterdir()}
    with pytest.raises(BereketError, match=r"another model: fleet\.|node\.csv"):
        write_model(
            without_table(blank_model(), "fleet"), tmp_path / "model", "parquet"
        )
    assert {p.name: p.read_bytes() for p in (tmp_path / "model").iterdir()} == before


# --- answers -------------------------------------------------------------------

WAYS = Flat(("way", "usd_per_t", "by"), ((1, 66.8, "rail|sea"), (2, None, None)))
LEGS = Flat(("way", "is_sea"), ((1, True), (1, None)))


def test_an_answer_of_one_table_is_one_file_with_its_stamp(tmp_path):
    path = tmp_path / "ways.parquet"
    write_tables({"ways": WAYS}, {"question": "route"}, path, "parquet")
    table = parquet.read_table(path)
    assert table.to_pylist() == [
        {"way": 1, "usd_per_t": 66.8, "by": "rail|sea"},
        {"way": 2, "usd_per_t": None, "by": None},
    ]
    assert [str(kind) for kind in table.schema.types] == ["int64", "double", "string"]
    assert json.loads(table.schema.metadata[b"bereket"]) == {"question": "route"}


def test_an_answer_of_several_tables_is_a_folder(tmp_path):
    tables = {"ways": WAYS, "legs": LEGS}
    write_tables(tables, {}, tmp_path / "answer", "parquet")
    names = sorted(p.name for p in (tmp_path / "answer").iterdir())
    assert names == ["legs.parquet", "ways.parquet"]
    legs = parquet.read_table(tmp_path / "answer" / "legs.parquet")
    assert legs["is_sea"].to_pylist() == [True, None]


def test_several_tables_are_not_put_into_one_file_nor_among_others(tmp_path):
    tables = {"ways": WAYS, "legs": LEGS}
    with pytest.raises(BereketError, match="has the tables ways, legs; give a folder"):
        write_tables(tables, {}, tmp_path / "x.parquet", "parquet")
    write_tables(tables, {}, tmp_path / "answer", "parquet")
    with pytest.raises(BereketError, match=r"another answer: legs\.parquet"):
        write_tables({"ways": WAYS}, {}, tmp_path / "answer", "parquet")


def test_no_other_format_holds_answers(tmp_path):
    with pytest.raises(BereketError, match="no format 'gpkg' here; there are xlsx"):
        write_tables({"ways": WAYS}, {}, tmp_path / "x.gpkg", "gpkg")
    with pytest.raises(BereketError, match=r"must end in \.xlsx"):
        write_tables({"ways": WAYS}, {}, tmp_path / "x.csv", "xlsx")
