"""Pressure along a path of gas pipes: by hand, by its laws, and refusals."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.compiled.models import row, unchecked

from bereket import Close, QuestionError, Scenario, parse_reference
from bereket.analysis.pressure import PressureParams, pressure
from bereket.compiled.weymouth import Gas, compressor_power_mw, resistance

EXACT = 1e-12  # relative: a few operations
ORACLE = 1e-9  # relative: pandapipes' Newton is stopped at 1e-11
FOUND = 1e-9  # relative: the bracket of the largest flow is 1e-12 wide
CLEARLY = 0.1  # bar or mcm/day: far above rounding
NODES = "ABCD"
PIPE = {
    "name": "pipe",
    "p_nom": 100,
    "efficiency": 1.0,
    "length": 100,
    "diameter_mm": 1000,
    "pressure_max_bar": 75,
}
K = resistance(Gas(), 100, 1000)  # bar2/(mcm/day)2 of such a pipe


def model_of(*pipes):
    """Make a model of gas nodes A to D and pipes."""
    config = "dataset_name version base_date"
    return unchecked(
        {
            "config": [row(config, "small", "1", "2025-06-01")],
            "gas_node": [
                row("gas_node_id name country_iso3 node_id", each, each, "AAA", "P")
                for each in NODES
            ],
            "gas_pipe": list(pipes),
        }
    )


def pipe(name, ends, **more):
    return {**PIPE, "gas_pipe_id": name, "bus0": ends[0], "bus1": ends[1], **more}


def asked(*pipes, flow=40.0, path=None, **more):
    params = PressureParams(
        path or tuple(each["gas_pipe_id"] for each in pipes), flow, **more
    )
    return pressure(model_of(*pipes), params=params)


def near(value, rel=EXACT):
    return pytest.approx(value, rel=rel)


def pressures(found):
    return [(p.pressure_in_bar, p.pressure_out_bar) for p in found.points]


# --- by hand ---------------------------------------------------------------------


def test_one_pipe_by_hand():
    """100 km of 1000 mm, 40 mcm/day of gas with 0.6 of the density of air, 75 bar.

    R = 8.314463/(0.6*0.0289647) = 478.428 J/kg/K. At 293.15 K and 101325 Pa a cubic
    metre weighs 0.722458 kg: 40 mcm/day are 334.471 kg/s, 425.862 kg/s on a square
    metre. f = 0.09407/10 = 0.009407; f L/D = 940.7; Z R T = 0.9*478.428*288.15 =
    124072.5. The squared pressure falls by 940.7*124072.5*425.862² = 2.116724e13 Pa²,
    2116.72 bar²: the root of 5625 - 2116.72 is 59.2307.
    """
    found = asked(pipe("a", "AB"))
    assert found.outlet_bar == pytest.approx(59.2307, abs=5e-4)
    assert found.margin_bar == near(found.outlet_bar - 25)
    assert found.passes
    assert found.largest_flow_mcm_per_day == near(math.sqrt(5000 / K), FOUND)
    assert [(p.name, p.km) for p in found.points] == [("A", 0.0), ("B", 100.0)]
    assert found.power_mw == 0.0
    assert found.binding == ("gas_pipe:a",)
    assert found.binds == "from 75.0 bar at km 0 to the end (a)"
    assert found.headline() == (
        "40 mcm/day pass on 2025-06-01: 59.2 bar at the end, 34.2 above the 25 asked; "
        "up to 61.48 can pass"
    )


def test_stations_restore_the_pressure_and_take_power():
    """Two stations on 200 km: at its beginning, with nothing to do, and half-way.

    They stand 100 km apart, so that each hundred is the pipe of the hand case. From
    59.2307 to 75 bar the ratio is 1.266235; its power of 0.3/1.3 is 1.055983; the work
    is 124072.5*1.3/0.3*0.055983/0.8 = 37623 J/kg, and 334.471 kg/s take 12.58 MW.
    """
    found = asked(pipe("a", "AB", length=200, compressor_stations=2))
    first, second, end = found.points
    assert [p.name for p in found.points] == ["A, station a 1", "station a 2", "B"]
    assert (first.ratio, first.power_mw) == (1.0, 0.0)
    assert second.km == 100.0
    assert second.pressure_in_bar == pytest.approx(59.2307, abs=5e-4)
    assert second.pressure_out_bar == 75.0
    assert second.ratio == pytest.approx(1.266235, rel=1e-5)
    assert second.power_mw == pytest.approx(12.58, abs=0.01)
    assert found.power_mw == second.power_mw
    assert end.pressure_in_bar == near(second.pressure_in_bar)


def test_a_station_lifts_by_no_more_than_its_ratio():
    pipes = pipe("a", "AB", compressor_stations=1)
    found = asked(pipes, inlet_bar=40.0, ratio_max=1.5)
    (station, end) = found.points
    assert (station.pressure_in_bar, station.pressure_out_bar) == (40.0, near(60.0))
    assert end.pressure_in_bar == near(math.sqrt(60**2 - K * 40**2))
    assert station.power_mw == near(compressor_power_mw(Gas(), 40, 40, 60, 0.8))


def test_what_binds_lies_behind_the_last_place_at_its_highest_pressure():
    """The narrow middle binds; the station behind it cannot make it good."""
    path = (
        pipe("a", "AB", compressor_stations=1),
        pipe("b", "BC", diameter_mm=700, compressor_stations=1),
        pipe("c", "CD", compressor_stations=1, length=50),
    )
    found = asked(*path, ratio_max=1.2, outlet_min_bar=40.0)
    assert found.binding == ("gas_pipe:b", "gas_pipe:c")
    assert "though c 1 lift it by 1.2" in found.binds
    wider = asked(path[0], path[1] | {"diameter_mm": 710}, path[2], ratio_max=1.2)
    same = asked(path[0] | {"diameter_mm": 1400}, *path[1:], ratio_max=1.2)
    base = asked(*path, ratio_max=1.2)
    assert same.largest_flow_mcm_per_day == near(base.largest_flow_mcm_per_day, FOUND)
    assert wider.largest_flow_mcm_per_day > base.largest_flow_mcm_per_day


def test_gas_burned_on_the_way_is_not_carried_further():
    first = pipe("a", "AB", efficiency=0.9)
    found = asked(first, pipe("b", "BC", efficiency=0.99))
    assert [p.flow_mcm_per_day for p in found.points] == near([40.0, 36.0, 35.64])
    assert found.delivered_mcm_per_day == near(35.64)
    told = math.sqrt(75**2 - K * (40**2 + 36**2))
    assert found.outlet_bar == near(told)


def test_gas_is_throttled_into_a_pipe_that_allows_less():
    found = asked(pipe("a", "AB"), pipe("b", "BC", pressure_max_bar=50), flow=20.0)
    assert found.points[1].pressure_out_bar == 50.0
    assert found.points[1].ratio < 1
    assert found.points[1].power_mw == 0.0
    assert any("throttled" in note and "that b allows" in note for note in found.notes)


def test_a_pipe_is_walked_the_other_way_where_its_row_allows_that():
    """A station at the beginning is then one at the end."""
    turned = pipe("a", "BA", p_min_pu=-0.5, length=200, compressor_stations=2)
    found = asked(turned, pipe("b", "BC"), path=("a", "b"))
    assert [(p.name, p.km) for p in found.points] == [
        ("A", 0.0),
        ("station a 2", 100.0),
        ("station a 1", 200.0),
        ("B", 200.0),
        ("C", 300.0),
    ]
    assert [p.pressure_out_bar for p in found.points[:4]] == [75.0] * 4
    assert found.stated_mcm_per_day == near(50.0)


def test_pressure_that_is_used_up_is_no_way_and_says_where():
    found = asked(pipe("a", "AB"), pipe("b", "BC"), flow=60.0)
    assert found.status == "no_way"
    assert (found.outlet_bar, found.margin_bar, found.power_mw) == (None, None, None)
    assert not found.passes
    assert pressures(found)[-1] == (None, None)
    assert found.summary().splitlines()[3] == "km 200 C: not reached"
    assert found.headline() == (
        "60 mcm/day do not pass on 2025-06-01: the pressure is used up behind km 100; "
        "up to 43.47 can pass"
    )


def test_too_little_pressure_at_the_end_is_told_with_what_is_missing():
    found = asked(pipe("a", "AB"), flow=64.0)
    assert (found.status, found.passes) == ("answered", False)
    assert found.margin_bar < 0
    assert "below the 25 asked" in found.headline()


def test_where_gas_at_rest_has_too_little_pressure_nothing_passes():
    found = asked(pipe("a", "AB"), inlet_bar=20.0, flow=1.0)
    assert (found.largest_flow_mcm_per_day, found.binding) == (0.0, ())
    assert found.binds == "gas at rest has 20.0 bar at the end, and 25 are asked"


# --- pandapipes --------------------------------------------------------------------


def test_a_chain_with_a_station_ends_where_pandapipes_says(root):
    """`tests/data/pandapipes`: two strings behind, two per cent burned in between."""
    told = pd.read_csv(root / "tests/data/pandapipes/chain.csv", index_col="place")
    found = asked(
        pipe("a", "AB", length=300, compressor_stations=2, efficiency=0.98),
        pipe("b", "BC", length=180, diameter_mm=800, strings=2),
        flow=34.0,
    )
    _, station, meeting, end = found.points
    bars = [station.pressure_in_bar, meeting.pressure_in_bar, end.pressure_in_bar]
    wanted = told.loc[["station_in", "meeting", "end"], "pressure_bar"].to_list()
    assert bars == near(wanted, ORACLE)
    kms = [station.km, meeting.km, end.km]
    assert kms == told.loc[["station_in", "meeting", "end"], "km"].to_list()


# --- laws --------------------------------------------------------------------------

flows = st.floats(1.0, 60.0)
lengths = st.floats(5.0, 400.0)
diameters = st.floats(300.0, 1400.0)
stations = st.integers(0, 4)


@given(flows, flows, lengths, diameters, stations)
def test_more_flow_arrives_with_less_pressure(flow, more, length, diameter, count):
    assume(more > flow * 1.001)
    one = pipe("a", "AB", length=length, diameter_mm=diameter)
    one["compressor_stations"] = count
    low, high = (asked(one, flow=each).outlet_bar for each in (flow, more))
    if high is not None:
        assert high < low


@given(flows, lengths, diameters, st.integers(0, 2))
def test_two_halves_are_the_whole(flow, length, diameter, count):
    shape = {"diameter_mm": diameter}
    whole = pipe("a", "AC", length=length, compressor_stations=2 * count, **shape)
    halves = [
        pipe(name, ends, length=length / 2, compressor_stations=count, **shape)
        for name, ends in (("a", "AB"), ("b", "BC"))
    ]
    one, two = asked(whole, flow=flow), asked(*halves, flow=flow)
    assert two.largest_flow_mcm_per_day == near(one.largest_flow_mcm_per_day, FOUND)
    if flow < 0.999 * one.largest_flow_mcm_per_day:
        assert two.outlet_bar == near(one.outlet_bar, FOUND)


@given(flows, st.integers(1, 4), stations)
def test_as_many_more_strings_carry_as_much_more(flow, strings, count):
    one = pipe("a", "AB", compressor_stations=count)
    many = one | {"strings": strings}
    single, all_of_them = asked(one, flow=flow), asked(many, flow=flow * strings)
    assert (single.outlet_bar is None) == (all_of_them.outlet_bar is None)
    if single.outlet_bar is not None:
        assert all_of_them.outlet_bar == near(single.outlet_bar, FOUND)
        power = strings * single.power_mw
        assert all_of_them.power_mw == pytest.approx(power, rel=1e-6, abs=1e-9)


@given(lengths, diameters, stations, stations, st.floats(1.0, 2.0), st.floats(5, 70))
def test_the_largest_flow_passes_and_a_thousandth_more_does_not(
    length, diameter, first, second, ratio, least
):
    path = (
        pipe("a", "AB", length=length, compressor_stations=first, efficiency=0.99),
        pipe("b", "BC", diameter_mm=diameter, compressor_stations=second),
    )
    ask = {"ratio_max": ratio, "outlet_min_bar": least}
    most = asked(*path, **ask).largest_flow_mcm_per_day
    assert asked(*path, flow=most, **ask).passes
    assert not asked(*path, flow=1.001 * most, **ask).passes


def test_the_hydraulic_efficiency_is_a_factor_of_the_flow():
    one = pipe("a", "AB")
    whole = asked(one).largest_flow_mcm_per_day
    part = asked(one, hydraulic_efficiency=0.95).largest_flow_mcm_per_day
    assert part == near(0.95 * whole, FOUND)


# --- what does not fit ---------------------------------------------------------------


def refused(*pipes, **more):
    with pytest.raises(QuestionError) as raised:
        asked(*pipes, **more)
    return str(raised.value).splitlines()


def test_an_unknown_pipe_is_named_with_near_spellings():
    (told,) = refused(pipe("west", "AB"), path=("wset",))
    assert told == "the model has no gas pipe 'wset'; near are west"


def test_pipes_that_do_not_join_are_named_with_the_place():
    (told,) = refused(pipe("a", "AB"), pipe("b", "CD"))
    assert told == (
        "gas_pipe:b joins C and D; it must begin at B, where gas_pipe:a ends"
    )


def test_a_pipe_that_is_one_way_is_not_walked_back():
    (told,) = refused(pipe("a", "AB"), pipe("b", "CB"))
    assert told.startswith("gas_pipe:b is one way, from C to B")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"status": "planned"}, "status planned"),
        ({"valid_from": "2026"}, "status operating, valid_from 2026"),
        ({"valid_to": "2024-12"}, "status operating, valid_to 2024-12"),
    ],
)
def test_a_pipe_that_is_not_open_on_the_date_says_why(cells, reason):
    (told,) = refused(pipe("a", "AB", **cells))
    assert told == f"gas_pipe:a is not open on 2025-06-01: {reason}"


def test_a_pipe_that_a_scenario_closes_is_not_open():
    closed = Scenario("shut", (Close(parse_reference("gas_pipe:a")),))
    with pytest.raises(QuestionError, match="gas_pipe:a is not open on 2025-06-01"):
        pressure(model_of(pipe("a", "AB")), closed, PressureParams(("a",), 10.0))


def test_of_rows_that_follow_each_other_the_one_of_the_date_counts():
    rows = (
        pipe("a", "AB", valid_to="2024", diameter_mm=500),
        pipe("a", "AB", valid_from="2025"),
    )
    now, before = (
        asked(*rows, path=("a",), flow=10.0, as_of=day).outlet_bar
        for day in ("2025-06-01", "2024-06-01")
    )
    assert now == near(math.sqrt(75**2 - K * 10**2))
    assert before < now - CLEARLY


def test_every_gap_of_a_path_comes_at_once():
    bare = {"length": math.nan, "diameter_mm": math.nan, "pressure_max_bar": math.nan}
    told = refused(pipe("a", "AB", **bare), pipe("b", "BC", diameter_mm=math.nan))
    assert told == [
        "gas_pipe:a, length: must be known, a number above 0; found none",
        "gas_pipe:a, diameter_mm: must be known, a number above 0; found none",
        "gas_pipe:a, pressure_max_bar: must be known, a number above 0; found none",
        "gas_pipe:b, diameter_mm: must be known, a number above 0; found none",
    ]


def test_ends_that_allow_less_than_is_asked_are_named():
    told = refused(pipe("a", "AB"), inlet_bar=80.0, outlet_min_bar=90.0)
    assert told == [
        "inlet_bar must be at most 75, pressure_max_bar of gas_pipe:a; found 80",
        "outlet_min_bar must be at most 75, pressure_max_bar of gas_pipe:a; found 90",
    ]


@pytest.mark.parametrize("flow", [0.0, -1.0, math.nan, math.inf])
def test_a_flow_that_is_none_is_refused(flow):
    with pytest.raises(QuestionError, match="flow_mcm_per_day must be a number above"):
        PressureParams(("a",), flow)


def test_every_fault_of_a_question_comes_at_once():
    with pytest.raises(QuestionError) as raised:
        PressureParams(
            ("a", "b", "a"),
            10.0,
            inlet_bar=0.0,
            ratio_max=0.9,
            heat_ratio=1.0,
            compressor_efficiency=1.1,
            compressibility=math.nan,
        )
    assert str(raised.value).splitlines() == [
        "gas pipe 'a' is named twice in the path",
        "inlet_bar must be a number above 0; found 0",
        "compressibility must be a number above 0; found nan",
        "heat_ratio must be above 1; found 1",
        "ratio_max must be 1 or more; found 0.9",
        "compressor_efficiency must be above 0, at most 1; found 1.1",
    ]
    with pytest.raises(QuestionError, match="name the pipes of the path"):
        PressureParams((), 10.0)


def test_a_question_without_path_or_table_is_refused():
    with pytest.raises(QuestionError, match="say by which pipes"):
        pressure(model_of(pipe("a", "AB")))
    with pytest.raises(QuestionError, match="needs table 'gas_pipe'"):
        asked(path=("a",))


def test_more_than_a_row_says_it_carries_is_a_warning():
    found = asked(pipe("a", "AB", efficiency=0.9), pipe("b", "BC", p_nom=30))
    (told,) = found.warnings
    assert told == ("gas_pipe:b gets 36 mcm/day, and its row says that it carries 30")
    assert found.stated_mcm_per_day == near(30 / 0.9)


# --- form ----------------------------------------------------------------------------


def test_the_answer_is_told_in_rows_tables_and_plain_data():
    assumed = pipe("b", "BC", length=300, quality="assumed")
    model = model_of(pipe("a", "AB"), assumed)
    before = model.content_hash
    asking = PressureParams(("a", "b"), 10.0, inlet_bar=60.0)
    found = pressure(model, params=asking, seed=3)
    again = pressure(model, params=asking)
    assert model.content_hash == before
    assert found.to_frame().equals(again.to_frame())
    assert set(found.tables()) == {"points", "pressure"}
    assert list(found.to_frame()["km"]) == [0.0, 100.0, 400.0]
    assert found.as_dict()["points"] == found.rows()
    assert found.stamp.assumed_share == near(0.75)
    assert found.stamp.params["inlet_bar"] == 60.0
    assert found.summary().splitlines()[0] == found.headline()
    assert found.summary().splitlines()[-1] == found.stamp.line()
    assert not any("taken to come with" in note for note in found.notes)
    free = pressure(model, params=replace(asking, inlet_bar=None))
    assert any("taken to come with 75 bar" in note for note in free.notes)


def test_a_question_told_to_stop_says_so():
    found = pressure(
        model_of(pipe("a", "AB")),
        params=PressureParams(("a",), 10.0),
        monitor=lambda done, of, note: False,  # noqa: ARG005
    )
    assert found.status == "interrupted"
    assert (found.points, found.largest_flow_mcm_per_day) == ((), None)
    assert found.headline() == "a: interrupted"
    assert found.to_frame().empty
