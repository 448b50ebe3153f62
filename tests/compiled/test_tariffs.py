"""Which rate row prices what, and what a table of distance belts says."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.compiled.models import (
    border,
    line_tables,
    priced,
    row,
    way_by,
    ways,
)

from bereket.compiled.tariffs import belt_family, belt_price, least_slope

EXACT = 1e-9  # sums of a few decimal fractions
AAA_KM, BBB_KM = 150.0, 200.0  # P to S: the link over the border is AAA's
COST = 0.1  # the train's own, USD/t-km
RAIL = ("PQ", "QR", "RS")


def rate(tariff_id, per_km=None, **more):
    found = {"tariff_id": tariff_id, "kind": "rate"} | more
    return found if per_km is None else found | {"rate_per_unit_km": per_km}


def haulage(*rates, origin="P", destination="S", change=None, **asked):
    """Return the haulage by rail, USD/t."""
    tables = line_tables()
    tables["tariff"] = list(rates)
    if change:
        change(tables)
    links = RAIL if origin == "P" else RAIL[::-1]
    found = way_by(ways(tables, origin, destination, **asked), *links)
    return found.totals.cost_parts["haulage"]


def test_without_a_row_the_carriers_own_cost_holds():
    assert haulage() == pytest.approx(350 * COST, rel=EXACT)


def test_a_rate_holds_in_its_country_and_a_border_link_is_the_leavers():
    assert haulage(rate("a", 0.2, country_iso3="AAA")) == pytest.approx(
        AAA_KM * 0.2 + BBB_KM * COST, rel=EXACT
    )
    assert haulage(rate("b", 0.2, country_iso3="BBB")) == pytest.approx(
        AAA_KM * COST + BBB_KM * 0.2, rel=EXACT
    )


def test_the_border_link_is_the_other_countrys_on_the_way_back():
    found = haulage(rate("a", 0.2, country_iso3="AAA"), origin="S", destination="P")
    assert found == pytest.approx(100 * 0.2 + 250 * COST, rel=EXACT)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("!AAA", AAA_KM * COST + BBB_KM * 0.3),
        ("!CCC", 350 * 0.3),
        ("!AAA|!BBB", 350 * COST),
        ("AAA|BBB", 350 * 0.3),
        ("BBB|CCC", AAA_KM * COST + BBB_KM * 0.3),
        ("", 350 * 0.3),
    ],
)
def test_countries_are_listed_or_left_out(cell, expected):
    assert haulage(rate("x", 0.3, country_iso3=cell)) == pytest.approx(
        expected, rel=EXACT
    )


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_most_specific_row_wins_wherever_it_stands(order):
    rows = [
        rate("none", 0.5),
        rate("one", 0.4, country_iso3="AAA"),
        rate("two", 0.3, country_iso3="AAA", commodity_id="box"),
    ]
    found = haulage(*(rows[at] for at in order))
    assert found == pytest.approx(AAA_KM * 0.3 + BBB_KM * 0.5, rel=EXACT)


def test_of_equally_specific_rows_the_first_wins():
    rows = [
        rate("land", 0.3, country_iso3="AAA"),
        rate("cargo", 0.4, commodity_id="box"),
    ]
    assert haulage(*rows) == pytest.approx(AAA_KM * 0.3 + BBB_KM * 0.4, rel=EXACT)
    assert haulage(*rows[::-1]) == pytest.approx(350 * 0.4, rel=EXACT)


def test_a_row_of_another_carrier_or_cargo_does_not_hold():
    def other_cargo(tables):
        tables["commodity"].append(tables["commodity"][0] | {"commodity_id": "ore"})

    assert haulage(rate("x", 0.3, carrier_id="lorry")) == pytest.approx(35.0, rel=EXACT)
    found = haulage(rate("x", 0.3, commodity_id="ore"), change=other_cargo)
    assert found == pytest.approx(35.0, rel=EXACT)


def test_a_group_names_its_carriers():
    assert haulage(rate("x", 0.3, carrier_id="rail")) == pytest.approx(105.0, rel=EXACT)


def transit(tables):
    """Cut the line in three: P and Q in AAA, R in BBB, S in CCC."""
    tables["node"][3]["country_iso3"] = "CCC"
    tables["border"] += [
        border(*pair, "rail", side)
        for pair in (("R", "S"), ("S", "R"))
        for side in ("BBB", "CCC")
    ]


@pytest.mark.parametrize(
    ("regime", "km"),
    [("export", 150), ("transit", 200), ("import", 0), ("domestic", 0)],
)
def test_kind_of_traffic_follows_origin_and_destination(regime, km):
    """P to S leaves AAA after 150 km, passes BBB for 200 and ends where CCC begins."""
    found = haulage(rate("x", 1.1, regime=regime), change=transit)
    assert found == pytest.approx(km * 1.1 + (350 - km) * COST, rel=EXACT)


def test_traffic_into_a_country_is_import():
    assert haulage(rate("x", 1.1, regime="import")) == pytest.approx(
        AAA_KM * COST + BBB_KM * 1.1, rel=EXACT
    )


def test_traffic_within_one_country_is_domestic():
    tables = line_tables()
    tables["transfer"].append(
        row(
            "node_id from_carrier_id to_carrier_id kind handling_h",
            "Q",
            "rail",
            "",
            "unload",
            1,
        )
    )
    tables["tariff"] = [rate("x", 1.1, regime="domestic")]
    found = ways(tables, "P", "Q").alternatives[0].totals.cost_parts["haulage"]
    assert found == pytest.approx(100 * 1.1, rel=EXACT)


def test_a_rate_holds_for_the_owner_that_it_names():
    rows = [rate("all", 0.2), rate("own", 0.1, owner="private")]
    assert haulage(*rows, owner="private") == pytest.approx(35.0, rel=EXACT)
    assert haulage(*rows, owner="railway") == pytest.approx(70.0, rel=EXACT)


def test_a_rate_holds_on_its_days():
    rows = [
        rate("old", 0.2, valid_to="2025-05-31"),
        rate("new", 0.3, valid_from="2025-06-01"),
    ]
    assert haulage(*rows, as_of="2025-06-01") == pytest.approx(105.0, rel=EXACT)


def test_a_rate_that_is_only_planned_does_not_hold():
    assert haulage(rate("x", 0.3, status="planned")) == pytest.approx(35.0, rel=EXACT)


@pytest.mark.parametrize(
    ("unit", "load_t"),
    [("t", 1), ("teu", 10), ("feu", 20), ("wagon", 40), ("truck", 25)],
)
def test_a_price_a_unit_is_spread_over_its_load(unit, load_t):
    assert haulage(rate("x", 8.0, unit=unit)) == pytest.approx(
        350 * 8 / load_t, rel=EXACT
    )


def test_a_rate_heads_one_way():
    rows = [rate("east", 0.3, direction="east")]
    assert haulage(*rows) == pytest.approx(105.0, rel=EXACT)
    assert haulage(*rows, origin="S", destination="P") == pytest.approx(35.0, rel=EXACT)


def test_a_fixed_price_counts_once_a_run_and_not_on_every_link():
    """4 USD/t in AAA over two links, and 4 again in BBB."""
    assert haulage(rate("x", 0.2, rate_per_unit=4)) == pytest.approx(78.0, rel=EXACT)


def test_coefficient_and_fee_come_on_top_of_the_rate():
    rows = [
        rate("x", 0.2, country_iso3="AAA"),
        {"tariff_id": "c", "kind": "coefficient", "coefficient": 1.5},
        {"tariff_id": "f", "kind": "fee", "rate_per_unit": 2, "rate_per_unit_km": 0.01},
    ]
    expected = AAA_KM * 0.2 * 1.5 + 2 + AAA_KM * 0.01 + BBB_KM * COST
    assert haulage(*rows) == pytest.approx(expected, rel=EXACT)


# --- belts -------------------------------------------------------------------


def belt(tariff_id, start, end, once, per_km, **more):
    found = rate(tariff_id, per_km, rate_per_unit=once, unit="t") | more
    found["country_iso3"] = "AAA"
    if start:
        found["from_km"] = start
    return found | ({"to_km": end} if end else {})


# Printed: 50-100 km 4 + 0.10 km; 200-300 km 10 + 0.05 km. So 9 at 50, 14 at 100, 20 at
# 200 and 25 at 300.
PRINTED = (belt("near", 50, 100, 4, 0.1), belt("far", 200, 300, 10, 0.05))
READ_OFF = [
    (20, 9.0),  # below the first belt: its least price
    (50, 9.0),
    (80, 12.0),
    (100, 14.0),
    (125, 15.5),  # a quarter of the gap between 14 and 20
    (150, 17.0),
    (200, 20.0),
    (250, 22.5),
    (300, 25.0),
    (400, 30.0),  # beyond the last: its rate goes on
]


@pytest.mark.parametrize(("km", "price"), READ_OFF)
@pytest.mark.parametrize("order", [1, -1])
def test_a_run_is_priced_by_the_printed_belts(km, price, order):
    """All of the run but 5 km is the link P-Q; the link over the border is the rest."""

    def change(tables):
        tables["link"][0]["length_km"] = km - 5
        tables["link"][1]["length_km"] = 5

    found = haulage(*PRINTED[::order], change=change)
    assert found == pytest.approx(price + BBB_KM * COST, rel=EXACT)


def test_belts_of_a_rate_are_not_mixed_with_those_of_a_less_specific_one():
    """150 km: boxes go by their own belt beyond 100 km, not by the general one."""
    rows = [
        belt("all_near", 0, 200, 50, 0),
        belt("all_far", 200, None, 60, 0),
        belt("box_near", 0, 100, 5, 0, commodity_id="box"),
        belt("box_far", 100, None, 7, 0, commodity_id="box"),
    ]
    for order in (rows, rows[::-1]):
        assert haulage(*order) == pytest.approx(7 + BBB_KM * COST, rel=EXACT)


def test_belts_of_a_kind_of_traffic_are_not_mixed_with_those_of_all():
    rows = [
        belt("all_near", 0, 200, 50, 0),
        belt("all_far", 200, None, 60, 0),
        belt("out_near", 0, 100, 5, 0, regime="export"),
        belt("out_far", 100, None, 7, 0, regime="export"),
    ]
    assert haulage(*rows) == pytest.approx(7 + BBB_KM * COST, rel=EXACT)


@st.composite
def belts(draw):
    """Draw belts in order: touching or with gaps, the last one perhaps open."""
    money = st.floats(0, 100)
    edges, at = [], draw(st.sampled_from([0.0, 30.0]))
    for _ in range(draw(st.integers(1, 4))):
        start = at + draw(st.sampled_from([0.0, 0.5, 70.0]))
        at = start + draw(st.floats(1, 400))
        edges.append((start, at))
    last_open = draw(st.booleans()) and edges[-1][0] > 0
    return [
        belt(f"b{n}", a, None if last_open and n == len(edges) - 1 else b, *money_of)
        for n, ((a, b), money_of) in enumerate(
            (edge, (draw(money), draw(money))) for edge in edges
        )
    ]


@given(belts(), st.lists(st.floats(0.1, 3000), min_size=1, max_size=20))
@settings(max_examples=60)
def test_the_least_slope_is_below_the_price_at_every_distance(rows, distances):
    tables = line_tables()
    tables["tariff"] = rows
    _, prices = priced(tables)
    rates = prices.book.rates
    family = belt_family(rates, 0)
    assert family.size == len(rows)
    slope = least_slope(rates, family)
    edges = [row_[e] for row_ in rows for e in ("from_km", "to_km") if e in row_]
    for km in (*distances, *edges):
        price = belt_price(rates, family, km)
        assert slope * km <= price * (1 + EXACT) + EXACT


@given(belts())
@settings(max_examples=60)
def test_the_least_slope_is_reached_somewhere_or_far_away(rows):
    """A bound that is too low would prove nothing: some distance comes near it."""
    tables = line_tables()
    tables["tariff"] = rows
    _, prices = priced(tables)
    rates = prices.book.rates
    family = belt_family(rates, 0)
    slope = least_slope(rates, family)
    far = 1e9
    edges = [row_[e] for row_ in rows for e in ("from_km", "to_km") if e in row_]
    least = min(belt_price(rates, family, km) / km for km in (*edges, far))
    assert least == pytest.approx(slope, rel=1e-5, abs=1e-5)  # 100 USD over 1e9 km
