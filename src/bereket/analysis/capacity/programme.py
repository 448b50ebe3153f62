"""The flow programme of a corridor: streams, capacity rows, and the solver behind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.capacities import affected, capacity_of, resized_links
from bereket.compiled.consignment import Consignment
from bereket.compiled.derivations import Derivation
from bereket.compiled.graph import Graph
from bereket.compiled.orders import quotas_of
from bereket.compiled.room import Room, room_of, unsized, uses_of_arcs
from bereket.compiled.streams import SIDES, Net, Stream
from bereket.model.calendar import is_open
from bereket.model.measures import Works
from bereket.solve.lanes import Lane
from bereket.solve.largest import Flow, LargestFlow

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Row = tuple[str, int]
Memo = dict[tuple[Row, tuple[str, ...]], Derivation]  # row, changes that move it

JOINT: Final = (0, 1)
DAYS_PER_YEAR: Final = 365.0
# Of cuts of equal capacity the one nearest the sources is wanted: rows further away are
# widened by up to this share, far above the solver's tolerance and far below a figure.
FAR_IS_WIDER: Final = 1e-4
UNMOVED: Final = ("t", "gate")  # units whose load no wagon changes
LEAST_DUAL: Final = 1e-6
CRUMB: Final = 1e-6  # units a day


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """A corridor ready to be solved, under some capacities.

    Attributes
    ----------
    graph : Graph
        The network; its model is the changed one.
    streams : tuple of Stream
        What is to flow.
    room : Room
        Capacity rows.
    largest : LargestFlow
        Solver, with its paths and basis; shared by programmes that differ in
        capacities alone.
    capacity_per_day : (n_rows,)
        Capacity of each row, in its element's unit.
    far : (n_rows,)
        How far each row lies from the sources, 0 to 1.
    closed : tuple of (str, int)
        Rows that are not open, and that a measure could open.
    laid_on : Graph
        The network that the streams were laid out on; its prices are kept.
    unsized : tuple of str
        What limits cargo in a unit that the cargo is not counted in.
    """

    graph: Graph
    streams: tuple[Stream, ...]
    room: Room
    largest: LargestFlow
    capacity_per_day: Floats
    far: Floats
    closed: tuple[Row, ...]
    laid_on: Graph
    unsized: tuple[str, ...]

    @property
    def lanes(self) -> list[tuple[Stream, Consignment, Net]]:
        """Stream, pair and network of each lane of the solver, in its order."""
        return [
            (stream, pair, net)
            for stream in self.streams
            for pair, net in zip(stream.pairs, stream.nets, strict=True)
        ]

    def solve(self, sides: Sequence[int] = JOINT, *, by_cost: bool = False) -> Flow:
        """Return the largest flow of some sides under the capacities."""
        return _solved(self.largest, self.capacity_per_day, sides, by_cost=by_cost)

    def nearest_cut(self, sides: Sequence[int] = JOINT) -> tuple[Floats, float]:
        """Return what a unit more of each row brings, at the cut nearest the sources.

        Parameters
        ----------
        sides : sequence of int
            Sides that flow.

        Returns
        -------
        tuple of (n_rows,) and float
            Tonnes a day a unit, 0 off the cut; and the flow, up to `FAR_IS_WIDER`
            above the largest [t/day], inf where nothing known limits it.

        Notes
        -----
        Every path that carries flow passes each minimum cut once, the nearest first, so
        that capacities which grow with the distance make it the only one. Distance is
        the least cost from a source: where two cuts are equal and flow comes to the
        first by a detour, the second may be told. Either is a minimum cut, and the
        ladder puts both on one rung.
        """
        wider = self.capacity_per_day * (1.0 + FAR_IS_WIDER * self.far)
        # where nothing flows, what a unit brings is told by the first crumb that would
        is_nought = wider <= 0
        for key in self.closed:
            is_nought[self.room.rows_of(self.room.gate_of[key])] = False
        wider[is_nought] = CRUMB
        found = _solved(self.largest, wider, sides)
        dual = np.where(found.dual_t > LEAST_DUAL, found.dual_t, 0.0)
        return dual, float(found.t_per_day.sum()) if found.is_bounded else np.inf

    def with_capacity(self, capacity_per_day: Floats) -> "Programme":
        """Return the programme under other capacities."""
        return replace(self, capacity_per_day=capacity_per_day)

    def lifted(self, elements: Collection[int]) -> "Programme":
        """Return the programme without the limits of some elements."""
        # slots for dangerous goods are an element of their own under the service's name
        lifted = (self.room.elements[at] for at in elements)
        named = {(each.element, each.kind) for each in lifted}
        alike = [
            at
            for at, each in enumerate(self.room.elements)
            if (each.element, each.kind) in named and not self.is_gate(at)
        ]
        wider = self.capacity_per_day.copy()
        wider[np.isin(self.room.element_of_row, alike)] = np.inf
        return self.with_capacity(wider)

    def is_gate(self, element: int) -> bool:
        """Whether an element only says that a row is not open yet."""
        return self.room.elements[element].unit == "gate"


def _solved(
    largest: LargestFlow,
    capacity: Floats,
    sides: Sequence[int],
    *,
    by_cost: bool = False,
) -> Flow:
    (rows,) = np.nonzero(capacity != largest.capacity)
    largest.set_capacity(rows, capacity[rows])
    return largest.solve(sides, by_cost=by_cost)


def programme_of(
    graph: Graph,
    streams: Sequence[Stream],
    closed: Collection[Row] = (),
    known: Mapping[Row, Derivation] | None = None,
    laid_on: Graph | None = None,
) -> Programme:
    """Make the flow programme of some streams.

    Parameters
    ----------
    graph : Graph
        The network on the date.
    streams : sequence of Stream
        What is to flow; those without a way are left out.
    closed : collection of (str, int)
        Rows whose arcs are in the streams though they are not open.
    known : mapping of (str, int) to Derivation, optional
        Capacities worked out before that still hold.
    laid_on : Graph, optional
        The network that the streams were laid out on, where it is another.

    Returns
    -------
    Programme
        Under the capacities of the model.
    """
    flowing = _in_full([stream for stream in streams if stream.nets])
    quotas = quotas_of(laid_on or graph)
    room = room_of(graph, flowing, tuple(closed), known, quotas)
    lanes, far, idle = _lanes(graph, flowing, room)
    largest = LargestFlow(
        lanes,
        np.array([stream.share for stream in flowing]),
        np.array([SIDES.index(stream.side) for stream in flowing]),
        room.capacity_per_day,
    )
    return Programme(
        graph=graph,
        streams=flowing,
        room=room,
        largest=largest,
        capacity_per_day=room.capacity_per_day,
        far=far,
        closed=tuple(closed),
        laid_on=laid_on or graph,
        unsized=unsized(room, idle),
    )


def _in_full(streams: Sequence[Stream]) -> tuple[Stream, ...]:
    """Return streams whose shares of each side sum to one again."""
    total = {
        side: sum(stream.share for stream in streams if stream.side == side)
        for side in SIDES
    }
    return tuple(
        replace(stream, share=stream.share / total[stream.side]) for stream in streams
    )


def _lanes(
    graph: Graph, streams: Sequence[Stream], room: Room
) -> tuple[list[Lane], Floats, dict[int, dict[str, None]]]:
    """Return the lanes, how far rows lie from the sources, and what limits no cargo."""
    lanes = []
    idle: dict[int, dict[str, None]] = {}
    far = np.full(room.capacity_per_day.size, np.inf)
    for number, stream in enumerate(streams):
        for net in stream.nets:
            of_cargo = uses_of_arcs(graph, room, net.arc, stream.commodity_id)
            indptr, rows, taken = of_cargo
            for at in np.unique(room.element_of_row[rows[taken == 0]]).tolist():
                if not room.elements[at].only:
                    idle.setdefault(at, {})[stream.commodity_id] = None
            np.minimum.at(
                far, rows, np.repeat(net.from_source_usd_per_t, np.diff(indptr))
            )
            lanes.append(
                Lane(
                    number,
                    net.indptr,
                    net.head,
                    net.tail,
                    net.source,
                    net.target,
                    net.cost_usd_per_t,
                    indptr.astype(np.int32),
                    rows.astype(np.int32),
                    taken,
                )
            )
    far[~np.isfinite(far)] = 0.0
    return lanes, far / max(float(far.max(initial=0.0)), 1e-9), idle


def memo_of(programme: Programme) -> Memo:
    """Return what changes make of the model's rows, kept for the next question.

    Parameters
    ----------
    programme : Programme
        The programme before changes.

    Returns
    -------
    dict
        The same for every corridor of a model; a fresh one where the model was changed
        since the ways were laid out.
    """
    is_base = programme.graph.model is programme.laid_on.model
    return programme.laid_on.kept_capacities if is_base else {}


def after_works(
    programme: Programme, works: Works, memo: Memo | None = None
) -> Programme:
    """Return the programme after measures.

    Parameters
    ----------
    programme : Programme
        The programme before, of trains of the size that they have after.
    works : Works
        Measures, as done to the model of the programme.
    memo : dict, optional
        Capacities worked out under the same changes of the same model; it is added to.

    Returns
    -------
    Programme
        The same arcs and paths; new rows only where a capacity becomes known that was
        not, or is counted otherwise.

    Notes
    -----
    Rows that measures open stand in the programme from the start, behind a row of
    capacity 0, so that opening them is a change of a bound.
    """
    graph = replace(programme.graph, model=works.model)
    room = programme.room
    opened = _opened(programme, works)
    fresh = _fresh(programme, works, memo)
    if any(_is_counted_anew(room, key, each) for key, each in fresh.items()):
        closed = [row for row in programme.closed if row not in opened]
        known = {**room.derived, **fresh}
        return programme_of(graph, programme.streams, closed, known, programme.laid_on)
    elements = list(room.elements)
    capacity = programme.capacity_per_day.copy()
    for key, each in fresh.items():
        if key not in room.place_of:  # unknown before, and unknown still
            continue
        at = room.place_of[key]
        elements[at] = each
        capacity[room.rows_of(at)] = max(0.0, each.free_per_day.value)
    for key in opened:
        capacity[room.rows_of(room.gate_of[key])] = np.inf
    return replace(
        programme,
        graph=graph,
        room=replace(room, elements=tuple(elements)),
        capacity_per_day=capacity,
    )


def _fresh(
    programme: Programme, works: Works, memo: Memo | None = None
) -> dict[Row, Derivation]:
    """Return what the rows that works may move can take after them."""
    room, day = programme.room, programme.graph.day
    known = {} if memo is None else memo
    found = {}
    for key, by in affected(works.model, works.changes).items():
        if key not in room.derived:
            continue
        if (key, by) not in known:
            known[key, by] = capacity_of(works.model, *key, day)
        found[key] = known[key, by]
    return found


def _is_counted_anew(room: Room, key: Row, fresh: Derivation) -> bool:
    """Whether an element becomes known, or is counted in another unit or way."""
    if key not in room.place_of:
        return fresh.is_known
    before = room.elements[room.place_of[key]]
    told = (before.is_known, before.unit, before.is_shared)
    return told != (fresh.is_known, fresh.unit, fresh.is_shared)


def _opened(programme: Programme, works: Works) -> set[Row]:
    """Return the rows that works open."""
    tables = {table for table, _ in programme.closed}
    open_now = {
        name: is_open(works.model[name], programme.graph.day) for name in tables
    }
    return {(table, row) for table, row in programme.closed if open_now[table][row]}


def touched_by(
    programme: Programme, works: Works, memo: Memo | None = None
) -> frozenset[str]:
    """Return the elements whose capacity works change, rows that they open among them.

    Parameters
    ----------
    programme : Programme
        The programme before.
    works : Works
        Measures, as done to its model.
    memo : dict, optional
        As of `after_works`.

    Returns
    -------
    frozenset of str
        Row references; those that the cargo may pass.
    """
    room = programme.room
    opened = _opened(programme, works)
    found = {
        room.elements[at].element for key, at in room.gate_of.items() if key in opened
    }
    for key, after in _fresh(programme, works, memo).items():
        before = room.elements[room.place_of[key]] if key in room.place_of else None
        if (before.free_per_day if before else None) != after.free_per_day:
            found.add(after.element)
    links = resized_links(works.model, works.changes)
    if (
        links is None
    ):  # another load of a wagon or box: all that is not counted in tonnes
        return frozenset(
            found | {e.element for e in room.elements if e.unit not in UNMOVED}
        )
    longer = np.isin(room.link, sorted(links))
    heavier = np.unique(room.element_of_row[room.row[longer]])
    return frozenset(found | {room.elements[at].element for at in heavier.tolist()})
