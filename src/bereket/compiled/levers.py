"""Levers: prices and hours that one may turn, and what a turn costs each way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import ArcKind
from bereket.compiled.book import haulage_of
from bereket.compiled.corridors import haulage_factor, way_orders
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.runs import corrections_by_arc

LeverName = Literal["sea_rate", "tariff", "border_h"]
SEA_MODES: Final = ("sea", "waterway")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lever:
    """A price or an hour that one may turn.

    Attributes
    ----------
    name : {"sea_rate", "tariff", "border_h"}
        Rates by sea, tariffs by rail, or hours at each side of a border.
    unit : str
        Unit of its values.
    now, least, most : float
        Its value in the model, and the ends between which it is turned.
    slope_usd_per_t : (n_arcs,)
        What one more unit costs on each arc [USD/t].
    is_haulage : (n_arcs,) bool
        Arcs whose haulage, loaded and empty, it is a factor of.
    """

    name: LeverName
    unit: str
    now: float
    least: float
    most: float
    slope_usd_per_t: Floats
    is_haulage: NDArray[np.bool_]


def lever(graph: Graph, prices: Prices, name: LeverName) -> Lever:
    """Return a lever on the prices of a shipment.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    name : {"sea_rate", "tariff", "border_h"}
        Which.

    Returns
    -------
    Lever
        Factors run from 0 to 10, hours at a border side from 0 to 720 more.
    """
    layer = graph.arcs.carrier_idx
    if name == "border_h":
        return Lever(
            name,
            "h",
            0.0,
            0.0,
            720.0,
            _of_hours(graph, prices),
            np.zeros(layer.size, bool),
        )
    modes = np.array(graph.model["carrier"].labels("mode"))
    wanted = SEA_MODES if name == "sea_rate" else ("rail",)
    here = np.isin(modes, wanted)[layer]
    _, empty, _ = haulage_of(graph, prices.book)
    rates = (
        np.nan_to_num(prices.parts["haulage"]) + prices.rents.empty_share[layer] * empty
    )
    slope = np.where(here, rates, 0.0)
    return Lever(name, "times", 1.0, 0.0, 10.0, slope, here)


def turned(prices: Prices, by: Lever, value: float) -> Prices:
    """Return prices with a lever turned, to search by; runs are not priced anew."""
    more = (value - by.now) * by.slope_usd_per_t
    parts = dict(prices.parts)
    part = "border" if by.name == "border_h" else "haulage"
    parts[part] = parts[part] + more
    raw = prices.raw_usd_per_t + more
    return replace(
        prices,
        parts=MappingProxyType(parts),
        money_usd_per_t=prices.money_usd_per_t + more,
        raw_usd_per_t=raw,
        weight_usd_per_t=np.maximum(raw, 0.0),
        runs={},
        placed=[],
    )


def slopes(
    graph: Graph, prices: Prices, by: Lever, ways: Sequence[NDArray[np.int32]]
) -> Floats:
    """Return what one more unit of a lever costs each way, exactly [USD/t]."""
    found = np.array([float(by.slope_usd_per_t[way].sum()) for way in ways])
    if by.name == "border_h":
        return found
    for at, way in enumerate(ways):
        added = corrections_by_arc(graph, prices, way)
        exact = sum(more for arc, more in added.items() if by.is_haulage[arc])
        loaded = float(prices.parts["haulage"][way[by.is_haulage[way]]].sum()) + exact
        orders = [order for order in way_orders(graph, prices, way) if order.binds]
        found[at] += exact + (haulage_factor(orders) - 1.0) * loaded
    return found


def _of_hours(graph: Graph, prices: Prices) -> Floats:
    """Return what an hour more at each border side costs: time, and rent that waits."""
    layer, rents = graph.arcs.carrier_idx, prices.rents
    rent = rents.wagon_usd_per_t_h[layer] + rents.container_usd_per_t_h[layer]
    hourly = prices.vot_usd_per_t_h + rent * (1.0 + rents.empty_share[layer])
    slope = np.where(graph.arcs.kind == ArcKind.BORDER, hourly, 0.0)
    for product, chain in graph.chains.arcs_of.items():
        slope[product] = slope[chain].sum()
    return slope
