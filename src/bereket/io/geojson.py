"""Places and links of a model as one GeoJSON file (RFC 7946)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bereket.io.files import write_files
from bereket.model.drawing import DrawnLink, drawn_links, places
from bereket.model.model import Model, Table
from bereket.model.reading import typed


def write_geojson(model: Model, path: Path) -> None:
    """Write places as points and links as lines, whole or not at all.

    Parameters
    ----------
    model : Model
        A model without fault.
    path : Path
        The ``.geojson`` file; it is replaced.

    Notes
    -----
    Every column is a property: figures as numbers, unknown cells as null. A link
    without geometry is drawn straight (`is_straight`); one that passes the meridian of
    180 degrees is cut there, as the standard asks. Name, version and hash of the model
    stand in the member ``bereket``. Other tables have no place in this format.
    """
    has_config = len(model["config"]) > 0
    whole = {
        "type": "FeatureCollection",
        "bereket": {
            "model": model.name,
            "version": model.config("version") if has_config else "",
            "hash": model.content_hash,
        },
        "features": [*_nodes(model), *_links(model)],
    }
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
    write_files(path.parent, {path.name: text + "\n"})


def _nodes(model: Model) -> Iterator[dict[str, Any]]:
    """Give places as features."""
    points = places(model)
    for properties in _rows(model["node"]):
        point = points[str(properties["node_id"])]
        yield _feature("node", properties, {"type": "Point", "coordinates": point})


def _links(model: Model) -> Iterator[dict[str, Any]]:
    """Give links as features."""
    rows = _rows(model["link"])
    for properties, drawn in zip(rows, drawn_links(model), strict=True):
        properties.pop("geometry", None)
        told = properties | {"is_straight": drawn.is_straight}
        yield _feature("link", told, _line(drawn))


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    """Give the rows of a table as mappings."""
    columns = typed(table)
    for cells in zip(*columns.values(), strict=True):
        yield dict(zip(columns, cells, strict=True))


def _feature(
    table: str, properties: dict[str, Any], geometry: dict[str, Any] | None
) -> dict[str, Any]:
    """Return one row as a feature; its id is the row reference."""
    return {
        "type": "Feature",
        "id": f"{table}:{properties[table + '_id']}",
        "geometry": geometry,
        "properties": {"table": table} | properties,
    }


def _line(drawn: DrawnLink) -> dict[str, Any] | None:
    """Return a link's way; none where a place is unknown."""
    parts = [part.tolist() for part in drawn.parts]
    if not parts:
        return None
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}
