"""Path-size logit over frozen sets of paths: who takes which, and how that responds.

The paths of a pair lie side by side: pair ``i`` has ``indptr[i]`` to ``indptr[i + 1] -
1``. What a path passes are its *holds*: a resource, what an hour of its delay costs a
tonne [USD/t/h], and the load that a tonne adds to it; path ``p`` has ``hold_indptr[p]``
to ``hold_indptr[p + 1] - 1``.
"""

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel

NONE = -1  # a resource that no hour of it changes


@kernel
def fill_costs(
    base: NDArray[np.float64],
    hold_indptr: NDArray[np.int64],
    hold_resource: NDArray[np.int32],
    hold_usd: NDArray[np.float64],
    hour: NDArray[np.float64],
    cost: NDArray[np.float64],
) -> None:
    """Fill what each path costs at the delays as they are.

    Parameters
    ----------
    base : (n_paths,)
        Cost that no delay changes [USD/t].
    hold_indptr, hold_resource, hold_usd : (n_paths + 1,), (n_holds,), (n_holds,)
        What each path passes, and what an hour there costs [USD/t/h].
    hour : (n_resources,)
        Delays [h].
    cost : (n_paths,), out
        Cost [USD/t].
    """
    for path in range(base.size):
        total = base[path]
        for hold in range(hold_indptr[path], hold_indptr[path + 1]):
            total += hold_usd[hold] * hour[hold_resource[hold]]
        cost[path] = total


@kernel
def split_pair(
    begin: int,
    end: int,
    cost: NDArray[np.float64],
    size: NDArray[np.float64],
    theta: float,
    demand: float,
    unserved_usd: float,
    share: NDArray[np.float64],
    flow: NDArray[np.float64],
) -> float:
    """Split the demand of one pair over its paths; return the tonnes that stay.

    Parameters
    ----------
    begin, end : int
        Its paths, one at least.
    cost, size, theta, demand, unserved_usd
        As in `split`; the last three of this pair.
    share, flow : (n_paths,), out
        As in `split`.

    Returns
    -------
    float
        Tonnes that do not go.
    """
    least = np.inf
    for path in range(begin, end):
        least = min(least, cost[path])
    total = 0.0
    for path in range(begin, end):
        share[path] = size[path] * np.exp(-theta * (cost[path] - least))
        total += share[path]
    over = theta * (least - unserved_usd) - np.log(total)
    goes = demand if over <= 0.0 else demand * np.exp(-over)
    for path in range(begin, end):
        share[path] /= total
        flow[path] = goes * share[path]
    return demand - goes


@kernel
def split(
    indptr: NDArray[np.int64],
    cost: NDArray[np.float64],
    size: NDArray[np.float64],
    theta: NDArray[np.float64],
    demand: NDArray[np.float64],
    unserved_usd: NDArray[np.float64],
    share: NDArray[np.float64],
    flow: NDArray[np.float64],
    stay: NDArray[np.float64],
) -> None:
    """Split the demand of each pair over its paths; what all cost too much for stays.

    Parameters
    ----------
    indptr : (n_pairs + 1,)
        Start of each pair's paths.
    cost, size : (n_paths,)
        Cost [USD/t] and path size, above 0.
    theta, demand : (n_pairs,)
        Scale [1/USD], above 0; tonnes.
    unserved_usd : (n_pairs,)
        Expected cost beyond which cargo begins to stay [USD/t].
    share : (n_paths,), out
        Part that takes each path, of those that go.
    flow : (n_paths,), out
        Tonnes.
    stay : (n_pairs,), out
        Tonnes that do not go.

    Notes
    -----
    ``P_p = PS_p exp(-theta c_p) / sum`` [1]_. These flows are the only optimum of
    Fisk's entropy programme [2]_ with path sizes as constants and the tonnes that stay
    outside the set at a cost of their own: with the expected cost ``S = -ln(sum) /
    theta``, ``min(1, exp(-theta (S - unserved)))`` of the demand goes.

    References
    ----------
    .. [1] Ben-Akiva, M., Bierlaire, M. (1999). Discrete choice methods and their
       applications to short term travel decisions. *Handbook of Transportation
       Science*.
    .. [2] Fisk, C. (1980). Some developments in equilibrium traffic assignment.
       *Transportation Research B* 14(3).

    Examples
    --------
    Two roads, one an USD dearer, scale 1: odds of e to 1.

    >>> indptr, size, one = np.array([0, 2]), np.ones(2), np.ones(1)
    >>> cost = np.array([10.0, 11.0])
    >>> share, flow, stay = np.empty(2), np.empty(2), np.empty(1)
    >>> split(indptr, cost, size, one, one, np.array([99.0]), share, flow, stay)
    >>> round(float(flow[0] / flow[1]), 6), float(stay[0])
    (2.718282, 0.0)
    """
    for pair in range(demand.size):
        begin, end = indptr[pair], indptr[pair + 1]
        stay[pair] = demand[pair]
        if begin < end:
            stay[pair] = split_pair(
                begin,
                end,
                cost,
                size,
                theta[pair],
                demand[pair],
                unserved_usd[pair],
                share,
                flow,
            )


@kernel
def fill_loads(
    hold_indptr: NDArray[np.int64],
    hold_resource: NDArray[np.int32],
    hold_taken: NDArray[np.float64],
    flow: NDArray[np.float64],
    background: NDArray[np.float64],
    load: NDArray[np.float64],
) -> None:
    """Fill the load of each resource from the flows of all paths.

    Parameters
    ----------
    hold_indptr, hold_resource, hold_taken : as in `fill_costs`
        What each path passes, and the load that a tonne adds there.
    flow : (n_paths,)
        Tonnes.
    background : (n_resources,)
        Load that is always there.
    load : (n_resources,), out
        Whole load.
    """
    load[:] = background
    for path in range(flow.size):
        for hold in range(hold_indptr[path], hold_indptr[path + 1]):
            load[hold_resource[hold]] += flow[path] * hold_taken[hold]


@kernel
def fill_response(  # noqa: C901 a sum over pairs reads better in one piece
    indptr: NDArray[np.int64],
    theta: NDArray[np.float64],
    stay: NDArray[np.float64],
    share: NDArray[np.float64],
    flow: NDArray[np.float64],
    hold_indptr: NDArray[np.int64],
    hold_resource: NDArray[np.int32],
    hold_usd: NDArray[np.float64],
    hold_taken: NDArray[np.float64],
    place: NDArray[np.int32],
    response: NDArray[np.float64],
) -> None:
    """Fill how loads answer to delays: load of one resource for an hour at another.

    Parameters
    ----------
    indptr, theta, stay, share, flow : as in `split`
        Pairs, and who takes which path.
    hold_indptr, hold_resource, hold_usd, hold_taken : as in `fill_costs`
        What each path passes.
    place : (n_resources,)
        Row and column of each resource in `response`; `NONE` of those left out.
    response : (n, n), out
        Load of the row's resource for one hour more at the column's.

    Notes
    -----
    ``dx_p / dc_q = -theta x_p ([p = q] - P_q)`` where all go; where some stay the
    paths do not answer to each other, ``-theta x_p [p = q]``.
    """
    n = response.shape[0]
    response[:, :] = 0.0
    loaded, felt = np.zeros(n), np.zeros(n)
    touched = np.empty(n, dtype=np.int32)
    is_touched = np.zeros(n, dtype=np.bool_)
    for pair in range(theta.size):
        count = 0
        for path in range(indptr[pair], indptr[pair + 1]):
            first, last = hold_indptr[path], hold_indptr[path + 1]
            for hold in range(first, last):
                row = place[hold_resource[hold]]
                if row == NONE:
                    continue
                if not is_touched[row]:
                    is_touched[row] = True
                    touched[count] = row
                    count += 1
                taken = flow[path] * hold_taken[hold]
                loaded[row] += taken
                felt[row] += share[path] * hold_usd[hold]
                if taken == 0.0:
                    continue
                for other in range(first, last):
                    column = place[hold_resource[other]]
                    if column != NONE:
                        response[row, column] -= theta[pair] * taken * hold_usd[other]
        for at in range(count):
            row = touched[at]
            if stay[pair] == 0.0 and loaded[row] != 0.0:
                for other in range(count):
                    column = touched[other]
                    response[row, column] += theta[pair] * loaded[row] * felt[column]
        for at in range(count):
            row = touched[at]
            loaded[row] = felt[row] = 0.0
            is_touched[row] = False


@kernel
def fill_flow_change(
    indptr: NDArray[np.int64],
    theta: NDArray[np.float64],
    stay: NDArray[np.float64],
    share: NDArray[np.float64],
    flow: NDArray[np.float64],
    cost_change: NDArray[np.float64],
    change: NDArray[np.float64],
) -> None:
    """Fill how flows answer to changes of the costs of paths, several at once.

    Parameters
    ----------
    indptr, theta, stay, share, flow : as in `split`
        Pairs, and who takes which path.
    cost_change : (n_paths, n)
        Changes of the cost of each path [USD/t].
    change : (n_paths, n), out
        Changes of its flow.
    """
    n = cost_change.shape[1]
    mean = np.empty(n)
    for pair in range(theta.size):
        begin, end = indptr[pair], indptr[pair + 1]
        mean[:] = 0.0
        if stay[pair] == 0.0:
            for path in range(begin, end):
                for at in range(n):
                    mean[at] += share[path] * cost_change[path, at]
        for path in range(begin, end):
            weight = -theta[pair] * flow[path]
            for at in range(n):
                change[path, at] = weight * (cost_change[path, at] - mean[at])
