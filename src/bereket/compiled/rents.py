"""Rents of wagons, containers and trucks: delay costs money, and empties come back."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, ArcKind, of_kinds
from bereket.compiled.graph import Graph
from bereket.compiled.kept import once
from bereket.compiled.money import Row, money_factors
from bereket.compiled.shipment import Shipment
from bereket.model.calendar import is_open
from bereket.schema import table_schema

HOURS_PER_DAY: Final = 24.0
RETURNING: Final = (ArcKind.LINE, ArcKind.BORDER, ArcKind.RIDE)
KINDS: Final = ("wagon", "truck", "container")  # the first that holds tells the share
CONTAINER_UNITS: Final = ("teu", "feu")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rents:
    """Rents of one shipment by carrier, price-year prices.

    Attributes
    ----------
    wagon_usd_per_t_h, container_usd_per_t_h : (n_carriers,)
        Rent of a tonne and hour; 0 where no row holds.
    empty_share : (n_carriers,)
        Share of units that come back empty.
    backload_usd_per_t : (n_carriers,)
        Revenue of loads back, of a tonne out.
    is_assumed : (n_carriers,) bool
        Whether a row is assumed, or the empty share is the schema's default.
    behind : tuple of tuple of (str, int)
        Rows that hold, table and position, by carrier; with those that their money is
        brought to price-year USD by.
    missing : tuple of (int, str)
        Carriers whose rent no row states, and which rent.
    warnings : tuple of str
        Rows that could not be used.
    """

    wagon_usd_per_t_h: Floats
    container_usd_per_t_h: Floats
    empty_share: Floats
    backload_usd_per_t: Floats
    is_assumed: NDArray[np.bool_]
    behind: tuple[tuple[Row, ...], ...]
    missing: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]

    def charge(self, graph: Graph, time_h: Floats, parts: dict[str, Floats]) -> None:
        """Add rents to the money parts of arcs.

        Parameters
        ----------
        graph : Graph
            The network.
        time_h : (n_arcs,)
            Time of each arc.
        parts : dict of str to (n_arcs,)
            Money by part [USD/t]; wagon, container, empty_return and backload grow.

        Notes
        -----
        ``(wagon + container) (t_out + r t_back + t_terminals) / load`` with t_back =
        t_out; the returning part stands in ``empty_return``.
        """
        arcs = graph.arcs
        layer = arcs.carrier_idx
        wagon = self.wagon_usd_per_t_h[layer] * time_h
        container = self.container_usd_per_t_h[layer] * time_h
        parts["wagon"] += wagon
        parts["container"] += container
        back = self.empty_share[layer] * (wagon + container)
        back[~of_kinds(arcs.kind, RETURNING)] = 0.0
        for product, chain in graph.chains.arcs_of.items():
            back[product] = back[chain].sum()
        parts["empty_return"] += back
        is_load = arcs.kind == ArcKind.LOAD
        parts["backload"] -= np.where(is_load, self.backload_usd_per_t[layer], 0.0)


def rents_of(graph: Graph, shipment: Shipment, load_t: dict[str, float]) -> Rents:
    """Find the rents of a shipment on the graph's date, carrier by carrier.

    Parameters
    ----------
    graph : Graph
        The network.
    shipment : Shipment
        Cargo and owner; wagons of the railway cost no rent, the tariff holds it.
    load_t : dict of str to float
        Tonnes of the cargo in one unit.

    Returns
    -------
    Rents
        The most specific row of each kind for each carrier.
    """
    model, rent = graph.model, graph.model["rent"]
    n_carriers = len(model["carrier"])
    factors = once(
        graph.kept, ("money", "rent"), lambda: money_factors(model, rent, graph.day)
    )
    daily = rent.number("usd_per_day") * factors.factor
    load = np.array([load_t[unit] for unit in rent.labels("unit")])
    hourly = daily / HOURS_PER_DAY / load
    usable = is_open(rent, graph.day) & ~np.isnan(hourly)
    best = _best_rows(graph, shipment.commodity_id, usable)
    default = table_schema("rent").fields["empty_return_share"].default
    empty = np.full(n_carriers, float(default))  # type: ignore[arg-type]
    per_h = {kind: np.zeros(n_carriers) for kind in KINDS}
    backload, is_assumed = np.zeros(n_carriers), np.ones(n_carriers, dtype=bool)
    behind: list[list[Row]] = [[] for _ in range(n_carriers)]
    assumed_row = rent.text("quality") == "assumed"
    shares, revenue = (
        rent.number("empty_return_share"),
        rent.number("backload_usd_per_unit"),
    )
    for layer in range(n_carriers):
        first = True
        for kind in KINDS:
            row = best[kind][layer]
            if row == NONE or (shipment.owner == "railway" and kind == "wagon"):
                continue
            per_h[kind][layer] = hourly[row]
            behind[layer] += [("rent", row), *factors.rows[row]]
            if first:
                empty[layer], first = shares[row], False
                is_assumed[layer] = assumed_row[row]
            else:
                is_assumed[layer] |= assumed_row[row]
            backload[layer] += (1.0 - shares[row]) * revenue[row] / load[row]
    return Rents(
        wagon_usd_per_t_h=per_h["wagon"] + per_h["truck"],
        container_usd_per_t_h=per_h["container"],
        empty_share=empty,
        backload_usd_per_t=backload,
        is_assumed=is_assumed,
        behind=tuple(map(tuple, behind)),
        missing=_missing(graph, shipment, per_h),
        warnings=factors.warnings,
    )


def _best_rows(
    graph: Graph, commodity_id: str, usable: NDArray[np.bool_]
) -> dict[str, list[int]]:
    """Return the most specific row of each kind by carrier; of equals the first."""
    rent = graph.model["rent"]
    takes = once(graph.kept_by_text, ("rents",), lambda: _takes_carrier(graph))
    cargoes = rent.lists("commodity_id")
    fits = usable & np.array([not c or commodity_id in c for c in cargoes], dtype=bool)
    score = np.array(
        [
            bool(named) + bool(cargo)
            for named, cargo in zip(rent.lists("carrier_id"), cargoes, strict=True)
        ]
    )
    kinds, found = rent.text("kind"), {}
    for kind in KINDS:
        (rows,) = np.nonzero(fits & (kinds == kind))
        best = np.full(takes.shape[1], NONE)
        if rows.size:
            scores = np.where(takes[rows], score[rows, None], -1)
            best = np.where(scores.max(axis=0) < 0, NONE, rows[scores.argmax(axis=0)])
        found[kind] = best.tolist()
    return found


def _takes_carrier(graph: Graph) -> NDArray[np.bool_]:
    """Return which carriers each rent row is for."""
    model = graph.model
    carriers = model["carrier"].labels("carrier_id")
    lists = model["rent"].lists("carrier_id")
    takes = [
        [carrier in model.carriers(named) or not named for carrier in carriers]
        for named in lists
    ]
    return np.array(takes, dtype=bool).reshape(len(lists), len(carriers))


def _missing(
    graph: Graph, shipment: Shipment, per_h: dict[str, Floats]
) -> tuple[tuple[int, str], ...]:
    """Name the rents that no row states for carriers that the cargo may take."""
    model = graph.model
    commodity, carrier = model["commodity"], model["carrier"]
    (row,) = commodity.row_of[(shipment.commodity_id,)]
    allowed = model.carriers(commodity.lists("allowed_carriers")[row])
    missing = []
    for layer, carrier_id in enumerate(carrier.text("carrier_id")):
        if carrier_id not in allowed:
            continue
        mode, unit = carrier.text("mode")[layer], carrier.text("unit")[layer]
        if mode == "road" and not per_h["truck"][layer]:
            missing.append((layer, "truck rent"))
        if mode == "rail" and shipment.owner == "private" and not per_h["wagon"][layer]:
            missing.append((layer, "wagon rent"))
        if unit in CONTAINER_UNITS and not per_h["container"][layer]:
            missing.append((layer, "container rent"))
    return tuple(missing)
