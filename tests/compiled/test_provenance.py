"""A leg names the rows that its figures come from, those that price it too."""

import pytest
from tests.compiled.models import best, line_tables

PLACED = {"tariff_id": "half", "kind": "coefficient", "coefficient": 0.5}


def tariffs(*more):
    base = {"tariff_id": "x", "kind": "rate", "rate_per_unit_km": 0.2}
    tables = line_tables()
    tables["tariff"] = [base, *more]
    return tables


def lines(tables):
    """Return the rows of each line leg, by the places of the leg."""
    legs = [leg for leg in best(tables).legs if leg.kind == "line"]
    return {(leg.from_node_id, leg.to_node_id): set(leg.rows) for leg in legs}


def every_row(tables):
    return {row for leg in best(tables).legs for row in leg.rows}


def test_a_coefficient_for_a_place_is_named_on_its_run_only():
    found = lines(tariffs(PLACED | {"exit_node_id": "R"}))
    named = {ends for ends, rows in found.items() if "tariff:half" in rows}
    assert named
    assert all("tariff:x" in rows for rows in found.values())
    assert ("R", "S") not in named


def test_a_general_coefficient_that_a_placed_one_beats_is_not_named_there():
    general = {"tariff_id": "all", "kind": "coefficient", "coefficient": 1.5}
    found = lines(tariffs(general, PLACED | {"exit_node_id": "R"}))
    for rows in found.values():
        assert ("tariff:half" in rows) != ("tariff:all" in rows)


def test_a_fee_for_an_entry_is_named():
    fee = {"tariff_id": "f", "kind": "fee", "rate_per_unit": 3, "entry_node_id": "P"}
    assert "tariff:f" in every_row(tariffs(fee))


@pytest.mark.parametrize(
    ("belts", "named"),
    [
        (((0, 500),), {"tariff:b0"}),
        (((0, 100), (101, 300)), {"tariff:b1"}),
        (((0, 100), (250, 300)), {"tariff:b0", "tariff:b1"}),  # 150, 200 km: a gap
    ],
)
def test_the_belts_that_price_the_distance_are_named(belts, named):
    tables = line_tables()
    tables["tariff"] = [
        {
            "tariff_id": f"b{at}",
            "kind": "rate",
            "rate_per_unit": 5,
            "rate_per_unit_km": 0.1,
            "from_km": start,
            "to_km": end,
        }
        for at, (start, end) in enumerate(belts)
    ]
    assert {row for row in every_row(tables) if row.startswith("tariff")} == named


def test_rents_exchange_rates_and_price_indices_are_named():
    tables = line_tables()
    tables["rent"] = [
        {
            "rent_id": "w",
            "kind": "wagon",
            "unit": "t",
            "usd_per_day": 10,
            "currency": "EUR",
            "valid_from": "2020",
            "valid_to": "2030",
        },
        {"rent_id": "other", "kind": "wagon", "carrier_id": "lorry", "unit": "t"},
    ]
    tables["fx"] = [{"currency": "EUR", "usd_per_unit": 1.1}]
    tables["deflator"] = [{"year": y, "usd_index": 100} for y in range(2020, 2031)]
    rows = every_row(tables)
    assert {"rent:w", "fx:EUR"} <= rows
    assert "rent:other" not in rows


def test_the_tariff_of_the_empty_way_back_is_named_where_units_come_back_empty():
    empty = {
        "tariff_id": "back",
        "kind": "rate",
        "load": "empty",
        "rate_per_unit_km": 0.05,
    }
    tables = tariffs(empty)
    assert "tariff:back" in every_row(tables)
    tables["rent"] = [
        {
            "rent_id": "w",
            "kind": "wagon",
            "unit": "t",
            "usd_per_day": 10,
            "empty_return_share": 0,
        }
    ]
    assert "tariff:back" not in every_row(tables)


def test_an_order_that_charges_is_named_where_it_stands():
    tables = tariffs()
    tables["regime"] = [
        {
            "regime_id": "charge",
            "on": "node:Q",
            "effect": "surcharge",
            "value": 4,
            "unit": "t",
        }
    ]
    assert "regime:charge" in every_row(tables)


def test_an_empty_border_fee_is_left_out_and_named():
    tables = line_tables()
    tables["border"][0].pop("fee_usd", None)
    tables["border"][1] |= {"fee_usd": 0}
    (text,) = [t for t in best(tables).excludes if t.startswith("border fees")]
    assert "border:Q:R:rail:AAA:SMGS" in text
    assert "border:Q:R:rail:BBB:SMGS" not in text
