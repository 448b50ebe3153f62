"""A year of gas and power as arrays: periods, profiles, loads, what is open."""

from datetime import date

import numpy as np
import pytest
from tests.analysis.energy_models import (
    DAY,
    DAYS,
    FIRST,
    HOURS,
    SECOND,
    by_month,
    by_week,
    energy_model,
    gas_load,
    power_load,
)
from tests.model.altered import with_cell

from bereket import QuestionError, blank_model, read_model
from bereket.compiled.energy import energy_case
from bereket.compiled.energy.case import NONE
from bereket.compiled.energy.periods import Periods, periods_of

EXACT = 1e-12  # relative: sums of a few figures
ZONE = {"bus_id": "z", "country_iso3": "AAA"}
NODE = {"gas_node_id": "g", "country_iso3": "AAA"}


def near(value):
    return pytest.approx(value, rel=EXACT, abs=EXACT)


def plant(name, carrier="wind", **more):
    told = {"power_plant_id": name, "bus": "z", "carrier": carrier, "p_nom": 10.0}
    return told | more


def case_of(year=2024, day=DAY, **tables):
    tables = {"bus": [ZONE], "power_plant": [plant("some")]} | tables
    return energy_case(energy_model(**tables), year, day)


# --- periods --------------------------------------------------------------------------


def test_a_week_stands_for_the_days_nearest_to_its_middle():
    """Weeks 13 and 39: 31 December is nearer to March than to September."""
    found = Periods((13, 39), 1)
    assert found.days_in.sum(axis=1) == near([183, 182])
    assert found.days_in[0] == near([31, 28, 31, 30, 31, 28, 0, 0, 0, 0, 0, 4])
    assert found.days_in[1] == near([0, 0, 0, 0, 0, 2, 31, 31, 30, 31, 30, 27])
    assert found.hour_weight == near([FIRST, SECOND])


@pytest.mark.parametrize(
    "weeks", [(1,), (1, 52), (3, 16, 29, 42), (10, 11), tuple(range(1, 53))]
)
@pytest.mark.parametrize("hours", [1, 168])
def test_weeks_stand_for_all_days_of_the_year_once(weeks, hours):
    found = Periods(weeks, hours)
    assert found.days_in.sum(axis=0) == near(found.month_days)
    assert found.hour_weight.sum() == near(HOURS)
    assert found.hour_weight.size == found.n_hours == len(weeks) * hours
    assert len(set(found.labels)) == 12 + found.n_hours
    # Hours of a week weigh alike.
    assert np.ptp(found.hour_weight.reshape(len(weeks), hours), axis=1).max() == 0


def test_hours_are_told_apart_where_one_profile_tells_them():
    nan = np.nan
    assert periods_of(np.array([nan, 9.0]), np.array([nan, nan])) == Periods((9,), 1)
    assert periods_of(np.array([9.0, 4.0]), np.array([7.0, nan])) == Periods(
        (4, 9), 168
    )
    assert periods_of(np.array([]), np.array([])) == Periods((1,), 1)


# --- profiles -------------------------------------------------------------------------


def test_a_load_comes_by_its_profile_and_sums_to_what_the_year_wants():
    case = case_of(
        profile=by_week("p", 3, 1),
        power_load=[power_load("l", "z", 10, profile_id="p")],
    )
    wanted = case.power.loads.wanted[:, 0]
    assert wanted @ case.periods.hour_weight == near(10 * HOURS)
    assert wanted[0] / wanted[1] == near(3)


def test_gas_comes_by_month_and_sums_to_what_the_year_wants():
    values = [float(each) for each in range(1, 13)]
    case = case_of(
        gas_node=[NODE],
        profile=by_month("p", values),
        gas_load=[gas_load("l", "g", 5, profile_id="p"), gas_load("even", "g", 2)],
    )
    shaped, even = case.gas.loads.wanted.T
    assert shaped @ case.periods.month_days == near(5 * DAYS)
    assert shaped / shaped[0] == near(values)
    assert even == near(np.full(12, 2.0))


def test_wind_runs_by_its_profile_and_hydro_by_water_of_the_week():
    case = case_of(
        profile=[*by_week("p", 0.5, 0.25), *by_week("q", 1, 3)],
        power_plant=[
            plant("wind", profile_id="p", p_max_pu=0.8, p_min_pu=0.3),
            plant("hydro", "hydro", profile_id="q", e_sum_max=1000.0),
            plant("dam", "hydro", e_sum_max=1000.0),
            plant("oil", "oil", efficiency=0.4, fuel_cost=20.0, marginal_cost=5.0),
        ],
    )
    own = case.power.supplies
    assert own.most[:, 0] == near([0.4, 0.2])
    assert own.least[:, 0] == near([0.3, 0.2])  # no more must run than can
    assert own.most[:, 1] == near([1, 1])
    parts = np.array([FIRST, 3 * SECOND])
    assert own.week_mwh[:, 1] == near(1000 * parts / parts.sum())
    assert np.isinf(own.week_mwh[:, [0, 2, 3]]).all()
    assert own.year_most[2] == 1000
    assert np.isinf(own.year_most[[0, 1, 3]]).all()
    assert own.marginal_cost == near([0, 0, 0, 5 + 20 / 0.4])


# --- years and days -------------------------------------------------------------------


def loads_of(year, *known):
    rows = [
        power_load("l", "z", mw, value) | {"year": stated}
        for stated, mw, value in known
    ]
    case = case_of(year, power_load=rows)
    return case.power.loads, case.notes


def test_a_load_between_two_years_is_drawn_straight_and_needs_no_note():
    own, notes = loads_of(2026, (2030, 20, 700), (2024, 10, 500))
    assert own.wanted == near(np.full((1, 1), 10 + 10 * 2 / 6))
    assert own.value == near([500])  # of the year that is nearer
    assert notes == ()


@pytest.mark.parametrize(("year", "edge", "mw"), [(2020, 2024, 10), (2035, 2030, 20)])
def test_a_load_outside_the_years_that_are_stated_is_held_and_noted(year, edge, mw):
    own, notes = loads_of(year, (2024, 10, 500), (2030, 20, 700))
    assert own.wanted == near(np.full((1, 1), mw))
    (note,) = notes
    assert note.startswith("power_load")
    assert str(edge) in note
    assert str(year) in note
    assert "l" in note.split()[-1]


@pytest.mark.parametrize(
    ("cells", "is_there"),
    [
        ({}, True),
        ({"status": "planned"}, False),
        ({"status": "closed"}, False),
        ({"valid_from": "2024-07-02"}, False),
        ({"valid_from": "2024-07"}, True),
        ({"valid_to": "2024-06"}, False),
        ({"valid_to": "2024"}, True),
    ],
)
def test_what_is_not_open_on_the_day_is_left_out(cells, is_there):
    case = case_of(power_plant=[plant("some"), plant("other", **cells)])
    there = "power_plant:other" in case.power.supplies.references
    assert there == is_there


def test_what_has_no_capacity_yet_is_kept():
    case = case_of(power_plant=[plant("some"), plant("none", p_nom=0.0)])
    assert case.power.supplies.p_nom.tolist() == [10, 0]


def test_a_model_without_zones_and_nodes_cannot_be_asked(teaching):
    model = read_model(teaching)
    tables = {n: t for n, t in model.tables.items() if n not in ("bus", "gas_node")}
    with pytest.raises(QuestionError, match="'bus' or 'gas_node'"):
        energy_case(type(model)(model.name, tables), 2024, DAY)


# --- ways and sales -------------------------------------------------------------------


def test_lines_go_back_by_themselves_and_pipes_do_not():
    blank = energy_case(blank_model(), 2024, DAY)
    assert blank.power.ways.back.tolist() == [1]
    assert set(blank.gas.ways.back) == {0}
    assert not np.signbit(blank.gas.ways.back).any()


def test_contracts_come_before_swaps_and_a_swap_keeps_its_fee():
    """TKM gives to KAZ at kaz_gas, which keeps a tenth; AZE is given the rest."""
    sales = energy_case(blank_model(), 2024, DAY).sales
    assert sales.references == ("gas_contract:tkm_kaz", "gas_swap:relay")
    assert sales.sellers == ("TKM", "TKM")
    assert sales.partners == ("", "KAZ")
    assert sales.buyers == ("KAZ", "AZE")
    nodes = energy_case(blank_model(), 2024, DAY).gas.ids
    assert [nodes[at] for at in sales.given_at] == ["kaz_gas", "kaz_gas"]
    assert [nodes[at] for at in sales.taken_at] == ["kaz_gas", "aze_gas"]
    assert sales.kept == near([1, 0.9])
    assert sales.most == near([1.2, 1])
    assert sales.least == near([0, 0])
    assert sales.price == near([100_000, 150_000])


def test_plants_burn_from_the_node_that_they_name_and_others_from_none():
    case = case_of(
        gas_node=[NODE, NODE | {"gas_node_id": "h"}],
        power_plant=[
            plant("some"),
            plant("fired", "gas", efficiency=0.5, gas_node_id="h"),
        ],
    )
    assert case.power.supplies.gas_node.tolist() == [NONE, 1]


def test_a_zone_without_plants_and_a_model_without_any_are_read():
    case = case_of(power_plant=[])
    assert case.power.supplies.references == ()
    assert case.power.supplies.most.shape == (1, 0)


def test_the_share_that_is_assumed_is_that_of_capacity():
    model = blank_model()
    assert energy_case(model, 2024, DAY).assumed_share == near(1)
    for table in ("power_line", "power_plant"):
        model = with_cell(model, table, 0, "quality", "measured")
    share = energy_case(model, 2024, date(2024, 7, 1)).assumed_share
    assert 0 < share < 1
