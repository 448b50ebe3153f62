"""Rules of delays: one that would fall, or hangs on nothing, is named."""

import pytest
from tests.model.altered import number, with_cell

from bereket import blank_model
from bereket.model.delay_rules import FAULTS
from bereket.model.validate import validate

MODEL = blank_model()


def with_delay(**cells):
    model = MODEL
    for column, value in cells.items():
        model = with_cell(model, "link", 0, column, value)
    return model


def faults(model):
    found = validate(model, frozenset(model.tables)).faults
    return [(each.table, each.rows, each.field) for each in found]


@pytest.mark.parametrize("rule", [rule for rule, _ in FAULTS])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []


@pytest.mark.parametrize("form", ["bpr", "conical", "akcelik", "queue"])
def test_a_form_without_parameters_is_sound(form):
    assert faults(with_delay(delay_form=form, commercial_speed_kmh=50.0)) == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"delay_alpha": 0.2}, "delay_alpha"),
        ({"delay_form": "conical", "delay_alpha": 1.0}, "delay_alpha"),
        ({"delay_form": "queue", "delay_beta": 4.0}, "delay_beta"),
        ({"delay_form": "bpr", "commercial_speed_kmh": float("nan")}, None),
    ],
)
def test_a_delay_that_falls_or_hangs_on_nothing_is_a_fault(cells, column):
    cells = {"commercial_speed_kmh": 50.0} | cells
    where = ("link", (number(0),), column or "commercial_speed_kmh")
    assert faults(with_delay(**cells)) == [where]
