"""Efficient paths: those that no other path beats in every criterion.

Best-first label setting with bounds, as in NAMOA* (Mandow & Perez de la Cruz 2010). A
label is a path from the source to a node with its cost in each criterion. It is kept
while no other label at its node is as good in all, and no path found beats what it
could still become: its cost plus the least cost from its node to the target.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.heap import allocate_heap, clear, remove_first, rise

NONE = -1
OK, FULL = 0, 1
N_LABELS, N_FOUND, N_QUEUED = 0, 1, 2


class Labels(NamedTuple):
    """Labels made so far.

    Attributes
    ----------
    cost : (max_labels, n_criteria)
        Cost of each label in each criterion.
    node, arc, parent : (max_labels,)
        Where it ends, by which arc, and from which label; -1 at the source.
    other : (max_labels,)
        Next label of the same node, or -1.
    is_out : (max_labels,) bool
        Whether a label was beaten since.
    first : (n_nodes,)
        First label of each node, or -1.
    found : (max_labels,)
        Labels that reached the target, in the order found.
    counts : (3,)
        Labels made, found, queued.
    heap, key, place : arrays
        Heap of labels.
    """

    cost: NDArray[np.float64]
    node: NDArray[np.int32]
    arc: NDArray[np.int32]
    parent: NDArray[np.int32]
    other: NDArray[np.int32]
    is_out: NDArray[np.bool_]
    first: NDArray[np.int32]
    found: NDArray[np.int32]
    counts: NDArray[np.int64]
    heap: NDArray[np.uint32]
    key: NDArray[np.float64]
    place: NDArray[np.int32]


def allocate(n_nodes: int, n_criteria: int, max_labels: int) -> Labels:
    """Return no labels, with room for some.

    Parameters
    ----------
    n_nodes : int
        Nodes of the graph.
    n_criteria : int
        Criteria.
    max_labels : int
        Labels that there is room for, 1 or more.

    Returns
    -------
    Labels
        To be given to `search` once.
    """
    ints = np.empty((5, max_labels), dtype=np.int32)
    queue = allocate_heap(max_labels)
    return Labels(
        cost=np.empty((max_labels, n_criteria)),
        node=ints[0],
        arc=ints[1],
        parent=ints[2],
        other=ints[3],
        is_out=np.zeros(max_labels, dtype=bool),
        first=np.full(n_nodes, NONE, dtype=np.int32),
        found=ints[4],
        counts=np.zeros(3, dtype=np.int64),
        heap=queue.heap,
        key=queue.key,
        place=queue.place,
    )


@kernel
def search(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    cost: NDArray[np.float64],
    bound: NDArray[np.float64],
    source: int,
    target: int,
    slack: NDArray[np.float64],
    labels: Labels,
) -> int:
    """Find the efficient paths between two nodes.

    Parameters
    ----------
    indptr : (n_nodes + 1,)
        Start of each node's arcs.
    head : (n_arcs,)
        Node at the end of each arc.
    cost : (n_arcs, n_criteria)
        Costs of each arc, 0 or more; inf in the first where it is shut.
    bound : (n_nodes, n_criteria)
        Least cost from each node to the target in each criterion by itself.
    source, target : int
        Nodes.
    slack : (n_criteria,)
        Factors, 1 or more: a path is left out where one found costs at most so many
        times what it could come to, in every criterion. 1 finds all.
    labels : Labels, out
        The paths found are those of `found`, each walked back by `parent`.

    Returns
    -------
    int
        `OK`, or `FULL` where there was no room for more labels: then paths are missing.

    Notes
    -----
    Of paths alike in every criterion the first found stands for all.
    """
    scale = np.maximum(bound[source], 1e-12)
    labels.cost[0] = 0.0
    labels.node[0], labels.arc[0], labels.parent[0] = source, NONE, NONE
    labels.other[0], labels.first[source] = NONE, 0
    labels.counts[N_LABELS] = labels.counts[N_QUEUED] = 1
    rise(labels.heap, labels.key, labels.place, 0, np.uint32(0), 0.0)
    status = OK
    while labels.counts[N_QUEUED] > 0 and status == OK:
        label = int(labels.heap[0])
        queued = labels.counts[N_QUEUED]
        labels.counts[N_QUEUED] = remove_first(
            labels.heap, labels.key, labels.place, queued
        )
        node = labels.node[label]
        if labels.is_out[label] or is_beaten(
            labels.cost[label], bound[node], slack, labels
        ):
            continue
        if node == target:
            labels.found[labels.counts[N_FOUND]] = label
            labels.counts[N_FOUND] += 1
            continue
        status = extend(indptr, head, cost, bound, label, scale, slack, labels)
    clear(labels.heap, labels.key, labels.place, labels.counts[N_QUEUED])
    return status


@kernel
def extend(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    cost: NDArray[np.float64],
    bound: NDArray[np.float64],
    label: int,
    scale: NDArray[np.float64],
    slack: NDArray[np.float64],
    labels: Labels,
) -> int:
    """Make the labels one arc beyond a label.

    Parameters
    ----------
    indptr, head, cost, bound
        As in `search`.
    label : int
        The label.
    scale : (n_criteria,)
        What the criteria are divided by where they are added up, to order the labels.
    slack, labels
        As in `search`.

    Returns
    -------
    int
        `OK` or `FULL`.
    """
    n_criteria = scale.size
    node = labels.node[label]
    for arc in range(indptr[node], indptr[node + 1]):
        end = head[arc]
        if not (cost[arc, 0] < np.inf and bound[end, 0] < np.inf):
            continue
        made = labels.counts[N_LABELS]
        if made == labels.node.size:
            return FULL
        estimate = 0.0
        for each in range(n_criteria):
            labels.cost[made, each] = labels.cost[label, each] + cost[arc, each]
            estimate += (labels.cost[made, each] + bound[end, each]) / scale[each]
        if is_beaten(labels.cost[made], bound[end], slack, labels):
            continue
        if not enters(end, made, labels):
            continue
        labels.node[made], labels.arc[made], labels.parent[made] = end, arc, label
        labels.counts[N_LABELS] += 1
        queued = labels.counts[N_QUEUED]
        rise(labels.heap, labels.key, labels.place, queued, np.uint32(made), estimate)
        labels.counts[N_QUEUED] += 1
    return OK


@kernel
def is_beaten(
    cost: NDArray[np.float64],
    bound: NDArray[np.float64],
    slack: NDArray[np.float64],
    labels: Labels,
) -> bool:
    """Tell whether a path found costs at most what a label could come to, in all.

    Parameters
    ----------
    cost, bound : (n_criteria,)
        Cost of the label, and the least from its node on.
    slack, labels
        As in `search`.

    Returns
    -------
    bool
        True where the label may be left out.
    """
    for at in range(labels.counts[N_FOUND]):
        path = labels.found[at]
        n_worse = 0
        for each in range(cost.size):
            reach = (cost[each] + bound[each]) * slack[each]
            n_worse += labels.cost[path, each] > reach
        if n_worse == 0:
            return True
    return False


@kernel
def enters(node: int, made: int, labels: Labels) -> bool:
    """Put a label among those of its node, unless one of them is as good in all.

    Parameters
    ----------
    node : int
        The node.
    made : int
        The label; its cost stands.
    labels : Labels, out
        Labels of the node that the new one beats are out.

    Returns
    -------
    bool
        Whether it was put there.
    """
    n_criteria = labels.cost.shape[1]
    before, at = NONE, labels.first[node]
    while at != NONE:
        n_less, n_more = 0, 0
        for each in range(n_criteria):
            n_less += labels.cost[at, each] < labels.cost[made, each]
            n_more += labels.cost[at, each] > labels.cost[made, each]
        if n_more == 0:
            return False
        after = labels.other[at]
        if n_less == 0:
            labels.is_out[at] = True
            if before == NONE:
                labels.first[node] = after
            else:
                labels.other[before] = after
        else:
            before = at
        at = after
    labels.other[made] = labels.first[node]
    labels.first[node] = made
    return True
