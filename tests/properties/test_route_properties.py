"""What holds of routes on any small model."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.compiled.models import model_of
from tests.compiled.random_models import DAY, random_tables

from bereket import Model, RouteParams, route

# Sums of a few hundred figures up to some thousand, in another order.
CLOSE = 1e-7
EXAMPLES = settings(max_examples=60)
MODELS = st.integers(0, 5000)  # seeds
SHUTTABLE = ("link", "border", "transfer", "service", "port")


def drawn(seed, *, through_rates=False, on_corridors=False):
    """Draw tables that have a way, and the two places.

    The chain of a through rate is the quickest, not the cheapest: when a link closes or
    quickens, another chain may have other fees. Orders on corridors belong to no leg.
    """
    tables, origin, destination = random_tables(seed)
    if not through_rates:
        tables["tariff"] = [
            row
            for row in tables.get("tariff", [])
            if not (row["entry_node_id"] and row["exit_node_id"])
        ]
    if not on_corridors:
        tables["regime"] = [
            row for row in tables.get("regime", []) if row["on"] != "way"
        ]
    return {k: v for k, v in tables.items() if v}, origin, destination


def ask(tables, origin, destination, **asked):
    asked = {"count": 10, "max_overlap": 1.0, "as_of": DAY} | asked
    params = RouteParams(origin, destination, "goods", **asked)
    return route(model_of(tables), params=params)


def cheapest(tables, origin, destination):
    """Return the generalised cost of the best way; inf where there is none."""
    found = ask(tables, origin, destination).alternatives
    return found[0].totals.generalised_usd_per_t if found else np.inf


def changed(tables, name, at, **cells):
    rows = [dict(row) for row in tables[name]]
    rows[at] |= cells
    return tables | {name: rows}


def pick(data, rows):
    assume(len(rows) > 0)
    return data.draw(st.integers(0, len(rows) - 1))


@given(MODELS, st.data(), st.floats(1.01, 5))
@EXAMPLES
def test_more_speed_never_raises_the_cheapest_cost(seed, data, factor):
    tables, *ends = drawn(seed)
    name, column = data.draw(
        st.sampled_from([("link", "commercial_speed_kmh"), ("carrier", "speed_kmh")])
    )
    at = pick(data, tables[name])
    faster = tables[name][at][column] * factor  # of an unknown speed: still unknown
    quick = changed(tables, name, at, **{column: faster})
    assert cheapest(quick, *ends) <= cheapest(tables, *ends) + CLOSE


@given(MODELS, st.data())
@EXAMPLES
def test_closing_a_row_never_lowers_the_cheapest_cost(seed, data):
    tables, *ends = drawn(seed)
    name = data.draw(st.sampled_from([n for n in SHUTTABLE if tables.get(n)]))
    shut = changed(tables, name, pick(data, tables[name]), status="closed")
    assert cheapest(shut, *ends) >= cheapest(tables, *ends) - CLOSE


@given(MODELS, st.data(), st.floats(1.01, 5))
@EXAMPLES
def test_a_dearer_tariff_never_lowers_the_cheapest_cost(seed, data, factor):
    tables, *ends = drawn(seed, through_rates=True)
    at = pick(data, tables.get("tariff", []))
    row = tables["tariff"][at]
    money = ("rate_per_unit", "rate_per_unit_km", "coefficient")
    dear = changed(tables, "tariff", at, **{c: row[c] * factor for c in money})
    assert cheapest(dear, *ends) >= cheapest(tables, *ends) - CLOSE


@given(MODELS, st.data(), st.floats(0.1, 50))
@EXAMPLES
def test_hours_of_an_order_never_lower_the_cheapest_cost(seed, data, hours):
    tables, *ends = drawn(seed)
    link = tables["link"][pick(data, tables["link"])]["link_id"]
    late = {"regime_id": "late", "on": f"link:{link}", "effect": "added_h"}
    orders = [*tables.get("regime", []), late | {"value": hours, "unit": "h"}]
    delayed = tables | {"regime": orders}
    assert cheapest(delayed, *ends) >= cheapest(tables, *ends) - CLOSE


def kilometres(tables, way):
    km = {}
    length = {link["link_id"]: link["length_km"] for link in tables["link"]}
    for link in way.link_ids:
        km[link] = km.get(link, 0.0) + length[link]
    return km


@given(MODELS, st.sampled_from([0.0, 0.3, 0.7, 1.0]))
@EXAMPLES
def test_no_two_alternatives_overlap_more_than_was_asked(seed, cap):
    tables, *ends = drawn(seed, through_rates=True, on_corridors=True)
    found = ask(tables, *ends, max_overlap=cap).alternatives
    for n, one in enumerate(found):
        for other in found[:n]:
            a, b = kilometres(tables, one), kilometres(tables, other)
            shared = sum(min(km, b.get(link, 0.0)) for link, km in a.items())
            shorter = min(sum(a.values()), sum(b.values()))
            assert shared <= cap * shorter + CLOSE


@given(MODELS)
@EXAMPLES
def test_alternatives_rise_in_cost_and_begin_with_the_same_way(seed):
    tables, *ends = drawn(seed, through_rates=True, on_corridors=True)
    best = []
    for cap in (0.0, 0.5, 1.0):
        found = ask(tables, *ends, max_overlap=cap).alternatives
        costs = [way.totals.generalised_usd_per_t for way in found]
        assert costs == sorted(costs)
        best.append(costs[:1])
    assert best[0] == best[1] == best[2]


@given(MODELS)
@EXAMPLES
def test_legs_sum_to_the_way(seed):
    tables, *ends = drawn(seed, through_rates=True)
    for way in ask(tables, *ends).alternatives:
        figures, legs = way.totals, way.legs
        for name, total in (
            ("length_km", figures.length_km),
            ("time_h", figures.door_to_door_h),
            ("emission_kgco2e_per_t", figures.emission_kgco2e_per_t),
        ):
            by_leg = sum(getattr(leg, name) for leg in legs)
            assert by_leg == pytest.approx(total, abs=CLOSE), name
        for part, money in figures.cost_parts.items():
            by_leg = sum(leg.cost_parts.get(part, 0.0) for leg in legs)
            assert by_leg == pytest.approx(money, abs=CLOSE), part
        variance = sum(leg.sd_h**2 for leg in legs)
        assert variance == pytest.approx(figures.sd_h**2, abs=CLOSE)


@given(MODELS)
@EXAMPLES
def test_a_way_is_told_from_door_to_door(seed):
    """Legs join, the first loads at the origin, the last unloads at the destination."""
    tables, origin, destination = drawn(seed, through_rates=True, on_corridors=True)
    for way in ask(tables, origin, destination).alternatives:
        legs, figures = way.legs, way.totals
        assert (legs[0].kind, legs[0].from_node_id) == ("load", origin)
        assert (legs[-1].kind, legs[-1].to_node_id) == ("unload", destination)
        ends = legs[0].time_h + legs[-1].time_h
        assert figures.time_h == pytest.approx(figures.door_to_door_h - ends, abs=CLOSE)
        assert 0 <= figures.time_h <= figures.door_to_door_h
        assert all(0 <= leg.wait_h <= leg.time_h + CLOSE for leg in legs)
        for before, after in itertools.pairwise(legs):
            joined = before.to_node_id == after.from_node_id
            assert joined or "border" in (before.kind, after.kind)


@given(MODELS)
@settings(max_examples=25)
def test_the_model_is_not_altered(seed):
    tables, *ends = drawn(seed, through_rates=True, on_corridors=True)
    model = model_of(tables)
    before = Model(model.name, model.tables).content_hash  # hashed anew, none kept
    params = RouteParams(*ends, "goods", as_of=DAY)
    first = route(model, params=params)
    assert Model(model.name, model.tables).content_hash == before
    assert route(model, params=params).alternatives == first.alternatives
