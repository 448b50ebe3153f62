"""What arcs share: track, berths, vessels, terminals, border posts, rolling stock.

Capacity belongs to the resource, arcs use it: one track serves two directions and many
carriers, one border post all trains of a gauge, one fleet the links of its turn. What a
resource can take is worked out in `bereket.compiled.capacities`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import MAIN_TABLE, NONE, ArcKind, Arcs, Vertices, of_kinds
from bereket.model.model import Model
from bereket.model.reference import RowReference

TABLES: Final = tuple(
    sorted({"fleet", "link", "port", "terminal", *MAIN_TABLE.values()})
)
GAUGE_CHANGE: Final = "gauge_change"
Ints = NDArray[np.intp]
Uses = list[tuple[Ints, str, Ints]]  # arcs, table, rows


@dataclass(frozen=True)
class Resources:
    """Resources and the sparse arc x resource matrix.

    Attributes
    ----------
    table : tuple of str
        Table of each resource's row.
    row_idx : (n_resources,) int32
        Row in that table.
    indptr : (n_arcs + 1,) int32
        Start of each arc's resources in `used_idx`.
    used_idx : (n_uses,) int32
        Resources that an arc uses.
    """

    table: tuple[str, ...]
    row_idx: NDArray[np.int32]
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


def resources_of(model: Model, vertices: Vertices, arcs: Arcs) -> Resources:
    """Find the resources that arcs use.

    Parameters
    ----------
    model : Model
        The model.
    vertices : Vertices
        Its vertices.
    arcs : Arcs
        Its arcs.

    Returns
    -------
    Resources
        In the order in which arcs first use them.
    """
    uses = [
        *_own_rows(model, arcs),
        *_berths(model, arcs),
        *_gauge_changes(model, vertices, arcs),
        *_fleets(model, arcs),
    ]
    arc = np.concatenate([each[0] for each in uses])
    table = np.concatenate(
        [np.full(each[0].size, TABLES.index(each[1])) for each in uses]
    )
    row = np.concatenate([each[2] for each in uses])
    order = np.argsort(arc, kind="stable")  # of one arc the main row first
    arc, table, row = arc[order], table[order], row[order]
    # a number for each row of each table, in the order of first use
    width = int(row.max(initial=0)) + 1
    named, first, used = np.unique(
        table * width + row, return_index=True, return_inverse=True
    )
    order = np.argsort(first, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return Resources(
        table=tuple(TABLES[at] for at in (named[order] // width).tolist()),
        row_idx=(named[order] % width).astype(np.int32),
        indptr=np.searchsorted(arc, np.arange(arcs.tail.size + 1)).astype(np.int32),
        used_idx=place[used].astype(np.int32),
    )


def _own_rows(model: Model, arcs: Arcs) -> Uses:
    """Return the rows that arcs are made of: track, post, handling, vessels."""
    uses: Uses = []
    track = _tracks(model)
    for kind in (ArcKind.LINE, ArcKind.BORDER, ArcKind.LOAD, ArcKind.UNLOAD):
        (own,) = np.nonzero(arcs.kind == kind)
        rows = arcs.main_idx[own].astype(np.intp)
        uses.append((own, MAIN_TABLE[kind], track[rows] if kind == 0 else rows))
    for kind in (ArcKind.TRANSFER, ArcKind.RIDE):
        (own,) = np.nonzero(arcs.kind == kind)
        uses.append((own, MAIN_TABLE[kind], arcs.main_idx[own].astype(np.intp)))
    (ride,) = np.nonzero(arcs.kind == ArcKind.RIDE)
    uses.append((ride, "link", arcs.link_idx[ride].astype(np.intp)))
    return uses


def _tracks(model: Model) -> Ints:
    """Return the link whose track each link runs on: its own, or the one it names."""
    link = model["link"]
    track = np.arange(len(link), dtype=np.intp)
    for row, name in enumerate(link.labels("track_link_id")):
        if name:
            track[row] = link.row_of[(name,)][-1]
    return track


def _berths(model: Model, arcs: Arcs) -> Uses:
    """Return the berths at which ships are loaded, and those at which they unload."""
    (calls,) = np.nonzero((arcs.kind == ArcKind.BOARD) & (arcs.side_idx != NONE))
    uses: Uses = [(calls, "port", arcs.side_idx[calls].astype(np.intp))]
    node, port, carrier = model["node"], model["port"], model["carrier"]
    rows: dict[tuple[int, int], dict[str, list[int]]] = {}
    for row, names in enumerate(port.lists("carrier_id")):
        (place,) = node.row_of[(port.labels("node_id")[row],)]
        for name in model.carriers(names):
            (layer,) = carrier.row_of[(name,)]
            kinds = rows.setdefault((place, layer), {})
            kinds.setdefault(port.labels("berth_kind")[row], []).append(row)
    (alight,) = np.nonzero(arcs.kind == ArcKind.ALIGHT)
    pairs = [
        (arc, berth)
        for arc in alight.tolist()
        for kinds in [rows.get((int(arcs.start_idx[arc]), int(arcs.carrier_idx[arc])))]
        # where berths of two kinds take one carrier, which is used is not known
        if kinds and len(kinds) == 1
        for berth in next(iter(kinds.values()))
    ]
    table = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    uses.append((table[:, 0], "port", table[:, 1]))
    return uses


def _gauge_changes(model: Model, vertices: Vertices, arcs: Arcs) -> Uses:
    """Return the works that change the gauge, for transfers between two gauges."""
    terminal, node = model["terminal"], model["node"]
    gauge = model["carrier"].number("gauge_mm")
    layer = vertices.layer[arcs.head]  # carrier by which the cargo goes on
    is_transfer = of_kinds(arcs.kind, (ArcKind.TRANSFER,))
    uses: Uses = []
    for row, name in enumerate(terminal.labels("node_id")):
        (place,) = node.row_of[(name,)]
        (here,) = np.nonzero(is_transfer & (arcs.start_idx == place))
        before, after = gauge[arcs.carrier_idx[here]], gauge[layer[here]]
        changed = here[(before != after) & ~np.isnan(before) & ~np.isnan(after)]
        uses.append((changed, "terminal", np.full(changed.size, row, dtype=np.intp)))
    return uses


def _fleets(model: Model, arcs: Arcs) -> Uses:
    """Return the rolling stock whose turn runs over a link."""
    fleet, link, carrier = model["fleet"], model["link"], model["carrier"]
    on_line = arcs.kind == ArcKind.LINE
    uses: Uses = []
    for row, names in enumerate(fleet.lists("link_ids")):
        if not names:
            continue
        links = [at for name in names for at in link.row_of.get((name,), ())]
        layers = [
            layer
            for name in model.carriers(fleet.lists("carriers")[row])
            for layer in carrier.row_of[(name,)]
        ]
        here = np.isin(arcs.link_idx, links) & np.isin(arcs.carrier_idx, layers)
        (own,) = np.nonzero(on_line & here)
        uses.append((own, "fleet", np.full(own.size, row, dtype=np.intp)))
    return uses
