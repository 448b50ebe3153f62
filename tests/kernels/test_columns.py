"""Paths in a pool, their flows and what they load, compiled and as written."""

import numpy as np
import pytest
from tests.reference.equilibrium import Want, plain_network, rows_of

from bereket.kernels import columns
from bereket.kernels.columns import N_ARCS, N_PATHS, N_USES, NONE, allocate_columns

KERNELS = (
    *(columns.fits, columns.append_row, columns.hours_on, columns.add_loads),
    *(columns.reprice, columns.keep_used, columns.used_size),
)

# 0 to 3: by arcs 0 and 2 through node 1, by arcs 1 and 3 through node 2; arc 4 direct.
ARCS = ((0, 1), (0, 2), (0, 3), (1, 3), (2, 3))
BY_1, BY_2, DIRECT = (0, 3), (1, 4), (2,)
MONEY = [[1.0, 2.0, 50.0, 10.0, 20.0], [3.0, 4.0, 60.0, 30.0, 40.0]]
WANTS = (Want(0, 1, 0.0), Want(0, 3, 8.0), Want(0, 3, 5.0, kind=1))
TO_3, OTHER_TO_3 = 1, 2  # pairs


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def form(request, monkeypatch):
    """Run the kernels compiled, or as written."""
    if request.param == "plain":
        for kernel in KERNELS:
            monkeypatch.setattr(columns, kernel.py_func.__name__, kernel.py_func)
    return request.param


def plain():
    tail, head = zip(*ARCS, strict=True)
    return plain_network(4, tail, head, MONEY, value=[1.0, 2.0], size=[1.0, 4.0])


def shared():
    """Return the network where arcs 3 and 4 take one resource; arc 1 takes two.

    Resources: 0 of arc 0; 1 and 2 of arc 1; 3 of arcs 3 and 4. Arc 2 takes none.
    """
    return plain()._replace(
        is_plain=False,
        group=np.array([0, 1], dtype=np.int32),
        use_indptr=np.array([0, 1, 3, 3, 4, 5], dtype=np.int64),
        resource=np.array([0, 1, 2, 3, 3], dtype=np.int32),
        share=np.array([[1.0, 0.5, 2.0, 1.0, 1.0], [1.0] * 5]),
        taken=np.array([[1.0, 0.5, 2.0, 3.0, 0.25], [10.0] * 5]),
    )


def pred_of(network, arcs):
    pred = np.full(4, NONE, dtype=np.int32)
    for arc in arcs:
        pred[network.head[arc]] = arc
    return pred


def pool_of(network, *added, room=(16, 64, 64)):
    """Return a pool to which paths were added: (row, arcs, share of demand)."""
    rows = rows_of(WANTS)
    pool = allocate_columns(len(WANTS), *room, is_plain=network.is_plain)
    for row, arcs, share in added:
        new_length = np.zeros(len(WANTS), dtype=np.int32)
        new_length[(TO_3, OTHER_TO_3)[row]] = len(arcs)
        pred = pred_of(network, arcs)
        columns.append_row(network, rows, pool, row, pred, new_length, share)
    return rows, pool


def chain(pool, pair):
    """Return arcs in order, and flow, of each path of a pair; the last added first."""
    found, path = [], int(pool.first[pair])
    while path != NONE:
        slots = slice(pool.start[path], pool.start[path] + pool.length[path])
        found.append((tuple(pool.arc[slots].tolist()[::-1]), float(pool.flow[path])))
        path = int(pool.follows[path])
    return found


@pytest.mark.parametrize("network", [plain(), shared()], ids=["plain", "shared"])
def test_paths_of_a_pair_are_a_chain_with_their_arcs_and_money(network):
    _, pool = pool_of(network, (0, BY_1, 1.0), (1, BY_2, 0.5), (0, BY_2, 0.25))
    assert chain(pool, TO_3) == [(BY_2, 2.0), (BY_1, 8.0)]
    assert chain(pool, OTHER_TO_3) == [(BY_2, 2.5)]
    assert chain(pool, 0) == []
    assert pool.fixed[:3].tolist() == [1 + 10, 4 + 40, 2 + 20]
    assert pool.filled[N_PATHS] == 3
    assert pool.filled[N_ARCS] == 6


def test_uses_of_a_path_are_those_of_its_arcs():
    _, pool = pool_of(shared(), (0, DIRECT, 0.0), (0, BY_2, 0.0), (1, BY_1, 0.0))
    slots = [slice(b, b + n) for b, n in zip(pool.use_start, pool.use_length, strict=1)]
    assert [sorted(pool.use[slot].tolist()) for slot in slots[:3]] == [
        [],
        [1, 2, 4],
        [0, 3],
    ]
    assert pool.filled[N_USES] == 5


def test_a_pool_says_what_it_has_room_for():
    _, pool = pool_of(plain(), (0, BY_1, 1.0), room=(2, 5, 0))
    assert columns.fits(pool, 1, 3, 0)
    assert not columns.fits(pool, 2, 3, 0)
    assert not columns.fits(pool, 1, 4, 0)


def test_hours_are_the_sum_of_delays_felt():
    delay_h = np.array([1.0, 10.0, 100.0, 1000.0, 10_000.0])
    for network, path, group, told in (
        (plain(), BY_2, 0, 10 + 10_000),
        (shared(), BY_2, 0, 0.5 * 10 + 2 * 100 + 1000),
        (shared(), BY_2, 1, 10 + 100 + 1000),
        (shared(), DIRECT, 0, 0),
    ):
        _, pool = pool_of(network, (0, path, 1.0))
        span = int(pool.use_start[0]), int(pool.use_start[0] + pool.use_length[0])
        about = network.is_plain, network.resource, network.share, group
        assert columns.hours_on(pool.use, *span, delay_h, *about) == told


def test_loads_are_background_and_the_sum_over_paths_by_size():
    added = ((0, BY_1, 0.75), (0, BY_2, 0.25), (1, BY_2, 1.0))  # 6, 2 and 5 t
    background = np.array([100.0, 0.0, 0.0, 0.0, 0.0])
    load = np.empty(5)
    rows, pool = pool_of(plain(), *added)
    columns.add_loads(plain(), rows, pool, background, load)
    assert load.tolist() == [106, 2 + 4 * 5, 0, 6, 2 + 4 * 5]
    rows, pool = pool_of(shared(), *added)
    columns.add_loads(shared(), rows, pool, background[:4], load[:4])
    of_other = 4 * 5 * 10.0
    by_hand = [106, 0.5 * 2 + of_other, 2 * 2 + of_other, 3 * 6 + 0.25 * 2 + of_other]
    assert load[:4].tolist() == by_hand


def test_flow_of_a_path_that_is_shut_goes_to_one_that_is_not():
    network = plain()
    rows, pool = pool_of(network, (0, BY_1, 0.75), (0, BY_2, 0.25), (1, BY_2, 1.0))
    fixed = network.fixed.copy()
    fixed[0, 0], fixed[0, 1] = np.inf, 7.0  # shut to the first class alone, and dearer
    before = np.empty(len(WANTS))
    assert columns.reprice(network._replace(fixed=fixed), rows, pool, before) == 0
    assert chain(pool, TO_3) == [(BY_2, 8.0), (BY_1, 0.0)]
    assert chain(pool, OTHER_TO_3) == [(BY_2, 5.0)]
    assert pool.fixed[:3].tolist() == [np.inf, 7 + 20, 4 + 40]
    assert before.tolist() == [0.0, 8.0, 5.0]


def test_flows_are_scaled_to_new_demand():
    rows, pool = pool_of(plain(), (0, BY_1, 0.75), (0, BY_2, 0.25), (1, BY_2, 0.0))
    rows = rows._replace(demand=np.array([0.0, 16.0, 3.0]))
    assert columns.reprice(plain(), rows, pool, np.empty(len(WANTS))) == 0
    assert chain(pool, TO_3) == [(BY_2, 4.0), (BY_1, 12.0)]
    assert chain(pool, OTHER_TO_3) == [(BY_2, 3.0)]  # had none before: all of it


def test_pairs_with_demand_and_no_open_path_are_counted():
    network = plain()
    rows, pool = pool_of(network, (0, BY_1, 1.0))
    fixed = network.fixed.copy()
    fixed[:, 3] = np.inf
    lost = columns.reprice(
        network._replace(fixed=fixed), rows, pool, np.empty(len(WANTS))
    )
    assert lost == 2  # one whose path is shut, one that never had a path; not the empty


@pytest.mark.parametrize("network", [plain(), shared()], ids=["plain", "shared"])
def test_paths_without_flow_are_not_kept(network):
    _, pool = pool_of(
        network,
        *((0, BY_1, 0.5), (0, DIRECT, 0.0), (0, BY_2, 0.5)),
        *((1, DIRECT, 1.0), (1, BY_2, 0.0)),
    )
    pool.use[pool.filled[N_USES] :] = 0  # so that what is past the end is no use
    n_uses = 5
    size = np.empty(3, dtype=np.int64)
    columns.used_size(pool, n_uses, size)
    tidy = allocate_columns(
        len(WANTS), *np.maximum(size, 1).tolist(), is_plain=network.is_plain
    )
    columns.keep_used(pool, tidy, network.is_plain, n_uses)
    assert tidy.filled.tolist() == size.tolist()
    assert size[:2].tolist() == [3, 5]
    assert chain(tidy, 0) == []
    assert chain(tidy, TO_3) == [(BY_2, 4.0), (BY_1, 4.0)]
    assert chain(tidy, OTHER_TO_3) == [(DIRECT, 5.0)]
    assert tidy.fixed[:3].tolist() == [22.0, 11.0, 60.0]


def test_a_path_of_staying_is_kept_without_flow():
    _, pool = pool_of(shared(), (0, BY_1, 1.0))
    stay = int(pool.filled[N_PATHS])
    pool.first[OTHER_TO_3] = stay
    pool.follows[stay], pool.flow[stay], pool.fixed[stay] = NONE, 0.0, 0.0
    pool.start[stay] = pool.length[stay] = 0
    pool.use_start[stay], pool.use_length[stay] = pool.filled[N_USES], 1
    pool.use[pool.filled[N_USES]] = 5  # a use beyond those of arcs
    pool.filled[:] += 1, 0, 1
    tidy = allocate_columns(len(WANTS), 4, 8, 8, is_plain=False)
    columns.keep_used(pool, tidy, False, 5)  # noqa: FBT003
    assert chain(tidy, OTHER_TO_3) == [((), 0.0)]
    assert tidy.use[tidy.use_start[tidy.first[OTHER_TO_3]]] == 5


def test_kernels_were_compiled(form):
    made = [hasattr(each, "signatures") for each in (columns.append_row, columns.fits)]
    assert made == [form != "plain"] * 2
    if form != "plain":
        pool_of(plain(), (0, BY_1, 1.0))
        assert columns.append_row.signatures
