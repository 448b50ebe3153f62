"""Pages on capacity: what binds each corridor, ladders, what to build, and why."""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from bereket.analysis.capacity import CapacityResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.report import wording
from bereket.report.ladder import capacity_ladder
from bereket.report.merit import barren, merit_curve
from bereket.report.room import capacity_profile, month_bars, months_differ
from bereket.report.why import why_blocks, why_title
from bereket.studies.corridor_room import room_beside
from bereket.studies.corridors import CorridorRow
from bereket.studies.elements import element_name
from bereket.studies.overview_result import OverviewResult

Keep = Callable[[str, Any], str]
BINDING_SHOWN: Final = 2
IN_TONNES: Final = "t"


def capacity_context(found: OverviewResult, model: Model, keep: Keep) -> dict[str, Any]:
    """Return what the pages on capacity are filled with, and keep their figures.

    Parameters
    ----------
    found : OverviewResult
        What the report tells.
    model : Model
        The model that was asked.
    keep : callable
        Takes the name of a figure and the figure.

    Returns
    -------
    dict
        ``binds``, a row a corridor; ``strong``, a page a main corridor; ``build``, a
        row a step of their best sequences; ``why``, title and blocks, or None.
    """
    known = found.capacities
    rows = {row.corridor_id: row for row in found.corridors.corridors}
    strong = [
        _page(number, known.by_corridor[name], rows[name], model, keep)
        for number, name in enumerate(known.main, start=1)
    ]
    told = known.why
    return {
        "binds": [
            _binds(rows[name], each, model) for name, each in known.by_corridor.items()
        ],
        "strong": strong,
        "build": [
            row for name in known.main for row in _build(known.by_corridor[name], model)
        ],
        "why": {"title": why_title(told, model), "blocks": why_blocks(told, model)}
        if told
        else None,
    }


def _binds(row: CorridorRow, each: CapacityResult, model: Model) -> dict[str, Any]:
    """Return how much a corridor can carry, what binds, what is left."""
    cut = [bound for bound in each.binding if bound.is_cut]
    names = [element_name(model, bound.element) for bound in cut[:BINDING_SHOWN]]
    more = len(cut) - len(names)
    seen = row.observed
    is_yearly = seen is not None and seen.unit == IN_TONNES and seen.is_of_year
    left, refused = room_beside(each, seen.value if seen and is_yearly else None)
    total = each.capacity_t_per_year
    is_closed = each.stamp.status == "no_way"
    return {
        "row": row,
        "found": each,
        "closed": ("; ".join(row.why) or "no way on this date") if is_closed else "",
        "mt": wording.NOTHING if is_closed else wording.megatonnes(total),
        "low": wording.megatonnes(each.low_t_per_year),
        "high": wording.megatonnes(each.high_t_per_year),
        "binds": "; ".join(names) + (f"; {more} more" if more > 0 else ""),
        "kinds": ", ".join(dict.fromkeys(bound.kind for bound in cut)),
        "quality": ", ".join(dict.fromkeys(bound.quality for bound in cut)),
        "trains": each.trains.total_per_day if each.trains else None,
        "left": _left(left),
        "refused": refused,
    }


def _left(t_per_year: float | None) -> str:
    """Return the room beside what was last observed."""
    if t_per_year is None:
        return wording.NOTHING
    return wording.megatonnes(t_per_year) if t_per_year > 0 else "none"


def _page(
    number: int, each: CapacityResult, row: CorridorRow, model: Model, keep: Keep
) -> dict[str, Any]:
    """Return the page of a main corridor, and keep its figures."""
    figures: dict[str, Callable[[], Any]] = {
        "ladder": lambda: capacity_ladder(each, model),
        "merit": lambda: merit_curve(each, model),
    }
    if row.way is not None:
        way = row.way
        figures["room"] = lambda: capacity_profile(each, way, model)
    if months_differ(each):
        figures["months"] = lambda: month_bars(each)
    refused = []
    for kind, draw in figures.items():
        try:
            keep(f"{kind}{number}", draw())
        except QuestionError as fault:  # said in words in place of the figure
            refused.append(str(fault))
    kinds = [
        f"{kind} {wording.megatonnes(value)} Mt"
        for kind, value in each.by_kind_t_per_year.items()
        if value is not None and kind != "reserve"
    ]
    return {
        "number": number,
        "row": row,
        "found": each,
        "headline": _binds(row, each, model),
        "kinds": "; ".join(kinds),
        "refused": refused,
        "n_barren": len(barren(each)),
    }


def _build(each: CapacityResult, model: Model) -> Iterator[dict[str, Any]]:
    """Give the steps of the best sequence: what to build and what it brings."""
    measure = model["measure"]
    at = 0.0
    for step in each.sequence:
        rows = [measure.row_of[(name,)][-1] for name in step.measure_ids]
        extra = step.after_t_per_year - step.before_t_per_year
        if not math.isfinite(extra):
            return
        at += extra
        high = wording.figure(step.high) if math.isfinite(step.high) else "no bound"
        yield {
            "corridor": each.corridor_id,
            "measures": ", ".join(step.measure_ids),
            "names": "; ".join(measure.labels("name")[row] for row in rows),
            "status": ", ".join(
                dict.fromkeys(
                    measure.labels("measure_status")[row].replace("_", " ")
                    for row in rows
                )
            ),
            "capex": step.capex_usd / 1e6,
            "adds": wording.megatonnes(extra),
            "in_all": wording.megatonnes(at),
            "usd": step.usd_per_extra_t_per_year,
            "ends": f"{wording.figure(step.low)} to {high}",
        }
