"""What countries sell to one another in the base year: table `trade`.

The facts tell some pairs, as the turnover of both directions. It is split by cargo
after the tonnes of `demand` where `hand/trade_pairs.csv` says `demand`; else after its
`export_share`, the `way_share` of `hand/demand_trade.csv`, or by half. Gas in pipelines
is a sector of its own. Pairs that nothing tells are filled by gravity
(`hand/gravity.csv`), fitted to those told. What a country sells to itself is its
product less what it sells abroad. `hand/trade_doubt.csv` holds the intervals,
`hand/trade_ranges.csv` those that notes of facts tell.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import permutations

from countries import BASE, GDP
from demand_flows import TURNOVER, UNITS
from sea_ways import distance_km
from tables import Book, Row, hand_rows, join_notes, rounded

ALL, GAS = "all", "pipeline_gas"
TOTAL, WITHOUT_GAS, GAS_ITEM = "total", "total without pipeline gas", "pipeline gas"
IMPORT, EXPORT = "import", "export"
BY_DEMAND = "demand"
FACT_KEY = ("reporter_iso3", "partner_iso3", "indicator", "item", "year")
DIGITS = 3  # of what is estimated
KEPT_DIGITS = 6  # of what is told or adds up to it
SAME_SHARE = 0.011  # shares of two directions add up to one within their rounding
HALF = 0.5
Pair = tuple[str, str]
Way = tuple[float, float, float]  # value, low, high


@dataclass(slots=True)
class Trade:
    """Facts and hand tables of trade, and the rows so far."""

    book: Book
    facts: dict[tuple[str, ...], Row] = field(default_factory=dict)
    ranges: dict[tuple[str, ...], Row] = field(default_factory=dict)
    doubts: dict[str, Row] = field(default_factory=dict)
    pairs: dict[Pair, Row] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def told(self) -> list[Pair]:
        """Return the pairs of the model whose turnover the facts tell."""
        names = {row["iso3"] for row in hand_rows("countries")}
        found = {
            key[:2]
            for key in self.facts
            if key[2:4] == (TURNOVER, TOTAL) and names.issuperset(key[:2])
        }
        twice = {pair for pair in found if pair[::-1] in found}
        if twice:
            raise ValueError(sorted(twice), "told from both sides")
        return sorted(found)

    def latest(self, pair: Pair, indicator: str, item: str) -> Row | None:
        """Return the last fact of a pair up to the base year."""
        years = [
            row
            for key, row in self.facts.items()
            if key[:4] == (*pair, indicator, item)
        ]
        return max(years, key=lambda row: row["year"], default=None)

    def way(self, fact: Row) -> Way:
        """Return the value of a fact in USD, with its interval."""
        unit = UNITS[fact["unit"]]
        value = float(fact["value"]) * unit
        given = self.ranges.get(key_of(fact))
        if given:
            return value, float(given["low"]) * unit, float(given["high"]) * unit
        return self.doubted(value, fact["confidence"])

    def doubted(self, value: float, basis: str) -> Way:
        """Return a value with the interval of its basis."""
        doubt = self.doubts[basis]
        return value, value * float(doubt["low"]), value * float(doubt["high"])

    def put(self, ends: Pair, sector: str, way: Way, digits: int, **said: str) -> None:
        """Add a row; ends that are alike say that no interval is known."""
        value, low, high = (rounded(figure, digits) for figure in way)
        self.rows.append(
            {
                "exporter_iso3": ends[0],
                "importer_iso3": ends[1],
                "sector": sector,
                "year": str(BASE),
                "value_usd": value,
                "value_usd_low": low if way[1] < way[2] else "",
                "value_usd_high": high if way[1] < way[2] else "",
                "quality": "assumed",
                **said,
            }
        )

    def values(self, *, with_gas: bool) -> dict[Pair, float]:
        """Return the sums of the rows so far by direction."""
        sums: dict[Pair, float] = defaultdict(float)
        for row in self.rows:
            if with_gas or row["sector"] != GAS:
                ends = row["exporter_iso3"], row["importer_iso3"]
                sums[ends] += float(row["value_usd"])
        return dict(sums)


def add(book: Book) -> None:
    """Add the table `trade`."""
    trade = read(book)
    for pair in trade.told():
        add_pair(trade, pair)
    add_unknown(trade)
    add_own(trade)
    keys = ("exporter_iso3", "importer_iso3", "sector")
    trade.rows.sort(key=lambda row: tuple(row[key] for key in keys))
    book.tables["trade"] = trade.rows


def read(book: Book) -> Trade:
    """Read facts and hand tables; of two facts of one thing the first stands."""
    trade = Trade(book)
    for row in book.read("trade"):
        if row["value"] and int(row["year"]) <= BASE:
            trade.facts.setdefault(key_of(row), row)
    trade.ranges = {key_of(row): row for row in hand_rows("trade_ranges")}
    trade.doubts = {row["basis"]: row for row in hand_rows("trade_doubt")}
    trade.pairs = {key_of(row)[:2]: row for row in hand_rows("trade_pairs")}
    wrong = set(trade.pairs) - set(trade.told()) | set(trade.ranges) - set(trade.facts)
    if wrong:
        raise KeyError(sorted(wrong))
    return trade


def key_of(row: Row) -> tuple[str, ...]:
    """Return what a row of the facts is of: countries, indicator, item, year."""
    return tuple(row.get(name, "") for name in FACT_KEY)


def label(fact: Row) -> str:
    """Return the name of a row of the facts, as notes write it."""
    return f"facts trade.csv {'-'.join(filter(None, key_of(fact)))}"


def add_pair(trade: Trade, pair: Pair) -> None:
    """Add what the facts tell of a pair: pipeline gas, then the rest.

    Raises
    ------
    ValueError
        When gas is told and the rest without it is not.
    """
    total = trade.latest(pair, TURNOVER, TOTAL)
    gas = {
        ends: fact
        for ends, indicator in ((pair, EXPORT), (pair[::-1], IMPORT))
        if (fact := trade.latest(pair, indicator, GAS_ITEM))
    }
    for ends, fact in gas.items():
        cited, said = basis(trade, fact, fact)
        way = trade.way(fact)
        trade.put(ends, GAS, way, KEPT_DIGITS, source_id=cited, note=said)
    rest = trade.facts.get((*pair, TURNOVER, WITHOUT_GAS, total["year"]))
    if gas and not rest:
        raise ValueError(pair, "no turnover without the gas")
    hand = trade.pairs.get(pair, {})
    cited, said = basis(trade, rest or total, total)
    said = join_notes(hand.get("note", ""), said)
    if hand.get("split") == BY_DEMAND:
        add_by_cargo(trade, pair, trade.way(rest or total), cited, said)
        return
    share, how = export_share(trade, pair)
    for ends, part in ((pair, share), (pair[::-1], 1 - share)):
        value, low, high = (part * figure for figure in trade.way(rest or total))
        note = join_notes(f"{part:.3g} of the turnover: {how}", said)
        way = value, low, high
        trade.put(ends, ALL, way, KEPT_DIGITS, source_id=cited, note=note)


def basis(trade: Trade, fact: Row, total: Row) -> tuple[str, str]:
    """Return the page of a figure, or of the total it is part of, and its basis."""
    cites = [
        trade.book.sources.cite(row["source_url"], row["source_year"], "trade")
        for row in (fact, total)
    ]
    year = fact["year"]
    aged = f"{year} taken as {BASE}" if year != str(BASE) else ""
    unchecked = "" if cites[0] else "assumed in the facts"
    said = join_notes(aged, fact["note"], unchecked, label(fact))
    return next(filter(None, cites), ""), said


def export_share(trade: Trade, pair: Pair) -> tuple[float, str]:
    """Return the part of a turnover that the first of a pair sells, and how known.

    Raises
    ------
    ValueError
        When the shares of `hand/demand_trade.csv` do not fit each other.
    """
    given = trade.pairs.get(pair, {}).get("export_share")
    if given:
        return float(given), "as the facts split it"
    country = trade.book.countries()
    shares = []
    for row in hand_rows("demand_trade"):
        if key_of(row)[:2] == pair:
            origin = country.get(row["origin"], row["origin"].split("_")[0])
            share = float(row["way_share"])
            shares.append(share if origin == pair[0] else 1 - share)
    if not shares:
        return HALF, "half each way, no split is known"
    if max(shares) - min(shares) > SAME_SHARE:
        raise ValueError(pair, "shares of directions", sorted(set(shares)))
    return shares[0], "way_share of hand/demand_trade.csv, guessed"


def add_by_cargo(trade: Trade, pair: Pair, whole: Way, cited: str, said: str) -> None:
    """Split a turnover by direction and cargo, after tonnes at their mean prices."""
    worth: dict[tuple[Pair, str], float] = defaultdict(float)
    country = trade.book.countries()
    price = {
        row["commodity_id"]: float(row.get("value_usd_per_t") or 0)
        for row in trade.book.tables["commodity"]
    }
    for row in trade.book.tables["demand"]:
        ends = country[row["origin_node_id"]], country[row["destination_node_id"]]
        if row["year"] == str(BASE) and ends in {pair, pair[::-1]}:
            cargo = row["commodity_id"]
            worth[ends, cargo] += float(row["tonnes"]) * price[cargo]
    total = sum(worth.values())
    doubt = trade.doubts[BY_DEMAND]
    note = join_notes(
        "no values by cargo are published: part of the turnover after the tonnes of "
        f"demand of {BASE} at value_usd_per_t, {pair[0]}-{pair[1]} both ways scaled by "
        f"{whole[0] / total:.3g}",
        f"low and high of the turnover x {doubt['low']} and {doubt['high']}",
        said,
    )
    for (ends, cargo), value in worth.items():
        if value:
            middle, low, high = (value / total * figure for figure in whole)
            way = middle, low * float(doubt["low"]), high * float(doubt["high"])
            trade.put(ends, cargo, way, KEPT_DIGITS, source_id=cited, note=note)


def add_unknown(trade: Trade) -> None:
    """Fill the directions that nothing tells by gravity fitted to those told."""
    hand = {row["name"]: float(row["value"]) for row in hand_rows("gravity")}
    products, places = base_products(trade), read_places(trade.book)
    told = trade.values(with_gas=False)

    def pull(ends: Pair) -> float:
        exporter, importer = ends
        return (
            products[exporter] ** hand["exporter_gdp"]
            * products[importer] ** hand["importer_gdp"]
            * distance_km(places[exporter], places[importer]) ** hand["distance"]
        )

    strays = [math.log(value / pull(ends)) for ends, value in told.items()]
    scale = math.exp(statistics.fmean(strays))
    doubt, stray = trade.doubts["gravity"], math.exp(statistics.pstdev(strays))
    note = (
        f"nothing in the facts: {scale:.3g} x GDP of the exporter^"
        f"{hand['exporter_gdp']:g} x GDP of the importer^{hand['importer_gdp']:g} x "
        f"km^{hand['distance']:g}, right in the mean of {len(told)} directions told, "
        f"which stray from it by a factor of {stray:.2g} (one standard deviation); "
        f"interval {doubt['low']} to {doubt['high']} times"
    )
    for ends in permutations(products, 2):
        if ends not in told:
            way = trade.doubted(scale * pull(ends), "gravity")
            trade.put(ends, ALL, way, DIGITS, note=note)


def base_products(trade: Trade) -> dict[str, float]:
    """Return the product of every country in the base year."""
    return {
        row["iso3"]: float(row[GDP])
        for row in trade.book.tables["country"]
        if row["year"] == str(BASE)
    }


def read_places(book: Book) -> dict[str, tuple[str, str]]:
    """Return the position of each country's main place."""
    nodes = {
        row["node_id"]: (row["x_coord"], row["y_coord"]) for row in book.tables["node"]
    }
    return {
        row["iso3"]: nodes[row["node_id"]]
        if row["node_id"]
        else (row["lon"], row["lat"])
        for row in hand_rows("trade_places")
    }


def add_own(trade: Trade) -> None:
    """Add what each country sells to itself: its product less its exports."""
    hand = {row["name"]: row for row in hand_rows("gravity")}
    least = float(hand["least_own_share"]["value"])
    sold: dict[str, float] = defaultdict(float)
    for (exporter, _), value in trade.values(with_gas=True).items():
        sold[exporter] += value
    for country, product in base_products(trade).items():
        value = product - sold[country]
        said = f"GDP of {BASE} less its exports of this table"
        if value < least * product:
            value = least * product
            said = (
                f"{least:g} of GDP of {BASE}: its exports of this table leave less; "
                f"{hand['least_own_share']['note']}"
            )
        way = value, value, value
        trade.put((country, country), ALL, way, DIGITS, note=said)
