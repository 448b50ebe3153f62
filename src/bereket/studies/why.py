"""Why a railway or a route carries what it carries, and not what is said of it."""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.capacity import CapacityParams, CapacityResult, capacity
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario
from bereket.studies.observations import Observed, last_flow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

MILLION: Final = 1e6
DAYS_PER_YEAR: Final = 365.0
LEAST_GAIN_T_PER_YEAR: Final = 1.0


@dataclass(frozen=True, slots=True)
class WhyParams:
    """What is explained.

    Attributes
    ----------
    whole : str
        Corridor that the observed flow is of.
    flows : tuple of str
        Corridors that pass it; empty = those whose labels begin with the whole's.
    claim_t_per_year : float
        What is said that it could carry [t/year]; NaN where nothing is.
    claim : str
        Who says so, in words.
    as_of : str
        Date, YYYY-MM-DD; empty = the model's base date.
    """

    whole: str
    flows: tuple[str, ...] = ()
    claim_t_per_year: float = float("nan")
    claim: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Barren:
    """A measure that adds nothing where it is done alone.

    Attributes
    ----------
    measure_id : str
        The measure.
    rung : int
        First rung of the ladder that it lifts, from 1.
    element : str
        What it lifts there.
    binds : str
        What binds at a lower level, or at the same.
    """

    measure_id: str
    rung: int
    element: str
    binds: str


@dataclass(frozen=True, slots=True)
class NextTonnes:
    """The cheapest measures that bring some more tonnes a year.

    Attributes
    ----------
    measure_ids : tuple of str
        In the order of the best sequence.
    extra_t_per_year : float
        What they add together.
    capex_usd, capex_low_usd, capex_high_usd : float
        What they cost to build.
    """

    measure_ids: tuple[str, ...]
    extra_t_per_year: float
    capex_usd: float
    capex_low_usd: float
    capex_high_usd: float

    @property
    def usd_per_extra_t_per_year(self) -> float:
        """Cost to build over the extra tonnes a year."""
        return self.capex_usd / self.extra_t_per_year


@dataclass(frozen=True, slots=True)
class WhyResult:
    """Why a corridor carries what it carries.

    Attributes
    ----------
    whole : CapacityResult
        All its flows by their common mix, without measures.
    flows : tuple of CapacityResult
        Each flow by itself; they share the line and do not add up.
    observed : Observed or None
        What was last observed of the whole.
    params : WhyParams
        What was asked.
    stamp : Stamp
        Where the answer comes from.
    """

    whole: CapacityResult
    flows: tuple[CapacityResult, ...]
    observed: Observed | None
    params: WhyParams
    stamp: Stamp

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "whole": self.whole.as_dict(),
            "flows": [flow.as_dict() for flow in self.flows],
            "observed": self.observed.as_dict() if self.observed else None,
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a flow, units in the column names."""
        import pandas as pd

        return pd.DataFrame([_row(flow) for flow in (self.whole, *self.flows)])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the flows."""
        return MappingProxyType({"flows": self.to_frame()})

    def summary(self) -> str:
        """Return a line a flow, the stamp last."""
        lines = [flow.headline() for flow in (self.whole, *self.flows)]
        return "\n".join([*lines, self.stamp.line()])


def why(
    model: Model,
    scenario: Scenario = BASELINE,
    params: WhyParams | None = None,
) -> WhyResult:
    """Ask why a corridor carries what it carries: flow by flow, rung by rung.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : WhyParams
        Corridor and its flows; None is refused.

    Returns
    -------
    WhyResult
        Capacities, and what was observed.

    Raises
    ------
    QuestionError
        When a corridor is not in the model, or no flow passes the whole.
    """
    if params is None:
        msg = "say which corridor is to be explained: params=WhyParams(...)"
        raise QuestionError(msg)
    names = params.flows or family(model, params.whole)
    if not names:
        msg = f"no corridor's label begins with {params.whole + '_'!r}: name its flows"
        raise QuestionError(msg)
    asked = CapacityParams(
        corridor=params.whole,
        as_of=params.as_of,
        with_measures=False,
        with_months=False,
    )
    whole = capacity(model, scenario, asked)
    flows = tuple(
        capacity(
            model,
            scenario,
            CapacityParams(corridor=name, as_of=params.as_of, with_months=False),
        )
        for name in names
    )
    return WhyResult(
        whole=whole,
        flows=flows,
        observed=last_flow(model, params.whole, whole.as_of),
        params=params,
        stamp=Stamp(
            question="why",
            **model_stamp(model, scenario),
            as_of=whole.as_of,
            params={"whole": params.whole, "flows": names, "as_of": params.as_of},
            status="answered",
            assumed_share=whole.stamp.assumed_share,
        ),
    )


def family(model: Model, whole: str) -> tuple[str, ...]:
    """Return the corridors whose labels begin with that of another.

    Examples
    --------
    >>> from bereket import blank_model
    >>> family(blank_model(), "north")
    ()
    """
    names = model["corridor"].labels("corridor_id")
    return tuple(name for name in names if name.startswith(f"{whole}_"))


def barren_measures(flow: CapacityResult) -> tuple[Barren, ...]:
    """Return the measures that lift a rung and add nothing alone, the lowest first.

    Parameters
    ----------
    flow : CapacityResult
        Capacity with ladder and measures.

    Returns
    -------
    tuple of Barren
        Each measure once, at the first rung that it lifts.
    """
    gains = {each.measure_id: each.extra_t_per_year for each in flow.merit_order}
    found: dict[str, Barren] = {}
    for number, rung in enumerate(flow.ladder, start=1):
        for name in rung.measures:
            adds = gains.get(name, math.inf)
            if adds < LEAST_GAIN_T_PER_YEAR and name not in found:
                first = flow.ladder[0]
                others = [e for e in first.elements if e not in rung.elements]
                binds = others[0] if others else first.elements[0]
                found[name] = Barren(name, number, rung.elements[0], binds)
    return tuple(found.values())


def next_tonnes(
    flow: CapacityResult, wanted_t_per_year: float = MILLION
) -> NextTonnes | None:
    """Return the first steps of the best sequence that bring so many tonnes.

    Parameters
    ----------
    flow : CapacityResult
        Capacity with the best sequence.
    wanted_t_per_year : float
        How many more [t/year].

    Returns
    -------
    NextTonnes or None
        Fewer tonnes where all steps together bring no more; None where there is no
        step.
    """
    names: list[str] = []
    stages = []
    for stage in flow.sequence:
        names += stage.measure_ids
        stages.append(stage)
        extra = stage.after_t_per_year - flow.sequence[0].before_t_per_year
        if extra >= wanted_t_per_year:
            break
    if not names:
        return None
    return NextTonnes(
        measure_ids=tuple(names),
        extra_t_per_year=extra,
        capex_usd=sum(each.capex_usd for each in stages),
        capex_low_usd=sum(each.capex_low_usd for each in stages),
        capex_high_usd=sum(each.capex_high_usd for each in stages),
    )


def _row(flow: CapacityResult) -> dict[str, Any]:
    trains = flow.trains
    total = flow.capacity_t_per_year
    return {
        "corridor_id": flow.corridor_id,
        "capacity_t_per_year": total,
        "low_t_per_year": flow.low_t_per_year,
        "high_t_per_year": flow.high_t_per_year,
        "t_per_day": None if total is None else total / DAYS_PER_YEAR,
        "trains_per_day": trains.total_per_day if trains else None,
        "wagons_per_day": trains.total_per_day * trains.wagons if trains else None,
        "binds": [bound.element for bound in flow.binding if bound.is_cut],
    }
