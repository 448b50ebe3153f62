"""Prices of power and gas by zone, drawn: shades by week and month."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy.result import EnergyResult
from bereket.analysis.energy.rows import ZonePrice
from bereket.errors import QuestionError
from bereket.report import palette, wording
from bereket.report.energy_words import (
    RAMPS,
    ROOM_COLOURS,
    noted,
    peopled,
    short_name,
    told_apart,
)

if TYPE_CHECKING:
    import altair as alt

ROW: Final = 15  # pixels
NAMES: Final = 112  # pixels
LETTERS: Final = 20
WEEK: Final = 34  # pixels of a cell
MONTH_CELL: Final = 18
FIGURED: Final = 6  # columns, up to which each cell has its figure
GAP: Final = 14
LEAST_PRICE: Final = 1e-3  # USD/MWh or USD/mcm: nothing
THOUSAND: Final = 1e3  # USD/mcm in USD per 1,000 m3
WEEK_DAYS: Final = 7.0
MONTH_DAYS: Final = 365.0 / 12.0
DARK: Final = 0.55  # of the scale, from which words are white
RATIO: Final = 0.35  # power of the scale of shades
HEADS: Final = {"power": "power, USD/MWh", "gas": "gas, USD per 1,000 m³"}
READING: Final = (
    "What one more would cost there; near the value of what is not served it says that "
    "there is none to be had. Means by what is wanted. Gas: of each country the "
    "dearest and the cheapest node where it is wanted. Each half has its own shades."
)
SPILLED: Final = (
    "0: more must run there than can be used or sent on, and the rest is spilled."
)


def price_cells(found: EnergyResult, commodity: str) -> list[dict[str, Any]]:
    """Return prices by zone and stretch of the year, the dearest zone first.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    commodity : {"power", "gas"}
        Which; of gas the figures are in USD per 1,000 m3.

    Returns
    -------
    list of dict
        ``zone``, ``stretch``, ``price``, ``shade`` from 0 to 1; the stretch ``mean`` is
        that of the year by what is wanted.
    """
    size = THOUSAND if commodity == "gas" else 1.0
    rows = told_zones(found, commodity)
    heads = stretches(found, commodity)
    ends = [each / size for row in rows for each in row.periods]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    labels = told_apart([zone_label(row) for row in rows], [row.zone for row in rows])
    cells = []
    for row, label in zip(rows, labels, strict=True):
        told = [*zip(heads, row.periods, strict=True), ("mean", row.of_load or 0.0)]
        cells += [
            {
                "zone": label,
                "row": row.zone,
                "stretch": head,
                "price": price / size,
                "told": _whole(price / size),
                "shade": shade_of(price / size, low, high),
            }
            for head, price in told
        ]
    return cells


def told_zones(found: EnergyResult, commodity: str) -> list[ZonePrice]:
    """Return zones of power, or of each country the dearest and cheapest gas node."""
    rows = peopled(found.prices, commodity)
    rows.sort(key=lambda row: -(row.of_load or 0.0))
    if commodity == "power":
        return rows
    by_country: dict[str, list[ZonePrice]] = {}
    for row in rows:
        by_country.setdefault(row.country_iso3, []).append(row)
    ends = [
        row for own in by_country.values() for row in {0: own[0], 1: own[-1]}.values()
    ]
    return [row for row in rows if row in ends]


def stretches(found: EnergyResult, commodity: str) -> list[str]:
    """Return the heads of columns: weeks with their month, or months.

    Examples
    --------
    >>> wording.MONTHS[int(2.5 * 7 / MONTH_DAYS)]
    'January'
    """
    if commodity == "gas":
        return [f"{at:02d} {month[:3]}" for at, month in enumerate(wording.MONTHS, 1)]
    return [
        f"{week:02d} {wording.MONTHS[int((week - 0.5) * WEEK_DAYS / MONTH_DAYS)][:3]}"
        for week in found.weeks
    ]


def zone_label(row: ZonePrice) -> str:
    """Return a zone or node with its country where the name does not tell it."""
    if row.commodity == "power":
        return wording.cut(row.name, LETTERS)
    return f"{wording.cut(short_name(row.name), LETTERS - 5)}, {row.country_iso3}"


def shade_of(price: float, low: float, high: float) -> float:
    """Return where a price stands on a scale of shades, which opens at its low end.

    Examples
    --------
    >>> [round(shade_of(each, 0.0, 1000.0), 2) for each in (0.0, 30.0, 1000.0)]
    [0.0, 0.29, 1.0]
    """
    if high <= low:
        return 0.0
    return math.pow(max(price - low, 0.0) / (high - low), RATIO)


def _whole(price: float) -> str:
    """Return a price for a narrow cell: two digits below 100, whole above."""
    if not abs(price) >= 0.5:  # noqa: PLR2004 rounds to nothing
        return "0"
    return f"{price:,.0f}".replace("-", "−").replace(",", "")


def zone_prices(found: EnergyResult) -> "alt.TopLevelMixin":
    """Draw the price of power by zone and week, and of gas by node and month.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.

    Returns
    -------
    alt.TopLevelMixin
        Two tables in shades, the dearest on top: power with a figure in each cell, gas
        with the mean of the year, and figures of January and July.

    Raises
    ------
    QuestionError
        When neither is wanted anywhere.
    """
    import altair as alt

    halves = [
        _half(cells, commodity, found)
        for commodity in ("power", "gas")
        if (cells := price_cells(found, commodity))
    ]
    if not halves:
        msg = "neither power nor gas is wanted: there is no price to draw"
        raise QuestionError(msg)
    rows = [row for kind in ("power", "gas") for row in told_zones(found, kind)]
    is_spilled = any(abs(each) < LEAST_PRICE for row in rows for each in row.periods)
    chart = alt.hconcat(*halves, spacing=GAP).resolve_scale(y="independent")
    weeks = ", ".join(map(str, found.weeks))
    told = f"{READING} Power: means of week {weeks}, that stand for parts of the year."
    lines = (told, SPILLED) if is_spilled else (told,)
    return palette.signed(chart, found.stamp, *noted(*lines))


def _half(
    cells: Sequence[dict[str, Any]], commodity: str, found: EnergyResult
) -> "alt.LayerChart | alt.FacetChart":
    """Return the table of one commodity."""
    import altair as alt

    heads = stretches(found, commodity)
    is_narrow = len(heads) > FIGURED
    wide = MONTH_CELL if is_narrow else WEEK
    order = list(dict.fromkeys(cell["zone"] for cell in cells))
    names = alt.Axis(
        labelLimit=NAMES + 12,
        domain=False,
        ticks=False,
        labelPadding=4,
        minExtent=NAMES,
    )
    first = "slice(datum.label, 3, 4)" if is_narrow else "slice(datum.label, 3)"
    columns = alt.Axis(
        orient="top",
        labelAngle=0,
        domain=False,
        ticks=False,
        labelOverlap=False,
        labelFontSize=9 if is_narrow else 10,
        labelExpr=f"datum.label === 'mean' ? 'mean' : {first}",
    )
    base = alt.Chart(palette.data(list(cells))).encode(
        y=alt.Y("zone:N", sort=order, title=None, axis=names),
        x=alt.X("stretch:N", sort=[*heads, "mean"], title=None, axis=columns),
    )
    drawn = [_shades(base, commodity), *_figures(base, is_narrow=is_narrow)]
    return (
        alt.layer(*drawn)
        .properties(
            width=wide * (len(heads) + (2 if is_narrow else 1)),
            height=ROW * len(order),
            title=alt.TitleParams(
                HEADS[commodity], fontSize=11, anchor="start", frame="group"
            ),
        )
        .resolve_scale(color="independent")
    )


def _shades(base: "alt.Chart", commodity: str) -> "alt.Chart":
    """Return the cells in shades of their prices."""
    import altair as alt

    ramp = RAMPS[commodity]
    scale = alt.Scale(
        domain=[at / len(ramp) for at in range(len(ramp) + 1)],
        range=[ROOM_COLOURS[commodity], *ramp],  # the lowest is no gap
        clamp=True,
        interpolate="rgb",
    )
    return (
        base.transform_filter("datum.stretch !== 'mean'")
        .mark_rect(stroke=palette.PAPER, strokeWidth=0.7)
        .encode(
            color=alt.Color("shade:Q", scale=scale, legend=None),
            tooltip=[
                alt.Tooltip("zone:N"),
                alt.Tooltip("stretch:N"),
                alt.Tooltip("price:Q", title=HEADS[commodity], format=",.3~r"),
                alt.Tooltip("row:N"),
            ],
        )
    )


def _figures(base: "alt.Chart", *, is_narrow: bool) -> "list[alt.Chart]":
    """Return figures: of every week, else of the mean alone."""
    import altair as alt

    mean = base.transform_filter("datum.stretch === 'mean'").mark_text(
        fontSize=10, fontWeight="bold", color=palette.INK
    )
    found = [mean.encode(text=alt.Text("told:N"))]
    if not is_narrow:
        white = alt.condition(
            f"datum.shade > {DARK}", alt.value(palette.PAPER), alt.value(palette.INK)
        )
        cell = base.transform_filter("datum.stretch !== 'mean'").mark_text(fontSize=10)
        found.append(cell.encode(text=alt.Text("told:N"), color=white))
    return found
