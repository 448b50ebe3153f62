"""Random networks with capacities, as the solver and as other tools take them."""

from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array

from bereket.solve.largest import Lane, LargestFlow

THOUSANDTH = 0.001  # of a train a tonne: a train carries 1,000 t


@dataclass(frozen=True)
class Network:
    """A directed network; every edge takes from one row, and rows may be shared."""

    n_nodes: int
    tail: np.ndarray
    head: np.ndarray
    row: np.ndarray
    cost: np.ndarray
    capacity: np.ndarray  # trains a day, by row

    def graph(self):
        """Return it as networkx has it; only where no row is shared."""
        graph = nx.DiGraph()
        graph.add_nodes_from(range(self.n_nodes))
        for start, end, row in zip(self.tail, self.head, self.row, strict=True):
            graph.add_edge(int(start), int(end), capacity=float(self.capacity[row]))
        return graph


def random_network(seed, *, is_shared=False):
    """Draw a network; where shared, a track takes trains both ways from one row."""
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(4, 11))
    pairs = [(i, j) for i in range(n_nodes) for j in range(n_nodes) if i != j]
    share = rng.uniform(0.25, 0.6)
    drawn = [pair for pair in pairs if rng.random() < share]
    if is_shared:
        drawn = [pair for pair in drawn if pair[0] < pair[1]] or [(0, n_nodes - 1)]
    edges = drawn + [(j, i) for i, j in drawn] if is_shared else drawn
    rows = list(range(len(drawn))) * (2 if is_shared else 1)
    order = sorted(range(len(edges)), key=lambda at: edges[at])
    ends = np.array([edges[at] for at in order], dtype=np.int32).reshape(-1, 2)
    return Network(
        n_nodes=n_nodes,
        tail=ends[:, 0].copy(),
        head=ends[:, 1].copy(),
        row=np.array([rows[at] for at in order], dtype=np.int32),
        cost=rng.integers(1, 20, len(edges)).astype(float),
        capacity=rng.integers(1, 21, len(drawn)).astype(float),
    )


def reordered(network, rng):
    """Return the same network with nodes and rows numbered in another order."""
    node, row = rng.permutation(network.n_nodes), rng.permutation(network.capacity.size)
    tail, head = node[network.tail], node[network.head]
    order = np.lexsort((head, tail))
    capacity = np.empty_like(network.capacity)
    capacity[row] = network.capacity
    moved = replace(
        network,
        tail=tail[order].astype(np.int32),
        head=head[order].astype(np.int32),
        row=row[network.row][order].astype(np.int32),
        cost=network.cost[order],
        capacity=capacity,
    )
    return moved, node, row


def lane_of(network, stream, source, target, train_t=1 / THOUSANDTH):
    """Return the network as a lane of the solver."""
    count = network.tail.size
    starts = np.searchsorted(network.tail, np.arange(network.n_nodes + 1))
    return Lane(
        stream,
        starts.astype(np.int64),
        network.head,
        network.tail,
        source,
        target,
        network.cost,
        np.arange(count + 1, dtype=np.int32),
        network.row,
        np.full(count, 1.0 / train_t),
    )


def connected(network, source, target):
    """Whether there is a way."""
    graph = nx.DiGraph(zip(network.tail.tolist(), network.head.tolist(), strict=True))
    return {source, target} <= set(graph) and nx.has_path(graph, source, target)


def solver_of(network, demands):
    """Return the solver for (source, target, share, side, train_t) of each cargo."""
    return LargestFlow(
        [
            lane_of(network, n, s, t, load)
            for n, (s, t, _, _, load) in enumerate(demands)
        ],
        np.array([share for _, _, share, _, _ in demands]),
        np.array([side for *_, side, _ in demands], dtype=np.intp),
        network.capacity,
    )


def by_arcs(network, demands, sides):
    """Solve the same programme on arcs: flow by edge and cargo, a multiple by side.

    Returns the multiples of the sides, and what a train more of each row brings.
    """
    n_edges, n_nodes = network.tail.size, network.n_nodes
    n_sides = max(side for *_, side, _ in demands) + 1
    width = n_sides + n_edges * len(demands)
    balance = lil_array((n_nodes * len(demands), width))
    use = lil_array((network.capacity.size, width))
    for n, (source, target, share, side, train_t) in enumerate(demands):
        first = n_sides + n * n_edges
        for edge in range(n_edges):
            balance[n * n_nodes + network.tail[edge], first + edge] += 1.0
            balance[n * n_nodes + network.head[edge], first + edge] -= 1.0
            use[network.row[edge], first + edge] += 1.0 / train_t
        balance[n * n_nodes + source, side] -= share
        balance[n * n_nodes + target, side] += share
    gain = np.zeros(width)
    gain[:n_sides] = -1.0
    bounds = [(0, None if at in sides else 0) for at in range(n_sides)]
    found = linprog(
        gain,
        A_ub=use.tocsr(),
        b_ub=network.capacity,
        A_eq=balance.tocsr(),
        b_eq=np.zeros(balance.shape[0]),
        bounds=bounds + [(0, None)] * (width - n_sides),
        method="highs",
    )
    assert found.status == 0, found.message
    return found.x[:n_sides], -found.ineqlin.marginals
