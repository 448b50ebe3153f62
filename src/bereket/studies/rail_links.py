"""Table ``link`` of a model that is made of a rail network."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.rail_chains import points_of
from bereket.model.geometry import LEAST_POINTS, distinct, wkt_line
from bereket.model.rail import country_rails
from bereket.studies.rail_assumptions import OTHER_GAUGE_NOTE
from bereket.studies.rail_draft import (
    SOURCE_ID,
    RailDraft,
    carrier_id,
    column_of,
    is_left_out,
    node_gauges,
)

METRES: Final = 6  # decimals of a sum of lengths [km]: the noise of adding floats goes
DRAWN_POINTS: Final = 3  # a line of two points says no more than its ends
GAUGE_NOTE: Final = "length of the network; gauge assumed by country"
BREAK_NOTE: Final = (
    "length of the network; gauges meet here: one link for each, which lies is assumed"
)


def link_columns(draft: RailDraft, labels: list[str]) -> dict[str, NDArray[Any]]:
    """Return the columns of table link; two rows where gauges meet."""
    network, chains = draft.network, draft.chains
    gauges = node_gauges(network)
    chosen = np.nonzero(~is_left_out(chains))[0]
    start, end = chains.start_idx[chosen], chains.end_idx[chosen]
    meets = gauges[start] != gauges[end]
    rows = np.repeat(np.arange(chosen.size), 1 + meets)
    is_second = np.zeros(rows.size, dtype=bool)
    is_second[1:] = rows[1:] == rows[:-1]
    gauge = np.where(is_second, gauges[end[rows]], gauges[start[rows]])
    firsts = np.minimum.reduceat(chains.link_idx, chains.indptr[:-1])[chosen]
    connector = network.is_connector[firsts]
    label = np.array(labels, dtype=object)
    ids = [
        f"{link_id}_{mm:.0f}" if doubled else link_id
        for link_id, mm, doubled in zip(
            network.link_id[firsts][rows], gauge, meets[rows], strict=True
        )
    ]
    taken: set[str] = set()
    for at in range(len(ids)):
        while ids[at] in taken:
            ids[at] = f"{ids[at]}_"
        taken.add(ids[at])
    told = _notes(draft, chosen, firsts, meets)
    columns = {
        "link_id": ids,
        "from_node_id": label[start[rows]],
        "to_node_id": label[end[rows]],
        "directed": np.zeros(rows.size),
        "gauge_mm": gauge,
        "allowed_uses": [carrier_id(mm) for mm in gauge.tolist()],
        "length_km": chains.length_km[chosen][rows].round(METRES),
        "geometry": _geometries(draft, chosen)[rows],
        "source_id": np.where(connector, "", SOURCE_ID)[rows],
        "quality": ["assumed"] * rows.size,
        "note": told[rows],
    }
    return {name: column_of("link", name, cells) for name, cells in columns.items()}


def _notes(
    draft: RailDraft,
    chosen: NDArray[np.integer],
    firsts: NDArray[np.integer],
    meets: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Return what is to be said of each chain."""
    network, chains = draft.network, draft.chains
    sizes = np.diff(chains.indptr)[chosen]
    notes = np.where(meets, BREAK_NOTE, GAUGE_NOTE).astype(object)
    known = np.array([land in country_rails() for land in network.country], dtype=bool)
    ends = chains.start_idx[chosen], chains.end_idx[chosen]
    notes[~(known[ends[0]] & known[ends[1]])] = OTHER_GAUGE_NOTE
    for at in np.nonzero(sizes > 1)[0].tolist():
        links = ", ".join(map(str, network.link_id[chains.links(int(chosen[at]))]))
        notes[at] = f"{notes[at]}; one of links {links}"
    how = "reviewed" if draft.is_reviewed else "not reviewed"
    told = f"no track of the network: a connector over a gap, {how}"
    notes[network.is_connector[firsts]] = told
    return notes


def _geometries(draft: RailDraft, chosen: NDArray[np.integer]) -> NDArray[np.object_]:
    """Return WKT of the chains that are more than a straight line."""
    network, chains = draft.network, draft.chains
    drawn = np.diff(network.shape_indptr) >= DRAWN_POINTS
    counts = np.add.reduceat(drawn[chains.link_idx], chains.indptr[:-1])
    wanted = (counts > 0) | (np.diff(chains.indptr) > 1)
    texts = np.full(chosen.size, "", dtype=object)
    for at in np.nonzero(wanted[chosen])[0].tolist():
        points = points_of(network, chains, int(chosen[at]))
        if len(distinct(points)) >= LEAST_POINTS:
            texts[at] = wkt_line(points)
    return texts
