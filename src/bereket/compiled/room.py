"""The capacity rows of a corridor: what its arcs take from what they share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import ArcKind
from bereket.compiled.capacities import PARTS, capacity_of
from bereket.compiled.derivations import Derivation, Range
from bereket.compiled.graph import Graph
from bereket.compiled.money import loads
from bereket.compiled.streams import Stream
from bereket.compiled.train_loads import net_t_per_train, t_per_wagon
from bereket.model.calendar import is_open
from bereket.model.model import Model

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

FORWARD, BACKWARD, BOTH = 0, 1, 2
WAYS: Final = 3  # rows of one element: a direction each, and both together
IN_TRAINS: Final = "train"
IN_WAGONS: Final = "wagon"
GATE: Final = "gate"
NO_QUOTAS: Final[Mapping[int, NDArray[np.bool_]]] = {}
DATED: Final = ("port", "terminal", "fleet")  # rows that shut no arc when they end
Key = tuple[str, int]  # table, row


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
    uses, before = _uses(graph, arcs.astype(np.intp), quotas), known or {}
    kept = graph.kept_capacities
    named = {}
    for key in dict.fromkeys(use[1] for use in uses):
        if key not in before and (key, ()) not in kept:
            kept[key, ()] = capacity_of(graph.model, *key, graph.day)
        named[key] = before[key] if key in before else kept[key, ()]
    limiting = {key: each for key, each in named.items() if each.is_known}
    elements = [*limiting.values(), *(_gate(graph, key) for key in closed)]
    place_of = {key: at for at, key in enumerate(limiting)}
    gate_of = {key: len(limiting) + at for at, key in enumerate(closed)}
    rows, entries = _entries(
        graph, uses, arcs.astype(np.intp), elements, place_of, gate_of
    )
    element_of_row = np.array([at for at, _ in rows], dtype=np.intp)
    free = np.array([max(0.0, each.free_per_day.value) for each in elements])
    arc_of = entries[:, 0].astype(np.intp)
    unknown = {key: each for key, each in named.items() if not each.is_known}
    return Room(
        elements=tuple(elements),
        place_of=place_of,
        gate_of=gate_of,
        derived=named,
        unknown=_unlimited(limiting.values(), unknown.values()),
        element_of_row=element_of_row,
        way_of_row=np.array([way for _, way in rows], dtype=np.intp),
        capacity_per_day=free[element_of_row],
        indptr=np.searchsorted(arc_of, np.arange(graph.n_arcs + 1)),
        row=entries[:, 1].astype(np.intp),
        share=entries[:, 2],
        link=entries[:, 3].astype(np.intp),
    )


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


def _entries(
    graph: Graph,
    uses: "list[Use]",
    arcs: Ints,
    elements: Sequence[Derivation],
    place_of: Mapping[Key, int],
    gate_of: Mapping[Key, int],
) -> tuple[dict[tuple[int, int], int], Floats]:
    """Return the capacity rows by element and direction, and who takes from them."""
    rows: dict[tuple[int, int], int] = {}
    entries: list[tuple[int, int, float, int]] = []
    for arc, key, way, share, link in uses:
        if key in place_of:
            at = place_of[key]
            side = BOTH if elements[at].is_shared else way
            row = rows.setdefault((at, side), len(rows))
            is_in_trains = elements[at].unit == IN_TRAINS
            entries.append((arc, row, share, link if is_in_trains else -1))
    if gate_of:
        for arc in arcs.tolist():
            for key in graph.positions_of(arc):
                if key in gate_of:
                    row = rows.setdefault((gate_of[key], BOTH), len(rows))
                    entries.append((arc, row, 1.0, -1))
    entries.sort(key=lambda entry: entry[0])
    return rows, np.array(entries, dtype=np.float64).reshape(-1, 4)


Use = tuple[int, Key, int, float, int]  # arc, row, way, share, link


def _uses(
    graph: Graph, arcs: Ints, quotas: Mapping[int, NDArray[np.bool_]]
) -> list[Use]:
    """Return what every arc takes from, arc by arc."""
    resources, lines = graph.resources, _lines(graph)
    turns, runs, calls = _turns(graph), _runs(graph), _calls(graph)
    places = graph.model["node"].labels("node_id")
    is_open_now = {name: is_open(graph.model[name], graph.day) for name in DATED}
    uses: list[Use] = []
    of = graph.arcs
    for arc in arcs.tolist():
        link = int(of.link_idx[arc])
        ends = int(of.start_idx[arc]), int(of.end_idx[arc])
        kind = ArcKind(int(of.kind[arc]))
        if kind == ArcKind.BORDER:
            link = lines.get((*ends, int(of.carrier_idx[arc])), -1)
        span = slice(resources.indptr[arc], resources.indptr[arc + 1])
        for at in resources.used_idx[span].tolist():
            table, row = resources.table[at], int(resources.row_idx[at])
            way, share = FORWARD, 1.0
            start, end = (places[each] for each in ends)
            if table == "link":
                # the track's own direction, whichever way this link runs on it
                own = row if {start, end} == set(runs[row]) else link
                way = FORWARD if runs[own][0] == start else BACKWARD
            if table == "fleet":
                way, share = turns[row][start, end]
            if table == "service":
                order = calls.get(row, {})
                is_back = order.get(ends[0], 0) > order.get(ends[1], 0)
                way = BACKWARD if is_back else FORWARD
            if table == "link" and kind == ArcKind.RIDE:
                continue  # open water
            if table in is_open_now and not is_open_now[table][row]:
                continue  # a berth, works or stock of another time
            parts = [part for part, of in PARTS.items() if of == table]
            whole = [] if table == "border" else [table]
            uses += [
                (arc, (named, row), way, share, link) for named in (*whole, *parts)
            ]
        uses += [
            (arc, ("regime", row), FORWARD, 1.0, link)
            for row, touched in quotas.items()
            if touched[arc]
        ]
    return uses


def _lines(graph: Graph) -> dict[tuple[int, int, int], int]:
    """Return the link that runs from place to place by carrier."""
    of = graph.arcs
    (lines,) = np.nonzero(of.kind == ArcKind.LINE)
    columns = (of.start_idx, of.end_idx, of.carrier_idx, of.link_idx)
    table = zip(*(column[lines].tolist() for column in columns), strict=True)
    return {(start, end, carrier): link for start, end, carrier, link in table}


def _runs(graph: Graph) -> list[tuple[str, str]]:
    """Return the places that each link runs from and to."""
    link = graph.model["link"]
    ends = (link.labels("from_node_id"), link.labels("to_node_id"))
    return list(zip(*ends, strict=True))


def _turns(graph: Graph) -> dict[int, dict[tuple[str, str], tuple[int, float]]]:
    """Return way and share of the turn of each fleet, from place to place.

    Notes
    -----
    Of links between the same places, one each way or side by side, a passage takes one.
    """
    fleet, link = graph.model["fleet"], graph.model["link"]
    km, runs = link.number("length_km"), _runs(graph)
    turns: dict[int, dict[tuple[str, str], tuple[int, float]]] = {}
    for row, names in enumerate(fleet.lists("link_ids")):
        far: dict[tuple[str, str], float] = {}
        for name in names:
            at = link.row_of[(name,)][-1]
            start, end = runs[at]
            ends = (end, start) if (end, start) in far else (start, end)
            far[ends] = max(far.get(ends, 0.0), float(km[at]))
        total = sum(far.values())
        turns[row] = {ends: (FORWARD, own / total) for ends, own in far.items()}
        turns[row] |= {ends[::-1]: (BACKWARD, own / total) for ends, own in far.items()}
    return turns


def _calls(graph: Graph) -> dict[int, dict[int, float]]:
    """Return the order of the calls of every service by place."""
    service, stop, node = (
        graph.model[name] for name in ("service", "service_stop", "node")
    )
    calls: dict[int, dict[int, float]] = {}
    for at, name in enumerate(stop.labels("service_id")):
        (place,) = node.row_of[(stop.labels("node_id")[at],)]
        for row in service.row_of.get((name,), ()):
            order = calls.setdefault(row, {})
            order.setdefault(place, float(stop.number("sequence")[at]))
    return calls


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
    return indptr, room.row[at], _per_tonne(graph, room, at, carrier, commodity_id)


def entries_of_arcs(room: Room, arcs: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Return the entries of a room that arcs make, and where those of each begin."""
    first, last = room.indptr[arcs], room.indptr[arcs + 1]
    count = last - first
    indptr = np.concatenate(([0], np.cumsum(count)))
    at = np.arange(indptr[-1]) - np.repeat(indptr[:-1], count) + np.repeat(first, count)
    return at, indptr


def _per_tonne(
    graph: Graph, room: Room, at: Ints, carrier: NDArray[np.int32], commodity_id: str
) -> Floats:
    """Return the units of a row that a tonne takes, use by use; 0 where unknown."""
    element = room.element_of_row[room.row[at]]
    n_carriers = len(graph.model["carrier"])
    n_links = len(graph.model["link"]) + 1
    key = (element * n_links + room.link[at] + 1) * n_carriers + carrier
    distinct, place = np.unique(key, return_inverse=True)
    rest, by = np.divmod(distinct, n_carriers)
    named, on = np.divmod(rest, n_links)
    load = _loads(graph.model, room, named, (on - 1, by), commodity_id)
    taken = np.nan_to_num(1.0 / load, nan=0.0)
    return np.asarray(taken[place] * room.share[at])


def _loads(
    model: Model, room: Room, named: Ints, on: tuple[Ints, Ints], commodity_id: str
) -> Floats:
    """Return the tonnes of a cargo in one unit; NaN where it is not counted in it."""
    link, carrier = on
    units = np.array([room.elements[at].unit for at in named.tolist()])
    load_t = loads(model, commodity_id)
    load = np.array([load_t.get(unit, np.nan) for unit in units.tolist()])
    load[units == GATE] = 1.0
    for at in np.nonzero(units == IN_WAGONS)[0].tolist():
        load[at] = t_per_wagon(model, int(carrier[at]), commodity_id)
    (trains,) = np.nonzero(units == IN_TRAINS)
    load[trains] = net_t_per_train(model, link[trains], carrier[trains], commodity_id)
    limited = [room.elements[at].only for at in named.tolist()]
    load[[bool(only) and commodity_id not in only for only in limited]] = np.inf
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
