"""The efficient ways are those of a full enumeration, on small random models."""

import numpy as np
import pytest
from tests.compiled.random_models import random_model
from tests.cross.test_brute_force_ways import DAY, asker, enumerated

from bereket import Model, RouteParams, Table, pareto, read_model
from bereket.compiled.asking import ask
from bereket.compiled.runs import needs_runs
from bereket.model.scenario import BASELINE

SEEDS = range(40)
# Models without belts, prices a unit, prices for one place, or orders on whole ways.
BY_THE_KILOMETRE = (21, 31, 32, 41, 59, 83, 100, 116, 123, 124, 130, 134)
CLOSE = 1e-6
NAMES = ("door_to_door_h", "cost_usd_per_t", "emission_kgco2e_per_t", "sd_h")


def asked(seed):
    model, origin, destination = random_model(seed)
    owner, party = asker(seed, model)
    params = RouteParams(
        origin, destination, "goods", as_of=DAY, owner=owner, party=party
    )
    return model, params


def of_twin(seed):
    """Return the criteria of every way enumerated, and of those that none beats."""
    every = np.array(
        [
            [
                way.door_to_door_h,
                sum(way.parts.values()),
                np.nan_to_num(way.emission_kgco2e_per_t),
                way.sd_h,
            ]
            for way in enumerated(seed)
        ]
    ).reshape(-1, 4)
    rounded = np.round(every, 7)
    beaten = [
        ((rounded <= row).all(1) & (rounded < row).any(1)).any() for row in rounded
    ]
    return every, every[~np.array(beaten, dtype=bool)]


def found(seed):
    model, params = asked(seed)
    ways = pareto(model, params=params).ways
    return np.array([[getattr(way, name) for name in NAMES] for way in ways])


def is_among(row, rows):
    return bool((np.abs(rows - row) < CLOSE).all(axis=1).any())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_found_is_a_way_and_is_best_where_figures_add_up(seed):
    every, _ = of_twin(seed)
    ways = found(seed)
    assert len(ways) > 0 or not len(every)
    for row in ways:
        assert is_among(row, every)
    for column in (0, 2, 3) if len(every) else ():
        assert ways[:, column].min() == pytest.approx(every[:, column].min(), abs=CLOSE)


@pytest.mark.parametrize("seed", BY_THE_KILOMETRE)
def test_the_set_is_whole_where_prices_are_by_the_kilometre(seed):
    model, params = asked(seed)
    prices = ask(model, BASELINE, params).prices
    assert not needs_runs(prices.book)
    assert not prices.orders.of_ways
    _, efficient = of_twin(seed)
    ways = found(seed)
    for row in efficient:
        assert is_among(row, ways)
    for row in ways:
        assert is_among(row, efficient)


def test_unknown_emissions_are_never_zero_nor_the_best(teaching):
    # Lorries state no emissions any more: the ways with them are taken as the dirtiest.
    model = read_model(teaching)
    carrier = model["carrier"]
    lorry = carrier.labels("mode").index("road")
    columns = dict(carrier.columns)
    for name in [c for c in columns if c.startswith("emission_")]:
        figures = columns[name].copy()
        figures[lorry] = np.nan
        columns[name] = figures
    silent = Model(
        model.name, {**model.tables, "carrier": Table("carrier", columns)}, model.about
    )
    params = RouteParams("ASH", "CCY", "containers")
    road = {
        name
        for name, uses in zip(
            model["link"].labels("link_id"),
            model["link"].labels("allowed_uses"),
            strict=True,
        )
        if "rail" not in uses and "ferry" not in uses
    }
    before, after = pareto(model, params=params), pareto(silent, params=params)
    assert not any(np.isnan(way.emission_kgco2e_per_t) for way in before.ways)
    unknown = [way for way in after.ways if np.isnan(way.emission_kgco2e_per_t)]
    assert unknown
    for way in after.ways:
        assert (way in unknown) == bool(road & set(way.link_ids))
    assert not any("emission_kgco2e_per_t" in way.best_in for way in unknown)
    assert unknown[0].as_dict()["emission_kgco2e_per_t"] is None
    assert f"emissions of {len(unknown)} of them are unknown" in after.notes[-1]
    # All that were efficient without the lorry's emissions still are.
    rail = {way.link_ids for way in before.ways if not road & set(way.link_ids)}
    assert rail <= {way.link_ids for way in after.ways}
