"""A rail network made a model: places, links, borders, and what has to be assumed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.rail_chains import Chains, points_of
from bereket.compiled.rail_places import NO_NODE, Match
from bereket.model.model import Model, Table
from bereket.model.rail import RailNetwork, country_rails
from bereket.schema import table_schema
from bereket.studies.rail_assumptions import (
    BORDER_NOTE,
    CARRIER,
    COMMODITY,
    ENTRY_SIDE,
    EXIT_SIDE,
    LOADING,
    OTHER_GAUGE_MM,
    OTHER_GAUGE_NOTE,
    RELOADING,
    SMGS_GAUGE_MM,
    UNION_NOTE,
)

Row = Mapping[str, Any]
SOURCE_ID: Final = "rail_network"
DRAWN_POINTS: Final = 3  # a line of two points says no more than its ends
GAUGE_NOTE: Final = "length of the network; gauge assumed by country"
BREAK_NOTE: Final = (
    "length of the network; gauges meet here: one link for each, which lies is assumed"
)


@dataclass(frozen=True, slots=True)
class RailAbout:
    """What is to be said of an imported model.

    Attributes
    ----------
    name : str
        Name of the model.
    base_date : str
        YYYY-MM-DD.
    source : mapping
        Cells of the row of table ``source``: title, publisher, url, licence.
    """

    name: str
    base_date: str
    source: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RailDraft:
    """What a model is made of.

    Attributes
    ----------
    network : RailNetwork
        With its connectors; every node has a country.
    chains : Chains
        Its links between the nodes that stay.
    matches : tuple of Match
        Places and their nodes.
    is_country_assumed : (n_nodes,) bool
        Whether the country is that of a neighbour.
    is_reviewed : bool
        Whether the connectors have been reviewed.
    """

    network: RailNetwork
    chains: Chains
    matches: tuple[Match, ...]
    is_country_assumed: NDArray[np.bool_]
    is_reviewed: bool


def rail_model(draft: RailDraft, about: RailAbout) -> Model:
    """Make a model of a rail network.

    Parameters
    ----------
    draft : RailDraft
        The network, its chains and stations.
    about : RailAbout
        Name, date and source.

    Returns
    -------
    Model
        Tables config, source, node, carrier, link, transfer, border and commodity.

    Notes
    -----
    A link between countries of different gauge is there once for each gauge. Links
    from a node to itself are left out: a link joins two places.
    """
    labels = node_labels(draft)
    links = _links(draft, labels)
    gauges = sorted({int(gauge) for gauge in links["gauge_mm"]})
    tables = {
        "config": _table("config", [_config(about)]),
        "node": _table("node", list(_nodes(draft, labels))),
        "carrier": _table("carrier", [_carrier(gauge) for gauge in gauges]),
        "link": Table("link", links),
        "transfer": _table("transfer", list(_transfers(draft, labels))),
        "border": _table("border", list(_borders(draft, labels))),
        "commodity": _table("commodity", [_commodity(gauges)]),
        "source": _table("source", [{"source_id": SOURCE_ID, **about.source}]),
    }
    told = {
        "title": f"Rail network: {about.source['title']}",
        "sources": [{"title": about.source["title"]}],
    }
    kept = {name: table for name, table in tables.items() if len(table)}
    return Model(about.name, kept, told)


def node_labels(draft: RailDraft) -> list[str]:
    """Return the label of every node: its station's, else that of the network.

    A station whose label another node has gets its own node's label behind it.
    """
    network = draft.network
    labels: list[str] = [str(label) for label in network.node_id]
    taken = set(labels)
    for match in draft.matches:
        if match.is_first:
            label = match.place.place_id
            if label in taken:
                label = f"{label}@{network.node_id[match.node_idx]}"
            taken.add(label)
            labels[match.node_idx] = label
    return labels


def gauge_of(country: str) -> int:
    """Return the gauge that is assumed of a country [mm]."""
    known = country_rails().get(country)
    return known.gauge_mm if known else OTHER_GAUGE_MM


def node_gauges(network: RailNetwork) -> NDArray[np.float64]:
    """Return the gauge assumed at every node [mm], (n_nodes,)."""
    countries, at = np.unique(network.country.astype(str), return_inverse=True)
    return np.array([gauge_of(country) for country in countries], dtype=np.float64)[at]


def is_left_out(chains: Chains) -> NDArray[np.bool_]:
    """Return which chains lead from a node to itself, (n_chains,)."""
    return chains.start_idx == chains.end_idx


def _carrier_id(gauge: float) -> str:
    return f"rail{gauge:.0f}"


def _config(about: RailAbout) -> Row:
    return {
        "dataset_name": about.name,
        "version": "1",
        "crs": "EPSG:4326",
        "currency": "USD",
        "price_year": float(about.base_date[:4]),
        "base_date": about.base_date,
        "note": (
            "imported: lengths are the network's; gauges, trains, borders, handling "
            "and money are assumed"
        ),
    }


def _carrier(gauge: int) -> Row:
    label = _carrier_id(gauge)
    named = {"carrier_id": label, "name": f"Wagons, {gauge} mm", "gauge_mm": gauge}
    return {**named, **CARRIER}


def _commodity(gauges: Sequence[int]) -> Row:
    return {**COMMODITY, "allowed_carriers": "|".join(map(_carrier_id, gauges))}


def _nodes(draft: RailDraft, labels: list[str]) -> Iterable[Row]:
    """Give a row for each node that stays."""
    network, kept = draft.network, draft.chains.is_kept
    named = {match.node_idx: match for match in draft.matches if match.is_first}
    others: dict[int, list[str]] = {}
    for match in draft.matches:
        if match.node_idx != NO_NODE and not match.is_first:
            others.setdefault(match.node_idx, []).append(match.place.place_id)
    borders = set(_crossings(draft)[1].tolist())
    degree = network.degree
    for idx in np.nonzero(kept)[0].tolist():
        match, assumed = named.get(idx), bool(draft.is_country_assumed[idx])
        kind = "border" if idx in borders else "junction" if degree[idx] > 2 else ""  # noqa: PLR2004
        name, notes = f"node {network.node_id[idx]}", []
        if match:
            kind, name = match.place.node_type, match.place.name
            notes.append(_match_note(match, network, others.get(idx, [])))
        if assumed:
            notes.append("country assumed: that of the nearest node that states one")
        yield {
            "node_id": labels[idx],
            "name": name,
            "x_coord": network.lon[idx],
            "y_coord": network.lat[idx],
            "node_type": kind or "waypoint",
            "country_iso3": network.country[idx],
            "source_id": SOURCE_ID,
            "quality": "assumed" if match or assumed else "derived",
            "note": "; ".join(notes),
        }


def _match_note(match: Match, network: RailNetwork, others: list[str]) -> str:
    place = match.place
    told = (
        f"node {network.node_id[match.node_idx]}, taken for the station of "
        f"{place.place_id} ({place.listed_in}) as the nearest, {match.away_km:.1f} km"
    )
    also = list(dict.fromkeys(each for each in others if each != place.place_id))
    return told + (f"; nearest of {', '.join(also)} too" if also else "")


def _links(draft: RailDraft, labels: list[str]) -> dict[str, NDArray[Any]]:
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
    told = _link_notes(draft, chosen, firsts, meets)
    columns = {
        "link_id": ids,
        "from_node_id": label[start[rows]],
        "to_node_id": label[end[rows]],
        "directed": np.zeros(rows.size),
        "gauge_mm": gauge,
        "allowed_uses": [_carrier_id(mm) for mm in gauge.tolist()],
        "length_km": chains.length_km[chosen][rows].round(METRES),
        "geometry": _geometries(draft, chosen)[rows],
        "source_id": np.where(connector, "", SOURCE_ID)[rows],
        "quality": ["assumed"] * rows.size,
        "note": told[rows],
    }
    return {name: _column("link", name, cells) for name, cells in columns.items()}


METRES: Final = 6  # decimals of a sum of lengths: noise of adding floats goes


def _link_notes(
    draft: RailDraft,
    chosen: NDArray[np.integer],
    firsts: NDArray[np.integer],
    meets: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Return what is to be said of each chain."""
    network, chains = draft.network, draft.chains
    sizes = np.diff(chains.indptr)[chosen]
    notes = np.where(meets, BREAK_NOTE, GAUGE_NOTE).astype(object)
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
        points = points_of(network, chains, int(chosen[at])).tolist()
        pairs = ", ".join(f"{x:.6g} {y:.6g}" for x, y in points)
        texts[at] = f"LINESTRING ({pairs})"
    return texts


def _crossings(draft: RailDraft) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return the chains whose ends lie in two countries, and the nodes at their ends."""
    country, chains = draft.network.country, draft.chains
    crosses = country[chains.start_idx] != country[chains.end_idx]
    found = np.nonzero(crosses)[0]
    ends = np.concatenate((chains.start_idx[found], chains.end_idx[found]))
    return found, np.unique(ends)


def _borders(draft: RailDraft, labels: list[str]) -> Iterable[Row]:
    """Give a row a side and direction of each crossing, whatever tracks lie there."""
    network, chains = draft.network, draft.chains
    gauges, country = node_gauges(network), network.country
    told: set[tuple[int, int]] = set()
    for chain in _crossings(draft)[0].tolist():
        ends = int(chains.start_idx[chain]), int(chains.end_idx[chain])
        for start, end in (ends, ends[::-1]):
            if (start, end) in told:
                continue
            told.add((start, end))
            for gauge in sorted({float(gauges[start]), float(gauges[end])}):
                for side, hours in ((start, EXIT_SIDE), (end, ENTRY_SIDE)):
                    yield {
                        "from_node_id": labels[start],
                        "to_node_id": labels[end],
                        "carrier_id": _carrier_id(gauge),
                        "side_iso3": country[side],
                        "quality": "assumed",
                        **_papers(str(country[start]), str(country[end]), gauge, hours),
                    }


def _papers(start: str, end: str, gauge: float, hours: Row) -> Row:
    """Return what a border side asks for, by what the two countries are."""
    known = country_rails()
    unions = [known[each].union if each in known else "" for each in (start, end)]
    if unions[0] and unions[0] == unions[1]:
        return {"document": "internal", "note": UNION_NOTE}
    document = "SMGS" if gauge == SMGS_GAUGE_MM else "CIM"
    return {"document": document, **hours, "note": BORDER_NOTE}


def _transfers(draft: RailDraft, labels: list[str]) -> Iterable[Row]:
    """Give loading and unloading at stations, reloading where gauges meet."""
    network, chains = draft.network, draft.chains
    gauges = node_gauges(network)
    for match in draft.matches:
        if match.is_first:
            here = {"node_id": labels[match.node_idx]}
            carrier = _carrier_id(gauges[match.node_idx])
            yield {**here, "to_carrier_id": carrier, "kind": "load", **LOADING}
            yield {**here, "from_carrier_id": carrier, "kind": "unload", **LOADING}
    told: set[tuple[str, float, float]] = set()
    for chain in _crossings(draft)[0].tolist():
        start, end = int(chains.start_idx[chain]), int(chains.end_idx[chain])
        pair = float(gauges[start]), float(gauges[end])
        for node in (start, end):
            for one, other in (pair, pair[::-1]):
                if one != other and (labels[node], one, other) not in told:
                    told.add((labels[node], one, other))
                    yield {
                        "node_id": labels[node],
                        "from_carrier_id": _carrier_id(one),
                        "to_carrier_id": _carrier_id(other),
                        "kind": "reload",
                        **RELOADING,
                    }


def _table(name: str, rows: Sequence[Row]) -> Table:
    """Return a table of rows, unknown cells empty."""
    header = list(dict.fromkeys(column for row in rows for column in row))
    order = [column for column in table_schema(name).fields if column in header]
    order += [column for column in header if column not in order]
    columns = {}
    for column in order:
        field = table_schema(name).field(column)
        empty = "" if field is None or field.is_text else np.nan
        cells = [row.get(column, empty) for row in rows]
        columns[column] = _column(name, column, cells)
    return Table(name, columns)


def _column(table: str, column: str, cells: Any) -> NDArray[Any]:  # noqa: ANN401 list or array
    field = table_schema(table).field(column)
    is_text = field is None or field.is_text
    return np.array(cells, dtype=object if is_text else np.float64)
