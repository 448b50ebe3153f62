"""The sea side: tables `service`, `service_stop`, `vessel` and `port`."""

from __future__ import annotations

from tables import Book, Row, from_hand, hand_rows, number

T_PER_MT = 1e6
DAYS_PER_YEAR = 365
T_PER_TEU = 10
"""Net tonnes of a TEU, to put a quay's TEU a year beside tonnes a day."""


def add(book: Book) -> None:
    """Add the tables `service`, `service_stop`, `vessel` and `port`."""
    lines = from_hand(book, "service", hand_rows("services"))
    calls: list[Row] = []
    for line in lines:
        if line.get("layover_h"):
            line["capacity_quality"] = "assumed"
        stops = line.pop("stops", "")  # a later row of a dated line has none
        for order, place in enumerate(filter(None, stops.split(">")), start=1):
            calls.append(
                {
                    "service_id": line["service_id"],
                    "sequence": str(order),
                    "node_id": place,
                    "source_id": line.get("source_id", ""),
                    "quality": line["quality"],
                    "note": "order of calls as the line's name says",
                }
            )
    book.tables["service"] = lines
    book.tables["service_stop"] = calls
    book.tables["vessel"] = from_hand(book, "vessel", hand_rows("vessels"))
    book.tables["port"] = ports(book)


def ports(book: Book) -> list[Row]:
    """Return the groups of berths, with quay capacities from ports.csv."""
    stated = {
        (row["port_id"], row["indicator"]): row
        for row in book.read("ports")
        if row["kind"] in {"capacity", "nominal", "planned"}
    }
    rows = []
    for row in from_hand(book, "port", hand_rows("ports")):
        indicator = row.pop("capacity_indicator", "")
        unit = row.pop("capacity_unit", "")
        if indicator:
            fact = stated[row["node_id"], indicator]
            factor = T_PER_MT if unit == "Mt" else T_PER_TEU
            per_day = float(fact["value"]) * factor / DAYS_PER_YEAR
            row["capacity_t_per_day"] = number(per_day)
            cited = book.sources.cite(fact["source_url"], fact["source_year"], "port")
            row["source_id"] = cited or row.get("source_id", "")
            if cited:
                row["quality"] = "reported" if unit == "Mt" else "derived"
                row["note"] += "; capacity published, wait and days closed assumed"
            boxes = f" at {T_PER_TEU} t a TEU" if unit == "teu" else ""
            row["note"] += f"; quay {fact['value']} {fact['unit']}{boxes}"
        if row.get("cranes") or row.get("yard_units"):
            row["capacity_quality"] = "assumed"
        rows.append(row)
    return rows
