"""What the arcs of a freight network take from what they share, cargo by cargo."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.room import Room, entries_of_arcs, uses_of_arcs

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Uses:
    """What the arcs of a problem take, by commodity.

    Attributes
    ----------
    commodities : tuple of str
        Rows of `hour_usd_per_t` and `taken`.
    indptr : (n_arcs + 1,)
        Start of each arc's uses.
    row : (n_uses,)
        Row of the room.
    hour_usd_per_t : (n_commodities, n_uses)
        What an hour of waiting there costs a tonne; of a fleet its share.
    part : (n_uses,)
        Part of a passage: of a fleet the share of its turn, else 1.
    taken : (n_commodities, n_uses)
        Units of the row that a tonne takes.
    is_shut : (n_commodities, n_arcs) bool
        Arcs that take from a row without room.
    """

    commodities: tuple[str, ...]
    indptr: NDArray[np.int64]
    row: Ints
    hour_usd_per_t: Floats
    part: Floats
    taken: Floats
    is_shut: NDArray[np.bool_]


def flat_arcs(graph: Graph, arc: Ints) -> tuple[Ints, Ints]:
    """Return arcs with through rates as the arcs of their chains, and whose each is."""
    chains = graph.chains.arcs_of
    flat = [chains.get(each, np.array([each], dtype=np.int32)) for each in arc.tolist()]
    owner = np.repeat(np.arange(arc.size), [each.size for each in flat])
    return np.concatenate(flat), owner.astype(np.int32)


def uses_of(graph: Graph, arc: Ints, prices: Sequence[Prices], room: Room) -> Uses:
    """Return what arcs take of the room, cargo by cargo.

    Parameters
    ----------
    graph : Graph
        The network.
    arc : (n_arcs,)
        Arcs of the graph.
    prices : sequence of Prices
        Prices of the shipments; every cargo is in one at least.
    room : Room
        Capacity rows of the arcs, and of the chains of through rates.

    Returns
    -------
    Uses
        Of the arcs as they are given.
    """
    flat, owner = flat_arcs(graph, arc)
    at, indptr = entries_of_arcs(room, flat)
    owners = np.repeat(owner, np.diff(indptr))
    carrier = np.repeat(graph.arcs.carrier_idx[flat], np.diff(indptr))
    by_cargo = {each.shipment.commodity_id: each for each in prices}
    hours, taken = [], []
    for commodity, each in by_cargo.items():
        load = uses_of_arcs(graph, room, flat, commodity)[2]
        hour = hours_usd_per_t(each)[carrier]
        hours.append(np.where(load > 0, hour * room.share[at], 0.0))
        taken.append(load)
    rows = room.row[at].astype(np.int32)
    is_shut = np.zeros((len(by_cargo), arc.size), dtype=bool)
    full = room.capacity_per_day[rows] <= 0
    for group, load in enumerate(taken):
        is_shut[group, owners[full & (load > 0)]] = True
    return Uses(
        commodities=tuple(by_cargo),
        indptr=np.searchsorted(owners, np.arange(arc.size + 1)).astype(np.int64),
        row=rows,
        hour_usd_per_t=np.array(hours),
        part=room.share[at],
        taken=np.array(taken),
        is_shut=is_shut,
    )


def hours_usd_per_t(prices: Prices) -> Floats:
    """Return what an hour of waiting costs a tonne by each carrier: time and rents."""
    rents = prices.rents
    rent = rents.wagon_usd_per_t_h + rents.container_usd_per_t_h
    return np.asarray(prices.vot_usd_per_t_h + rent)
