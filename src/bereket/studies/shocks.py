"""Events that moved cargo: a model asked before and after, beside what was seen."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from bereket.analysis.assign import AssignParams, AssignResult, assign
from bereket.errors import QuestionError
from bereket.model.changes import SetValue
from bereket.model.model import Column, Model, Table
from bereket.model.reference import RowReference
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.shock_counter import Counter
from bereket.studies.shock_result import Shifted, ShockBeside, ShocksResult, Way

FACTOR: Final = 1.5
USUAL: Final = AssignParams(gap=1e-4)
SHOWN: Final = 3
SMALL: Final = 0.005  # a share that is not worth a word
MOST: Final = 0.5


@dataclass(frozen=True, slots=True)
class ShocksParams:
    """What is asked.

    Attributes
    ----------
    assign : AssignParams
        How the model is asked each time; date, year and party are the shock's.
    shock_ids : tuple of str
        Which shocks; empty = all.
    factor : float
        Within which a modelled ratio counts as of the size observed.
    processes : int
        Processes that share the shocks; the answer is the same.
    """

    assign: AssignParams = field(default_factory=lambda: USUAL)
    shock_ids: tuple[str, ...] = ()
    factor: float = FACTOR
    processes: int = 1

    def __post_init__(self) -> None:
        """Refuse a factor that is none.

        Raises
        ------
        QuestionError
            When it is not above 1, or date, year or party are set beforehand.
        """
        if not (math.isfinite(self.factor) and self.factor > 1.0):
            msg = f"factor must be a number above 1; found {self.factor:g}"
            raise QuestionError(msg)
        if self.assign.as_of or self.assign.party or self.assign.year is not None:
            msg = "date, year and party are those of the shocks, not of the question"
            raise QuestionError(msg)


def shocks(
    model: Model,
    scenario: Scenario = BASELINE,
    params: ShocksParams | None = None,
    *,
    monitor: Monitor | None = None,
) -> ShocksResult:
    """Ask a model before and after each event of table `shock`.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : ShocksParams
        How to ask, and which shocks.
    monitor : Monitor, optional
        Is told about progress; False stops, and the shocks so far come, marked
        interrupted.

    Returns
    -------
    ShocksResult
        A row a shock: the ratio observed and modelled, and what stands between.

    Raises
    ------
    QuestionError
        When the model has no shock, or not the one asked for.

    Notes
    -----
    Four assignments a shock, those that repeat made once: on the day before; on the day
    after; on the day after with the demand of the day before, so that the change of
    demand is told apart; and that without the orders that the shock names, so that
    their own effect is told from that of prices and works of the same time. Where a
    shock names a party, the model is asked as that party after it, as if all cargo were
    of it: its ratio is then the end that the orders could reach. Where cargo goes
    that passed before is told by the places of links: a road beside a railway between
    the same two places is no other way.
    """
    params = params or ShocksParams()
    table = apply(model, scenario)["shock"]
    rows = _asked(table.labels("shock_id"), params.shock_ids)
    runs = _Runs(model, scenario, params.assign)
    if min(params.processes, len(rows)) > 1:
        names = [table.labels("shock_id")[row] for row in rows]
        return _shared(model, scenario, params, names)
    found, is_done = list[ShockBeside](), True
    for at, row in enumerate(rows):
        if monitor and not monitor(at, len(rows), table.labels("shock_id")[row]):
            is_done = False
            break
        found.append(_beside(runs, row, params.factor))
    return ShocksResult(
        shocks=tuple(found),
        objective=params.assign.objective,
        warnings=tuple(runs.warnings),
        stamp=Stamp(
            question="shocks",
            **model_stamp(model, scenario),
            as_of=runs.model.config("base_date"),
            params=asdict(params),
            status="answered" if is_done else "interrupted",
        ),
    )


def _shared(
    model: Model, scenario: Scenario, params: ShocksParams, names: Sequence[str]
) -> ShocksResult:
    """Return the shocks that several processes tell, in their order."""
    columns = {name: dict(each.columns) for name, each in model.tables.items()}
    size = math.ceil(len(names) / params.processes)
    parts = [tuple(names[at : at + size]) for at in range(0, len(names), size)]
    jobs = [
        (model.name, columns, scenario, replace(params, shock_ids=part, processes=1))
        for part in parts
    ]
    with ProcessPoolExecutor(len(jobs)) as pool:
        told = list(pool.map(_part, jobs))
    asked = asdict(replace(params, shock_ids=params.shock_ids))
    stamp = replace(told[0].stamp, params=asked, **model_stamp(model, scenario))
    return replace(
        told[0],
        shocks=tuple(shock for each in told for shock in each.shocks),
        warnings=tuple(dict.fromkeys(w for each in told for w in each.warnings)),
        stamp=stamp,
    )


def _part(
    job: tuple[str, Mapping[str, Mapping[str, Column]], Scenario, ShocksParams],
) -> ShocksResult:
    """Return a part of the shocks, in a process of its own."""
    name, columns, scenario, params = job
    model = Model(name, {n: Table(n, each) for n, each in columns.items()})
    return shocks(model, scenario, params)


def _asked(known: tuple[str, ...], wanted: tuple[str, ...]) -> list[int]:
    """Return the rows that are asked for.

    Raises
    ------
    QuestionError
        When there are none, or not the one asked for.
    """
    if not known:
        msg = "shocks needs table 'shock', and the model has no row of it"
        raise QuestionError(msg)
    missing = [name for name in wanted if name not in known]
    if missing:
        msg = f"no shock {', '.join(map(repr, missing))}; known are {', '.join(known)}"
        raise QuestionError(msg)
    return [at for at, name in enumerate(known) if not wanted or name in wanted]


class _Runs:
    """Assignments of one model, each made once."""

    def __init__(self, model: Model, scenario: Scenario, params: AssignParams) -> None:
        self.base, self.scenario, self.params = model, scenario, params
        self.model = apply(model, scenario)
        self.made: dict[tuple[str, int | None, str, tuple[str, ...]], AssignResult] = {}
        self.warnings = dict[str, None]()

    def on(
        self,
        as_of: str,
        year: int | None = None,
        party: str = "",
        without: tuple[str, ...] = (),
    ) -> AssignResult:
        """Return the assignment of a day, a demand and a party, without some orders."""
        key = as_of, year, party, without
        if key not in self.made:
            lifted = tuple(
                SetValue(RowReference("regime", (name,)), "status", "closed")
                for name in without
            )
            scenario = replace(self.scenario, changes=(*self.scenario.changes, *lifted))
            asked = replace(self.params, as_of=as_of, year=year, party=party)
            self.made[key] = found = assign(self.base, scenario, asked)
            for warning in found.warnings if found.status != "answered" else ():
                self.warnings[f"{as_of}: {warning}"] = None
        return self.made[key]


def _beside(runs: _Runs, row: int, factor: float) -> ShockBeside:
    """Ask the model before and after one shock."""
    table = runs.model["shock"]

    def said(name: str) -> str:
        return table.labels(name)[row]

    def figure(name: str) -> float | None:
        value = float(table.number(name)[row])
        return None if math.isnan(value) else value

    counter, party = Counter(runs.model, row), said("party")
    regimes = tuple(table.lists("regimes")[row])
    first = runs.on(said("before_date"))
    last = runs.on(said("after_date"), None, party)
    year = _year_of(first)
    same = last if _year_of(last) == year else runs.on(said("after_date"), year, party)
    lifted = runs.on(said("after_date"), year, party, regimes) if regimes else same
    full = {each.element for each in first.scarcity}
    told = ShockBeside(
        **{name: said(name) for name in ("shock_id", "name", "on", "unit")},
        party=party,
        commodity_ids=tuple(table.lists("commodity_id")[row]),
        regimes=regimes,
        **{name: said(name) for name in ("before_date", "after_date")},
        before_year=year,
        after_year=_year_of(last),
        direction=_way(said("direction")),
        observed_ratio=figure("observed_ratio"),
        observed_low=figure("observed_ratio_low"),
        observed_high=figure("observed_ratio_high"),
        before=counter.count(first),
        after=counter.count(last),
        after_same_demand=counter.count(same),
        after_without_orders=counter.count(lifted),
        factor=factor,
        shifted=counter.shifted(first, same) if counter.count(first) > 0 else None,
        binds=tuple(e.element for e in same.scarcity if e.element not in full)[:SHOWN],
        why="",
        **{name: said(name) for name in ("definition", "source_id", "note")},
    )
    now = {each.element for each in same.scarcity}
    has_room = any(f"regime:{name}" not in now for name in _quotas(runs.model, regimes))
    return replace(told, why=_why(told, has_room=has_room))


def _quotas(model: Model, regimes: tuple[str, ...]) -> list[str]:
    """Return the orders among a few that are quotas."""
    regime = model["regime"]
    effects = regime.labels("effect")
    return [each for each in regimes if effects[regime.row_of[(each,)][0]] == "quota"]


def _way(direction: str) -> Way:
    return "up" if direction == "up" else "down"


def _year_of(found: AssignResult) -> int:
    """Return the year of the demand of an assignment."""
    return int(found.stamp.params["year"])


def _why(told: ShockBeside, *, has_room: bool) -> str:
    """Say what stands between the model and what was observed; empty where nothing."""
    if told.agrees and told.is_of_size is not False and told.is_by_orders:
        return ""
    if told.before <= 0:
        return "the model puts nothing there before the event"
    words = [_by_orders(told, has_room=has_room)]
    if told.same_demand_ratio and told.modelled_ratio is not None:
        grown = told.modelled_ratio / told.same_demand_ratio
        if abs(grown - 1.0) > SMALL:
            words.append(f"the change of demand x {grown:.2f}")
    if told.shifted is not None:
        words.append(_where_to(told.shifted))
    if told.party:
        words.append(_if_all(told))
    if told.binds:
        words.append(f"full now and not before: {', '.join(told.binds)}")
    return "; ".join(words)


def _by_orders(told: ShockBeside, *, has_room: bool) -> str:
    """Say what the orders of the shock make, and what else changes between the days."""
    ratio, both = told.orders_ratio, told.same_demand_ratio
    if not told.regimes:
        return "no order is named"
    if ratio is None:
        return (
            "with the orders or without, nothing passes on that day: other rows do it"
        )
    if abs(ratio - 1.0) >= SMALL:
        words = f"the orders alone make x {ratio:.2f}"
    elif has_room:
        words = "the orders change nothing: what the model sends is below the quota"
    else:
        words = "the orders change nothing of what this question offers"
    if both is not None and ratio > 0 and abs(both / ratio - 1.0) >= SMALL:
        words += f", other rows of the two days x {both / ratio:.2f}"
    return words


def _where_to(shifted: Shifted) -> str:
    """Say where what passed before goes."""
    parts = {
        "has no better way and stays": shifted.stays,
        "takes another way": shifted.other_way,
        "does not go": shifted.not_going,
    }
    told = [f"{share:.0%} {what}" for what, share in parts.items() if share > SMALL]
    return f"of what passed before {', '.join(told)}"


def _if_all(told: ShockBeside) -> str:
    """Say what share of the cargo the party would have to be."""
    ratio, seen = told.same_demand_ratio, told.observed_ratio
    said = f"asked as if all cargo were of {told.party}"
    if seen is None or ratio is None or not ratio < seen < 1.0:
        return said
    return f"{said}: {(1.0 - seen) / (1.0 - ratio):.0%} of it would make what was seen"
