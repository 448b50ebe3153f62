"""Why an observation is missed: too little demand, no room, or the choice of ways."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.freight import Freight
from bereket.kernels.logit import split
from bereket.model.naming import place_names, told
from bereket.solve.logit.solution import LogitSolution

Floats = NDArray[np.float64]
NEAR: Final = 0.25  # off by less, as a share, and nothing is explained
SHORT: Final = 0.9  # of what was observed, that demand reaches
CLOSES: Final = 1 / 3  # of the gap, that lifting an element must close to be the reason


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an observation is missed.

    Attributes
    ----------
    reach : float
        What would be modelled if all demand with a path of the scope took it.
    kind : str
        ``demand``, ``room``, ``choice``; empty where it is met.
    text : str
        In words.
    """

    reach: float
    kind: str
    text: str


def reason_of(
    freight: Freight,
    solution: LogitSolution,
    weights: Floats,
    observed: float,
) -> Reason:
    """Work out why an observation is missed.

    Parameters
    ----------
    freight : Freight
        The year.
    solution : LogitSolution
        Its flows.
    weights : (n_paths,)
        What a tonne a day on each path adds to the observation.
    observed : float
        In its unit.

    Returns
    -------
    Reason
        Demand, where all that could pass is less than what was observed; else room,
        where a third of the gap or more would close without the wait of the element
        that costs the scope most, the waits of others kept; else the choice.
    """
    modelled = float(weights @ solution.flow)
    pair = solution.choice.sets.pair
    best = np.zeros(solution.problem.n_pairs)
    np.maximum.at(best, pair, weights)
    reach = float(best @ solution.problem.rows.demand)
    taken = modelled / max(reach, 1e-9)
    off = modelled / observed - 1.0
    if abs(off) <= NEAR:
        return Reason(reach, "", "")
    if off > 0:
        return Reason(
            reach,
            "choice",
            f"of {_short(reach)} that have a way here {taken:.0%} take it: "
            "the model makes it too cheap, or the demand of the model is too large",
        )
    if reach < SHORT * observed:
        return Reason(
            reach,
            "demand",
            f"all demand of the model that has a way here is {_short(reach)}, less "
            "than what was observed: cells are missing",
        )
    at = _felt(solution, weights)
    most = modelled if at is None else _without(solution, weights, at)
    if at is not None and most - modelled > CLOSES * (observed - modelled):
        model = freight.offer.graph.model
        element = freight.laid.element_of_resource[at]
        element = told(model, element, place_names(model))
        return Reason(
            reach,
            "room",
            f"{element} is full: {_short(most)} at the most would go without its wait",
        )
    return Reason(
        reach,
        "choice",
        f"of {_short(reach)} that have a way here {taken:.0%} take it: "
        "other ways cost less in the model",
    )


def _felt(solution: LogitSolution, weights: Floats) -> int | None:
    """Return the element whose wait costs most on the paths of a scope, if any."""
    holds, sets = solution.holds, solution.choice.sets
    path = np.repeat(np.arange(sets.n_paths), np.diff(holds.indptr))
    demand = solution.problem.rows.demand[sets.pair[path]]
    paid = holds.usd_per_h * solution.wait_h[holds.resource] * weights[path] * demand
    by_element = np.bincount(holds.resource, paid, solution.wait_h.size)
    at = int(np.argmax(by_element))
    return at if by_element[at] > 0 else None


def _without(solution: LogitSolution, weights: Floats, at: int) -> float:
    """Return what would be modelled without the wait at an element, others kept."""
    holds, choice = solution.holds, solution.choice
    sets, demand = choice.sets, solution.problem.rows.demand
    path = np.repeat(np.arange(sets.n_paths), np.diff(holds.indptr))
    mine = holds.resource == at
    less = np.bincount(path[mine], holds.usd_per_h[mine], sets.n_paths)
    cost = solution.cost_usd_per_t - less * solution.wait_h[at]
    share, flow = np.zeros(sets.n_paths), np.zeros(sets.n_paths)
    split(
        sets.indptr,
        cost,
        sets.size,
        choice.theta_per_usd,
        demand,
        choice.unserved_usd_per_t,
        share,
        flow,
        np.zeros(demand.size),
    )
    return float(weights @ flow)


def _short(amount: float) -> str:
    """Return an amount in three figures, in thousands or millions.

    Examples
    --------
    >>> _short(1_234_567.0), _short(20_500.0)
    ('1.23 million', '20.5 thousand')
    """
    for size, name in ((1e6, "million"), (1e3, "thousand")):
        if amount >= size:
            return f"{amount / size:.3g} {name}"
    return f"{amount:.3g}"
