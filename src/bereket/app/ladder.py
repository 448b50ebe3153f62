"""A corridor's capacity drawn on the terminal: flow, what binds, ladder, measures."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.capacity import CapacityResult
from bereket.analysis.capacity.ladder import Rung
from bereket.analysis.capacity.merit import Merit
from bereket.analysis.capacity.months import Month
from bereket.analysis.capacity.result import Bound, RoomLeft
from bereket.model.model import Model
from bereket.model.naming import place_names, told
from bereket.report.wording import figure

MILLION = 1e6
UNSTATED = "quality not stated"
ELEMENTS_SHOWN = 3
LIFTS_SHOWN = 3
MERITS_SHOWN = 8
ROOMS_SHOWN = 5
RUNGS_SHOWN = 6
SAME = 5e-3  # flows of a day nearer than this are told as one
IDS_SHOWN = 6
KIND_WORDS = {
    "infrastructure": "track, berths, terminals",
    "reserve": "the same less its reserve",
    "fleet": "fleet",
    "acceptance": "acceptance",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What rows of a model are called.

    Attributes
    ----------
    model : Model
        The model that was asked, changed as the scenario says.
    places : mapping of str to str
        Names of places by id.
    """

    model: Model
    places: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Read the names of places once."""
        object.__setattr__(self, "places", place_names(self.model))

    def element(self, reference: str) -> str:
        """Return a reference with places or name, safe to print."""
        return escape(told(self.model, reference, self.places))

    def asked(self, found: CapacityResult) -> str:
        """Return what was asked: the corridor by name, or the pair."""
        if found.corridor_id:
            (row,) = self.model["corridor"].row_of[(found.corridor_id,)]
            name = self.model["corridor"].labels("name")[row]
            return escape(f"{name or found.corridor_id} ({found.corridor_id})")
        ends = (found.origins[0], found.destinations[0])
        return escape(" - ".join(self.places[end] for end in ends))


def draw_capacity(console: Console, found: CapacityResult, words: Words) -> None:
    """Draw the answer: headline, flows, what binds, ladder, measures, room."""
    if found.why:
        _draw_no_way(console, found, words)
        return
    _draw_headline(console, found, words)
    _draw_binding(console, found.binding, words)
    _draw_ladder(console, found, words)
    _draw_merits(console, found)
    _draw_months(console, found)
    _draw_room(console, found.room, words)
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")


def draw_in_short(
    console: Console, found: CapacityResult, words: Words, rungs: int
) -> None:
    """Draw headline and what binds, then the first rungs, one line each."""
    if found.why:
        _draw_no_way(console, found, words)
        return
    console.print(_headline(found, words))
    for number, rung in enumerate(found.ladder[:rungs], 1):
        names = [words.element(each) for each in rung.elements[:ELEMENTS_SHOWN]]
        more = len(rung.elements) - len(names)
        tail = f" and {more} more" if more else ""
        console.print(
            f"  {number}. {', '.join(names)}{tail} ({rung.kind}, {rung.qualities[0]}): "
            f"lifted, {mt(rung.before_t_per_year)} become {_after(rung)} Mt"
        )


def _draw_no_way(console: Console, found: CapacityResult, words: Words) -> None:
    console.print(
        f"[bold red]{words.asked(found)} carries nothing on {found.as_of}: it is not "
        "connected.[/] What stops it:"
    )
    for why in found.why:
        console.print(f"  {escape(why)}")


def _headline(found: CapacityResult, words: Words) -> str:
    """Return the answer in a sentence."""
    if found.capacity_t_per_year is None:
        return (
            f"[bold]Nothing known limits {words.asked(found)}[/] on {found.as_of}: no "
            "element that every way passes states a capacity, or what one follows from"
        )
    low, high = found.low_t_per_year, found.high_t_per_year
    ends = f"{mt(low)} to {mt(high)}" if high is not None else f"{mt(low)} or more"
    rests = "; what binds rests on [yellow]assumed[/] rows"
    return (
        f"[bold]{words.asked(found)} can carry {mt(found.capacity_t_per_year)} Mt a "
        f"year[/] ({ends}), both directions together, on {found.as_of}"
        + (rests if found.rests_on_assumed else "")
    )


def _draw_headline(console: Console, found: CapacityResult, words: Words) -> None:
    console.print(_headline(found, words))
    ends = [_few(found.origins), _few(found.destinations)]
    alone = [
        f"{side} ({' > '.join(ends if side == 'there' else ends[::-1])}) "
        + ("[red]no way[/]" if side in found.no_way else _limit(flow))
        for side, flow in found.capacity_t_per_year_by_direction.items()
    ]
    console.print(f"each direction alone: {'; '.join(alone)}")
    if found.trains:
        trains = found.trains
        each = " and ".join(f"{figure(n)} {s}" for s, n in trains.per_day.items())
        console.print(
            f"trains a day on {words.element(trains.element)}: {each}, of "
            f"{figure(trains.net_t)} t net in {figure(trains.wagons)} wagons"
        )
    told_kinds = [
        f"{KIND_WORDS[kind]} {_limit(flow)}"
        for kind, flow in found.by_kind_t_per_year.items()
    ]
    if told_kinds:
        console.print(f"if one kind alone limited: {' · '.join(told_kinds)}")


def _few(ids: Sequence[str]) -> str:
    shown = " ".join(ids[:ELEMENTS_SHOWN])
    return f"{shown} …" if len(ids) > ELEMENTS_SHOWN else shown


def _draw_binding(console: Console, binding: Sequence[Bound], words: Words) -> None:
    cut = [bound for bound in binding if bound.is_cut]
    for bound in cut[:ROOMS_SHOWN]:
        base = bound.base_per_day
        others = "not known" if base is None else f"{figure(base)}"
        price = bound.price_usd_per_t
        worth = f"a tonne of room saves {figure(price)} USD"
        if price is None:
            worth = "there is no way around it"
        elif not price:
            worth = "the way around it costs no more"
        console.print(
            f"binds: {words.element(bound.element)} ({bound.kind}, "
            f"{bound.quality or UNSTATED}): {figure(bound.capacity_per_day)} "
            f"{_units(bound.unit)} a day are left by others, whose load is {others}; "
            f"{worth}"
        )
    rest = [*cut[ROOMS_SHOWN:], *(bound for bound in binding if not bound.is_cut)]
    if rest:
        names = [words.element(bound.element) for bound in rest[:ELEMENTS_SHOWN]]
        more = len(rest) - len(names)
        tail = f" and {more} more" if more else ""
        console.print(f"full too: {', '.join(names)}{tail}")


def _draw_ladder(console: Console, found: CapacityResult, words: Words) -> None:
    if not found.ladder:
        return
    cost = {merit.measure_id: merit.capex_usd for merit in found.merit_order}
    console.print("\n[bold]ladder[/]: what binds first, next, and after that")
    columns = ("", "what binds", "kind", "Mt a year", "quality", "lifted by (M USD)")
    grid = _grid(columns, left=("what binds", "kind", "quality", columns[-1]))
    for number, rung in enumerate(found.ladder[:RUNGS_SHOWN], 1):
        grid.add_row(
            f"{number}{'~' if rung.is_tied else ' '}",
            _stacked([words.element(each) for each in rung.elements]),
            _stacked(list(dict.fromkeys(rung.kinds))),
            f"{mt(rung.before_t_per_year)} → {_after(rung)}",
            _stacked([q or UNSTATED for q in dict.fromkeys(rung.qualities)]),
            _stacked([_lift(each, cost) for each in rung.measures], LIFTS_SHOWN),
        )
    console.print(grid)
    if len(found.ladder) > RUNGS_SHOWN:
        console.print(f"and {len(found.ladder) - RUNGS_SHOWN} more (--format csv)")
    if any(rung.is_tied for rung in found.ladder[:RUNGS_SHOWN]):
        console.print(
            "[dim]~ the next rung may as well come first: their intervals overlap[/]"
        )


def _lift(measure_id: str, cost: Mapping[str, float]) -> str:
    """Return a measure with its cost in millions, where that is known."""
    usd = cost.get(measure_id, np.nan)
    return f"{measure_id} ({figure(usd / MILLION)})" if np.isfinite(usd) else measure_id


def _draw_merits(console: Console, found: CapacityResult) -> None:
    ranked = [merit for merit in found.merit_order if merit.tie_group]
    if ranked:
        console.print(
            "\n[bold]merit order[/]: what an extra tonne a year costs, alone; measures "
            "of one rank cannot be told apart"
        )
        columns = ("rank", "measure", "USD per extra t/year", "extra Mt", "M USD")
        grid = _grid(columns, left=("rank", "measure"))
        ranks = _ranks(ranked)
        for rank, merit in list(zip(ranks, ranked, strict=True))[:MERITS_SHOWN]:
            grid.add_row(
                rank,
                escape(f"{merit.measure_id} {merit.name}"),
                _ratio(merit),
                mt(merit.extra_t_per_year),
                figure(merit.capex_usd / MILLION),
            )
        console.print(grid)
        if len(ranked) > MERITS_SHOWN:
            console.print(f"and {len(ranked) - MERITS_SHOWN} more (--format json)")
    _draw_unranked(console, found)
    if found.sequence:
        steps = [
            f"{'+'.join(stage.measure_ids)} to {mt(stage.after_t_per_year)} "
            f"({figure(stage.usd_per_extra_t_per_year)})"
            for stage in found.sequence
        ]
        console.print(
            "best order, each on top of those before, to Mt (USD per extra t/year): "
            f"{escape(' → '.join(steps))}"
        )


def _draw_unranked(console: Console, found: CapacityResult) -> None:
    """Say which measures are not ranked, and why."""
    unranked = [merit for merit in found.merit_order if not merit.tie_group]
    unpriced = [merit for merit in unranked if not np.isfinite(merit.capex_usd)]
    groups = {
        "add nothing alone": [m.measure_id for m in unranked if m not in unpriced],
        "not ranked, cost unknown": [m.measure_id for m in unpriced],
        "targets only, no works": [t.partition(":")[0] for t in found.targets],
    }
    told_groups = [
        f"{what}: {' '.join(ids[:IDS_SHOWN])}"
        + (f" +{len(ids) - IDS_SHOWN}" if len(ids) > IDS_SHOWN else "")
        for what, ids in groups.items()
        if ids
    ]
    if told_groups:
        console.print(escape(" · ".join(told_groups)))


def _ranks(ranked: Sequence[Merit]) -> list[str]:
    """Return the rank of each measure; those of one tie group share it."""
    groups = [merit.tie_group for merit in ranked]
    ranks = []
    for group in groups:
        first = groups.index(group) + 1
        last = first + groups.count(group) - 1
        ranks.append(f"{first}" if first == last else f"{first}-{last}")
    return ranks


def _ratio(merit: Merit) -> str:
    """Return USD per extra tonne with its ends."""
    value, low = figure(merit.usd_per_extra_t_per_year), figure(merit.low)
    ends = f"{low} to {figure(merit.high)}"
    return f"{value} ({ends if np.isfinite(merit.high) else f'{low} or more'})"


def _draw_months(console: Console, found: CapacityResult) -> None:
    """Draw the worst and the best month in one line, where they differ."""
    known = [month for month in found.months if np.isfinite(month.t)]
    if not known:
        return
    per_day = {m.month: m.t / calendar.monthrange(2025, m.month)[1] for m in known}
    worst, best = min(known, key=_a_day(per_day)), max(known, key=_a_day(per_day))
    told_months = []
    if per_day[best.month] > per_day[worst.month] * (1 + SAME):
        told_months.append(
            f"from {figure(per_day[worst.month])} t a day in "
            f"{calendar.month_name[worst.month]} to {figure(per_day[best.month])} in "
            f"{calendar.month_name[best.month]}"
        )
    wanted = max(known, key=lambda m: m.wanted_share)
    told_months.append(
        f"most of the cargo wants to go in {calendar.month_name[wanted.month]}, "
        f"{wanted.wanted_share:.1%} of a year"
    )
    console.print(f"by month: {'; '.join(told_months)}")


def _a_day(per_day: Mapping[int, float]) -> Callable[[Month], float]:
    """Return what orders months by their flow of a day."""
    return lambda month: per_day[month.month]


def _draw_room(console: Console, room: Sequence[RoomLeft], words: Words) -> None:
    known = [each for each in room if each.room_per_day is not None]
    if known:
        console.print("\n[bold]room left[/] when that flows, the fullest first")
        columns = ("element", "kind", "left a day", "of", "")
        grid = _grid(columns, left=("element", "kind", ""))
        for each in known[:ROOMS_SHOWN]:
            grid.add_row(
                words.element(each.element),
                each.kind,
                figure(each.room_per_day),
                f"{figure(each.capacity_per_day)} {_units(each.unit)}",
                "at most" if each.refused else each.quality,
            )
        console.print(grid)
    refused = len(room) - len(known)
    if refused:
        console.print(
            f"room left is refused on {refused} of {len(room)} elements: neither the "
            "load of others nor an interval is known"
        )


def _units(unit: str) -> str:
    """Return a unit in the plural."""
    return unit if unit in {"t", "teu", "feu"} else f"{unit}s"


def _grid(columns: Sequence[str], left: Sequence[str]) -> Grid:
    """Return a plain table; columns of words fold, those of figures do not."""
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in columns:
        is_text = name in left
        grid.add_column(
            name,
            justify="left" if is_text else "right",
            no_wrap=not is_text,
            overflow="fold",
        )
    return grid


def _stacked(lines: Sequence[str], most: int = ELEMENTS_SHOWN) -> str:
    """Return lines of one cell, at most so many."""
    more = len(lines) - most
    return "\n".join([*lines[:most], *([f"and {more} more"] if more > 0 else [])])


def mt(t_per_year: float | None) -> str:
    """Return tonnes as millions with the digits that they deserve."""
    return figure(None if t_per_year is None else t_per_year / MILLION)


def _after(rung: Rung) -> str:
    """Return the flow without the rung's elements, in Mt."""
    is_known = np.isfinite(rung.after_t_per_year)
    return mt(rung.after_t_per_year) if is_known else "no known limit"


def _limit(t_per_year: float | None) -> str:
    return "no known limit" if t_per_year is None else f"{mt(t_per_year)} Mt"
