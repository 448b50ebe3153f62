"""Values changed in place are those of a fresh build of the changed model."""

from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from tests.compiled.models import DAY, model_of, row, sea_tables

from bereket import Scenario, ScenarioError, apply, build, parse_change, patch
from bereket.compiled.capacities import capacity_of
from bereket.compiled.values import Values
from bereket.model.changes import SetValue

LINK = "link_id from_node_id to_node_id allowed_uses gauge_mm length_km"


def tables():
    """Return the sea model with a through rate that has two chains to choose from."""
    made = sea_tables()
    columns = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"
    made["tariff"] = [
        row(columns, "thru", "rate", "train", "t", 5, "P", "S"),
        row(
            "tariff_id kind carrier_id rate_per_unit_km", "local", "rate", "train", 0.2
        ),
    ]
    made["link"].append(row(LINK, "RS2", "R", "S", "rail", 1520, 210))
    made["stop"] = [
        row("node_id carrier_id technical_h forming_h sd_h", "Q", "rail", 1, 2, 3)
    ]
    made["port"] = [
        row("node_id berth_kind carrier_id wait_h wait_sd_h", "Q", "dry", "ferry", 5, 3)
    ]
    made["link"][0]["electrified"] = np.nan
    for transfer in made["transfer"]:
        transfer |= {"service_min_per_unit": 5, "servers": 2}
    made["carrier"][0]["emission_kgco2e_per_tkm_electric"] = 0.5
    return made


VALUES = [
    "link:PQ.length_km=77",
    "link:RS.length_km=999",  # the chain of the through rate goes by RS2 then
    "link:QR.commercial_speed_kmh=5",
    "link:PQ.electrified=true",
    "link:PQ.capacity_t_per_day=500",
    "link:QR.status=planned",  # the through rate has no chain then
    "link:RS.valid_to=2024",
    "link:qr.valid_from=2026-01-01",
    "carrier:train.speed_kmh=20",
    "border:Q:R:rail:AAA:SMGS.wait_h=30",
    "border:Q:R:rail:AAA:SMGS.acceptance_per_day=3",
    "border:Q:R:rail:BBB:SMGS.status=closed",
    "transfer:P::train:load.handling_h=9",
    "transfer:Q:train:ferry:tranship.servers=4",
    "transfer:Q:train:ferry:tranship.status=closed",
    "service:boat.sailings_per_week=3",
    "service:boat.slots=7",
    "service:boat.status=closed",
    "port:Q:dry.wait_h=50",
    "port:Q:dry.status=closed",
    "stop:Q:rail.technical_h=11",
    "tariff:thru.status=closed",
]
SHAPES = [
    "link:PQ.directed=true",
    "link:PQ.allowed_uses=lorry",
    "link:PQ.to_node_id=S",
    "link:PQ.gauge_mm=1435",
    "carrier:train.runs=service",
    "carrier:train.use_group=other",
    "carrier:train.unit=wagon",
    "node:P.country_iso3=BBB",
    "service:boat.carrier_id=train",
    "tariff:thru.entry_node_id=Q",
    "tariff:thru.kind=fee",
    "transfer:P::train:load.unit=teu",
    "link:PQ.no_such_column=1",
]


def change(text):
    return SetValue(*parse_change(text))


def assert_same(patched, fresh):
    assert patched.model.content_hash == fresh.model.content_hash
    assert patched.day == fresh.day
    for name in (f.name for f in fields(Values)):
        np.testing.assert_array_equal(
            getattr(patched.values, name), getattr(fresh.values, name), err_msg=name
        )
    np.testing.assert_array_equal(patched.is_open, fresh.is_open)
    for holder in ("arcs", "vertices"):
        for name in getattr(fresh, holder).__slots__:
            np.testing.assert_array_equal(
                getattr(getattr(patched, holder), name),
                getattr(getattr(fresh, holder), name),
                err_msg=name,
            )
    for name in ("indptr", "back_indptr", "back_head", "back_arc"):
        np.testing.assert_array_equal(getattr(patched, name), getattr(fresh, name))
    assert patched.chains.broken == fresh.chains.broken
    chains, expected = patched.chains.arcs_of, fresh.chains.arcs_of
    assert {k: v.tolist() for k, v in chains.items()} == {
        k: v.tolist() for k, v in expected.items()
    }
    ours, theirs = patched.resources, fresh.resources
    assert ours.table == theirs.table
    for name in ("row_idx", "indptr", "used_idx"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    np.testing.assert_array_equal(capacities(patched), capacities(fresh))


def capacities(graph):
    used = zip(graph.resources.table, graph.resources.row_idx.tolist(), strict=True)
    derived = [capacity_of(graph.model, table, row, graph.day) for table, row in used]
    return np.array([each.per_day.value for each in derived])


def figures(graph):
    parts = [getattr(graph.values, f.name) for f in fields(Values)]
    parts += [graph.is_open.astype(float), capacities(graph)]
    return np.concatenate(parts)


@pytest.mark.parametrize("text", VALUES)
def test_a_patched_graph_is_a_fresh_build_of_the_changed_model(text):
    model = model_of(tables())
    graph = build(model, DAY)
    before = figures(graph)
    patched = patch(graph, (change(text),))
    fresh = build(apply(model, Scenario("changed", (change(text),))), DAY)
    assert_same(patched, fresh)
    assert not np.array_equal(before, figures(patched), equal_nan=True)
    np.testing.assert_array_equal(before, figures(graph))  # itself untouched


def test_patches_add_up():
    model = model_of(tables())
    changes = tuple(map(change, VALUES))
    patched = build(model, DAY)
    for each in changes:
        patched = patch(patched, (each,))
    assert_same(patched, patch(build(model, DAY), changes))
    assert_same(patched, build(apply(model, Scenario("all", changes)), DAY))


def test_a_patch_keeps_the_date_of_the_graph():
    model = model_of(tables())
    day = date(2027, 3, 4)
    patched = patch(build(model, day), (change("link:qr.valid_from=2026-01-01"),))
    assert patched.day == day
    assert patched.is_open.all()


@pytest.mark.parametrize("text", SHAPES)
def test_what_changes_the_shape_is_refused(text):
    graph = build(model_of(tables()), DAY)
    with pytest.raises(ScenarioError):
        patch(graph, (change(text),))


def test_a_row_that_is_not_there_is_refused():
    graph = build(model_of(tables()), DAY)
    with pytest.raises(ScenarioError, match="no row 'link:XX'"):
        patch(graph, (change("link:XX.length_km=5"),))
