"""Parameters of choice: which act, at what value, and how often a way pays them.

The ways are those of the teaching model that shippers choose from. Boxes from Ashar to
Cacay: by rail overland, by ferry, by rail and lorry; back by rail, by ferry, and by two
ways of rail and lorry.
"""

from datetime import date

import numpy as np
import pytest
from tests.model.altered import with_row, with_table
from tests.studies.calibrations import (
    BOXES,
    SOURCED,
    made,
    parameter,
    with_rows,
    with_years,
)

from bereket import AssignParams, read_model
from bereket.analysis.assign.choice import chosen_of
from bereket.analysis.assign.freight import lay_out_freight
from bereket.compiled.asking import compiled
from bereket.compiled.behaviour import parameters_of
from bereket.model.calendar import as_day

DAY = date(2025, 7, 1)
LOGIT = AssignParams(objective="logit")
GRAIN_WAYS, BOX_WAYS, BACK_WAYS = slice(0, 2), slice(2, 5), slice(5, 9)


@pytest.fixture(scope="module")
def model(teaching):
    return with_years(read_model(teaching), (2025,))


def chosen(model, *rows):
    """Return what shippers choose from, with these parameters."""
    changed = with_rows(model, parameters=list(rows))
    graph = compiled(changed, as_day("2025-07-01"))
    return chosen_of(lay_out_freight(graph, 2025, LOGIT), LOGIT)


def paid(model, kind="penalty", **more):
    """Return how often each way passes what one parameter is on."""
    return chosen(model, parameter("p", kind, 0.0, 1.0, **more)).passages[:, 0].tolist()


def test_the_ways_are_those_of_the_head_of_this_file(model):
    found = chosen(model)
    assert found.sets.indptr.tolist() == [0, 2, 5, 9]
    sea = [corridors == ("sea",) for corridors in found.corridors]
    assert sea == [0, 1, 0, 1, 0, 0, 1, 0, 0]


# --- which act, and at what ---------------------------------------------------------


def test_a_parameter_stands_at_its_prior_until_it_is_fitted(model):
    rows = [
        parameter("a", "constant", 3.0, 1.0, on="sea"),
        parameter("b", "scale", 2, 0.1),
    ]
    changed = with_rows(model, parameters=rows)
    a, b = parameters_of(changed, DAY)
    assert (a.value, a.is_fitted, b.value) == (3.0, False, 2.0)
    fitted = {"parameter_id": "b", "value": 1.5, "prior": 2.0, "fitted_years": "2025"}
    fitted |= {"model_hash": "x", "bereket_version": "0"}
    changed = with_table(changed, made("calibration", [fitted]))
    a, b = parameters_of(changed, DAY)
    assert (a.value, a.is_fitted, b.value, b.is_fitted) == (3.0, False, 1.5, True)
    assert (b.prior, b.prior_sd) == (2.0, 0.1)


def test_a_parameter_acts_on_its_days_and_while_it_operates(model):
    rows = [
        parameter("ended", "constant", 0, 1, on="sea", valid_to="2024"),
        parameter("begun", "constant", 0, 1, on="sea", valid_from="2025-07"),
        parameter("to_come", "constant", 0, 1, on="sea", valid_from="2025-07-02"),
        parameter("planned", "constant", 0, 1, on="sea", status="planned"),
    ]
    found = parameters_of(with_rows(model, parameters=rows), DAY)
    assert [each.parameter_id for each in found] == ["begun"]


def test_what_is_paid_is_in_money_and_a_factor_is_not(model):
    rows = [
        parameter("paid", "penalty", 0, 1, on="sea"),
        parameter("factor", "demand", 1, 0.1),
    ]
    penalty, factor = parameters_of(with_rows(model, parameters=rows), DAY)
    assert (penalty.unit, penalty.is_factor) == ("USD/t", False)
    assert (factor.unit, factor.is_factor) == ("", True)


# --- passages -----------------------------------------------------------------------


def test_a_corridor_is_paid_once_by_the_ways_that_are_of_it(model):
    by_sea = [0, 1, 0, 1, 0, 0, 1, 0, 0]
    assert paid(model, "constant", on="sea") == by_sea
    assert paid(model, "penalty", on="sea") == by_sea
    assert paid(model, "constant", on="steppe") == [1 - each for each in by_sea]


def test_a_link_is_paid_by_the_ways_over_it_in_both_directions(model):
    assert paid(model, on="link:road_BBO_BCY") == [0, 0, 0, 0, 0, 0, 0, 1, 1]
    assert paid(model, on="link:rail_AJN_APO") == [0, 1, 0, 1, 0, 0, 1, 0, 0]


def test_a_penalty_is_paid_on_each_of_several_things_and_a_constant_once(model):
    on = "link:road_BBO_BCY|link:road_BCY_BCO|link:rail_ASH_AJN"
    assert paid(model, "penalty", on=on)[BACK_WAYS] == [1, 1, 1, 2]
    assert paid(model, "constant", on=on)[BACK_WAYS] == [1, 1, 1, 1]


def test_a_border_side_is_paid_one_way_and_by_its_carriers(model):
    side = "border:ABO:BBO:rail1520:BBB:SMGS"
    assert paid(model, on=side) == [1, 0, 1, 0, 1, 0, 0, 0, 0]


def test_a_transhipment_is_paid_by_those_who_make_it(model):
    on = "transfer:APO:rail1520_container:ferry:tranship"
    assert paid(model, on=on) == [0, 0, 0, 1, 0, 0, 0, 0, 0]


def test_a_country_is_paid_in_transit_and_not_by_its_own_cargo(model):
    overland = [1, 0, 1, 0, 1, 1, 0, 1, 1]
    assert paid(model, "constant", on="BBB") == overland
    assert paid(model, "constant", on="AAA") == [0] * 9
    assert paid(model, "constant", on="CCC") == [0] * 9


@pytest.mark.parametrize(
    ("on", "ways"),
    [
        ("BBB", [1, 0, 1, 0, 1, 1, 0, 1, 1]),
        ("node:BBO", [1, 0, 1, 0, 1, 1, 0, 1, 1]),
        ("node:APO", [0, 1, 0, 1, 0, 0, 1, 0, 0]),
        ("service:crossing", [0, 1, 0, 1, 0, 0, 1, 0, 0]),
    ],
)
def test_a_penalty_is_paid_once_a_passage_however_many_steps_it_has(model, on, ways):
    assert paid(model, "penalty", on=on) == ways


def test_cargo_and_ends_say_who_pays(model):
    on = {"on": "sea|steppe"}

    def who(**more):
        found = paid(model, "constant", **on, **more)
        return [bool(sum(found[part])) for part in (GRAIN_WAYS, BOX_WAYS, BACK_WAYS)]

    assert who() == [True, True, True]
    assert who(commodity_id="grain") == [True, False, False]
    assert who(commodity_id=f"grain|{BOXES}", origin="ASH") == [True, True, False]
    assert who(origin="CCC") == [False, False, True]
    assert who(destination="CCC", commodity_id=BOXES) == [False, True, False]
    assert who(destination="ASH") == [False, False, True]
    assert who(origin="AAA", destination="AAA") == [False, False, False]


def test_factors_act_on_pairs_and_are_paid_by_no_way(model):
    rows = [
        parameter("sharp", "scale", 1, 0.1, commodity_id=BOXES),
        parameter("more", "demand", 1, 0.1, origin="AAA"),
    ]
    found = chosen(model, *rows)
    assert not found.passages.any()
    assert found.of_pair.T.tolist() == [[False, True, True], [True, True, False]]


# --- what they do -------------------------------------------------------------------


def test_what_is_paid_adds_to_the_cost_of_a_way_by_its_passages(model):
    rows = [
        parameter("by_sea", "constant", 7.0, 1.0, on="sea"),
        parameter("lorry", "penalty", -2.0, 1.0, on="link:road_BBO_BCY"),
    ]
    found = chosen(model, *rows)
    more = found.choice().sets.extra_usd_per_t - found.sets.extra_usd_per_t
    assert more == pytest.approx([0, 7, 0, 7, 0, 0, 7, -2, -2])
    at = found.choice(np.array([1.0, 10.0])).sets.extra_usd_per_t
    assert at - found.sets.extra_usd_per_t == pytest.approx(
        [0, 1, 0, 1, 0, 0, 1, 10, 10]
    )


def test_factors_multiply_and_those_of_one_pair_multiply_each_other(model):
    rows = [
        parameter("boxes", "scale", 2.0, 0.1, commodity_id=BOXES),
        parameter("home", "scale", 1.5, 0.1, origin="CCC"),
        parameter("more", "demand", 1.2, 0.1, commodity_id="grain"),
    ]
    found = chosen(model, *rows)
    scale = found.choice().theta_per_usd / found.theta_per_usd
    assert scale == pytest.approx([1.0, 2.0, 3.0])
    assert found.demand_factor() == pytest.approx([1.2, 1.0, 1.0])


def test_the_scale_of_a_commodity_is_that_of_its_row(model):
    rows = [parameter("none", "constant", 0, 1, on="sea")]
    assert chosen(model, *rows).theta_per_usd.tolist() == [0.05] * 3  # the default
    grain = {"commodity_id": "rice", "name": "Rice", "vot_usd_per_t_h": 0.1}
    grain |= {"t_per_wagon": 60.0, "logit_scale_per_usd": 0.2}
    grain |= {"allowed_carriers": "rail1520_wagon|rail1435_wagon|ferry"}
    other = with_row(model, "commodity", **grain, **SOURCED)
    flow = {"origin_node_id": "ASH", "destination_node_id": "CCY"}
    flow |= {"commodity_id": "rice", "year": 2025.0, "tonnes": 365.0}
    found = chosen(with_row(other, "demand", **flow, **SOURCED), *rows)
    assert sorted(found.theta_per_usd.tolist()) == [0.05, 0.05, 0.05, 0.2]
