"""The capacity of berths, yard and landside of a port."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from bereket.compiled.berths import berth_service_h, berth_units_per_day
from bereket.compiled.derivations import Basis, Derivation, Range, Reading, Step, weigh
from bereket.compiled.money import loads
from bereket.compiled.terminals import landside_units_per_day, yard_units_per_day
from bereket.compiled.water import open_share
from bereket.model.model import Model

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


def port_capacity(
    model: Model, row: int, day: date, *, in_month: bool = False
) -> Derivation:
    """Derive the units a day that berths, yard and landside let pass, both ways.

    Parameters
    ----------
    model : Model
        The model.
    row : int
        Row of table ``port``.
    day : date
        Date.
    in_month : bool
        Whether weather is that of its month where the model knows it; else the year's.

    Returns
    -------
    Derivation
        The least of quay, yard and landside; in tonnes where only a reported quay is
        known.
    """
    reading, port = Reading(model), model["port"]
    key = ("port", row)
    unit = port.labels("unit")[row]
    parts = [
        *_quay(reading, row, day, in_month=in_month),
        *_yard(reading, row),
        *_landside(reading, row),
    ]
    reported = float(port.number("capacity_t_per_day")[row])
    per_day, basis = Range.exact(reported), _basis(parts, reported)
    if parts:
        per_day = Range.least([found for found, _ in parts])
    base = Reading(model).figure(*key, "base_t_per_day")
    taken = _base_in(model, base.range if base else None, unit if parts else "t")
    return Derivation(
        element=port.references[row],
        kind="infrastructure",
        unit=unit if parts else "t",
        basis=basis,
        per_day=per_day,
        base_per_day=taken,
        reported_per_day=reported,
        is_shared=True,
        quality=reading.quality if parts else port.labels("quality")[row],
        given=tuple(reading.given.values()),
        steps=tuple(step for _, step in parts),
        lacks=tuple(dict.fromkeys(reading.lacks)),
    )


def _base_in(model: Model, base: Range | None, unit: str) -> Range | None:
    """Return tonnes a day in a unit, by the mean load of the cargo counted in it."""
    if base is None or unit == "t" or base.value == base.high == 0:
        return base
    cargoes = model["commodity"].labels("commodity_id")
    known = [loads(model, name).get(unit, np.nan) for name in cargoes]
    if not np.isfinite(known).any():
        return None
    return base.scaled(1.0 / float(np.nanmean(known)))


def _basis(parts: Sequence[object], reported: float) -> Basis:
    if parts:
        return "derived"
    return "unknown" if np.isnan(reported) else "reported"


def _quay(
    reading: Reading, row: int, day: date, *, in_month: bool
) -> list[tuple[Range, Step]]:
    """Return what berths pass where ships may wait so long and no longer."""
    port = reading.model["port"]
    queue: Any = port.labels("queue")[row]
    given = reading.figures("port", row, QUAY)
    if not queue or set(QUAY) - set(given):
        return []
    node_id = port.labels("node_id")[row]
    share = open_share(reading, node_id, row, day, in_month=in_month)

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
