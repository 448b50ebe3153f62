"""Figures that indicators of an agenda name: results, series, events."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bereket.analysis.assign import AssignParams, AssignResult, assign
from bereket.analysis.capacity import CapacityParams, capacity
from bereket.analysis.energy import EnergyParams, EnergyResult, energy
from bereket.analysis.trade import TradeParams, TradeResult, trade
from bereket.analysis.trade.pair import base_year, flows_between, turnovers
from bereket.errors import ExtraError, QuestionError
from bereket.model.calendar import as_day, first_day, last_day
from bereket.model.indicator import FUNCTIONS, Call, Quantity, unit_of_call
from bereket.model.model import Model
from bereket.model.trading import USD

NO_TARGET: Final = 1e15  # USD: trade is asked for its fan alone
GAP: Final = 1e-4
T_PER_YEAR: Final = "t/year"
OF_ENERGY: Final = ("gas", "power")
AHEAD: Final = 15  # years of a fan that is kept


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of a call on a day, and what it rests on.

    Attributes
    ----------
    quantity : Quantity
        The figure; None where it is not known.
    evidence : tuple of str
        Rows and questions.
    why : str
        Why it is not known, where it is not.
    """

    quantity: Quantity
    evidence: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of a series.

    Attributes
    ----------
    day : date
        Its last day.
    value : float
        What was found.
    row : str
        Its reference.
    """

    day: date
    value: float
    row: str


class Indicators:
    """Figures of a model up to a date; each question is asked once."""

    def __init__(self, model: Model, as_of: date, seed: int) -> None:
        self.model, self.as_of, self.seed = known_by(model, as_of), as_of, seed
        self.warnings: dict[str, None] = {}
        self._trades: dict[frozenset[str], TradeResult | str] = {}
        self._capacities: dict[tuple[str, date], Reading] = {}
        self._flows: AssignResult | str | None = None
        self._energies: dict[date, EnergyResult | str] = {}

    def now(self, call: Call) -> Reading:
        """Return the figure of a call as it is known on the date."""
        return self._asked(call, self.as_of)

    def later(self, call: Call, day: date) -> Reading:
        """Return the figure of a call on a later day, where it can be told.

        Notes
        -----
        Of trade the median of its fan in the year of the day; of a capacity the rows
        that are open on it, of gas and power the year by them; of a series and of flows
        nothing is told.
        """
        if call.function == "trade" and call.attribute == "turnover_usd":
            return self._expected(call, day.year)
        if call.function == "capacity":
            return self._capacity(call, day)
        if call.function in OF_ENERGY:
            return self._energy(call, day)
        unit = unit_of_call(self.model, call)
        return Reading(Quantity(None, unit), why="nothing tells what it will be")

    def chance(self, call: Call, target: float, day: date) -> float | None:
        """Return the chance that the trade of a pair is a target or more in a year."""
        pair = call.arguments[0], call.arguments[1]
        try:
            asked = TradeParams(pair, target, to_year=max(day.year, self.as_of.year))
            found = trade(self.model, params=asked, seed=self.seed).chance(day.year)
        except QuestionError as fault:
            self.warnings[f"{call}: {str(fault).splitlines()[0]}"] = None
            return None
        return found.probability if found else None

    def series(self, call: Call) -> tuple[Seen, ...]:
        """Return the rows behind a call that were known on the date, oldest first."""
        table = self.model["observation"]
        names = table.labels("observation_id")
        if call.function == "observed":
            rows = [
                r
                for r, s in enumerate(table.labels("series"))
                if s == call.arguments[0]
            ]
        elif call.function == "event":
            rows = list(table.row_of.get((call.arguments[0],), ()))
        elif call.function == "trade" and call.attribute == "turnover_usd":
            known = turnovers(self.model, (call.arguments[0], call.arguments[1]))
            rows = [table.row_of[(each.observation_id,)][0] for each in known]
        else:
            return ()
        found = [
            Seen(
                date.fromordinal(last_day(table.labels("period_end")[row])),
                float(table.number("value")[row]),
                f"observation:{names[row]}",
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda each: each.day))

    def _asked(self, call: Call, day: date) -> Reading:
        unit = unit_of_call(self.model, call)
        if call.function == "capacity":
            return self._capacity(call, day)
        if call.function == "flow":
            return self._flow(call)
        if call.function in OF_ENERGY:
            return self._energy(call, day)
        if call.function == "trade" and call.attribute == "export_usd":
            pair = call.arguments[0], call.arguments[1]
            return export_by(self.model, pair)
        seen = self.series(call)
        if not seen:
            return Reading(Quantity(None, unit), why=f"no row of {call} by {day}")
        last = seen[-1]
        return Reading(Quantity(last.value, unit), (last.row,))

    def _expected(self, call: Call, year: int) -> Reading:
        pair = call.arguments[0], call.arguments[1]
        key = frozenset(pair)
        if key not in self._trades:
            try:
                self._trades[key] = trade(
                    self.model,
                    params=TradeParams(
                        pair, NO_TARGET, to_year=max(year, self.as_of.year + AHEAD)
                    ),
                    seed=self.seed,
                )
            except QuestionError as fault:
                self._trades[key] = str(fault).splitlines()[0]
        found = self._trades[key]
        if isinstance(found, str):
            return Reading(Quantity(None, USD), why=found)
        told = found.chance(year)
        if told is None:
            return Reading(Quantity(None, USD), why=f"{year} is not in the fan")
        middle = told.quantiles_usd[len(told.quantiles_usd) // 2]
        return Reading(Quantity(middle, USD), (f"trade of {'-'.join(pair)}, median",))

    def _capacity(self, call: Call, day: date) -> Reading:
        key = call.arguments[0], day
        if key not in self._capacities:
            self._capacities[key] = capacity_on(self.model, *key)
        return self._capacities[key]

    def _energy(self, call: Call, day: date) -> Reading:
        if day not in self._energies:
            asked = EnergyParams(as_of=day.isoformat())
            try:
                self._energies[day] = energy(self.model, params=asked)
            except (QuestionError, ExtraError) as fault:
                self._energies[day] = str(fault).splitlines()[0]
        return energy_told(self._energies[day], call)

    def _flow(self, call: Call) -> Reading:
        if self._flows is None:
            day = self.as_of.isoformat()
            asked = AssignParams(objective="logit", gap=GAP, as_of=day)
            try:
                self._flows = assign(self.model, params=asked)
            except QuestionError as fault:
                self._flows = str(fault).splitlines()[0]
        return flow_told(self._flows, call, self.as_of)


def known_by(model: Model, day: date) -> Model:
    """Return a model without what was observed or counted after a day.

    Parameters
    ----------
    model : Model
        The model; it is not altered.
    day : date
        The day.

    Returns
    -------
    Model
        Observations that ended by the day; trade and products of years that had.
    """
    tables = dict(model.tables)
    ends = {
        "observation": model["observation"].labels("period_end"),
        **{
            name: [f"{year:.0f}" for year in model[name].number("year").tolist()]
            for name in ("trade", "country")
        },
    }
    for name, texts in ends.items():
        if name in tables:
            kept = [
                r for r, end in enumerate(texts) if last_day(end) <= day.toordinal()
            ]
            tables[name] = tables[name].rows(kept)
    return Model(model.name, tables, model.about)


def capacity_on(model: Model, corridor_id: str, day: date) -> Reading:
    """Return what a corridor can carry both ways by the rows open on a day."""
    asked = CapacityParams(
        corridor_id,
        as_of=day.isoformat(),
        with_ladder=False,
        with_measures=False,
        with_months=False,
        with_reasons=False,
    )
    try:
        found = capacity(model, params=asked)
    except QuestionError as fault:
        return Reading(Quantity(None, T_PER_YEAR), why=str(fault).splitlines()[0])
    value = found.capacity_t_per_year
    binds = tuple(each.element for each in found.binding)
    why = "" if value is not None else "no known capacity limits it"
    rows = (f"capacity of {corridor_id} on {day}", *binds)
    return Reading(Quantity(value, T_PER_YEAR), rows, why)


def flow_told(found: AssignResult | str, call: Call, day: date) -> Reading:
    """Return a corridor's flow of an assignment, or why there is none."""
    unit = FUNCTIONS[call.function].attributes[call.attribute]
    if isinstance(found, str):
        return Reading(Quantity(None, unit), why=found)
    year = found.stamp.params["year"]
    for each in found.corridors:
        if each.corridor_id == call.arguments[0]:
            value = float(getattr(each, call.attribute))
            where = f"assign of {year} on {day}, corridor {each.corridor_id}"
            return Reading(Quantity(value, unit), (where,))
    return Reading(Quantity(None, unit), why=f"no flow of {call.arguments[0]} is told")


def energy_told(found: EnergyResult | str, call: Call) -> Reading:
    """Return what a year of gas and power tells of two countries, or why it cannot."""
    unit = FUNCTIONS[call.function].attributes[call.attribute]
    if isinstance(found, str):
        return Reading(Quantity(None, unit), why=found)
    one, other = call.arguments
    where = f"energy of {found.year} on {found.stamp.as_of}"
    if call.function == "gas":
        sales = tuple(
            row.element
            for row in found.sales
            if (row.seller_iso3, row.buyer_iso3) == (one, other)
        )
        value = found.gas_sold(one, other)
        return Reading(Quantity(value, unit), (where, *(sales or ("no open sale",))))
    lines = found.lines_between(one, other)
    value = sum(
        row.p_nom if call.attribute == "capacity_mw" else row.on + row.back
        for row in lines
    )
    told = tuple(row.element for row in lines) or ("no line",)
    return Reading(Quantity(value, unit), (where, *told))


def export_by(model: Model, pair: tuple[str, str]) -> Reading:
    """Return what a country sells another in the last year known by sector."""
    try:
        year = base_year(model, pair)
        flows = flows_between(model, pair, year)
    except QuestionError as fault:
        return Reading(Quantity(None, USD), why=str(fault).splitlines()[0])
    mine = [each for each in flows if each.exporter_iso3 == pair[0]]
    rows = tuple(f"trade:{':'.join(pair)}:{each.sector}:{year}" for each in mine)
    return Reading(Quantity(sum(each.value_usd.value for each in mine), USD), rows)


def dated(model: Model, as_of: str) -> date:
    """Return the date asked for, or the model's."""
    return as_day(as_of or model.config("base_date"))


def begun(text: str, day: date) -> bool:
    """Whether a partial date lies on a day or before; an unknown one does."""
    return not text or first_day(text) <= day.toordinal()
