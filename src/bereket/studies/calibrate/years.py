"""The years of a calibration: laid out, and held against what was observed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.choice import Chosen, chosen_of
from bereket.analysis.assign.filling import fills_of, settle
from bereket.analysis.assign.freight import (
    MID_YEAR,
    Freight,
    base_of,
    counted_on,
    lay_out_freight,
)
from bereket.analysis.assign.params import AssignParams
from bereket.compiled.asking import compiled
from bereket.compiled.behaviour import Parameter
from bereket.model.calendar import as_day, is_open
from bereket.model.changes import SetValue
from bereket.model.model import Model
from bereket.model.reference import RowReference
from bereket.model.scenario import Scenario, apply
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solver import Effort
from bereket.solve.logit.solution import LogitSolution
from bereket.solve.logit.solver import solve_logit
from bereket.solve.solved import Solved
from bereket.studies.calibrate.case import Case
from bereket.studies.scopes import Scopes

Floats = NDArray[np.float64]
NOTHING_KNOWN: Final[Mapping[Any, Any]] = MappingProxyType({})
SETTLING: Final = Effort(gap=1e-8, violation=1e-6, max_iterations=300)


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """One year, laid out.

    Attributes
    ----------
    year : int
        The year.
    freight : Freight
        Its demand on its network.
    chosen : Chosen
        What shippers choose from.
    scopes : Scopes
        Reads observations against the paths.
    """

    year: int
    freight: Freight
    chosen: Chosen
    scopes: Scopes

    def settled(self, values: dict[str, float]) -> "Year":
        """Return the year with the sailings that values of the parameters make."""
        chosen = with_values(self.chosen, values)
        choice = chosen.choice()
        problem = self.freight.laid.problem
        demand = problem.rows.demand * chosen.demand_factor()

        def solve(asked: Problem, start: Solved | None) -> Solved:
            rows = asked.rows._replace(demand=demand)
            known = start if isinstance(start, LogitSolution) else None
            return solve_logit(replace(asked, rows=rows), choice, SETTLING, known)

        fills = fills_of(self.freight, AssignParams().patience_h)
        freight, _, _ = settle(fills, solve)
        return replace(self, freight=freight)

    def case(self, names: Sequence[str], rows: Sequence[int]) -> Case:
        """Return the year in numbers, for parameters and observations in an order."""
        chosen = self.chosen
        own = [each.parameter_id for each in chosen.parameters]
        kinds = np.array([each.kind for each in chosen.parameters], dtype=object)
        at = [own.index(name) if name in own else None for name in names]

        def placed(columns: NDArray[np.generic], mine: NDArray[np.bool_]) -> Floats:
            found = np.zeros((columns.shape[0], len(names)))
            for column, position in enumerate(at):
                if position is not None and mine[position]:
                    found[:, column] = columns[:, position]
            return found

        is_paid = (kinds != "scale") & (kinds != "demand")
        none = np.empty((0, len(chosen.ways)))
        bare = {each.parameter_id: _nothing(each) for each in chosen.parameters}
        return Case(
            problem=self.freight.laid.problem,
            choice=with_values(chosen, bare).choice(),
            passages=placed(chosen.passages, is_paid),
            scales=placed(chosen.of_pair, kinds == "scale").astype(bool),
            demands=placed(chosen.of_pair, kinds == "demand").astype(bool),
            weights=np.vstack([none, *(self.scopes.weights(row) for row in rows)]),
        )


def _nothing(parameter: Parameter) -> float:
    return 1.0 if parameter.is_factor else 0.0


def with_values(chosen: Chosen, values: dict[str, float]) -> Chosen:
    """Return choices at other values of the parameters."""
    return replace(
        chosen,
        parameters=tuple(
            replace(each, value=values.get(each.parameter_id, each.value))
            for each in chosen.parameters
        ),
    )


def year_of(
    model: Model,
    year: int,
    orders_of: int | None = None,
    party: str = "",
    known: Mapping[Any, Any] = NOTHING_KNOWN,
) -> Year:
    """Lay a year out.

    Parameters
    ----------
    model : Model
        The model.
    year : int
        Year of demand and network.
    orders_of : int or None
        Year whose orders hold in place of its own: a forecast that knows none newer.
    party : str
        Party class that asks.
    known : mapping
        Ways that were found before (`ways_ahead`).

    Returns
    -------
    Year
        Ready to be matched.
    """
    day = as_day(f"{year}-{MID_YEAR}")
    params = AssignParams(objective="logit", party=party)
    asked = model
    if orders_of is not None:
        asked = with_orders_of(model, as_day(f"{orders_of}-{MID_YEAR}"), day)
    graph = compiled(asked, day)
    graph.kept.update(known)
    counted = counted_on(*base_of(model), params)
    freight = lay_out_freight(graph, year, params, counted)
    chosen = chosen_of(freight, params)
    return Year(year, freight, chosen, Scopes(asked, year, freight, chosen))


def with_orders_of(model: Model, known: date, day: date) -> Model:
    """Return a model in which the orders of an earlier day hold on a later one.

    Parameters
    ----------
    model : Model
        The model.
    known : date
        Day whose orders are known.
    day : date
        Day on which they shall hold.

    Returns
    -------
    Model
        Orders that came between are planned only, those that ended go on.
    """
    table = model["regime"]
    before, after = is_open(table, known), is_open(table, day)
    names = table.labels("regime_id")
    changes = []
    for row in np.nonzero(before != after)[0].tolist():
        reference = RowReference("regime", (names[row],))
        if after[row]:
            changes.append(SetValue(reference, "status", "planned"))
        else:
            changes.append(SetValue(reference, "valid_to", ""))
    # rows of table `shock` say which orders came when, which is not so here
    tables = {name: each for name, each in model.tables.items() if name != "shock"}
    bare = Model(model.name, tables, model.about)
    return apply(bare, Scenario("orders as known", tuple(changes)))
