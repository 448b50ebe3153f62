"""Hours, kilometres and emissions of arcs are those of their rows."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma
from tests.compiled.models import arc, best, graph_of, line_tables, row, sea_tables

from bereket.compiled.values import headway_wait, service_wait

EXACT = 1e-9  # sums of a few decimal fractions
INTEGRAL = 1e-6  # relative; quad's own estimate of its error stays below
STANDARD_ERRORS = 4.0  # of a mean of independent draws: 1 in 16,000 goes beyond
DRAWS = 200_000
NONE = np.array([np.nan])


def wait_of(sailings, cv, longest=np.nan):
    mean, variance = headway_wait(
        np.array([sailings]), np.array([cv]), np.array([longest])
    )
    return float(mean[0]), float(variance[0])


def gamma_headways(mean, cv):
    return gamma(a=1 / cv**2, scale=mean * cv**2)


@pytest.mark.parametrize("cv", [0.25, 0.5, 1.0, 1.5])
def test_wait_is_the_integral_over_gamma_headways(cv):
    """Cargo that comes at any time meets the rest of a headway: density sf(x) / H."""
    sailings = 2.0
    headway = 168.0 / sailings
    law = gamma_headways(headway, cv)
    far = law.ppf(1 - 1e-14)
    first, second = (
        quad(lambda x, p=p: x**p * law.sf(x) / headway, 0, far, limit=400)[0]
        for p in (1, 2)
    )
    mean, variance = wait_of(sailings, cv)
    assert mean == pytest.approx(first, rel=INTEGRAL)
    assert variance == pytest.approx(second - first**2, rel=INTEGRAL)


def test_wait_is_that_of_simulated_arrivals_at_any_time():
    rng = np.random.default_rng(7)
    sailings, cv = 3.0, 0.8
    headways = gamma_headways(168.0 / sailings, cv).rvs(DRAWS, random_state=rng)
    departures = np.cumsum(headways)
    # a part of the time only, so that the last arrival still meets a departure
    arrivals = rng.uniform(0.0, 0.9 * departures[-1], DRAWS)
    waits = departures[np.searchsorted(departures, arrivals)] - arrivals
    mean, variance = wait_of(sailings, cv)
    # headways are drawn once and arrivals once: two sources of error
    error = np.hypot(waits.std(), headways.std()) / np.sqrt(DRAWS)
    assert abs(waits.mean() - mean) < STANDARD_ERRORS * error
    fourth = np.mean((waits - waits.mean()) ** 4)
    error = np.sqrt(2 * (fourth - waits.var() ** 2) / DRAWS)
    assert abs(waits.var() - variance) < STANDARD_ERRORS * error


def test_clockwork_wait_is_spread_evenly_over_the_headway():
    assert wait_of(7.0, 0.0) == pytest.approx((12.0, 24.0**2 / 12), rel=EXACT)


def test_a_limit_caps_mean_and_spread():
    mean, variance = wait_of(1.0, 1.0, longest=24.0)
    assert (mean, variance) == pytest.approx((24.0, 24.0**2 / 12), rel=EXACT)


def test_a_limit_above_the_mean_changes_nothing():
    assert wait_of(7.0, 0.5, longest=24.0) == wait_of(7.0, 0.5)


@pytest.mark.parametrize(
    ("kind", "cv", "mean_h"),
    [
        ("timetable", np.nan, 6.0),
        ("timetable", 1.0, 6.0),  # a timetable keeps its times
        ("headway", np.nan, 6.0),
        ("headway", 1.0, 12.0),
        ("fill", np.nan, 12.0),  # a ship that leaves when full leaves at random
        ("fill", 0.5, 7.5),
    ],
)
def test_wait_follows_the_kind_of_service(kind, cv, mean_h):
    tables = sea_tables()
    tables["service"][0] |= {"kind": kind, "headway_cv": cv}
    mean, _ = service_wait(graph_of(tables).model)
    assert mean[0] == pytest.approx(mean_h, rel=EXACT)


def test_sailings_that_fall_out_lengthen_the_headway():
    tables = sea_tables()
    tables["service"][0]["availability"] = 0.5
    mean, variance = service_wait(graph_of(tables).model)
    assert (mean[0], variance[0]) == pytest.approx((12.0, 24.0**2 / 12), rel=EXACT)


def test_boarding_is_wait_loading_and_berth_and_both_spreads_count():
    tables = sea_tables()
    tables["port"] = [
        row("node_id berth_kind carrier_id wait_h wait_sd_h", "Q", "dry", "ferry", 5, 3)
    ]
    graph = graph_of(tables)
    board = arc(graph, "board", "service:boat", start="Q")
    elsewhere = [
        a
        for a in range(graph.n_arcs)
        if graph.arcs.kind[a] == graph.arcs.kind[board]
        and graph.arcs.start_idx[a] != graph.arcs.start_idx[board]
    ]
    assert graph.values.time_h[board] == pytest.approx(6 + 2 + 5, rel=EXACT)
    assert graph.values.wait_h[board] == pytest.approx(6 + 5, rel=EXACT)
    assert graph.values.variance_h2[board] == pytest.approx(12**2 / 12 + 9, rel=EXACT)
    assert graph.values.time_h[elsewhere] == pytest.approx([8.0] * 3, rel=EXACT)


def test_a_ride_takes_the_slower_of_ship_and_link():
    tables = sea_tables()
    tables["link"][-2]["commercial_speed_kmh"] = 10.0
    tables["link"][-1]["commercial_speed_kmh"] = 100.0
    graph = graph_of(tables)
    rides = [
        arc(graph, "ride", f"link:{x}", start=y) for x, y in (("QH", "Q"), ("HR", "H"))
    ]
    assert graph.values.time_h[rides] == pytest.approx([25.0, 20.0], rel=EXACT)
    assert graph.values.wait_h[rides].tolist() == [0.0, 0.0]


def test_alighting_takes_the_unloading_time():
    graph = graph_of(sea_tables())
    alight = arc(graph, "alight", "service:boat", start="R")
    assert graph.values.time_h[alight] == 3.0


def test_a_line_takes_the_slower_of_train_and_link():
    tables = line_tables()
    tables["link"][0]["commercial_speed_kmh"] = 20.0
    tables["link"][2]["commercial_speed_kmh"] = 80.0
    graph = graph_of(tables)
    lines = [
        arc(graph, "line", "link:PQ", start="P"),
        arc(graph, "line", "link:QR", start="Q"),
        arc(graph, "line", "link:RS", start="R"),
    ]
    assert graph.values.time_h[lines] == pytest.approx([5.0, 1.0, 4.0], rel=EXACT)
    assert graph.values.length_km[lines].tolist() == [100.0, 50.0, 200.0]


def test_a_technical_stop_counts_where_the_train_arrives():
    tables = line_tables()
    tables["stop"] = [
        row("node_id carrier_id technical_h forming_h sd_h", "Q", "rail", 3, 7, 2)
    ]
    graph = graph_of(tables)
    figures = graph.values
    for link, start, time_h, variance in (
        ("PQ", "P", 2 + 3, 4),
        ("QR", "R", 1 + 3, 4),
        ("PQ", "Q", 2, 0),
        ("QR", "Q", 1, 0),
        ("RS", "R", 4, 0),
    ):
        line = arc(graph, "line", f"link:{link}", start=start)
        assert figures.time_h[line] == pytest.approx(time_h, rel=EXACT)
        assert figures.variance_h2[line] == variance
    lorry = arc(graph, "line", "link:qr", start="R")
    assert figures.time_h[lorry] == pytest.approx(8.0, rel=EXACT)


def test_a_train_is_formed_where_cargo_boards_it():
    """Loading and transfers to the train wait for forming; leaving it does not."""
    tables = line_tables()
    tables["stop"] = [
        row("node_id carrier_id technical_h forming_h sd_h", place, "rail", 0, 7, 2)
        for place in "PQS"
    ]
    graph = graph_of(tables)
    for kind, reference, time_h in (
        ("load", "transfer:P::train:load", 1 + 7),
        ("unload", "transfer:P:train::unload", 1),
        ("transfer", "transfer:Q:lorry:train:tranship", 2 + 7),
        ("transfer", "transfer:Q:train:lorry:tranship", 2),
        ("transfer", "transfer:R:lorry:train:tranship", 2),
    ):
        assert graph.values.time_h[arc(graph, kind, reference)] == time_h, reference


def test_a_border_side_takes_papers_inspection_and_wait():
    tables = line_tables()
    tables["border"][0] |= {
        "document_h": 2.0,
        "inspection_h": 3.0,
        "wait_h": 4.0,
        "wait_sd_h": 5.0,
    }
    graph = graph_of(tables)
    exit_side = arc(graph, "border", "border:Q:R:rail:AAA:SMGS")
    entry_side = arc(graph, "border", "border:Q:R:rail:BBB:SMGS")
    assert graph.values.time_h[[exit_side, entry_side]].tolist() == [9.0, 1.0]
    assert graph.values.variance_h2[[exit_side, entry_side]].tolist() == [25.0, 0.0]
    assert graph.values.length_km[exit_side] == 0.0


def test_dwell_is_waited_and_handling_is_not():
    tables = line_tables()
    tables["transfer"][0] |= {"handling_h": 2.0, "dwell_h": 5.0, "dwell_sd_h": 3.0}
    graph = graph_of(tables)
    load = arc(graph, "load", "transfer:P::train:load")
    figures = graph.values
    assert (figures.time_h[load], figures.wait_h[load]) == (7.0, 5.0)
    assert figures.variance_h2[load] == 9.0


def test_electric_trains_emit_by_current_only_under_the_wire():
    tables = line_tables()
    tables["carrier"][0] |= {
        "emission_kgco2e_per_tkm_electric": 0.01,
        "emission_kgco2e_per_tkm_diesel": 0.03,
    }
    tables["link"][0]["electrified"] = 1
    assert best(tables).totals.emission_kgco2e_per_t == pytest.approx(
        100 * 0.01 + 250 * 0.03, rel=EXACT
    )


def test_a_train_without_an_electric_figure_emits_the_diesel_one_under_the_wire():
    tables = line_tables()
    tables["carrier"][0]["emission_kgco2e_per_tkm_diesel"] = 0.03
    tables["link"][0]["electrified"] = 1
    assert best(tables).totals.emission_kgco2e_per_t == pytest.approx(10.5, rel=EXACT)


def test_the_spread_of_a_way_is_the_root_of_summed_variances():
    tables = line_tables()
    tables["border"][0]["wait_sd_h"] = 3.0
    tables["border"][1]["wait_sd_h"] = 4.0
    assert best(tables).totals.sd_h == pytest.approx(5.0, rel=EXACT)
