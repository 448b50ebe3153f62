"""Ways of ships for the maps: column `geometry` of links at sea.

Each way is the shortest over the lanes of `hand/sea_lanes.csv`, between points of
`hand/sea_points.csv` and places of the model, through the places that the link names
in `via_node_ids`, in their order. It passes no other place of the model, so that what
does not name a strait that has a place does not sail through it. The ways are for
drawing: what a ship sails is `length_km`, which stays as the facts have it.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from tables import Book, Row, hand_rows

EARTH_RADIUS_KM = 6371.0
SEA = "sea_"  # how the name of a ship's carrier starts


@dataclass(frozen=True, slots=True)
class Chart:
    """Lanes of the sea, and where their points lie.

    Attributes
    ----------
    position
        Longitude and latitude of each place and point, as text [degrees].
    lanes
        Neighbours of each place and point, with the distance [km].
    places
        Labels that are places of the model.
    """

    position: dict[str, tuple[str, str]]
    lanes: dict[str, list[tuple[str, float]]]
    places: frozenset[str]


def add(book: Book) -> None:
    """Give each link at sea its way as WKT."""
    chart = read_chart(book.tables["node"])
    for link in book.tables["link"]:
        if any(use.startswith(SEA) for use in link["allowed_uses"].split("|")):
            link["geometry"] = line_text(chart, way(chart, link))


def read_chart(nodes: list[Row]) -> Chart:
    """Read points and lanes; places of the model are points too.

    Raises
    ------
    ValueError
        When two points share a label, a lane names what is no point, or no lane
        reaches a point.
    """
    places = frozenset(row["node_id"] for row in nodes)
    points = hand_rows("sea_points")
    named = [row["point_id"] for row in points]
    twice = {label for label in named if label in places or named.count(label) > 1}
    position = {row["node_id"]: (row["x_coord"], row["y_coord"]) for row in nodes}
    position |= {row["point_id"]: (row["x_coord"], row["y_coord"]) for row in points}
    lanes: dict[str, list[tuple[str, float]]] = {}
    pairs = [(row["from"], row["to"]) for row in hand_rows("sea_lanes")]
    unknown = {label for pair in pairs for label in pair} - set(position)
    idle = set(named) - {label for pair in pairs for label in pair}
    if twice or unknown or idle:
        message = (
            f"sea lanes: labels in use twice {sorted(twice)}; ends that are no point "
            f"{sorted(unknown)}; points without a lane {sorted(idle)}"
        )
        raise ValueError(message)
    for start, end in pairs:
        length_km = distance_km(position[start], position[end])
        lanes.setdefault(start, []).append((end, length_km))
        lanes.setdefault(end, []).append((start, length_km))
    return Chart(position, lanes, places)


def distance_km(one: tuple[str, str], other: tuple[str, str]) -> float:
    """Return the length of the great circle between two positions [km]."""
    (x, y), (to_x, to_y) = (tuple(map(float, place)) for place in (one, other))
    rise, turn = radians(to_y - y) / 2, radians(to_x - x) / 2
    bend = sin(rise) ** 2 + cos(radians(y)) * cos(radians(to_y)) * sin(turn) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(bend))


def way(chart: Chart, link: Row) -> list[str]:
    """Return the places and points that a link passes, its ends among them."""
    named = [part for part in link.get("via_node_ids", "").split("|") if part]
    stops = [link["from_node_id"], *named, link["to_node_id"]]
    passed = stops[:1]
    for start, end in pairwise(stops):
        found = shortest(chart, start, end)
        if not found:
            raise ValueError(link["link_id"], start, end, "no lane leads there")
        passed += found[1:]
    return passed


def shortest(chart: Chart, start: str, end: str) -> list[str]:
    """Return the shortest way between two places that passes no third one.

    Returns
    -------
    list
        Labels from start to end; empty where no lane leads there.

    Notes
    -----
    Dijkstra's method with a heap; a tie goes to the label that comes first.
    """
    waiting = [(0.0, start, "")]
    came_from: dict[str, str] = {}
    while waiting:
        length_km, here, before = heapq.heappop(waiting)
        if here in came_from:
            continue
        came_from[here] = before
        if here == end:
            break
        if here in chart.places and here != start:
            continue
        for there, lane_km in chart.lanes.get(here, []):
            if there not in came_from:
                heapq.heappush(waiting, (length_km + lane_km, there, here))
    back = [end] if end in came_from else []
    while back and came_from[back[-1]]:
        back.append(came_from[back[-1]])
    return back[::-1]


def line_text(chart: Chart, labels: list[str]) -> str:
    """Return a way as WKT, longitude before latitude."""
    points = ", ".join(" ".join(chart.position[label]) for label in labels)
    return f"LINESTRING ({points})"
