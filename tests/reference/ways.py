"""Plain twin of compile and route: every loopless way of a small model, priced by hand.

Written from what the tables mean (docs of the schemas), with dictionaries and sums, and
without `bereket.compiled`. Slow and obvious. Not modelled: directions of tariffs, rows
that name a via place of a run, orders on ports and places.
"""

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from math import inf, isfinite, isnan, nan, sqrt

HOURS_PER_WEEK = 168.0
PARTS = (
    "haulage",
    "wagon",
    "container",
    "empty_return",
    "backload",
    "terminal",
    "border",
    "other",
)
SELECTORS = (
    "carrier_id",
    "country_iso3",
    "commodity_id",
    "regime",
    "direction",
    "owner",
    "entry_node_id",
    "via_node_id",
    "exit_node_id",
)
HAULED = ("line", "ride")
RETURNING = ("line", "border", "ride")


@dataclass(frozen=True)
class Step:
    """One arc: from a state to a state, and what it takes by itself."""

    kind: str
    tail: tuple
    head: tuple
    carrier: str
    start: str
    end: str
    hours: float = 0.0
    variance: float = 0.0
    km: float = 0.0
    kg: float = 0.0
    terminal: float = 0.0
    border: float = 0.0
    rows: tuple = ()
    side: str = ""
    chain: tuple = ()
    tariff: dict = field(default=None, hash=False, compare=False)

    @property
    def flat(self):
        return self.chain or (self,)


@dataclass(frozen=True)
class Priced:
    """A way with its figures."""

    steps: tuple
    parts: dict
    time_h: float
    door_to_door_h: float
    sd_h: float
    length_km: float
    emission_kgco2e_per_t: float
    generalised_usd_per_t: float

    @property
    def rows(self):
        """Rows that make the way, and how often each does."""
        return Counter(r for s in self.steps for x in s.flat for r in x.rows)

    @property
    def links(self):
        flat = [x for s in self.steps for x in s.flat]
        return tuple(x.rows[0][1] for x in flat if x.kind in HAULED)


class World:
    """A model on a day for a cargo, as plain rows."""

    def __init__(
        self,
        model,
        day,
        commodity,
        origin,
        destination,
        *,
        owner="private",
        party="",
        avoid=(),
    ):
        self.model, self.day, self.owner, self.party = model, day, owner, party
        self.origin, self.destination = origin, destination
        self.avoid = avoid
        self.country = {n["node_id"]: n["country_iso3"] for n in self.rows("node")}
        self.xy = {
            n["node_id"]: (n["x_coord"], n["y_coord"]) for n in self.rows("node")
        }
        self.carriers = {c["carrier_id"]: c for c in self.rows("carrier")}
        self.cargo = next(
            c for c in self.rows("commodity") if c["commodity_id"] == commodity
        )
        self.commodity = commodity
        self.load = {"t": 1.0} | {
            unit: self.cargo[f"t_per_{unit}"]
            for unit in ("teu", "feu", "wagon", "truck")
        }
        named = self.named(self.cargo["allowed_carriers"])
        self.allowed = {
            c for c in named if not isnan(self.load[self.carriers[c]["unit"]])
        }
        self.config = self.rows("config")[0]
        self.orders = [r for r in self.rows("regime") if self._binds(r)]
        self.prices = self._usable_tariffs()
        self.rents = [r for r in self.rows("rent") if self.is_open(r)]
        self.steps = self._steps()

    def rows(self, table):
        found = self.model[table]
        fields = found.schema.fields.values()
        columns = {
            f.name: found.text(f.name) if f.is_text else found.number(f.name)
            for f in fields
        }
        return [
            {name: values[row] for name, values in columns.items()}
            for row in range(len(found))
        ]

    def is_open(self, row):
        start, end = row["valid_from"], row["valid_to"]
        valid = self.day[: len(start)] >= start and self.day[: len(end)] <= end
        begun = row["status"] == "under_construction" and start
        return bool(valid and (row["status"] == "operating" or begun))

    def named(self, cell):
        """Carriers that a cell names, by themselves or by group, each once."""
        wanted = [p for p in cell.split("|") if p]
        return list(
            dict.fromkeys(
                c
                for p in wanted
                for c, row in self.carriers.items()
                if p in (c, row["use_group"])
            )
        )

    def per_t(self, money, unit):
        """Money a tonne; 0 where it is unknown: it is listed as left out instead."""
        found = money / self.load.get(unit, nan)
        return 0.0 if isnan(found) else found

    # --- arcs ------------------------------------------------------------------

    def _steps(self):
        local = [*self._lines_and_borders(), *self._transfers(), *self._services()]
        every = [*local, *self._products(local)]
        return [s for s in every if s.carrier in self.allowed and not self._is_shut(s)]

    def _ways_of(self, link):
        a, b = link["from_node_id"], link["to_node_id"]
        return [(a, b)] if link["directed"] == 1 else [(a, b), (b, a)]

    def _speed(self, link, carrier):
        own, stated = self.carriers[carrier]["speed_kmh"], link["commercial_speed_kmh"]
        return own if isnan(stated) else min(own, stated)

    def _crossed(self):
        """Links by carrier and direction, of carriers that run free."""
        for link in self.rows("link"):
            for carrier in self.named(link["allowed_uses"]):
                if self.carriers[carrier]["runs"] == "free":
                    yield from ((link, a, b, carrier) for a, b in self._ways_of(link))

    def _lines_and_borders(self):
        sides = {}
        for row in self.rows("border"):
            for carrier in self.named(row["carrier_id"]):
                key = row["from_node_id"], row["to_node_id"], carrier
                sides.setdefault(key, set()).add(row["side_iso3"])
        crossed = set()
        for link, a, b, carrier in self._crossed():
            crossed.add((a, b, carrier))
            if self.is_open(link):
                ends = self._ends(a, b, carrier, sides.get((a, b, carrier), ()))
                yield self._line(link, carrier, a, b, *ends)
        for row in self.rows("border"):
            for carrier in self.named(row["carrier_id"]):
                key = row["from_node_id"], row["to_node_id"], carrier
                if key in crossed and self.is_open(row):
                    yield self._border(row, carrier)

    def _ends(self, a, b, carrier, sides):
        """States that a line joins: gates where a side of the border has rows."""
        out = ("out", a, carrier, b) if self.country[a] in sides else ("at", a, carrier)
        into = ("in", b, carrier, a) if self.country[b] in sides else ("at", b, carrier)
        return out, into

    def _border(self, row, carrier):
        a, b, side = row["from_node_id"], row["to_node_id"], row["side_iso3"]
        if side == self.country[a]:
            ends = ("at", a, carrier), ("out", a, carrier, b)
        else:
            ends = ("in", b, carrier, a), ("at", b, carrier)
        return Step(
            "border",
            *ends,
            carrier,
            a,
            b,
            hours=row["document_h"] + row["inspection_h"] + row["wait_h"],
            variance=row["wait_sd_h"] ** 2,
            border=self.per_t(row["fee_usd"], row["unit"]),
            rows=(("border", a, b, row["carrier_id"], side, row["document"]),),
            side=side,
        )

    def _line(self, link, carrier, a, b, tail, head):
        km = link["length_km"]
        stop = self._stop(b, carrier)
        row = self.carriers[carrier]
        kg = row["emission_kgco2e_per_tkm_diesel"]
        electric = row["emission_kgco2e_per_tkm_electric"]
        if link["electrified"] == 1 and not isnan(electric):
            kg = electric
        return Step(
            "line",
            tail,
            head,
            carrier,
            a,
            b,
            hours=km / self._speed(link, carrier) + stop.get("technical_h", 0.0),
            variance=stop.get("sd_h", 0.0) ** 2,
            km=km,
            kg=km * kg,
            rows=(("link", link["link_id"]),),
        )

    def _stop(self, place, carrier):
        for row in self.rows("stop"):
            if row["node_id"] == place and carrier in self.named(row["carrier_id"]):
                return row
        return {}

    def _transfers(self):
        groups = {c["use_group"] for c in self.carriers.values()} - set(self.carriers)
        for row in self.rows("transfer"):
            if not self.is_open(row):
                continue
            place = row["node_id"]
            before, after = row["from_carrier_id"], row["to_carrier_id"]
            cells = [p for cell in (before, after) for p in cell.split("|") if p]
            keeps = before and after and all(p in groups for p in cells)
            for one in self.named(before) or [""]:
                for two in self.named(after) or [""]:
                    if one == two:
                        continue
                    classes = {
                        self.carriers[c]["service_class"] for c in (one, two) if c
                    }
                    if keeps and len(classes) > 1:
                        continue
                    yield self._transfer(row, place, one, two)

    def _transfer(self, row, place, one, two):
        kind = "load" if not one else "unload" if not two else "transfer"
        money = row["cost_usd_per_t"]
        if isnan(money):
            money = self.per_t(row["cost_usd_per_unit"], row["unit"])
        formed = self._stop(place, two).get("forming_h", 0.0) if two else 0.0
        return Step(
            kind,
            ("at", place, one) if one else ("origin", place),
            ("at", place, two) if two else ("destination", place),
            one or two,
            place,
            place,
            hours=row["handling_h"] + row["dwell_h"] + formed,
            variance=row["dwell_sd_h"] ** 2,
            terminal=money,
            rows=(
                (
                    "transfer",
                    place,
                    row["from_carrier_id"],
                    row["to_carrier_id"],
                    row["kind"],
                ),
            ),
        )

    def _services(self):
        for row in self.rows("service"):
            if not self.is_open(row):
                continue
            carrier, name = row["carrier_id"], row["service_id"]
            calls = sorted(
                (s["sequence"], s["node_id"])
                for s in self.rows("service_stop")
                if s["service_id"] == name
            )
            there = [place for _, place in calls]
            mean, variance = wait(row)
            for way, places in (("there", there), ("back", there[::-1])):
                deck = [("aboard", name, way, i) for i in range(len(places))]
                for i, place in enumerate(places):
                    shore = ("at", place, carrier)
                    here = (carrier, place, place)
                    own = (("service", name),)
                    if i + 1 < len(places):
                        for berth in self._berths(place, carrier):
                            yield Step(
                                "board",
                                shore,
                                deck[i],
                                *here,
                                hours=mean + row["load_h"] + berth["wait_h"],
                                variance=variance + berth["wait_sd_h"] ** 2,
                                rows=own
                                + (
                                    (("port", place, berth["berth_kind"]),)
                                    if berth["berth_kind"]
                                    else ()
                                ),
                            )
                        yield from self._rides(
                            carrier, name, place, places[i + 1], deck[i : i + 2]
                        )
                    if i:
                        yield Step(
                            "alight",
                            deck[i],
                            shore,
                            *here,
                            hours=row["unload_h"],
                            rows=own,
                        )

    def _berths(self, place, carrier):
        known = [
            p
            for p in self.rows("port")
            if p["node_id"] == place and carrier in self.named(p["carrier_id"])
        ]
        none = {"wait_h": 0.0, "wait_sd_h": 0.0, "berth_kind": ""}
        return [p for p in known if self.is_open(p)] if known else [none]

    def _rides(self, carrier, service, a, b, deck):
        kg = self.carriers[carrier]["emission_kgco2e_per_tkm_diesel"]
        for link in self.rows("link"):
            if carrier not in self.named(link["allowed_uses"]):
                continue
            if (a, b) in self._ways_of(link) and self.is_open(link):
                km = link["length_km"]
                yield Step(
                    "ride",
                    *deck,
                    carrier,
                    a,
                    b,
                    hours=km / self._speed(link, carrier),
                    km=km,
                    kg=km * kg,
                    rows=(("link", link["link_id"]), ("service", service)),
                )

    def _products(self, local):
        for row in self.prices:
            entry, leave = row["entry_node_id"], row["exit_node_id"]
            if (
                row["kind"] != "rate"
                or row["load"] != "loaded"
                or not (entry and leave)
            ):
                continue
            for carrier in self.named(row["carrier_id"]) or self.carriers:
                own = [
                    s
                    for s in local
                    if s.carrier == carrier
                    and s.kind not in ("load", "unload", "transfer")
                ]
                direct = any(
                    (s.start, s.end) == (entry, leave) and s.kind in HAULED for s in own
                )
                if direct and not row["via_node_id"]:
                    continue
                stops = [p for p in (entry, row["via_node_id"], leave) if p]
                chain = self._chain(own, carrier, stops)
                if chain:
                    yield Step(
                        "product",
                        ("at", entry, carrier),
                        ("at", leave, carrier),
                        carrier,
                        entry,
                        leave,
                        hours=sum(s.hours for s in chain),
                        variance=sum(s.variance for s in chain),
                        km=sum(s.km for s in chain),
                        kg=sum(s.kg for s in chain),
                        border=sum(s.border for s in chain),
                        chain=chain,
                        tariff=row,
                    )

    def _chain(self, own, carrier, stops):
        chain = ()
        for a, b in itertools.pairwise(stops):
            ways = list(loopless(own, ("at", a, carrier), ("at", b, carrier)))
            if not ways:
                return ()
            chain += min(ways, key=lambda way: sum(s.hours for s in way))
        return chain

    # --- orders ----------------------------------------------------------------

    def _binds(self, row):
        cargo = row["commodity_id"]
        return (
            self.is_open(row)
            and (not cargo or self.commodity in cargo.split("|"))
            and row["party"] in ("", self.party)
        )

    def touches(self, order, step):
        """How an order lies on a step itself, corridors apart."""
        if order["direction"] and step.start != step.end:
            (x, y), (u, v) = self.xy[step.start], self.xy[step.end]
            if abs(u - x) >= abs(v - y):
                heads = "east" if u > x else "west"
            else:
                heads = "north" if v > y else "south"
            if heads != order["direction"]:
                return False
        return any(self._is_on(part, order, step) for part in order["on"].split("|"))

    def _is_on(self, part, order, step):
        if ":" in part:
            return tuple(part.split(":")) in step.rows
        if order["effect"] == "coefficient" and step.kind in HAULED:
            return self.area(step) == part
        quay = step.kind in ("board", "alight") and self.country[step.start] == part
        return quay or (step.kind == "border" and step.side == part)

    def _is_shut(self, step):
        if any(
            tuple(text.split(":")) in s.rows for text in self.avoid for s in step.flat
        ):
            return True
        return any(
            order["effect"] in ("closed", "barred") and self.touches(order, s)
            for order in self.orders
            for s in step.flat
        )

    def hours(self, step):
        late = sum(
            order["value"]
            for order in self.orders
            if order["effect"] == "added_h"
            for s in step.flat
            if self.touches(order, s)
        )
        return step.hours + late

    def charge(self, order):
        sign = -1.0 if order["effect"] == "subsidy" else 1.0
        return self.per_t(sign * order["value"], order["unit"])

    def corridor_orders(self, way):
        ends = [(s.start, s.end) for x in way for s in x.flat if s.kind in HAULED]
        passed = {
            c["corridor_id"]
            for c in self.rows("corridor")
            if passes(c["gateways"], ends)
            or passes(c["gateways"], [(b, a) for a, b in reversed(ends)])
        }
        return [o for o in self.orders if passed.intersection(o["on"].split("|"))]

    # --- money -----------------------------------------------------------------

    def _usable_tariffs(self):
        fit = []
        for row in self.rows("tariff"):
            cargo = row["commodity_id"]
            if not self.is_open(row) or (
                cargo and self.commodity not in cargo.split("|")
            ):
                continue
            if row["owner"] not in ("", self.owner):
                continue
            load = 1.0 if row["kind"] == "coefficient" else self.load[row["unit"]]
            factor = 1.0 if row["kind"] == "coefficient" else self.usd(row) / load
            if isnan(factor):
                continue
            fit.append(
                row
                | {
                    "unit_usd": row["rate_per_unit"] * factor,
                    "km_usd": row["rate_per_unit_km"] * factor,
                }
            )
        return sorted(fit, key=lambda r: -sum(bool(r[s]) for s in SELECTORS))

    def usd(self, row):
        """Factor to USD of the price year, by the middle of the row's validity."""
        start, end = row["valid_from"], row["valid_to"]
        if not start and not end and row["currency"] == "USD":
            return 1.0
        ends = [date.fromisoformat(t).toordinal() for t in (start, end) if t]
        if not ends:
            ends = [date.fromisoformat(self.day).toordinal()]
        middle = date.fromordinal(sum(ends) // len(ends))
        rate = 1.0 if row["currency"] == "USD" else nan
        for fx in self.rows("fx"):
            known = (fx["valid_from"] or "0") <= middle.isoformat()
            if (
                fx["currency"] == row["currency"]
                and known
                and middle.isoformat() <= (fx["valid_to"] or "9")
            ):
                rate = fx["usd_per_unit"]
        index = {int(d["year"]): d["usd_index"] for d in self.rows("deflator")}
        year = int(self.config["price_year"])
        if middle.year != year and year in index and middle.year in index:
            rate *= index[year] / index[middle.year]
        return rate

    def area(self, step):
        """Country whose tariff holds; empty at sea."""
        afloat = self.carriers[step.carrier]["mode"] in ("sea", "waterway")
        return "" if afloat else self.country[step.start]

    def _matches(self, row, carrier, area):
        if row["carrier_id"] and carrier not in self.named(row["carrier_id"]):
            return False
        lands = [p for p in row["country_iso3"].split("|") if p]
        barred = [p[1:] for p in lands if p.startswith("!")]
        if lands and (area in barred if barred else area not in lands):
            return False
        if not row["regime"]:
            return True
        if not area:
            return False
        starts = self.country[self.origin] == area
        ends = self.country[self.destination] == area
        traffic = {
            (True, True): "domestic",
            (True, False): "export",
            (False, True): "import",
            (False, False): "transit",
        }
        return row["regime"] == traffic[starts, ends]

    def _first(self, kind, carrier, area, fits, load="loaded"):
        for row in self.prices:
            if row["kind"] != kind or row["load"] != load:
                continue
            if self._matches(row, carrier, area) and fits(row):
                return row
        return None

    def _own_rate(self, step):
        """The most specific row of an arc by itself, or None."""

        def fits(row):
            ends = row["entry_node_id"], row["exit_node_id"]
            if row["via_node_id"]:
                return False
            return ends in (("", ""), (step.start, step.end))

        return self._first("rate", step.carrier, self.area(step), fits)

    def haulage(self, way):
        """Exact haulage of a way; NaN where an arc has no price."""
        total, group = 0.0, []
        hauls = [s for s in way if s.kind in (*HAULED, "product")]
        for step in [*hauls, None]:
            own = None
            if step is not None:
                own = step.tariff if step.kind == "product" else self._own_rate(step)
                if own is not None and not (
                    own["entry_node_id"] and own["exit_node_id"]
                ):
                    own = None
            same = group and step is not None and own is None
            if same:
                same = (group[-1].carrier, self.area(group[-1])) == (
                    step.carrier,
                    self.area(step),
                )
            if group and not same:
                total += self._run_price(group)
                group = []
            if own is not None:
                total += (own["unit_usd"] + own["km_usd"] * step.km) * self._ordered(
                    [step]
                )
            elif step is not None:
                group.append(step)
        return total

    def _ordered(self, run):
        """Mean factor of orders on the haulage of a run, by kilometres."""
        total = 0.0
        for step in run:
            factor = 1.0
            for order in self.orders:
                if order["effect"] == "coefficient" and any(
                    self.touches(order, s) for s in step.flat
                ):
                    factor *= order["value"]
            total += factor * step.km
        return total / sum(s.km for s in run)

    def _run_price(self, run):
        km = sum(s.km for s in run)
        carrier, area = run[0].carrier, self.area(run[0])
        first, last = run[0].start, run[-1].end

        def fits(row):
            entry, leave = row["entry_node_id"], row["exit_node_id"]
            if row["via_node_id"] or (row["kind"] == "rate" and entry and leave):
                return False
            return entry in ("", first) and leave in ("", last)

        rate = self._first("rate", carrier, area, fits)
        if rate is None:
            return self.carriers[carrier]["cost_usd_per_tkm"] * km * self._ordered(run)
        price = self._belt_price(rate, km)
        factor = self._first("coefficient", carrier, area, fits)
        fee = self._first("fee", carrier, area, fits)
        if factor is not None:
            price *= factor["coefficient"]
        if fee is not None:
            price += fee["unit_usd"] + fee["km_usd"] * km
        return price * self._ordered(run)

    def _belt_price(self, rate, km):
        if not rate["from_km"] and not isfinite(rate["to_km"]):
            return rate["unit_usd"] + rate["km_usd"] * km
        family = [
            r
            for r in self.prices
            if r["kind"] == "rate"
            and r["load"] == "loaded"
            and (r["from_km"] or isfinite(r["to_km"]))
            and all(r[s] == rate[s] for s in SELECTORS)
        ]
        return belts_price(
            [
                (r["from_km"], r["to_km"], r["unit_usd"], r["km_usd"])
                for r in sorted(family, key=lambda r: r["from_km"])
            ],
            km,
        )

    def _rent(self, kind, carrier):
        best, most = None, -1
        for row in self.rents:
            cargo = row["commodity_id"]
            if row["kind"] != kind or isnan(self.load[row["unit"]]):
                continue
            if cargo and self.commodity not in cargo.split("|"):
                continue
            if row["carrier_id"] and carrier not in self.named(row["carrier_id"]):
                continue
            score = bool(row["carrier_id"]) + bool(cargo)
            if score > most:
                best, most = row, score
        return best

    def rents_of(self, carrier):
        """Wagon and container rent [USD/t-h], share empty, backload [USD/t]."""
        hourly = {"wagon": 0.0, "truck": 0.0, "container": 0.0}
        share, back = None, 0.0
        for kind in hourly:
            row = self._rent(kind, carrier)
            if row is None or (kind == "wagon" and self.owner == "railway"):
                continue
            load = self.load[row["unit"]]
            hourly[kind] = row["usd_per_day"] * self.usd(row) / 24.0 / load
            share = row["empty_return_share"] if share is None else share
            back += (
                (1 - row["empty_return_share"]) * row["backload_usd_per_unit"] / load
            )
        share = 0.5 if share is None else share
        return hourly["wagon"] + hourly["truck"], hourly["container"], share, back

    def _empty_rate(self, step):
        def fits(row):
            ends = row["entry_node_id"], row["exit_node_id"]
            return not row["via_node_id"] and ends in (("", ""), (step.start, step.end))

        row = self._first("rate", step.carrier, self.area(step), fits, load="empty")
        if row is None:
            return 0.0
        once = row["unit_usd"] if row["entry_node_id"] else 0.0
        return once + row["km_usd"] * step.km

    def _charge(self, step, parts):
        """Add the money of a step, haulage apart."""
        wagon, container, share, back = self.rents_of(step.carrier)
        hours = self.hours(step)
        parts["wagon"] += wagon * hours
        parts["container"] += container * hours
        again = sum(self.hours(s) for s in step.flat if s.kind in RETURNING)
        parts["empty_return"] += share * (wagon + container) * again
        for haul in step.flat:
            if haul.kind in HAULED:
                parts["empty_return"] += share * self._empty_rate(haul)
        if step.kind == "load":
            parts["backload"] -= back
        parts["terminal"] += step.terminal
        parts["border"] += step.border
        for order in self.orders:
            if order["effect"] in ("surcharge", "subsidy"):
                times = sum(self.touches(order, s) for s in step.flat)
                parts["other"] += times * self.charge(order)

    def price(self, way):
        """Return the way with its figures; None where it cannot be sold."""
        parts = dict.fromkeys(PARTS, 0.0)
        parts["haulage"] = self.haulage(way)
        if isnan(parts["haulage"]):
            return None
        for step in way:
            self._charge(step, parts)
        late = 0.0
        for order in self.corridor_orders(way):
            if order["effect"] in ("closed", "barred"):
                return None
            if order["effect"] == "added_h":
                late += order["value"]
            elif order["effect"] in ("surcharge", "subsidy"):
                parts["other"] += self.charge(order)
            elif order["effect"] == "coefficient":
                parts["haulage"] *= order["value"]
        door = sum(self.hours(s) for s in way) + late
        ends = sum(self.hours(s) for s in way if s.kind in ("load", "unload"))
        sd = sqrt(sum(s.variance for s in way))
        kg = sum(s.kg for s in way)
        cost = (
            sum(parts.values())
            + self.cargo["vot_usd_per_t_h"] * door
            + self.cargo["vor_usd_per_t_h"] * sd
            + self.config["carbon_price_usd_per_kgco2e"] * (0.0 if isnan(kg) else kg)
        )
        return Priced(
            tuple(way),
            parts,
            door - ends,
            door,
            sd,
            sum(s.km for s in way),
            kg,
            cost,
        )


def wait(service):
    """Mean and variance of the wait for a departure."""
    headway = HOURS_PER_WEEK / (service["sailings_per_week"] * service["availability"])
    cv = service["headway_cv"]
    if service["kind"] == "timetable":
        cv = 0.0
    elif isnan(cv):
        cv = 1.0 if service["kind"] == "fill" else 0.0
    mean = headway * (1 + cv**2) / 2
    variance = headway**2 * (1 + cv**2) * (1 + 2 * cv**2) / 3 - mean**2
    longest = service["max_wait_h"]
    if mean > longest:
        return longest, min(variance, longest**2 / 12)
    return mean, variance


def belts_price(belts, km):
    """Price of a run by belts (from, to, unit, per km), in order of distance."""
    start, end, once, per_km = belts[0]
    if km < start:
        return once + per_km * start
    for at, (start, end, once, per_km) in enumerate(belts):
        if start <= km and (km <= end or isnan(end) or at == len(belts) - 1):
            return once + per_km * km
        if at + 1 < len(belts) and end < km < belts[at + 1][0]:
            then, _, once_then, per_km_then = belts[at + 1]
            low, high = once + per_km * end, once_then + per_km_then * then
            return low + (high - low) * (km - end) / (then - end)
    raise AssertionError


def passes(gateways, ends):
    """Whether the links passed hold the gateways in order, and none that is barred."""
    either = {*ends, *((b, a) for a, b in ends)}
    at = 0
    for part in gateways.split(","):
        text = part.strip()
        choices = {tuple(c.strip().split(">")) for c in text.lstrip("!").split("|")}
        if text.startswith("!"):
            if choices & either:
                return False
            continue
        while at < len(ends) and ends[at] not in choices:
            at += 1
        if at == len(ends):
            return False
        at += 1
    return True


def loopless(steps, source, target):
    """Give every chain of steps that comes to no state twice."""
    leaving = {}
    for step in steps:
        leaving.setdefault(step.tail, []).append(step)

    def go_on(state, visited, way):
        if state == target:
            yield way
            return
        for step in leaving.get(state, ()):
            if step.head not in visited:
                yield from go_on(step.head, visited | {step.head}, (*way, step))

    yield from go_on(source, {source}, ())


def doubles_back(way):
    """Whether a way comes to a state twice, the chains of through rates counted."""
    heads = [step.head for passed in way for step in passed.flat]
    return len(set(heads)) < len(heads)


def every_way(world):
    """Return every way that can be sold, cheapest first."""
    ends = ("origin", world.origin), ("destination", world.destination)
    every = tuple(loopless(world.steps, *ends))
    straight = [way for way in every if not doubles_back(way)]
    priced = [world.price(way) for way in straight or every]
    return sorted(
        (p for p in priced if p is not None), key=lambda p: p.generalised_usd_per_t
    )


def kilometres(way):
    """Kilometres on each link of a way."""
    km = {}
    for step in (s for x in way.steps for s in x.flat):
        if step.kind in HAULED:
            link = step.rows[0][1]
            km[link] = km.get(link, 0.0) + step.km
    return km


def overlap(one, two):
    """Share of the shorter way's kilometres that two ways have in common."""
    km_one, km_two = kilometres(one), kilometres(two)
    shared = sum(min(km, km_two.get(link, 0.0)) for link, km in km_one.items())
    return shared / min(sum(km_one.values()) or inf, sum(km_two.values()) or inf)


def real_alternatives(ways, count, max_overlap):
    """Take ways by rising cost that overlap little with those taken before."""
    taken = []
    for way in ways:
        if len(taken) < count and all(
            overlap(way, other) <= max_overlap + 1e-12 for other in taken
        ):
            taken.append(way)
    return taken
