"""Plain twins of the path kernels: slow, obvious, and right by inspection."""

from math import inf


def tails(indptr):
    """Return the node at the start of each arc."""
    n_nodes = len(indptr) - 1
    return [
        node for node in range(n_nodes) for _ in range(indptr[node], indptr[node + 1])
    ]


def least_costs(indptr, head, cost, source):
    """Return the least cost to each node: relax every arc as often as there are nodes.

    Bellman and Ford's method. An arc that costs inf changes nothing.
    """
    tail = tails(indptr)
    dist = [inf] * (len(indptr) - 1)
    dist[source] = 0.0
    for _ in dist:
        for arc, end in enumerate(head):
            dist[end] = min(dist[end], dist[tail[arc]] + cost[arc])
    return dist


def tight_arcs(indptr, head, cost, dist, node):
    """Return the arcs by which a node can be reached at its least cost."""
    tail = tails(indptr)
    return [
        arc
        for arc, end in enumerate(head)
        if end == node and dist[node] < inf and dist[tail[arc]] + cost[arc] == dist[end]
    ]


def walk(pred, tail, source, target):
    """Return the arcs from source to target, or None where there is no way."""
    arcs = []
    while target != source:
        if pred[target] < 0:
            return None
        arcs.append(int(pred[target]))
        target = tail[pred[target]]
    return arcs[::-1]


def loopless_paths(indptr, head, cost, source, target):
    """Return every loopless path as (cost, arcs), cheapest first: try them all."""
    found = []

    def go_on(node, visited, arcs, total):
        if node == target:
            found.append((total, arcs))
            return
        for arc in range(indptr[node], indptr[node + 1]):
            if head[arc] not in visited and cost[arc] < inf:
                go_on(head[arc], visited | {head[arc]}, (*arcs, arc), total + cost[arc])

    go_on(source, {source}, (), 0.0)
    return sorted(found)
