import os

import pytest


@pytest.fixture
def ready():
    """Make a run ready; one whose data are absent is skipped, if they may be."""

    def make(prepare, subject):
        try:
            return prepare(subject)
        except FileNotFoundError as fault:
            if "BEREKET_SHARED" in os.environ:
                raise
            pytest.skip(str(fault))

    return make


@pytest.fixture
def hold(ready):
    """Hold our answer on a subject against the peer's."""

    def both(comparison, subject):
        runs = [ready(each, subject) for each in (comparison.ours, comparison.theirs)]
        comparison.hold(*(run() for run in runs))

    return both


@pytest.fixture
def time_it(ready, benchmark):
    """Time one side of a comparison on a subject."""

    def run(comparison, subject, by):
        benchmark.group = f"{comparison.phase}, {subject}"
        return benchmark(ready(getattr(comparison, by), subject))

    return run
