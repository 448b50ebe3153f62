"""What was measured and who may go: tables `observation`, `shock` and `access`.

`hand/observations.csv` says which fact is an observation of what. In its column `on`,
`A>B@SIDE` stands for the border rows from A to B on the side of a country, `A<>B@SIDE`
for those of both directions (of the mode named in `mode`), `rail:A-B` for the open
tracks between A and B, `sea:A-B` for the ways of ships between them, `countries:A-B`
for the open tracks across the border of two countries; all else stands for itself. A
value in the hand table comes from the note of the fact; else it is the fact's own
figure, times `factor`, less that of the fact named in `less`, in tonnes. Rows of one
thing over the years share a label in the column `series`; a year is in it once.

`hand/shocks.csv` says which orders made a shock and where it is counted; its ratio is
that of two facts, or of two figures that a note of the facts has.

`hand/observations_left_out.csv` names what was observed up to 2024 and is no row.
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
    "demand_bulk": ("demand_id",),
    "trade": ("reporter_iso3", "partner_iso3", "indicator", "item", "year"),
    "agenda": ("item_id",),
}
TONNES = "tonnes"  # the column of demand_bulk; elsewhere a flow is in Mt
MT = 1e6
COUNTED = {"yes": "true", "no": "false"}
DIGITS = 9  # whole tonnes, without the trace of a factor
MEASURED = "CPMM"
UNSURE = "low"
LINK_WORDS = ("rail", "sea", "countries")  # what stands before the ends of links
NOT_YET = {"planned", "under_construction"}


def add(book: Book) -> None:
    """Add the tables `observation`, `shock` and `access`."""
    facts: dict[str, Row] = {}
    for name, keys in FACT_KEYS.items():
        for row in book.read(name):
            facts.setdefault("/".join(row[key] for key in keys), row)
    book.tables["observation"] = [
        observation_row(book, hand, facts) for hand in hand_rows("observations")
    ]
    book.tables["shock"] = [
        shock_row(book, hand, facts) for hand in hand_rows("shocks")
    ]
    book.tables["access"] = [
        access_row(hand, corridor)
        for hand in hand_rows("access")
        for corridor in hand["corridor_id"].split("|")
    ]


def observation_row(book: Book, hand: Row, facts: dict[str, Row]) -> Row:
    """Join a hand row with the figure, the period and the page of its fact."""
    fact = facts[hand["fact"]]
    named = ", ".join(filter(None, (hand["fact"], hand["less"])))
    cited = book.sources.cite(fact["source_url"], fact["source_year"], "observation")
    if not cited:
        raise ValueError(hand["observation_id"], "an observation has a page")
    figure = float(hand["value"] or fact[hand["column"] or "value"])
    if not hand["value"] and hand["factor"]:
        figure *= float(hand["factor"])
    if hand["less"]:
        figure -= tonnes(facts[hand["less"]])
    bounds = {f"value{end}": hand[f"value{end}"] for end in ENDS[1:]}
    year = fact.get("year", "")
    return {
        **{
            name: hand[name]
            for name in (
                *("observation_id", "kind", "commodity_id", "direction", "unit"),
                *("definition", "series", "scope", "held_out"),
                *("origin_node_id", "destination_node_id"),
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
        "note": join_notes(hand["note"], f"facts {named}"),
    }


def shock_row(book: Book, hand: Row, facts: dict[str, Row]) -> Row:
    """Join a hand row with the ratio of its figures and their page."""
    after, before = (
        float(hand[f"{when}_value"] or facts[hand[f"{when}_fact"]]["value"])
        if hand[f"{when}_value"] or hand[f"{when}_fact"]
        else None
        for when in ("after", "before")
    )
    ratio = f"{after / before:.4g}" if after is not None and before else ""
    named = [hand[name] for name in ("before_fact", "after_fact") if hand[name]]
    regimes = {row["regime_id"]: row for row in book.tables["regime"]}
    if named:
        page = facts[named[-1]]
        cited = book.sources.cite(page["source_url"], page["source_year"], "shock")
    else:
        cited = regimes[hand["source_regime"]]["source_id"]
    kept = (
        *("shock_id", "name", "on", "commodity_id", "unit", "before_date"),
        *("after_date", "direction", "regimes", "party", "definition", "quality"),
    )
    from_facts = f"facts {', '.join(named)}" if named else ""
    return {name: hand[name] for name in kept} | {
        "observed_ratio": ratio,
        "source_id": cited,
        "note": join_notes(hand["note"], from_facts),
    }


def tonnes(fact: Row) -> float:
    """Return the tonnes that a fact tells."""
    return float(fact[TONNES]) if TONNES in fact else float(fact["value"]) * MT


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
    kind, _, pair = word.partition(":")
    if kind in LINK_WORDS:
        found = links_between(book, kind, set(pair.split("-")))
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


def links_between(book: Book, kind: str, ends: set[str]) -> list[str]:
    """Return the open links of a kind between two places or two countries."""
    country = book.countries()
    found = []
    for row in book.tables["link"]:
        places = row["from_node_id"], row["to_node_id"]
        of = {country[each] for each in places} if kind == "countries" else set(places)
        is_rail = bool(row.get("gauge_mm"))
        is_kind = row["allowed_uses"].startswith("sea") if kind == "sea" else is_rail
        if of == ends and is_kind and row.get("status") not in NOT_YET:
            found.append(f"link:{row['link_id']}")
    return found
