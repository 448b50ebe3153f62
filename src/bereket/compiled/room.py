"""The capacity rows of a corridor: what its arcs take from what they share."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.capacities import capacity_of
from bereket.compiled.derivations import Derivation, Range
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.money import loads
from bereket.compiled.room_uses import (
    BACKWARD,
    BOTH,
    Key,
    Use,
    latest,
    uses_by_arc,
)
from bereket.compiled.streams import Stream
from bereket.compiled.train_loads import net_t_per_train, t_per_wagon
from bereket.model.model import Model

__all__ = [
    "BACKWARD",
    "BOTH",
    "Room",
    "entries_of_arcs",
    "room_of",
    "room_of_arcs",
    "units_per_tonne",
    "unsized",
    "uses_of_arcs",
]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

WAYS: Final = 3  # rows of one element: a direction each, and both together
IN_TRAINS: Final = "train"
IN_WAGONS: Final = "wagon"
GATE: Final = "gate"
NO_QUOTAS: Final[Mapping[int, NDArray[np.bool_]]] = {}


@dataclass(frozen=True, eq=False)
class Room:
    """Capacity rows of a flow programme, and what each arc takes from them.

    Attributes
    ----------
    elements : tuple of Derivation
        What limits, each once.
    place_of : mapping of (str, int) to int
        Element of each row of a table.
    gate_of : mapping of (str, int) to int
        Element that keeps a row shut until a measure opens it.
    derived : mapping of (str, int) to Derivation
        Capacities of all rows that the cargo passes, known or not.
    unknown : tuple of str
        References of what the cargo passes and whose capacity nobody states.
    element_of_row, way_of_row : (n_rows,)
        Element and direction of each row: 0 as its row runs, 1 the other way round, 2
        both together.
    capacity_per_day : (n_rows,)
        What others and the reserve leave, in the element's unit; 0 or more.
    indptr : (n_arcs + 1,)
        Start of each arc's rows.
    row : (n_uses,)
        Rows that an arc takes from.
    share : (n_uses,)
        Part of a unit of the row that a passage takes; of a fleet the share of its
        links.
    link : (n_uses,)
        Link whose trains count, where the row is counted in trains; else -1.
    """

    elements: tuple[Derivation, ...]
    place_of: Mapping[Key, int]
    gate_of: Mapping[Key, int]
    derived: Mapping[Key, Derivation]
    unknown: tuple[str, ...]
    element_of_row: Ints
    way_of_row: Ints
    capacity_per_day: Floats
    indptr: Ints
    row: Ints
    share: Floats
    link: Ints

    def rows_of(self, element: int) -> Ints:
        """Return the rows of an element."""
        return np.nonzero(self.element_of_row == element)[0]


def room_of(
    graph: Graph,
    streams: Sequence[Stream],
    closed: Sequence[Key] = (),
    known: Mapping[Key, Derivation] | None = None,
    quotas: Mapping[int, NDArray[np.bool_]] = NO_QUOTAS,
) -> Room:
    """Find what limits the arcs of some streams.

    Parameters
    ----------
    graph : Graph
        The network on the date.
    streams : sequence of Stream
        What is to flow.
    closed : sequence of (str, int)
        Rows that are shut until a measure opens them; each is an element of its own, of
        capacity 0.
    known : mapping of (str, int) to Derivation, optional
        Capacities worked out before that still hold.
    quotas : mapping of int to (n_arcs,) bool
        Arcs that an order lets only so much pass, by its row of table ``regime``.

    Returns
    -------
    Room
        Rows of known capacity, and uses.
    """
    arcs = np.unique(np.concatenate([net.arc for s in streams for net in s.nets]))
    return room_of_arcs(graph, arcs, closed, known, quotas)


def room_of_arcs(
    graph: Graph,
    arcs: NDArray[np.int32],
    closed: Sequence[Key] = (),
    known: Mapping[Key, Derivation] | None = None,
    quotas: Mapping[int, NDArray[np.bool_]] = NO_QUOTAS,
) -> Room:
    """Find what limits some arcs; as `room_of`."""
    uses, before = uses_by_arc(graph, arcs.astype(np.intp), quotas), known or {}
    kept = graph.kept_capacities
    named = {}
    for key in latest(graph, "passed", _Same(uses), lambda: _passed(uses)):
        if key not in before and (key, ()) not in kept:
            kept[key, ()] = capacity_of(graph.model, *key, graph.day)
        named[key] = before[key] if key in before else kept[key, ()]
    limiting = {key: each for key, each in named.items() if each.is_known}
    elements = [*limiting.values(), *(_gate(graph, key) for key in closed)]
    place_of = {key: at for at, key in enumerate(limiting)}
    gate_of = {key: len(limiting) + at for at, key in enumerate(closed)}
    rest_on = (
        _Same(uses),
        tuple(place_of),
        tuple(gate_of),
        tuple((each.is_shared, each.unit == IN_TRAINS) for each in elements),
    )
    taken = latest(
        graph,
        "taken",
        rest_on,
        lambda: _taken(graph, uses, arcs.astype(np.intp), elements, place_of, gate_of),
    )
    free = np.array([max(0.0, each.free_per_day.value) for each in elements])
    unknown = {key: each for key, each in named.items() if not each.is_known}
    return Room(
        elements=tuple(elements),
        place_of=place_of,
        gate_of=gate_of,
        derived=named,
        unknown=_unlimited(limiting.values(), unknown.values()),
        capacity_per_day=free[taken["element_of_row"]],
        **taken,
    )


class _Same:
    """Is equal to what holds the very same thing: lists are long to compare."""

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.held is other.held

    def __hash__(self) -> int:
        return id(self.held)


def _passed(uses: Sequence[Use]) -> tuple[Key, ...]:
    """Return the rows that arcs take from, each once."""
    return tuple(dict.fromkeys(use[1] for use in uses))


def _unlimited(
    limiting: Iterable[Derivation], unknown: Iterable[Derivation]
) -> tuple[str, ...]:
    """Return the rows that limit nothing, under whatever part of them."""
    told = {each.element for each in limiting}
    names = dict.fromkeys(each.element for each in unknown)
    return tuple(name for name in names if name not in told)


def _gate(graph: Graph, key: Key) -> Derivation:
    """Return the element that keeps a row shut."""
    table, row = key
    return Derivation(
        element=graph.model[table].references[row],
        kind="infrastructure",
        unit=GATE,
        basis="derived",
        per_day=Range.exact(0.0),
        is_shared=True,
    )


def _taken(
    graph: Graph,
    uses: Sequence[Use],
    arcs: Ints,
    elements: Sequence[Derivation],
    place_of: Mapping[Key, int],
    gate_of: Mapping[Key, int],
) -> dict[str, Any]:
    """Return the capacity rows by element and direction, and who takes from them."""
    rows: dict[tuple[int, int], int] = {}
    entries: list[tuple[int, int, float, int]] = []
    is_shared = [each.is_shared for each in elements]
    is_in_trains = [each.unit == IN_TRAINS for each in elements]
    for arc, key, way, share, link in uses:
        at = place_of.get(key)
        if at is not None:
            row = rows.setdefault((at, BOTH if is_shared[at] else way), len(rows))
            entries.append((arc, row, share, link if is_in_trains[at] else -1))
    if gate_of:
        for arc in arcs.tolist():
            for key in graph.positions_of(arc):
                if key in gate_of:
                    row = rows.setdefault((gate_of[key], BOTH), len(rows))
                    entries.append((arc, row, 1.0, -1))
    entries.sort(key=itemgetter(0))
    flat = np.fromiter(itertools.chain.from_iterable(entries), dtype=np.float64)
    arc_of, row_of, share_of, link_of = flat.reshape(-1, 4).T
    taken = {
        "element_of_row": np.array([at for at, _ in rows], dtype=np.intp),
        "way_of_row": np.array([way for _, way in rows], dtype=np.intp),
        "indptr": np.searchsorted(arc_of.astype(np.intp), np.arange(graph.n_arcs + 1)),
        "row": row_of.astype(np.intp),
        "share": share_of.copy(),
        "link": link_of.astype(np.intp),
    }
    return {name: frozen(array) for name, array in taken.items()}


def uses_of_arcs(
    graph: Graph, room: Room, arcs: NDArray[np.int32], commodity_id: str
) -> tuple[Ints, Ints, Floats]:
    """Return the rows that arcs take from, and how much a tonne takes.

    Parameters
    ----------
    graph : Graph
        The network.
    room : Room
        Its capacity rows.
    arcs : (n,)
        Arcs.
    commodity_id : str
        The cargo.

    Returns
    -------
    tuple of (n + 1,), (n_uses,), (n_uses,)
        Start of each arc's uses, rows, units a tonne.
    """
    at, indptr = entries_of_arcs(room, arcs)
    carrier = np.repeat(graph.arcs.carrier_idx[arcs], np.diff(indptr))
    (taken,) = units_per_tonne(graph, room, at, carrier, (commodity_id,))
    return indptr, room.row[at], taken


def entries_of_arcs(room: Room, arcs: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Return the entries of a room that arcs make, and where those of each begin."""
    first, last = room.indptr[arcs], room.indptr[arcs + 1]
    count = last - first
    indptr = np.concatenate(([0], np.cumsum(count)))
    at = np.arange(indptr[-1]) - np.repeat(indptr[:-1], count) + np.repeat(first, count)
    return at, indptr


def units_per_tonne(
    graph: Graph,
    room: Room,
    at: Ints,
    carrier: NDArray[np.int32],
    commodity_ids: Sequence[str],
) -> list[Floats]:
    """Return the units of a row that a tonne takes, use by use; 0 where unknown.

    Parameters
    ----------
    graph : Graph
        The network.
    room : Room
        Its capacity rows.
    at : (n_uses,)
        Entries of the room.
    carrier : (n_uses,)
        Carrier of each.
    commodity_ids : sequence of str
        Cargoes.

    Returns
    -------
    list of (n_uses,)
        Units a tonne, cargo by cargo.
    """
    element = room.element_of_row[room.row[at]]
    n_carriers = len(graph.model["carrier"])
    n_links = len(graph.model["link"]) + 1
    key = (element * n_links + room.link[at] + 1) * n_carriers + carrier
    distinct, place = np.unique(key, return_inverse=True)
    rest, by = np.divmod(distinct, n_carriers)
    named, on = np.divmod(rest, n_links)
    unit = np.array([each.unit for each in room.elements], dtype=object)[named]
    share, found = room.share[at], []
    for commodity_id in commodity_ids:
        load = _loads(graph.model, unit, (on - 1, by), commodity_id)
        limited = [bool(o.only) and commodity_id not in o.only for o in room.elements]
        load[np.array(limited, dtype=bool)[named]] = np.inf
        taken = np.nan_to_num(1.0 / load, nan=0.0)
        found.append(np.asarray(taken[place] * share))
    return found


def _loads(
    model: Model,
    unit: NDArray[np.object_],
    on: tuple[Ints, Ints],
    commodity_id: str,
) -> Floats:
    """Return the tonnes of a cargo in one unit; NaN where it is not counted in it."""
    link, carrier = on
    load = np.full(unit.size, np.nan)
    for name, tonnes in (loads(model, commodity_id) | {GATE: 1.0}).items():
        load[unit == name] = tonnes
    in_wagons, in_trains = unit == IN_WAGONS, unit == IN_TRAINS
    kinds = range(len(model["carrier"]))
    in_wagon = np.array([t_per_wagon(model, kind, commodity_id) for kind in kinds])
    load[in_wagons] = in_wagon[carrier[in_wagons]]
    load[in_trains] = net_t_per_train(
        model, link[in_trains], carrier[in_trains], commodity_id
    )
    return load


def unsized(room: Room, idle: Mapping[int, Iterable[str]]) -> tuple[str, ...]:
    """Return what limits cargo in a unit that the cargo is not counted in.

    Parameters
    ----------
    room : Room
        Capacity rows.
    idle : mapping of int to iterable of str
        Cargoes that an element does not limit.

    Returns
    -------
    tuple of str
        An element a line.
    """
    return tuple(
        f"{room.elements[at].element} does not limit {', '.join(cargoes)}: the load of "
        f"a {room.elements[at].unit} is not known"
        for at, cargoes in idle.items()
    )
