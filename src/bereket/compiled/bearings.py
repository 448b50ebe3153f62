"""Under whose tariff arcs run, and which way."""

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.graph import Graph
from bereket.model.model import Model


def countries_of_arcs(model: Model, graph: Graph) -> NDArray[np.object_]:
    """Return the country whose tariff each arc runs under; empty at sea.

    Notes
    -----
    A line over a border counts with its whole length to the country it leaves.
    """
    countries = model["node"].text("country_iso3")[graph.arcs.start_idx]
    modes = model["carrier"].text("mode")[graph.arcs.carrier_idx]
    at_sea = np.isin(modes.astype(str), ("sea", "waterway"))
    return np.asarray(np.where(at_sea, "", countries), dtype=object)


def compass(graph: Graph) -> NDArray[np.str_]:
    """Return the compass direction of each arc; empty where it stays at a place.

    Notes
    -----
    The larger of the two differences of coordinates decides.
    """
    node = graph.model["node"]
    x, y = node.number("x_coord"), node.number("y_coord")
    dx = x[graph.arcs.end_idx] - x[graph.arcs.start_idx]
    dy = y[graph.arcs.end_idx] - y[graph.arcs.start_idx]
    lies_flat = np.abs(dx) >= np.abs(dy)
    along = np.where(dx > 0, "east", "west")
    across = np.where(dy > 0, "north", "south")
    moves = (dx != 0) | (dy != 0)
    return np.asarray(np.where(moves, np.where(lies_flat, along, across), ""))
