"""A rail network on its way to a model: what stays, and what is assumed of it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.rail_chains import Chains
from bereket.compiled.rail_places import Match
from bereket.model.rail import RailNetwork, country_rails
from bereket.schema import table_schema
from bereket.studies.rail_assumptions import OTHER_GAUGE_MM

SOURCE_ID: Final = "rail_network"


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
    gauges = np.array([gauge_of(country) for country in countries], dtype=np.float64)
    return np.asarray(gauges[at], dtype=np.float64)


def is_left_out(chains: Chains) -> NDArray[np.bool_]:
    """Return which chains lead from a node to itself, (n_chains,)."""
    return np.equal(chains.start_idx, chains.end_idx)


def carrier_id(gauge: float) -> str:
    """Return the label of the carrier of a gauge [mm]."""
    return f"rail{gauge:.0f}"


def crossings(draft: RailDraft) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return the chains that cross a border, and the nodes at their ends."""
    country, chains = draft.network.country, draft.chains
    crosses = country[chains.start_idx] != country[chains.end_idx]
    found = np.nonzero(crosses)[0]
    ends = np.concatenate((chains.start_idx[found], chains.end_idx[found]))
    return found, np.unique(ends)


def column_of(table: str, column: str, cells: Any) -> NDArray[Any]:  # noqa: ANN401
    """Return cells as a column of a table: text, or figures."""
    field = table_schema(table).field(column)
    is_text = field is None or field.is_text
    return np.array(cells, dtype=object if is_text else np.float64)
