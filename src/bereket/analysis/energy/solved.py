"""A year of gas and power solved, as arrays of our own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
    premium : (12, n_places)
        Worth of gas of an owner abroad beyond that of the country's own [USD/mcm].
    sold, untaken : (12, n_sales)
        Sold by contract and swap, and paid for but not taken [mcm/day].
    carried : (12, n_arcs)
        Sent of each owner, by arc of `bereket.compiled.energy.owners.Owned` [mcm/day].
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
    idle : (n_hours, n_plants)
        What must run and cannot, for want of gas or water [MW].
    first : Solved or None
        The same year with a thousandth of a unit of every row that has no capacity:
        its prices tell what the first unit is worth. None where no row lacks one.
    """

    objective_usd: float
    power: GridFlows
    gas: GridFlows
    premium: Floats
    sold: Floats
    untaken: Floats
    carried: Floats
    stored: Floats
    store_value: Floats
    water_price: Floats
    volume_price: Floats
    built: dict[str, float]
    built_usd: float
    idle: Floats
    first: "Solved | None" = None
