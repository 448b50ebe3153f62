"""The page on how far a model is off tells every observation and parameter."""

import pytest
from tests.studies.calibrations import observation, with_rows, with_years
from tests.studies.test_calibrate import BY_LORRY, BY_SEA, EAST, HOLD, SEA, YEARS

from bereket import read_model
from bereket.report.fit_page import fit_page
from bereket.report.fits import fit_context
from bereket.studies.calibrate import ahead, calibrate
from bereket.studies.calibrate.params import CalibrateParams
from bereket.studies.calibrate.table import fit_rows


@pytest.fixture(scope="module")
def bare(teaching):
    return with_years(read_model(teaching), (2024, 2025, 2026))


@pytest.fixture(scope="module")
def model(bare):
    return with_rows(bare, parameters=[BY_SEA, BY_LORRY], observations=YEARS)


@pytest.fixture(scope="module")
def found(model):
    return calibrate(model, params=HOLD)


def test_every_observation_and_parameter_stands_on_the_page(found):
    page = fit_page(found)
    for each in found.observations:
        assert f"`{each.observation_id}`" in page
    for each in found.parameters:
        assert f"| `{each.name}` |" in page
    assert "## 2026, held out" in page
    assert found.model_hash[:12] in page


def test_the_page_is_the_same_whenever_it_is_made(model, found):
    assert fit_page(calibrate(model, params=HOLD)) == fit_page(found)


def test_ways_found_in_processes_are_the_ways_found_in_one(model, found, monkeypatch):
    monkeypatch.setattr(ahead, "WORTH_IT", 1)
    shared = calibrate(model, params=CalibrateParams(hold_out=2026, processes=2))
    assert shared.as_dict() == found.as_dict()


def test_more_seen_than_is_wanted_is_put_down_to_the_demand(bare):
    rows = [*YEARS[:4], observation("much", SEA, 9e6, 2026, **EAST)]
    told = with_rows(bare, parameters=[BY_SEA], observations=rows)
    (much,) = calibrate(told, params=HOLD).of(held_out=True)
    assert much.why_kind == "demand"
    assert much.reach < 9e6
    assert "cells are missing" in much.why


def test_less_seen_than_the_model_sends_is_put_down_to_the_choice(bare):
    rows = [*YEARS[:4], observation("little", SEA, 1e3, 2026, **EAST)]
    told = with_rows(bare, parameters=[BY_SEA], observations=rows)
    (little,) = calibrate(told, params=HOLD).of(held_out=True)
    assert little.why_kind == "choice"
    assert little.error_percent > 100


def test_a_fit_kept_with_the_model_keeps_what_was_met(found):
    rows = {row["observation_id"]: row for row in fit_rows(found)}
    for each in found.observations:
        row = rows[each.observation_id]
        assert float(row["modelled"]) == pytest.approx(each.modelled_after, rel=1e-5)
        assert row["held_out"] == str(each.held_out).lower()


def test_a_first_screen_without_a_fit_tells_none(model):
    assert fit_context([], model)["rows"] == []
