"""Exact mean waits in the queues of ports and borders: M/M/n, M/E2/n and E2/E2/n.

M is the exponential time, E2 the sum of two exponential ones, with half its variance.
Waits are in units of the mean service time. Nothing is approximated: the common
factors on Erlang's C miss E2/E2/n by a tenth to a half at usual utilisations.

References
----------
.. [1] Erlang, A. (1917). Solution of some problems in the theory of probabilities of
   significance in automatic telephone exchanges. *Elektroteknikeren* 13.
.. [2] UNCTAD (1985). *Port development: a handbook for planners in developing
   countries*, 2nd ed., annex II.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.phases import (
    NOT_CONVERGED,
    OK,
    OVERLOADED,
    Chain,
    Matrix,
    allocate,
    step_down,
    top_level,
    top_passage,
)

__all__ = [
    "MOST_SERVERS",
    "NOT_CONVERGED",
    "OK",
    "OVERLOADED",
    "QUEUES",
    "Queue",
    "mean_waits",
    "utilisation_at",
]

Queue = Literal["M/M", "M/E2", "E2/E2"]
QUEUES: Final[tuple[Queue, ...]] = ("M/M", "M/E2", "E2/E2")
ARRIVAL_PHASES: Final[dict[str, int]] = {"M/E2": 1, "E2/E2": 2}
MOST_SERVERS: Final = 100  # with phases: then a wait takes some 0.1 s
MOST_TRIALS: Final = 200
CLOSE: Final = 1e-13  # width of the bracket around a utilisation


def mean_waits(
    queue: Queue, utilisation: ArrayLike, servers: int
) -> tuple[NDArray[np.float64], int]:
    """Return the mean wait in queue in units of the mean service time.

    Parameters
    ----------
    queue : str
        Arrivals and service: ``M/M``, ``M/E2`` or ``E2/E2``.
    utilisation : (...)
        Share of time that a server is busy, 0 or more.
    servers : int
        Servers that share one queue, 1 or more; at most `MOST_SERVERS` with phases.

    Returns
    -------
    waits : (...)
        Mean wait of all, those who do not wait among them; inf where the utilisation is
        1 or more.
    status : int
        `OK`; `OVERLOADED` where any wait is inf.

    Raises
    ------
    ValueError
        When the queue is unknown, the number of servers is out of its range, or a
        utilisation is below 0 or NaN.

    Examples
    --------
    One berth, ships at random, service E2: 0.75 rho / (1 - rho).

    >>> waits, status = mean_waits("M/E2", [0.4, 0.5, 1.0], 1)
    >>> waits.round(4).tolist(), status == OVERLOADED
    ([0.5, 0.75, inf], True)
    """
    given = np.asarray(utilisation, dtype=np.float64)
    _check(queue, servers)
    if not (given >= 0).all():
        msg = f"utilisation must be 0 or more; found {utilisation!r}"
        raise ValueError(msg)
    out, wait, worst = np.empty(given.shape), np.empty(1), OK
    phases = ARRIVAL_PHASES.get(queue, 0)
    chain = allocate(servers if phases else 0, phases)
    for at in np.ndindex(given.shape):
        if phases:
            status = phase_wait(float(given[at]), servers, phases, chain, wait)
        else:
            status = erlang_wait(float(given[at]), servers, wait)
        worst = max(worst, status)
        out[at] = wait[0]
    return out, worst


def utilisation_at(queue: Queue, wait_ratio: float, servers: int) -> float:
    """Return the utilisation at which the mean wait is a given share of the service.

    Parameters
    ----------
    queue : str
        Arrivals and service: ``M/M``, ``M/E2`` or ``E2/E2``.
    wait_ratio : float
        Mean wait over mean service time, 0 or more.
    servers : int
        Servers that share one queue, as for `mean_waits`.

    Returns
    -------
    float
        Share of time that a server is busy; 0 for a ratio of 0.

    Raises
    ------
    ValueError
        When the ratio is below 0 or not finite, and as in `mean_waits`.

    Notes
    -----
    The root of ``wait / (wait + wait_ratio) = 1/2``, a function that climbs from 0 to 1
    between the utilisations 0 and 1. The bracket is halved at every third trial and cut
    by the secant at the others; an end that stays twice counts half (Illinois rule).

    Examples
    --------
    A container berth that lets ships wait a tenth of their service, alone and of six:

    >>> [round(utilisation_at("E2/E2", 0.1, n), 3) for n in (1, 6)]
    [0.261, 0.736]
    """
    _check(queue, servers)
    if not 0 <= wait_ratio < np.inf:
        msg = f"wait_ratio must be 0 or more; found {wait_ratio!r}"
        raise ValueError(msg)
    if wait_ratio == 0:
        return 0.0
    low, high, below, above = 0.0, 1.0, -0.5, 0.5
    moved, trials = 0, 0
    while high - low > CLOSE and trials < MOST_TRIALS:
        trials += 1
        halves = trials % 3 == 0
        share = 0.5 if halves else below / (below - above)
        trial = low + (high - low) * share
        (wait,), _ = mean_waits(queue, [trial], servers)
        miss = float(wait / (wait + wait_ratio)) - 0.5
        if abs(miss) <= CLOSE:
            return trial
        if miss < 0:
            low, below, above = trial, miss, above / 2 if moved < 0 else above
        else:
            high, above, below = trial, miss, below / 2 if moved > 0 else below
        moved = -1 if miss < 0 else 1
    return low + (high - low) / 2


def _check(queue: str, servers: int) -> None:
    if queue not in QUEUES:
        msg = f"queue must be one of {', '.join(QUEUES)}; found {queue!r}"
        raise ValueError(msg)
    if servers < 1 or (queue in ARRIVAL_PHASES and servers > MOST_SERVERS):
        msg = (
            f"servers must be 1 or more, at most {MOST_SERVERS} where times have "
            f"phases; found {servers!r}"
        )
        raise ValueError(msg)


@kernel
def erlang_wait(utilisation: float, servers: int, wait: Matrix) -> int:
    """Fill in the mean wait of M/M/n, by Erlang's C.

    Parameters
    ----------
    utilisation : float
        Share of time that a server is busy, 0 or more.
    servers : int
        Number of servers.
    wait : (1,), out
        Mean wait in units of the mean service time.

    Returns
    -------
    int
        `OK` or `OVERLOADED`.

    Notes
    -----
    ``B_k = a B_(k-1) / (k + a B_(k-1))`` with ``B_0 = 1`` and ``a = n rho``; a customer
    waits with chance ``C = B_n / (1 - rho (1 - B_n))``, on average ``C/(n (1 - rho))``.
    """
    if utilisation >= 1.0:
        wait[0] = np.inf
        return OVERLOADED
    offered, lost = servers * utilisation, 1.0
    for server in range(1, servers + 1):
        lost = offered * lost / (server + offered * lost)
    chance = lost / (1.0 - utilisation * (1.0 - lost))
    wait[0] = chance / (servers * (1.0 - utilisation))
    return OK


@kernel
def phase_wait(
    utilisation: float,
    servers: int,
    arrival_phases: int,
    chain: Chain,
    wait: Matrix,
) -> int:
    """Fill in the mean wait of a queue with E2 service.

    Parameters
    ----------
    utilisation : float
        Share of time that a server is busy, 0 or more.
    servers : int
        Number of servers.
    arrival_phases : int
        1 for arrivals at random, 2 for E2.
    chain : Chain
        Scratch of `allocate` for the same servers and phases.
    wait : (1,), out
        Mean wait in units of the mean service time.

    Returns
    -------
    int
        `OK`, `OVERLOADED`, or `NOT_CONVERGED`; then the wait is NaN.

    Notes
    -----
    With ``w`` the time at a level and above and ``q`` the customers waiting in it, for
    each unit of time in a state of level n: ``(-U - A0) v = 1``, ``w = 1 + A0 v``,
    ``(-U - A0) y = w``, ``q = A0 y``, where A0 are the rates up, A1 those within a
    level and ``U = A1 + A0 G``. Below n: ``w_k = 1 + A0_k (-U_(k+1))^-1 w_(k+1)``, and
    q_k likewise without the 1. Little's law gives the wait. Rounding grows with the
    square of ``1/(1 - rho)``: twelve digits stand at 0.9, ten at 0.999.
    """
    if utilisation >= 1.0:
        wait[0] = np.inf
        return OVERLOADED
    wait[0] = 0.0
    if utilisation <= 0.0:
        return OK
    rate = servers * utilisation
    status = top_passage(rate, servers, arrival_phases, chain)
    if status != OK:
        wait[0] = np.nan
        return status
    top_level(chain)
    for level in range(servers, 0, -1):
        step_down(level, rate, servers, arrival_phases, chain)
    mass, queue = chain.mass, chain.queue
    if arrival_phases == 1:
        wait[0] = queue[0] / mass[0] / rate
        return OK
    # Of an empty system only the phase of the next arrival changes: to the second at
    # 2 rate, and to the first on the way down from one customer.
    second = arrival_phases * rate
    first = second * chain.first_passage[arrival_phases, 0]
    wait[0] = (first * queue[0] + second * queue[1]) / (
        (first * mass[0] + second * mass[1]) * rate
    )
    return OK
