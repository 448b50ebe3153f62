"""Flows under measures are those of the changed model, built afresh."""

import random

import numpy as np
import pytest
from tests.model.altered import fresh, row_at, with_cell, with_row, with_table

from bereket import build, read_model
from bereket.analysis.capacity import CapacityParams
from bereket.analysis.capacity.layout import openable_rows, streams_for
from bereket.analysis.capacity.params import demand_of
from bereket.analysis.capacity.programme import programme_of
from bereket.analysis.capacity.trials import Trials
from bereket.model.calendar import as_day
from bereket.model.measures import measure_changes
from bereket.model.model import Table
from bereket.model.validate import validate

SEEDS = range(60)
SAME = {"rel": 1e-6, "abs": 1.0}  # tonnes a year
# Cost must not decide which ways are kept: it may move with hours and norms.
ASKED = {
    "steppe": CapacityParams("steppe", modes=("rail",), max_detour=1e3),
    "sea": CapacityParams("sea", modes=("rail", "sea"), max_detour=1e3),
}
LINES = (
    *("rail_ASH_AJN", "rail_AJN_ABO", "rail_ABO_BBO", "rail_BBO_ABO", "rail_BBO_BCY"),
    *("rail_BCY_BCO", "rail_BCO_CBO", "rail_AJN_APO", "rail_CPO_CCY"),
)
SINGLE = LINES[1:6] + LINES[7:]
CAPORA = ("CPO", "ferry")
BORDER = "border:ABO:BBO:rail1520:BBB:SMGS"


def effects_drawn(rng):
    """Draw what a measure changes: (element, column, operation, value or text)."""
    link = f"link:{rng.choice(SINGLE)}"
    place = rng.choice(("ABO", "BBO"))
    port = f"port:{rng.choice(('APO', 'CPO'))}:ferry"
    figure = rng.uniform
    return {
        "gap": [(link, "section_max_km", "set", figure(5, 40))],
        "interval": [(link, "station_interval_min", "multiply", figure(0.3, 2))],
        "speed": [(link, "running_speed_kmh", "set", figure(30, 120))],
        "works": [(link, "possession_min_per_day", "add", figure(-60, 60))],
        "others": [(link, "base_trains_per_day", "set", figure(0, 12))],
        "passengers": [
            (link, "passenger_trains_per_day", "set", figure(0, 6)),
            (link, "removal_passenger", "set", figure(1, 2)),
        ],
        "reserve": [(link, "reserve_share", "set", figure(0, 0.4))],
        "even": [(link, "uneven_k", "set", figure(1, 1.6))],
        "second track": [
            (link, "tracks", "set", 2),
            (link, "signalling", "set", "automatic"),
            (link, "headway_min", "set", figure(6, 20)),
        ],
        "batches": [
            (link, "batch_trains", "set", 2),
            (link, "headway_min", "set", figure(6, 12)),
        ],
        "unknown figures": [
            ("link:rail_CBO_CCY", name, "set", value)
            for name, value in (
                ("tracks", 2),
                ("signalling", "automatic"),
                ("alpha", 0.9),
                ("headway_min", figure(8, 120)),
                ("possession_min_per_day", 120),
            )
        ],
        "loops of one line": [(link, "loop_length_m", "set", figure(500, 1500))],
        "longer trains": [
            (f"link:{name}", "loop_length_m", "set", 1300.0) for name in LINES
        ],
        "heavier trains": [
            (f"link:{name}", "gross_train_t", "multiply", 1.25) for name in LINES
        ],
        "shorter wagons": [
            ("carrier:rail1520_container", "length_m", "set", figure(13, 26)),
        ],
        "lighter wagons": [("carrier:rail1435_wagon", "tare_t", "set", figure(15, 25))],
        "three boxes": [("carrier:rail1435_container", "units_per_wagon", "set", 3)],
        "one box": [("carrier:rail1520_container", "units_per_wagon", "set", 1)],
        "fuller wagons": [("commodity:grain", "t_per_wagon", "multiply", 1.1)],
        "fuller boxes": [("commodity:containers", "t_per_feu", "set", figure(10, 26))],
        "acceptance": [(BORDER, "acceptance_per_day", "set", figure(100, 900))],
        "lanes": [
            (BORDER, "lanes", "set", 2),
            (BORDER, "service_min_per_unit", "set", figure(2, 10)),
        ],
        "tracks": [
            (f"terminal:{place}:gauge_change", "tracks", "add", rng.randint(1, 3))
        ],
        "sets": [(f"terminal:{place}:gauge_change", "set_min", "set", figure(30, 120))],
        "locomotives": [("fleet:b_locomotives", "units", "add", rng.randint(-5, 20))],
        "turn": [("fleet:b_locomotives", "turn_h", "multiply", figure(0.5, 2))],
        "handling": [
            ("transfer:BBO:rail1520:rail1435:reload", "servers", "set", 2),
            (
                "transfer:BBO:rail1520:rail1435:reload",
                "service_min_per_unit",
                "set",
                figure(0.1, 1.0),
            ),
        ],
        "third ferry": [
            ("vessel:crossing:third", "units", "insert", rng.randint(1, 3)),
            ("vessel:crossing:third", "slots", "insert", figure(500, 3000)),
        ],
        "bigger ferries": [("vessel:crossing:twins", "slots", "multiply", 1.5)],
        "layover": [("service:crossing", "layover_h", "set", figure(0, 24))],
        "cranes": [(port, "cranes", "add", rng.randint(1, 4))],
        "yard": [
            (port, "yard_units", "set", figure(5e3, 6e4)),
            (port, "yard_dwell_days", "set", figure(2, 9)),
        ],
        "storms": [(port, "closed_days", "set", figure(0, 120))],
        "berth wait": [(port, "wait_h", "set", figure(0, 12))],
        "second line": [("link:second", "status", "set", "operating")],
        "second ferry line": [("service:planned", "status", "set", "operating")],
        "cut-off": [
            ("link:cut_off", "status", "set", "operating"),
            ("link:cut_off", "section_max_km", "set", figure(8, 40)),
        ],
        "loops on the way": [
            ("section:rail_BBO_BCY:1", "length_km", "insert", 150.0),
            ("section:rail_BBO_BCY:1", "loop_length_m", "insert", 1050.0),
            ("section:rail_BBO_BCY:2", "length_km", "insert", 150.0),
            ("section:rail_BBO_BCY:2", "loop_length_m", "insert", 1050.0),
        ],
    }


def with_measures(model, effects):
    """Return the model with measures, each of some effects."""
    rows = {"measure": [], "measure_effect": []}
    for measure_id, own in effects.items():
        rows["measure"].append(
            {
                "measure_id": measure_id,
                "name": measure_id,
                "area": "rail",
                "capex_usd": 1e6,
            }
        )
        for element, column, operation, value in own:
            is_text = isinstance(value, str)
            rows["measure_effect"].append(
                {
                    "measure_id": measure_id,
                    "element": element,
                    "column": column,
                    "operation": operation,
                    "text": value if is_text else "",
                    "value": np.nan if is_text else float(value),
                }
            )
    for name, own in rows.items():
        columns = {
            column: np.array(
                [row[column] for row in own],
                dtype=object if isinstance(own[0][column], str) else float,
            )
            for column in own[0]
        }
        for column, text in (("source_id", "invented"), ("quality", "reported")):
            columns[column] = np.array([text] * len(own), dtype=object)
        model = with_table(model, Table(name, columns))
    return model


@pytest.fixture(scope="module")
def ground(root):
    """Return the teaching model with lines and a ferry that are only planned.

    Boxes that Capora's railway takes away are counted by the wagon.
    """
    model = read_model(root / "models" / "teaching")
    links = model["link"]
    boxes = {"units_per_call": 200.0, "moves_per_hour": 12.5, "unit": "feu"}
    for column, value in (*boxes.items(), ("landside_wagons_per_day", 40.0)):
        model = with_cell(model, "port", row_at(model, "port", *CAPORA), column, value)

    def planned(model, link_id, like, **cells):
        (row,) = links.row_of[like,]
        own = {name: column[row] for name, column in links.columns.items()}
        told = {**own, "link_id": link_id, "status": "planned", **cells}
        return with_row(model, "link", **told)

    model = planned(model, "second", "rail_BBO_BCY")
    model = planned(model, "cut_off", "rail_AJN_ABO", length_km=100.0)
    model = with_row(
        model,
        "service",
        service_id="planned",
        name="planned",
        carrier_id="ferry",
        kind="headway",
        sailings_per_week=7.0,
        load_h=2.0,
        unload_h=2.0,
        slots=1000.0,
        status="planned",
        source_id="invented",
        quality="reported",
    )
    for sequence, place in ((1.0, "APO"), (2.0, "CPO")):
        model = with_row(
            model,
            "service_stop",
            service_id="planned",
            sequence=sequence,
            node_id=place,
            source_id="invented",
            quality="reported",
        )
    return model


def programme_under(model, params, *, with_closed):
    day = as_day(model.config("base_date"))
    graph = build(model, day)
    demand = demand_of(model, params)
    closed = openable_rows(graph) if with_closed else ()
    return programme_of(graph, streams_for(graph, demand, params, closed), closed)


def yearly(programme):
    flows = (programme.solve(sides) for sides in ((0, 1), (0,), (1,)))
    return [365 * float(f.t_per_day.sum()) if f.is_bounded else np.inf for f in flows]


def drawn(ground, seed):
    rng = random.Random(seed)  # noqa: S311 a test needs no secrets
    kinds = effects_drawn(rng)
    names = list(kinds)
    # each kind comes first in turn, so that all are tried
    chosen = {names[seed % len(names)]: None, **dict.fromkeys(rng.sample(names, 4))}
    effects = {name.replace(" ", "_").replace("-", "_"): kinds[name] for name in chosen}
    model = with_measures(ground, effects)
    assert not validate(model, frozenset(model.tables)).faults
    return model, tuple(effects)


@pytest.mark.parametrize("corridor", ASKED)
@pytest.mark.parametrize("seed", SEEDS)
def test_flows_under_measures_are_those_of_the_changed_model(ground, corridor, seed):
    model, measures = drawn(ground, seed)
    params = ASKED[corridor]
    trials = Trials(programme_under(model, params, with_closed=True))
    for done in (measures[:1], measures[1:3], measures):
        changed = fresh(measure_changes(model, done).model)
        expected = yearly(programme_under(changed, params, with_closed=False))
        assert yearly(trials.programme(done)) == pytest.approx(expected, **SAME), done
    unchanged = yearly(programme_under(model, params, with_closed=False))
    assert yearly(trials.programme(())) == pytest.approx(unchanged, **SAME)


@pytest.mark.parametrize("corridor", ASKED)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_measure_that_moves_the_flow_is_said_to_touch_the_cut(ground, corridor, seed):
    model, measures = drawn(ground, seed)
    params = ASKED[corridor]
    trials = Trials(programme_under(model, params, with_closed=True))
    before = trials.t_per_year(())
    for measure in measures:
        if trials.t_per_year((measure,)) > before * (1 + 1e-6):
            assert trials.may_raise(measure), measure
