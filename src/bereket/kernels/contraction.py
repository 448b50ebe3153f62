"""Chains of links that meet nothing on the way."""

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel


@kernel
def walk_chains(
    indptr: NDArray[np.int64],
    link_at: NDArray[np.int32],
    far_end: NDArray[np.int32],
    is_kept: NDArray[np.bool_],
    chain_start: NDArray[np.int32],
    chain_end: NDArray[np.int32],
    chain_indptr: NDArray[np.int64],
    link_order: NDArray[np.int32],
    is_walked: NDArray[np.bool_],
) -> int:
    """Walk every chain from one kept node to the next.

    Parameters
    ----------
    indptr : (n_nodes + 1,)
        Start of each node's link ends.
    link_at, far_end : (2 * n_links,)
        Link of each end, and the node at its other end; a loop stands twice.
    is_kept : (n_nodes,), out
        Nodes at which chains begin and end; each other node has two link ends. In a
        ring without any, its lowest node becomes one.
    chain_start, chain_end : (n_links,), out
        Kept nodes at the ends of each chain; only the chains found are filled.
    chain_indptr : (n_links + 1,), out
        Where each chain begins in `link_order`.
    link_order : (n_links,), out
        Links, chain after chain, each in the order of the walk.
    is_walked : (n_links,), out
        Scratch; all False before, all True after.

    Returns
    -------
    int
        Number of chains.

    Notes
    -----
    O(nodes + links). Chains come in the order of the lowest node that they begin at,
    then of that node's link ends; rings come last.
    """
    n_nodes = indptr.size - 1
    n_chains, n_links = 0, 0
    chain_indptr[0] = 0
    for round_ in range(2):  # chains between kept nodes first, then rings
        for first in range(n_nodes):
            if round_ == 1 and indptr[first] < indptr[first + 1]:
                is_kept[first] |= not is_walked[link_at[indptr[first]]]
            if not is_kept[first]:
                continue
            for begin in range(indptr[first], indptr[first + 1]):
                if is_walked[link_at[begin]]:
                    continue
                slot, node = begin, first
                while True:
                    link = link_at[slot]
                    link_order[n_links] = link
                    is_walked[link] = True
                    n_links += 1
                    node = far_end[slot]
                    if is_kept[node]:
                        break
                    slot = indptr[node]
                    if link_at[slot] == link:
                        slot += 1
                chain_start[n_chains], chain_end[n_chains] = first, node
                n_chains += 1
                chain_indptr[n_chains] = n_links
    return n_chains


@kernel
def mark_ways(
    pred: NDArray[np.int32],
    tail: NDArray[np.int32],
    link_of: NDArray[np.int32],
    targets: NDArray[np.int32],
    is_seen: NDArray[np.bool_],
    is_used: NDArray[np.bool_],
) -> int:
    """Mark the links of the ways of a tree from its root to some nodes.

    Parameters
    ----------
    pred : (n_nodes,)
        Arc by which each node is reached; -1 at the root and where unreached.
    tail, link_of : (n_arcs,)
        Node that each arc leaves, and the link that it runs on.
    targets : (n,)
        Nodes.
    is_seen : (n_nodes,), out
        Scratch; cleared first.
    is_used : (n_links,), out
        Set to True for links of the ways; others stay as they are.

    Returns
    -------
    int
        Links passed.

    Notes
    -----
    Each way is walked back to where another has been, so that a tree costs no more than
    its nodes.
    """
    is_seen[:] = False
    n_passed = 0
    for target in targets:
        node = target
        while pred[node] >= 0 and not is_seen[node]:
            is_seen[node] = True
            arc = pred[node]
            is_used[link_of[arc]] = True
            node = tail[arc]
            n_passed += 1
    return n_passed
