"""Least-cost trees of all rows at one set of delays: the gap, and paths that lack."""

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.columns import NONE, Columns, append_row, fits, hours_on
from bereket.kernels.compile import kernel
from bereket.kernels.delays import FORM, FREE, P0, QUARTIC, ROOM, delay
from bereket.kernels.loads import Delays, State
from bereket.kernels.network import Network, Rows
from bereket.kernels.paths import tree
from bereket.kernels.repair import CLEAN, UNKNOWN, Scratch, repair


@kernel
def fill_arc_costs(
    network: Network,
    delay_h: NDArray[np.float64],
    kind: int,
    out: NDArray[np.float64],
) -> None:
    """Fill what each arc costs a class [USD/t]."""
    value, fixed = network.value[kind], network.fixed
    if network.is_plain:
        for arc in range(out.size):
            out[arc] = fixed[kind, arc] + value * delay_h[arc]
        return
    indptr, resource, share = network.use_indptr, network.resource, network.share
    group = network.group[kind]
    for arc in range(out.size):
        hours = 0.0
        for use in range(indptr[arc], indptr[arc + 1]):
            hours += share[group, use] * delay_h[resource[use]]
        out[arc] = fixed[kind, arc] + value * hours


@kernel
def load_first(
    network: Network,
    rows: Rows,
    columns: Columns,
    delays: Delays,
    state: State,
    begin: int,
    end: int,
    pred: NDArray[np.int32],
    alone: NDArray[np.bool_],
    new_length: NDArray[np.int32],
    scratch: Scratch,
) -> int:
    """Put each pair of some rows on its cheapest path, row by row, at rising costs.

    Parameters
    ----------
    network, rows, columns, delays, state : tuples
        The problem; `columns` and `state` are filled.
    begin, end : int
        Rows.
    pred : (n_rows, n_nodes), out
        Trees.
    alone : (n_pairs,), out
        Whether the only path of a pair is that of its tree.
    new_length : (n_pairs,), scratch
        Arcs of the path of each pair.
    scratch : Scratch
        Room to work in.

    Returns
    -------
    int
        The first row that was not done, as the pool was full; `end` when all were.
    """
    most_uses = 0
    for arc in range(network.use_indptr.size - 1):
        n_uses = network.use_indptr[arc + 1] - network.use_indptr[arc]
        most_uses = max(most_uses, n_uses)
    for row in range(begin, end):
        kind, source = rows.kind[row], rows.source[row]
        fill_arc_costs(network, state.delay_h, kind, scratch.arc_cost)
        tree(
            network.indptr,
            network.head,
            scratch.arc_cost,
            source,
            scratch.dist,
            pred[row],
            scratch.heap,
            scratch.key,
            scratch.place,
        )
        find_first(
            network,
            rows,
            columns,
            state.delay_h,
            row,
            pred[row],
            alone,
            new_length,
            scratch,
        )
        span = new_length[rows.indptr[row] : rows.indptr[row + 1]]
        n_new, n_arcs = 0, 0
        for length in span:
            n_new += length > 0
            n_arcs += length
        if not fits(columns, n_new, n_arcs, most_uses * n_arcs):
            return row
        append_row(network, rows, columns, row, pred[row], new_length, 1.0)
        load_row(network, rows, columns, row, new_length, state.load)
        refresh_tree(network, delays, state, pred[row])
    return end


@kernel
def find_first(
    network: Network,
    rows: Rows,
    columns: Columns,
    delay_h: NDArray[np.float64],
    row: int,
    pred: NDArray[np.int32],
    alone: NDArray[np.bool_],
    new_length: NDArray[np.int32],
    scratch: Scratch,
) -> None:
    """Find which pairs of a row go by its tree, and how many arcs that is.

    A pair may have a path that stands for not going at all; then it goes only where
    that is cheaper, and leaves the other empty.
    """
    tail, first_of = network.tail, columns.first
    source, kind = rows.source[row], rows.kind[row]
    for pair in range(rows.indptr[row], rows.indptr[row + 1]):
        target = rows.target[pair]
        alone[pair] = False
        new_length[pair] = 0
        if pred[target] < 0 or rows.demand[pair] <= 0.0:
            continue
        path = first_of[pair]
        if path != NONE:
            begin = columns.use_start[path]
            end = begin + columns.use_length[path]
            hours = hours_on(
                columns.use,
                begin,
                end,
                delay_h,
                network.is_plain,
                network.resource,
                network.share,
                network.group[kind],
            )
            stays = columns.fixed[path] + network.value[kind] * hours
            if scratch.dist[target] >= stays:
                continue
            columns.flow[path] = 0.0
        else:
            alone[pair] = True
        new_length[pair] = length_of_way(tail, pred, source, target)


@kernel
def load_row(
    network: Network,
    rows: Rows,
    columns: Columns,
    row: int,
    new_length: NDArray[np.int32],
    load: NDArray[np.float64],
) -> None:
    """Add to the loads what the new paths of a row carry."""
    use, use_start, use_length = columns.use, columns.use_start, columns.use_length
    first, flow = columns.first, columns.flow
    resource, taken, is_plain = network.resource, network.taken, network.is_plain
    kind = rows.kind[row]
    group, size = network.group[kind], network.size[kind]
    for pair in range(rows.indptr[row], rows.indptr[row + 1]):
        if new_length[pair] == 0:
            continue
        path = first[pair]
        put = size * flow[path]
        for slot in range(use_start[path], use_start[path] + use_length[path]):
            if is_plain:
                load[use[slot]] += put
            else:
                load[resource[use[slot]]] += put * taken[group, use[slot]]


@kernel
def refresh_tree(
    network: Network, delays: Delays, state: State, pred: NDArray[np.int32]
) -> None:
    """Work out the delays of what the arcs of a tree take."""
    curve, table_h, is_system = delays.curve, delays.table_h, delays.is_system
    load, delay_h, slope = state.load, state.delay_h, state.slope
    use_indptr, resource = network.use_indptr, network.resource
    is_plain = network.is_plain
    for node in range(pred.size):
        arc = pred[node]
        if arc < 0:
            continue
        if not is_plain:
            for use in range(use_indptr[arc], use_indptr[arc + 1]):
                at = resource[use]
                delay_h[at], slope[at] = delay(curve, table_h, is_system, at, load[at])
        elif (
            curve[arc, FORM] == QUARTIC and not is_system and curve[arc, ROOM] == np.inf
        ):
            risen = curve[arc, P0] * load[arc] * load[arc] * load[arc]
            delay_h[arc] = curve[arc, FREE] + risen * load[arc]
            slope[arc] = 4.0 * risen
        else:
            delay_h[arc], slope[arc] = delay(curve, table_h, is_system, arc, load[arc])


@kernel
def price_rows(  # noqa: C901, PLR0912, PLR0915
    network: Network,
    rows: Rows,
    columns: Columns,
    delay_h: NDArray[np.float64],
    begin: int,
    end: int,
    pred: NDArray[np.int32],
    alone: NDArray[np.bool_],
    new_length: NDArray[np.int32],
    spent_usd: NDArray[np.float64],
    least_usd: NDArray[np.float64],
    worth: float,
    scratch: Scratch,
) -> None:
    """Make the trees of some rows, and find the pairs that lack the cheapest path.

    Parameters
    ----------
    network, rows, columns : tuples
        The problem.
    delay_h : (n_resources,)
        Delays.
    begin, end : int
        Rows.
    pred : (n_rows, n_nodes)
        Trees of before; repaired.
    alone : (n_pairs,)
        Whether the only path of a pair is that of its tree; so again afterwards.
    new_length : (n_pairs,), out
        Arcs of the path that is lacking; 0 where none is.
    spent_usd : (n_rows,), out
        What a row costs on its paths [USD].
    least_usd : (n_rows,), out
        What a row would cost if all went by its cheapest paths [USD].
    worth : float
        A path is lacking that is cheaper by this share of the cost, or more.
    scratch : Scratch
        Room to work in, of this thread.
    """
    # house: one loop
    first_of, follows = columns.first, columns.follows
    flow, fixed, use = columns.flow, columns.fixed, columns.use
    use_start, use_length = columns.use_start, columns.use_length
    is_plain, resource, share = network.is_plain, network.resource, network.share
    tail, target_of, demand = network.tail, rows.target, rows.demand
    kind_of, source_of, indptr = rows.kind, rows.source, rows.indptr
    dist, way, stack = scratch.dist, scratch.way, scratch.stack
    last_kind = -1
    for row in range(begin, end):
        kind, source = kind_of[row], source_of[row]
        if kind != last_kind:
            fill_arc_costs(network, delay_h, kind, scratch.arc_cost)
            last_kind = kind
        group, value = network.group[kind], network.value[kind]
        tree_of = pred[row]
        repair(
            network.indptr,
            network.head,
            tail,
            scratch.arc_cost,
            source,
            tree_of,
            scratch,
        )
        total, spent = 0.0, 0.0
        for pair in range(indptr[row], indptr[row + 1]):
            target = target_of[pair]
            new_length[pair] = 0
            first = first_of[pair]
            if first == NONE:
                continue
            least = dist[target]
            if alone[pair]:
                depth, node = 0, target
                while way[node] == UNKNOWN:
                    stack[depth] = node
                    depth += 1
                    node = tail[tree_of[node]]
                found = way[node]
                while depth > 0:
                    depth -= 1
                    way[stack[depth]] = found
                if found == CLEAN:
                    total += least * demand[pair]
                    spent += least * demand[pair]
                    continue
            best = np.inf
            path = first
            while path != NONE:
                hours, more = 0.0, 0.0
                if is_plain:  # two sums at once: an addition need not wait for the last
                    end = use_start[path] + use_length[path]
                    slot = use_start[path]
                    while slot + 1 < end:
                        hours += delay_h[use[slot]]
                        more += delay_h[use[slot + 1]]
                        slot += 2
                    if slot < end:
                        hours += delay_h[use[slot]]
                    hours += more
                else:
                    for slot in range(
                        use_start[path], use_start[path] + use_length[path]
                    ):
                        at = use[slot]
                        hours += share[group, at] * delay_h[resource[at]]
                cost = fixed[path] + value * hours
                best = min(best, cost)
                if flow[path] > 0.0:
                    spent += cost * flow[path]
                path = follows[path]
            alone[pair] = False
            if least < best * (1.0 - worth):
                new_length[pair] = length_of_way(tail, tree_of, source, target)
            elif follows[first] == NONE:
                alone[pair] = is_way(network, columns, first, tree_of, source, target)
            total += min(least, best) * demand[pair]
        least_usd[row] = total
        spent_usd[row] = spent


@kernel
def length_of_way(
    tail: NDArray[np.int32], pred: NDArray[np.int32], source: int, target: int
) -> int:
    """Return the number of arcs of a tree's path."""
    length = 0
    node = target
    while node != source:
        node = tail[pred[node]]
        length += 1
    return length


@kernel
def is_way(
    network: Network,
    columns: Columns,
    path: int,
    pred: NDArray[np.int32],
    source: int,
    target: int,
) -> bool:
    """Tell whether a path is that of a tree."""
    slot = columns.start[path]
    end = slot + columns.length[path]
    node = target
    while node != source:
        arc = pred[node]
        if slot == end or columns.arc[slot] != arc:
            return False
        slot += 1
        node = network.tail[arc]
    return bool(slot == end)


@kernel
def append_new(
    network: Network,
    rows: Rows,
    columns: Columns,
    pred: NDArray[np.int32],
    new_length: NDArray[np.int32],
) -> None:
    """Add the paths that pairs lack, without flow; the pool has room."""
    for row in range(rows.kind.size):
        append_row(network, rows, columns, row, pred[row], new_length, 0.0)
