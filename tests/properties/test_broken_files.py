"""Whatever a file holds, reading it ends in a model, in faults, or in one error."""

import contextlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bereket import BereketError, GmnsParams, blank_model, write_model
from bereket.io import examine
from bereket.io.files import as_csv
from bereket.io.gmns.reading import examine_gmns
from bereket.model.reading import Sheet

CELLS = st.sampled_from(
    [
        *("", "NaN", "inf", "-1", "0", "1e400", "x", "a|b", "1:2", "true", "=1", "é"),
        *("LINESTRING EMPTY", "LINESTRING (1 2)", "LINESTRING (nan 1, 2 3)"),
        *("MULTILINESTRING ()", "MULTILINESTRING ((1 2, 3 4), ())", "POINT (1 2)"),
        *("EPSG:3857", "3735", "EPSG:4978", "+proj=utm", "urn:x", "mi", "furlong"),
    ]
)
TOWN = {
    "config": [
        ["dataset_name", "long_length", "speed", "crs"],
        ["town", "km", "km/h", "EPSG:4326"],
    ],
    "node": [
        ["node_id", "x_coord", "y_coord", "z_coord", "zone_id"],
        ["1", "50", "45", "3", "1"],
        ["2", "51", "45", "", "2"],
        ["3", "51", "46", "", "2"],
    ],
    "link": [
        [
            *(
                "link_id",
                "from_node_id",
                "to_node_id",
                "directed",
                "dir_flag",
                "length",
            ),
            *("geometry_id", "geometry", "free_speed", "lanes", "allowed_uses", "toll"),
        ],
        [
            *("1", "1", "2", "1", "1", "80", "", "LINESTRING (50 45, 51 45)", "60"),
            *("2", "car,rail", "1"),
        ],
        ["2", "2", "3", "0", "-1", "115", "g", "", "", "", "", ""],
    ],
    "geometry": [["geometry_id", "geometry"], ["g", "LINESTRING (51 46, 51 45)"]],
    "use_group": [["use_group", "uses"], ["car", "a,b"]],
}
places = st.tuples(st.sampled_from(list(TOWN)), st.integers(0, 3), st.integers(0, 11))


@given(
    cells=st.lists(st.tuples(places, CELLS), max_size=4),
    gone=st.sets(places, max_size=2),
)
@settings(max_examples=150)
def test_a_broken_network_is_named_and_never_a_traceback(cells, gone):
    tables = {name: [list(row) for row in rows] for name, rows in TOWN.items()}
    for (name, row, column), cell in cells:
        line = tables[name][row % len(tables[name])]
        line[column % len(line)] = cell
    for name, _, column in gone:  # a column less
        tables[name] = [
            [c for at, c in enumerate(row) if at != column % len(row)]
            for row in tables[name]
        ]
    folder = Path(tempfile.mkdtemp())
    try:
        for name, (header, *rows) in tables.items():
            (folder / f"{name}.csv").write_text(as_csv(Sheet(header, rows)), "utf-8")
        with contextlib.suppress(BereketError):
            examine_gmns(folder, GmnsParams("KAZ"))
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A workbook, and a folder of Parquet tables, to be spoilt."""
    folder = tmp_path_factory.mktemp("spoilt")
    write_model(blank_model(), folder / "x.xlsx")
    write_model(blank_model(), folder / "x", "parquet")
    return folder


@pytest.mark.parametrize("name", ["x.xlsx", "x/link.parquet"])
@given(
    spoilt=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60)
def test_spoilt_bytes_are_named_and_never_a_traceback(written, name, spoilt):
    path = written / name
    whole = path.read_bytes()
    raw = bytearray(whole)
    for share, found in spoilt:
        at = int(share * len(raw))
        raw[at : at + len(found)] = found
    try:
        path.write_bytes(raw)
        with contextlib.suppress(BereketError):
            examine(path if name.endswith(".xlsx") else path.parent)
    finally:
        path.write_bytes(whole)
