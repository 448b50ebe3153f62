"""How the flows of a logit assignment answer to its costs and its demand."""

import numpy as np
from numpy.typing import NDArray

from bereket.kernels import logit as kernel
from bereket.solve.logit.newton import jacobian, residual, working
from bereket.solve.logit.run import Run
from bereket.solve.logit.solution import LogitSolution

Floats = NDArray[np.float64]


def sensitivity(
    solution: LogitSolution, cost_change: Floats, flow_change: Floats
) -> Floats:
    """Return how all flows answer to small changes, waits adapted.

    Parameters
    ----------
    solution : LogitSolution
        Where; the nearer it is to the end, the truer.
    cost_change : (n_paths, n)
        Change of the cost of each path [USD/t], for a unit of each of n quantities.
    flow_change : (n_paths, n)
        Change of the flow of each path that is none of its cost: of demand.

    Returns
    -------
    (n_paths, n)
        Change of the flow of each path.

    Notes
    -----
    Differentiates the equations of the hours: what loads change by at hours held is
    taken up by hours such that elements that are full stay just full, others follow
    their curves [1]_. A change of the logit scale by one of its logarithm is a change
    of costs by ``c_p - unserved`` at the scale as it is.

    References
    ----------
    .. [1] Tobin, R., Friesz, T. (1988). Sensitivity analysis for equilibrium network
       flow. *Transportation Science* 22(4).
    """
    run = Run(solution.problem, solution.choice, solution.holds)
    run.hour[run.live] = solution.delay_h[run.live]
    run.refresh()
    at = working(run)
    direct = _answered(run, cost_change) + flow_change
    if not at.size:
        return direct
    place = np.full(run.room.size, kernel.NONE, dtype=np.int32)
    place[at] = np.arange(at.size)
    holds = run.holds
    row = place[holds.resource]
    on = row != kernel.NONE
    load = np.zeros((at.size, direct.shape[1]))
    np.add.at(load, row[on], holds.taken[on, None] * direct[run.path[on]])
    _, of_wait, of_load = residual(run, at)
    weight = of_load - of_wait * run.state.slope[at]
    hours = np.linalg.lstsq(jacobian(run, at), -weight[:, None] * load, rcond=None)[0]
    more = np.zeros_like(direct)
    np.add.at(more, run.path[on], holds.usd_per_h[on, None] * hours[row[on]])
    return np.asarray(direct + _answered(run, more))


def _answered(run: Run, cost_change: Floats) -> Floats:
    """Return how flows answer to changes of costs at hours held."""
    change = np.empty_like(cost_change)
    kernel.fill_flow_change(
        run.choice.sets.indptr,
        run.choice.theta_per_usd,
        run.stay,
        run.share,
        run.flow,
        np.ascontiguousarray(cost_change),
        change,
    )
    return change
