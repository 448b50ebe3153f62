"""The k cheapest loopless paths: our kernel beside networkx's."""

import numpy as np
import pytest
from benchmarks import peers

N_PATHS = 40
ROUNDING = 1e-12  # sums of some 50 costs, in another order
RUNS = {"bereket": peers.our_ranking, "networkx": peers.networkx_ranking}


@pytest.mark.parametrize("network", ["grid-small"], indirect=True)
def test_ours_and_the_peers_paths_cost_the_same(network):
    ours = peers.our_ranking(network, N_PATHS)()
    peer = peers.networkx_ranking(network, N_PATHS)()
    np.testing.assert_allclose(ours, peer, rtol=ROUNDING)


@pytest.mark.benchmark(group="40 cheapest paths", max_time=3.0, min_rounds=3)
@pytest.mark.parametrize("by", RUNS)
@pytest.mark.parametrize("network", ["grid-small"], indirect=True)
def test_ranking(benchmark, network, by):
    benchmark(RUNS[by](network, N_PATHS))
