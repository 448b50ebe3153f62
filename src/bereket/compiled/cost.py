"""Generalised cost: money by part, value of time, emissions, each an array on arcs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import MAIN_TABLE, NONE, ArcKind, of_kinds
from bereket.compiled.book import Book, book_of, haulage_of, quality_is_assumed
from bereket.compiled.graph import Graph
from bereket.compiled.money import loads
from bereket.compiled.orders import Orders, orders_in_force
from bereket.compiled.rents import Rents, rents_of
from bereket.compiled.shipment import Shipment

if TYPE_CHECKING:
    from bereket.compiled.itinerary import Figures
    from bereket.compiled.runs import PricedRun

PARTS: Final = (
    "haulage",
    "wagon",
    "container",
    "empty_return",
    "backload",
    "terminal",
    "border",
    "other",
)
MOST_KEPT: Final = 128  # prices of shipments that a graph keeps
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Money that the parts leave out, as no row states it.

    Attributes
    ----------
    what : str
        What is left out.
    table : str
        Table of the rows that do not state it.
    why : str
        Why, in words.
    row : (n_arcs,) int
        Row that leaves it out of each arc, or `NONE`.
    """

    what: str
    table: str
    why: str
    row: NDArray[np.intp]


def exclusion_texts(
    graph: Graph, excludes: Iterable[Exclusion], way: NDArray[np.int32]
) -> tuple[str, ...]:
    """Return a line for each kind of money that a way leaves out, with all its rows."""
    flat = graph.chains.flat(way)
    rows_of: dict[tuple[str, str], dict[str, None]] = {}
    for each in excludes:
        rows = dict.fromkeys(each.row[flat].tolist())
        rows.pop(NONE, None)
        if rows:
            references = graph.model[each.table].references
            named = rows_of.setdefault((each.what, each.why), {})
            named |= dict.fromkeys(references[row] for row in rows)
    return tuple(
        f"{what} of {', '.join(rows)} ({why})" for (what, why), rows in rows_of.items()
    )


@dataclass(frozen=True, slots=True)
class Prices:
    """Generalised cost of arcs for one shipment, price-year prices.

    Attributes
    ----------
    shipment : Shipment
        Cargo, countries, owner.
    parts : mapping of str to (n_arcs,)
        Money by part [USD/t]; the names are `PARTS`.
    money_usd_per_t : (n_arcs,)
        Sum of the parts; unknown ones count as 0.
    time_h : (n_arcs,)
        Time with the hours that orders add.
    is_offered : (n_arcs,) bool
        Arcs that are open, allowed to the cargo and priced.
    is_known : (n_arcs,) bool
        Arcs that the cargo may take and whose price is known, open or not.
    raw_usd_per_t : (n_arcs,)
        Money + value of time + emissions [USD/t]; spread of time apart. Below 0 where a
        subsidy is larger than all else.
    weight_usd_per_t : (n_arcs,)
        The same, 0 where it is below 0.
    assumed : mapping of str to (n_arcs,) bool
        Whether a part, or ``time``, rests on a row of quality assumed.
    vot_usd_per_t_h, vor_usd_per_t_h, carbon_usd_per_kg : float
        Value of time, of reliability; price of emissions.
    book : Book
        Tariff rows.
    orders : Orders
        Orders in force.
    rents : Rents
        Rents by carrier.
    excludes : tuple of Exclusion
        What the money leaves out.
    warnings : tuple of str
        Rows that could not be used, and why.
    runs : dict of tuple of int to PricedRun
        Runs priced so far, by their hauls.
    placed : list of tuple
        What rows for one place change, once it is worked out (`placed_ways`).
    """

    shipment: Shipment
    parts: MappingProxyType[str, Floats]
    money_usd_per_t: Floats
    time_h: Floats
    is_offered: NDArray[np.bool_]
    is_known: NDArray[np.bool_]
    raw_usd_per_t: Floats
    weight_usd_per_t: Floats
    assumed: MappingProxyType[str, NDArray[np.bool_]]
    vot_usd_per_t_h: float
    vor_usd_per_t_h: float
    carbon_usd_per_kg: float
    book: Book
    orders: Orders
    rents: Rents
    excludes: tuple[Exclusion, ...]
    warnings: tuple[str, ...]
    runs: dict[tuple[int, ...], "PricedRun"] = field(default_factory=dict, repr=False)
    placed: list[tuple[tuple[int, ...], NDArray[np.intp], Floats]] = field(
        default_factory=list, repr=False
    )

    def generalised(self, figures: "Figures") -> Floats:
        """Return the generalised cost of ways with some figures [USD/t]."""
        of_time = self.vot_usd_per_t_h * figures.time_h
        of_spread = self.vor_usd_per_t_h * figures.sd_h
        burnt = self.carbon_usd_per_kg * figures.emission_kgco2e_per_t
        return np.asarray(figures.cost_usd_per_t + of_time + of_spread + burnt)


def price(graph: Graph, shipment: Shipment, party: str = "") -> Prices:
    """Price every arc for a shipment; what the graph has priced before is kept.

    Parameters
    ----------
    graph : Graph
        The compiled network.
    shipment : Shipment
        Cargo, countries of origin and destination, owner of wagons and containers.
    party : str
        Party class that asks.

    Returns
    -------
    Prices
        One figure an arc and part.

    Notes
    -----
    ``c_ak = money_ak + vot_k time_a + carbon_price emission_ak`` [1]_; the value of
    reliability is added by the way, as the spread of a way is the root of the sum of
    its legs' variances. Delay costs rent. Haulage is from below (see `haul_price`).

    References
    ----------
    .. [1] Jourquin, B., Beuthe, M. (1996). Transportation policy analysis with a
       geographic information system. *Transportation Research C* 4(6).
    """
    kept = graph.priced
    if (shipment, party) not in kept:
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)))  # the oldest
        kept[shipment, party] = _priced(graph, shipment, party)
    return kept[shipment, party]


def _priced(graph: Graph, shipment: Shipment, party: str) -> Prices:
    model, arcs = graph.model, graph.arcs
    load_t = loads(model, shipment.commodity_id)
    orders = orders_in_force(graph, shipment, party)
    time_h = graph.values.time_h + orders.added_h
    book, tariff_warnings = book_of(graph, shipment)
    rents = rents_of(graph, shipment, load_t)
    parts = {part: np.zeros(graph.n_arcs) for part in PARTS}
    haulage, empty, assumed_haulage = haulage_of(graph, book)
    parts["haulage"] = haulage * orders.factor
    parts["empty_return"] += rents.empty_share[arcs.carrier_idx] * empty
    rents.charge(graph, time_h, parts)
    excluded = [
        Exclusion(
            what,
            "carrier",
            "no row of table rent",
            np.where(arcs.carrier_idx == layer, layer, NONE),
        )
        for layer, what in rents.missing
    ]
    excluded += _empty_runs(graph, book, rents)
    excluded += _handling(graph, load_t, parts)
    excluded += _charges(graph, orders, load_t, parts["other"])
    allowed, unloaded = _allowed(graph, shipment.commodity_id, load_t)
    is_known = allowed[arcs.carrier_idx] & ~np.isnan(parts["haulage"])
    commodity = model["commodity"]
    (row,) = commodity.row_of[(shipment.commodity_id,)]
    vot = float(commodity.number("vot_usd_per_t_h")[row])
    carbon = float(model["config"].number("carbon_price_usd_per_kgco2e")[0])
    money = np.nansum(list(parts.values()), axis=0)
    burnt = np.nan_to_num(graph.values.emission_kgco2e_per_t) * carbon
    raw = money + vot * time_h + burnt
    return Prices(
        shipment=shipment,
        parts=MappingProxyType(parts),
        money_usd_per_t=money,
        time_h=time_h,
        is_offered=graph.is_open & is_known & ~orders.is_shut,
        is_known=is_known,
        raw_usd_per_t=raw,
        weight_usd_per_t=np.maximum(raw, 0.0),
        assumed=MappingProxyType(_assumed(graph, assumed_haulage, rents)),
        vot_usd_per_t_h=vot,
        vor_usd_per_t_h=float(commodity.number("vor_usd_per_t_h")[row]),
        carbon_usd_per_kg=carbon,
        book=book,
        orders=orders,
        rents=rents,
        excludes=tuple(excluded),
        warnings=tuple(
            dict.fromkeys(
                tariff_warnings
                + rents.warnings
                + unloaded
                + _unpriced(graph, allowed, parts)
            )
        ),
    )


def _empty_runs(graph: Graph, book: Book, rents: Rents) -> list[Exclusion]:
    """Return the empty way back that no tariff prices, though units come back empty."""
    hauls, layer = book.hauls, graph.arcs.carrier_idx
    row = np.full(graph.n_arcs, NONE)
    unpriced = (book.empty_rate_of == NONE) & (hauls.product_row == NONE)
    unpriced &= rents.empty_share[hauls.carrier] > 0
    row[hauls.arc[unpriced]] = layer[hauls.arc[unpriced]]
    if not unpriced.any():
        return []
    return [Exclusion("empty run back", "carrier", "no tariff of load empty", row)]


def _handling(
    graph: Graph, load_t: dict[str, float], parts: dict[str, Floats]
) -> list[Exclusion]:
    """Fill terminal and border money; return what could not be priced."""
    transfer, border = graph.model["transfer"], graph.model["border"]
    per_unit = _per_t(
        transfer.number("cost_usd_per_unit"), transfer.text("unit"), load_t
    )
    per_t = transfer.number("cost_usd_per_t")
    terminal = np.where(np.isnan(per_t), per_unit, per_t)
    fee = border.number("fee_usd")
    at_border = np.where(fee == 0, 0.0, _per_t(fee, border.text("unit"), load_t))
    handled = (ArcKind.LOAD, ArcKind.UNLOAD, ArcKind.TRANSFER)
    unstated = np.isnan(per_t) & np.isnan(transfer.number("cost_usd_per_unit"))
    excluded = _fill(graph, handled, terminal, parts["terminal"], unstated)
    excluded += _fill(
        graph, (ArcKind.BORDER,), at_border, parts["border"], np.isnan(fee)
    )
    for product, chain in graph.chains.arcs_of.items():
        parts["border"][product] = parts["border"][chain].sum()
    return excluded


def _fill(
    graph: Graph,
    kinds: tuple[ArcKind, ...],
    money: Floats,
    part: Floats,
    unstated: NDArray[np.bool_],
) -> list[Exclusion]:
    """Put a table's money on its arcs; return the rows whose money is unknown."""
    arcs, table = graph.arcs, MAIN_TABLE[kinds[0]]
    at = np.nonzero(of_kinds(arcs.kind, kinds))[0]
    rows = arcs.main_idx[at]
    part[at] = np.nan_to_num(money[rows])
    what = "border fees" if table == "border" else "handling"
    excluded = []
    for is_so, why in (
        (unstated, "the row states none"),
        (np.isnan(money) & ~unstated, "the cargo has no load in the unit of the row"),
    ):
        if is_so.any():
            row = np.full(graph.n_arcs, NONE)
            row[at] = np.where(is_so[rows], rows, NONE)
            excluded.append(Exclusion(what, table, why, row))
    return excluded


def _per_t(
    per_unit: Floats, units: NDArray[np.object_], load_t: dict[str, float]
) -> Floats:
    load = np.array([load_t.get(str(unit), np.nan) for unit in units])
    return np.asarray(per_unit / load, dtype=np.float64)


def _charges(
    graph: Graph, orders: Orders, load_t: dict[str, float], other: Floats
) -> list[Exclusion]:
    """Add surcharges and subsidies of orders; return those whose unit is unknown."""
    excluded = []
    for order in orders.charges:
        charge = order.charge_usd_per_t(load_t)
        if np.isnan(charge):
            row = np.where(order.touched, order.row, NONE)
            why = f"unit {order.unit!r}"
            excluded.append(Exclusion(order.effect, "regime", why, row))
        else:
            other[order.arcs] += charge
    for product, chain in graph.chains.arcs_of.items():
        other[product] = other[chain].sum()
    return excluded


def _allowed(
    graph: Graph, commodity_id: str, load_t: dict[str, float]
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Return which carriers may take a commodity, and those without a known load."""
    model = graph.model
    commodity, carrier = model["commodity"], model["carrier"]
    (row,) = commodity.row_of[(commodity_id,)]
    named = model.carriers(commodity.lists("allowed_carriers")[row])
    allowed = np.zeros(len(carrier), dtype=bool)
    warned = []
    for layer, carrier_id in enumerate(carrier.text("carrier_id")):
        unit = str(carrier.text("unit")[layer])
        if carrier_id in named and np.isnan(load_t[unit]):
            warned.append(
                f"carrier {carrier_id!r} is not offered: commodity {commodity_id!r} "
                f"has no t_per_{unit}"
            )
        else:
            allowed[layer] = carrier_id in named
    return allowed, tuple(warned)


def _unpriced(
    graph: Graph, allowed: NDArray[np.bool_], parts: dict[str, Floats]
) -> tuple[str, ...]:
    """Name the carriers that the cargo may take but that have no price somewhere."""
    missing = (
        np.isnan(parts["haulage"]) & allowed[graph.arcs.carrier_idx] & graph.is_open
    )
    missing &= graph.arcs.kind != ArcKind.PRODUCT
    names = graph.model["carrier"].text("carrier_id")
    return tuple(
        f"carrier {names[layer]!r} is not offered on {int(count)} arcs: no tariff row "
        "holds there and it has no cost_usd_per_tkm"
        for layer, count in zip(
            *np.unique(graph.arcs.carrier_idx[missing], return_counts=True), strict=True
        )
    )


def _assumed(
    graph: Graph, haulage: NDArray[np.bool_], rents: Rents
) -> dict[str, NDArray[np.bool_]]:
    """Return which figures of arcs rest on rows of quality assumed."""
    arcs, model = graph.arcs, graph.model
    main = np.zeros(graph.n_arcs, dtype=bool)
    for kind in ArcKind:
        of_kind = arcs.kind == kind
        rows = arcs.main_idx[of_kind]
        main[of_kind] = quality_is_assumed(model, MAIN_TABLE[kind])[rows]
    on_link = arcs.link_idx != NONE
    link = np.zeros(graph.n_arcs, dtype=bool)
    link[on_link] = quality_is_assumed(model, "link")[arcs.link_idx[on_link]]
    time = main | link
    rented = rents.is_assumed[arcs.carrier_idx]
    found = dict.fromkeys(PARTS, main) | {"haulage": haulage | link, "time": time}
    return found | dict.fromkeys(
        ("wagon", "container", "empty_return", "backload"), time | rented
    )
