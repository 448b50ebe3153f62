"""The flows that are wanted, and the cheapest way of each at no wait."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.laid import Stopped
from bereket.analysis.assign.uses import Uses, hours_usd_per_t
from bereket.compiled.consignment import Consignment, consign
from bereket.compiled.corridors import corridors_by_way
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.kept import once
from bereket.compiled.room import Room
from bereket.compiled.search import tree_of
from bereket.errors import QuestionError
from bereket.kernels.paths import walk_back
from bereket.model.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
DAYS: Final = 365.0
NO_WAY: Final = "no carrier that it may take has an open way on the date"
NAMED: Final = 3  # elements without room that are named
LEAST_H: Final = 1e-6  # of an arc, where hours weigh


@dataclass(frozen=True, slots=True)
class Wanted:
    """A flow wanted.

    Attributes
    ----------
    sent : Consignment
        From where to where, and what.
    tonnes_per_day : float
        On a mean day of the year.
    """

    sent: Consignment
    tonnes_per_day: float

    @property
    def ends(self) -> tuple[str, str, str]:
        """Origin, destination and cargo."""
        sent = self.sent
        return sent.origin_id, sent.destination_id, sent.shipment.commodity_id


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The cheapest way of a flow at no wait.

    Attributes
    ----------
    wanted : Wanted
        The flow.
    kind : int
        Class.
    arcs : (n,) int32
        Arcs of the graph, in order.
    cost_usd_per_t, hour_usd_per_t : float
        What it costs; what an hour more on it is worth.
    """

    wanted: Wanted
    kind: int
    arcs: Ints
    cost_usd_per_t: float
    hour_usd_per_t: float

    @property
    def worth(self) -> tuple[float, float]:
        """What it costs, and what an hour more on it is worth [USD/t]."""
        return self.cost_usd_per_t, self.hour_usd_per_t


def years_of_demand(model: Model) -> tuple[int, ...]:
    """Return the years that the model has demand of."""
    years = model["demand"].number("year")
    return tuple(sorted({int(year) for year in years[~np.isnan(years)].tolist()}))


def wanted_of(graph: Graph, year: int) -> tuple[list[Wanted], list[Stopped]]:
    """Return the flows of a year, and those that cannot be sent.

    Raises
    ------
    QuestionError
        When there is none.
    """
    demand = graph.model["demand"]
    columns = ("origin_node_id", "destination_node_id", "commodity_id")
    names = zip(*(demand.labels(column) for column in columns), strict=True)
    tonnes, years = demand.number("tonnes"), demand.number("year")
    wanted, stopped = [], []
    for row, (origin, destination, commodity) in enumerate(names):
        if years[row] != year or not tonnes[row] > 0:
            continue
        per_day = float(tonnes[row]) / DAYS
        ends = origin, destination
        key = "consigned", *ends, commodity
        sent = once(graph.kept_by_text, key, partial(_sent, graph, ends, commodity))
        if isinstance(sent, str):
            stopped.append(Stopped(origin, destination, commodity, per_day, sent))
            continue
        wanted.append(Wanted(sent, per_day))
    if not wanted and not stopped:
        told = ", ".join(map(str, years_of_demand(graph.model))) or "no year"
        msg = f"the model has no demand of {year}; it has that of {told}"
        raise QuestionError(msg)
    return wanted, stopped


def _sent(graph: Graph, ends: tuple[str, str], commodity: str) -> Consignment | str:
    """Return what is sent, or why it cannot be."""
    try:
        return consign(graph, ends, commodity)
    except QuestionError as fault:
        return str(fault)


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What each class is offered at no wait.

    Attributes
    ----------
    graph : Graph
        The network.
    prices : tuple of Prices
        Prices of each class.
    cost_usd_per_t : (n_classes, n_graph_arcs)
        Generalised cost; inf where an arc is not offered.
    arc : (n_arcs,)
        Arcs of the graph that any class is offered.
    uses : Uses
        What those take.
    room : Room
        What there is.
    """

    graph: Graph
    prices: tuple[Prices, ...]
    cost_usd_per_t: Floats
    arc: Ints
    uses: Uses
    room: Room

    def with_room(self, kind: int) -> Floats:
        """Return the costs of a class, inf also where no room is left."""
        commodity = self.prices[kind].shipment.commodity_id
        group = self.uses.commodities.index(commodity)
        cost = self.cost_usd_per_t[kind].copy()
        cost[self.arc[self.uses.is_shut[group]]] = np.inf
        return np.asarray(cost)


def cheapest_ways(
    offer: Offer,
    wanted: Sequence[Wanted],
    *,
    were_there_room: bool = False,
    free: Sequence[Way] = (),
) -> tuple[list[Way], list[Stopped]]:
    """Find the cheapest way of every flow; tell what stops those without one.

    Parameters
    ----------
    offer : Offer
        What each class is offered.
    wanted : sequence of Wanted
        The flows.
    were_there_room : bool
        Whether ways may pass what has no room left.
    free : sequence of Way
        The cheapest ways were there room, if they are known: where there is, they are
        the cheapest still.

    Returns
    -------
    tuple of list of Way and list of Stopped
        Ways by class and origin.
    """
    graph, prices = offer.graph, offer.prices
    known = {
        (way.kind, way.wanted.sent.source, way.wanted.sent.target): way
        for way in _open(offer, free)
    }
    kind_of = {each.shipment: kind for kind, each in enumerate(prices)}
    rows: dict[tuple[int, int], list[Wanted]] = {}
    for each in wanted:
        rows.setdefault((kind_of[each.sent.shipment], each.sent.source), []).append(
            each
        )
    ways, stopped = [], []
    for (kind, source), flows in sorted(rows.items(), key=lambda item: item[0]):
        still = [known.get((kind, source, each.sent.target)) for each in flows]
        if None not in still:
            pairs = zip(still, flows, strict=True)
            ways += [replace(way, wanted=each) for way, each in pairs if way]
            continue
        cost = offer.cost_usd_per_t[kind].copy()
        if not were_there_room:
            cost = offer.with_room(kind)
        dist, pred = _tree(graph, cost, source)
        hours = hours_usd_per_t(prices[kind])
        for each in flows:
            arcs = _walk(graph, pred, source, each.sent.target)
            if arcs is None:
                stopped.append(_stopped(each, _what_is_full(offer, kind, each)))
                continue
            time_h = np.maximum(graph.values.time_h[arcs], LEAST_H)
            worth = hours[graph.arcs.carrier_idx[arcs]]
            hour = float((worth * time_h).sum() / time_h.sum())
            ways.append(Way(each, kind, arcs, float(dist[each.sent.target]), hour))
    return ways, stopped


def _open(offer: Offer, ways: Sequence[Way]) -> list[Way]:
    """Return the ways that pass nothing without room."""
    is_shut = np.zeros((len(offer.uses.commodities), offer.graph.n_arcs), dtype=bool)
    is_shut[:, offer.arc] = offer.uses.is_shut
    names = [each.shipment.commodity_id for each in offer.prices]
    group = [offer.uses.commodities.index(name) for name in names]
    return [way for way in ways if not is_shut[group[way.kind], way.arcs].any()]


def corridors_of_ways(
    offer: Offer, kinds: Sequence[int], ways: Sequence[Ints]
) -> list[tuple[str, ...]]:
    """Return the corridors of each way, asked once for each pair of countries.

    Parameters
    ----------
    offer : Offer
        Network and prices.
    kinds : sequence of int
        Class of each way.
    ways : sequence of (n,) int32
        Arcs of the graph.

    Returns
    -------
    list of tuple of str
        Labels, way by way.
    """
    by_ends: dict[tuple[str, str], list[int]] = {}
    for at, kind in enumerate(kinds):
        shipment = offer.prices[kind].shipment
        ends = shipment.origin_iso3, shipment.destination_iso3
        by_ends.setdefault(ends, []).append(at)
    found: list[tuple[str, ...]] = [()] * len(ways)
    for group in by_ends.values():
        prices = offer.prices[kinds[group[0]]]
        named = corridors_by_way(offer.graph, prices, [ways[at] for at in group])
        for at, corridors in zip(group, named, strict=True):
            found[at] = corridors
    return found


def _tree(graph: Graph, cost: Floats, source: int) -> tuple[Floats, Ints]:
    return tree_of(graph.indptr, graph.arcs.head, frozen(cost), source)


def _walk(graph: Graph, pred: Ints, source: int, target: int) -> Ints | None:
    """Return the arcs of a tree's path, or None where there is none."""
    out = np.empty(graph.n_vertices, dtype=np.int32)
    count = walk_back(pred, graph.arcs.tail, source, target, out)
    return out[:count].copy() if count >= 0 else None


def _what_is_full(offer: Offer, kind: int, each: Wanted) -> str:
    """Tell which elements without room stand on the cheapest way, were there room."""
    graph, uses, room = offer.graph, offer.uses, offer.room
    source = each.sent.source
    _, pred = _tree(graph, offer.cost_usd_per_t[kind].copy(), source)
    arcs = _walk(graph, pred, source, each.sent.target)
    if arcs is None:
        return NO_WAY
    group = uses.commodities.index(each.sent.shipment.commodity_id)
    full: dict[str, None] = {}
    for at in np.searchsorted(offer.arc, arcs).tolist():
        span = slice(*uses.indptr[at : at + 2].tolist())
        rows, taken = uses.row[span].tolist(), uses.taken[group, span].tolist()
        for row, load in zip(rows, taken, strict=True):
            if load > 0 and room.capacity_per_day[row] <= 0:
                full[room.elements[room.element_of_row[row]].element] = None
    named = ", ".join(list(full)[:NAMED])
    more = f" and {len(full) - NAMED} more" if len(full) > NAMED else ""
    return f"no room is left on {named}{more}"


def _stopped(each: Wanted, why: str) -> Stopped:
    sent = each.sent
    ends = sent.origin_id, sent.destination_id
    return Stopped(*ends, sent.shipment.commodity_id, each.tonnes_per_day, why)
