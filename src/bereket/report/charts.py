"""Figures, one function each: the notebook, the report and the page draw the same.

Each returns an Altair chart that stands by itself: units on the axes, the colours of
`palette`, and under it the stamp that says where it comes from.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from bereket.analysis.pareto import ParetoResult
from bereket.analysis.route import RouteResult
from bereket.compiled.alternative import PART_WORDS, Alternative
from bereket.compiled.cost import PARTS
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.report import palette
from bereket.report.journey import Stage, place_names, stages
from bereket.studies.assumptions import Assumption

if TYPE_CHECKING:
    import altair as alt

Measure = Literal["days", "usd"]
LEAST_LABELLED = 0.025  # of the height of the figure: smaller steps have no name
AXIS_WORDS: dict[Measure, str] = {
    "days": "days since loading began",
    "usd": "USD/t since loading began",
}
LABEL_CLEARANCE = 0.05  # of the height of the figure, between two labels
TURN_LABELS = 0.75  # of the way: from there on names stand left of their step
TEN = 10.0
HALF_MARGIN = 120  # pixels, of axis and legend
HALF_WIDTH = 205  # pixels, axis and legend apart: two stand side by side
BEST_WORDS = {
    "door_to_door_h": "fastest",
    "cost_usd_per_t": "cheapest",
    "emission_kgco2e_per_t": "least CO2e",
    "sd_h": "steadiest",
}
# What a part of the money is in one word or two; the tooltip has the whole.
SHORT_PARTS = {
    "haulage": "haulage",
    "wagon": "wagon, truck",
    "container": "container",
    "empty_return": "empty return",
    "backload": "loads back",
    "terminal": "terminals",
    "border": "borders",
    "other": "orders",
}


def time_cost_distance(
    found: RouteResult,
    model: Model,
    measure: Measure = "days",
    *,
    width: int = palette.FULL_WIDTH - 90,
    height: int = 250,
) -> "alt.TopLevelMixin":
    """Draw how time or money builds up along the ways: the chart of UNESCAP.

    Parameters
    ----------
    found : RouteResult
        Ways.
    model : Model
        The model they were found in; it names the places.
    measure : {"days", "usd"}
        What builds up: days, or USD a tonne.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A line a way, in the colours of the modes, rising upright where cargo stands:
        at borders, ports and changes. Steps of the first way are named.

    Raises
    ------
    QuestionError
        When there is no way.

    References
    ----------
    .. [1] UNESCAP (2003). *Transit transport issues in landlocked and transit
       developing countries*: the time/cost-distance methodology.

    Examples
    --------
    >>> from bereket import blank_model, route, RouteParams
    >>> found = route(blank_model(), params=RouteParams("EAST", "FARPORT", "grain"))
    >>> chart = time_cost_distance(found, blank_model(), "days")
    """
    import altair as alt

    names = place_names(model)
    told = [stages(way, names) for way in _ways(found)]
    rows = [
        _stage_row(stage, number, measure)
        for number, way in enumerate(told, start=1)
        for stage in way
    ]
    top = max(row["to"] for row in rows)
    reach = alt.Scale(domain=[0, 1.1 * max(row["to_km"] for row in rows)], nice=False)
    x = alt.X("km:Q", title="km", scale=reach, axis=alt.Axis(format=",d"))
    y = alt.Y("from:Q", title=AXIS_WORDS[measure], axis=alt.Axis(format=",d"))
    lines = (
        alt.Chart(palette.data(rows))
        .mark_rule(strokeCap="round")
        .encode(
            x=x,
            x2="to_km:Q",
            y=y,
            y2="to:Q",
            color=palette.mode_colour(row["mode"] for row in rows),
            strokeWidth=alt.condition(
                "datum.number == 1", alt.value(3), alt.value(1.3)
            ),
            opacity=alt.condition("datum.number == 1", alt.value(1), alt.value(0.75)),
            tooltip=[
                alt.Tooltip("way:N"),
                alt.Tooltip("what:N"),
                alt.Tooltip("place:N"),
                alt.Tooltip("days:Q", title="days", format=".2f"),
                alt.Tooltip("usd:Q", title="USD/t", format=",.1f"),
                alt.Tooltip("length:Q", title="km", format=",.0f"),
            ],
        )
    )
    chart = alt.layer(lines, *_labels(told, measure, top)).properties(
        width=width, height=height
    )
    return palette.signed(chart, found.stamp)


def cost_waterfall(
    found: RouteResult, number: int = 1, *, width: int = HALF_WIDTH, height: int = 165
) -> "alt.TopLevelMixin":
    """Draw how the money of one way adds up, part by part.

    Parameters
    ----------
    found : RouteResult
        Ways.
    number : int
        Which way, from 1.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A bar a part, each begun where the one above ends; what lowers the cost, such
        as a subsidy, runs back.

    Raises
    ------
    QuestionError
        When there is no way of that number.
    """
    import altair as alt

    ways = _ways(found)
    if not 1 <= number <= len(ways):
        msg = f"there is no way {number}; {len(ways)} found"
        raise QuestionError(msg)
    rows = waterfall_rows(ways[number - 1])
    order = [row["part"] for row in rows]
    base = alt.Chart(palette.data(rows)).encode(
        y=alt.Y("part:N", sort=order, title=None, axis=alt.Axis(labelLimit=200)),
    )
    kinds = alt.Scale(
        domain=["adds", "lowers", "in all"],
        range=[palette.BAR, palette.BAR_LESS, palette.INK],
    )
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=alt.X("from:Q", title="USD/t", axis=alt.Axis(format=",d")),
        x2="to:Q",
        color=alt.Color("kind:N", scale=kinds, legend=None),
        tooltip=[
            alt.Tooltip("words:N", title="part"),
            alt.Tooltip("usd:Q", title="USD/t", format=",.1f"),
        ],
    )
    figures = base.mark_text(align="left", dx=4, fontSize=10.5, color=palette.INK)
    figures = figures.encode(x="right:Q", text=alt.Text("usd:Q", format=",.1f"))
    chart = alt.layer(bars, figures).properties(width=width, height=height)
    return palette.signed(chart, found.stamp, width=width + HALF_MARGIN)


def pareto_scatter(
    found: ParetoResult, *, width: int = HALF_WIDTH, height: int = 165
) -> "alt.TopLevelMixin":
    """Draw the efficient ways by time, money and emissions.

    Parameters
    ----------
    found : ParetoResult
        Efficient ways.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A point a way: days to the right, USD a tonne upwards, emissions in colour, the
        spread of time as its size; the best in each criterion are named.

    Raises
    ------
    QuestionError
        When there is no way.
    """
    import altair as alt

    if not found.ways:
        msg = "there is no way to draw"
        raise QuestionError(msg)
    rows = [
        {
            "days": way.door_to_door_h / 24.0,
            "usd": way.cost_usd_per_t,
            "co2": way.emission_kgco2e_per_t,
            "sd": way.sd_h / 24.0,
            "corridors": ", ".join(way.corridors) or "no named corridor",
            "by": " ".join(way.key_places),
        }
        for way in found.ways
    ]
    scale = alt.Scale(zero=False, nice=True, padding=12)
    points = (
        alt.Chart(palette.data(rows))
        .mark_circle(stroke=palette.INK, strokeWidth=0.5, opacity=0.9)
        .encode(
            x=alt.X("days:Q", title="days, door to door", scale=scale),
            y=alt.Y("usd:Q", title="USD/t", scale=scale),
            color=alt.Color(
                "co2:Q",
                title="kgCO2e/t",
                scale=alt.Scale(scheme=alt.SchemeParams("blues", extent=[0.25, 1.1])),
                legend=alt.Legend(gradientLength=90),
            ),
            size=alt.Size(
                "sd:Q",
                title="± days",
                scale=alt.Scale(range=[25, 220]),
                legend=alt.Legend(tickCount=3),
            ),
            tooltip=[
                alt.Tooltip("days:Q", title="days, door to door", format=".1f"),
                alt.Tooltip("sd:Q", title="± days", format=".1f"),
                alt.Tooltip("usd:Q", title="USD/t", format=",.0f"),
                alt.Tooltip("co2:Q", title="kgCO2e/t", format=",.0f"),
                alt.Tooltip("corridors:N"),
                alt.Tooltip("by:N"),
            ],
        )
    )
    named = palette.words(_best_labels(found, rows), "days:Q", "at:Q", align="center")
    chart = alt.layer(points, *named).properties(width=width, height=height)
    return palette.signed(chart, found.stamp, width=width + HALF_MARGIN)


def assumption_bars(
    found: Sequence[Assumption],
    stamp: Stamp,
    *,
    width: int = palette.FULL_WIDTH - 280,
) -> "alt.TopLevelMixin":
    """Draw what the bounds of assumed rows would change: a tornado, largest on top.

    Parameters
    ----------
    found : sequence of Assumption
        Assumed rows; those that were not turned are left out.
    stamp : Stamp
        Of the result that holds them.
    width : int
        Width of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A bar a row, from the change at its low to that at its high.
    """
    import altair as alt

    rows: list[dict[str, Any]] = [
        {
            "row": f"{each.reference} ({each.pair.partition(',')[0]})",
            "end": end,
            "usd": usd,
            "at": at,
            "zero": 0.0,
        }
        for each in found
        if each.swing_usd_per_t
        for end, at, usd in (
            ("at its low", each.low, each.change_low_usd_per_t),
            ("at its high", each.high, each.change_high_usd_per_t),
        )
        if not math.isnan(usd)
    ]
    colours = alt.Scale(
        domain=["at its low", "at its high"],
        range=[palette.BAR_LESS, palette.MODE_COLOURS["road"]],
    )
    order = list(dict.fromkeys(row["row"] for row in rows))
    bars = (
        alt.Chart(palette.data(rows))
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("zero:Q", title="change of generalised cost, USD/t"),
            x2="usd:Q",
            y=alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=270)),
            color=alt.Color(
                "end:N", scale=colours, title=None, legend=alt.Legend(orient="top")
            ),
            tooltip=[
                alt.Tooltip("row:N"),
                alt.Tooltip("end:N"),
                alt.Tooltip("at:Q", title="figure"),
                alt.Tooltip("usd:Q", title="USD/t", format="+.1f"),
            ],
        )
    )
    chart = bars.properties(width=width, height=22 * len(order))
    return palette.signed(chart, stamp)


def waterfall_rows(way: Alternative) -> list[dict[str, Any]]:
    """Return the bars of a waterfall: where each begins and ends [USD/t]."""
    rows, at = [], 0.0
    for part in PARTS:
        usd = way.totals.cost_parts[part]
        if usd:
            kind = "adds" if usd > 0 else "lowers"
            ends = {"from": at, "to": at + usd, "right": max(at, at + usd)}
            words = {"part": SHORT_PARTS[part], "words": PART_WORDS[part]}
            rows.append(words | {"usd": usd, "kind": kind} | ends)
            at += usd
    total = {"from": 0.0, "to": at, "right": max(at, 0.0)}
    words = {"part": "in all", "words": "all that the way costs"}
    return [*rows, words | {"usd": at, "kind": "in all"} | total]


def _ways(found: RouteResult) -> tuple[Alternative, ...]:
    if not found.alternatives:
        msg = f"there is no way from {found.origin_id} to {found.destination_id}"
        raise QuestionError(msg)
    return found.alternatives


def _value(stage: Stage, measure: Measure) -> tuple[float, float]:
    """Return where a stage begins and ends in days or money."""
    if measure == "days":
        return stage.from_days, stage.to_days
    return stage.from_usd, stage.to_usd


def _stage_row(stage: Stage, number: int, measure: Measure) -> dict[str, Any]:
    begins, ends = _value(stage, measure)
    return {
        "way": f"way {number}",
        "number": number,
        "what": stage.what,
        "place": stage.place,
        "mode": stage.mode,
        "km": stage.from_km,
        "to_km": stage.to_km,
        "from": begins,
        "to": ends,
        "days": stage.days,
        "usd": stage.to_usd - stage.from_usd,
        "length": stage.to_km - stage.from_km,
    }


def _labels(
    told: list[tuple[Stage, ...]], measure: Measure, top: float
) -> "list[alt.Chart]":
    """Name the long steps of the first way and the end of each, none on another."""
    reach = max(way[-1].to_km for way in told)
    rows = [
        *_step_labels(told[0], measure, top),
        *(
            {
                "km": way[-1].to_km,
                "at": _value(way[-1], measure)[1],
                "label": f"way {number}",
                "side": "end",
            }
            for number, way in enumerate(told, start=1)
        ),
    ]
    places = palette.spread([row["at"] for row in rows], LABEL_CLEARANCE * top)
    rows = [row | {"at": at} for row, at in zip(rows, places, strict=True)]
    for row in rows:
        if row["side"] == "right" and row["km"] > TURN_LABELS * reach:
            row["side"] = "left"
    styles: dict[str, dict[str, Any]] = {
        "right": {"align": "left", "dx": 7},
        "left": {"align": "right", "dx": -7},
        "end": {"align": "left", "dx": 5, "fontSize": 10.5, "fontWeight": "bold"},
    }
    by_side = {side: [row for row in rows if row["side"] == side] for side in styles}
    return [
        layer
        for side, own in by_side.items()
        if own
        for layer in palette.words(own, "km:Q", "at:Q", **styles[side])
    ]


def _step_labels(
    way: tuple[Stage, ...], measure: Measure, top: float
) -> list[dict[str, Any]]:
    """Return the names of a way's long steps, each at its middle."""
    labels = []
    unit = "d" if measure == "days" else "USD/t"
    for stage in way:
        begins, ends = _value(stage, measure)
        if stage.place and abs(ends - begins) >= LEAST_LABELLED * top:
            label = f"{stage.place}: {stage.what}, {_figure(ends - begins)} {unit}"
            middle = (begins + ends) / 2
            labels.append(
                {"km": stage.to_km, "at": middle, "label": label, "side": "right"}
            )
    return labels


def _best_labels(
    found: ParetoResult, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what a way is the best in, once a criterion, above its point."""
    chosen: dict[int, list[str]] = {}
    for criterion, word in BEST_WORDS.items():
        best = [at for at, way in enumerate(found.ways) if criterion in way.best_in]
        chosen.setdefault(best[0], []).append(word)
    usd = [row["usd"] for row in rows]
    height = (max(usd) - min(usd)) or 1.0
    above = [usd[at] + 0.07 * height for at in chosen]
    places = palette.spread(above, 0.08 * height)
    return [
        {"days": rows[at]["days"], "at": place, "label": ", ".join(words)}
        for (at, words), place in zip(chosen.items(), places, strict=True)
    ]


def _figure(value: float) -> str:
    """Return a figure with the digits that it deserves."""
    return f"{value:.1f}" if abs(value) < TEN else f"{value:,.0f}"
