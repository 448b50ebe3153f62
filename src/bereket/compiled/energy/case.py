"""A year of gas and power as arrays."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.energy.owners import Owned
from bereket.compiled.energy.periods import Periods

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Commodity = Literal["power", "gas"]
NONE = -1


@dataclass(frozen=True, slots=True)
class Spending:
    """What more of an element costs.

    Attributes
    ----------
    overnight_usd : (n,)
        Of one more MW or mcm a day; NaN where unknown.
    lifetime_years : (n,)
        Years over which it is paid.
    most : (n,)
        What it can be expanded to; inf where nothing bounds it.
    """

    overnight_usd: Floats
    lifetime_years: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class Ways:
    """Lines between zones, or pipes between gas nodes.

    Attributes
    ----------
    references, names : tuple of str
        Rows, as ``power_line:kaz_tkm``, and what they are.
    bus0, bus1 : (n,)
        Ends, as positions in the grid.
    p_nom : (n,)
        What it can carry on [MW or mcm/day].
    back : (n,)
        What it can carry back, as a share of that.
    available : (n,)
        Share of both that can be used.
    efficiency : (n,)
        What arrives of what is sent.
    marginal_cost : (n,)
        Fee [USD/MWh or USD/mcm].
    spending : Spending
        What more of it costs.
    """

    references: tuple[str, ...]
    names: tuple[str, ...]
    bus0: Ints
    bus1: Ints
    p_nom: Floats
    back: Floats
    available: Floats
    efficiency: Floats
    marginal_cost: Floats
    spending: Spending


@dataclass(frozen=True, slots=True)
class Supplies:
    """Power plants, or gas fields.

    Attributes
    ----------
    references, carriers : tuple of str
        Rows, and what they run on; ``field`` for fields.
    bus : (n,)
        Where they feed in.
    p_nom : (n,)
        Capacity [MW or mcm/day].
    most, least : (n_periods, n)
        Shares of it that can run and that must, by hour of power or month of gas.
    marginal_cost : (n,)
        Of one more MWh or mcm [USD]; without gas burned from a node.
    efficiency : (n,)
        Power over fuel; NaN where nothing is burned.
    gas_node : (n,)
        Gas node burned from; -1 = none.
    week_mwh : (n_weeks, n)
        Most of all that a week stands for; inf where nothing bounds it.
    year_most : (n,)
        Most of a year where no profile says when; inf where nothing bounds it.
    spending : Spending
        What more of it costs.
    """

    references: tuple[str, ...]
    carriers: tuple[str, ...]
    bus: Ints
    p_nom: Floats
    most: Floats
    least: Floats
    marginal_cost: Floats
    efficiency: Floats
    gas_node: Ints
    week_mwh: Floats
    year_most: Floats
    spending: Spending


@dataclass(frozen=True, slots=True)
class Loads:
    """What is wanted.

    Attributes
    ----------
    references : tuple of str
        Rows.
    bus : (n,)
        Where.
    wanted : (n_periods, n)
        By hour of power or month of gas [MW or mcm/day].
    value : (n,)
        What one not had costs, or a buyer pays at most [USD/MWh or USD/mcm].
    is_export : (n,)
        Whether it is bought only while the price is below its value.
    """

    references: tuple[str, ...]
    bus: Ints
    wanted: Floats
    value: Floats
    is_export: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """The zones of power or the nodes of gas, and what stands at them.

    Attributes
    ----------
    commodity : {"power", "gas"}
        Which.
    ids, names, countries : tuple of str
        Of zones or nodes.
    ways, supplies, loads : Ways, Supplies, Loads
        What joins them, feeds them, draws from them.
    """

    commodity: Commodity
    ids: tuple[str, ...]
    names: tuple[str, ...]
    countries: tuple[str, ...]
    ways: Ways
    supplies: Supplies
    loads: Loads


@dataclass(frozen=True, slots=True)
class Stores:
    """Gas stores.

    Attributes
    ----------
    references : tuple of str
        Rows.
    bus : (n,)
        Gas node.
    p_nom, e_nom, kept : (n,)
        What goes in or out [mcm/day], what it holds [mcm], share kept of what goes in.
    """

    references: tuple[str, ...]
    bus: Ints
    p_nom: Floats
    e_nom: Floats
    kept: Floats


@dataclass(frozen=True, slots=True)
class Sales:
    """Gas sold from country to country, straight or by a swap.

    Attributes
    ----------
    references : tuple of str
        Rows of contracts and swaps.
    sellers, buyers, partners : tuple of str
        Countries; no partner of a contract.
    given_at, taken_at : (n,)
        Gas node where the seller gives, and where the buyer is given; of a contract the
        same.
    p_nom, most, least : (n,)
        Volume [mcm/day], and most and least taken as shares of it.
    kept : (n,)
        What the buyer is given of what the seller gives: 1 less the fee in kind.
    fee, price : (n,)
        Fee in money on what is given, and price of what is received [USD/mcm].
    """

    references: tuple[str, ...]
    sellers: tuple[str, ...]
    buyers: tuple[str, ...]
    partners: tuple[str, ...]
    given_at: Ints
    taken_at: Ints
    p_nom: Floats
    most: Floats
    least: Floats
    kept: Floats
    fee: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class EnergyCase:
    """A year of gas and power.

    Attributes
    ----------
    year : int
        The year.
    periods : Periods
        Months of gas, hours of power.
    power, gas : Grid
        The two; one may be empty.
    stores, sales : Stores, Sales
        Of gas.
    owned : Owned
        Who may have gas where.
    notes : tuple of str
        What was drawn or held, and what is not open.
    assumed_share : float
        Share of capacity that rests on rows of quality ``assumed``.
    """

    year: int
    periods: Periods
    power: Grid
    gas: Grid
    stores: Stores
    sales: Sales
    owned: Owned
    notes: tuple[str, ...]
    assumed_share: float

    @property
    def grids(self) -> tuple[Grid, Grid]:
        """Both grids, power first."""
        return self.power, self.gas
