"""Trade makes tonnes, tonnes wait, waits cost, costs move trade: year by year."""

from dataclasses import asdict
from typing import Final

from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, Status, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.outlook_demand import Wanted
from bereket.studies.outlook_networks import Networks
from bereket.studies.outlook_params import OutlookParams
from bereket.studies.outlook_result import OutlookResult
from bereket.studies.outlook_rounds import Rounds
from bereket.studies.outlook_trade import TradeBySector, told_pairs
from bereket.studies.streams import streams_of

__all__ = ["OutlookParams", "outlook"]

NO_PAIR: Final = "no pair is told by sector in table 'trade': tonnes alone are told"
OWN_GROWTH: Final = (
    "what is not told by sector grows as the rows of table 'demand' of later years "
    "say, after them at the same rate"
)


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
    wanted = Wanted(changed)
    if params.to_year < wanted.first_year:
        msg = f"to_year must be {wanted.first_year} or after; found {params.to_year}"
        raise QuestionError(msg)
    pair = _pair(changed, params)
    trade = TradeBySector(changed, pair, wanted) if pair else None
    networks = Networks(changed, params.measure_ids)
    rounds = Rounds(model, wanted, trade, networks, params)
    states, is_done = [rounds.base()], True
    span = range(wanted.first_year, params.to_year + 1)
    for at, year in enumerate(span):
        if monitor and not monitor(at, len(span), f"outlook of {year}"):
            is_done = False
            break
        states.append(rounds.solve(year, states[-1].response))
        if states[-1].told.status != "answered":
            break  # what follows would rest on a year that does not stand still
    last = states[-1]
    ended: Status = "answered" if last.told.status == "answered" else "not_converged"
    return OutlookResult(
        pair=pair or (),
        base_year=wanted.year,
        years=tuple(each.told for each in states[1:]),
        lanes=tuple(lane for each in states for lane in each.lanes),
        streams=streams_of(changed, last.found, pair, trade.densities(last.told.year))
        if trade and pair
        else (),
        record=tuple(rounds.record),
        notes=(*(trade.notes if trade else (NO_PAIR,)), OWN_GROWTH, *networks.notes),
        warnings=tuple(rounds.warnings),
        stamp=Stamp(
            question="outlook",
            **model_stamp(model, scenario),
            as_of=changed.config("base_date"),
            params=asdict(params),
            status=ended if is_done else "interrupted",
            assumed_share=last.found.stamp.assumed_share,
        ),
    )


def _pair(model: Model, params: OutlookParams) -> tuple[str, str] | None:
    """Return the pair that is told by sector: asked for, or the model's."""
    if not params.pair:
        return next(iter(told_pairs(model)), None)
    return params.pair[0], params.pair[1]
