"""Trade makes tonnes, tonnes wait, waits cost, costs move trade: year by year."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign import AssignParams, AssignResult, assign
from bereket.analysis.assign.ways import years_of_demand
from bereket.analysis.trade.pair import (
    ALL_GOODS,
    SectorFlow,
    base_year,
    elasticity,
    flows_between,
    growths_of,
)
from bereket.analysis.trade.works import values_of
from bereket.compiled.graph import Graph, build, with_demand
from bereket.compiled.skims import Lane, Skims, trading_countries
from bereket.errors import QuestionError
from bereket.model.calendar import as_day, is_open, is_valid
from bereket.model.model import Model, Table
from bereket.model.plan import DoMeasures, ScenarioFile, Step, planned
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.carriage import USUAL, skims_of_flows
from bereket.studies.outlook_result import (
    OutlookResult,
    OutlookYear,
    Round,
    TradedLane,
    YearStatus,
)
from bereket.studies.streams import streams_of

Floats = NDArray[np.float64]
MIDDLE: Final = "07-01"
SETTLES: Final = (
    0.9  # of the residual two rounds before, above which it goes in circles
)
FEWEST: Final = 5  # rounds by which circles are told
GROWTHS: Final = 15
OWN_GROWTH: Final = (
    "what is not told by sector grows as the rows of table 'demand' of later years "
    "say, after them at the same rate"
)


@dataclass(frozen=True, slots=True)
class OutlookParams:
    """What is asked.

    Attributes
    ----------
    to_year : int
        Last year.
    pair : tuple of (str, str) or tuple of ()
        Countries whose trade is told by sector; none = the pair that table `trade` has
        sectors of.
    measure_ids : tuple of str
        Measures that are begun on the model's date and work once they are built.
    tolerance : float
        Share of the tonnes between countries that costs may move yet at the end of a
        year's rounds.
    damping : float
        Part of the way to the new tonnes that a round goes, above 0, to 1.
    most_rounds : int
        Rounds of a year at most.
    assign : AssignParams
        How tonnes are put on the ways; year and date are those of the outlook.
    """

    to_year: int = 2040
    pair: tuple[str, ...] = ()
    measure_ids: tuple[str, ...] = ()
    tolerance: float = 1e-3
    damping: float = 0.8
    most_rounds: int = 8
    assign: AssignParams = field(default_factory=lambda: USUAL)

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises
        ------
        QuestionError
            With what must hold.
        """
        if not 0.0 < self.damping <= 1.0:
            msg = f"damping must be above 0, to 1; found {self.damping:g}"
            raise QuestionError(msg)
        if not (math.isfinite(self.tolerance) and self.tolerance > 0):
            msg = f"tolerance must be above 0; found {self.tolerance:g}"
            raise QuestionError(msg)
        if self.most_rounds < 1:
            msg = f"most_rounds must be 1 or more; found {self.most_rounds}"
            raise QuestionError(msg)
        if self.assign.as_of or self.assign.year is not None:
            msg = "date and year are those of the outlook, not of the question"
            raise QuestionError(msg)


def outlook(
    model: Model,
    scenario: Scenario = BASELINE,
    params: OutlookParams | None = None,
    *,
    monitor: Monitor | None = None,
) -> OutlookResult:
    """Bring trade and the costs of carriage in step, year by year.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : OutlookParams
        Last year, measures, how near.
    monitor : Monitor, optional
        Is told about progress; False stops, and the years so far come, marked
        interrupted.

    Returns
    -------
    OutlookResult
        Years, the pair's trade by sector, what it goes by, how the rounds went.

    Raises
    ------
    QuestionError
        When a table, a year or a figure that is needed is missing, or a flow that is
        traded has no way.

    Notes
    -----
    Tonnes of a pair of places in a year are those of the base year, times growth, times
    the response to costs::

        ln r_y = (1 - a) ln r_{y-1} + a (-theta ln tau_y / tau_base)
        tau = 1 + cost / value

    with ``a`` the share of its way that trade goes in a year and costs those of the
    assignment of just these tonnes, on the mean of the pair's cities. Growth of what
    table `trade` tells by sector is that of both products in real terms and its value a
    tonne grows with prices; all else grows as table `demand` itself says. A year's
    rounds end when costs would move less than the tolerance; where the residual does
    not fall over two rounds they go in circles: the year is marked, and the outlook
    stops there. Capacities bind in every round. Years whose open rows are those of the
    year before are asked on its network.
    """
    params = params or OutlookParams()
    changed = apply(model, scenario)
    base = _Base(changed, params)
    networks = _Networks(changed, params)
    rows = _Rounds(model, base, networks, params)
    first = rows.costs_of_base()
    lanes = list(base.lanes(base.year, np.zeros(base.n), first))
    response, years, status = np.zeros(base.n), list[OutlookYear](), "answered"
    found: AssignResult | None = None
    span = range(base.first_year, params.to_year + 1)
    for at, year in enumerate(span):
        if monitor and not monitor(at, len(span), f"outlook of {year}"):
            status = "interrupted"
            break
        told, response, skims, found = rows.solve(year, response)
        years.append(told)
        lanes += base.lanes(year, response, skims)
        if told.status != "answered":
            status = "not_converged"
            break
    density = base.densities(years[-1].year) if years else {}
    pair = base.pair
    return OutlookResult(
        pair=pair,
        base_year=base.year,
        years=tuple(years),
        lanes=tuple(lanes),
        streams=streams_of(changed, found, (pair[0], pair[1]), density)
        if found and pair
        else (),
        record=tuple(rows.record),
        notes=(*base.notes, OWN_GROWTH, *networks.notes),
        warnings=tuple(rows.warnings),
        stamp=Stamp(
            question="outlook",
            **model_stamp(model, scenario),
            as_of=changed.config("base_date"),
            params=asdict(params),
            status=status,  # type: ignore[arg-type]
            assumed_share=found.stamp.assumed_share if found else None,
        ),
    )


class _Base:
    """Demand of the base year, how it grows, and how it answers costs."""

    def __init__(self, model: Model, params: OutlookParams) -> None:
        self.model = model
        day = as_day(model.config("base_date"))
        known = [year for year in years_of_demand(model) if year <= day.year]
        if not known:
            msg = f"the model has no demand of {day.year} or before"
            raise QuestionError(msg)
        self.year = known[-1]
        self.first_year = max(self.year + 1, day.year)
        if params.to_year < self.first_year:
            msg = f"to_year must be {self.first_year} or after; found {params.to_year}"
            raise QuestionError(msg)
        table = model["demand"]
        names = ("origin_node_id", "destination_node_id", "commodity_id")
        keys = list(zip(*(table.labels(name) for name in names), strict=True))
        years, tonnes = table.number("year"), table.number("tonnes")
        self.series: dict[tuple[str, str, str], dict[int, float]] = {}
        for row, key in enumerate(keys):
            self.series.setdefault(key, {})[int(years[row])] = float(tonnes[row])
        self.series = {
            key: each
            for key, each in self.series.items()
            if each.get(self.year, 0.0) > 0
        }
        self.keys = list(self.series)
        self.n = len(self.keys)
        self.lane_of_row = self._lanes()
        self.pair = tuple(params.pair) or _split_pair(model)
        self.flows = self._flows()
        self.inflation = elasticity(model, "price_growth_per_year", ALL_GOODS).value
        self.adjustment = elasticity(model, "adjustment_per_year", ALL_GOODS).value
        self.notes = self._notes()

    def _lanes(self) -> list[Lane | None]:
        """Return the countries and cargo of each row; None within a country."""
        node, trades_as = self.model["node"], trading_countries(self.model)
        country = {
            place: trades_as.get(iso3, iso3)
            for place, iso3 in zip(
                node.labels("node_id"), node.labels("country_iso3"), strict=True
            )
        }
        lanes = [(country[a], country[b], cargo) for a, b, cargo in self.keys]
        return [lane if lane[0] != lane[1] else None for lane in lanes]

    def _flows(self) -> tuple[SectorFlow, ...]:
        """Return the pair's flows by sector; none where no pair is told by sector."""
        if not self.pair:
            return ()
        pair = self.pair[0], self.pair[1]
        found = flows_between(self.model, pair, base_year(self.model, pair))
        asked = {
            (f.exporter_iso3, f.importer_iso3, f.sector) for f in found if f.is_freight
        }
        lanes = {lane for lane in self.lane_of_row if lane}
        missing = [
            " ".join(lane) for lane in sorted(asked - lanes) if lane[2] != ALL_GOODS
        ]
        if missing:
            msg = (
                f"traded, and no demand of {self.year} between the countries' places: "
                f"{'; '.join(missing)}"
            )
            raise QuestionError(msg)
        return found

    def _notes(self) -> tuple[str, ...]:
        if not self.pair:
            return ("no pair is told by sector in table 'trade': only tonnes are told",)
        said = (
            f"trade of {'-'.join(self.pair)} is told by sector: real growth of both "
            f"products (mean of {GROWTHS} years), prices {self.inflation:+.1%} a year"
        )
        return (said,)

    @cached_property
    def theta(self) -> Floats:
        """Trade elasticity of each row; 0 within a country."""
        return np.array(
            [
                elasticity(self.model, "trade_cost", lane[2]).value if lane else 0.0
                for lane in self.lane_of_row
            ]
        )

    @cached_property
    def value_usd_per_t(self) -> Floats:
        """Value of a tonne of each row, for its costs; NaN where it has none."""
        worth = values_of(self.model)
        return np.array([worth.get(key[2], np.nan) for key in self.keys])

    @cached_property
    def real_growth(self) -> dict[str, float]:
        """Growth of a flow a year by the country of the pair that sells."""
        pair = self.pair[0], self.pair[1]
        past, _ = growths_of(self.model, pair, base_year(self.model, pair), GROWTHS)
        grown = past.mean(axis=0) - self.inflation
        sells, buys = (
            elasticity(self.model, name, ALL_GOODS).value
            for name in ("exporter_gdp", "importer_gdp")
        )
        return {
            pair[0]: float(sells * grown[0] + buys * grown[1]),
            pair[1]: float(sells * grown[1] + buys * grown[0]),
        }

    @cached_property
    def is_told(self) -> NDArray[np.bool_]:
        """Whether each row is of a lane that trade tells by sector."""
        told = {(f.exporter_iso3, f.importer_iso3, f.sector) for f in self.flows}
        return np.array([lane in told for lane in self.lane_of_row], dtype=bool)

    def grown(self, year: int) -> Floats:
        """Return the tonnes of each row at the costs of the base year."""
        tonnes = np.array(
            [_between(each, self.year, year) for each in self.series.values()]
        )
        if self.pair:
            passed = year - self.year
            for row in np.nonzero(self.is_told)[0].tolist():
                lane = self.lane_of_row[row]
                rate = self.real_growth[lane[0]] if lane else 0.0
                tonnes[row] = self.series[self.keys[row]][self.year] * math.exp(
                    rate * passed
                )
        return tonnes

    def table(self, year: int, response: Floats) -> Table:
        """Return what is wanted in a year as table `demand`."""
        ends = zip(*self.keys, strict=True)
        names = ("origin_node_id", "destination_node_id", "commodity_id")
        columns = {
            name: np.array(each, dtype=object)
            for name, each in zip(names, ends, strict=True)
        }
        return Table(
            "demand",
            {
                **columns,
                "year": np.full(self.n, float(year)),
                "tonnes": self.grown(year) * np.exp(response),
                "quality": np.full(self.n, "assumed", dtype=object),
            },
        )

    def aim(self, before: Floats, base: Skims, now: Skims) -> Floats:
        """Return the response that costs ask for, of the one of the year before."""
        long_run = np.zeros(self.n)
        for row, lane in enumerate(self.lane_of_row):
            if lane is None or lane not in now.lanes or lane not in base.lanes:
                continue
            worth = float(self.value_usd_per_t[row])
            old, new = base.lanes[lane].cost_usd_per_t, now.lanes[lane].cost_usd_per_t
            if worth > 0 and math.isfinite(old) and math.isfinite(new):
                tau = (1.0 + new / worth) / (1.0 + old / worth)
                long_run[row] = -self.theta[row] * math.log(max(tau, 1e-6))
        return (1.0 - self.adjustment) * before + self.adjustment * long_run

    def densities(self, year: int) -> dict[Lane, float]:
        """Return the value of a tonne of each of the pair's lanes in a year [USD/t]."""
        weight: dict[Lane, float] = {}
        for key, lane in zip(self.keys, self.lane_of_row, strict=True):
            if lane:
                weight[lane] = weight.get(lane, 0.0) + self.series[key][self.year]
        prices = math.exp(self.inflation * (year - self.year))
        lanes = {(f.exporter_iso3, f.importer_iso3, f.sector): f for f in self.flows}
        return {
            lane: flow.value_usd.value / weight[lane] * prices
            for lane, flow in lanes.items()
            if lane in weight
        }

    def lanes(self, year: int, response: Floats, skims: Skims) -> list[TradedLane]:
        """Return the pair's lanes in a year."""
        tonnes = self.grown(year) * np.exp(response)
        found = []
        for lane, density in self.densities(year).items():
            rows = [at for at, each in enumerate(self.lane_of_row) if each == lane]
            carried = float(tonnes[rows].sum())
            cost = skims.lanes.get(lane)
            found.append(
                TradedLane(
                    year,
                    *lane,
                    value_usd=carried * density,
                    tonnes=carried,
                    density_usd_per_t=density,
                    cost_usd_per_t=cost.cost_usd_per_t if cost else math.nan,
                    response=float(np.exp(response[rows[0]])),
                )
            )
        return found

    def turnover(self, year: int, response: Floats, skims: Skims) -> float | None:
        """Return the pair's trade, gas and power too, at the prices of the year."""
        if not self.pair:
            return None
        prices = math.exp(self.inflation * (year - self.year))
        apart = sum(f.value_usd.value for f in self.flows if not f.is_freight)
        carried = sum(each.value_usd for each in self.lanes(year, response, skims))
        return carried + apart * prices


def _between(series: Mapping[int, float], base: int, year: int) -> float:
    """Return tonnes of a year: as told, between by rate, after at the last rate."""
    if year in series:
        return series[year]
    later = sorted(each for each in series if each > base)
    if not later or series[base] <= 0:
        return series[base]
    before = max((each for each in (base, *later) if each < year), default=base)
    after = min((each for each in later if each > year), default=None)
    if after is None:
        after, before = later[-1], (base, *later)[-2]
    low, high = max(series[before], 1e-9), max(series[after], 1e-9)
    rate = math.log(high / low) / (after - before)
    return low * math.exp(rate * (year - before))


def _split_pair(model: Model) -> tuple[str, ...]:
    """Return the pair that trade is told by sector of; none where there is none."""
    table = model["trade"]
    commodities = set(model["commodity"].labels("commodity_id"))
    for one, other, sector in zip(
        table.labels("exporter_iso3"),
        table.labels("importer_iso3"),
        table.labels("sector"),
        strict=True,
    ):
        if sector in commodities and one != other:
            return one, other
    return ()


class _Networks:
    """Networks of the years, each compiled once, measures opening in theirs."""

    def __init__(self, model: Model, params: OutlookParams) -> None:
        self.model, self.params = model, params
        self.day = as_day(model.config("base_date"))
        self.opens = self._opens()
        self.made: dict[tuple[tuple[str, ...], bytes], Graph] = {}
        self.notes: tuple[str, ...] = ()

    def _opens(self) -> dict[str, int]:
        """Return the year from which each measure works.

        Raises
        ------
        QuestionError
            When there is no such measure.
        """
        table = self.model["measure"]
        opens = {}
        for name in self.params.measure_ids:
            rows = table.row_of.get((name,))
            if rows is None:
                msg = f"there is no measure {name!r}"
                raise QuestionError(msg)
            years = float(table.number("years_to_build")[rows[0]])
            opens[name] = self.day.year + (0 if math.isnan(years) else math.ceil(years))
        return opens

    def of(self, year: int) -> Graph:
        """Return the network of a year."""
        done = tuple(name for name, opens in self.opens.items() if opens <= year)
        model = self._with(done)
        day = as_day(f"{year}-{MIDDLE}")
        key = done, _open_rows(model, day)
        if key not in self.made:
            self.made[key] = build(model, day)
        return self.made[key]

    def opened(self, year: int) -> tuple[str, ...]:
        """Return the measures that work from a year on."""
        return tuple(name for name, opens in self.opens.items() if opens == year)

    def _with(self, done: Sequence[str]) -> Model:
        if not done:
            return self.model
        step = Step(DoMeasures(tuple(done)))
        plan = planned(self.model, ScenarioFile("+".join(done), steps=(step,)))
        self.notes = tuple(dict.fromkeys((*self.notes, *plan.notes)))
        return apply(self.model, plan.scenario)


def _open_rows(model: Model, day: date) -> bytes:
    """Return what rows of a model are open on a day."""
    parts = [
        is_open(table, day) if "status" in table.schema.fields else is_valid(table, day)
        for table in model.tables.values()
        if table.schema.is_dated and len(table)
    ]
    return np.packbits(np.concatenate(parts)).tobytes() if parts else b""


class _Rounds:
    """The rounds of each year."""

    def __init__(
        self, model: Model, base: _Base, networks: _Networks, params: OutlookParams
    ) -> None:
        self.model, self.base, self.networks, self.params = (
            model,
            base,
            networks,
            params,
        )
        self.record: list[Round] = []
        self.warnings: dict[str, None] = {}
        self.last: AssignResult | None = None

    def costs_of_base(self) -> Skims:
        """Return the costs of the base year."""
        self.first, _ = self._ask(self.base.year, np.zeros(self.base.n))
        for lane, cost in self.first.lanes.items():
            traded = lane in self.base.densities(self.base.year)
            if traded and not math.isfinite(cost.cost_usd_per_t):
                msg = f"{lane[2]} is traded {lane[0]} > {lane[1]}, and has no way"
                raise QuestionError(msg)
        return self.first

    def solve(
        self, year: int, before: Floats
    ) -> tuple[OutlookYear, Floats, Skims, AssignResult]:
        """Bring a year in step; return it, its response, its costs, its flows."""
        base, params = self.base, self.params
        between = np.array([lane is not None for lane in base.lane_of_row], dtype=bool)
        response, residuals = before.copy(), list[float]()
        status: YearStatus = "not_converged"
        for number in range(1, params.most_rounds + 1):
            skims, found = self._ask(year, response)
            aim = base.aim(before, self.first, skims)
            grown = base.grown(year)
            now, then = (grown * np.exp(each) for each in (response, aim))
            moved = np.abs(then - now)[between].sum()
            residuals.append(float(moved / max(now[between].sum(), 1e-9)))
            self.record.append(Round(year, number, residuals[-1]))
            if residuals[-1] <= params.tolerance:
                status = "answered"
                break
            if _goes_in_circles(residuals):
                status = "cycles"
                break
            response = response + params.damping * (aim - response)
        if status != "answered":
            why = ": they go in circles" if status == "cycles" else ""
            self.warnings[
                f"{year}: trade and costs are not in step after {len(residuals)} "
                f"rounds, {residuals[-1]:.1%} of the tonnes would move yet{why}"
            ] = None
        told = self._told(year, status, residuals, response, skims, found)
        return told, response, skims, found

    def _ask(self, year: int, response: Floats) -> tuple[Skims, AssignResult]:
        """Put the tonnes of a year on its network."""
        demand = self.base.table(year, response)
        graph = with_demand(self.networks.of(year), demand)
        asked = replace(self.params.assign, year=year)
        found = assign(self.model, BASELINE, asked, graph=graph, start=self.last)
        self.last = found
        for warning in found.warnings if found.status != "answered" else ():
            self.warnings[f"{year}: {warning}"] = None
        return skims_of_flows(graph.model, found), found

    def _told(
        self,
        year: int,
        status: YearStatus,
        residuals: Sequence[float],
        response: Floats,
        skims: Skims,
        found: AssignResult,
    ) -> OutlookYear:
        between = [lane is not None for lane in self.base.lane_of_row]
        tonnes = self.base.grown(year) * np.exp(response)
        first = max(found.scarcity, key=lambda each: each.wait_h, default=None)
        return OutlookYear(
            year=year,
            status=status,
            rounds=len(residuals),
            residual=residuals[-1],
            turnover_usd=self.base.turnover(year, response, skims),
            demand_t=found.demand_per_year,
            served_t=found.demand_per_year - found.unserved_per_year,
            between_t=float(tonnes[between].sum()),
            opened=self.networks.opened(year),
            binds=first.element if first else "",
            corridors_t={c.corridor_id: c.t_per_year for c in found.corridors},
        )


def _goes_in_circles(residuals: Sequence[float]) -> bool:
    """Whether the residual has not fallen over two rounds, twice."""
    return len(residuals) >= FEWEST and all(
        residuals[-at] >= SETTLES * residuals[-at - 2] for at in (1, 2)
    )
