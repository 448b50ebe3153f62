"""From the tables of gas and power to the arrays of a year."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.energy.case import (
    NONE,
    EnergyCase,
    Floats,
    Grid,
    Loads,
    Sales,
    Spending,
    Stores,
    Supplies,
    Ways,
)
from bereket.compiled.energy.owners import owned
from bereket.compiled.energy.periods import MONTHS, periods_of
from bereket.compiled.energy.profiles import Profiles
from bereket.errors import QuestionError
from bereket.model.calendar import is_open
from bereket.model.model import Model, Table
from bereket.model.power import has_energy

TABLES: Final = (
    *("bus", "power_line", "power_plant", "power_load", "profile"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
)
POWER: Final = ("power_line", "power_plant", "power_load")
GAS: Final = ("gas_pipe", "gas_field", "gas_load")
BUILDING: Final = "under_construction"
YEAR_HOURS: Final = 8760.0
YEAR_DAYS: Final = 365.0


def energy_case(model: Model, year: int, day: date) -> EnergyCase:
    """Read a year of gas and power.

    Parameters
    ----------
    model : Model
        A model without fault.
    year : int
        Year of the loads.
    day : date
        Day on which lines, plants, pipes, fields and contracts are open.

    Returns
    -------
    EnergyCase
        Arrays; rows that are not open are left out, those of no capacity stay.

    Raises
    ------
    QuestionError
        When the model has neither zones of power nor nodes of gas.

    Notes
    -----
    A load between two years that are stated is drawn straight between them; before the
    first and after the last it stays as it is, and the notes say so.

    Examples
    --------
    >>> from bereket import blank_model
    >>> case = energy_case(blank_model(), 2024, date(2024, 7, 1))
    >>> case.power.ids, case.power.loads.wanted.round(1).tolist()
    (('tkm', 'kaz'), [[200.0]])
    """
    if not has_energy(model):
        msg = "energy needs table 'bus' or 'gas_node', and the model has no row of them"
        raise QuestionError(msg)
    open_rows = {name: _open(model[name], day) for name in TABLES}
    table = model["profile"]
    periods = periods_of(table.number("week"), table.number("hour"))
    profiles = Profiles(table, periods)
    notes = list(_begun(open_rows))
    nodes = _positions(model["gas_node"], "gas_node_id")
    power = _grid(
        "power",
        model["bus"],
        [open_rows[name] for name in POWER],
        _plants(open_rows["power_plant"], model["bus"], nodes, profiles),
        _loads(open_rows["power_load"], model["bus"], year, profiles, notes),
    )
    gas = _grid(
        "gas",
        model["gas_node"],
        [open_rows[name] for name in GAS],
        _fields(open_rows["gas_field"], nodes),
        _loads(open_rows["gas_load"], model["gas_node"], year, profiles, notes),
    )
    sales = _sales(model["gas_node"], open_rows["gas_contract"], open_rows["gas_swap"])
    return EnergyCase(
        year,
        periods,
        power,
        gas,
        _stores(open_rows["gas_storage"], nodes),
        sales,
        owned(gas, sales),
        tuple(notes),
        _assumed(open_rows),
    )


def _open(table: Table, day: date) -> Table:
    return table.rows(np.nonzero(is_open(table, day))[0])


def _begun(open_rows: dict[str, Table]) -> Iterator[str]:
    """Name the rows that are under construction and taken to be open by the day."""
    for name, table in open_rows.items():
        if not table.schema.is_dated:
            continue
        status = table.text("status")
        rows = [table.keys[at][0] for at in np.nonzero(status == BUILDING)[0]]
        if rows:
            yield f"{name} under construction and open by then: {', '.join(rows)}"


def _positions(table: Table, key: str) -> dict[str, int]:
    return {name: at for at, name in enumerate(table.labels(key))}


def _at(labels: Sequence[str], positions: dict[str, int]) -> NDArray[np.intp]:
    found = [positions.get(name, NONE) for name in labels]
    return np.array(found, dtype=np.intp)


def _spending(table: Table) -> Spending:
    most = table.number("p_nom_max")
    return Spending(
        table.number("overnight_cost"),
        table.number("lifetime"),
        np.where(np.isnan(most), math.inf, most),
    )


def _grid(
    commodity: str,
    nodes: Table,
    open_rows: Sequence[Table],
    supplies: Supplies,
    loads: Loads,
) -> Grid:
    """Return a grid of what is open."""
    key = nodes.schema.key[0]
    positions = _positions(nodes, key)
    ways = open_rows[0]
    return Grid(
        "power" if commodity == "power" else "gas",
        nodes.labels(key),
        nodes.labels("name"),
        nodes.labels("country_iso3"),
        Ways(
            ways.references,
            ways.labels("name"),
            _at(ways.labels("bus0"), positions),
            _at(ways.labels("bus1"), positions),
            ways.number("p_nom"),
            0.0 - ways.number("p_min_pu"),
            ways.number("p_max_pu"),
            ways.number("efficiency"),
            ways.number("marginal_cost"),
            _spending(ways),
        ),
        supplies,
        loads,
    )


def _plants(
    table: Table,
    buses: Table,
    gas_nodes: dict[str, int],
    profiles: Profiles,
) -> Supplies:
    """Return the power plants, with what each can give by hour."""
    names, carriers = table.labels("profile_id"), table.labels("carrier")
    is_water = np.array(
        [c == "hydro" and bool(n) for c, n in zip(carriers, names, strict=True)],
        dtype=bool,
    )
    shares = [
        profiles.shares("" if water else name)
        for name, water in zip(names, is_water, strict=True)
    ]
    n_hours = profiles.periods.n_hours
    available = np.array(shares).reshape(len(table), n_hours).T
    most = available * table.number("p_max_pu")
    energy, efficiency = table.number("e_sum_max"), table.number("efficiency")
    fuel = table.number("fuel_cost")
    burned = np.where(np.isnan(fuel), 0.0, fuel / efficiency)
    weeks = np.full((len(profiles.periods.weeks), len(table)), math.inf)
    for at, (name, water) in enumerate(zip(names, is_water, strict=True)):
        if water:
            weeks[:, at] = energy[at] * _week_parts(profiles, name)
    return Supplies(
        table.references,
        carriers,
        _at(table.labels("bus"), _positions(buses, "bus_id")),
        table.number("p_nom"),
        most,
        np.minimum(most, table.number("p_min_pu")),
        table.number("marginal_cost") + burned,
        efficiency,
        _at(table.labels("gas_node_id"), gas_nodes),
        weeks,
        np.where(np.isnan(energy) | is_water, math.inf, energy),
        _spending(table),
    )


def _week_parts(profiles: Profiles, name: str) -> Floats:
    """Return the part of the year's water that comes while each week stands."""
    weight = profiles.periods.hour_weight
    part = profiles.course(name) * weight / weight.sum()
    return np.asarray(part.reshape(len(profiles.periods.weeks), -1).sum(axis=1))


def _fields(table: Table, nodes: dict[str, int]) -> Supplies:
    """Return the gas fields; what they can give is alike in every month."""
    n = len(table)
    most = np.tile(table.number("p_max_pu"), (MONTHS, 1))
    return Supplies(
        table.references,
        ("field",) * n,
        _at(table.labels("bus"), nodes),
        table.number("p_nom"),
        most,
        np.minimum(most, table.number("p_min_pu")),
        table.number("marginal_cost"),
        np.full(n, math.nan),
        np.full(n, NONE, dtype=np.intp),
        np.full((0, n), math.inf),
        np.full(n, math.inf),
        _spending(table),
    )


def _loads(
    table: Table, nodes: Table, year: int, profiles: Profiles, notes: list[str]
) -> Loads:
    """Return what is wanted in the year."""
    is_power = table.name == "power_load"
    column, value = (
        ("energy_mwh", "value_usd_per_mwh")
        if is_power
        else ("volume_mcm", "value_usd_per_mcm")
    )
    rows: dict[str, list[int]] = {}
    years = table.number("year")
    for row, name in enumerate(table.labels(f"{table.name}_id")):
        rows.setdefault(name, []).append(row)
    shape = profiles.course if is_power else profiles.months
    last, wanted = [], []
    held: dict[int, list[str]] = {}
    for name, own in rows.items():
        own.sort(key=lambda row: years[row])
        known = years[own]
        nearest = own[int(np.abs(known - year).argmin())]
        amount = np.interp(year, known, table.number(column)[own])
        mean = amount / (YEAR_HOURS if is_power else YEAR_DAYS)
        wanted.append(mean * shape(table.labels("profile_id")[nearest]))
        last.append(nearest)
        if not known[0] <= year <= known[-1]:
            edge = int(known[0] if year < known[0] else known[-1])
            held.setdefault(edge, []).append(name)
    notes += [
        f"{table.name} of {edge} stands for {year}: {', '.join(names)}"
        for edge, names in held.items()
    ]
    n_periods = profiles.periods.n_hours if is_power else MONTHS
    positions = _positions(nodes, nodes.schema.key[0])
    kinds = table.labels("kind")
    return Loads(
        tuple(f"{table.name}:{name}" for name in rows),
        _at([table.labels("bus")[row] for row in last], positions),
        np.array(wanted).reshape(len(rows), n_periods).T,
        table.number(value)[last],
        np.array([kinds[row] == "export" for row in last], dtype=bool),
    )


def _stores(table: Table, nodes: dict[str, int]) -> Stores:
    return Stores(
        table.references,
        _at(table.labels("bus"), nodes),
        table.number("p_nom"),
        table.number("e_nom"),
        table.number("efficiency_store"),
    )


def _sales(nodes: Table, contracts: Table, swaps: Table) -> Sales:
    """Return what is sold from country to country: contracts, then swaps."""
    positions, country = _positions(nodes, "gas_node_id"), nodes.labels("country_iso3")
    given_at, taken_at = (
        _at(contracts.labels("bus") + swaps.labels(end), positions)
        for end in ("bus0", "bus1")
    )
    n = len(swaps)

    def joined(column: str, of_swaps: Floats) -> Floats:
        return np.concatenate([contracts.number(column), of_swaps])

    most = joined("p_max_pu", np.ones(n))
    return Sales(
        contracts.references + swaps.references,
        contracts.labels("seller_iso3") + swaps.labels("seller_iso3"),
        (
            *contracts.labels("buyer_iso3"),
            *(country[at] for at in taken_at[len(contracts) :]),
        ),
        (
            *("",) * len(contracts),
            *(country[at] for at in given_at[len(contracts) :]),
        ),
        given_at,
        taken_at,
        joined("p_nom", swaps.number("p_nom")),
        most,
        np.minimum(joined("p_min_pu", np.zeros(n)), most),
        np.concatenate([np.ones(len(contracts)), 1.0 - swaps.number("fee_share")]),
        np.concatenate([np.zeros(len(contracts)), swaps.number("fee_usd_per_mcm")]),
        joined("price_usd_per_mcm", swaps.number("price_usd_per_mcm")),
    )


def _assumed(open_rows: dict[str, Table]) -> float:
    """Return the mean over the tables of the share of capacity that is assumed."""
    shares = []
    for table in open_rows.values():
        if "p_nom" not in table.schema.fields:
            continue
        p_nom = table.number("p_nom")
        if p_nom.sum() > 0:
            assumed = table.text("quality") == "assumed"
            shares.append(float(p_nom[assumed].sum() / p_nom.sum()))
    return float(np.mean(shares)) if shares else 0.0
