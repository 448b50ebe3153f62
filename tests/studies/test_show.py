"""One row explained: cells, what joins it, sources."""

import pytest
from tests.compiled.models import line_tables, model_of

from bereket import QuestionError, ScenarioError, read_model
from bereket.studies.show import show


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


def cells(explained):
    return {cell.column: cell for cell in explained.cells}


def test_a_row_is_found_by_reference_label_and_name(model):
    for text in ("node:APO", "APO", "Apora", "apora"):
        (found,) = show(model, text)
        assert found.reference == "node:APO"


def test_a_cell_has_value_unit_and_meaning(model):
    (found,) = show(model, "link:rail_ASH_AJN")
    length = cells(found)["length_km"]
    assert (length.value, length.unit, length.is_known) == ("200", "km", True)
    assert length.meaning
    assert cells(found)["electrified"].value == "true"


def test_an_unknown_cell_says_what_it_counts_as(model):
    (found,) = show(model, "link:rail_BBO_BCY")
    speed = cells(found)["commercial_speed_kmh"]
    assert (speed.is_known, speed.value.startswith("unknown")) == (False, True)
    status = cells(found)["status"]
    assert (status.is_known, status.value) == (False, "unknown, counts as operating")


def test_bounds_stand_behind_the_value():
    tables = line_tables()
    tables["border"][0] |= {"wait_h": 5}
    text = "border:Q:R:rail:AAA:SMGS"
    (plain,) = show(model_of(tables), text)
    assert cells(plain)["wait_h"].value == "5"


def test_what_names_a_place_joins_it(model):
    (found,) = show(model, "node:APO")
    assert set(found.joined["link"]) == {"link:rail_AJN_APO", "link:sea_APO_CPO"}
    assert found.joined["port"] == ("port:APO:ferry",)
    assert found.joined["service_stop"] == ("service_stop:crossing:1",)
    assert len(found.joined["transfer"]) == 4
    assert "tariff" not in found.joined


def test_rows_that_name_a_carriers_group_join_the_carrier(model):
    (found,) = show(model, "carrier:rail1520_wagon")
    assert set(found.joined["tariff"]) == {"tariff:a_rail", "tariff:a_grain_export"}
    assert found.joined["rent"] == ("rent:grain_wagon",)
    assert set(found.joined["stop"]) == {"stop:AJN:rail1520", "stop:ABO:rail1520"}
    assert found.joined["commodity"] == ("commodity:grain",)


def test_an_order_joins_what_it_acts_on(model):
    """storm_season closes the ferry; who looks at the ferry must see it."""
    (found,) = show(model, "service:crossing")
    assert found.joined["service_stop"] == (
        "service_stop:crossing:1",
        "service_stop:crossing:2",
    )
    assert found.joined["regime"] == ("regime:storm_season",)


def test_an_order_joins_a_border_row_that_it_acts_on(model):
    (found,) = show(model, "border:ABO:BBO:rail1520:AAA:SMGS")
    assert found.joined["regime"] == ("regime:grain_ban",)


def test_a_row_has_its_source(model):
    (found,) = show(model, "link:rail_ASH_AJN")
    (source,) = found.sources
    assert source["source_id"] == "invented"
    assert source["licence"] == "Apache-2.0"


def test_a_key_that_recurs_over_time_gives_every_row():
    tables = line_tables()
    first, second = dict(tables["link"][1]), dict(tables["link"][1])
    first |= {"valid_to": "2025-12-31"}
    second |= {"valid_from": "2026-01-01", "length_km": 45}
    tables["link"][1:2] = [first, second]
    found = show(model_of(tables), "QR")
    assert [each.reference for each in found] == ["link:QR", "link:QR"]
    assert [cells(each)["length_km"].value for each in found] == ["50", "45"]


def test_the_row_as_data_holds_its_cells(model):
    (found,) = show(model, "link:rail_ASH_AJN")
    data = found.as_dict()
    assert data["reference"] == "link:rail_ASH_AJN"
    assert {"column": "length_km", "value": "200", "unit": "km", "known": True} in data[
        "cells"
    ]


def test_what_is_not_there_is_refused_with_a_hint(model):
    with pytest.raises(QuestionError, match="give a row reference"):
        show(model, "Nowhere")
    with pytest.raises(ScenarioError, match="no row 'link:rail_ASH_AJM'; near are"):
        show(model, "link:rail_ASH_AJM")
