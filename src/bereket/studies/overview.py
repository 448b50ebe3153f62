"""What a report tells: corridors, ways, flows, trade, agenda, energy, sources."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Final, TypeVar

from bereket.analysis.energy import EnergyParams, EnergyResult, energy
from bereket.analysis.pareto import pareto
from bereket.analysis.route import route
from bereket.compiled.asking import RouteParams
from bereket.errors import ExtraError, QuestionError
from bereket.model.model import Model
from bereket.model.power import has_energy
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.agenda import AgendaParams, agenda
from bereket.studies.agenda_result import AgendaResult
from bereket.studies.assumptions import Asked, assumptions
from bereket.studies.capacities import Capacities, capacities
from bereket.studies.corridors import corridors
from bereket.studies.energy_cases import CurvePoint
from bereket.studies.flows import FlowsOfYear, flows, last_year_of_demand
from bereket.studies.overview_result import OverviewResult
from bereket.studies.pair_trade import PairTrade, pair_trade
from bereket.studies.pairs import PairAnswer, default_pairs
from bereket.studies.sources import of_agenda, of_energy, sources

WAYS_SHOWN: Final = 4
ASSUMPTIONS_SHOWN: Final = 14
ASSUMPTIONS_TURNED: Final = 8
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class OverviewParams:
    """What a report is of.

    Attributes
    ----------
    pairs : tuple of (str, str, str)
        From, to and cargo of each pair; empty = the flagship pairs where the model has
        their places, else those of its corridors.
    as_of : str
        Date, YYYY-MM-DD; empty = the model's base date.
    party : str
        Party class that asks.
    with_capacity : bool
        Whether capacities are asked too; they take most of the time.
    with_flows : bool
        Whether it is asked who goes where, in the last year with demand.
    with_trade : bool
        Whether the trade that the agenda has a target of is forecast.
    with_agenda : bool
        Whether it is asked how far what was agreed is.
    with_energy : bool
        Whether gas and power of the year are asked, where the model has them.
    """

    pairs: tuple[tuple[str, str, str], ...] = ()
    as_of: str = ""
    party: str = ""
    with_capacity: bool = True
    with_flows: bool = True
    with_trade: bool = True
    with_agenda: bool = True
    with_energy: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What was asked before and need not be asked again.

    Attributes
    ----------
    flows : FlowsOfYear or None
        Who goes where in the last year with demand.
    trade : PairTrade or None
        The trade that the agenda has a target of.
    agenda : AgendaResult or None
        How far what was agreed is.
    energy : EnergyResult or None
        Gas and power of the year.
    energy_curve : tuple of CurvePoint
        What an element of gas or power is worth by its capacity; it is told where it is
        given, and never asked.
    energy_exchange : mapping of str to float
        What each country saves by exchange [USD a year]; likewise.
    """

    flows: FlowsOfYear | None = None
    trade: PairTrade | None = None
    agenda: AgendaResult | None = None
    energy: EnergyResult | None = None
    energy_curve: tuple[CurvePoint, ...] = ()
    energy_exchange: Mapping[str, float] = field(default_factory=dict)


def overview(
    model: Model,
    scenario: Scenario = BASELINE,
    params: OverviewParams | None = None,
    *,
    known: Known | None = None,
    monitor: Monitor | None = None,
) -> OverviewResult:
    """Ask what a report tells of a model.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : OverviewParams
        Pairs, date, party.
    known : Known, optional
        Answers to the same questions; they are told and not asked again.
    monitor : Monitor, optional
        Is told about progress; False stops, and what is answered so far comes, marked
        interrupted.

    Returns
    -------
    OverviewResult
        The answers, in the order of the report.

    Raises
    ------
    QuestionError
        When a place, a cargo, the date or the party is not in the model.
    """
    params = params or OverviewParams()
    changed = apply(model, scenario)
    pairs = params.pairs or default_pairs(changed)
    steps = _Steps(monitor, of=len(pairs) + 7)
    steps.goes_on("corridors")
    first = corridors(model, scenario, params.as_of, params.party, with_capacity=False)
    answers, told = _answers(model, scenario, params, pairs, steps)
    is_asked = params.with_capacity and steps.goes_on("capacities")
    strong = _strength(model, scenario, params) if is_asked else Capacities()
    refused: list[str] = []
    more = _more(model, scenario, params, known or Known(), steps, refused)
    turned = ASSUMPTIONS_TURNED if steps.goes_on("assumptions") else 0
    of_routes = [each.route for each in answers]
    return OverviewResult(
        corridors=first,
        pairs=answers,
        capacities=strong,
        assumptions=assumptions(changed, told, ASSUMPTIONS_SHOWN, turned),
        sources=sources(
            *(changed, first, answers),
            (*of_agenda(more.agenda), *of_energy(changed, more.energy)),
        ),
        warnings=_once(
            *(first.warnings, strong.warnings, tuple(refused)),
            more.agenda.warnings if more.agenda else (),
            more.trade.found.warnings if more.trade else (),
            *(found.warnings for found in of_routes),
        ),
        stamp=Stamp(
            question="report",
            **model_stamp(model, scenario),
            as_of=first.as_of,
            params=asdict(params) | {"pairs": pairs},
            status="answered" if steps.is_going_on else "interrupted",
            regimes=_once(first.stamp.regimes, *(found.regimes for found in of_routes)),
            assumed_share=first.stamp.assumed_share,
        ),
        flows=more.flows,
        trade=more.trade,
        agenda=more.agenda,
        energy=more.energy,
        energy_curve=more.energy_curve,
        energy_exchange=more.energy_exchange,
    )


def _answers(
    model: Model,
    scenario: Scenario,
    params: OverviewParams,
    pairs: tuple[tuple[str, str, str], ...],
    steps: "_Steps",
) -> tuple[tuple[PairAnswer, ...], list[Asked]]:
    """Return the answers of pairs, and what was asked where there was a way."""
    told: list[Asked] = []
    answers: list[PairAnswer] = []
    for origin, destination, commodity in pairs:
        if not steps.goes_on(f"{origin} > {destination}"):
            break
        asked = RouteParams(
            *(origin, destination, commodity),
            as_of=params.as_of,
            party=params.party,
            count=WAYS_SHOWN,
        )
        found = route(model, scenario, asked)
        answers.append(PairAnswer(found, pareto(model, scenario, asked)))
        told += [Asked(asked, found)] if found.alternatives else []
    return tuple(answers), told


def _strength(model: Model, scenario: Scenario, params: OverviewParams) -> Capacities:
    """Return how much every corridor can carry."""
    return capacities(model, scenario, as_of=params.as_of, party=params.party)


def _more(
    model: Model,
    scenario: Scenario,
    params: OverviewParams,
    known: Known,
    steps: "_Steps",
    refused: list[str],
) -> Known:
    """Return who goes where, the trade that has a target, the agenda, and energy."""
    told, trade, found = known.flows, known.trade, known.agenda
    year = known.energy
    if params.with_flows and steps.goes_on("flows"):
        told = told or _flows(model, scenario, params, refused)
    if params.with_trade and steps.goes_on("trade"):
        trade = trade or _trade(model, scenario, params, told, refused)
    if params.with_agenda and steps.goes_on("agenda"):
        found = found or _agenda(model, scenario, params, refused)
    if params.with_energy and steps.goes_on("energy"):
        year = year or _energy(model, scenario, params, refused)
    return replace(known, flows=told, trade=trade, agenda=found, energy=year)


def _flows(
    model: Model, scenario: Scenario, params: OverviewParams, refused: list[str]
) -> FlowsOfYear | None:
    """Return who goes where in the last year with demand; None where there is none."""
    year = last_year_of_demand(apply(model, scenario), params.as_of)
    if year is None:
        return None
    return _unless_refused(
        f"flows of {year}",
        lambda: flows(model, scenario, year, params.party),
        refused,
    )


def _trade(
    model: Model,
    scenario: Scenario,
    params: OverviewParams,
    told: FlowsOfYear | None,
    refused: list[str],
) -> PairTrade | None:
    """Return the trade that the agenda has a target of; None where it has none."""
    return _unless_refused(
        "trade", lambda: pair_trade(model, scenario, params.as_of, told), refused
    )


def _agenda(
    model: Model, scenario: Scenario, params: OverviewParams, refused: list[str]
) -> AgendaResult | None:
    """Return how far what was agreed is; None where nothing was by the date."""
    if not len(apply(model, scenario)["agenda"]):
        return None
    found = _unless_refused(
        "agenda", lambda: agenda(model, scenario, AgendaParams(params.as_of)), refused
    )
    return found if found and found.items else None


def _energy(
    model: Model, scenario: Scenario, params: OverviewParams, refused: list[str]
) -> EnergyResult | None:
    """Return gas and power of the year; None where the model has none."""
    changed = apply(model, scenario)
    if not has_energy(changed):
        return None
    asked = EnergyParams(as_of=params.as_of)
    return _unless_refused("energy", lambda: energy(model, scenario, asked), refused)


def _unless_refused(
    what: str, ask: Callable[[], Answer], refused: list[str]
) -> Answer | None:
    """Return an answer; None where it is refused or needs what is not installed."""
    try:
        return ask()
    except (QuestionError, ExtraError) as fault:
        refused.append(f"{what}: {'; '.join(str(fault).splitlines())}")
        return None


@dataclass
class _Steps:
    """Tells a monitor how far a report is, until it says stop."""

    monitor: Monitor | None
    of: int
    done: int = 0
    is_going_on: bool = True

    def goes_on(self, note: str) -> bool:
        """Tell what comes next; return whether to do it."""
        if self.is_going_on and self.monitor:
            self.is_going_on = self.monitor(self.done, self.of, note)
        self.done += 1
        return self.is_going_on


def _once(*several: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts of several tuples, each once, in order."""
    return tuple(dict.fromkeys(text for texts in several for text in texts))
