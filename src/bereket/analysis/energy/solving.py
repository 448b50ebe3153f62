"""A year of gas and power solved, as arrays of our own."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.blocks import (
    VOLUME,
    WATER,
    YEARLY,
    add_both_ways,
    add_fuel,
    add_volumes,
    add_water,
)
from bereket.analysis.energy.building import (
    BACK,
    ON,
    SPILLED,
    TITLE,
    UNSERVED,
    UNTAKEN,
    quiet,
    reference_of,
)
from bereket.analysis.energy.network import build_network, save_network
from bereket.compiled.energy.case import EnergyCase, Grid
from bereket.compiled.energy.periods import MONTHS
from bereket.errors import BereketError

Floats = NDArray[np.float64]
SOLVER: Final = "highs"
STDOUT: Final = 1
TIGHT: Final = {
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


@dataclass(frozen=True, slots=True)
class GridFlows:
    """What goes over a grid, by its own periods: hours of power, months of gas.

    Attributes
    ----------
    price : (n_periods, n_buses)
        Worth of one more [USD/MWh or USD/mcm].
    on, back : (n_periods, n_ways)
        Sent from bus0, and from bus1 [MW or mcm/day].
    supply : (n_periods, n_supplies)
        What plants or fields give.
    missed : (n_periods, n_loads)
        Wanted by domestic loads and not had.
    bought : (n_periods, n_loads)
        Bought by export loads.
    spilled : (n_periods, n_buses)
        Given by what must run, and of no use.
    """

    price: Floats
    on: Floats
    back: Floats
    supply: Floats
    missed: Floats
    bought: Floats
    spilled: Floats


@dataclass(frozen=True, slots=True)
class Solved:
    """A year solved.

    Attributes
    ----------
    objective_usd : float
        Cost of the year, income from buyers beyond taken off.
    power, gas : GridFlows
        Both grids.
    title_price : dict of str to (12,)
        Worth of the right to sell one more mcm, by country [USD/mcm].
    sold, untaken : (12, n_sales)
        Sold by contract and swap, and paid for but not taken [mcm/day].
    stored : (12, n_stores)
        Given by stores, below 0 where they are filled [mcm/day].
    store_value : (n_stores,)
        Worth of one more mcm a day in and out [USD a year].
    water_price : (n_weeks, n_plants)
        Worth of one more MWh of water or yearly allotment [USD/MWh].
    volume_price : (n_sales,)
        Worth of one more mcm of a contract's yearly volume [USD/mcm].
    built : dict of str to float
        Capacity of rows that could grow.
    built_usd : float
        Paid a year for what was built; part of the objective.
    """

    objective_usd: float
    power: GridFlows
    gas: GridFlows
    title_price: dict[str, Floats]
    sold: Floats
    untaken: Floats
    stored: Floats
    store_value: Floats
    water_price: Floats
    volume_price: Floats
    built: dict[str, float]
    built_usd: float


def solve_case(
    case: EnergyCase,
    expand: tuple[str, ...] = (),
    rate: float = 0.08,
    save_to: Path | None = None,
) -> Solved:
    """Solve a year of gas and power at least cost.

    Parameters
    ----------
    case : EnergyCase
        The year.
    expand : tuple of str
        Rows whose capacity may grow.
    rate : float
        Discount rate of what is built.
    save_to : Path or None
        Where PyPSA's own file is written.

    Returns
    -------
    Solved
        Flows, prices, what is missed.

    Raises
    ------
    BereketError
        When the solver gives no answer: what is missed and what is spilled have rows of
        their own, so that there is always one.
    """
    network = build_network(case, expand, rate)
    with quiet():
        network.optimize.create_model()
        add_fuel(network, case)
        add_water(network, case)
        add_volumes(network, case)
        add_both_ways(network, case, expand)
        with no_banner():
            status, condition = network.optimize.solve_model(
                solver_name=SOLVER, io_api="direct", output_flag=False, **TIGHT
            )
        if (status, condition) != ("ok", "optimal"):
            msg = f"the year of gas and power has no answer: {condition}"
            raise BereketError(msg)
        found = _read(network, case, expand)
    if save_to is not None:
        save_network(network, save_to)
    return found


@contextmanager
def no_banner() -> Iterator[None]:
    """Keep what HiGHS prints before it can be told to be silent off the answer."""
    sys.stdout.flush()
    kept = os.dup(STDOUT)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), STDOUT)
        try:
            yield
        finally:
            os.dup2(kept, STDOUT)
            os.close(kept)


def _read(network: Any, case: EnergyCase, expand: tuple[str, ...]) -> Solved:
    """Return what was found, as arrays in the order of the case."""
    months = slice(0, MONTHS)
    hours = slice(MONTHS, None)
    reader = Reader(network)
    sales = case.sales
    prices = network.buses_t.marginal_price
    titles = dict.fromkeys(case.gas.countries)
    built, built_usd = _built(network, expand)
    return Solved(
        float(network.objective) + built_usd,
        reader.grid(case.power, hours),
        reader.grid(case.gas, months),
        {iso3: prices[TITLE + iso3].to_numpy()[months] for iso3 in titles},
        reader.of(network.links_t.p0, sales.references, months),
        reader.of(
            network.links_t.p0, [UNTAKEN + name for name in sales.references], months
        ),
        reader.of(network.storage_units_t.p, case.stores.references, months),
        _store_value(network, case),
        _water_price(network, case),
        _volume_price(network, case),
        built,
        built_usd,
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads columns of a solved network.

    Attributes
    ----------
    network : pypsa.Network
        The network.
    """

    network: Any

    def of(self, frame: Any, names: Sequence[str], period: slice) -> Floats:
        """Return columns by name, 0 where there is none, (n_periods, n)."""
        found = frame.reindex(columns=list(names)).iloc[period].to_numpy(dtype=float)
        return np.asarray(np.nan_to_num(found) + 0.0)

    def grid(self, grid: Grid, period: slice) -> GridFlows:
        """Return the flows of a grid."""
        network, ways, loads = self.network, grid.ways, grid.loads
        buses = [reference_of(grid, at) for at in range(len(grid.ids))]
        flow, given = network.links_t.p0, network.generators_t.p
        return GridFlows(
            self.of(network.buses_t.marginal_price, buses, period),
            self.of(flow, [name + ON for name in ways.references], period),
            self.of(flow, [name + BACK for name in ways.references], period),
            self.of(given, grid.supplies.references, period),
            self.of(given, [UNSERVED + name for name in loads.references], period),
            self.of(given, loads.references, period),
            self.of(given, [SPILLED + name for name in buses], period),
        )


def _built(network: Any, expand: tuple[str, ...]) -> tuple[dict[str, float], float]:
    """Return the capacity of what may grow, and what is paid a year for its growth."""
    built, paid = {}, 0.0
    for name in expand:
        for frame, label in ((network.links, name + ON), (network.generators, name)):
            if label in frame.index:
                row = frame.loc[label]
                built[name] = float(row["p_nom_opt"])
                paid += float(row["capital_cost"]) * (built[name] - float(row["p_nom"]))
    return built, paid


def _water_price(network: Any, case: EnergyCase) -> Floats:
    """Return the worth of water by week and plant; 0 where it binds not."""
    plants = case.power.supplies
    at = {name: k for k, name in enumerate(plants.references)}
    found = np.zeros(plants.week_mwh.shape)
    rows = network.model.constraints
    for week, worth in enumerate(found):
        for label in (f"{WATER} {week}", YEARLY):
            if label in rows:
                for name, value in rows[label].dual.to_series().items():
                    worth[at[str(name)]] -= value
    return found


def _volume_price(network: Any, case: EnergyCase) -> Floats:
    """Return the worth of each contract's yearly volume; 0 where it binds not."""
    found = np.zeros(len(case.sales.references))
    rows = network.model.constraints
    if VOLUME in rows:
        at = {name: k for k, name in enumerate(case.sales.references)}
        for name, value in rows[VOLUME].dual.to_series().items():
            found[at[str(name)]] = -value
    return found


def _store_value(network: Any, case: EnergyCase) -> Floats:
    """Return the worth of one more mcm a day in and out of each store."""
    names = list(case.stores.references)
    found = np.zeros(len(names))
    if names:
        rows = network.model.constraints
        months = list(case.periods.labels[:MONTHS])  # in hours none may move
        for way in ("dispatch", "store"):
            dual = rows[f"StorageUnit-fix-p_{way}-upper"].dual
            found -= dual.sel(snapshot=months, name=names).sum("snapshot").to_numpy()
    return found
