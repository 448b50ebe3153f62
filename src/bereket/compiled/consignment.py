"""A consignment: what is sent from where to where, in terms of the network."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph, arcs_meant
from bereket.compiled.shipment import Owner, Shipment
from bereket.errors import QuestionError
from bereket.model.places import find_commodity, find_place


@dataclass(frozen=True, slots=True)
class Consignment:
    """Cargo between two places.

    Attributes
    ----------
    origin_id, destination_id : str
        Places.
    shipment : Shipment
        Cargo, countries and owner of the wagons.
    source, target : int
        Vertices where the cargo appears and leaves.
    places : tuple of int and int
        Rows of the places in table ``node``.
    """

    origin_id: str
    destination_id: str
    shipment: Shipment
    source: int
    target: int
    places: tuple[int, int]


def consign(
    graph: Graph, ends: tuple[str, str], commodity: str, owner: Owner = "private"
) -> Consignment:
    """Find the vertices and the shipment that places and cargo stand for.

    Parameters
    ----------
    graph : Graph
        The network.
    ends : tuple of str and str
        Places from and to, by node_id or name.
    commodity : str
        Cargo, by commodity_id or name.
    owner : {"private", "railway"}
        Whose wagons are used.

    Returns
    -------
    Consignment
        Places, shipment, vertices.

    Raises
    ------
    QuestionError
        When a place or the cargo is not in the model, when the two places are one, or
        when cargo is not loaded or unloaded there.
    """
    node, commodities = graph.model["node"], graph.model["commodity"]
    start, end = (find_place(graph.model, text) for text in ends)
    labels = node.text("node_id")
    if start == end:
        msg = f"from and to are one place, {labels[start]!r}"
        raise QuestionError(msg)
    source, target = graph.origin_of(start), graph.destination_of(end)
    for vertex, place, verb in ((source, start, "load"), (target, end, "unload")):
        if vertex == NONE:
            rule = f"no row of table transfer of kind {verb} stands there"
            msg = f"cargo cannot {verb} at {labels[place]!r}: {rule}"
            raise QuestionError(msg)
    cargo = str(
        commodities.text("commodity_id")[find_commodity(graph.model, commodity)]
    )
    countries = node.text("country_iso3")
    shipment = Shipment(cargo, str(countries[start]), str(countries[end]), owner)
    ends_ids = str(labels[start]), str(labels[end])
    return Consignment(*ends_ids, shipment, source, target, (start, end))


def avoided_arcs(
    graph: Graph, texts: tuple[str, ...], wanted: tuple[int, ...]
) -> dict[str, NDArray[np.bool_]]:
    """Return the arcs that each text to be avoided stands for.

    Parameters
    ----------
    graph : Graph
        The network.
    texts : tuple of str
        Row references, places or countries.
    wanted : tuple of int
        Places that a way must touch: its ends, and those to pass.

    Returns
    -------
    dict of str to (n_arcs,) bool
        Arcs by text.

    Raises
    ------
    QuestionError
        When a place is asked for and to be avoided too, or a text is no place.
    ScenarioError
        When a reference names no row.
    """
    labels, arcs = graph.model["node"].text("node_id"), graph.arcs
    avoided = {text: arcs_meant(graph, text) for text in texts}
    for text, shut in avoided.items():
        if ":" in text.removeprefix("node:"):
            continue
        for place in wanted:
            here = (arcs.start_idx == place) | (arcs.end_idx == place)
            if here.any() and shut[here].all():
                msg = f"{labels[place]!r} is asked for, and to be avoided as {text!r}"
                raise QuestionError(msg)
    return avoided
