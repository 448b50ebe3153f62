"""Checks that need arcs: layers that do not join, places that are cut off."""

import itertools
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
from bereket.compiled.chains import CHAINED
from bereket.compiled.expand import expand
from bereket.compiled.reported import derived_against_reported
from bereket.errors import Issue
from bereket.model.gateways import parse_gateways
from bereket.model.model import Model
from bereket.model.price_rules import tariffs_may_clash
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
        no service runs on, tariffs that may hold at once, capacities derived far from
        what is reported.
    """
    vertices, arcs = expand(model)
    return (
        *_layers_not_joined(model, arcs),
        *_places_cut_off(model, vertices, arcs),
        *_corridors_cut(model, vertices, arcs),
        *_links_without_service(model, arcs),
        *tariffs_may_clash(model),
        *derived_against_reported(model),
    )


def network_faults(model: Model) -> tuple[Issue, ...]:
    """List what no date can mend: gateways out of order, through rates without a chain.

    Parameters
    ----------
    model : Model
        A model whose rows and tables are without fault.

    Returns
    -------
    tuple of Issue
        Faults, with every row taken as open.
    """
    return (*_gateways_out_of_order(model), *_chains_broken(model))


def reachable(
    arcs: Arcs,
    n_vertices: int,
    sources: NDArray[np.integer],
    usable: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return which vertices can be reached from any of the sources.

    Parameters
    ----------
    arcs : Arcs
        Arcs.
    n_vertices : int
        Vertices.
    sources : (n,) int
        Vertices to start from.
    usable : (n_arcs,) bool, optional
        Arcs that may be used; else all.

    Returns
    -------
    (n_vertices,) bool
        The sources among them.
    """
    reached = np.zeros(n_vertices, dtype=bool)
    reached[sources] = True
    passable = np.ones(arcs.tail.size, dtype=bool) if usable is None else usable
    n_reached = 0
    while n_reached != (n_reached := int(reached.sum())):
        reached[arcs.head[reached[arcs.tail] & passable]] = True
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
    n_vertices = vertices.layer.size
    starts = np.searchsorted(arcs.tail, np.arange(n_vertices + 1)).tolist()
    heads, places = arcs.head.tolist(), vertices.place_idx.tolist()
    is_end = (vertices.layer == DESTINATION).tolist()
    for source in np.nonzero(vertices.layer == ORIGIN)[0].tolist():
        # One place after the other, and no further than to the first other: on a
        # network of thousands of places the next is near.
        waiting, seen, leads_on = [source], {source}, False
        while waiting and not leads_on:
            at = waiting.pop()
            for head in heads[starts[at] : starts[at + 1]]:
                leads_on |= is_end[head] and places[head] != places[source]
                if head not in seen:
                    seen.add(head)
                    waiting.append(head)
        if not leads_on:
            place = places[source]
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


def _gateways_out_of_order(model: Model) -> Iterator[Issue]:
    """Name the corridors whose gateways no chain of carriers passes in order."""
    vertices, arcs = expand(model)
    names, corridor = model["node"].labels("node_id"), model["corridor"]
    columns = (arcs.start_idx, arcs.end_idx, arcs.link_idx)
    runs = [
        (names[start], names[end]) if link != NONE else None
        for start, end, link in zip(*(c.tolist() for c in columns), strict=True)
    ]
    for row, text in enumerate(corridor.labels("gateways")):
        gateways = parse_gateways(text)
        never = gateways.never | {(end, start) for start, end in gateways.never}
        barred = np.array([run in never for run in runs], dtype=bool)
        steps = [sorted(step) for step in gateways.passed]
        back = [[(end, start) for start, end in step] for step in reversed(steps)]
        if not any(
            _is_passable(arcs, vertices, runs, barred, s) for s in (steps, back)
        ):
            rule = "a chain of carriers must pass the gateways in order"
            where = (row + FIRST_ROW,)
            yield Issue("corridor", where, "gateways", rule, repr(text))


def _is_passable(
    arcs: Arcs,
    vertices: Vertices,
    runs: list[tuple[str, str] | None],
    barred: NDArray[np.bool_],
    steps: list[list[tuple[str, str]]],
) -> bool:
    """Whether a chain takes an arc of each step, in order, and none that is barred.

    A chain does not turn back over a gateway that it has passed.
    """
    reached = np.ones(vertices.layer.size, dtype=bool)
    for step in steps:
        wanted = set(step)
        taken = np.array([run in wanted for run in runs], dtype=bool)
        heads = arcs.head[taken & ~barred & reached[arcs.tail]]
        if not heads.size:
            return False
        passed = wanted | {(end, start) for start, end in step}
        barred = barred | np.array([run in passed for run in runs], dtype=bool)
        reached = reachable(arcs, vertices.layer.size, heads, ~barred)
    return True


def _chains_broken(model: Model) -> Iterator[Issue]:
    """Name the through rates that no chain of any of their carriers runs for."""
    vertices, arcs = expand(model)
    tariff, labels = model["tariff"], model["node"].labels("node_id")
    place_of = {name: at for at, name in enumerate(labels)}
    whole = {
        int(arcs.main_idx[arc])
        for arc in np.nonzero(arcs.kind == ArcKind.PRODUCT)[0].tolist()
        if _has_chain(model, vertices, arcs, arc)
    }
    ends = [tariff.labels(name) for name in ("entry_node_id", "exit_node_id")]
    hauled = of_kinds(arcs.kind, (ArcKind.LINE, ArcKind.RIDE))
    direct = set(
        zip(arcs.start_idx[hauled].tolist(), arcs.end_idx[hauled].tolist(), strict=True)
    )
    for row, (entry, leave) in enumerate(zip(*ends, strict=True)):
        about = tariff.labels("kind")[row], tariff.labels("load")[row]
        if about != ("rate", "loaded") or not (entry and leave):
            continue
        if row not in whole and (place_of[entry], place_of[leave]) not in direct:
            rule = "a chain of its carrier must join entry, via and exit"
            label = repr(tariff.labels("tariff_id")[row])
            yield Issue("tariff", (row + FIRST_ROW,), "entry_node_id", rule, label)


def _has_chain(model: Model, vertices: Vertices, arcs: Arcs, arc: int) -> bool:
    """Whether carriers of a through rate run from its entry by its via to its exit."""
    layer = int(arcs.carrier_idx[arc])
    usable = of_kinds(arcs.kind, CHAINED) & (arcs.carrier_idx == layer)
    stops = [int(arcs.tail[arc]), int(arcs.head[arc])]
    via = model["tariff"].labels("via_node_id")[int(arcs.main_idx[arc])]
    if via:
        ((place,),) = (model["node"].row_of[(via,)],)
        here = (vertices.place_idx == place) & (vertices.layer == layer)
        at = np.nonzero(here & vertices.is_layer)[0]
        if not at.size:
            return False
        stops.insert(1, int(at[0]))
    n_vertices = vertices.layer.size
    return all(
        bool(reachable(arcs, n_vertices, np.array([start]), usable)[end])
        for start, end in itertools.pairwise(stops)
    )


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
