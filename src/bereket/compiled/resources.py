"""What arcs share: track, berths, vessels, terminals, border posts.

Capacity belongs to the resource, arcs use it: one track serves two directions and many
carriers, one border post all trains of a gauge.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import MAIN_TABLE, NONE, ArcKind, Arcs, of_kinds
from bereket.model.model import Model
from bereket.model.reference import RowReference

MINUTES_PER_HOUR = 60.0
DAYS_PER_WEEK = 7.0
TABLES: Final = tuple(sorted({"link", "port", *MAIN_TABLE.values()}))
Ints = NDArray[np.intp]
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
    arc, table, row = _uses(arcs)
    # a number for each row of each table, in the order of first use
    width = int(row.max(initial=0)) + 1
    named, first, used = np.unique(
        table * width + row, return_index=True, return_inverse=True
    )
    order = np.argsort(first, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    tables = [TABLES[at] for at in (named[order] // width).tolist()]
    rows = (named[order] % width).astype(np.int32)
    stated = {name: _stated(model, name) for name in set(tables)}
    used_by = list(zip(tables, rows.tolist(), strict=True))
    return Resources(
        table=tuple(tables),
        row_idx=rows,
        unit=tuple(stated[name][0][at] for name, at in used_by),
        capacity_per_day=np.array([stated[name][1][at] for name, at in used_by], float),
        indptr=np.searchsorted(arc, np.arange(arcs.tail.size + 1)).astype(np.int32),
        used_idx=place[used].astype(np.int32),
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


def _uses(arcs: Arcs) -> tuple[Ints, Ints, Ints]:
    """Return arc, table as its place in `TABLES`, and row of every use, arc by arc."""
    main_table = np.zeros(len(ArcKind), dtype=np.intp)
    for kind in ArcKind:
        main_table[kind] = TABLES.index(MAIN_TABLE[kind])
    ride, board = arcs.kind == ArcKind.RIDE, arcs.kind == ArcKind.BOARD
    calls = board & (arcs.side_idx != NONE)
    main = ~of_kinds(arcs.kind, (ArcKind.PRODUCT, ArcKind.ALIGHT, ArcKind.BOARD))
    own, berth, link = (np.nonzero(mask)[0] for mask in (main, calls, ride))
    arc = np.concatenate((own, berth, link))
    table = np.concatenate(
        (
            main_table[arcs.kind[own]],
            np.full(berth.size, TABLES.index("port")),
            np.full(link.size, TABLES.index("link")),
        )
    )
    row = np.concatenate(
        (arcs.main_idx[own], arcs.side_idx[berth], arcs.link_idx[link])
    )
    order = np.argsort(arc, kind="stable")  # of one arc the main row first
    return arc[order], table[order], row[order].astype(np.intp)


def _stated(model: Model, table: str) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return unit and capacity a day that the rows of a table state."""
    rows = model[table]
    if table in ("link", "port"):
        return ("t",) * len(rows), rows.number("capacity_t_per_day")
    if table == "border":
        return rows.labels("unit"), rows.number("acceptance_per_day")
    if table == "transfer":
        per_server = MINUTES_PER_HOUR / rows.number("service_min_per_unit")
        units = rows.number("servers") * per_server * rows.number("hours_per_day")
        return rows.labels("unit"), units
    carrier = model["carrier"]
    unit_of = dict(
        zip(carrier.labels("carrier_id"), carrier.labels("unit"), strict=True)
    )
    sailed = rows.number("sailings_per_week") * rows.number("availability")
    units = sailed * rows.number("slots") / DAYS_PER_WEEK
    return tuple(unit_of[name] for name in rows.labels("carrier_id")), units
