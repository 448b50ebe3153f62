"""Flows that one can add up in the head, and what is refused."""

import numpy as np
import pytest
from benchmarks.subjects.loads import load

from bereket.errors import QuestionError
from bereket.solve.flows import (
    Commodities,
    FlowNetwork,
    FlowParams,
    FlowStatus,
    cheapest_flow,
)

ROUNDING = 1e-12  # share: flows and costs are brought to other sizes and back


def near(value):
    return pytest.approx(value, rel=ROUNDING, abs=ROUNDING)


def network_of(n_nodes, *arcs):
    """Return a network of (tail, head, cost, capacity), rising by tail."""
    tail, head, cost, capacity = (np.array(each) for each in zip(*arcs, strict=True))
    indptr = np.searchsorted(tail, np.arange(n_nodes + 1))
    return FlowNetwork(indptr, head, tail, cost.astype(float), capacity.astype(float))


def wanting(*rows):
    """Return commodities of (source, target, demand, overflow cost)."""
    source, target, demand, overflow = (
        np.array(each) for each in zip(*rows, strict=True)
    )
    return Commodities(source, target, demand.astype(float), overflow.astype(float))


# A track from 0 over 1 to 2 that takes 5, and a road from 0 to 2 at three times that.
TRACK = network_of(3, (0, 1, 2, 5), (0, 2, 9, np.inf), (1, 2, 1, 5))


def test_what_the_track_does_not_take_goes_by_road():
    found = cheapest_flow(TRACK, wanting((0, 2, 8, 100)))
    assert found.arc_flow.tolist() == near([5.0, 3.0, 5.0])
    assert found.objective == near(5 * 3 + 3 * 9)
    assert found.unserved.tolist() == [0.0]
    # one more on the track saves 9 - 3; both its sections are full and share that
    assert found.price[[0, 2]].sum() == near(6.0)
    assert found.status is FlowStatus.WITHIN_GAP
    assert found.gap == near(0.0)


def test_the_cargo_that_loses_least_by_the_detour_takes_it():
    # from 1 there is no road: the cargo from 0 makes room
    found = cheapest_flow(TRACK, wanting((0, 2, 4, 100), (1, 2, 3, 100)))
    assert found.unserved.tolist() == [0.0, 0.0]
    assert found.arc_flow.tolist() == near([2.0, 2.0, 5.0])
    assert found.price.tolist() == near([0.0, 0.0, 6.0])
    assert found.path_commodity.tolist() == [0, 0, 1]
    assert found.path_flow.tolist() == near([2.0, 2.0, 3.0])


def test_what_cannot_go_is_told_by_commodity():
    found = cheapest_flow(TRACK, wanting((1, 2, 7, 50), (2, 0, 3, 20)))
    assert found.unserved.tolist() == [2.0, 3.0]
    assert found.objective == 5 * 1 + 2 * 50 + 3 * 20
    assert found.price.tolist() == [0.0, 0.0, 49.0]
    assert found.lower_bound == near(found.objective)


def test_a_way_dearer_than_to_be_left_is_not_taken():
    found = cheapest_flow(TRACK, wanting((0, 2, 8, 4)))
    assert found.unserved.tolist() == [3.0]


def test_an_arc_of_no_capacity_takes_nothing_and_has_its_price():
    shut = network_of(2, (0, 1, 1, 0), (0, 1, 5, 10))
    found = cheapest_flow(shut, wanting((0, 1, 2, 100)))
    assert found.arc_flow.tolist() == [0.0, 2.0]
    assert found.price[0] == near(4.0)


def test_an_arc_that_is_shut_is_no_way():
    shut = network_of(2, (0, 1, np.inf, 10))
    found = cheapest_flow(shut, wanting((0, 1, 2, 100)))
    assert found.objective == near(200.0)
    assert found.unserved.tolist() == [2.0]


def test_ways_that_cost_nothing_may_be_full():
    free = network_of(2, (0, 1, 0, 3), (0, 1, 0, 4))
    found = cheapest_flow(free, wanting((0, 1, 9, 10)))
    assert found.arc_flow.tolist() == near([3.0, 4.0])
    assert found.objective == near(20.0)


def test_no_commodity_has_no_flow():
    nothing = np.empty(0, dtype=np.int64)
    found = cheapest_flow(
        TRACK, Commodities(nothing, nothing, np.empty(0), np.empty(0))
    )
    assert found.objective == found.lower_bound == found.gap == 0.0
    assert found.arc_flow.tolist() == [0.0, 0.0, 0.0]
    assert found.path_indptr.tolist() == [0]


def test_a_network_of_no_arcs_leaves_all():
    none = np.empty(0, dtype=np.int64)
    empty = FlowNetwork(np.zeros(3, dtype=int), none, none, np.empty(0), np.empty(0))
    found = cheapest_flow(empty, wanting((0, 1, 2, 7)))
    assert found.objective == near(14.0)
    assert found.unserved.tolist() == [2.0]


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e9])
def test_units_change_nothing_but_the_figures(unit):
    wide = FlowNetwork(
        TRACK.indptr, TRACK.head, TRACK.tail, TRACK.cost / unit, TRACK.capacity * unit
    )
    found = cheapest_flow(wide, wanting((0, 2, 8 * unit, 100 / unit)))
    assert (found.arc_flow / unit).tolist() == near([5.0, 3.0, 5.0])
    assert found.objective == near(42.0)


def test_a_search_that_is_stopped_says_so_and_its_flow_and_bound_hold():
    network, commodities = load(20, 8, 0.6)
    best = cheapest_flow(network, commodities).objective
    told = []

    def stop(done, of, note):
        told.append((done, of, note.partition(" ")[0]))
        return False

    found = cheapest_flow(network, commodities, FlowParams(gap=0.0), monitor=stop)
    assert told == [(1, 500, "gap")]
    assert found.status is FlowStatus.INTERRUPTED
    assert found.lower_bound <= best * (1 + ROUNDING)
    assert found.objective >= best * (1 - ROUNDING)
    assert (found.arc_flow <= network.capacity * (1 + 1e-9)).all()


@pytest.mark.parametrize("limit", [{"max_iterations": 1}, {"time_limit_s": 0.0}])
def test_a_search_that_has_come_to_its_limit_says_so(limit):
    network, commodities = load(20, 8, 0.6)
    found = cheapest_flow(network, commodities, FlowParams(gap=0.0, **limit))
    assert (found.status, found.iterations) == (FlowStatus.STOPPED, 1)
    assert 0.0 < found.gap < 1.0


def test_every_fault_is_told_at_once():
    network = network_of(3, (0, 1, -1, 5), (0, 7, 9, np.nan), (1, 2, 1, -5))
    commodities = wanting((0, 0, 0, 1), (5, 2, np.nan, 1), (0, 2, 1, np.inf))
    with pytest.raises(QuestionError) as refused:
        cheapest_flow(network, commodities)
    assert str(refused.value).splitlines() == [
        "7 faults in the flow",
        "arc 1, head: must be a node; found 7",
        "arc 0, cost: must be 0 or more; found -1.0",
        "arc 1, 2, capacity: must be 0 or more; found nan, -5.0",
        "commodity 1, source: must be a node; found 5",
        "commodity 0, target: must not be its source; found 0",
        "commodity 0, 1, demand: must be above 0 and finite; found 0.0, nan",
        "commodity 2, overflow_cost: must be above 0 and finite; found inf",
    ]


def test_columns_of_different_length_are_told_before_what_stands_in_them():
    network = FlowNetwork(
        TRACK.indptr, TRACK.head, TRACK.tail, TRACK.cost[:2], TRACK.capacity
    )
    with pytest.raises(
        QuestionError, match="3 of head, 3 of tail, 2 of cost, 3 of cap"
    ):
        cheapest_flow(network, wanting((0, 2, 8, 100)))


@pytest.mark.parametrize("rows", [[], [0, 2, 1, 3], [0, 2, 2], [1, 2, 3, 3]])
def test_rows_that_do_not_hold_all_arcs_are_refused(rows):
    network = FlowNetwork(
        np.array(rows, dtype=int), TRACK.head, TRACK.tail, TRACK.cost, TRACK.capacity
    )
    with pytest.raises(
        QuestionError, match="must rise from 0 to the number of arcs, 3"
    ):
        cheapest_flow(network, wanting((0, 1, 1, 9)))


def test_an_arc_in_the_row_of_another_node_is_refused():
    network = FlowNetwork(
        np.array([0, 1, 3, 3]), TRACK.head, TRACK.tail, TRACK.cost, TRACK.capacity
    )
    with pytest.raises(QuestionError, match="arc 1, tail: must be the node of its row"):
        cheapest_flow(network, wanting((0, 1, 1, 9)))


@pytest.mark.parametrize(
    "wrong", [{"gap": -1.0}, {"gap": np.nan}, {"max_iterations": 0}]
)
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="gap must be 0 or more"):
        FlowParams(**wrong)
