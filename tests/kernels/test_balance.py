"""Paths in a pool and flow shifted between them, compiled and as written."""

import numpy as np
import pytest

from bereket.kernels import balance, pool
from bereket.kernels.heap import allocate_heap

KERNELS = (
    *(pool.path_cost, pool.add_costs, pool.add_paths, pool.append),
    *(pool.note_watched, pool.add_loads),
    *(balance.balance, balance.shift, balance.differ),
    *(balance.gain_after, balance.length_of_shift),
)

# From 0 to 1 by arc 0 at 1, arc 1 at 3, arc 2 at 10; arc 3 leads back.
INDPTR = np.array([0, 3, 4])
HEAD = np.array([1, 1, 1, 0], dtype=np.int32)
TAIL = np.array([0, 0, 0, 1], dtype=np.int32)
COST = np.array([1.0, 3.0, 10.0, 1.0])
NEAR = 1e-2  # of tolls: a shift ends when a thousandth of the difference is left


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def form(request, monkeypatch):
    """Run the kernels compiled, or as written; the plain ones call one another."""
    if request.param == "plain":
        for kernel in KERNELS:
            name = kernel.py_func.__name__
            for module in (pool, balance):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, kernel.py_func)
    return request.param


def searched(toll, held, left_cost=50.0):
    """Add the cheapest path from 0 to 1 to a pool; return the status and its cost."""
    least = np.empty(1)
    status = pool.add_paths(
        *(INDPTR, HEAD, TAIL, COST, toll, COST + toll, 0, 0, 1),
        *(np.array([1], dtype=np.int32), np.array([left_cost])),
        *(np.empty(2), np.empty(2, dtype=np.int32)),
        *allocate_heap(2),
        *(least, held),
    )
    return status, float(least[0])


def arcs_of(room, stiffness=1.0):
    return balance.Arcs(
        np.array(room), np.full(4, stiffness), *(np.zeros(4) for _ in range(3))
    )


def with_three_paths(watched):
    held = pool.allocate_pool(1, 4, 8)
    for toll in ([0, 0, 0, 0], [5, 0, 0, 0], [50, 50, 0, 0]):
        assert searched(np.array(toll, dtype=float), held)[0] == pool.OK
        pool.note_watched(held, np.ones(4, dtype=bool), 0)
    pool.note_watched(held, np.array(watched), 0)
    assert held.n_paths[0] == 3
    return held


def test_a_path_is_added_once():
    held = pool.allocate_pool(1, 4, 8)
    assert [searched(np.zeros(4), held) for _ in range(2)] == [(pool.OK, 1.0)] * 2
    assert held.n_paths[0] == 1
    assert held.arc[:1].tolist() == [0]


def test_a_path_as_dear_as_to_be_left_is_not_added():
    held = pool.allocate_pool(1, 4, 8)
    assert searched(np.zeros(4), held, left_cost=1.0) == (pool.OK, 1.0)
    assert held.n_paths[0] == 0


def test_a_full_pool_says_so_and_holds_what_it_held():
    held = pool.allocate_pool(1, 1, 8)
    assert searched(np.zeros(4), held)[0] == pool.OK
    pool.note_watched(held, np.ones(4, dtype=bool), 0)
    assert searched(np.array([5.0, 0, 0, 0]), held)[0] == pool.POOL_FULL
    assert held.n_paths[0] == 1


def test_costs_of_paths_hold_the_tolls_of_watched_arcs_only():
    held = with_three_paths([True, False, True, True])
    out = np.empty(3)
    pool.add_costs(held, np.array([7.0, 7.0, 7.0, 7.0]), out)
    assert out.tolist() == [1 + 7, 3, 10 + 7]


def test_loads_are_the_sums_of_flows():
    held = with_three_paths([True] * 4)
    held.flow[:3] = [1.0, 2.0, 0.5]
    load = np.full(4, 9.0)
    pool.add_loads(held, load)
    assert load.tolist() == [1.0, 2.0, 0.5, 0.0]


def test_flow_is_shifted_until_all_used_ways_cost_the_same():
    # 10 units; arcs 0 and 1 have room for 2 and 1, a unit beyond costs 1 more.
    # x0 - 2 + 1 = x1 - 1 + 3 and x0 + x1 = 10: x0 = 6.5, x1 = 3.5, both cost 5.5.
    held = with_three_paths([True] * 4)
    arcs = arcs_of([2.0, 1.0, np.inf, np.inf])
    left, left_cost = np.array([10.0]), np.array([50.0])
    scratch = balance.allocate_scratch(4)
    call = held, arcs, left, left_cost, 0, 1, scratch
    assert balance.balance(*call) == 10 * (
        50 - 1
    )  # all was left, at 50, one way costs 1
    for _ in range(30):
        balance.balance(*call)
    assert left[0] == 0.0
    np.testing.assert_allclose(arcs.load, [6.5, 3.5, 0.0, 0.0], atol=NEAR)
    np.testing.assert_allclose(arcs.toll, [4.5, 2.5, 0.0, 0.0], atol=NEAR)
    np.testing.assert_allclose(held.flow[:3], arcs.load[:3])


def test_what_costs_more_to_send_than_to_leave_is_left():
    # One way at 1 with room for 2; what is left costs 4: x0 - 2 + 1 = 4, so 5 go.
    held = pool.allocate_pool(1, 4, 8)
    searched(np.zeros(4), held)
    pool.note_watched(held, np.ones(4, dtype=bool), 0)
    arcs = arcs_of([2.0, 1.0, np.inf, np.inf])
    left = np.array([10.0])
    scratch = balance.allocate_scratch(4)
    for _ in range(5):
        balance.balance(held, arcs, left, np.array([4.0]), 0, 1, scratch)
    assert left[0] == pytest.approx(5.0, abs=NEAR)
    held.flow[0], left[0], arcs.load[0], arcs.toll[0] = 9.0, 1.0, 9.0, 7.0
    for _ in range(5):
        balance.balance(held, arcs, left, np.array([4.0]), 0, 1, scratch)
    assert left[0] == pytest.approx(5.0, abs=NEAR)  # from the other side too


def test_kernels_were_compiled(form):
    made = [hasattr(each, "signatures") for each in (pool.add_paths, balance.balance)]
    assert made == [form != "plain"] * 2
    if form != "plain":
        assert all(each.signatures for each in (pool.add_paths, balance.balance))
