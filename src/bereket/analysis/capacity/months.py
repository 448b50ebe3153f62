"""The capacity by month, where weather, season or water level moves it."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from bereket.analysis.capacity.ladder import limits_of
from bereket.analysis.capacity.programme import Programme, memo_of
from bereket.compiled.months import DAYS, EVEN, MONTHS, Seasons, room_in_month

SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Month:
    """The largest flow in a month.

    Attributes
    ----------
    month : int
        1 to 12.
    t : float
        Tonnes of both directions that can flow in it; NaN where nothing known limits.
    wanted_share : float
        Share of the year's cargo that wants to go in it, by the seasons of the mix.
    binding : tuple of str
        What binds.
    """

    month: int
    t: float
    wanted_share: float
    binding: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the month as plain data."""
        return {
            "month": self.month,
            "t": self.t if np.isfinite(self.t) else None,
            "wanted_share": self.wanted_share,
            "binding": list(self.binding),
        }


def months_of(programme: Programme) -> tuple[Month, ...]:
    """Return the flow by month; empty where neither weather nor season differs.

    Parameters
    ----------
    programme : Programme
        The programme under its yearly capacities.

    Returns
    -------
    tuple of Month
        Twelve, or none.
    """
    shares = wanted_shares(programme)
    by_month = [_in_month(programme, month) for month in MONTHS]
    moved = any(
        not np.allclose(each.capacity_per_day, by_month[0].capacity_per_day, rtol=SAME)
        for each in by_month
    )
    if not moved and np.allclose(shares, EVEN, atol=SAME):
        return ()
    found = []
    known: tuple[float, tuple[str, ...]] | None = None
    for month, each in zip(MONTHS, by_month, strict=True):
        if known is None or moved:
            flow = each.solve()
            total = float(flow.t_per_day.sum()) if flow.is_bounded else float("nan")
            elements = each.room.elements
            limits, _ = limits_of(each)
            known = total, tuple(elements[x.element].element for x in limits)
        per_day, binding = known
        days = DAYS[month - 1]
        found.append(Month(month, per_day * days, shares[month - 1], binding))
    return tuple(found)


def _in_month(programme: Programme, month: int) -> Programme:
    """Return the programme under the weather of a month."""
    elements, capacity = room_in_month(
        programme.graph,
        programme.room,
        programme.capacity_per_day,
        month,
        memo_of(programme),
    )
    return replace(
        programme,
        room=replace(programme.room, elements=elements),
        capacity_per_day=capacity,
    )


def wanted_shares(programme: Programme) -> tuple[float, ...]:
    """Return the share of a year's cargo that each month wants, by the mix's seasons.

    Parameters
    ----------
    programme : Programme
        Its streams tell cargo and origins.

    Returns
    -------
    tuple of float
        Twelve shares that sum to one; where a cargo has no season, days of the month.
    """
    seasons = Seasons(programme.graph.model)
    total = np.zeros(12)
    for stream in programme.streams:
        countries = [pair.shipment.origin_iso3 for pair in stream.pairs]
        for iso3 in countries:
            own = seasons.shares(stream.commodity_id, iso3)
            total += stream.share * own / len(countries)
    return tuple((total / total.sum()).tolist())
