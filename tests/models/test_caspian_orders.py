"""Orders of the reference model: dated, told apart, named, and none without effect."""

from functools import cache

import numpy as np
import pytest

from bereket import (
    Close,
    RouteParams,
    Scenario,
    build,
    parse_reference,
    read_model,
    route,
)
from bereket.compiled.orders import orders_in_force
from bereket.compiled.shipment import Shipment
from bereket.model.calendar import as_day, first_day, last_day
from bereket.model.places import takes_country

DATES = ("2022-06-01", "2024-03-01", "2025-06-01", "2026-11-23")
BOXES = "containers_general"
DATED = ("tariff", "regime", "service", "link", "border", "rent")


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def asked(model):
    """Ask for ways, each date compiled once."""
    graphs = cache(lambda as_of: build(model, as_day(as_of)))

    @cache
    def ask(origin, destination, commodity, as_of, party=""):
        params = RouteParams(origin, destination, commodity, as_of=as_of, party=party)
        return route(model, params=params, graph=graphs(as_of))

    return ask


def best(found):
    return found.alternatives[0]


# --- four dates ------------------------------------------------------------------


def told(found):
    """Return the dated rows that the best way, or what stops every way, names."""
    if not found.alternatives:
        return set(found.openings[0].elements)
    rows = {row for leg in best(found).legs for row in leg.rows}
    orders = {f"regime:{name}" for name in best(found).regimes}
    return {row for row in rows | orders if row.split(":")[0] in DATED}


@pytest.mark.parametrize(
    ("origin", "destination", "commodity"),
    [("KST", "BND", "grain"), ("XIAN", "MAL", BOXES), ("XIAN", "TEH", BOXES)],
)
def test_four_dates_give_four_answers_and_name_the_rows_that_differ(
    asked, origin, destination, commodity
):
    found = [asked(origin, destination, commodity, day) for day in DATES]
    money = [best(f).totals.cost_usd_per_t if f.alternatives else None for f in found]
    assert len(set(money)) == len(DATES)
    named = [frozenset(told(each)) for each in found]
    assert len(set(named)) == len(DATES)


def test_no_grain_left_kazakhstan_in_june_2022_and_the_order_is_named(asked, model):
    found = asked("KST", "BND", "grain", DATES[0])
    assert found.status == "no_way"
    first = found.openings[0]
    assert first.elements == ("regime:kz_grain_export_limit_1",)
    assert first.alternative.totals.time_h > 0
    lifted = Scenario("lifted", (Close(parse_reference(first.elements[0])),))
    params = RouteParams("KST", "BND", "grain", as_of=DATES[0])
    opened = route(model, lifted, params)
    assert opened.status == "answered"
    assert "kz_grain_export_limit_1" not in opened.regimes


@pytest.mark.parametrize("day", DATES[1:])
def test_grain_goes_from_kostanay_to_the_gulf_on_other_dates(asked, day):
    assert asked("KST", "BND", "grain", day).status == "answered"


@pytest.mark.parametrize(
    ("day", "subsidy"),
    [(DATES[0], {"china_subsidy_5"}), *((d, {"china_subsidy_6"}) for d in DATES[1:])],
)
def test_the_subsidy_of_the_northern_route_is_that_of_the_date(asked, day, subsidy):
    named = {r for r in best(asked("XIAN", "MAL", BOXES, day)).regimes if "china" in r}
    assert named == subsidy


def test_boxes_for_tehran_took_another_corridor_in_2022_than_now(asked):
    then, now = (best(asked("XIAN", "TEH", BOXES, d)) for d in (DATES[0], DATES[-1]))
    assert "ckti_sarakhs" in then.corridors
    assert "ckti_uzen" in now.corridors
    assert "ckti_uzen" not in then.corridors


def test_no_train_went_by_brest_in_the_two_weeks_that_poland_shut_the_border(asked):
    during = asked("XIAN", "MAL", BOXES, "2025-09-20")
    assert all("northern" not in way.corridors for way in during.alternatives)
    after = asked("XIAN", "MAL", BOXES, "2025-10-01")
    assert "northern" in best(after).corridors
    assert "poland_2025_1" not in after.regimes


# --- parties ---------------------------------------------------------------------


@pytest.mark.parametrize("party", ["western", "us_exposed", "bank_financed"])
def test_iran_is_barred_to_parties_that_sanctions_bind(asked, party):
    found = asked("XIAN", "TEH", BOXES, DATES[-1], party)
    assert found.status == "no_way"
    assert any("iran" in e for o in found.openings for e in o.elements)
    everybody = asked("XIAN", "TEH", BOXES, DATES[-1])
    assert set(everybody.reported) >= {"iran_us_sanctions_1"}


def test_western_boxes_reach_istanbul_without_iran(asked, model):
    node = model["node"]
    where = dict(zip(node.labels("node_id"), node.labels("country_iso3"), strict=True))
    for way in asked("XIAN", "IST", BOXES, DATES[-1], "western").alternatives:
        ends = {p for leg in way.legs for p in (leg.from_node_id, leg.to_node_id)}
        assert "IRN" not in {where[place] for place in ends}


# --- every order acts ------------------------------------------------------------


def days_that_see_every_order(regime):
    """Return the fewest days, from the earliest end on, that each order is valid on."""
    spans = [
        (first_day(start), last_day(end) if end else 10**7)
        for start, end in zip(
            regime.labels("valid_from"), regime.labels("valid_to"), strict=True
        )
    ]
    late = as_day(DATES[-1]).toordinal()
    seen: dict[int, list[int]] = {}
    for row in sorted(range(len(spans)), key=lambda r: spans[r][1]):
        start, end = spans[row]
        fits = [day for day in seen if start <= day <= end]
        day = fits[-1] if fits else max(start, min(end, late))
        seen.setdefault(day, []).append(row)
    return seen


def shipment_of(regime, row, model):
    """Return a shipment that an order holds for."""
    lands = sorted(set(model["node"].labels("country_iso3")))
    origins = regime.lists("origin_iso3")[row]
    destinations = regime.lists("destination_iso3")[row]
    cargo = (regime.lists("commodity_id")[row] or (BOXES,))[0]
    origin = next(x for x in lands if takes_country(origins, x))
    end = next(x for x in lands if takes_country(destinations, x) and x != origin)
    return Shipment(cargo, origin, end)


def test_every_order_acts_on_something_of_the_network_on_a_day_of_its_validity(model):
    regime = model["regime"]
    idle, looked_at = [], 0
    for day, rows in days_that_see_every_order(regime).items():
        graph = build(model, as_day(as_text(day)))
        for row in rows:
            sent = shipment_of(regime, row, model)
            name = regime.labels("regime_id")[row]
            orders = orders_in_force(graph, sent).in_force
            (order,) = [o for o in orders if o.row == row]
            looked_at += 1
            if not (np.any(order.touched) or order.corridor_ids):
                idle.append(name)
    assert looked_at == len(regime)
    assert idle == []


def as_text(day):
    return type(as_day(DATES[0])).fromordinal(day).isoformat()
