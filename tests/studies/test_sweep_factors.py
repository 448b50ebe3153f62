"""Which cells are drawn, and which of them move together."""

from datetime import date

import numpy as np
import pytest
from tests.model.altered import row_at, with_cell

from bereket import ModelError, QuestionError, read_model
from bereket.compiled.graph import build
from bereket.model.calendar import as_day
from bereket.studies.factors import (
    HALF,
    NO_WIDTH,
    NOT_OPEN,
    NOT_READ,
    OTHER_YEAR,
    Asked,
    factors_of,
)
from bereket.studies.readings import Readings
from bereket.studies.replications import refigured
from bereket.studies.sampling import drawn_model, latin_hypercube

ONLY_DWELL = Asked({"transfer": frozenset({"dwell_h"})}, ())


def every(model):
    return Asked({n: frozenset(t.columns) for n, t in model.tables.items()}, ())


def bounded(model, table, position, column, low, high):
    for end, bound in (("_low", low), ("_high", high)):
        model = with_cell(model, table, position, column + end, bound)
    return model


@pytest.fixture
def dwells(teaching):
    """Three dwells with bounds: the first two of half and twice, the third apart."""
    model = read_model(teaching)
    for position, low, high in ((0, 2, 8), (5, 2, 8), (2, 1, 8)):
        model = bounded(model, "transfer", position, "dwell_h", low, high)
        model = with_cell(model, "transfer", position, "note", "yard; guess")
    return model


def cells_of(found):
    return sorted(factor.cells for factor in found.each)


def test_rows_of_one_rule_are_one_factor(dwells):
    assert cells_of(factors_of(dwells, ONLY_DWELL)) == [1, 2]


def test_rows_of_other_relative_bounds_are_another_factor(dwells):
    model = bounded(dwells, "transfer", 5, "dwell_h", 3, 8)
    assert cells_of(factors_of(model, ONLY_DWELL)) == [1, 1, 1]


def test_notes_that_share_no_part_are_other_rules(dwells):
    model = with_cell(dwells, "transfer", 5, "note", "fence; by the harbour")
    assert cells_of(factors_of(model, ONLY_DWELL)) == [1, 1, 1]


def test_notes_that_share_a_part_are_one_rule(dwells):
    model = with_cell(dwells, "transfer", 5, "note", "by the harbour; guess")
    assert cells_of(factors_of(model, ONLY_DWELL)) == [1, 2]


def test_a_part_that_is_said_with_many_bounds_is_no_rule(dwells):
    model = with_cell(dwells, "transfer", 5, "note", "by the harbour; guess")
    for position in (1, 3, 4):  # other relative bounds, the same word
        model = bounded(model, "transfer", position, "dwell_h", 0, 50 + position)
        model = with_cell(model, "transfer", position, "note", "guess")
    assert cells_of(factors_of(model, ONLY_DWELL)) == [1, 1, 1, 1, 1, 1]


def test_flows_of_demand_are_of_one_rule_by_their_whole_note(teaching):
    model = read_model(teaching)
    for position, note in ((0, "guess; a"), (1, "guess; b"), (2, "guess; b")):
        tonnes = float(model["demand"].number("tonnes")[position])
        model = bounded(model, "demand", position, "tonnes", tonnes / 2, tonnes * 2)
        model = with_cell(model, "demand", position, "note", note)
    asked = Asked({"demand": frozenset({"tonnes"})}, (), 2025)
    assert cells_of(factors_of(model, asked)) == [1, 2]


def test_another_quality_is_another_rule(dwells):
    model = with_cell(dwells, "transfer", 5, "quality", "derived")
    assert cells_of(factors_of(model, ONLY_DWELL)) == [1, 1, 1]


def test_every_cell_moves_alone_where_that_is_asked(dwells):
    assert cells_of(factors_of(dwells, ONLY_DWELL, "alone")) == [1, 1, 1]


def test_a_factor_names_its_cells_with_bounds_and_unit(dwells):
    first = factors_of(dwells, ONLY_DWELL).each[0]
    assert first.references[0].startswith("transfer:")
    assert first.references[0].endswith(".dwell_h")
    assert (first.low, first.high, first.unit) == (2, 8, "h")


def test_figures_that_differ_give_bounds_as_parts_of_the_figure(dwells):
    model = with_cell(dwells, "transfer", 5, "dwell_h", 40.0)
    model = bounded(model, "transfer", 5, "dwell_h", 20, 80)
    (factor,) = (f for f in factors_of(model, ONLY_DWELL).each if f.cells == 2)
    assert (factor.low, factor.high, factor.unit) == (0.5, 2.0, "x value")


def test_points_of_a_curve_move_together_also_alone(caspian):
    model = read_model(caspian)
    asked = Asked({"vessel_load": frozenset({"payload_share"})}, ())
    found = factors_of(model, asked, "alone")
    vessels = {key[0] for key in model["vessel_load"].keys}
    assert len(found) <= len(vessels) < found.value.size


def test_cells_that_are_not_drawn_are_counted_by_why(dwells):
    model = with_cell(dwells, "transfer", 1, "dwell_h_low", 1.0)  # no high
    model = bounded(model, "transfer", 3, "dwell_h", 1, 1)
    model = bounded(model, "transfer", 3, "handling_h", 0, 9)
    found = factors_of(model, ONLY_DWELL)
    assert found.left_out[HALF] == 2  # with that of base_trains_per_day
    assert found.left_out[NO_WIDTH] == 1
    assert found.left_out[NOT_READ] > 0


def test_demand_of_other_years_is_left_out(teaching):
    model = bounded(read_model(teaching), "demand", 0, "tonnes", 1e6, 2e7)
    model = bounded(model, "demand", 1, "tonnes", 1e5, 1e6)
    model = with_cell(model, "demand", 1, "year", 2030.0)
    asked = Asked({"demand": frozenset({"tonnes"})}, (), 2025)
    found = factors_of(model, asked)
    assert [f.references[0] for f in found.each] == ["demand:ASH:CCY:grain:2025.tonnes"]
    assert found.left_out[OTHER_YEAR] == 1


def test_rows_that_are_not_open_on_the_date_are_left_out(dwells):
    at = row_at(dwells, "link", "rail_BBO_BCY")
    model = bounded(dwells, "link", at, "uneven_k", 1.1, 1.5)
    columns = {"link": frozenset({"uneven_k"})}
    day = date(2025, 6, 1)
    assert len(factors_of(model, Asked(columns, (day,)))) == 1
    shut = with_cell(model, "link", at, "valid_to", "2024")
    with pytest.raises(QuestionError, match=NOT_OPEN):
        factors_of(shut, Asked(columns, (day,)))


def test_figures_beyond_their_bounds_are_all_named(dwells):
    model = with_cell(dwells, "transfer", 0, "dwell_h", 99.0)
    model = with_cell(model, "transfer", 5, "dwell_h", 0.5)
    with pytest.raises(ModelError) as refused:
        factors_of(model, ONLY_DWELL)
    first, second = refused.value.issues
    assert str(first).startswith("transfer row 2, dwell_h: dwell_h_low <= dwell_h")
    assert (second.table, second.rows, second.field) == ("transfer", (7,), "dwell_h")


def test_a_model_without_bounds_is_refused(teaching):
    with pytest.raises(QuestionError, match="no cell that the question reads"):
        factors_of(read_model(teaching), ONLY_DWELL)


def test_the_column_that_is_read_is_noted_and_no_other(teaching):
    readings = Readings(read_model(teaching))
    readings.model["transfer"].number("dwell_h")
    first = next(iter(readings.model["transfer"].columns))  # by which rows are counted
    assert readings.columns["transfer"] - {first} == {"dwell_h"}
    assert readings.columns["link"] == frozenset()


def test_a_refigured_network_is_that_which_is_built_anew(caspian):
    model = read_model(caspian)
    day = as_day(model.config("base_date"))
    factors = factors_of(model, every(model))
    names = tuple(factor.name for factor in factors.each)
    assert len(set(names)) == len(names)
    drawn = drawn_model(model, factors, latin_hypercube(names, 2, 3)[0], "triangular")
    quick, anew = refigured(build(model, day), drawn), build(drawn, day)
    for part in ("arcs", "values", "vertices"):
        for name in getattr(anew, part).__dataclass_fields__:
            ours, theirs = (getattr(getattr(g, part), name) for g in (quick, anew))
            np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(quick.is_open, anew.is_open)
    np.testing.assert_array_equal(quick.indptr, anew.indptr)
