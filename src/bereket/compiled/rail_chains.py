"""A rail network with every chain of links that meets nothing made one link."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.contraction import walk_chains
from bereket.model.rail import RailNetwork

Ints = NDArray[np.int32]
TWO_ENDS = 2  # link ends at a node where nothing meets


@dataclass(frozen=True, slots=True)
class Chains:
    """Chains of links between kept nodes.

    Attributes
    ----------
    is_kept : (n_nodes,) bool
        Nodes at which chains begin and end.
    start_idx, end_idx : (n_chains,) int32
        Nodes at the ends.
    length_km : (n_chains,)
        Sum of the links [km].
    link_idx : (n_links,) int32
        Links, chain after chain, in the order from start to end.
    indptr : (n_chains + 1,) int64
        Where each chain begins in `link_idx`.
    """

    is_kept: NDArray[np.bool_]
    start_idx: Ints
    end_idx: Ints
    length_km: NDArray[np.float64]
    link_idx: Ints
    indptr: NDArray[np.int64]

    @property
    def n_chains(self) -> int:
        """Number of chains."""
        return int(self.start_idx.size)

    def links(self, chain: int) -> Ints:
        """Return the links of a chain, from its start to its end."""
        return self.link_idx[self.indptr[chain] : self.indptr[chain + 1]]


def contract(network: RailNetwork, wanted: NDArray[np.bool_]) -> Chains:
    """Make every chain of links that meets nothing on the way one.

    Parameters
    ----------
    network : RailNetwork
        The network.
    wanted : (n_nodes,) bool
        Nodes that stay though nothing meets there: stations, borders.

    Returns
    -------
    Chains
        Between nodes that are wanted or have one link end, or three and more. No chain
        of two links or more ends where it began: a node in its middle is kept.
    """
    indptr, link_at, far_end = _ends(network)
    degree = network.degree
    is_kept = wanted | ((degree > 0) & (degree != TWO_ENDS))
    found = _walk(network, indptr, link_at, far_end, is_kept)
    is_ring = (found.start_idx == found.end_idx) & (np.diff(found.indptr) > 1)
    rings = np.nonzero(is_ring)[0].tolist()
    if not rings:
        return found
    middles = [
        _middle(network, found.links(ring), int(found.start_idx[ring]))
        for ring in rings
    ]
    is_kept = found.is_kept.copy()
    is_kept[middles] = True
    return _walk(network, indptr, link_at, far_end, is_kept)


def points_of(network: RailNetwork, chains: Chains, chain: int) -> NDArray[np.float64]:
    """Return the points of a chain from its start to its end, (k, 2) [degree]."""
    node = chains.start_idx[chain]
    pieces: list[NDArray[np.float64]] = []
    for link in chains.links(chain).tolist():
        points = network.points(link)
        is_forward = network.start_idx[link] == node
        node = network.end_idx[link] if is_forward else network.start_idx[link]
        drawn = points if is_forward else points[::-1]
        pieces.append(drawn[1:] if pieces else drawn)
    return np.concatenate(pieces)


def _middle(network: RailNetwork, links: Ints, first: int) -> int:
    """Return the node between the first half of a ring's links and the second.

    Two links that are all of a ring share both ends, of which one is its first node.
    """
    half = links.size // 2
    one, other = (
        {int(network.start_idx[link]), int(network.end_idx[link])}
        for link in links[half - 1 : half + 1]
    )
    return min((one & other) - {first})


def _walk(
    network: RailNetwork,
    indptr: NDArray[np.int64],
    link_at: Ints,
    far_end: Ints,
    is_kept: NDArray[np.bool_],
) -> Chains:
    n_links = network.n_links
    start, end, order = (np.empty(n_links, dtype=np.int32) for _ in range(3))
    chain_indptr = np.empty(n_links + 1, dtype=np.int64)
    kept = is_kept.copy()
    walked = np.zeros(n_links, dtype=bool)
    n_chains = walk_chains(
        indptr, link_at, far_end, kept, start, end, chain_indptr, order, walked
    )
    bounds = chain_indptr[: n_chains + 1].copy()
    lengths = network.length_km[order]
    sums = np.add.reduceat(lengths, bounds[:-1]) if n_chains else np.empty(0)
    return Chains(
        is_kept=kept,
        start_idx=start[:n_chains].copy(),
        end_idx=end[:n_chains].copy(),
        length_km=sums,
        link_idx=order,
        indptr=bounds,
    )


def _ends(network: RailNetwork) -> tuple[NDArray[np.int64], Ints, Ints]:
    """Return link ends by node: where each node's begin, their links, the far ends."""
    at = np.concatenate((network.start_idx, network.end_idx))
    far = np.concatenate((network.end_idx, network.start_idx))
    links = np.tile(np.arange(network.n_links, dtype=np.int32), 2)
    order = np.lexsort((links, at))
    counts = np.bincount(at, minlength=network.n_nodes)
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return indptr, links[order], far[order].astype(np.int32)
