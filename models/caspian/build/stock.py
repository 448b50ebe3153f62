"""Rolling stock and vessels: table `fleet` from fleet.csv.

Every fact stands in `hand/fleets.csv`: as a row, or with the reason it is left out.
`hand/fleet_parts.csv` places parts of a stock on the sections that they work.
"""

from __future__ import annotations

from tables import Book, Row, hand_rows, number

HOURS_PER_DAY = 24


def add(book: Book) -> None:
    """Add the table `fleet`: the facts that `hand/fleets.csv` takes.

    Raises
    ------
    KeyError
        When a fact is neither taken nor left out with a reason.
    """
    named = {row["fleet_id"]: row for row in hand_rows("fleets")}
    facts = book.read("fleet")
    forgotten = {row["fleet_id"] for row in facts} - set(named)
    if forgotten:
        raise KeyError(sorted(forgotten))
    book.tables["fleet"] = [
        fleet_row(book, row, named[row["fleet_id"]])
        for row in facts
        if not named[row["fleet_id"]]["left_out"]
    ]
    whole = {row["fleet_id"]: row for row in book.tables["fleet"]}
    book.tables["fleet"] += [
        part_row(whole[hand["part_of"]], hand) for hand in hand_rows("fleet_parts")
    ]


def fleet_row(book: Book, row: Row, hand: Row) -> Row:
    """Turn a fact of the stock into a row of `fleet`."""
    cited = book.sources.cite(row["source_url"], row["source_year"], "fleet")
    days = row["turn_days"]
    turn = number(float(days) * HOURS_PER_DAY) if days else row["turn_h"]
    basis = "" if cited else "number from general knowledge"
    return {
        "fleet_id": row["fleet_id"],
        "name": hand["name"],
        "operator": row["operator"],
        "country_iso3": row["country_iso3"].replace(";", "|"),
        "kind": hand["kind"],
        "units": row["units"],
        "units_low": row["units_low"],
        "units_high": row["units_high"],
        "availability": row["availability"],
        "turn_h": turn,
        "carriers": hand["carriers"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "status": row["status"],
        "source_id": cited,
        "quality": "reported" if cited else "assumed",
        "note": "; ".join(filter(None, [basis, hand["note"]])),
    }


def part_row(whole: Row, hand: Row) -> Row:
    """Return the part of a stock that works on named sections."""
    own = {name: hand[name] for name in hand if name != "part_of"}
    basis = f"part of {whole['fleet_id']}: do not add"
    return {**whole, **own, "quality": "assumed", "note": f"{basis}; {hand['note']}"}
