"""Small models of gas and power, and what part of a solved year some countries cost.

A solve takes a third of a second, whatever the size: cases that stand by themselves are
*islands* of one model, with countries of their own, and share its solve.
"""

import string
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from bereket import blank_model
from bereket.analysis.energy.solving import solve_case
from bereket.compiled.energy import energy_case
from bereket.model.model import Model, Table
from bereket.schema import table_schema

YEAR = 2024
DAY = date(2024, 7, 1)
HOURS, DAYS = 8760.0, 365.0
# Weeks 13 and 39 have their middles at days 87.5 and 269.5: days 0 to 177 and 361 to
# 364 are nearer to the first (the year goes round); 178 is as near to both, and counts
# to the earlier.
TWO_WEEKS = (13, 39)
FIRST, SECOND = 183 * 24.0, 182 * 24.0  # hours that they stand for
TABLES = (
    *("bus", "power_line", "power_plant", "power_load", "profile"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
)
PLACE = "PORT"  # of the blank model: where anything is drawn
NEW_NAMES = (  # columns that a copy of an island has under another name
    *("bus", "bus0", "bus1"),
    *(f"{name}_id" for name in TABLES),
)
LETTERS = string.ascii_uppercase
COUNTRIES = ("country_iso3", "seller_iso3", "buyer_iso3")


@cache
def blank():
    return blank_model()


def table_of(name, rows):
    """Return a table of rows; cells that are not told are blank."""
    schema = table_schema(name)
    columns = {}
    for column in dict.fromkeys(key for row in rows for key in row):
        is_text = schema.field(column).is_text
        cells = [row.get(column, "" if is_text else np.nan) for row in rows]
        columns[column] = np.array(cells, dtype=object if is_text else float)
    return Table(name, columns)


def energy_model(**tables):
    """Return the blank model with these tables of gas and power, and no others."""
    kept = {n: t for n, t in blank().tables.items() if n not in TABLES}
    for name in TABLES:
        rows = []
        for row in tables.get(name, ()):
            own = {"source_id": "example", "quality": "reported"} | row
            if "name" in table_schema(name).fields:
                own = {"name": row[table_schema(name).key[0]]} | own
            if name in ("bus", "gas_node"):
                own = {"node_id": PLACE} | own
            rows.append(own)
        if rows:
            kept[name] = table_of(name, rows)
    return Model("islands", kept)


def joined(*islands):
    """Return the tables of islands as those of one model."""
    return {
        name: [row for island in islands for row in island.get(name, ())]
        for name in TABLES
    }


def copied(island, mark, iso3):
    """Return an island under other names: a mark behind ids, countries as told."""
    found = {}
    for name, rows in island.items():
        found[name] = [
            {
                column: iso3[value]
                if column in COUNTRIES
                else value + mark
                if column in NEW_NAMES and value
                else value
                for column, value in row.items()
            }
            for row in rows
        ]
    return found


def copies(islands):
    """Return islands as one model's tables, and the countries of each."""
    names = (f"{a}{b}{c}" for a in LETTERS for b in LETTERS for c in LETTERS)
    found, countries = [], []
    for at, island in enumerate(islands):
        places = (*island.get("bus", ()), *island.get("gas_node", ()))
        old = dict.fromkeys(row["country_iso3"] for row in places)
        new = {iso3: next(names) for iso3 in old}
        found.append(copied(island, f"-{at}", new))
        countries.append(frozenset(new.values()))
    return joined(*found), countries


def by_week(name, first, second):
    """Return a profile of two weeks."""
    return [
        {"profile_id": name, "week": week, "value_pu": value}
        for week, value in zip(TWO_WEEKS, (first, second), strict=True)
    ]


def by_month(name, values):
    """Return a profile of twelve months."""
    return [
        {"profile_id": name, "month": month + 1, "value_pu": value}
        for month, value in enumerate(values)
    ]


def power_load(name, bus, mw, value=1000.0, **more):
    """Return a load of so many MW on the mean."""
    told = {"power_load_id": name, "bus": bus, "year": YEAR, "energy_mwh": mw * HOURS}
    return told | {"value_usd_per_mwh": value} | more


def gas_load(name, bus, mcm_per_day, value=1e6, **more):
    """Return a load of so many mcm a day on the mean."""
    volume = mcm_per_day * DAYS
    told = {"gas_load_id": name, "bus": bus, "year": YEAR, "volume_mcm": volume}
    return told | {"value_usd_per_mcm": value} | more


def case_of(model, year=YEAR):
    return energy_case(model, year, DAY)


def solved_of(model, *expand):
    """Return the arrays of a year and its answer."""
    case = case_of(model)
    return case, solve_case(case, expand)


def cost_of(case, solved, countries=None):
    """Return what the part of the objective costs that stands in some countries.

    Worked out from flows alone, not from prices or accounts. Ways belong to the country
    that they start in, sales to the seller.
    """
    chosen = set(case.power.countries + case.gas.countries)
    chosen = chosen if countries is None else set(countries)
    total = 0.0
    grids = (
        (case.power, solved.power, case.periods.hour_weight),
        (case.gas, solved.gas, case.periods.month_days),
    )
    for grid, flows, weight in grids:
        here = np.array([iso3 in chosen for iso3 in grid.countries], dtype=bool)
        own, ways, loads = grid.supplies, grid.ways, grid.loads
        if own.references:
            given = weight @ flows.supply
            total += (given * own.marginal_cost)[here[own.bus]].sum()
        if ways.references:
            sent = weight @ flows.on + weight @ flows.back
            total += (sent * ways.marginal_cost)[here[ways.bus0]].sum()
        if loads.references:
            yearly = weight @ (flows.missed - flows.bought)
            total += (yearly * loads.value)[here[loads.bus]].sum()
    sales, days = case.sales, case.periods.month_days
    for at, seller in enumerate(sales.sellers):
        if seller in chosen:
            total += days @ solved.sold[:, at] * sales.fee[at]
            total += days @ solved.untaken[:, at] * sales.price[at]
    return float(total)


def frames_of(model):
    """Return the tables of a model as frames, cells as they stand."""
    return {name: pd.DataFrame(dict(model[name].columns)) for name in TABLES}
