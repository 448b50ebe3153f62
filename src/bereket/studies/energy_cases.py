"""The year of gas and power asked again: another capacity, an element out, works."""

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy import EnergyParams, EnergyResult, energy
from bereket.analysis.energy.energy import DEFAULTS
from bereket.model.changes import Close
from bereket.model.model import Column, Model, Table
from bereket.model.result import Monitor, Stamp
from bereket.model.scenario import BASELINE, Scenario
from bereket.studies.energy_asked import AskedCase, Kind
from bereket.studies.energy_gains import CaseGain, gain_of
from bereket.studies.energy_moves import AccountMove, Move, PriceMove

if TYPE_CHECKING:
    import pandas as pd

LEAST_A_PROCESS: Final = 3  # cases worth the start of another
NESTED: Final = {  # rows of a case that are tables of their own
    "moves": ("case_flows", Move),
    "prices": ("case_prices", PriceMove),
    "accounts": ("case_accounts", AccountMove),
}


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What an element is worth at one capacity.

    Attributes
    ----------
    element, unit : str
        Row, and ``MW`` or ``mcm/day``.
    p_nom : float
        The capacity.
    saving_usd : float
        Cost of the year without it as things are, less that with it [USD].
    marginal_usd : float
        What one more is worth at that capacity [USD a year].
    by_country : mapping of str to float
        Saving of each country [USD a year].
    """

    element: str
    unit: str
    p_nom: float
    saving_usd: float
    marginal_usd: float
    by_country: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EnergyStudy:
    """The year as things are, and what every case saves against it.

    Attributes
    ----------
    base : EnergyResult
        The year as things are.
    cases : tuple of CaseGain
        In the order asked; those not reached are missing where it was interrupted.
    stamp : Stamp
        That of the base, with the cases.
    """

    base: EnergyResult
    cases: tuple[CaseGain, ...]
    stamp: Stamp

    def of_kind(self, kind: Kind) -> tuple[CaseGain, ...]:
        """Return the cases of a kind."""
        return tuple(case for case in self.cases if case.kind == kind)

    def curve(self, element: str) -> tuple[CurvePoint, ...]:
        """Return what an element is worth by its capacity."""
        unit = "MW" if element.startswith("power") else "mcm/day"
        return tuple(
            CurvePoint(
                element,
                unit,
                case.p_nom or 0.0,
                case.saving_usd,
                case.marginal_usd or 0.0,
                case.by_country,
            )
            for case in self.of_kind("capacity")
            if case.element == element
        )

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return every table of the year, and those of the cases."""
        import pandas as pd

        if not self.cases:
            return self.base.tables()
        rows = [case.as_dict() for case in self.cases]
        tables = {}
        for name, (title, kind) in NESTED.items():
            inner = [
                {"case_id": row["case_id"]} | each for row in rows for each in row[name]
            ]
            columns = ["case_id", *(field.name for field in fields(kind))]
            tables[title] = pd.DataFrame(inner, columns=columns)
        plain = [{n: row[n] for n in row if n not in NESTED} for row in rows]
        return {"cases": pd.DataFrame(plain)} | tables | dict(self.base.tables())

    def as_dict(self) -> dict[str, Any]:
        """Return the study as plain data."""
        return self.base.as_dict() | {"cases": [each.as_dict() for each in self.cases]}


def energy_cases(  # noqa: PLR0913 the signature is the same for every verb
    model: Model,
    scenario: Scenario = BASELINE,
    params: EnergyParams = DEFAULTS,
    *,
    cases: Sequence[AskedCase] = (),
    base: EnergyResult | None = None,
    processes: int = 1,
    monitor: Monitor | None = None,
) -> EnergyStudy:
    """Ask the year of gas and power as things are, and again for each case.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : EnergyParams
        Year, date, what may be built.
    cases : sequence of AskedCase
        Made by `capacity_cases`, `outage_cases`, `works_cases`, `exchange_case`.
    base : EnergyResult, optional
        The year as things are, where it is known.
    processes : int
        Processes that share the cases; the answer is the same.
    monitor : Monitor, optional
        Is told about progress; False stops, and the cases so far come.

    Returns
    -------
    EnergyStudy
        Savings are of the whole year's cost, and of each country's net cost.

    Notes
    -----
    An element over which nothing goes as things are is not asked to be out: the year
    as it is remains possible without it, and none is cheaper.
    """
    base = base or energy(model, scenario, params)
    still = {flow.element for flow in base.flows if flow.on + flow.back <= 0.0}
    still |= {sale.element for sale in base.sales if sale.given_mcm <= 0.0}
    asked = [
        case
        for case in cases
        if case.changes and not (case.kind == "outage" and case.element in still)
    ]
    found: dict[str, EnergyResult] = {}
    is_stopped = False
    told = _solved(model, scenario, params, asked, processes)
    for done, (case_id, result) in enumerate(told, start=1):
        found[case_id] = result
        if monitor and not monitor(done, len(asked), f"asking {case_id}"):
            is_stopped = done < len(asked)
            told.close()
            break
    waiting = {case.case_id for case in asked} - found.keys()
    gains = tuple(
        gain_of(model, scenario, case, base, found.get(case.case_id, base))
        for case in cases
        if case.case_id not in waiting
    )
    options = dict(base.stamp.params) | {"cases": [case.case_id for case in cases]}
    stamp = replace(
        base.stamp,
        params=options,
        status="interrupted" if is_stopped else base.stamp.status,
    )
    return EnergyStudy(base, gains, stamp)


Job = tuple[str, Mapping[str, Mapping[str, Column]], Scenario, EnergyParams, AskedCase]


def _solved(
    model: Model,
    scenario: Scenario,
    params: EnergyParams,
    cases: Sequence[AskedCase],
    processes: int,
) -> Generator[tuple[str, EnergyResult], None, None]:
    """Give the year of each case as it comes."""
    shares = min(processes, len(cases) // LEAST_A_PROCESS)
    if shares <= 1:
        for case in cases:
            yield case.case_id, _ask(model, scenario, params, case)
        return
    columns = {name: dict(each.columns) for name, each in model.tables.items()}
    pool = ProcessPoolExecutor(shares)
    try:
        jobs: dict[Future[EnergyResult], str] = {
            pool.submit(
                _ask_apart, (model.name, columns, scenario, params, case)
            ): case.case_id
            for case in cases
        }
        for future in as_completed(jobs):
            yield jobs[future], future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ask(
    model: Model, scenario: Scenario, params: EnergyParams, case: AskedCase
) -> EnergyResult:
    changes = (*scenario.changes, *case.changes)
    shut = {str(each.reference) for each in case.changes if isinstance(each, Close)}
    grows = tuple(each for each in params.expand if each not in shut)
    own = replace(params, expand=grows)
    return energy(model, Scenario(case.case_id, changes), own)


def _ask_apart(job: Job) -> EnergyResult:
    """Ask a case in a process of its own."""
    title, columns, scenario, params, case = job
    model = Model(title, {n: Table(n, each) for n, each in columns.items()})
    return _ask(model, scenario, params, case)
