"""Freight put on the teaching model: base load, empties, ships that fill, months.

Ashar to Cacay, grain: the border leaves 378 wagons a day of 60 t, so 22,680 t of the
25,000 that want to go; the ferry 1,750 t; the rest begins to stay.
"""

from dataclasses import replace

import numpy as np
import pytest
from tests.model.altered import row_at, with_cell, with_row

from bereket import (
    AssignParams,
    Scenario,
    SetValue,
    assign,
    parse_change,
    read_model,
)
from bereket.analysis.assign.filling import fills_of
from bereket.analysis.assign.freight import lay_out_freight
from bereket.analysis.assign.uses import reverse_arcs
from bereket.compiled.asking import compiled
from bereket.model.calendar import as_day

CLOSED = "link:rail_ABO_BBO.status=closed"
PARAMS = AssignParams(as_of="2025-06-01", gap=1e-8)
LIMIT = 1e-3  # limits are kept to a thousandth
BORDER_T, FERRY_T = 378 * 60.0, 1750.0
BORDER = "border:ABO:BBO:rail1520:BBB:SMGS"
GRAIN, BOXES_THERE, BOXES_BACK = range(3)


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="module")
def found(model):
    return assign(model, params=PARAMS)


def on_link(found, link_id, tail):
    return (
        sum(
            flow.flow
            for flow in found.flows
            if (flow.link_id, flow.tail) == (link_id, tail)
        )
        / 365
    )


def laid_out(model, params=PARAMS):
    graph = compiled(model, as_day(params.as_of))
    return lay_out_freight(graph, 2025, params)


def test_the_border_and_the_ferry_fill_and_the_rest_stays(found):
    assert on_link(found, "rail_BBO_BCY", "BBO") == pytest.approx(BORDER_T, rel=LIMIT)
    assert on_link(found, "sea_APO_CPO", "APO") == pytest.approx(FERRY_T, rel=LIMIT)
    (stays,) = found.unserved
    rest = 25_000 - BORDER_T - FERRY_T
    assert stays.amount_per_year / 365 == pytest.approx(rest, rel=0.1)
    # of what is full on its cheapest way; the gauge change there is as full
    assert stays.element in {BORDER, "terminal:BBO:gauge_change"}
    served = sum(skim.served_per_year for skim in found.skims)
    total = served + sum(each.amount_per_year for each in found.unserved)
    assert total == pytest.approx(found.demand_per_year, rel=1e-12)


def test_what_waits_pays_as_much_as_what_stays(model, found):
    # patience: from 720 h beyond the cheapest way on, twice that for the last tonne
    paths = found.paths
    (ferry, border) = [at for at in range(paths.pair.size) if paths.pair[at] == GRAIN][
        :2
    ]
    assert not paths.stays[[ferry, border]].any()
    waits = {each.element: each.wait_h for each in found.scarcity}
    hour = 0.1  # value of time of grain; no rent of wagons runs at sea
    (grain,) = [skim for skim in found.skims if skim.class_id == "grain"]
    share = found.unserved[0].share
    free = laid_out(model).ways[GRAIN]
    stays_usd = free.cost_usd_per_t + 720 * free.hour_usd_per_t * (1 + share)
    by_sea = sea_cost(model, found) + hour * waits["service:crossing"]
    assert by_sea == pytest.approx(stays_usd, rel=LIMIT)
    assert grain.wait_h > 0


def sea_cost(model, found):
    """Return the cost of the way by sea at no wait."""
    freight = laid_out(model)
    paths, network = found.paths, freight.laid.problem.network
    for at in range(paths.pair.size):
        arcs = paths.arc[paths.indptr[at] : paths.indptr[at + 1]]
        if "APO" in [freight.laid.tail_id[arc] for arc in arcs]:
            return float(network.fixed[0, arcs].sum())
    msg = "nothing goes by sea"
    raise AssertionError(msg)


def test_flow_is_the_sum_of_paths_and_conserved_at_every_vertex(found):
    problem, paths = found.laid.problem, found.paths
    flow = paths.flow_on(problem.n_arcs)
    balance = np.bincount(problem.network.head, flow, problem.n_nodes)
    balance -= np.bincount(problem.network.tail, flow, problem.n_nodes)
    goes = np.bincount(
        paths.pair[~paths.stays], paths.flow[~paths.stays], problem.n_pairs
    )
    expected = np.bincount(problem.rows.target, goes, problem.n_nodes)
    source = problem.rows.source[problem.row_of_pair]
    expected -= np.bincount(source, goes, problem.n_nodes)
    assert np.abs(balance - expected).max() < 1e-6


def test_empty_wagons_take_room_the_other_way(model):
    # no loaded train runs back over the border; half a wagon comes back for each
    freight = laid_out(model)
    laid, uses = freight.laid, freight.offer.uses
    back = uses.part == 0
    assert back.any()
    used = back & (uses.taken > 0).any(axis=0)
    rows = {laid.element_of_resource[row] for row in uses.row[used].tolist()}
    assert all(row.partition(":")[0] in {"link", "border", "service"} for row in rows)
    grain = uses.commodities.index("grain")
    share = 0.4  # of rent row `grain_wagon`
    forward = dict.fromkeys(
        (int(row), float(taken))
        for row, taken, is_back in zip(uses.row, uses.taken[grain], back, strict=True)
        if not is_back and taken > 0
    )
    returning = uses.taken[grain][back & (uses.taken[grain] > 0)]
    per_train = {taken for _, taken in forward}
    assert any(
        np.isclose(each, share * taken) for each in returning for taken in per_train
    )


def test_an_arc_runs_back_between_the_same_places_by_the_same_carrier(model):
    graph = compiled(model, as_day("2025-06-01"))
    back = reverse_arcs(graph)
    (known,) = np.nonzero(back >= 0)
    of = graph.arcs
    assert (of.start_idx[known] == of.end_idx[back[known]]).all()
    assert (of.end_idx[known] == of.start_idx[back[known]]).all()
    assert (of.carrier_idx[known] == of.carrier_idx[back[known]]).all()
    assert (back[back[known]] == known).mean() > 0.5  # a pair, but for parallel links


def test_base_load_that_the_demand_carries_itself_is_not_counted_twice(model):
    # ASH > BCY is of no corridor; one train of 3,600 t of grain a day is in the base
    tonnes = 3_600 * 365.0
    row = {"origin_node_id": "ASH", "destination_node_id": "BCY"}
    own = with_row(
        model, "demand", **row, commodity_id="grain", year=2025.0, tonnes=tonnes
    )
    at = row_at(model, "link", "rail_ASH_AJN")
    bare = with_cell(own, "link", at, "base_trains_per_day", 0.0)
    loaded = with_cell(own, "link", at, "base_trains_per_day", 10.0)

    def room_there(changed):
        freight = laid_out(changed)
        room = freight.offer.room
        names = [room.elements[e].element for e in room.element_of_row.tolist()]
        return [
            float(capacity)
            for name, capacity in zip(names, room.capacity_per_day, strict=True)
            if name == "link:rail_ASH_AJN"
        ]

    there, back = zip(room_there(bare), room_there(loaded), strict=True)
    # 10 base trains are 5 a direction; one of those there is the flow itself, and 0.4
    # of those back are its wagons, of which 0.4 come back empty
    assert there[0] - there[1] == pytest.approx(5 - 1, rel=1e-9)
    assert back[0] - back[1] == pytest.approx(5 - 0.4, rel=1e-9)


def test_a_ship_that_fills_sails_as_cargo_comes(model):
    at = row_at(model, "service", "crossing")
    fills = with_cell(model, "service", at, "kind", "fill")
    fills = with_cell(fills, "service", at, "max_wait_h", 300.0)
    found = assign(fills, params=replace(PARAMS, gap=1e-6))
    (headway,) = found.headways
    assert headway.service_id == "crossing"
    slots = float(model["service"].number("slots")[at])
    filling = slots / (headway.units_per_day / 24)
    sailed = float(
        model["service"].number("sailings_per_week")[at]
        * model["service"].number("availability")[at]
    )
    assert headway.headway_h == pytest.approx(max(filling, 168 / sailed), rel=0.02)
    assert headway.wait_h <= 300.0


def test_a_model_without_ships_that_fill_has_no_headways(model, found):
    assert found.headways == ()
    assert fills_of(laid_out(model), 720.0).row == ()


def test_months_share_the_year_and_the_peak_is_named(model):
    found = assign(model, params=replace(PARAMS, gap=1e-6, by_month=True))
    wanted = [month.wanted_t for month in found.months]
    assert sum(wanted) == pytest.approx(found.demand_per_year, rel=1e-9)
    assert len(found.months) == 12
    lost = [month.wanted_t - month.served_t for month in found.months]
    assert found.peak_month.month == int(np.argmax(lost)) + 1


def test_a_season_moves_the_peak(model):
    # all grain comes in October: 31 days take no more than 24,430 t each
    shares = [0.0] * 9 + [1.0, 0.0, 0.0]
    changed = model
    for month, share in enumerate(shares, 1):
        changed = with_row(
            changed, "season", commodity_id="grain", month=float(month), share=share
        )
    found = assign(changed, params=replace(PARAMS, gap=1e-6, by_month=True))
    assert found.peak_month.month == 10
    grain = found.peak_month.served_t - 2 * 365_000 * 31 / 365
    assert grain == pytest.approx(31 * (BORDER_T + FERRY_T), rel=0.01)


def test_a_start_of_other_flows_is_not_used_and_the_answer_says_so(model, found):
    other = with_row(
        model,
        "demand",
        origin_node_id="CCY",
        destination_node_id="ASH",
        commodity_id="grain",
        year=2025.0,
        tonnes=1000.0,
    )
    again = assign(other, params=PARAMS, start=found)
    assert any("solved from nothing" in note for note in again.notes)
    fresh = assign(other, params=PARAMS)
    assert again.total_cost == pytest.approx(fresh.total_cost, rel=1e-6)


@pytest.mark.parametrize("form", ["bpr", "conical", "akcelik", "queue"])
def test_a_link_with_a_delay_takes_longer_when_trains_run(model, form):
    at = row_at(model, "link", "rail_ASH_AJN")
    slow = with_cell(model, "link", at, "delay_form", form)
    free = assign(model, params=PARAMS)
    found = assign(slow, params=PARAMS)
    (before,), (after,) = (
        [s for s in each.skims if (s.class_id, s.origin_id) == ("containers", "CCY")]
        for each in (free, found)
    )
    assert after.time_h > before.time_h
    assert found.status == "answered"


def test_what_base_load_holds_is_told_by_the_model_and_not_by_the_scenario(model):
    # closing the border sends nothing over rail_ASH_AJN that was counted there
    row = {"origin_node_id": "ASH", "destination_node_id": "BCY"}
    own = with_row(
        model, "demand", **row, commodity_id="grain", year=2025.0, tonnes=1e6
    )
    at = row_at(own, "link", "rail_ASH_AJN")
    loaded = with_cell(own, "link", at, "base_trains_per_day", 10.0)
    closed = Scenario("closed", (SetValue(*parse_change(CLOSED)),))
    before, after = (
        assign(loaded, scenario, replace(PARAMS, gap=1e-6))
        for scenario in (Scenario("open", ()), closed)
    )
    lowered = [
        [note for note in found.notes if note.startswith("base load")]
        for found in (before, after)
    ]
    assert lowered[0] == lowered[1] != []


def test_a_closed_way_lets_no_more_cargo_go(model, found):
    # what cargo is worth is the model's, so a dearer network does not make it pay more
    closed = Scenario("closed", (SetValue(*parse_change(CLOSED)),))
    after = assign(model, closed, PARAMS)
    assert after.unserved_per_year > found.unserved_per_year


def test_the_first_no_of_a_monitor_is_the_last_question(model):
    asked = []
    stopped = assign(
        model,
        params=replace(PARAMS, by_month=True),
        monitor=lambda *told: bool(asked.append(told)),
    )
    assert len(asked) == 1
    assert stopped.status == "interrupted"
    assert stopped.months == ()
    assert any(warning.startswith("interrupted") for warning in stopped.warnings)


def test_both_objectives_share_one_demand(model):
    # no delay rises here, so the two are one: hard limits cost all alike
    alone = [
        assign(model, params=replace(PARAMS, objective=objective))
        for objective in ("equilibrium", "system")
    ]
    stays = [each.unserved_per_year for each in alone]
    assert stays[0] == pytest.approx(stays[1], rel=1e-3)
