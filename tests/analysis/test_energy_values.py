"""Balances of a year, and what one more is worth beside the year with one more."""

import numpy as np
import pytest
from tests.analysis.energy_drawn import drawn_tables
from tests.analysis.energy_models import (
    COUNTRIES,
    YEAR,
    copies,
    cost_of,
    energy_model,
    solved_of,
)

from bereket.analysis.energy import EnergyParams, energy
from bereket.compiled.energy.case import NONE
from bereket.model.power import MWH_PER_MCM

BALANCED = (
    1e-5  # MW or mcm a day: of figures up to 100, where HiGHS ends at 1e-9 scaled
)
STEP = 0.01  # MW or mcm a day: small beside what is drawn, so that no basis changes
SAME_VALUE = 1e-3  # relative: a cost of 1e9 is exact to 1e-9, its difference to so much
LEAST_VALUE = 20.0  # USD a year: what those differences leave of nothing
SAME_COST = 1e-7  # relative: sums over what one solve found
SEEDS = 3, 4, 8
STEPPED = (
    *("power_line", "power_plant", "gas_pipe", "gas_field"),
    *("gas_contract", "gas_swap", "gas_storage"),
)
PLANTS = {"za": ("coal", "gas"), "zb": ("oil", "hydro"), "zc": ("wind", "gas")}
NOT_YET = {  # of which nothing stands
    "power_line": "l30",
    "power_plant": "zc_gas",
    "gas_pipe": "p23",
    "gas_field": "fgd",
    "gas_contract": "k01",
}


# --- balances -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def year():
    tables, countries = copies([drawn_tables(seed) for seed in SEEDS])
    model = energy_model(**tables)
    return model, countries, *solved_of(model)


@pytest.fixture(scope="module")
def answer(year):
    return energy(year[0], params=EnergyParams(year=YEAR))


def left_over(grid, flows):
    """Return what comes to each zone or node less what goes, by period."""
    ways, loads, own = grid.ways, grid.loads, grid.supplies
    n_periods = loads.wanted.shape[0]
    found = np.zeros((n_periods, len(grid.ids)))
    for start, stop, sent in (
        (ways.bus0, ways.bus1, flows.on),
        (ways.bus1, ways.bus0, flows.back),
    ):
        for at in range(len(ways.references)):
            found[:, start[at]] -= sent[:, at]
            found[:, stop[at]] += ways.efficiency[at] * sent[:, at]
    for at in range(len(own.references)):
        found[:, own.bus[at]] += flows.supply[:, at]
    for at, export in enumerate(loads.is_export):
        had = flows.bought[:, at] if export else loads.wanted[:, at]
        found[:, loads.bus[at]] -= had - flows.missed[:, at]
    return found - flows.spilled


def burned(case, solved):
    """Return what plants burn at each gas node, by month [mcm a day]."""
    periods, plants = case.periods, case.power.supplies
    found = np.zeros((12, len(case.gas.ids)))
    by_week = solved.power.supply.reshape(len(periods.weeks), periods.hours, -1)
    for at, node in enumerate(plants.gas_node):
        if node != NONE:
            daily = by_week[:, :, at].mean(axis=1) * 24.0
            heat = daily / (plants.efficiency[at] * MWH_PER_MCM)
            found[:, node] += heat @ periods.days_in / periods.month_days
    return found


def test_what_comes_to_a_zone_goes_from_it_in_every_hour(year):
    _, _, case, solved = year
    left = left_over(case.power, solved.power)
    assert np.abs(left).max() < BALANCED


def test_what_comes_to_a_gas_node_goes_from_it_in_every_month(year):
    _, _, case, solved = year
    left = left_over(case.gas, solved.gas) - burned(case, solved)
    for at, node in enumerate(case.stores.bus):
        left[:, node] += solved.stored[:, at]
    assert np.abs(left).max() < BALANCED
    assert burned(case, solved).sum() > 1.0


def test_gas_abroad_is_what_its_owner_brought_or_bought_there(year):
    """Worked out from the tables of the case alone, node by node and owner by owner."""
    _, _, case, solved = year
    grid, sales, owned = case.gas, case.sales, case.owned
    shape = len(grid.ids), len(owned.owners)
    left = np.zeros((12, *shape))
    sent = np.zeros((12, 2, len(grid.ways.references)))
    for at, (way, owner) in enumerate(zip(owned.way, owned.carrier, strict=True)):
        ends = (grid.ways.bus0[way], grid.ways.bus1[way])
        start, stop = ends[::-1] if owned.is_back[at] else ends
        carried = solved.carried[:, at]
        left[:, start, owner] -= carried
        left[:, stop, owner] += carried * grid.ways.efficiency[way]
        sent[:, int(owned.is_back[at]), way] += carried
    number = {iso3: at for at, iso3 in enumerate(owned.owners)}
    for at in range(len(sales.references)):
        net = solved.sold[:, at] - solved.untaken[:, at]
        begin, end = sales.given_at[at], sales.taken_at[at]
        seller, buyer = number[sales.sellers[at]], number[sales.buyers[at]]
        between = number[sales.partners[at] or sales.buyers[at]]
        left[:, begin, seller] -= net
        left[:, begin, between] += net
        left[:, end, between] -= sales.kept[at] * net * bool(sales.partners[at])
        left[:, end, buyer] += sales.kept[at] * net * bool(sales.partners[at])
    for node, iso3 in enumerate(grid.countries):
        left[:, node, number[iso3]] = 0.0  # what is left at home is used there
    assert np.abs(left).max() < BALANCED
    assert np.abs(sent[:, 0] - solved.gas.on).max() < BALANCED
    assert np.abs(sent[:, 1] - solved.gas.back).max() < BALANCED
    assert solved.carried.min() > -BALANCED
    assert solved.sold.sum() > 1.0
    assert solved.untaken.sum() > 0.1


def test_stores_end_the_year_as_they_began_it_and_never_hold_more_than_they_can(year):
    _, _, case, solved = year
    days, stores = case.periods.month_days, case.stores
    for at in range(len(stores.references)):
        out = solved.stored[:, at]
        change = np.where(out > 0, -out, -out * stores.kept[at]) * days
        assert change.sum() == pytest.approx(0, abs=BALANCED * days.sum())
        held = np.cumsum(change)
        most = stores.e_nom[at] + BALANCED * days.sum()
        assert held.max() - min(held.min(), 0.0) <= most
        assert np.abs(out).max() <= stores.p_nom[at] + BALANCED
    assert np.abs(solved.stored).sum() > 1.0


def test_nothing_runs_above_what_it_can_or_below_what_it_must(year):
    _, _, case, solved = year
    for grid, flows in ((case.power, solved.power), (case.gas, solved.gas)):
        own, ways = grid.supplies, grid.ways
        assert (flows.supply <= own.most * own.p_nom + BALANCED).all()
        assert (flows.supply >= own.least * own.p_nom - BALANCED).all()
        can = ways.p_nom * ways.available
        assert (flows.on <= can + BALANCED).all()
        assert (flows.back <= can * ways.back + BALANCED).all()
        assert (flows.missed <= grid.loads.wanted + BALANCED).all()
        assert min(flows.on.min(), flows.back.min(), flows.missed.min()) > -BALANCED


def test_water_of_a_week_and_fuel_of_a_year_are_not_exceeded(year):
    _, _, case, solved = year
    periods, plants = case.periods, case.power.supplies
    energy_mwh = solved.power.supply * periods.hour_weight[:, None]
    by_week = energy_mwh.reshape(len(periods.weeks), periods.hours, -1).sum(axis=1)
    assert (by_week <= plants.week_mwh * (1 + SAME_COST)).all()
    assert (by_week.sum(axis=0) <= plants.year_most * (1 + SAME_COST)).all()
    assert np.isfinite(plants.week_mwh).any()
    assert np.isfinite(plants.year_most).any()


# --- accounts -------------------------------------------------------------------------


def test_flows_at_their_costs_are_the_cost_of_the_year(year):
    _, _, case, solved = year
    cost = cost_of(case, solved)
    assert cost == pytest.approx(solved.objective_usd, rel=SAME_COST)


def test_net_costs_are_the_cost_less_fees_of_swaps_and_gas_paid_and_not_taken(
    year, answer
):
    _, _, case, solved = year
    days, sales = case.periods.month_days, case.sales
    fees = days @ (solved.sold * sales.fee).sum(axis=1)
    untaken = days @ (solved.untaken * sales.price).sum(axis=1)
    assert min(fees, untaken) > 1e-4 * abs(solved.objective_usd)
    total = sum(row.net_cost_usd for row in answer.countries)
    expected = solved.objective_usd - fees - untaken
    assert total == pytest.approx(expected, rel=SAME_COST)
    scale = SAME_COST * solved.objective_usd
    paid = sum(row.paid_usd for row in answer.countries)
    earned = sum(row.earned_usd for row in answer.countries)
    assert paid == pytest.approx(earned, abs=scale)
    assert earned > scale


def test_what_countries_sell_one_another_buys(answer):
    sold = sum(row.gas_sold_mcm for row in answer.countries)
    bought = sum(row.gas_bought_mcm for row in answer.countries)
    assert sold == pytest.approx(bought, rel=SAME_COST)


def test_rent_is_paid_where_a_way_is_full_and_nowhere_else(answer):
    for row in answer.flows:
        if row.rent_usd > LEAST_VALUE:
            assert row.full_share + row.full_share_back > 0, row.element
        assert row.rent_usd > -LEAST_VALUE, row.element


# --- worth ----------------------------------------------------------------------------


def small_tables(seed=14):
    """Return a drawn year of fewer plants, in which some of each table is not yet."""
    tables = drawn_tables(seed)
    kept = {f"{zone}_{kind}" for zone, kinds in PLANTS.items() for kind in kinds}
    tables["power_plant"] = [
        row for row in tables["power_plant"] if row["power_plant_id"] in kept
    ]
    for name, absent in NOT_YET.items():
        for row in tables[name]:
            if row[f"{name}_id"] == absent:
                row["p_nom"] = 0.0
    return tables


def with_more(tables, name, at):
    rows = [dict(row) for row in tables[name]]
    rows[at]["p_nom"] += STEP
    return tables | {name: rows}


@pytest.fixture(scope="module")
def stepped():
    """Return by element what is told of one more, and what the year costs with it."""
    tables = small_tables()
    asked = [(name, at) for name in STEPPED for at in range(len(tables[name]))]
    islands = [tables, *(with_more(tables, name, at) for name, at in asked)]
    whole, countries = copies(islands)
    case, solved = solved_of(energy_model(**whole))
    base, *costs = [cost_of(case, solved, own) for own in countries]
    told = energy(energy_model(**tables), params=EnergyParams(year=YEAR))
    assert told.objective_usd == pytest.approx(base, rel=SAME_COST)
    return {
        f"{name}:{tables[name][at][f'{name}_id']}": (base - cost) / STEP
        for (name, at), cost in zip(asked, costs, strict=True)
    }, told


@pytest.mark.parametrize("table", STEPPED)
def test_one_more_is_worth_what_the_year_costs_less_with_it(stepped, table):
    saved, told = stepped
    chosen = [name for name in saved if name.startswith(f"{table}:")]
    assert chosen
    for name in chosen:
        near = pytest.approx(saved[name], rel=SAME_VALUE, abs=LEAST_VALUE)
        assert told.value(name).usd == near, name


def test_the_case_has_rows_of_worth_in_every_table(stepped):
    saved, told = stepped
    worthy = {name.split(":")[0] for name, usd in saved.items() if abs(usd) > 1e3}
    assert worthy == set(STEPPED)
    nothing_yet = [name for name in saved if told.value(name).p_nom == 0]
    assert len(nothing_yet) >= len(NOT_YET)


def test_copies_of_a_case_have_countries_of_their_own():
    tables = small_tables()
    whole, countries = copies([tables, tables])
    assert not countries[0] & countries[1]
    used = {
        row[column]
        for rows in whole.values()
        for row in rows
        for column in COUNTRIES
        if column in row
    }
    assert used == countries[0] | countries[1]
