"""Rules of the ways drawn on the map: text, degrees, ends, crossings."""

from collections.abc import Callable, Iterator

import numpy as np

from bereket.errors import Issue
from bereket.model.geometry import (
    LEAST_POINTS,
    Points,
    coordinates,
    crosses_itself,
    distinct,
    great_circle_km,
    length_km,
)
from bereket.model.model import Model
from bereket.model.network_rules import link_ends
from bereket.schema.checker import FIRST_ROW

FARTHEST_END_KM = 50.0  # stations of a city and its ports lie within
LENGTH_RATIO = 1.5  # beyond it, length and geometry are of different ways
LEAST_LENGTH_KM = 1.0  # below it roundings make the ratio
WIDEST_DEGREE, HIGHEST_DEGREE = 180.0, 90.0

Rule = Callable[[Model], Iterator[Issue]]


def geometries_are_lines(model: Model) -> Iterator[Issue]:
    """A link's geometry is a line of two different points or more, in degrees."""
    for row, text in enumerate(model["link"].labels("geometry")):
        rule, found = _fault(text) if text else ("", "")
        if rule:
            yield Issue("link", (row + FIRST_ROW,), "geometry", rule, found)


def geometries_join_their_nodes(model: Model) -> Iterator[Issue]:
    """A link's geometry begins at its from_node_id and ends at its to_node_id."""
    starts, ends = link_ends(model)
    for row, points in _sound(model):
        ways = np.concatenate((points[:1], points[-1:], points[-1:], points[:1]))
        places = np.concatenate((starts[row : row + 1], ends[row : row + 1]))
        apart = great_circle_km(ways, np.concatenate((places, places)))
        if not np.isfinite(apart).all() or apart[:2].max() <= FARTHEST_END_KM:
            continue
        turned = apart[2:].max() <= FARTHEST_END_KM
        rule = f"must begin and end within {FARTHEST_END_KM:g} km of the link's nodes"
        rule += "; it looks turned round" if turned else ""
        found = f"ends {apart[0]:.0f} km and {apart[1]:.0f} km away"
        yield Issue("link", (row + FIRST_ROW,), "geometry", rule, found)


def geometries_do_not_cross_themselves(model: Model) -> Iterator[Issue]:
    """A link's geometry does not meet itself (advice: a spiral may)."""
    for row, points in _sound(model):
        if crosses_itself(points):
            rule, found = "crosses itself", f"{len(points)} points"
            yield Issue("link", (row + FIRST_ROW,), "geometry", rule, found)


def geometries_are_as_long_as_told(model: Model) -> Iterator[Issue]:
    """A link's length is about that of its geometry (advice)."""
    lengths = model["link"].number("length_km")
    for row, points in _sound(model):
        drawn, told = length_km(points), float(lengths[row])
        if min(drawn, told) < LEAST_LENGTH_KM or not np.isfinite(told):
            continue
        if max(drawn, told) > LENGTH_RATIO * min(drawn, told):
            rule = f"is not the length of its geometry, {drawn:,.0f} km"
            yield Issue("link", (row + FIRST_ROW,), "length_km", rule, f"{told:g}")


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (geometries_are_lines, ("link",)),
    (geometries_join_their_nodes, ("node", "link")),
)
ADVICE: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (geometries_do_not_cross_themselves, ("link",)),
    (geometries_are_as_long_as_told, ("link",)),
)


def _fault(text: str) -> tuple[str, str]:
    """Return the rule that a geometry breaks and what was found; empty where none."""
    try:
        points = coordinates(text)
    except ValueError as fault:
        return "must be well-known text, LINESTRING (x y, x y, …)", str(fault)
    if not len(points):
        return "must not be an empty line; leave the cell empty where unknown", "EMPTY"
    widest, highest = np.abs(points).max(axis=0)
    if widest > WIDEST_DEGREE or highest > HIGHEST_DEGREE:
        far = points[(np.abs(points) > (WIDEST_DEGREE, HIGHEST_DEGREE)).any(axis=1)][0]
        rule = "must be degrees, longitude and latitude; these look like metres or feet"
        return rule, f"{far[0]:g} {far[1]:g}"
    if len(distinct(points)) < LEAST_POINTS:
        return "must have two different points or more", "one point"
    return "", ""


def _sound(model: Model) -> Iterator[tuple[int, Points]]:
    """Give position and points of every geometry that has no fault."""
    for row, text in enumerate(model["link"].labels("geometry")):
        if text and not _fault(text)[0]:
            yield row, coordinates(text)
