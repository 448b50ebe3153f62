"""What one more MW or mcm a day of each element is worth, by prices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.solved import GridFlows, Solved
from bereket.compiled.energy.case import NONE, EnergyCase, Grid
from bereket.compiled.energy.periods import MONTHS
from bereket.model.power import MWH_PER_MCM

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Worth:
    """What one more is worth of rows of one table.

    Attributes
    ----------
    references : tuple of str
        Rows.
    per_unit : (n,)
        Of one more MW or mcm a day [USD a year].
    """

    references: tuple[str, ...]
    per_unit: Floats


def weights_of(case: EnergyCase, grid: Grid) -> Floats:
    """Return hours that each period of power stands for, or days of each month."""
    is_power = grid.commodity == "power"
    return case.periods.hour_weight if is_power else case.periods.month_days


def flows_of(solved: Solved, grid: Grid) -> GridFlows:
    """Return what goes over a grid."""
    return solved.power if grid.commodity == "power" else solved.gas


def way_gains(case: EnergyCase, solved: Solved, grid: Grid) -> tuple[Floats, Floats]:
    """Return what sending one more gains on each way, on and back.

    Parameters
    ----------
    case : EnergyCase
        The year.
    solved : Solved
        Prices.
    grid : Grid
        The grid.

    Returns
    -------
    tuple of (n_periods, n_ways)
        Worth of what arrives less that of what is sent and the fee; of pipes to the
        owner whom it gains most [USD/MWh or USD/mcm]. Above 0 only where the way is
        full; 0 of a pipe that leads not back.
    """
    ways = grid.ways
    if grid.commodity == "gas":
        return _gains_of_owners(case, solved)
    price = solved.power.price
    start, stop = price[:, ways.bus0], price[:, ways.bus1]
    on = ways.efficiency * stop - start - ways.marginal_cost
    back = ways.efficiency * start - stop - ways.marginal_cost
    return on, back


def _gains_of_owners(case: EnergyCase, solved: Solved) -> tuple[Floats, Floats]:
    """Return what sending one more by each pipe gains whoever gains most by it."""
    owned, ways = case.owned, case.gas.ways
    price = owner_prices(case, solved)
    gain = (
        ways.efficiency[owned.way] * price[:, owned.stop, owned.carrier]
        - price[:, owned.start, owned.carrier]
        - ways.marginal_cost[owned.way]
    )
    found = np.full((2, len(gain), len(ways.references)), -np.inf)
    for is_back, most in enumerate(found):
        own = owned.is_back == bool(is_back)
        np.maximum.at(most.T, owned.way[own], gain[:, own].T)
    found[np.isneginf(found)] = 0.0
    return found[0], found[1]


def owner_prices(case: EnergyCase, solved: Solved) -> Floats:
    """Return what gas is worth by node and owner, (12, n_nodes, n_owners) [USD/mcm].

    Of owners that cannot have any there NaN.
    """
    beyond = case.owned.spread(solved.premium)
    return np.asarray(solved.gas.price[:, :, None] + beyond)


def worth_of_ways(case: EnergyCase, solved: Solved, grid: Grid) -> Worth:
    """Return what one more of lines or pipes is worth, both ways together."""
    ways = grid.ways
    on, back = way_gains(case, solved, grid)
    gain = np.maximum(on, 0.0) + ways.back * np.maximum(back, 0.0)
    return Worth(ways.references, weights_of(case, grid) @ gain * ways.available)


def fuel_price(case: EnergyCase, solved: Solved) -> Floats:
    """Return what gas of each plant costs by hour, (n_hours, n_plants) [USD/MWh]."""
    plants, periods = case.power.supplies, case.periods
    found = np.zeros((periods.n_hours, len(plants.references)))
    burns = plants.gas_node != NONE
    if burns.any():
        share = periods.days_in / periods.days_in.sum(axis=1, keepdims=True)
        weekly = share @ solved.gas.price[:, plants.gas_node[burns]]
        heat = plants.efficiency[burns] * MWH_PER_MCM
        found[:, burns] = np.repeat(weekly, periods.hours, axis=0) / heat
    return found


def supply_gains(case: EnergyCase, solved: Solved, grid: Grid) -> Floats:
    """Return what giving one more gains each plant or field, (n_periods, n)."""
    own = grid.supplies
    gain = flows_of(solved, grid).price[:, own.bus] - own.marginal_cost
    if grid.commodity == "power":
        water = np.repeat(solved.water_price, case.periods.hours, axis=0)
        gain = gain - fuel_price(case, solved) - water
    return np.asarray(gain)


def worth_of_supplies(case: EnergyCase, solved: Solved, grid: Grid) -> Worth:
    """Return what one more of plants or fields is worth, its water as it is."""
    own = grid.supplies
    gain = supply_gains(case, solved, grid)
    yearly = own.most * np.maximum(gain, 0.0) + own.least * np.minimum(gain, 0.0)
    return Worth(own.references, np.asarray(weights_of(case, grid) @ yearly))


def worth_of_sales(case: EnergyCase, solved: Solved) -> Worth:
    """Return what one more mcm a day of contracts and swaps is worth."""
    sales, price = case.sales, owner_prices(case, solved)
    owner = {iso3: at for at, iso3 in enumerate(case.owned.owners)}
    gains = np.tile(-sales.fee[:, None], MONTHS)
    for given in case.owned.handovers:
        own = price[:, given.bus]
        worth = own[:, owner[given.taker]] - own[:, owner[given.giver]]
        gains[given.sale] += given.share * worth
    found = []
    for at, gain in enumerate(gains):
        bound = solved.volume_price[at]
        yearly = sales.most[at] * np.maximum(gain - bound, 0.0)
        # What is not taken is paid for, and no more lost by it than that.
        due = np.maximum(gain, -sales.price[at]) - bound
        yearly += sales.least[at] * np.minimum(due, 0.0)
        volume = solved.volume_price[at] * case.periods.month_days.sum()
        found.append(case.periods.month_days @ yearly + volume)
    return Worth(sales.references, np.array(found))
