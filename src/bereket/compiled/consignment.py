"""A consignment: what is sent from where to where, in terms of the network."""

from dataclasses import dataclass

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph
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
    """

    origin_id: str
    destination_id: str
    shipment: Shipment
    source: int
    target: int


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
    return Consignment(str(labels[start]), str(labels[end]), shipment, source, target)
