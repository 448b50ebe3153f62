"""User equilibrium: flow shifted from dearer paths to cheaper ones, pair by pair.

Costs are generalised [USD/t]. Each shift is Newton's step on the difference of two
paths, and the next pair sees what it changed (Gauss-Seidel).

References
----------
.. [1] Jayakrishnan, R. et al. (1994). A faster path-based algorithm for traffic
   assignment. *Transportation Research Record* 1443.
.. [2] Xie, J., Nie, Y., Liu, X. (2018). A greedy path-based algorithm for traffic
   assignment. *Transportation Research Record* 2672(48).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.columns import NONE, Columns
from bereket.kernels.compile import kernel
from bereket.kernels.delays import FORM, FREE, P0, QUARTIC, ROOM, STIFFNESS, WAIT, delay
from bereket.kernels.loads import Delays, State
from bereket.kernels.network import Network, Rows

MAX_TRIALS = 8  # of the length of a shift
NEAR = 0.5  # a shift may end so far on the other side, as a share of the difference
TINY = 1e-12  # a path with less of the pair's demand is left
MOST_PATHS = 512  # of a pair, that are looked at


class Bench(NamedTuple):
    """Room to hold two paths against each other.

    Attributes
    ----------
    mark, mark_other : (n_resources,)
        Last comparison that each resource was part of.
    stamp : (1,)
        Last comparison there was.
    resource : (n_resources,)
        Resources on which the two differ.
    share, taken : (n_resources,)
        By how much: of a plain network by place in `resource`, else by resource.
    path, cost : (max_chain,)
        Paths of a pair and their costs.
    """

    mark: NDArray[np.int64]
    mark_other: NDArray[np.int64]
    stamp: NDArray[np.int64]
    resource: NDArray[np.int32]
    share: NDArray[np.float64]
    taken: NDArray[np.float64]
    path: NDArray[np.int32]
    cost: NDArray[np.float64]


def allocate_bench(n_resources: int, longest: int) -> Bench:
    """Return room to compare paths of up to `longest` uses each."""
    differing = 2 * longest
    return Bench(
        mark=np.zeros(n_resources, dtype=np.int64),
        mark_other=np.zeros(n_resources, dtype=np.int64),
        stamp=np.zeros(1, dtype=np.int64),
        resource=np.empty(differing, dtype=np.int32),
        share=np.empty(differing),
        taken=np.empty(differing),
        path=np.empty(MOST_PATHS, dtype=np.int32),
        cost=np.empty(MOST_PATHS),
    )


@kernel
def find_split(
    rows: Rows,
    columns: Columns,
    out: NDArray[np.int32],
    row_of: NDArray[np.int32],
) -> int:
    """List the pairs that have a choice, and the row of each; return how many."""
    found = 0
    for row in range(rows.kind.size):
        for pair in range(rows.indptr[row], rows.indptr[row + 1]):
            first = columns.first[pair]
            if first != NONE and columns.follows[first] != NONE:
                out[found] = pair
                row_of[found] = row
                found += 1
    return found


@kernel
def equilibrate(  # noqa: C901, PLR0912, PLR0915
    network: Network,
    rows: Rows,
    columns: Columns,
    delays: Delays,
    state: State,
    pairs: NDArray[np.int32],
    row_of: NDArray[np.int32],
    n_pairs: int,
    threshold: float,
    enough_usd: float,
    budget: int,
    bench: Bench,
    done: NDArray[np.float64],
) -> None:
    """Shift flow of each pair from its dearer paths to its cheapest, again and again.

    Parameters
    ----------
    network, rows, columns, delays, state : tuples
        The problem; flows, loads and delays are altered.
    pairs, row_of : (n_pairs,)
        Pairs with a choice, and their rows.
    n_pairs : int
        How many.
    threshold : float
        Differences below this share of a cost are let be.
    enough_usd : float
        Excess cost at which a sweep is the last.
    budget : int
        Pairs to look at; the sweep in which that many were is the last.
    bench : Bench
        Room to work in.
    done : (3,), out
        Excess cost that the last sweep found [USD], in how many pairs, how many sweeps
        there were.
    """
    # house: one loop
    first_of, follows = columns.first, columns.follows
    flow, fixed, use = columns.flow, columns.fixed, columns.use
    use_start, use_length = columns.use_start, columns.use_length
    is_plain, resource = network.is_plain, network.resource
    share_of, taken_of = network.share, network.taken
    curve, table_h, is_system = delays.curve, delays.table_h, delays.is_system
    load, delay_h, slope = state.load, state.delay_h, state.slope
    mark, mark_other, differs = bench.mark, bench.mark_other, bench.resource
    share, taken = bench.share, bench.taken
    chain, chain_cost = bench.path, bench.cost
    kind_of, demand = rows.kind, rows.demand
    group_of, value_of, size_of = network.group, network.value, network.size
    stamp = bench.stamp[0]
    n_sweeps, looked, kept, excess = 0, 0, 0, np.inf
    is_usual = not is_system
    while n_pairs > 0 and looked < budget and excess > enough_usd:
        excess, kept = 0.0, 0
        for number in range(n_pairs):
            pair, row = pairs[number], row_of[number]
            kind = kind_of[row]
            group, value, size = group_of[kind], value_of[kind], size_of[kind]
            n_chain, best = 0, -1
            least, most = np.inf, -np.inf
            path = first_of[pair]
            while path != NONE and n_chain < chain.size:
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
                        hours += share_of[group, at] * delay_h[resource[at]]
                cost = fixed[path] + value * hours
                chain[n_chain] = path
                chain_cost[n_chain] = cost
                n_chain += 1
                if cost < least:
                    least, best = cost, path
                if flow[path] > 0.0 and cost > most:
                    most = cost
                path = follows[path]
            if not most - least > threshold * least:
                continue
            kept += 1
            best_begin, best_end = use_start[best], use_start[best] + use_length[best]
            if is_plain:
                stamp += 1
                marked = stamp
                for slot in range(best_begin, best_end):
                    mark[use[slot]] = marked
            for place in range(n_chain):
                path = chain[place]
                held = flow[path]
                if path == best or held <= 0.0:
                    continue
                excess += held * (chain_cost[place] - least)
                begin, end = use_start[path], use_start[path] + use_length[path]
                stamp += 1
                n_differ = 0
                if is_plain:
                    for slot in range(begin, end):
                        at = use[slot]
                        mark_other[at] = stamp
                        if mark[at] != marked:
                            differs[n_differ] = at
                            share[n_differ] = taken[n_differ] = 1.0
                            n_differ += 1
                    for slot in range(best_begin, best_end):
                        at = use[slot]
                        if mark_other[at] != stamp:
                            differs[n_differ] = at
                            share[n_differ] = taken[n_differ] = -1.0
                            n_differ += 1
                else:
                    n_differ = differ(
                        use,
                        begin,
                        end,
                        best_begin,
                        best_end,
                        resource,
                        share_of,
                        taken_of,
                        group,
                        stamp,
                        mark,
                        mark_other,
                        differs,
                        share,
                        taken,
                    )
                hours, rise = 0.0, 0.0
                for each in range(n_differ):
                    at = differs[each]
                    hours += share[each] * delay_h[at]
                    rise += share[each] * taken[each] * slope[at]
                apart = fixed[path] - fixed[best]
                ahead = apart + value * hours
                if ahead == 0.0:
                    continue
                rise *= value * size
                step = ahead / rise if rise > 0.0 else (held if ahead > 0.0 else 0.0)
                step = min(max(step, -flow[best]), held)
                if held - step < TINY * demand[pair]:
                    step = held
                moved = 0.0
                for _ in range(MAX_TRIALS):
                    hours, rise = 0.0, 0.0
                    for each in range(n_differ):
                        at = differs[each]
                        load[at] -= taken[each] * size * step
                        if curve[at, FORM] == QUARTIC and is_usual:  # without a call
                            risen = curve[at, P0] * load[at] * load[at] * load[at]
                            delay_h[at] = curve[at, FREE] + risen * load[at]
                            slope[at] = 4.0 * risen
                            if curve[at, ROOM] < np.inf:
                                over = load[at] - curve[at, ROOM]
                                waited = curve[at, WAIT] + curve[at, STIFFNESS] * over
                                if waited > 0.0:
                                    delay_h[at] += waited
                                    slope[at] += curve[at, STIFFNESS]
                        else:
                            delay_h[at], slope[at] = delay(
                                curve, table_h, is_system, at, load[at]
                            )
                        hours += share[each] * delay_h[at]
                        rise += share[each] * taken[each] * slope[at]
                    moved += step
                    left = apart + value * hours
                    if left * ahead >= 0.0 or abs(left) <= NEAR * abs(ahead):
                        break
                    # too far, a bend lies between: Newton's step back from there
                    step = left / (value * size * rise) if rise > 0.0 else -0.5 * moved
                    if (moved + step) * moved <= 0.0:
                        step = -0.5 * moved
                flow[path] = held - moved
                flow[best] += moved
        looked += n_pairs
        n_sweeps += 1
    bench.stamp[0] = stamp
    done[0] = excess
    done[1] = kept
    done[2] = n_sweeps


@kernel
def differ(
    use: NDArray[np.int32],
    begin: int,
    end: int,
    other_begin: int,
    other_end: int,
    resource: NDArray[np.int32],
    share_of: NDArray[np.float64],
    taken_of: NDArray[np.float64],
    group: int,
    stamp: int,
    mark: NDArray[np.int64],
    place_of: NDArray[np.int64],
    differs: NDArray[np.int32],
    share: NDArray[np.float64],
    taken: NDArray[np.float64],
) -> int:
    """List the resources of which two paths feel or take not the same; return how many.

    A path may use a resource more than once, as a fleet on the links of its turn.
    """
    found = 0
    for side in range(2):
        sign = 1.0 if side == 0 else -1.0
        first, last = (begin, end) if side == 0 else (other_begin, other_end)
        for slot in range(first, last):
            at = resource[use[slot]]
            if mark[at] != stamp:
                mark[at] = stamp
                place_of[at] = found
                differs[found] = at
                share[found] = 0.0
                taken[found] = 0.0
                found += 1
            share[place_of[at]] += sign * share_of[group, use[slot]]
            taken[place_of[at]] += sign * taken_of[group, use[slot]]
    kept = 0
    for each in range(found):
        if share[each] != 0.0 or taken[each] != 0.0:
            differs[kept] = differs[each]
            share[kept] = share[each]
            taken[kept] = taken[each]
            kept += 1
    return kept
