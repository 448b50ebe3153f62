"""The capacity of posts, terminals, handling and rolling stock."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np

from bereket.compiled.derivations import (
    Basis,
    Derivation,
    Given,
    Kind,
    Range,
    Reading,
    Step,
    range_of,
    weigh,
)
from bereket.compiled.terminals import (
    border_units_per_day,
    gauge_change_wagons_per_day,
    lifted_units_per_day,
)
from bereket.compiled.trains import trains_by_locomotives, wagons_by_park
from bereket.model.calendar import is_open
from bereket.model.model import Model

HOURS_PER_DAY: Final = 24.0
TRACKS: Final = ("tracks", "wagons_per_set", "set_min", "hours_per_day", "availability")
LIFTS: Final = (
    "lifts",
    "lifts_per_hour",
    "lifts_per_unit",
    "hours_per_day",
    "availability",
)
LANES: Final = ("lanes", "service_min_per_unit", "open_h_per_day")
SERVERS: Final = ("servers", "service_min_per_unit", "hours_per_day")
STOCK: Final = ("units", "availability", "turn_h")
Part = tuple[Kind, Range, Step]


def border_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive what one side of a border post takes a day: by lanes, by acceptance.

    Both together, as `show` tells them; in a flow they are two elements of two kinds.
    """
    del day
    reading, border = Reading(model), model["border"]
    parts = [*_acceptance(reading, row), *_lanes(reading, row)]
    base = _stated(reading, ("border", row), "base_per_day")
    return _least(reading, ("border", row), border.labels("unit")[row], parts, base)


def acceptance_capacity(model: Model, row: int, day: date) -> Derivation:
    """Return what one side of a border post accepts a day, as agreed or ordered."""
    del day
    reading, border = Reading(model), model["border"]
    base = _stated(reading, ("border", row), "base_per_day")
    parts = _acceptance(reading, row)
    return _least(reading, ("border", row), border.labels("unit")[row], parts, base)


def lanes_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive what the lanes of one side of a border post handle a day."""
    del day
    reading, border = Reading(model), model["border"]
    base = _stated(reading, ("border", row), "base_per_day")
    parts = _lanes(reading, row)
    return _least(reading, ("border", row), border.labels("unit")[row], parts, base)


def _lanes(reading: Reading, row: int) -> list[Part]:
    return _part(
        reading,
        ("border", row),
        LANES,
        lambda g: float(border_units_per_day(*g.values())),
        (
            "handled",
            (
                "{lanes:g} lanes x 60 / {service_min_per_unit:g} min x "
                "{open_h_per_day:g} h"
            ),
        ),
    )


def _acceptance(reading: Reading, row: int) -> list[Part]:
    accepted = reading.figure("border", row, "acceptance_per_day")
    if accepted is None:
        return []
    unit = reading.model["border"].labels("unit")[row]
    step = Step("accepted, as agreed or ordered", "", accepted.range, f"{unit}s a day")
    return [("acceptance", accepted.range, step)]


def quota_capacity(model: Model, row: int, day: date) -> Derivation:
    """Return what an order lets pass a day, of the cargoes that it names."""
    reading, regime = Reading(model), model["regime"]
    allowed = reading.figure("regime", row, "value")
    is_quota = regime.labels("effect")[row] == "quota"
    is_quota &= bool(is_open(regime, day)[row])  # a measure may end it
    return Derivation(
        element=regime.references[row],
        kind="acceptance",
        unit=regime.labels("unit")[row],
        basis="reported" if allowed and is_quota else "unknown",
        per_day=allowed.range if allowed else Range.exact(float("nan")),
        base_per_day=None,
        is_shared=not regime.labels("direction")[row],
        quality=reading.quality,
        given=tuple(reading.given.values()),
        only=frozenset(regime.lists("commodity_id")[row]),
    )


def transfer_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive what handling at a place takes a day, by its servers."""
    del day
    reading, transfer = Reading(model), model["transfer"]
    parts = _part(
        reading,
        ("transfer", row),
        SERVERS,
        lambda g: float(border_units_per_day(*g.values())),
        (
            "handled",
            (
                "{servers:g} servers x 60 / {service_min_per_unit:g} min x "
                "{hours_per_day:g} h"
            ),
        ),
    )
    base = _stated(reading, ("transfer", row), "base_units_per_day")
    return _least(reading, ("transfer", row), transfer.labels("unit")[row], parts, base)


def terminal_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive what the change of gauge takes a day, both directions: tracks or lifts."""
    del day
    key = ("terminal", row)
    reading, terminal = Reading(model), model["terminal"]
    parts = [
        *_part(
            reading,
            key,
            TRACKS,
            lambda g: float(gauge_change_wagons_per_day(*g.values())),
            (
                "wagons by tracks",
                (
                    "{tracks:g} tracks x {wagons_per_set:g} wagons x "
                    "{hours_per_day:g} h x 60 / {set_min:g} min x {availability:g}"
                ),
            ),
        ),
        *_part(
            reading,
            key,
            LIFTS,
            lambda g: float(lifted_units_per_day(*g.values())),
            (
                "units by cranes",
                (
                    "{lifts:g} cranes x {lifts_per_hour:g} / "
                    "{lifts_per_unit:g} x {hours_per_day:g} h x {availability:g}"
                ),
            ),
        ),
    ]
    reported = float(terminal.number("capacity_units_per_day")[row])
    base = _stated(reading, key, "base_units_per_day")
    unit = terminal.labels("unit")[row]
    return _least(reading, key, unit, parts, base, reported, is_shared=True)


def fleet_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive the trains or wagons a day that rolling stock can move one way."""
    del day
    key = ("fleet", row)
    reading, fleet = Reading(model), model["fleet"]
    is_locomotive = fleet.labels("kind")[row] == "locomotive"

    def moved(given: Mapping[str, float]) -> float:
        units, availability, turn_h = (given[name] for name in STOCK)
        if is_locomotive:
            return float(trains_by_locomotives(units, availability, turn_h))
        return float(wagons_by_park(units, availability, turn_h / HOURS_PER_DAY))

    parts: list[Part] = [
        ("fleet", found, step)
        for _, found, step in _part(
            reading,
            key,
            STOCK,
            moved,
            ("turns", "{units:g} x {availability:g} x 24 / {turn_h:g} h"),
        )
    ]
    unit = "train" if is_locomotive else "wagon"
    base = _stated(reading, key, "base_units_per_day")
    return _least(reading, key, unit, parts, base)


def _part(
    reading: Reading,
    key: tuple[str, int],
    columns: Sequence[str],
    formula: Callable[[Mapping[str, float]], float],
    told: tuple[str, str],
) -> list[Part]:
    """Return what a formula makes of a row's figures; nothing where one lacks."""
    table, row = key
    if np.isnan(reading.model[table].number(columns[0])[row]):
        reading.lacks.append(columns[0])
        return []
    given = reading.figures(table, row, tuple(columns))
    if set(columns) - set(given):
        return []
    ordered: dict[str, Given] = {name: given[name] for name in columns}
    found = weigh(lambda **figures: formula(figures), ordered)
    name, text = told
    at = {column: each.range.value for column, each in ordered.items()}
    step = Step(name, text.format(**at), found, "a day")
    return [("infrastructure", found, step)]


def _stated(reading: Reading, key: tuple[str, int], column: str) -> Range | None:
    """Return a figure of the row as it stands, without counting it as put in."""
    table, row = key
    return range_of(reading.model[table], row, column)


def _least(  # noqa: PLR0913 what a derivation holds
    reading: Reading,
    key: tuple[str, int],
    unit: str,
    parts: Sequence[Part],
    base: Range | None,
    reported: float = float("nan"),
    *,
    is_shared: bool = False,
) -> Derivation:
    """Return the derivation whose capacity is the least of its parts."""
    table, row = key
    element = reading.model[table].references[row]
    kind: Kind = "infrastructure"
    basis: Basis = "unknown"
    per_day = Range.exact(float("nan"))
    quality = reading.quality
    if parts:
        kind, _, _ = min(parts, key=lambda part: part[1].value)
        per_day = Range.least([found for _, found, _ in parts])
        basis = "derived"
    elif not np.isnan(reported):
        per_day, basis = Range.exact(reported), "reported"
        quality = reading.model[table].labels("quality")[row]
    return Derivation(
        element=element,
        kind=kind,
        unit=unit,
        basis=basis,
        per_day=per_day,
        base_per_day=base,
        reported_per_day=reported,
        is_shared=is_shared,
        quality=quality,
        given=tuple(reading.given.values()),
        steps=tuple(step for _, _, step in parts),
        lacks=tuple(dict.fromkeys(reading.lacks)),
    )
