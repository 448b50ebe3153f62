"""Gas and power drawn: prices, borders, duration, worth, fuels, who gains."""

import dataclasses
import html
import re
from itertools import pairwise

import pytest
import vl_convert
from tests.report.conftest import encodings, values
from tests.report.energies import GAINS, POINTS, small_model, small_year, with_flow

from bereket import QuestionError
from bereket.analysis.energy.result import Course
from bereket.analysis.energy.rows import Generation
from bereket.report.energy_bars import fuel_bars, fuel_rows, gain_bars, gain_rows
from bereket.report.energy_crossings import crossing_bars, crossing_rows
from bereket.report.energy_curves import value_curve, value_rows, with_base
from bereket.report.energy_duration import (
    chosen_steps,
    duration_curve,
    duration_steps,
)
from bereket.report.energy_map import energy_map
from bereket.report.energy_prices import price_cells, told_zones, zone_prices
from bereket.report.energy_words import FUEL_COLOURS


@pytest.fixture(scope="module")
def small():
    return small_model()


@pytest.fixture(scope="module")
def year():
    return small_year()


def text_of(chart):
    """Return the figure compiled and drawn, as SVG."""
    return vl_convert.vegalite_to_svg(chart.to_dict())


# --- prices ------------------------------------------------------------------------


def test_prices_of_gas_are_in_usd_per_1000_m3_and_zones_are_those_that_want(year):
    gas = price_cells(year, "gas")
    assert {cell["row"] for cell in gas} == {"gas_node:kaz_gas"}
    assert [cell["price"] for cell in gas] == pytest.approx([30.30303] * 13)
    assert [cell["stretch"] for cell in gas][::12] == ["01 Jan", "mean"]
    power = price_cells(year, "power")
    assert [(c["stretch"], c["told"]) for c in power] == [
        ("03 Jan", "8"),
        ("mean", "8"),
    ]
    assert "power, USD/MWh" in text_of(zone_prices(year))


def test_of_each_country_the_dearest_and_cheapest_node_is_told(year):
    node = next(row for row in year.prices if row.zone == "gas_node:kaz_gas")
    many = tuple(
        dataclasses.replace(node, zone=f"gas_node:{k}", name=f"N{k}", of_load=float(k))
        for k in (2, 9, 5)
    )
    rows = told_zones(dataclasses.replace(year, prices=many), "gas")
    assert [row.zone for row in rows] == ["gas_node:9", "gas_node:2"]


def test_where_nothing_is_wanted_there_is_no_price_to_draw(year):
    with pytest.raises(QuestionError, match="no price to draw"):
        zone_prices(dataclasses.replace(year, prices=()))


# --- over borders ------------------------------------------------------------------


def test_bars_are_what_crosses_and_the_room_beside_it(year):
    (line,) = crossing_rows(year, "power")
    assert line["flow"] == pytest.approx(1.806186, abs=1e-6)
    assert line["end"] == pytest.approx(300 * 8760 / 1e6)
    assert line["way"] == "Coastal line, TKM → KAZ"
    assert line["told"] == "1.81; room 0.82"
    assert [row["way"] for row in crossing_rows(year, "gas")] == [
        "Pipe west, TKM → KAZ",
        "Pipe onwards, KAZ → AZE",
    ]
    titles = {
        told["title"]
        for name, told in encodings(crossing_bars(year))
        if name == "x" and "title" in told
    }
    assert titles == {"power, TWh a year", "gas, bcm a year"}


def test_a_way_used_both_ways_has_two_bars(year):
    both = with_flow(year, "power_line:kaz_tkm", on=1e6, back=5e5)
    assert [row["way"] for row in crossing_rows(both, "power")] == [
        "Coastal line, TKM → KAZ",
        "Coastal line, KAZ → TKM",
    ]


def test_two_ways_of_one_name_are_told_apart(year):
    twin = dataclasses.replace(year.flows[1], element="gas_pipe:twin")
    rows = crossing_rows(dataclasses.replace(year, flows=(*year.flows, twin)), "gas")
    ways = [row["way"] for row in rows]
    assert len(set(ways)) == 3
    assert "Pipe west, TKM → KAZ (twin)" in ways


def test_ways_within_a_country_are_no_crossing(year):
    own = dataclasses.replace(
        year,
        flows=tuple(dataclasses.replace(r, to_iso3=r.from_iso3) for r in year.flows),
    )
    with pytest.raises(QuestionError, match="crosses a border"):
        crossing_bars(own)


# --- by duration -------------------------------------------------------------------


def test_steps_keep_the_mean_price_and_the_hours_of_the_year():
    weights = (100.0, 4000.0, 60.0, 4600.0)
    course = Course("bus:a", (20.0, 30.0, 1000.0, 5.0))
    steps = duration_steps(course, weights)
    assert steps == [
        (0.0, 1000.0),
        (60.0, 30.0),
        (4060.0, 20.0),
        (4160.0, 5.0),
        (8760.0, 5.0),
    ]
    area = sum(
        price * (following - hour) for (hour, price), (following, _) in pairwise(steps)
    )
    mean = sum(w * p for w, p in zip(weights, course.price_usd_per_mwh, strict=True))
    assert area == pytest.approx(mean)


def test_the_dearest_hours_come_first_on_a_scale_of_ratios(year):
    course = Course("bus:kaz", (900.0, 30.0, 12.0))
    other = dataclasses.replace(
        year, courses=(course,), hour_weight=(10.0, 4000.0, 4750.0)
    )
    chart = duration_curve(other)
    rows = [row for row in values(chart) if "price" in row]
    assert [row["price"] for row in rows] == [900.0, 30.0, 12.0, 12.0]
    assert rows[-1]["hour"] == pytest.approx(8760.0)
    scales = [t["scale"] for n, t in encodings(chart) if n == "y" and t.get("scale")]
    assert scales[0]["type"] == "symlog"
    assert "then of ratios" in text_of(chart)
    assert "then of ratios" not in text_of(duration_curve(year))


def test_of_zones_that_are_alike_one_is_drawn(year):
    zone = year.prices[1]
    zones = tuple(
        dataclasses.replace(zone, zone=f"bus:{name}", name=name) for name in "abc"
    )
    courses = tuple(
        Course(f"bus:{name}", (price,))
        for name, price in (("a", 50.0), ("b", 50.01), ("c", 5.0))
    )
    other = dataclasses.replace(year, prices=zones, courses=courses)
    assert sorted(chosen_steps(other)) in (["bus:a", "bus:c"], ["bus:b", "bus:c"])
    assert list(chosen_steps(other, ("bus:a", "bus:b"))) == ["bus:a", "bus:b"]
    with pytest.raises(QuestionError, match="hour by hour of bus:z"):
        duration_curve(other, ("bus:z",))


# --- worth of capacity -------------------------------------------------------------


def test_a_curve_of_worth_goes_by_capacity_and_has_its_cost(year, small):
    rows = value_rows(POINTS)
    assert [row["p_nom"] for row in rows] == [0.0, 300.0, 600.0]
    assert [row["marginal"] for row in rows] == [200e3, 90e3, 0.0]
    assert [row["saving"] for row in rows] == [0.0, 40.0, 50.0]
    chart = value_curve(POINTS, small, year.stamp, cost_usd_per_year=67_088.0)
    svg = text_of(chart)
    assert "one more MW is worth, thousand USD a year" in svg
    assert "costs 67.1" in svg
    assert "Coastal line" in svg
    drawn = [row["marginal"] for row in values(chart) if "saving" in row]
    assert max(drawn) == pytest.approx(200.0)


def test_a_curve_begins_in_the_year_as_things_are(year):
    base, *others = with_base(POINTS[2:], year)
    assert (base.p_nom, base.saving_usd) == (300.0, 40e6)  # it has that capacity
    assert others == []
    base, *others = with_base(POINTS[:1], year)
    assert (base.p_nom, base.saving_usd, base.marginal_usd) == (300.0, 0.0, 0.0)
    assert others == list(POINTS[:1])


def test_one_point_or_two_elements_are_no_curve(year, small):
    other = dataclasses.replace(POINTS[0], element="gas_pipe:west", unit="mcm/day")
    for points in (POINTS[:1], (POINTS[0], other)):
        with pytest.raises(QuestionError, match="of one element"):
            value_curve(points, small, year.stamp)


# --- fuels, who gains --------------------------------------------------------------


def plant(zone, carrier, twh):
    return Generation(zone, "KAZ", carrier, 1000.0, twh * 1e6, 0.5, 0.0, 0.0)


def test_bars_of_fuels_add_up_and_a_giant_has_a_scale_of_its_own(year):
    made = (
        plant("bus:kaz", "gas", 3.0),
        plant("bus:kaz", "coal", 7.0),
        plant("bus:tkm", "hydro", 50.0),
        plant("bus:tkm", "oil", 0.0),
    )
    other = dataclasses.replace(year, generation=made)
    rows = fuel_rows(other)
    assert [(r["zone"], r["fuel"], r["twh"], r["told"]) for r in rows] == [
        ("Turkmenistan", "hydro", 50.0, "50"),
        ("Kazakhstan", "coal", 7.0, "10"),
        ("Kazakhstan", "gas", 3.0, "10"),
    ]
    assert "a scale of its own" in text_of(fuel_bars(other))
    even = dataclasses.replace(year, generation=made[:2])
    assert "a scale of its own" not in text_of(fuel_bars(even))
    with pytest.raises(QuestionError, match="no zone generates"):
        fuel_bars(dataclasses.replace(year, generation=()))


def test_every_fuel_of_the_model_has_a_colour_of_its_own(caspian):
    used = set((caspian / "power_plant.csv").read_text(encoding="utf-8").split(","))
    fuels = {"coal", "gas", "oil", "hydro", "nuclear", "wind", "solar", "biomass"}
    assert fuels & used <= set(FUEL_COLOURS)
    assert len(set(FUEL_COLOURS.values())) == len(FUEL_COLOURS)


def test_gains_and_losses_differ_by_colour_and_sign(year):
    rows = gain_rows(GAINS)
    assert [(r["country"], r["told"], r["kind"]) for r in rows] == [
        ("Kazakhstan", "+250", "more"),
        ("Turkmenistan", "−40", "less"),
    ]
    assert sum(row["gain"] for row in rows) == pytest.approx(210.0)
    svg = text_of(gain_bars(GAINS, year.stamp))
    assert "million USD a year" in svg
    with pytest.raises(QuestionError, match="gains or loses"):
        gain_bars({"KAZ": 0.0}, year.stamp)


@pytest.mark.parametrize(
    "draw",
    [
        energy_map,
        lambda year, small: zone_prices(year),  # noqa: ARG005 one call for all
        lambda year, small: crossing_bars(year),  # noqa: ARG005
        lambda year, small: duration_curve(year),  # noqa: ARG005
        lambda year, small: fuel_bars(year),  # noqa: ARG005
        lambda year, small: value_curve(POINTS, small, year.stamp),
        lambda year, small: gain_bars(GAINS, year.stamp),  # noqa: ARG005
    ],
)
def test_under_every_figure_stands_where_it_comes_from(year, small, draw):
    svg = html.unescape(re.sub(r"<[^>]*>", " ", text_of(draw(year, small))))
    assert "Source: energy · my_corridor" in svg
