"""Answers that the tests of figures draw: the teaching model's, which stand by hand."""

import json

import pytest

from bereket import RouteParams, pareto, read_model, route
from bereket.studies.overview import overview

ASKED = RouteParams("ASH", "CCY", "containers", count=4)


@pytest.fixture(scope="session")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="session")
def found(model):
    return route(model, params=ASKED)


@pytest.fixture(scope="session")
def efficient(model):
    return pareto(model, params=ASKED)


@pytest.fixture(scope="session")
def whole(caspian):
    """What the report of caspian tells."""
    return overview(read_model(caspian))


def values(chart):
    """Return the rows of each layer of a figure that holds any, as one list."""
    spec, rows = chart.to_dict(), []

    def look(part):
        if isinstance(part, dict):
            name = part.get("data", {}).get("name")
            rows.extend(json.loads(spec["datasets"][name]) if name else [])
            for inner in part.values():
                look(inner)
        elif isinstance(part, list):
            for inner in part:
                look(inner)

    look({key: part for key, part in spec.items() if key != "datasets"})
    return rows


def encodings(chart):
    """Return every encoding of a figure by channel, as a list of pairs."""
    pairs = []

    def look(part):
        if isinstance(part, dict):
            pairs.extend(part.get("encoding", {}).items())
            for inner in part.values():
                look(inner)
        elif isinstance(part, list):
            for inner in part:
                look(inner)

    look(chart.to_dict())
    return pairs
