"""What was ordered: table `regime` from regimes.csv.

`hand/regimes.csv` says which fact becomes which row and what it acts on. Words of
its column `on` stand for many rows: `A>B@SIDE` for the border rows from A to B on
the side of a country, `A<>B` for all border rows between A and B, `road@SIDE` for
the road border rows on the side of a country, `land@SIDE` for those by rail too,
`past:STRAIT` for the links that go through a strait without a place there,
`sea@PORT` for the sea links of a port. Where a fact binds several parties apart,
the column `fact_party` begins the party meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from borders import references
from tables import Book, Row, hand_rows, join_notes

if TYPE_CHECKING:
    from collections.abc import Callable

FactKey = tuple[str, str, str, str]
KEY = ("regime_id", "element_or_corridor", "valid_from", "effect")
HAND_KEY = ("fact_id", "fact_element", "fact_valid_from", "fact_effect")
UNSIZED = ("closed", "barred", "prescribed")


def add(book: Book) -> None:
    """Add the table `regime`.

    Raises
    ------
    KeyError
        When a hand row names a fact that is not there.
    """
    facts: dict[FactKey, list[Row]] = {}
    for row in book.read("regimes"):
        facts.setdefault(key_of(row, KEY), []).append(row)
    book.tables["regime"] = [
        regime_row(book, hand, fact_of(hand, facts)) for hand in hand_rows("regimes")
    ]


def key_of(row: Row, columns: tuple[str, str, str, str]) -> FactKey:
    """Return what names a fact: its label, what it is on, first day and effect."""
    first, second, third, fourth = (row[name] for name in columns)
    return first, second, third, fourth


def fact_of(hand: Row, facts: dict[FactKey, list[Row]]) -> Row:
    """Return the fact behind a hand row.

    Raises
    ------
    KeyError
        When there is none.
    """
    for fact in facts[key_of(hand, HAND_KEY)]:
        if fact["party"].startswith(hand["fact_party"]):
            return fact
    raise KeyError(hand["regime_id"])


def regime_row(book: Book, hand: Row, fact: Row) -> Row:
    """Join a hand row with the days, the size and the page of its fact."""
    cited = book.sources.cite(fact["source_url"], fact["source_year"], "regime")
    sized = hand["effect"] not in UNSIZED
    value = {end: fact[f"value{end}"] if sized else "" for end in ("", "_low", "_high")}
    basis = "" if cited else "no page seen: general knowledge"
    guessed = not cited or fact["confidence"] == "low"
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
        "quality": "assumed" if guessed else "reported",
        "note": join_notes(hand["note"], basis),
    }


def expand(book: Book, word: str) -> list[str]:
    """Return the references that a word of the column `on` stands for.

    Raises
    ------
    ValueError
        When no row fits.
    """
    kind, _, place = word.partition("@")
    if kind in {"road", "land"}:
        found = side_references(book, kind, place)
    elif kind == "sea":
        found = link_references(book, lambda row: place in ends(row) and at_sea(row))
    elif word.startswith("past:"):
        strait = word.removeprefix("past:")
        found = link_references(
            book, lambda row: strait in row["via_node_ids"].split("|")
        )
    elif "<>" in word:
        start, end = word.split("<>")
        found = references(book, [(start, end), (end, start)])
    elif ">" in word:
        start, end = kind.split(">")
        found = references(book, [(start, end)], place)
    else:
        return [word]
    if not found:
        raise ValueError(word)
    return found


def side_references(book: Book, kind: str, side: str) -> list[str]:
    """Return references to the border rows on a country's side, by road or by land."""
    return [
        f"border:{row['from_node_id']}:{row['to_node_id']}:{row['carrier_id']}"
        f":{side}:{row['document']}"
        for row in book.tables["border"]
        if row["side_iso3"] == side and kind in {"land", row["carrier_id"]}
    ]


def link_references(book: Book, meant: Callable[[Row], bool]) -> list[str]:
    """Return references to the links that are meant."""
    return [f"link:{row['link_id']}" for row in book.tables["link"] if meant(row)]


def ends(link: Row) -> set[str]:
    """Return the places of a link."""
    return {link["from_node_id"], link["to_node_id"]}


def at_sea(link: Row) -> bool:
    """Tell whether ships go on a link."""
    return link["allowed_uses"].startswith("sea_")
