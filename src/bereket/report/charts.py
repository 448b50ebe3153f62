"""Figures, one function each: the notebook, the report and the page draw the same.

Each returns an Altair chart that stands by itself: units on the axes, the colours of
`palette`, and under it the stamp that says where it comes from.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bereket.analysis.pareto import ParetoResult
from bereket.analysis.route import RouteResult
from bereket.compiled.alternative import PART_WORDS, Alternative, finite
from bereket.compiled.cost import PARTS
from bereket.errors import QuestionError
from bereket.model.result import Stamp
from bereket.report import palette
from bereket.report.journey import ways_of
from bereket.studies.assumptions import Assumption

if TYPE_CHECKING:
    import altair as alt

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

    ways = ways_of(found)
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
        x=alt.X("from:Q", title="USD/t", axis=alt.Axis(format=",~f")),
        x2=alt.X2("to:Q"),
        color=alt.Color("kind:N", scale=kinds, legend=None),
        tooltip=[
            alt.Tooltip("words:N", title="part"),
            alt.Tooltip("usd:Q", title="USD/t", format=",.1f"),
        ],
    )
    figures = base.mark_text(align="left", dx=4, fontSize=10.5, color=palette.INK)
    figures = figures.encode(x=alt.X("right:Q"), text=alt.Text("usd:Q", format=",.1f"))
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
            "co2": finite(way.emission_kgco2e_per_t),
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
    named = palette.words(
        _best_labels(found, rows), alt.X("days:Q"), alt.Y("at:Q"), align="center"
    )
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
            x=alt.X(
                "zero:Q",
                title="change of generalised cost, USD/t",
                axis=alt.Axis(tickCount=8),
            ),
            x2=alt.X2("usd:Q"),
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


def _best_labels(
    found: ParetoResult, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what a way is the best in, once a criterion, above its point."""
    chosen: dict[int, list[str]] = {}
    for criterion, word in BEST_WORDS.items():
        best = [at for at, way in enumerate(found.ways) if criterion in way.best_in]
        if best:  # none where it is unknown of all
            chosen.setdefault(best[0], []).append(word)
    usd = [row["usd"] for row in rows]
    height = (max(usd) - min(usd)) or 1.0
    above = [usd[at] + 0.07 * height for at in chosen]
    places = palette.spread(above, 0.08 * height)
    return [
        {"days": rows[at]["days"], "at": place, "label": ", ".join(words)}
        for (at, words), place in zip(chosen.items(), places, strict=True)
    ]
