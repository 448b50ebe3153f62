"""A way as an answer: figures, legs, provenance, and what its money holds."""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.corridors import corridors_of, way_orders
from bereket.compiled.cost import PARTS, Prices
from bereket.compiled.exclusions import exclusion_texts
from bereket.compiled.graph import Graph
from bereket.compiled.itinerary import Leg, Totals, legs, totals, whole_way_leg
from bereket.compiled.runs import corrections_by_arc

TIME_BASIS: Final = "departure-arrival"
NEVER_INCLUDED: Final = (
    "customs duties and taxes",
    "insurance",
    "first and last mile beyond the places named",
)
PART_WORDS: Final = {
    "haulage": "haulage by railway, road or sea",
    "wagon": "rent of the wagon or truck",
    "container": "rent of the container",
    "empty_return": "return of empty wagons and containers",
    "backload": "revenue of loads back",
    "terminal": "loading, unloading and reloading",
    "border": "border fees",
    "other": "surcharges and subsidies",
}
FLAT_COLUMNS: Final = (
    "time_h",
    "door_to_door_h",
    "time_sd_h",
    "cost_usd_per_t",
    "cost_usd_per_feu",
    *(f"{part}_usd_per_t" for part in PARTS),
    "generalised_usd_per_t",
    "emission_kgco2e_per_t",
    "length_km",
    "corridors",
    "assumed_share",
    "way",
)
LEAST_USD: Final = 1e-9  # rounding of sums is no money
# Trains of single wagons and bulk ships: what they carry is in no container.
LOOSE: Final = (("rail", "wagon"), ("rail", "t"), ("sea", "t"), ("waterway", "t"))


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way, with its figures, legs and provenance.

    Attributes
    ----------
    totals : Totals
        Figures of the way.
    legs : tuple of Leg
        The way, leg by leg.
    link_ids : tuple of str
        Links in order.
    corridors : tuple of str
        Corridors whose gateways it passes.
    regimes : tuple of str
        Orders in force that touch it.
    includes, excludes : tuple of str
        What the money holds, and what it leaves out.
    cost_usd_per_feu : float or None
        Money of a 40-foot container [USD/FEU]; None for cargo that takes none.
    is_proven : bool
        Whether no way that was not looked at can be cheaper.
    """

    totals: Totals
    legs: tuple[Leg, ...]
    link_ids: tuple[str, ...]
    corridors: tuple[str, ...]
    regimes: tuple[str, ...]
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    cost_usd_per_feu: float | None
    is_proven: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the way as plain data, units in the names."""
        figures = self.totals
        return {
            "time_h": figures.time_h,
            "time_basis": TIME_BASIS,
            "door_to_door_h": figures.door_to_door_h,
            "time_sd_h": figures.sd_h,
            "cost_usd_per_t": figures.cost_usd_per_t,
            "cost_usd_per_feu": self.cost_usd_per_feu,
            "cost_parts": dict(figures.cost_parts),
            "generalised_usd_per_t": figures.generalised_usd_per_t,
            "includes": list(self.includes),
            "excludes": list(self.excludes),
            "emission_kgco2e_per_t": finite(figures.emission_kgco2e_per_t),
            "length_km": figures.length_km,
            "corridors": list(self.corridors),
            "regimes": list(self.regimes),
            "assumed_share": figures.assumed_share,
            "proven": self.is_proven,
            "links": list(self.link_ids),
            "legs": [leg_dict(leg) for leg in self.legs],
        }

    def flat_row(self) -> dict[str, Any]:
        """Return the way as one flat row: figures, money by part, corridors."""
        figures = self.totals
        return {
            "time_h": figures.time_h,
            "door_to_door_h": figures.door_to_door_h,
            "time_sd_h": figures.sd_h,
            "cost_usd_per_t": figures.cost_usd_per_t,
            "cost_usd_per_feu": self.cost_usd_per_feu,
            **{f"{part}_usd_per_t": figures.cost_parts[part] for part in PARTS},
            "generalised_usd_per_t": figures.generalised_usd_per_t,
            "emission_kgco2e_per_t": finite(figures.emission_kgco2e_per_t),
            "length_km": figures.length_km,
            "corridors": "|".join(self.corridors),
            "assumed_share": figures.assumed_share,
            "way": ">".join(places_of(self)),
        }


@dataclass(frozen=True, slots=True)
class Barred:
    """What stops every way, and what opening it would give.

    Attributes
    ----------
    elements, why : tuple of str
        What would have to open, and what shuts each.
    alternative : Alternative
        The way that opens.
    """

    elements: tuple[str, ...]
    why: tuple[str, ...]
    alternative: Alternative

    def as_dict(self) -> dict[str, Any]:
        """Return the opening as plain data: what opens, and the way's figures."""
        about = {"elements": list(self.elements), "why": list(self.why)}
        return about | self.alternative.as_dict()


def alternative(
    graph: Graph,
    prices: Prices,
    way: NDArray[np.int32],
    *,
    is_proven: bool = False,
    lifted: tuple[str, ...] = (),
) -> Alternative:
    """Tell one way: its figures, legs, corridors, orders, and what its money holds.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    way : (n,) int32
        Arcs of the way.
    is_proven : bool
        Whether no way that was not looked at can be cheaper.
    lifted : tuple of str
        References of orders that are taken as lifted; they are not named.

    Returns
    -------
    Alternative
        The way.
    """
    added = corrections_by_arc(graph, prices, way)
    on_whole = [o for o in way_orders(graph, prices, way) if o.reference not in lifted]
    binding = [order for order in on_whole if order.binds]
    figures = totals(graph, prices, way, added, binding)
    whole = whole_way_leg(graph, prices, way, added, binding)
    way_legs = (*legs(graph, prices, way, added), *([whole] if whole else []))
    touching = [o for o in prices.orders.in_force if bool(o.touched[way].any())]
    link_ids = graph.model["link"].text("link_id")
    flat = graph.chains.flat(way)
    links = graph.arcs.link_idx[flat]
    commodity = graph.model["commodity"]
    (row,) = commodity.row_of[(prices.shipment.commodity_id,)]
    feu_t = float(commodity.number("t_per_feu")[row])
    if any((leg.mode, leg.unit) in LOOSE and leg.length_km for leg in way_legs):
        feu_t = float("nan")
    return Alternative(
        totals=figures,
        legs=way_legs,
        link_ids=tuple(str(link_ids[link]) for link in links if link != NONE),
        corridors=corridors_of(graph, prices, way),
        regimes=tuple(
            order.regime_id
            for order in dict.fromkeys((*touching, *on_whole))
            if order.reference not in lifted
        ),
        includes=tuple(
            PART_WORDS[p] for p in PARTS if abs(figures.cost_parts[p]) > LEAST_USD
        ),
        excludes=(
            *exclusion_texts(graph, prices.excludes, way),
            *NEVER_INCLUDED,
        ),
        cost_usd_per_feu=None if np.isnan(feu_t) else figures.cost_usd_per_t * feu_t,
        is_proven=is_proven,
    )


def places_of(way: Alternative) -> list[str]:
    """Return the places of a way, each once in a row."""
    names = [way.legs[0].from_node_id] if way.legs else []
    for leg in way.legs:
        for name in (*leg.via_node_ids, leg.to_node_id):
            if name != names[-1]:
                names.append(name)
    return names


def leg_dict(leg: Leg) -> dict[str, Any]:
    """Return a leg as plain data, units in the names."""
    plain = {each.name: getattr(leg, each.name) for each in fields(leg)}
    plain["emission_kgco2e_per_t"] = finite(leg.emission_kgco2e_per_t)
    plain["cost_usd_per_t"] = sum(leg.cost_parts.values())
    return {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}


def flat_leg(leg: Leg) -> dict[str, Any]:
    """Return a leg as one flat row: its money by part in columns with their unit."""
    row = leg_dict(leg)
    row.pop("cost_parts")
    parts = {f"{part}_usd_per_t": leg.cost_parts.get(part, 0.0) for part in PARTS}
    return row | parts


def finite(value: float) -> float | None:
    """Return a figure, or None where it is unknown."""
    return value if np.isfinite(value) else None
