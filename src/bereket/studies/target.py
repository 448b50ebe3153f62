"""Whether the trade of two countries passes a target, and which works do it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from bereket.analysis.assign.assign import when_asked
from bereket.analysis.trade import TradeParams, TradeResult, trade
from bereket.analysis.trade.trade import usual
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Monitor
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.carriage import CarriageParams, Package, carriage


@dataclass(frozen=True, slots=True)
class TargetParams:
    """What is asked.

    Attributes
    ----------
    trade : TradeParams
        Countries, target, years, draws.
    carriage : CarriageParams
        How carriage is priced.
    """

    trade: TradeParams
    carriage: CarriageParams = field(default_factory=CarriageParams)


def target(
    model: Model,
    scenario: Scenario = BASELINE,
    params: TargetParams | None = None,
    *,
    packages: Sequence[Package] = (),
    seed: int = 0,
    monitor: Monitor | None = None,
) -> TradeResult:
    """Forecast trade of two countries as things are, and with each of some works.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : TargetParams
        What is asked.
    packages : sequence of Package
        Works; none = nothing is asked of the network.
    seed : int
        Seed of the draws.
    monitor : Monitor, optional
        Is told about progress; False stops.

    Returns
    -------
    TradeResult
        Works that were priced before a stop are in it; it is then marked interrupted.

    Raises
    ------
    QuestionError
        As of `trade` and `carriage`.

    Examples
    --------
    >>> from bereket import blank_model
    >>> target(blank_model(), params=TargetParams(TradeParams(("KAZ", "TKM"), 1e9)))
    Traceback (most recent call last):
        ...
    bereket.errors.QuestionError: the model has no trade TKM > KAZ in 2024
    """
    params = params or TargetParams(usual(apply(model, scenario)))
    # what needs no network is refused before anything is asked of it
    alone = trade(model, scenario, params.trade, seed=seed)
    if not packages:
        return alone
    day, _ = when_asked(apply(model, scenario), params.carriage.assign)
    if day.year <= alone.base_year:
        msg = (
            f"works are asked on {day}, and trade is known to {alone.base_year}: ask "
            "for a date after it"
        )
        raise QuestionError(msg)
    skims, works = carriage(
        model, scenario, params.carriage, packages=packages, monitor=monitor
    )
    found = trade(model, scenario, params.trade, skims=skims, works=works, seed=seed)
    is_done = len(works) == len(packages)
    stamp = replace(
        found.stamp,
        as_of=day.isoformat(),
        params={**found.stamp.params, "assign": asdict(params.carriage.assign)},
        status=found.stamp.status if is_done else "interrupted",
    )
    return replace(found, stamp=stamp)
