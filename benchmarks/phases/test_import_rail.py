"""Reading the rail network of the region, simplifying and compiling it."""

import numpy as np
import pytest
from benchmarks import alone, first_call
from benchmarks.peers.graphs import CONTRACTION, PIECES

MOST_S, MOST_MB = 4.0, 700.0  # asked of a process with warm kernels


def test_ours_and_the_peers_chains_are_the_same(hold):
    hold(CONTRACTION, "rail in pieces")


def test_links_drawn_in_pieces_are_made_whole_again(ready):
    chains = ready(CONTRACTION.ours, "rail in pieces")()
    # 14 of the 48,582 links end where they begin: such a ring is cut in two
    assert chains.n_chains == 48_582 + 14
    assert np.bincount(np.diff(chains.indptr)).tolist() == [0, 14, 14, 48_568]
    assert PIECES == 3


@pytest.mark.parametrize("by", ["ours", "theirs"])
def test_simplify(time_it, by):
    time_it(CONTRACTION, "rail in pieces", by)


def test_import_region(benchmark, ready):
    run = ready(alone.importing, "rail")
    found, graph = benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    assert found.counts.read_links == 48_582
    assert graph.is_open.all()


def test_a_process_takes_less_than_was_asked(benchmark, ready):
    ready(alone.importing, "rail")
    first_call.rail()  # compiles the kernels
    taken = benchmark.pedantic(first_call.rail, rounds=1)
    benchmark.extra_info.update(taken._asdict())
    assert taken.peak_mb < MOST_MB
    if not benchmark.disabled:  # elsewhere the processor may be shared
        assert taken.wall_s < MOST_S
