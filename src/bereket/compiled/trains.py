"""Trains: how long and heavy they are, what they carry in a year, what moves them.

Figures may be arrays, and are then taken element by element; one that cannot be is
refused by name (`QuestionError`).
"""

from typing import Final

import numpy as np

from bereket.compiled.figures import Figure, require
from bereket.compiled.gaps import SETTING_M

CONDITIONAL_WAGON_M: Final = 14.0
DAYS_PER_YEAR: Final = 365.0
HOURS_PER_DAY: Final = 24.0
ROUNDING: Final = 1e-9  # so that 840 m of wagons of 14 m are 60, whatever the last bit


def wagons_by_length(loop_m: Figure, loco_m: Figure, wagon_m: Figure) -> Figure:
    """Return how many wagons a train may have to stand in a loop.

    Parameters
    ----------
    loop_m : float or array
        Usable length of the shortest loop in which it meets others.
    loco_m : float or array
        Length of all its locomotives.
    wagon_m : float or array
        Wagon over couplers.

    Returns
    -------
    float or array
        Whole wagons.

    Raises
    ------
    QuestionError
        When not one wagon fits, or a figure cannot be.

    Notes
    -----
    ``(loop - 10 - loco) / wagon``, rounded down; 10 m are left to stop in [1]_.

    References
    ----------
    .. [1] Kochnev, F., Sotnikov, I. (1990). *Management of the operational work of
       railways* (in Russian). Transport, Moscow.

    Examples
    --------
    Platforms of 25.62 m for two containers of 40 ft, behind locomotives of 36 m:

    >>> wagons_by_length(1050.0, 36.0, 25.62)
    39.0
    """
    require(
        positive={"wagon_m": wagon_m},
        not_negative={"loop_m": loop_m, "loco_m": loco_m},
    )
    fits = (loop_m - SETTING_M - loco_m) / wagon_m
    return _whole_wagons(fits, "wagons in the length of the loop")


def conditional_wagons(loop_m: Figure, loco_m: Figure) -> Figure:
    """Return the length of a train in conditional wagons of 14 m.

    Parameters
    ----------
    loop_m, loco_m : float or array
        As of `wagons_by_length`.

    Returns
    -------
    float or array
        Whole conditional wagons.

    Examples
    --------
    The two norms of the 1520 mm network, behind a locomotive of two sections:

    >>> conditional_wagons(850.0, 34.0), conditional_wagons(1050.0, 34.0)
    (57.0, 71.0)
    """
    return wagons_by_length(loop_m, loco_m, CONDITIONAL_WAGON_M)


def wagons_by_mass(gross_train_t: Figure, tare_t: Figure, load_t: Figure) -> Figure:
    """Return how many wagons a train may have by its mass norm.

    Parameters
    ----------
    gross_train_t : float or array
        Mass norm of the train without its locomotives.
    tare_t, load_t : float or array
        Empty mass of a wagon and what it carries, boxes of containers among it.

    Returns
    -------
    float or array
        Whole wagons.

    Raises
    ------
    QuestionError
        When the norm does not allow one wagon, or a figure cannot be.

    Notes
    -----
    ``Q_gross / (tare + load)``, rounded down.

    Examples
    --------
    >>> wagons_by_mass(4800.0, 24.0, 68.0)
    52.0
    """
    require(
        positive={"gross_train_t": gross_train_t, "tare_t": tare_t},
        not_negative={"load_t": load_t},
    )
    fits = gross_train_t / (tare_t + load_t)
    return _whole_wagons(fits, "wagons in gross_train_t")


def yearly_tonnes(
    pairs_per_day: Figure, net_train_t: Figure, uneven_k: Figure
) -> Figure:
    """Return what freight trains carry one way in a year.

    Parameters
    ----------
    pairs_per_day : float or array
        Freight pairs a day.
    net_train_t : float or array
        Cargo of a train that way; 0 where all run empty, as they take paths too.
    uneven_k : float or array
        Busiest month over the mean one, 1 or more.

    Returns
    -------
    float or array
        Tonnes a year.

    Notes
    -----
    ``365 n Q_net / k_uneven``: the track must pass the busiest month.

    Examples
    --------
    >>> yearly_tonnes(10.0, 3300.0, 1.1)
    10950000.0
    """
    require(
        not_negative={"pairs_per_day": pairs_per_day, "net_train_t": net_train_t},
        at_least_one={"uneven_k": uneven_k},
    )
    return DAYS_PER_YEAR * pairs_per_day * net_train_t / uneven_k


def trains_by_locomotives(
    locomotives: Figure,
    availability: Figure,
    turn_h: Figure,
    locomotives_per_train: Figure = 1.0,
) -> Figure:
    """Return the turns a day that a fleet of locomotives makes, a train each.

    Parameters
    ----------
    locomotives : float or array
        Units of the fleet.
    availability : float or array
        Share of them fit for work.
    turn_h : float or array
        From one start to the next, there and back.
    locomotives_per_train : float or array
        1, or 2 with double traction.

    Returns
    -------
    float or array
        Pairs of trains a day.

    Notes
    -----
    ``locomotives availability 24 / (turn_h locomotives_per_train)``.

    Examples
    --------
    >>> trains_by_locomotives(20.0, 0.75, 30.0)
    12.0
    """
    require(
        not_negative={"locomotives": locomotives},
        share={"availability": availability},
        positive={"turn_h": turn_h},
        at_least_one={"locomotives_per_train": locomotives_per_train},
    )
    return locomotives * availability * HOURS_PER_DAY / (turn_h * locomotives_per_train)


def wagons_by_park(wagons: Figure, availability: Figure, turn_days: Figure) -> Figure:
    """Return the wagons a day that a park loads; platforms and boxes likewise.

    Parameters
    ----------
    wagons : float or array
        Wagons, platforms or containers of the park.
    availability : float or array
        Share of them fit for work.
    turn_days : float or array
        From one loading to the next.

    Returns
    -------
    float or array
        Loaded a day.

    Notes
    -----
    ``wagons availability / turn_days``.

    Examples
    --------
    >>> wagons_by_park(1000.0, 0.9, 18.0)
    50.0
    """
    require(
        not_negative={"wagons": wagons},
        share={"availability": availability},
        positive={"turn_days": turn_days},
    )
    return wagons * availability / turn_days


def _whole_wagons(fits: Figure, name: str) -> Figure:
    whole = np.floor(np.asarray(fits) + ROUNDING)
    require(at_least_one={name: whole})
    return whole if whole.ndim else float(whole)
