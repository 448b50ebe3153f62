"""Every verb is there, and every analysis keeps the house's promises."""

from importlib import import_module

import click
import numpy as np
import pytest

from bereket import (
    AssignParams,
    CapacityParams,
    RouteParams,
    TradeParams,
    read_model,
    route,
)
from bereket.analysis.energy import EnergyParams
from bereket.analysis.pressure import PressureParams
from bereket.compiled.arcs import DESTINATION, ORIGIN
from bereket.compiled.graph import build
from bereket.compiled.inspect import reachable
from bereket.model.calendar import as_day
from bereket.registry import QUESTIONS

# How each analysis is asked on the teaching model; a new one adds its line here.
ASKED = {
    "bereket.analysis.route:route": RouteParams("ASH", "CCY", "containers"),
    "bereket.analysis.capacity:capacity": CapacityParams("steppe"),
    "bereket.analysis.assign:assign": AssignParams(year=2025),
    "bereket.analysis.trade:trade": TradeParams(("AAA", "CCC"), 5e9),
    "bereket.analysis.energy:energy": EnergyParams(year=2024),
    "bereket.analysis.pressure:pressure": PressureParams(("a_b", "b_c"), 3.0),
}
TABLES = {
    "bereket.analysis.route:route": {"alternatives", "legs"},
    "bereket.analysis.capacity:capacity": {"binding", "ladder", "merit_order"},
    "bereket.analysis.assign:assign": {"flows", "corridors", "scarcity", "skims"},
    "bereket.analysis.trade:trade": {"years", "sectors", "measures", "observed"},
    "bereket.analysis.energy:energy": {"flows", "prices", "unserved", "values"},
    "bereket.analysis.pressure:pressure": {"points"},
}


def named(place):
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.verb)
def test_a_verb_has_a_command_and_a_function(question):
    assert isinstance(named(question.command), click.Command)
    assert callable(named(question.function))
    assert question.line.endswith(".")


def test_every_analysis_of_the_registry_is_asked_here():
    analyses = {q.function for q in QUESTIONS if ".analysis." in q.function}
    assert analyses == set(ASKED)


@pytest.mark.parametrize("place", ASKED)
def test_an_analysis_leaves_its_input_and_repeats_its_answer(teaching, place):
    model = read_model(teaching)
    before = model.content_hash
    first, second = (named(place)(model, params=ASKED[place], seed=7) for _ in range(2))
    assert read_model(teaching).content_hash == before == model.content_hash
    assert first.to_frame().equals(second.to_frame())
    assert first.stamp.model_hash == before
    assert first.summary().splitlines()[-1] == first.stamp.line()
    assert set(first.tables()) >= TABLES[place]


def test_an_analysis_that_is_told_to_stop_says_that_it_was(teaching):
    found = route(
        read_model(teaching),
        params=RouteParams("ASH", "CCY", "containers"),
        monitor=lambda done, of, note: False,  # noqa: ARG005
    )
    assert found.status == "interrupted"
    assert found.alternatives == ()


def test_every_carrier_of_the_teaching_model_can_be_reached_and_left(teaching):
    model = read_model(teaching)
    graph = build(model, as_day(model.config("base_date")))
    vertices, arcs = graph.vertices, graph.arcs
    n_vertices = graph.n_vertices
    (sources,) = np.nonzero(vertices.layer == ORIGIN)
    reached = reachable(arcs, n_vertices, sources)
    for layer, carrier in enumerate(model["carrier"].text("carrier_id")):
        (own,) = np.nonzero(vertices.layer == layer)
        assert reached[own].any(), f"{carrier} cannot be reached"
        onward = reachable(arcs, n_vertices, own)
        assert onward[vertices.layer == DESTINATION].any(), f"{carrier} cannot be left"
