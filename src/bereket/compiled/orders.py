"""What was ordered on a date: closures, bans, surcharges, hours, as effects on arcs."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import ArcKind, of_kinds
from bereket.compiled.bearings import compass, countries_of_arcs
from bereket.compiled.graph import Graph, arcs_of_rows, frozen
from bereket.compiled.kept import once
from bereket.compiled.shipment import Shipment
from bereket.model.calendar import is_open
from bereket.model.places import takes_country
from bereket.model.reference import find_rows, parse_reference, split_elements

PLACE_KINDS: Final = (
    ArcKind.LOAD,
    ArcKind.UNLOAD,
    ArcKind.TRANSFER,
    ArcKind.BOARD,
    ArcKind.ALIGHT,
)
HANDLING_KINDS: Final = (ArcKind.LOAD, ArcKind.UNLOAD, ArcKind.TRANSFER)
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
    direction : str
        Compass direction it holds in, or empty.
    arcs : (n_arcs,) bool
        Arcs it acts on; of a through rate those of the chain.
    touched : (n_arcs,) bool
        The same with the products whose chains they are in.
    spare : (n_arcs,) bool
        Arcs that it acts on where a way passes none of `arcs`: the handling at a border
        post of cargo that does not cross the border there.
    shuts : (n_arcs,) bool
        Arcs that it closes, products too.
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
    direction: str
    arcs: NDArray[np.bool_]
    touched: NDArray[np.bool_]
    spare: NDArray[np.bool_]
    shuts: NDArray[np.bool_]
    corridor_ids: tuple[str, ...]
    binds: bool

    def asked_by(self, party: str) -> "Order":
        """Return the order as it binds a party class; empty = nobody's."""
        return replace(self, binds=not self.party or self.party == party)

    @property
    def reference(self) -> str:
        """The row's reference."""
        return f"regime:{self.regime_id}"

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
    of_ways : tuple of Order
        Those that act on whole ways: on corridors, or at a post that is not crossed.
    """

    in_force: tuple[Order, ...]
    is_shut: NDArray[np.bool_]
    added_h: NDArray[np.float64]
    factor: NDArray[np.float64]
    charges: tuple[Order, ...] = field(default=())
    of_ways: tuple[Order, ...] = field(default=())


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
    _read(graph)
    key = shipment.commodity_id, shipment.origin_iso3, shipment.destination_iso3
    rows = once(
        graph.kept_by_text, ("orders of", *key), lambda: _rows_for(graph, shipment)
    )
    return once(graph.kept, ("orders", rows, party), lambda: _bound(graph, rows, party))


def _read(graph: Graph) -> None:
    """Read every order of the date, once."""
    regime, kept = graph.model["regime"], graph.kept_by_text
    open_now = once(
        kept,
        ("orders open",),
        lambda: tuple(np.nonzero(is_open(regime, graph.day))[0].tolist()),
    )
    if graph.orders.keys() >= set(open_now):
        return
    known = {key[0] for key in graph.model["corridor"].row_of}
    countries = set(graph.model["node"].labels("country_iso3"))
    for row in open_now:
        if row not in graph.orders:
            graph.orders[row] = _order(graph, row, (known, countries))


def _rows_for(graph: Graph, shipment: Shipment) -> tuple[int, ...]:
    """Return the orders in force for a cargo and its countries, whoever asks."""
    regime = graph.model["regime"]
    commodities = regime.lists("commodity_id")
    origins = regime.lists("origin_iso3")
    destinations = regime.lists("destination_iso3")
    return tuple(
        row
        for row in np.nonzero(is_open(regime, graph.day))[0].tolist()
        if (not commodities[row] or shipment.commodity_id in commodities[row])
        and takes_country(origins[row], shipment.origin_iso3)
        and takes_country(destinations[row], shipment.destination_iso3)
    )


def _bound(graph: Graph, rows: tuple[int, ...], party: str) -> Orders:
    """Return what some orders do for a party; shipments under the same share it."""
    found = [graph.orders[row].asked_by(party) for row in rows]
    is_shut = np.zeros(graph.n_arcs, dtype=bool)
    added_h, factor = np.zeros(graph.n_arcs), np.ones(graph.n_arcs)
    for order in found:
        if order.binds:
            is_shut |= order.shuts
            if order.effect == "added_h":
                added_h[order.arcs] += order.value
            elif order.effect == "coefficient":
                factor[order.arcs] *= order.value
    length_km = graph.values.length_km
    for product, chain in graph.chains.arcs_of.items():
        added_h[product] = added_h[chain].sum()
        if length_km[product] > 0:
            share = length_km[chain] / length_km[product]
            factor[product] = (factor[chain] * share).sum()
    charges = tuple(
        o for o in found if o.binds and o.effect in {"surcharge", "subsidy"}
    )
    of_ways = tuple(o for o in found if o.corridor_ids or o.spare.any())
    for array in (is_shut, added_h, factor):
        frozen(array)
    return Orders(tuple(found), is_shut, added_h, factor, charges, of_ways)


def _order(graph: Graph, row: int, names: tuple[set[str], set[str]]) -> Order:
    """Read an order; `names` are the corridors and the countries of the model."""
    regime = graph.model["regime"]
    effect, direction = (
        str(regime.text(column)[row]) for column in ("effect", "direction")
    )
    arcs = np.zeros(graph.n_arcs, dtype=bool)
    spare = np.zeros(graph.n_arcs, dtype=bool)
    corridors: list[str] = []
    known, countries = names
    for element in split_elements(str(regime.text("on")[row]), known | countries):
        if element in known:
            corridors.append(element)
        else:
            arcs |= arcs_of_element(graph, element, effect)
            spare |= _handling_at(graph, element, effect)
    if direction:
        arcs &= _heads_for(graph, direction)
    shuts = np.zeros(graph.n_arcs, dtype=bool)
    if effect in SHUTTING:
        shuts = graph.chains.spread(arcs)
    elif effect == "prescribed":
        shuts = _rivals(graph, arcs)
    bound = str(regime.text("party")[row])
    return Order(
        regime_id=str(regime.text("regime_id")[row]),
        effect=effect,
        party=bound,
        exception=str(regime.text("exception")[row]),
        value=float(regime.number("value")[row]),
        unit=str(regime.text("unit")[row]),
        row=row,
        direction=direction,
        arcs=arcs,
        touched=shuts if effect in SHUTTING else graph.chains.spread(arcs),
        spare=spare & ~arcs if arcs.any() else np.zeros_like(spare),
        shuts=shuts,
        corridor_ids=tuple(corridors),
        binds=not bound,
    )


def quotas_of(graph: Graph) -> dict[int, NDArray[np.bool_]]:
    """Return the arcs of each order in force that lets only so much pass.

    Parameters
    ----------
    graph : Graph
        A network whose ways were priced, so that its orders are known.

    Returns
    -------
    dict of int to (n_arcs,) bool
        By row of table ``regime``; those for a party, or by origin and destination, are
        left out, since tonnes of one pair cannot be told from those of another.
    """
    regime = graph.model["regime"]
    return {
        row: _entering(graph, order.arcs)
        for row, order in graph.orders.items()
        if order.effect == "quota"
        and not order.party
        and not regime.lists("origin_iso3")[row]
        and not regime.lists("destination_iso3")[row]
        and order.arcs.any()
    }


def _entering(graph: Graph, touched: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the arcs by which a way comes under an order, so that it counts once."""
    arcs = graph.arcs
    (inside,) = np.nonzero(touched)
    comes_from: dict[int, set[int]] = {}
    for arc in inside.tolist():
        comes_from.setdefault(int(arcs.head[arc]), set()).add(int(arcs.start_idx[arc]))
    entering = np.zeros(touched.size, dtype=bool)
    for arc in inside.tolist():
        # what comes from where the arc leads is the way back, and no way before it
        before = comes_from.get(int(arcs.tail[arc]), set()) - {int(arcs.end_idx[arc])}
        entering[arc] = not before
    return entering


def arcs_of_element(
    graph: Graph, element: str, effect: str = "closed"
) -> NDArray[np.bool_]:
    """Return the arcs that an order on an element acts on, products apart.

    Parameters
    ----------
    graph : Graph
        The network.
    element : str
        Row reference or ISO3 country.
    effect : str
        Kind of the order.

    Returns
    -------
    (n_arcs,) bool
        The arcs.

    Notes
    -----
    What closes a place shuts its side of every border, its transfers and its calls.
    Hours and money stand there once: on its side of the borders where it is a border
    post (`Order.spare` for cargo that does not cross there), else where cargo is
    loaded, unloaded or transferred; on a service, where it is boarded. A country is its
    side of the borders and the calls at its ports; for a coefficient, all that runs
    under its tariff.
    """
    return once(
        graph.kept_by_text,
        ("element", element, effect),
        lambda: frozen(_arcs_of_element(graph, element, effect)),
    )


def _arcs_of_element(graph: Graph, element: str, effect: str) -> NDArray[np.bool_]:
    """Work out `arcs_of_element`; products, and so chains, do not count."""
    arcs, model = graph.arcs, graph.model
    is_border = arcs.kind == ArcKind.BORDER
    if ":" not in element:
        if effect == "coefficient":
            return np.asarray(countries_of_arcs(model, graph) == element, dtype=bool)
        here = model["node"].text("country_iso3")[arcs.start_idx] == element
        on_side = of_kinds(arcs.kind, (ArcKind.BOARD, ArcKind.ALIGHT)) & here
        on_side[is_border] = (model["border"].text("side_iso3") == element)[
            arcs.main_idx[is_border]
        ]
        return np.asarray(on_side, dtype=bool)
    reference = parse_reference(element)
    rows = find_rows(model, reference)
    marked = arcs_of_rows(graph, reference.table, rows)
    marked &= arcs.kind != ArcKind.PRODUCT
    shuts = effect in {*SHUTTING, "prescribed", "quota"}
    if reference.table == "service" and not shuts:
        marked &= arcs.kind == ArcKind.BOARD
    if reference.table == "node":
        own = model["node"].text("country_iso3")[rows[0]]
        own_side = np.zeros(graph.n_arcs, dtype=bool)
        own_side[is_border] = (model["border"].text("side_iso3") == own)[
            arcs.main_idx[is_border]
        ]
        at_post = marked & own_side
        marked &= of_kinds(arcs.kind, PLACE_KINDS if shuts else HANDLING_KINDS)
        marked = (marked | at_post) if shuts or not at_post.any() else at_post
    return marked


def _handling_at(graph: Graph, element: str, effect: str) -> NDArray[np.bool_]:
    """Return the handling arcs at a place that hours and money are put on."""
    if effect not in {"added_h", "surcharge", "subsidy"} or ":" not in element:
        return np.zeros(graph.n_arcs, dtype=bool)
    reference = parse_reference(element)
    if reference.table != "node":
        return np.zeros(graph.n_arcs, dtype=bool)
    here = arcs_of_rows(graph, "node", find_rows(graph.model, reference))
    return np.asarray(here & of_kinds(graph.arcs.kind, HANDLING_KINDS), dtype=bool)


def _heads_for(graph: Graph, direction: str) -> NDArray[np.bool_]:
    """Return which arcs head for a compass direction; arcs at one place always do."""
    stays = graph.arcs.start_idx == graph.arcs.end_idx
    return np.asarray((compass(graph) == direction) | stays, dtype=bool)


def _rivals(graph: Graph, arcs_meant: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the border arcs of other crossings than the prescribed ones."""
    arcs, country = graph.arcs, graph.model["node"].text("country_iso3")
    is_border = arcs.kind == ArcKind.BORDER
    own = np.nonzero(arcs_meant & is_border)[0]
    crossings = {(int(arcs.start_idx[a]), int(arcs.end_idx[a])) for a in own}
    pairs = {
        (country[arcs.start_idx[a]], country[arcs.end_idx[a]], int(arcs.carrier_idx[a]))
        for a in own
    }
    rivals = np.zeros(graph.n_arcs, dtype=bool)
    for arc in np.nonzero(is_border)[0]:
        start, end = int(arcs.start_idx[arc]), int(arcs.end_idx[arc])
        pair = (country[start], country[end], int(arcs.carrier_idx[arc]))
        rivals[arc] = (start, end) not in crossings and pair in pairs
    return graph.chains.spread(rivals)
