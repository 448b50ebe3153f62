"""Observed beside modelled: like with like, nothing scaled, last year's as rival."""

import dataclasses

import numpy as np
import pytest

from bereket import (
    AssignParams,
    Model,
    QuestionError,
    Scenario,
    Table,
    assign,
    read_model,
)
from bereket.model.changes import SetValue
from bereket.model.reference import parse_reference
from bereket.studies.flows import flows, last_year_of_demand
from bereket.studies.observations import Observed, last_flow
from bereket.studies.observed import NOT_CALIBRATED, observed

ROW = {
    "observation_id": "o",
    "kind": "flow",
    "on": "sea",
    "commodity_id": "",
    "direction": "",
    "period_start": "2025",
    "period_end": "2025-12-31",
    "value": 8e5,
    "unit": "t",
    "weight_basis": "net",
    "counts_empties": 0.0,
    "definition": "all cargo of the ferry",
    "held_out": 0.0,
    "source_id": "invented",
    "quality": "reported",
    "note": "",
}
FIGURES = ("value", "counts_empties", "held_out")


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="module")
def found(model):
    return assign(model, params=AssignParams(year=2025))


def with_rows(model, *rows):
    """Return the model with observations; each row says what it changes of `ROW`."""
    whole = [ROW | {"observation_id": f"o{at}"} | row for at, row in enumerate(rows)]
    columns = {
        name: np.array([row[name] for row in whole], dtype=object)
        for name in ROW
        if name not in FIGURES
    }
    columns |= {name: np.array([row[name] for row in whole]) for name in FIGURES}
    tables = {**model.tables, "observation": Table("observation", columns)}
    return Model(model.name, tables, model.about)


def beside(model, found, *rows):
    return observed(with_rows(model, *rows), found)


def test_a_year_in_tonnes_stands_beside_the_flow_of_its_corridor(model, found):
    (row,) = beside(model, found, {}).beside
    (sea,) = (each for each in found.corridors if each.corridor_id == "sea")
    assert (row.observed, row.modelled) == (8e5, sea.t_per_year)
    assert row.error_percent == pytest.approx(100 * (sea.t_per_year - 8e5) / 8e5)
    assert (row.rival, row.rival_error_percent, row.is_nearer) == (None, None, None)
    assert row.is_whole


def test_last_years_value_is_the_rival_and_the_nearer_is_told(model, found):
    last = {"period_start": "2024", "period_end": "2024"}
    told = beside(model, found, {}, last | {"value": 7e5})
    (row,) = told.beside
    assert row.rival == 7e5
    assert row.rival_error_percent == pytest.approx(-12.5)
    assert row.rival_definition == ""
    assert row.is_nearer is False
    assert "in 0 of 1 rows" in told.headline()
    assert told.of_corridor("sea") == row
    assert told.of_corridor("steppe") is None


def test_a_rival_by_another_definition_is_marked_and_one_by_the_same_goes_first(
    model, found
):
    last = {"period_start": "2024", "period_end": "2024"}
    other = last | {"value": 1.0, "definition": "another count"}
    (row,) = beside(model, found, {}, other).beside
    assert (row.rival, row.rival_definition) == (1.0, "another count")
    (row,) = beside(model, found, {}, other, last | {"value": 7e5}).beside
    assert (row.rival, row.rival_definition) == (7e5, "")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"period_end": "2025-11"}, "not a calendar year"),
        ({"period_start": "2024-07-01", "period_end": "2025-06-30"}, "not a calendar"),
        ({"weight_basis": "with_tare"}, "weighed with tare"),
        ({"weight_basis": "gross"}, "weighed gross"),
        ({"unit": "train"}, "counted in train"),
        ({"counts_empties": 1.0, "unit": "teu"}, "counts empty boxes"),
        ({"on": "AAA"}, "of a country or a place"),
        ({"on": "node:APO", "kind": "throughput"}, "of a country or a place"),
        ({"on": "sea|steppe"}, "of several corridors"),
        ({"direction": "north"}, "sea does not run north or back"),
        ({"direction": "west", "commodity_id": "grain"}, "direction of some cargoes"),
        ({"on": "link:sea_APO_CPO", "direction": "west"}, "no compass"),
    ],
)
def test_what_is_not_alike_is_named_and_never_scaled(model, found, change, why):
    told = beside(model, found, change)
    assert told.beside == ()
    (left,) = told.not_compared
    assert why in left.why
    assert left.value == 8e5
    assert "No value of the year before" in told.headline()


def test_other_years_and_other_kinds_are_not_asked_for(model, found):
    rows = (
        {"period_start": "2024", "period_end": "2024"},
        {"kind": "time"},
        {"kind": "cost", "unit": "USD"},
    )
    told = beside(model, found, *rows)
    assert (told.beside, told.not_compared) == ((), ())


def test_one_direction_is_held_against_that_direction(model, found):
    (steppe,) = (each for each in found.corridors if each.corridor_id == "steppe")
    # Ashar lies east of Cacay, and the corridor is named from Ashar
    there, back = beside(
        model,
        found,
        {"on": "steppe", "direction": "west"},
        {"on": "steppe", "direction": "east"},
    ).beside
    assert there.modelled == steppe.there_t_per_year
    assert back.modelled == steppe.back_t_per_year
    assert not there.is_whole


def test_some_cargo_is_held_against_that_cargo_and_boxes_against_all_boxes(
    model, found
):
    (steppe,) = (each for each in found.corridors if each.corridor_id == "steppe")
    grain, boxes, all_boxes = beside(
        model,
        found,
        {"on": "steppe", "commodity_id": "grain"},
        {"on": "steppe", "commodity_id": "containers", "unit": "teu"},
        {"on": "steppe", "unit": "teu", "weight_basis": ""},
    ).beside
    assert grain.modelled == pytest.approx(steppe.by_class["grain"])
    # a box is counted whatever is in it; half of the containers go by lorry, unboxed
    assert boxes.modelled == all_boxes.modelled == steppe.teu_per_year
    # 20 t a box of forty feet: 10 t a box of twenty
    assert steppe.teu_per_year == pytest.approx(steppe.by_class["containers"] / 10 / 2)


def test_several_links_are_summed_both_directions(model, found):
    links = ("link:rail_ABO_BBO", "link:rail_BBO_ABO", "link:road_ABO_BBO")
    (row,) = beside(model, found, {"on": "|".join(links)}).beside
    names = {link.removeprefix("link:") for link in links}
    own = [each.flow for each in found.flows if each.link_id in names]
    assert row.modelled == pytest.approx(sum(own))
    assert len(own) >= 2


def test_the_answer_says_that_nothing_is_fitted(model, found):
    assert beside(model, found, {}).notes == (NOT_CALIBRATED,)
    stamp = dataclasses.replace(found.stamp, changes=("close link:x",))
    changed = dataclasses.replace(found, stamp=stamp)
    _, note = beside(model, changed, {}).notes
    assert "without the scenario's changes" in note


def test_tables_and_plain_data_hold_both_lists(model, found):
    told = beside(model, found, {}, {"unit": "train"})
    plain = told.as_dict()
    assert [row["observation_id"] for row in plain["rows"]] == ["o0"]
    assert [row["observation_id"] for row in plain["not_compared"]] == ["o1"]
    assert {name: len(frame) for name, frame in told.tables().items()} == {
        "observed": 1,
        "observed_not_compared": 1,
    }


def test_flows_are_of_the_last_year_with_data_on_its_network(model):
    assert last_year_of_demand(model) == 2025
    assert last_year_of_demand(model, "2024-12-31") is None
    found = flows(model)
    assert (found.year, found.assigned.stamp.as_of) == (2025, "2025-07-01")
    assert found.as_dict()["observed"]["year"] == 2025
    with pytest.raises(QuestionError, match="2031"):
        flows(model, year=2031)


def test_a_scenario_changes_the_flows_and_is_told(model):
    row = parse_reference("demand:ASH:CCY:grain:2025")
    less = Scenario("less", (SetValue(row, "tonnes", "1000000"),))
    found = flows(model, less)
    assert found.assigned.demand_per_year == pytest.approx(1.73e6)
    assert len(found.observed.notes) == 2


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("2024", 2024),
        ("2024-01 to 2024-12", 2024),
        ("2024-01-01 to 2024-12-31", 2024),
        ("2024-01-01 to 2024-12-30", None),
        ("2024-03-20 to 2025-03-20", None),
        ("2023 to 2024", None),
        ("2024-05", None),
    ],
)
def test_a_calendar_year_is_one_from_january_to_december(period, year):
    assert Observed("flow", 1.0, "t", period, "", "").calendar_year == year


def test_the_last_flow_is_the_latest_whole_year(model):
    rows = (
        {"period_start": "2024", "period_end": "2024", "value": 1.0},
        {"period_start": "2025-01", "period_end": "2025-03", "value": 2.0},
    )
    found = last_flow(with_rows(model, *rows), "sea", "2025-06-01")
    assert (found.value, found.calendar_year) == (1.0, 2024)
