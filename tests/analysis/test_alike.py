"""Ways lent between networks are the ways that would be found."""

import numpy as np
import pytest

from bereket import AssignParams, assign, build, planned, read_model
from bereket.analysis.assign.alike import lend_ways, lender_of
from bereket.model.calendar import as_day
from bereket.model.plan import DoMeasures, ScenarioFile, Step
from bereket.model.scenario import BASELINE, apply

DAY = "2026-11-23"
ASKED = AssignParams(objective="logit", gap=1e-4, as_of=DAY)
# One changes nothing near most ways, one shortens times, one opens lines.
MEASURES = ("bol_tracks", "pr42", "pr20")


@pytest.fixture(scope="module")
def caspian(root):
    return read_model(root / "models" / "caspian")


@pytest.fixture(scope="module")
def base(caspian):
    graph = build(caspian, as_day(DAY))
    assign(caspian, params=ASKED, graph=graph)
    return graph


def scenario_of(model, name):
    return planned(
        model, ScenarioFile(name, steps=(Step(DoMeasures((name,))),))
    ).scenario


@pytest.mark.parametrize("name", MEASURES)
def test_flows_by_lent_ways_are_those_by_ways_found_anew(caspian, base, name):
    scenario = scenario_of(caspian, name)
    graph = build(apply(caspian, scenario), as_day(DAY))
    assert lend_ways(graph, base)
    lent = assign(caspian, scenario, ASKED, graph=graph)
    anew = assign(caspian, scenario, ASKED)
    assert lent.skims == anew.skims
    assert [each.flow for each in lent.flows] == [each.flow for each in anew.flows]
    shared = sum(graph.kept.get(key) is each for key, each in base.kept.items())
    assert shared > 0


def test_other_tariffs_lend_nothing(caspian, base):
    graph = build(caspian, as_day("2024-07-01"))
    assert not lend_ways(graph, base)
    assert lender_of(graph) is None


def test_a_network_lends_itself_nothing(base):
    assert not lend_ways(base, base)


def test_a_baseline_lends_all(caspian, base):
    graph = build(apply(caspian, BASELINE), as_day(DAY))
    assert lend_ways(graph, base)
    found = assign(caspian, params=ASKED, graph=graph)
    assert np.isfinite([each.cost_usd_per_t for each in found.skims]).all()
    ways = [
        key for key in base.kept if isinstance(key, tuple) and key[0] == "real ways"
    ]
    assert ways
    assert all(graph.kept[key] is base.kept[key] for key in ways)
