"""Markov chains in levels, for queues whose times are passed phase by phase.

A level is the number of customers; its states are the number of servers in their first
phase and the phase of the next arrival. Levels above the servers all look alike, so the
way down from one to the next, G, solves one matrix equation; it is found by logarithmic
reduction, whose error after k steps is at most the chance to climb 2^k levels before
the first step down. Below, levels are eliminated one by one.

References
----------
.. [1] Neuts, M. (1981). *Matrix-geometric solutions in stochastic models*. Johns
   Hopkins University Press.
.. [2] Latouche, G., Ramaswami, V. (1993). A logarithmic reduction algorithm for
   quasi-birth-death processes. *Journal of Applied Probability* 30(3), 650-674.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel

OK, OVERLOADED, NOT_CONVERGED = 0, 1, 2
SERVICE_PHASES: Final = 2
MOST_STEPS: Final = 64
CLIMB: Final = 1e-15  # chance of a climb at which G is exact in double precision

Matrix = NDArray[np.float64]


class Chain(NamedTuple):
    """Scratch for one number of servers; nothing needs to be set or kept.

    Attributes
    ----------
    up, down, leave : (order, order)
        Rates from the states of a level to those of the level above and below; leave is
        the negative of the rates within the level.
    climb, fall, reach, rise : (order, order)
        Matrices of the logarithmic reduction.
    first_passage : (order, order)
        G: where the chain stands when it first gets a level down.
    system : (order, order)
        Left side of a linear system.
    right : (order, 2 order + 2)
        Right sides and solutions.
    mass, queue : (order,)
        Time spent at a level and above, and customers waiting then, for each unit of
        time in a state of the level.
    """

    up: Matrix
    down: Matrix
    leave: Matrix
    climb: Matrix
    fall: Matrix
    reach: Matrix
    rise: Matrix
    first_passage: Matrix
    system: Matrix
    right: Matrix
    mass: Matrix
    queue: Matrix


def allocate(servers: int, arrival_phases: int) -> Chain:
    """Return the scratch that `phase_wait` needs.

    Parameters
    ----------
    servers : int
        Number of servers.
    arrival_phases : int
        1 for arrivals at random, 2 for E2.

    Returns
    -------
    Chain
        Arrays of order ``(servers + 1) arrival_phases``.
    """
    order = (servers + 1) * arrival_phases
    up, down, leave, climb, fall, reach, rise, passage, system = np.zeros(
        (9, order, order)
    )
    right = np.zeros((order, 2 * order + 2))
    mass, queue = np.zeros((2, order))
    return Chain(
        *(up, down, leave, climb, fall, reach, rise, passage, system),
        *(right, mass, queue),
    )


@kernel
def fill_rates(
    level: int, rate: float, servers: int, arrival_phases: int, chain: Chain
) -> int:
    """Fill in the rates out of the states of one level; return how many states."""
    busy = min(level, servers)
    order = (busy + 1) * arrival_phases
    chain.up[:] = 0.0
    chain.down[:] = 0.0
    chain.leave[:] = 0.0
    for in_first in range(busy + 1):
        for phase in range(arrival_phases):
            state = in_first * arrival_phases + phase
            arrive = arrival_phases * rate
            advance = SERVICE_PHASES * in_first
            finish = SERVICE_PHASES * (busy - in_first)
            chain.leave[state, state] = arrive + advance + finish
            if in_first > 0:
                chain.leave[state, state - arrival_phases] = -advance
            if phase + 1 < arrival_phases:
                chain.leave[state, state + 1] = -arrive
            else:
                starts = 1 if level < servers else 0
                to = (in_first + starts) * arrival_phases
                chain.up[state, to] = arrive
            if in_first < busy:
                follows = 1 if level > servers else 0
                to = (in_first + follows) * arrival_phases + phase
                chain.down[state, to] = finish
    return order


@kernel
def substitute(system: Matrix, right: Matrix, order: int, columns: int) -> None:
    """Solve in place with an upper triangle."""
    for row in range(order - 1, -1, -1):
        scale = 1.0 / system[row, row]
        for column in range(columns):
            right[row, column] *= scale
        for above in range(row):
            factor = system[above, row]
            if factor != 0.0:
                for column in range(columns):
                    right[above, column] -= factor * right[row, column]


@kernel
def eliminate(system: Matrix, right: Matrix, order: int, columns: int) -> None:
    """Solve in place, without pivots: the system is an M-matrix, its pivots are > 0."""
    for pivot in range(order):
        scale = 1.0 / system[pivot, pivot]
        for row in range(pivot + 1, order):
            factor = system[row, pivot] * scale
            if factor != 0.0:
                for column in range(pivot + 1, order):
                    system[row, column] -= factor * system[pivot, column]
                for column in range(columns):
                    right[row, column] -= factor * right[pivot, column]
    substitute(system, right, order, columns)


@kernel
def add_product(left: Matrix, right: Matrix, sign: float, out: Matrix) -> None:
    """Add the product of two matrices, times a sign, to a third."""
    order = out.shape[0]
    for row in range(order):
        for inner in range(order):
            factor = sign * left[row, inner]
            if factor != 0.0:
                for column in range(order):
                    out[row, column] += factor * right[inner, column]


@kernel
def top_passage(rate: float, servers: int, arrival_phases: int, chain: Chain) -> int:
    """Fill in G of the levels above the servers, by logarithmic reduction."""
    order = fill_rates(servers + 1, rate, servers, arrival_phases, chain)
    right = chain.right
    chain.system[:] = chain.leave
    right[:, :order] = chain.up
    right[:, order : 2 * order] = chain.down
    eliminate(chain.system, right, order, 2 * order)
    chain.climb[:] = right[:, :order]
    chain.fall[:] = right[:, order : 2 * order]
    chain.first_passage[:] = chain.fall
    chain.reach[:] = chain.climb
    for _ in range(MOST_STEPS):
        most = 0.0
        for row in range(order):
            most = max(most, chain.reach[row].sum())
        if most <= CLIMB:
            return OK
        chain.system[:] = 0.0
        add_product(chain.climb, chain.fall, -1.0, chain.system)
        add_product(chain.fall, chain.climb, -1.0, chain.system)
        for row in range(order):
            chain.system[row, row] += 1.0
        for half, moved in ((0, chain.climb), (1, chain.fall)):
            chain.rise[:] = 0.0
            add_product(moved, moved, 1.0, chain.rise)
            right[:, half * order : (half + 1) * order] = chain.rise
        eliminate(chain.system, right, order, 2 * order)
        chain.climb[:] = right[:, :order]
        chain.fall[:] = right[:, order : 2 * order]
        add_product(chain.reach, chain.fall, 1.0, chain.first_passage)
        chain.rise[:] = 0.0
        add_product(chain.reach, chain.climb, 1.0, chain.rise)
        chain.reach[:] = chain.rise
    return NOT_CONVERGED


@kernel
def top_level(chain: Chain) -> None:
    """Fill in mass and queue of the level with as many customers as servers."""
    order, right = chain.mass.size, chain.right
    for is_second in (False, True):
        chain.system[:] = chain.leave - chain.up
        add_product(chain.up, chain.first_passage, -1.0, chain.system)
        for row in range(order):
            right[row, 0] = chain.mass[row] if is_second else 1.0
        eliminate(chain.system, right, order, 1)
        for row in range(order):
            above = 0.0
            for column in range(order):
                above += chain.up[row, column] * right[column, 0]
            if is_second:
                chain.queue[row] = above
            else:
                chain.mass[row] = 1.0 + above


@kernel
def step_down(
    level: int, rate: float, servers: int, arrival_phases: int, chain: Chain
) -> None:
    """Replace G, mass and queue of a level, or of the one above, by those below.

    On entry `first_passage` leads down to this level, `mass` and `queue` are its own;
    on return `first_passage` leads down from it, `mass` and `queue` are those of the
    level below.
    """
    right = chain.right
    order = fill_rates(level, rate, servers, arrival_phases, chain)
    below = order - arrival_phases
    chain.system[:] = chain.leave
    add_product(chain.up, chain.first_passage, -1.0, chain.system)
    right[:, :below] = chain.down[:, :below]
    right[:, below] = chain.mass
    right[:, below + 1] = chain.queue
    eliminate(chain.system, right, order, below + 2)
    chain.first_passage[:] = 0.0
    chain.first_passage[:order, :below] = right[:order, :below]
    fill_rates(level - 1, rate, servers, arrival_phases, chain)
    for state in range(below):
        chain.mass[state] = 1.0
        chain.queue[state] = 0.0
        for above in range(order):
            chance = chain.up[state, above]
            chain.mass[state] += chance * right[above, below]
            chain.queue[state] += chance * right[above, below + 1]
