"""Other methods for the capacity of a railway line, shown beside the 1520 mm rule.

They answer different questions: how many trains fit the diagram, how many run well, how
many were seen to run. Their spread is the honest range of a capacity.
"""

from collections.abc import Mapping
from typing import Final

from bereket.compiled.figures import Figure, require
from bereket.errors import QuestionError

MIN_PER_DAY: Final = 1440.0
SCOTT_EFFICIENCY: Final = 0.7
# Trains a day both ways, several kinds of train and one kind, by tracks and signalling.
# Rows of the source: no signals or track warrants; automatic block; central control.
# Theirs for ours is our reading: a semi-automatic block has signals but no central
# control, the automatic block of the 1520 mm network mostly has both.
PARAMETRIC_TRAINS: Final[Mapping[tuple[int, str], tuple[float, float]]] = {
    (1, "token"): (16.0, 20.0),
    (1, "semi_automatic"): (18.0, 25.0),
    (1, "automatic"): (30.0, 48.0),
    (2, "token"): (28.0, 35.0),
    (2, "semi_automatic"): (53.0, 80.0),
    (2, "automatic"): (75.0, 100.0),
}


def uic_occupancy(
    pairs_per_day: Figure, period_min: Figure, window_min: Figure = MIN_PER_DAY
) -> Figure:
    """Return the share of time that trains occupy a section, by UIC 406.

    Parameters
    ----------
    pairs_per_day : float or array
        Pairs in the window; on two tracks trains each way.
    period_min : float or array
        How long a pair holds the section: the period of the crossing diagram; on two
        tracks the headway.
    window_min : float or array
        Time looked at; a day.

    Returns
    -------
    float or array
        Occupancy; above 1 where so many trains cannot run.

    Notes
    -----
    ``N T / window`` [1]_: like trains, pressed together without buffers.

    References
    ----------
    .. [1] UIC (2013). *Capacity*, UIC Code 406, 2nd ed. Paris.

    Examples
    --------
    >>> uic_occupancy(27.0, 32.0)
    0.6
    """
    require(
        not_negative={"pairs_per_day": pairs_per_day},
        positive={"period_min": period_min, "window_min": window_min},
    )
    return pairs_per_day * period_min / window_min


def uic_pairs(
    period_min: Figure, occupancy_limit: Figure, window_min: Figure = MIN_PER_DAY
) -> Figure:
    """Return the pairs a day at which a section reaches an occupancy.

    Parameters
    ----------
    period_min : float or array
        As of `uic_occupancy`.
    occupancy_limit : float or array
        0.6 for mixed traffic over the day, 0.75 in the peak.
    window_min : float or array
        Time looked at; a day.

    Returns
    -------
    float or array
        Pairs in the window.

    Notes
    -----
    ``N = limit window / T`` [1]_.

    References
    ----------
    .. [1] UIC (2013). *Capacity*, UIC Code 406, 2nd ed. Paris.

    Examples
    --------
    >>> uic_pairs(32.0, 0.6)
    27.0
    """
    require(
        positive={"period_min": period_min, "window_min": window_min},
        used_share={"occupancy_limit": occupancy_limit},
    )
    return occupancy_limit * window_min / period_min


def scott_pairs(
    run_min: Figure, block_min: Figure, efficiency: Figure = SCOTT_EFFICIENCY
) -> Figure:
    """Return the pairs a day on one track by Scott's formula.

    Parameters
    ----------
    run_min : float or array
        Running time of the slowest train over the longest gap.
    block_min : float or array
        Time to clear the line for the next train: 5 min by token, 2.5 automatic.
    efficiency : float or array
        Share of the day that is used.

    Returns
    -------
    float or array
        Pairs a day.

    Notes
    -----
    ``1440 efficiency / (T + t)`` trains both ways [1]_, half of it pairs.

    References
    ----------
    .. [1] Debroy, B. (2017). Who is Scott? *Business Standard*, 5 October, on line
       capacity in the Indian Railways.

    Examples
    --------
    >>> round(scott_pairs(12.0, 5.0), 1)
    29.6
    """
    require(
        positive={"run_min": run_min},
        not_negative={"block_min": block_min},
        used_share={"efficiency": efficiency},
    )
    return MIN_PER_DAY * efficiency / (run_min + block_min) / 2.0


def parametric_pairs(tracks: int, signalling: str) -> tuple[float, float]:
    """Return the pairs a day that lines of this kind are seen to carry.

    Parameters
    ----------
    tracks : int
        1 or 2.
    signalling : str
        ``token``, ``semi_automatic`` or ``automatic``.

    Returns
    -------
    tuple of float and float
        Pairs a day with several kinds of train, and with one kind.

    Raises
    ------
    QuestionError
        When the source has no such line.

    Notes
    -----
    The practical maximum in the table of average capacities [1]_, trains both ways,
    halved. Whose signals are whose there is our reading, see `PARAMETRIC_TRAINS`.

    References
    ----------
    .. [1] Cambridge Systematics (2007). *National rail freight infrastructure capacity
       and investment study*, chapter 4. Association of American Railroads.

    Examples
    --------
    >>> parametric_pairs(1, "semi_automatic")
    (9.0, 12.5)
    """
    trains = PARAMETRIC_TRAINS.get((tracks, signalling))
    if trains is None:
        known = ", ".join(f"{one} {other}" for one, other in PARAMETRIC_TRAINS)
        msg = (
            f"tracks and signalling must be one of {known}; found {tracks} {signalling}"
        )
        raise QuestionError(msg)
    return trains[0] / 2.0, trains[1] / 2.0
