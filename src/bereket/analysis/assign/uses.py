"""What the arcs of a freight network take from what they share, cargo by cargo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, of_kinds
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.kept import once
from bereket.compiled.rents import RETURNING
from bereket.compiled.room import Room, entries_of_arcs, units_per_tonne

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
TAKEN_EMPTY: Final = ("link", "border", "service")
IN_TONNES: Final = "t"


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

    def within(self, room: Room) -> "Uses":
        """Return the same uses with arcs shut that take from a row without room."""
        n_arcs = self.indptr.size - 1
        owner = np.repeat(np.arange(n_arcs), np.diff(self.indptr))
        full = room.capacity_per_day[self.row] <= 0
        is_shut = np.zeros((len(self.commodities), n_arcs), dtype=bool)
        for group, load in enumerate(self.taken):
            is_shut[group, owner[full & (load > 0)]] = True
        return replace(self, is_shut=is_shut)


def flat_arcs(graph: Graph, arc: Ints) -> tuple[Ints, Ints]:
    """Return arcs with through rates as the arcs of their chains, and whose each is."""
    chains = graph.chains.arcs_of
    flat = [chains.get(each, np.array([each], dtype=np.int32)) for each in arc.tolist()]
    owner = np.repeat(np.arange(arc.size), [each.size for each in flat])
    return np.concatenate(flat), owner.astype(np.int32)


def reverse_arcs(graph: Graph) -> Ints:
    """Return the arc that runs back beside each line, border or ride; else `NONE`.

    The same carrier between the same places the other way round, on the same link where
    there is one.
    """
    of = graph.arcs
    (returning,) = np.nonzero(of_kinds(of.kind, RETURNING))
    columns = (of.kind, of.carrier_idx, of.start_idx, of.end_idx, of.link_idx)
    keys = list(zip(*(column[returning].tolist() for column in columns), strict=True))
    on_link = dict(zip(keys, returning.tolist(), strict=True))
    between = {key[:4]: arc for key, arc in reversed(on_link.items())}
    back = np.full(graph.n_arcs, NONE, dtype=np.int32)
    for (kind, carrier, start, end, link), arc in on_link.items():
        turned = kind, carrier, end, start
        back[arc] = on_link.get((*turned, link), between.get(turned, NONE))
    return back


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
        Capacity rows of the arcs, of chains of through rates, and of what runs back.

    Returns
    -------
    Uses
        Of the arcs as they are given.

    Notes
    -----
    Of wagons and boxes a share r comes back empty, by the way that it went: it takes r
    of a loaded unit's room on links, borders and ships the other way round, and waits
    there at its rent. Its money stands on the loaded tonne already.
    """
    flat, owner = flat_arcs(graph, arc)
    back = once(graph.kept_by_text, ("reverse",), lambda: reverse_arcs(graph))[flat]
    runs_back = back != NONE
    taking = np.concatenate((flat, back[runs_back]))
    owners = np.concatenate((owner, owner[runs_back]))
    is_back = np.arange(taking.size) >= flat.size
    order = np.argsort(owners, kind="stable")
    taking, owners, is_back = taking[order], owners[order], is_back[order]
    at, indptr = entries_of_arcs(room, taking)
    owners, is_back = (np.repeat(each, np.diff(indptr)) for each in (owners, is_back))
    carrier = np.repeat(graph.arcs.carrier_idx[taking], np.diff(indptr))
    counts = ~is_back | _is_taken_empty(room)[room.element_of_row[room.row[at]]]
    by_cargo = {each.shipment.commodity_id: each for each in prices}
    hours, taken = [], []
    loads = units_per_tonne(graph, room, at, carrier, tuple(by_cargo))
    for each, load in zip(by_cargo.values(), loads, strict=True):
        empty = each.rents.empty_share[carrier]
        load = np.where(counts, load * np.where(is_back, empty, 1.0), 0.0)  # noqa: PLW2901
        hour = hours_usd_per_t(each)[carrier]
        rent = hour - each.vot_usd_per_t_h
        hour = np.where(is_back, empty * np.where(rent > 0, rent, hour), hour)
        hours.append(np.where(load > 0, hour * room.share[at], 0.0))
        taken.append(load)
    return Uses(
        commodities=tuple(by_cargo),
        indptr=np.searchsorted(owners, np.arange(arc.size + 1)).astype(np.int64),
        row=room.row[at].astype(np.int32),
        hour_usd_per_t=np.array(hours),
        part=np.where(is_back, 0.0, room.share[at]),
        taken=np.array(taken),
        is_shut=np.zeros((len(by_cargo), arc.size), dtype=bool),
    ).within(room)


def _is_taken_empty(room: Room) -> NDArray[np.bool_]:
    """Return which elements empty units take from: tracks, borders, ships by the unit.

    What a fleet turns round, and what a terminal loads, is told of loaded units.
    """
    return np.array(
        [
            each.element.partition(":")[0] in TAKEN_EMPTY and each.unit != IN_TONNES
            for each in room.elements
        ]
    )


def hours_usd_per_t(prices: Prices) -> Floats:
    """Return what an hour of waiting costs a tonne by each carrier: time and rents."""
    rents = prices.rents
    rent = rents.wagon_usd_per_t_h + rents.container_usd_per_t_h
    return np.asarray(prices.vot_usd_per_t_h + rent)
