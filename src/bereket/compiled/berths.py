"""Berths: how long a vessel holds one, what they pass at a wait that is accepted.

A figure that cannot be is refused by name (`QuestionError`).
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bereket.compiled.figures import Figure, refuse, require
from bereket.compiled.terminals import hours_worked

if TYPE_CHECKING:
    from bereket.kernels.queues import Queue

HOURS_PER_DAY: Final = 24.0
RATIOS_KEPT: Final = 4096


def berth_service_h(
    moves_per_call: Figure, cranes: Figure, moves_per_hour: Figure, setup_h: Figure
) -> Figure:
    """Return how long a vessel holds its berth.

    Parameters
    ----------
    moves_per_call : float or array
        Moves of a call, unloading and loading together.
    cranes : float or array
        Cranes that work on one vessel.
    moves_per_hour : float or array
        Moves of one crane in an hour.
    setup_h : float or array
        Berthing, papers, lashing: hours of a call in which no crane moves.

    Returns
    -------
    float or array
        Hours.

    Notes
    -----
    ``setup + moves / (cranes rate)``.

    Examples
    --------
    >>> berth_service_h(480.0, 2.0, 15.0, 4.0)
    20.0
    """
    require(
        not_negative={"moves_per_call": moves_per_call, "setup_h": setup_h},
        positive={"cranes": cranes, "moves_per_hour": moves_per_hour},
    )
    return setup_h + moves_per_call / (cranes * moves_per_hour)


def berth_units_per_day(
    queue: "Queue",
    berths: int,
    service_h: float,
    units_per_call: float,
    wait_ratio: float,
    hours_per_day: float = HOURS_PER_DAY,
) -> float:
    """Return what berths pass in a day where vessels may wait so long and no longer.

    Parameters
    ----------
    queue : str
        ``M/M`` bulk at random, ``M/E2`` general cargo, ``E2/E2`` liners.
    berths : int
        Berths that serve one queue.
    service_h : float
        Mean hours that a vessel holds its berth.
    units_per_call : float
        Tonnes, TEU or wagons of a call, both ways together if it is so counted.
    wait_ratio : float
        Mean wait over mean service that is accepted: 0.1 for container vessels, 0.3 to
        0.5 for general cargo.
    hours_per_day : float
        Hours open for work, closures by weather taken off.

    Returns
    -------
    float
        Units a day.

    Notes
    -----
    ``rho berths hours / service_h units_per_call``, rho the utilisation at which the
    exact mean wait of the queue is `wait_ratio` of the service.

    References
    ----------
    .. [1] UNCTAD (1985). *Port development: a handbook for planners in developing
       countries*, 2nd ed., annex II.

    Examples
    --------
    One berth, ships at random, a wait as long as half the service: utilisation 0.4.

    >>> round(berth_units_per_day("M/E2", 1, 24.0, 1000.0, 0.5), 6)
    400.0
    """
    require(
        positive={"service_h": service_h, "wait_ratio": wait_ratio},
        not_negative={"units_per_call": units_per_call},
    )
    _check_queue(queue, berths)
    hours = float(hours_worked(hours_per_day))
    utilisation = _utilisation_at(queue, wait_ratio, berths)
    return utilisation * berths * hours / service_h * units_per_call


@lru_cache(maxsize=RATIOS_KEPT)
def _utilisation_at(queue: "Queue", wait_ratio: float, berths: int) -> float:
    """Return the utilisation of a wait; a search, and few ports have figures alone."""
    from bereket.kernels import queues

    return queues.utilisation_at(queue, wait_ratio, berths)


def berth_wait_h(
    queue: "Queue",
    berths: int,
    service_h: float,
    calls_per_day: float,
    hours_per_day: float = HOURS_PER_DAY,
) -> float:
    """Return the mean wait for a berth.

    Parameters
    ----------
    queue, berths, service_h : str, int, float
        As of `berth_units_per_day`.
    calls_per_day : float
        Vessels that come.
    hours_per_day : float
        Hours open for work.

    Returns
    -------
    float
        Hours open for work; closed ones come on top.

    Raises
    ------
    QuestionError
        When more vessels come than the berths can serve, or a figure cannot be.

    Examples
    --------
    >>> round(berth_wait_h("M/E2", 1, 24.0, 0.5), 6)
    18.0
    """
    require(
        positive={"service_h": service_h}, not_negative={"calls_per_day": calls_per_day}
    )
    from bereket.kernels import queues

    _check_queue(queue, berths)
    hours = float(hours_worked(hours_per_day))
    require(positive={"hours_per_day": hours})
    utilisation = calls_per_day * service_h / (berths * hours)
    if utilisation >= 1:
        fault = (
            "the utilisation of the berths must be below 1, else the wait has no end; "
            f"found {utilisation:.2f}: {calls_per_day:g} calls a day of "
            f"{service_h:g} h on {berths} berths open {hours:g} h"
        )
        refuse([fault])
    (ratio,), _ = queues.mean_waits(queue, [utilisation], berths)
    return float(ratio * service_h)


def _check_queue(queue: str, berths: int) -> None:
    from bereket.kernels import queues

    faults = []
    if queue not in queues.QUEUES:
        known = ", ".join(queues.QUEUES)
        faults.append(f"queue must be one of {known}; found {queue!r}")
    if not 1 <= berths <= queues.MOST_SERVERS:
        faults.append(f"berths must be 1 to {queues.MOST_SERVERS}; found {berths}")
    refuse(faults)
