"""Networks that cargoes may take, and the paths found on them so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bereket.kernels import paths
from bereket.kernels.heap import Heap, allocate_heap

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Scratch = tuple[Floats, Ints, Ints, Heap]

TOLERANCE: Final = 1e-7


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


class Paths:
    """Paths of lanes, each once, in the order in which they were found.

    Parameters
    ----------
    lanes : sequence of Lane
        Where cargo may go.
    n_rows : int
        Number of capacity rows.
    """

    def __init__(self, lanes: Sequence[Lane], n_rows: int) -> None:
        self.lanes = tuple(lanes)
        self.edges: list[tuple[int, Ints]] = []
        self.uses: list[tuple[Ints, Floats]] = []
        self.cost = np.concatenate([lane.cost for lane in self.lanes])
        self._known: set[tuple[int, bytes]] = set()
        sizes = [lane.cost.size for lane in self.lanes]
        self._starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)
        self._use = _stacked(self.lanes, n_rows)
        self._scratch = [_scratch(lane.indptr.size - 1) for lane in self.lanes]

    def scales(self) -> Floats:
        """Return the factor that brings the largest use of each row to one."""
        largest = np.zeros(self._use.shape[1])
        np.maximum.at(largest, self._use.indices, self._use.data)
        return np.where(largest > 0, 1.0 / np.where(largest > 0, largest, 1.0), 1.0)

    def weight(self, price: Floats) -> Floats:
        """Return what every edge of every lane takes of the rows, at their prices."""
        return np.asarray(self._use @ price).ravel()

    def cost_of(self, number: int, edges: Ints) -> float:
        """Return the cost of a path of a lane."""
        return float(self.lanes[number].cost[edges].sum())

    def better(
        self, numbers: Iterable[int], weight: Floats, worth: Floats | None = None
    ) -> list[tuple[int, Ints]]:
        """Find the best path of each lane that is new and lighter than it is worth.

        Parameters
        ----------
        numbers : iterable of int
            Lanes to look at.
        weight : (n_edges,)
            Weight of the edges of all lanes.
        worth : (n_streams,), optional
            What a tonne of each stream is worth; without it every lane's lightest path
            is new.

        Returns
        -------
        list of (int, (n,) int32)
            Lane and edges; they are kept from now on.
        """
        fresh: list[tuple[int, Ints]] = []
        for number in numbers:
            lane = self.lanes[number]
            least = None if worth is None else float(worth[lane.stream])
            if least is not None and least <= TOLERANCE:
                continue
            own = weight[self._starts[number] : self._starts[number + 1]]
            edges = _best_path(lane, own, least, self._scratch[number])
            if edges is not None and (number, edges.tobytes()) not in self._known:
                self._known.add((number, edges.tobytes()))
                fresh.append((number, edges))
        self.edges += fresh
        self.uses += [self._uses_of(number, edges) for number, edges in fresh]
        return fresh

    def _uses_of(self, number: int, edges: Ints) -> tuple[Ints, Floats]:
        """Return the rows that a path takes from, and the units a tonne takes."""
        lane = self.lanes[number]
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
