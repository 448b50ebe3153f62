"""Changes of carrier: table `transfer`.

Three kinds of rows: loading and unloading at terminals, by the carriers that
serve the place; rail to road at terminals with a yard for both; transshipment
and gauge change, each place by hand. Handling may differ by country: the row
that names the place's country wins over the row that names none.

A block train leaves when it is full: a wagon waits half the time that the
shipper takes for a train, at the wagons a day that `hand/handling.csv` states.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations

from tables import Book, Row, from_hand, hand_rows

OPEN_TYPES = {"city", "seaport", "dry_port"}
BACK = {"roll_on": "roll_off"}
RAIL_CLASSES = ("container_block", "block", "wagonload")
HOURS_PER_DAY = 24
BLOCK_WAGONS = 57
"""Wagons of a block train: 850 m of track at 14 m a wagon."""
LONGEST_FILL_WAIT_H = 72
"""A train that fills longer leaves short, or its cargo goes by single wagons."""
FILL = "fill_wagons_per_day"
OTHER_END = {"": "", "_low": "_high", "_high": "_low"}
"""The slowest fill makes the longest wait."""
Rates = dict[tuple[str, str, str], Row]


def add(book: Book) -> None:
    """Add the table `transfer`."""
    serving = carriers_at(book)
    rows = terminal_rows(book, serving) + transshipment_rows()
    book.tables["transfer"] = from_hand(book, "transfer", rows)


def carriers_at(book: Book) -> dict[str, list[str]]:
    """Return the carriers that serve each place, by links and services."""
    members = defaultdict(list)
    for carrier in book.tables["carrier"]:
        members[carrier["use_group"]].append(carrier["carrier_id"])
    free = {row["carrier_id"] for row in book.tables["carrier"] if not row.get("runs")}
    serving: dict[str, set[str]] = defaultdict(set)
    for link in book.tables["link"]:
        for group in link["allowed_uses"].split("|"):
            for end in (link["from_node_id"], link["to_node_id"]):
                serving[end] |= set(members[group]) & free
    kind = {row["service_id"]: row["carrier_id"] for row in book.tables["service"]}
    for call in book.tables["service_stop"]:
        serving[call["node_id"]].add(kind[call["service_id"]])
    return {place: sorted(found) for place, found in serving.items()}


def terminal_rows(book: Book, serving: dict[str, list[str]]) -> list[Row]:
    """Return loading, unloading and rail-road rows of every terminal."""
    hand = {row["node_id"]: row for row in hand_rows("terminals")}
    rates = handling_rates()
    rows: list[Row] = []
    for node in book.tables["node"]:
        place = node["node_id"]
        if node["node_type"] not in OPEN_TYPES and place not in hand:
            continue
        for kind, carriers in by_class(serving[place]).items():
            rows += open_rows(rates, node, kind, carriers)
        if hand.get(place, {}).get("rail_road"):
            rows += rail_road_rows(rates, node, serving[place])
    return rows


def handling_rates() -> Rates:
    """Return the handling by operation, carrier and country; blank = elsewhere."""
    return {
        (row["operation"], row["carrier_id"], country): with_fill_wait(row)
        for row in hand_rows("handling")
        for country in row["country_iso3"].split("|")
    }


def with_fill_wait(rate: Row) -> Row:
    """Add half the time a block train takes to fill to the dwell of a rate.

    Examples
    --------
    >>> with_fill_wait({"dwell_h": "2", "fill_wagons_per_day": "57"})["dwell_h"]
    '14'
    """
    done = {name: value for name, value in rate.items() if not name.startswith(FILL)}
    for end, other in OTHER_END.items():
        if rate.get(FILL + other):
            fill = HOURS_PER_DAY * BLOCK_WAGONS / float(rate[FILL + other])
            wait = min(fill / 2, LONGEST_FILL_WAIT_H)
            done["dwell_h" + end] = f"{float(rate['dwell_h' + end]) + wait:.0f}"
    return done


def rate_at(rates: Rates, operation: str, kind: str, node: Row) -> Row | None:
    """Return the handling of a kind of carrier at a place, its country's first."""
    named = rates.get((operation, kind, node["country_iso3"]))
    return named or rates.get((operation, kind, ""))


def by_class(carriers: list[str]) -> dict[str, list[str]]:
    """Group carriers by what decides their handling: class of train or itself."""
    groups: dict[str, list[str]] = defaultdict(list)
    for carrier in carriers:
        ending = carrier.partition("_")[2]
        groups[ending if ending in RAIL_CLASSES else carrier].append(carrier)
    return groups


def open_rows(rates: Rates, node: Row, kind: str, carriers: list[str]) -> list[Row]:
    """Return the loading and the unloading row of one kind of carrier."""
    rows = []
    for operation, column in (("load", "to"), ("unload", "from")):
        rate = rate_at(rates, operation, kind, node)
        if rate is None:
            continue
        carried = {f"{column}_carrier_id": "|".join(carriers)}
        named = {"node_id": node["node_id"], "kind": operation}
        rows.append({**named, **carried, **cost(rate)})
    return rows


def rail_road_rows(rates: Rates, node: Row, carriers: list[str]) -> list[Row]:
    """Return the rows between trains and trucks of a terminal, both ways.

    Raises
    ------
    ValueError
        When the place lacks a railway or a road.
    """
    groups = by_class(carriers)
    classes = [name for name in RAIL_CLASSES if name in groups]
    if "road" not in groups or not classes:
        raise ValueError(node["node_id"])
    return [
        {
            "node_id": node["node_id"],
            "from_carrier_id": start,
            "to_carrier_id": end,
            "kind": "tranship",
            **cost(rate),
        }
        for name in classes
        if (rate := rate_at(rates, "rail_road", name, node))
        for start, end in permutations(("|".join(groups[name]), "road"))
    ]


def cost(rate: Row) -> Row:
    """Return the columns of a handling rate that a transfer takes over."""
    return {
        name: value
        for name, value in rate.items()
        if name not in {"operation", "carrier_id", "country_iso3"}
    }


def transshipment_rows() -> list[Row]:
    """Return the rows made by hand; those marked `both` also run back."""
    rows: list[Row] = []
    for row in hand_rows("transshipment"):
        both = row.pop("both")
        rows.append(row)
        if both:
            back = dict(row)
            back["from_carrier_id"] = row["to_carrier_id"]
            back["to_carrier_id"] = row["from_carrier_id"]
            back["kind"] = BACK.get(row["kind"], row["kind"])
            rows.append(back)
    return rows
