"""What shipments of one cargo under the same orders share: time, rents, handling."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import MAIN_TABLE, NONE, ArcKind, of_kinds
from bereket.compiled.book import quality_is_assumed
from bereket.compiled.exclusions import Exclusion
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.kept import once
from bereket.compiled.money import loads
from bereket.compiled.orders import Orders
from bereket.compiled.rents import Rents, rents_of
from bereket.compiled.shipment import Shipment

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

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
RENTED: Final = ("wagon", "container", "empty_return", "backload")


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What shipments of one cargo and owner under the same orders share, arc by arc.

    Attributes
    ----------
    rents : Rents
        Rents by carrier.
    time_h : (n_arcs,)
        Time with the hours that orders add.
    parts : dict of str to (n_arcs,)
        Money by part [USD/t], haulage and the haulage of empties apart.
    known : dict of str to (n_arcs,)
        The same, 0 where it is unknown; the same arrays where all is known.
    empty_share : (n_arcs,)
        Share of units that come back empty.
    is_allowed : (n_arcs,) bool
        Arcs of carriers that the cargo may take.
    may_be_taken : (n_arcs,) bool
        Those of them that are open, through rates apart.
    of_time_usd_per_t, burnt_usd_per_t : (n_arcs,)
        Value of the time; price of the emissions.
    assumed : dict of str to (n_arcs,) bool
        Whether a part, or ``time``, rests on a row of quality assumed; of haulage
        whether the link's is.
    vot_usd_per_t_h, vor_usd_per_t_h, carbon_usd_per_kg : float
        Value of time, of reliability; price of emissions.
    unrented, unstated : tuple of Exclusion
        Rents that no row states; handling, fees and charges of unknown money.
    warnings : tuple of str
        Rows that could not be used, and why.
    """

    rents: Rents
    time_h: Floats
    parts: dict[str, Floats]
    known: dict[str, Floats]
    empty_share: Floats
    is_allowed: Bools
    may_be_taken: Bools
    of_time_usd_per_t: Floats
    burnt_usd_per_t: Floats
    assumed: dict[str, Bools]
    vot_usd_per_t_h: float
    vor_usd_per_t_h: float
    carbon_usd_per_kg: float
    unrented: tuple[Exclusion, ...]
    unstated: tuple[Exclusion, ...]
    warnings: tuple[str, ...]


def terms_of(graph: Graph, shipment: Shipment, orders: Orders, party: str) -> Terms:
    """Return what a shipment shares with others of its cargo; kept.

    Parameters
    ----------
    graph : Graph
        The network.
    shipment : Shipment
        Cargo and owner; countries are not looked at.
    orders : Orders
        Orders in force for it and the party.
    party : str
        Party class that asks.

    Returns
    -------
    Terms
        The same object for all of them.
    """
    rows = tuple(order.row for order in orders.in_force)
    key = "terms", shipment.commodity_id, shipment.owner, rows, party
    return once(graph.kept, key, lambda: _terms(graph, shipment, orders))


def _terms(graph: Graph, shipment: Shipment, orders: Orders) -> Terms:
    model, layer = graph.model, graph.arcs.carrier_idx
    load_t = loads(model, shipment.commodity_id)
    rents = rents_of(graph, shipment, load_t)
    time_h = frozen(graph.values.time_h + orders.added_h)
    parts = {part: np.zeros(graph.n_arcs) for part in PARTS}
    rents.charge(graph, time_h, parts)
    unstated = _handling(graph, load_t, parts)
    unstated += _charges(graph, orders, load_t, parts["other"])
    for money in parts.values():
        frozen(money)
    unrented = [
        Exclusion(
            what, "carrier", "no row of table rent", np.where(layer == at, at, NONE)
        )
        for at, what in rents.missing
    ]
    allowed, unloaded = _allowed(graph, shipment.commodity_id, load_t)
    is_allowed = allowed[layer]
    commodity = model["commodity"]
    (row,) = commodity.row_of[(shipment.commodity_id,)]
    vot = float(commodity.number("vot_usd_per_t_h")[row])
    carbon = float(model["config"].number("carbon_price_usd_per_kgco2e")[0])
    return Terms(
        rents=rents,
        time_h=time_h,
        parts=parts,
        known={part: _known(money) for part, money in parts.items()},
        empty_share=rents.empty_share[layer],
        is_allowed=is_allowed,
        may_be_taken=is_allowed & graph.is_open & (graph.arcs.kind != ArcKind.PRODUCT),
        of_time_usd_per_t=vot * time_h,
        burnt_usd_per_t=np.nan_to_num(graph.values.emission_kgco2e_per_t) * carbon,
        assumed=_assumed(graph, rents),
        vot_usd_per_t_h=vot,
        vor_usd_per_t_h=float(commodity.number("vor_usd_per_t_h")[row]),
        carbon_usd_per_kg=carbon,
        unrented=tuple(unrented),
        unstated=tuple(unstated),
        warnings=(*rents.warnings, *unloaded),
    )


def _known(money: Floats) -> Floats:
    is_unknown = np.isnan(money)
    return np.where(is_unknown, 0.0, money) if is_unknown.any() else money


def _handling(
    graph: Graph, load_t: dict[str, float], parts: dict[str, Floats]
) -> list[Exclusion]:
    """Fill terminal and border money; return what could not be priced."""
    transfer, border = graph.model["transfer"], graph.model["border"]
    per_unit = transfer.number("cost_usd_per_unit")
    per_unit = per_unit / _load_of_rows(graph, "transfer", load_t)
    per_t = transfer.number("cost_usd_per_t")
    terminal = np.where(np.isnan(per_t), per_unit, per_t)
    fee = border.number("fee_usd")
    at_border = np.where(fee == 0, 0.0, fee / _load_of_rows(graph, "border", load_t))
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


def _load_of_rows(graph: Graph, table: str, load_t: dict[str, float]) -> Floats:
    """Return the tonnes of the cargo in the unit of each row; NaN where unknown."""
    units, unit_of = once(
        graph.kept_by_text,
        ("units", table),
        lambda: np.unique(graph.model[table].text("unit"), return_inverse=True),
    )
    load = np.array([load_t.get(unit, np.nan) for unit in units.tolist()])
    return np.asarray(load[unit_of], dtype=np.float64)


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


def _assumed(graph: Graph, rents: Rents) -> dict[str, Bools]:
    """Return which figures of arcs rest on rows of quality assumed."""
    main, link = once(graph.kept, ("assumed",), lambda: _assumed_rows(graph))
    time = main | link
    rented = time | rents.is_assumed[graph.arcs.carrier_idx]
    found = dict.fromkeys(PARTS, main) | {"haulage": link, "time": time}
    return found | dict.fromkeys(RENTED, rented)


def _assumed_rows(graph: Graph) -> tuple[Bools, Bools]:
    """Return the arcs whose main row, and whose link, is assumed."""
    arcs, model = graph.arcs, graph.model
    main = np.zeros(graph.n_arcs, dtype=bool)
    for kind in ArcKind:
        of_kind = arcs.kind == kind
        rows = arcs.main_idx[of_kind]
        main[of_kind] = quality_is_assumed(model, MAIN_TABLE[kind])[rows]
    on_link = arcs.link_idx != NONE
    link = np.zeros(graph.n_arcs, dtype=bool)
    link[on_link] = quality_is_assumed(model, "link")[arcs.link_idx[on_link]]
    return main, link
