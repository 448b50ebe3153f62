"""Ways are priced exactly, by the runs of one carrier in one country."""

import numpy as np
import pytest
from tests.compiled.models import (
    arc,
    best,
    graph_of,
    line_tables,
    priced,
    row,
    sea_tables,
    way_by,
    ways,
)

from bereket.compiled.consignment import consign
from bereket.compiled.cost import price
from bereket.compiled.itinerary import generalised_costs
from bereket.compiled.runs import corrections, corrections_by_arc, least_weights
from bereket.compiled.search import staged_search
from bereket.compiled.ways import candidate_ways

EXACT = 1e-9  # sums of a few decimal fractions
AAA_KM, BBB_KM, COST = 150.0, 200.0, 0.1
RAIL = ("PQ", "QR", "RS")
ENTRIES = ("entry_node_id", "via_node_id", "exit_node_id")


def rate(tariff_id, per_km, **more):
    base = {"tariff_id": tariff_id, "kind": "rate", "rate_per_unit_km": per_km}
    return base | more


def coefficient(tariff_id, factor, **more):
    return {"tariff_id": tariff_id, "kind": "coefficient", "coefficient": factor} | more


def fee(tariff_id, **more):
    return {"tariff_id": tariff_id, "kind": "fee"} | more


def tables_with(*rates):
    tables = line_tables()
    tables["tariff"] = list(rates)
    return tables


def haulage(*rates, origin="P", destination="S"):
    links = RAIL if origin == "P" else RAIL[::-1]
    way = way_by(ways(tables_with(*rates), origin, destination), *links)
    return way.totals.cost_parts["haulage"]


def ways_of(tables, origin="P", destination="S"):
    """Return graph, prices and the arcs of all ways."""
    graph = graph_of(tables)
    sent = consign(graph, (origin, destination), "box")
    prices = price(graph, sent.shipment)
    weight = np.where(prices.is_offered, prices.weight_usd_per_t, np.inf)
    search = staged_search(graph, sent.source, sent.target)
    return graph, prices, candidate_ways(graph, search, weight, weight).ways


def test_a_run_is_all_arcs_of_a_carrier_in_a_country():
    """Fixed 4 and 0.2 a km: AAA 4 + 30, BBB 4 + 40."""
    assert haulage(rate("x", 0.2, rate_per_unit=4)) == pytest.approx(78.0, rel=EXACT)


def test_another_carrier_begins_a_run():
    """By lorry from Q to R: train in AAA 4 + 20, lorry 4 + 80, train in BBB 4 + 40."""
    tables = tables_with(rate("x", 0.2, rate_per_unit=4))
    way = way_by(ways(tables), "PQ", "qr", "RS")
    assert way.totals.cost_parts["haulage"] == pytest.approx(152.0, rel=EXACT)


def test_a_coefficient_for_an_entry_holds_for_the_run_that_begins_there():
    rows = [rate("x", 0.2), coefficient("c", 0.5, entry_node_id="P")]
    assert haulage(*rows) == pytest.approx(AAA_KM * 0.1 + BBB_KM * 0.2, rel=EXACT)
    rows = [rate("x", 0.2), coefficient("c", 0.5, entry_node_id="Q")]
    assert haulage(*rows) == pytest.approx(70.0, rel=EXACT)
    rows = [rate("x", 0.2), coefficient("c", 0.5, entry_node_id="R")]
    assert haulage(*rows) == pytest.approx(AAA_KM * 0.2 + BBB_KM * 0.1, rel=EXACT)


def test_a_coefficient_for_an_exit_holds_for_the_run_that_ends_there():
    rows = [rate("x", 0.2), coefficient("c", 0.5, exit_node_id="R")]
    assert haulage(*rows) == pytest.approx(AAA_KM * 0.1 + BBB_KM * 0.2, rel=EXACT)
    rows = [rate("x", 0.2), coefficient("c", 0.5, exit_node_id="Q")]
    assert haulage(*rows) == pytest.approx(70.0, rel=EXACT)


def test_a_coefficient_for_a_place_passed_holds_for_the_run_through_it():
    rows = [rate("x", 0.2), coefficient("c", 0.5, via_node_id="Q")]
    assert haulage(*rows) == pytest.approx(AAA_KM * 0.1 + BBB_KM * 0.2, rel=EXACT)


def test_a_fee_for_an_entry_is_paid_once():
    rows = [rate("x", 0.2), fee("f", rate_per_unit=3, entry_node_id="P")]
    assert haulage(*rows) == pytest.approx(73.0, rel=EXACT)


def test_the_more_specific_coefficient_takes_the_place_of_the_general_one():
    rows = [
        rate("x", 0.2),
        coefficient("all", 1.5),
        coefficient("east", 1.2, entry_node_id="P"),
    ]
    expected = AAA_KM * 0.2 * 1.2 + BBB_KM * 0.2 * 1.5
    assert haulage(*rows) == pytest.approx(expected, rel=EXACT)


def test_a_rate_of_one_link_prices_that_link_alone():
    """P-Q for 7 USD/t; the rest by the kilometre."""
    row_ = rate("link", 0, rate_per_unit=7, entry_node_id="P", exit_node_id="Q")
    assert haulage(row_) == pytest.approx(7 + 250 * COST, rel=EXACT)
    back = haulage(row_, origin="S", destination="P")
    assert back == pytest.approx(35.0, rel=EXACT)  # one way only


def test_a_coefficient_multiplies_the_rate_of_one_link_too():
    rows = [
        rate("link", 0, rate_per_unit=7, entry_node_id="P", exit_node_id="Q"),
        coefficient("c", 1.5),
    ]
    assert haulage(*rows) == pytest.approx(7 * 1.5 + 250 * COST, rel=EXACT)


def test_a_fee_is_added_to_the_rate_of_one_link_too():
    """Price = rate x coefficient + fee, says the table; the link is its own run."""
    rows = [
        rate("link", 0, rate_per_unit=7, entry_node_id="P", exit_node_id="Q"),
        fee("f", rate_per_unit=3, country_iso3="AAA"),
    ]
    assert haulage(*rows) == pytest.approx(7 + 3 + 250 * COST, rel=EXACT)


def test_a_through_rate_is_not_changed_by_local_coefficients():
    rows = [
        rate("thru", 0, rate_per_unit=20, entry_node_id="P", exit_node_id="S"),
        coefficient("c", 0.1, entry_node_id="P"),
        coefficient("d", 0.1),
    ]
    found = best(tables_with(*rows))
    assert found.totals.cost_parts["haulage"] == pytest.approx(20.0, rel=EXACT)


def test_a_coefficient_between_the_same_places_changes_a_through_rate():
    rows = [
        rate("thru", 0, rate_per_unit=20, entry_node_id="P", exit_node_id="S"),
        coefficient("c", 0.5, entry_node_id="P", exit_node_id="S"),
    ]
    found = best(tables_with(*rows))
    assert found.totals.cost_parts["haulage"] == pytest.approx(10.0, rel=EXACT)


def test_an_unused_row_of_another_carrier_changes_no_price():
    """Q-R heads north-east here, so that a rate to the east prices P-Q alone."""

    def tables(*more):
        made = tables_with(rate("east", 0.05, direction="east"), *more)
        made["node"][2] |= {"x_coord": -28.95, "y_coord": 2}
        return made

    plain = way_by(ways(tables()), *RAIL).totals.cost_parts["haulage"]
    other = rate("lorries", 0.4, rate_per_unit=3, carrier_id="lorry")
    with_other = way_by(ways(tables(other)), *RAIL).totals.cost_parts["haulage"]
    assert with_other == pytest.approx(plain, rel=EXACT)


def test_two_voyages_at_sea_are_one_run():
    tables = sea_tables()
    tables["tariff"] = [rate("sea", 0.02, rate_per_unit=6, carrier_id="ferry")]
    (way,) = [a for a in ways(tables).alternatives if "QH" in a.link_ids]
    expected = 6 + 750 * 0.02 + 300 * COST
    assert way.totals.cost_parts["haulage"] == pytest.approx(expected, rel=EXACT)


MIXES = {
    "fixed": [rate("x", 0.2, rate_per_unit=4)],
    "belts": [
        rate("near", 0.1, rate_per_unit=3, to_km=100, country_iso3="AAA"),
        rate("far", 0.05, rate_per_unit=8, from_km=120, country_iso3="AAA"),
    ],
    "entry coefficient": [rate("x", 0.2), coefficient("c", 0.3, entry_node_id="P")],
    "two coefficients": [
        rate("x", 0.2),
        coefficient("all", 1.5),
        coefficient("east", 1.2, entry_node_id="P"),
    ],
    "dearer entry coefficient": [
        rate("x", 0.2),
        coefficient("all", 0.5),
        coefficient("east", 1.2, entry_node_id="P"),
    ],
    "coefficient of one link": [
        rate("x", 0.2),
        coefficient("c", 1.5, entry_node_id="P", exit_node_id="Q"),
    ],
    "fee a kilometre": [
        rate("x", 0.2),
        fee("all", rate_per_unit_km=0.1),
        fee("east", rate_per_unit=1, exit_node_id="R"),
    ],
    "rate for an entry": [
        rate("x", 0.2),
        rate("cheap", 0.01, entry_node_id="P"),
    ],
    "direction": [
        rate("x", 0.2),
        rate("east", 0.05, direction="east"),
    ],
    "direction and a fixed price": [
        rate("x", 0.2, rate_per_unit=1),
        rate("east", 0.05, direction="east"),
    ],
}


def mixed(name):
    tables = tables_with(*MIXES[name])
    if name.startswith("direction"):  # the link over the border heads north
        tables["node"][2] |= {"x_coord": -28.95, "y_coord": 2}
    return tables


@pytest.mark.parametrize("name", MIXES)
def test_no_way_costs_less_than_its_least_weights(name):
    """The ranking goes by these weights, and calls ways proven by them."""
    graph, prices, found = ways_of(mixed(name))
    least = least_weights(graph, prices)
    exact = generalised_costs(graph, prices, found)
    assert len(found) >= 2
    for way, cost in zip(found, exact, strict=True):
        assert least[way].sum() <= cost + EXACT


@pytest.mark.parametrize("name", MIXES)
def test_corrections_sum_over_arcs_and_legs(name):
    graph, prices, found = ways_of(mixed(name))
    by_way = corrections(graph, prices, found)
    for way, added in zip(found, by_way, strict=True):
        by_arc = corrections_by_arc(graph, prices, way)
        assert sum(by_arc.values()) == pytest.approx(added, abs=EXACT)
    for way in ways(mixed(name)).alternatives:
        by_leg = sum(leg.cost_parts.get("haulage", 0.0) for leg in way.legs)
        assert by_leg == pytest.approx(way.totals.cost_parts["haulage"], rel=EXACT)


def test_rates_by_the_kilometre_need_no_correction():
    graph, prices, found = ways_of(
        tables_with(rate("x", 0.2), rate("y", 0.3, commodity_id="box"))
    )
    assert corrections(graph, prices, found).tolist() == [0.0] * len(found)
    assert all(corrections_by_arc(graph, prices, way) == {} for way in found)


def test_a_belt_stands_on_arcs_from_below():
    """3 + 0.1 km to 100 km and 8 + 0.05 km from 120: 14 at 120, 0.05 a km far away."""
    graph, prices = priced(mixed("belts"))
    line = arc(graph, "line", "link:PQ", start="P")
    assert prices.parts["haulage"][line] == pytest.approx(100 * 0.05, rel=EXACT)
    found = haulage(*MIXES["belts"])
    assert found == pytest.approx(8 + 150 * 0.05 + 200 * COST, rel=EXACT)


def test_a_carrier_without_any_price_is_not_offered_and_is_named():
    tables = line_tables()
    del tables["carrier"][0]["cost_usd_per_tkm"]
    tables["tariff"] = [rate("x", 0.2, country_iso3="AAA")]
    answer = ways(tables)
    assert answer.status == "no_way"
    assert any("'train' is not offered on" in text for text in answer.warnings)
    tables["tariff"].append(rate("y", 0.2, country_iso3="BBB"))
    assert ways(tables).status == "answered"
    assert not ways(tables).warnings


def test_a_carrier_whose_unit_the_cargo_has_no_load_of_is_named():
    """Lorries are counted in trucks; without t_per_truck they cannot be priced."""
    tables = line_tables()
    del tables["commodity"][0]["t_per_truck"]
    answer = ways(tables)
    assert [way.link_ids for way in answer.alternatives] == [RAIL]
    assert any("lorry" in text for text in answer.warnings)


def test_a_handling_price_a_unit_without_load_is_listed_as_left_out():
    tables = line_tables()
    tables["transfer"][0] |= {"cost_usd_per_unit": 40, "unit": "wagon"}
    assert best(tables).totals.cost_parts["terminal"] == pytest.approx(1.0)
    del tables["commodity"][0]["t_per_wagon"]
    way = best(tables)
    assert way.totals.cost_parts["terminal"] == 0.0
    assert any("transfer:P::train:load" in text for text in way.excludes)


def test_a_border_fee_a_train_is_listed_as_left_out():
    tables = line_tables()
    tables["border"][0] |= {"fee_usd": 300, "unit": "train"}
    tables["border"][1] |= {"fee_usd": 80, "unit": "wagon"}
    way = best(tables)
    assert way.totals.cost_parts["border"] == pytest.approx(2.0)
    assert any("border:Q:R:rail:AAA:SMGS" in text for text in way.excludes)
    assert not any("border:Q:R:rail:BBB:SMGS" in text for text in way.excludes)


def test_handling_a_tonne_goes_before_handling_a_unit():
    tables = line_tables()
    tables["transfer"][0] |= {
        "cost_usd_per_t": 3,
        "cost_usd_per_unit": 40,
        "unit": "feu",
    }
    assert best(tables).totals.cost_parts["terminal"] == pytest.approx(3.0)


def test_emissions_are_priced_in_the_generalised_cost():
    tables = line_tables()
    tables["carrier"][0]["emission_kgco2e_per_tkm_diesel"] = 0.02
    tables["config"][0]["carbon_price_usd_per_kgco2e"] = 0.5
    assert best(tables).totals.generalised_usd_per_t == pytest.approx(
        46.0 + 350 * 0.02 * 0.5, rel=EXACT
    )


def test_reliability_is_priced_by_the_spread_of_the_whole_way():
    tables = line_tables()
    tables["commodity"][0]["vor_usd_per_t_h"] = 2.0
    tables["border"][0]["wait_sd_h"] = 3.0
    tables["border"][1]["wait_sd_h"] = 4.0
    assert best(tables).totals.generalised_usd_per_t == pytest.approx(
        46 + 2 * 5, rel=EXACT
    )
    columns = "regime_id on effect value unit"
    tables["regime"] = [row(columns, "late", "link:PQ", "added_h", 10, "h")]
    assert best(tables).totals.generalised_usd_per_t == pytest.approx(66.0, rel=EXACT)
