"""Problems of a few roads, and their equilibrium found the slow way.

The twin lists every loopless path of a pair, and halves an interval until the two paths
of a shift cost the same. It knows nothing of trees, pools, slopes or multipliers.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from tests.reference import paths

from bereket.kernels.columns import Network, Rows
from bereket.kernels.delays import CONSTANT, FORM, FREE, N_COLUMNS, P0, P1, POWER, ROOM
from bereket.kernels.loads import Delays
from bereket.solve.equilibrium.problem import NO_TABLE, Problem

INF = np.inf
HALVINGS = 60  # of an interval: more than a double has bits
SWEEPS = 2000  # at most
EVEN = 1e-12  # costs of paths in use that differ by less, as a share, are one


@dataclass(frozen=True)
class Road:
    """An arc that takes ``free + a v^b``; `money` is for every class, or one each."""

    tail: int
    head: int
    free: float = 0.0
    a: float = 0.0
    b: float = 1.0
    money: float | tuple = 0.0
    room: float = INF

    def time(self, load):
        return self.free + (self.a * load**self.b if self.a else 0.0)

    def area(self, load):
        return self.free * load + self.a * load ** (self.b + 1) / (self.b + 1)


@dataclass(frozen=True)
class Want:
    """What a class wants to send."""

    source: int
    target: int
    demand: float
    kind: int = 0


def plain_network(n_nodes, tail, head, fixed, value, size):
    """Return a network whose arcs, in order of tail, are resources of their own."""
    assert (np.diff(tail) >= 0).all()
    return Network(
        indptr=np.searchsorted(tail, np.arange(n_nodes + 1)).astype(np.int64),
        head=np.asarray(head, dtype=np.int32),
        tail=np.asarray(tail, dtype=np.int32),
        fixed=np.asarray(fixed, dtype=float),
        value=np.asarray(value, dtype=float),
        size=np.asarray(size, dtype=float),
        is_plain=True,
        group=np.zeros(len(value), dtype=np.int32),
        use_indptr=np.zeros(0, dtype=np.int64),
        resource=np.zeros(0, dtype=np.int32),
        share=np.zeros((1, 0)),
        taken=np.zeros((1, 0)),
    )


def rows_of(wants):
    """Return rows of wants, which come by class and source."""
    keys = [(want.kind, want.source) for want in wants]
    assert keys == sorted(keys)
    first = [at for at, key in enumerate(keys) if at == 0 or key != keys[at - 1]]
    return Rows(
        kind=np.array([keys[at][0] for at in first], dtype=np.int32),
        source=np.array([keys[at][1] for at in first], dtype=np.int32),
        indptr=np.array([*first, len(keys)], dtype=np.int64),
        target=np.array([want.target for want in wants], dtype=np.int32),
        demand=np.array([want.demand for want in wants], dtype=float),
    )


def problem_of(n_nodes, roads, wants, value=(1.0,), size=(1.0,), *, is_system=False):
    """Return the problem of some roads, in order of tail, and wants."""
    n_kinds = len(value)
    money = [np.broadcast_to(road.money, n_kinds) for road in roads]
    curve = np.zeros((len(roads), N_COLUMNS))
    curve[:, FORM] = [POWER if road.a else CONSTANT for road in roads]
    curve[:, FREE] = [road.free for road in roads]
    curve[:, P0] = [road.a for road in roads]
    curve[:, P1] = [road.b for road in roads]
    curve[:, ROOM] = [road.room for road in roads]
    return Problem(
        network=plain_network(
            n_nodes,
            [road.tail for road in roads],
            [road.head for road in roads],
            np.array(money).T,
            value,
            size,
        ),
        rows=rows_of(wants),
        delays=Delays(curve, NO_TABLE, np.zeros(len(roads)), is_system),
    )


def with_uses(problem):
    """Return a plain problem written with one use an arc, as freight writes it."""
    network = problem.network
    n_arcs, n_kinds = problem.n_arcs, network.value.size
    return Problem(
        network=network._replace(
            is_plain=False,
            group=np.arange(n_kinds, dtype=np.int32),
            use_indptr=np.arange(n_arcs + 1, dtype=np.int64),
            resource=np.arange(n_arcs, dtype=np.int32),
            share=np.ones((n_kinds, n_arcs)),
            taken=np.ones((n_kinds, n_arcs)),
        ),
        rows=problem.rows,
        delays=problem.delays,
    )


def random_roads(rng, n_nodes, n_more, *, is_limited=False):
    """Draw roads: a ring each way, so that all is connected, and more besides."""
    ring = [(at, (at + 1) % n_nodes) for at in range(n_nodes)]
    ends = [*ring, *((b, a) for a, b in ring)]
    every = [(a, b) for a, b in product(range(n_nodes), repeat=2) if a != b]
    left = [pair for pair in every if pair not in ends]
    ends += [left[at] for at in rng.permutation(len(left))[:n_more]]
    return [
        Road(
            *pair,
            free=float(rng.uniform(1, 10)),
            a=0.0 if is_limited else float(rng.uniform(0.1, 2)),
            b=1.0 if is_limited else float(rng.integers(1, 5)),
            money=0.0 if is_limited else float(rng.uniform(0, 3)),
        )
        for pair in sorted(ends)
    ]


def random_wants(rng, n_nodes, n_kinds=1, n_wants=4, most=5.0):
    """Draw wants between different nodes, by class and source."""
    every = list(product(range(n_kinds), range(n_nodes), range(n_nodes)))
    every = [(k, a, b) for k, a, b in every if a != b]
    drawn = [every[at] for at in rng.permutation(len(every))[:n_wants]]
    return [Want(a, b, float(rng.uniform(0.5, most)), k) for k, a, b in sorted(drawn)]


class SlowWay:
    """Loads that begin with every want on one path, and are evened out want by want."""

    def __init__(self, n_nodes, roads, wants, value, size):
        self.roads, self.wants, self.value, self.size = roads, wants, value, size
        tail = [road.tail for road in roads]
        indptr = np.searchsorted(tail, np.arange(n_nodes + 1)).tolist()
        graph = indptr, [road.head for road in roads], [1.0] * len(roads)
        self.load, self.ways, self.flow = [0.0] * len(roads), [], []
        for want in wants:
            found = paths.loopless_paths(*graph, want.source, want.target)
            self.ways.append([arcs for _, arcs in found])
            self.flow.append([want.demand] + [0.0] * (len(found) - 1))
            self.put(found[0][1], size[want.kind] * want.demand)

    def put(self, arcs, load):
        for at in arcs:
            self.load[at] += load

    def cost(self, want, arcs, more=0.0, moved=frozenset()):
        """Return what a way costs a want, were there more on the roads that moved."""
        money = hours = 0.0
        for at in arcs:
            road = self.roads[at]
            money += road.money[want.kind] if np.ndim(road.money) else road.money
            hours += road.time(self.load[at] + (more if at in moved else 0.0))
        return money + self.value[want.kind] * hours

    def even_out(self, number):
        """Move a want to its cheapest way from each other; return the difference."""
        want, ways, has = self.wants[number], self.ways[number], self.flow[number]
        size = self.size[want.kind]
        worst = 0.0
        for dear in range(len(ways)):
            costs = [self.cost(want, arcs) for arcs in ways]
            cheap = costs.index(min(costs))
            if has[dear] <= 0 or costs[dear] <= costs[cheap]:
                continue
            worst = max(worst, costs[dear] / costs[cheap] - 1.0)
            out = frozenset(ways[dear]) - frozenset(ways[cheap])
            into = frozenset(ways[cheap]) - frozenset(ways[dear])
            low, high = 0.0, has[dear]
            for _ in range(HALVINGS):
                step = (low + high) / 2
                left = self.cost(want, ways[dear], -size * step, out)
                taken = self.cost(want, ways[cheap], size * step, into)
                low, high = (step, high) if left > taken else (low, step)
            has[dear] -= high
            has[cheap] += high
            self.put(out, -size * high)
            self.put(into, size * high)
        return worst


def slow_equilibrium(n_nodes, roads, wants, value=(1.0,), size=(1.0,)):
    """Return the load of every road where no path in use is dearer than another.

    Each want in turn moves flow from every path in use to its cheapest one, until the
    two cost the same or the first is empty.
    """
    slow = SlowWay(n_nodes, roads, wants, value, size)
    for _ in range(SWEEPS):
        if max(slow.even_out(at) for at in range(len(wants))) < EVEN:
            return np.array(slow.load)
    raise AssertionError


def flows_by_class(problem, solution):
    """Return what each class sends over each arc, summed over the paths one by one."""
    found = solution.paths()
    total = np.zeros((problem.network.value.size, problem.n_arcs))
    for at, pair in enumerate(found.pair.tolist()):
        for arc in found.arc[found.indptr[at] : found.indptr[at + 1]].tolist():
            total[problem.kind_of_pair[pair], arc] += found.flow[at]
    return total


def lost_at_nodes(problem, solution):
    """Return by how much flow at each node, of each class, misses what begins there."""
    found, rows = solution.paths(), problem.rows
    stays = np.zeros(problem.n_pairs)
    np.add.at(stays, found.pair[found.stays], found.flow[found.stays])
    missing = np.zeros((problem.network.value.size, problem.n_nodes))
    flows = flows_by_class(problem, solution)
    for kind in range(missing.shape[0]):
        np.add.at(missing[kind], problem.network.tail, flows[kind])
        np.add.at(missing[kind], problem.network.head, -flows[kind])
    source = rows.source[problem.row_of_pair]
    goes = np.where(solution.no_way, 0.0, rows.demand - stays)
    np.add.at(missing, (problem.kind_of_pair, source), -goes)
    np.add.at(missing, (problem.kind_of_pair, rows.target), goes)
    return missing
