"""Generalised cost: money by part, value of time, emissions, each an array on arcs."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.book import Book, book_of, haulage_of
from bereket.compiled.exclusions import Exclusion
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.orders import Orders, orders_in_force
from bereket.compiled.rents import Rents
from bereket.compiled.shipment import Shipment
from bereket.compiled.terms import PARTS, terms_of

if TYPE_CHECKING:
    from bereket.compiled.itinerary import Figures
    from bereket.compiled.runs import PricedRun

__all__ = ["PARTS", "Prices", "price"]  # the parts are known by this name

MOST_KEPT: Final = 256  # prices of shipments that a graph keeps: those of a year
Floats = NDArray[np.float64]


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
    orders = orders_in_force(graph, shipment, party)
    terms = terms_of(graph, shipment, orders, party)
    book, tariff_warnings = book_of(graph, shipment)
    haulage, empty, assumed_haulage = haulage_of(graph, book)
    haulage *= orders.factor
    empty_return = terms.empty_share * empty + terms.parts["empty_return"]
    parts = terms.parts | {"haulage": haulage, "empty_return": empty_return}
    is_unpriced = np.isnan(haulage)
    is_known = terms.is_allowed & ~is_unpriced
    known = {
        "haulage": np.where(is_unpriced, 0.0, haulage),
        "empty_return": np.where(np.isnan(empty_return), 0.0, empty_return),
    }
    money = _summed(terms.known | known)
    raw = money + terms.of_time_usd_per_t + terms.burnt_usd_per_t
    for array in (haulage, empty_return, money, raw):
        frozen(array)
    return Prices(
        shipment=shipment,
        parts=MappingProxyType(parts),
        money_usd_per_t=money,
        time_h=terms.time_h,
        is_offered=graph.is_open & is_known & ~orders.is_shut,
        is_known=is_known,
        raw_usd_per_t=raw,
        weight_usd_per_t=np.maximum(raw, 0.0),
        assumed=MappingProxyType(
            terms.assumed | {"haulage": assumed_haulage | terms.assumed["haulage"]}
        ),
        vot_usd_per_t_h=terms.vot_usd_per_t_h,
        vor_usd_per_t_h=terms.vor_usd_per_t_h,
        carbon_usd_per_kg=terms.carbon_usd_per_kg,
        book=book,
        orders=orders,
        rents=terms.rents,
        excludes=(
            *terms.unrented,
            *_empty_runs(graph, book, terms.rents),
            *terms.unstated,
        ),
        warnings=tuple(
            dict.fromkeys(
                (
                    *tariff_warnings,
                    *terms.warnings,
                    *_unpriced(graph, terms.may_be_taken & is_unpriced),
                )
            )
        ),
    )


def _summed(known: dict[str, Floats]) -> Floats:
    """Return the sum of the parts, in their order."""
    first, *others = (known[part] for part in PARTS)
    total = first.copy()
    for money in others:
        total += money
    return total


def _empty_runs(graph: Graph, book: Book, rents: Rents) -> list[Exclusion]:
    """Return the empty way back that no tariff prices, though units come back empty."""
    hauls, layer = book.hauls, graph.arcs.carrier_idx
    unpriced = (book.empty_rate_of == NONE) & (hauls.product_row == NONE)
    unpriced &= rents.empty_share[hauls.carrier] > 0
    if not unpriced.any():
        return []
    row = np.full(graph.n_arcs, NONE)
    row[hauls.arc[unpriced]] = layer[hauls.arc[unpriced]]
    return [Exclusion("empty run back", "carrier", "no tariff of load empty", row)]


def _unpriced(graph: Graph, missing: NDArray[np.bool_]) -> tuple[str, ...]:
    """Name the carriers that the cargo may take but that have no price somewhere."""
    if not missing.any():
        return ()
    names = graph.model["carrier"].text("carrier_id")
    return tuple(
        f"carrier {names[layer]!r} is not offered on {int(count)} arcs: no tariff row "
        "holds there and it has no cost_usd_per_tkm"
        for layer, count in zip(
            *np.unique(graph.arcs.carrier_idx[missing], return_counts=True), strict=True
        )
    )
