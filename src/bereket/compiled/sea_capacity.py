"""The capacity of berths, and of the vessels of a service."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from bereket.compiled.berths import berth_service_h, berth_units_per_day
from bereket.compiled.derivations import (
    Basis,
    Derivation,
    Given,
    Range,
    Reading,
    Step,
    weigh,
)
from bereket.compiled.terminals import landside_units_per_day, yard_units_per_day
from bereket.compiled.vessels import (
    Call,
    one_way_slots_per_year,
    payload_share,
    round_trip_h,
    weather_share,
)
from bereket.model.calendar import is_open
from bereket.model.model import Model

DAYS_PER_YEAR: Final = 365.0
DAYS_PER_WEEK: Final = 7.0
QUAY: Final = (
    "units_per_call",
    "cranes",
    "moves_per_hour",
    "setup_h",
    "berths",
    "wait_ratio_accepted",
    "hours_per_day",
)
YARD: Final = ("yard_units", "yard_dwell_days")
DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def port_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive the units a day that berths, yard and landside let pass, both ways.

    Parameters
    ----------
    model : Model
        The model.
    row : int
        Row of table ``port``.
    day : date
        Date; weather is that of its month where the model knows it.

    Returns
    -------
    Derivation
        The least of quay, yard and landside; in tonnes where only a reported quay is
        known.
    """
    reading, port = Reading(model), model["port"]
    key = ("port", row)
    unit = port.labels("unit")[row]
    parts = [*_quay(reading, row, day), *_yard(reading, row), *_landside(reading, row)]
    reported = float(port.number("capacity_t_per_day")[row])
    per_day, basis = Range.exact(reported), _basis(parts, reported)
    if parts:
        per_day = min((found for found, _ in parts), key=lambda found: found.value)
    base = Reading(model).figure(*key, "base_t_per_day")
    in_tonnes = base.range if base and (unit == "t" or not parts) else None
    return Derivation(
        element=port.references[row],
        kind="infrastructure",
        unit=unit if parts else "t",
        basis=basis,
        per_day=per_day,
        base_per_day=in_tonnes,
        reported_per_day=reported,
        is_shared=True,
        quality=reading.quality if parts else port.labels("quality")[row],
        given=tuple(reading.given.values()),
        steps=tuple(step for _, step in parts),
        lacks=tuple(dict.fromkeys(reading.lacks)),
    )


def _basis(parts: Sequence[object], reported: float) -> Basis:
    if parts:
        return "derived"
    return "unknown" if np.isnan(reported) else "reported"


def _quay(reading: Reading, row: int, day: date) -> list[tuple[Range, Step]]:
    """Return what berths pass where ships may wait so long and no longer."""
    port = reading.model["port"]
    queue: Any = port.labels("queue")[row]
    given = reading.figures("port", row, QUAY)
    if not queue or set(QUAY) - set(given):
        return []
    share = open_share(reading, port.labels("node_id")[row], row, day)

    def passed(**g: float) -> float:
        hours = berth_service_h(
            g["units_per_call"], g["cranes"], g["moves_per_hour"], g["setup_h"]
        )
        berths = berth_units_per_day(
            queue,
            round(g["berths"]),
            float(hours),
            g["units_per_call"],
            g["wait_ratio_accepted"],
            g["hours_per_day"],
        )
        return float(berths) * g["open"]

    found = weigh(passed, {**given, "open": share})
    at = {name: each.range.value for name, each in given.items()}
    text = (
        f"{at['berths']:g} berths, {at['units_per_call']:g} a call by {at['cranes']:g} "
        f"cranes x {at['moves_per_hour']:g} an hour + {at['setup_h']:g} h, {queue} "
        f"waits of {at['wait_ratio_accepted']:g} of the time at berth, open "
        f"{share.range.value:.0%} of the time"
    )
    return [(found, Step("quay", text, found, "a day"))]


def _yard(reading: Reading, row: int) -> list[tuple[Range, Step]]:
    if np.isnan(reading.model["port"].number("yard_units")[row]):
        return []
    given = reading.figures("port", row, YARD)
    if set(YARD) - set(given):
        return []
    ordered = {
        "yard_units": given["yard_units"],
        "dwell_days": given["yard_dwell_days"],
    }
    found = weigh(lambda **g: float(yard_units_per_day(**g)), ordered)
    at = {name: each.range.value for name, each in ordered.items()}
    text = f"{at['yard_units']:g} places / {at['dwell_days']:g} days"
    return [(found, Step("yard", text, found, "a day"))]


def _landside(reading: Reading, row: int) -> list[tuple[Range, Step]]:
    """Return what the railway takes and brings, where wagons convert to the unit."""
    model = reading.model
    unit = model["port"].labels("unit")[row]
    if np.isnan(model["port"].number("landside_wagons_per_day")[row]):
        return []
    by_wagon = _units_per_wagon(model, unit)
    given = reading.figure("port", row, "landside_wagons_per_day")
    if given is None or by_wagon is None:
        return []
    found = weigh(
        lambda wagons_per_day: float(landside_units_per_day(wagons_per_day, by_wagon)),
        {"wagons_per_day": given},
    )
    text = f"{given.range.value:g} wagons x {by_wagon:g} {unit} a wagon"
    return [(found, Step("landside", text, found, "a day"))]


def _units_per_wagon(model: Model, unit: str) -> float | None:
    """Return the units of a wagon: of boxes by the platforms, of cargo none."""
    if unit == "wagon":
        return 1.0
    carrier = model["carrier"]
    for row in range(len(carrier)):
        is_rail = carrier.labels("mode")[row] == "rail"
        if is_rail and carrier.labels("unit")[row] == unit:
            return float(carrier.number("units_per_wagon")[row])
    return None


def open_share(reading: Reading, node_id: str, row: int, day: date) -> Given:
    """Return the share of the time that weather lets a port work.

    Parameters
    ----------
    reading : Reading
        Figures read.
    node_id : str
        The port.
    row : int
        Row of its berths in table ``port``.
    day : date
        Date; the first of a month stands for the month, any other for the year.

    Returns
    -------
    Given
        The share; 1, told as not stated, where no days are known.
    """
    model = reading.model
    days = DAYS_IN_MONTH[day.month - 1]
    for at in model["season_close"].row_of.get((node_id, str(day.month)), ()):
        if day.day == 1:
            closed = reading.figure("season_close", at, "closed_days")
            if closed:
                return _share(closed, float(days))
    closed = reading.figure("port", row, "closed_days")
    if closed:
        return _share(closed, DAYS_PER_YEAR)
    whole = Range.exact(1.0)
    return Given(f"node:{node_id}", "open", "", whole, "", is_stated=False)


def _share(closed: Given, days: float) -> Given:
    weighed = weigh(
        lambda closed_days: float(weather_share(closed_days, days)),
        {"closed_days": closed},
    )
    return Given(closed.reference, "open", "", weighed, closed.quality, is_stated=True)


def service_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive the slots a day, one way, of the vessels of a service.

    Parameters
    ----------
    model : Model
        The model.
    row : int
        Row of table ``service``.
    day : date
        Date; weather of its month, water level of its year.

    Returns
    -------
    Derivation
        By the round trip where its hours are known; else by the sailings stated.
    """
    reading, service = Reading(model), model["service"]
    by_round = _by_round_trip(reading, row, day)
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
    reading: Reading, row: int, day: date
) -> tuple[Range, list[Step]] | None:
    """Return the slots a day of vessels that go round as fast as they can."""
    model = reading.model
    columns = ("layover_h", "load_h", "unload_h", "availability", "fill_wait_h")
    given = reading.figures("service", row, columns)
    calls = _calls(reading, row)
    fleet = _fleet(reading, row, day)
    if set(columns) - set(given) or calls is None or not fleet:
        return None
    shares = [
        open_share(reading, service_port, berth, day)
        for service_port, berth in _berths_of(model, row)
        if berth >= 0
    ]
    weather = min(shares, key=lambda each: each.range.value, default=None)
    waits = {f"wait{n}": call[1] for n, call in enumerate(calls) if call[1]}
    inputs: dict[str, Given] = {
        **given,
        **waits,
        **{f"slots{n}": s for n, (_, s, _) in enumerate(fleet)},
    }
    inputs |= {f"units{n}": u for n, (u, _, _) in enumerate(fleet)}
    inputs |= {f"share{n}": p for n, (_, _, p) in enumerate(fleet) if p}
    if weather:
        inputs["open"] = weather

    def hours(g: Mapping[str, float]) -> float:
        made = [
            Call(call[0], g.get(f"wait{n}", 0.0), g["unload_h"], g["load_h"])
            for n, call in enumerate(calls)
        ]
        return round_trip_h(made, g["layover_h"], g["fill_wait_h"])

    def slots(**g: float) -> float:
        kinds = range(len(fleet))
        return (
            one_way_slots_per_year(
                [g[f"slots{n}"] * g.get(f"share{n}", 1.0) for n in kinds],
                [g[f"units{n}"] for n in kinds],
                hours(g),
                g["availability"],
                g.get("open", 1.0),
            )
            / DAYS_PER_YEAR
        )

    trip = weigh(lambda **g: hours(g), inputs)
    found = weigh(slots, inputs)
    vessels = " + ".join(
        f"{u.range.value:g} x {s.range.value:g}"
        + (f" x {p.range.value:.2f} by draught" if p else "")
        for u, s, p in fleet
    )
    open_text = f" x {weather.range.value:.2f} of the time open" if weather else ""
    return found, [
        Step("round trip", _trip_text(given, calls), trip, "h"),
        Step(
            "slots by round trip",
            f"({vessels}) x 24 h x {given['availability'].range.value:g}{open_text} / "
            f"{trip.value:.4g} h",
            found,
            "a day, one way",
        ),
    ]


def _trip_text(
    given: Mapping[str, Given], calls: Sequence[tuple[float, Given | None]]
) -> str:
    at = {name: each.range.value for name, each in given.items()}
    each = " + ".join(
        f"({hours:.3g} sailing + {wait.range.value if wait else 0.0:g} berth wait + "
        f"{at['unload_h']:g} + {at['load_h']:g} at berth)"
        for hours, wait in calls
    )
    return f"{each} + {at['layover_h']:g} layover + {at['fill_wait_h']:g} to fill"


def _stops(model: Model, row: int) -> list[str]:
    """Return the places of a service in order."""
    stop, name = model["service_stop"], model["service"].labels("service_id")[row]
    at = [n for n, of in enumerate(stop.labels("service_id")) if of == name]
    at.sort(key=lambda n: stop.number("sequence")[n])
    return [stop.labels("node_id")[n] for n in at]


def _berths_of(model: Model, row: int) -> list[tuple[str, int]]:
    """Return the places of a service with the berths that take its carrier; else -1."""
    port, service = model["port"], model["service"]
    own = service.labels("carrier_id")[row]
    found = []
    for place in _stops(model, row):
        berths = [
            n
            for n, node in enumerate(port.labels("node_id"))
            if node == place and own in model.carriers(port.lists("carrier_id")[n])
        ]
        found.append((place, berths[0] if berths else -1))
    return found


def _calls(reading: Reading, row: int) -> list[tuple[float, Given | None]] | None:
    """Return hours of sailing to each call of a round, and the wait for a berth."""
    model = reading.model
    berths = _berths_of(model, row)
    if len(berths) < 2:  # noqa: PLR2004 a way has two ends
        return None
    service, link, carrier = model["service"], model["link"], model["carrier"]
    own = service.labels("carrier_id")[row]
    (layer,) = carrier.row_of[(own,)]
    # out through all calls, and back to the first
    order = [*berths[1:], *berths[-2::-1]]
    before = berths[0][0]
    calls: list[tuple[float, Given | None]] = []
    for place, berth in order:
        hours = np.inf
        start, end = link.text("from_node_id"), link.text("to_node_id")
        there = (start == before) & (end == place)
        back = (start == place) & (end == before)
        for n in np.nonzero(there | back)[0].tolist():
            if own in model.carriers(link.lists("allowed_uses")[n]):
                speed = np.fmin(
                    link.number("commercial_speed_kmh")[n],
                    carrier.number("speed_kmh")[layer],
                )
                hours = min(hours, float(link.number("length_km")[n] / speed))
                reading.figure("link", n, "length_km")
        if not np.isfinite(hours):
            return None
        wait = reading.figure("port", berth, "wait_h") if berth >= 0 else None
        calls.append((hours, wait))
        before = place
    return calls


def _fleet(
    reading: Reading, row: int, day: date
) -> list[tuple[Given, Given, Given | None]]:
    """Return number, slots and share of the payload of each kind of vessel."""
    model, service = reading.model, reading.model["service"]
    vessel, name = model["vessel"], service.labels("service_id")[row]
    rows = [
        at
        for at, of in enumerate(vessel.labels("service_id"))
        if of == name and is_open(vessel, day)[at]
    ]
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


def _payload(reading: Reading, row: int, curve: str, day: date) -> Given | None:
    """Return the share of its payload that a vessel takes at the shallower port."""
    model = reading.model
    load = model["vessel_load"]
    at = [n for n, name in enumerate(load.labels("vessel")) if name == curve]
    draughts = [
        found
        for _, berth in _berths_of(model, row)
        if berth >= 0 and (found := _draught(reading, berth, day)) is not None
    ]
    if not draughts or not at:
        return None
    at.sort(key=lambda n: load.number("draught_m")[n])
    depth, shares = load.number("draught_m")[at], load.number("payload_share")[at]
    shallow = min(draughts, key=lambda each: each.range.value)
    share = weigh(
        lambda draught_m: float(payload_share(draught_m, depth, shares)),
        {"draught_m": shallow},
    )
    return Given(
        shallow.reference, "payload_share", "", share, shallow.quality, is_stated=True
    )


def _draught(reading: Reading, berth: int, day: date) -> Given | None:
    """Return the draught at a berth on a date, the water's level counted in."""
    model = reading.model
    stated = reading.figure("port", berth, "draught_m")
    if stated is None:
        return None
    port = model["port"]
    basin, year = port.labels("basin")[berth], port.number("draught_year")[berth]
    then, now = _level(model, basin, year), _level(model, basin, float(day.year))
    if then is None or now is None:
        return stated
    fallen = now.value - then.value
    width = max(now.high - now.value, now.value - now.low) if day.year > year else 0.0
    moved = weigh(
        lambda draught_m, level_m: draught_m + level_m,
        {
            "draught_m": stated,
            "level_m": Given(
                f"level:{basin}",
                "level_m",
                "m",
                Range(fallen, fallen - width, fallen + width),
                "",
                is_stated=True,
            ),
        },
    )
    return Given(
        stated.reference, "draught_m", "m", moved, stated.quality, is_stated=True
    )


def _level(model: Model, basin: str, year: float) -> Range | None:
    """Return the level of a basin in a year; between years known it runs straight."""
    table = model["level"]
    at = [
        n
        for n, name in enumerate(table.labels("basin"))
        if name == basin and np.isnan(table.number("month")[n])
    ]
    if not at or np.isnan(year):
        return None
    at.sort(key=lambda n: table.number("year")[n])
    years = table.number("year")[at]
    if not years[0] <= year <= years[-1]:
        return None
    figures = []
    for column in ("level_m", "level_m_low", "level_m_high"):
        own = table.number(column)[at]
        figures.append(
            float(
                np.interp(
                    year,
                    years,
                    np.where(np.isnan(own), table.number("level_m")[at], own),
                )
            )
        )
    return Range(*figures)
