"""Seasons, weather, water: `season`, `season_close`, `level`, `vessel_load`."""

from __future__ import annotations

from tables import Book, Row, hand_rows, join_notes, number

# Cargo of season.csv -> commodity. Barley is left out: it is part of grain, whose
# months are built from the railway's own figures.
COMMODITIES = {
    "grain": "grain",
    "flour": "flour",
    "coal": "coal",
    "oil products": "oil_products",
    "crude oil": "crude",
    "LPG": "lpg",
    "sulphur": "sulphur",
    "fertiliser": "fertiliser",
    "cement": "cement",
    "fruit and vegetables": "perishables",
    "cotton": "cotton",
    "containers": "containers_general",
    "cars": "cars_machinery",
    "timber and pulp": "timber_pulp",
    "ferrous metals": "steel",
    "ores and concentrates": "ores",
}
LEFT_OUT = ("barley",)
ENDS = ("", "_low", "_high")
SEA_LEVEL = "sea level (Baltic system)"
DATUM = "above the datum of Kronstadt"
SECOND_LEVELS = ("l21",)  # a year has one level; the other stands within its interval
LINE = "line:"  # then the share of the payload lost a metre
LOWER_AT_HIGH = {"": "value", "_low": "high", "_high": "low"}


def add(book: Book) -> None:
    """Add the tables `season`, `season_close`, `level` and `vessel_load`."""
    book.tables["season"] = seasons(book)
    book.tables["season_close"] = closed_months(book)
    facts = {row["level_id"]: row for row in book.read("level")}
    book.tables["level"] = [
        level_row(book, row)
        for label, row in facts.items()
        if row["indicator"] == SEA_LEVEL and label not in SECOND_LEVELS
    ]
    book.tables["vessel_load"] = [
        load_row(book, hand, facts[hand["fact"]], float(draught))
        for hand in hand_rows("vessel_loads")
        for draught in hand["draught_m"].split("|")
    ]


def seasons(book: Book) -> list[Row]:
    """Return the months of every cargo and origin, their shares made to sum to one."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in book.read("season"):
        if row["commodity"] not in LEFT_OUT:
            key = (COMMODITIES[row["commodity"]], row["origin_iso3"])
            groups.setdefault(key, []).append(row)
    done = []
    for (commodity, origin), rows in groups.items():
        total = sum(float(row["share"]) for row in rows)
        for row in rows:
            cited = book.sources.cite(row["source_url"], row["source_year"], "season")
            basis = (
                "from the railway's figures of 2024: four months, two spans and the "
                "year; other months laid between"
                if cited
                else "shape from general knowledge"
            )
            made = {
                "share" + end: number(float(row[column]) / total)
                for end, column in zip(ENDS, ("share", "low", "high"), strict=True)
                if row[column]
            }
            done.append(
                {
                    "commodity_id": commodity,
                    "origin_iso3": origin,
                    "month": row["month"],
                    **made,
                    "source_id": cited,
                    "quality": "derived" if cited else "assumed",
                    "note": join_notes(basis, f"facts {row['season_id']}"),
                }
            )
    return done


def closed_months(book: Book) -> list[Row]:
    """Return the days closed by weather in each month of ports that have such days.

    The shares of `hand/season_close.csv` spread the days of the year that table
    `port` states, so that the months sum to them.
    """
    year = {row["node_id"]: row for row in book.tables["port"]}
    return [
        {
            "node_id": hand["node_id"],
            "month": hand["month"],
            **{
                "closed_days" + end: number(
                    float(hand["share"]) * float(year[hand["node_id"]][column])
                )
                for end, column in zip(
                    ENDS,
                    ("closed_days", "closed_days_low", "closed_days_high"),
                    strict=True,
                )
            },
            "quality": "assumed",
            "note": "days of the year as table port; storms of October to March "
            "take seven tenths: general knowledge",
        }
        for hand in hand_rows("season_close")
    ]


def level_row(book: Book, row: Row) -> Row:
    """Turn a fact of the sea level into a row of `level`."""
    cited = book.sources.cite(row["source_url"], row["source_year"], "level")
    forecast = row["kind"] == "forecast"
    if cited:
        basis = "a published forecast" if forecast else "mean of what pages state"
    else:
        basis = (
            "between the published forecasts"
            if forecast
            else "from the fall of 1.83 m in 1996-2023"
        )
    return {
        "basin": "caspian",
        "year": row["year"],
        "level_m": row["value"],
        "level_m_low": row["low"],
        "level_m_high": row["high"],
        "source_id": cited,
        "quality": "reported" if cited else "assumed",
        "note": join_notes(DATUM, basis, f"facts {row['level_id']}"),
    }


def load_row(book: Book, hand: Row, fact: Row, draught: float) -> Row:
    """Turn a vessel at a draught into a row of `vessel_load`."""
    cited = book.sources.cite(fact["source_url"], fact["source_year"], "vessel_load")
    if hand["rule"] == "share":
        share = float(fact["payload_share"])
        scale = share / float(fact["value"])
        shares = {
            end: float(fact[column]) * scale
            for end, column in zip(ENDS, ("value", "low", "high"), strict=True)
            if fact[column]
        }
    elif hand["rule"].startswith(LINE):
        lost = float(hand["rule"].removeprefix(LINE))
        shares = {"": 1 - lost * (float(hand["full_draught_m"]) - draught)}
    else:
        missing_dm = 10 * (float(hand["full_draught_m"]) - draught)
        shares = {
            end: 1 - missing_dm * float(fact[column]) / float(hand["full_t"])
            for end, column in LOWER_AT_HIGH.items()
            if missing_dm or not end
        }
    return {
        "vessel": hand["vessel"],
        "draught_m": number(draught),
        **{
            "payload_share" + end: number(round(share, 3))
            for end, share in shares.items()
        },
        "source_id": cited,
        "quality": hand["quality"],
        "note": join_notes(hand["note"], f"facts {hand['fact']}"),
    }
