"""Why an observation is missed: too little demand, no room, or the choice of ways."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.freight import Freight
from bereket.model.naming import place_names, told
from bereket.solve.logit.solution import LogitSolution

Floats = NDArray[np.float64]
NEAR: Final = 0.25  # off by less, as a share, and nothing is explained
SHORT: Final = 0.9  # of what was observed, that demand reaches
FELT: Final = 0.05  # share of the cost of a way that waiting at an element makes


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
        where waiting at an element makes a good part of what paths of the scope cost;
        else the choice.
    """
    modelled = float(weights @ solution.flow)
    pair = solution.choice.sets.pair
    best = np.zeros(solution.problem.n_pairs)
    np.maximum.at(best, pair, weights)
    reach = float(best @ solution.problem.rows.demand)
    off = modelled / observed - 1.0
    if abs(off) <= NEAR:
        return Reason(reach, "", "")
    if off > 0:
        return Reason(
            reach,
            "choice",
            f"of {_short(reach)} that have a way here {modelled / reach:.0%} take it: "
            "the model makes it too cheap, or the demand of the model is too large",
        )
    if reach < SHORT * observed:
        return Reason(
            reach,
            "demand",
            f"all demand of the model that has a way here is {_short(reach)}, less "
            "than what was observed: cells are missing",
        )
    element, share = _felt(freight, solution, weights)
    if share > FELT:
        model = freight.offer.graph.model
        element = told(model, element, place_names(model))
        return Reason(
            reach,
            "room",
            f"{element} is full: waiting there makes {share:.0%} of what ways here "
            "cost",
        )
    return Reason(
        reach,
        "choice",
        f"of {_short(reach)} that have a way here {modelled / reach:.0%} take it: "
        "other ways cost less in the model",
    )


def _felt(
    freight: Freight, solution: LogitSolution, weights: Floats
) -> tuple[str, float]:
    """Return the element whose wait costs most on the paths of a scope, as a share."""
    holds, sets = solution.holds, solution.choice.sets
    path = np.repeat(np.arange(sets.n_paths), np.diff(holds.indptr))
    demand = solution.problem.rows.demand[sets.pair[path]]
    on = (weights[path] > 0) * weights[path] * demand
    paid = holds.usd_per_h * solution.wait_h[holds.resource] * on
    by_element = np.bincount(holds.resource, paid, solution.wait_h.size)
    whole = float((weights * demand_of(solution) * solution.cost_usd_per_t).sum())
    at = int(np.argmax(by_element))
    if whole <= 0 or by_element[at] <= 0:
        return "", 0.0
    return freight.laid.element_of_resource[at], float(by_element[at] / whole)


def demand_of(solution: LogitSolution) -> Floats:
    """Return the demand of the pair of each path."""
    return solution.problem.rows.demand[solution.choice.sets.pair]


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
