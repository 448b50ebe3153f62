"""Chains of through rates: the fixed way that a product arc stands for."""

import itertools
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, ArcKind, Arcs, Vertices, of_kinds
from bereket.compiled.values import Values
from bereket.model.model import Model

CHAINED: Final = (
    ArcKind.LINE,
    ArcKind.BORDER,
    ArcKind.BOARD,
    ArcKind.RIDE,
    ArcKind.ALIGHT,
)


@dataclass(frozen=True)
class Chains:
    """Arcs behind each product arc.

    Attributes
    ----------
    arcs_of : mapping of int to (n,) int32
        Arcs of the chain by product arc, in order.
    broken : tuple of int
        Product arcs without an open chain.
    """

    arcs_of: MappingProxyType[int, NDArray[np.int32]]
    broken: tuple[int, ...] = ()

    @classmethod
    def none(cls) -> "Chains":
        """Return chains of a network without products."""
        return cls(MappingProxyType({}))

    def spread(self, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Mark product arcs too whose chain passes a marked arc."""
        spread = marked.copy()
        if self.arcs_of:
            products, start, chained = self._laid_out
            spread[products] |= np.logical_or.reduceat(marked[chained], start)
        return spread

    @cached_property
    def _laid_out(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32]]:
        """Products; where the chain of each begins among all chains; all chains."""
        chains = list(self.arcs_of.values())
        start = np.cumsum([0, *(chain.size for chain in chains[:-1])])
        return np.array(list(self.arcs_of)), start, np.concatenate(chains)

    def summed(self, values: Values) -> Values:
        """Return values in which a product arc has the sums of its chain."""
        if not self.arcs_of:
            return values
        columns = {}
        for column in fields(Values):
            figures = getattr(values, column.name).copy()
            for product, chain in self.arcs_of.items():
                figures[product] = figures[chain].sum()
            figures.setflags(write=False)
            columns[column.name] = figures
        return replace(values, **columns)

    def flat(self, way: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return a way's arcs with every product replaced by its chain."""
        listed = way.tolist()
        if self._listed.keys().isdisjoint(listed):
            return way
        flat: list[int] = []
        for arc in listed:
            chain = self._listed.get(arc)
            if chain is None:
                flat.append(arc)
            else:
                flat += chain
        return np.array(flat, dtype=np.int32)

    @cached_property
    def _listed(self) -> dict[int, list[int]]:
        return {product: chain.tolist() for product, chain in self.arcs_of.items()}


def fix_chains(
    model: Model,
    vertices: Vertices,
    arcs: Arcs,
    values: Values,
    indptr: NDArray[np.int64],
    is_open: NDArray[np.bool_],
) -> Chains:
    """Find the least-time chain of each product arc.

    Parameters
    ----------
    model : Model
        The model; its tariff rows state entry, via and exit.
    vertices, arcs : Vertices, Arcs
        The network.
    values : Values
        Times; those of product arcs are not looked at.
    indptr : (n_vertices + 1,)
        Start of each vertex's arcs.
    is_open : (n_arcs,)
        Whether an arc is open.

    Returns
    -------
    Chains
        The chain of every open product: of its own carrier, without transfers.
    """
    products = np.nonzero(arcs.kind == ArcKind.PRODUCT)[0]
    found: dict[int, NDArray[np.int32]] = {}
    broken: list[int] = []
    place_of = {str(n): i for i, n in enumerate(model["node"].text("node_id"))}
    via = model["tariff"].text("via_node_id")
    layer_vertex = _layer_vertices(vertices) if products.size else {}
    for product in products.tolist():
        layer = int(arcs.carrier_idx[product])
        usable = is_open & (arcs.carrier_idx == layer) & of_kinds(arcs.kind, CHAINED)
        cost = np.where(usable, values.time_h, np.inf)
        stops = [int(arcs.tail[product])]
        through = str(via[arcs.main_idx[product]])
        if through:
            stops.append(layer_vertex.get((place_of[through], layer), NONE))
        stops.append(int(arcs.head[product]))
        chain = _chain(indptr, arcs, cost, stops) if NONE not in stops else None
        if chain is None or not is_open[product]:
            broken.append(product)
        else:
            found[product] = chain
    return Chains(MappingProxyType(found), tuple(broken))


def _layer_vertices(vertices: Vertices) -> dict[tuple[int, int], int]:
    layers = np.nonzero(vertices.is_layer)[0].tolist()
    return {
        (int(vertices.place_idx[vertex]), int(vertices.layer[vertex])): vertex
        for vertex in layers
    }


def _chain(
    indptr: NDArray[np.int64], arcs: Arcs, cost: NDArray[np.float64], stops: list[int]
) -> NDArray[np.int32] | None:
    # a model without products needs no kernel
    from bereket.kernels import paths
    from bereket.kernels.heap import allocate_heap

    n_vertices = indptr.size - 1
    dist, pred = np.empty(n_vertices), np.empty(n_vertices, dtype=np.int32)
    scratch = allocate_heap(n_vertices)
    out = np.empty(n_vertices, dtype=np.int32)
    cost.setflags(write=False)
    legs = []
    for source, target in itertools.pairwise(stops):
        paths.tree(indptr, arcs.head, cost, source, dist, pred, *scratch)
        count = paths.walk_back(pred, arcs.tail, source, target, out)
        if count < 0:
            return None
        legs.append(out[:count].copy())
    return np.concatenate(legs)
