"""Chains of links: what one walks, in which order; compiled and as written."""

import numpy as np
import pytest
from hypothesis import given
from tests.compiled.rail_networks import network, networks_with_stations
from tests.reference.contraction import contracted

from bereket.kernels import contraction

HERE = (0.0, 0.0, "KAZ")


@pytest.fixture(params=["compiled", "plain"], scope="module")
def walk(request):
    kernel = contraction.walk_chains
    run = kernel if request.param == "compiled" else kernel.py_func

    def chains(rail, is_kept):
        """Return (start, end, links in order) of every chain, and the nodes kept."""
        ends = [
            (node, link, far)
            for link in range(rail.n_links)
            for node, far in (
                (rail.start_idx[link], rail.end_idx[link]),
                (rail.end_idx[link], rail.start_idx[link]),
            )
        ]
        ends.sort(key=lambda end: end[:2])
        counts = np.bincount([end[0] for end in ends] or [0], minlength=rail.n_nodes)
        if not ends:
            counts[:] = 0
        indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        link_at = np.array([end[1] for end in ends], dtype=np.int32)
        far_end = np.array([end[2] for end in ends], dtype=np.int32)
        n = rail.n_links
        start, end, order = (np.full(n, -7, dtype=np.int32) for _ in range(3))
        bounds, walked = np.full(n + 1, -7, dtype=np.int64), np.zeros(n, dtype=bool)
        kept = is_kept.copy()
        found = run(indptr, link_at, far_end, kept, start, end, bounds, order, walked)
        assert walked.all()
        links = [order[bounds[at] : bounds[at + 1]].tolist() for at in range(found)]
        ends = zip(start[:found].tolist(), end[:found].tolist(), links, strict=True)
        return list(ends), kept

    return chains


def test_kernels_are_compiled(walk):
    walk(network({"A": HERE, "B": HERE}, [("A", "B", 1)]), np.ones(2, dtype=bool))
    assert contraction.walk_chains.signatures


def test_a_line_is_one_chain_in_the_order_of_its_links(walk):
    rail = network(
        dict.fromkeys("ABCD", HERE), [("C", "B", 2), ("A", "B", 1), ("C", "D", 3)]
    )
    chains, _ = walk(rail, np.array([True, False, False, True]))
    assert chains == [(0, 3, [1, 0, 2])]


def test_parallel_links_stay_two_chains(walk):
    rail = network(dict.fromkeys("AB", HERE), [("A", "B", 2), ("B", "A", 5)])
    chains, _ = walk(rail, np.array([True, True]))
    assert chains == [(0, 1, [0]), (0, 1, [1])]


def test_a_ring_without_a_kept_node_begins_at_its_lowest(walk):
    rail = network(
        dict.fromkeys("ABC", HERE), [("B", "C", 1), ("C", "A", 1), ("A", "B", 1)]
    )
    chains, kept = walk(rail, np.zeros(3, dtype=bool))
    assert chains == [(0, 0, [1, 0, 2])]
    assert kept.tolist() == [True, False, False]


@given(drawn=networks_with_stations())
def test_chains_are_those_of_the_plain_twin(walk, drawn):
    rail, stations = drawn
    kept = stations | (rail.degree != 2)
    chains, _ = walk(rail, kept)
    ends = zip(rail.start_idx.tolist(), rail.end_idx.tolist(), strict=True)
    twin = contracted(dict(enumerate(ends)), np.nonzero(kept)[0].tolist())
    ours = {frozenset(links): tuple(sorted(pair)) for *pair, links in chains}
    assert ours.keys() == twin.keys()
    for links, pair in ours.items():
        is_ring = not kept[list(pair)].all()
        assert is_ring or pair == twin[links]


@pytest.mark.parametrize("kind", ["compiled", "plain"])
def test_ways_of_a_tree_are_marked_back_to_the_root(kind):
    kernel = contraction.mark_ways
    run = kernel if kind == "compiled" else kernel.py_func
    # 0 - 1 - 2, and 3 hangs on 1: arcs 0>1, 1>2, 1>3 on links 5, 6 and 7
    pred = np.array([-1, 0, 1, 2], dtype=np.int32)
    tail, link = np.array([0, 1, 1], np.int32), np.array([5, 6, 7], dtype=np.int32)
    seen, used = np.ones(4, dtype=bool), np.zeros(8, dtype=bool)
    passed = run(pred, tail, link, np.array([3, 1], dtype=np.int32), seen, used)
    assert np.nonzero(used)[0].tolist() == [5, 7]
    assert passed == 2
