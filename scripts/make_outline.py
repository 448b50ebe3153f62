"""Make the outline of land under the maps from the npm package world-atlas.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/make_outline.py package/land-50m.json

Natural Earth's land at 1:50 million (public domain), cut to the part of the world that
the corridors pass and rounded to a hundredth of a degree, some 1 km. Coasts and water
only: no boundary of any country is in it. The same file gives the same bytes.
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

OUTLINE = Path(__file__).parents[1] / "src" / "bereket" / "report" / "outline.json"
NOTICE = (
    "Land of Natural Earth 4.1 at 1:50 million, public domain, from the npm package "
    "world-atlas 2.0.2 (Michael Bostock, ISC licence); cut, rounded and thinned by "
    "scripts/make_outline.py."
)
WEST, SOUTH, EAST, NORTH = -25.0, -40.0, 155.0, 78.0
DECIMALS = 2
LEAST_AREA = 0.02  # of an island [square degrees], some 200 km2
LEAST_STEP = 0.04  # between points that are kept [degrees]

Ring = NDArray[np.float64]


def polygons(topology: dict) -> list[list[Ring]]:
    """Return the rings of each polygon of a TopoJSON file, the outer one first."""
    scale = np.array(topology["transform"]["scale"])
    origin = np.array(topology["transform"]["translate"])
    arcs = [
        np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]
    ]

    def ring(numbers: list[int]) -> Ring:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        whole = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
        # Over the 180th meridian a ring goes on past 180 and does not jump to -180.
        x = np.unwrap(whole[:, 0], period=360.0)
        whole[:, 0] = x - 360.0 * np.round((x.min() + x.max()) / 720.0)
        return whole

    (land,) = topology["objects"]["land"]["geometries"]
    return [[ring(numbers) for numbers in polygon] for polygon in land["arcs"]]


def cut(ring: Ring) -> Ring:
    """Return the part of a ring inside the box, by Sutherland and Hodgman (1974)."""
    for axis, limit, side in (
        (0, WEST, 1.0),
        (0, EAST, -1.0),
        (1, SOUTH, 1.0),
        (1, NORTH, -1.0),
    ):
        kept: list[Ring] = []
        for one, other in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            inside = side * (one[axis] - limit) >= 0
            if inside:
                kept.append(one)
            if inside != (side * (other[axis] - limit) >= 0):
                share = (limit - one[axis]) / (other[axis] - one[axis])
                kept.append(one + share * (other - one))
        ring = np.array(kept).reshape(-1, 2)
    return ring


def area(ring: Ring) -> float:
    """Return the area of a ring [square degrees]."""
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def thinned(ring: Ring) -> Ring:
    """Return a ring without points that lie close to the one kept before."""
    kept = [ring[0]]
    for point in ring[1:]:
        if np.hypot(*(point - kept[-1])) >= LEAST_STEP:
            kept.append(point)
    return np.array([*kept, ring[0]])


def outline(topology: dict) -> dict:
    """Return rings of land and of water in it, each as longitudes and latitudes."""
    found: dict[str, list] = {"land": [], "water": []}
    for polygon in polygons(topology):
        for number, whole in enumerate(polygon):
            ring = cut(whole)
            if len(ring) and area(ring) >= LEAST_AREA:
                x, y = np.round(thinned(ring), DECIMALS).T.tolist()
                found["water" if number else "land"].append([x, y])
    return {"about": NOTICE, **found}


def main() -> int:
    """Write the outline of the file that is named."""
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(outline(topology), separators=(",", ":")) + "\n"
    OUTLINE.write_text(text, encoding="utf-8")
    print(f"written: {OUTLINE.name}, {len(text) / 1e3:,.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
