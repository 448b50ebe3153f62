"""GeoPackage: read with SQLite and struct, not with what wrote it."""

import sqlite3
import struct
from contextlib import closing

import numpy as np
import pytest
from tests.model.altered import with_cell, with_table

from bereket import blank_model, read_model, write_model
from bereket.model.geometry import coordinates
from bereket.model.model import Table

GPKG = 0x47504B47  # application id of the format, "GPKG" in ASCII
POINTS = {"node", "stop", "transfer", "border", "port", "service_stop"}
ENVELOPE_BYTES = (0, 32, 48, 48, 64)  # by the code in the header of a geometry


@pytest.fixture(scope="module")
def sea(caspian, tmp_path_factory):
    path = tmp_path_factory.mktemp("sea") / "caspian.gpkg"
    model = read_model(caspian)
    write_model(model, path)
    return model, path


def asked(path, question, *values):
    with closing(sqlite3.connect(path)) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute(question, values)]


def unpacked(blob):
    """Return what a geometry says: reference system and points of each part."""
    magic, _, flags, srs = struct.unpack_from("<2sBBi", blob)
    assert magic == b"GP"
    at = 8 + ENVELOPE_BYTES[flags >> 1 & 7]
    kind = struct.unpack_from("<BI", blob, at)[1]
    if kind == 1:
        return srs, [[struct.unpack_from("<dd", blob, at + 5)]]
    assert kind == 5
    parts = []
    (count,) = struct.unpack_from("<I", blob, at + 5)
    at += 9
    for _ in range(count):
        (points,) = struct.unpack_from("<I", blob, at + 5)
        flat = struct.unpack_from(f"<{2 * points}d", blob, at + 9)
        parts.append(list(zip(flat[::2], flat[1::2], strict=True)))
        at += 9 + 16 * points
    return srs, parts


def test_the_file_is_a_geopackage_with_a_layer_a_table(sea):
    model, path = sea
    assert asked(path, "pragma application_id") == [{"application_id": GPKG}]
    assert asked(path, "pragma integrity_check") == [{"integrity_check": "ok"}]
    contents = asked(path, "select * from gpkg_contents")
    kinds = {row["table_name"]: row["data_type"] for row in contents}
    placed = {*POINTS, "link"}
    assert kinds == {
        name: "features" if name in placed else "attributes" for name in model.tables
    }


def test_places_and_lines_lie_in_degrees_with_an_index(sea):
    rows = asked(sea[1], "select * from gpkg_geometry_columns")
    kinds = {
        row["table_name"]: (row["geometry_type_name"], row["srs_id"]) for row in rows
    }
    expected = dict.fromkeys(POINTS, ("POINT", 4326)) | {
        "link": ("MULTILINESTRING", 4326)
    }
    assert kinds == expected
    indexed = asked(sea[1], "select table_name from gpkg_extensions")
    assert {*POINTS, "link"} <= {row["table_name"] for row in indexed}
    (box,) = asked(sea[1], "select * from rtree_link_geom where id = 1")
    assert box["minx"] < box["maxx"]


def test_every_row_of_every_table_is_there_in_order_to_the_last_digit(sea):
    model, path = sea
    for name, table in model.tables.items():
        rows = asked(path, f'select * from "{name}" order by fid')  # noqa: S608
        assert len(rows) == len(table), name
        for column, values in table.columns.items():
            if (name, column) == ("link", "geometry"):
                continue
            told = [row[column] for row in rows]
            if values.dtype == object:
                assert told == [value or None for value in values], (name, column)
            else:
                figures = [None if np.isnan(v) else v for v in values]
                assert told == figures, (name, column)


def test_places_lie_where_the_table_says(sea):
    model, path = sea
    node = model["node"]
    for name, column in (("node", "node_id"), ("border", "from_node_id")):
        for row in asked(path, f"select {column}, geom from {name}"):  # noqa: S608
            srs, parts = unpacked(row["geom"])
            at = node.labels("node_id").index(row[column])
            assert srs == 4326
            assert parts == [[(node.number("x_coord")[at], node.number("y_coord")[at])]]


def test_a_link_is_drawn_by_its_geometry_or_straight(tmp_path):
    way = "LINESTRING (52 43.6, 53 43, 54.2 41.4)"
    model = with_cell(blank_model(), "link", 0, "geometry", way)
    write_model(model, tmp_path / "x.gpkg")
    rows = asked(tmp_path / "x.gpkg", "select * from link order by fid")
    assert unpacked(rows[0]["geom"])[1] == [list(map(tuple, coordinates(way)))]
    assert [row["is_straight"] for row in rows] == [0, 1, 1, 1]
    assert "geometry" not in rows[0]


def test_columns_that_a_database_would_confuse_get_names_of_their_own(tmp_path):
    node = blank_model()["node"]
    text = np.array(["x"] * len(node), dtype=object)
    more = {"FID": text, "geom": text, "NAME": text}
    model = with_table(blank_model(), Table("node", {**node.columns, **more}))
    write_model(model, tmp_path / "x.gpkg")
    (row, *_) = asked(tmp_path / "x.gpkg", "select * from node")
    assert (row["FID_"], row["geom_"], row["NAME_"]) == ("x", "x", "x")
    assert row["name"] == "Eastern city"


def test_a_file_that_is_there_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "x.gpkg"
    write_model(blank_model(), path)
    write_model(blank_model(), path)
    assert len(asked(path, "select * from node")) == 5
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_model(blank_model(), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.gpkg"]
