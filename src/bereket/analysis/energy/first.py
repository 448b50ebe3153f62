"""What the first unit is worth of rows that have no capacity yet.

At a capacity of 0 the prices at both ends of a way need not be the ones that its first
unit meets: where nothing stands at an end, its price is anybody's. So the programme is
solved once more, from where it stands, with a thousandth of a unit of every such row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.blocks import VOLUME
from bereket.analysis.energy.building import (
    BACK,
    ON,
    UNTAKEN,
    reference_of,
)
from bereket.analysis.energy.duals import (
    premium,
    store_value,
    volume_price,
    water_price,
)
from bereket.analysis.energy.solved import Solved
from bereket.compiled.energy.case import EnergyCase, Grid
from bereket.compiled.energy.periods import MONTHS

Floats = NDArray[np.float64]
UNIT: Final = 1e-3  # MW or mcm a day: of what is not there yet
OPTIMAL: Final = "Optimal"
UPPER: Final = "Link-fix-p-upper"
LOWER: Final = "Link-fix-p-lower"
BALANCE: Final = "Bus-nodal_balance"


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of one kind that a row with a first unit has.

    Attributes
    ----------
    label, name : str
        Constraints, and the part that they are of.
    values : (n_snapshots,) or float
        The bound in every snapshot; NaN = as it is. A figure alone where the
        constraint is one of the whole year.
    """

    label: str
    name: str
    values: Any


def first_units(
    network: Any, case: EnergyCase, found: Solved, expand: Sequence[str]
) -> Solved | None:
    """Solve a network once more with first units.

    Parameters
    ----------
    network : pypsa.Network
        Solved by HiGHS; the solver's own model is changed, the network is not.
    case : EnergyCase
        The year.
    found : Solved
        Its answer.
    expand : sequence of str
        Rows that may grow: they have a bound of their own.

    Returns
    -------
    Solved or None
        The answer with the prices of first units; None where every row has a capacity,
        or HiGHS does not find them.
    """
    bounds = list(_bounds(case, frozenset(expand)))
    if not bounds:
        return None
    model = network.model
    solver = model.solver_model
    row_of = {int(each): at for at, each in enumerate(model.matrices.clabels)}
    for bound in bounds:
        rows = model.constraints[bound.label]
        labels = np.atleast_1d(rows.labels.sel(name=bound.name).to_numpy())
        is_upper = str(np.ravel(rows.sign.to_numpy())[0]) == "<="
        for label, value in zip(labels, np.atleast_1d(bound.values), strict=True):
            if label >= 0 and not np.isnan(value):
                low, high = (-np.inf, value) if is_upper else (value, np.inf)
                solver.changeRowBounds(row_of[int(label)], low, high)
    solver.run()
    if solver.modelStatusToString(solver.getModelStatus()) != OPTIMAL:
        return None
    worth = np.asarray(solver.getSolution().row_dual)

    def duals(label: str) -> Any:
        labels = model.constraints[label].labels
        places = [row_of.get(int(each), -1) for each in np.ravel(labels.to_numpy())]
        values = np.where(np.array(places) >= 0, worth[places], np.nan)
        return labels.copy(data=values.reshape(labels.shape))

    return _with_prices(network, case, found, duals)


def _with_prices(network: Any, case: EnergyCase, found: Solved, duals: Any) -> Solved:
    """Return the answer with other prices."""
    balance = duals(BALANCE).transpose("snapshot", "name")
    weight = network.snapshot_weightings["objective"].to_numpy()

    def prices(names: Sequence[str], period: slice) -> Floats:
        own = balance.reindex(name=list(names)).to_numpy()[period]
        return np.asarray(np.nan_to_num(own / weight[period, None]))

    def of_grid(grid: Grid, period: slice) -> Floats:
        return prices([reference_of(grid, at) for at in range(len(grid.ids))], period)

    months, hours = slice(0, MONTHS), slice(MONTHS, None)
    return replace(
        found,
        power=replace(found.power, price=of_grid(case.power, hours)),
        gas=replace(found.gas, price=of_grid(case.gas, months)),
        premium=premium(case, duals),
        store_value=store_value(case, duals),
        water_price=water_price(network, case, duals),
        volume_price=volume_price(network, case, duals),
    )


def _bounds(case: EnergyCase, expand: frozenset[str]) -> Iterator[Bound]:
    """Give the bounds that first units of rows without capacity have."""
    for grid in case.grids:
        ways, own = grid.ways, grid.supplies
        for at in _empty(ways.references, ways.p_nom, expand):
            shares = ((ON, 1.0), (BACK, float(ways.back[at])))
            for mark, share in shares:
                if share > 0:
                    value = UNIT * share * ways.available[at]
                    name = ways.references[at] + mark
                    yield Bound(UPPER, name, _spread(case, grid, value))
        for at in _empty(own.references, own.p_nom, expand):
            value = _spread(case, grid, UNIT * own.most[:, at])
            yield Bound("Generator-fix-p-upper", own.references[at], value)
    yield from _bounds_of_sales(case, expand)
    yield from _bounds_of_stores(case, expand)


def _bounds_of_sales(case: EnergyCase, expand: frozenset[str]) -> Iterator[Bound]:
    """Give the bounds of contracts and swaps."""
    sales, gas = case.sales, case.gas
    for at in _empty(sales.references, sales.p_nom, expand):
        name, least = sales.references[at], UNIT * float(sales.least[at])
        yield Bound(UPPER, name, _spread(case, gas, UNIT * sales.most[at]))
        if least > 0:
            yield Bound(LOWER, name, _spread(case, gas, least))
            yield Bound(UPPER, UNTAKEN + name, _spread(case, gas, least))
        if sales.most[at] > 1.0:
            yield Bound(VOLUME, name, UNIT * float(case.periods.month_days.sum()))


def _bounds_of_stores(case: EnergyCase, expand: frozenset[str]) -> Iterator[Bound]:
    """Give the bounds of stores, which then hold all their working gas."""
    stores, gas = case.stores, case.gas
    for at in _empty(stores.references, stores.p_nom, expand):
        name = stores.references[at]
        for way in ("p_dispatch", "p_store"):
            label = f"StorageUnit-fix-{way}-upper"
            yield Bound(label, name, _spread(case, gas, UNIT))
        holds = np.full(len(case.periods.labels), float(stores.e_nom[at]))
        yield Bound("StorageUnit-fix-state_of_charge-upper", name, holds)


def _empty(
    references: Sequence[str], p_nom: Floats, expand: frozenset[str]
) -> list[int]:
    """Return the rows without capacity that may not grow."""
    return [
        at
        for at, name in enumerate(references)
        if p_nom[at] == 0.0 and name not in expand
    ]


def _spread(case: EnergyCase, grid: Grid, value: Any) -> Floats:
    """Return a figure in a grid's own periods, NaN in the others."""
    whole = np.full(len(case.periods.labels), np.nan)
    is_power = grid.commodity == "power"
    whole[slice(MONTHS, None) if is_power else slice(0, MONTHS)] = value
    return whole
