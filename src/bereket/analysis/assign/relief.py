"""Base load that the demand carries itself, and that must not count twice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.ways import Offer, Way, corridors_of_ways
from bereket.compiled.room import Room
from bereket.model.model import Model

Floats = NDArray[np.float64]
Held = Mapping[tuple[str, int], float]  # by element and direction
LINK: Final = "link:"
BOTH_WAYS: Final = 2.0  # base trains are told of both directions together
LEAST: Final = 0.01  # units a day that are worth telling


def held_twice(offer: Offer, ways: Sequence[Way]) -> Held:
    """Return the units a day of flows of the demand that pass no corridor.

    Parameters
    ----------
    offer : Offer
        Network, prices, room.
    ways : sequence of Way
        The cheapest way of every flow were there room.

    Returns
    -------
    mapping of (str, int) to float
        By element and direction, where others are counted too; in its unit.
    """
    arcs, kinds = [way.arcs for way in ways], [way.kind for way in ways]
    corridors = corridors_of_ways(offer, kinds, arcs)
    others = [way for way, of in zip(ways, corridors, strict=True) if not of]
    taken = _taken(offer, others)
    room = offer.room
    found: dict[tuple[str, int], float] = {}
    for at in np.nonzero(taken > LEAST)[0].tolist():
        element = room.elements[room.element_of_row[at]]
        if element.base_per_day:
            key = element.element, int(room.way_of_row[at])
            # two rows of one name: one of them is of another date, and hardly passed
            found[key] = max(found.get(key, 0.0), float(taken[at]))
    return found


def relieved(model: Model, room: Room, held: Held) -> tuple[Room, tuple[str, ...]]:
    """Return the room when flows of the demand that are base load are taken off it.

    Parameters
    ----------
    model : Model
        Its base load.
    room : Room
        The room as it stands.
    held : mapping of (str, int) to float
        Units a day of such flows, by element and direction.

    Returns
    -------
    tuple of Room and tuple of str
        The room, and a note on how much was taken off.

    Notes
    -----
    Base load of a link, border post, terminal or quay is what belongs to no corridor.
    Demand of a year holds bulk and inland cargo too; a flow whose cheapest way passes
    no corridor is in the base load already. So that of each element and direction is
    lowered by the units of such flows, never below none.
    """
    capacity = room.capacity_per_day.copy()
    lowered: dict[bool, list[float]] = {True: [], False: []}  # of links, of others
    for at, place in enumerate(room.element_of_row.tolist()):
        element = room.elements[place]
        of_flows = held.get((element.element, int(room.way_of_row[at])), 0.0)
        if not of_flows or not element.base_per_day:
            continue
        is_link = element.element.startswith(LINK)
        own = _trains_of(model, element.element) if is_link else element.base_per_day
        off = min(of_flows, own if isinstance(own, float) else own.value)
        if off <= LEAST:
            continue
        taken = element.base_per_day.value - off
        left = element.per_day.value - element.reserve_per_day - taken
        capacity[at] = max(0.0, left / element.uneven_k)
        lowered[is_link].append(off)
    if not any(lowered.values()):
        return room, ()
    links, others = lowered[True], lowered[False]
    told = [
        (
            f"of {len(links)} directions of links by {np.mean(links):.1f} trains a day "
            "on the mean"
        )
    ] * bool(links) + [f"of {len(others)} other elements"] * bool(others)
    note = (
        f"base load is lowered {' and '.join(told)}: flows of no corridor are in the "
        "demand, and were counted in it"
    )
    return replace(room, capacity_per_day=capacity), (note,)


def _trains_of(model: Model, element: str) -> float:
    """Return the base trains a day of a link, one direction."""
    base, rows = model["link"].number("base_trains_per_day"), model["link"].row_of
    (row, *_) = rows[(element.removeprefix(LINK),)]
    return float(np.nan_to_num(base[row])) / BOTH_WAYS


def _taken(offer: Offer, ways: Sequence[Way]) -> Floats:
    """Return what flows take of each row on their cheapest ways."""
    uses, n_rows = offer.uses, offer.room.capacity_per_day.size
    if not ways:
        return np.zeros(n_rows)
    names = [offer.prices[way.kind].shipment.commodity_id for way in ways]
    cargo = np.array([uses.commodities.index(name) for name in names])
    tonnes = np.array([way.wanted.tonnes_per_day for way in ways])
    way_of_arc = np.repeat(np.arange(len(ways)), [way.arcs.size for way in ways])
    arc = np.searchsorted(offer.arc, np.concatenate([way.arcs for way in ways]))
    count = np.diff(uses.indptr)[arc]
    first = np.cumsum(count) - count
    at = np.arange(count.sum()) + np.repeat(uses.indptr[arc] - first, count)
    way = np.repeat(way_of_arc, count)
    put = tonnes[way] * uses.taken[cargo[way], at]
    return np.asarray(np.bincount(uses.row[at], put, n_rows), dtype=np.float64)
