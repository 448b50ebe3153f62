"""Logit assignments written in arrays: elements, and pairs with paths that pass some.

An element costs ``money + value (free_h + a load^power)`` a tonne; `room` is its hard
limit. What is solved is compared with `tests.reference.logit`, which reads the same.
"""

from dataclasses import dataclass

import numpy as np

from bereket.kernels.delays import FORM, FREE, N_COLUMNS, P0, P1, POWER, ROOM
from bereket.kernels.loads import Delays
from bereket.kernels.network import Network, Rows
from bereket.solve.equilibrium.problem import NO_TABLE, Problem
from bereket.solve.equilibrium.solver import Effort
from bereket.solve.logit.sets import path_sets
from bereket.solve.logit.solution import Choice
from bereket.solve.logit.solver import solve_logit

EXACT = Effort(gap=1e-12, violation=1e-10, max_iterations=300)


@dataclass(frozen=True)
class Element:
    money: float = 0.0
    free_h: float = 0.0
    a: float = 0.0
    power: float = 1.0
    room: float = np.inf


@dataclass(frozen=True)
class Pair:
    """What wants to go; each way is the elements that it passes.

    `km` says how long each way (rows) runs on each link; nothing shared where it is not
    told. `kind` is the row of values and sizes.
    """

    demand: float
    ways: tuple[tuple[int, ...], ...]
    theta: float = 1.0
    unserved: float = np.inf
    extra: tuple[float, ...] = ()
    km: tuple[tuple[float, ...], ...] = ()
    kind: int = 0


def asked(elements, pairs, value=(1.0,), size=(1.0,)):
    """Return problem and choice of elements and pairs, which stand by rising kind."""
    assert [each.kind for each in pairs] == sorted(each.kind for each in pairs)
    n, n_kinds = len(elements), len(value)
    curve = np.zeros((n, N_COLUMNS))
    curve[:, FORM] = POWER
    for column, name in ((FREE, "free_h"), (P0, "a"), (P1, "power"), (ROOM, "room")):
        curve[:, column] = [getattr(each, name) for each in elements]
    network = Network(
        indptr=np.array([0, n]),
        head=np.ones(n, dtype=np.int32),
        tail=np.zeros(n, dtype=np.int32),
        fixed=np.tile([each.money for each in elements], (n_kinds, 1)),
        value=np.array(value),
        size=np.array(size),
        is_plain=True,
        group=np.zeros(n_kinds, dtype=np.int32),
        use_indptr=np.zeros(1, dtype=np.int64),
        resource=np.zeros(0, dtype=np.int32),
        share=np.zeros((1, 0)),
        taken=np.zeros((1, 0)),
    )
    kinds = [each.kind for each in pairs]
    starts = np.searchsorted(kinds, range(n_kinds + 1))
    rows = Rows(
        kind=np.arange(n_kinds, dtype=np.int32),
        source=np.zeros(n_kinds, dtype=np.int32),
        indptr=starts.astype(np.int64),
        target=np.ones(len(pairs), dtype=np.int32),
        demand=np.array([float(each.demand) for each in pairs]),
    )
    problem = Problem(network, rows, Delays(curve, NO_TABLE, np.zeros(n), False))  # noqa: FBT003 as kernels take it
    sets = path_sets(
        [[np.array(way, dtype=np.int32) for way in each.ways] for each in pairs],
        [_lengths(each) for each in pairs],
        [np.array(each.extra or [0.0] * len(each.ways)) for each in pairs],
    )
    theta = np.array([each.theta for each in pairs])
    return problem, Choice(sets, theta, np.array([each.unserved for each in pairs]))


def _lengths(pair):
    return np.array(pair.km) if pair.km else np.eye(len(pair.ways))


def solved(elements, pairs, value=(1.0,), size=(1.0,), start=None):
    """Return the flows, exact to rounding."""
    found = solve_logit(*asked(elements, pairs, value, size), EXACT, start)
    assert found.status == "answered", found.record[-1]
    return found


def flows_of(found):
    """Return the tonnes on the ways of each pair."""
    starts = found.choice.sets.indptr[1:-1]
    return [each.tolist() for each in np.split(found.flow, starts)]


def drawn(seed, n_elements=8, n_pairs=4, n_ways=4, n_kinds=1, unserved=80.0, wide=1.0):
    """Draw elements that delay, some with a limit, and pairs that share them."""
    rng = np.random.default_rng(seed)
    elements = [
        Element(
            money=float(rng.uniform(5, 20)),
            free_h=float(rng.uniform(1, 5)),
            a=float(rng.uniform(0.01, 0.1)),
            power=float(rng.integers(1, 4)),
            room=float(wide * rng.uniform(5, 15)) if rng.random() < 0.4 else np.inf,
        )
        for _ in range(n_elements)
    ]
    pairs = [
        _drawn_pair(rng, n_elements, n_ways, n_kinds, unserved) for _ in range(n_pairs)
    ]
    return elements, sorted(pairs, key=lambda each: each.kind)


def _drawn_pair(rng, n_elements, n_ways, n_kinds, unserved):
    ways = [rng.choice(n_elements, 3, replace=False) for _ in range(n_ways)]
    km = rng.uniform(10, 100, n_elements)
    return Pair(
        demand=float(rng.uniform(3, 10)),
        ways=tuple(tuple(way.tolist()) for way in ways),
        theta=float(rng.uniform(0.1, 1.0)),
        unserved=unserved,
        extra=tuple(rng.uniform(0, 3, n_ways).tolist()),
        km=tuple(tuple(np.where(np.isin(range(km.size), way), km, 0)) for way in ways),
        kind=int(rng.integers(n_kinds)),
    )
