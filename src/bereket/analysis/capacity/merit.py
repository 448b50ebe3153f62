"""The merit order: measures by what an extra tonne a year costs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bereket.analysis.capacity.trials import (
    ENDS,
    LEAST_GAIN_T_PER_YEAR,
    Trials,
    cost_of,
    per_tonne,
)
from bereket.model.measures import measure_changes
from bereket.model.model import Model


@dataclass(frozen=True, slots=True)
class Merit:
    """A measure, or several that only help together, and what they bring.

    Attributes
    ----------
    measure_id : str
        Label; of several joined by ``+``.
    name : str
        In words.
    usd_per_extra_t_per_year, low, high : float
        Cost to build over the extra tonnes a year; NaN where the cost is unknown or
        nothing is added. Low takes the least cost and the most that is added at any end
        of the effect, or of the capacity of one element that moves the flow; high the
        other ends.
    extra_t_per_year, extra_low_t_per_year, extra_high_t_per_year : float
        What it adds to the flow of both directions, alone.
    capex_usd, capex_low_usd, capex_high_usd : float
        What it costs to build, with what it needs.
    tie_group : int
        Measures of one group cannot be told apart by their intervals.
    notes : tuple of str
        What it needs besides; why it has no effect.
    """

    measure_id: str
    name: str
    usd_per_extra_t_per_year: float
    low: float
    high: float
    extra_t_per_year: float
    extra_low_t_per_year: float
    extra_high_t_per_year: float
    capex_usd: float
    capex_low_usd: float
    capex_high_usd: float
    tie_group: int = 0
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the measure as plain data; None where unknown."""
        plain: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, float) and not np.isfinite(value):
                value = None
            plain[name] = list(value) if isinstance(value, tuple) else value
        return plain


def merit_order(
    trials: Trials, monitor: Callable[[int, int, str], bool] | None = None
) -> tuple[Merit, ...]:
    """Rank the measures by what an extra tonne a year costs, each alone.

    Parameters
    ----------
    trials : Trials
        Flows under measures.
    monitor : callable, optional
        Is told how far it is; False stops.

    Returns
    -------
    tuple of Merit
        The cheapest first; then those that add nothing alone, then those whose cost is
        unknown. Measures that touch nothing of the corridor are left out.

    Notes
    -----
    Cost to build over extra tonnes a year. A rank is told only where it survives the
    intervals: measures whose intervals overlap are one `tie_group`.
    """
    table = trials.model["measure"]
    names = table.labels("measure_id")
    found = []
    for at, measure_id in enumerate(names):
        if monitor and not monitor(at, len(names), measure_id):
            break
        if trials.touched(measure_id):
            found.append(merit_of(trials, measure_id))
    return _ranked(found)


def lifting(
    trials: Trials, merits: Sequence[Merit], elements: Collection[str]
) -> tuple[str, ...]:
    """Return the measures that lift one of some elements, in order of merit.

    Parameters
    ----------
    trials : Trials
        Flows under measures.
    merits : sequence of Merit
        Measures that touch the corridor.
    elements : collection of str
        Row references.

    Returns
    -------
    tuple of str
        Labels of measures.
    """
    return tuple(
        each.measure_id
        for each in merits
        if not trials.touched(each.measure_id).isdisjoint(elements)
    )


def merit_of(trials: Trials, measure_id: str) -> Merit:
    """Return what a measure brings and costs, done alone with what it needs."""
    model, before = trials.model, trials.before_t_per_year
    works = measure_changes(model, (measure_id,), day=trials.day)
    asked = works.measure_ids or (measure_id,)
    gain, ends = 0.0, [0.0]
    if any(trials.may_raise(each) for each in asked):
        gain = trials.t_per_year((measure_id,)) - before
        ends = [trials.t_per_year((measure_id,), end) - before for end in ENDS]
    ends += trials.gains_elsewhere(measure_id)
    least, most = min(gain, *ends), max(gain, *ends)
    cost = cost_of(model, asked)
    lowers = f"lowers the flow by {-gain:,.0f} t a year"
    notes = (*works.notes, *((lowers,) if gain < -LEAST_GAIN_T_PER_YEAR else ()))
    return Merit(
        measure_id=measure_id,
        name=_name(model, measure_id),
        usd_per_extra_t_per_year=per_tonne(cost.value, gain),
        low=per_tonne(cost.low, most),
        high=per_tonne(cost.high, least),
        extra_t_per_year=max(0.0, gain),
        extra_low_t_per_year=max(0.0, least),
        extra_high_t_per_year=max(0.0, most),
        capex_usd=cost.value,
        capex_low_usd=cost.low,
        capex_high_usd=cost.high,
        notes=notes,
    )


def _name(model: Model, measure_id: str) -> str:
    (row,) = model["measure"].row_of[(measure_id,)]
    return model["measure"].labels("name")[row]


def _ranked(found: Sequence[Merit]) -> tuple[Merit, ...]:
    """Return measures in order, those that cannot be told apart in one group."""

    def place(each: Merit) -> tuple[bool, bool, float, str]:
        ratio = each.usd_per_extra_t_per_year
        is_ranked = bool(np.isfinite(ratio))
        adds = each.extra_t_per_year > LEAST_GAIN_T_PER_YEAR
        return not is_ranked, not adds, ratio if is_ranked else 0.0, each.measure_id

    ranked: list[Merit] = []
    reaches: list[float] = []  # how far the intervals of each group go
    for each in sorted(found, key=place):
        low = each.low if np.isfinite(each.low) else np.inf
        high = each.high if np.isfinite(each.high) else np.inf
        if not np.isfinite(each.usd_per_extra_t_per_year):
            # adds nothing as things are: tied where it may yet, else told apart
            tied = [at for at, reach in enumerate(reaches, 1) if low <= reach]
            group = tied[0] if tied and np.isfinite(low) else 0
        else:
            if not reaches or low > reaches[-1]:
                reaches.append(-np.inf)
            reaches[-1] = max(reaches[-1], high)
            group = len(reaches)
        ranked.append(replace(each, tie_group=group))
    return tuple(ranked)
