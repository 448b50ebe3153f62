"""Lengths of a model's rail links beside the ways of a real rail network."""

from dataclasses import asdict, dataclass
from math import inf, isfinite
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from bereket.compiled.rail_parts import adjacency
from bereket.compiled.rail_places import NO_NODE, Match
from bereket.compiled.rail_splits import stations_of
from bereket.model.model import Model
from bereket.model.rail import Place, RailNetwork

TOLERATED: Final = 0.10
ROUND_TIMES: Final = 1.5  # from which a way is no rival's length but a way round
VERDICTS: Final = MappingProxyType(
    {
        "agrees": "by 10 % or less",
        "differs": "by more than 10 %",
        "within the doubt": "by more, but no more than the ends lie off",
        "goes round": "the network lacks track: its way is over 1.5 times as long",
        "no way by track": "the ends lie in parts that nothing joins",
        "no track near": "an end has no node or line near",
        "one node": "both ends are taken for one node",
    }
)
DIGITS_KM, DIGITS_SHARE = 1, 3


@dataclass(frozen=True, slots=True)
class LengthRow:
    """A rail link of the model and the shortest way by track between its ends.

    Attributes
    ----------
    link_id, from_node_id, to_node_id, status : str
        As in the model.
    length_km : float
        Length in the model [km].
    network_km : float
        Shortest way by track [km]; inf where there is none.
    difference : float
        Of the model from the network, as a share of the network's; inf where unknown.
    from_away_km, to_away_km : float
        How far the node taken for an end lies from it [km].
    verdict : str
        One of `VERDICTS`.
    """

    link_id: str
    from_node_id: str
    to_node_id: str
    status: str
    length_km: float
    network_km: float
    difference: float
    from_away_km: float
    to_away_km: float
    verdict: str

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data; None for what is not known."""
        return {
            name: None if isinstance(value, float) and not isfinite(value) else value
            for name, value in asdict(self).items()
        }


def compare_lengths(
    model: Model, network: RailNetwork, near_km: float
) -> tuple[LengthRow, ...]:
    """Hold the lengths of a model's rail links against a real network.

    Parameters
    ----------
    model : Model
        A model with links of rail.
    network : RailNetwork
        The network, its gaps joined.
    near_km : float
        How far a node may lie from the place that it is taken for [km].

    Returns
    -------
    tuple of LengthRow
        A row for each link that a rail carrier may use, in the model's order.

    Notes
    -----
    The nearest node of an end's own country is taken. A difference that is no more
    than what the two ends lie off is within the doubt: it says nothing.
    """
    from scipy.sparse.csgraph import dijkstra

    network, ends = _placed(model, network, near_km)
    lengths = adjacency(network)
    link, rows = model["link"], rail_links(model)
    pairs = [
        (link.labels("from_node_id")[row], link.labels("to_node_id")[row])
        for row in rows
    ]
    sources = sorted({ends[a].node_idx for a, _ in pairs} - {NO_NODE})
    found = dijkstra(lengths, indices=sources) if sources else np.empty((0, 0))
    place = {node: at for at, node in enumerate(sources)}
    compared = []
    for row, (start, end) in zip(rows, pairs, strict=True):
        one, other = ends[start], ends[end]
        is_placed = NO_NODE not in (one.node_idx, other.node_idx)
        way = float(found[place[one.node_idx], other.node_idx]) if is_placed else inf
        length = float(link.number("length_km")[row])
        compared.append(
            LengthRow(
                link_id=link.labels("link_id")[row],
                from_node_id=start,
                to_node_id=end,
                status=link.labels("status")[row],
                length_km=length,
                network_km=round(way, DIGITS_KM),
                difference=round(length / way - 1, DIGITS_SHARE)
                if 0 < way < inf
                else inf,
                from_away_km=round(one.away_km, DIGITS_KM),
                to_away_km=round(other.away_km, DIGITS_KM),
                verdict=_verdict(length, way, one, other),
            )
        )
    return tuple(compared)


def rail_links(model: Model) -> list[int]:
    """Return the rows of the links that a rail carrier may use."""
    carrier = model["carrier"]
    names, modes = carrier.labels("carrier_id"), carrier.labels("mode")
    rail = {name for name, mode in zip(names, modes, strict=True) if mode == "rail"}
    uses = model["link"].lists("allowed_uses")
    return [row for row, used in enumerate(uses) if rail & set(model.carriers(used))]


def _placed(
    model: Model, network: RailNetwork, near_km: float
) -> tuple[RailNetwork, dict[str, Match]]:
    """Return the network, cut where places need it, and the node for each place."""
    node = model["node"]
    places = [
        Place(
            place_id=label,
            name=name,
            lon=float(node.number("x_coord")[row]),
            lat=float(node.number("y_coord")[row]),
            country=node.labels("country_iso3")[row],
            node_type=node.labels("node_type")[row],
            has_rail=True,
            listed_in=model.name,
        )
        for row, (label, name) in enumerate(
            zip(node.labels("node_id"), node.labels("name"), strict=True)
        )
    ]
    cut, matches, _ = stations_of(network, places, near_km)
    return cut, {match.place.place_id: match for match in matches}


def _verdict(length: float, way: float, one: Match, other: Match) -> str:
    """Say what a difference tells."""
    if NO_NODE in (one.node_idx, other.node_idx):
        return "no track near"
    if one.node_idx == other.node_idx:
        return "one node"
    if not isfinite(way):
        return "no way by track"
    if abs(length - way) <= TOLERATED * way:
        return "agrees"
    if abs(length - way) <= one.away_km + other.away_km + TOLERATED * way:
        return "within the doubt"
    return "goes round" if way > ROUND_TIMES * length else "differs"
