"""What an assignment answers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.filling import Headway
from bereket.analysis.assign.laid import Laid
from bereket.analysis.assign.months import MonthFlow
from bereket.model.result import Stamp, Status
from bereket.solve.equilibrium.solution import Iteration, Paths
from bereket.solve.solved import Solved

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SHOWN = 8
COLUMNS = ("tail", "head", "flow", "cost")


@dataclass(frozen=True, slots=True)
class Unserved:
    """Demand that does not go.

    Attributes
    ----------
    origin_id, destination_id, class_id : str
        What wants to go.
    amount_per_year : float
        How much does not [t/year; of roads the file's unit].
    share : float
        Of what wants to go between the two.
    element : str
        What stops it: where waiting costs most on the way that is cheapest at no wait;
        empty where it has no way.
    why : str
        In words.
    """

    origin_id: str
    destination_id: str
    class_id: str
    amount_per_year: float
    share: float
    element: str
    why: str


@dataclass(frozen=True, slots=True)
class Scarce:
    """An element that is full.

    Attributes
    ----------
    element : str
        Row reference.
    unit : str
        What it is counted in.
    direction : str
        Where only one direction is full, its ends; empty for both together.
    load_per_day, room_per_day : float
        What is assigned to it, and what it leaves for it.
    wait_h : float
        Multiplier: hours that all wait there.
    price_usd_per_t : float
        What that costs the mean tonne that passes.
    t_per_year : float
        Tonnes that pass.
    """

    element: str
    unit: str
    direction: str
    load_per_day: float
    room_per_day: float
    wait_h: float
    price_usd_per_t: float
    t_per_year: float


@dataclass(frozen=True, slots=True)
class CorridorFlow:
    """What goes by a corridor.

    Attributes
    ----------
    corridor_id : str
        The corridor.
    t_per_year, teu_per_year : float
        Net tonnes both ways, and boxes of twenty feet that the container cargo makes.
    there_t_per_year, back_t_per_year : float
        The two ways: as its gateways are named, and turned round.
    by_class : mapping of str to float
        Tonnes a year by commodity.
    """

    corridor_id: str
    t_per_year: float
    teu_per_year: float
    there_t_per_year: float
    back_t_per_year: float
    by_class: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Revenue:
    """Who is paid.

    Attributes
    ----------
    country_iso3, mode, operator, part : str
        Where, by what, who runs it, for what.
    usd_per_year : float
        How much.
    """

    country_iso3: str
    mode: str
    operator: str
    part: str
    usd_per_year: float


@dataclass(frozen=True, slots=True)
class Skim:
    """What a pair takes on the mean of its paths.

    Attributes
    ----------
    origin_id, destination_id, class_id : str
        The pair.
    served_per_year : float
        What goes.
    time_h, wait_h : float
        Hours, those of scarcity in them; and these alone.
    sd_h : float
        Spread of the time: root of the summed variances.
    money_usd_per_t : float
        Money.
    emission_kgco2e_per_t : float
        Emissions.
    cost_usd_per_t : float
        Generalised cost.
    expected_usd_per_t : float
        What a shipper expects to pay: of a logit the cost that its choice of ways is
        worth, else the generalised cost.
    """

    origin_id: str
    destination_id: str
    class_id: str
    served_per_year: float
    time_h: float
    wait_h: float
    sd_h: float
    money_usd_per_t: float
    emission_kgco2e_per_t: float
    cost_usd_per_t: float
    expected_usd_per_t: float


@dataclass(frozen=True, slots=True, eq=False)
class LinkFlow:
    """Flow on a link, one direction.

    Attributes
    ----------
    tail, head : str
        Places, or nodes of the file.
    link_id : str
        Row of table `link`; empty of roads of a file.
    flow : float
        Tonnes a year; of roads the file's unit.
    cost : float
        Time on it now [h], or in the file's unit.
    by_class : mapping of str to float
        The same by commodity.
    """

    tail: str
    head: str
    link_id: str
    flow: float
    cost: float
    by_class: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class AssignResult:
    """Flows of an assignment.

    Attributes
    ----------
    objective : float or None
        Value of the convex programme; None where classes measure elements differently,
        so that no programme has these flows as its optimum.
    total_cost : float
        What all spend: USD a year, or the file's unit.
    unserved_per_year, demand_per_year : float
        What does not go, of what wants to.
    unserved : tuple of Unserved
        The largest first.
    flows : tuple of LinkFlow
        Every link with flow; of roads every link in the file's order.
    corridors : tuple of CorridorFlow
        In the order of the table.
    scarcity : tuple of Scarce
        The longest wait first.
    revenue : tuple of Revenue
        The largest first.
    skims : tuple of Skim
        One a pair that is served.
    headways : tuple of Headway
        Ships that leave when full: how often they come to sail.
    months : tuple of MonthFlow
        The twelve months, where they were asked for.
    record : tuple of Iteration
        How it converged, the solves between which ships set their sailings in turn.
    solve_s : float
        Wall time of all solves.
    notes, warnings : tuple of str
        How it was made; what could not be used.
    stamp : Stamp
        Where it comes from.
    laid : Laid
        The problem and its labels.
    solution : Solved
        Paths and flows, for a warm start and for select-link.
    is_fitted : bool
        Whether shippers chose by parameters that were fitted.
    """

    objective: float | None
    total_cost: float
    unserved_per_year: float
    demand_per_year: float
    unserved: tuple[Unserved, ...]
    flows: tuple[LinkFlow, ...]
    corridors: tuple[CorridorFlow, ...]
    scarcity: tuple[Scarce, ...]
    revenue: tuple[Revenue, ...]
    skims: tuple[Skim, ...]
    headways: tuple[Headway, ...]
    months: tuple[MonthFlow, ...]
    record: tuple[Iteration, ...]
    solve_s: float
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp
    laid: Laid
    solution: Solved
    is_fitted: bool = False

    @property
    def status(self) -> Status:
        """How the answer ended."""
        return self.stamp.status

    @property
    def peak_month(self) -> MonthFlow | None:
        """The month in which the largest share of what wants to go does not."""
        if not self.months:
            return None
        return max(self.months, key=lambda m: (m.wanted_t - m.served_t, m.wanted_t))

    @property
    def amount_unit(self) -> str:
        """What sums over a year are counted in."""
        return self.laid.unit.replace("/day", " a year")

    @property
    def relative_gap(self) -> float:
        """Gap at the end."""
        return self.record[-1].relative_gap

    @property
    def paths(self) -> Paths:
        """The paths that carry flow."""
        return self.solution.paths()

    def select_link(self, tail: str, head: str) -> tuple[LinkFlow, ...]:
        """Return what the flow over a link makes of the flow on every other.

        Parameters
        ----------
        tail, head : str
            Ends of the link, in the direction of the flow.

        Returns
        -------
        tuple of LinkFlow
            Links with such flow, the largest first; the link itself is one of them.
        """
        runs, paths = self.laid.runs_on, self.paths
        sums: dict[tuple[str, str], float] = {}
        for at, flow in enumerate(paths.flow.tolist()):
            arcs = paths.arc[paths.indptr[at] : paths.indptr[at + 1]].tolist()
            ends = [pair for arc in arcs for pair in runs[arc]]
            if (tail, head) in ends:
                for pair in ends:
                    sums[pair] = sums.get(pair, 0.0) + flow * self.laid.per_year
        ranked = sorted(sums.items(), key=lambda item: -item[1])
        return tuple(LinkFlow(a, b, "", flow, np.nan) for (a, b), flow in ranked)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        last = self.record[-1]
        return {
            "objective": self.objective,
            "total_cost": self.total_cost,
            "relative_gap": last.relative_gap,
            "average_excess_usd_per_t": last.average_excess_usd_per_t,
            "violation": last.violation,
            "iterations": last.number,
            "solve_s": self.solve_s,
            "status": self.status,
            "unit": self.amount_unit,
            "demand": self.demand_per_year,
            "served": self.demand_per_year - self.unserved_per_year,
            "unserved": self.unserved_per_year,
            "unserved_pairs": [asdict(each) for each in self.unserved],
            "corridors": [plain(each) for each in self.corridors],
            "scarcity": [asdict(each) for each in self.scarcity],
            "revenue": [asdict(each) for each in self.revenue],
            "headways": [asdict(each) for each in self.headways],
            "months": [asdict(each) for each in self.months],
            "convergence": [asdict(each) for each in self.record],
            "assumed_share": self.stamp.assumed_share,
            "notes": list(self.notes),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a link: its ends, flow and cost."""
        return [
            {"tail": each.tail, "head": each.head, "flow": each.flow, "cost": each.cost}
            | ({"link_id": each.link_id} if each.link_id else {})
            for each in self.flows
        ]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a link."""
        import pandas as pd

        return pd.DataFrame(self.rows() or [], columns=None if self.flows else COLUMNS)

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return flows, corridors, scarcity, what does not go, revenue, skims."""
        import pandas as pd

        parts: dict[str, Sequence[Any]] = {
            "corridors": self.corridors,
            "scarcity": self.scarcity,
            "unserved": self.unserved,
            "revenue": self.revenue,
            "skims": self.skims,
            "headways": self.headways,
            "months": self.months,
            "convergence": self.record,
        }
        frames = {
            name: pd.DataFrame([plain(each) for each in rows])
            for name, rows in parts.items()
        }
        return MappingProxyType({"flows": self.to_frame(), **frames})

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        last, served = self.record[-1], self.demand_per_year - self.unserved_per_year
        head = (
            f"{served:,.6g} of {self.demand_per_year:,.6g} {self.amount_unit} go; gap "
            f"{last.relative_gap:.1e} after {last.number} iterations, {self.status}"
        )
        ranked = sorted(self.corridors, key=lambda each: -each.t_per_year)
        lines = [
            f"{each.corridor_id}: {each.t_per_year / 1e6:.2f} Mt, "
            f"{each.teu_per_year / 1e3:,.0f} thousand TEU a year"
            for each in ranked[:SHOWN]
            if each.t_per_year > 0
        ]
        return "\n".join([head, *lines, self.stamp.line()])


def plain(each: Any) -> dict[str, Any]:  # noqa: ANN401 any record of a result
    """Return a record as a mapping; classes of flows are columns of their own."""
    found = {name: getattr(each, name) for name in each.__slots__}
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in found.items()
    }
