"""What a network to measure on is: arcs in rows by tail."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Network(NamedTuple):
    """A network, and two nodes far apart.

    Attributes
    ----------
    indptr : (n_nodes + 1,)
        Start of each node's outgoing arcs.
    head, tail : (n_arcs,)
        Node index at the end and at the start of each arc.
    cost : (n_arcs,)
        Cost of each arc; its unit does not matter here.
    source, target : int
        Nodes to go from and to.
    """

    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    cost: NDArray[np.float64]
    source: int
    target: int

    @property
    def n_nodes(self) -> int:
        return self.indptr.size - 1

    def turned_round(self) -> "Network":
        """Return the network with the direction of each arc reversed."""
        return from_arcs(
            self.n_nodes, (self.head, self.tail, self.cost), self.target, self.source
        )


def from_arcs(n_nodes, arcs, source, target) -> Network:
    """Return a network of arcs in any order, given as tail, head, cost.

    Its arrays are read-only, as those of `compiled.graph` are.
    """
    tail, head, cost = arcs
    order = np.argsort(tail, kind="stable")
    network = Network(
        np.searchsorted(tail[order], np.arange(n_nodes + 1)).astype(np.int64),
        head[order].astype(np.int32),
        tail[order].astype(np.int32),
        cost[order].astype(float),
        source,
        target,
    )
    for array in network[:4]:
        array.setflags(write=False)
    return network
