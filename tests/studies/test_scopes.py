"""What an observation counts: which paths, which cargo, which way, in what unit.

Paths of the teaching model, worked out by hand: grain by rail and by ferry; boxes west
by rail, by ferry and by rail with a lorry from Bacay; boxes east by rail, by ferry, by
lorry to Bacay and rail, and by lorry to Bacay and from there on.
"""

import numpy as np
import pytest
from tests.model.altered import with_row
from tests.studies.calibrations import (
    BOXES,
    observation,
    parameter,
    with_rows,
    with_years,
)

from bereket import read_model
from bereket.studies.calibrate.years import year_of
from bereket.studies.scopes import compass

PER_YEAR = 365.0
TEU_A_TONNE = 2 / 20  # a box of forty feet holds 20 t of goods in containers
SEA = [0, 1, 0, 1, 0, 0, 1, 0, 0]
WEST = [1, 1, 1, 1, 1, 0, 0, 0, 0]
OF_BOXES = [0, 0, 1, 1, 1, 1, 1, 1, 1]
RAIL_BCY = [1, 0, 1, 0, 0, 1, 0, 1, 0]  # over rail_BCY_BCO


@pytest.fixture(scope="module")
def model(teaching):
    none = [parameter("none", "constant", 0.0, 1.0, on="sea")]
    return with_rows(with_years(read_model(teaching), (2025,)), parameters=none)


@pytest.fixture(scope="module")
def laid(model):
    return year_of(model, 2025)


def scopes_of(model, *rows):
    """Return the scopes of rows that say what they change of one of the sea."""
    seen = [observation(f"o{at}", "sea", 1e5) | row for at, row in enumerate(rows)]
    return year_of(with_rows(model, observations=seen), 2025).scopes


def counted(model, **row):
    scopes = scopes_of(model, {"commodity_id": ""} | row)
    assert scopes.fault(0) == ""
    return scopes.weights(0)


def a_year(passed):
    return pytest.approx(PER_YEAR * np.array(passed, dtype=float))


def both(*marks):
    return np.prod(marks, axis=0)


# --- which paths --------------------------------------------------------------------


def test_a_corridor_counts_the_paths_that_are_of_it(model):
    assert counted(model, on="sea") == a_year(SEA)
    assert counted(model, on="steppe") == a_year(1 - np.array(SEA))


def test_several_things_count_a_path_once(model):
    assert counted(model, on="sea|steppe") == a_year(np.ones(9))
    assert counted(model, on="sea|link:sea_APO_CPO") == a_year(SEA)


def test_a_link_counts_the_paths_over_it(model):
    assert counted(model, on="link:rail_BCY_BCO") == a_year(RAIL_BCY)
    assert counted(model, on="link:sea_APO_CPO") == a_year(SEA)


def test_a_place_counts_what_crosses_its_quays(model):
    row = {"on": "node:APO", "kind": "throughput"}
    assert counted(model, **row) == a_year(SEA)


def test_cargo_is_told_apart(model):
    assert counted(model, on="sea", commodity_id=BOXES) == a_year(both(SEA, OF_BOXES))
    grain = 1 - np.array(OF_BOXES)
    assert counted(model, on="sea", commodity_id="grain") == a_year(both(SEA, grain))
    every = counted(model, on="sea", commodity_id=f"grain|{BOXES}")
    assert every == a_year(SEA)


def test_a_direction_of_a_corridor_is_that_of_its_gateways(model):
    assert counted(model, on="sea", direction="west") == a_year(both(SEA, WEST))
    east = 1 - np.array(WEST)
    assert counted(model, on="sea", direction="east") == a_year(both(SEA, east))


def test_a_direction_of_a_link_is_that_of_its_ends(model):
    on = {"on": "link:rail_BCY_BCO"}
    assert counted(model, **on, direction="west") == a_year(both(RAIL_BCY, WEST))
    east = 1 - np.array(WEST)
    assert counted(model, **on, direction="east") == a_year(both(RAIL_BCY, east))


def test_directions_add_up_to_both(model):
    for on in ("sea", "steppe", "link:rail_BCY_BCO"):
        whole = counted(model, on=on)
        parts = [counted(model, on=on, direction=way) for way in ("east", "west")]
        assert sum(parts) == pytest.approx(whole)


def test_the_compass_of_a_corridor_is_that_of_its_mean_ends(model):
    assert compass(model, "sea") == ("west", "east")
    places = [(x, y) for x, y in ((0.0, 30.0), (1.0, 50.0))]
    for at, (x, y) in enumerate(places):
        cells = {"node_id": f"n{at}", "name": "N", "x_coord": x, "y_coord": y}
        model = with_row(model, "node", **cells, node_type="city", country_iso3="AAA")
    ends = {"origin_node_ids": "n0", "destination_node_ids": "n1"}
    model = with_row(model, "corridor", corridor_id="up", name="Up", **ends)
    assert compass(model, "up") == ("north", "south")
    back = {"origin_node_ids": "n1", "destination_node_ids": "n0"}
    model = with_row(model, "corridor", corridor_id="down", name="Down", **back)
    assert compass(model, "down") == ("south", "north")


# --- units --------------------------------------------------------------------------


def test_boxes_are_counted_whatever_is_in_them_and_bulk_is_none(model):
    found = counted(model, on="sea", unit="teu", weight_basis="")
    assert found == pytest.approx(PER_YEAR * TEU_A_TONNE * both(SEA, OF_BOXES))
    # the cargo named does not matter: a box is counted by its size
    named = counted(model, on="sea", unit="teu", weight_basis="", commodity_id="grain")
    assert named == pytest.approx(found)


def test_empty_boxes_that_come_back_are_added_where_they_are_counted(model):
    full = counted(model, on="sea", unit="teu", weight_basis="")
    row = {"unit": "teu", "weight_basis": "", "counts_empties": 1.0}
    with_empties = counted(model, on="sea", **row)
    named = counted(model, on="sea", unit="teu", commodity_id="containers_empty")
    assert (with_empties >= full).all()
    assert with_empties.sum() <= 2 * full.sum()
    assert named == pytest.approx(with_empties)


# --- rows and faults ----------------------------------------------------------------


def test_rows_are_flows_of_the_calendar_year_alone(model):
    scopes = scopes_of(
        model,
        {},
        {"period_start": "2024", "period_end": "2024"},
        {"period_start": "2025-07-01", "period_end": "2026-06-30"},
        {"period_start": "2025-01", "period_end": "2025-11"},
        {"kind": "time", "unit": "h"},
        {"kind": "throughput", "on": "node:APO"},
        {"period_start": "2025-01-01", "period_end": "2025-12"},
    )
    assert scopes.rows() == [0, 5, 6]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"unit": "wagon"}, "counted in wagon"),
        ({"weight_basis": "gross"}, "weighed gross"),
        ({"weight_basis": "with_tare"}, "weighed with tare"),
        ({"scope": "wider"}, "it counts more than"),
        ({"scope": "part"}, "it counts a part"),
        ({"scope": "input"}, "demand of the model rests on it"),
        ({"on": "AAA"}, "of a country"),
        ({"on": "sea|AAA"}, "of a country"),
        ({"direction": "north"}, "sea does not run north or back"),
        ({"unit": "teu", "counts_empties": 1.0, "direction": "west"}, "empty boxes"),
    ],
)
def test_what_cannot_be_held_against_paths_is_said(model, change, why):
    scopes = scopes_of(model, change)
    assert why in scopes.fault(0)


def test_a_scope_that_no_path_touches_weighs_nothing(model, laid):
    assert not counted(model, on="link:road_ASH_ABO", direction="west").any()
    assert len(laid.chosen.ways) == 9


def test_weights_make_tonnes_a_day_of_paths_those_of_a_year(model, laid):
    scopes = scopes_of(model, {"on": "sea", "commodity_id": ""})
    case = laid.case([], [])
    solution = case.solve(np.empty(0))
    from_paths = float(scopes.weights(0) @ solution.flow)
    sea = np.array(SEA, dtype=bool)
    assert from_paths == pytest.approx(PER_YEAR * solution.flow[sea].sum())
