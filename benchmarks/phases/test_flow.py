"""Least-cost flow of many cargoes: ours beside HiGHS on the programme over arcs."""

import pytest
from benchmarks.peers.flows import FLOW
from benchmarks.subjects.loads import LOADS, load

SUBJECTS = ["load-small", "load-400"]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_ours_and_the_peers_flow_cost_the_same(hold, subject):
    hold(FLOW, subject)


@pytest.mark.benchmark(max_time=3.0, min_rounds=3)
@pytest.mark.parametrize("by", ["ours", "theirs"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_flow(time_it, subject, by):
    time_it(FLOW, subject, by)


def test_the_same_seed_gives_the_same_load_and_another_another():
    first, again, other = (
        load(20, 8, 0.55),
        load(20, 8, 0.55),
        load(20, 8, 0.55, seed=1),
    )
    assert (first.network.capacity == again.network.capacity).all()
    assert (first.commodities.demand == again.commodities.demand).all()
    assert (first.commodities.demand != other.commodities.demand).all()


@pytest.mark.parametrize(
    ("name", "nodes", "cargoes"),
    [("load-400", 400, 20), ("load-1000", 1000, 100), ("load-5000", 5000, 100)],
)
def test_a_load_is_as_large_as_its_name_says(name, nodes, cargoes):
    network, commodities = LOADS[name]()
    assert (network.n_nodes, commodities.demand.size) == (nodes, cargoes)
