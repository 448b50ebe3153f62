"""A year of gas and power as a PyPSA network; the only owner of PyPSA.

Snapshots are the twelve months, in which gas moves, and then the hours of the weeks, in
which power does. Buses are zones of power and gas nodes; links are lines, pipes, and
sales, which move no gas. Whose gas a pipe carries is told by constraints that PyPSA has
no part for.
"""

import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from bereket.analysis.energy.building import Builder, quiet
from bereket.analysis.energy.gas_parts import add_burning, add_sales, add_stores
from bereket.compiled.energy.case import EnergyCase
from bereket.errors import ExtraError, QuestionError

NEEDS_EXTRA: Final = "energy needs PyPSA: pip install 'bereket[energy]'"


def build_network(case: EnergyCase, expand: tuple[str, ...], rate: float) -> Any:
    """Build the network of a year.

    Parameters
    ----------
    case : EnergyCase
        The year.
    expand : tuple of str
        Rows whose capacity may grow.
    rate : float
        Discount rate.

    Returns
    -------
    pypsa.Network
        Without the constraints of `bereket.analysis.energy.blocks` and of `owning`.

    Raises
    ------
    ExtraError
        When PyPSA is not installed.
    """
    with quiet():
        try:
            import pypsa
        except ImportError as fault:
            raise ExtraError(NEEDS_EXTRA) from fault
        network = pypsa.Network(name="bereket")
        periods = case.periods
        network.set_snapshots(list(periods.labels))
        weights = np.concatenate([periods.month_days, periods.hour_weight])
        for column in network.snapshot_weightings.columns:
            network.snapshot_weightings[column] = weights
        carriers = {
            *("power", "gas", "sale", "untaken", "store"),
            *("unserved", "export", "burned", "spilled"),
            *case.power.supplies.carriers,
            *case.gas.supplies.carriers,
        }
        network.add("Carrier", sorted(carriers))
        builder = Builder(case, network, expand, rate)
        for grid in case.grids:
            builder.add_buses(grid)
            builder.add_supplies(grid)
            builder.add_spilling(grid)
            builder.add_loads(grid)
            builder.add_ways(grid)
        add_stores(builder)
        add_sales(builder)
        add_burning(builder)
    return network


def refuse_expansion(case: EnergyCase, expand: tuple[str, ...]) -> None:
    """Raise where rows that are to grow are not there, or nobody knows their cost.

    Raises
    ------
    QuestionError
        With every row.
    """
    costs: dict[str, float] = {}
    for grid in case.grids:
        for own in (grid.ways, grid.supplies):
            costs |= dict(
                zip(own.references, own.spending.overnight_usd.tolist(), strict=True)
            )
    faults = [
        f"{name} is not there, or not open" for name in expand if name not in costs
    ]
    faults += [
        f"{name} has no overnight_cost"
        for name in expand
        if name in costs and math.isnan(costs[name])
    ]
    if faults:
        msg = f"cannot be expanded: {'; '.join(faults)}"
        raise QuestionError(msg)


def save_network(network: Any, path: Path) -> None:
    """Write a network for PyPSA, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    with quiet():
        network.export_to_netcdf(str(partial))
    partial.replace(path)
