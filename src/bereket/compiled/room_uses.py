"""What each arc takes from: rows of tables, ways, shares; kept by what they rest on."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import ArcKind
from bereket.compiled.capacities import elements_of
from bereket.compiled.graph import Graph
from bereket.model.calendar import is_open

Ints = NDArray[np.intp]
Quotas = Mapping[int, NDArray[np.bool_]]
Found = TypeVar("Found")
FORWARD, BACKWARD, BOTH = 0, 1, 2
DATED: Final = ("port", "terminal", "fleet")  # rows that shut no arc when they end
Key = tuple[str, int]  # table, row
Use = tuple[int, Key, int, float, int]  # arc, row, way, share, link


def uses_by_arc(graph: Graph, arcs: Ints, quotas: Quotas) -> list[Use]:
    """Return what every arc takes from, arc by arc.

    Parameters
    ----------
    graph : Graph
        The network.
    arcs : (n,)
        Arcs.
    quotas : mapping of int to (n_arcs,) bool
        Arcs that an order lets only so much pass, by its row of table ``regime``.

    Returns
    -------
    list of (int, (str, int), int, float, int)
        Arc, row, way, share, link; the same list while nothing that it rests on moves.
    """
    rest_on = (
        arcs.tobytes(),
        tuple((row, touched.tobytes()) for row, touched in quotas.items()),
        # figures, which networks that share a kept thing may hold otherwise
        graph.model["link"].number("length_km").tobytes(),
        graph.model["service_stop"].number("sequence").tobytes(),
    )
    return latest(graph, "uses", rest_on, lambda: _uses(graph, arcs, quotas))


def latest(
    graph: Graph, name: str, rest_on: object, make: Callable[[], Found]
) -> Found:
    """Return what was made last under a name, if it rests on the same; else make it.

    Parameters
    ----------
    graph : Graph
        Networks that differ in figures alone share it.
    name : str
        What it is; only one of each is kept.
    rest_on : object
        All that it rests on beside arcs, date and text, to be held against the last.
    make : callable
        Makes it; it must not be altered afterwards.

    Returns
    -------
    object
        What was made.
    """
    kept: dict[Any, Any] = graph.kept_by_text
    last = kept.get(("latest", name))
    if last is None or last[0] != rest_on:
        last = kept["latest", name] = rest_on, make()
    found: Found = last[1]
    return found


def _uses(graph: Graph, arcs: Ints, quotas: Quotas) -> list[Use]:
    resources, lines, of = graph.resources, _lines(graph), graph.arcs
    turns, runs, calls = _turns(graph), _runs(graph), _calls(graph)
    places = graph.model["node"].labels("node_id")
    is_open_now = {name: is_open(graph.model[name], graph.day) for name in DATED}
    rows, tables = resources.row_idx.tolist(), resources.table
    uses: list[Use] = []
    ends = (of.start_idx, of.end_idx, of.carrier_idx)
    spans = (resources.indptr[:-1], resources.indptr[1:])
    columns = (of.kind, of.link_idx, *ends, *spans)
    told = zip(arcs.tolist(), *(c[arcs].tolist() for c in columns), strict=True)
    for arc, kind, on_link, start, end, carrier, begin, stop in told:
        between = start, end, carrier
        link = lines.get(between, -1) if kind == ArcKind.BORDER else on_link
        for at in resources.used_idx[begin:stop].tolist():
            table, row, way, share = tables[at], rows[at], FORWARD, 1.0
            if table == "link" and kind == ArcKind.RIDE:
                continue  # open water
            if table == "link":
                # the track's own direction, whichever way this link runs on it
                is_own = {places[start], places[end]} == set(runs[row])
                own = row if is_own else link
                way = FORWARD if runs[own][0] == places[start] else BACKWARD
            if table == "fleet":
                way, share = turns[row][places[start], places[end]]
            if table == "service":
                order = calls.get(row, {})
                is_back = order.get(start, 0) > order.get(end, 0)
                way = BACKWARD if is_back else FORWARD
            if table in is_open_now and not is_open_now[table][row]:
                continue  # a berth, works or stock of another time
            named = elements_of(table)
            uses += [(arc, (each, row), way, share, link) for each in named]
        uses += [
            (arc, ("regime", row), FORWARD, 1.0, link)
            for row, touched in quotas.items()
            if touched[arc]
        ]
    return uses


def _lines(graph: Graph) -> dict[tuple[int, int, int], int]:
    """Return the link that runs from place to place by carrier."""
    of = graph.arcs
    (lines,) = np.nonzero(of.kind == ArcKind.LINE)
    columns = (of.start_idx, of.end_idx, of.carrier_idx, of.link_idx)
    table = zip(*(column[lines].tolist() for column in columns), strict=True)
    return {(start, end, carrier): link for start, end, carrier, link in table}


def _runs(graph: Graph) -> list[tuple[str, str]]:
    """Return the places that each link runs from and to."""
    link = graph.model["link"]
    ends = (link.labels("from_node_id"), link.labels("to_node_id"))
    return list(zip(*ends, strict=True))


def _turns(graph: Graph) -> dict[int, dict[tuple[str, str], tuple[int, float]]]:
    """Return way and share of the turn of each fleet, from place to place.

    Notes
    -----
    Of links between the same places, one each way or side by side, a passage takes one.
    """
    fleet, link = graph.model["fleet"], graph.model["link"]
    km, runs = link.number("length_km"), _runs(graph)
    turns: dict[int, dict[tuple[str, str], tuple[int, float]]] = {}
    for row, names in enumerate(fleet.lists("link_ids")):
        far: dict[tuple[str, str], float] = {}
        for name in names:
            at = link.row_of[(name,)][-1]
            start, end = runs[at]
            ends = (end, start) if (end, start) in far else (start, end)
            far[ends] = max(far.get(ends, 0.0), float(km[at]))
        total = sum(far.values())
        turns[row] = {ends: (FORWARD, own / total) for ends, own in far.items()}
        turns[row] |= {ends[::-1]: (BACKWARD, own / total) for ends, own in far.items()}
    return turns


def _calls(graph: Graph) -> dict[int, dict[int, float]]:
    """Return the order of the calls of every service by place."""
    service, stop, node = (
        graph.model[name] for name in ("service", "service_stop", "node")
    )
    calls: dict[int, dict[int, float]] = {}
    for at, name in enumerate(stop.labels("service_id")):
        (place,) = node.row_of[(stop.labels("node_id")[at],)]
        for row in service.row_of.get((name,), ()):
            order = calls.setdefault(row, {})
            order.setdefault(place, float(stop.number("sequence")[at]))
    return calls
