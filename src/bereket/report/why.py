"""Why a corridor carries what it carries, as a page of words."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from bereket.analysis.capacity import CapacityResult
from bereket.analysis.capacity.ladder import Rung
from bereket.model.model import Model
from bereket.report import wording
from bereket.report.blocks import Block
from bereket.studies.elements import element_name
from bereket.studies.why import WhyResult, barren_measures, next_tonnes

MILLION: Final = 1e6
DAYS_PER_YEAR: Final = 365.0
RUNGS_SHOWN: Final = 6
BARREN_SHOWN: Final = 5
KIND_WORDS: Final = {
    "infrastructure": "infrastructure",
    "fleet": "fleet",
    "acceptance": "acceptance at the border",
    "reserve": "reserve",
}


def why_blocks(found: WhyResult, model: Model) -> list[Block]:
    """Return the page of a corridor in blocks, without its title.

    Parameters
    ----------
    found : WhyResult
        The answer.
    model : Model
        The model that was asked; it names what binds.

    Returns
    -------
    list of Block
        Headings, paragraphs, lists and tables.
    """
    return [
        Block("text", (_assumed(found), _read_as())),
        Block("heading", ("In short",)),
        Block("items", tuple(_in_short(found, model))),
        Block("heading", ("The flows",)),
        Block("text", ("Each by itself, as if the others did not run.",)),
        _flows_table(found, model),
        Block("heading", ("Observed against capacity",)),
        *_against(found, model),
        Block("heading", ("What binds, and what binds next",)),
        *_ladders(found, model),
        Block("heading", ("What adds nothing first",)),
        *_adds_nothing(found, model),
        Block("heading", ("The cheapest next million tonnes",)),
        *_next_million(found, model),
        Block("heading", ("When not to trust this",)),
        Block("items", tuple(_limits(found))),
    ]


def why_title(found: WhyResult, model: Model) -> str:
    """Return the title: what is carried, and what is said that could be."""
    name = corridor_name(model, found.whole.corridor_id)
    claim = found.params.claim_t_per_year
    seen = f"{found.observed.value / MILLION:.1f}" if found.observed else ""
    if not seen:
        return f"What stops the {name}"
    said = f" and not {claim / MILLION:.0f}" if math.isfinite(claim) else ""
    return f"Why the {name} carries {seen}{said} Mt a year"


def corridor_name(model: Model, corridor_id: str) -> str:
    """Return the name of a corridor."""
    (row,) = model["corridor"].row_of[(corridor_id,)]
    return model["corridor"].labels("name")[row]


def _assumed(found: WhyResult) -> str:
    flows = (found.whole, *found.flows)
    binds = {(b.element, b.quality) for f in flows for b in f.binding if b.is_cut}
    assumed = sum(quality == "assumed" for _, quality in binds)
    return (
        f"**Much here is assumed.** Of the {len(binds)} elements that bind, {assumed} "
        "rest on assumed figures: nobody publishes them, and the model's rows say on "
        "what ground they were set. Read the intervals before the figures: low and "
        "high move one element to its end, the one that moves the flow most."
    )


def _read_as() -> str:
    return (
        "A capacity is the largest flow of the corridor's cargo mix, net tonnes of "
        "both directions, after the trains of others and the reserve. It says what "
        "could pass, not what cargo there is."
    )


def _in_short(found: WhyResult, model: Model) -> Iterator[str]:
    if found.observed:
        told = found.observed
        yield f"**Carried: {told.in_short()}** ({told.definition})."
    whole = found.whole
    yield f"**Could pass: {_span(whole)}**, all flows by their common mix."
    if math.isfinite(found.params.claim_t_per_year):
        claim = found.params.claim_t_per_year / MILLION
        yield f"**Said: {claim:.0f} Mt a year** ({found.params.claim})."
    for flow in found.flows:
        name = corridor_name(model, flow.corridor_id)
        yield f"{name}: {_span(flow)}; {_binds(flow, model)}."
    cheapest = [
        (step.usd_per_extra_t_per_year, flow, step)
        for flow in found.flows
        if (step := next_tonnes(flow)) and step.extra_t_per_year >= MILLION
    ]
    if cheapest:
        usd, flow, step = min(cheapest, key=lambda each: each[0])
        name = corridor_name(model, flow.corridor_id)
        yield (
            f"The cheapest next million tonnes is on {name}: "
            f"{_names(step.measure_ids, model)}, {_money(step.capex_usd)} for "
            f"{_mt(step.extra_t_per_year)} a year, {wording.figure(usd)} USD per extra "
            "t a year."
        )


def _flows_table(found: WhyResult, model: Model) -> Block:
    rows = []
    for flow in (found.whole, *found.flows):
        trains, total = flow.trains, flow.capacity_t_per_year
        sides = flow.capacity_t_per_year_by_direction
        per_day = trains.total_per_day if trains else None
        wagons = per_day * trains.wagons if trains and per_day else None
        rows.append(
            (
                corridor_name(model, flow.corridor_id),
                f"{_mt(total)} ({_ends(flow)})",
                f"{_mt(sides['there'])}; {_mt(sides['back'])}",
                wording.figure(per_day),
                wording.figure(wagons),
                wording.figure(total / DAYS_PER_YEAR if total is not None else None),
                _binds(flow, model),
            )
        )
    header = (
        *("flow", "capacity a year, both directions (low to high)"),
        *("south alone; north alone", "loaded trains a day", "loaded wagons a day"),
        *("t a day", "what binds"),
    )
    return Block("table", header, tuple(rows))


def _against(found: WhyResult, model: Model) -> Iterator[Block]:
    whole, claim = found.whole, found.params.claim_t_per_year
    total = whole.capacity_t_per_year
    if found.observed and total:
        seen = found.observed.value
        share = seen / total
        part = wording.share(share)
        told = f"{_mt(seen)} is {part} of what could pass by the common mix. "
        told += (
            "The rest is not explained by a full line: cargo that does not come, goes "
            "another way or waits at a border is no matter of capacity, and is not "
            "modelled here."
            if share < 1
            else "More passes than the model allows: a figure of its rows is too low, "
            "or the mix differs."
        )
        yield Block("text", (told, *_held(found, model)))
    if math.isfinite(claim):
        yield Block(
            "text", (f"What lies below {_mt(claim)} a year, the lowest first:",)
        )
        below = [rung for rung in whole.ladder if rung.before_t_per_year < claim]
        rows = tuple(
            (
                "; ".join(element_name(model, each) for each in rung.elements),
                KIND_WORDS[rung.kind],
                f"{_mt(rung.before_t_per_year)} ({_ends(rung)})",
                ", ".join(dict.fromkeys(rung.qualities)),
            )
            for rung in below
        )
        header = ("element", "kind", "lets pass a year (low to high)", "figures")
        yield Block("table", header, rows)
        last = whole.ladder[-1].after_t_per_year if whole.ladder else math.nan
        if math.isfinite(last) and last < claim:
            yield Block("text", (f"After all of these: {_mt(last)} a year.",))
    kinds = [
        f"{KIND_WORDS[kind]} {_mt(value)}"
        for kind, value in whole.by_kind_t_per_year.items()
        if value is not None and kind != "reserve"
    ]
    yield Block(
        "text", (f"If one kind of limit alone held: {'; '.join(kinds)} a year.",)
    )


def _held(found: WhyResult, model: Model) -> Iterator[str]:
    """Give which flows their own limits hold below what the whole carries."""
    seen = found.observed.value if found.observed else math.nan
    held = [
        f"{corridor_name(model, flow.corridor_id)} at {_mt(flow.capacity_t_per_year)}"
        for flow in found.flows
        if (flow.capacity_t_per_year or math.nan) < seen
    ]
    if held:
        yield (
            f"Flows that their own limits hold below that: {', '.join(held)} a year. "
            "More for them is won there, and not on the line that all share."
        )


def _ladders(found: WhyResult, model: Model) -> Iterator[Block]:
    text = (
        "Each line: the flow that what binds leaves, and what it rises to where that "
        "is lifted. Trains, wagons and tonnes a day are those of the flow before, with "
        "the trains of today's largest flow. A line marked ~ and the next may come in "
        "the other order: their intervals overlap."
    )
    yield Block("text", (text,))
    header = (
        *("", "binds", "kind", "Mt a year, before and after", "trains a day"),
        *("wagons a day", "t a day"),
    )
    for flow in found.flows:
        yield Block("text", (f"**{corridor_name(model, flow.corridor_id)}**",))
        rows = tuple(_ladder_rows(flow, model))
        yield Block("table", header, rows)


def _ladder_rows(flow: CapacityResult, model: Model) -> Iterator[tuple[str, ...]]:
    trains = flow.trains
    now = flow.capacity_t_per_year or math.nan
    for number, rung in enumerate(flow.ladder[:RUNGS_SHOWN], start=1):
        per_day = (
            trains.total_per_day * rung.before_t_per_year / now if trains else None
        )
        wagons = per_day * trains.wagons if trains and per_day else None
        yield (
            f"{number}{' ~' if rung.is_tied else ''}",
            "; ".join(element_name(model, each) for each in rung.elements),
            KIND_WORDS[rung.kind],
            " → ".join(
                wording.megatonnes(t)
                for t in (rung.before_t_per_year, rung.after_t_per_year)
            ),
            wording.figure(per_day),
            wording.figure(wagons),
            wording.figure(rung.before_t_per_year / DAYS_PER_YEAR),
        )


def _adds_nothing(found: WhyResult, model: Model) -> Iterator[Block]:
    yield Block(
        "text",
        ("Done first and alone, these add 0 t a year: something else binds before.",),
    )
    header = ("flow", "binds first", "adds nothing alone (line of the ladder it lifts)")
    rows = []
    for flow in found.flows:
        shown = barren_measures(flow)
        more = len(shown) - BARREN_SHOWN
        told = [
            f"{_names((each.measure_id,), model)} ({each.rung})"
            for each in shown[:BARREN_SHOWN]
        ]
        told += [f"{more} more on higher lines"] if more > 0 else []
        first = flow.ladder[0].elements if flow.ladder else ()
        rows.append(
            (
                corridor_name(model, flow.corridor_id),
                "; ".join(element_name(model, each) for each in first),
                "; ".join(told) or "none",
            )
        )
    yield Block("table", header, tuple(rows))


def _next_million(found: WhyResult, model: Model) -> Iterator[Block]:
    text = (
        "The first steps of the best sequence that bring a million tonnes a year "
        "more; cost to build only, USD of the price year, with the interval of the "
        "cost. Steps of several flows share works: do not add them up."
    )
    yield Block("text", (text,))
    rows = []
    for flow in found.flows:
        name = corridor_name(model, flow.corridor_id)
        step = next_tonnes(flow)
        if step is None:
            rows.append((name, "no measure of known cost adds anything", "", "", ""))
            continue
        per_t = [
            usd / step.extra_t_per_year
            for usd in (step.capex_usd, step.capex_low_usd, step.capex_high_usd)
        ]
        value, low, high = map(wording.figure, per_t)
        rows.append(
            (
                name,
                _names(step.measure_ids, model),
                f"+{_mt(step.extra_t_per_year)}",
                _money(step.capex_usd),
                f"{value} ({low} to {high})",
            )
        )
    header = (
        *("flow", "measures, in order", "adds a year", "to build"),
        "USD per extra t a year (low to high)",
    )
    yield Block("table", header, tuple(rows))


def _limits(found: WhyResult) -> Iterator[str]:
    yield (
        "A rung whose order the intervals leave open is no verdict on who is to blame: "
        "a better figure may turn it."
    )
    yield (
        "Flows share the line, the engines and the posts. Each is told as if the "
        "others did not run; they do not add up."
    )
    yield (
        "The mean day of a year: a week of wind, a feast or a locomotive in repair is "
        "in the reserve and the unevenness, not in a queue."
    )
    yield "Costs are to build; what it takes to run is left out, and no cost is a bid."
    for note in found.whole.notes:
        yield note[0].upper() + note[1:] + "."


def _binds(flow: CapacityResult, model: Model) -> str:
    cut = [bound for bound in flow.binding if bound.is_cut]
    if not cut:
        return flow.why[0] if flow.why else "nothing known binds"
    first = cut[0]
    more = f" and {len(cut) - 1} more" if len(cut) > 1 else ""
    bind = "bind" if len(cut) > 1 else "binds"
    name = element_name(model, first.element)
    return f"{name}{more} {bind} ({KIND_WORDS[first.kind]}, {first.quality})"


def _names(measure_ids: Sequence[str], model: Model) -> str:
    table = model["measure"]
    names = dict(zip(table.labels("measure_id"), table.labels("name"), strict=True))
    return "; ".join(names[each] for each in measure_ids)


def _span(flow: CapacityResult) -> str:
    return f"{_mt(flow.capacity_t_per_year)} a year ({_ends(flow)})"


def _mt(t_per_year: float | None) -> str:
    plain = wording.megatonnes(t_per_year)
    return plain if plain in ("no known limit", "0") else f"{plain} Mt"


def _ends(each: CapacityResult | Rung) -> str:
    return f"{_mt(each.low_t_per_year)} to {_mt(each.high_t_per_year)}"


def _money(usd: float) -> str:
    return f"{wording.figure(usd / MILLION)} million USD"
