"""Sweeps: quantiles, tornado and screening on models that are worked out by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import triang
from tests.model.altered import row_at, with_cell

from bereket import (
    BASELINE,
    AssignParams,
    BereketError,
    CapacityParams,
    QuestionError,
    RouteParams,
    RowReference,
    Scenario,
    SetValue,
    SweepParams,
    assign,
    capacity,
    read_model,
    route,
    sweep,
)
from bereket.studies.factors import Asked, factors_of
from bereket.studies.headlines import headlines_of
from bereket.studies.replications import Bench, Setup
from bereket.studies.sampling import drawn_model, latin_hypercube

ROUTE = RouteParams("ASH", "CCY", "containers")
STEPPE = CapacityParams("steppe")
EXACT = 1e-9
STRATUM = 0.02  # of a quantile of 100 strata, in widths of the triangle
LOADED = 0  # a row of table transfer
WAY_USD_PER_T = 101.6  # the best way for containers, README of the model
TEN_TRAINS = 10 * 2 * 1800 * 365  # of rail_BBO_BCY both ways, before it is uneven


def bounded(model, table, position, column, low, high):
    for end, bound in (("_low", low), ("_high", high)):
        model = with_cell(model, table, position, column + end, bound)
    return model


def at(low, value, high, level):
    return triang.ppf(level, (value - low) / (high - low), low, high - low)


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="module")
def uneven(model):
    """The section that binds, with its unevenness unsure: pairs = 10 / uneven_k."""
    return bounded(
        model, "link", row_at(model, "link", "rail_BBO_BCY"), "uneven_k", 1.2, 2.0
    )


@pytest.fixture(scope="module")
def priced(model):
    """Two charges of the best way, and the hour of another cargo, unsure."""
    reload = row_at(model, "transfer", "BBO", "rail1520", "rail1435", "reload")
    unload = row_at(model, "transfer", "CCY", "rail1435", "", "unload")
    model = bounded(model, "transfer", reload, "cost_usd_per_t", 3.0, 6.0)
    model = bounded(model, "transfer", unload, "cost_usd_per_t", 1.9, 2.5)
    return bounded(model, "commodity", 1, "vot_usd_per_t_h", 0.05, 0.5)


# --- figures by hand -----------------------------------------------------------


def test_quantiles_of_a_capacity_are_those_of_the_cell_that_makes_it(uneven):
    found = sweep(uneven, params=SweepParams(STEPPE, samples=100), seed=1)
    spread = found.main
    assert spread.headline == "capacity_t_per_year"
    assert (spread.unit, spread.samples) == ("t/year", 100)
    assert spread.base == pytest.approx(TEN_TRAINS / 1.25)
    for name, level in (("p5", 0.95), ("p50", 0.5), ("p95", 0.05)):
        pairs = 1 / at(1.2, 1.25, 2.0, level)
        assert getattr(spread, name) == pytest.approx(TEN_TRAINS * pairs, rel=STRATUM)


def test_the_tornado_is_the_capacity_at_p10_and_p90_of_the_cell(uneven):
    found = sweep(uneven, params=SweepParams(STEPPE, samples=20), seed=1)
    (swing,) = found.tornado
    low, high = (TEN_TRAINS / at(1.2, 1.25, 2.0, level) for level in (0.1, 0.9))
    assert swing.at_p10 == pytest.approx(low, rel=EXACT)
    assert swing.at_p90 == pytest.approx(high, rel=EXACT)
    assert swing.swing == pytest.approx(low - high, rel=1e-6)
    assert swing.factor.references == ("link:rail_BBO_BCY.uneven_k",)
    assert (swing.rank, swing.factor.quality) == (1, "reported")


def test_the_tornado_of_a_cost_that_adds_up_ranks_by_the_width_of_its_parts(priced):
    found = sweep(priced, params=SweepParams(ROUTE, samples=60), seed=2)
    assert found.headline == "generalised_usd_per_t"
    reload, unload = (
        found.tornado
    )  # the hour of a cargo that was not asked is not there
    for swing, name, ends in (
        (reload, "transfer:BBO:rail1520:rail1435:reload", (3, 4, 6)),
        (unload, "transfer:CCY:rail1435::unload", (1.9, 2, 2.5)),
    ):
        low, value, high = ends
        by_hand = at(low, value, high, 0.1), at(low, value, high, 0.9)
        assert swing.factor.references == (f"{name}.cost_usd_per_t",)
        assert (swing.factor.low, swing.factor.high) == (low, high)
        assert swing.factor.unit == "USD/t"
        figures = swing.at_p10 - WAY_USD_PER_T, swing.at_p90 - WAY_USD_PER_T
        assert figures == pytest.approx([each - value for each in by_hand])
        assert swing.swing == pytest.approx(by_hand[1] - by_hand[0])
    assert [each.rank for each in found.tornado] == [1, 2]
    assert min(unload.score, reload.score) > 1.0


def test_the_screening_names_what_moves_and_not_what_does_not(priced):
    found = sweep(priced, params=SweepParams(ROUTE, samples=60), seed=2)
    first, second = found.screening
    assert first.factor.references[0].startswith("transfer:BBO")
    assert second.factor.references[0].startswith("transfer:CCY")
    assert first.rank_coefficient > 0.9
    assert first.first_order > 0.85
    assert {first.headline, *first.also} == {"generalised_usd_per_t", "cost_usd_per_t"}


@pytest.mark.parametrize(
    ("question", "ask"),
    [(STEPPE, capacity), (ROUTE, route), (AssignParams(year=2025), assign)],
    ids=["capacity", "route", "assign"],
)
def test_the_base_is_the_answer_of_the_verb_itself(uneven, question, ask):
    uneven = bounded(uneven, "demand", 0, "tonnes", 8e6, 1e7)
    uneven = bounded(uneven, "transfer", LOADED, "dwell_h", 2, 8)
    found = sweep(uneven, params=SweepParams(question, samples=2, most=0))
    theirs = headlines_of(ask(uneven, params=question)).figures
    ours = {each.headline: each.base for each in found.quantiles}
    known = {name: value for name, value in theirs.items() if not np.isnan(value)}
    assert ours == pytest.approx(known, rel=1e-6)


def test_an_assignment_has_the_headlines_of_the_verb_on_a_draw_of_caspian(caspian):
    model, question = read_model(caspian), AssignParams(year=2024, gap=1e-3)
    every = Asked({n: frozenset(t.columns) for n, t in model.tables.items()}, (), 2024)
    factors = factors_of(model, every)
    names = tuple(factor.name for factor in factors.each)
    day = date(2024, 7, 1)
    bench = Bench(
        Setup(
            name=model.name,
            tables={name: dict(table.columns) for name, table in model.tables.items()},
            scenario=BASELINE,
            question=question,
            factors=factors,
            shape="triangular",
            days=(day,),
            changed_days=(),
            day=day,
            year=2024,
        )
    )
    # the second draw finds what is kept of the model and the first
    for draw in latin_hypercube(names, 2, 1):
        drawn = drawn_model(model, factors, draw, "triangular")
        ours = bench.answer(draw)
        theirs = headlines_of(assign(drawn, params=question))
        assert ours.figures == pytest.approx(theirs.figures, rel=EXACT, abs=EXACT)
        assert ours.units == theirs.units
        assert ours.figures["served_mt_per_year"] > 100


def test_more_demand_is_served_where_there_is_room(model):
    row = row_at(model, "demand", "ASH", "CCY", "containers", "2025")
    unsure = bounded(model, "demand", row, "tonnes", 200_000, 600_000)
    asked = SweepParams(
        AssignParams(year=2025), samples=6, headline="steppe_mt_per_year"
    )
    found = sweep(unsure, params=asked, seed=1)
    assert found.stamp.question == "sweep"
    assert found.n_cells == 1
    served = {each.headline: each for each in found.quantiles}["served_mt_per_year"]
    assert served.p5 < served.p95


# --- seeds and processes -------------------------------------------------------


def figures(found):
    return [each.figures for each in found.draws.values()]


def test_the_same_seed_gives_the_same_samples_with_any_number_of_processes(priced):
    asked = SweepParams(ROUTE, samples=12)
    alone = sweep(priced, params=asked, seed=7)
    shared = sweep(priced, params=replace(asked, processes=2), seed=7)
    assert figures(alone) == figures(shared)
    assert alone.tornado == shared.tornado
    assert alone.stamp.params == shared.stamp.params
    assert figures(sweep(priced, params=asked, seed=8)) != figures(alone)


def test_a_sweep_leaves_the_model(priced):
    before = priced.content_hash
    kept = {n: dict(t.columns) for n, t in priced.tables.items()}
    sweep(priced, params=SweepParams(ROUTE, samples=4, most=1))
    assert priced.content_hash == before
    for name, columns in kept.items():
        for column, values in columns.items():
            assert priced[name].columns[column] is values


# --- scenarios -----------------------------------------------------------------


def test_a_cell_that_the_scenario_sets_does_not_move(uneven):
    link = RowReference("link", ("rail_BBO_BCY",))
    fixed = Scenario("even", (SetValue(link, "uneven_k", "1.6"),))
    found = sweep(uneven, fixed, SweepParams(STEPPE, samples=4))
    assert found.main.p5 == found.main.p95 == pytest.approx(TEN_TRAINS / 1.6)
    assert found.tornado == ()
    assert "nothing that was drawn moves" in found.notes[-1]


def test_a_scenario_of_an_assignment_is_asked_of_every_draw(model):
    row = row_at(model, "demand", "ASH", "CCY", "containers", "2025")
    unsure = bounded(model, "demand", row, "tonnes", 200_000, 600_000)
    shut = Scenario(
        "shut", (SetValue(RowReference("link", ("rail_BBO_BCY",)), "uneven_k", "1.6"),)
    )
    question = AssignParams(year=2025)
    found = sweep(unsure, shut, SweepParams(question, samples=2, most=0))
    theirs = headlines_of(assign(unsure, shut, question)).figures
    assert found.main.base == pytest.approx(theirs[found.headline])


# --- faults and stops ----------------------------------------------------------


def test_samples_without_an_answer_are_counted_and_named(uneven):
    at_ = row_at(uneven, "commodity", "containers")
    unsure = with_cell(uneven, "commodity", at_, "vot_usd_per_t_h", 0.5)
    unsure = bounded(unsure, "commodity", at_, "vot_usd_per_t_h", -0.5, 0.6)
    asked = SweepParams(AssignParams(year=2025), samples=10, most=0)
    found = sweep(unsure, params=asked, seed=1)
    (failure,) = found.failures
    assert "vot_usd_per_t_h above 0" in failure.why
    assert 0 < failure.samples < 10
    assert found.as_dict()["answered"] == 10 - failure.samples == found.main.samples
    assert f"{failure.samples} of 10 samples have no answer" in found.warnings[0]


def test_a_question_without_an_answer_is_not_swept(uneven):
    question = RouteParams("ASH", "CCY", "containers", avoid=("BBO", "AJN", "APO"))
    with pytest.raises(QuestionError, match="as the model stands there is no answer"):
        sweep(uneven, params=SweepParams(question))


def test_what_is_done_when_it_is_stopped_comes_marked(priced):
    asked = SweepParams(ROUTE, samples=10)
    found = sweep(priced, params=asked, monitor=lambda done, of, note: done < 4)  # noqa: ARG005
    assert (found.status, found.done, found.samples) == ("interrupted", 4, 10)
    assert found.warnings == ("interrupted: 4 of 10 samples are done",)
    assert found.tornado == ()
    assert found.main.samples == 4


def test_an_interrupted_sweep_goes_on_where_it_stopped(priced):
    asked = SweepParams(ROUTE, samples=8)
    part = sweep(priced, params=asked, seed=3, monitor=lambda done, of, note: done < 5)  # noqa: ARG005
    seen = []
    whole = sweep(
        priced,
        params=asked,
        seed=3,
        start=part,
        monitor=lambda done, of, note: seen.append(done) is None,  # noqa: ARG005
    )
    assert seen == [6, 7, 8]
    assert figures(whole) == figures(sweep(priced, params=asked, seed=3))
    assert whole.status == "answered"


def test_all_that_cannot_be_asked_is_refused_at_once():
    with pytest.raises(QuestionError) as refused:
        SweepParams(ROUTE, samples=1, processes=0, shape="normal", moves="up")
    said = str(refused.value).splitlines()
    assert [line.split()[0] for line in said] == [
        *("samples", "processes", "moves", "shape")
    ]


def test_a_headline_that_there_is_not_is_refused_with_those_that_there_are(priced):
    with pytest.raises(QuestionError, match="it has generalised_usd_per_t, cost_usd"):
        sweep(priced, params=SweepParams(ROUTE, headline="tonnes"))


def test_no_question_is_refused(model):
    with pytest.raises(BereketError, match="say what is to be asked"):
        sweep(model)


def test_tables_have_quantiles_tornado_and_every_sample(priced):
    found = sweep(priced, params=SweepParams(ROUTE, samples=4))
    tables = found.tables()
    assert {"quantiles", "tornado", "screening", "samples", "left_out"} <= set(tables)
    assert tables["samples"]["sample"].tolist() == [1, 2, 3, 4]
    assert found.summary().splitlines()[-1] == found.stamp.line()
