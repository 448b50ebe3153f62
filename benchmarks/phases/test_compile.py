"""Models to networks: ours beside networkx, which is given the arcs ready made."""

import pytest
from benchmarks.peers.graphs import COMPILING

SUBJECTS = pytest.mark.parametrize(
    "subject", ["caspian", "corridor-small", "continent-small"]
)


@SUBJECTS
def test_both_hold_the_same_arcs(hold, subject):
    hold(COMPILING, subject)


@SUBJECTS
@pytest.mark.parametrize("by", ["ours", "theirs"])
def test_compile(time_it, subject, by):
    time_it(COMPILING, subject, by)
