"""The report of caspian: what it asks, and the page that it draws."""

import json
import re

import pytest
from benchmarks import alone

pytestmark = pytest.mark.benchmark(min_rounds=2, max_time=1.0)
DRAWN = re.compile(r'id="spec-(\w+)"')


def test_asking(benchmark):
    found = benchmark(alone.asking_for_report("caspian"))
    assert len(found.corridors.corridors) == 18
    assert all(each.route.alternatives for each in found.pairs)
    assert json.dumps(found.as_dict(), allow_nan=False)


def test_drawing(benchmark):
    page = benchmark(alone.drawing_report("caspian"))
    drawn = set(DRAWN.findall(page))
    assert {"corridors", "map1", "map5", "days1", "days5", "pareto5"} <= drawn
