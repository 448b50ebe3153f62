"""An assignment laid out: the problem in numbers, and what its numbers stand for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bereket.solve.equilibrium.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Demand that has no way at all.

    Attributes
    ----------
    origin_id, destination_id, class_id : str
        What wants to go.
    amount : float
        Of the period.
    why : str
        What stops it.
    """

    origin_id: str
    destination_id: str
    class_id: str
    amount: float
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A problem with its labels.

    Attributes
    ----------
    problem : Problem
        In numbers.
    unit : str
        What flows are counted in: ``t/day``, or ``file``.
    per_year : float
        Periods of a year.
    class_of_kind : sequence of str
        Class of each row of costs, as a planner calls it.
    origin_id, destination_id : sequence of str
        Ends of each pair.
    tail_id, head_id : sequence of str
        Ends of each arc.
    runs_on : sequence of tuple of (str, str)
        Links that each arc runs on, in order: those of its chain where it is a rate.
    free_way : sequence of (n,) int32
        Arcs of the cheapest way of each pair at no wait; empty of roads.
    element_of_resource : sequence of str
        What each resource is called.
    unit_of_resource : sequence of str
        What its load is counted in.
    time_h : (n_arcs,)
        Hours of each arc that no load changes.
    money : (n_classes, n_arcs)
        Money of each arc [USD/t]; of roads toll and distance in the file's units.
    emission_kgco2e_per_t : (n_arcs,)
        Emission of each arc.
    variance_h2 : (n_arcs,)
        Variance of the time of each arc.
    mode_of_arc : sequence of str
        Mode of the carrier of each arc; empty of roads.
    stopped : tuple of Stopped
        Demand that is not in the problem, as it has no way.
    notes, warnings : tuple of str
        How it was laid out; what could not be used.
    """

    problem: Problem
    unit: str
    per_year: float
    class_of_kind: Sequence[str]
    origin_id: Sequence[str]
    destination_id: Sequence[str]
    tail_id: Sequence[str]
    head_id: Sequence[str]
    runs_on: Sequence[tuple[tuple[str, str], ...]]
    free_way: Sequence[NDArray[np.int32]]
    element_of_resource: Sequence[str]
    unit_of_resource: Sequence[str]
    time_h: Floats
    money: Floats
    emission_kgco2e_per_t: Floats
    variance_h2: Floats
    mode_of_arc: Sequence[str] = ()
    stopped: tuple[Stopped, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def class_of_pair(self, pair: int) -> str:
        """Return the class of a pair."""
        return self.class_of_kind[int(self.problem.kind_of_pair[pair])]
