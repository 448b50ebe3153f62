"""Layers of a map: land, ways and places, as rows of longitudes and latitudes.

A map is drawn in Mercator's projection: `y` is the latitude made long enough, in
degrees at the equator, so that plain axes draw it and zoom it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.alternative import Alternative, places_of
from bereket.model.geometry import coordinates
from bereket.model.model import Model
from bereket.model.naming import place_names

FARTHEST_LATITUDE: Final = 85.0
OUTLINE_X: Final = (-25.0, 155.0)  # degrees, as scripts/make_outline.py cuts it
OUTLINE_Y: Final = (-40.0, 78.0)
MARGIN: Final = 0.08  # of the larger side, round what is shown
LABEL_HEIGHT: Final = 13.0  # pixels
LETTER_WIDTH: Final = 5.6  # pixels
POINT_WIDTH: Final = 8.0  # pixels
LEAST_SPAN: Final = 4.0  # degrees of longitude that a map shows at least
# Names of waters by general knowledge; they express no judgement.
WATERS: Final = (
    ("Caspian Sea", 50.7, 42.0),
    ("Black Sea", 34.5, 43.3),
    ("Mediterranean Sea", 27.5, 33.9),
    ("Persian Gulf", 51.3, 27.4),
    ("Arabian Sea", 63.5, 17.5),
    ("Red Sea", 37.6, 21.0),
    ("Baltic Sea", 19.4, 57.3),
    ("Bay of Bengal", 88.0, 14.5),
    ("South China Sea", 113.5, 13.5),
    ("Indian Ocean", 75.0, -8.0),
    ("Atlantic Ocean", -12.0, 8.0),
)

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """The part of the world that a map shows.

    Attributes
    ----------
    x, y : tuple of float
        Least and greatest longitude, and Mercator's latitude [degrees].
    """

    x: tuple[float, float]
    y: tuple[float, float]

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies in it."""
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]


def mercator(latitude: Points) -> Points:
    """Return latitudes made long, in degrees at the equator.

    Examples
    --------
    >>> mercator(np.array([0.0, 60.0])).round(2).tolist()
    [0.0, 75.46]
    """
    bounded = np.clip(latitude, -FARTHEST_LATITUDE, FARTHEST_LATITUDE)
    return np.degrees(np.arcsinh(np.tan(np.radians(bounded))))


def view_of(points: Points, width: int, height: int) -> View:
    """Return the view that holds all points, as wide and high as a figure is.

    Parameters
    ----------
    points : (n, 2)
        Longitudes and latitudes.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    View
        With a margin; one degree is as long to the right as upwards at the equator.
    """
    x, y = points[:, 0], mercator(points[:, 1])
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
    span = np.maximum((high - low) * (1 + 2 * MARGIN), LEAST_SPAN)
    per_pixel = max(span[0] / width, span[1] / height)
    middle = (low + high) / 2
    half = np.array([width, height]) * per_pixel / 2
    (west, south), (east, north) = (middle - half).tolist(), (middle + half).tolist()
    return View((west, east), (south, north))


@cache
def outline() -> Mapping[str, Any]:
    """Read the outline of land: rings of land, and of water in it."""
    text = resources.files(__package__).joinpath("outline.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def is_beyond_outline(view: View) -> bool:
    """Whether a view shows more of the world than the outline of land holds."""
    south, north = mercator(np.array([OUTLINE_Y[0], OUTLINE_Y[1]])).tolist()
    return (
        view.x[0] < OUTLINE_X[0]
        or view.x[1] > OUTLINE_X[1]
        or view.y[0] < south
        or view.y[1] > north
    )


@cache
def rings(kind: str) -> tuple[dict[str, Any], ...]:
    """Return the rings of ``land`` or ``water``, one row each."""
    return tuple(
        {"line": number} | drawn_points(np.column_stack(ring))
        for number, ring in enumerate(outline()[kind])
    )


def drawn_points(points: Points) -> dict[str, list[float]]:
    """Return points as longitudes ``x`` and Mercator's ``y``, to some 100 m.

    Examples
    --------
    >>> drawn_points(np.array([[50.25, 0.0], [51.0, 60.0]]))
    {'x': [50.25, 51.0], 'y': [0.0, 75.456]}
    """
    x, y = np.round(points[:, 0], 3), np.round(mercator(points[:, 1]), 3)
    return {"x": x.tolist(), "y": y.tolist()}


def waters() -> list[dict[str, Any]]:
    """Return the names of waters with their middles."""
    return [
        {"label": name, "x": x, "y": float(mercator(np.array([y]))[0]), "kind": "water"}
        for name, x, y in WATERS
    ]


def node_points(model: Model) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of every place by id."""
    node = model["node"]
    x, y = node.number("x_coord").tolist(), node.number("y_coord").tolist()
    return dict(zip(node.labels("node_id"), zip(x, y, strict=True), strict=True))


def link_points(model: Model) -> dict[str, Points]:
    """Return the points of every link by id: its geometry, else straight between ends.

    Returns
    -------
    dict of str to (n, 2)
        Longitudes and latitudes; places named in ``via_node_ids`` are passed.
    """
    link, at = model["link"], node_points(model)
    found = {}
    for row, name in enumerate(link.labels("link_id")):
        drawn = link.labels("geometry")[row]
        via = (v for v in link.lists("via_node_ids")[row] if v in at)
        ends = link.labels("from_node_id")[row], link.labels("to_node_id")[row]
        straight = [at[ends[0]], *(at[v] for v in via), at[ends[1]]]
        found[name] = coordinates(drawn) if drawn else np.array(straight)
    return found


def link_modes(model: Model) -> dict[str, str]:
    """Return the mode of every link by id: that of the first carrier it lets run."""
    carrier, link = model["carrier"], model["link"]
    modes = dict(zip(carrier.labels("carrier_id"), carrier.labels("mode"), strict=True))
    return {
        name: modes[model.carriers(uses)[0]]
        for name, uses in zip(
            link.labels("link_id"), link.lists("allowed_uses"), strict=True
        )
    }


def lines(
    model: Model, chosen: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return links as lines of a map.

    Parameters
    ----------
    model : Model
        The model.
    chosen : mapping of str to mapping
        What to tell of each link that is to be drawn, by id; the last lies on top.

    Returns
    -------
    list of dict
        One row a link: ``line``, its points (`drawn_points`), ``mode``, places,
        ``length_km``, quality, and what was given.
    """
    link, names = model["link"], place_names(model)
    points, modes = link_points(model), link_modes(model)
    length, quality = link.number("length_km"), link.labels("quality")
    ends = link.labels("from_node_id"), link.labels("to_node_id")
    rows = []
    for name, told in chosen.items():
        row = link.row_of[(name,)][0]
        about = {
            "line": name,
            **drawn_points(points[name]),
            "mode": modes[name],
            "places": f"{names[ends[0][row]]} to {names[ends[1][row]]}",
            "length_km": float(length[row]),
            "quality": quality[row] or "not stated",
        }
        rows.append(about | dict(told))
    return rows


def places(model: Model, chosen: Iterable[str]) -> list[dict[str, Any]]:
    """Return places of a map: ``x``, ``y``, ``label``, id and kind."""
    names, at = place_names(model), node_points(model)
    node = model["node"]
    kinds = dict(zip(node.labels("node_id"), node.labels("node_type"), strict=True))
    rows = []
    for key in dict.fromkeys(chosen):
        x, y = at[key]
        up = float(mercator(np.array([y]))[0])
        about = {"node_id": key, "label": names[key], "kind": kinds[key]}
        rows.append({"x": x, "y": up} | about)
    return rows


def points_of(model: Model, link_ids: Iterable[str]) -> Points:
    """Return all points of some links, to be held by a view."""
    points = link_points(model)
    return np.concatenate([points[name] for name in link_ids])


def told_places(way: Alternative) -> list[str]:
    """Return the places of a way that are worth a name: ends, borders and changes."""
    path = places_of(way)
    named = {path[0], path[-1]}
    for leg in way.legs:
        if leg.kind in {"border", "transfer", "service"}:
            named |= {leg.from_node_id, leg.to_node_id}
    return [place for place in path if place in named]


def apart(
    rows: Sequence[dict[str, Any]], view: View, width: int, height: int
) -> list[dict[str, Any]]:
    """Return what can be named without one name running into another.

    Parameters
    ----------
    rows : sequence of dict
        Places and waters, the most important first.
    view : View
        What the map shows.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    list of dict
        Those in the view that keep clear of each other, with ``side``: where the name
        stands, ``left`` of a place at the right edge, ``middle`` of a water.
    """
    per_x = width / (view.x[1] - view.x[0])
    per_y = height / (view.y[1] - view.y[0])
    boxes: list[tuple[float, float, float]] = []
    kept = []
    for row in rows:
        if not view.holds(row["x"], row["y"]):
            continue
        x, y = (row["x"] - view.x[0]) * per_x, row["y"] * per_y
        wide = LETTER_WIDTH * len(row["label"])
        side = "middle" if row["kind"] == "water" else "right"
        if side == "right" and x + POINT_WIDTH + wide > width:
            side = "left"
        left = {"right": x, "left": x - wide, "middle": x - wide / 2}[side]
        right = left + wide + POINT_WIDTH
        clear = all(
            right < begins or left > ends or abs(y - at) > LABEL_HEIGHT
            for begins, ends, at in boxes
        )
        is_whole = left >= 0 and right <= width + POINT_WIDTH
        if clear and is_whole:
            boxes.append((left, right, y))
            kept.append(row | {"side": side})
    return kept
