"""A year of gas and power, solved and read."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.blocks import (
    IDLE,
    add_both_ways,
    add_fuel,
    add_must_run,
    add_volumes,
    add_water,
)
from bereket.analysis.energy.building import (
    BACK,
    ON,
    SPILLED,
    UNSERVED,
    UNTAKEN,
    quiet,
    reference_of,
)
from bereket.analysis.energy.duals import (
    premium,
    store_value,
    volume_price,
    water_price,
)
from bereket.analysis.energy.first import first_units
from bereket.analysis.energy.network import build_network, save_network
from bereket.analysis.energy.owning import add_owners, carried_of
from bereket.analysis.energy.solved import GridFlows, Solved
from bereket.analysis.energy.strings import share_alike
from bereket.compiled.energy.case import EnergyCase, Grid
from bereket.compiled.energy.periods import MONTHS
from bereket.errors import BereketError

Floats = NDArray[np.float64]
SOLVER: Final = "highs"
THREADS: Final = 1  # as in `bereket.solve.program`: the same answer on every machine
STDOUT: Final = 1
# Tighter than HiGHS's own 1e-7, so that prices hold; where that ends without an answer,
# as uneven figures may, its own.
TOLERANCES: Final[tuple[dict[str, float], ...]] = (
    {"primal_feasibility_tolerance": 1e-8, "dual_feasibility_tolerance": 1e-8},
    {},
)


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
        add_owners(network, case)
        add_fuel(network, case)
        add_water(network, case)
        add_must_run(network, case)
        add_volumes(network, case)
        add_both_ways(network, case, expand)
        _solve(network)
        found = share_alike(case, _read(network, case, expand))
        found = replace(found, first=first_units(network, case, found, expand))
    if save_to is not None:
        save_network(network, save_to)
    return found


def _solve(network: Any) -> None:
    """Let HiGHS solve a network.

    Raises
    ------
    BereketError
        When it gives no answer.
    """
    for options in TOLERANCES:
        with no_banner():
            status, condition = network.optimize.solve_model(
                solver_name=SOLVER,
                io_api="direct",
                output_flag=False,
                threads=THREADS,
                **options,
            )
        if (status, condition) == ("ok", "optimal"):
            return
    msg = f"the year of gas and power has no answer: {condition}"
    raise BereketError(msg)


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
    built, built_usd = _built(network, expand)

    def model_duals(label: str) -> Any:
        return network.model.constraints[label].dual

    return Solved(
        float(network.objective),
        reader.grid(case.power, hours),
        reader.grid(case.gas, months),
        premium(case, model_duals),
        reader.of(network.links_t.p0, sales.references, months),
        reader.of(
            network.links_t.p0, [UNTAKEN + name for name in sales.references], months
        ),
        carried_of(network, case),
        reader.of(network.storage_units_t.p, case.stores.references, months),
        store_value(case, model_duals),
        water_price(network, case, model_duals),
        volume_price(network, case, model_duals),
        built,
        built_usd,
        _idle(network, case),
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


def _idle(network: Any, case: EnergyCase) -> Floats:
    """Return what must run and cannot, by plant."""
    plants = case.power.supplies
    found = np.zeros(plants.least.shape)
    known = network.model.variables
    if IDLE in known:
        names = {name: k for k, name in enumerate(plants.references)}
        idle = known[IDLE].solution
        for name in idle.coords["name"].to_numpy():
            found[:, names[str(name)]] = idle.sel(name=name).to_numpy()
    return found
