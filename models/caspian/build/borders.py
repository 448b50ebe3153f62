"""Crossings: table `border`, both sides and both directions of each land link.

A side of a crossing that `hand/borders.csv` knows takes its figures from there;
the rest takes the default of its mode in `hand/border_defaults.csv`.
"""

from __future__ import annotations

from itertools import product

from tables import Book, Row, from_hand, hand_rows, number

CUSTOMS_UNIONS = (
    frozenset({"KAZ", "RUS", "BLR", "KGZ"}),
    frozenset({"POL", "DEU", "NLD", "HUN", "ROU", "BGR", "ITA", "GRC"}),
    frozenset({"ARE", "OMN"}),
)
CONTRACT_CIM = frozenset(
    {"TUR", "POL", "DEU", "NLD", "HUN", "ROU", "BGR", "ITA", "GRC", "PAK"}
)
SD_SHARE = 6
Crossing = tuple[str, str, str]


def add(book: Book) -> None:
    """Add the table `border`."""
    known: dict[tuple[str, ...], list[Row]] = {}
    for row in hand_rows("borders"):
        known.setdefault(side_key(row), []).append(row)
    defaults = {(row["mode"], row["role"]): row for row in hand_rows("border_defaults")}
    countries = book.countries()
    rows: list[Row] = []
    for crossing in crossings(book):
        start, end, group = crossing
        union = in_union((countries[start], countries[end]))
        for role, place in (("exit", start), ("entry", end)):
            side = countries[place]
            base = default_row(defaults, crossing, "internal" if union else role)
            rows += known.pop((start, end, group, side), [{**base, "side_iso3": side}])
    if known:
        raise KeyError(sorted(known))
    for row in rows:
        ends = countries[row["from_node_id"]], countries[row["to_node_id"]]
        row["document"] = document(ends, row["carrier_id"])
    book.tables["border"] = [
        with_spread(row) for row in from_hand(book, "border", rows)
    ]


def side_key(row: Row) -> tuple[str, ...]:
    """Return what names one side of a crossing."""
    return (
        row["from_node_id"],
        row["to_node_id"],
        row["carrier_id"],
        row["side_iso3"],
    )


def crossings(book: Book) -> list[Crossing]:
    """Return every land crossing by group, in both directions, in order."""
    countries = book.countries()
    found = set()
    for link in book.tables["link"]:
        start, end = link["from_node_id"], link["to_node_id"]
        if countries[start] == countries[end]:
            continue
        for group in link["allowed_uses"].split("|"):
            if group == "road" or group.startswith("rail"):
                found |= {(start, end, group), (end, start, group)}
    return sorted(found)


def default_row(
    defaults: dict[tuple[str, str], Row], crossing: Crossing, role: str
) -> Row:
    """Return a side with the default hours of its mode.

    The role `internal` holds for both sides inside a customs union.
    """
    start, end, group = crossing
    base = dict(defaults["road" if group == "road" else "rail", role])
    del base["mode"], base["role"]
    return {"from_node_id": start, "to_node_id": end, "carrier_id": group, **base}


def in_union(ends: tuple[str, str]) -> bool:
    """Tell whether two countries share a customs territory."""
    return any(set(ends) <= union for union in CUSTOMS_UNIONS)


def document(ends: tuple[str, str], group: str) -> str:
    """Return the paper cargo travels under between two countries."""
    if in_union(ends):
        return "internal"
    if group == "road":
        return "TIR"
    in_cim = [country in CONTRACT_CIM for country in ends]
    if all(in_cim):
        return "CIM"
    return "SMGS_CIM" if any(in_cim) else "SMGS"


def with_spread(row: Row) -> Row:
    """Give a side its standard deviation.

    A range of waits is taken as three standard deviations each way.
    """
    ends = row.get("wait_h_low"), row.get("wait_h_high")
    if not (ends[0] and ends[1]):
        return row
    return {**row, "wait_sd_h": number((float(ends[1]) - float(ends[0])) / SD_SHARE)}


def references(book: Book, pairs: list[tuple[str, str]], side: str = "") -> list[str]:
    """Return references to the border rows of crossings.

    Parameters
    ----------
    pairs
        Directed pairs of places.
    side
        Country whose side is meant; empty = both.
    """
    rows = [
        row
        for (start, end), row in product(pairs, book.tables["border"])
        if (row["from_node_id"], row["to_node_id"]) == (start, end)
        and side in {"", row["side_iso3"]}
    ]
    columns = ("from_node_id", "to_node_id", "carrier_id", "side_iso3", "document")
    named = [":".join(["border", *(row[name] for name in columns)]) for row in rows]
    return list(dict.fromkeys(named))
