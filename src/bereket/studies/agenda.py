"""What parties agreed, and whether it is on course."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from bereket.errors import QuestionError
from bereket.model.agenda import Item, items_of, refuse_unknown_item
from bereket.model.indicator import (
    Call,
    Expression,
    Quantity,
    calls_of,
    evaluate,
    unknown_names,
)
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.agenda_result import AgendaResult, ItemState, ItemStatus
from bereket.studies.indicators import Indicators, Reading, begun, dated

EVEN: Final = 0.5  # a chance from which something is on course
DAYS_A_YEAR: Final = 365.25
OPEN_YEARS: Final = 10.0  # in which what has no date should come at its last pace


@dataclass(frozen=True, slots=True)
class AgendaParams:
    """What is asked.

    Attributes
    ----------
    as_of : str
        Date up to which anything is known; empty = the model's.
    item_ids : tuple of str
        Items; empty = all.
    """

    as_of: str = ""
    item_ids: tuple[str, ...] = ()


def agenda(
    model: Model,
    scenario: Scenario = BASELINE,
    params: AgendaParams | None = None,
    *,
    seed: int = 0,
    monitor: Monitor | None = None,
) -> AgendaResult:
    """Hold what was agreed against what is known on a date.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : AgendaParams
        Date, items.
    seed : int
        Of the draws of trade.
    monitor : Monitor, optional
        Is told about progress; False stops, and the items so far come, marked
        interrupted.

    Returns
    -------
    AgendaResult
        An item a row: status, value, target, due date, evidence, source.

    Raises
    ------
    QuestionError
        When the model has no agenda, not the item asked for, or an indicator that
        names nothing; every fault on a line of its own.

    Notes
    -----
    *Met*: the value of the indicator on the date meets the target. *Past its date*: it
    does not, or nothing tells, and a target was due. Before that, *on course* where the
    model expects the target on the day it is due (of trade with a chance of a half or
    more; of a capacity by the rows open then; of a series by its own yearly change);
    where nothing was due, where its last pace brings it there in ten years. Else *at
    risk*. *Not measurable*: no indicator, no target, or no value by the date; the
    reason is told, and nothing is guessed.

    Examples
    --------
    >>> from bereket import blank_model
    >>> agenda(blank_model()).counts["at risk"]
    1
    """
    params = params or AgendaParams()
    changed = apply(model, scenario)
    if not len(changed["agenda"]):
        msg = "agenda needs table 'agenda', and the model has no row of it"
        raise QuestionError(msg)
    refuse_unknown_item(changed, params.item_ids)
    as_of = dated(changed, params.as_of)
    items = [
        item
        for item in items_of(changed)
        if not params.item_ids or item.item_id in params.item_ids
    ]
    _refuse_unknown_names(changed, items)
    known = [item for item in items if begun(item.date_agreed, as_of)]
    indicators = Indicators(changed, as_of, seed)
    table = changed["source"]
    urls = dict(zip(table.labels("source_id"), table.labels("url"), strict=True))
    states, is_done = list[ItemState](), True
    for at, item in enumerate(known):
        if monitor and not monitor(at, len(known), item.item_id):
            is_done = False
            break
        states.append(_state(indicators, item, urls.get(item.source_id, "")))
    later = [item.item_id for item in items if item not in known]
    notes = (f"agreed after {as_of}: {', '.join(later)}",) if later else ()
    return AgendaResult(
        as_of=as_of,
        items=tuple(states),
        notes=notes,
        warnings=tuple(indicators.warnings),
        stamp=Stamp(
            question="agenda",
            **model_stamp(model, scenario),
            as_of=as_of.isoformat(),
            params=asdict(params),
            seed=seed,
            status="answered" if is_done else "interrupted",
        ),
    )


def _refuse_unknown_names(model: Model, items: list[Item]) -> None:
    """Raise where an indicator names what the model does not have.

    Raises
    ------
    QuestionError
        With every such name.
    """
    faults = [
        f"agenda item {item.item_id}: {said}"
        for item in items
        if item.indicator is not None
        for call in calls_of(item.indicator)
        for said in unknown_names(model, call)
    ]
    if faults:
        raise QuestionError("\n".join(faults))


def _state(indicators: Indicators, item: Item, url: str) -> ItemState:
    """Return how far an item is."""
    now, evidence, why = _value(indicators, item)
    expected = chance = None
    is_open = item.due is not None and item.due >= indicators.as_of
    wants = item.target is not None and now is not None and not item.is_met(now)
    if is_open and wants:
        expected, more = _expected(indicators, item)
        chance = _chance(indicators, item)
        evidence = tuple(dict.fromkeys((*evidence, *more)))
    status, reason = _status(indicators, item, now, expected, chance, why)
    return ItemState(item, status, now, expected, chance, evidence, reason, url)


def _value(
    indicators: Indicators, item: Item
) -> tuple[float | None, tuple[str, ...], str]:
    """Return the value of an item's indicator, what it rests on, why there is none."""
    if item.indicator is None:
        return None, (), "nothing measures it"
    readings: dict[Call, Reading] = {}

    def read(call: Call) -> Quantity:
        readings[call] = indicators.now(call)
        return readings[call].quantity

    value = evaluate(item.indicator, read).value
    evidence = tuple(row for each in readings.values() for row in each.evidence)
    why = "; ".join(dict.fromkeys(each.why for each in readings.values() if each.why))
    if value is None and not why:
        why = "it divides by nothing, or is beyond all numbers"
    return value, evidence, why


def _expected(
    indicators: Indicators, item: Item
) -> tuple[float | None, tuple[str, ...]]:
    """Return what the indicator is expected to be on the day it is due."""
    if item.indicator is None or item.due is None:
        return None, ()
    due, evidence = item.due, list[str]()

    def read(call: Call) -> Quantity:
        reading = indicators.later(call, due)
        evidence.extend(reading.evidence)
        return reading.quantity

    value = evaluate(item.indicator, read).value
    if value is None and isinstance(item.indicator, Call):
        value = _by_trend(indicators, item.indicator, due)
    return value, tuple(evidence)


def _by_trend(indicators: Indicators, call: Call, due: date) -> float | None:
    """Return what a series comes to if it goes on as between its last two rows."""
    pace = _pace(indicators, call)
    if pace is None:
        return None
    last = indicators.series(call)[-1]
    return last.value + pace * (due - last.day).days / DAYS_A_YEAR


def _chance(indicators: Indicators, item: Item) -> float | None:
    """Return the chance of a target of trade; None of anything else."""
    call = item.indicator
    if not isinstance(call, Call) or item.target is None or item.due is None:
        return None
    if (
        call.function != "trade"
        or call.attribute != "turnover_usd"
        or item.is_less_better
    ):
        return None
    return indicators.chance(call, item.target, item.due)


def _status(
    indicators: Indicators,
    item: Item,
    now: float | None,
    expected: float | None,
    chance: float | None,
    why: str,
) -> tuple[ItemStatus, str]:
    """Return the status and what makes it so."""
    late = item.due is not None and item.due < indicators.as_of
    since = f"; it was due on {item.due}" if late else ""
    if item.target is None:
        return "not measurable", (why or "no target was named") + since
    if now is None:
        status: ItemStatus = "past its date" if late else "not measurable"
        return status, why + since
    if item.is_met(now):
        return "met", _told(now, item)
    if late:
        return "past its date", _told(now, item) + since
    if item.due is None:
        return _by_last_change(indicators, item, now)
    return _by_forecast(item, _told(now, item), expected, chance)


def _by_forecast(
    item: Item, told: str, expected: float | None, chance: float | None
) -> tuple[ItemStatus, str]:
    """Return the status of what is due yet, by what is expected on the day."""
    if chance is not None:
        status: ItemStatus = "on course" if chance >= EVEN else "at risk"
        return status, f"{told}; a chance of {chance:.0%} by {item.due}"
    if expected is None:
        return "at risk", f"{told}; nothing tells what it will be"
    status = "on course" if item.is_met(expected) else "at risk"
    return status, f"{told}; {_figure(expected)} expected by {item.due}"


def _by_last_change(
    indicators: Indicators, item: Item, now: float
) -> tuple[ItemStatus, str]:
    """Return the status of what has no date, by the pace of its last rows."""
    told = f"{_told(now, item)}; nothing was due"
    pace = _pace(indicators, item.indicator)
    if pace is None or item.target is None:
        return "at risk", f"{told}, and nothing tells which way it goes"
    years = (item.target - now) / pace if pace else -1.0
    change = f"{_figure(pace)} {item.unit} a year"
    if years < 0:
        return "at risk", f"{told}; it moves by {change}, not towards the target"
    status: ItemStatus = "on course" if years <= OPEN_YEARS else "at risk"
    return status, f"{told}; at {change}, as of late, it takes {years:.0f} years"


def _pace(indicators: Indicators, indicator: Expression | None) -> float | None:
    """Return how much a series moved a year between its last two rows."""
    if not isinstance(indicator, Call):
        return None
    seen = indicators.series(indicator)[-2:]
    if len(seen) <= 1:
        return None
    years = (seen[1].day - seen[0].day).days / DAYS_A_YEAR
    return (seen[1].value - seen[0].value) / years if years > 0 else None


def _told(value: float, item: Item) -> str:
    """Return a value beside its target."""
    than = "or less" if item.is_less_better else "or more"
    if item.unit == "yes":
        return "it happened" if value else "it did not happen"
    target = _figure(item.target or 0.0)
    return f"{_figure(value)} of {target} {item.unit} {than}"


def _figure(value: float) -> str:
    """Return a figure with three digits and its thousands."""
    size = abs(value)
    for unit, word in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if size >= unit:
            return f"{value / unit:.3g}{word}"
    return f"{value:.3g}"
