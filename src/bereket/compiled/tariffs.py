"""Railway, sea and road rates: which row prices which arc, and which run of arcs."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph
from bereket.compiled.money import Row, loads, money_factors
from bereket.compiled.shipment import Shipment
from bereket.model.calendar import is_open
from bereket.model.model import Model
from bereket.model.places import takes_country
from bereket.model.price_rules import SELECTORS

Kind = Literal["rate", "coefficient", "fee"]

SEA: Final = ""  # "country" of arcs at sea


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
    coefficient : (n,)
        Factor.
    takes_carrier : (n, n_carriers) bool
        Carriers that a row prices.
    takes_country : (n, n_countries) bool
        Countries that a row prices, with the shipment's kind of traffic there.
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
    coefficient: NDArray[np.float64]
    takes_carrier: NDArray[np.bool_]
    takes_country: NDArray[np.bool_]
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


@dataclass(frozen=True, slots=True)
class Hauls:
    """Arcs that tariffs price, with what rows select them by.

    Attributes
    ----------
    arc : (n_hauls,) int
        Line, ride and product arcs.
    carrier, country, start, end : (n_hauls,) int
        Layer; position in the list of countries; places.
    direction : (n_hauls,) str
        Compass direction.
    product_row : (n_hauls,) int
        Tariff row of a product arc, else `NONE`.
    """

    arc: NDArray[np.intp]
    carrier: NDArray[np.int32]
    country: NDArray[np.intp]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    direction: NDArray[np.str_]
    product_row: NDArray[np.int32]


def usable_rates(
    graph: Graph,
    shipment: Shipment,
    countries: tuple[str, ...],
    kind: Kind,
    *,
    load: str = "loaded",
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
    """
    model, tariff = graph.model, graph.model["tariff"]
    commodities = tariff.lists("commodity_id")
    owner, loaded = tariff.text("owner"), tariff.text("load")
    fits = is_open(tariff, graph.day) & (tariff.text("kind") == kind) & (loaded == load)
    fits &= (owner == "") | (owner == shipment.owner)
    named = [not c or shipment.commodity_id in c for c in commodities]
    rows = np.nonzero(fits & np.array(named, dtype=bool))[0]
    factors = money_factors(model, tariff.rows(rows), graph.day)
    per_unit = loads(model, shipment.commodity_id)
    load_t = np.array([per_unit[str(unit)] for unit in tariff.text("unit")[rows]])
    if kind == "coefficient":
        load_t, factor = np.ones(rows.size), np.ones(rows.size)
        warnings: tuple[str, ...] = ()
    else:
        factor, warnings = factors.factor, factors.warnings
    money = ((),) * rows.size if kind == "coefficient" else factors.rows
    behind = [(("tariff", int(row)), *of) for row, of in zip(rows, money, strict=True)]
    priced = ~np.isnan(factor / load_t)
    order = np.argsort(-_specificity(model, rows), kind="stable")
    order = order[priced[order]]
    per_t = (factor / load_t)[order]
    gathered = _gathered(graph, shipment, countries, kind, rows[order], per_t)
    return replace(gathered, behind=tuple(behind[at] for at in order)), warnings


def choose(
    rates: Rates, hauls: Hauls, by_ends: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """Choose the most specific row for every haul by itself.

    Parameters
    ----------
    rates : Rates
        Rows, the most specific first.
    hauls : Hauls
        Arcs to price.
    by_ends : (n_hauls,) bool, optional
        Hauls that a rate between their two ends prices; only there does a coefficient
        or fee between two places hold. Not looked at for rates.

    Returns
    -------
    (n_hauls,) int
        Position in `rates`, or `NONE`. A row that names entry and exit prices the arc
        or product between them; one that names a single place is left to runs. A
        through rate is priced by its own row, and changed by a coefficient or fee
        between the same places only.
    """
    chosen = np.full(hauls.arc.size, NONE, dtype=np.intp)
    is_product = hauls.product_row != NONE
    for at in range(rates.row.size):
        if rates.is_placed[at] and not rates.is_pair[at]:
            continue
        free = chosen == NONE
        free &= rates.takes_carrier[at][hauls.carrier]
        free &= rates.takes_country[at][hauls.country]
        if rates.direction[at]:
            free &= hauls.direction == rates.direction[at]
        if rates.is_pair[at]:
            free &= (hauls.start == rates.entry[at]) & (hauls.end == rates.leave[at])
            free &= is_product if rates.via[at] != NONE else True
        if rates.kind == "rate":
            free &= ~is_product | (hauls.product_row == rates.row[at])
        elif rates.is_pair[at]:
            free &= by_ends if by_ends is not None else False
        else:
            free &= ~is_product
        chosen[free] = at
    return chosen


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
    per_t_km = rates.per_t_km.copy()
    for belt in np.nonzero(rates.is_belt & ~rates.is_pair)[0]:
        family = belt_family(rates, int(belt))
        per_t_km[belt] = least_slope(rates, family)
    return per_t[at] + per_t_km[at] * length_km


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


def _specificity(model: Model, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    tariff = model["tariff"]
    given = [(tariff.text(column)[rows] != "").astype(np.intp) for column in SELECTORS]
    return np.sum(given, axis=0) if rows.size else np.zeros(0, dtype=np.intp)


def _gathered(
    graph: Graph,
    shipment: Shipment,
    countries: tuple[str, ...],
    kind: Kind,
    rows: NDArray[np.intp],
    factor: NDArray[np.float64],
) -> Rates:
    model, tariff = graph.model, graph.model["tariff"]
    layer_of = {str(c): i for i, c in enumerate(model["carrier"].text("carrier_id"))}
    place_of = {str(n): i for i, n in enumerate(model["node"].text("node_id"))}
    carriers = np.zeros((rows.size, len(layer_of)), dtype=bool)
    areas = np.zeros((rows.size, len(countries)), dtype=bool)
    names, lands = tariff.lists("carrier_id"), tariff.lists("country_iso3")
    regime = tariff.text("regime")
    known: dict[tuple[tuple[str, ...], str], list[bool]] = {}
    for at, row in enumerate(rows):
        for carrier in model.carriers(names[row]) or layer_of:
            carriers[at, layer_of[carrier]] = True
        key = lands[row], str(regime[row])
        if key not in known:
            known[key] = [
                takes_country(key[0], iso3)
                and (not key[1] or (iso3 != SEA and key[1] == shipment.traffic(iso3)))
                for iso3 in countries
            ]
        areas[at] = known[key]

    def places(column: str) -> NDArray[np.int32]:
        labels = tariff.text(column)[rows]
        return np.array([place_of.get(str(x), NONE) for x in labels], dtype=np.int32)

    return Rates(
        kind=kind,
        row=rows,
        per_t=tariff.number("rate_per_unit")[rows] * factor,
        per_t_km=tariff.number("rate_per_unit_km")[rows] * factor,
        coefficient=tariff.number("coefficient")[rows],
        takes_carrier=carriers,
        takes_country=areas,
        direction=tariff.text("direction")[rows],
        entry=places("entry_node_id"),
        via=places("via_node_id"),
        leave=places("exit_node_id"),
        from_km=tariff.number("from_km")[rows],
        to_km=tariff.number("to_km")[rows],
        family=_families(model, rows),
        behind=(),
    )


def _families(model: Model, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return a number that rows with the same selectors share."""
    named = (*SELECTORS, "unit")
    columns = [model["tariff"].text(column)[rows] for column in named]
    number: dict[tuple[str, ...], int] = {}
    keys = zip(*columns, strict=True)
    found = [number.setdefault(tuple(map(str, key)), len(number)) for key in keys]
    return np.array(found, dtype=np.intp)
