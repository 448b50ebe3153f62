"""Profiles by hour of four weeks, by week and by month: table `profile`.

Hours come from the Agora set, year 2023. Its suns stand highest at 13.2 h between 67
and 77 degrees east and at 14.4 h in the west: wind, sun and rivers are in UTC+6, the
clock of Astana in 2023, which is the clock of the model. Its loads sink to their least
at 21 h and peak at 12 h, which is 3 h and 18 h there: they are in UTC and are moved by
six hours. Their year begins with a Monday, as the model's weeks do.

A week stands for the days nearest to its middle, and is scaled to the mean of those
days, so that the year's sums are right; peaks are then those of a common week, not of
the coldest. Loads keep the hours of the calendar week. Of wind and sun the week of the
quarter is taken whose mean is nearest to the quarter's, zone by zone: that zones are
calm together is lost. What no set tells is made in `hand/profiles_assumed.csv`.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tables import Row, hand_rows

if TYPE_CHECKING:
    from pathlib import Path

    from energy import Energy

WEEKS = (3, 16, 29, 42)
DAY, WEEK, YEAR = 24, 168, 8760
DAYS_OF_WEEK = 7
UTC_TO_CLOCK = 6  # hours
LOAD = "load"
ANY_ZONE = "KZ_NR"  # the load has one shape in all zones
ZONES = {
    "KZ_NR": "kaz_north",
    "KZ_SO": "kaz_south",
    "KZ_WS": "kaz_west",
    "UZ_UZ": "uzb",
    "KG_KG": "kgz",
}
HOURLY = {"WTON": "wind", "PHOT": "solar"}
RIVERS = ("KZ_NR", "KZ_SO")
Series = list[float]
COMMON = "the week of a quarter of the year whose mean is nearest to it, scaled to it"
STANDS = "scaled to the mean of the quarter of the year nearest to the week"
CLOCK = "clock UTC+6"
SAME = "as the first row of this profile"


def add(energy: Energy) -> None:
    """Add the table `profile`."""
    folder = energy.folder / "agora_central_asia" / "global_input"
    found = read_series(folder / "availability.csv", "technology")
    loads = read_series(folder / "demand_profile.csv", "profile_type")
    rows: list[Row] = []
    for (zone, kind), series in found.items():
        if zone in ZONES and kind in HOURLY:
            name = f"{HOURLY[kind]}_{ZONES[zone]}"
            note = f"{zone} {kind}, {CLOCK}; {COMMON}"
            rows += hour_rows(energy, name, common_weeks(series), note)
    for zone in RIVERS:
        name, series = f"river_{ZONES[zone]}", found[zone, "HROR"]
        note = f"{zone} HROR, mean of the quarter of the year nearest to the week"
        rows += week_rows(energy, name, quarters(series), note)
    shape = shifted(loads[ANY_ZONE, "HV_LOAD"], UTC_TO_CLOCK)
    note = f"one shape for KZ, UZ, KG; given in UTC, moved to {CLOCK}; {STANDS}"
    rows += hour_rows(energy, LOAD, weeks_of(shape), note, scale=YEAR)
    for hand in hand_rows("profiles_assumed"):
        rows += assumed_rows(energy, hand, shape)
    energy.book.tables["profile"] = rows


def read_series(path: Path, kind: str) -> dict[tuple[str, str], Series]:
    """Read hourly series by zone and kind; the first of one name stands."""
    found: dict[tuple[str, str], Series] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            series = [float(row[str(hour)]) for hour in range(YEAR)]
            found.setdefault((row["node"], row[kind]), series)
    return found


def shifted(series: Series, hours: float) -> Series:
    """Return a series as a clock ahead by so many hours reads it; halves are drawn."""
    whole, part = int(hours // 1), hours % 1
    return [
        (1 - part) * series[(at - whole) % YEAR]
        + part * series[(at - whole - 1) % YEAR]
        for at in range(YEAR)
    ]


def nearest() -> list[int]:
    """Return for each day of the year the position of the week that stands for it."""
    days = YEAR // DAY
    middles = [(week - 0.5) * DAYS_OF_WEEK for week in WEEKS]

    def apart(day: int, middle: float) -> float:
        gap = abs(day + 0.5 - middle)
        return min(gap, days - gap)

    places = range(len(WEEKS))
    return [
        min(places, key=lambda place: apart(day, middles[place])) for day in range(days)
    ]


def quarters(series: Series) -> list[float]:
    """Return the mean over the days that each week stands for."""
    sums, counts = [0.0] * len(WEEKS), [0] * len(WEEKS)
    for day, place in enumerate(nearest()):
        sums[place] += sum(series[day * DAY : (day + 1) * DAY])
        counts[place] += DAY
    return [total / count for total, count in zip(sums, counts, strict=True)]


def weeks_of(series: Series) -> list[Series]:
    """Return the hours of the weeks, scaled to the mean of what they stand for."""
    return [
        scaled(own, mean)
        for own, mean in zip(calendar_weeks(series), quarters(series), strict=True)
    ]


def common_weeks(series: Series) -> list[Series]:
    """Return of each quarter the week whose mean is nearest to it, scaled to it.

    Wind and sun of one calendar week may be a tenth of what is common. No hour is
    above 1.
    """
    middles = nearest()[DAYS_OF_WEEK // 2 :: DAYS_OF_WEEK]
    whole = [series[at * WEEK : (at + 1) * WEEK] for at in range(YEAR // WEEK)]
    found = []
    for place, mean in enumerate(quarters(series)):
        own = min(
            (week for week, of in zip(whole, middles, strict=False) if of == place),
            key=lambda week: abs(sum(week) / WEEK - mean),
        )
        found.append([min(value, 1.0) for value in scaled(own, mean)])
    return found


def calendar_weeks(series: Series) -> list[Series]:
    """Return the hours of the weeks as they are."""
    return [series[(week - 1) * WEEK : week * WEEK] for week in WEEKS]


def scaled(own: Series, mean: float) -> Series:
    """Return a week brought to a mean."""
    own_mean = sum(own) / WEEK
    return [value * mean / own_mean for value in own]


def assumed_rows(energy: Energy, hand: Row, shape: Series) -> list[Row]:
    """Return a profile made by hand: factors of months or weeks, or of a shape."""
    factors = [float(text) for text in hand["factors"].split("|")]
    told = {"page": hand["page"], "fact": hand["fact"], "note": hand["note"]}
    name = hand["profile_id"]
    if hand["by"] == "month":
        return [
            make(energy, told, profile_id=name, month=str(month + 1), value_pu=value)
            for month, value in enumerate(factors)
        ]
    if hand["by"] == "week":
        return [
            make(energy, told, profile_id=name, week=str(week), value_pu=value)
            for week, value in zip(WEEKS, factors, strict=True)
        ]
    moved = shifted(shape, float(hand["shift_h"]))
    rows = []
    weeks = calendar_weeks(moved)
    for week, own, factor in zip(WEEKS, weeks, factors, strict=True):
        for hour, value in enumerate(scaled(own, factor)):
            at = {"profile_id": name, "week": str(week), "hour": str(hour)}
            rows.append(make(energy, told, **at, value_pu=value))
            told = {"page": hand["page"], "fact": hand["fact"], "note": SAME}
    return rows


def hour_rows(
    energy: Energy, name: str, weeks: list[Series], note: str, scale: float = 1
) -> list[Row]:
    """Return the rows of a profile by hour from the Agora set."""
    rows = []
    told = {"page": "agora", "quality": "derived", "note": note}
    for week, values in zip(WEEKS, weeks, strict=True):
        for hour, value in enumerate(values):
            at = {"profile_id": name, "week": str(week), "hour": str(hour)}
            rows.append(make(energy, told, **at, value_pu=value * scale))
            told = {"page": "agora", "quality": "derived"}
    return rows


def week_rows(energy: Energy, name: str, values: list[float], note: str) -> list[Row]:
    """Return the rows of a profile by week from the Agora set."""
    told = {"page": "agora", "quality": "derived", "note": note}
    return [
        make(energy, told, profile_id=name, week=str(week), value_pu=value)
        for week, value in zip(WEEKS, values, strict=True)
    ]


def make(energy: Energy, told: Row, *, value_pu: float, **at: str) -> Row:
    """Return a row of a profile, its figure with four digits."""
    return energy.finish("profile", {**at, **told}, value_pu=f"{value_pu:.4g}")
