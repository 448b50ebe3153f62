"""The teaching model with years, parameters and observations to be calibrated by.

Grain is 22,500 t a day, so that the border is full and all still goes;
boxes go by road, by rail and by sea both ways.
"""

import numpy as np
from tests.model.altered import row_at, with_cell, with_row, with_table, without_table

from bereket import Table
from bereket.schema import table_schema

GRAIN_T_PER_DAY = 22_500.0
SOURCED = {"source_id": "invented", "quality": "reported", "note": "invented"}
BOXES = "containers"
COUNTED = {
    "kind": "flow",
    "unit": "t",
    "weight_basis": "net",
    "definition": "all cargo",
    "scope": "full",
    "commodity_id": BOXES,
}


def made(name, rows):
    """Return a table of rows; cells that are not told are empty."""
    schema = table_schema(name)
    columns = {}
    for field in dict.fromkeys((*schema.key, *(name for row in rows for name in row))):
        is_text = schema.field(field).is_text
        empty, kind = ("", object) if is_text else (np.nan, float)
        cells = [row.get(field, empty) for row in rows]
        columns[field] = np.array(cells, dtype=kind)
    return Table(name, columns)


def with_years(model, years, tonnes=None):
    """Return the model with demand of some years; boxes grow by a tenth a year.

    The ferry is a real alternative for boxes from 2024 to 2026, as tariffs are known.
    """
    grain = row_at(model, "demand", "ASH", "CCY", "grain", "2025")
    model = with_cell(model, "demand", grain, "tonnes", GRAIN_T_PER_DAY * 365)
    for year in years:
        if year == 2025:
            continue
        for origin, destination in (("ASH", "CCY"), ("CCY", "ASH")):
            wanted = (tonnes or {}).get(year, 365_000.0 * 1.1 ** (year - 2025))
            ends = {"origin_node_id": origin, "destination_node_id": destination}
            row = ends | {"commodity_id": BOXES, "year": float(year), "tonnes": wanted}
            model = with_row(model, "demand", **row, **SOURCED)
    return model


def parameter(name, kind, prior, sd, **more):
    """Return a row of table `parameter`; bounds five standard deviations away."""
    low, high = prior - 5 * sd, prior + 5 * sd
    if kind in {"scale", "demand"}:
        low, high = prior * np.exp(-5 * sd), prior * np.exp(5 * sd)
    bounds = {"prior": prior, "lowest": low, "highest": high, "prior_sd": sd}
    return {"parameter_id": name, "kind": kind, **bounds, **SOURCED} | more


def observation(name, on, value, year=2025, **more):
    """Return a row of table `observation`, of a calendar year."""
    when = {"period_start": str(year), "period_end": f"{year}-12-31"}
    row = COUNTED | when | SOURCED
    return row | {"observation_id": name, "on": on, "value": float(value)} | more


def with_rows(model, *, parameters=None, observations=None):
    """Return the model with these rows of the two tables, in place of what it has.

    Its agenda goes with its observations, which it names.
    """
    if observations is not None:
        model = without_table(model, "agenda")
    for name, rows in (("parameter", parameters), ("observation", observations)):
        if rows is not None:
            model = with_table(model, made(name, rows))
    return model
