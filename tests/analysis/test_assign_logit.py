"""Freight of the teaching model by choice: `assign --objective logit`.

Grain is 22,500 t a day, so that the border is full and the rest goes by ferry; boxes
choose among rail, ferry and lorries. Scale 0.05 a USD, the default.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.model.altered import with_order, with_table
from tests.studies.calibrations import (
    BOXES,
    made,
    parameter,
    with_rows,
    with_years,
)

from bereket import (
    AssignParams,
    QuestionError,
    Scenario,
    SetValue,
    assign,
    parse_change,
    read_model,
)
from bereket.analysis.assign.choice import chosen_of
from bereket.analysis.assign.freight import lay_out_freight
from bereket.compiled.asking import compiled
from bereket.kernels.delays import FREE
from bereket.model.calendar import as_day
from bereket.solve.logit.sets import holds_of
from bereket.solve.logit.solution import fixed_of

EXACT = AssignParams(objective="logit", year=2025, gap=1e-11, max_violation=1e-9)
THETA = 0.05
SUM = 1e-9  # relative: rounding of sums over paths
SAME = 1e-7  # relative: flows at a gap of 1e-11
BORDER = "border:ABO:BBO:rail1520:BBB:SMGS"


@pytest.fixture(scope="module")
def model(teaching):
    return with_rows(with_years(read_model(teaching), (2025,)), parameters=[])


@pytest.fixture(scope="module")
def found(model):
    return assign(model, params=EXACT)


def corridor(found, name):
    (only,) = (each for each in found.corridors if each.corridor_id == name)
    return only


def skim(found, origin, cargo):
    (only,) = (e for e in found.skims if (e.origin_id, e.class_id) == (origin, cargo))
    return only


def with_parameters(model, *rows):
    return with_rows(model, parameters=list(rows))


# --- the end is reached -------------------------------------------------------------


def test_it_comes_to_the_end_with_limits_kept(found):
    assert found.stamp.status == "answered"
    assert found.record[-1].relative_gap <= 1e-11
    assert found.record[-1].violation <= 1e-9
    waits = {each.element: each.wait_h for each in found.scarcity if each.wait_h > 1e-6}
    assert waits  # the border is full, or it would be too easy


def test_all_that_is_wanted_goes_or_stays(found):
    served = sum(each.served_per_year for each in found.skims)
    stays = sum(each.amount_per_year for each in found.unserved)
    assert served + stays == pytest.approx(found.demand_per_year, rel=SUM)
    assert found.demand_per_year == pytest.approx(22_500 * 365 + 730_000, rel=SUM)


def test_flows_of_paths_add_up_to_those_of_links_and_corridors(found):
    paths, laid = found.paths, found.laid
    goes = ~paths.stays
    total = float(paths.flow[goes].sum()) * 365
    served = sum(each.served_per_year for each in found.skims)
    assert total == pytest.approx(served, rel=SUM)
    # every way is of one of the two corridors
    both = sum(corridor(found, name).t_per_year for name in ("steppe", "sea"))
    assert both == pytest.approx(served, rel=SUM)
    assert len(laid.origin_id) == 3


def test_a_warm_start_ends_at_the_same_flows(model, found):
    again = assign(model, params=EXACT, start=found)
    for name in ("steppe", "sea"):
        mine, theirs = corridor(again, name), corridor(found, name)
        assert mine.t_per_year == pytest.approx(theirs.t_per_year, rel=SAME)
    assert len(again.record) <= len(found.record)


def test_the_order_of_rows_does_not_matter(model, found):
    turned = {
        name: list(reversed(range(len(model[name]))))
        for name in ("demand", "link", "commodity", "transfer")
    }
    again = assign(with_order(model, turned), params=EXACT)
    for name in ("steppe", "sea"):
        mine, theirs = corridor(again, name), corridor(found, name)
        assert mine.t_per_year == pytest.approx(theirs.t_per_year, rel=SAME)


# --- the choice ---------------------------------------------------------------------


def paths_of(found, origin, cargo):
    """Return flows and places of the ways of one flow of cargo."""
    laid, paths = found.laid, found.paths
    kind = laid.problem.kind_of_pair
    told = []
    for at, pair in enumerate(paths.pair.tolist()):
        is_mine = laid.origin_id[pair] == origin
        if is_mine and laid.class_of_kind[kind[pair]] == cargo and not paths.stays[at]:
            arcs = paths.arc[paths.indptr[at] : paths.indptr[at + 1]]
            told.append((float(paths.flow[at]), {laid.tail_id[arc] for arc in arcs}))
    return told


def test_odds_of_two_ways_change_by_theta_for_every_dollar_paid(model, found):
    # boxes east wait nowhere: a constant of 10 USD moves the odds by e^(0.05 x 10)
    dearer = with_parameters(
        model, parameter("p", "constant", 10.0, 1.0, on="sea", origin="CCC")
    )
    after = assign(dearer, params=EXACT)

    def odds(result):
        ways = paths_of(result, "CCY", BOXES)
        sea = sum(flow for flow, places in ways if "CPO" in places)
        return sea / sum(flow for flow, places in ways if "CPO" not in places)

    assert odds(after) / odds(found) == pytest.approx(np.exp(-THETA * 10.0), rel=1e-6)


def test_a_factor_of_the_scale_makes_the_cheaper_way_take_more(model, found):
    sharper = with_parameters(
        model, parameter("p", "scale", 3.0, 0.1, commodity_id=BOXES, origin="CCC")
    )
    after = assign(sharper, params=EXACT)
    flows = [
        sorted(flow for flow, _ in paths_of(each, "CCY", BOXES))
        for each in (found, after)
    ]
    assert max(flows[1]) > max(flows[0])
    # odds are the third power, but for path sizes: those of the extremes grow
    assert flows[1][-1] / flows[1][0] > flows[0][-1] / flows[0][0]


def test_a_factor_of_demand_multiplies_what_is_wanted(model, found):
    more = with_parameters(
        model, parameter("p", "demand", 1.5, 0.1, commodity_id=BOXES, origin="CCC")
    )
    after = assign(more, params=EXACT)
    before = skim(found, "CCY", BOXES).served_per_year
    assert skim(after, "CCY", BOXES).served_per_year == pytest.approx(1.5 * before)
    assert after.demand_per_year == pytest.approx(found.demand_per_year + 0.5 * before)


def test_table_calibration_stands_in_place_of_the_prior(model):
    row = parameter("p", "constant", 0.0, 10.0, on="sea", commodity_id=BOXES)
    at_prior = with_parameters(model, row)
    fitted = {"parameter_id": "p", "value": 10.0, "prior": 0.0, "fitted_years": "2025"}
    fitted |= {"model_hash": "x", "bereket_version": "0"}
    calibrated = with_table(at_prior, made("calibration", [fitted]))
    as_prior = with_parameters(model, row | {"prior": 10.0})
    by_sea = [
        corridor(assign(each, params=EXACT), "sea").by_class[BOXES]
        for each in (at_prior, calibrated, as_prior)
    ]
    assert by_sea[1] < by_sea[0]
    assert by_sea[1] == pytest.approx(by_sea[2], rel=SAME)


def test_parameters_are_of_no_other_objective(model):
    row = parameter("p", "constant", 40.0, 10.0, on="sea")
    params = AssignParams(year=2025, gap=1e-9)
    found = [
        corridor(assign(each, params=params), "sea").t_per_year
        for each in (model, with_parameters(model, row))
    ]
    assert found[0] == found[1]


def test_the_sets_are_alternatives_each_within_half_more_of_the_cheapest(model):
    graph = compiled(model, as_day("2025-07-01"))
    freight = lay_out_freight(graph, 2025, EXACT)
    sets = chosen_of(freight, EXACT).sets
    problem = freight.laid.problem
    holds, free_h = holds_of(problem, sets), problem.delays.curve[:, FREE]
    path = np.repeat(np.arange(sets.n_paths), np.diff(holds.indptr))
    hours = holds.usd_per_h * free_h[holds.resource]
    cost = fixed_of(problem, sets) + np.bincount(path, hours, sets.n_paths)
    for begin, end in pairwise(sets.indptr.tolist()):
        assert 2 <= end - begin <= 12
        assert cost[begin:end].max() <= 1.5 * cost[begin:end].min()
    assert ((sets.size > 0) & (sets.size < 1)).all()  # all share their ends at least


def test_a_closed_way_is_taken_by_none_and_its_cargo_by_others(model, found):
    change = SetValue(*parse_change("link:sea_APO_CPO.status=closed"))
    after = assign(model, Scenario("closed", (change,)), EXACT)
    by_corridor = {each.corridor_id: each.t_per_year for each in after.corridors}
    assert by_corridor.get("sea", 0.0) == 0.0
    east = skim(after, "CCY", BOXES).served_per_year
    assert east == pytest.approx(skim(found, "CCY", BOXES).served_per_year, rel=SUM)


# --- staying ------------------------------------------------------------------------


def test_cargo_stays_from_the_cost_that_is_told_and_none_beyond_it(model):
    def stays(usd):
        params = replace(EXACT, unserved_cost_usd_per_t=usd)
        result = assign(model, params=params)
        return sum(each.amount_per_year for each in result.unserved)

    assert stays(1e4) == pytest.approx(0.0, abs=1e-3)
    by_cost = [stays(usd) for usd in (100.0, 80.0, 60.0)]
    assert 0 < by_cost[0] < by_cost[1] < by_cost[2]


def test_a_flow_alone_too_dear_stays_by_its_scale(model):
    # boxes east, which wait nowhere: the share that goes is exp(-theta (S - unserved))
    served = []
    for usd in (90.0, 80.0):
        params = replace(EXACT, unserved_cost_usd_per_t=usd)
        served.append(skim(assign(model, params=params), "CCY", BOXES).served_per_year)
    assert served[0] < 365_000
    assert served[1] / served[0] == pytest.approx(np.exp(-THETA * 10.0), rel=1e-6)


def test_the_cost_of_not_going_is_of_the_logit_alone():
    with pytest.raises(QuestionError, match="logit alone"):
        AssignParams(unserved_cost_usd_per_t=100.0)


@pytest.mark.parametrize("usd", [0.0, -5.0, float("nan"), float("inf")])
def test_a_cost_of_not_going_that_is_no_cost_is_refused(usd):
    with pytest.raises(QuestionError, match="unserved_cost_usd_per_t"):
        AssignParams(objective="logit", unserved_cost_usd_per_t=usd)
