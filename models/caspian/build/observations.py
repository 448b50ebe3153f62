"""What was measured and who may go: tables `observation` and `access`.

`hand/observations.csv` says which fact is an observation of what. In its column `on`,
`A>B@SIDE` stands for the border rows from A to B on the side of a country, `A<>B@SIDE`
for those of both directions (of the mode named in `mode`), `rail:A-B` for the open
tracks between A and B; all else stands for itself. A value in the hand table comes
from the note of the fact; else it is the fact's own figure, times `factor`.
"""

from __future__ import annotations

from borders import references
from tables import Book, Row, hand_rows, join_notes

ENDS = ("", "_low", "_high")
FACT_KEYS = {
    "flows": ("flow_id",),
    "borders": ("crossing_id",),
    "tariffs": ("tariff_id",),
    "tariff_mtt": ("tariff_id",),
    "ports": ("port_id", "indicator", "year"),
}
COUNTED = {"yes": "true", "no": "false"}
DIGITS = 9  # whole tonnes, without the trace of a factor
MEASURED = "CPMM"
UNSURE = "low"


def add(book: Book) -> None:
    """Add the tables `observation` and `access`."""
    facts: dict[str, Row] = {}
    for name, keys in FACT_KEYS.items():
        for row in book.read(name):
            facts.setdefault("/".join(row[key] for key in keys), row)
    book.tables["observation"] = [
        observation_row(book, hand, facts[hand["fact"]])
        for hand in hand_rows("observations")
    ]
    book.tables["access"] = [
        access_row(hand, corridor)
        for hand in hand_rows("access")
        for corridor in hand["corridor_id"].split("|")
    ]


def observation_row(book: Book, hand: Row, fact: Row) -> Row:
    """Join a hand row with the figure, the period and the page of its fact."""
    cited = book.sources.cite(fact["source_url"], fact["source_year"], "observation")
    if not cited:
        raise ValueError(hand["observation_id"], "an observation has a page")
    figure = float(hand["value"] or fact[hand["column"] or "value"])
    if not hand["value"] and hand["factor"]:
        figure *= float(hand["factor"])
    bounds = {f"value{end}": hand[f"value{end}"] for end in ENDS[1:]}
    year = fact.get("year", "")
    return {
        **{
            name: hand[name]
            for name in (
                *("observation_id", "kind", "commodity_id", "direction", "unit"),
                *("definition", "held_out"),
            )
        },
        "on": "|".join(
            part
            for word in hand["on"].split("|")
            for part in expand(book, word, hand["mode"])
        ),
        "period_start": hand["period_start"] or fact.get("period_start", "") or year,
        "period_end": hand["period_end"] or fact.get("period_end", "") or year,
        "value": f"{figure:.{DIGITS}g}",
        **bounds,
        "weight_basis": weight_basis(hand, fact),
        "counts_empties": COUNTED.get(fact.get("counts_empties", ""), ""),
        "source_id": cited,
        "quality": hand["quality"] or quality(hand, fact),
        "note": join_notes(hand["note"], f"facts {hand['fact']}"),
    }


def weight_basis(hand: Row, fact: Row) -> str:
    """Return what a tonne weighs; empty where the unit is no tonne."""
    if hand["unit"] != "t":
        return ""
    return hand["weight_basis"] or fact.get("weight_basis", "")


def quality(hand: Row, fact: Row) -> str:
    """Return how a figure came about: CPMM samples are measured, the rest reported."""
    if hand["definition"].startswith(MEASURED):
        return "measured"
    return "derived" if fact["confidence"] == UNSURE else "reported"


def access_row(hand: Row, corridor: str) -> Row:
    """Turn a hand row into the row of one corridor."""
    return {**hand, "corridor_id": corridor, "quality": "assumed"}


def expand(book: Book, word: str, mode: str) -> list[str]:
    """Return the references that a word of the column `on` stands for.

    Raises
    ------
    ValueError
        When no row fits.
    """
    if word.startswith("rail:"):
        ends = set(word.removeprefix("rail:").split("-"))
        found = [
            f"link:{row['link_id']}"
            for row in book.tables["link"]
            if {row["from_node_id"], row["to_node_id"]} == ends
            and row.get("gauge_mm")
            and row.get("status") != "planned"
        ]
    elif ">" in word:
        pair, _, side = word.partition("@")
        start, end = pair.replace("<", "").split(">")
        pairs = [(start, end)] + [(end, start)] * ("<" in pair)
        found = [
            named
            for named in references(book, pairs, side)
            if named.split(":")[3].startswith(mode)
        ]
    else:
        return [word]
    if not found:
        raise ValueError(word, mode)
    return found
