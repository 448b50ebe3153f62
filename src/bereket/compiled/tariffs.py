"""Railway, sea and road rates: which row prices which arc, and which run of arcs."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph
from bereket.compiled.kept import once
from bereket.compiled.money import Factors, Row, loads, money_factors
from bereket.compiled.shipment import Shipment
from bereket.compiled.tariff_rows import (
    SEA,
    TRAFFICS,
    Kind,
    Load,
    rows_for,
    tariff_rows,
    traffic_in,
)

__all__ = [
    "SEA",
    "Rates",
    "belt_family",
    "belt_price",
    "belts_at",
    "haul_price",
    "least_slope",
    "usable_rates",
]


@dataclass(frozen=True)
class Rates:
    """Tariff rows of one kind that can price a shipment, the most specific first.

    Attributes
    ----------
    kind : {"rate", "coefficient", "fee"}
        Kind of the rows.
    row : (n,) int
        Rows of table ``tariff``.
    per_t, per_t_km : (n,)
        Price [USD/t, USD/t-km], price-year prices.
    least_per_t_km : (n,)
        `per_t_km`; of a belt the least price a kilometre that its family has anywhere.
    coefficient : (n,)
        Factor.
    takes_carrier : (n, n_carriers) bool
        Carriers that a row prices.
    takes_country : (n, n_countries) bool
        Countries that a row prices, with the shipment's kind of traffic there.
    traffic : (n,) int
        Kind of traffic that a row is for, a position in `TRAFFICS`.
    direction : (n,) str
        Compass direction, or empty.
    entry, via, leave : (n,) int
        Places, or `NONE`.
    from_km, to_km : (n,)
        Belt [km].
    family : (n,) int
        Number that rows share which differ in their belt only.
    behind : tuple of tuple of (str, int)
        Each row, table and position, with those that its money is brought to price-year
        USD by.
    """

    kind: Kind
    row: NDArray[np.intp]
    per_t: NDArray[np.float64]
    per_t_km: NDArray[np.float64]
    least_per_t_km: NDArray[np.float64]
    coefficient: NDArray[np.float64]
    takes_carrier: NDArray[np.bool_]
    takes_country: NDArray[np.bool_]
    traffic: NDArray[np.intp]
    direction: NDArray[np.object_]
    entry: NDArray[np.int32]
    via: NDArray[np.int32]
    leave: NDArray[np.int32]
    from_km: NDArray[np.float64]
    to_km: NDArray[np.float64]
    family: NDArray[np.intp]
    behind: tuple[tuple[Row, ...], ...]

    def of(self, carrier: int, country: int) -> tuple[int, ...]:
        """Return the rows for a carrier in a country, the most specific first."""
        key = carrier, country
        if key not in self._of:
            here = self.takes_carrier[:, carrier] & self.takes_country[:, country]
            self._of[key] = tuple(np.nonzero(here)[0].tolist())
        return self._of[key]

    @cached_property
    def _of(self) -> dict[tuple[int, int], tuple[int, ...]]:
        return {}

    @cached_property
    def is_placed(self) -> NDArray[np.bool_]:
        """Rows that name a place."""
        placed = (self.entry != NONE) | (self.via != NONE) | (self.leave != NONE)
        return np.asarray(placed, dtype=bool)

    @cached_property
    def is_pair(self) -> NDArray[np.bool_]:
        """Rows that name entry and exit."""
        return np.asarray((self.entry != NONE) & (self.leave != NONE), dtype=bool)

    @cached_property
    def is_belt(self) -> NDArray[np.bool_]:
        """Rows that hold for a belt of distances only."""
        return (self.from_km > 0) | np.isfinite(self.to_km)


def usable_rates(
    graph: Graph,
    shipment: Shipment,
    countries: tuple[str, ...],
    kind: Kind,
    *,
    load: Load = "loaded",
) -> tuple[Rates, tuple[str, ...]]:
    """Return the tariff rows of a kind that can price a shipment on the graph's date.

    Parameters
    ----------
    graph : Graph
        The network.
    shipment : Shipment
        Cargo, countries, owner.
    countries : tuple of str
        Countries of the model, and `SEA`.
    kind : {"rate", "coefficient", "fee"}
        Kind of row.
    load : {"loaded", "empty"}
        Loaded or empty run.

    Returns
    -------
    tuple of Rates and tuple of str
        Rows by falling number of selectors, then in the table's order; and what was
        left out, with the reason.

    Notes
    -----
    What a cargo is charged is worked out once; shipments of it differ in the countries
    in which a row for one kind of traffic holds.
    """
    key = "rates", countries, kind, load, shipment.commodity_id, shipment.owner
    rates, warnings = once(
        graph.kept, key, lambda: _of_cargo(graph, shipment, countries, kind, load)
    )
    if not rates.traffic.any():
        return rates, warnings
    here = traffic_in(graph, countries, shipment)
    holds = np.arange(len(TRAFFICS))[:, None] == here
    holds[0] = True
    held = rates.takes_country & holds[rates.traffic]
    return replace(rates, takes_country=held), warnings


def _of_cargo(
    graph: Graph,
    shipment: Shipment,
    countries: tuple[str, ...],
    kind: Kind,
    load: Load,
) -> tuple[Rates, tuple[str, ...]]:
    """Return the rows for a cargo and owner, for whatever kind of traffic."""
    tariff = graph.model["tariff"]
    rows = rows_for(graph, countries, shipment, kind, load)
    factors, behind = once(graph.kept, ("money", "tariff"), lambda: _money(graph))
    factor = np.ones(rows.size)
    warnings: dict[str, None] = {}
    if kind == "coefficient":
        behind = tuple((each[0],) for each in behind)  # it is money of no currency
    else:
        per_unit, units = (
            loads(graph.model, shipment.commodity_id),
            tariff.labels("unit"),
        )
        load_t = np.array([per_unit[units[row]] for row in rows.tolist()])
        factor = factors.factor[rows] / load_t
        for row in sorted(rows.tolist()):
            warnings |= dict.fromkeys(factors.told[row])
    (priced,) = np.nonzero(~np.isnan(factor))
    rows, factor = rows[priced], factor[priced]
    of = tariff_rows(graph, countries)
    rates = Rates(
        kind=kind,
        row=rows,
        per_t=tariff.number("rate_per_unit")[rows] * factor,
        per_t_km=tariff.number("rate_per_unit_km")[rows] * factor,
        least_per_t_km=np.empty(0),
        coefficient=tariff.number("coefficient")[rows],
        takes_carrier=of.takes_carrier[rows],
        takes_country=of.takes_country[rows],
        traffic=of.traffic[rows],
        direction=of.direction[rows],
        entry=of.entry[rows],
        via=of.via[rows],
        leave=of.leave[rows],
        from_km=tariff.number("from_km")[rows],
        to_km=tariff.number("to_km")[rows],
        family=of.family[rows],
        behind=tuple(behind[row] for row in rows.tolist()),
    )
    return replace(rates, least_per_t_km=_least_per_t_km(rates)), tuple(warnings)


def _money(graph: Graph) -> tuple[Factors, tuple[tuple[Row, ...], ...]]:
    """Return what brings tariffs to price-year USD, and each row with those behind."""
    factors = money_factors(graph.model, graph.model["tariff"], graph.day)
    behind = ((("tariff", at), *rows) for at, rows in enumerate(factors.rows))
    return factors, tuple(behind)


def _least_per_t_km(rates: Rates) -> NDArray[np.float64]:
    """Return the price a kilometre of each row; of a belt the least of its family."""
    per_t_km = rates.per_t_km.copy()
    belts = rates.is_belt & ~rates.is_pair
    for number in np.unique(rates.family[belts]).tolist():
        own = belts & (rates.family == number)
        family = belt_family(rates, int(own.argmax()))
        per_t_km[own] = least_slope(rates, family)
    return per_t_km


def haul_price(
    rates: Rates, at: NDArray[np.intp], length_km: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the price of arcs by themselves [USD/t], from below.

    Notes
    -----
    A price a unit counts only where the row names entry and exit; else it belongs to
    a run of arcs (`bereket.compiled.runs`). A belt counts with the least price a
    kilometre that its family of belts has anywhere, so that the sum over arcs never
    exceeds the price of the run.
    """
    per_t = np.where(rates.is_pair, rates.per_t, 0.0)
    return per_t[at] + rates.least_per_t_km[at] * length_km


def belt_family(rates: Rates, at: int) -> NDArray[np.intp]:
    """Return the rows that differ from a row in the belt only, by distance."""
    same = rates.is_belt & (rates.family == rates.family[at])
    family = np.nonzero(same)[0]
    return family[np.argsort(rates.from_km[family], kind="stable")]


def belt_price(rates: Rates, family: NDArray[np.intp], length_km: float) -> float:
    """Return the price of a run by its belts [USD/t].

    Notes
    -----
    Between two printed belts the price is read off the straight line between their
    ends; below the first belt its least price holds, beyond the last its rate a km.

    Examples
    --------
    See ``tests/compiled/test_tariffs.py``: a printed table of two belts with a gap.
    """
    used = belts_at(rates, family, length_km)
    if len(used) == 1:
        return _belt_at(rates, used[0], max(length_km, rates.from_km[used[0]]))
    before, after = used
    edge, start = rates.to_km[before], rates.from_km[after]
    first, last = _belt_at(rates, after, start), _belt_at(rates, before, edge)
    return float(last + (first - last) * (length_km - edge) / (start - edge))


def belts_at(
    rates: Rates, family: NDArray[np.intp], length_km: float
) -> tuple[int, ...]:
    """Return the belts that price a distance: its own, or the two beside its gap."""
    before: int | None = None
    for after in family.tolist():
        if length_km < rates.from_km[after]:
            return (after,) if before is None else (before, after)
        if length_km <= rates.to_km[after] or np.isnan(rates.to_km[after]):
            return (after,)
        before = after
    return (int(family[-1]),)


def least_slope(rates: Rates, family: NDArray[np.intp]) -> float:
    """Return the least price a kilometre that a family of belts has at any distance."""
    slopes = [rates.per_t_km[family[-1]]]
    for at in family:
        edges = [e for e in (rates.from_km[at], rates.to_km[at]) if np.isfinite(e)]
        slopes.extend(_belt_at(rates, at, edge) / edge for edge in edges if edge > 0)
    return float(min(slopes))


def _belt_at(rates: Rates, at: int, length_km: float) -> float:
    return float(rates.per_t[at] + rates.per_t_km[at] * length_km)
