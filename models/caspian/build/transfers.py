"""Changes of carrier: table `transfer`.

Three kinds of rows: loading and unloading at terminals, by the carriers that
serve the place; rail to road at terminals with a yard for both; transshipment
and gauge change, each place by hand.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations

from tables import Book, Row, from_hand, hand_rows

OPEN_TYPES = {"city", "seaport", "dry_port"}
BACK = {"roll_on": "roll_off"}
RAIL_CLASSES = ("container_block", "block", "wagonload")


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
    rates = {
        (row["operation"], row["carrier_id"]): row for row in hand_rows("handling")
    }
    rows: list[Row] = []
    for node in book.tables["node"]:
        place = node["node_id"]
        if node["node_type"] not in OPEN_TYPES and place not in hand:
            continue
        for kind, carriers in by_class(serving[place]).items():
            rows += open_rows(rates, place, kind, carriers)
        if hand.get(place, {}).get("rail_road"):
            rows += rail_road_rows(rates, place, serving[place])
    return rows


def by_class(carriers: list[str]) -> dict[str, list[str]]:
    """Group carriers by what decides their handling: class of train or itself."""
    groups: dict[str, list[str]] = defaultdict(list)
    for carrier in carriers:
        ending = carrier.partition("_")[2]
        groups[ending if ending in RAIL_CLASSES else carrier].append(carrier)
    return groups


def open_rows(
    rates: dict[tuple[str, str], Row], place: str, kind: str, carriers: list[str]
) -> list[Row]:
    """Return the loading and the unloading row of one kind of carrier."""
    rows = []
    for operation, column in (("load", "to"), ("unload", "from")):
        rate = rates.get((operation, kind))
        if rate is None:
            continue
        carried = {f"{column}_carrier_id": "|".join(carriers)}
        rows.append({"node_id": place, "kind": operation, **carried, **cost(rate)})
    return rows


def rail_road_rows(
    rates: dict[tuple[str, str], Row], place: str, carriers: list[str]
) -> list[Row]:
    """Return the rows between trains and trucks of a terminal, both ways.

    Raises
    ------
    ValueError
        When the place lacks a railway or a road.
    """
    groups = by_class(carriers)
    if "road" not in groups or not set(RAIL_CLASSES) <= set(groups):
        raise ValueError(place)
    return [
        {
            "node_id": place,
            "from_carrier_id": start,
            "to_carrier_id": end,
            "kind": "tranship",
            **cost(rates["rail_road", name]),
        }
        for name in RAIL_CLASSES
        for start, end in permutations(("|".join(groups[name]), "road"))
    ]


def cost(rate: Row) -> Row:
    """Return the columns of a handling rate that a transfer takes over."""
    return {
        name: value
        for name, value in rate.items()
        if name not in {"operation", "carrier_id"}
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
