"""Weather and water level: how long a port works, and how deep a vessel may lie."""

from datetime import date
from typing import Final

import numpy as np

from bereket.compiled.derivations import Given, Range, Reading, weigh
from bereket.compiled.vessels import weather_share
from bereket.model.model import Model

DAYS_PER_YEAR: Final = 365.0
DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def open_share(
    reading: Reading, node_id: str, row: int, day: date, *, in_month: bool = False
) -> Given:
    """Return the share of the time that weather lets a port work.

    Parameters
    ----------
    reading : Reading
        Figures read.
    node_id : str
        The port.
    row : int
        Row of its berths in table ``port``.
    day : date
        Date.
    in_month : bool
        Whether the share of its month is wanted; else that of the year.

    Returns
    -------
    Given
        The share; 1, told as not stated, where no days are known.
    """
    if in_month:
        season = reading.model["season_close"]
        for at in season.row_of.get((node_id, str(day.month)), ()):
            closed = reading.figure("season_close", at, "closed_days")
            if closed:
                return _share(closed, float(DAYS_IN_MONTH[day.month - 1]))
    closed = reading.figure("port", row, "closed_days")
    if closed:
        return _share(closed, DAYS_PER_YEAR)
    whole = Range.exact(1.0)
    return Given(f"node:{node_id}", "open", "", whole, "", is_stated=False)


def _share(closed: Given, days: float) -> Given:
    weighed = weigh(
        lambda closed_days: float(weather_share(closed_days, days)),
        {"closed_days": closed},
    )
    return Given(closed.reference, "open", "", weighed, closed.quality, is_stated=True)


def draught_of(reading: Reading, berth: int, day: date) -> Given | None:
    """Return the draught at a berth on a date, the water's level counted in.

    Parameters
    ----------
    reading : Reading
        Figures read.
    berth : int
        Row of table ``port``.
    day : date
        Date; the level is the mean of its year.

    Returns
    -------
    Given or None
        Draught stated, plus the level of the year less that of the year it was stated
        for; None where the row states none.
    """
    model = reading.model
    stated = reading.figure("port", berth, "draught_m")
    if stated is None:
        return None
    port = model["port"]
    basin, year = port.labels("basin")[berth], port.number("draught_year")[berth]
    then, now = _level(model, basin, year), _level(model, basin, float(day.year))
    if then is None or now is None:
        return stated
    fallen = now.value - then.value
    width = max(now.high - now.value, now.value - now.low) if day.year > year else 0.0
    moved = weigh(
        lambda draught_m, level_m: draught_m + level_m,
        {
            "draught_m": stated,
            "level_m": Given(
                f"level:{basin}",
                "level_m",
                "m",
                Range(fallen, fallen - width, fallen + width),
                "",
                is_stated=True,
            ),
        },
    )
    return Given(
        stated.reference, "draught_m", "m", moved, stated.quality, is_stated=True
    )


def _level(model: Model, basin: str, year: float) -> Range | None:
    """Return the level of a basin in a year; between years known it runs straight."""
    table = model["level"]
    at = [
        n
        for n, name in enumerate(table.labels("basin"))
        if name == basin and np.isnan(table.number("month")[n])
    ]
    if not at or np.isnan(year):
        return None
    at.sort(key=lambda n: table.number("year")[n])
    years = table.number("year")[at]
    figures = []
    for column in ("level_m", "level_m_low", "level_m_high"):
        own = table.number(column)[at]
        figures.append(
            float(
                np.interp(
                    year,
                    years,
                    np.where(np.isnan(own), table.number("level_m")[at], own),
                )
            )
        )
    return Range(*figures)


def varies_by_month(model: Model, table: str, row: int) -> bool:
    """Return whether weather moves the capacity of a row from month to month.

    Parameters
    ----------
    model : Model
        The model.
    table : str
        Table of the row, or what is derived from rows of table ``service``.
    row : int
        Its position.

    Returns
    -------
    bool
        True of berths, and of services that call, where table ``season_close`` tells
        the months of the port.
    """
    told = frozenset(model["season_close"].labels("node_id"))
    if not told or not table.startswith(("port", "service")):
        return False
    if table == "port":
        return model["port"].labels("node_id")[row] in told
    stop, name = model["service_stop"], model["service"].labels("service_id")[row]
    calls = zip(stop.labels("service_id"), stop.labels("node_id"), strict=True)
    return any(service == name and node in told for service, node in calls)
