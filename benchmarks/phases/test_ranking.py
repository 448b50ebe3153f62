"""The k cheapest loopless paths: our kernel beside networkx's."""

import pytest
from benchmarks.peers.paths import RANKING


def test_ours_and_the_peers_paths_cost_the_same(hold):
    hold(RANKING, "grid-small")


@pytest.mark.benchmark(max_time=3.0, min_rounds=3)
@pytest.mark.parametrize("by", ["ours", "theirs"])
def test_ranking(time_it, by):
    time_it(RANKING, "grid-small", by)
