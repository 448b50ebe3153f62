"""Equilibria of the literature: numbers that others published, or added up by hand.

Sioux Falls and Anaheim are those of github.com/bstabler/TransportationNetworks, whose
README states the objectives; flows are those of its files of best known flows.
"""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from tests.reference.equilibrium import (
    Road,
    Want,
    flows_by_class,
    problem_of,
    with_uses,
)

from bereket.analysis.assign import AssignParams, assign_roads
from bereket.io.tntp import RoadNetwork, read_tntp, read_trips
from bereket.solve.equilibrium.solver import Effort, solve

ASKED = 1e-10  # relative gap that must be reached
GAP = 1e-12  # flows follow the root of it: at 1e-10 one of Anaheim's may miss by 1.4e-4
EXACT = 1e-9  # relative, of objectives: ten times what a gap of 1e-10 could leave
FLOWS = (
    1e-4  # each link's flow by which it may miss that of the file, as a share of it;
)
LEAST = 1.0  # of links with less than one car a share of one car
HAND = 1e-6  # relative: flows are known to about the root of the gap
PARAMS = AssignParams(gap=GAP)
PUBLISHED = {"SiouxFalls": 4231335.28710744, "Anaheim": 1286032.17109603}


@pytest.fixture(scope="module")
def solved(shared):
    """Return the published networks solved, by name."""

    def solve_named(folder, name):
        roads = read_tntp(shared / "data/answers/tntp" / folder / f"{name}_net.tntp")
        path = shared / "data/answers/tntp" / folder / f"{name}_trips.tntp"
        return roads, read_trips(path, roads.n_zones)

    return {
        name: (*files, assign_roads(*files, PARAMS))
        for name, files in {
            "Braess": solve_named("Braess-Example", "Braess"),
            "SiouxFalls": solve_named("SiouxFalls", "SiouxFalls"),
            "Anaheim": solve_named("Anaheim", "Anaheim"),
        }.items()
    }


def published_flows(shared, name):
    """Return flow and cost by ends of the published file of a network."""
    text = (shared / f"data/answers/tntp/{name}/{name}_flow.tntp").read_text()
    rows = [line.split() for line in text.splitlines()]
    rows = [row for row in rows if len(row) >= 4 and row[0].isdigit()]
    return {(row[0], row[1]): (float(row[2]), float(row[3])) for row in rows}


def near(value, rel=HAND):
    return pytest.approx(value, rel=rel, abs=rel)


# --- Pigou --------------------------------------------------------------------------


def pigou(objective, gap=1e-12):
    """One road takes an hour at any load, the other as many hours as there are cars."""
    one = np.ones(2)
    roads = RoadNetwork(
        *("pigou", 2, 2, 1),
        *(np.ones(2, dtype=np.int32), np.full(2, 2, dtype=np.int32)),
        *(one, 0 * one, np.array([1.0, 1e-9]), np.array([0.0, 1e9]), one, 0 * one),
    )
    trips = np.array([[0.0, 1.0], [0.0, 0.0]])
    return assign_roads(roads, trips, AssignParams(objective=objective, gap=gap))


def test_pigou_all_take_the_road_that_slows():
    found = pigou("equilibrium")
    assert [each.flow for each in found.flows] == near([0.0, 1.0])
    assert [each.cost for each in found.flows] == near([1.0, 1.0])
    assert found.objective == near(0.5)  # the integral of x from 0 to 1
    assert found.total_cost == near(1.0)


def test_pigou_it_is_best_for_all_that_half_take_either():
    found = pigou("system")
    assert [each.flow for each in found.flows] == near([0.5, 0.5])
    assert found.objective == near(0.75)


def test_pigou_selfishness_costs_a_third():
    paid = pigou("equilibrium").total_cost
    assert paid / pigou("system").objective == near(4 / 3)


def test_pigou_costs_of_the_best_for_all_are_what_cars_spend_and_not_marginal():
    found = pigou("system")
    assert [each.cost for each in found.flows] == near([1.0, 0.5])
    assert found.total_cost == near(0.75)
    assert found.skims[0].time_h == near(0.75)


# --- Braess -------------------------------------------------------------------------

# Six cars from 0 to 3: by 1 or 2, 10 x and 50 + x; the bridge from 1 to 2 takes 10 + x.
BRAESS = [
    Road(0, 1, 0.0, 10.0),
    Road(0, 2, 50.0, 1.0),
    Road(1, 2, 10.0, 1.0),
    Road(1, 3, 50.0, 1.0),
    Road(2, 3, 0.0, 10.0),
]
SIX = [Want(0, 3, 6.0)]


@pytest.mark.parametrize("written", [lambda p: p, with_uses], ids=["plain", "by uses"])
def test_braess_two_take_each_way_and_all_take_92(written):
    found = solve(written(problem_of(4, BRAESS, SIX)), Effort(gap=1e-12))
    assert found.load == near([4.0, 2.0, 2.0, 2.0, 4.0])
    assert found.objective() == near(386.0, EXACT)
    paths = found.paths()
    assert paths.flow == near([2.0, 2.0, 2.0])
    assert paths.sums_of(found.delay_h[paths.arc]) == near([92.0] * 3)


def test_braess_without_the_bridge_all_take_83():
    roads = [road for road in BRAESS if (road.tail, road.head) != (1, 2)]
    found = solve(problem_of(4, roads, SIX), Effort(gap=1e-12))
    paths = found.paths()
    assert paths.flow == near([3.0, 3.0])
    assert paths.sums_of(found.delay_h[paths.arc]) == near([83.0] * 2)


def test_braess_it_is_best_for_all_to_leave_the_bridge_empty():
    # marginal by the bridge 60 + 10 + 60 = 130, by the other ways 60 + 56 = 116
    found = solve(problem_of(4, BRAESS, SIX, is_system=True), Effort(gap=1e-12))
    assert found.load == near([3.0, 3.0, 0.0, 3.0, 3.0])
    assert found.objective() == near(6 * 83.0)


def test_braess_of_the_file_has_its_published_answer(solved):
    _, _, found = solved["Braess"]
    assert found.objective == near(
        386.0, EXACT
    )  # its free times of 1e-8 are 8e-8 of it
    assert found.skims[0].time_h == near(92.0)
    flows = {(each.tail, each.head): each.flow for each in found.flows}
    by_hand = {"13": 4, "14": 2, "32": 2, "34": 2, "42": 4}
    assert flows == {tuple(ends): near(flow) for ends, flow in by_hand.items()}


# --- Sioux Falls, Anaheim -------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_objective_is_the_one_published(solved, name):
    _, trips, found = solved[name]
    assert found.status == "answered"
    assert 0 <= found.relative_gap <= GAP
    rough = assign_roads(*solved[name][:2], AssignParams(gap=ASKED))
    assert 0 <= rough.relative_gap <= ASKED
    assert rough.objective == pytest.approx(PUBLISHED[name], rel=EXACT)
    assert found.objective == pytest.approx(PUBLISHED[name], rel=EXACT)
    assert found.unserved == ()
    assert found.demand_per_year == pytest.approx(trips.sum() - trips.trace())


@pytest.mark.parametrize("name", PUBLISHED)
def test_flows_are_those_published(shared, solved, name):
    _, _, found = solved[name]
    told = published_flows(shared, name)
    assert {(each.tail, each.head) for each in found.flows} == set(told)
    for each in found.flows:
        flow, cost = told[each.tail, each.head]
        assert abs(each.flow - flow) <= FLOWS * max(flow, LEAST)
        assert each.cost == pytest.approx(cost, rel=1e-6)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_total_is_the_sum_over_links_published(shared, solved, name):
    _, _, found = solved[name]
    told = published_flows(shared, name).values()
    total = sum(flow * cost for flow, cost in told)
    assert found.total_cost == pytest.approx(total, rel=1e-7)


@pytest.mark.parametrize("name", ["Braess", "SiouxFalls", "Anaheim"])
def test_what_comes_to_a_node_leaves_it(solved, name):
    roads, trips, found = solved[name]
    flow = np.array([each.flow for each in found.flows])
    balance = np.zeros(roads.n_nodes)
    np.add.at(balance, roads.tail - 1, flow)
    np.add.at(balance, roads.head - 1, -flow)
    zones = slice(roads.n_zones)
    balance[zones] -= trips.sum(axis=1) - trips.sum(axis=0)
    assert np.abs(balance).max() <= 1e-12 * trips.sum()


def test_nothing_passes_a_zone_of_anaheim(solved):
    roads, trips, found = solved["Anaheim"]
    assert roads.first_through == 39
    for zone in range(roads.n_zones):
        out = sum(each.flow for each in found.flows if each.tail == str(zone + 1))
        goes = trips[zone].sum() - trips[zone, zone]
        assert out == pytest.approx(goes, rel=1e-12)


def test_the_best_for_all_of_sioux_falls_has_even_marginal_times(solved):
    """Ways by scipy at ``t + v t'`` of the flows: none is cheaper than those in use."""
    roads, trips, selfish = solved["SiouxFalls"]
    best = assign_roads(roads, trips, AssignParams(objective="system", gap=GAP))
    flow = np.array([each.flow for each in best.flows])
    slowed = roads.free_time * roads.b * (flow / roads.capacity) ** roads.power
    marginal = roads.free_time + (1 + roads.power) * slowed
    ends = roads.tail - 1, roads.head - 1
    least = dijkstra(csr_array((marginal, ends), shape=(24, 24)))
    assert flow @ marginal == pytest.approx((trips * least).sum(), rel=2 * ASKED)
    assert best.objective == pytest.approx(flow @ (roads.free_time + slowed), rel=1e-12)
    assert best.objective < selfish.total_cost


# --- two classes ----------------------------------------------------------------------

VALUE, SIZE = (1.0, 3.0), (1.0, 4.0)
TWO_ROADS = [  # 1 + u/10 with a toll of 0.8, and 2 + u/10
    Road(0, 1, 1.0, 0.1, money=0.8),
    Road(0, 1, 2.0, 0.1),
]


def two_classes(first, second):
    wants = [Want(0, 1, first), Want(0, 1, second, kind=1)]
    problem = problem_of(2, TWO_ROADS, wants, VALUE, SIZE)
    return [
        (each, solve(each, Effort(gap=1e-13))) for each in (problem, with_uses(problem))
    ]


def test_the_class_whose_time_is_cheap_splits_where_the_toll_buys_it_0_8_h():
    """Six of class 1, one of class 2; class 1 is on both roads, class 2 pays.

    Class 1 is even where t_B - t_A = 0.8 / 1, class 2 where it is 0.8 / 3; at 0.8 all
    of class 2 pays. With x of class 1 on A, u_A = x + 4 and u_B = 6 - x:

        2 + (6 - x)/10 - 1 - (x + 4)/10 = 0.8, so x = 2, u_A = 6, u_B = 4,
        t_A = 1.6, t_B = 2.4.

    Objective: 6 + 36/20 + 8 + 16/20 + 1 · 0.8/1 · 2 + 4 · 0.8/3 · 1 = 18.2 + 16/15.
    """
    for problem, found in two_classes(6.0, 1.0):
        assert flows_by_class(problem, found) == near(np.array([[2, 4], [1, 0]]))
        assert found.load == near([6.0, 4.0])
        assert found.delay_h == near([1.6, 2.4])
        assert found.objective() == near(18.2 + 16 / 15, EXACT)


def test_the_class_whose_time_is_dear_splits_where_the_toll_buys_it_a_third_of_that():
    """Six of class 1, four of class 2; class 2 is on both roads, class 1 never pays.

    With x of class 2 on A, u_A = 4 x and u_B = 6 + 4 (4 - x):

        2 + (22 - 4 x)/10 - 1 - 4 x/10 = 0.8/3, so x = 11/3, u_A = 44/3, u_B = 22/3,
        t_A = 37/15, t_B = 41/15.

    Objective: 44/3 + (44/3)²/20 + 2 · 22/3 + (22/3)²/20 + 4 · 0.8/3 · 11/3. Without the
    4 in the last term class 2 would be at t_B - t_A = 0.2/3, and not even.
    """
    money = 4 * 0.8 / 3 * 11 / 3
    areas = 44 / 3 + (44 / 3) ** 2 / 20 + 44 / 3 + (22 / 3) ** 2 / 20
    for problem, found in two_classes(6.0, 4.0):
        by_hand = np.array([[0, 6], [11 / 3, 1 / 3]])
        assert flows_by_class(problem, found) == near(by_hand)
        assert found.load == near([44 / 3, 22 / 3])
        assert found.delay_h == near([37 / 15, 41 / 15])
        assert found.objective() == near(areas + money, EXACT)
