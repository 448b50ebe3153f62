"""Ways on the map: well-known text, lengths on the globe, crossings of itself."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG
HALF_TURN_DEGREE: Final = 180.0
LEAST_POINTS: Final = 2  # a line has two ends
CROSSING_POINTS: Final = 4  # fewer cannot meet but where they follow each other
LEAST_NUMBERS: Final = 2  # x and y; a height and a measure may follow
BLOCK: Final = 512  # segments held against all others at once: 512 x n truth values
LINE: Final = re.compile(
    r"\s*LINESTRING\s*(?:Z|M|ZM)?\s*(?:\((?P<points>[^()]*)\)|EMPTY)\s*", re.IGNORECASE
)


def coordinates(wkt: str) -> Points:
    """Read the points of a line written in well-known text.

    Parameters
    ----------
    wkt : str
        ``LINESTRING (x y, x y)``; heights and measures are left aside.

    Returns
    -------
    (n, 2)
        Pairs of x and y, in the text's own system; none for ``LINESTRING EMPTY``.

    Raises
    ------
    ValueError
        When the text is no such line, or holds a figure that is not finite.

    Examples
    --------
    >>> coordinates("LINESTRING (50 40, 51.5 40)").tolist()
    [[50.0, 40.0], [51.5, 40.0]]
    """
    found = LINE.fullmatch(wkt)
    if found is None:
        msg = "no LINESTRING (x y, x y, …)"
        raise ValueError(msg)
    if not (found["points"] or "").strip():
        return np.empty((0, 2))
    pairs = [point.split() for point in found["points"].split(",")]
    short = [point for point in pairs if len(point) < LEAST_NUMBERS]
    if short:
        msg = f"a point with {len(short[0])} numbers"
        raise ValueError(msg)
    points = np.array([point[:2] for point in pairs], dtype=np.float64)
    if not np.isfinite(points).all():
        msg = "a point that is not finite"
        raise ValueError(msg)
    return points


def wkt_line(points: Points) -> str:
    """Write points as well-known text, every digit kept.

    Parameters
    ----------
    points : (n, 2)
        Pairs of x and y.

    Returns
    -------
    str
        ``LINESTRING (x y, x y)``; `coordinates` reads the same points from it.

    Examples
    --------
    >>> wkt_line(np.array([[50.0, 40.0], [51.5, 40.0]]))
    'LINESTRING (50 40, 51.5 40)'
    """
    if not len(points):
        return "LINESTRING EMPTY"
    told = ", ".join(f"{_number(x)} {_number(y)}" for x, y in points.tolist())
    return f"LINESTRING ({told})"


def _number(value: float) -> str:
    """Return a figure in the fewest digits that give it back."""
    return repr(value).removesuffix(".0")


def great_circle_km(start: Points, end: Points) -> NDArray[np.float64]:
    """Return lengths of great circles.

    Parameters
    ----------
    start, end : (n, 2)
        Longitude and latitude [degree].

    Returns
    -------
    (n,)
        Lengths [km] on a sphere of the mean radius.

    Examples
    --------
    >>> great_circle_km(np.array([[0.0, 0.0]]), np.array([[0.0, 90.0]])).round()
    array([10008.])
    """
    before, after = np.radians(start), np.radians(end)
    half = np.sin((after - before) / 2) ** 2
    cosines = np.cos(before[:, 1]) * np.cos(after[:, 1])
    chord = np.minimum(1.0, half[:, 1] + cosines * half[:, 0])
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord)))


def length_km(points: Points) -> float:
    """Return the length of a way on the globe.

    Parameters
    ----------
    points : (n, 2)
        Longitude and latitude [degree].

    Returns
    -------
    float
        Length [km], great circles from point to point.

    Examples
    --------
    >>> round(length_km(np.array([[0, 0], [90, 0], [90, 90.0]])))
    20015
    """
    return float(great_circle_km(points[:-1], points[1:]).sum())


def distinct(points: Points) -> Points:
    """Return the points without those that repeat the one before.

    Examples
    --------
    >>> distinct(np.array([[0, 0], [0, 0], [1, 0.0]])).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    if not len(points):
        return points
    moved = (np.diff(points, axis=0) != 0).any(axis=1)
    return points[np.concatenate(([True], moved))]


def crosses_itself(points: Points) -> bool:
    """Whether a way meets itself anywhere but where its ends close a ring.

    Parameters
    ----------
    points : (n, 2)
        Pairs of x and y.

    Returns
    -------
    bool
        True when two parts that do not follow each other have a point in common.

    Notes
    -----
    Two segments meet where each has its ends on both sides of the other, or on it
    [1]_. Each block of segments is held against all later ones.

    References
    ----------
    .. [1] O'Rourke, J. (1998). *Computational Geometry in C*, 2nd ed., Cambridge,
       section 1.5.

    Examples
    --------
    >>> crosses_itself(np.array([[0, 0], [2, 2], [2, 0], [0, 2.0]]))
    True
    >>> crosses_itself(np.array([[0, 0], [2, 0], [2, 2], [0, 0.0]]))
    False
    """
    if len(points) < CROSSING_POINTS:
        return False
    line = distinct(points)
    start, end = line[:-1], line[1:]
    count = len(start)
    is_ring = count > LEAST_POINTS and bool((line[0] == line[-1]).all())
    for first in range(0, count, BLOCK):
        mine = np.arange(first, min(first + BLOCK, count))
        later = np.arange(first, count)
        apart = later[None, :] - mine[:, None] >= LEAST_POINTS
        if is_ring:
            apart &= ~((mine[:, None] == 0) & (later[None, :] == count - 1))
        ones = start[mine][:, None], end[mine][:, None]
        others = start[later][None, :], end[later][None, :]
        if (_meet(*ones, *others) & apart).any():
            return True
    return False


def _meet(a: Points, b: Points, c: Points, d: Points) -> NDArray[np.bool_]:
    """Whether segments a-b and c-d have a point in common, broadcast."""
    boxes = (
        (np.minimum(a, b) <= np.maximum(c, d)) & (np.minimum(c, d) <= np.maximum(a, b))
    ).all(axis=-1)
    met: NDArray[np.bool_] = (
        boxes
        & (_side(a, b, c) * _side(a, b, d) <= 0)
        & (_side(c, d, a) * _side(c, d, b) <= 0)
    )
    return met


def _side(a: Points, b: Points, p: Points) -> NDArray[np.float64]:
    """Return on which side of the line a-b a point lies: 1 left, -1 right, 0 on it."""
    along, off = b - a, p - a
    turned: NDArray[np.float64] = np.sign(
        along[..., 0] * off[..., 1] - along[..., 1] * off[..., 0]
    )
    return turned


def split_at_antimeridian(points: Points) -> tuple[Points, ...]:
    """Cut a way where it passes the meridian of 180 degrees.

    Parameters
    ----------
    points : (n, 2)
        Longitude and latitude [degree].

    Returns
    -------
    tuple of (n, 2)
        Parts that a flat map draws on its own side each; one where it does not pass.

    Notes
    -----
    A step of over half a turn is taken to go the short way round; the cut is put by
    straight interpolation of the latitude.

    Examples
    --------
    >>> parts = split_at_antimeridian(np.array([[170, 0], [-170, 10.0]]))
    >>> [part.tolist() for part in parts]
    [[[170.0, 0.0], [180.0, 5.0]], [[-180.0, 5.0], [-170.0, 10.0]]]
    """
    steps = np.diff(points[:, 0])
    (cuts,) = np.nonzero(np.abs(steps) > HALF_TURN_DEGREE)
    parts, begin = [], points[:0]
    done = 0
    for cut in cuts:
        here, there = points[cut], points[cut + 1]
        side = np.copysign(HALF_TURN_DEGREE, here[0])
        turned = there[0] + 2 * side  # the next point, as seen from this side
        share = (side - here[0]) / (turned - here[0]) if turned != here[0] else 0.0
        latitude = here[1] + share * (there[1] - here[1])
        edge = np.array([[side, latitude]])
        parts.append(np.concatenate((begin, points[done : cut + 1], edge)))
        begin, done = edge * [-1.0, 1.0], int(cut) + 1
    return (*parts, np.concatenate((begin, points[done:])))
