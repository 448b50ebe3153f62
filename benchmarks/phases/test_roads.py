"""Generated roads: of the size told, nobody cut off, the same each time."""

import sys
from dataclasses import fields

import numpy as np
import pytest
from benchmarks.peers import equilibrium
from benchmarks.subjects.roads import ROADS, city
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

SIZES = {  # zones, nodes, links, pairs with demand
    "roads-small": (24, 100, 352, 528),
    "roads-chicago": (387, 933, 2_950, 93_135),
    "roads-austin": (1_117, 7_388, 18_710, 561_000),
    "roads-large": (1_500, 13_400, 40_000, 900_000),
}
SMALL = (24, 100, 352)


@pytest.mark.parametrize("name", ROADS)
def test_it_has_as_many_zones_nodes_links_pairs_as_told(name):
    case = ROADS[name]()
    n_pairs = np.count_nonzero(case.demand)
    assert (case.n_zones, case.n_nodes, case.n_links, n_pairs) == SIZES[name]
    assert case.demand.shape == (case.n_zones, case.n_zones)
    assert not case.demand.diagonal().any()
    for values in (case.free_time, case.capacity, case.b, case.power):
        assert values.shape == (case.n_links,)
        assert values.min() > 0


@pytest.mark.parametrize("name", ROADS)
def test_no_two_links_join_the_same_nodes_the_same_way(name):
    case = ROADS[name]()
    assert len({*zip(case.tail.tolist(), case.head.tolist(), strict=True)}) == (
        case.n_links
    )
    assert (case.tail != case.head).all()


@pytest.mark.parametrize("name", ROADS)
def test_every_pair_has_a_way_that_goes_through_no_zone(name):
    case = ROADS[name]()
    first, n_nodes = case.first_through, case.n_nodes
    assert first == case.n_zones
    is_street = (case.tail >= first) & (case.head >= first)
    ends = case.tail[is_street], case.head[is_street]
    roads = csr_array((np.ones(is_street.sum()), ends), shape=(n_nodes, n_nodes))
    n_parts, _ = connected_components(roads, directed=True, connection="strong")
    assert n_parts == 1 + case.n_zones  # each zone alone, all crossings together
    for end, other in ((case.tail, case.head), (case.head, case.tail)):
        zone = np.sort(end[end < first])
        assert zone.tolist() == list(range(case.n_zones))
        assert (other[end < first] >= first).all()


def test_the_same_seed_gives_the_same_roads_and_another_gives_others():
    one, same, other = (
        city(*SMALL, n_pairs=528, trips=1.0, seed=seed) for seed in (1, 1, 2)
    )
    for field in fields(one):
        assert np.array_equal(getattr(one, field.name), getattr(same, field.name))
    assert not np.array_equal(one.demand, other.demand)


def test_traffic_adds_up_to_the_trips_told():
    case = city(*SMALL, n_pairs=100, trips=1_234.0)
    assert case.demand.sum() == pytest.approx(1_234.0)


def test_a_peer_that_is_not_there_is_said(monkeypatch):
    monkeypatch.delenv(equilibrium.NAMED_BY, raising=False)
    with pytest.raises(FileNotFoundError, match="BEREKET_AEQUILIBRAE"):
        equilibrium.aequilibrae(ROADS["roads-small"](), 1e-4)


STUB = """
import json, sys
import numpy as np

with np.load(sys.argv[1]) as case:
    np.savez(sys.argv[2], flow=case["capacity"])
print("a greeting")
print(json.dumps({"worst_balance": WORST, "asked": sys.argv[3:5]}))
"""


@pytest.fixture
def stub(tmp_path, monkeypatch):
    """Put a script in the peer's place that tells how well a node is balanced."""

    def put(worst_balance):
        path = tmp_path / "stub.py"
        path.write_text(STUB.replace("WORST", str(worst_balance)), "utf-8")
        monkeypatch.setattr(equilibrium, "SCRIPT", path)
        monkeypatch.setenv(equilibrium.NAMED_BY, sys.executable)

    return put


def test_the_peer_gets_the_case_and_its_flows_come_back(stub):
    stub(worst_balance=0.0)
    case = ROADS["roads-small"]()
    answer = equilibrium.aequilibrae(case, 1e-4)
    assert np.array_equal(answer["flow"], case.capacity)
    assert answer["asked"] == ["--gap", "0.0001"]


def test_a_peer_that_loses_cars_is_no_peer(stub):
    stub(worst_balance=1.0)
    with pytest.raises(AssertionError):
        equilibrium.aequilibrae(ROADS["roads-small"](), 1e-4)
