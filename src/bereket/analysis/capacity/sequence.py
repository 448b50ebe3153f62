"""The best sequence: which measures bring the cheapest next tonne, and the next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np

from bereket.analysis.capacity.merit import Merit
from bereket.analysis.capacity.trials import (
    ENDS,
    LEAST_GAIN_T_PER_YEAR,
    Trials,
    cost_of,
    per_tonne,
)
from bereket.errors import ScenarioError

MOST_STEPS: Final = 12
MOST_TOGETHER: Final = 3  # measures tried together where none alone adds anything
MOST_TRIED: Final = 6  # sets carried on to the next step of a search
PAIRS: Final = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the best sequence.

    Attributes
    ----------
    measure_ids : tuple of str
        What is done at the step.
    before_t_per_year, after_t_per_year : float
        Flow of both directions.
    capex_usd, capex_low_usd, capex_high_usd : float
        Cost of the step.
    usd_per_extra_t_per_year, low, high : float
        As of a `Merit`, at the step.
    """

    measure_ids: tuple[str, ...]
    before_t_per_year: float
    after_t_per_year: float
    capex_usd: float
    capex_low_usd: float
    capex_high_usd: float
    usd_per_extra_t_per_year: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        """Return the step as plain data."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"measure_ids": list(self.measure_ids)}


def best_sequence(
    trials: Trials,
    merits: Sequence[Merit],
    is_stopped: Callable[[], bool] = lambda: False,
) -> tuple[Stage, ...]:
    """Find in which order measures bring the cheapest next tonne.

    Parameters
    ----------
    trials : Trials
        Flows under measures.
    merits : sequence of Merit
        Measures that touch the corridor.
    is_stopped : callable
        Whether to stop early.

    Returns
    -------
    tuple of Stage
        At each step what costs least per extra tonne on top of what was done; where no
        measure alone adds anything, two or three together.
    """
    able = [each.measure_id for each in merits if np.isfinite(each.capex_usd)]
    done: tuple[str, ...] = ()
    stages: list[Stage] = []
    before = trials.before_t_per_year
    while len(stages) < MOST_STEPS and np.isfinite(before) and not is_stopped():
        best = _cheapest(trials, able, done, before)
        if best is None:
            break
        stages.append(best)
        done += best.measure_ids
        before = best.after_t_per_year
    return tuple(stages)


def _cheapest(
    trials: Trials, able: Sequence[str], done: tuple[str, ...], before: float
) -> Stage | None:
    """Return the cheapest next step, of as few measures as bring anything.

    Notes
    -----
    Of several elements that bind at one level each must be lifted: what touches the
    nearest cut comes first, then what touches the cut that stands after it.
    """
    frontier: list[tuple[str, ...]] = [()]
    stages: list[Stage] = []
    for count in range(1, MOST_TOGETHER + 1):
        tried: dict[frozenset[str], tuple[str, ...]] = {}
        for chosen in frontier:
            for measure_id in able:
                together = (*chosen, measure_id)
                if measure_id in (*done, *chosen) or frozenset(together) in tried:
                    continue
                if not trials.may_raise(measure_id, (*done, *chosen)):
                    continue
                tried[frozenset(together)] = together
                found = _tried(trials, together, done, before)
                stages += [found] if found else []
        # two may be cheaper than the best of one; three only where two add nothing
        if stages and count >= PAIRS:
            break
        allowed = (each for each in tried.values() if _is_allowed(trials, each, done))
        frontier = list(islice(allowed, MOST_TRIED))
    return min(stages, key=lambda each: each.usd_per_extra_t_per_year, default=None)


def _is_allowed(trials: Trials, chosen: tuple[str, ...], done: tuple[str, ...]) -> bool:
    """Whether measures may be done with others."""
    try:
        trials.t_per_year((*done, *chosen))
    except ScenarioError:  # one rules out another
        return False
    return True


def _tried(
    trials: Trials, chosen: tuple[str, ...], done: tuple[str, ...], before: float
) -> Stage | None:
    """Return the step that measures make on top of others; None where they add nothing.

    Notes
    -----
    Measures that one done rules out add nothing either.
    """
    if not _is_allowed(trials, chosen, done):
        return None
    after = trials.t_per_year((*done, *chosen))
    if not after - before > LEAST_GAIN_T_PER_YEAR:
        return None
    # what a measure needs is built with it, and paid with it, if it does not stand yet
    already, together = trials.done(done), trials.done((*done, *chosen))
    cost = cost_of(trials.model, [each for each in together if each not in already])
    gains = [
        trials.t_per_year((*done, *chosen), end) - trials.t_per_year(done, end)
        for end in ENDS
    ]
    return Stage(
        measure_ids=chosen,
        before_t_per_year=before,
        after_t_per_year=after,
        capex_usd=cost.value,
        capex_low_usd=cost.low,
        capex_high_usd=cost.high,
        usd_per_extra_t_per_year=per_tonne(cost.value, after - before),
        low=per_tonne(cost.low, max(*gains, after - before)),
        high=per_tonne(cost.high, min(*gains, after - before)),
    )
