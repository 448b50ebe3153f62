"""The capacity of a section of railway line, from what stands on the ground."""

from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from bereket.compiled.derivations import (
    Derivation,
    Given,
    Range,
    Reading,
    Step,
    weigh,
)
from bereket.compiled.gaps import MIN_PER_HOUR, SETTING_M, governing_gap, running_min
from bereket.compiled.line_methods import parametric_pairs, scott_pairs, uic_pairs
from bereket.compiled.throughput import (
    automatic_block_pairs,
    crossing_period_min,
    freight_pairs,
    reserve_pairs,
    semi_automatic_block_pairs,
    single_track_pairs,
)
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.places import rows_by

DOUBLE: Final = 2
UIC_LIMIT: Final = 0.6  # occupancy of a line of mixed traffic over a day
PAIRED: Final = 0.5  # trains a day of both directions are half as many pairs
SINGLE_COLUMNS: Final = (
    "section_max_km",
    "running_speed_kmh",
    "station_interval_min",
    "start_stop_min",
    "double_track_share",
    "possession_min_per_day",
    "alpha",
    "batch_trains",
)
PERIODS_KEPT: Final = 4096
OPTIONAL: Final = {"station_interval_min": 0.0}


def link_capacity(model: Model, row: int, day: date) -> Derivation:
    """Derive the trains a day, one direction, that a rail link lets pass.

    Parameters
    ----------
    model : Model
        The model.
    row : int
        Row of table ``link``.
    day : date
        Not used: track does not change with the month.

    Returns
    -------
    Derivation
        In trains where it is derived, in tonnes where only a reported capacity is
        known; unknown for roads and water without one.
    """
    del day
    reading = Reading(model)
    link = model["link"]
    reported = float(link.number("capacity_t_per_day")[row])
    track = _pairs(reading, row) if not np.isnan(link.number("gauge_mm")[row]) else None
    if track is None:
        return _reported(model, row, reported, reading)
    pairs, steps = track
    base, base_steps = _base(reading, row)
    reserve = reading.figure("link", row, "reserve_share")
    kept = (
        weigh(
            lambda share: float(reserve_pairs(pairs.value, share)), {"share": reserve}
        )
        if reserve
        else Range.exact(0.0)
    )
    if reserve:
        kept_text = f"{pairs.value:.4g} x {reserve.range.value:g}"
        base_steps.append(Step("kept back", kept_text, kept, "pairs a day"))
    uneven = reading.figure("link", row, "uneven_k")
    return Derivation(
        element=link.references[row],
        kind="infrastructure",
        unit="train",
        basis="derived",
        per_day=pairs,
        reserve_per_day=kept.value,
        base_per_day=base,
        uneven_k=uneven.range.value if uneven else 1.0,
        reported_per_day=reported,
        quality=reading.quality,
        given=tuple(reading.given.values()),
        steps=(*steps, *base_steps),
        lacks=tuple(reading.lacks),
    )


def _reported(model: Model, row: int, reported: float, reading: Reading) -> Derivation:
    """Return what the row states, in tonnes, or that nothing is known."""
    link = model["link"]
    known = not np.isnan(reported)
    return Derivation(
        element=link.references[row],
        kind="infrastructure",
        unit="t",
        basis="reported" if known else "unknown",
        per_day=Range.exact(reported),
        reported_per_day=reported,
        quality=link.labels("quality")[row] if known else "",
        lacks=tuple(dict.fromkeys(reading.lacks)),
    )


def _pairs(reading: Reading, row: int) -> tuple[Range, list[Step]] | None:
    """Return the pairs of trains a day, or None where figures lack."""
    link = reading.model["link"]
    if link.number("tracks")[row] >= DOUBLE:
        return _double_track(reading, row)
    return _single_track(reading, row)


def _single_track(reading: Reading, row: int) -> tuple[Range, list[Step]] | None:
    given = reading.figures("link", row, SINGLE_COLUMNS)
    given |= _gap(reading, row)
    if not set(SINGLE_COLUMNS) <= set(given):
        return None
    follows = 0.0
    if given["batch_trains"].range.high > 1:
        headway = reading.figure("link", row, "headway_min")
        follows = headway.range.value if headway else 0.0
    timed = {name: given[name] for name in SINGLE_COLUMNS[:5]}
    period = weigh(_period, timed)
    pairs = weigh(lambda **g: _single_pairs(headway_min=follows, **g), given)
    at = {name: each.range.value for name, each in given.items()}
    run = running_min(at["section_max_km"], at["running_speed_kmh"])
    steps = [
        Step(
            "period of the crossing diagram",
            f"2 x {run:.3g} min on {at['section_max_km']:g} km + 2 x "
            f"{at['station_interval_min']:g} + {at['start_stop_min']:g}",
            period,
            "min",
        ),
        Step(
            "pairs of trains a day, single track of 1520 mm practice",
            f"(1440 - {at['possession_min_per_day']:g}) x {at['alpha']:g} / "
            f"{period.value:.4g}",
            pairs,
            "pairs a day",
        ),
        *_beside(reading, row, float(run), period.value),
    ]
    return pairs, steps


@lru_cache(maxsize=PERIODS_KEPT)
def _period(
    section_max_km: float,
    running_speed_kmh: float,
    station_interval_min: float,
    start_stop_min: float,
    double_track_share: float,
) -> float:
    run = running_min(section_max_km, running_speed_kmh)
    return float(
        crossing_period_min(
            run, run, station_interval_min, start_stop_min, double_track_share
        )
    )


def _single_pairs(
    possession_min_per_day: float,
    alpha: float,
    batch_trains: float,
    headway_min: float,
    **timed: float,
) -> float:
    return float(
        single_track_pairs(
            _period(**timed), possession_min_per_day, alpha, batch_trains, headway_min
        )
    )


def _gap(reading: Reading, row: int) -> dict[str, Given]:
    """Return length and speed of the governing gap where the stretches are known."""
    section, link = reading.model["section"], reading.model["link"]
    name = link.labels("link_id")[row]
    rows = list(rows_by(section, "link_id").get(name, ()))
    if not rows:
        return {}
    rows.sort(key=lambda at: section.number("sequence")[at])
    for at in rows:
        reading.figure("section", at, "length_km")
    own = section.number("running_speed_kmh")[rows]
    speed = np.where(np.isnan(own), link.number("running_speed_kmh")[row], own)
    loops = np.nan_to_num(section.number("loop_length_m")[rows])
    # trains are as long as the norm's loops take, so that these are usable
    train = float(np.nan_to_num(link.number("loop_length_m")[row])) - SETTING_M
    try:
        gap = governing_gap(section.number("length_km")[rows], loops, speed, train)
    except QuestionError:
        return {}
    figures = (
        ("section_max_km", "km", gap.length_km),
        ("running_speed_kmh", "km/h", MIN_PER_HOUR * gap.length_km / gap.run_min),
    )
    return {
        column: Given(
            reference=link.references[row],
            column=column,
            unit=unit,
            range=Range.exact(figure),
            quality=reading.quality,
            is_stated=True,
        )
        for column, unit, figure in figures
    }


def _beside(reading: Reading, row: int, run: float, period: float) -> list[Step]:
    """Return what other methods make of the same section; they govern nothing."""
    link = reading.model["link"]
    signalling = link.labels("signalling")[row]
    uic = float(uic_pairs(period, UIC_LIMIT))
    block = 2.5 if signalling == "automatic" else 5.0
    scott = float(scott_pairs(run, block))
    steps = [
        Step(
            f"beside it UIC 406 at {UIC_LIMIT:.0%} occupancy",
            f"{UIC_LIMIT:g} x 1440 / {period:.4g}",
            Range.exact(uic),
            "pairs a day",
            governs=False,
        ),
        Step(
            "beside it Scott",
            f"0.7 x 1440 / ({run:.3g} + {block:g}) / 2",
            Range.exact(scott),
            "pairs a day",
            governs=False,
        ),
    ]
    if signalling:
        mixed, alike = parametric_pairs(1, signalling)
        steps.append(
            Step(
                "beside it lines of this kind, by the table of the AAR",
                "",
                Range(mixed, mixed, alike),
                "pairs a day",
                governs=False,
            )
        )
    return steps


def _double_track(reading: Reading, row: int) -> tuple[Range, list[Step]] | None:
    link = reading.model["link"]
    common = ("possession_min_per_day", "alpha")
    if link.labels("signalling")[row] == "automatic":
        columns: tuple[str, ...] = ("headway_min", *common)
        given = reading.figures("link", row, columns)
        if set(columns) - set(given):
            return None
        pairs = weigh(lambda **g: float(automatic_block_pairs(**g)), given)
        at = {name: each.range.value for name, each in given.items()}
        apart = f"{at['headway_min']:g}"
        name = "pairs of trains a day, two tracks with automatic block"
    else:
        timed = ("section_max_km", "running_speed_kmh", "station_interval_min")
        columns = (*timed, *common)
        given = reading.figures("link", row, columns)
        if set(columns) - set(given):
            return None
        pairs = weigh(_semi_automatic, given)
        at = {name: each.range.value for name, each in given.items()}
        run = running_min(at["section_max_km"], at["running_speed_kmh"])
        apart = f"({run:.3g} + {at['station_interval_min']:g})"
        name = "pairs of trains a day, two tracks, one train in a section"
    text = f"(1440 - {at['possession_min_per_day']:g}) x {at['alpha']:g} / {apart}"
    return pairs, [Step(name, text, pairs, "pairs a day")]


def _semi_automatic(
    section_max_km: float,
    running_speed_kmh: float,
    station_interval_min: float,
    possession_min_per_day: float,
    alpha: float,
) -> float:
    run = running_min(section_max_km, running_speed_kmh)
    return float(
        semi_automatic_block_pairs(
            run, station_interval_min, possession_min_per_day, alpha
        )
    )


def _base(reading: Reading, row: int) -> tuple[Range | None, list[Step]]:
    """Return the pairs that passenger, local and other trains take."""
    columns = (
        "passenger_trains_per_day",
        "removal_passenger",
        "local_trains_per_day",
        "removal_local",
        "base_trains_per_day",
    )
    link = reading.model["link"]
    if any(np.isnan(link.number(name)[row]) for name in (columns[0], columns[4])):
        return None, []
    given = {
        name: reading.figure("link", row, name) or _one(reading, row, name)
        for name in columns
    }
    taken = weigh(_taken, given)
    at = {name: each.range.value for name, each in given.items()}
    text = (
        f"({at['removal_passenger']:g} x {at['passenger_trains_per_day']:g} passenger"
        " + "
        f"{at['removal_local']:g} x {at['local_trains_per_day']:g} local + "
        f"{at['base_trains_per_day']:g} others) / 2"
    )
    return taken, [Step("taken by others", text, taken, "pairs a day")]


def _one(reading: Reading, row: int, column: str) -> Given:
    """Return a removal of one, told to be no figure of the row."""
    name = reading.model["link"].references[row]
    return Given(name, column, "", Range.exact(1.0), "", is_stated=False)


def _taken(
    passenger_trains_per_day: float,
    removal_passenger: float,
    local_trains_per_day: float,
    removal_local: float,
    base_trains_per_day: float,
) -> float:
    """Return the pairs a day that are not left for corridors."""
    others = PAIRED * base_trains_per_day
    left = freight_pairs(
        1e6,
        PAIRED * passenger_trains_per_day,
        removal_passenger,
        PAIRED * local_trains_per_day,
        removal_local,
    )
    return float(1e6 - left) + others
