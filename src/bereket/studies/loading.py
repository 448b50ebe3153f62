"""An assignment as far as its headlines need it: ships from one start, no links."""

from dataclasses import dataclass, replace
from datetime import date

from bereket.analysis.assign import AssignParams, AssignResult
from bereket.analysis.assign.answers import corridor_flows, scarcity_of, unserved_of
from bereket.analysis.assign.filling import fills_of, settled
from bereket.analysis.assign.freight import (
    base_of,
    counted_on,
    lay_out_freight,
    when_counted,
)
from bereket.analysis.assign.result import CorridorFlow
from bereket.compiled.asking import compiled
from bereket.model.model import Model
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solution import Solution
from bereket.solve.equilibrium.solver import Effort, solve
from bereket.solve.solved import Solved


@dataclass(frozen=True, slots=True)
class Loading:
    """What of an assignment headlines are made of.

    Attributes
    ----------
    demand_t_per_year, unserved_t_per_year : float
        What wants to go, and what of it does not.
    worst_wait_h : float
        The longest wait at a full element; 0 where nothing is full.
    corridors : tuple of CorridorFlow
        In the order of the table.
    status : str
        How it ended.
    """

    demand_t_per_year: float
    unserved_t_per_year: float
    worst_wait_h: float
    corridors: tuple[CorridorFlow, ...]
    status: str

    @classmethod
    def of(cls, found: AssignResult) -> "Loading":
        """Return it of a whole answer."""
        return cls(
            demand_t_per_year=found.demand_per_year,
            unserved_t_per_year=found.unserved_per_year,
            worst_wait_h=max((each.wait_h for each in found.scarcity), default=0.0),
            corridors=found.corridors,
            status=found.status,
        )


def load(
    model: Model, changed: Model, params: AssignParams, day: date, year: int
) -> Loading:
    """Put a year's demand on the ways, for the headlines alone.

    Parameters
    ----------
    model : Model
        The model before a scenario.
    changed : Model
        The model after it; the same one where there is none.
    params : AssignParams
        What is asked; of the objectives not the logit.
    day : date
        Date of the network.
    year : int
        Year of the demand.

    Returns
    -------
    Loading
        As of `assign` with the same model: the second start of ships, from empty ones,
        tells how sure their headways are and is in no headline.
    """
    is_base = changed is model and (day, year) == when_counted(model)
    counted = None if is_base else counted_on(*base_of(model), params)
    freight = lay_out_freight(compiled(changed, day), year, params, counted)
    effort = Effort(
        gap=params.gap,
        violation=params.max_violation,
        max_iterations=params.max_iterations,
        n_threads=params.threads,
    )

    def solved(problem: Problem, start: Solved | None) -> Solved:
        first = start if isinstance(start, Solution) else None
        return solve(problem, effort, first)

    def look(problem: Problem, start: Solution) -> Solution:
        return solve(problem, replace(effort, max_iterations=1), start)

    fills = fills_of(freight, params.patience_h)
    first_h = fills.waits(fills.least_h)
    freight, solution, _ = settled(fills, first_h, solved, None, look)
    laid = freight.laid
    stopped = sum(each.amount for each in laid.stopped)
    wanted = float(laid.problem.rows.demand.sum()) + stopped
    unserved = unserved_of(laid, solution, laid.stopped)
    scarcity = scarcity_of(freight, solution)
    return Loading(
        demand_t_per_year=wanted * laid.per_year,
        unserved_t_per_year=sum(each.amount_per_year for each in unserved),
        worst_wait_h=max((each.wait_h for each in scarcity), default=0.0),
        corridors=corridor_flows(freight, solution),
        status=solution.status,
    )
