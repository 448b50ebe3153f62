"""Streets: a rectangle of crossings with arcs both ways, costs drawn from a seed."""

import numpy as np
from benchmarks.subjects.network import Network, from_arcs
from benchmarks.subjects.registry import network

SEED = 20


def grid(n_rows: int, n_columns: int, seed: int = SEED) -> Network:
    """Return a grid; source and target are a tenth in from opposite corners."""
    node = np.arange(n_rows * n_columns).reshape(n_rows, n_columns)
    one = np.concatenate((node[:, :-1].ravel(), node[:-1].ravel()))
    other = np.concatenate((node[:, 1:].ravel(), node[1:].ravel()))
    cost = np.random.default_rng(seed).uniform(1.0, 10.0, 2 * one.size)
    return from_arcs(
        node.size,
        (np.concatenate((one, other)), np.concatenate((other, one)), cost),
        source=int(node[n_rows // 10, n_columns // 10]),
        target=int(node[-1 - n_rows // 10, -1 - n_columns // 10]),
    )


@network("grid-small")
def small() -> Network:
    """Return 1,500 nodes and 5,840 arcs, the size of a compiled corridor model."""
    return grid(30, 50)


@network("grid-medium")
def medium() -> Network:
    """Return 30,000 nodes."""
    return grid(150, 200)


@network("grid-large")
def large() -> Network:
    """Return 1,000,000 nodes."""
    return grid(1000, 1000)
