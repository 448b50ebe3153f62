"""A rail network made a model: places, links, borders, and what has to be assumed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

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
    RELOADING,
    SMGS_GAUGE_MM,
    UNION_NOTE,
)
from bereket.studies.rail_draft import (
    SOURCE_ID,
    RailDraft,
    carrier_id,
    column_of,
    crossings,
    node_gauges,
    node_labels,
)
from bereket.studies.rail_links import link_columns

Row = Mapping[str, Any]
JUNCTION_ENDS: Final = 3  # link ends from which tracks meet


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
    links = link_columns(draft, labels)
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
    label = carrier_id(gauge)
    named = {"carrier_id": label, "name": f"Wagons, {gauge} mm", "gauge_mm": gauge}
    return {**named, **CARRIER}


def _commodity(gauges: Sequence[int]) -> Row:
    return {**COMMODITY, "allowed_carriers": "|".join(map(carrier_id, gauges))}


def _nodes(draft: RailDraft, labels: list[str]) -> Iterable[Row]:
    """Give a row for each node that stays."""
    network, kept = draft.network, draft.chains.is_kept
    named = {match.node_idx: match for match in draft.matches if match.is_first}
    others: dict[int, list[str]] = {}
    for each in draft.matches:
        if each.node_idx != NO_NODE and not each.is_first:
            others.setdefault(each.node_idx, []).append(each.place.place_id)
    borders = set(crossings(draft)[1].tolist())
    degree = network.degree
    for idx in np.nonzero(kept)[0].tolist():
        match, assumed = named.get(idx), bool(draft.is_country_assumed[idx])
        meets = degree[idx] >= JUNCTION_ENDS
        kind = "border" if idx in borders else "junction" if meets else "waypoint"
        name, notes = f"node {network.node_id[idx]}", []
        if match is not None:
            kind, name = match.place.node_type, match.place.name
            notes.append(_match_note(match, network, others.get(idx, [])))
        if assumed:
            notes.append("country assumed: that of the nearest node that states one")
        yield {
            "node_id": labels[idx],
            "name": name,
            "x_coord": network.lon[idx],
            "y_coord": network.lat[idx],
            "node_type": kind,
            "country_iso3": network.country[idx],
            "source_id": SOURCE_ID,
            "quality": "assumed" if notes else "derived",
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


def _borders(draft: RailDraft, labels: list[str]) -> Iterable[Row]:
    """Give a row a side and direction of each crossing, whatever tracks lie there."""
    network, chains = draft.network, draft.chains
    gauges, country = node_gauges(network), network.country
    told: set[tuple[int, int]] = set()
    for chain in crossings(draft)[0].tolist():
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
                        "carrier_id": carrier_id(gauge),
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
            carrier = carrier_id(gauges[match.node_idx])
            yield {**here, "to_carrier_id": carrier, "kind": "load", **LOADING}
            yield {**here, "from_carrier_id": carrier, "kind": "unload", **LOADING}
    told: set[tuple[str, float, float]] = set()
    for chain in crossings(draft)[0].tolist():
        start, end = int(chains.start_idx[chain]), int(chains.end_idx[chain])
        pair = float(gauges[start]), float(gauges[end])
        for node in (start, end):
            for one, other in (pair, pair[::-1]):
                if one != other and (labels[node], one, other) not in told:
                    told.add((labels[node], one, other))
                    yield {
                        "node_id": labels[node],
                        "from_carrier_id": carrier_id(one),
                        "to_carrier_id": carrier_id(other),
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
        columns[column] = column_of(name, column, cells)
    return Table(name, columns)
