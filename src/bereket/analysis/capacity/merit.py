"""The merit order: measures by what an extra tonne a year costs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

import numpy as np

from bereket.analysis.capacity.programme import (
    DAYS_PER_YEAR,
    Programme,
    after_works,
    programme_of,
    touched_by,
)
from bereket.compiled.capacities import resizing
from bereket.errors import ScenarioError
from bereket.model.changes import with_changes
from bereket.model.measures import End, Works, measure_changes
from bereket.model.model import Model

LEAST_GAIN_T_PER_YEAR: Final = 1.0
MOST_STEPS: Final = 12
MOST_TOGETHER: Final = 3  # measures tried together where none alone adds anything
MOST_TRIED: Final = 30  # sets carried on to the next step of a search
ENDS: Final[tuple[End, ...]] = ("low", "high")


@dataclass(frozen=True, slots=True)
class Money:
    """What a measure costs to build, USD of the price year; NaN where unknown."""

    value: float
    low: float
    high: float

    def __add__(self, other: "Money") -> "Money":
        """Return the cost of both."""
        return Money(
            self.value + other.value, self.low + other.low, self.high + other.high
        )


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
        nothing is added. Low takes the least cost and the largest effect, high the
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


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the best sequence.

    Attributes
    ----------
    measure_ids : tuple of str
        What is done at the step.
    before_t_per_year, after_t_per_year : float
        Flow of both directions.
    capex_usd : float
        Cost of the step.
    usd_per_extra_t_per_year, low, high : float
        As of a `Merit`, at the step.
    """

    measure_ids: tuple[str, ...]
    before_t_per_year: float
    after_t_per_year: float
    capex_usd: float
    usd_per_extra_t_per_year: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        """Return the step as plain data."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"measure_ids": list(self.measure_ids)}


class Trials:
    """Flows under sets of measures; each set is tried once.

    Parameters
    ----------
    programme : Programme
        The programme before.

    Notes
    -----
    A measure can only raise the flow where it touches the minimum cut; so only those
    that do are solved for.
    """

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._resized: dict[tuple[str, ...], Programme] = {(): programme}
        self._flows: dict[tuple[frozenset[str], End], float] = {}
        self._cuts: dict[frozenset[str], frozenset[str]] = {}
        self._touched: dict[str, frozenset[str]] = {}
        self.before_t_per_year = self.t_per_year(())

    @property
    def model(self) -> Model:
        """The model before."""
        return self._programme.graph.model

    def programme(
        self, measure_ids: Collection[str], end: End = "central"
    ) -> Programme:
        """Return the programme after measures."""
        if not measure_ids:
            return self._programme
        day = self._programme.graph.day
        works = measure_changes(self.model, sorted(measure_ids), end, day)
        return after_works(self._sized(works), works)

    def _sized(self, works: Works) -> Programme:
        """Return the programme before, with trains of the size they have after."""
        changes = resizing(works.changes)
        key = tuple(map(str, changes))
        if key not in self._resized:
            before = self._programme
            model = with_changes(self.model, changes)
            graph = replace(before.graph, model=model)
            self._resized[key] = programme_of(graph, before.streams, before.closed)
        return self._resized[key]

    def t_per_year(self, measure_ids: Collection[str], end: End = "central") -> float:
        """Return the flow of both directions under measures; inf where none binds."""
        key = frozenset(measure_ids), end
        if key not in self._flows:
            flow = self.programme(measure_ids, end).solve()
            total = float(flow.t_per_day.sum()) * DAYS_PER_YEAR
            self._flows[key] = total if flow.is_bounded else np.inf
        return self._flows[key]

    def cut(self, measure_ids: Collection[str]) -> frozenset[str]:
        """Return the elements of the minimum cut nearest the sources under measures."""
        key = frozenset(measure_ids)
        if key not in self._cuts:
            programme = self.programme(measure_ids)
            dual, _ = programme.nearest_cut()
            cut = np.unique(programme.room.element_of_row[dual > 0]).tolist()
            elements = programme.room.elements
            self._cuts[key] = frozenset(elements[at].element for at in cut)
        return self._cuts[key]

    def touched(self, measure_id: str) -> frozenset[str]:
        """Return the elements that a measure changes and the cargo may pass."""
        if measure_id not in self._touched:
            programme = self._programme
            works = measure_changes(self.model, (measure_id,), day=programme.graph.day)
            self._touched[measure_id] = touched_by(programme, works)
        return self._touched[measure_id]

    def may_raise(self, measure_id: str, done: Collection[str] = ()) -> bool:
        """Whether a measure touches the cut that stands after others."""
        return not self.touched(measure_id).isdisjoint(self.cut(done))


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
    works = measure_changes(model, (measure_id,))
    asked = works.measure_ids or (measure_id,)
    gain, ends = 0.0, [0.0]
    if any(trials.may_raise(each) for each in asked):
        gain = trials.t_per_year((measure_id,)) - before
        ends = [trials.t_per_year((measure_id,), end) - before for end in ENDS]
    least, most = min(gain, *ends), max(gain, *ends)
    cost = cost_of(model, asked)
    return Merit(
        measure_id=measure_id,
        name=_name(model, measure_id),
        usd_per_extra_t_per_year=_per_tonne(cost.value, gain),
        low=_per_tonne(cost.low, most),
        high=_per_tonne(cost.high, least),
        extra_t_per_year=max(0.0, gain),
        extra_low_t_per_year=max(0.0, least),
        extra_high_t_per_year=max(0.0, most),
        capex_usd=cost.value,
        capex_low_usd=cost.low,
        capex_high_usd=cost.high,
        notes=works.notes,
    )


def cost_of(model: Model, measure_ids: Collection[str]) -> Money:
    """Return what measures cost to build, with the ends of the intervals."""
    table = model["measure"]
    total = Money(0.0, 0.0, 0.0)
    for measure_id in measure_ids:
        (row,) = table.row_of[(measure_id,)]
        value, low, high = (
            float(table.number(f"capex_usd{end}")[row]) for end in ("", "_low", "_high")
        )
        total += Money(
            value,
            value if np.isnan(low) else low,
            value if np.isnan(high) else high,
        )
    return total


def _name(model: Model, measure_id: str) -> str:
    (row,) = model["measure"].row_of[(measure_id,)]
    return model["measure"].labels("name")[row]


def _per_tonne(usd: float, t_per_year: float) -> float:
    """Return USD per extra tonne a year; NaN where nothing is added."""
    if not t_per_year > LEAST_GAIN_T_PER_YEAR:
        return float("nan")
    return usd / t_per_year if np.isfinite(t_per_year) else 0.0


def _ranked(found: Sequence[Merit]) -> tuple[Merit, ...]:
    """Return measures in order, those that cannot be told apart in one group."""

    def place(each: Merit) -> tuple[bool, bool, float, str]:
        ratio = each.usd_per_extra_t_per_year
        is_ranked = bool(np.isfinite(ratio))
        adds = each.extra_t_per_year > LEAST_GAIN_T_PER_YEAR
        return not is_ranked, not adds, ratio if is_ranked else 0.0, each.measure_id

    ranked, group, reach = [], 0, -np.inf
    for each in sorted(found, key=place):
        if not np.isfinite(each.usd_per_extra_t_per_year):
            ranked.append(replace(each, tie_group=0))
            continue
        if each.low > reach:
            group += 1
        reach = max(reach, each.high if np.isfinite(each.high) else np.inf)
        ranked.append(replace(each, tie_group=group))
    return tuple(ranked)


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
    for _ in range(MOST_TOGETHER):
        stages: list[Stage] = []
        barren: dict[frozenset[str], tuple[str, ...]] = {}
        for chosen in frontier:
            for measure_id in able:
                together = (*chosen, measure_id)
                if measure_id in (*done, *chosen) or frozenset(together) in barren:
                    continue
                if not trials.may_raise(measure_id, (*done, *chosen)):
                    continue
                found = _tried(trials, together, done, before)
                if found is None:
                    barren[frozenset(together)] = together
                else:
                    stages.append(found)
        if stages:
            return min(stages, key=lambda each: each.usd_per_extra_t_per_year)
        allowed = (each for each in barren.values() if _is_allowed(trials, each, done))
        frontier = list(islice(allowed, MOST_TRIED))
    return None


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
    cost = cost_of(trials.model, chosen)
    gains = [
        trials.t_per_year((*done, *chosen), end) - trials.t_per_year(done, end)
        for end in ENDS
    ]
    return Stage(
        measure_ids=chosen,
        before_t_per_year=before,
        after_t_per_year=after,
        capex_usd=cost.value,
        usd_per_extra_t_per_year=_per_tonne(cost.value, after - before),
        low=_per_tonne(cost.low, max(*gains, after - before)),
        high=_per_tonne(cost.high, min(*gains, after - before)),
    )
