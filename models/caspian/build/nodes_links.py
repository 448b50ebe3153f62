"""Places and ways: tables `node` and `link` from places.csv and links.csv."""

from __future__ import annotations

from tables import Book, Row, hand_rows, join_notes, number

TYPES = {"gauge_change": "station", "border_crossing": "border"}
BASIS = {
    "published": "reported",
    "derived from published totals": "derived",
    "own knowledge": "assumed",
}
DROPPED_CLAUSES = ("capacity = ", "pairs/day derived", "Mt capacity", "Mt = ")
T_PER_MT = 1e6
DIRECTIONS = 2
DAYS_PER_YEAR = 365


def add(book: Book) -> None:
    """Add the tables `node` and `link`."""
    left_out = {row["id"] for row in hand_rows("left_out")}
    book.tables["node"] = [
        place_row(book, row)
        for row in book.read("places")
        if row["place_id"] not in left_out
    ]
    here = set(book.countries())
    sea = {row["link_id"]: row for row in hand_rows("sea_links")}
    book.tables["link"] = [
        link_row(book, row, sea)
        for row in book.read("links")
        if {row["from_place"], row["to_place"]} <= here
        and row["link_id"] not in left_out
        and (row["mode"] in {"rail", "road"} or row["link_id"] in sea)
    ]


def place_row(book: Book, row: Row) -> Row:
    """Turn a place into a row of `node`."""
    cited = book.sources.cite(row["source_url"], row["source_year"], "node")
    basis = f"coordinate from general knowledge, confidence {row['confidence']}"
    return {
        "node_id": row["place_id"],
        "name": row["name"],
        "x_coord": row["lon"],
        "y_coord": row["lat"],
        "node_type": TYPES.get(row["kind"], row["kind"]),
        "country_iso3": row["country_iso3"],
        "source_id": cited,
        "quality": "reported" if cited else "assumed",
        "note": join_notes(basis, row["note"]),
    }


def link_row(book: Book, row: Row, sea: dict[str, Row]) -> Row:
    """Turn a link of the facts into a row of `link`."""
    cited = book.sources.cite(row["source_url"], row["source_year"], "link")
    quality = BASIS[row["length_basis"]] if cited else "assumed"
    published = row["capacity_basis"] == "published" and row["capacity_mt_per_year"]
    return {
        "link_id": row["link_id"],
        "from_node_id": row["from_place"],
        "to_node_id": row["to_place"],
        "allowed_uses": uses(row, sea),
        "gauge_mm": row["gauge_mm"],
        "length_km": row["length_km"],
        "commercial_speed_kmh": row["commercial_speed_kmh"],
        "tracks": row["tracks"],
        "electrified": "true" if row["electrified"] == "yes" else "",
        "capacity_t_per_day": one_direction(row) if published else "",
        "via_node_ids": row["via_place_ids"].replace(";", "|"),
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "status": row["status"],
        "source_id": cited,
        "quality": quality,
        "note": link_note(row, quality, sea),
    }


def uses(row: Row, sea: dict[str, Row]) -> str:
    """Return the carriers that may use a link."""
    if row["link_id"] in sea:
        return sea[row["link_id"]]["allowed_uses"]
    return f"rail{row['gauge_mm']}" if row["mode"] == "rail" else "road"


def one_direction(row: Row) -> str:
    """Return a published yearly capacity as tonnes a day in one direction."""
    mt = float(row["capacity_mt_per_year"])
    return number(mt * T_PER_MT / DIRECTIONS / DAYS_PER_YEAR)


def link_note(row: Row, quality: str, sea: dict[str, Row]) -> str:
    """Say what is assumed, then what the facts remark."""
    basis = {
        "assumed": "length and speed from general knowledge",
        "derived": "length from published totals; speed assumed",
        "reported": "length published; speed assumed",
    }[quality]
    partial = row["electrified"] == "partial"
    kept = [
        clause
        for clause in row["note"].split(";")
        if '"' not in clause and not clause.strip().startswith(DROPPED_CLAUSES)
    ]
    return join_notes(
        basis,
        "electrified in part: counted as diesel" if partial else "",
        sea.get(row["link_id"], {}).get("note", ""),
        ";".join(kept),
    )
