"""A model as a folder of GMNS tables, its own tables and columns beside."""

from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import BereketError
from bereket.io.files import as_csv, refuse_mixture, write_files
from bereket.io.gmns.words import CARRIED, FIELDS, VERSION
from bereket.model.model import Model, Table, label
from bereket.model.package import FILE_NAME, package_text
from bereket.model.reading import Sheet, sheet_of
from bereket.schema import TABLE_NAMES

TRUCK_PCE: Final = 2.0  # cars that a truck stands for on level roads: HCM 6, ch. 12
FASTEST_KMH: Final = 200.0  # the standard's limit of free_speed
# Our columns for figures of the standard that may be carried as they were.
OURS: Final = MappingProxyType(
    {"free_speed": "commercial_speed_kmh", "lanes": "tracks"}
)


def write_gmns(model: Model, folder: Path) -> None:
    """Write a model as GMNS, all or nothing.

    Parameters
    ----------
    model : Model
        A model without fault.
    folder : Path
        Folder to write; its tables are replaced.

    Raises
    ------
    BereketError
        When the folder holds tables that this model has not, or a carrier's label
        would be taken for two uses.

    Notes
    -----
    ``node``, ``link``, ``config``, ``use_definition``, ``use_group`` and ``zone`` are
    those of the standard, with the model's own columns after them: it allows any. The
    other tables stand beside as they are, so that the whole model can be read back.
    The standard's ``capacity`` (cars an hour a lane) stays empty: ours is another.
    """
    sheets = {
        name: sheet_of(table)
        for name, table in model.tables.items()
        if name not in {"config", "node", "link"}
    }
    _refuse_commas(model)
    sheets |= {
        "config": _config(model),
        "node": _ordered("node", _columns(model["node"])),
        "link": _link(model),
        "use_definition": _uses(model),
        "use_group": _groups(model),
    }
    zones = sorted(set(model["node"].labels("zone_id")) - {""})
    if zones:
        sheets["zone"] = Sheet(["zone_id"], [[zone] for zone in zones])
    paths = {name: f"{name}.csv" for name in sheets}
    others = [f"{n}.csv" for n in TABLE_NAMES if n not in paths]
    refuse_mixture(folder, (*others, *(f"{n}.parquet" for n in TABLE_NAMES)))
    texts = {paths[name]: as_csv(sheet) for name, sheet in sheets.items()}
    texts[FILE_NAME] = package_text(model.name, model.about, paths)
    write_files(folder, texts)


def _refuse_commas(model: Model) -> None:
    """Raise where a label holds what stands between labels."""
    wrong = [name for name in model.groups if "," in name or ";" in name]
    if wrong:
        msg = f"GMNS separates uses by commas; rename {', '.join(map(repr, wrong))}"
        raise BereketError(msg)


def _columns(table: Table) -> dict[str, list[str]]:
    """Return a table's columns as text; those carried from GMNS under its name."""
    sheet = sheet_of(table)
    cells = zip(*sheet.rows, strict=True) if sheet.rows else [()] * len(sheet.header)
    named = {}
    for name, column in zip(sheet.header, cells, strict=True):
        own = name.removeprefix(CARRIED)
        named[name if own in table.columns else own] = list(column)
    return named


def _ordered(table: str, columns: dict[str, list[str]]) -> Sheet:
    """Return columns as a sheet, those of the standard first."""
    known = [name for name in FIELDS.get(table, ()) if name in columns]
    header = [*known, *(name for name in columns if name not in known)]
    return Sheet(header, list(zip(*(columns[name] for name in header), strict=True)))


def _config(model: Model) -> Sheet:
    """Return the one row of settings: units of the standard's columns, then ours."""
    is_unknown = _only_carried(model["link"], "free_speed")
    units = {
        "short_length": "m",
        "long_length": "km",
        "speed": "" if is_unknown else "km/h",
        "crs": "EPSG:4326",
        "geometry_field_format": "WKT",
        "currency": "USD",
        "version_number": VERSION,
        "id_type": "string",
    }
    columns = _columns(model["config"]) | {name: [text] for name, text in units.items()}
    return _ordered("config", columns)


def _only_carried(link: Table, name: str) -> bool:
    """Whether a figure was carried from GMNS, and we know none of our own."""
    known = ~np.isnan(link.number(OURS[name]))
    return CARRIED + name in link.columns and not known.any()


def _link(model: Model) -> Sheet:
    """Return links with length, speed, lanes and direction in the standard's words."""
    link = model["link"]
    columns = _columns(link)
    geometry = link.labels("geometry")
    directed = link.number("directed") == 1
    speed = link.number("commercial_speed_kmh")
    speed = np.where(speed > FASTEST_KMH, np.nan, speed)
    carrier = model["carrier"]
    ids, modes = carrier.labels("carrier_id"), carrier.labels("mode")
    mode = dict(zip(ids, modes, strict=True))
    on_road = [
        any(mode[carrier] == "road" for carrier in model.carriers(names))
        for names in link.lists("allowed_uses")
    ]
    lanes = np.where(on_road, link.number("tracks"), np.nan)
    columns |= {
        "directed": ["true" if one_way else "false" for one_way in directed],
        "dir_flag": [
            "1" if text and one_way else "0"
            for text, one_way in zip(geometry, directed, strict=True)
        ],
        "length": [label(value) for value in link.number("length_km")],
        **_own_or_carried(link, speed, lanes),
        "allowed_uses": [",".join(names) for names in link.lists("allowed_uses")],
    }
    return _ordered("link", columns)


def _own_or_carried(
    link: Table, speed: NDArray[np.float64], lanes: NDArray[np.float64]
) -> dict[str, list[str]]:
    """Return speeds and lanes: our own where known, else those carried from GMNS.

    Parameters
    ----------
    link : Table
        Links of the model.
    speed : (n,)
        Our own speeds [km/h]; NaN where unknown, or beyond the standard.
    lanes : (n,)
        Our own lanes; NaN where unknown, or off the road.

    Returns
    -------
    dict of str to list
        ``free_speed`` and ``lanes``; where we know some, the carried ones beside them
        as well, so that they can be read back.

    Notes
    -----
    Speeds are all our own or all carried: a column has one unit, and that of the
    carried ones was never stated.
    """
    own = {
        "free_speed": [label(value) for value in speed],
        "lanes": [label(value) for value in lanes],
    }
    columns = dict(own)
    for name, ours in own.items():
        if CARRIED + name not in link.columns:
            continue
        carried = list(map(label, link.columns[CARRIED + name]))
        if _only_carried(link, name):
            columns[name] = carried
            continue
        columns[CARRIED + name] = carried
        if name == "lanes":
            pairs = zip(ours, carried, strict=True)
            columns[name] = [known or told for known, told in pairs]
    return columns


def _uses(model: Model) -> Sheet:
    """Return carriers as uses: none takes passengers, a truck is two cars."""
    carrier = model["carrier"]
    ids, modes = carrier.labels("carrier_id"), carrier.labels("mode")
    rows = [
        (use, "0", label(TRUCK_PCE if mode == "road" else 0.0), name)
        for use, mode, name in zip(ids, modes, carrier.labels("name"), strict=True)
    ]
    return Sheet(["use", "persons_per_vehicle", "pce", "description"], rows)


def _groups(model: Model) -> Sheet:
    """Return groups of carriers that are no carrier themselves."""
    ids = set(model["carrier"].labels("carrier_id"))
    rows = [
        (group, ",".join(uses))
        for group, uses in model.groups.items()
        if group not in ids
    ]
    return Sheet(["use_group", "uses"], rows)
