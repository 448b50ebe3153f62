"""Paths of many pairs in a pool, each with its flow; the paths of a pair are a chain.

A path is stored from its end to its start, as a tree gives it: its arcs, and the
*uses* that its arcs make of resources. Where every arc is a resource of its own the
network is *plain*, and the two are one list.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.network import Network, Rows

NONE = -1  # end of a chain
N_PATHS, N_ARCS, N_USES = 0, 1, 2  # places in `Columns.filled`


class Columns(NamedTuple):
    """The pool of paths.

    Attributes
    ----------
    filled : (3,)
        Paths, entries of `arc`, entries of `use` in use.
    first : (n_pairs,)
        First path of each pair; `NONE` where it has none.
    follows : (max_paths,)
        Next path of the same pair; `NONE` at the end.
    start, length : (max_paths,)
        Where the arcs of a path are.
    arc : (max_arcs,)
        Arcs of the paths, each from its end to its start.
    use_start, use_length : (max_paths,)
        Where its uses are; of a plain network the arrays above.
    use : (max_uses,)
        Uses; of a plain network `arc`.
    flow : (max_paths,)
        Tonnes on a path.
    fixed : (max_paths,)
        Its cost that no load changes [USD/t].
    """

    filled: NDArray[np.int64]
    first: NDArray[np.int32]
    follows: NDArray[np.int32]
    start: NDArray[np.int64]
    length: NDArray[np.int32]
    arc: NDArray[np.int32]
    use_start: NDArray[np.int64]
    use_length: NDArray[np.int32]
    use: NDArray[np.int32]
    flow: NDArray[np.float64]
    fixed: NDArray[np.float64]


def allocate_columns(
    n_pairs: int, max_paths: int, max_arcs: int, max_uses: int, *, is_plain: bool
) -> Columns:
    """Return an empty pool.

    Parameters
    ----------
    n_pairs : int
        Pairs are the integers from 0 to ``n_pairs - 1``.
    max_paths, max_arcs, max_uses : int
        Room for paths, and for the arcs and uses of all together.
    is_plain : bool
        Whether uses are arcs; then `max_uses` is of no account.

    Returns
    -------
    Columns
        Without a path.
    """
    start = np.empty(max_paths, dtype=np.int64)
    length = np.empty(max_paths, dtype=np.int32)
    arc = np.empty(max_arcs, dtype=np.int32)
    return Columns(
        filled=np.zeros(3, dtype=np.int64),
        first=np.full(n_pairs, NONE, dtype=np.int32),
        follows=np.empty(max_paths, dtype=np.int32),
        start=start,
        length=length,
        arc=arc,
        use_start=start if is_plain else np.empty(max_paths, dtype=np.int64),
        use_length=length if is_plain else np.empty(max_paths, dtype=np.int32),
        use=arc if is_plain else np.empty(max_uses, dtype=np.int32),
        flow=np.empty(max_paths),
        fixed=np.empty(max_paths),
    )


@kernel
def fits(columns: Columns, n_paths: int, n_arcs: int, n_uses: int) -> bool:
    """Tell whether the pool has room for so much more."""
    return bool(
        columns.filled[N_PATHS] + n_paths <= columns.follows.size
        and columns.filled[N_ARCS] + n_arcs <= columns.arc.size
        and columns.filled[N_USES] + n_uses <= columns.use.size
    )


@kernel
def append_row(
    network: Network,
    rows: Rows,
    columns: Columns,
    row: int,
    pred: NDArray[np.int32],
    new_length: NDArray[np.int32],
    share: float,
) -> None:
    """Add to the pairs of a row the paths of its tree that they lack.

    Parameters
    ----------
    network, rows, columns : tuples
        The problem; the pool has room.
    row : int
        The row.
    pred : (n_nodes,)
        Arc by which the row's tree reaches each node.
    new_length : (n_pairs,)
        Arcs of the path that a pair lacks; 0 where it lacks none.
    share : float
        Part of the demand that begins on the new path.
    """
    count, arc_of, use_of = columns.filled, columns.arc, columns.use
    first, follows, flow = columns.first, columns.follows, columns.flow
    start, length, fixed_of = columns.start, columns.length, columns.fixed
    use_start, use_length = columns.use_start, columns.use_length
    tail, fixed, use_indptr = network.tail, network.fixed, network.use_indptr
    target, demand = rows.target, rows.demand
    is_plain = network.is_plain
    kind, source = rows.kind[row], rows.source[row]
    path, at, use = count[N_PATHS], count[N_ARCS], count[N_USES]
    for pair in range(rows.indptr[row], rows.indptr[row + 1]):
        if new_length[pair] == 0:
            continue
        start[path] = at
        length[path] = new_length[pair]
        node, money = target[pair], 0.0
        use_begin = use
        while node != source:
            arc = pred[node]
            arc_of[at] = arc
            at += 1
            money += fixed[kind, arc]
            node = tail[arc]
            if not is_plain:
                for taken in range(use_indptr[arc], use_indptr[arc + 1]):
                    use_of[use] = taken
                    use += 1
        if not is_plain:
            use_start[path] = use_begin
            use_length[path] = use - use_begin
        fixed_of[path] = money
        flow[path] = share * demand[pair]
        follows[path] = first[pair]
        first[pair] = path
        path += 1
    count[N_PATHS] = path
    count[N_ARCS] = at
    count[N_USES] = at if is_plain else use


@kernel
def hours_on(
    use: NDArray[np.int32],
    begin: int,
    end: int,
    delay_h: NDArray[np.float64],
    is_plain: bool,  # noqa: FBT001 kernels take arguments by position
    resource: NDArray[np.int32],
    share: NDArray[np.float64],
    group: int,
) -> float:
    """Return the hours of delay on the uses from one place in the pool to another."""
    hours = 0.0
    if is_plain:
        for slot in range(begin, end):
            hours += delay_h[use[slot]]
        return hours
    for slot in range(begin, end):
        hours += share[group, use[slot]] * delay_h[resource[use[slot]]]
    return hours


@kernel
def add_loads(
    network: Network,
    rows: Rows,
    columns: Columns,
    background: NDArray[np.float64],
    load: NDArray[np.float64],
) -> None:
    """Fill the load of every resource: its background and the sum over paths."""
    first, follows, flow = columns.first, columns.follows, columns.flow
    start, length, use = columns.use_start, columns.use_length, columns.use
    resource, taken, is_plain = network.resource, network.taken, network.is_plain
    load[:] = background
    for row in range(rows.kind.size):
        kind = rows.kind[row]
        group, size = network.group[kind], network.size[kind]
        for pair in range(rows.indptr[row], rows.indptr[row + 1]):
            path = first[pair]
            while path != NONE:
                put = size * flow[path]
                for slot in range(start[path], start[path] + length[path]):
                    if is_plain:
                        load[use[slot]] += put
                    else:
                        load[resource[use[slot]]] += put * taken[group, use[slot]]
                path = follows[path]


@kernel
def reprice(  # noqa: C901
    network: Network, rows: Rows, columns: Columns, flow_before: NDArray[np.float64]
) -> int:
    """Make the paths of before ready for new costs and new demand.

    Parameters
    ----------
    network, rows, columns : tuples
        The problem, and its pool; flows and fixed costs are altered.
    flow_before : (n_pairs,), scratch
        Filled with the flow that each pair had.

    Returns
    -------
    int
        Pairs with demand that are left without a path.

    Notes
    -----
    The flow of a path that is shut goes to the first that is not; flows are scaled to
    the new demand.
    """
    # house: one loop
    first, follows, flow = columns.first, columns.follows, columns.flow
    n_lost = 0
    for row in range(rows.kind.size):
        kind = rows.kind[row]
        for pair in range(rows.indptr[row], rows.indptr[row + 1]):
            before, open_path, to_move = 0.0, NONE, 0.0
            path = first[pair]
            while path != NONE:
                money, begin = 0.0, columns.start[path]
                for slot in range(begin, begin + columns.length[path]):
                    arc = columns.arc[slot]
                    if arc < network.head.size:
                        money += network.fixed[kind, arc]
                columns.fixed[path] = money
                before += flow[path]
                if money == np.inf:
                    to_move += flow[path]
                    flow[path] = 0.0
                elif open_path == NONE:
                    open_path = path
                path = follows[path]
            flow_before[pair] = before
            if open_path == NONE:
                n_lost += rows.demand[pair] > 0.0
                continue
            flow[open_path] += to_move
            path = first[pair]
            while path != NONE:
                if before > 0.0:
                    flow[path] *= rows.demand[pair] / before
                elif path == open_path:
                    flow[path] = rows.demand[pair]
                path = follows[path]
    return n_lost


@kernel
def keep_used(
    old: Columns,
    new: Columns,
    is_plain: bool,  # noqa: FBT001 kernels take arguments by position
    n_uses: int,
) -> None:
    """Copy the paths that carry flow, or stand for staying, to an empty pool.

    Parameters
    ----------
    old : Columns
        The pool to be left.
    new : Columns
        An empty one with room for all.
    is_plain : bool
        Whether uses are arcs.
    n_uses : int
        Uses of the network; those of staying come after.
    """
    count = new.filled
    for pair in range(old.first.size):
        before = NONE
        path = old.first[pair]
        while path != NONE:
            stays = old.use_length[path] > 0
            stays = stays and old.use[old.use_start[path]] >= n_uses
            if old.flow[path] > 0.0 or stays:
                to = count[N_PATHS]
                count[N_PATHS] += 1
                if before == NONE:
                    new.first[pair] = to
                else:
                    new.follows[before] = to
                new.follows[to] = NONE
                before = to
                new.flow[to] = old.flow[path]
                new.fixed[to] = old.fixed[path]
                new.length[to] = old.length[path]
                new.start[to] = count[N_ARCS]
                for slot in range(old.length[path]):
                    new.arc[count[N_ARCS] + slot] = old.arc[old.start[path] + slot]
                count[N_ARCS] += old.length[path]
                if is_plain:
                    count[N_USES] = count[N_ARCS]
                else:
                    new.use_length[to] = old.use_length[path]
                    new.use_start[to] = count[N_USES]
                    for slot in range(old.use_length[path]):
                        use = old.use[old.use_start[path] + slot]
                        new.use[count[N_USES] + slot] = use
                    count[N_USES] += old.use_length[path]
            path = old.follows[path]


@kernel
def used_size(columns: Columns, n_uses: int, out: NDArray[np.int64]) -> None:
    """Count paths, arcs and uses of the paths that `keep_used` keeps."""
    out[:] = 0
    for pair in range(columns.first.size):
        path = columns.first[pair]
        while path != NONE:
            stays = columns.use_length[path] > 0
            stays = stays and columns.use[columns.use_start[path]] >= n_uses
            if columns.flow[path] > 0.0 or stays:
                out[N_PATHS] += 1
                out[N_ARCS] += columns.length[path]
                out[N_USES] += columns.use_length[path]
            path = columns.follows[path]
