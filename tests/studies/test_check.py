"""What a check says of the teaching model, counted by hand."""

from collections import Counter

import pytest
from tests.compiled.models import line_tables, model_of
from tests.verification.teaching_answers import ROWS_BY_QUALITY

from bereket import BereketError, check, write_model
from bereket.studies.check import UNSTATED, defaults_used, quality_counts

# Rows of the files in models/teaching without their headers.
ROWS = {
    "config": 1,
    "node": 10,
    "carrier": 6,
    "link": 17,
    "stop": 3,
    "transfer": 26,
    "border": 12,
    "port": 2,
    "service": 1,
    "service_stop": 2,
    "terminal": 2,
    "vessel": 1,
    "fleet": 1,
    "measure": 5,
    "measure_effect": 8,
    "commodity": 2,
    "demand": 3,
    "tariff": 8,
    "rent": 2,
    "fx": 1,
    "deflator": 2,
    "regime": 4,
    "corridor": 2,
    "country": 20,
    "trade": 5,
    "elasticity": 7,
    "observation": 12,
    "bus": 2,
    "power_line": 1,
    "power_plant": 2,
    "power_load": 2,
    "gas_node": 3,
    "gas_pipe": 2,
    "gas_field": 2,
    "gas_load": 2,
    "gas_storage": 1,
    "gas_contract": 2,
    "gas_swap": 1,
    "agenda": 4,
    "source": 1,
}
# Empty cells whose column has a default. Six roads and the sea link say nothing of the
# wire; no row states a status; one tariff row is a coefficient (no unit, no currency,
# no money), one a through rate (no money a kilometre), the other six money a kilometre.
# Trains stand on ten rail links of which two have two tracks; two of six carriers are
# container trains and state their boxes.
EMPTY_CELLS = {
    ("carrier", "units_per_wagon"): 4,
    ("carrier", "unit_tare_t"): 4,
    ("link", "start_stop_min"): 10,
    ("link", "batch_trains"): 17,
    ("link", "double_track_share"): 17,
    ("link", "local_trains_per_day"): 16,
    ("terminal", "lifts_per_unit"): 2,
    ("port", "hours_per_day"): 2,
    ("service", "fill_wait_h"): 1,
    ("vessel", "carries_passengers"): 1,
    ("commodity", "logit_scale_per_usd"): 2,
    ("commodity", "dangerous"): 2,
    ("link", "electrified"): 7,
    ("transfer", "hours_per_day"): 26,
    ("border", "open_h_per_day"): 8,
    ("tariff", "unit"): 1,
    ("tariff", "from_km"): 8,
    ("tariff", "rate_per_unit"): 7,
    ("tariff", "rate_per_unit_km"): 2,
    ("tariff", "currency"): 1,
    ("tariff", "coefficient"): 7,
    **{("power_line", name): 1 for name in ("p_min_pu", "p_max_pu", "lifetime")},
    **{("power_plant", name): 2 for name in ("p_max_pu", "p_min_pu", "lifetime")},
    ("power_load", "kind"): 2,
    **{("gas_pipe", name): 2 for name in ("p_min_pu", "p_max_pu", "strings")},
    ("gas_pipe", "lifetime"): 2,
    **{("gas_field", name): 2 for name in ("p_max_pu", "p_min_pu", "lifetime")},
    ("gas_load", "kind"): 2,
    ("gas_contract", "p_min_pu"): 2,
    ("gas_swap", "fee_usd_per_mcm"): 1,
} | {
    (table, "status"): ROWS[table]
    for table in (
        *("link", "transfer", "border", "port", "service", "tariff"),
        *("rent", "fx", "regime", "terminal", "vessel", "fleet"),
        *("power_line", "power_plant", "gas_pipe", "gas_field"),
        *("gas_contract", "gas_swap"),
    )
}


@pytest.fixture(scope="module")
def checked(root):
    return check(root / "models" / "teaching")


def test_the_teaching_model_has_no_fault(checked):
    assert checked.faults == ()
    assert dict(checked.rows) == ROWS


def test_rows_by_quality_are_those_counted_by_hand(checked):
    counts = Counter()
    for by_quality in checked.quality.values():
        counts.update(by_quality)
    assert counts == ROWS_BY_QUALITY
    assert checked.assumed_share == pytest.approx(63 / 188)
    assert {"config", "source"}.isdisjoint(checked.quality)


def test_defaults_are_counted_by_the_cells_they_stand_in_for(checked):
    used = {(d.table, d.column): d.cells for d in checked.defaults}
    assert used == EMPTY_CELLS
    hours = {d.value for d in checked.defaults if d.column == "hours_per_day"}
    assert hours == {"24 h"}


def test_train_and_lorry_that_meet_without_a_transfer_are_advice(checked):
    """At all places that both call at but BCY, BBO and ABO, which have transfers."""
    found = {issue.found for issue in checked.advice}
    assert found == {"'ASH'", "'BCO'", "'CBO'", "'CCY'"}


def test_rows_that_state_no_quality_are_counted_as_such():
    tables = line_tables()
    tables["link"][0]["quality"] = ""
    tables["link"][1]["quality"] = "measured"
    counts = quality_counts(model_of(tables)["link"])
    assert dict(counts) == {UNSTATED: 1, "measured": 1, "reported": 2}


def test_a_column_that_is_not_there_counts_as_empty_in_every_row():
    used = {
        d.column: d.cells for d in defaults_used(model_of(line_tables())["transfer"])
    }
    assert used["dwell_h"] == 8
    assert "handling_h" not in used


def test_every_fault_is_told_and_the_network_is_not_inspected_then(tmp_path):
    write_model(model_of(line_tables()), tmp_path)
    text = (tmp_path / "link.csv").read_text()
    (tmp_path / "link.csv").write_text(
        text.replace("PQ,P,Q,rail,1520,100", "PQ,P,Q,rail,1435,-1")
    )
    found = check(tmp_path)
    assert {(i.table, i.field) for i in found.faults} >= {
        ("link", "length_km"),
        ("link", "gauge_mm"),
    }
    assert found.advice == ()
    assert len(found.to_frame()) == len(found.faults)
    assert found.summary().startswith(f"{len(found.faults)} faults")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BereketError, match="is no folder"):
        check(tmp_path / "nowhere")


def test_the_findings_as_data_name_row_and_column(checked):
    data = checked.as_dict()
    assert data["rows"] == ROWS
    assert data["assumed_share"] == pytest.approx(63 / 188)
    assert {
        "table": "tariff",
        "column": "currency",
        "value": "USD",
        "cells": 1,
    } in data["defaults"]
    assert data["advice"][0]["table"] == "node"
