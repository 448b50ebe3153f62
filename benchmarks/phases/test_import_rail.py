"""Reading the rail network of the region, simplifying and compiling it."""

import os

import pytest
from benchmarks import alone

MOST_S, MOST_MB = 4.0, 700.0  # asked of a process with warm kernels


@pytest.fixture
def region():
    """Skip where the data are absent, if they may be."""
    try:
        return alone.import_region()
    except FileNotFoundError as fault:
        if "BEREKET_SHARED" in os.environ:
            raise
        pytest.skip(str(fault))


def test_import_region(benchmark, region):
    found, graph = benchmark.pedantic(region, rounds=3, warmup_rounds=1)
    assert found.counts.read_links == 48_582
    assert graph.is_open.all()


@pytest.mark.usefixtures("region")
def test_a_process_takes_less_than_was_asked(benchmark):
    alone.import_region_alone()  # compiles the kernels
    seconds, megabytes = benchmark.pedantic(alone.import_region_alone, rounds=1)
    benchmark.extra_info.update(seconds=seconds, megabytes=megabytes)
    assert megabytes < MOST_MB
    if not benchmark.disabled:  # elsewhere the processor may be shared
        assert seconds < MOST_S
