"""Terminals, yards and border posts: what their servers pass in a day.

A figure that cannot be is refused by name (`QuestionError`).
"""

from typing import Final

import numpy as np

from bereket.compiled.figures import Figure, require

MIN_PER_HOUR: Final = 60.0
HOURS_PER_DAY: Final = 24.0


def gauge_change_wagons_per_day(
    tracks: Figure,
    wagons_per_set: Figure,
    set_min: Figure,
    hours_per_day: Figure,
    availability: Figure = 1.0,
) -> Figure:
    """Return the wagons a day that change gauge, on new bogies or into other wagons.

    Parameters
    ----------
    tracks : float or array
        Tracks or positions that work side by side.
    wagons_per_set : float or array
        Wagons that a track takes at once.
    set_min : float or array
        From one set's arrival to the next's.
    hours_per_day : float or array
        Worked each day, at most 24.
    availability : float or array
        Share of them that all is in order.

    Returns
    -------
    float or array
        Wagons a day.

    Notes
    -----
    ``tracks wagons_per_set 60 hours availability / set_min``.

    Examples
    --------
    Three tracks of ten wagons, four hours a set, day and night:

    >>> gauge_change_wagons_per_day(3.0, 10.0, 240.0, 24.0)
    180.0
    """
    require(
        not_negative={"tracks": tracks, "wagons_per_set": wagons_per_set},
        positive={"set_min": set_min},
        share={"availability": availability},
    )
    minutes = MIN_PER_HOUR * hours_worked(hours_per_day) * availability
    return tracks * wagons_per_set * minutes / set_min


def lifted_units_per_day(
    lifts: Figure,
    lifts_per_hour: Figure,
    lifts_per_unit: Figure,
    hours_per_day: Figure,
    availability: Figure = 1.0,
) -> Figure:
    """Return the containers a day that cranes move from wagon to wagon.

    Parameters
    ----------
    lifts : float or array
        Cranes or reach stackers; for bulk the grabs.
    lifts_per_hour : float or array
        Lifts of one in an hour.
    lifts_per_unit : float or array
        Lifts that a unit takes: 1 straight over, 2 by the yard.
    hours_per_day : float or array
        Worked each day, at most 24.
    availability : float or array
        Share of them that all is in order.

    Returns
    -------
    float or array
        Units a day.

    Notes
    -----
    ``lifts lifts_per_hour hours availability / lifts_per_unit``.

    Examples
    --------
    >>> lifted_units_per_day(2.0, 12.0, 2.0, 20.0, 0.9)
    216.0
    """
    require(
        not_negative={"lifts": lifts, "lifts_per_hour": lifts_per_hour},
        positive={"lifts_per_unit": lifts_per_unit},
        share={"availability": availability},
    )
    hours = hours_worked(hours_per_day) * availability
    return lifts * lifts_per_hour * hours / lifts_per_unit


def yard_units_per_day(
    yard_units: Figure, dwell_days: Figure, peak_k: Figure = 1.0
) -> Figure:
    """Return what a yard lets pass in a day.

    Parameters
    ----------
    yard_units : float or array
        Units that it holds, as full as work allows.
    dwell_days : float or array
        Days that a unit stands there, in the mean.
    peak_k : float or array
        Fullest day over the mean one, 1 or more.

    Returns
    -------
    float or array
        Units a day.

    Notes
    -----
    ``yard_units / (dwell peak)``, Little's law.

    Examples
    --------
    >>> yard_units_per_day(1600.0, 8.0)
    200.0
    """
    require(
        not_negative={"yard_units": yard_units},
        positive={"dwell_days": dwell_days},
        at_least_one={"peak_k": peak_k},
    )
    return yard_units / (dwell_days * peak_k)


def landside_units_per_day(wagons_per_day: Figure, units_per_wagon: Figure) -> Figure:
    """Return what leaves a port by land in a day.

    Parameters
    ----------
    wagons_per_day : float or array
        Wagons, or trucks, that the land side loads.
    units_per_wagon : float or array
        Units of the quay on one.

    Returns
    -------
    float or array
        Units a day.

    Examples
    --------
    >>> landside_units_per_day(80.0, 2.0)
    160.0
    """
    require(
        not_negative={
            "wagons_per_day": wagons_per_day,
            "units_per_wagon": units_per_wagon,
        }
    )
    return wagons_per_day * units_per_wagon


def border_units_per_day(
    lanes: Figure, service_min_per_unit: Figure, hours_per_day: Figure
) -> Figure:
    """Return the units a day that one side of a border post clears one way.

    Parameters
    ----------
    lanes : float or array
        Lanes or tracks that work side by side.
    service_min_per_unit : float or array
        Minutes that a unit holds its lane.
    hours_per_day : float or array
        Hours open, at most 24.

    Returns
    -------
    float or array
        Units a day.

    Notes
    -----
    ``lanes 60 hours / minutes``.

    Examples
    --------
    >>> border_units_per_day(4.0, 20.0, 24.0)
    288.0
    """
    require(
        not_negative={"lanes": lanes},
        positive={"service_min_per_unit": service_min_per_unit},
    )
    minutes = MIN_PER_HOUR * hours_worked(hours_per_day)
    return lanes * minutes / service_min_per_unit


def border_post_units_per_day(own_per_day: Figure, other_per_day: Figure) -> Figure:
    """Return what passes a border: no more than the stricter side takes.

    Parameters
    ----------
    own_per_day : float or array
        Units that this side clears.
    other_per_day : float or array
        Units that the other side clears, or accepts.

    Returns
    -------
    float or array
        Units a day.

    Examples
    --------
    >>> border_post_units_per_day(288.0, 120.0)
    120.0
    """
    require(not_negative={"own_per_day": own_per_day, "other_per_day": other_per_day})
    least = np.minimum(own_per_day, other_per_day)
    return least if np.ndim(least) else float(least)


def hours_worked(hours_per_day: Figure) -> Figure:
    """Return the hours of a day, refused where they are below 0 or over 24."""
    require(not_negative={"hours_per_day": hours_per_day})
    require(not_negative={"24 less hours_per_day": HOURS_PER_DAY - hours_per_day})
    return hours_per_day
