"""Delay as a function of load: value, slope and integral, four forms and hard room.

Each resource is one row of `curve`, its columns named below. Its time is ``FREE`` where
nothing flows; beyond that it follows the form, with its parameters in ``P0`` to ``P2``:

| form | time [h] at load v | parameters |
|---|---|---|
| `CONSTANT` | free | none |
| `POWER` (BPR) | free + a v^b | a, b |
| `QUARTIC` | free + a v^4, the usual power, worked out without a logarithm | a |
| `CONICAL` (Spiess) | free (2 + sqrt(p²y² + q²) - p y - q), y = 1 - v / c | c, p, q |
| `AKCELIK` | free + T/4 (x-1 + sqrt((x-1)² + 8 J x / (c T))), x = v / c | c, T, J |
| `QUEUE` | free + w(v / c), w a table in rho, straight beyond its end | c, table |

A hard limit ``ROOM`` is a wait of its own: ``max(0, WAIT + STIFFNESS (v - room))``, the
marginal cost of the augmented Lagrangian of ``v <= room``. In a system optimum the time
is replaced by what one more unit adds to all, ``t + v t'``.

Kernels take arrays and not a tuple of them: a tuple that is passed on counts references
at each call, ten times the work of the sum itself.
"""

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel

CONSTANT, POWER, CONICAL, AKCELIK, QUEUE, QUARTIC = 0.0, 1.0, 2.0, 3.0, 4.0, 5.0
FORM, FREE, P0, P1, P2, ROOM, WAIT, STIFFNESS = range(8)  # columns of a curve
N_COLUMNS = 8
TABLE_END = 0.98  # load, as a part of room, at the last point of a table


@kernel
def time_of(  # noqa: PLR0911 one return a form
    curve: NDArray[np.float64], table_h: NDArray[np.float64], at: int, load: float
) -> tuple[float, float, float]:
    """Return time, slope and curvature of a resource, its hard limit apart.

    Parameters
    ----------
    curve : (n_resources, 8)
        Form, parameters and limit of each resource.
    table_h : (n_tables, n_points)
        Waits [h] at loads of 0 to `TABLE_END` of the room, evenly spaced.
    at : int
        The resource.
    load : float
        Whole load, 0 or more.

    Returns
    -------
    tuple of float
        Time [h], and its first and second derivative.

    References
    ----------
    .. [1] Spiess, H. (1990). Conical volume-delay functions. *Transportation Science*
       24(2).
    .. [2] Akcelik, R. (1991). Travel time functions for transport planning purposes.
       *Australian Road Research* 21(3).
    """
    form, free = curve[at, FORM], curve[at, FREE]
    if form == QUARTIC:
        cubed = curve[at, P0] * load * load * load
        return free + cubed * load, 4.0 * cubed, 12.0 * curve[at, P0] * load * load
    if form == POWER:
        a, b = curve[at, P0], curve[at, P1]
        if load <= 0.0 or a == 0.0:
            return free, a if b == 1.0 else 0.0, 0.0
        raised = a * load**b
        slope = b * raised / load
        return free + raised, slope, (b - 1.0) * slope / load
    if form == CONICAL:
        c, alpha, beta = curve[at, P0], curve[at, P1], curve[at, P2]
        left = 1.0 - load / c
        root = np.sqrt(alpha * alpha * left * left + beta * beta)
        value = 2.0 + root - alpha * left - beta
        slope = (alpha - alpha * alpha * left / root) / c
        bend = alpha * alpha * beta * beta / (root * root * root) / (c * c)
        return free * value, free * slope, free * bend
    if form == AKCELIK:
        c, period, j = curve[at, P0], curve[at, P1], curve[at, P2]
        over, k = load / c - 1.0, 8.0 * j / (c * period)
        root = np.sqrt(over * over + k * (over + 1.0))
        value = 0.25 * period * (over + root)
        if root == 0.0:
            return free + value, 0.25 * period / c, 0.0
        rising = (over + 0.5 * k) / root
        slope = 0.25 * period * (1.0 + rising) / c
        bend = 0.25 * period * (1.0 - rising * rising) / root / (c * c)
        return free + value, slope, bend
    if form == QUEUE:
        c, table = curve[at, P0], int(curve[at, P1])
        last = table_h.shape[1] - 1
        step = TABLE_END / last
        point = min(int(load / c / step), last - 1)
        here, after = table_h[table, point], table_h[table, point + 1]
        rise = (after - here) / step
        return free + here + rise * (load / c - point * step), rise / c, 0.0
    return free, 0.0, 0.0


@kernel
def delay(
    curve: NDArray[np.float64],
    table_h: NDArray[np.float64],
    is_system: bool,  # noqa: FBT001 kernels take arguments by position
    at: int,
    load: float,
) -> tuple[float, float]:
    """Return what a resource costs a passage at a load, and how it rises.

    Parameters
    ----------
    curve : (n_resources, 8)
        Form, parameters and limit of each resource.
    table_h : (n_tables, n_points)
        Waits [h] at loads of 0 to `TABLE_END` of the room, evenly spaced.
    is_system : bool
        Whether the marginal time of all stands for the time.
    at : int
        The resource.
    load : float
        Whole load, background counted.

    Returns
    -------
    tuple of float
        Hours, marginal ones of all in a system optimum, and their slope; the wait for
        a hard limit is in both.
    """
    time_h, slope, bend = time_of(curve, table_h, at, load)
    if is_system:
        time_h, slope = time_h + load * slope, 2.0 * slope + load * bend
    room = curve[at, ROOM]
    if room < np.inf:
        stiffness = curve[at, STIFFNESS]
        wait_h = curve[at, WAIT] + stiffness * (load - room)
        if wait_h > 0.0:
            return time_h + wait_h, slope + stiffness
    return time_h, slope


@kernel
def integral(  # noqa: PLR0911 one return a form
    curve: NDArray[np.float64], table_h: NDArray[np.float64], at: int, load: float
) -> float:
    """Return the integral of a resource's time from 0 to a load, its limit apart.

    Parameters
    ----------
    curve : (n_resources, 8)
        Form, parameters and limit of each resource.
    table_h : (n_tables, n_points)
        Waits [h] at loads of 0 to `TABLE_END` of the room, evenly spaced.
    at : int
        The resource.
    load : float
        Whole load, 0 or more.

    Returns
    -------
    float
        Hours times load.
    """
    form, free = curve[at, FORM], curve[at, FREE]
    if load <= 0.0:
        return 0.0
    if form == QUARTIC:
        return float(free * load + 0.2 * curve[at, P0] * load**5.0)
    if form == POWER:
        a, b = curve[at, P0], curve[at, P1]
        return float(free * load + a * load ** (b + 1.0) / (b + 1.0))
    if form == CONICAL:
        c, alpha, beta = curve[at, P0], curve[at, P1], curve[at, P2]
        left = 1.0 - load / c
        roots = _root_integral(alpha, beta, 1.0) - _root_integral(alpha, beta, left)
        straight = (2.0 - beta) * (1.0 - left) - 0.5 * alpha * (1.0 - left * left)
        return float(free * c * (straight + roots))
    if form == AKCELIK:
        c, period, j = curve[at, P0], curve[at, P1], curve[at, P2]
        over, k = load / c - 1.0, 8.0 * j / (c * period)
        # (x-1)² + k x = (x - 1 + k/2)² + k - k²/4
        roots = _square_integral(over + 0.5 * k, k - 0.25 * k * k)
        roots -= _square_integral(0.5 * k - 1.0, k - 0.25 * k * k)
        straight = 0.5 * (over * over - 1.0)
        return float(free * load + 0.25 * period * c * (straight + roots))
    if form == QUEUE:
        c, table = curve[at, P0], int(curve[at, P1])
        last = table_h.shape[1] - 1
        step = TABLE_END / last
        point = min(int(load / c / step), last - 1)
        waited = 0.0
        for before in range(point):
            ends = table_h[table, before] + table_h[table, before + 1]
            waited += 0.5 * step * ends
        here, after = table_h[table, point], table_h[table, point + 1]
        rest = load / c - point * step
        waited += here * rest + 0.5 * (after - here) / step * rest * rest
        return float(free * load + c * waited)
    return float(free * load)


@kernel
def _root_integral(alpha: float, beta: float, at: float) -> float:
    """Return the integral of sqrt(p² y² + q²) over y from 0."""
    return float(_square_integral(alpha * at, beta * beta) / alpha)


@kernel
def _square_integral(at: float, rest: float) -> float:
    """Return an integral of sqrt(y² + rest), where y² + rest is nowhere below 0."""
    root = np.sqrt(max(at * at + rest, 0.0))
    if rest == 0.0:
        return float(0.5 * at * abs(at))
    if rest > 0.0:
        return float(0.5 * (at * root + rest * np.arcsinh(at / np.sqrt(rest))))
    # rest < 0: y stays on one side of both roots
    return float(0.5 * (at * root + rest * np.log(abs(at + root))))
