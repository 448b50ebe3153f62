"""Gas and power as layers of a map: pipes and lines as wide as what goes, zones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.result import EnergyResult
from bereket.analysis.energy.rows import ElementFlow
from bereket.model.model import Model
from bereket.report import layers, wording
from bereket.report.countries import country_name
from bereket.report.energy_words import (
    ARROW,
    KEYS,
    LEAST,
    NOUNS,
    amount,
    is_passed,
    shade,
    usd,
    used_share,
)

WIDEST: Final = {"gas": 11.0, "power": 8.5}  # pixels of the widest band
NARROWEST: Final = 1.0
IDLE: Final = 0.9  # pixels, of what could carry and does not
GAP: Final = 1.2  # pixels between two bands side by side
LABELLED: Final = {"gas": 14, "power": 12}
FLAT: Final = 2.2  # times as long to the right as upwards
LEAST_LABEL: Final = 0.04  # of the largest flow; less has no figure on the map
ARROW_LONG: Final = 26.0  # pixels of length, likewise
ARROW_FROM: Final = 2.4  # pixels of width, from which a band has an arrow

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """A pipe or line on a map.

    Attributes
    ----------
    flow : ElementFlow
        What goes over it.
    node_ids : tuple of str
        Places of the model at its ends.
    ends : (2, 2)
        Longitude and Mercator's latitude of its ends, beside others of the same two
        places.
    wide : float
        Width [pixels].
    """

    flow: ElementFlow
    node_ids: tuple[str, str]
    ends: Points
    wide: float

    @property
    def middle(self) -> tuple[float, float]:
        """Middle on the map."""
        x, y = self.ends.mean(axis=0).tolist()
        return x, y

    @property
    def angle(self) -> float:
        """Where more goes to, in degrees clockwise from up."""
        along = self.ends[1] - self.ends[0]
        if self.flow.back > self.flow.on:
            along = -along
        return math.degrees(math.atan2(along[0], along[1]))


def zone_places(model: Model) -> dict[str, str]:
    """Return the place of every zone and gas node by reference."""
    found: dict[str, str] = {}
    for table in KEYS.values():
        own = model[table]
        if len(own):
            keys, nodes = own.labels(f"{table}_id"), own.labels("node_id")
            found |= {f"{table}:{k}": n for k, n in zip(keys, nodes, strict=True) if n}
    return found


def ends_of(row: ElementFlow, places: dict[str, str]) -> tuple[str, str] | None:
    """Return the places that a pipe or line joins; None where it joins none."""
    table = KEYS[row.commodity]
    pair = [places.get(f"{table}:{end}", "") for end in (row.from_id, row.to_id)]
    return (pair[0], pair[1]) if all(pair) and pair[0] != pair[1] else None


def drawn_flows(found: EnergyResult, model: Model) -> list[ElementFlow]:
    """Return pipes and lines that can carry something between two places."""
    places = zone_places(model)
    return [
        row
        for row in found.flows
        if max(row.p_nom, row.p_nom_back, row.on, row.back) > LEAST
        and ends_of(row, places)
    ]


def left_out(found: EnergyResult, model: Model) -> list[str]:
    """Return what is not on the map, in words."""
    places = zone_places(model)
    can = [row for row in found.flows if max(row.p_nom, row.p_nom_back) > LEAST]
    within = sum(ends_of(row, places) is None for row in can)
    none = len(found.flows) - len(can)
    told = []
    if within:
        told.append(f"{within} within one place")
    if none:
        told.append(f"{none} without capacity")
    return [f"Not drawn: {' and '.join(told)}."] if told else []


def bands(found: EnergyResult, model: Model, per_pixel: float) -> list[Band]:
    """Return pipes and lines as bands, side by side where they join the same places.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    model : Model
        The model that was asked.
    per_pixel : float
        Degrees of a pixel of the map.

    Returns
    -------
    list of Band
        The widest last; straight from place to place.
    """
    rows, places = drawn_flows(found, model), zone_places(model)
    at = layers.node_points(model)
    wide = {row.element: _wide(row, rows) for row in rows}
    stacks: dict[tuple[str, str], list[ElementFlow]] = {}
    for row in rows:
        low, high = sorted(ends_of(row, places) or ("", ""))
        stacks.setdefault((low, high), []).append(row)
    drawn = []
    for (low, high), own_rows in stacks.items():
        stack = sorted(own_rows, key=lambda r: (r.commodity, -r.on - r.back))
        line = np.array([_flat(at[low]), _flat(at[high])])
        across = _across(line) * per_pixel
        total = sum(wide[row.element] for row in stack) + GAP * (len(stack) - 1)
        begin = -total / 2.0
        for row in stack:
            own = wide[row.element]
            moved = line + across * (begin + own / 2.0)
            begin += own + GAP
            pair = ends_of(row, places) or ("", "")
            moved = moved if pair == (low, high) else moved[::-1]
            drawn.append(Band(row, pair, moved, own))
    return sorted(drawn, key=lambda band: band.wide)


def _wide(row: ElementFlow, rows: Sequence[ElementFlow]) -> float:
    """Return the width of a band: in proportion to all that goes, by commodity."""
    largest = largest_of(rows, row.commodity)
    flow = row.on + row.back
    if flow <= LEAST:
        return IDLE
    return max(NARROWEST, WIDEST[row.commodity] * flow / largest)


def largest_of(rows: Sequence[ElementFlow], commodity: str) -> float:
    """Return the largest flow of a commodity, both directions of a row together."""
    own = [row.on + row.back for row in rows if row.commodity == commodity]
    return max(own, default=0.0)


def _flat(point: tuple[float, float]) -> tuple[float, float]:
    """Return a place as longitude and Mercator's latitude."""
    return point[0], float(layers.mercator(np.array([point[1]]))[0])


def _across(line: Points) -> Points:
    """Return the direction across a line, of length 1."""
    along = line[1] - line[0]
    size = max(float(np.hypot(*along)), 1e-9)
    return np.array([-along[1], along[0]]) / size


def band_rows(drawn: Sequence[Band], found: EnergyResult) -> list[dict[str, Any]]:
    """Return bands as lines of a map: their points, and what pointing at one tells."""
    values = {row.element: row for row in found.values}
    rows = []
    for band in drawn:
        row, value = band.flow, values.get(band.flow.element)
        use = used_share(row)
        is_idle = row.on + row.back <= LEAST
        rows.append(
            {
                "line": row.element,
                "x": np.round(band.ends[:, 0], 4).tolist(),
                "y": np.round(band.ends[:, 1], 4).tolist(),
                "wide": round(band.wide, 2),
                "hue": "#9aa5ae" if is_idle else shade(row.commodity, use),
                "commodity": row.commodity,
                "name": row.name,
                "flow": told_flow(row),
                "room": told_room(row),
                "used": wording.share(use),
                "full": f"{wording.share(max(row.full_share, row.full_share_back))} "
                "of the year",
                "value": wording.NOTHING
                if value is None
                else f"{usd(value.usd)} a year for one more {NOUNS[row.commodity]}",
            }
        )
    return rows


def told_flow(row: ElementFlow) -> str:
    """Return what goes each way, in words."""
    ends = country_name(row.from_iso3), country_name(row.to_iso3)
    parts = [
        f"{amount(row.commodity, flow)} a year {ARROW.join((' ', ' ')).join(pair)}"
        for flow, pair in ((row.on, ends), (row.back, ends[::-1]))
        if flow > LEAST
    ]
    return "; ".join(parts) or "nothing goes"


def told_room(row: ElementFlow) -> str:
    """Return what could go besides, each way that is open, in words."""
    parts = [amount(row.commodity, row.room)]
    if row.p_nom_back > LEAST:
        parts.append(f"{amount(row.commodity, row.room_back)} back")
    return f"{', '.join(parts)} a year"


def arrow_rows(drawn: Sequence[Band], per_pixel: float) -> list[dict[str, Any]]:
    """Return the arrows of bands wide and long enough: where more goes to."""
    return [
        {
            "x": band.middle[0],
            "y": band.middle[1],
            "angle": round(band.angle, 1),
            "size": round((4.5 + 0.7 * band.wide) ** 2, 1),
            "line": band.flow.element,
        }
        for band in drawn
        if band.wide >= ARROW_FROM
        and float(np.hypot(*(band.ends[1] - band.ends[0]))) >= ARROW_LONG * per_pixel
    ]


def label_rows(drawn: Sequence[Band], per_pixel: float) -> list[dict[str, Any]]:
    """Return the figures of the largest flows, the largest first.

    Bands of one commodity side by side have one figure, their sum.
    """
    stacks: dict[tuple[str, str, str], list[Band]] = {}
    for band in drawn:
        low, high = sorted(band.node_ids)
        key = (band.flow.commodity, low, high)
        stacks.setdefault(key, []).append(band)
    sums = {
        key: sum(b.flow.on + b.flow.back for b in own) for key, own in stacks.items()
    }
    rows: list[dict[str, Any]] = []
    for commodity, most in LABELLED.items():
        own = [key for key in stacks if key[0] == commodity and sums[key] > LEAST]
        own.sort(key=lambda key: -sums[key])
        for key in own[:most]:
            if sums[key] < LEAST_LABEL * sums[own[0]]:
                break
            told = amount(commodity, sums[key])
            others = [
                band
                for name in LABELLED
                if name != commodity
                for band in stacks.get((name, *key[1:]), ())
            ]
            x, y = _beside(stacks[key], others, told, per_pixel)
            own_row = {"x": x, "y": y, "label": told, "kind": "mark"}
            rows.append(own_row | {"commodity": commodity})
    return rows


def _beside(
    stack: Sequence[Band], others: Sequence[Band], label: str, per_pixel: float
) -> tuple[float, float]:
    """Return where the figure of a stack begins.

    It stands to the right, or above where the stack is flat; on the other side where
    others that join the same two places lie there.
    """
    x, y = np.mean([band.middle for band in stack], axis=0).tolist()
    half = sum(band.wide for band in stack) / 2.0
    wide = layers.LETTER_WIDTH * len(label)
    along = np.abs(stack[0].ends[1] - stack[0].ends[0])
    is_flat = along[0] > FLAT * along[1]
    axis, own = (1, y) if is_flat else (0, x)
    is_low = any(band.middle[axis] > own for band in others)
    if is_flat:
        up = -half - 8.0 if is_low else half + 8.0
        return x - (wide / 2.0 + 6.0) * per_pixel, y + up * per_pixel
    aside = -half - wide - 12.0 if is_low else max(half - 2.0, 0.0)
    return x + aside * per_pixel, y


def energy_features(found: EnergyResult, model: Model) -> dict[str, Any]:
    """Return a year of gas and power as GeoJSON (RFC 7946).

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    model : Model
        The model that was asked.

    Returns
    -------
    dict
        A collection: a line for each pipe and power line (no geometry where both ends
        lie at one place), a point for each zone and gas node; units in the names. The
        member ``bereket`` has the stamp.
    """
    places, at = zone_places(model), layers.node_points(model)
    values = {row.element: row.usd for row in found.values}
    features = []
    for row in found.flows:
        pair = ends_of(row, places)
        line = [list(at[end]) for end in pair] if pair else None
        unit, per_day = ("mwh", "mw") if row.commodity == "power" else ("mcm", "mcm_d")
        told = {
            "name": row.name,
            "commodity": row.commodity,
            "from_id": row.from_id,
            "to_id": row.to_id,
            f"on_{unit}": row.on,
            f"back_{unit}": row.back,
            f"room_{unit}": row.room,
            f"room_back_{unit}": row.room_back,
            f"p_nom_{per_day}": row.p_nom,
            f"p_nom_back_{per_day}": row.p_nom_back,
            "used_share": used_share(row),
            "full_share": row.full_share,
            "full_share_back": row.full_share_back,
            "rent_usd": row.rent_usd,
            f"value_usd_per_{per_day}": values.get(row.element),
        }
        features.append(_feature(row.element, told, "LineString", line))
    for zone in found.prices:
        here = places.get(zone.zone)
        unit = "usd_per_mwh" if zone.commodity == "power" else "usd_per_mcm"
        told = {
            "name": zone.name,
            "commodity": zone.commodity,
            "country_iso3": zone.country_iso3,
            f"mean_{unit}": zone.mean,
            f"low_{unit}": zone.low,
            f"high_{unit}": zone.high,
            "is_passed": is_passed(found, zone),
        }
        features.append(
            _feature(zone.zone, told, "Point", list(at[here]) if here else None)
        )
    return {
        "type": "FeatureCollection",
        "bereket": found.stamp.as_dict(),
        "features": features,
    }


def _feature(name: str, told: dict[str, Any], kind: str, at: Any) -> dict[str, Any]:
    geometry = None if at is None else {"type": kind, "coordinates": at}
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": told}
