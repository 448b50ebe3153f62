"""From a year solved to the rows of the answer."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.building import reference_of
from bereket.analysis.energy.params import yearly_costs
from bereket.analysis.energy.room import Room
from bereket.analysis.energy.rows import (
    Built,
    Carried,
    ElementFlow,
    ElementValue,
    Generation,
    Sale,
    ZonePrice,
)
from bereket.analysis.energy.solved import Solved
from bereket.analysis.energy.worth import (
    Worth,
    flows_of,
    way_gains,
    weights_of,
    worth_of_sales,
    worth_of_supplies,
    worth_of_ways,
)
from bereket.compiled.energy.case import NONE, EnergyCase, Grid
from bereket.model.power import CO2_T_PER_MWH, MWH_PER_MCM

Floats = NDArray[np.float64]
FULL: Final = 1e-6  # of a capacity: nearer to it than that is full
LEAST: Final = 1e-6  # MW or mcm a day that count as something
LEAST_USD: Final = 1e-3  # a year
UNITS: Final = {"power": "USD/MWh", "gas": "USD/mcm"}


def flow_rows(case: EnergyCase, solved: Solved) -> tuple[ElementFlow, ...]:
    """Return what goes over every line and pipe."""
    found = []
    for grid in case.grids:
        weight, ways = weights_of(case, grid), grid.ways
        own = flows_of(solved, grid)
        on_gain, back_gain = way_gains(case, solved, grid)
        for at, element in enumerate(ways.references):
            start, stop = ways.bus0[at], ways.bus1[at]
            on, back = own.on[:, at], own.back[:, at]
            can = solved.built.get(element, ways.p_nom[at]) * ways.available[at]
            can_back = can * ways.back[at]
            rent = on * on_gain[:, at] + back * back_gain[:, at]
            found.append(
                ElementFlow(
                    element,
                    ways.names[at],
                    grid.commodity,
                    grid.ids[start],
                    grid.ids[stop],
                    grid.countries[start],
                    grid.countries[stop],
                    float(ways.p_nom[at]),
                    float(ways.p_nom[at] * ways.back[at]),
                    float(weight @ on),
                    float(weight @ back),
                    max(float(weight @ (can - on)), 0.0),
                    max(float(weight @ (can_back - back)), 0.0),
                    _full(weight, on, can),
                    _full(weight, back, can_back),
                    _money(float(weight @ rent)),
                )
            )
    return tuple(found)


def _money(usd: float) -> float:
    """Return money without what rounding leaves of nothing."""
    return usd if abs(usd) >= LEAST_USD else 0.0


def _full(weight: Floats, flow: Floats, can: float) -> float:
    """Return the share of the year in which a way is full; 0 of one without room."""
    if can <= LEAST:
        return 0.0
    return float(weight @ (flow >= can * (1.0 - FULL)) / weight.sum())


def price_rows(case: EnergyCase, solved: Solved) -> tuple[ZonePrice, ...]:
    """Return the price of every zone and gas node."""
    found = []
    for grid in case.grids:
        weight, loads = weights_of(case, grid), grid.loads
        price = flows_of(solved, grid).price
        for at, iso3 in enumerate(grid.countries):
            own = price[:, at]
            here = np.nonzero((loads.bus == at) & ~loads.is_export)[0]
            wanted = weight * loads.wanted[:, here].sum(axis=1)
            found.append(
                ZonePrice(
                    reference_of(grid, at),
                    grid.names[at],
                    iso3,
                    grid.commodity,
                    float(weight @ own / weight.sum()),
                    float(own.min()),
                    float(own.max()),
                    float(wanted @ own / wanted.sum()) if wanted.sum() > 0 else None,
                    _by_stretch(case, grid, own),
                    UNITS[grid.commodity],
                )
            )
    return tuple(found)


def _by_stretch(case: EnergyCase, grid: Grid, values: Floats) -> tuple[float, ...]:
    """Return means by week of power, or figures by month of gas."""
    if grid.commodity == "power":
        values = values.reshape(len(case.periods.weeks), -1).mean(axis=1)
    return tuple(values.tolist())


def value_rows(
    case: EnergyCase, solved: Solved, rate: float
) -> tuple[ElementValue, ...]:
    """Return what one more of every element is worth, dearest first by commodity."""
    found: list[ElementValue] = []
    first = solved.first or solved
    for grid in case.grids:
        for own, worth, of_first in (
            (
                grid.ways,
                worth_of_ways(case, solved, grid),
                worth_of_ways(case, first, grid),
            ),
            (
                grid.supplies,
                worth_of_supplies(case, solved, grid),
                worth_of_supplies(case, first, grid),
            ),
        ):
            yearly = yearly_costs(own.spending, rate).tolist()
            costs = [None if np.isnan(cost) else cost for cost in yearly]
            is_power = grid.commodity == "power"
            chosen = _of_capacity(worth, of_first, own.p_nom)
            has = [
                solved.built.get(name, p_nom)
                for name, p_nom in zip(own.references, own.p_nom, strict=True)
            ]
            found += _values(chosen, has, is_power=is_power, costs=costs)
    names = case.stores.references
    for worth, of_first, p_nom in (
        (
            Worth(names, solved.store_value),
            Worth(names, first.store_value),
            case.stores.p_nom,
        ),
        (
            worth_of_sales(case, solved),
            worth_of_sales(case, first),
            case.sales.p_nom,
        ),
    ):
        chosen = _of_capacity(worth, of_first, p_nom)
        costs = [None] * p_nom.size
        found += _values(chosen, p_nom.tolist(), is_power=False, costs=costs)
    return tuple(
        sorted(found, key=lambda row: (row.usd_per_mw is None, -row.usd, row.element))
    )


def _of_capacity(worth: Worth, of_first: Worth, p_nom: Floats) -> Worth:
    """Return what one more is worth; of rows without capacity what the first is."""
    per_unit = np.where(p_nom == 0.0, of_first.per_unit, worth.per_unit)
    return Worth(worth.references, per_unit)


def _values(
    worth: Worth,
    p_nom: list[float],
    *,
    is_power: bool,
    costs: list[float | None],
) -> Iterator[ElementValue]:
    rows = zip(worth.references, p_nom, worth.per_unit, costs, strict=True)
    for element, has, per_unit, cost in rows:
        usd = _money(float(per_unit))
        yield ElementValue(
            element,
            float(has),
            usd if is_power else None,
            None if is_power else usd,
            cost,
        )


def generation_rows(case: EnergyCase, solved: Solved) -> tuple[Generation, ...]:
    """Return what each zone generates by what it burns."""
    grid = case.power
    plants, weight = grid.supplies, case.periods.hour_weight
    energy = weight @ solved.power.supply
    groups: dict[tuple[int, str], list[int]] = {}
    for at, carrier in enumerate(plants.carriers):
        groups.setdefault((int(plants.bus[at]), carrier), []).append(at)
    found = []
    for (bus, carrier), own in sorted(groups.items()):
        p_nom = float(sum(capacity(case, solved, at) for at in own))
        mwh = float(energy[own].sum())
        heat = energy[own] / plants.efficiency[own]
        from_nodes = heat[plants.gas_node[own] != NONE]
        factor = CO2_T_PER_MWH.get(carrier, 0.0)
        found.append(
            Generation(
                reference_of(grid, bus),
                grid.countries[bus],
                carrier,
                p_nom,
                mwh,
                mwh / (p_nom * float(weight.sum())) if p_nom > 0 else 0.0,
                float(from_nodes.sum() / MWH_PER_MCM),
                float(factor * np.nansum(heat)),
            )
        )
    return tuple(found)


def capacity(case: EnergyCase, solved: Solved, at: int) -> float:
    """Return the capacity of a plant, grown where it could grow."""
    plants = case.power.supplies
    return solved.built.get(plants.references[at], float(plants.p_nom[at]))


def sale_rows(
    case: EnergyCase, solved: Solved, rooms: tuple[Room, ...]
) -> tuple[Sale, ...]:
    """Return what every contract and swap moves."""
    sales, days = case.sales, case.periods.month_days
    found = []
    for at, element in enumerate(sales.references):
        given = float(days @ solved.sold[:, at])
        untaken = float(days @ solved.untaken[:, at])
        received = (given - untaken) * float(sales.kept[at])
        volume = float(sales.p_nom[at] * days.sum())
        found.append(
            Sale(
                element,
                sales.sellers[at],
                sales.buyers[at],
                sales.partners[at],
                given - untaken,
                received,
                untaken,
                received * float(sales.price[at]),
                given * float(sales.fee[at]),
                untaken * float(sales.price[at]),
                (given - untaken) / volume if volume > 0 else 0.0,
                rooms[at].mcm,
                rooms[at].bound_by,
            )
        )
    return tuple(found)


def carried_rows(case: EnergyCase, solved: Solved) -> tuple[Carried, ...]:
    """Return whose gas every pipe carries, of owners of whom it carries any."""
    owned, days = case.owned, case.periods.month_days
    yearly = days @ solved.carried
    found = []
    for at, element in enumerate(case.gas.ways.references):
        for number, iso3 in enumerate(owned.owners):
            own = (owned.way == at) & (owned.carrier == number)
            on = float(yearly[own & ~owned.is_back].sum())
            back = float(yearly[own & owned.is_back].sum())
            if on + back > LEAST * days.sum():
                found.append(Carried(element, iso3, on, back))
    return tuple(found)


def built_rows(case: EnergyCase, solved: Solved, rate: float) -> tuple[Built, ...]:
    """Return what was built."""
    found = []
    for grid in case.grids:
        for own in (grid.ways, grid.supplies):
            yearly = yearly_costs(own.spending, rate).tolist()
            for at, element in enumerate(own.references):
                if element in solved.built:
                    before, after = float(own.p_nom[at]), solved.built[element]
                    found.append(
                        Built(element, before, after, yearly[at] * (after - before))
                    )
    return tuple(found)
