"""Money: tables `tariff`, `rent` and `fx`.

Hand rows (`hand/tariffs.csv`) are assumed rates, single products and dated
coefficients; `hand/tariff_facts.csv` holds pages and market levels that the facts lack.
The belts of the transit table, the uniform rate by Bolashak, ferry rates by the running
metre, rents and exchange rates come from tariff_mtt.csv by the rules below.
"""

from __future__ import annotations

from tables import Book, Row, from_hand, hand_rows, join_notes, number

BOXES = (
    "containers_general|containers_high_value|containers_empty|perishables"
    "|cars_machinery"
)
HEAVY = (
    "grain|flour|oil_products|coal|ores|ferroalloys|steel|non_ferrous_metals"
    "|fertiliser|sulphur|timber_pulp|cement|other_dry"
)
"""Cargo of more than 24 t gross in a 20 ft box, which goes in such boxes."""
CARGOES = {*BOXES.split("|"), *HEAVY.split("|"), "crude", "lpg", "cotton"}
"""Cargo that rates may name; a cargo the model lacks is left out of its lists."""
PLACES = ("entry_node_id", "via_node_id", "exit_node_id")
TRUCK_M = 16.5
PLATFORM_M = 25.5 * 1.2
"""Metres to pay of an 80 ft platform: wagons over 15 m pay 1.2 times."""
WAGONS = {
    "oil products in tank wagons": (("oil", 13.0, "oil_products|crude"),),
    "liquefied gas": (("lpg", 13.0, "lpg"),),
    "other (base)": (("base", 14.0, ""), ("box", PLATFORM_M, BOXES)),
}
"""Kinds of wagon behind each line of the ferry's price list, metres to pay."""
BELTS: dict[str, Row] = {
    "_kaz": {"country_iso3": "KAZ"},
    "_uzb": {"country_iso3": "UZB", "regime": "transit"},
    "_tkm": {"country_iso3": "TKM", "regime": "transit", "owner": "railway"},
}
"""What the transit table prices; elsewhere no coefficient is known that would make a
price of it. In Kazakhstan every kind of traffic abroad has a coefficient to it."""
BELT_LOADS = {"loaded": ("m045", ""), "empty": ("m046", "containers_empty")}
"""Load of a box, the row that goes on beyond the table, the cargo it prices."""
CONTAINER_TRAINS = "rail1520_container_block"
KTI_YEARS = range(2023, 2027)
KTI_WAYS = {
    "kaz": ("KAZ", "", "BOL"),
    "tkm_akyayla_s": ("TKM", "SRT", "AKY"),
    "tkm_akyayla_n": ("TKM", "AKY", "SRT"),
    "tkm_sarahs_s": ("TKM", "SRT", "SRS"),
    "tkm_sarahs_n": ("TKM", "SRS", "SRT"),
}
"""Country, entry and place passed of a run on the eastern North-South route."""


LISTED = "2024-01-01"  # from when the price list of the ferries holds
OLDER = "2023"  # the last year before it
UNSURE = 0.25  # either side, of a rate before it


def add(book: Book) -> None:
    """Add the tables `tariff`, `rent` and `fx`."""
    own = hand_rows("tariff_facts")
    book.by_id |= {row["tariff_id"]: row for row in own}
    facts = {row["tariff_id"]: row for row in (*book.read("tariff_mtt"), *own)}
    rows = both_ways(from_hand(book, "tariff", hand_rows("tariffs")))
    rows += belt_rows(book, facts) + uniform_rows(book, facts)
    for row in facts.values():
        rows += ferry_rows(book, row)
    rows += before_the_list(rows)
    book.tables["tariff"] = of_the_model(book, rows)
    book.tables["rent"] = of_the_model(book, rent_rows(book, facts))
    rates = [row for row in facts.values() if row["kind"] == "fx"]
    book.tables["fx"] = [
        {
            "currency": row["unit"].split()[1],
            "usd_per_unit": row.get("rate_per_unit_km") or row["rate_per_unit"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
            "quality": "assumed",
            "note": f"mean of the year, general knowledge; facts {row['tariff_id']}",
        }
        for row in sorted(rates, key=lambda r: (r["unit"], r["valid_from"]))
    ]


def of_the_model(book: Book, rows: list[Row]) -> list[Row]:
    """Leave out rows for cargo and places that the model does not hold.

    Raises
    ------
    KeyError
        When a row names a cargo that no list here knows.
    """
    cargoes = {row["commodity_id"] for row in book.tables["commodity"]}
    places = {row["node_id"] for row in book.tables["node"]}
    kept = []
    for row in rows:
        named = [c for c in row.get("commodity_id", "").split("|") if c]
        if set(named) - CARGOES:
            raise KeyError(sorted(set(named) - CARGOES))
        known = [cargo for cargo in named if cargo in cargoes]
        ends = {row[place] for place in PLACES if row.get(place)}
        if (known or not named) and ends <= places:
            kept.append(row | {"commodity_id": "|".join(known)} if named else row)
    return kept


def belt_rows(book: Book, facts: dict[str, Row]) -> list[Row]:
    """Return the belts of the transit table for 40 ft boxes, in Swiss francs.

    The table starts at 331 km and is proportional to the middle of a belt, so that a
    rate a kilometre stands for what is below and beyond it. Validity stays blank: the
    exchange rate is that of the day.
    """
    rows = []
    for load, (beyond, cargo) in BELT_LOADS.items():
        printed = [
            row
            for row in facts.values()
            if row["kind"] == "base_rate"
            and (row["load"], row["unit"]) == (load, "feu")
            and row["rate_per_unit"]
        ]
        high = facts[beyond]
        to_km = number(float(printed[0]["from_km"]) - 1)
        low = high | {"from_km": "0", "to_km": to_km}
        belts = [("low", low), *((r["tariff_id"], r) for r in printed), ("high", high)]
        for end, where in BELTS.items():
            for name, fact in belts:
                said = "printed base rate" if fact["rate_per_unit"] else "slope of it"
                told = "edition not named: a shape, made a price by a coefficient"
                row = {
                    **provenance(book, fact, said),
                    "tariff_id": f"mtt_feu_{load}_{name}{end}",
                    "kind": "rate",
                    "carrier_id": CONTAINER_TRAINS,
                    "commodity_id": cargo,
                    **where,
                    "unit": "feu",
                    "from_km": fact["from_km"],
                    "to_km": fact["to_km"],
                    "rate_per_unit": fact["rate_per_unit"],
                    "rate_per_unit_km": fact["rate_per_unit_km"],
                    "currency": fact["currency"],
                    "quality": "assumed",
                }
                row["note"] = join_notes(row["note"], told)
                rows.append(row)
    return rows


def uniform_rows(book: Book, facts: dict[str, Row]) -> list[Row]:
    """Return the uniform rate of the eastern North-South route, exactly as published.

    One row a year, so that each is in the money of its own year. The rate is final: a
    coefficient of 1 keeps other coefficients from it.
    """
    rows: list[Row] = []
    for year in KTI_YEARS:
        seen = str(year) == facts["m080"]["valid_from"][:4]
        for way, (country, entry, via) in KTI_WAYS.items():
            where = {"country_iso3": country, "entry_node_id": entry}
            base = {
                "carrier_id": CONTAINER_TRAINS,
                "regime": "transit",
                "owner": "private",
                **where,
                "via_node_id": via,
                "valid_from": f"{year}-01-01",
                "valid_to": f"{year}-12-31",
            }
            rows += [
                uniform_rate(book, facts[fact], f"{way}_{size}_{year}", base, seen=seen)
                | ({"commodity_id": HEAVY} if size == "teu" else {})
                for size, fact in (("feu", "m080"), ("teu", "m079"))
            ]
            final = "the uniform rate is final: no other coefficient multiplies it"
            rows.append(
                {
                    **base,
                    **provenance(book, facts["m080"], final),
                    "tariff_id": f"kti_final_{way}_{year}",
                    "kind": "coefficient",
                    "coefficient": "1",
                    "quality": "derived" if seen else "assumed",
                }
            )
        product = {
            "carrier_id": "rail1435_container_block",
            "country_iso3": "IRN",
            "regime": "transit",
            "owner": "private",
            "entry_node_id": "INB",
            "exit_node_id": "BND",
            "valid_from": f"{year}-01-01",
            "valid_to": f"{year}-12-31",
        }
        gulf = uniform_rate(book, facts["m080"], f"irn_gulf_{year}", product, seen=seen)
        rows += [gulf, turned(gulf)]
    return rows


def uniform_rate(book: Book, fact: Row, name: str, base: Row, *, seen: bool) -> Row:
    """Return one row of the uniform rate by Bolashak."""
    said = "uniform rate of the eastern North-South route, own wagon and box"
    later = "" if seen else "no rate of this year seen: that of 2023 goes on, as m081"
    rate = fact["rate_per_unit_km"]
    row = {
        **base,
        **provenance(book, fact, join_notes(said, later)),
        "tariff_id": f"kti_{name}",
        "kind": "rate",
        "unit": fact["unit"],
        "rate_per_unit_km": rate,
    }
    if not seen:
        row |= {"quality": "assumed"}
        row |= {"rate_per_unit_km_low": number(float(rate) * 0.8)}
        row |= {"rate_per_unit_km_high": number(float(rate) * 2.5)}
    return row


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


def before_the_list(rows: list[Row]) -> list[Row]:
    """Return the rates of the list of 2024 for the years before it, as assumed.

    Older lists are not known. Without these rows the years before 2024 would be priced
    by the kilometre of a long haul, half of what the list says of a short one.
    """
    known = {_sailed(row) for row in rows if row.get("valid_to", "") >= OLDER}
    return [
        {
            **row,
            "tariff_id": row["tariff_id"] + "_before",
            "rate_per_unit_low": number(float(row["rate_per_unit"]) * (1 - UNSURE)),
            "rate_per_unit_high": number(float(row["rate_per_unit"]) * (1 + UNSURE)),
            "valid_from": "",
            "valid_to": f"{OLDER}-12-31",
            "quality": "assumed",
            "note": join_notes(
                "as in the list of 2024: older ones not seen", row["note"]
            ),
        }
        for row in rows
        if row["tariff_id"].startswith("ferry_m")
        and row["valid_from"] == LISTED
        and _sailed(row) not in known
    ]


def _sailed(row: Row) -> tuple[str, ...]:
    """Return what a rate of a ship is for."""
    names = ("carrier_id", "commodity_id", "load", "entry_node_id", "exit_node_id")
    return tuple(row.get(name, "") for name in names)


def rent_rows(book: Book, facts: dict[str, Row]) -> list[Row]:
    """Return the rents of `hand/rents.csv` with the figures of the facts."""
    rows = []
    for hand in hand_rows("rents"):
        fact = facts[hand["rent_id"]]
        row = {name: value for name, value in hand.items() if value}
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
        for end in ("low", "high"):
            if fact.get(f"rate_per_unit_{end}"):
                row[f"usd_per_day_{end}"] = fact[f"rate_per_unit_{end}"]
        rows.append(row)
    return rows
