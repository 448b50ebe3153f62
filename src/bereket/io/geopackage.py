"""A model as one GeoPackage: places and links as layers, all other tables beside."""

import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from bereket.io.files import needs, write_files
from bereket.model.drawing import DrawnLink, drawn_links, places
from bereket.model.model import Model, Table
from bereket.model.reading import is_boolean, typed

# The column that says where on the map a row of another table lies.
PLACE_OF: Final = MappingProxyType(
    {
        "node": "node_id",
        "stop": "node_id",
        "transfer": "node_id",
        "border": "from_node_id",
        "port": "node_id",
        "service_stop": "node_id",
    }
)
VERSION: Final = "1.2"  # older GDAL and QGIS read it without a warning
TAKEN: Final = ("fid", "geom")  # columns that the format makes itself
WKB_POINT, WKB_LINE, WKB_MULTI_LINE = 1, 2, 5  # ISO 13249-3, little endian
HEAD: Final = struct.Struct("<BI")
COUNT: Final = struct.Struct("<I")
PAIR: Final = struct.Struct("<dd")


def write_geopackage(model: Model, path: Path) -> None:
    """Write a model as one GeoPackage that QGIS opens, whole or not at all.

    Parameters
    ----------
    model : Model
        A model without fault.
    path : Path
        The ``.gpkg`` file; it is replaced.

    Notes
    -----
    Links are lines of several parts, as some pass the meridian of 180 degrees; one
    without geometry is drawn straight (`is_straight`). Rows of transfers, borders,
    ports and stops lie at their place. Tables without a place have no geometry.
    """
    with needs("geo"):
        from pyogrio.raw import write

    points = {name: _point(*place) for name, place in places(model).items()}
    with tempfile.TemporaryDirectory(prefix="bereket-") as aside:
        file = Path(aside) / "model.gpkg"
        for name, table in model.tables.items():
            geometry, kind = None, None
            extra: dict[str, list[bool]] = {}
            if name == "link":
                drawn = list(drawn_links(model))
                geometry, kind = [_lines(each) for each in drawn], "MultiLineString"
                extra = {"is_straight": [each.is_straight for each in drawn]}
            elif name in PLACE_OF:
                at = table.labels(PLACE_OF[name])
                geometry, kind = [points.get(each) for each in at], "Point"
            data, masks, fields = _fields(table, extra)
            write(
                str(file),
                None if geometry is None else np.array(geometry, dtype=object),
                data,
                fields,
                field_mask=masks,
                layer=name,
                driver="GPKG",
                geometry_type=kind,
                crs=None if kind is None else "EPSG:4326",
                append=file.exists(),
                dataset_options={"VERSION": VERSION},
                layer_options={"DESCRIPTION": table.schema.description},
            )
        whole = file.read_bytes()
    write_files(path.parent, {path.name: whole})


def _fields(
    table: Table, extra: dict[str, list[bool]]
) -> tuple[list[Any], list[Any], list[str]]:
    """Return columns as arrays, which cells of each are unknown, and their names."""
    data: list[Any] = []
    masks: list[Any] = []
    names: list[str] = []
    for name, cells in (typed(table) | extra).items():
        if table.name == "link" and name == "geometry":
            continue
        known = table.columns.get(name)
        is_text = known is not None and known.dtype == object
        is_truth = name in extra or is_boolean(table, name)
        kind, empty = ("O", "") if is_text else ("?", False) if is_truth else ("d", 0.0)
        data.append(np.array([empty if c is None else c for c in cells], dtype=kind))
        masks.append(np.array([c is None for c in cells], dtype=bool))
        names.append(_free(name, names))
    return data, masks, names


def _free(name: str, taken: Sequence[str]) -> str:
    """Return a name that differs from others in more than the case of its letters."""
    used = {each.lower() for each in (*TAKEN, *taken)}
    while name.lower() in used:
        name += "_"
    return name


def _point(x: float, y: float) -> bytes | None:
    """Return a point as well-known binary; none where it is unknown."""
    if np.isnan([x, y]).any():
        return None
    return HEAD.pack(1, WKB_POINT) + PAIR.pack(x, y)


def _lines(drawn: DrawnLink) -> bytes | None:
    """Return a link's way as well-known binary; none where a place is unknown."""
    if not drawn.parts:
        return None
    lines = [
        HEAD.pack(1, WKB_LINE) + COUNT.pack(len(part)) + part.astype("<f8").tobytes()
        for part in drawn.parts
    ]
    head = HEAD.pack(1, WKB_MULTI_LINE) + COUNT.pack(len(lines))
    return head + b"".join(lines)
