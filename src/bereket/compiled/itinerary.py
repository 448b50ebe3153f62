"""A way told leg by leg: hours, kilometres, money, emissions, and the rows behind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, ArcKind, of_kinds
from bereket.compiled.corridors import haulage_factor, way_charges
from bereket.compiled.cost import PARTS, Prices
from bereket.compiled.graph import Graph
from bereket.compiled.money import Row, loads
from bereket.compiled.orders import Order
from bereket.compiled.provenance import rows_by_arc
from bereket.compiled.runs import corrections

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
        line, border, load, unload, transfer, service, through rate; or whole way, for
        what orders on corridors add.
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


class Figures(NamedTuple):
    """Exact figures of ways; money is inf where an order bars one.

    Attributes
    ----------
    cost_usd_per_t : (n_ways,)
        Money, with runs priced exactly and orders on whole ways [USD/t].
    time_h, sd_h : (n_ways,)
        Door to door, and its spread: the root of the summed variances [h].
    emission_kgco2e_per_t : (n_ways,)
        Emissions; what is unknown counts as 0.
    """

    cost_usd_per_t: NDArray[np.float64]
    time_h: NDArray[np.float64]
    sd_h: NDArray[np.float64]
    emission_kgco2e_per_t: NDArray[np.float64]


def figures_of(
    graph: Graph, prices: Prices, ways: Sequence[Ints], lifted: Collection[str] = ()
) -> Figures:
    """Return the exact figures of ways.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    ways : sequence of (n,) int32
        Arcs of each way, all from one origin to one destination.
    lifted : collection of str
        Labels of orders on whole ways that are taken as lifted.

    Returns
    -------
    Figures
        One of each a way.
    """
    if not ways:
        return Figures(*(np.empty(0) for _ in range(4)))
    start = np.concatenate(([0], np.cumsum([way.size for way in ways])[:-1]))
    arcs = np.concatenate(ways)

    def summed(by_arc: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.add.reduceat(by_arc[arcs], start)

    added = corrections(graph, prices, ways)
    haulage = summed(prices.parts["haulage"]) + added
    charges, late_h = way_charges(graph, prices, ways, haulage, lifted)
    return Figures(
        cost_usd_per_t=summed(prices.money_usd_per_t) + added + charges,
        time_h=summed(prices.time_h) + late_h,
        sd_h=np.sqrt(summed(graph.values.variance_h2)),
        emission_kgco2e_per_t=summed(np.nan_to_num(graph.values.emission_kgco2e_per_t)),
    )


def generalised_costs(
    graph: Graph, prices: Prices, ways: Sequence[Ints], lifted: Collection[str] = ()
) -> NDArray[np.float64]:
    """Return the exact generalised cost of ways [USD/t]; inf where an order bars one.

    Parameters
    ----------
    graph, prices, ways, lifted
        As for `figures_of`.

    Returns
    -------
    (n_ways,)
        Money + value of time + value of reliability of the root of the summed variances
        + price of emissions.
    """
    return prices.generalised(figures_of(graph, prices, ways, lifted))


def totals(
    graph: Graph,
    prices: Prices,
    way: Ints,
    added: Mapping[int, float],
    orders: Collection[Order] = (),
) -> Totals:
    """Return the figures of one way.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    way : (n,) int32
        Arcs of the way.
    added : mapping of int to float
        What exact pricing adds to the haulage of its arcs (`corrections_by_arc`).
    orders : collection of Order
        Orders that bind the way as a whole (`way_orders`).

    Returns
    -------
    Totals
        Sums over the arcs, with runs priced exactly and orders on the whole way.
    """
    time_h, values = prices.time_h[way], graph.values
    parts = {part: float(prices.parts[part][way].sum()) for part in PARTS}
    parts["haulage"] += sum(added.values())
    parts["haulage"] *= haulage_factor(orders)
    load_t = loads(graph.model, prices.shipment.commodity_id)
    charges = [o.charge_usd_per_t(load_t) for o in orders if o in prices.orders.charges]
    parts["other"] += float(np.nansum(charges))
    late_h = sum(o.value for o in orders if o.effect == "added_h")
    sd_h = float(np.sqrt(values.variance_h2[way].sum()))
    door_h = float(time_h.sum()) + late_h
    at_ends = of_kinds(graph.arcs.kind[way], ENDS)
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
        assumed_share=assumed_share(prices, way),
    )


def legs(
    graph: Graph, prices: Prices, way: Ints, added: Mapping[int, float]
) -> tuple[Leg, ...]:
    """Tell a way leg by leg.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    way : (n,) int32
        Arcs of the way.
    added : mapping of int to float
        What exact pricing adds to the haulage of its arcs (`corrections_by_arc`).

    Returns
    -------
    tuple of Leg
        Lines of one carrier between borders and changes are one leg; their money sums
        to the way's with that of `whole_way_leg`.
    """
    behind = rows_by_arc(graph, prices, way)
    kinds, carriers = graph.arcs.kind[way], graph.arcs.carrier_idx[way]
    apart = of_kinds(kinds, (ArcKind.BORDER, ArcKind.TRANSFER))
    names = np.array([LEG_OF[ArcKind(kind)] for kind in kinds.tolist()])
    goes_on = (names[1:] == names[:-1]) & (carriers[1:] == carriers[:-1]) & ~apart[1:]
    first = np.concatenate(([0], np.nonzero(~goes_on)[0] + 1))
    figures, values = {}, graph.values
    for name, by_arc in {
        **prices.parts,
        "length_km": values.length_km,
        "time_h": prices.time_h,
        "wait_h": values.wait_h + prices.orders.added_h,
        "variance_h2": values.variance_h2,
        "emission": values.emission_kgco2e_per_t,
    }.items():
        figures[name] = np.add.reduceat(by_arc[way], first).tolist()
    return tuple(
        _leg(
            graph,
            arcs.tolist(),
            {name: figure[at] for name, figure in figures.items()},
            added,
            behind,
        )
        for at, arcs in enumerate(np.split(way, first[1:]))
    )


def whole_way_leg(
    graph: Graph,
    prices: Prices,
    way: Ints,
    added: Mapping[int, float],
    orders: Sequence[Order],
) -> Leg | None:
    """Tell what orders on the whole way add, as a leg of its own; None where nothing.

    Parameters
    ----------
    graph, prices, way, added
        As for `totals`.
    orders : sequence of Order
        Orders that bind the way as a whole.

    Returns
    -------
    Leg or None
        Their money and hours, without kilometres.
    """
    if not orders:
        return None
    model, names = graph.model, graph.model["node"].labels("node_id")
    plain = totals(graph, prices, way, added)
    whole = totals(graph, prices, way, added, orders)
    more = {p: whole.cost_parts[p] - plain.cost_parts[p] for p in PARTS}
    late_h = whole.door_to_door_h - plain.door_to_door_h
    rows = [order.row for order in orders]
    sources = (model["regime"].labels("source_id")[row] for row in rows)
    return Leg(
        kind="whole way",
        carrier_id="",
        mode="",
        unit="",
        from_node_id=names[graph.arcs.start_idx[way[0]]],
        to_node_id=names[graph.arcs.end_idx[way[-1]]],
        via_node_ids=(),
        length_km=0.0,
        time_h=late_h,
        wait_h=late_h,
        sd_h=0.0,
        emission_kgco2e_per_t=0.0,
        cost_parts={part: money for part, money in more.items() if money},
        rows=tuple(model["regime"].references[row] for row in rows),
        source_ids=tuple(s for s in dict.fromkeys(sources) if s),
        assumed=any(model["regime"].labels("quality")[r] == "assumed" for r in rows),
    )


def assumed_share(prices: Prices, way: Ints) -> float:
    """Return the share of the cost of a way that rests on assumed rows."""
    assumed = total = 0.0
    for part in PARTS:
        money = np.abs(prices.parts[part][way])
        assumed += float(money[prices.assumed[part][way]].sum())
        total += float(money.sum())
    hours = prices.vot_usd_per_t_h * prices.time_h[way]
    assumed += float(hours[prices.assumed["time"][way]].sum())
    total += float(hours.sum())
    return min(assumed / total, 1.0) if total else 0.0


def _leg(
    graph: Graph,
    arcs: list[int],
    figures: dict[str, float],
    added: Mapping[int, float],
    behind: Mapping[int, tuple[Row, ...]],
) -> Leg:
    model, columns = graph.model, graph.arcs
    names, carrier = model["node"].labels("node_id"), model["carrier"]
    layer = int(columns.carrier_idx[arcs[0]])
    parts = {part: figures[part] for part in PARTS}
    parts["haulage"] += sum(added.get(arc, 0.0) for arc in arcs)
    flat = graph.chains.flat(np.array(arcs, dtype=np.int32)).tolist()
    ends = [int(columns.end_idx[arc]) for arc in flat if columns.link_idx[arc] != NONE]
    rows = dict.fromkeys(row for arc in arcs for row in behind[arc])
    sources = (model[table].labels("source_id")[row] for table, row in rows)
    return Leg(
        kind=LEG_OF[ArcKind(int(columns.kind[arcs[0]]))],
        carrier_id=carrier.labels("carrier_id")[layer],
        mode=carrier.labels("mode")[layer],
        unit=carrier.labels("unit")[layer],
        from_node_id=names[columns.start_idx[arcs[0]]],
        to_node_id=names[columns.end_idx[arcs[-1]]],
        via_node_ids=tuple(names[end] for end in ends[:-1]),
        length_km=figures["length_km"],
        time_h=figures["time_h"],
        wait_h=figures["wait_h"],
        sd_h=float(figures["variance_h2"] ** 0.5),
        emission_kgco2e_per_t=figures["emission"],
        cost_parts={part: money for part, money in parts.items() if money},
        rows=tuple(model[table].references[row] for table, row in rows),
        source_ids=tuple(s for s in dict.fromkeys(sources) if s),
        assumed=any(model[t].labels("quality")[row] == "assumed" for t, row in rows),
    )
