"""What a model has to beat: last year's value and the trend; and rows that disagree."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from bereket.model.model import Table
from bereket.schema.checker import FIRST_ROW
from bereket.studies.observations import seen

# What two observations must share for one to be an earlier value of the other.
SERIES: Final = ("kind", "on", "commodity_id", "direction", "unit", "weight_basis")
RIVALS: Final = ("full", "input")  # scopes whose values may be rivals
LEAST_OF_TREND: Final = 3


def last_year_of(table: Table, row: int, year: int) -> tuple[float | None, bool]:
    """Return what was observed of the same a year before, and whether alike.

    Returns
    -------
    tuple of float or None, and bool
        None where nothing was; True where it was counted by the same definition.
    """
    told = _series(table, row).get(year - 1)
    return (None, False) if told is None else told


def trend_of(table: Table, row: int, year: int) -> float | None:
    """Return what the growth of earlier years makes of a year.

    Parameters
    ----------
    table : Table
        Table `observation`.
    row : int
        An observation.
    year : int
        Its year.

    Returns
    -------
    float or None
        On the straight line through the logarithms of all earlier values; None where
        there are fewer than three.
    """
    known = _series(table, row).items()
    series = {at: value for at, (value, _) in known if at < year}
    if len(series) < LEAST_OF_TREND:
        return None
    years = np.array(list(series), dtype=np.float64)
    line = np.polyfit(years - year, np.log(list(series.values())), 1)
    return float(np.exp(line[-1]))


def _series(table: Table, row: int) -> dict[int, tuple[float, bool]]:
    """Return the yearly values of what a row counts, its own definition first."""
    found: dict[int, tuple[float, bool]] = {}
    definition = table.labels("definition")
    for other in range(len(table)):
        alike = all(table.labels(n)[other] == table.labels(n)[row] for n in SERIES)
        year = seen(table, other).calendar_year if alike else None
        value = float(table.number("value")[other])
        if year is None or not value > 0 or table.text("scope")[other] not in RIVALS:
            continue
        own = definition[other] == definition[row]
        if year not in found or (own and not found[year][1]):
            found[year] = value, own
    return dict(sorted(found.items()))


def contradictions(table: Table, rows: Sequence[int]) -> list[str]:
    """Find observations of one scope, period and definition that disagree.

    Parameters
    ----------
    table : Table
        Table `observation`.
    rows : sequence of int
        Rows to be held together.

    Returns
    -------
    list of str
        A line for each pair; two scopes or two definitions are no contradiction.
    """
    names = table.labels("observation_id")
    values = table.number("value")
    first: dict[tuple[object, ...], int] = {}
    faults = []
    for row in rows:
        told, key = seen(table, row), _counted(table, row)
        other = first.setdefault(key, row)
        if values[other] != values[row]:
            faults.append(
                f"observation rows {other + FIRST_ROW} and {row + FIRST_ROW}: "
                f"{names[other]!r} and {names[row]!r} count the same and say "
                f"{values[other]:,.0f} and {values[row]:,.0f} {told.unit}; keep one, "
                "or say in definition how they differ"
            )
    return faults


def twin_of(table: Table, row: int, rows: Sequence[int]) -> int | None:
    """Return a row among others that counts and says the same; None if none does.

    Parameters
    ----------
    table : Table
        Table `observation`.
    row : int
        An observation.
    rows : sequence of int
        Rows that it is held against.

    Returns
    -------
    int or None
        A figure that two sources repeat is one observation.
    """
    values, key = table.number("value"), _counted(table, row)
    return next(
        (at for at in rows if values[at] == values[row] and _counted(table, at) == key),
        None,
    )


def _counted(table: Table, row: int) -> tuple[object, ...]:
    """Return what a row counts: scope, period and definition."""
    told = seen(table, row)
    on = frozenset(table.lists("on")[row])
    cargo = frozenset(table.lists("commodity_id")[row])
    labels = (table.labels(n)[row] for n in ("kind", "direction", "weight_basis"))
    empties = table.number("counts_empties")[row] == 1.0
    return on, cargo, *labels, empties, told.unit, told.calendar_year, told.definition
