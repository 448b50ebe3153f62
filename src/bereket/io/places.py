"""Lists of places: of a model, UN/LOCODE, GeoNames, ports."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, nan
from pathlib import Path
from typing import Final

from bereket.errors import Issue, ModelError
from bereket.io.files import FileFaultError, read_text
from bereket.model.rail import Place, country_codes
from bereket.model.rail_cells import is_label
from bereket.schema import table_schema
from bereket.schema.checker import FIRST_ROW, NUMBER

Row = Mapping[str, str]

WAYSIDE: Final = frozenset({"waypoint", "gas_field", "power_plant", "bus"})
CALLS: Final = frozenset("126B")  # port, rail, inland clearance depot, border crossing
RAIL, PORT, DEPOT, BORDER = "2", "1", "6", "B"
KNOWN: Final = (
    ("node_id", "name", "x_coord", "y_coord"),
    ("unlocode", "name", "function", "lat", "lon"),
    ("unlocode", "name", "lat", "lon"),
    ("locode", "country", "lat", "lon"),
    ("geonameid", "name", "latitude", "longitude", "countrycode"),
)


@dataclass(frozen=True, slots=True)
class PlaceList:
    """Places of some lists, in their order.

    Attributes
    ----------
    places : tuple of Place
        Those with coordinates.
    unplaced : tuple of Place
        Those for which no list has coordinates.
    n_passed_over : int
        Rows where no train calls: airports, waypoints of ships, names of no function.
    advice : tuple of Issue
        Coordinates that are none; they count as unknown.
    """

    places: tuple[Place, ...] = ()
    unplaced: tuple[Place, ...] = ()
    n_passed_over: int = 0
    advice: tuple[Issue, ...] = ()


@dataclass
class _Draft:
    """Places while lists are read; coordinates by code and by country and name."""

    places: dict[str, Place] = field(default_factory=dict)
    by_code: dict[str, tuple[float, float, str]] = field(default_factory=dict)
    by_name: dict[tuple[str, str], tuple[float, float, str]] = field(
        default_factory=dict
    )
    n_passed_over: int = 0
    faults: list[Issue] = field(default_factory=list)
    advice: list[Issue] = field(default_factory=list)


def read_places(paths: Iterable[Path]) -> PlaceList:
    """Read lists of places.

    Parameters
    ----------
    paths : iterable of Path
        CSV files, each known by its header: a model's node.csv; UN/LOCODE with
        functions; coordinates by UN/LOCODE; ports; GeoNames. The first is preferred.

    Returns
    -------
    PlaceList
        Places where trains may call.

    Raises
    ------
    ModelError
        With every fault of the lists.

    Notes
    -----
    Of UN/LOCODE, places with the function of a port, of rail, of an inland depot or of
    a border crossing are taken. A place without coordinates gets those that another
    list has for its code, else for its name in its country; `Place.listed_in` says so.
    """
    draft = _Draft()
    for path in paths:
        _read(path, draft)
    if draft.faults:
        raise ModelError(tuple(draft.faults))
    filled = [_placed(place, draft) for place in draft.places.values()]
    return PlaceList(
        tuple(place for place in filled if isfinite(place.lon)),
        tuple(place for place in filled if not isfinite(place.lon)),
        draft.n_passed_over,
        tuple(draft.advice),
    )


def _read(path: Path, draft: _Draft) -> None:
    """Read one list into the draft."""
    said = "" if path.is_file() else "no such file"
    rows: list[Row] = []
    try:
        text = "" if said else read_text(path.parent, path.name)
        reader = csv.DictReader(io.StringIO(text), strict=True, restval="")
        rows, header = list(reader), [*(reader.fieldnames or ())]
    except (FileFaultError, csv.Error) as fault:
        said = str(fault)
    if said:
        rule = "must be a CSV text in UTF-8"
        draft.faults.append(Issue(path.name, (), "", rule, said))
        return
    kind = next((at for at, names in enumerate(KNOWN) if {*names} <= {*header}), -1)
    if kind < 0:
        rule = "must be a list of places: " + "; or ".join(map(", ".join, KNOWN))
        draft.faults.append(Issue(path.name, (1,), "", rule, ", ".join(header)))
        return
    label = KNOWN[kind][0]
    bad = [at for at, row in enumerate(rows) if not is_label(row[label].strip())]
    if bad:
        rule = "must be a label without : | . = or blanks"
        numbers = tuple(at + FIRST_ROW for at in bad)
        found = repr(rows[bad[0]][label])
        draft.faults.append(Issue(path.name, numbers, label, rule, found))
        return
    lon, lat = KNOWN_DEGREES[kind]
    bad = [at for at, row in enumerate(rows) if not _are_degrees(row, lon, lat)]
    if bad:
        rule = "must be degrees, −180 to 180 and −90 to 90; it counts as unknown"
        found = f"{rows[bad[0]][lon]} {rows[bad[0]][lat]}"
        numbers = tuple(at + FIRST_ROW for at in bad)
        draft.advice.append(Issue(path.name, numbers, lon, rule, found))
        for at in bad:
            rows[at] = {**rows[at], lon: "", lat: ""}
    READERS[kind](rows, path.name, draft)


def _of_model(rows: Sequence[Row], listed_in: str, draft: _Draft) -> None:
    types = table_schema("node").fields["node_type"].enum
    for row in rows:
        if row.get("node_type") in WAYSIDE:
            draft.n_passed_over += 1
            continue
        told = row.get("node_type", "")
        kind = told if told in types else "station"
        place = Place(
            place_id=row["node_id"],
            name=row["name"] or row["node_id"],
            lon=_degree(row["x_coord"]),
            lat=_degree(row["y_coord"]),
            country=row.get("country_iso3", ""),
            node_type=kind,
            has_rail=kind in ("station", "dry_port"),
            listed_in=listed_in,
        )
        _add(place, draft)


def _of_unlocode(rows: Sequence[Row], listed_in: str, draft: _Draft) -> None:
    for row in rows:
        does = set(row["function"])
        if not does & CALLS:
            draft.n_passed_over += 1
            continue
        kind = (
            "station"
            if RAIL in does and PORT not in does
            else "seaport"
            if PORT in does
            else "dry_port"
            if DEPOT in does
            else "border"
        )
        code = row["unlocode"]
        place = Place(
            place_id=code,
            name=row["name"] or code,
            lon=_degree(row["lon"]),
            lat=_degree(row["lat"]),
            country=country_codes().get(code[:2], ""),
            node_type=kind,
            has_rail=RAIL in does,
            listed_in=listed_in,
        )
        _add(place, draft)


def _of_ports(rows: Sequence[Row], listed_in: str, draft: _Draft) -> None:
    for row in rows:
        code = row["unlocode"]
        lon, lat = _degree(row["lon"]), _degree(row["lat"])
        draft.by_code.setdefault(code, (lon, lat, listed_in))
        country = country_codes().get(code[:2], "")
        port = (code, row["name"] or code, lon, lat, country, "seaport")
        _add(Place(*port, has_rail=False, listed_in=listed_in), draft)


def _of_coordinates(rows: Sequence[Row], listed_in: str, draft: _Draft) -> None:
    for row in rows:
        code = row["locode"]
        lon, lat = _degree(row["lon"]), _degree(row["lat"])
        draft.by_code.setdefault(code, (lon, lat, listed_in))
        name = row.get("name_if_port", "")
        if not name:
            draft.n_passed_over += 1
            continue
        port = (code, name, lon, lat, country_codes().get(code[:2], ""), "seaport")
        _add(Place(*port, has_rail=False, listed_in=listed_in), draft)


def _of_geonames(rows: Sequence[Row], listed_in: str, draft: _Draft) -> None:
    for row in rows:
        lon, lat = _degree(row["longitude"]), _degree(row["latitude"])
        country = country_codes().get(row["countrycode"], "")
        label = f"GN{row['geonameid']}"
        town = (label, row["name"] or label, lon, lat, country, "city")
        _add(Place(*town, has_rail=False, listed_in=listed_in), draft)
        for name in row.get("altnames", "").split("|"):
            key = (country, name.casefold())
            draft.by_name.setdefault(key, (lon, lat, listed_in))


KNOWN_DEGREES: Final = (
    ("x_coord", "y_coord"),
    ("lon", "lat"),
    ("lon", "lat"),
    ("lon", "lat"),
    ("longitude", "latitude"),
)
READERS: Final[tuple[Callable[[Sequence[Row], str, _Draft], None], ...]] = (
    _of_model,
    _of_unlocode,
    _of_ports,
    _of_coordinates,
    _of_geonames,
)


def _add(place: Place, draft: _Draft) -> None:
    """Take a place that no list before has."""
    draft.places.setdefault(place.place_id, place)
    if isfinite(place.lon):
        key = (place.country, place.name.casefold())
        draft.by_name.setdefault(key, (place.lon, place.lat, place.listed_in))


def _placed(place: Place, draft: _Draft) -> Place:
    """Return a place with the coordinates that another list has for it."""
    if isfinite(place.lon):
        return place
    name = place.name.partition(" (")[0].casefold()
    for found, by in (
        (draft.by_code.get(place.place_id), "code"),
        (draft.by_name.get((place.country, place.name.casefold())), "name"),
        (draft.by_name.get((place.country, name)), "name"),
    ):
        if found and isfinite(found[0]):
            lon, lat, source = found
            told = f"{place.listed_in}, coordinates by {by} from {source}"
            return replace(place, lon=lon, lat=lat, listed_in=told)
    return place


def _degree(text: str) -> float:
    return float(text) if text.strip() else nan


def _are_degrees(row: Row, lon: str, lat: str) -> bool:
    x, y = row[lon].strip(), row[lat].strip()
    if not x and not y:
        return True
    if not (NUMBER.fullmatch(x) and NUMBER.fullmatch(y)):
        return False
    return abs(float(x)) <= 180 and abs(float(y)) <= 90  # noqa: PLR2004 the globe
