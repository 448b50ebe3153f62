"""Models made ready: compiled for their date, with a question, as priced networks."""

from functools import cache

import numpy as np
from benchmarks.subjects import caspian
from benchmarks.subjects.network import Network, from_arcs
from benchmarks.subjects.registry import MODELS, NETWORKS

from bereket import BASELINE, Graph, RouteParams, build
from bereket.compiled.asking import Asked, ask
from bereket.model.calendar import as_day


@cache
def graph_of(name: str) -> Graph:
    """Return a model compiled for its base date."""
    model = MODELS[name]()
    return build(model, as_day(model.config("base_date")))


def question_of(name: str) -> RouteParams:
    """Return what is asked of a model: of a generated one, from end to end."""
    if name == "caspian":
        return caspian.QUESTION
    transfer = MODELS[name]()["transfer"]
    places = transfer.labels("node_id")
    loads = [at for at, kind in enumerate(transfer.labels("kind")) if kind == "load"]
    return RouteParams(places[loads[0]], places[loads[-1]], "boxes")


def asked_of(name: str) -> Asked:
    """Return the question, priced."""
    graph = graph_of(name)
    return ask(graph.model, BASELINE, question_of(name), graph)


def network_of(name: str) -> Network:
    """Return the arcs that the cargo may use, by generalised cost [USD/t]."""
    asked = asked_of(name)
    arcs, usable = asked.graph.arcs, np.nonzero(asked.is_usable)[0]
    cost = asked.prices.weight_usd_per_t
    ends = asked.consignment.source, asked.consignment.target
    columns = tuple(column[usable] for column in (arcs.tail, arcs.head, cost))
    return from_arcs(asked.graph.n_vertices, columns, *ends)


def register_networks() -> None:
    """Register every model as a network too."""
    for name in MODELS:
        NETWORKS[name] = cache(lambda name=name: network_of(name))
