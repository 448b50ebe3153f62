"""Questions to compiled models: price, route, pareto, catchment."""

import pytest
from benchmarks import alone
from benchmarks.peers.paths import our_tree
from benchmarks.subjects import NETWORKS, asked_of

SMALL = ["caspian", "corridor-small", "continent-small"]
ROUNDING = 1e-9  # sums of some 100 costs, in another order
SUBJECTS = pytest.mark.parametrize("subject", SMALL)


@SUBJECTS
def test_price(benchmark, subject):
    asked = benchmark(alone.pricing(subject))
    assert asked.is_usable.sum() == NETWORKS[subject]().cost.size


@pytest.mark.parametrize("subject", SMALL[1:])
def test_the_best_way_is_the_root_of_the_spread_above_the_least_cost_tree(
    benchmark, subject
):
    # no rent, order or through rate: all but the spread of time adds up along arcs
    found = benchmark(alone.routing(subject))
    best = found.alternatives[0].totals
    network = NETWORKS[subject]()
    of_spread = asked_of(subject).prices.vor_usd_per_t_h
    summed = best.generalised_usd_per_t - of_spread * best.sd_h
    least = our_tree(subject)()[network.target]
    assert summed >= least * (1 - ROUNDING)
    others = [
        way.totals.generalised_usd_per_t - of_spread * way.totals.sd_h
        for way in found.alternatives
    ]
    assert min(others) == pytest.approx(least, rel=ROUNDING)


@SUBJECTS
def test_the_cheapest_way_is_among_the_efficient_ones(benchmark, subject):
    found = benchmark(alone.efficient(subject))
    best = alone.routing(subject)().alternatives[0].totals
    costs = [way.generalised_usd_per_t for way in found.ways]
    assert min(costs) == pytest.approx(best.generalised_usd_per_t, rel=ROUNDING)


def test_catchment(benchmark):
    found = benchmark(alone.preferring("caspian", n_origins=5, n_destinations=3))
    assert len(found.preferences) == 15
