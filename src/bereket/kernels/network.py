"""What an assignment is to a kernel: arcs with what they take, and what wants to go."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Network(NamedTuple):
    """Arcs, what they take, and what they cost each class.

    Attributes
    ----------
    indptr : (n_nodes + 1,)
        Start of each node's outgoing arcs.
    head, tail : (n_arcs,)
        Ends of the arcs.
    fixed : (n_classes, n_arcs)
        Cost that no load changes [USD/t]; inf where the class may not go.
    value : (n_classes,)
        Value of an hour of delay, above 0 [USD/t/h].
    size : (n_classes,)
        Load that a tonne is.
    is_plain : bool
        Whether arc ``a`` takes resource ``a`` alone, whole. Then the rest is empty.
    group : (n_classes,)
        Row of `share` and `taken` of each class.
    use_indptr : (n_arcs + 1,)
        Start of each arc's uses.
    resource : (n_uses,)
        Resource of each use.
    share : (n_groups, n_uses)
        Part of the resource's delay that a passage feels.
    taken : (n_groups, n_uses)
        Part of its load that it adds to the resource.
    """

    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    fixed: NDArray[np.float64]
    value: NDArray[np.float64]
    size: NDArray[np.float64]
    is_plain: bool
    group: NDArray[np.int32]
    use_indptr: NDArray[np.int64]
    resource: NDArray[np.int32]
    share: NDArray[np.float64]
    taken: NDArray[np.float64]


class Rows(NamedTuple):
    """What wants to go: a row is a class and an origin, its pairs are in sequence.

    Attributes
    ----------
    kind : (n_rows,)
        Class.
    source : (n_rows,)
        Node.
    indptr : (n_rows + 1,)
        Start of each row's pairs.
    target : (n_pairs,)
        Node.
    demand : (n_pairs,)
        Tonnes, 0 or more.
    """

    kind: NDArray[np.int32]
    source: NDArray[np.int32]
    indptr: NDArray[np.int64]
    target: NDArray[np.int32]
    demand: NDArray[np.float64]
