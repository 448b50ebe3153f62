"""Boundary lines of the reader's own: what is disputed is broken or hatched."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import BereketError

HATCH_STEP: Final = 0.35  # degrees between two lines of the hatching, at most
LEAST_HATCHES: Final = 6  # lines of a small area
HALF_THE_WORLD: Final = 180.0  # degrees
DISPUTED_WORDS: Final = ("disput", "line of control", "indefinite", "indeterm")
Points = NDArray[np.float64]

LINES: Final = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What to draw of boundaries, each line as its points.

    Attributes
    ----------
    lines : tuple of (n, 2)
        Boundaries that nobody disputes, as the file has them.
    disputed : tuple of (n, 2)
        Lines that are disputed; they are drawn broken.
    hatching : tuple of (n, 2)
        Lines that hatch areas that are disputed.
    """

    lines: tuple[Points, ...] = ()
    disputed: tuple[Points, ...] = ()
    hatching: tuple[Points, ...] = ()


def read_boundaries(path: str | Path) -> Boundaries:
    """Read boundaries from a GeoJSON file of lines or areas in degrees.

    Parameters
    ----------
    path : str or Path
        The file. A feature is disputed where its property ``disputed`` is true, or its
        ``featurecla`` says so, as Natural Earth's do.

    Returns
    -------
    Boundaries
        Lines; areas that are disputed are hatched too.

    Raises
    ------
    BereketError
        When the file is no such GeoJSON; it names every feature at fault.
    """
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8-sig"))
        if isinstance(told, dict) and told.get("type") == "Feature":
            told = {"features": [told]}
        features = list(told["features"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        msg = f"{str(path)!r} must be GeoJSON with features; found {fault}"
        raise BereketError(msg) from None
    faults: list[str] = []
    lines: dict[bool, list[Points]] = {False: [], True: []}
    hatching: list[Points] = []
    for number, feature in enumerate(features, start=1):
        if isinstance(feature, dict) and feature.get("geometry", {}) is None:
            continue  # the standard allows it; there is nothing to draw
        wrong = _fault(feature)
        if wrong:
            faults.append(f"feature {number}: {wrong}")
            continue
        is_disputed = _is_disputed(feature.get("properties") or {})
        parts = _parts(feature["geometry"])
        lines[is_disputed] += parts
        if is_disputed and feature["geometry"]["type"].endswith("Polygon"):
            hatching += hatched(parts)
    if faults:
        raise BereketError("\n".join([f"{str(path)!r} cannot be drawn:", *faults]))
    return Boundaries(tuple(lines[False]), tuple(lines[True]), tuple(hatching))


def hatched(rings: list[Points]) -> list[Points]:
    """Return slanting lines that fill an area.

    Parameters
    ----------
    rings : list of (n, 2)
        Its rings, holes too; a line is inside where it has crossed an odd number.

    Returns
    -------
    list of (2, 2)
        Lines upwards to the right, `HATCH_STEP` apart, closer in a small area.

    Examples
    --------
    >>> square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    >>> lines = hatched([square])
    >>> all(0 <= line.min() and line.max() <= 1 for line in lines)
    True
    """
    edges = [np.stack([ring[:-1], ring[1:]]) for ring in rings]
    one, other = np.concatenate(edges, axis=1)
    # Along a line x - y = c: turn the plane, and cut the edges at each c.
    c_one, c_other = one[:, 0] - one[:, 1], other[:, 0] - other[:, 1]
    low, high = min(c_one.min(), c_other.min()), max(c_one.max(), c_other.max())
    step = min(HATCH_STEP, (high - low) / (LEAST_HATCHES + 1)) or HATCH_STEP
    found = []
    for c in np.arange(low + step / 2, high, step):
        crosses = (c_one < c) != (c_other < c)
        share = (c - c_one[crosses]) / (c_other[crosses] - c_one[crosses])
        points = one[crosses] + share[:, None] * (other[crosses] - one[crosses])
        points = points[np.argsort(points[:, 0])]
        found += [points[at : at + 2] for at in range(0, len(points) - 1, 2)]
    return found


def _fault(feature: Any) -> str:
    """Say why a feature cannot be drawn, or return an empty text."""
    try:
        kind = feature["geometry"]["type"]
        if kind not in LINES:
            return f"must be a line or an area; found {kind}"
        parts = _parts(feature["geometry"])
        if not parts or any(len(part) < len("ab") for part in parts):
            return "must not be empty"
        flat = np.concatenate(parts)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return "must have a geometry of points of two numbers"
    return _fault_of_points(flat, parts)


def _fault_of_points(flat: Points, parts: list[Points]) -> str:
    """Say what is wrong with the points of a feature."""
    if not np.isfinite(flat).all():
        return "must have finite coordinates"
    if (np.abs(flat) > [180, 90]).any():
        return "must be in degrees, longitude first; found larger figures"
    if any((np.abs(np.diff(part[:, 0])) > HALF_THE_WORLD).any() for part in parts):
        return "must be cut at the 180th meridian"
    return ""


def _parts(geometry: dict[str, Any]) -> list[Points]:
    """Return the lines or rings of a geometry, whatever its depth."""
    parts = [geometry["coordinates"]]
    for _ in range(LINES[geometry["type"]] - 1):
        parts = [inner for part in parts for inner in part]
    return [
        np.array([[_number(point[0]), _number(point[1])] for point in part]).reshape(
            -1, 2
        )
        for part in parts
    ]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(value)
    return float(value)


def _is_disputed(properties: Any) -> bool:
    if not isinstance(properties, dict):
        return False
    told = {str(key).lower(): value for key, value in properties.items()}
    kind = str(told.get("featurecla", "")).lower()
    flag = str(told.get("disputed", "")).lower() in {"true", "1", "yes"}
    return flag or any(word in kind for word in DISPUTED_WORDS)
