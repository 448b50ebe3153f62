"""A model as a GeoPackage, read again by the library's own reader."""

import pyogrio
import pytest
from benchmarks import alone
from benchmarks.subjects import MODELS


@pytest.mark.parametrize("subject", ["caspian", "corridor-small"])
def test_every_link_is_in_the_geopackage(benchmark, subject):
    path = benchmark(alone.exporting(subject))
    assert pyogrio.read_info(path, "link")["features"] == len(MODELS[subject]()["link"])
