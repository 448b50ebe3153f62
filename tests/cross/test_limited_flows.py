"""Hard limits at constant costs against HiGHS, which solves them as one programme.

With one value of time for all, the equilibrium with limits is the optimum of
``min sum e_k (money_ak / vot) x_ak``, with ``sum e_k x_ak`` up to the room, and its
waits are the duals. Duals are not the only ones where the optimum is degenerate, so
waits are tested by what they must do: strong duality and complementary slackness.
"""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import block_array, csr_array, eye_array, hstack
from scipy.sparse.csgraph import dijkstra
from tests.reference import paths
from tests.reference.equilibrium import (
    lost_at_nodes,
    problem_of,
    random_roads,
    random_wants,
    with_uses,
)

from bereket.solve.equilibrium.problem import with_stay
from bereket.solve.equilibrium.solver import Effort, solve

VALUE = 1e-4  # relative, of the programme's value; the issue asks for it
DUAL = 1e-3  # relative, of the dual value and of complementary slackness; likewise
KEPT = 1e-5  # of a limit: a tenth of what VALUE allows where all of it were missed
EFFORT = Effort(gap=1e-7, violation=KEPT, max_iterations=2000)
NETWORKS = 50
VOT = 2.0
TWO = {"value": (VOT, VOT), "size": (1.0, 3.0)}


def drawn(seed):
    """Draw roads with constant costs and limits that some routing keeps."""
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(4, 9))
    roads = random_roads(rng, n_nodes, int(rng.integers(2, 9)), is_limited=True)
    wants = random_wants(rng, n_nodes, n_kinds=2, n_wants=int(rng.integers(2, 8)))
    indptr = np.searchsorted([r.tail for r in roads], np.arange(n_nodes + 1)).tolist()
    graph = indptr, [road.head for road in roads], rng.random(len(roads)).tolist()
    load = np.zeros(len(roads))
    for want in wants:
        ways = paths.loopless_paths(*graph, want.source, want.target)[:3]
        for _, arcs in ways:
            load[list(arcs)] += TWO["size"][want.kind] * want.demand / len(ways)
    room = load * rng.uniform(1.0, 1.3, load.size) + rng.uniform(0.1, 1.0, load.size)
    is_limited = rng.random(load.size) < 0.7
    limited = [
        type(road)(
            *(road.tail, road.head),
            money=float(rng.integers(1, 20)),
            room=float(room[at]) if is_limited[at] else np.inf,
        )
        for at, road in enumerate(roads)
    ]
    return problem_of(n_nodes, limited, wants, **TWO)


def by_arcs(problem, stay_usd=None):
    """Solve the same on arcs; return the least value, or None where nothing goes."""
    network, rows = problem.network, problem.rows
    n_arcs, n_pairs = problem.n_arcs, problem.n_pairs
    kind, source = problem.kind_of_pair, rows.source[problem.row_of_pair]
    ends = np.concatenate((network.tail, network.head))
    sign = np.repeat([1.0, -1.0], n_arcs)
    arc = np.tile(np.arange(n_arcs), 2)
    balance = csr_array((sign, (ends, arc)), shape=(problem.n_nodes, n_arcs))
    size = network.size[kind]
    cost = [network.size[k] / network.value[k] * network.fixed[k] for k in kind]
    (limited,) = np.nonzero(problem.delays.curve[:n_arcs, 5] < np.inf)
    chosen = eye_array(n_arcs, format="csr")[limited]
    equal = block_array(
        [[balance if a == b else None for b in range(n_pairs)] for a in range(n_pairs)]
    )
    use = hstack([size[pair] * chosen for pair in range(n_pairs)])
    wanted = np.zeros((n_pairs, problem.n_nodes))
    each = np.arange(n_pairs)
    wanted[each, source] += rows.demand
    wanted[each, rows.target] -= rows.demand
    if stay_usd is not None:
        at_source = each * problem.n_nodes + source
        at_target = each * problem.n_nodes + rows.target
        ones = np.repeat([1.0, -1.0], n_pairs)
        where = np.concatenate((at_source, at_target)), np.tile(each, 2)
        stays = csr_array((ones, where), shape=(wanted.size, n_pairs))
        equal = hstack([equal, stays])
        use = hstack([use, csr_array((limited.size, n_pairs))])
        cost.append(size / network.value[kind] * stay_usd)
    found = linprog(
        np.concatenate(cost),
        A_ub=use if limited.size else None,
        b_ub=problem.delays.curve[limited, 5] if limited.size else None,
        A_eq=equal,
        b_eq=wanted.ravel(),
        method="highs",
    )
    assert found.status == 0, found.message
    return float(found.fun)


def dual_value(problem, wait_h, stay_usd=None):
    """Return what the waits prove: no flow can cost less than this."""
    network, rows = problem.network, problem.rows
    room = problem.delays.curve[: problem.n_arcs, 5]
    limited = room < np.inf
    total = -float(wait_h[: problem.n_arcs][limited] @ room[limited])
    for pair in range(problem.n_pairs):
        kind = int(problem.kind_of_pair[pair])
        hours = network.fixed[kind] / network.value[kind] + wait_h[: problem.n_arcs]
        shape = problem.n_nodes, problem.n_nodes
        graph = csr_array((hours, (network.tail, network.head)), shape=shape)
        source = rows.source[problem.row_of_pair[pair]]
        least = dijkstra(graph, indices=source)[rows.target[pair]]
        if stay_usd is not None:
            least = min(least, stay_usd[pair] / network.value[kind])
        total += float(network.size[kind] * rows.demand[pair] * least)
    return total


def compare(problem, stay_usd=None, written=lambda each: each):
    asked = written(problem)
    if stay_usd is not None:
        asked = with_stay(asked, stay_usd, np.zeros(problem.n_pairs))
    found = solve(asked, EFFORT)
    assert found.status == "answered"
    least = by_arcs(problem, stay_usd)
    assert found.objective() == pytest.approx(least, rel=VALUE)
    wait_h = found.wait_h[: problem.n_arcs]
    assert dual_value(problem, wait_h, stay_usd) == pytest.approx(least, rel=DUAL)
    room = problem.delays.curve[:, 5]
    limited = room < np.inf
    over = found.load[: problem.n_arcs][limited] - room[limited]
    assert (over <= KEPT * room[limited] * 1.001).all()
    assert (wait_h >= 0).all()
    assert (wait_h[~limited] == 0).all()
    assert np.abs(wait_h[limited] * over).sum() <= DUAL * least
    assert (
        np.abs(lost_at_nodes(asked, found)).max() <= 1e-12 * problem.rows.demand.sum()
    )
    return found


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_the_value_is_that_of_highs_where_all_must_go(seed):
    compare(drawn(seed))


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_the_value_is_that_of_highs_where_some_may_stay(seed):
    problem = drawn(seed)
    rng = np.random.default_rng(seed)
    stay_usd = rng.integers(5, 60, problem.n_pairs).astype(float)
    compare(problem, stay_usd)


@pytest.mark.parametrize("seed", range(0, NETWORKS, 5))
def test_the_value_is_that_of_highs_where_roads_are_written_by_uses(seed):
    compare(drawn(seed), np.full(drawn(seed).n_pairs, 30.0), with_uses)


def test_limits_bind_and_some_stay_in_what_is_drawn():
    """Cases in which nothing is short would prove nothing."""
    binding, staying = 0, 0
    for seed in range(NETWORKS):
        problem = drawn(seed)
        found = solve(problem, EFFORT)
        binding += bool((found.wait_h > 0.1).any())
        stay = with_stay(
            problem, np.full(problem.n_pairs, 30.0), np.zeros(problem.n_pairs)
        )
        paths_ = solve(stay, EFFORT).paths()
        staying += bool(paths_.stays.any())
    assert binding > NETWORKS / 2
    assert staying > NETWORKS / 5
