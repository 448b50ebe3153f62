"""A model made of a folder of GMNS tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from bereket.errors import BereketError, Issue
from bereket.io.files import exists, read_csv, read_metadata
from bereket.io.gmns.links import (
    COORDINATE_DIGITS,
    Columns,
    Settings,
    Told,
    numbers,
    relabel,
    turn_gauge,
    turn_links,
    turn_uses,
)
from bereket.io.gmns.places import into_degrees
from bereket.io.gmns.words import (
    ASSUMED_GAUGE_MM,
    CARRIED,
    UNITS,
    as_label,
    use_of,
    whole_headers,
)
from bereket.model.model import label
from bereket.model.reading import Reading, Sheet, read_sheets
from bereket.schema import LIST_SEPARATOR, TABLE_NAMES, table_schema
from bereket.schema.checker import FIRST_ROW

TURNED: Final = ("config", "node", "link")  # tables that both have, in other words
USED: Final = (*TURNED, "geometry", "use_group")
KEY_OF_DEMAND: Final = frozenset(table_schema("demand").key)
SOURCE: Final = "gmns"  # label of the source of every row
BY_PLACE: Final = ("x_coord", "y_coord", "geometry", "length", "length_km")
MISSING: Final = "NaN"  # the standard's word for an empty cell


@dataclass(frozen=True, slots=True)
class GmnsParams:
    """What a GMNS folder does not say of itself.

    Attributes
    ----------
    country_iso3 : str
        Country of its places.
    crs : str
        Coordinate system, such as ``EPSG:3735``; empty = as its config says.
    length_unit, speed_unit : str
        Units of lengths and speeds; empty = as its config and its lines say.
    base_date : str
        Date of the model; empty = the day of import.
    """

    country_iso3: str
    crs: str = ""
    length_unit: str = ""
    speed_unit: str = ""
    base_date: str = ""

    def __post_init__(self) -> None:
        for unit in (self.length_unit, self.speed_unit):
            if unit and unit.lower() not in UNITS:
                msg = f"unit {unit!r} is not known; known are {', '.join(UNITS)}"
                raise BereketError(msg)


def examine_gmns(folder: Path, params: GmnsParams) -> Reading:
    """Make a model of a GMNS folder, and list its faults without stopping at the first.

    Parameters
    ----------
    folder : Path
        Folder that holds ``node.csv`` and ``link.csv``.
    params : GmnsParams
        What the folder does not say.

    Returns
    -------
    Reading
        The model, every fault, and as advice all that was taken for something, or left
        aside.

    Raises
    ------
    BereketError
        When there is no such folder.

    Notes
    -----
    Columns that a model has no word for are carried along as ``gmns_…``. Tables of a
    model that lie beside are read as they are, so that what `write_gmns` wrote comes
    back.
    """
    if not folder.is_dir():
        msg = f"{str(folder)!r} is no folder; give the one that holds node.csv"
        raise BereketError(msg)
    told = Told()
    foreign = {n: _columns(folder, n, told) for n in USED if exists(folder, f"{n}.csv")}
    told.faults.extend(
        Issue(name, (), "", "the table must be there", f"no file '{name}.csv'")
        for name in ("node", "link")
        if name not in foreign
    )
    config = {
        name: cells[0] for name, cells in foreign.pop("config", {}).items() if cells
    }
    settings = _settings(config, params, told)
    own = {
        name: read_csv(folder, name, f"{name}.csv", told.faults)
        for name in TABLE_NAMES
        if name not in TURNED and exists(folder, f"{name}.csv")
    }
    if "demand" in own and KEY_OF_DEMAND.isdisjoint(own["demand"].header):
        own.pop("demand")  # between zones, as other programs write it
    sheets = {"config": _config(config, folder, params)}
    if "node" in foreign:
        sheets["node"], points = _nodes(foreign["node"], settings, params, told)
        if "link" in foreign:
            sheets |= _links(foreign, points, settings, own, told)
    if "source" not in own:
        for name in set(sheets) & {"node", "link"}:
            sheets[name] = _with_source(sheets[name])
        row = (SOURCE, config.get("dataset_name") or folder.name, "read from GMNS")
        sheets["source"] = Sheet(["source_id", "title", "note"], [row])
    _leave_aside(folder, own, told)
    sheets.setdefault("carrier", Sheet([], []))  # made of links, which are missed
    kept = _without_loops(sheets, told)
    reading = read_sheets(sheets | own, read_metadata(folder).about, told.faults)
    found = [_as_in_file(i, kept) for i in reading.faults[len(told.faults) :]]
    advice = [_as_in_file(issue, kept) for issue in reading.advice]
    faults = _without_echoes([*told.faults, *found])
    return Reading(reading.model, tuple(faults), (*told.advice, *advice))


def _columns(folder: Path, name: str, told: Told) -> Columns:
    """Read a table by columns: headers whole, blanks and NaN empty."""
    sheet = read_csv(folder, name, f"{name}.csv", told.faults)
    header = list(sheet.header)
    if name in {"node", "link"}:
        whole = whole_headers(name, header)
        if whole:
            rule = "headers cut by a shapefile are taken for fields of GMNS"
            found = ", ".join(f"{cut} = {field}" for cut, field in whole.items())
            told.advice.append(Issue(name, (1,), "", rule, found))
        header = [whole.get(each, each) for each in header]
    for twice in sorted({each for each in header if header.count(each) > 1}):
        rule, found = "a header stands once", f"{header.count(twice)} times"
        told.faults.append(Issue(name, (1,), twice, rule, found))
    if name == "config" and len(sheet.rows) > 1:
        rule, found = "must have exactly one row", f"{len(sheet.rows)} rows"
        told.faults.append(Issue(name, (), "", rule, found))
    cells = list(zip(*sheet.rows, strict=True)) or [()] * len(header)
    stripped = [
        ["" if c.strip() == MISSING else c.strip() for c in col] for col in cells
    ]
    return dict(zip(header, stripped, strict=True))


def _settings(config: Mapping[str, str], params: GmnsParams, told: Told) -> Settings:
    """Return coordinate system and units: as given, else as the config says."""
    units = []
    for column, given in (
        ("long_length", params.length_unit),
        ("speed", params.speed_unit),
    ):
        unit = given or config.get(column, "")
        if unit and unit.lower() not in UNITS:
            rule = f"must be one of {', '.join(UNITS)}"
            told.faults.append(Issue("config", (FIRST_ROW,), column, rule, repr(unit)))
        units.append(UNITS.get(unit.lower(), ""))
    crs = params.crs or config.get("crs", "")
    return Settings(crs, units[0], units[1], is_given=bool(params.length_unit))


def _config(config: Mapping[str, str], folder: Path, params: GmnsParams) -> Sheet:
    """Return the one row of the model's settings."""
    today = datetime.now(UTC).date().isoformat()
    base = params.base_date or config.get("base_date") or today
    fields = table_schema("config").fields
    row = {name: cell for name, cell in config.items() if name in fields}
    row |= {
        "dataset_name": config.get("dataset_name") or folder.name,
        "crs": "EPSG:4326",
        "currency": "USD",
        "price_year": config.get("price_year") or base[:4],
        "base_date": base,
    }
    return Sheet(list(row), [list(row.values())])


def _nodes(
    node: Columns, settings: Settings, params: GmnsParams, told: Told
) -> tuple[Sheet, dict[str, tuple[float, float]]]:
    """Return places, in degrees, and their coordinates by label."""
    relabel(node, ("node_id",), as_label, told)
    count = len(next(iter(node.values()), ()))
    known = table_schema("node").fields
    made = {name: node.pop(name) for name in list(node) if name in known}
    blank = [""] * count
    ids = made.get("node_id", blank)
    kinds = made.get("node_type", blank)
    made["node_type"] = _kinds(node, kinds, known["node_type"].enum, told)
    made["name"] = [n or i for n, i in zip(made.get("name", blank), ids, strict=True)]
    countries = made.get("country_iso3", blank)
    made["country_iso3"] = [each or params.country_iso3 for each in countries]
    made.setdefault("quality", ["reported"] * count)
    xy = np.column_stack([numbers(made.get(c, blank)) for c in ("x_coord", "y_coord")])
    turned = into_degrees(xy, settings.crs)
    if turned.rule:
        issue = Issue("node", (), "x_coord", turned.rule, turned.found)
        told.faults.append(issue)
        points = np.zeros_like(xy)  # told once; not again for every row
    else:
        points = turned.points.round(COORDINATE_DIGITS)
    for column, values in zip(("x_coord", "y_coord"), points.T, strict=True):
        cells = zip(made.get(column, blank), values, strict=True)
        if column in made:
            made[column] = [label(v) if np.isfinite(v) else cell for cell, v in cells]
    return _sheet(made, node), dict(zip(ids, map(tuple, points.tolist()), strict=True))


def _kinds(
    node: Columns, kinds: list[str], known: Sequence[str], told: Told
) -> list[str]:
    """Return kinds of places that a model knows; all others are junctions."""
    other = tuple(n for n, k in enumerate(kinds, FIRST_ROW) if k not in known)
    if other:
        node["node_type"] = kinds
        rule = "is taken for a junction, as a model knows no other kind for it"
        found = repr(kinds[other[0] - FIRST_ROW])
        told.advice.append(Issue("node", other, "node_type", rule, found))
    return [kind if kind in known else "junction" for kind in kinds]


def _links(
    foreign: Mapping[str, Columns],
    points: Mapping[str, tuple[float, float]],
    settings: Settings,
    own: Mapping[str, Sheet],
    told: Told,
) -> dict[str, Sheet]:
    """Return links, and the carriers that their uses make."""
    link = foreign["link"]
    relabel(link, ("link_id", "from_node_id", "to_node_id"), as_label, told)
    by_id = _pairs(foreign.get("geometry", {}), "geometry_id", "geometry")
    made = turn_links(link, by_id, points, settings, told)
    groups = foreign.get("use_group", {}) if "carrier" not in own else {}
    uses = turn_uses(link, _pairs(groups, "use_group", "uses"), told)
    made["allowed_uses"] = uses
    sheets = {}
    if "carrier" not in own:
        made |= turn_gauge(link, uses, made.get("note", []), told)
        sheets["carrier"] = _carriers(uses)
    known = table_schema("link")
    passed = {n: link.pop(n) for n in list(link) if known.field(n) is not None}
    whole = made | passed | {n: made[n] for n in ("gauge_mm", "note") if n in made}
    return sheets | {"link": _sheet(whole, link)}


def _with_source(sheet: Sheet) -> Sheet:
    """Return a table whose rows name their source."""
    if "source_id" in sheet.header:
        return sheet
    return Sheet([*sheet.header, "source_id"], [[*row, SOURCE] for row in sheet.rows])


def _pairs(table: Columns, key: str, value: str) -> dict[str, str]:
    """Return one column of a table by another; none where either is missing."""
    if key not in table or value not in table:
        return {}
    return dict(zip(table[key], table[value], strict=True))


def _without_loops(sheets: dict[str, Sheet], told: Told) -> list[int]:
    """Take out links that end where they begin; return the rows that are kept."""
    link = sheets.get("link", Sheet([], []))
    if not {"from_node_id", "to_node_id"} <= set(link.header):
        return list(range(len(link.rows)))
    start, end = (list(link.header).index(c) for c in ("from_node_id", "to_node_id"))
    loops = [
        n for n, row in enumerate(link.rows) if row[start] == row[end] and row[end]
    ]
    if loops:
        rule = "ends where it begins, which is a way to nowhere: left aside"
        rows, found = tuple(n + FIRST_ROW for n in loops), link.rows[loops[0]][end]
        told.advice.append(Issue("link", rows, "to_node_id", rule, repr(found)))
    kept = sorted(set(range(len(link.rows))) - set(loops))
    sheets["link"] = Sheet(link.header, [link.rows[n] for n in kept])
    return kept


def _without_echoes(faults: Sequence[Issue]) -> list[Issue]:
    """Return faults without those that only follow from coordinates being wrong."""
    roots = [
        i for i in faults if i.table == "node" and i.field in BY_PLACE and not i.rows
    ]
    return [
        issue
        for issue in faults
        if not roots
        or issue in roots
        or issue.field not in BY_PLACE
        or (issue.field == "length" and issue.rows)  # a cell that is no figure
    ]


def _as_in_file(issue: Issue, kept: Sequence[int]) -> Issue:
    """Return what was found in links with the rows of the file."""
    if issue.table != "link":
        return issue
    rows = (
        kept[n - FIRST_ROW] + FIRST_ROW if n >= FIRST_ROW else n for n in issue.rows
    )
    return replace(issue, rows=tuple(rows))


def _carriers(uses: Sequence[str]) -> Sheet:
    """Return a carrier for each use; its figures are assumed."""
    header = ("carrier_id", "mode", "gauge_mm", "speed_kmh", "unit", "quality", "note")
    rows = []
    for name in dict.fromkeys(u for cell in uses for u in cell.split(LIST_SEPARATOR)):
        use = use_of(name)
        is_rail = use.mode == "rail"
        gauge = label(ASSUMED_GAUGE_MM) if is_rail else ""
        note = "by the name of the use; GMNS states neither mode nor speed"
        note += ", nor gauge" if is_rail else ""
        speed = label(use.speed_kmh)
        rows.append((name, use.mode, gauge, speed, use.unit, "assumed", note))
    return Sheet(header, rows)


def _sheet(made: Columns, others: Columns) -> Sheet:
    """Return columns as a sheet; those without a word in a model carried along."""
    carried = {
        CARRIED + name.removeprefix(CARRIED): cells
        for name, cells in others.items()
        if any(cells)
    }
    whole = made | carried
    return Sheet(list(whole), list(zip(*whole.values(), strict=True)))


def _leave_aside(folder: Path, own: Mapping[str, Sheet], told: Told) -> None:
    """Say which tables of the folder were not used."""
    told_by_own = {"use_definition"} if "carrier" in own else set()
    for path in sorted(folder.glob("*.csv")):
        name = path.stem
        if name in {*USED, *own, *told_by_own}:
            continue
        sheet = read_csv(folder, name, path.name, [])
        if name == "zone" and list(sheet.header) == ["zone_id"]:
            continue  # every zone is named by a place
        rule = "is not used: left aside"
        told.advice.append(Issue(name, (), "", rule, f"{len(sheet.rows):,} rows"))
