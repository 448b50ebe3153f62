"""What carriage costs with and without works: one assignment for each."""

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import Manager
from queue import Empty
from typing import Any, Final

from bereket.analysis.assign import AssignParams, AssignResult, assign
from bereket.analysis.assign.alike import lend_ways
from bereket.analysis.assign.assign import when_asked
from bereket.analysis.trade.pair import Interval, interval_of
from bereket.analysis.trade.works import PricedWorks, joined
from bereket.compiled.graph import build
from bereket.compiled.skims import CityCost, Skims, mean_skims
from bereket.errors import QuestionError, ScenarioError
from bereket.model.model import Column, Model, Table
from bereket.model.plan import DoMeasures, ScenarioFile, Step, planned
from bereket.model.power import AREAS
from bereket.model.result import Monitor
from bereket.model.scenario import BASELINE, Scenario, apply

USUAL: Final = AssignParams(objective="logit", gap=1e-4)
LEAST_A_PROCESS: Final = 6  # works worth the start of another
PATIENCE_S: Final = 1.0  # between looks at whether a process has failed
NO_EFFECT: Final = "changes nothing on the date"


@dataclass(frozen=True, slots=True)
class Package:
    """What is done together.

    Attributes
    ----------
    package_id, name : str
        Label and name.
    steps : tuple of Step
        Measures done and cells changed, in order.
    """

    package_id: str
    name: str
    steps: tuple[Step, ...]

    @property
    def measure_ids(self) -> tuple[str, ...]:
        """Measures that are done."""
        deeds = [step.does for step in self.steps]
        return tuple(
            name
            for each in deeds
            if isinstance(each, DoMeasures)
            for name in each.measure_ids
        )

    @classmethod
    def of_measures(cls, measure_ids: tuple[str, ...], name: str) -> "Package":
        """Return measures that are done together."""
        return cls("+".join(measure_ids), name, (Step(DoMeasures(measure_ids)),))


@dataclass(frozen=True, slots=True)
class CarriageParams:
    """How carriage is priced.

    Attributes
    ----------
    assign : AssignParams
        How demand is put on the ways.
    processes : int
        Processes that share the works; the answer is the same.
    """

    assign: AssignParams = field(default_factory=lambda: USUAL)
    processes: int = 1

    def __post_init__(self) -> None:
        """Refuse no process.

        Raises
        ------
        QuestionError
            When there is less than one.
        """
        if self.processes < 1:
            msg = f"processes must be 1 or more; found {self.processes}"
            raise QuestionError(msg)


def packages_of(model: Model) -> tuple[Package, ...]:
    """Return each measure of a model that moves freight as a package of its own."""
    return measures_of(model, lambda area: area not in AREAS)


def measures_of(model: Model, wanted: Callable[[str], bool]) -> tuple[Package, ...]:
    """Return each measure of some areas as a package of its own.

    Parameters
    ----------
    model : Model
        Its table `measure` is read.
    wanted : callable
        Whether an area is wanted.

    Returns
    -------
    tuple of Package
        In the order of the table.
    """
    table = model["measure"]
    columns = (table.labels(name) for name in ("measure_id", "name", "area"))
    return tuple(
        Package.of_measures((each,), name)
        for each, name, area in zip(*columns, strict=True)
        if wanted(area)
    )


def skims_of_flows(model: Model, found: AssignResult) -> Skims:
    """Return the costs between countries that an assignment came to.

    Parameters
    ----------
    model : Model
        Tells the country of a place.
    found : AssignResult
        Its skims are what shippers expect to pay; what does not go at all has no way.

    Returns
    -------
    Skims
        Means over cities, weighted by what is wanted: what goes and what stays.
    """
    stays = {
        (each.origin_id, each.destination_id, each.class_id): each.amount_per_year
        for each in found.unserved
    }
    costs = []
    for each in found.skims:
        key = each.origin_id, each.destination_id, each.class_id
        wanted = each.served_per_year + stays.pop(key, 0.0)
        costs.append(CityCost(*key, wanted, each.expected_usd_per_t))
    costs += [CityCost(*key, wanted, math.inf) for key, wanted in stays.items()]
    return mean_skims(model, costs)


def carriage(
    model: Model,
    scenario: Scenario = BASELINE,
    params: CarriageParams | None = None,
    *,
    packages: Sequence[Package] = (),
    monitor: Monitor | None = None,
) -> tuple[Skims, tuple[PricedWorks, ...]]:
    """Price carriage as things are, and with each of some works.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : CarriageParams
        How.
    packages : sequence of Package
        Works.
    monitor : Monitor, optional
        Is told about progress; an answer False stops, and the works so far come.

    Returns
    -------
    tuple of Skims and tuple of PricedWorks
        Works in the order given. Measures that are done already, and targets that have
        no works of their own, are asked nothing: they change nothing, and say why.
    """
    params = params or CarriageParams()
    asker = _Asker(model, scenario, params.assign)
    base, changed, day = asker.base, asker.graph.model, asker.day
    plans: dict[str, tuple[Scenario, str]] = {}
    for each in packages:
        plans[each.package_id] = scenario_with(changed, scenario, day, each)
    asked = [p for p in packages if plans[p.package_id][0].changes != scenario.changes]
    priced: dict[str, Skims | str] = {}
    scenarios = {p.package_id: plans[p.package_id][0] for p in asked}
    told = _ask(asker, scenarios, params.processes)
    for done, (name, skims) in enumerate(told, start=1):
        priced[name] = skims
        if monitor and not monitor(done, len(asked), f"carriage with {name}"):
            told.close()
            break
    works = []
    for each in packages:
        note, found = plans[each.package_id][1], priced.get(each.package_id, base)
        if each in asked and each.package_id not in priced:
            continue  # interrupted before it
        if isinstance(found, str):
            note, found = found, base
        works.append(_works(changed, day, each, found, note))
    return base, tuple(works)


def scenario_with(
    changed: Model, scenario: Scenario, day: date, package: Package
) -> tuple[Scenario, str]:
    """Return the scenario with works, and why they do nothing, where they do.

    Parameters
    ----------
    changed : Model
        The model under the scenario.
    scenario : Scenario
        What is changed already.
    day : date
        The day asked for.
    package : Package
        The works.

    Returns
    -------
    tuple of Scenario and str
        The scenario itself where there is a reason.
    """
    name, on = package.package_id, day.isoformat()
    written = ScenarioFile(name, as_of=on, steps=package.steps)
    try:
        plan = planned(changed, written)
    except ScenarioError as fault:
        return scenario, str(fault).splitlines()[0]
    if not plan.scenario.changes:
        return scenario, "; ".join(plan.notes) or NO_EFFECT
    changes = (*scenario.changes, *plan.scenario.changes)
    return replace(scenario, name=package.package_id, changes=changes), ""


class _Asker:
    """Asks one model what carriage costs under scenarios that are like each other."""

    def __init__(self, model: Model, scenario: Scenario, params: AssignParams) -> None:
        self.model, self.scenario, self.params = model, scenario, params
        changed = apply(model, scenario)
        self.day, _ = when_asked(changed, params)
        self.graph = build(changed, self.day)
        found = assign(model, scenario, params, graph=self.graph)
        self.base = skims_of_flows(changed, found)

    def skims(self, scenario: Scenario) -> Skims | str:
        """Return the costs under a scenario, or why there are none.

        Notes
        -----
        Ways of the base are used again where nothing on them differs.
        """
        try:
            graph = build(apply(self.model, scenario), self.day)
            lend_ways(graph, self.graph)
            found = assign(self.model, scenario, self.params, graph=graph)
        except (QuestionError, ScenarioError) as fault:
            return str(fault).splitlines()[0]
        return skims_of_flows(graph.model, found)


def _ask(
    asker: _Asker, scenarios: Mapping[str, Scenario], processes: int
) -> Generator[tuple[str, Skims | str], None, None]:
    """Give the costs of each scenario as they come."""
    shares = min(processes, len(scenarios) // LEAST_A_PROCESS)
    if shares <= 1:
        for name, scenario in scenarios.items():
            yield name, asker.skims(scenario)
        return
    model, named = asker.model, list(scenarios.items())
    columns = {name: dict(each.columns) for name, each in model.tables.items()}
    with Manager() as shared, ProcessPoolExecutor(shares) as pool:
        answers, stop = shared.Queue(), shared.Event()
        common = model.name, columns, asker.scenario, asker.params
        futures = [
            pool.submit(_share, (*common, named[at::shares], answers, stop))
            for at in range(shares)
        ]
        try:
            for _ in named:
                yield _next(answers, futures)
        finally:
            stop.set()


def _next(answers: Any, futures: Sequence[Future[None]]) -> tuple[str, Skims | str]:  # noqa: ANN401 a proxy
    """Return the next answer of any process; a fault of one is raised."""
    while True:
        try:
            found: tuple[str, Skims | str] = answers.get(timeout=PATIENCE_S)
        except Empty:
            for future in futures:
                if future.done():
                    future.result()
            continue
        return found


Job = tuple[
    str,
    Mapping[str, Mapping[str, Column]],
    Scenario,
    AssignParams,
    Sequence[tuple[str, Scenario]],
    Any,
    Any,
]


def _share(job: Job) -> None:
    """Price a share of the scenarios in a process of its own."""
    title, columns, scenario, params, named, answers, stop = job
    model = Model(title, {n: Table(n, each) for n, each in columns.items()})
    asker = _Asker(model, scenario, params)
    for name, each in named:
        if stop.is_set():
            return
        answers.put((name, asker.skims(each)))


def opening_year(model: Model, measure_ids: Sequence[str], begun: date) -> int:
    """Return the year in which measures that are begun on a day work, all of them.

    Parameters
    ----------
    model : Model
        Its table `measure` tells the years to build; unknown ones count as none.
    measure_ids : sequence of str
        Measures of the model.
    begun : date
        The day.
    """
    table = model["measure"]
    rows = [table.row_of[(each,)][0] for each in measure_ids]
    years = table.number("years_to_build")[rows].tolist()
    return begun.year + math.ceil(max((y for y in years if y > 0), default=0.0))


def _works(
    changed: Model, day: date, package: Package, skims: Skims, note: str
) -> PricedWorks:
    """Return works with what they cost and when they open."""
    rows = [changed["measure"].row_of[(each,)][0] for each in package.measure_ids]
    return PricedWorks(
        works_id=package.package_id,
        name=package.name,
        measure_ids=package.measure_ids,
        opens_year=opening_year(changed, package.measure_ids, day),
        capex_usd=joined([_capex(changed, row) for row in rows]),
        skims=skims,
        note=note,
    )


def _capex(model: Model, row: int) -> Interval | None:
    """Return what a measure costs to build; None where it is not known."""
    found = interval_of(model, "measure", row, "capex_usd")
    return None if math.isnan(found.value) else found
