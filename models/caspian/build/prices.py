"""Money: tables `tariff`, `rent` and `fx`.

Hand rows (`hand/tariffs.csv`) are assumed rates, single products and dated
coefficients. Ferry rates by the running metre, rents and exchange rates come from
tariff_mtt.csv by the rules below.
"""

from __future__ import annotations

from tables import Book, Row, from_hand, hand_rows, join_notes, number

BOXES = "containers_general|containers_high_value|cars_machinery"
TRUCK_M = 16.5
PLATFORM_M = 25.5 * 1.2
"""Metres to pay of an 80 ft platform: wagons over 15 m pay 1.2 times."""
WAGONS = {
    "oil products in tank wagons": (("oil", 13.0, "oil_products"),),
    "other (base)": (("base", 14.0, ""), ("box", PLATFORM_M, BOXES)),
}
"""Kinds of wagon behind each line of the ferry's price list, metres to pay."""


def add(book: Book) -> None:
    """Add the tables `tariff`, `rent` and `fx`."""
    facts = {row["tariff_id"]: row for row in book.read("tariff_mtt")}
    rows = both_ways(from_hand(book, "tariff", hand_rows("tariffs")))
    for row in facts.values():
        rows += ferry_rows(book, row)
    book.tables["tariff"] = rows
    book.tables["rent"] = rent_rows(book, facts)
    book.tables["fx"] = [
        {
            "currency": row["unit"].split()[1],
            "usd_per_unit": row["rate_per_unit_km"] or row["rate_per_unit"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
            "quality": "assumed",
            "note": "mean of the year from general knowledge",
        }
        for row in facts.values()
        if row["kind"] == "fx"
    ]


def both_ways(rows: list[Row]) -> list[Row]:
    """Add the way back to products marked `both`: a product is one-way."""
    done = []
    for row in rows:
        both = row.pop("both", "")
        done.append(row)
        if both:
            done.append(turned(row))
    return done


def turned(row: Row) -> Row:
    """Return a product's way back."""
    return {
        **row,
        "tariff_id": row["tariff_id"] + "_back",
        "entry_node_id": row["exit_node_id"],
        "exit_node_id": row["entry_node_id"],
    }


def provenance(book: Book, row: Row, note: str) -> Row:
    """Return source, quality and note of a row taken from tariff_mtt.csv."""
    cited = book.sources.cite(row["source_url"], row["source_year"], "tariff")
    basis = "" if cited else "no page seen: last known figure continued"
    return {
        "source_id": cited,
        "quality": "reported" if cited else "assumed",
        "note": join_notes(note, basis, f"facts {row['tariff_id']}"),
    }


def ferry_rows(book: Book, fact: Row) -> list[Row]:
    """Return the ferry rates of the price list of 2024, by the unit."""
    if fact["kind"] != "ferry_rate" or fact["operator"] != "ASCO":
        return []
    base = {
        "tariff_id": f"ferry_{fact['tariff_id']}",
        "kind": "rate",
        "load": "empty" if fact["load"] == "empty" else "",
        "entry_node_id": fact["entry_node_id"],
        "exit_node_id": fact["exit_node_id"],
        "valid_from": fact["valid_from"],
    }
    metre = float(fact["rate_per_unit"])
    if fact["unit"] == "truck_m":
        said = provenance(book, fact, f"by the metre, a truck {TRUCK_M} m")
        kind = {"carrier_id": "sea_roro", "unit": "truck"}
        price = {"rate_per_unit": number(metre * TRUCK_M), "quality": "derived"}
        return [{**base, **said, **kind, **price}]
    if fact["unit"] != "wagon_m":
        return []
    rows: list[Row] = []
    for end, metres, goods in WAGONS.get(fact["commodity"], ()):
        said = provenance(book, fact, f"by the metre, {metres:g} m to pay")
        row = {
            **base,
            **said,
            "tariff_id": f"{base['tariff_id']}_{end}",
            "carrier_id": "sea_ferry",
            "commodity_id": goods,
            "unit": "wagon",
            "rate_per_unit": number(metre * metres),
            "quality": "derived",
        }
        rows += [row, turned(row)]
    return rows


def rent_rows(book: Book, facts: dict[str, Row]) -> list[Row]:
    """Return the rents of `hand/rents.csv` with the figures of the facts."""
    rows = []
    for hand in hand_rows("rents"):
        fact = facts[hand["rent_id"]]
        row = {name: value for name, value in hand.items() if name != "rate" and value}
        basis = "market level from general knowledge"
        cited = book.sources.cite(fact["source_url"], fact["source_year"], "rent")
        seen = "figure from a review, page not read" if cited else basis
        row |= {
            "usd_per_day": fact["rate_per_unit"],
            "currency": fact["currency"],
            "valid_from": fact["valid_from"],
            "valid_to": fact["valid_to"],
            "source_id": cited,
            "quality": "reported" if cited else "assumed",
            "note": join_notes(hand["note"], seen),
        }
        rows.append(row)
    return rows
