"""What was ordered on a date: closures, bans, surcharges, hours, as effects on arcs."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import ArcKind
from bereket.compiled.graph import Graph, arcs_of_rows
from bereket.compiled.shipment import Shipment
from bereket.model.calendar import is_open
from bereket.model.model import Model
from bereket.model.places import takes_country
from bereket.model.reference import find_rows, parse_reference, split_elements

PLACE_KINDS: Final = (
    ArcKind.BORDER,
    ArcKind.LOAD,
    ArcKind.UNLOAD,
    ArcKind.TRANSFER,
    ArcKind.BOARD,
    ArcKind.ALIGHT,
)
SHUTTING: Final = ("closed", "barred")


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """One order in force, and what it acts on.

    Attributes
    ----------
    regime_id, effect, party, exception, unit : str
        From the row.
    value : float
        Size of the effect in `unit`; NaN where it has none.
    row : int
        Row of table ``regime``.
    arcs : (n_arcs,) bool
        Arcs it acts on.
    corridor_ids : tuple of str
        Corridors it acts on; a way is touched when it is of one of them.
    binds : bool
        False when it binds a party that was not asked for; then it is only reported.
    """

    regime_id: str
    effect: str
    party: str
    exception: str
    value: float
    unit: str
    row: int
    arcs: NDArray[np.bool_]
    corridor_ids: tuple[str, ...]
    binds: bool

    def charge_usd_per_t(self, load_t: dict[str, float]) -> float:
        """Return what a surcharge adds, or a subsidy takes off [USD/t].

        Parameters
        ----------
        load_t : dict of str to float
            Tonnes of the cargo in one unit, by unit.

        Returns
        -------
        float
            Money of a tonne; NaN where the cargo is not counted in the order's unit.
        """
        sign = -1.0 if self.effect == "subsidy" else 1.0
        return sign * self.value / load_t.get(self.unit, float("nan"))


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders in force for a shipment and party, with their effects on arcs.

    Attributes
    ----------
    in_force : tuple of Order
        Every order of the date for the cargo and its countries.
    is_shut : (n_arcs,) bool
        Arcs that an order closes.
    added_h : (n_arcs,)
        Hours that orders add.
    factor : (n_arcs,)
        Factor on the haulage.
    charges : tuple of Order
        Surcharges and subsidies that bind.
    """

    in_force: tuple[Order, ...]
    is_shut: NDArray[np.bool_]
    added_h: NDArray[np.float64]
    factor: NDArray[np.float64]
    charges: tuple[Order, ...] = field(default=())


def orders_in_force(graph: Graph, shipment: Shipment, party: str = "") -> Orders:
    """Find the orders that bind a shipment on the graph's date.

    Parameters
    ----------
    graph : Graph
        The compiled network.
    shipment : Shipment
        Cargo, and the countries it goes from and to.
    party : str
        Party class that asks; orders for other parties are reported, not applied.

    Returns
    -------
    Orders
        Orders and their effects on arcs. Effects on corridors are left to the way.
    """
    regime = graph.model["regime"]
    commodities = regime.lists("commodity_id")
    origins = regime.lists("origin_iso3")
    destinations = regime.lists("destination_iso3")
    found = [
        _order(graph, row, party)
        for row in np.nonzero(is_open(regime, graph.day))[0].tolist()
        if (not commodities[row] or shipment.commodity_id in commodities[row])
        and takes_country(origins[row], shipment.origin_iso3)
        and takes_country(destinations[row], shipment.destination_iso3)
    ]
    is_shut = np.zeros(graph.n_arcs, dtype=bool)
    added_h, factor = np.zeros(graph.n_arcs), np.ones(graph.n_arcs)
    for order in found:
        if not order.binds:
            continue
        if order.effect in SHUTTING:
            is_shut |= order.arcs
        elif order.effect == "prescribed":
            is_shut |= _rivals(graph, order)
        elif order.effect == "added_h":
            added_h[order.arcs] += order.value
        elif order.effect == "coefficient":
            factor[order.arcs] *= order.value
    charges = tuple(
        o for o in found if o.binds and o.effect in {"surcharge", "subsidy"}
    )
    return Orders(tuple(found), is_shut, added_h, factor, charges)


def _order(graph: Graph, row: int, party: str) -> Order:
    regime = graph.model["regime"]
    arcs = np.zeros(graph.n_arcs, dtype=bool)
    corridors: list[str] = []
    known = {key[0] for key in graph.model["corridor"].row_of}
    countries = {str(c) for c in graph.model["node"].text("country_iso3")}
    for element in split_elements(str(regime.text("on")[row]), known | countries):
        if element in known:
            corridors.append(element)
        else:
            arcs |= arcs_of_element(graph, element, str(regime.text("effect")[row]))
    direction = str(regime.text("direction")[row])
    if direction:
        arcs &= _heads_for(graph, direction)
    bound = str(regime.text("party")[row])
    return Order(
        regime_id=str(regime.text("regime_id")[row]),
        effect=str(regime.text("effect")[row]),
        party=bound,
        exception=str(regime.text("exception")[row]),
        value=float(regime.number("value")[row]),
        unit=str(regime.text("unit")[row]),
        row=row,
        arcs=arcs,
        corridor_ids=tuple(corridors),
        binds=not bound or bound == party,
    )


def arcs_of_element(
    graph: Graph, element: str, effect: str = "closed"
) -> NDArray[np.bool_]:
    """Return the arcs that an order on an element acts on.

    Parameters
    ----------
    graph : Graph
        The network.
    element : str
        Row reference or ISO3 country.
    effect : str
        Kind of the order: a closed place closes every border, transfer and call there;
        hours and money are added where the cargo is handled, once.

    Returns
    -------
    (n_arcs,) bool
        The arcs.
    """
    arcs, model = graph.arcs, graph.model
    if ":" not in element:
        side = model["border"].text("side_iso3") == element
        on_side = np.zeros(graph.n_arcs, dtype=bool)
        is_border = arcs.kind == ArcKind.BORDER
        on_side[is_border] = side[arcs.main_idx[is_border]]
        at_quay = np.isin(arcs.kind, (ArcKind.BOARD, ArcKind.ALIGHT))
        on_side |= at_quay & (
            model["node"].text("country_iso3")[arcs.start_idx] == element
        )
        if effect == "coefficient":
            in_country = countries_of_arcs(model, graph) == element
            return np.asarray(on_side | in_country, dtype=bool)
        return graph.chains.spread(on_side)
    reference = parse_reference(element)
    rows = find_rows(model, reference)
    marked = arcs_of_rows(graph, reference.table, rows)
    if reference.table == "node":
        (marked_arcs,) = np.nonzero(marked)
        kinds, sides = arcs.kind[marked_arcs], model["border"].text("side_iso3")
        own = model["node"].text("country_iso3")[list(rows)]
        marked[marked_arcs] = [
            kind in PLACE_KINDS
            and (kind != ArcKind.BORDER or sides[arcs.main_idx[arc]] in own)
            for arc, kind in zip(marked_arcs, kinds, strict=True)
        ]
    return graph.chains.spread(marked)


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


def _heads_for(graph: Graph, direction: str) -> NDArray[np.bool_]:
    """Return which arcs head for a compass direction; arcs at one place always do."""
    stays = graph.arcs.start_idx == graph.arcs.end_idx
    return np.asarray((compass(graph) == direction) | stays, dtype=bool)


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


def _rivals(graph: Graph, order: Order) -> NDArray[np.bool_]:
    """Return the border arcs that rival the prescribed crossings."""
    arcs, node = graph.arcs, graph.model["node"]
    country = node.text("country_iso3")
    is_border = arcs.kind == ArcKind.BORDER
    own = order.arcs & is_border
    pairs = {
        (country[arcs.start_idx[a]], country[arcs.end_idx[a]], int(arcs.carrier_idx[a]))
        for a in np.nonzero(own)[0]
    }
    rivals = np.zeros(graph.n_arcs, dtype=bool)
    for arc in np.nonzero(is_border & ~own)[0]:
        pair = country[arcs.start_idx[arc]], country[arcs.end_idx[arc]]
        rivals[arc] = (*pair, int(arcs.carrier_idx[arc])) in pairs
    return graph.chains.spread(rivals)
