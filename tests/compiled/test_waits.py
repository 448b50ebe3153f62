"""Cargo waits for departures, for a ship's fill and for a train's."""

import numpy as np
import pytest
from tests.compiled.models import best, graph_of, line_tables, sea_tables, ways

from bereket.compiled.values import service_wait

EXACT = 1e-9  # sums of a few decimal fractions


def ferry(**cells):
    tables = sea_tables()
    tables["service"][0] |= cells
    return tables


def wait_of(**cells):
    mean, variance = service_wait(graph_of(ferry(**cells)).model)
    return float(mean[0]), float(variance[0])


def leg_of(way, kind):
    (leg,) = [leg for leg in way.legs if leg.kind == kind]
    return leg


@pytest.mark.parametrize(
    ("cv", "mean_h", "variance_h2"),
    [
        # H = 168 / 7 = 24; 24 x 1.25 / 2; 576 x 1.25 x 1.5 / 3 - 225
        (0.5, 15.0, 360.0 - 225.0),
        # 24 x 2 / 2; 576 x 2 x 3 / 3 - 576
        (1.0, 24.0, 1152.0 - 576.0),
        # 24 x 5 / 2; 576 x 5 x 9 / 3 - 3,600
        (2.0, 60.0, 8640.0 - 3600.0),
    ],
)
def test_an_irregular_headway_lengthens_the_wait(cv, mean_h, variance_h2):
    found = wait_of(kind="headway", sailings_per_week=7, headway_cv=cv)
    assert found == pytest.approx((mean_h, variance_h2), rel=EXACT)


@pytest.mark.parametrize(
    ("flow_per_week", "fill_h"), [(350.0, 48.0), (700.0, 24.0), (1400.0, 12.0)]
)
def test_a_ship_that_sails_when_full_waits_its_fill(flow_per_week, fill_h):
    """100 slots over a flow: the departures a week that the row must state."""
    found = wait_of(kind="fill", sailings_per_week=flow_per_week / 100)
    assert found == pytest.approx((fill_h, fill_h**2), rel=EXACT)


@pytest.mark.parametrize("kind", ["headway", "fill"])
@pytest.mark.parametrize("limit_h", [0.0, 6.0, 24.0, 48.0])
def test_no_wait_is_longer_than_the_limit(kind, limit_h):
    """A ship that fills in 72 h; waits within [0, M] have sd <= M / 2."""
    free = wait_of(kind=kind, sailings_per_week=7 / 3, headway_cv=1)
    mean, variance = wait_of(
        kind=kind, sailings_per_week=7 / 3, headway_cv=1, max_wait_h=limit_h
    )
    assert 0 <= mean <= min(limit_h, free[0])
    assert 0 <= variance <= min(free[1], limit_h**2 / 4)


def test_a_limit_far_above_the_fill_changes_nothing():
    free = wait_of(kind="fill", sailings_per_week=7)
    bound = wait_of(kind="fill", sailings_per_week=7, max_wait_h=24.0 * 40)
    assert bound == pytest.approx(free, rel=EXACT)


def test_the_wait_for_the_fill_stands_in_the_leg_of_the_way():
    """H = 24 and cv 1 wait 24 h, loading 2, 750 km at 25 km/h, unloading 3."""
    found = ways(ferry(kind="fill", sailings_per_week=7))
    (way,) = [way for way in found.alternatives if "QH" in way.link_ids]
    crossing = leg_of(way, "service")
    assert crossing.wait_h == pytest.approx(24.0, rel=EXACT)
    assert crossing.time_h == pytest.approx(24 + 2 + 30 + 3, rel=EXACT)
    assert crossing.sd_h == pytest.approx(24.0, rel=EXACT)


def test_a_block_train_waits_at_the_loading_for_its_fill():
    """57 wagons at 19 a day fill in 72 h; a wagon waits half of that.

    Where each wagon comes evenly the spread is that of 0 to 72 h: 72 / root 12.
    """
    plain = line_tables()
    block = line_tables()
    spread = 72 / np.sqrt(12)
    block["transfer"][0] |= {"dwell_h": 36.0, "dwell_sd_h": spread}
    before, after = best(plain).totals, best(block).totals
    load = leg_of(best(block), "load")
    assert (load.wait_h, load.time_h) == pytest.approx((36.0, 36.0 + 1.0), rel=EXACT)
    assert after.door_to_door_h - before.door_to_door_h == pytest.approx(36.0)
    assert after.time_h == before.time_h  # departure to arrival: the train has left
    assert after.sd_h == pytest.approx(spread, rel=EXACT)


def test_a_block_train_formed_anew_waits_where_it_is_boarded_only():
    """36 h of gathering at P; from Q on the train runs through."""
    tables = line_tables()
    tables["stop"] = [
        {"node_id": place, "carrier_id": "train", "technical_h": 0, "forming_h": 36}
        for place in "PQR"
    ]
    plain, formed = best(line_tables()), best(tables)
    hours = formed.totals.door_to_door_h - plain.totals.door_to_door_h
    assert hours == pytest.approx(36.0, rel=EXACT)
    assert leg_of(formed, "load").wait_h == pytest.approx(36.0, rel=EXACT)
