"""Small random models without fault: two gauges, roads, ships, borders, orders."""

import random

from tests.compiled.models import model_of, row, unchecked

from bereket.model.price_rules import tariffs_are_told_apart
from bereket.schema.checker import FIRST_ROW

NAN = float("nan")
DAY = "2025-06-01"
TRAINS = ("box20", "wag20", "box14", "wag14")
LINKED = {"rail1520": 1520, "rail1435": 1435, "road": NAN, "ship": NAN}
DATES = (("", ""), ("2025-01-01", "2025-12-31"), ("2026-01-01", ""), ("", "2025-05-31"))


class Draft:
    """A model being drawn; every choice comes from one seeded generator."""

    def __init__(self, seed):
        self.rng = random.Random(seed)  # noqa: S311 a test needs no secrets
        self.places = [f"N{i}" for i in range(self.rng.randint(4, 6))]
        cuts = sorted(self.rng.sample(range(1, len(self.places)), 2))
        countries = "AAA " * cuts[0] + "BBB " * (cuts[1] - cuts[0])
        countries += "CCC " * (len(self.places) - cuts[1])
        if self.rng.random() < 0.5:
            countries = countries.replace("CCC", "BBB")
        self.country = dict(zip(self.places, countries.split(), strict=True))

    def figure(self, low, high):
        return round(self.rng.uniform(low, high), 2)

    def maybe(self, share, value, otherwise):
        return value if self.rng.random() < share else otherwise

    def tables(self):
        links = self.links()
        drawn = {
            "config": [
                row(
                    "dataset_name price_year base_date carbon_price_usd_per_kgco2e",
                    *("random", 2024, DAY, self.figure(0, 0.2)),
                )
            ],
            "node": self.nodes(),
            "carrier": self.carriers(),
            "link": links,
            "border": self.borders(links),
            "stop": self.stops(),
            "transfer": self.transfers(),
            "port": self.ports(links),
            "commodity": self.commodities(),
            "tariff": self.tariffs(links),
            "rent": self.rents(),
            "deflator": [
                row("year usd_index", 2024, 100),
                row("year usd_index", 2025, 104),
            ],
            "fx": [row("currency usd_per_unit", "ABC", self.figure(0.1, 3))],
        }
        drawn |= self.services(links)
        drawn["corridor"] = self.corridors(links)
        drawn["regime"] = self.orders(drawn)
        return drawn

    def nodes(self):
        columns = "node_id name x_coord y_coord node_type country_iso3"
        return [
            row(
                columns,
                *(place, place, -30 + 2 * i + self.figure(0, 1), self.figure(-1, 1)),
                *("city", self.country[place]),
            )
            for i, place in enumerate(self.places)
        ]

    def carriers(self):
        columns = (
            "carrier_id use_group mode gauge_mm service_class runs speed_kmh unit "
            "cost_usd_per_tkm emission_kgco2e_per_tkm_electric "
            "emission_kgco2e_per_tkm_diesel"
        )
        made = []
        for name in TRAINS:
            box, gauge = name.startswith("box"), 1520 if "20" in name else 1435
            made.append(
                row(
                    columns,
                    *(name, f"rail{gauge}", "rail", gauge),
                    *("container_block" if box else "wagonload", "free"),
                    *(self.figure(30, 90), "feu" if box else "wagon"),
                    *(self.figure(0.02, 0.2), self.maybe(0.5, 0.01, NAN), 0.02),
                )
            )
        made.append(
            row(
                columns,
                *(
                    "road",
                    "road",
                    "road",
                    NAN,
                    "",
                    "free",
                    self.figure(30, 70),
                    "truck",
                ),
                *(self.maybe(0.7, self.figure(0.05, 0.3), NAN), NAN, 0.1),
            )
        )
        made.append(
            row(
                columns,
                *("ship", "", "sea", NAN, "", "service", self.figure(15, 40), "t"),
                *(self.figure(0.01, 0.1), NAN, 0.03),
            )
        )
        return made

    def links(self):
        """Draw a tree over the places and some links more, parallel ones too."""
        pairs = [
            (self.rng.choice(self.places[:i]), self.places[i])
            for i in range(1, len(self.places))
        ]
        more = self.rng.randint(1, 3)
        pairs += [tuple(self.rng.sample(self.places, 2)) for _ in range(more)]
        columns = (
            "link_id from_node_id to_node_id directed allowed_uses gauge_mm length_km "
            "commercial_speed_kmh electrified valid_from valid_to status"
        )
        made = []
        for at, (a, b) in enumerate(pairs):
            use = self.rng.choice(
                ("rail1520", "rail1520", "rail1520", "rail1435", "road", "ship")
            )
            made.append(
                row(
                    columns,
                    *(f"L{at}", a, b, self.maybe(0.1, 1, NAN), use, LINKED[use]),
                    *(self.figure(50, 500), self.maybe(0.5, self.figure(20, 80), NAN)),
                    *(self.maybe(0.5, 1, NAN), *self.rng.choice(DATES[:2] * 9 + DATES)),
                    self.maybe(0.9, "", "planned"),
                )
            )
        return made

    def crossings(self, links):
        for link in links:
            a, b, use = (
                link[c] for c in ("from_node_id", "to_node_id", "allowed_uses")
            )
            if self.country[a] != self.country[b] and use != "ship":
                yield a, b, use
                if link["directed"] != 1:
                    yield b, a, use

    def borders(self, links):
        columns = (
            "from_node_id to_node_id carrier_id side_iso3 document document_h wait_h "
            "wait_sd_h fee_usd unit status"
        )
        made = {}
        for a, b, use in self.crossings(links):
            internal = (a, b, use) not in made and self.rng.random() < 0.2
            if any(key[:3] == (a, b, use) for key in made):
                continue
            sides = [self.country[a], self.country[b]]
            for side in self.rng.sample(sides, 1) if internal else sides:
                for document in self.maybe(0.2, ("SMGS", "CIM"), ("SMGS",)):
                    name = "internal" if internal else document
                    made[a, b, use, side, name] = row(
                        columns,
                        *(a, b, use, side, name, self.figure(0, 5), self.figure(0, 40)),
                        *(self.figure(0, 9), self.maybe(0.5, self.figure(1, 90), NAN)),
                        self.rng.choice(("t", "wagon", "feu", "train")),
                        self.maybe(0.95, "", "closed"),
                    )
        return list(made.values())

    def stops(self):
        columns = "node_id carrier_id technical_h forming_h sd_h"
        return [
            row(columns, place, use, *(self.figure(0, 6) for _ in range(3)))
            for place in self.places
            for use in ("rail1520", "box14")
            if self.rng.random() < 0.3
        ]

    def transfers(self):
        columns = (
            "node_id from_carrier_id to_carrier_id kind handling_h dwell_h dwell_sd_h "
            "cost_usd_per_t cost_usd_per_unit unit status"
        )
        kinds = [("", "rail1520|rail1435|road|ship", "load", 1.0)]
        kinds += [("rail1520|rail1435|road|ship", "", "unload", 1.0)]
        kinds += [("rail1520", "rail1435", "reload", 0.8)]
        kinds += [("rail1435", "rail1520", "reload", 0.8)]
        kinds += [
            ("box20", "road", "tranship", 0.5),
            ("road", "box20", "tranship", 0.5),
        ]
        kinds += [("rail1520|road", "ship", "tranship", 0.5)]
        kinds += [("ship", "rail1520|rail1435", "tranship", 0.6)]
        return [
            row(
                columns,
                *(place, before, after, kind, self.figure(1, 9), self.figure(0, 20)),
                *(self.figure(0, 9), self.maybe(0.5, self.figure(1, 9), NAN)),
                *(self.figure(10, 90), self.rng.choice(("feu", "t", "truck"))),
                self.maybe(0.95, "", "closed"),
            )
            for place in self.places
            for before, after, kind, share in kinds
            if self.rng.random() < share
        ]

    def services(self, links):
        columns = (
            "service_id carrier_id kind sailings_per_week headway_cv max_wait_h load_h "
            "unload_h availability"
        )
        call = "service_id sequence node_id"
        sea = [link for link in links if link["allowed_uses"] == "ship"]
        services, calls = [], []
        for at, link in enumerate(sea):
            places = [link["from_node_id"], link["to_node_id"]]
            for other in sea[at + 1 :]:
                if other["from_node_id"] == places[-1] and len(set(places)) == 2:
                    places.append(other["to_node_id"])
                    break
            if len(set(places)) < len(places):
                places = places[:2]
            name = f"S{at}"
            services.append(
                row(
                    columns,
                    *(name, "ship", self.rng.choice(("timetable", "headway", "fill"))),
                    *(self.figure(0.5, 9), self.maybe(0.5, self.figure(0, 1.5), NAN)),
                    *(self.maybe(0.3, self.figure(5, 90), NAN), self.figure(0, 9)),
                    *(self.figure(0, 9), self.maybe(0.5, self.figure(0.5, 1), NAN)),
                )
            )
            calls += [row(call, name, i + 1, place) for i, place in enumerate(places)]
        return {"service": services, "service_stop": calls}

    def ports(self, links):
        columns = "node_id berth_kind carrier_id wait_h wait_sd_h status"
        ends = sorted(
            {
                link[end]
                for link in links
                for end in ("from_node_id", "to_node_id")
                if link["allowed_uses"] == "ship"
            }
        )
        return [
            row(
                columns,
                *(place, kind, "ship", self.figure(0, 30), self.figure(0, 9)),
                self.maybe(0.95, "", "closed"),
            )
            for place in ends
            for kind in self.rng.choice((("container",), (), ("container", "dry")))
        ]

    def commodities(self):
        columns = (
            "commodity_id name vot_usd_per_t_h vor_usd_per_t_h t_per_feu t_per_wagon "
            "t_per_truck allowed_carriers"
        )
        allowed = "rail1520|rail1435|ship|road"
        return [
            row(
                columns,
                *("goods", "Goods", self.figure(0.05, 2), self.figure(0, 2)),
                *(self.figure(10, 25), self.figure(30, 70)),
                *(self.maybe(0.8, self.figure(10, 25), NAN), allowed),
            )
        ]

    def tariffs(self, links):
        columns = (
            "tariff_id kind carrier_id country_iso3 commodity_id regime load owner "
            "unit from_km to_km rate_per_unit rate_per_unit_km currency coefficient "
            "entry_node_id via_node_id exit_node_id valid_from valid_to"
        )
        made = []

        def add(kind, **more):
            dates = dict(
                zip(
                    ("valid_from", "valid_to"),
                    self.rng.choice((DATES[0], DATES[0], *DATES[:2], DATES[3])),
                    strict=True,
                )
            )
            base = dict.fromkeys(columns.split(), "") | dict.fromkeys(
                (
                    "from_km",
                    "to_km",
                    "rate_per_unit",
                    "rate_per_unit_km",
                    "coefficient",
                ),
                NAN,
            )
            made.append(
                base | dates | {"tariff_id": f"T{len(made)}", "kind": kind} | more
            )

        for use, country in self.some(
            [
                ("rail1520", "AAA"),
                ("rail1435", "BBB"),
                ("box20", "AAA|BBB"),
                ("road", "!BBB"),
                ("", "CCC"),
                ("ship", ""),
            ]
        ):
            add(
                "rate",
                carrier_id=use,
                country_iso3=country,
                regime=self.maybe(0.5, "" if use == "ship" else self.regime(), ""),
                owner=self.rng.choice(("", "", "private", "railway")),
                unit=self.rng.choice(("t", "feu", "wagon")),
                rate_per_unit=self.maybe(0.4, self.figure(10, 300), NAN),
                rate_per_unit_km=self.figure(0.2, 2),
                currency=self.maybe(0.3, "ABC", ""),
            )
        if self.rng.random() < 0.5:
            edge, gap = self.figure(100, 300), self.maybe(0.5, self.figure(1, 200), 0)
            first, last = self.figure(3, 30), self.figure(0.01, 0.1)
            own = {"carrier_id": "box20|box14", "country_iso3": "AAA", "unit": "t"}
            own |= {"commodity_id": "goods", "valid_from": "", "valid_to": ""}
            add("rate", **own, to_km=edge, rate_per_unit=first, rate_per_unit_km=0.05)
            add(
                "rate",
                **own,
                from_km=edge + gap,
                rate_per_unit=first + edge * 0.05,
                rate_per_unit_km=last,
            )
        for kind, money in (
            ("coefficient", {"coefficient": self.figure(0.4, 1.8)}),
            ("fee", {"rate_per_unit": self.figure(1, 9), "unit": "t"}),
            ("fee", {"rate_per_unit_km": self.figure(0.01, 0.1), "unit": "t"}),
        ):
            for place in (None, "entry_node_id", "exit_node_id"):
                if self.rng.random() < 0.25:
                    where = {place: self.rng.choice(self.places)} if place else {}
                    add(kind, carrier_id="rail1520", **where, **money)
        # how coefficients lie on a rate of one link is told by hand, in test_runs
        plain = all(each["kind"] == "rate" for each in made)
        for link in self.some(links)[:1] if plain else ():
            add(
                "rate",
                carrier_id=link["allowed_uses"],
                entry_node_id=link["from_node_id"],
                exit_node_id=link["to_node_id"],
                rate_per_unit=self.figure(2, 30),
                unit="t",
            )
        ends = self.far_ends(links)
        if ends:
            once = self.figure(2, 30)
            add("rate", carrier_id="box20", rate_per_unit=once, unit="t", **ends)
        if self.rng.random() < 0.5:
            add("rate", carrier_id="rail1520", load="empty", rate_per_unit_km=0.01)
        return made

    def far_ends(self, links):
        """Draw entry and exit of a through rate, at places that no link joins."""
        pair = self.rng.sample(self.places, 2)
        ends = (("from_node_id", "to_node_id"), ("to_node_id", "from_node_id"))
        joined = {(link[a], link[b]) for link in links for a, b in ends}
        if self.rng.random() < 0.6 or tuple(pair) in joined:
            return None
        return dict(zip(("entry_node_id", "exit_node_id"), pair, strict=True))

    def regime(self):
        return self.rng.choice(("domestic", "export", "import", "transit"))

    def some(self, things):
        return [thing for thing in things if self.rng.random() < 0.5]

    def rents(self):
        columns = (
            "rent_id kind carrier_id commodity_id unit usd_per_day currency "
            "empty_return_share backload_usd_per_unit"
        )
        kinds = [
            ("wagon", "", "", "wagon"),
            ("wagon", "rail1520", "goods", "wagon"),
            ("container", "box20|box14|ship", "", "feu"),
            ("truck", "road", "", "truck"),
        ]
        return [
            row(
                columns,
                *(f"R{at}", *kind, self.figure(5, 90), self.maybe(0.2, "ABC", "")),
                *(self.maybe(0.7, self.figure(0, 1), NAN), self.maybe(0.2, 5, NAN)),
            )
            for at, kind in enumerate(self.some(kinds))
        ]

    def corridors(self, links):
        columns = "corridor_id name origin_node_ids destination_node_ids gateways"
        first, *others = self.rng.sample(links, min(3, len(links)))
        ends = (self.places[0], self.places[-1])

        def gate(link):
            return f"{link['from_node_id']}>{link['to_node_id']}"

        barred = f", !{gate(others[0])}" if others and self.rng.random() < 0.3 else ""
        either = f"|{gate(others[-1])}" if others and self.rng.random() < 0.3 else ""
        return [row(columns, "way", "Way", *ends, gate(first) + either + barred)]

    def orders(self, drawn):
        columns = (
            "regime_id on party commodity_id direction effect value unit "
            "valid_from valid_to"
        )
        border = [
            "border:"
            + ":".join(
                b[c]
                for c in (
                    *("from_node_id", "to_node_id", "carrier_id"),
                    *("side_iso3", "document"),
                )
            )
            for b in drawn["border"]
        ]
        transfer = [
            "transfer:"
            + ":".join(
                t[c] for c in ("node_id", "from_carrier_id", "to_carrier_id", "kind")
            )
            for t in drawn["transfer"]
        ]
        link = [f"link:{each['link_id']}" for each in drawn["link"]]
        service = [f"service:{each['service_id']}" for each in drawn["service"]]
        # the peer splits `on` at "|", so that rows with one in the key stay out
        once = [name for name in (*border, *transfer, *link) if "|" not in name]
        lands = sorted(set(self.country.values()))
        choices = [
            ("closed", [*once, *service], NAN, ""),
            ("barred", [*border, *service, "way"], NAN, ""),
            ("surcharge", [*once, "way", *lands], self.figure(1, 90), "feu"),
            ("subsidy", [*once, "way"], self.figure(1, 200), "feu"),
            ("added_h", [*once, "way", *lands], self.figure(1, 90), "h"),
            ("coefficient", [*link, *lands, "way"], self.figure(0.5, 2), "ratio"),
        ]
        made = []
        for at, (effect, elements, value, unit) in enumerate(self.some(choices)):
            on = "|".join(self.rng.sample(elements, 1))
            direction = self.rng.choice(("", "", "east", "west"))
            made.append(
                row(
                    columns,
                    *(f"O{at}", on, self.maybe(0.2, "western", ""), ""),
                    *("" if on == "way" else direction, effect, value, unit),
                    *self.rng.choice((DATES[0], *DATES)),
                )
            )
        return made


def random_tables(seed):
    """Draw the tables of a model, and two of its places."""
    draft = Draft(seed)
    tables = {name: rows for name, rows in draft.tables().items() if rows}
    return told_apart(tables), draft.places[0], draft.places[-1]


def random_model(seed):
    """Draw a model without fault, and two of its places."""
    tables, origin, destination = random_tables(seed)
    return model_of(tables), origin, destination


def told_apart(tables):
    """Leave out the tariffs that are as specific as another that holds with them."""
    while True:
        found = tariffs_are_told_apart(unchecked(tables))
        clash = next(found, None)
        if clash is None:
            return tables
        at = clash.rows[0] - FIRST_ROW
        tables["tariff"] = [t for i, t in enumerate(tables["tariff"]) if i != at]
