"""What an import finds: parts, gaps and stations, as rows of tables."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import inf, isfinite
from typing import Any, Final

import numpy as np

from bereket.compiled.rail_parts import (
    Gaps,
    Parts,
    gaps_at_dead_ends,
    gaps_between_parts,
)
from bereket.compiled.rail_places import NO_NODE, Match
from bereket.model.rail import RailNetwork

DIGITS_KM: Final = 3
SAME_PLACE: Final = "names no node: another place names it"


@dataclass(frozen=True, slots=True)
class PartRow:
    """What hangs together: its size, and the nearest gap to the rest.

    Attributes
    ----------
    part : int
        Number, 1 the largest.
    nodes, links, dead_ends : int
        Sizes.
    length_km : float
        Track [km].
    countries : str
        Countries with most nodes first, ``|`` between.
    gap_km, gap_from, gap_to : float, str, str
        The nearest node of another part [km], from the node of this part; inf and
        empty for the largest.
    """

    part: int
    nodes: int
    links: int
    dead_ends: int
    length_km: float
    countries: str
    gap_km: float = inf
    gap_from: str = ""
    gap_to: str = ""


@dataclass(frozen=True, slots=True)
class GapRow:
    """A pair of nodes that lie near each other without a way, to be reviewed.

    The columns are those of a file for ``--gaps``; `accept` is left empty.
    """

    gap_id: str
    from_node: str
    to_node: str
    gap_km: float
    network_km_before: float | None
    rule: str
    from_country: str
    to_country: str
    lon0: float
    lat0: float
    lon1: float
    lat1: float
    accept: str = ""


@dataclass(frozen=True, slots=True)
class StationRow:
    """A place of a list and the node that stands for it.

    Attributes
    ----------
    place_id, name, listed_in, country : str
        As the list has them.
    node : str
        Node of the network; empty where none is near enough.
    away_km : float
        How far it lies [km]; where there is none, how far the nearest lies.
    label : str
        Label of the node in the model.
    part : int
        Part that the node lies in; 0 for none.
    remark : str
        What is doubtful about it.
    """

    place_id: str
    name: str
    listed_in: str
    country: str
    node: str
    away_km: float
    label: str
    part: int
    remark: str


def as_plain(row: PartRow | GapRow | StationRow) -> dict[str, Any]:
    """Return a row as plain data; None for a figure that is not there."""
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in asdict(row).items()
    }


def counted(count: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "gap"), counted(2000, "gap")
    ('1 gap', '2,000 gaps')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def part_rows(network: RailNetwork, parts: Parts) -> tuple[PartRow, ...]:
    """Return a row for each part, the largest first."""
    gaps = gaps_between_parts(network, parts)
    country = network.country
    order = np.argsort(parts.part_of, kind="stable")
    nodes = np.split(order, np.cumsum(parts.n_nodes)[:-1])
    rows = []
    for part in range(parts.n_parts):
        lands, counts = np.unique(country[nodes[part]].astype(str), return_counts=True)
        by_count = lands[np.argsort(-counts, kind="stable")]
        has_gap = part > 0
        rows.append(
            PartRow(
                part=part + 1,
                nodes=int(parts.n_nodes[part]),
                links=int(parts.n_links[part]),
                dead_ends=int(parts.n_dead_ends[part]),
                length_km=round(float(parts.length_km[part]), DIGITS_KM),
                countries="|".join(land for land in by_count.tolist() if land),
                gap_km=_km(gaps.gap_km[part - 1]) if has_gap else inf,
                gap_from=_label(network, gaps.from_idx[part - 1]) if has_gap else "",
                gap_to=_label(network, gaps.to_idx[part - 1]) if has_gap else "",
            )
        )
    return tuple(rows)


def gap_rows(
    network: RailNetwork, parts: Parts, gap_km: float, apart_km: float
) -> tuple[GapRow, ...]:
    """Return what could be joined: gaps at dead ends, then between parts.

    Parameters
    ----------
    network : RailNetwork
        The network, with the gaps that are joined already.
    parts : Parts
        Its parts.
    gap_km : float
        How far a dead end may lie from the node that it is joined to [km].
    apart_km : float
        How far a part may lie from the next [km].
    """
    between = gaps_between_parts(network, parts)
    at_ends = gaps_at_dead_ends(network, gap_km)
    rows: list[GapRow] = []
    told: set[frozenset[int]] = set()
    for rule, gaps, most in (
        ("dead_end", at_ends, gap_km),
        ("parts", between, apart_km),
    ):
        for at in range(gaps.gap_km.size):
            pair = frozenset((int(gaps.from_idx[at]), int(gaps.to_idx[at])))
            if gaps.gap_km[at] <= most and pair not in told:
                told.add(pair)
                rows.append(_gap_row(network, gaps, at, rule, len(rows) + 1))
    return tuple(rows)


def _gap_row(
    network: RailNetwork, gaps: Gaps, at: int, rule: str, number: int
) -> GapRow:
    one, other = int(gaps.from_idx[at]), int(gaps.to_idx[at])
    before = float(gaps.network_km[at])
    return GapRow(
        gap_id=f"{number}",
        from_node=_label(network, one),
        to_node=_label(network, other),
        gap_km=max(_km(gaps.gap_km[at]), 10.0**-DIGITS_KM),
        network_km_before=_km(before) if isfinite(before) else None,
        rule=rule,
        from_country=str(network.country[one]),
        to_country=str(network.country[other]),
        lon0=float(network.lon[one]),
        lat0=float(network.lat[one]),
        lon1=float(network.lon[other]),
        lat1=float(network.lat[other]),
    )


def station_rows(
    network: RailNetwork,
    parts: Parts,
    matches: Sequence[Match],
    labels: Sequence[str],
    near_km: float,
) -> tuple[StationRow, ...]:
    """Return a row for each place, and what is doubtful about its station."""
    return tuple(
        StationRow(
            place_id=match.place.place_id,
            name=match.place.name,
            listed_in=match.place.listed_in,
            country=match.place.country,
            node=_label(network, match.node_idx) if match.node_idx >= 0 else "",
            away_km=_km(match.away_km),
            label=labels[match.node_idx] if match.node_idx >= 0 else "",
            part=int(parts.part_of[match.node_idx]) + 1 if match.node_idx >= 0 else 0,
            remark=_remark(network, match, near_km),
        )
        for match in matches
    )


def _remark(network: RailNetwork, match: Match, near_km: float) -> str:
    if match.node_idx == NO_NODE:
        return f"no track within {near_km:g} km"
    said = []
    if not match.is_first:
        said.append(SAME_PLACE)
    if match.is_abroad:
        said.append(f"its node lies in {network.country[match.node_idx]}")
    if match.rival_idx != NO_NODE:
        rival = _label(network, match.rival_idx)
        said.append(f"node {rival} of a smaller part is as near")
    return "; ".join(said)


def _label(network: RailNetwork, node: int | np.integer[Any]) -> str:
    return str(network.node_id[node])


def _km(length: float) -> float:
    return round(float(length), DIGITS_KM)
