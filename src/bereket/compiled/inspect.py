"""Checks that need arcs: layers that do not join, places that are cut off."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import (
    DESTINATION,
    NONE,
    ORIGIN,
    ArcKind,
    Arcs,
    Vertices,
    of_kinds,
)
from bereket.compiled.expand import expand
from bereket.errors import Issue
from bereket.model.model import Model
from bereket.schema.checker import FIRST_ROW


def inspect(model: Model) -> tuple[Issue, ...]:
    """List what the rows say one by one without fault, but not together.

    Parameters
    ----------
    model : Model
        A model without fault.

    Returns
    -------
    tuple of Issue
        Advice, of all rows whatever their dates: layers that meet without a transfer,
        places that cargo cannot leave, corridors whose ends no chain joins, links that
        no service runs on.
    """
    vertices, arcs = expand(model)
    return (
        *_layers_not_joined(model, arcs),
        *_places_cut_off(model, vertices, arcs),
        *_corridors_cut(model, vertices, arcs),
        *_links_without_service(model, arcs),
    )


def reachable(
    arcs: Arcs, n_vertices: int, sources: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return which vertices can be reached from any of the sources.

    Parameters
    ----------
    arcs : Arcs
        Arcs; all count as open.
    n_vertices : int
        Vertices.
    sources : (n,) int
        Vertices to start from.

    Returns
    -------
    (n_vertices,) bool
        The sources among them.
    """
    reached = np.zeros(n_vertices, dtype=bool)
    reached[sources] = True
    n_reached = 0
    while n_reached != (n_reached := int(reached.sum())):
        reached[arcs.head[reached[arcs.tail]]] = True
    return reached


def _layers_not_joined(model: Model, arcs: Arcs) -> Iterator[Issue]:
    """Name the places where ways of two modes or gauges meet without a transfer."""
    carrier, node = model["carrier"], model["node"]
    gauges = np.nan_to_num(carrier.number("gauge_mm"))
    kind_of = [f"{m} {g:g}" for m, g in zip(carrier.text("mode"), gauges, strict=True)]
    calls: dict[int, set[str]] = {}
    for arc in np.nonzero(of_kinds(arcs.kind, (ArcKind.LINE, ArcKind.BOARD)))[0]:
        kind = kind_of[int(arcs.carrier_idx[arc])]
        calls.setdefault(int(arcs.start_idx[arc]), set()).add(kind)
        calls.setdefault(int(arcs.end_idx[arc]), set()).add(kind)
    changes = set(arcs.start_idx[arcs.kind == ArcKind.TRANSFER].tolist())
    for place, kinds in sorted(calls.items()):
        if len(kinds) > 1 and place not in changes:
            names = " and ".join(k.removesuffix(" 0") for k in sorted(kinds))
            rule = f"{names} meet without a row of table transfer: cargo cannot change"
            label = repr(node.text("node_id")[place])
            yield Issue("node", (place + FIRST_ROW,), "node_id", rule, label)


def _places_cut_off(model: Model, vertices: Vertices, arcs: Arcs) -> Iterator[Issue]:
    """Name the places that load cargo which can go nowhere."""
    ends = vertices.layer == DESTINATION
    for source in np.nonzero(vertices.layer == ORIGIN)[0]:
        reached = reachable(arcs, vertices.layer.size, np.array([source]))
        place = int(vertices.place_idx[source])
        elsewhere = reached & ends & (vertices.place_idx != place)
        if not elsewhere.any():
            rule = "cargo loaded here must be able to reach another place"
            label = repr(model["node"].text("node_id")[place])
            yield Issue("node", (place + FIRST_ROW,), "node_id", rule, label)


def _corridors_cut(model: Model, vertices: Vertices, arcs: Arcs) -> Iterator[Issue]:
    """Name the corridors of which no destination can be reached from an origin."""
    corridor = model["corridor"]
    place_of = {str(n): i for i, n in enumerate(model["node"].text("node_id"))}
    origins, destinations = (
        corridor.lists(column) for column in ("origin_node_ids", "destination_node_ids")
    )
    for row, corridor_id in enumerate(corridor.text("corridor_id")):
        starts = [place_of[name] for name in origins[row]]
        ends = [place_of[name] for name in destinations[row]]
        at = np.isin(vertices.place_idx, starts) & (vertices.layer == ORIGIN)
        reached = reachable(arcs, vertices.layer.size, np.nonzero(at)[0])
        arrived = np.isin(vertices.place_idx, ends) & (vertices.layer == DESTINATION)
        if not (reached & arrived).any():
            rule = "a chain must join an origin of the corridor to a destination"
            where = (row + FIRST_ROW,)
            yield Issue("corridor", where, "origin_node_ids", rule, repr(corridor_id))


def _links_without_service(model: Model, arcs: Arcs) -> Iterator[Issue]:
    """Name the links that only carriers of services may use, and none does."""
    link, carrier = model["link"], model["carrier"]
    used = set(arcs.link_idx[arcs.link_idx != NONE].tolist())
    runs = dict(zip(carrier.text("carrier_id"), carrier.text("runs"), strict=True))
    for row, names in enumerate(link.lists("allowed_uses")):
        if row not in used and all(runs[c] == "service" for c in model.carriers(names)):
            rule = "no row of table service runs on this link, so nothing goes on it"
            label = repr(link.text("link_id")[row])
            yield Issue("link", (row + FIRST_ROW,), "link_id", rule, label)
