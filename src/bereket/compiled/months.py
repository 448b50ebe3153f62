"""Months of a year: what of a cargo wants to go, and what elements can take then."""

from collections.abc import MutableMapping
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.capacities import capacity_of
from bereket.compiled.derivations import Derivation
from bereket.compiled.graph import Graph
from bereket.compiled.room import Room
from bereket.compiled.water import varies_by_month
from bereket.model.model import Model

Floats = NDArray[np.float64]
MONTHS: Final = range(1, 13)
DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
EVEN: Final = np.array(DAYS) / sum(DAYS)  # share of the year, where no season is known


class Seasons:
    """Shares of a year's cargo by month.

    Parameters
    ----------
    model : Model
        Its table `season`.
    """

    def __init__(self, model: Model) -> None:
        season = model["season"]
        self._known = {
            key: float(season.number("share")[rows[0]])
            for key, rows in season.row_of.items()
        }

    def shares(self, commodity_id: str, origin_iso3: str) -> Floats:
        """Return the share of each month; by its days where no season is known."""
        own = [
            self._known.get(
                (commodity_id, origin_iso3, str(month)),
                self._known.get((commodity_id, "", str(month)), np.nan),
            )
            for month in MONTHS
        ]
        return EVEN if np.isnan(own).any() else np.array(own)


def room_in_month(
    graph: Graph,
    room: Room,
    capacity_per_day: Floats,
    month: int,
    memo: MutableMapping[Any, Derivation],
) -> tuple[tuple[Derivation, ...], Floats]:
    """Return what elements can take in the weather of a month.

    Parameters
    ----------
    graph : Graph
        The network.
    room : Room
        Its capacity rows.
    capacity_per_day : (n_rows,)
        What they leave on a mean day of the year.
    month : int
        1 to 12.
    memo : mapping
        Capacities worked out before; it is added to.

    Returns
    -------
    tuple of tuple of Derivation and (n_rows,)
        Elements, and what they leave on a day of the month.
    """
    weather = (f"weather of month {month}",)
    first = date(graph.day.year, month, 1)
    capacity = capacity_per_day.copy()
    elements = list(room.elements)
    for (table, row), at in room.place_of.items():
        if varies_by_month(graph.model, table, row):
            key = (table, row), weather
            if key not in memo:
                memo[key] = capacity_of(graph.model, table, row, first, in_month=True)
            elements[at] = memo[key]
            capacity[room.rows_of(at)] = max(0.0, elements[at].free_per_day.value)
    for at, element in enumerate(elements):
        # a month stands for itself: the busiest is no share above it
        capacity[room.rows_of(at)] *= element.uneven_k
    return tuple(elements), capacity
