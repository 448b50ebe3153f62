"""What the capacity of a railway is derived from: columns of table `link`.

`hand/line_rules.csv` holds, by gauge, country, tracks and traction, what is taken
where nothing better is known; the first row that fits counts. `hand/line_works.csv`
holds what is known or weighed section by section and wins cell by cell.
`hand/base_loads.csv` says which trains of baseload.csv are of others.
"""

from __future__ import annotations

from collections import defaultdict

from tables import Book, Row, hand_rows, join_notes, number

KEYS = ("gauge_mm", "country_iso3", "tracks", "electrified")
ENDS = ("_low", "_high")
NOT_COLUMNS = {*KEYS, "link_ids", "page", "page_year", "note"}
BOTH_WAYS = "sum of both"


def add(book: Book) -> None:
    """Add what capacities are derived from to the railways of table `link`."""
    countries = book.countries()
    rules = hand_rows("line_rules")
    works = by_link("line_works")
    rails = [row for row in book.tables["link"] if row.get("gauge_mm")]
    unknown = set(works) - {row["link_id"] for row in rails}
    if unknown:
        raise KeyError(sorted(unknown))
    for row in rails:
        lands = {countries[row["from_node_id"]], countries[row["to_node_id"]]}
        add_works(book, row, rule_for(rules, row, lands), works.get(row["link_id"]))
    for row in rails:
        row["capacity_quality"] = "assumed"  # by rule, or weighed from few figures
    add_base_load(book, {row["link_id"]: row for row in rails})
    for hand in hand_rows("shared_tracks"):
        row = next(r for r in rails if r["link_id"] == hand["link_id"])
        row["track_link_id"] = hand["track_link_id"]
        row["note"] = join_notes(row["note"], hand["note"])


def by_link(name: str) -> dict[str, Row]:
    """Read a hand table whose rows name several links, by link."""
    return {link: row for row in hand_rows(name) for link in row["link_ids"].split("|")}


def rule_for(rules: list[Row], link: Row, lands: set[str]) -> Row:
    """Return the first rule that fits a link.

    Raises
    ------
    KeyError
        When none does.
    """
    for rule in rules:
        if (
            rule["gauge_mm"] == link["gauge_mm"]
            and (not rule["country_iso3"] or rule["country_iso3"] in lands)
            and rule["tracks"] == link["tracks"]
            and rule["electrified"] in {"", link["electrified"]}
        ):
            return rule
    raise KeyError(link["link_id"])


def add_works(book: Book, link: Row, rule: Row, work: Row | None) -> None:
    """Give a link the figures of its rule, then those known of it.

    No gap is longer than the link.
    """
    figures = {name: rule[name] for name in rule if name not in NOT_COLUMNS}
    basis = f"capacity by rule, assumed: {rule['note']}"
    if work:
        for name in figures:
            if name.endswith(ENDS):
                continue
            if work[name]:
                for end in ("", *ENDS):
                    if name + end in figures:
                        figures[name + end] = work[name + end]
        if work["page"] and not link.get("source_id"):
            cited = book.sources.cite(work["page"], work["page_year"], "link")
            link["source_id"] = cited
        basis = join_notes(
            f"capacity, assumed: {work['note']}",
            f"after {work['page']}, {work['page_year']}" if work["page"] else "",
            "what is not named here by rule",
        )
    if link["tracks"] == "1" or figures["signalling"] != "automatic":
        figures = {k: v for k, v in figures.items() if not k.startswith("headway")}
    for name in ("section_max_km", "section_max_km_low", "section_max_km_high"):
        figures[name] = min(figures[name] or "inf", link["length_km"], key=float)
    link.update(figures)
    link["note"] = join_notes(link["note"], basis)


def add_base_load(book: Book, rails: dict[str, Row]) -> None:
    """Give links the trains a day of others, both directions together."""
    facts = {
        row["base_id"]: row
        for row in book.read("baseload")
        if row["direction"] == BOTH_WAYS and row["of_which_passenger"]
    }
    hand = hand_rows("base_loads")
    changed = defaultdict(list)
    for row in hand:
        changed[row["fact"]].append(row)
    for label, fact in facts.items():
        for change in changed.get(label) or [{"link_ids": fact["link_id"]}]:
            for link in change["link_ids"].split("|"):
                load(rails[link], fact, change)


def load(link: Row, fact: Row, change: Row) -> None:
    """Give one link its base load from a fact and from what was decided on it."""
    passenger = float(change.get("passenger") or fact["of_which_passenger"])
    for end in ("", *ENDS):
        column = "trains_per_day" + end
        trains = float(fact[column]) - float(fact["of_which_passenger"])
        own = change.get("freight" + end) or number(round(max(trains, 0.0), 2))
        link["base_trains_per_day" + end] = own
    link["passenger_trains_per_day"] = number(passenger)
    link["note"] = join_notes(
        link["note"],
        f"base load as facts {fact['base_id']}",
        change.get("note", ""),
    )
