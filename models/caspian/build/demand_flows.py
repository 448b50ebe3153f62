"""Tonnes wanted by flow and year, before they are spread over zones.

A flow is a cargo between two countries or places. `hand/demand_anchors.csv` says which
facts its tonnes come from in which year; `hand/demand_trade.csv` makes tonnes of trade
in money. Years without an anchor are laid between those that have one, along a course
(`hand/demand_courses.csv`, `hand/gdp.csv`); 2030 grows from 2024 (`hand/growth.csv`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tables import Book, Row, hand_rows, join_notes

YEARS = range(2019, 2025)
LAST, AHEAD = 2024, 2030
EVERY_YEAR = "all"
OF_FLOW = "flow:"
SOME_MONTHS = "months"  # a share that is a matter of counting months
BETWEEN, BEYOND = 0.25, 0.4  # relative doubt of a year laid between or beyond anchors
TRADE_DOUBT = 0.2  # of a value turned into tonnes by one mean price
UNITS = {"million USD": 1e6, "billion USD": 1e9, "million": 1e6, "t": 1.0}
TURNOVER = "turnover"
DAYS_A_YEAR = 365.0
ALMOST = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """Tonnes of a flow in a year, with interval and basis."""

    tonnes: float
    below: float = 0.0  # to the low end
    above: float = 0.0  # to the high end
    is_assumed: bool = False
    facts: tuple[str, ...] = ()
    source_id: str = ""
    notes: tuple[str, ...] = ()

    def times(self, share: float, low: float, high: float) -> Estimate:
        """Return a share of it; the doubts of both are independent."""
        doubt = self.tonnes * (share - low), self.tonnes * (high - share)
        return replace(
            self,
            tonnes=self.tonnes * share,
            below=math.hypot(self.below * share, doubt[0]),
            above=math.hypot(self.above * share, doubt[1]),
        )

    def scaled(self, factor: float) -> Estimate:
        """Return it times a factor that has no doubt of its own."""
        return self.times(factor, factor, factor)

    def taken_away(self) -> Estimate:
        """Return what it lessens a sum by; the basis of the sum is that of the rest."""
        return Estimate(-self.tonnes, self.above, self.below, self.is_assumed)

    def noted(self, *notes: str) -> Estimate:
        """Return it with more said of its basis."""
        return replace(self, notes=(*self.notes, *filter(None, notes)))


@dataclass(slots=True)
class Flows:
    """Every flow of the hand tables, and the years worked out so far."""

    book: Book
    facts: dict[str, Row] = field(default_factory=dict)
    trade: dict[str, Row] = field(default_factory=dict)
    months: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    flows: dict[str, Row] = field(default_factory=dict)
    anchors: dict[str, list[Row]] = field(default_factory=dict)
    courses: dict[str, dict[int, float]] = field(default_factory=dict)
    gdp: dict[str, dict[int, float]] = field(default_factory=dict)
    price: dict[str, float] = field(default_factory=dict)
    done: dict[str, dict[int, Estimate]] = field(default_factory=dict)

    def years(self, flow_id: str) -> dict[int, Estimate]:
        """Return the estimates of a flow in 2019 to 2024."""
        if flow_id not in self.done:
            row = self.flows[flow_id]
            if "cargo_share" in row:
                known = {LAST: self.of_trade(row)}
                if row["year"] != str(LAST):
                    known = {int(row["year"]): known[LAST]}
            else:
                known = self.of_anchors(flow_id)
            self.done[flow_id] = self.filled(row, known)
        return self.done[flow_id]

    def of_anchors(self, flow_id: str) -> dict[int, Estimate]:
        """Return the years of a flow that facts or other flows tell."""
        known: dict[int, list[Estimate]] = {}
        for row in self.anchors[flow_id]:
            told = YEARS if row["year"] == EVERY_YEAR else (int(row["year"]),)
            for year in told:
                known.setdefault(year, []).append(self.part(flow_id, row, year))
        return {year: together(flow_id, parts) for year, parts in known.items()}

    def part(self, flow_id: str, row: Row, year: int) -> Estimate:
        """Return what one anchor adds to a flow in a year."""
        name, share = row["fact"], float(row["share"])
        low = float(row["share_low"] or share)
        high = float(row["share_high"] or share)
        if name.startswith(OF_FLOW):
            found = self.years(name.removeprefix(OF_FLOW))[year]
            is_told = abs(share) == 1.0
        elif "/" in name:
            found, is_told = self.of_statistics(name), False
        else:
            fact = self.facts[name]
            found = self.of_fact(fact, row["tonnes"])
            is_told = abs(share) == 1.0 or row["period"] == SOME_MONTHS
            commodity = self.flows[flow_id]["commodity_id"]
            found = self.whole_year(found, fact, row["period"], commodity)
        if row["share_low"] or not is_told:
            found = replace(found, is_assumed=True)
        if share < 0:
            return found.scaled(-share).taken_away().noted(row["note"])
        return found.times(share, low, high).noted(row["note"])

    def of_fact(self, fact: Row, told: str) -> Estimate:
        """Return the figure of a fact, or the one that its note tells."""
        value = float(told or fact["tonnes"])
        low, high = float(fact["low"] or value), float(fact["high"] or value)
        cited = self.book.sources.cite(
            fact["source_url"], fact["source_year"], "demand"
        )
        is_assumed = fact["kind"] == "assumed"
        label = (fact["demand_id"],)
        doubt = (0.0, 0.0) if told else (value - low, high - value)
        notes = ("assumed in the facts",) if is_assumed else ()
        return Estimate(value, *doubt, is_assumed, label, cited, notes)

    def of_statistics(self, name: str) -> Estimate:
        """Return a figure of trade.csv in single units."""
        row = self.trade[name]
        cited = self.book.sources.cite(row["source_url"], row["source_year"], "demand")
        value = float(row["value"]) * UNITS[row["unit"]]
        said = f"trade.csv {'-'.join(filter(None, name.split('/')))}"
        return Estimate(value, 0.0, 0.0, not cited, (said,), cited)

    def whole_year(
        self, found: Estimate, fact: Row, period: str, commodity: str
    ) -> Estimate:
        """Return the year that a figure of some months stands for."""
        if period in ("", SOME_MONTHS):
            return found
        start, end = (date.fromisoformat(fact[f"period_{x}"]) for x in ("start", "end"))
        days = [start + timedelta(n) for n in range((end - start).days + 1)]
        if period == "days":
            share, how = len(days) / DAYS_A_YEAR, "days"
        else:
            months = self.months[commodity, fact["origin_iso3"]]
            touched = {(day.year, day.month) for day in days}
            share, how = sum(months[month] for _, month in touched), "season"
        doubt = (1.0 - share) / 2.0
        made = found.times(1 / share, (1 - doubt) / share, (1 + doubt) / share)
        return made.noted(f"year at {share:.2f} of it by {how}")

    def of_trade(self, row: Row) -> Estimate:
        """Turn a trade in money into tonnes that the network could win."""
        keys = ("reporter_iso3", "partner_iso3")
        pair = "/".join(row[key] for key in keys)
        name = f"{pair}/{TURNOVER}/{row['item']}/{row['year']}"
        price = self.price[row["commodity_id"]]
        factor = float(row["way_share"]) * float(row["cargo_share"]) / price
        ends = (row["contestable"], row["contestable_low"], row["contestable_high"])
        shares = [float(text) * factor for text in ends]
        found = self.of_statistics(name).times(*shares)
        doubt = TRADE_DOUBT * found.tonnes
        said = (
            f"turnover x {row['way_share']} one way x {row['cargo_share']} this cargo "
            f"at {price:g} USD/t x {row['contestable']} to be won, all shares guessed"
        )
        return replace(
            found,
            below=math.hypot(found.below, doubt),
            above=math.hypot(found.above, doubt),
            is_assumed=True,
        ).noted(said)

    def filled(self, row: Row, known: dict[int, Estimate]) -> dict[int, Estimate]:
        """Lay the years that nothing tells between and beyond those told."""
        course, told = self.course(row), sorted(known)
        along = f"along {row['course_id']}" if row["course_id"] else ""
        years = dict(known)
        for year in YEARS:
            if year in known:
                continue
            before = max((y for y in told if y < year), default=None)
            after = min((y for y in told if y > year), default=None)
            if before is not None and after is not None:
                part = (year - before) / (after - before)
                ends = ((before, 1 - part), (after, part))
                doubt, said = BETWEEN, f"between {before} and {after}"
            else:
                nearest = told[0] if before is None else told[-1]
                ends, doubt = ((nearest, 1.0),), BEYOND
                said = f"from {nearest}"
            parts = [
                known[y].scaled(weight * course[year] / course[y]) for y, weight in ends
            ]
            value = together(row["flow_id"], parts)
            years[year] = replace(
                value,
                below=min(value.tonnes, math.hypot(value.below, doubt * value.tonnes)),
                above=math.hypot(value.above, doubt * value.tonnes),
                is_assumed=True,
            ).noted(" ".join(filter(None, ("laid", said, along))))
        return years

    def course(self, row: Row) -> dict[int, float]:
        """Return the course of a flow over the years; level where none is named."""
        name = row["course_id"]
        if not name:
            return dict.fromkeys(YEARS, 1.0)
        if name != "gdp":
            return self.courses[name]
        if "reporter_iso3" in row:
            ends = [row["reporter_iso3"], row["partner_iso3"]]
        else:
            country = self.book.countries()
            ends = [
                country.get(row[end], row[end].split("_")[0])
                for end in ("origin", "destination")
                if row[end]
            ] or ["KAZ", "IRN"]
        return {
            year: math.prod(self.gdp[end][year] for end in ends) ** (1 / len(ends))
            for year in YEARS
        }


def together(flow_id: str, parts: list[Estimate]) -> Estimate:
    """Add parts up; their doubts are independent.

    Raises
    ------
    ValueError
        When more is taken away than there is.
    """
    total = sum(part.tonnes for part in parts)
    if total < -ALMOST:
        raise ValueError(flow_id, [round(part.tonnes) for part in parts])
    total = max(total, 0.0)
    return Estimate(
        total,
        min(total, math.hypot(*(part.below for part in parts))),
        math.hypot(*(part.above for part in parts)),
        any(part.is_assumed for part in parts),
        tuple(dict.fromkeys(fact for part in parts for fact in part.facts)),
        next((part.source_id for part in parts if part.source_id), ""),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


def ahead(found: Estimate, growth: Row) -> Estimate:
    """Return the base of 2030: the last year times a growth that is assumed."""
    ends = (growth["factor"], growth["factor_low"], growth["factor_high"])
    made = found.times(*(float(text) for text in ends))
    said = f"{LAST} x {growth['factor']}: {growth['basis']}"
    return replace(
        made, below=min(made.tonnes, made.below), is_assumed=True, notes=(said,)
    )


def read_flows(book: Book) -> Flows:
    """Read facts and hand tables.

    Raises
    ------
    KeyError
        When a row of demand_bulk or a turnover is neither used nor left out with a
        reason, or is both.
    """
    flows = Flows(book)
    flows.facts = {row["demand_id"]: row for row in book.read("demand_bulk")}
    names = ("reporter_iso3", "partner_iso3", "indicator", "item", "year")
    for row in book.read("trade"):
        flows.trade["/".join(row[name] for name in names)] = row
    for row in book.tables["season"]:
        months = flows.months.setdefault((row["commodity_id"], row["origin_iso3"]), {})
        months[int(row["month"])] = float(row["share"])
    for row in (*hand_rows("demand_flows"), *hand_rows("demand_trade")):
        flows.flows[row["flow_id"]] = row
    for row in hand_rows("demand_anchors"):
        flows.anchors.setdefault(row["flow_id"], []).append(row)
    for row in hand_rows("demand_courses"):
        course = flows.courses.setdefault(row["course_id"], {})
        course[int(row["year"])] = float(row["index"])
    for row in hand_rows("gdp"):
        gdp = flows.gdp.setdefault(row["country"], {})
        gdp[int(row["year"])] = float(row["gdp_billion_usd"])
    for row in book.tables["commodity"]:
        flows.price[row["commodity_id"]] = float(row.get("value_usd_per_t") or 0)
    refuse_forgotten(flows)
    return flows


def refuse_forgotten(flows: Flows) -> None:
    """Refuse facts that are neither used nor left out, and those that are both."""
    left = {row["fact"] for row in hand_rows("demand_left_out")}
    used = {row["fact"] for rows in flows.anchors.values() for row in rows}
    for row in flows.flows.values():
        if "cargo_share" in row:
            used.add(f"{row['reporter_iso3']}/{row['partner_iso3']}")
    wanted = set(flows.facts) | {
        f"{row['reporter_iso3']}/{row['partner_iso3']}"
        for row in flows.trade.values()
        if row["indicator"] == TURNOVER and row["value"]
    }
    wrong = (wanted - used - left) | (used & left) | (left - wanted)
    if wrong:
        raise KeyError(sorted(wrong))


def basis_of(found: Estimate, *notes: str) -> str:
    """Write the basis of an estimate as the note of a row."""
    facts = [name for name in found.facts if not name.startswith("trade")]
    trade = [name for name in found.facts if name.startswith("trade")]
    named = f"facts {', '.join(facts)}" if facts else ""
    return join_notes(*found.notes, *notes, *trade, named)
