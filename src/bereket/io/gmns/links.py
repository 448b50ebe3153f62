"""Links of a GMNS folder turned into links of a model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue
from bereket.io.gmns.places import (
    FITS,
    MULTI_LINE,
    fitting_unit,
    into_degrees,
    line,
    median_ratio,
    other_unit,
)
from bereket.io.gmns.words import ASSUMED_GAUGE_MM, FIGURES, as_uses, use_of
from bereket.model.geometry import (
    Points,
    coordinates,
    great_circle_km,
    length_km,
    wkt_line,
)
from bereket.model.model import label
from bereket.schema import LIST_SEPARATOR, Field, table_schema
from bereket.schema.checker import FIRST_ROW, cell_fault
from bereket.units import convert

Columns = dict[str, list[str]]
# Lengths of lines [km]: NaN where none is drawn, and straight between the ends there.
Lines = tuple[NDArray[np.float64], NDArray[np.float64]]

COORDINATE_DIGITS: Final = 9  # a tenth of a millimetre
LENGTH_DIGITS: Final = 6  # a millimetre


@dataclass(frozen=True, slots=True)
class Settings:
    """What the folder's config, or the command, says of its figures.

    Attributes
    ----------
    crs : str
        Coordinate system; empty = degrees.
    length_unit, speed_unit : str
        Units as `units.FACTORS` calls them; empty = not stated.
    is_given : bool
        Whether the unit of lengths was given by hand, and is not to be doubted.
    """

    crs: str
    length_unit: str
    speed_unit: str
    is_given: bool


@dataclass(slots=True)
class Told:
    """Faults and advice as they are met."""

    faults: list[Issue] = field(default_factory=list)
    advice: list[Issue] = field(default_factory=list)


def numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    """Return cells as figures; NaN where a cell is none, or not finite."""
    figures = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        try:
            figures[row] = float(cell)
        except ValueError:
            continue
    return np.where(np.isfinite(figures), figures, np.nan)


def turn_links(
    link: Columns,
    shapes: Mapping[str, str],
    node_points: Mapping[str, tuple[float, float]],
    settings: Settings,
    told: Told,
) -> Columns:
    """Turn the standard's words for a link into the model's.

    Parameters
    ----------
    link : dict of str to list
        Columns of ``link.csv``; what is understood is taken out of it.
    shapes : mapping of str to str
        Well-known text by geometry_id.
    node_points : mapping of str to tuple
        Longitude and latitude [degree] by node_id.
    settings : Settings
        Coordinate system and units.
    told : Told
        Takes faults and advice.

    Returns
    -------
    dict of str to list
        Columns that a model has a word for.
    """
    _check_figures(link, told)
    made: Columns = {}
    made["directed"] = _directed(link, told)
    made["geometry"], drawn_km = _ways(link, shapes, settings, told)
    lines_km = drawn_km
    starts, ends = (
        np.array([node_points.get(n, (np.nan, np.nan)) for n in link.get(column, ())])
        for column in ("from_node_id", "to_node_id")
    )
    if len(starts) and len(starts) == len(ends):
        lines_km = np.where(np.isnan(drawn_km), great_circle_km(starts, ends), drawn_km)
    made |= _lengths(link, (drawn_km, lines_km), settings, told)
    made |= _speeds(link, settings, told)
    made |= _lanes(link)
    return {name: cells for name, cells in made.items() if any(cells)}


def turn_uses(link: Columns, groups: Mapping[str, str], told: Told) -> list[str]:
    """Return allowed_uses as the model writes them; all uses where none is listed."""
    count = len(next(iter(link.values()), ()))
    texts = link.pop("allowed_uses", [""] * count)
    spread = {name: as_uses(uses) for name, uses in groups.items()}
    listed = [
        tuple(
            dict.fromkeys(u for name in as_uses(t) for u in spread.get(name, (name,)))
        )
        for t in texts
    ]
    every = tuple(dict.fromkeys(use for uses in listed for use in uses)) or ("road",)
    silent = tuple(n for n, uses in enumerate(listed, FIRST_ROW) if not uses)
    if silent:
        rule = f"is taken to allow {', '.join(every)}, as no use is listed"
        told.advice.append(Issue("link", silent, "allowed_uses", rule, "an empty cell"))
    return [LIST_SEPARATOR.join(uses or every) for uses in listed]


def turn_gauge(
    link: Columns, uses: Sequence[str], notes: Sequence[str], told: Told
) -> Columns:
    """Return the gauge of links that trains may use: the assumed one if unstated."""
    stated = link.get("gauge_mm", [""] * len(uses))
    silent = [
        row
        for row, cell in enumerate(uses)
        if not stated[row]
        and any(use_of(use).mode == "rail" for use in cell.split(LIST_SEPARATOR))
    ]
    if not silent:
        return {}
    assumed, gauge = label(ASSUMED_GAUGE_MM), list(stated)
    noted = list(notes or link.get("note", [""] * len(uses)))
    for row in silent:
        gauge[row] = assumed
        noted[row] = "; ".join(filter(None, (noted[row], "gauge assumed")))
    rule = f"is taken to be {assumed} mm, the most common gauge, as none is told"
    rows = tuple(row + FIRST_ROW for row in silent)
    told.advice.append(Issue("link", rows, "gauge_mm", rule, "an empty cell"))
    return {"gauge_mm": gauge, "note": noted}


def _check_figures(link: Columns, told: Told) -> None:
    """Name cells that should be figures of the standard and are none."""
    for name in FIGURES:
        figure = Field(name, "number", "", minimum=0)
        wrong: dict[tuple[str, str], list[int]] = {}
        for row, cell in enumerate(link.get(name, ()), FIRST_ROW):
            rule = cell_fault(figure, cell) if cell else ""
            if rule:
                wrong.setdefault((rule, cell), []).append(row)
        told.faults.extend(
            Issue("link", tuple(rows), name, rule, repr(cell))
            for (rule, cell), rows in wrong.items()
        )


def _directed(link: Columns, told: Told) -> list[str]:
    """Return whether links run one way; by dir_flag where it is not stated."""
    flags = link.get("dir_flag", [])
    cells = link.pop("directed", [""] * len(next(iter(link.values()), ())))
    by_flag = {"1": "true", "-1": "true", "0": "false"}
    filled = [
        cell or by_flag.get(flag.removesuffix(".0"), "")
        for cell, flag in zip(cells, flags or [""] * len(cells), strict=True)
    ]
    silent = [n for n, cell in enumerate(cells, FIRST_ROW) if not cell]
    unknown = tuple(n for n in silent if not filled[n - FIRST_ROW])
    if unknown:
        rule = "must be stated, as directed or by dir_flag"
        told.faults.append(Issue("link", unknown, "directed", rule, "an empty cell"))
    elif silent:
        rule = (
            "is taken from dir_flag (1 and -1: one way; 0: both), as it is not stated"
        )
        issue = Issue("link", tuple(silent), "directed", rule, "an empty cell")
        told.advice.append(issue)
    return filled


def _ways(
    link: Columns, shapes: Mapping[str, str], settings: Settings, told: Told
) -> tuple[list[str], NDArray[np.float64]]:
    """Return geometries in degrees, from start to end, and their lengths."""
    count = len(next(iter(link.values()), ()))
    texts = link.pop("geometry", [""] * count)
    ids = link.pop("geometry_id", [""] * count)
    texts = [text or shapes.get(key, "") for text, key in zip(texts, ids, strict=True)]
    flags = link.pop("dir_flag", [""] * count)
    read: dict[int, Points] = {}
    for row, text in enumerate(texts):
        if not text:
            continue
        try:
            points = line(text)
        except ValueError as fault:
            if MULTI_LINE.fullmatch(text):
                rule = "must be one line: each part begins where the one before ends"
                at = (row + FIRST_ROW,)
                told.faults.append(Issue("link", at, "geometry", rule, str(fault)))
                texts[row] = ""  # told once
            continue  # else the rules of geometry name it
        read[row] = points[::-1] if flags[row].removesuffix(".0") == "-1" else points
    lengths = np.full(count, np.nan)
    if not any(map(len, read.values())):
        return texts, lengths
    turned = into_degrees(np.concatenate(list(read.values())), settings.crs)
    if turned.rule:
        issue = Issue("link", (), "geometry", turned.rule, turned.found)
        told.faults.append(issue)
        return [""] * count, lengths
    cuts = np.cumsum([len(points) for points in read.values()])[:-1]
    parts = np.split(turned.points.round(COORDINATE_DIGITS), cuts)
    for row, points in zip(read, parts, strict=True):
        if not _says(texts[row], points):
            texts[row] = wkt_line(points)
        lengths[row] = length_km(points) if len(points) else np.nan
    return texts, lengths


def _says(text: str, points: Points) -> bool:
    """Whether a text is that line already, whatever zeros it writes."""
    try:
        return np.array_equal(coordinates(text), points)
    except ValueError:
        return False


def _lengths(
    link: Columns, drawn_and_all_km: Lines, settings: Settings, told: Told
) -> Columns:
    """Return lengths in km, from the line where none is told."""
    lines_km = drawn_and_all_km[1]
    texts = link.pop("length", [""] * len(lines_km))
    if "length_km" in link:
        return {"length_km": link["length_km"]}
    lengths = numbers(texts)
    unit = settings.length_unit
    if not settings.is_given:
        unit = _unit(lengths, drawn_and_all_km, unit, told)
    lengths *= convert(1.0, unit, "km") if unit else np.nan
    drawn = ~(lengths > 0)
    silent = np.array([not text for text in texts], dtype=bool) | (lengths == 0)
    rows = tuple(int(row) + FIRST_ROW for row in np.nonzero(silent)[0])
    if rows and unit:
        rule = "is taken from the line drawn, or the straight line, as none is told"
        told.advice.append(Issue("link", rows, "length", rule, "an empty cell or 0"))
    whole = np.where(drawn, lines_km, lengths).round(LENGTH_DIGITS)
    how = ["derived" if is_drawn else "reported" for is_drawn in drawn]
    note = ["length from the line" if is_drawn else "" for is_drawn in drawn]
    return {"length_km": [label(v) for v in whole], "quality": how, "note": note}


def _unit(
    lengths: NDArray[np.float64], drawn_and_all_km: Lines, stated: str, told: Told
) -> str:
    """Return the unit of lengths: as stated, unless the lines drawn tell of another."""
    drawn_km, lines_km = drawn_and_all_km
    name = repr(stated) if stated else "no unit"
    if stated:
        unit = other_unit(lengths, drawn_km, stated)
    else:
        unit = fitting_unit(lengths, lines_km)
    if unit:
        rule = f"is taken to be in {unit!r}, in which it agrees with the lines drawn"
        told.advice.append(Issue("link", (), "length", rule, f"{name} stated"))
        return unit
    if stated:
        ratio = median_ratio(lengths, lines_km, stated)
        if ratio < FITS[0] or ratio > FITS[1]:
            rule = f"is taken in {name} as stated, though the lines tell of other"
            rule += " lengths; give --length-unit if it is another"
            found = f"{ratio:.3g} times the lines, in the median"
            told.advice.append(Issue("link", (), "length", rule, found))
        return stated
    if (lengths > 0).any():
        rule = "must be in a unit that is known; give --length-unit"
        told.faults.append(Issue("link", (), "length", rule, "none stated, none fits"))
    return "km"


def _speeds(link: Columns, settings: Settings, told: Told) -> Columns:
    """Return speeds in km/h; left aside where their unit is not known."""
    if any(link.get("commercial_speed_kmh", ())):
        link.pop("free_speed", None)
    if "free_speed" not in link:
        return {}
    speeds = numbers(link["free_speed"])
    if not settings.speed_unit:
        if (speeds > 0).any():
            rule = "is not used, as its unit is not stated; give --speed-unit"
            told.advice.append(Issue("link", (), "free_speed", rule, "no unit"))
        return {}
    link.pop("free_speed")
    link.pop("commercial_speed_kmh", None)  # it is there, and says nothing
    factor = convert(1.0, settings.speed_unit, "km/h")
    kmh = np.where(speeds > 0, speeds * factor, np.nan).round(LENGTH_DIGITS)
    return {"commercial_speed_kmh": [label(v) for v in kmh]}


def _lanes(link: Columns) -> Columns:
    """Return lanes as tracks, where a model can hold as many."""
    most = table_schema("link").fields["tracks"].maximum or 0
    lanes = numbers(link.get("lanes", []))
    if any(link.get("tracks", ())):
        link.pop("lanes", None)
    elif len(lanes) and not (lanes > most).any():
        link.pop("lanes")
        link.pop("tracks", None)  # it is there, and says nothing
        return {"tracks": [label(v) for v in lanes]}
    return {}


def relabel(
    columns: Columns, names: Sequence[str], turn: Callable[[str], str], told: Told
) -> None:
    """Make ids of the standard labels of a model, and say which were changed."""
    for name in names:
        if name not in columns:
            continue
        old = columns[name]
        columns[name] = new = [turn(cell) for cell in old]
        changed = [n for n in range(len(old)) if old[n] != new[n]]
        if changed:
            rows = tuple(n + FIRST_ROW for n in changed)
            rule = "is written without blanks and marks, as a label of a model must be"
            found = f"{old[changed[0]]!r}, now {new[changed[0]]!r}"
            told.advice.append(Issue("link", rows, name, rule, found))
