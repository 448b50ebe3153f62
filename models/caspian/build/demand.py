"""What is wanted: table `demand`, flows of `demand_flows` spread over zones.

A country's tonnes are spread over the nodes of `hand/zones.csv`, at both ends apart;
pairs that begin and end in one node are left out and the others take their part.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from demand_flows import (
    AHEAD,
    LAST,
    YEARS,
    Estimate,
    ahead,
    basis_of,
    read_flows,
)
from tables import Book, Row, hand_rows, join_notes

# A flow has as many pairs, its largest, as it has loads of so much a year: every row is
# assigned to the network, and small ones add work and nothing else.
PAIR_T = 125000.0
MOST_PAIRS = 8
Pair = tuple[str, str]


@dataclass(slots=True)
class Cell:
    """One row of the table in the making."""

    tonnes: float = 0.0
    low: float = 0.0
    high: float = 0.0
    is_assumed: bool = False
    sources: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, found: Estimate, share: float, note: str) -> None:
        """Add a part of a flow."""
        self.tonnes += share * found.tonnes
        self.low += share * (found.tonnes - found.below)
        self.high += share * (found.tonnes + found.above)
        self.is_assumed |= found.is_assumed
        self.notes.append(note)
        if found.source_id:
            self.sources.append(found.source_id)


def add(book: Book) -> None:
    """Add the table `demand`."""
    flows = read_flows(book)
    zones, assumed = read_zones()
    growths = {row["growth_id"]: row for row in hand_rows("growth")}
    cells: dict[tuple[str, str, str, int], Cell] = {}
    for flow_id, row in flows.flows.items():
        if not row["origin"]:
            continue
        years = dict(flows.years(flow_id))
        pairs = pairs_of(row, zones, years[LAST].tonnes)
        years[AHEAD] = ahead(years[LAST], growths[row["growth_id"]])
        spreads = [row[end] for end in ("origin", "destination") if row[end] in zones]
        where = f"zones {', '.join(spreads)}" if spreads else ""
        is_assumed = row.get("quality") == "assumed" or not assumed.isdisjoint(spreads)
        for year in (*YEARS, AHEAD):
            found = years[year]
            note = basis_of(found, row["note"], where)
            for (start, end), share in pairs.items():
                key = (start, end, row["commodity_id"], year)
                cell = cells.setdefault(key, Cell())
                cell.add(found, share, note)
                cell.is_assumed |= is_assumed
    book.tables["demand"] = [
        demand_row(key, cell) for key, cell in sorted(cells.items()) if cell.tonnes >= 1
    ]


def read_zones() -> tuple[dict[str, dict[str, float]], set[str]]:
    """Return the weights of each spread's nodes, and the spreads that are assumed."""
    zones: dict[str, dict[str, float]] = {}
    assumed = set()
    for row in hand_rows("zones"):
        spread = zones.setdefault(row["spread_id"], {})
        spread[row["node_id"]] = float(row["weight"])
        if row["quality"] == "assumed":
            assumed.add(row["spread_id"])
    return zones, assumed


def pairs_of(
    row: Row, zones: dict[str, dict[str, float]], tonnes: float
) -> dict[Pair, float]:
    """Return the share of a flow that each pair of nodes has; they sum to one.

    The smallest pairs are left out, and the others take their part.
    """
    starts = zones.get(row["origin"], {row["origin"]: 1.0})
    ends = zones.get(row["destination"], {row["destination"]: 1.0})
    weights = {
        (start, end): weight * other
        for start, weight in starts.items()
        for end, other in ends.items()
        if start != end
    }
    total = sum(weights.values())
    shares = {pair: weight / total for pair, weight in weights.items()}
    room = min(MOST_PAIRS, max(1, round(tonnes / PAIR_T)))
    kept = sorted(shares, key=lambda pair: -shares[pair])[:room]
    whole = sum(shares[pair] for pair in kept)
    return {pair: shares[pair] / whole for pair in kept}


def demand_row(key: tuple[str, str, str, int], cell: Cell) -> Row:
    """Write a cell as a row of `demand`."""
    start, end, commodity, year = key
    notes = join_notes(*dict.fromkeys(cell.notes))
    return {
        "origin_node_id": start,
        "destination_node_id": end,
        "commodity_id": commodity,
        "year": str(year),
        "tonnes": f"{cell.tonnes:.0f}",
        "tonnes_low": f"{cell.low:.0f}" if cell.high > cell.low else "",
        "tonnes_high": f"{cell.high:.0f}" if cell.high > cell.low else "",
        "source_id": next(iter(cell.sources), ""),
        "quality": "assumed" if cell.is_assumed else "derived",
        "note": notes,
    }
