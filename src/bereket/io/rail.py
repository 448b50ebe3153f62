"""A rail network of two CSV files, and the gaps that are to be joined in it."""

import csv
import difflib
import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue
from bereket.io.files import FileFaultError, read_text
from bereket.model.rail import Connectors, RailNetwork
from bereket.model.rail_cells import Cells, cells_of, refuse
from bereket.model.rail_rules import (
    as_countries,
    hold_coordinates,
    hold_countries,
    hold_gaps,
    hold_lengths,
)

NODE_COLUMNS: Final = (("node_id",), ("lon", "x_coord"), ("lat", "y_coord"))
LINK_COLUMNS: Final = (
    ("link_id",),
    ("from_node", "from_node_id"),
    ("to_node", "to_node_id"),
    ("length_km",),
)
GAP_COLUMNS: Final = (("gap_id",), ("from_node",), ("to_node",), ("gap_km",))
COUNTRY: Final = ("country_iso3", "country")
ALIKE: Final = 0.7  # of accept and a name that is meant so; except is 0.67
ANSWERS: Final = ("", "yes", "no")


def read_network(nodes: Path, links: Path) -> tuple[RailNetwork, tuple[Issue, ...]]:
    """Read a network of two CSV files.

    Parameters
    ----------
    nodes : Path
        File with node_id, lon, lat [degree] and, where known, country_iso3.
    links : Path
        File with link_id, from_node, to_node and length_km.

    Returns
    -------
    tuple of RailNetwork and tuple of Issue
        The network, and what is worth a look though no fault.

    Raises
    ------
    ModelError
        With every fault of both files.

    Notes
    -----
    The names of GMNS (x_coord, y_coord, from_node_id, to_node_id) do as well.
    """
    node = _read(nodes, NODE_COLUMNS, (COUNTRY,))
    link = _read(links, LINK_COLUMNS)
    refuse(node, link)
    labels, names = node.labels("node_id"), link.labels("link_id")
    lon, lat = node.figures("lon"), node.figures("lat")
    hold_coordinates(node, lon, lat, "lon")
    place = {label: at for at, label in enumerate(labels.tolist())}
    start, end = (link.nodes(side, place) for side in ("from_node", "to_node"))
    length = link.lengths("length_km")
    refuse(node, link)
    network = RailNetwork(
        node_id=labels,
        lon=lon,
        lat=lat,
        country=_countries(node, labels.size),
        link_id=names,
        start_idx=start,
        end_idx=end,
        length_km=length,
        is_connector=np.zeros(names.size, dtype=bool),
        shape=np.empty((0, 2)),
        shape_indptr=np.zeros(names.size + 1, dtype=np.int64),
    )
    hold_countries(node, network)
    hold_lengths(link, network)
    refuse(node, link)
    return network, (*node.advice, *link.advice)


def read_connectors(path: Path, network: RailNetwork) -> Connectors:
    """Read gaps that are to be joined.

    Parameters
    ----------
    path : Path
        CSV with gap_id, from_node, to_node, gap_km and, once it has been reviewed,
        accept: yes or no; a row with an empty cell is not joined.
    network : RailNetwork
        The network whose nodes they name.

    Returns
    -------
    Connectors
        Every row; without a column accept all are joined and count as unreviewed.
        Capitals do not matter in the header.

    Raises
    ------
    ModelError
        With every fault of the file.
    """
    cells = _read(path, GAP_COLUMNS, is_folded=True)
    _hold_accept(cells)
    refuse(cells)
    place = {label: at for at, label in enumerate(network.node_id.tolist())}
    labels = cells.labels("gap_id")
    start, end = (cells.nodes(side, place) for side in ("from_node", "to_node"))
    same = np.nonzero((start == end) & (start >= 0))[0].tolist()
    if same:
        ends = [cells.columns["to_node"][i] for i in same]
        cells.fault("to_node", "must be another node than from_node", same, ends)
    length = cells.lengths("gap_km")
    words = [word.lower() for word in cells.columns.get("accept", ())]
    bad = [i for i, word in enumerate(words) if word not in ANSWERS]
    if bad:
        found = [words[i] for i in bad]
        cells.fault("accept", "must be yes, no or empty", bad, found)
    refuse(cells)
    is_reviewed = "accept" in cells.columns
    accepted = (
        [word == "yes" for word in words] if is_reviewed else [True] * labels.size
    )
    joined = np.array(accepted, dtype=bool)
    connectors = Connectors(labels, start, end, length, joined, is_reviewed)
    hold_gaps(cells, network, connectors)
    refuse(cells)
    return connectors


def _hold_accept(cells: Cells) -> None:
    """Note a column that seems to hold the review under another name."""
    header = list(cells.columns)
    if "accept" in header:
        return
    close = difflib.get_close_matches("accept", header, cutoff=ALIKE)
    names = [name for name in header if name.startswith("accept") or name in close]
    if names:
        rule = "the column of the review must be named accept"
        cells.fault(names[0], rule, [-1], names)


def _read(
    path: Path,
    needed: Collection[Sequence[str]],
    wanted: Collection[Sequence[str]] = (),
    *,
    is_folded: bool = False,
) -> Cells:
    """Read a CSV file as columns of text, or say why it is none.

    A folded header is in small letters, each name once.
    """
    said = "" if path.is_file() else "no such file"
    try:
        text = "" if said else read_text(path.parent, path.name)
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (FileFaultError, csv.Error) as fault:
        said = str(fault)
    if said:
        found = Cells(path.name)
        found.fault("", "must be a CSV text in UTF-8", (), said)
        return found
    if not is_folded or not lines:
        return cells_of(path.name, lines, needed, wanted)
    header = [cell.strip().casefold() for cell in lines[0]]
    found = cells_of(path.name, [header, *lines[1:]], needed, wanted)
    again = sorted({name for name in header if header.count(name) > 1})
    if again:
        found.fault(again[0], "must be the name of one column", [-1], again)
    return found


def _countries(node: Cells, n_nodes: int) -> NDArray[np.object_]:
    """Return the countries of nodes, empty where none is stated or known."""
    told = node.columns.get("country_iso3", [""] * n_nodes)
    return as_countries(node, "country_iso3", told, range(n_nodes))
