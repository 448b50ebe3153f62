"""A way told leg by leg: hours, kilometres, money, emissions, and the rows behind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, ArcKind
from bereket.compiled.cost import PARTS, Prices
from bereket.compiled.graph import Graph
from bereket.compiled.money import loads
from bereket.compiled.orders import SHUTTING, Order
from bereket.compiled.runs import corrections, corrections_by_arc
from bereket.model.gateways import Gateways, Way, parse_gateways
from bereket.model.reference import RowReference

LEG_OF: Final = {
    ArcKind.LINE: "line",
    ArcKind.BORDER: "border",
    ArcKind.LOAD: "load",
    ArcKind.UNLOAD: "unload",
    ArcKind.TRANSFER: "transfer",
    ArcKind.BOARD: "service",
    ArcKind.RIDE: "service",
    ArcKind.ALIGHT: "service",
    ArcKind.PRODUCT: "through rate",
}
ENDS: Final = (ArcKind.LOAD, ArcKind.UNLOAD)
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a way: a line, a border side, a transfer, a crossing by ship.

    Attributes
    ----------
    kind : str
        line, border, load, unload, transfer, service or through rate.
    carrier_id, mode, unit : str
        What carries, or arrives, and what its loads are counted in.
    from_node_id, to_node_id : str
        Places.
    via_node_ids : tuple of str
        Places passed in between.
    length_km, time_h, wait_h, sd_h, emission_kgco2e_per_t : float
        Distance; time, and the part of it waited; spread; emissions.
    cost_parts : dict of str to float
        Money by part [USD/t].
    rows, source_ids : tuple of str
        Rows that the figures come from, and their sources.
    assumed : bool
        Whether any of the rows is assumed.
    """

    kind: str
    carrier_id: str
    mode: str
    unit: str
    from_node_id: str
    to_node_id: str
    via_node_ids: tuple[str, ...]
    length_km: float
    time_h: float
    wait_h: float
    sd_h: float
    emission_kgco2e_per_t: float
    cost_parts: dict[str, float]
    rows: tuple[str, ...]
    source_ids: tuple[str, ...]
    assumed: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of a way.

    Attributes
    ----------
    time_h : float
        Departure to arrival: without loading and unloading [h].
    door_to_door_h : float
        With them [h].
    sd_h : float
        Root of the sum of the variances [h].
    length_km, emission_kgco2e_per_t : float
        Distance and emissions.
    cost_parts : dict of str to float
        Money by part [USD/t].
    generalised_usd_per_t : float
        Money + value of time + value of reliability + price of emissions [USD/t].
    assumed_share : float
        Share of the generalised cost that rests on assumed rows.
    """

    time_h: float
    door_to_door_h: float
    sd_h: float
    length_km: float
    emission_kgco2e_per_t: float
    cost_parts: dict[str, float]
    generalised_usd_per_t: float
    assumed_share: float

    @property
    def cost_usd_per_t(self) -> float:
        """Money in all [USD/t]."""
        return sum(self.cost_parts.values())


def generalised_costs(
    graph: Graph, prices: Prices, ways: Sequence[Ints]
) -> NDArray[np.float64]:
    """Return the exact generalised cost of ways [USD/t]; inf where an order bars one.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    ways : sequence of (n,) int32
        Arcs of each way.

    Returns
    -------
    (n_ways,)
        Money, with runs priced exactly, + value of time + value of reliability of the
        root of the summed variances + price of emissions + orders on corridors.
    """
    if not ways:
        return np.empty(0)
    start = np.concatenate(([0], np.cumsum([way.size for way in ways])[:-1]))
    arcs = np.concatenate(ways)
    money = np.sum(list(prices.parts.values()), axis=0)
    burnt = np.nan_to_num(graph.values.emission_kgco2e_per_t) * prices.carbon_usd_per_kg
    by_arc = money + prices.vot_usd_per_t_h * prices.time_h + burnt
    spread = np.sqrt(np.add.reduceat(graph.values.variance_h2[arcs], start))
    total = np.add.reduceat(by_arc[arcs], start) + prices.vor_usd_per_t_h * spread
    total = total + corrections(graph, prices, ways)
    return np.asarray(total + _corridor_charges(graph, prices, ways), dtype=np.float64)


def largest_subsidy(graph: Graph, prices: Prices) -> float:
    """Return what orders on corridors can take off a way at the most [USD/t]."""
    load_t = loads(graph.model, prices.shipment.commodity_id)
    subsidies = [
        -order.charge_usd_per_t(load_t)
        for order in prices.orders.charges
        if order.corridor_ids and order.effect == "subsidy"
    ]
    return float(np.nansum(subsidies))


def totals(graph: Graph, prices: Prices, way: Ints) -> Totals:
    """Return the figures of one way.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    way : (n,) int32
        Arcs of the way.

    Returns
    -------
    Totals
        Sums over the arcs, with runs priced exactly and orders on corridors.
    """
    time_h, values = prices.time_h[way], graph.values
    parts = {part: float(prices.parts[part][way].sum()) for part in PARTS}
    parts["haulage"] += sum(corrections_by_arc(graph, prices, way).values())
    orders = corridor_orders(graph, prices, way)
    load_t = loads(graph.model, prices.shipment.commodity_id)
    charges = [o.charge_usd_per_t(load_t) for o in orders if o in prices.orders.charges]
    parts["other"] += float(np.nansum(charges))
    late_h = sum(o.value for o in orders if o.effect == "added_h")
    sd_h = float(np.sqrt(values.variance_h2[way].sum()))
    door_h = float(time_h.sum()) + late_h
    at_ends = np.isin(graph.arcs.kind[way], ENDS)
    emission = float(values.emission_kgco2e_per_t[way].sum())
    burnt = np.nan_to_num(emission) * prices.carbon_usd_per_kg
    of_time = prices.vot_usd_per_t_h * door_h
    generalised = sum(parts.values()) + of_time + prices.vor_usd_per_t_h * sd_h + burnt
    return Totals(
        time_h=door_h - float(time_h[at_ends].sum()),
        door_to_door_h=door_h,
        sd_h=sd_h,
        length_km=float(values.length_km[way].sum()),
        emission_kgco2e_per_t=emission,
        cost_parts=parts,
        generalised_usd_per_t=float(generalised),
        assumed_share=_assumed_share(prices, way),
    )


def legs(graph: Graph, prices: Prices, way: Ints) -> tuple[Leg, ...]:
    """Tell a way leg by leg.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    way : (n,) int32
        Arcs of the way.

    Returns
    -------
    tuple of Leg
        Lines of one carrier between borders and changes are one leg; their money sums
        to the way's, orders on corridors apart.
    """
    added = corrections_by_arc(graph, prices, way)

    def stretch(arc: int) -> tuple[str, int]:
        return LEG_OF[ArcKind(int(graph.arcs.kind[arc]))], int(
            graph.arcs.carrier_idx[arc]
        )

    grouped: list[list[int]] = []
    for (kind, _), group in groupby(way.tolist(), key=stretch):
        arcs = list(group)
        grouped.extend(
            [[arc] for arc in arcs] if kind in {"border", "transfer"} else [arcs]
        )
    return tuple(_leg(graph, prices, added, arcs) for arcs in grouped)


def corridors_of(graph: Graph, prices: Prices, way: Ints) -> tuple[str, ...]:
    """Return the corridors whose gateways a way passes in order."""
    ways = passed(graph, way)
    ends = {prices.shipment.origin_iso3, prices.shipment.destination_iso3}
    return tuple(
        corridor_id
        for corridor_id, gateways, ends_in in _corridors(graph)
        if (not ends_in or ends_in in ends) and gateways.match(ways)
    )


def passed(graph: Graph, way: Ints) -> list[Way]:
    """Return the places of each link of a way, in order."""
    names = graph.model["node"].text("node_id")
    arcs = graph.arcs
    return [
        (str(names[arcs.start_idx[arc]]), str(names[arcs.end_idx[arc]]))
        for arc in graph.chains.flat(way.tolist())
        if arcs.link_idx[arc] != NONE
    ]


def orders_on(graph: Graph, prices: Prices, way: Ints) -> tuple[Order, ...]:
    """Return the orders in force that touch a way, whether or not they bind."""
    touched = [o for o in prices.orders.in_force if bool(o.arcs[way].any())]
    of_corridor = corridor_orders(graph, prices, way, binding=False)
    return tuple(dict.fromkeys((*touched, *of_corridor)))


def corridor_orders(
    graph: Graph, prices: Prices, way: Ints, *, binding: bool = True
) -> tuple[Order, ...]:
    """Return the orders on corridors that a way is of."""
    orders = [
        o for o in prices.orders.in_force if o.corridor_ids and (o.binds or not binding)
    ]
    if not orders:
        return ()
    of = set(corridors_of(graph, prices, way))
    return tuple(order for order in orders if of.intersection(order.corridor_ids))


def _corridors(graph: Graph) -> Iterator[tuple[str, Gateways, str]]:
    """Give each corridor with its gateways and the country it must end in, if any."""
    corridor = graph.model["corridor"]
    columns = ("corridor_id", "gateways", "ends_in_iso3")
    for row in zip(*(corridor.text(column) for column in columns), strict=True):
        corridor_id, gateways, ends_in = map(str, row)
        yield corridor_id, parse_gateways(gateways), ends_in


def _corridor_charges(
    graph: Graph, prices: Prices, ways: Sequence[Ints]
) -> NDArray[np.float64]:
    if not any(o.corridor_ids and o.binds for o in prices.orders.in_force):
        return np.zeros(len(ways))
    load_t = loads(graph.model, prices.shipment.commodity_id)
    charges = np.zeros(len(ways))
    for at, way in enumerate(ways):
        for order in corridor_orders(graph, prices, way):
            if order.effect in SHUTTING:
                charges[at] = np.inf
            elif order.effect == "added_h":
                charges[at] += prices.vot_usd_per_t_h * order.value
            elif order in prices.orders.charges:
                charges[at] += np.nan_to_num(order.charge_usd_per_t(load_t))
    return charges


def _assumed_share(prices: Prices, way: Ints) -> float:
    """Return the share of the cost of a way that rests on assumed rows."""
    assumed = total = 0.0
    for part in PARTS:
        money = np.abs(prices.parts[part][way])
        assumed += float(money[prices.assumed[part][way]].sum())
        total += float(money.sum())
    hours = prices.vot_usd_per_t_h * prices.time_h[way]
    assumed += float(hours[prices.assumed["time"][way]].sum())
    total += float(hours.sum())
    return assumed / total if total else 0.0


def _leg(graph: Graph, prices: Prices, added: dict[int, float], arcs: list[int]) -> Leg:
    model, columns, figures = graph.model, graph.arcs, graph.values
    names, carrier = model["node"].text("node_id"), model["carrier"]
    at = np.array(arcs, dtype=np.int32)
    layer = int(columns.carrier_idx[arcs[0]])
    parts = {part: float(prices.parts[part][at].sum()) for part in PARTS}
    parts["haulage"] += sum(added.get(arc, 0.0) for arc in arcs)
    flat = graph.chains.flat(arcs)
    ends = [int(columns.end_idx[arc]) for arc in flat if columns.link_idx[arc] != NONE]
    rows = _rows(graph, prices, [*flat, *(arc for arc in arcs if arc not in flat)])
    sources = (str(model[table].text("source_id")[row]) for table, row in rows)
    return Leg(
        kind=LEG_OF[ArcKind(int(columns.kind[arcs[0]]))],
        carrier_id=str(carrier.text("carrier_id")[layer]),
        mode=str(carrier.text("mode")[layer]),
        unit=str(carrier.text("unit")[layer]),
        from_node_id=str(names[columns.start_idx[arcs[0]]]),
        to_node_id=str(names[columns.end_idx[arcs[-1]]]),
        via_node_ids=tuple(str(names[end]) for end in ends[:-1]),
        length_km=float(figures.length_km[at].sum()),
        time_h=float(prices.time_h[at].sum()),
        wait_h=float(figures.wait_h[at].sum() + prices.orders.added_h[at].sum()),
        sd_h=float(np.sqrt(figures.variance_h2[at].sum())),
        emission_kgco2e_per_t=float(figures.emission_kgco2e_per_t[at].sum()),
        cost_parts={part: money for part, money in parts.items() if money},
        rows=tuple(str(RowReference(t, model[t].keys[row])) for t, row in rows),
        source_ids=tuple(s for s in dict.fromkeys(sources) if s),
        assumed=any(model[t].text("quality")[row] == "assumed" for t, row in rows),
    )


def _rows(graph: Graph, prices: Prices, arcs: list[int]) -> tuple[tuple[str, int], ...]:
    """Return table and row behind arcs: those that made them, and those that price."""
    rows: dict[tuple[str, int], None] = {}
    for arc in arcs:
        rows |= dict.fromkeys(graph.positions_of(arc))
    book = prices.book
    for arc in arcs:
        haul = book.haul_of.get(arc, NONE)
        if haul == NONE:
            continue
        for rates, chosen in (
            (book.rates, book.rate_of),
            (book.coefficients, book.coefficient_of),
            (book.fees, book.fee_of),
        ):
            if chosen[haul] != NONE:
                rows["tariff", int(rates.row[chosen[haul]])] = None
        if book.rate_of[haul] == NONE:
            rows["carrier", int(graph.arcs.carrier_idx[arc])] = None
    return tuple(rows)
