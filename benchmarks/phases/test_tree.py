"""Least-cost tree from one node: our kernel beside SciPy's."""

import numpy as np
import pytest
from benchmarks import peers

SUBJECTS = ["grid-small", "grid-medium", "rail"]
RUNS = {"bereket": peers.our_tree, "scipy": peers.scipy_tree}


@pytest.mark.parametrize("network", SUBJECTS, indirect=True)
def test_ours_and_the_peers_tree_cost_the_same(network):
    ours, peer = peers.our_tree(network)(), peers.scipy_tree(network)()
    np.testing.assert_array_equal(ours, peer)  # both add from the root outwards


@pytest.mark.benchmark(warmup=True)
@pytest.mark.parametrize("by", RUNS)
@pytest.mark.parametrize("network", SUBJECTS, indirect=True)
def test_tree(benchmark, request, network, by):
    benchmark.group = f"tree of {request.node.callspec.params['network']}"
    benchmark(RUNS[by](network))
