"""What coordinates of a GMNS folder tell: where on earth, and in which unit."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from bereket.io.files import needs
from bereket.model.geometry import Points, coordinates
from bereket.units import convert

if TYPE_CHECKING:
    from pyproj import Transformer

Figures = NDArray[np.float64]

DEGREES: Final = "EPSG:4326"
WIDEST = np.array([180.0, 90.0])
LENGTH_UNITS: Final = ("km", "m", "mi", "ft")
# Of lengths over lines in the right unit the median lies here; units are farther apart.
FITS: Final = (0.9, 1.5)
# A stated unit is doubted only if lengths are off by as much: winding roads, or a few
# wild lines, make as much of a difference as miles taken for kilometres.
DOUBTED_FROM: Final = 3.0
TIGHT: Final = (0.9, 1.1)  # lengths over the lines drawn: the middle half lies here
MIDDLE_HALF: Final = (25.0, 75.0)
MULTI_LINE = re.compile(r"\s*MULTILINESTRING\s*(?:ZM?|M)?\s*\((.*)\)\s*", re.IGNORECASE)
PART = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Turned:
    """Points turned into longitude and latitude, or why they were not.

    Attributes
    ----------
    points : (n, 2)
        Degrees; as given where there is a fault.
    rule, found : str
        What must hold, and what was there; empty where all is well.
    """

    points: Points
    rule: str = ""
    found: str = ""


def look_like_degrees(points: Points) -> bool:
    """Whether points could be longitude and latitude; no point could."""
    known = _known(points)
    return len(known) > 0 and bool((np.abs(known) <= WIDEST).all())


def _known(points: Points) -> Points:
    """Return the points of which both figures are known."""
    return points[~np.isnan(points).any(axis=1)]


def into_degrees(points: Points, crs: str) -> Turned:
    """Turn points into longitude and latitude.

    Parameters
    ----------
    points : (n, 2)
        Pairs of x and y in `crs`; NaN where unknown.
    crs : str
        Anything that PROJ knows; a bare number is an EPSG code, empty is degrees.

    Returns
    -------
    Turned
        Points, or the rule that is broken: an unknown system, degrees that are metres,
        metres that are degrees.
    """
    crs = f"EPSG:{crs}" if crs.isdecimal() else crs
    if not len(_known(points)):
        return Turned(points)
    if crs.upper() in {"", DEGREES, "OGC:CRS84", "WGS84"}:
        if look_like_degrees(points):
            return Turned(points)
        return Turned(points, _no_degrees(crs), _first_beyond(points))
    return _projected(points, crs)


def _projected(points: Points, crs: str) -> Turned:
    """Turn points of a system other than degrees, or say what is wrong with them."""
    with needs("geo"):
        from pyproj import Transformer
        from pyproj.exceptions import ProjError

    try:
        transformer = Transformer.from_crs(crs, DEGREES, always_xy=True)
        turned = _apply(transformer, points)
    except ProjError as fault:
        rule = "must be a coordinate system that PROJ knows, such as EPSG:3735"
        return Turned(points, rule, f"{crs!r} ({_short(fault)})")
    is_projected = transformer.source_crs is None or transformer.source_crs.is_projected
    if is_projected and look_like_degrees(points):
        rule = f"must be coordinates in {crs}; these look like degrees"
        return Turned(points, rule, _first(_known(points)))
    lost = np.isinf(turned).any(axis=1)
    if lost.any() or not look_like_degrees(turned):
        rule = f"must be coordinates in {crs}"
        return Turned(
            points, rule, _first(points[lost] if lost.any() else _known(points))
        )
    return Turned(turned)


def _apply(transformer: "Transformer", points: Points) -> Points:
    """Turn points; what is unknown stays so."""
    turned = np.full(points.shape, np.nan)
    known = ~np.isnan(points).any(axis=1)
    turned[known] = np.column_stack(transformer.transform(*points[known].T))
    return turned


def _no_degrees(crs: str) -> str:
    told = f"crs says {crs}" if crs else "no crs is stated"
    return (
        f"{told}, so coordinates must be degrees; these look like metres or feet: give "
        "their coordinate system with --crs EPSG:NNNN"
    )


def _first_beyond(points: Points) -> str:
    return _first(points[(np.abs(points) > WIDEST).any(axis=1)])


def _first(points: Points) -> str:
    return f"{points[0, 0]:g} {points[0, 1]:g}"


def _short(fault: Exception) -> str:
    return str(fault).rpartition("(")[2].rstrip(")").strip() or "unknown"


def line(text: str) -> Points:
    """Read a way; several parts that join are one.

    Parameters
    ----------
    text : str
        Well-known text, LINESTRING or MULTILINESTRING.

    Returns
    -------
    (n, 2)
        Points of the way.

    Raises
    ------
    ValueError
        When it is no such text, or its parts do not join.

    Examples
    --------
    >>> line("MULTILINESTRING ((0 0, 1 0), (1 0, 2 0))").tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
    """
    several = MULTI_LINE.fullmatch(text)
    if several is None:
        return coordinates(text)
    read = [coordinates(f"LINESTRING ({part})") for part in PART.findall(several[1])]
    parts = [points for points in read if len(points)]
    for number, (before, after) in enumerate(pairwise(parts), 1):
        if (before[-1] != after[0]).any():
            msg = (
                f"part {number} that ends at {_first(before[-1:])} and part "
                f"{number + 1} that begins at {_first(after[:1])}"
            )
            raise ValueError(msg)
    return np.concatenate(parts) if parts else np.empty((0, 2))


def fitting_unit(lengths: Figures, lines_km: Figures) -> str:
    """Find the unit of lengths whose unit is not stated.

    Parameters
    ----------
    lengths : (n,)
        Lengths as told; NaN where unknown.
    lines_km : (n,)
        Lengths of the lines drawn, or straight between the ends [km].

    Returns
    -------
    str
        The unit in which lengths agree with the lines; empty where there is none.

    Examples
    --------
    >>> fitting_unit(np.array([528.0, 1056.0]), np.array([0.161, 0.322]))
    'ft'
    """
    least, most = FITS
    for unit in LENGTH_UNITS:
        if least <= median_ratio(lengths, lines_km, unit) <= most:
            return unit
    return ""


def other_unit(lengths: Figures, drawn_km: Figures, stated: str) -> str:
    """Find the unit that lengths are in, where it cannot be the one stated.

    Parameters
    ----------
    lengths : (n,)
        Lengths as told; NaN where unknown.
    drawn_km : (n,)
        Lengths of the lines drawn [km]; NaN where none is, as a straight line between
        the ends does not tell how long the way is.
    stated : str
        Unit that is stated.

    Returns
    -------
    str
        The other unit; empty where the stated one may well be right.

    Examples
    --------
    >>> feet = np.array([528.0, 1056.0])
    >>> other_unit(feet, np.array([0.161, 0.322]), "mi")
    'ft'
    >>> other_unit(feet, np.array([np.nan, np.nan]), "mi")
    ''
    """
    ratio = median_ratio(lengths, drawn_km, stated)
    if np.isnan(ratio) or 1 / DOUBTED_FROM < ratio < DOUBTED_FROM:
        return ""
    least, most = TIGHT
    for unit in LENGTH_UNITS:
        low, high = np.percentile(_ratios(lengths, drawn_km, unit), MIDDLE_HALF)
        if least <= low and high <= most:
            return unit
    return ""


def median_ratio(lengths: Figures, lines_km: Figures, unit: str) -> float:
    """Return the median of lengths in a unit over lines [km]; NaN where none is known.

    Examples
    --------
    >>> median_ratio(np.array([1.5, 3.0, 0.0]), np.array([1.0, 2.0, 9.0]), "km")
    1.5
    """
    ratios = _ratios(lengths, lines_km, unit)
    return float(np.median(ratios)) if len(ratios) else np.nan


def _ratios(lengths: Figures, lines_km: Figures, unit: str) -> Figures:
    """Return lengths over lines where both are known and more than 0."""
    told = (lengths > 0) & (lines_km > 0)
    return lengths[told] * convert(1.0, unit, "km") / lines_km[told]
