"""Base load that the demand carries itself, and that must not count twice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.uses import Uses
from bereket.analysis.assign.ways import Offer, Way, corridors_of_ways
from bereket.compiled.room import IN_TRAINS, Room
from bereket.model.model import Model

Floats = NDArray[np.float64]
Trains = Mapping[tuple[str, int], float]  # by link and direction
LINK: Final = "link:"
BOTH_WAYS: Final = 2.0  # base trains are told of both directions together
LEAST: Final = 0.01  # trains a day that are worth telling


def trains_off(offer: Offer, ways: Sequence[Way]) -> Trains:
    """Return the trains a day of flows of the demand that pass no corridor.

    Parameters
    ----------
    offer : Offer
        Network, prices, room.
    ways : sequence of Way
        The cheapest way of every flow were there room.

    Returns
    -------
    mapping of (str, int) to float
        By link and direction.
    """
    taken = np.zeros(offer.room.capacity_per_day.size)
    arcs, kinds = [way.arcs for way in ways], [way.kind for way in ways]
    corridors = corridors_of_ways(offer, kinds, arcs)
    for way, named in zip(ways, corridors, strict=True):
        if not named:
            _add(taken, offer, offer.uses, way)
    room, found = offer.room, {}
    for at in np.nonzero(taken > LEAST)[0].tolist():
        element = room.elements[room.element_of_row[at]]
        if element.unit == IN_TRAINS and element.element.startswith(LINK):
            found[element.element, int(room.way_of_row[at])] = float(taken[at])
    return found


def relieved(model: Model, room: Room, trains: Trains) -> tuple[Room, tuple[str, ...]]:
    """Return the room when flows of the demand that are base load are taken off it.

    Parameters
    ----------
    model : Model
        Its base trains.
    room : Room
        The room as it stands.
    trains : mapping of (str, int) to float
        Trains a day of such flows, by link and direction.

    Returns
    -------
    tuple of Room and tuple of str
        The room, and a note on how much was taken off.

    Notes
    -----
    Base trains of a link are those of no corridor. Demand of a year holds bulk and
    inland cargo too; a flow whose cheapest way passes no corridor is among the base
    trains already. So the base load of each link and direction is lowered by the trains
    of such flows, never below none.
    """
    base, rows = model["link"].number("base_trains_per_day"), model["link"].row_of
    capacity = room.capacity_per_day.copy()
    lowered = []
    for at, place in enumerate(room.element_of_row.tolist()):
        element = room.elements[place]
        of_flows = trains.get((element.element, int(room.way_of_row[at])), 0.0)
        if not of_flows or element.unit != IN_TRAINS or not element.base_per_day:
            continue
        name = element.element.removeprefix(LINK)
        own = float(np.nan_to_num(base[rows[(name,)][0]])) / BOTH_WAYS
        off = min(of_flows, own)
        if off <= LEAST:
            continue
        taken = element.base_per_day.value - off
        left = element.per_day.value - element.reserve_per_day - taken
        capacity[at] = max(0.0, left / element.uneven_k)
        lowered.append(off)
    if not lowered:
        return room, ()
    note = (
        f"base load of {len(lowered)} directions of links is lowered by "
        f"{np.mean(lowered):.1f} trains a day on the mean: flows of no corridor are in "
        "the demand, and were counted in it"
    )
    return replace(room, capacity_per_day=capacity), (note,)


def _add(taken: Floats, offer: Offer, uses: Uses, way: Way) -> None:
    """Add what a flow takes of the rows on its cheapest way."""
    cargo = uses.commodities.index(offer.prices[way.kind].shipment.commodity_id)
    for at in np.searchsorted(offer.arc, way.arcs).tolist():
        span = slice(*uses.indptr[at : at + 2].tolist())
        put = way.wanted.tonnes_per_day * uses.taken[cargo, span]
        np.add.at(taken, uses.row[span], put)
