"""What arcs share: track, berths, vessels, terminals, border posts.

Capacity belongs to the resource, arcs use it: one track serves two directions and many
carriers, one border post all trains of a gauge.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import MAIN_TABLE, NONE, ArcKind, Arcs
from bereket.model.model import Model
from bereket.model.reference import RowReference

MINUTES_PER_HOUR = 60.0
DAYS_PER_WEEK = 7.0
UNITS = ("t", "teu", "feu", "wagon", "truck", "train")


@dataclass(frozen=True)
class Resources:
    """Resources and the sparse arc x resource matrix.

    Attributes
    ----------
    table : tuple of str
        Table of each resource's row.
    row_idx : (n_resources,) int32
        Row in that table.
    unit : tuple of str
        What its capacity is counted in.
    capacity_per_day : (n_resources,)
        Units a day as stated in the row, one direction unless the table says
        otherwise; NaN where unknown.
    indptr : (n_arcs + 1,) int32
        Start of each arc's resources in `used_idx`.
    used_idx : (n_uses,) int32
        Resources that an arc uses.
    """

    table: tuple[str, ...]
    row_idx: NDArray[np.int32]
    unit: tuple[str, ...]
    capacity_per_day: NDArray[np.float64]
    indptr: NDArray[np.int32]
    used_idx: NDArray[np.int32]

    @cached_property
    def size(self) -> int:
        """Number of resources."""
        return len(self.table)

    def reference(self, model: Model, resource: int) -> RowReference:
        """Return the row reference that names a resource."""
        table = self.table[resource]
        return RowReference(table, model[table].keys[int(self.row_idx[resource])])


def resources_of(model: Model, arcs: Arcs) -> Resources:
    """Find the resources that arcs use.

    Parameters
    ----------
    model : Model
        The model.
    arcs : Arcs
        Its arcs.

    Returns
    -------
    Resources
        In the order in which arcs first use them.
    """
    index: dict[tuple[str, int], int] = {}
    indptr = np.zeros(arcs.tail.size + 1, dtype=np.int32)
    used: list[int] = []
    for arc in range(arcs.tail.size):
        used.extend(index.setdefault(key, len(index)) for key in _uses(arcs, arc))
        indptr[arc + 1] = len(used)
    stated = [_stated(model, table, row) for table, row in index]
    return Resources(
        table=tuple(table for table, _ in index),
        row_idx=np.array([row for _, row in index], dtype=np.int32),
        unit=tuple(unit for unit, _ in stated),
        capacity_per_day=np.array(
            [capacity for _, capacity in stated], dtype=np.float64
        ),
        indptr=indptr,
        used_idx=np.array(used, dtype=np.int32),
    )


def use_per_tonne(
    resources: Resources, load_t: dict[str, float]
) -> NDArray[np.float64]:
    """Return the units of each resource that a tonne takes.

    Parameters
    ----------
    resources : Resources
        The resources.
    load_t : dict of str to float
        Tonnes in one unit, of one commodity, by unit; NaN where it takes none.

    Returns
    -------
    (n_resources,)
        Units a tonne; NaN where the commodity's load of the unit is unknown.
    """
    return np.array([1.0 / load_t.get(unit, np.nan) for unit in resources.unit])


def _uses(arcs: Arcs, arc: int) -> list[tuple[str, int]]:
    kind = ArcKind(int(arcs.kind[arc]))
    main = (MAIN_TABLE[kind], int(arcs.main_idx[arc]))
    if kind in (ArcKind.PRODUCT, ArcKind.ALIGHT):
        return []
    if kind is ArcKind.RIDE:
        return [main, ("link", int(arcs.link_idx[arc]))]
    if kind is ArcKind.BOARD:
        berth = int(arcs.side_idx[arc])
        return [("port", berth)] if berth != NONE else []
    return [main]


def _stated(model: Model, table: str, row: int) -> tuple[str, float]:
    """Return unit and capacity a day that a row states."""
    rows = model[table]
    if table in ("link", "port"):
        return "t", float(rows.number("capacity_t_per_day")[row])
    if table == "border":
        return str(rows.text("unit")[row]), float(
            rows.number("acceptance_per_day")[row]
        )
    if table == "transfer":
        per_server = MINUTES_PER_HOUR / rows.number("service_min_per_unit")[row]
        hours = rows.number("hours_per_day")[row]
        units = rows.number("servers")[row] * per_server * hours
        return str(rows.text("unit")[row]), float(units)
    carrier = model["carrier"]
    (layer,) = carrier.row_of[(str(rows.text("carrier_id")[row]),)]
    sailed = rows.number("sailings_per_week")[row] * rows.number("availability")[row]
    unit = str(carrier.text("unit")[layer])
    return unit, float(sailed * rows.number("slots")[row] / DAYS_PER_WEEK)
