"""A rail network of lines in GeoJSON, plain or packed."""

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue, ModelError
from bereket.io.files import LARGEST_FILE_BYTES, FileFaultError, decode
from bereket.model.geometry import crosses_itself
from bereket.model.rail import RailNetwork, distances_km
from bereket.model.rail_cells import Cells, refuse
from bereket.model.rail_rules import (
    as_countries,
    hold_coordinates,
    hold_countries,
    hold_lengths,
)

DEGREES: Final = ("EPSG:4326", "EPSG::4326", "CRS84")
ENDS: Final = (
    (("from", "from_node", "from_node_id"), ("c0", "from_country")),
    (("to", "to_node", "to_node_id"), ("c1", "to_country")),
)
LENGTH: Final = ("km", "length_km")
FEWEST_POINTS: Final = 2
SAME_DEGREE: Final = 6  # decimals to which ends of lines without node labels are one
APART_DEGREE: Final = 0.01  # ends of one node lie no further apart


def read_lines(path: Path) -> tuple[RailNetwork, tuple[Issue, ...]]:
    """Read a network of lines in GeoJSON, plain or packed by gzip (``.gz``).

    Parameters
    ----------
    path : Path
        A FeatureCollection of LineStrings. Of the properties are used, where they are
        there: link_id; from and to; km (or length_km); c0 and c1, the countries of the
        ends.

    Returns
    -------
    tuple of RailNetwork and tuple of Issue
        The network, and what is worth a look though no fault.

    Raises
    ------
    ModelError
        With every fault.

    Notes
    -----
    Without from and to, lines meet where their ends have the same coordinates, to six
    decimals. Without km, a line is as long as its geometry on the sphere.
    """
    cells = Cells(path.name, first_row=1)
    features = _features(path, cells)
    lines = [_points(feature) for feature in features]
    _hold_geometry(cells, lines)
    told = _properties(cells, features)
    refuse(cells)
    points = np.concatenate(lines)
    indptr = np.concatenate(([0], np.cumsum([len(line) for line in lines])))
    _hold_points(cells, points, indptr)
    refuse(cells)
    network = _network(cells, told, points, indptr.astype(np.int64))
    hold_countries(cells, network, has_rows=False)
    hold_lengths(cells, network)
    refuse(cells)
    return network, tuple(cells.advice)


def _features(path: Path, cells: Cells) -> list[Any]:
    """Return the features of a file that says that it holds degrees."""
    told = _json(path)
    if not isinstance(told, dict) or not isinstance(told.get("features"), list):
        cells.fault("", "must be a FeatureCollection of LineStrings", (), "none")
        refuse(cells)
    crs = told.get("crs")
    named = crs.get("properties", {}) if isinstance(crs, dict) else {}
    name = str(named.get("name", "")) if isinstance(named, dict) else ""
    if crs and not name.upper().endswith(DEGREES):
        rule = "coordinates must be degrees, EPSG:4326; reproject the file first"
        cells.fault("crs", rule, (), repr(name or crs))
    features: list[Any] = told["features"]
    if not features:
        cells.fault("", "must have features")
    bad = [i for i, each in enumerate(features) if not isinstance(each, dict)]
    if bad:
        cells.fault("", "must be a feature", bad, [features[i] for i in bad])
    refuse(cells)
    return features


def _properties(cells: Cells, features: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the properties of the features; a feature may have none."""
    told = [each.get("properties") for each in features]
    bad = [i for i, p in enumerate(told) if p is not None and not isinstance(p, dict)]
    if bad:
        rule = "must be an object of names and values, or null"
        cells.fault("properties", rule, bad, [told[i] for i in bad])
    return [each or {} for each in told]


def _points(feature: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the points of a feature, (n, 2); none where it is no LineString."""
    geometry = feature.get("geometry")
    nothing = np.empty((0, 2))
    if not isinstance(geometry, dict) or geometry.get("type") != "LineString":
        return nothing
    try:
        pairs = [point[:2] for point in geometry["coordinates"]]
        points = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    except (KeyError, TypeError, ValueError):
        return nothing
    return points if np.isfinite(points).all() else nothing


def _hold_geometry(cells: Cells, lines: Sequence[NDArray[np.float64]]) -> None:
    bad = [i for i, line in enumerate(lines) if len(line) < FEWEST_POINTS]
    if bad:
        rule = "must be a LineString of two points or more"
        cells.fault("geometry", rule, bad, "an empty geometry, or another kind")
    crossing = [i for i, line in enumerate(lines) if crosses_itself(line)]
    if crossing:
        rule = "crosses itself: a spiral, or points in the wrong order"
        found = f"{len(crossing)} of {len(lines)} lines"
        cells.advice.append(cells.issue("geometry", rule, crossing, found))


def _hold_points(
    cells: Cells, points: NDArray[np.float64], indptr: NDArray[np.int64]
) -> None:
    """Note the lines with a point that is no degree, each once, by its worst point."""
    worst = np.maximum.reduceat(np.abs(points), indptr[:-1], axis=0)
    hold_coordinates(cells, worst[:, 0], worst[:, 1], "geometry")


def _network(
    cells: Cells,
    told: Sequence[Mapping[str, Any]],
    points: NDArray[np.float64],
    indptr: NDArray[np.int64],
) -> RailNetwork:
    first, last = points[indptr[:-1]], points[indptr[1:] - 1]
    node_of: dict[str, int] = {}
    place, country, country_rows = [], [], []
    ends: list[list[int]] = []
    for (names, lands), at in zip(ENDS, (first, last), strict=True):
        labels = [_told(each, names) for each in told]
        if not all(labels):
            labels = _by_place(at) if not any(labels) else labels
        bad = [i for i, label in enumerate(labels) if not label]
        if bad:
            rule = "must name a node in every feature, or in none"
            cells.fault(names[0], rule, bad, "an empty property")
        side = []
        for row, label in enumerate(labels):
            if label not in node_of:
                node_of[label] = len(node_of)
                place.append(at[row])
                country.append(_told(told[row], lands))
                country_rows.append(row)
            side.append(node_of[label])
        ends.append(side)
    lon, lat = np.array(place).T
    start, end = (np.array(side, dtype=np.int32) for side in ends)
    _hold_ends(cells, (first, last), (lon, lat), (start, end))
    links = [_told(each, ("link_id",)) or str(i + 1) for i, each in enumerate(told)]
    cells.columns = {"link_id": links, "node_id": list(node_of)}
    network = RailNetwork(
        node_id=cells.labels("node_id"),
        lon=lon,
        lat=lat,
        country=as_countries(cells, "c0, c1", country, country_rows),
        link_id=cells.labels("link_id"),
        start_idx=start,
        end_idx=end,
        length_km=_lengths(cells, told, points, indptr),
        is_connector=np.zeros(len(told), dtype=bool),
        shape=points,
        shape_indptr=indptr,
    )
    refuse(cells)
    return network


def _hold_ends(
    cells: Cells,
    ends: Sequence[NDArray[np.float64]],
    node: Sequence[NDArray[np.float64]],
    side: Sequence[NDArray[np.int32]],
) -> None:
    """Note lines whose ends lie apart from the node that they name."""
    apart = np.zeros(side[0].size, dtype=bool)
    for points, idx in zip(ends, side, strict=True):
        for axis in range(2):
            apart |= np.abs(points[:, axis] - node[axis][idx]) > APART_DEGREE
    rows = np.nonzero(apart)[0].tolist()
    if rows:
        rule = f"an end must lie within {APART_DEGREE:g} degree of the node it names"
        cells.fault("geometry", rule, rows, "ends elsewhere")


def _lengths(
    cells: Cells,
    told: Sequence[Mapping[str, Any]],
    points: NDArray[np.float64],
    indptr: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return stated lengths; those of the geometry where none is stated."""
    steps = distances_km(*points[:-1].T, *points[1:].T)
    sums = np.concatenate(([0.0], np.cumsum(steps)))
    drawn = sums[indptr[1:] - 1] - sums[indptr[:-1]]
    stated = [_told(each, LENGTH) for each in told]
    filled = [text or repr(float(km)) for text, km in zip(stated, drawn, strict=True)]
    cells.columns = {**cells.columns, "length_km": filled}
    return cells.lengths("length_km")


def _by_place(points: NDArray[np.float64]) -> list[str]:
    """Return labels of places by their coordinates, without the signs ids may not have.

    Examples
    --------
    >>> _by_place(np.array([[51.2, -3.5]]))
    ['51200000_-3500000']
    """
    millionths = np.rint(points * 10**SAME_DEGREE).astype(np.int64)
    return [f"{x}_{y}" for x, y in millionths.tolist()]


def _told(properties: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the first of some properties as text; an empty one where there is none."""
    values = (properties.get(name) for name in names)
    return next((str(value).strip() for value in values if value is not None), "")


def _json(path: Path) -> Any:  # noqa: ANN401 JSON is anything
    """Read JSON, unpacked where it is packed."""
    said = "" if path.is_file() else "no such file"
    try:
        if not said:
            return json.loads(decode(_bytes(path)))
    except (OSError, EOFError, zlib.error, ValueError, FileFaultError) as fault:
        said = str(fault)
    except RecursionError:
        said = "brackets in brackets without end"
    rule = "must be GeoJSON in UTF-8, plain or packed by gzip"
    raise ModelError((Issue(path.name, (), "", rule, said),))


def _bytes(path: Path) -> bytes:
    """Return what a file holds, up to the largest that is read, packed or not."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        raw = file.read(LARGEST_FILE_BYTES + 1)
    if len(raw) > LARGEST_FILE_BYTES:
        msg = f"more than {LARGEST_FILE_BYTES // 1024**2} MiB"
        raise FileFaultError(msg)
    return raw
