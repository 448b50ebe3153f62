"""Capacity of a railway line: what its track lets pass in a day, by the 1520 mm rule.

A *pair* is a train each way. Figures may be arrays, and are then taken element by
element; one that cannot be is refused by name (`QuestionError`). Other methods are in
`compiled.line_methods`, the gap that governs in `compiled.gaps`.
"""

from typing import Final

import numpy as np

from bereket.compiled.figures import Figure, require

MIN_PER_DAY: Final = 1440.0


def crossing_period_min(
    run_out_min: Figure,
    run_back_min: Figure,
    station_interval_min: Figure,
    start_stop_min: Figure,
    double_track_share: Figure = 0.0,
) -> Figure:
    """Return the period of the crossing diagram: how long a pair holds the gap.

    Parameters
    ----------
    run_out_min, run_back_min : float or array
        Running times over the gap, each way.
    station_interval_min : float or array
        Mean interval of a station, from one train's arrival to the other's leave; each
        end of the gap has one in a period.
    start_stop_min : float or array
        Starts and stops, all of a period.
    double_track_share : float or array
        Share of the gap that has a second track, at one end of it, 0 or more.

    Returns
    -------
    float or array
        Minutes.

    Notes
    -----
    ``T_per = (t' + t'')(1 - share) + 2 tau + t_start_stop`` [1]_. A second track in
    the middle would leave two shorter gaps: the end is the worst place for it.

    References
    ----------
    .. [1] Kochnev, F., Sotnikov, I. (1990). *Management of the operational work of
       railways* (in Russian). Transport, Moscow.

    Examples
    --------
    12 km at 60 km/h each way, intervals of 3 min, 2 min to start and stop:

    >>> crossing_period_min(12.0, 12.0, 3.0, 2.0)
    32.0
    """
    require(
        positive={"run_out_min": run_out_min, "run_back_min": run_back_min},
        not_negative={
            "station_interval_min": station_interval_min,
            "start_stop_min": start_stop_min,
        },
        part={"double_track_share": double_track_share},
    )
    runs = (run_out_min + run_back_min) * (1.0 - double_track_share)
    return runs + 2.0 * station_interval_min + start_stop_min


def single_track_pairs(
    period_min: Figure,
    possession_min_per_day: Figure,
    alpha: Figure,
    batch_trains: Figure = 1.0,
    headway_min: Figure = 0.0,
) -> Figure:
    """Return the pairs of trains a day that a single track lets pass.

    Parameters
    ----------
    period_min : float or array
        Period of the crossing diagram on the governing gap.
    possession_min_per_day : float or array
        Closed for works each day.
    alpha : float or array
        Share of the rest in which all works, 0.9 to 0.96 as a rule.
    batch_trains : float or array
        Trains that follow each other one way before others come back, in the mean.
    headway_min : float or array
        Between trains of a batch, each way; asked for where there are batches.

    Returns
    -------
    float or array
        Pairs a day.

    Notes
    -----
    ``N = (1440 - t_possession) alpha K / (T_per + 2 (K - 1) I)`` with K trains in a
    batch and headway I [1]_.

    References
    ----------
    .. [1] Kochnev, F., Sotnikov, I. (1990). *Management of the operational work of
       railways* (in Russian). Transport, Moscow.

    Examples
    --------
    >>> round(single_track_pairs(32.0, 60.0, 0.93), 1)
    40.1
    """
    is_single = isinstance(batch_trains, float)  # as it nearly always is
    if not is_single or batch_trains > 1:
        asked = np.where(np.asarray(batch_trains) > 1, headway_min, 1.0)
        require(positive={"headway_min, as trains follow in batches,": asked})
    require(
        positive={"period_min": period_min},
        not_negative={"headway_min": headway_min},
        at_least_one={"batch_trains": batch_trains},
    )
    period = period_min + 2.0 * (batch_trains - 1.0) * headway_min
    return _open_min(possession_min_per_day, alpha) * batch_trains / period


def automatic_block_pairs(
    headway_min: Figure, possession_min_per_day: Figure, alpha: Figure
) -> Figure:
    """Return the pairs a day that two tracks with automatic block let pass.

    Parameters
    ----------
    headway_min : float or array
        Between trains that follow each other, the longer of both ways.
    possession_min_per_day, alpha : float or array
        As of `single_track_pairs`.

    Returns
    -------
    float or array
        Pairs a day.

    Notes
    -----
    ``N = (1440 - t_possession) alpha / I`` [1]_.

    References
    ----------
    .. [1] Kochnev, F., Sotnikov, I. (1990). *Management of the operational work of
       railways* (in Russian). Transport, Moscow.

    Examples
    --------
    >>> automatic_block_pairs(10.0, 120.0, 0.95)
    125.4
    """
    require(positive={"headway_min": headway_min})
    return _open_min(possession_min_per_day, alpha) / headway_min


def semi_automatic_block_pairs(
    run_min: Figure,
    station_interval_min: Figure,
    possession_min_per_day: Figure,
    alpha: Figure,
) -> Figure:
    """Return the pairs a day that two tracks with one train in a section let pass.

    Parameters
    ----------
    run_min : float or array
        Running time over the longest section between signals.
    station_interval_min : float or array
        From one train's arrival to the leave of the next on the same track.
    possession_min_per_day, alpha : float or array
        As of `single_track_pairs`.

    Returns
    -------
    float or array
        Pairs a day.

    Notes
    -----
    ``N = (1440 - t_possession) alpha / (t_run + tau)`` [1]_.

    References
    ----------
    .. [1] Kochnev, F., Sotnikov, I. (1990). *Management of the operational work of
       railways* (in Russian). Transport, Moscow.

    Examples
    --------
    >>> semi_automatic_block_pairs(15.0, 5.0, 120.0, 0.95)
    62.7
    """
    require(
        positive={"run_min": run_min},
        not_negative={"station_interval_min": station_interval_min},
    )
    headway = run_min + station_interval_min
    return _open_min(possession_min_per_day, alpha) / headway


def freight_pairs(
    pairs_per_day: Figure,
    passenger_pairs_per_day: Figure,
    removal_passenger: Figure,
    local_pairs_per_day: Figure,
    removal_local: Figure,
) -> Figure:
    """Return the pairs that passenger and local trains leave to through freight.

    Parameters
    ----------
    pairs_per_day : float or array
        Pairs of like freight trains that the track lets pass.
    passenger_pairs_per_day : float or array
        Pairs of passenger trains.
    removal_passenger : float or array
        Freight trains that one of them removes, above 0; above 1 as a rule.
    local_pairs_per_day, removal_local : float or array
        Likewise of local freight trains.

    Returns
    -------
    float or array
        Pairs a day, the reserve still in them; below 0 where the others alone take more
        than there is, by as many pairs.

    Notes
    -----
    ``n = N - eps_passenger n_passenger - eps_local n_local`` [1]_.

    References
    ----------
    .. [1] Kochnev, F., Sotnikov, I. (1990). *Management of the operational work of
       railways* (in Russian). Transport, Moscow.

    Examples
    --------
    >>> round(freight_pairs(40.0, 6.0, 1.2, 2.0, 1.5), 1)
    29.8
    """
    require(
        not_negative={
            "pairs_per_day": pairs_per_day,
            "passenger_pairs_per_day": passenger_pairs_per_day,
            "local_pairs_per_day": local_pairs_per_day,
        },
        positive={
            "removal_passenger": removal_passenger,
            "removal_local": removal_local,
        },
    )
    removed = removal_passenger * passenger_pairs_per_day
    return pairs_per_day - removed - removal_local * local_pairs_per_day


def reserve_pairs(pairs_per_day: Figure, reserve_share: Figure) -> Figure:
    """Return the pairs that stay free for peaks and repairs, kept apart.

    Parameters
    ----------
    pairs_per_day : float or array
        Pairs that the track lets pass.
    reserve_share : float or array
        About 0.2 on one track, 0.15 on two.

    Returns
    -------
    float or array
        Pairs a day.

    Examples
    --------
    >>> reserve_pairs(40.0, 0.2)
    8.0
    """
    require(
        not_negative={"pairs_per_day": pairs_per_day},
        part={"reserve_share": reserve_share},
    )
    return pairs_per_day * reserve_share


def _open_min(possession_min_per_day: Figure, alpha: Figure) -> Figure:
    """Return the minutes of a day in which trains run."""
    open_min = MIN_PER_DAY - possession_min_per_day
    require(
        not_negative={"possession_min_per_day": possession_min_per_day},
        positive={"1440 less possession_min_per_day": open_min},
        used_share={"alpha": alpha},
    )
    return open_min * alpha
