"""Delay costs rent, and empties come back."""

import pytest
from tests.compiled.models import best, line_tables, row, sea_tables, way_by, ways

EXACT = 1e-9  # sums of a few decimal fractions
# P to S by rail: 1 h loading, 2 + 1 + 4 h on the line, 1 + 1 h at the border, 1 h
# unloading. 11 h in all, of which 9 come back empty.
ALL_H, BACK_H = 11.0, 9.0
RENT = "rent_id kind unit usd_per_day"


def parts(*rents, tariffs=(), **asked):
    tables = line_tables()
    tables["rent"] = list(rents)
    tables["tariff"] = list(tariffs)
    return best(tables, **asked).totals.cost_parts


def wagon(usd_per_day=240.0, **more):
    return row(RENT, "w", "wagon", "wagon", usd_per_day) | more


def container(usd_per_day=48.0, **more):
    return row(RENT, "c", "container", "feu", usd_per_day) | more


WAGON_H, CONTAINER_H = 240 / 24 / 40, 48 / 24 / 20  # USD/t-h


def test_rent_runs_through_every_hour():
    found = parts(wagon(), container())
    assert found["wagon"] == pytest.approx(ALL_H * WAGON_H, rel=EXACT)
    assert found["container"] == pytest.approx(ALL_H * CONTAINER_H, rel=EXACT)


def test_delay_costs_rent_out_and_back():
    tables = line_tables()
    tables["rent"] = [wagon(empty_return_share=0.4)]
    tables["border"][0]["wait_h"] = 25.0
    found = best(tables).totals.cost_parts
    assert found["wagon"] == pytest.approx((ALL_H + 24) * WAGON_H, rel=EXACT)
    assert found["empty_return"] == pytest.approx(
        0.4 * (BACK_H + 24) * WAGON_H, rel=EXACT
    )


def test_hours_of_an_order_cost_rent():
    tables = line_tables()
    tables["rent"] = [container()]
    columns = "regime_id on effect value unit"
    tables["regime"] = [row(columns, "late", "link:PQ", "added_h", 10, "h")]
    found = best(tables).totals.cost_parts
    assert found["container"] == pytest.approx((ALL_H + 10) * CONTAINER_H, rel=EXACT)


def test_the_share_returning_is_the_wagons_where_there_is_a_wagon():
    found = parts(container(empty_return_share=0.9), wagon(empty_return_share=0.2))
    expected = 0.2 * BACK_H * (WAGON_H + CONTAINER_H)
    assert found["empty_return"] == pytest.approx(expected, rel=EXACT)


def test_half_comes_back_empty_where_a_row_states_no_share():
    found = parts(container())
    assert found["empty_return"] == pytest.approx(0.5 * BACK_H * CONTAINER_H, rel=EXACT)


def test_terminals_have_no_way_back():
    tables = line_tables()
    tables["rent"] = [wagon()]
    tables["transfer"][0]["dwell_h"] = 100.0
    found = best(tables).totals.cost_parts
    assert found["wagon"] == pytest.approx((ALL_H + 100) * WAGON_H, rel=EXACT)
    assert found["empty_return"] == pytest.approx(0.5 * BACK_H * WAGON_H, rel=EXACT)


def test_an_empty_rate_is_paid_for_the_share_that_returns():
    empty = {
        "tariff_id": "e",
        "kind": "rate",
        "load": "empty",
        "rate_per_unit_km": 4,
        "unit": "wagon",
        "country_iso3": "BBB",
    }
    found = parts(tariffs=[empty])  # no rent row: half by default
    assert found["empty_return"] == pytest.approx(0.5 * 200 * 4 / 40, rel=EXACT)
    found = parts(wagon(0.0, empty_return_share=0.3), tariffs=[empty])
    assert found["empty_return"] == pytest.approx(0.3 * 200 * 4 / 40, rel=EXACT)
    assert found["haulage"] == pytest.approx(35.0, rel=EXACT)


def test_the_railways_own_wagons_cost_no_rent_but_containers_do():
    found = parts(wagon(empty_return_share=0.2), container(), owner="railway")
    assert found["wagon"] == 0.0
    assert found["container"] == pytest.approx(ALL_H * CONTAINER_H, rel=EXACT)
    assert found["empty_return"] == pytest.approx(0.5 * BACK_H * CONTAINER_H, rel=EXACT)


@pytest.mark.parametrize("order", [1, -1])
def test_the_most_specific_rent_holds_wherever_it_stands(order):
    rents = [
        wagon(240.0),
        wagon(480.0, rent_id="own", carrier_id="rail"),
        wagon(720.0, rent_id="cargo", carrier_id="rail", commodity_id="box"),
    ]
    found = parts(*rents[::order])
    assert found["wagon"] == pytest.approx(3 * ALL_H * WAGON_H, rel=EXACT)


def test_a_rent_of_another_carrier_is_not_paid():
    found = parts(wagon(carrier_id="lorry"))
    assert found["wagon"] == 0.0


def test_the_rent_of_a_lorry_stands_with_that_of_wagons():
    """Lorry from Q to R: 8 h, 2 h of border, and 2 h of transfer out of it at R."""
    tables = line_tables()
    tables["rent"] = [row(RENT, "t", "truck", "truck", 600) | {"carrier_id": "lorry"}]
    way = way_by(ways(tables), "PQ", "qr", "RS")
    expected = (8 + 2 + 2) * 600 / 24 / 25
    assert way.totals.cost_parts["wagon"] == pytest.approx(expected, rel=EXACT)
    assert way.totals.cost_parts["container"] == 0.0


def test_at_sea_the_ride_comes_back_and_the_wait_in_port_does_not():
    """Ferry: board 8 h, rides 10 + 20 h, alight 3 h; and 4 h of transfer at R."""
    tables = sea_tables()
    tables["rent"] = [container(carrier_id="ferry")]
    (way,) = [a for a in ways(tables).alternatives if "QH" in a.link_ids]
    found = way.totals.cost_parts
    assert found["container"] == pytest.approx(
        (8 + 30 + 3 + 4) * CONTAINER_H, rel=EXACT
    )
    assert found["empty_return"] == pytest.approx(0.5 * 30 * CONTAINER_H, rel=EXACT)


def test_a_through_rate_at_sea_returns_the_hours_of_its_rides_only():
    """As by single voyages: the price of the haulage is all that differs."""
    tables = sea_tables()
    tables["link"] = [x for x in tables["link"] if x["link_id"] not in ("QR", "qr")]
    del tables["border"]
    tables["rent"] = [container(carrier_id="ferry")]
    (single,) = [a for a in ways(tables).alternatives if "QH" in a.link_ids]
    columns = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"
    tables["tariff"] = [row(columns, "thru", "rate", "ferry", "t", 1, "Q", "R")]
    found = [
        w
        for w in ways(tables).alternatives
        if any(leg.kind == "through rate" for leg in w.legs)
    ]
    assert found[0].totals.time_h == pytest.approx(single.totals.time_h, rel=EXACT)
    for part in ("container", "empty_return"):
        expected = single.totals.cost_parts[part]
        assert found[0].totals.cost_parts[part] == pytest.approx(expected, rel=EXACT)


def test_a_load_back_pays_for_the_share_that_returns_full():
    found = parts(wagon(0.0, empty_return_share=0.4, backload_usd_per_unit=100))
    assert found["backload"] == pytest.approx(-0.6 * 100 / 40, rel=EXACT)


def test_rent_in_another_currency_is_converted():
    tables = line_tables()
    tables["rent"] = [wagon(240.0, currency="KZT")]
    tables["fx"] = [row("currency usd_per_unit", "KZT", 0.5)]
    tables["deflator"] = [
        row("year usd_index", 2024, 100),
        row("year usd_index", 2025, 200),
    ]
    found = best(tables).totals.cost_parts
    # undated: of the day asked for, in 2025
    assert found["wagon"] == pytest.approx(ALL_H * WAGON_H * 0.5 / 2, rel=EXACT)


def test_a_rent_that_no_row_states_is_listed_as_left_out():
    way = best(line_tables())
    assert any("wagon rent of carrier:train" in text for text in way.excludes)
    assert any("container rent of carrier:train" in text for text in way.excludes)
    tables = line_tables()
    tables["rent"] = [wagon(), container()]
    assert not any("rent of carrier:train" in text for text in best(tables).excludes)


def test_the_railways_wagons_are_not_listed_as_left_out():
    way = best(line_tables(), owner="railway")
    assert not any("wagon rent of carrier:train" in text for text in way.excludes)
