"""The model: frozen, hashed by what it says, its cells with their defaults."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.altered import fresh, with_cell, with_order, with_row, without_row

from bereket import Model, Table, blank_model, read_model

MODEL = blank_model()
WHOLE = MODEL.content_hash


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@given(st.data())
def test_the_hash_does_not_depend_on_the_order_of_rows_or_columns(data):
    orders = {
        name: data.draw(st.permutations(range(len(table))))
        for name, table in MODEL.tables.items()
    }
    assert (
        with_order(
            MODEL, orders, columns_reversed=data.draw(st.booleans())
        ).content_hash
        == WHOLE
    )


def test_the_hash_does_not_depend_on_the_order_of_tables(model):
    turned = Model(model.name, dict(reversed(model.tables.items())))
    assert turned.content_hash == model.content_hash


CELLS = [
    (name, column, row)
    for name, table in MODEL.tables.items()
    for column in table.columns
    for row in range(len(table))
]


@given(st.sampled_from(CELLS))
def test_the_hash_changes_with_any_cell(cell):
    name, column, row = cell
    value = MODEL[name].columns[column][row]
    if isinstance(value, str):
        others = [value + "x", ""] if value else ["x"]
    else:
        others = [0.125, 7.0] if math.isnan(value) else [value + 1e-9, math.nan]
    hashes = {
        with_cell(MODEL, name, row, column, other).content_hash for other in others
    }
    assert WHOLE not in hashes
    assert len(hashes) == len(others)


def test_the_hash_changes_with_a_row_more_or_less(model):
    more = with_row(model, "stop", node_id="BCY", carrier_id="rail1435")
    fewer = without_row(model, "stop", 0)
    assert len({m.content_hash for m in (model, more, fewer)}) == 3


def test_a_row_that_stands_twice_is_told_from_one_that_stands_once(model):
    stop = model["stop"]
    twice = Model(model.name, {**model.tables, "stop": stop.rows([0, 0, 1, 2])})
    other = Model(model.name, {**model.tables, "stop": stop.rows([0, 1, 1, 2])})
    assert len({m.content_hash for m in (model, twice, other)}) == 3


def test_cells_that_change_places_change_the_hash(model):
    a, b = model["stop"].columns["technical_h"][:2]
    assert a != b
    swapped = with_cell(model, "stop", 0, "technical_h", b)
    swapped = with_cell(swapped, "stop", 1, "technical_h", a)
    assert swapped.content_hash != model.content_hash


def test_a_figure_in_another_column_changes_the_hash(model):
    moved = with_cell(model, "stop", 0, "technical_h", math.nan)
    moved = with_cell(moved, "stop", 0, "forming_h", 2.0)
    assert moved.content_hash != model.content_hash


def test_a_column_without_a_known_cell_counts_as_absent(model):
    node = model["node"]
    nothing = np.full(len(node), "", dtype=object)
    wider = Table("node", {**node.columns, "timezone": nothing})
    told = Model(model.name, {**model.tables, "node": wider})
    assert told.content_hash == model.content_hash


def test_the_hash_is_a_sha256(model):
    assert len(bytes.fromhex(model.content_hash)) == 32


def test_columns_are_read_only(model):
    for table in model.tables.values():
        for column in table.columns.values():
            with pytest.raises(ValueError, match="read-only"):
                column[0] = column[0]


def test_filled_columns_are_read_only(model):
    with pytest.raises(ValueError, match="read-only"):
        model["link"].text("status")[0] = "closed"
    with pytest.raises(ValueError, match="read-only"):
        model["stop"].number("technical_h")[0] = 0


def test_tables_and_columns_cannot_be_exchanged(model):
    with pytest.raises(TypeError):
        model.tables["link"] = model["node"]
    with pytest.raises(TypeError):
        model["link"].columns["length_km"] = np.ones(17)
    with pytest.raises(AttributeError):
        model.name = "other"


def test_an_empty_cell_counts_as_the_default_of_the_schema(model):
    assert model["link"].text("status").tolist() == ["operating"] * 17
    assert model["tariff"].number("coefficient")[0] == 1
    assert model["service"].number("availability")[0] == 0.875
    assert model["rent"].number("empty_return_share").tolist() == [0.5, 0.4]


def test_an_empty_cell_without_default_stays_unknown_and_is_not_zero(model):
    link = model["link"]
    row = link.text("link_id").tolist().index("rail_BBO_BCY")
    assert math.isnan(link.number("commercial_speed_kmh")[row])
    assert math.isnan(link.number("length_km_low")[row])  # a column the file lacks
    assert link.text("geometry")[row] == ""


def test_the_columns_themselves_are_left_as_they_were_read(model):
    assert "status" not in model["link"].columns
    model["link"].text("status")
    assert "status" not in model["link"].columns


def test_a_boolean_that_is_not_told_is_the_default(model):
    link = model["link"]
    electrified = dict(
        zip(link.text("link_id"), link.number("electrified"), strict=True)
    )
    assert electrified["rail_ASH_AJN"] == 1
    assert electrified["rail_BBO_BCY"] == 0
    assert electrified["sea_APO_CPO"] == 0  # an empty cell


def test_a_column_that_no_schema_knows_is_a_programmers_fault(model):
    with pytest.raises(KeyError):
        model["link"].number("colour")
    with pytest.raises(KeyError):
        model["link"].text("colour")


def test_a_table_that_the_folder_lacks_is_empty(model):
    assert "level" not in model.tables
    assert len(model["level"]) == 0
    assert model["level"].keys == ()
    assert model["level"].number("level_m").size == 0


def test_list_cells_are_split_and_trimmed():
    table = Table(
        "stop", {"carrier_id": np.array(["rail1520 | road", "ferry", ""], dtype=object)}
    )
    assert table.lists("carrier_id") == (("rail1520", "road"), ("ferry",), ())


def test_a_group_names_its_carriers_and_a_carrier_itself(model):
    assert model.groups["rail1520"] == ("rail1520_container", "rail1520_wagon")
    assert model.groups["rail1435_wagon"] == ("rail1435_wagon",)
    assert model.groups["road"] == ("road",)


def test_a_carrier_that_is_its_own_group_is_named_once():
    assert MODEL.groups == {"rail1520": ("rail1520",), "sea_ferry": ("sea_ferry",)}


def test_carriers_named_twice_come_once_and_unknown_ones_not_at_all(model):
    found = model.carriers(("rail1520_wagon", "rail1520", "tram"))
    assert found == ("rail1520_wagon", "rail1520_container")


def test_keys_hold_figures_without_a_decimal(model):
    assert model["deflator"].keys == (("2024",), ("2025",))
    assert model["service_stop"].keys == (("crossing", "1"), ("crossing", "2"))


def test_the_repr_tells_name_sizes_and_hash(model):
    told = repr(model)
    assert told.startswith("Model('teaching': 1 config, 10 node, 6 carrier")
    assert told.endswith(f"hash {model.content_hash[:12]})")


def test_what_is_worked_out_is_the_same_for_a_copy(model):
    assert fresh(model).content_hash == model.content_hash


def test_a_frame_holds_the_cells_as_they_are(model):
    frame = model["link"].to_frame()
    assert frame.shape == (17, 32)  # as in the file
    steppe, sea = 200 + 200 + 50 + 50 + 300 + 200 + 50 + 200, 300 + 300 + 300
    road = 400 + 50 + 300 + 200 + 50 + 200
    assert frame["length_km"].sum() == steppe + sea + road
    assert math.isnan(frame["commercial_speed_kmh"][4])
