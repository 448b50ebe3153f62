"""The shortest way by track between two places, before and after gaps are joined."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.rail_parts import Parts, gap_between, parts_of, shortest_km
from bereket.compiled.rail_places import NO_NODE, Match
from bereket.errors import QuestionError
from bereket.model.rail import RailNetwork

DIGITS_KM: Final = 3
SUGGESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class PathRow:
    """The shortest way by track between two places.

    Attributes
    ----------
    origin, destination : str
        As asked.
    from_node, to_node : str
        Nodes of the network.
    raw_km : float
        On the network as it was read [km]; inf where there is no path.
    joined_km : float
        With the gaps joined [km]; as `raw_km` where none was.
    n_connectors : int
        Gaps on that way.
    connector_km : float
        Their length [km].
    why_not : str
        Where the raw network has no path: in which of its parts the ends lie, and how
        far apart those are.
    """

    origin: str
    destination: str
    from_node: str
    to_node: str
    raw_km: float
    joined_km: float
    n_connectors: int
    connector_km: float
    why_not: str

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data; None for a path that is not there."""
        lengths = {"raw_km": self.raw_km, "joined_km": self.joined_km}
        told = {name: km if isfinite(km) else None for name, km in lengths.items()}
        return {**asdict(self), **told}


def path_rows(
    raw: RailNetwork,
    joined: RailNetwork,
    matches: Sequence[Match],
    asked: Sequence[tuple[str, str]],
) -> tuple[PathRow, ...]:
    """Return the shortest way by track for each pair of places.

    Parameters
    ----------
    raw, joined : RailNetwork
        The network without and with the gaps joined; the same nodes.
    matches : sequence of Match
        Places and their nodes.
    asked : sequence of pairs of str
        Places by label or name, or nodes of the network.

    Returns
    -------
    tuple of PathRow
        A row a pair.

    Raises
    ------
    QuestionError
        When a text names neither, or places at several nodes.
    """
    if not asked:
        return ()
    parts = parts_of(raw)
    rows = []
    for origin, destination in asked:
        source, target = (
            find_node(text, matches, joined) for text in (origin, destination)
        )
        raw_km, _ = shortest_km(raw, source, target)
        joined_km, nodes = shortest_km(joined, source, target)
        gaps = _connectors_on(joined, nodes)
        rows.append(
            PathRow(
                origin=origin,
                destination=destination,
                from_node=str(joined.node_id[source]),
                to_node=str(joined.node_id[target]),
                raw_km=round(raw_km, DIGITS_KM),
                joined_km=round(joined_km, DIGITS_KM),
                n_connectors=int(gaps.size),
                connector_km=round(float(joined.length_km[gaps].sum()), DIGITS_KM),
                why_not="" if isfinite(raw_km) else _apart(raw, parts, source, target),
            )
        )
    return tuple(rows)


def find_node(text: str, matches: Sequence[Match], network: RailNetwork) -> int:
    """Return the node that a text means: a place by label or name, or a node.

    Raises
    ------
    QuestionError
        When it means none, or places at several nodes; near spellings are suggested.
    """
    placed = [match for match in matches if match.node_idx != NO_NODE]
    word = text.casefold()
    for said in ("place_id", "name"):
        found = {
            match.node_idx: match.place.place_id
            for match in placed
            if str(getattr(match.place, said)).casefold() == word
        }
        by_label = said == "place_id"
        if len(found) == 1 or (found and by_label):
            return next(iter(found))
        if found:
            named = ", ".join(sorted(set(found.values())))
            msg = f"{text!r} is the name of several places: {named}; give the label"
            raise QuestionError(msg)
    (nodes,) = np.nonzero(network.node_id == text)
    if nodes.size:
        return int(nodes[0])
    spoken = {match.place.name.casefold(): match.place.place_id for match in placed}
    spoken |= {
        match.place.place_id.casefold(): match.place.place_id for match in placed
    }
    near = [spoken[each] for each in get_close_matches(word, spoken, SUGGESTIONS)]
    hint = f"; near are {', '.join(near)}" if near else ""
    msg = f"no place with a station, and no node of the network, is {text!r}{hint}"
    raise QuestionError(msg)


def _connectors_on(network: RailNetwork, nodes: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return the connectors on a way: those that are the shortest link of a step."""
    steps = {
        frozenset(pair)
        for pair in zip(nodes[:-1].tolist(), nodes[1:].tolist(), strict=True)
    }
    on_way = np.zeros(network.n_nodes, dtype=bool)
    on_way[nodes] = True
    (near,) = np.nonzero(on_way[network.start_idx] & on_way[network.end_idx])
    best: dict[frozenset[int], int] = {}
    for link in near[np.argsort(network.length_km[near], kind="stable")].tolist():
        pair = frozenset((int(network.start_idx[link]), int(network.end_idx[link])))
        if pair in steps:
            best.setdefault(pair, link)
    chosen = np.array(sorted(best.values()), dtype=np.intp)
    return chosen[network.is_connector[chosen]]


def _apart(network: RailNetwork, parts: Parts, source: int, target: int) -> str:
    """Say in which parts two nodes lie, and how near the parts come to each other."""
    one, other = int(parts.part_of[source]), int(parts.part_of[target])
    gap = gap_between(network, parts, one, other)
    ends = [str(network.node_id[idx[0]]) for idx in (gap.from_idx, gap.to_idx)]
    sizes = [f"{part + 1} ({parts.n_nodes[part]:,} nodes)" for part in (one, other)]
    return (
        f"they lie in parts {sizes[0]} and {sizes[1]}, "
        f"{gap.gap_km[0]:.1f} km apart at nodes {ends[0]} and {ends[1]}"
    )
