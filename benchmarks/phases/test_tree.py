"""Least-cost tree from one node: our kernel beside SciPy's and networkx."""

import pytest
from benchmarks.peers.paths import TREE_BESIDE_NETWORKX, TREE_BESIDE_SCIPY

SUBJECTS = [
    *("grid-small", "grid-medium", "rail", "caspian"),
    *("corridor-small", "continent-small"),
]
EACH = pytest.mark.parametrize(
    "comparison", [TREE_BESIDE_SCIPY, TREE_BESIDE_NETWORKX], ids=lambda each: each.peer
)


@EACH
@pytest.mark.parametrize("subject", SUBJECTS)
def test_ours_and_the_peers_tree_cost_the_same(hold, comparison, subject):
    hold(comparison, subject)


@EACH
@pytest.mark.benchmark(warmup=True)
@pytest.mark.parametrize("by", ["ours", "theirs"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_tree(time_it, comparison, subject, by):
    time_it(comparison, subject, by)
