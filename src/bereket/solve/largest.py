"""The largest multiple of a mix of cargoes that can flow: maximum concurrent flow.

Paths are columns, made as they are wanted; the rows are capacities that several arcs
share. For one cargo and one pair it is a maximum flow, and the duals are a minimum cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bereket.kernels import paths
from bereket.kernels.heap import Heap, allocate_heap
from bereket.solve.program import Columns, Outcome, Program

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

THOUSAND: Final = 1000.0  # flows inside are thousands of tonnes: figures near one
LARGEST: Final = 1e6  # thousand tonnes a day: no limit is known
TOLERANCE: Final = 1e-7
MOST_ROUNDS: Final = 500
# A thousandth of a dollar never outweighs a tonne: cost only breaks ties of flow.
COST_WEIGHT: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """A network that one cargo may take from one place to another.

    Attributes
    ----------
    stream : int
        Cargo and side it belongs to.
    indptr, head, tail : arrays
        Network in compressed sparse rows.
    source, target : int
        Nodes.
    cost : (n_edges,)
        Cost of a tonne; it breaks ties only.
    use_indptr, use_row, use_per_t : arrays
        Capacity rows that each edge takes from, and how much of them a tonne takes.
    """

    stream: int
    indptr: NDArray[np.int64]
    head: Ints
    tail: Ints
    source: int
    target: int
    cost: Floats
    use_indptr: Ints
    use_row: Ints
    use_per_t: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A largest flow.

    Attributes
    ----------
    t_per_day : (n_sides,)
        Flow of each side.
    is_bounded : bool
        False where no known capacity limits it.
    path_t_per_day : (n_paths,)
        Flow by path; the paths are those of the `LargestFlow` at the time.
    used : (n_rows,)
        What is taken of each row.
    dual_t : (n_rows,)
        Tonnes a day that a unit more of each row brings.
    """

    t_per_day: Floats
    is_bounded: bool
    path_t_per_day: Floats
    used: Floats
    dual_t: Floats


class LargestFlow:
    """The programme, with its paths and basis kept between questions.

    Parameters
    ----------
    lanes : sequence of Lane
        Where cargo may go.
    share : (n_streams,)
        Share of each stream in the mix of its side.
    side : (n_streams,) int
        Side of each stream.
    capacity : (n_rows,)
        Units a day; inf where a row does not limit.

    Examples
    --------
    One cargo over two tracks in a row, of 5 and 8 trains, 1,000 t each:

    >>> two = np.array([0, 1, 2], dtype=np.int32)
    >>> lane = Lane(0, np.array([0, 1, 2, 2]), np.array([1, 2], dtype=np.int32),
    ...             np.array([0, 1], dtype=np.int32), 0, 2, np.ones(2), two,
    ...             two[:2], np.full(2, 0.001))
    >>> programme = LargestFlow([lane], np.ones(1), np.zeros(1, dtype=int),
    ...                         np.array([5.0, 8.0]))
    >>> found = programme.solve((0,))
    >>> float(found.t_per_day[0]), found.dual_t.round(6).tolist()
    (5000.0, [1000.0, 0.0])
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        share: Floats,
        side: NDArray[np.intp],
        capacity: Floats,
    ) -> None:
        self._lanes = tuple(lanes)
        self._n_rows, self._n_streams = capacity.size, share.size
        self._side, self._n_sides = side, int(side.max()) + 1
        sizes = [lane.cost.size for lane in self._lanes]
        self._starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)
        self._use = _stacked(self._lanes, self._n_rows)
        self._scale = _scales(self._use, self._n_rows)
        self._cost = np.concatenate([lane.cost for lane in self._lanes])
        self._capacity = capacity.copy()
        self.paths: list[tuple[int, Ints]] = []
        self._path_use: list[tuple[Ints, Floats]] = []
        self._known: set[tuple[int, bytes]] = set()
        row_low = np.concatenate((np.full(self._n_rows, -np.inf), np.zeros(share.size)))
        row_high = np.concatenate((self._scaled(capacity), np.zeros(share.size)))
        self._program = Program(row_low, row_high, self._multiples(share, side))
        self._is_costed = False
        self._scratch = [_scratch(lane.indptr.size - 1) for lane in self._lanes]
        for number in range(len(self._lanes)):
            self._add([number], self._cost)

    def set_capacity(self, rows: NDArray[np.intp], capacity: Floats) -> None:
        """Give rows other capacities."""
        self._capacity[rows] = capacity
        self._program.set_rows(
            rows.astype(np.int32),
            np.full(rows.size, -np.inf),
            self._scaled(self._capacity)[rows],
        )

    @property
    def path_rows(self) -> list[Ints]:
        """Rows that each path takes from."""
        return [rows for rows, _ in self._path_use]

    @property
    def capacity(self) -> Floats:
        """Capacities that stand."""
        return self._capacity.copy()

    def solve(self, sides: Sequence[int], *, by_cost: bool = False) -> Flow:
        """Find the largest flow of some sides together.

        Parameters
        ----------
        sides : sequence of int
            Sides that flow; the others stand still.
        by_cost : bool
            Whether, of all largest flows, the cheapest is wanted; duals are then
            blurred by the cost.

        Returns
        -------
        Flow
            Flow, paths, duals.

        Notes
        -----
        Column generation: a path enters where the capacity that it takes, at the duals,
        is worth less than what its stream is; the flow is largest when none does [1]_.

        References
        ----------
        .. [1] Ahuja, R., Magnanti, T., Orlin, J. (1993). *Network Flows*, ch. 17.
        """
        top = np.zeros(self._n_sides)
        top[[side for side in sides if side < self._n_sides]] = LARGEST
        every = np.arange(self._n_sides, dtype=np.int32)
        self._program.set_bounds(every, np.zeros(self._n_sides), top)
        self._weigh_costs(by_cost=by_cost)
        edge_cost = self._cost * (COST_WEIGHT if by_cost else 0.0)
        lanes = [
            number
            for number, lane in enumerate(self._lanes)
            if self._side[lane.stream] in sides
        ]
        for _ in range(MOST_ROUNDS):
            found = self._program.solve()
            if found.outcome is not Outcome.OPTIMAL:
                msg = f"the flow programme ended {found.outcome.value}"
                raise RuntimeError(msg)
            price = np.maximum(-found.dual[: self._n_rows], 0.0) * self._scale
            worth = found.dual[self._n_rows :]
            weight = np.asarray(self._use @ price).ravel() + edge_cost
            if not self._add(lanes, weight, worth):
                break
        flow = found.value[self._n_sides :] * THOUSAND
        used = np.zeros(self._n_rows)
        for amount, (rows, units) in zip(flow, self._path_use, strict=True):
            if amount > 0:
                used[rows] += units * amount
        multiples = found.value[: self._n_sides]
        return Flow(
            t_per_day=multiples * THOUSAND,
            is_bounded=bool((multiples < LARGEST * (1 - TOLERANCE)).all()),
            path_t_per_day=flow,
            used=used,
            dual_t=price * 1.0,
        )

    def _multiples(self, share: Floats, side: NDArray[np.intp]) -> Columns:
        """Return the variables that say how often the mix of each side flows."""
        rows = [np.nonzero(side == at)[0] for at in range(self._n_sides)]
        sizes = [each.size for each in rows]
        return Columns(
            cost=np.full(self._n_sides, -1.0),
            low=np.zeros(self._n_sides),
            high=np.full(self._n_sides, LARGEST),
            indptr=np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            row=(np.concatenate(rows) + self._n_rows).astype(np.int32),
            entry=-share[np.concatenate(rows)],
        )

    def _scaled(self, capacity: Floats) -> Floats:
        """Return the sides of the rows as the programme has them."""
        return capacity * self._scale / THOUSAND

    def _weigh_costs(self, *, by_cost: bool) -> None:
        """Give the paths their costs, or none."""
        if by_cost == self._is_costed:
            return
        self._is_costed = by_cost
        count = len(self.paths)
        at = np.arange(self._n_sides, self._n_sides + count, dtype=np.int32)
        weight = COST_WEIGHT if by_cost else 0.0
        cost = [weight * self._path_cost(n, edges) for n, edges in self.paths]
        self._program.set_costs(at, np.array(cost))

    def _path_cost(self, number: int, edges: Ints) -> float:
        return float(self._lanes[number].cost[edges].sum())

    def _add(
        self, numbers: Sequence[int], weight: Floats, worth: Floats | None = None
    ) -> bool:
        """Add the best path of each lane that betters the flow; False if none does."""
        fresh: list[tuple[int, Ints]] = []
        for number in numbers:
            lane = self._lanes[number]
            least = None if worth is None else float(worth[lane.stream])
            if least is not None and least <= TOLERANCE:
                continue
            own = weight[self._starts[number] : self._starts[number + 1]]
            edges = _best_path(lane, own, least, self._scratch[number])
            if edges is not None and (number, edges.tobytes()) not in self._known:
                self._known.add((number, edges.tobytes()))
                fresh.append((number, edges))
        if fresh:
            self._enter(fresh)
        return bool(fresh)

    def _enter(self, fresh: list[tuple[int, Ints]]) -> None:
        """Put paths into the programme."""
        uses = [self._uses_of(number, edges) for number, edges in fresh]
        streams = [self._lanes[number].stream + self._n_rows for number, _ in fresh]
        rows = [np.append(rows, s) for (rows, _), s in zip(uses, streams, strict=True)]
        entries = [np.append(units * self._scale[at], 1.0) for at, units in uses]
        sizes = [each.size for each in rows]
        weight = COST_WEIGHT if self._is_costed else 0.0
        cost = [weight * self._path_cost(number, edges) for number, edges in fresh]
        self._program.add(
            Columns(
                cost=np.array(cost),
                low=np.zeros(len(fresh)),
                high=np.full(len(fresh), np.inf),
                indptr=np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
                row=np.concatenate(rows).astype(np.int32),
                entry=np.concatenate(entries),
            )
        )
        self.paths += fresh
        self._path_use += uses

    def _uses_of(self, number: int, edges: Ints) -> tuple[Ints, Floats]:
        """Return the rows that a path takes from, and the units a tonne takes."""
        lane = self._lanes[number]
        spans = [
            slice(lane.use_indptr[edge], lane.use_indptr[edge + 1])
            for edge in edges.tolist()
        ]
        rows = np.concatenate([lane.use_row[span] for span in spans])
        units = np.concatenate([lane.use_per_t[span] for span in spans])
        at, place = np.unique(rows, return_inverse=True)
        taken = np.bincount(place, units, minlength=at.size)
        return at.astype(np.int32), taken.astype(np.float64)


def _stacked(lanes: Sequence[Lane], n_rows: int) -> csr_array:
    """Return the uses of all edges of all lanes as one matrix."""
    counts = [np.diff(lane.use_indptr) for lane in lanes]
    indptr = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    rows = np.concatenate([lane.use_row for lane in lanes])
    units = np.concatenate([lane.use_per_t for lane in lanes])
    return csr_array((units, rows, indptr), shape=(indptr.size - 1, n_rows))


def _scales(use: csr_array, n_rows: int) -> Floats:
    """Return the factor that brings the largest use of each row to one."""
    largest = np.zeros(n_rows)
    np.maximum.at(largest, use.indices, use.data)
    return np.where(largest > 0, 1.0 / np.where(largest > 0, largest, 1.0), 1.0)


Scratch = tuple[Floats, Ints, Ints, Heap]


def _scratch(n_nodes: int) -> Scratch:
    """Return what a tree of a lane is worked out in."""
    dist, pred = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int32)
    return dist, pred, np.empty(n_nodes, dtype=np.int32), allocate_heap(n_nodes)


def _best_path(
    lane: Lane, weight: Floats, worth: float | None, scratch: Scratch
) -> Ints | None:
    """Return the edges of the cheapest path, or None where it is not worth it."""
    dist, pred, out, heap = scratch
    weight = np.ascontiguousarray(weight)
    weight.setflags(write=False)
    paths.tree(lane.indptr, lane.head, weight, lane.source, dist, pred, *heap)
    if not np.isfinite(dist[lane.target]):
        return None
    if worth is not None and dist[lane.target] >= worth - TOLERANCE * max(1.0, worth):
        return None
    count = paths.walk_back(pred, lane.tail, lane.source, lane.target, out)
    return out[:count].copy() if count > 0 else None
