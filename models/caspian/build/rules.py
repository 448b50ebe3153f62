"""What was ordered: table `regime` from regimes.csv.

`hand/regimes.csv` says which fact becomes which row and what it acts on. In
its column `on`, `A>B@SIDE` stands for the border rows from A to B on the side
of a country, `A<>B` for all border rows between A and B, `road@SIDE` for all
road border rows on the side of a country.
"""

from __future__ import annotations

from borders import references
from tables import Book, Row, hand_rows, join_notes

FactKey = tuple[str, str, str, str]


def add(book: Book) -> None:
    """Add the table `regime`.

    Raises
    ------
    KeyError
        When a hand row names a fact that is not there.
    """
    facts: dict[FactKey, Row] = {}
    for row in book.read("regimes"):
        key = (
            row["regime_id"],
            row["element_or_corridor"],
            row["valid_from"],
            row["effect"],
        )
        facts.setdefault(key, row)
    book.tables["regime"] = [
        regime_row(book, hand, facts[fact_key(hand)]) for hand in hand_rows("regimes")
    ]


def fact_key(hand: Row) -> FactKey:
    """Return what names the fact behind a hand row."""
    return (
        hand["fact_id"],
        hand["fact_element"],
        hand["fact_valid_from"],
        hand["fact_effect"],
    )


def regime_row(book: Book, hand: Row, fact: Row) -> Row:
    """Join a hand row with the days, the size and the page of its fact."""
    cited = book.sources.cite(fact["source_url"], fact["source_year"], "regime")
    sized = hand["effect"] not in {"closed", "barred"}
    value = {end: fact[f"value{end}"] if sized else "" for end in ("", "_low", "_high")}
    basis = "" if cited else "no page seen: general knowledge"
    return {
        "regime_id": hand["regime_id"],
        "on": "|".join(
            part for word in hand["on"].split("|") for part in expand(book, word)
        ),
        "party": hand["party"],
        "exception": hand["exception"],
        "commodity_id": hand["commodity_id"],
        "origin_iso3": hand["origin_iso3"],
        "destination_iso3": hand["destination_iso3"],
        "direction": hand["direction"],
        "effect": hand["effect"],
        "value": value[""],
        "value_low": value["_low"],
        "value_high": value["_high"],
        "unit": hand["unit"],
        "valid_from": hand["valid_from"] or fact["valid_from"],
        "valid_to": hand["valid_to"] or fact["valid_to"],
        "source_id": cited,
        "quality": "reported" if cited else "assumed",
        "note": join_notes(hand["note"], basis),
    }


def expand(book: Book, word: str) -> list[str]:
    """Return the references that a word of the column `on` stands for.

    Raises
    ------
    ValueError
        When no border row fits.
    """
    if word.startswith("road@"):
        side = word.removeprefix("road@")
        return [
            f"border:{row['from_node_id']}:{row['to_node_id']}:road:{side}"
            f":{row['document']}"
            for row in book.tables["border"]
            if row["carrier_id"] == "road" and row["side_iso3"] == side
        ]
    if "<>" in word:
        start, end = word.split("<>")
        found = references(book, [(start, end), (end, start)])
    elif ">" in word:
        pair, _, side = word.partition("@")
        start, end = pair.split(">")
        found = references(book, [(start, end)], side)
    else:
        return [word]
    if not found:
        raise ValueError(word)
    return found
