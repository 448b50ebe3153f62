"""What a case of gas and power saves, and why."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from bereket.analysis.energy import EnergyResult
from bereket.model.changes import with_changes
from bereket.model.model import Model
from bereket.model.scenario import Scenario
from bereket.studies.energy_asked import AskedCase, Kind
from bereket.studies.energy_moves import (
    LEAST_MOVED,
    LEAST_USD,
    AccountMove,
    Move,
    PriceMove,
    account_moves,
    countries_of,
    moves_of,
    price_moves,
)

OF_ENERGY: Final = ("power_", "gas_", "bus")  # how their tables are called
LEAST_MISSED: Final = 1e-3  # MWh or mcm
LEAST_CO2_T: Final = 1.0
LEAST_DUE_USD: Final = 1e4
MILLION: Final = 1e6
MOST_OF_IT: Final = 0.5
LEAST_PART: Final = 0.1  # of what is served more or less, by country
SCALES: Final = {"power": ("TWh", 1e6), "gas": ("bcm", 1e3)}
THOUSAND: Final = 1e3


@dataclass(frozen=True, slots=True)
class CaseGain:
    """What a case saves against the year as things are.

    Attributes
    ----------
    case_id, name, kind, element : str
        As in `AskedCase`.
    changed : tuple of str
        Rows of gas and power that the case changes.
    ends : tuple of str
        Countries at their ends, or where they stand.
    p_nom : float or None
        Capacity of the element in the case [MW or mcm/day].
    saving_usd : float
        Cost of the year as things are, less that of the case [USD a year].
    marginal_usd : float or None
        What one more of the element is worth in the case [USD a year].
    cost_usd_per_year : float or None
        Of building one more of it; None where unknown.
    sent, sent_back : float or None
        What goes over the element, either way [MWh or mcm a year].
    power_missed_mwh, gas_missed_mcm, co2_t : float
        Change of what is not served and of carbon dioxide.
    by_country : mapping of str to float
        Saving of each country whose year changes [USD a year].
    moves : tuple of Move
        What goes otherwise, first over the rows that the case changes.
    prices : tuple of PriceMove
        Prices that are others.
    accounts : tuple of AccountMove
        Why countries save or lose.
    capex_usd, payback_years : float or None
        What works cost, and in how many years they save that.
    note : str
        What is to be said of it, such as why nothing is different.
    remarks : tuple of str
        What the saving rests on.
    """

    case_id: str
    name: str
    kind: Kind
    element: str
    changed: tuple[str, ...]
    ends: tuple[str, ...]
    p_nom: float | None
    saving_usd: float
    marginal_usd: float | None
    cost_usd_per_year: float | None
    sent: float | None
    sent_back: float | None
    power_missed_mwh: float
    gas_missed_mcm: float
    co2_t: float
    by_country: Mapping[str, float]
    moves: tuple[Move, ...]
    prices: tuple[PriceMove, ...]
    accounts: tuple[AccountMove, ...]
    capex_usd: float | None
    payback_years: float | None
    note: str
    remarks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the case as plain data."""
        return asdict(self)

    def row(self) -> dict[str, Any]:
        """Return the case as a row: what moves by the name of what moves it."""
        rows = self.as_dict()
        backs = {False: "", True: " back"}
        moves = {
            each.element + backs[each.is_back]: [each.before, each.after]
            for each in self.moves
        }
        prices = {each.zone: [each.before, each.after] for each in self.prices}
        accounts = {each.pop("iso3"): each for each in rows["accounts"]}
        return rows | {"moves": moves, "prices": prices, "accounts": accounts}


def gain_of(
    model: Model,
    scenario: Scenario,
    case: AskedCase,
    base: EnergyResult,
    found: EnergyResult,
) -> CaseGain:
    """Return what a case saves.

    Parameters
    ----------
    model : Model
        The model.
    scenario : Scenario
        What is changed as things are.
    case : AskedCase
        What is different.
    base, found : EnergyResult
        The year as things are, and that of the case.
    """
    saving = _something(base.cost_usd - found.cost_usd, LEAST_USD)
    own, ends = _changed_by(model, scenario, case)
    accounts = account_moves(base, found, ends)
    value = next((row for row in found.values if row.element == case.element), None)
    sent, sent_back = _sent(case.element, found)
    capex = None if math.isnan(case.capex_usd) else case.capex_usd
    is_done = case.kind == "works" and bool(case.changes)
    return CaseGain(
        case_id=case.case_id,
        name=case.name,
        kind=case.kind,
        element=case.element,
        changed=own,
        ends=ends,
        p_nom=None if math.isnan(case.p_nom) else case.p_nom,
        saving_usd=saving,
        marginal_usd=None if value is None else value.usd,
        cost_usd_per_year=None if value is None else value.cost_usd_per_year,
        sent=sent,
        sent_back=sent_back,
        power_missed_mwh=_something(
            found.missed("power") - base.missed("power"), LEAST_MISSED
        ),
        gas_missed_mcm=_something(
            found.missed("gas") - base.missed("gas"), LEAST_MISSED
        ),
        co2_t=_something(_co2_t(found) - _co2_t(base), LEAST_CO2_T),
        by_country={
            each.iso3: each.saving_usd
            for each in accounts
            if abs(each.saving_usd) >= LEAST_USD
        },
        moves=moves_of(base, found, own),
        prices=price_moves(base, found),
        accounts=accounts,
        capex_usd=capex,
        payback_years=capex / saving if capex and saving >= LEAST_USD else None,
        note=case.note,
        remarks=(
            *(_of_works(own, base, found, saving) if is_done else ()),
            *_of_dues(base, found),
            *_remarks(base, found, accounts, saving),
        ),
    )


def _of_works(
    own: Sequence[str], base: EnergyResult, found: EnergyResult, saving_usd: float
) -> Iterator[str]:
    """Say that works save nothing, or which lines and pipes they can do without."""
    if abs(saving_usd) < LEAST_USD:
        yield "saves nothing: what goes otherwise costs the same in all"
        return
    before = {row.element: row.on + row.back for row in base.flows}
    sent = {row.element: row.on + row.back for row in found.flows}
    idle = [each for each in own if sent.get(each) == before.get(each, 0.0) == 0.0]
    if idle and saving_usd > 0:
        yield f"nothing goes by {', '.join(idle)}: as much is saved without"


def _of_dues(base: EnergyResult, found: EnergyResult) -> Iterator[str]:
    """Say that gas due and not taken is more or less, which no saving tells."""
    change = found.due_usd - base.due_usd
    if abs(change) >= LEAST_DUE_USD:
        word = "more" if change > 0 else "less"
        yield (
            f"{abs(change) / MILLION:,.3g} M USD {word} are due for gas not taken: "
            "that is in what one more is worth, and in no saving"
        )


def _remarks(
    base: EnergyResult,
    found: EnergyResult,
    accounts: Sequence[AccountMove],
    saving_usd: float,
) -> tuple[str, ...]:
    """Say what a saving rests on that a planner should know of."""
    losers = {each.iso3 for each in accounts if each.saving_usd <= -LEAST_USD}
    paid = _paid_dearly(base, found, losers) if saving_usd > 0 else ()
    return (*_of_missed(base, found, saving_usd), *paid)


def _paid_dearly(
    base: EnergyResult, found: EnergyResult, losers: set[str]
) -> Iterator[str]:
    """Say which buyers lose since they pay more than gas is worth to them."""
    before = {sale.element: sale.given_mcm for sale in base.sales}
    worth: defaultdict[str, float] = defaultdict(float)
    for row in base.prices:
        if row.commodity == "gas" and row.of_load is not None:
            worth[row.country_iso3] = max(worth[row.country_iso3], row.high)
    for sale in found.sales:
        more = sale.given_mcm - before.get(sale.element, 0.0)
        if more < LEAST_MOVED["mcm"] or sale.buyer_iso3 not in losers:
            continue
        price = sale.paid_usd / sale.received_mcm
        here = worth.get(sale.buyer_iso3, math.inf)
        if price > here:
            yield (
                f"{sale.buyer_iso3} loses: by {sale.element} it pays "
                f"{price / THOUSAND:,.3g} USD per 1000 m3 for gas that is worth "
                f"{here / THOUSAND:,.3g} there at its dearest"
            )


def _of_missed(
    base: EnergyResult, found: EnergyResult, saving_usd: float
) -> Iterator[str]:
    """Say where most of a saving is what is served more, or of a loss less."""
    amounts: defaultdict[tuple[str, str], float] = defaultdict(float)
    costs: defaultdict[tuple[str, str], float] = defaultdict(float)
    for result, sign in ((base, 1.0), (found, -1.0)):
        for row in result.unserved:
            key = row.commodity, row.country_iso3
            amounts[key] += sign * row.amount
            costs[key] += sign * row.cost_usd
    served = sum(costs.values())
    is_gain = saving_usd > 0
    if abs(saving_usd) < LEAST_USD or served / saving_usd <= MOST_OF_IT:
        return
    parts = []
    for (commodity, iso3), cost in sorted(costs.items(), key=lambda it: -abs(it[1])):
        if cost / served >= LEAST_PART:
            unit, scale = SCALES[commodity]
            amount = abs(amounts[commodity, iso3]) / scale
            parts.append(f"{amount:,.3g} {unit} in {iso3}")
    noun, word = ("saving", "more") if is_gain else ("loss", "less")
    yield (
        f"most of the {noun} is what is served {word}, at the value of what is not "
        f"served: {', '.join(parts)}"
    )


def _changed_by(
    model: Model, scenario: Scenario, case: AskedCase
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the rows of gas and power that a case changes, and their countries."""
    changed = with_changes(model, (*scenario.changes, *case.changes))
    rows = dict.fromkeys(each.reference for each in case.changes)
    own = [each for each in rows if each.table.startswith(OF_ENERGY)]
    ends = (iso3 for each in own for iso3 in countries_of(changed, each))
    return tuple(map(str, own)), tuple(dict.fromkeys(ends))


def _sent(element: str, found: EnergyResult) -> tuple[float | None, float | None]:
    """Return what goes over an element on and back, where anything can."""
    for flow in found.flows:
        if flow.element == element:
            return flow.on, flow.back
    given = [sale.given_mcm for sale in found.sales if sale.element == element]
    return (given[0] if given else None), None


def _co2_t(result: EnergyResult) -> float:
    """Return the carbon dioxide of a year."""
    return sum(row.co2_t for row in result.countries)


def _something(change: float, least: float) -> float:
    """Return a change without what rounding leaves of none."""
    return change if abs(change) >= least else 0.0
