"""The year of gas and power asked again: another capacity, an element out, works."""

import math
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy import EnergyParams, EnergyResult, energy
from bereket.analysis.energy.energy import DEFAULTS
from bereket.model.model import Column, Model, Table
from bereket.model.result import Monitor, Stamp
from bereket.model.scenario import BASELINE, Scenario
from bereket.studies.energy_asked import AskedCase, Kind

if TYPE_CHECKING:
    import pandas as pd

LEAST_A_PROCESS: Final = 3  # cases worth the start of another
LEAST_USD: Final = 1.0
LEAST_MISSED: Final = 1e-3  # MWh or mcm


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
class CaseGain:
    """What a case saves against the year as things are.

    Attributes
    ----------
    case_id, name, kind, element : str
        As in `AskedCase`.
    p_nom : float or None
        Capacity of the element in the case [MW or mcm/day].
    saving_usd : float
        Cost of the year as things are, less that of the case [USD a year].
    marginal_usd : float or None
        What one more of the element is worth in the case [USD a year].
    sent, sent_back : float or None
        What goes over the element, either way [MWh or mcm a year].
    power_missed_mwh, gas_missed_mcm, co2_t : float
        Change of what is not served and of carbon dioxide.
    by_country : mapping of str to float
        Saving of each country whose year changes [USD a year].
    capex_usd, payback_years : float or None
        What works cost, and in how many years they save that.
    note : str
        Why nothing is different, where nothing is.
    """

    case_id: str
    name: str
    kind: Kind
    element: str
    p_nom: float | None
    saving_usd: float
    marginal_usd: float | None
    sent: float | None
    sent_back: float | None
    power_missed_mwh: float
    gas_missed_mcm: float
    co2_t: float
    by_country: Mapping[str, float]
    capex_usd: float | None
    payback_years: float | None
    note: str

    def as_dict(self) -> dict[str, Any]:
        """Return the case as plain data."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return found | {"by_country": dict(self.by_country)}


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
        """Return every table of the year, and that of the cases."""
        import pandas as pd

        rows = [case.as_dict() for case in self.cases]
        own = {"cases": pd.DataFrame(rows)} if rows else {}
        return own | dict(self.base.tables())

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
        _gain(case, base, found.get(case.case_id, base))
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
    return energy(model, Scenario(case.case_id, changes), params)


def _ask_apart(job: Job) -> EnergyResult:
    """Ask a case in a process of its own."""
    title, columns, scenario, params, case = job
    model = Model(title, {n: Table(n, each) for n, each in columns.items()})
    return _ask(model, scenario, params, case)


def _gain(case: AskedCase, base: EnergyResult, found: EnergyResult) -> CaseGain:
    """Return what a case saves."""
    before = {row.iso3: row.net_cost_usd for row in base.countries}
    by_country = {
        row.iso3: before[row.iso3] - row.net_cost_usd
        for row in found.countries
        if abs(before[row.iso3] - row.net_cost_usd) >= LEAST_USD
    }
    saving = _something(base.objective_usd - found.objective_usd, LEAST_USD)
    flows = {row.element: row for row in found.flows}
    values = {row.element: row for row in found.values}  # noqa: PD011 no frame
    sales = {row.element: row for row in found.sales}
    sent, sent_back = None, None
    if case.element in flows:
        sent, sent_back = flows[case.element].on, flows[case.element].back
    elif case.element in sales:
        sent = sales[case.element].given_mcm
    capex = None if math.isnan(case.capex_usd) else case.capex_usd
    return CaseGain(
        case.case_id,
        case.name,
        case.kind,
        case.element,
        None if math.isnan(case.p_nom) else case.p_nom,
        saving,
        values[case.element].usd if case.element in values else None,
        sent,
        sent_back,
        _something(found.missed("power") - base.missed("power"), LEAST_MISSED),
        _something(found.missed("gas") - base.missed("gas"), LEAST_MISSED),
        sum(row.co2_t for row in found.countries)
        - sum(row.co2_t for row in base.countries),
        by_country,
        capex,
        capex / saving if capex and saving >= LEAST_USD else None,
        case.note,
    )


def _something(change: float, least: float) -> float:
    """Return a change without what rounding leaves of none."""
    return change if abs(change) >= least else 0.0
