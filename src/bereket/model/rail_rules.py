"""What must hold of a rail network before it can become a model."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue
from bereket.model.network_rules import BOX_MARGIN_DEGREE, country_boxes
from bereket.model.rail import (
    Connectors,
    RailNetwork,
    country_codes,
    distances_km,
)
from bereket.model.rail_cells import Cells

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int32]

LONGEST_LON: Final = 180.0
LONGEST_LAT: Final = 90.0
METRES_FROM: Final = 1000.0  # no degree is as large, hardly a projected metre smaller
TOLD_KM: Final = 0.3  # below it coordinates of three decimals say little of a length
METRES_RATIO: Final = 50.0  # lengths over straight lines: metres give some 1,000
WINDING_KM: Final = 100.0  # no line so long comes back to where it began, but a ring
SHORT_RATIO, SHORT_KM = 0.98, 0.2  # coordinates of three decimals are known to 0.1 km
SHORT_RULE: Final = "is shorter than the straight line between its nodes"
UNKNOWN_RULE: Final = "; the country counts as unknown"
SEVERAL_RULE: Final = "; where there are several, let every node state its own"
LONG_RULE: Final = f"is over {METRES_RATIO:g} times the way between its nodes"
HALF: Final = 0.5
ISO3: Final = re.compile(r"[A-Z]{3}")
UNSTATED: Final = ("", "nan", "none", "null")  # what stands for an empty cell


def hold_coordinates(cells: Cells, lon: Floats, lat: Floats, column: str) -> None:
    """Note coordinates that are no degrees, and the likely cause.

    Parameters
    ----------
    cells : Cells
        File that they stand in; faults are added.
    lon, lat : (n,)
        Coordinates; NaN where a cell was no figure.
    column : str
        Column to name.
    """
    wide, high = np.abs(lon) > LONGEST_LON, np.abs(lat) > LONGEST_LAT
    bad = np.nonzero(wide | high)[0]
    if not bad.size:
        return
    largest = np.maximum(np.abs(lon[bad]), np.abs(lat[bad]))
    rule = "must be degrees of EPSG:4326, longitude −180 to 180, latitude −90 to 90"
    if np.median(largest) >= METRES_FROM:
        rule += "; these look like metres: reproject the file first"
    elif (np.abs(lon[bad]) <= LONGEST_LAT).all() and not wide.any():
        rule += "; longitude and latitude look swapped"
    found = [f"{x:g} {y:g}" for x, y in zip(lon[bad], lat[bad], strict=True)]
    cells.fault(column, rule, bad.tolist(), found)


def lie_outside(network: RailNetwork) -> NDArray[np.bool_]:
    """Return which nodes lie outside the box of the country they state, (n_nodes,)."""
    _, outside, _ = _beside_boxes(network)
    return outside


def as_countries(
    cells: Cells, column: str, told: Sequence[str], rows: Sequence[int]
) -> NDArray[np.object_]:
    """Return countries by their ISO 3166 alpha-3 code, empty where none is known.

    Parameters
    ----------
    cells : Cells
        File that they stand in; what was taken for another code is advice.
    column : str
        Column to name.
    told : sequence of str
        What the file says: a code of two or three letters, large or small.
    rows : sequence of int
        Row of each, for the advice.
    """
    codes = country_codes()
    found = [t if ISO3.fullmatch(t) else codes.get(t.upper(), "") for t in told]
    pairs = list(zip(told, found, strict=True))
    turned = [i for i, (text, code) in enumerate(pairs) if code and code != text]
    lost = [i for i, (t, c) in enumerate(pairs) if not c and t.lower() not in UNSTATED]
    for where, rule in (
        (turned, "is taken for the ISO 3166 alpha-3 code of the country"),
        (lost, "is no ISO 3166 code of a country known here; it counts as unknown"),
    ):
        if where:
            words = dict.fromkeys(
                " for ".join(filter(None, pairs[i][::-1])) for i in where
            )
            at = [rows[i] for i in where]
            cells.advice.append(cells.issue(column, rule, at, list(words)))
    return np.array(found, dtype=object)


def hold_countries(
    cells: Cells, network: RailNetwork, default: str = "", *, has_rows: bool = True
) -> None:
    """Note nodes of which most lie in their country only with x and y swapped.

    Parameters
    ----------
    cells : Cells
        File of the nodes; a fault, or advice, is added.
    network : RailNetwork
        Nodes with the countries that the file states.
    default : str
        Country that all were given, as the file states none.
    has_rows : bool
        Whether the file has a row for each node; lines have none.
    """
    known, outside, swapped = _beside_boxes(network)
    rows = np.nonzero(outside)[0].tolist()
    if not rows:
        return
    rule = f"must lie in the country that {'is given' if default else 'it states'}"
    lands = network.country[rows].tolist()
    if outside.sum() > HALF * known.sum() and swapped.sum() > HALF * known.sum():
        rule += "; longitude and latitude look swapped"
        cells.fault("lon", rule, rows if has_rows else (), lands)
        return
    pairs = zip(network.node_id[rows], lands, strict=True)
    found = [f"{label} in {land}" for label, land in pairs]
    kept = cells.faults if default else cells.advice
    rule += SEVERAL_RULE if default else UNKNOWN_RULE
    kept.append(cells.issue("lon", rule, rows if has_rows else (), found))


def _beside_boxes(network: RailNetwork) -> tuple[Flags, Flags, Flags]:
    """Return which nodes state a country, lie outside it, and in it when swapped."""
    boxes = country_boxes()
    known = np.array([label in boxes for label in network.country], dtype=bool)
    outside, swapped = np.zeros(known.size, bool), np.zeros(known.size, dtype=bool)
    if known.any():
        sides = np.array([boxes[label] for label in network.country[known]]).T
        lon, lat = network.lon[known], network.lat[known]
        outside[known], swapped[known] = (
            ~_inside(sides, lon, lat),
            _inside(sides, lat, lon),
        )
    return known, outside, swapped


def hold_lengths(cells: Cells, network: RailNetwork) -> None:
    """Note lengths that look like metres or are far too long; as advice, odd ones.

    Parameters
    ----------
    cells : Cells
        File of the links; faults and advice are added.
    network : RailNetwork
        The network.
    """
    a, b, length = network.start_idx, network.end_idx, network.length_km
    straight = _straight_km(network, a, b)
    told = straight > TOLD_KM
    times = float(np.median(length[told] / straight[told])) if told.any() else 0.0
    if times > METRES_RATIO:
        rule = "must be kilometres; these look like metres"
        have = f"half of them over {times:,.0f} times the straight line"
        cells.fault("length_km", rule, (), have)
        return
    drawn = np.maximum(straight, _drawn_km(network))
    long = _is_too_long(length, drawn) & (a != b)
    for rows, rule, reach, kept in (
        (long & (length > WINDING_KM), LONG_RULE, drawn, cells.faults),
        (long & (length <= WINDING_KM), LONG_RULE, drawn, cells.advice),
        (_is_too_short(length, straight), SHORT_RULE, straight, cells.advice),
    ):
        if rows.any():
            kept.append(_length_issue(cells, "length_km", rule, rows, length, reach))


def hold_gaps(cells: Cells, network: RailNetwork, connectors: Connectors) -> None:
    """Note gaps whose length is not that between their ends.

    Parameters
    ----------
    cells : Cells
        File of the gaps; faults are added.
    network : RailNetwork
        The network.
    connectors : Connectors
        The gaps as read.
    """
    length = connectors.gap_km
    straight = _straight_km(network, connectors.from_idx, connectors.to_idx)
    for rows, rule in (
        (_is_too_long(length, straight), LONG_RULE),
        (_is_too_short(length, straight), SHORT_RULE),
    ):
        if rows.any():
            issue = _length_issue(cells, "gap_km", rule, rows, length, straight)
            cells.faults.append(issue)


def _is_too_long(length: Floats, reach: Floats) -> Flags:
    return length > METRES_RATIO * np.maximum(reach, TOLD_KM)


def _is_too_short(length: Floats, straight: Floats) -> Flags:
    return (length < SHORT_RATIO * straight) & (length < straight - SHORT_KM)


def _length_issue(
    cells: Cells, column: str, rule: str, rows: Flags, length: Floats, reach: Floats
) -> Issue:
    where = np.nonzero(rows)[0].tolist()
    found = [f"{length[i]:g} of {reach[i]:.1f} km" for i in where]
    return cells.issue(column, rule, where, found)


def _straight_km(network: RailNetwork, start: Ints, end: Ints) -> Floats:
    """Return the straight lines between nodes [km], (n,)."""
    lon, lat = network.lon, network.lat
    return distances_km(lon[start], lat[start], lon[end], lat[end])


def _drawn_km(network: RailNetwork) -> Floats:
    """Return the lengths of the links as drawn [km], (n_links,); 0 for none."""
    if not len(network.shape):
        return np.zeros(network.n_links)
    points, bounds = network.shape, network.shape_indptr
    steps = distances_km(*points[:-1].T, *points[1:].T)
    sums = np.concatenate(([0.0], np.cumsum(steps)))
    drawn = np.zeros(network.n_links)
    has_points = np.diff(bounds) > 0
    ends = bounds[1:][has_points] - 1
    drawn[has_points] = sums[ends] - sums[bounds[:-1][has_points]]
    return drawn


def _inside(sides: Floats, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    west, south, east, north = sides
    margin = BOX_MARGIN_DEGREE
    across = (west - margin <= lon) & (lon <= east + margin)
    inside = across & (south - margin <= lat) & (lat <= north + margin)
    return np.asarray(inside, dtype=bool)
