"""Words of GMNS: its fields, what stands for them in a model, its kinds of use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# Fields of the standard, version 0.96, by table; a model's own columns stand beside.
FIELDS: Final = MappingProxyType(
    {
        "node": (
            *("node_id", "name", "x_coord", "y_coord", "z_coord", "node_type"),
            *("ctrl_type", "zone_id", "parent_node_id"),
        ),
        "link": (
            *("link_id", "name", "from_node_id", "to_node_id", "directed"),
            *("geometry_id", "geometry", "parent_link_id", "dir_flag", "length"),
            *("grade", "facility_type", "capacity", "free_speed", "lanes"),
            *("bike_facility", "ped_facility", "parking", "allowed_uses", "toll"),
            *("jurisdiction", "row_width"),
        ),
    }
)
# Fields of a link that are numbers, 0 or more.
FIGURES: Final = ("length", "capacity", "free_speed", "lanes", "row_width")
VERSION: Final = "0.96"
CARRIED: Final = "gmns_"  # begins the name of a column that a model has no word for
CUT_LENGTH: Final = 10  # characters that a shapefile leaves of a header

# What a unit is called in config.csv, and by the house's door for units.
UNITS: Final = MappingProxyType(
    {
        **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre"), "km"),
        **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), "m"),
        **dict.fromkeys(("mi", "mile", "miles"), "mi"),
        **dict.fromkeys(("ft", "foot", "feet"), "ft"),
        **dict.fromkeys(("kmh", "km/h", "kph", "kmph"), "km/h"),
        **dict.fromkeys(("mph", "mi/h"), "mph"),
        **dict.fromkeys(("m/s", "mps"), "m/s"),
    }
)


@dataclass(frozen=True, slots=True)
class Use:
    """What a use of GMNS is taken for, as the standard says nothing of it.

    Attributes
    ----------
    mode : str
        Mode of the carrier.
    speed_kmh : float
        Speed where the link states none.
    unit : str
        What a load is counted in.
    """

    mode: str
    speed_kmh: float
    unit: str


ROAD: Final = Use("road", 60.0, "truck")
USES: Final = MappingProxyType(
    {
        **dict.fromkeys(("walk", "pedestrian", "ped"), Use("road", 5.0, "t")),
        **dict.fromkeys(("bike", "bicycle"), Use("road", 15.0, "t")),
        **dict.fromkeys(("rail", "train", "freight_rail"), Use("rail", 50.0, "wagon")),
        **dict.fromkeys(("ship", "sea", "ferry"), Use("sea", 25.0, "t")),
        "barge": Use("waterway", 12.0, "t"),
    }
)
ASSUMED_GAUGE_MM: Final = 1435.0  # the most common one; GMNS states none
NOT_IN_LABELS = re.compile(r"[:|.=\s]+")
BETWEEN_USES = re.compile(r"[,;|]")


def use_of(name: str) -> Use:
    """Return what a use is taken for: a road vehicle unless its name says more."""
    return USES.get(name.lower(), ROAD)


def whole_headers(table: str, header: Iterable[str]) -> Mapping[str, str]:
    """Return the fields that headers cut by a shapefile stand for.

    Parameters
    ----------
    table : str
        ``node`` or ``link``.
    header : iterable of str
        Headers of the file.

    Returns
    -------
    mapping of str to str
        Field by header, for headers of ten characters that begin one field only.

    Examples
    --------
    >>> dict(whole_headers("link", ["link_id", "from_node_", "to_node_id"]))
    {'from_node_': 'from_node_id'}
    """
    fields = FIELDS[table]
    found = {}
    for cut in header:
        whole = [f for f in fields if f.startswith(cut) and f not in header]
        if len(cut) == CUT_LENGTH and len(whole) == 1 and cut not in fields:
            found[cut] = whole[0]
    return found


def as_label(text: str) -> str:
    """Return an id as a label of a model: without blanks and marks of references.

    Examples
    --------
    >>> as_label("1 100002")
    '1_100002'
    """
    return NOT_IN_LABELS.sub("_", text)


def as_uses(text: str) -> tuple[str, ...]:
    """Return the uses that a cell lists.

    Examples
    --------
    >>> as_uses("walk;bike, auto")
    ('walk', 'bike', 'auto')
    """
    parts = (as_label(part.strip()) for part in BETWEEN_USES.split(text))
    return tuple(part for part in parts if part)
