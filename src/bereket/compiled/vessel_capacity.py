"""The capacity of the vessels of a service: by round trip, or by sailings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from bereket.compiled.berths import berth_service_h
from bereket.compiled.derivations import Derivation, Given, Range, Reading, Step, weigh
from bereket.compiled.vessels import (
    Call,
    one_way_slots_per_year,
    payload_share,
    round_trip_h,
)
from bereket.compiled.water import draught_of, open_share
from bereket.model.calendar import is_open
from bereket.model.model import Model
from bereket.model.places import rows_by

DAYS_PER_YEAR: Final = 365.0
DAYS_PER_WEEK: Final = 7.0


def dangerous_capacity(
    model: Model, row: int, day: date, *, in_month: bool = False
) -> Derivation:
    """Derive the slots a day, one way, of the vessels that carry no passengers.

    Parameters
    ----------
    model : Model
        The model.
    row : int
        Row of table ``service``.
    day : date
        Date.
    in_month : bool
        As of `service_capacity`.

    Returns
    -------
    Derivation
        For dangerous cargo alone; unknown where no vessel carries passengers.
    """
    vessel, name = model["vessel"], model["service"].labels("service_id")[row]
    own = _vessels(model, name, day)
    aboard = [vessel.number("carries_passengers")[at] == 1 for at in own]
    slots = [vessel.number("units")[at] * vessel.number("slots")[at] for at in own]
    if not any(aboard) or not sum(slots):
        nothing = Range.exact(float("nan"))
        element = model["service"].references[row]
        return Derivation(element, "fleet", "t", "unknown", nothing)
    whole = service_capacity(model, row, day, in_month=in_month)
    left = sum(s for s, p in zip(slots, aboard, strict=True) if not p) / sum(slots)
    cargo = model["commodity"]
    is_dangerous = cargo.number("dangerous") == 1
    labels = cargo.labels("commodity_id")
    told = f"{left:.0%} of the slots are on vessels without passengers"
    per_day = whole.per_day.scaled(float(left))
    return replace(
        whole,
        per_day=per_day,
        steps=(*whole.steps, Step("for dangerous goods", told, per_day, "a day")),
        only=frozenset(c for c, d in zip(labels, is_dangerous, strict=True) if d),
    )


def service_capacity(
    model: Model, row: int, day: date, *, in_month: bool = False
) -> Derivation:
    """Derive the slots a day, one way, of the vessels of a service.

    Parameters
    ----------
    model : Model
        The model.
    row : int
        Row of table ``service``.
    day : date
        Date; the water level is that of its year.
    in_month : bool
        Whether weather is that of its month where the model knows it; else the year's.

    Returns
    -------
    Derivation
        By the round trip where its hours are known; else by the sailings stated.
    """
    reading, service = Reading(model), model["service"]
    by_round = _by_round_trip(reading, row, day, in_month=in_month)
    by_sailing = _by_sailings(Reading(model), row)
    found = by_round or by_sailing
    steps: list[Step] = []
    if by_round:
        steps += by_round[1]
    if by_sailing:
        _, told = by_sailing
        steps += [
            Step(s.name, s.text, s.range, s.unit, governs=by_round is None)
            for s in told
        ]
    if by_round is None:
        reading = Reading(model)
        _by_sailings(reading, row)
    (carrier,) = model["carrier"].row_of[(service.labels("carrier_id")[row],)]
    base = Reading(model).figure("service", row, "base_units_per_day")
    return Derivation(
        element=service.references[row],
        kind="fleet",
        unit=model["carrier"].labels("unit")[carrier],
        basis="derived" if found else "unknown",
        per_day=found[0] if found else Range.exact(float("nan")),
        base_per_day=base.range if base else None,
        quality=reading.quality,
        given=tuple(reading.given.values()),
        steps=tuple(steps),
        lacks=tuple(dict.fromkeys(reading.lacks)),
    )


def _by_sailings(reading: Reading, row: int) -> tuple[Range, list[Step]] | None:
    """Return the slots a day of the sailings that the row states."""
    columns = ("sailings_per_week", "slots", "availability")
    given = reading.figures("service", row, columns)
    if set(columns) - set(given):
        return None
    found = weigh(
        lambda sailings_per_week, slots, availability: (
            sailings_per_week * slots * availability / DAYS_PER_WEEK
        ),
        given,
    )
    at = {name: each.range.value for name, each in given.items()}
    text = (
        f"{at['sailings_per_week']:g} sailings a week x {at['slots']:g} slots x "
        f"{at['availability']:g} / 7"
    )
    return found, [Step("slots by sailings", text, found, "a day, one way")]


def _by_round_trip(
    reading: Reading, row: int, day: date, *, in_month: bool
) -> tuple[Range, list[Step]] | None:
    """Return the slots a day of vessels that go round as fast as they can."""
    columns = ("layover_h", "availability", "fill_wait_h")
    given = reading.figures("service", row, columns)
    calls = _calls(reading, row, day)
    fleet = _fleet(reading, row, day)
    if set(columns) - set(given) or not calls or not fleet:
        return None
    weather = _weather(reading, row, day, in_month=in_month)
    inputs = _inputs(given, calls, fleet, weather)
    sailing = [each.sailing_h for each in calls]

    def slots(**g: float) -> float:
        kinds = range(len(fleet))
        slots_of = [g[f"slots{n}"] * g.get(f"share{n}", 1.0) for n in kinds]
        vessels = [g[f"units{n}"] for n in kinds]
        hours, fit = _hours(sailing, g), g["availability"]
        per_year = one_way_slots_per_year(
            slots_of, vessels, hours, fit, g.get("open", 1.0)
        )
        return per_year / DAYS_PER_YEAR

    trip = weigh(lambda **g: _hours(sailing, g), inputs)
    found = weigh(slots, inputs)
    vessels = " + ".join(
        f"{u.range.value:g} x {s.range.value:g}"
        + (f" x {p.range.value:.2f} by draught" if p else "")
        for u, s, p in fleet
    )
    text = f"({vessels}) x 24 h x {given['availability'].range.value:g}"
    text += f" x {weather.range.value:.2f} of the time open" if weather else ""
    text += f" / {trip.value:.4g} h"
    return found, [
        Step("round trip", _trip_text(given, calls), trip, "h"),
        Step("slots by round trip", text, found, "a day, one way"),
    ]


def _weather(reading: Reading, row: int, day: date, *, in_month: bool) -> Given | None:
    """Return the share of the time that the port with the worst weather works."""
    shares = [
        open_share(reading, place, berth, day, in_month=in_month)
        for place, berth in _berths_of(reading.model, row, day)
        if berth >= 0
    ]
    return min(shares, key=lambda each: each.range.value, default=None)


def _inputs(
    given: Mapping[str, Given],
    calls: "Sequence[_PortCall]",
    fleet: "Sequence[tuple[Given, Given, Given | None]]",
    weather: Given | None,
) -> dict[str, Given]:
    """Return everything that the slots depend on, by the names of the formula."""
    inputs = dict(given)
    for n, call in enumerate(calls):
        inputs |= {f"wait{n}": call.wait} if call.wait else {}
        inputs |= {f"berth{n}": call.at_berth}
    for n, (units, slots, share) in enumerate(fleet):
        inputs |= {f"units{n}": units, f"slots{n}": slots}
        inputs |= {f"share{n}": share} if share else {}
    return inputs | ({"open": weather} if weather else {})


def _hours(sailing_h: Sequence[float], g: Mapping[str, float]) -> float:
    """Return the hours of a round trip."""
    calls = [
        Call(hours, g.get(f"wait{n}", 0.0), g[f"berth{n}"], 0.0)
        for n, hours in enumerate(sailing_h)
    ]
    return round_trip_h(calls, g["layover_h"], g["fill_wait_h"])


def _trip_text(given: Mapping[str, Given], calls: "Sequence[_PortCall]") -> str:
    at = {name: each.range.value for name, each in given.items()}
    each = " + ".join(
        f"({call.sailing_h:.3g} sailing to {call.place} + "
        f"{call.wait.range.value if call.wait else 0.0:g} berth wait + "
        f"{call.at_berth.range.value:.3g} at berth)"
        for call in calls
    )
    return f"{each} + {at['layover_h']:g} layover + {at['fill_wait_h']:g} to fill"


def _stops(model: Model, row: int) -> list[str]:
    """Return the places of a service in order."""
    stop, name = model["service_stop"], model["service"].labels("service_id")[row]
    at = list(rows_by(stop, "service_id").get(name, ()))
    at.sort(key=lambda n: stop.number("sequence")[n])
    return [stop.labels("node_id")[n] for n in at]


def _berths_of(model: Model, row: int, day: date) -> list[tuple[str, int]]:
    """Return the places of a service with the berths that take its carrier; else -1."""
    open_now = is_open(model["port"], day)
    port, service = model["port"], model["service"]
    own = service.labels("carrier_id")[row]
    found = []
    for place in _stops(model, row):
        berths = [
            n
            for n in rows_by(port, "node_id").get(place, ())
            if open_now[n] and own in model.carriers(port.lists("carrier_id")[n])
        ]
        found.append((place, berths[0] if berths else -1))
    return found


@dataclass(frozen=True, slots=True)
class _PortCall:
    """A call of a round trip, as the rows tell it."""

    place: str
    sailing_h: float
    wait: Given | None
    at_berth: Given


def _calls(reading: Reading, row: int, day: date) -> list[_PortCall]:
    """Return the calls of a round trip; none where a figure lacks."""
    berths = _berths_of(reading.model, row, day)
    # out through all calls, and back to the first
    order = [*berths[1:], *berths[-2::-1]] if len(berths) > 1 else []
    before = berths[0][0] if berths else ""
    calls: list[_PortCall] = []
    for place, berth in order:
        hours = _sailing_h(reading, row, before, place)
        at_berth = _at_berth(reading, row, berth)
        if hours is None or at_berth is None:
            return []
        wait = reading.figure("port", berth, "wait_h") if berth >= 0 else None
        calls.append(_PortCall(place, hours, wait, at_berth))
        before = place
    return calls


def _sailing_h(reading: Reading, row: int, before: str, place: str) -> float | None:
    """Return the hours between two calls; None where no link joins them."""
    model = reading.model
    link, carrier = model["link"], model["carrier"]
    own = model["service"].labels("carrier_id")[row]
    (layer,) = carrier.row_of[(own,)]
    end = link.labels("to_node_id")
    starting = rows_by(link, "from_node_id")
    there = [n for n in starting.get(before, ()) if end[n] == place]
    back = [n for n in starting.get(place, ()) if end[n] == before]
    hours = []
    for n in sorted({*there, *back}):
        if own in model.carriers(link.lists("allowed_uses")[n]):
            reading.figure("link", n, "length_km")
            limit = link.number("commercial_speed_kmh")[n]
            speed = np.fmin(limit, carrier.number("speed_kmh")[layer])
            hours.append(float(link.number("length_km")[n] / speed))
    return min(hours, default=None)


def _at_berth(reading: Reading, row: int, berth: int) -> Given | None:
    """Return the hours of a call at berth: by cranes where told, else as stated."""
    worked = ("units_per_call", "cranes", "moves_per_hour", "setup_h")
    port = reading.model["port"]
    if berth >= 0 and not any(np.isnan(port.number(c)[berth]) for c in worked):
        given = reading.figures("port", berth, worked)
        hours = weigh(
            lambda **g: float(
                berth_service_h(
                    g["units_per_call"], g["cranes"], g["moves_per_hour"], g["setup_h"]
                )
            ),
            given,
        )
        return replace(given["setup_h"], column="at_berth_h", range=hours)
    given = reading.figures("service", row, ("load_h", "unload_h"))
    if len(given) < 2:  # noqa: PLR2004 both are needed
        return None
    hours = weigh(lambda load_h, unload_h: load_h + unload_h, given)
    return replace(given["load_h"], column="at_berth_h", range=hours)


def _fleet(
    reading: Reading, row: int, day: date
) -> list[tuple[Given, Given, Given | None]]:
    """Return number, slots and share of the payload of each kind of vessel."""
    model, service = reading.model, reading.model["service"]
    vessel = model["vessel"]
    rows = _vessels(model, service.labels("service_id")[row], day)
    if not rows:
        own = reading.figures("service", row, ("vessels", "slots"))
        return [(own["vessels"], own["slots"], None)] if len(own) == 2 else []  # noqa: PLR2004
    found = []
    for at in rows:
        units = reading.figure("vessel", at, "units")
        slots = reading.figure("vessel", at, "slots")
        curve = vessel.labels("load_curve")[at]
        share = _payload(reading, row, curve, day) if curve else None
        if units and slots:
            found.append((units, slots, share))
    return found


def _vessels(model: Model, service_id: str, day: date) -> list[int]:
    """Return the vessels of a service that sail on a day."""
    vessel = model["vessel"]
    open_now = is_open(vessel, day)
    own = rows_by(vessel, "service_id").get(service_id, ())
    return [at for at in own if open_now[at]]


def _payload(reading: Reading, row: int, curve: str, day: date) -> Given | None:
    """Return the share of its payload that a vessel takes at the shallower port."""
    model = reading.model
    load = model["vessel_load"]
    at = list(rows_by(load, "vessel").get(curve, ()))
    draughts = [
        found
        for _, berth in _berths_of(model, row, day)
        if berth >= 0 and (found := draught_of(reading, berth, day)) is not None
    ]
    if not draughts or not at:
        return None
    at.sort(key=lambda n: load.number("draught_m")[n])
    depth, shares = load.number("draught_m")[at], load.number("payload_share")[at]
    shallow = min(draughts, key=lambda each: each.range.value)
    share = weigh(
        # in water shallower than the curve begins it sails without cargo
        lambda draught_m: (
            float(payload_share(draught_m, depth, shares))
            if draught_m >= depth[0]
            else 0.0
        ),
        {"draught_m": shallow},
    )
    return Given(
        shallow.reference, "payload_share", "", share, shallow.quality, is_stated=True
    )
