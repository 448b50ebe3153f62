"""A network with another table of what is wanted."""

from dataclasses import replace
from typing import Final

from bereket.compiled.graph import SHARED, Graph
from bereket.model.model import Model, Table

# What was worked out on a network, and rests on no row of demand.
WORKED_OUT: Final = (
    *(*SHARED, "kept_by_text", "kept", "priced", "orders", "kept_capacities"),
    "_arcs_between",
)


def with_demand(graph: Graph, demand: Table) -> Graph:
    """Return the same network with another table of what is wanted.

    Parameters
    ----------
    graph : Graph
        The network; it is not altered.
    demand : Table
        Table `demand`; no arc, price or capacity rests on it.

    Returns
    -------
    Graph
        It shares with the other all that was worked out on it, now and later.
    """
    tables = dict(graph.model.tables) | {"demand": demand}
    other = replace(graph, model=Model(graph.model.name, tables, graph.model.about))
    for name in WORKED_OUT:
        other.__dict__[name] = getattr(graph, name)
    return other
