"""The merit-order curve: which measures bring the cheapest next tonne."""

import math
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.capacity import CapacityResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.report import palette, wording

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
MEASURE_LETTERS: Final = 58
LINE_HEIGHT: Final = 27.0  # pixels, of a measure in the list: its name and its price
ETC: Final = "…"
LEAST_BAR: Final = 0.045  # of the curve, of a bar that holds its number
TIE_SHADES: Final = ("#56B4E9", "#c3d3e0")
SAME_SHADE: Final = (
    "Line: interval. Steps of one shade could come in another order: their intervals "
    "overlap."
)


def merit_curve(
    found: CapacityResult,
    model: Model,
    *,
    width: int = 300,
    height: int = 190,
) -> "alt.TopLevelMixin":
    """Draw which measures bring the cheapest next tonne, one after the other.

    Parameters
    ----------
    found : CapacityResult
        Capacity with the best sequence of measures.
    model : Model
        The model that was asked; it names the measures.
    width, height : int
        Size of the curve [pixels]; the names stand to the right of it.

    Returns
    -------
    alt.TopLevelMixin
        A bar a step: as wide as the tonnes that it adds, as high as their price
        [USD per extra t a year], on a scale of ratios, with the interval as a line.
        Neighbours whose intervals overlap share a shade.

    Raises
    ------
    QuestionError
        When no measure of known cost adds anything.
    """
    import altair as alt

    rows = merit_rows(found, model)
    if not rows:
        msg = f"no measure of known cost adds anything to {found.name}"
        raise QuestionError(msg)
    height = max(height, int(LINE_HEIGHT * len(rows)))
    floor = 0.6 * min(row["low"] for row in rows)
    top = 1.5 * max(row["high"] or row["usd"] for row in rows)
    for row in rows:
        row["floor"], row["upper"] = floor, row["high"] or top
    y = alt.Y(
        "usd:Q",
        title="USD per extra t a year, log",
        scale=alt.Scale(type="log", domain=[floor, top], nice=False),
        axis=alt.Axis(values=_decades(floor, top), format=",~f"),
    )
    x = alt.X("from:Q", title="extra Mt a year, both directions", axis=alt.Axis())
    base = alt.Chart(palette.data(rows))
    hover = [
        alt.Tooltip("words:N", title="measure"),
        alt.Tooltip("extra:Q", title="extra Mt a year", format=",.2f"),
        alt.Tooltip("usd:Q", title="USD per extra t a year", format=",.0f"),
        alt.Tooltip("low:Q", format=",.0f"),
        alt.Tooltip("high:Q", format=",.0f"),
        alt.Tooltip("capex:Q", title="million USD to build", format=",.0f"),
    ]
    bars = base.mark_rect(stroke=palette.PAPER, strokeWidth=1).encode(
        x=x,
        x2=alt.X2("to:Q"),
        y=y,
        y2=alt.Y2("floor:Q"),
        color=alt.Color("shade:N", scale=None, legend=None),
        tooltip=hover,
    )
    middle = alt.X("middle:Q")
    whiskers = base.mark_rule(strokeWidth=1.5, color=palette.INK, clip=True).encode(
        x=middle, y=alt.Y("low:Q"), y2=alt.Y2("upper:Q")
    )
    points = base.mark_point(color=palette.INK, filled=True, size=35, opacity=1)
    numbers = base.transform_filter("datum.is_wide").mark_text(
        fontSize=10.5, dy=-7, color=palette.INK
    )
    curve = alt.layer(
        bars,
        whiskers,
        points.encode(x=middle, y=y),
        numbers.encode(x=middle, y=alt.Y("floor:Q"), text=alt.Text("number:N")),
    ).properties(width=width, height=height)
    chart = alt.hconcat(curve, _measure_list(rows, height), spacing=18)
    return palette.signed(chart, found.stamp, SAME_SHADE, *_not_ranked(found))


def merit_rows(found: CapacityResult, model: Model) -> list[dict[str, Any]]:
    """Return the steps of the best sequence as they are drawn; flows in Mt a year."""
    measure = model["measure"]
    names = dict(zip(measure.labels("measure_id"), measure.labels("name"), strict=True))
    rows: list[dict[str, Any]] = []
    at, group, reach = 0.0, 0, 0.0
    whole = sum(s.after_t_per_year - s.before_t_per_year for s in found.sequence)
    for number, stage in enumerate(found.sequence, start=1):
        extra = (stage.after_t_per_year - stage.before_t_per_year) / MILLION
        if not math.isfinite(extra):  # nothing known limits any more
            break
        high = stage.high if math.isfinite(stage.high) else None
        if rows and stage.low > reach:
            group += 1
            reach = 0.0
        reach = max(reach, math.inf if high is None else high)
        rows.append(
            {
                "number": str(number),
                "measures": "+".join(stage.measure_ids),
                "words": " with ".join(names[each] for each in stage.measure_ids),
                "from": at,
                "to": at + extra,
                "middle": at + extra / 2,
                "is_wide": extra * MILLION > LEAST_BAR * whole,
                "extra": extra,
                "usd": stage.usd_per_extra_t_per_year,
                "low": stage.low,
                "high": high,
                "capex": stage.capex_usd / MILLION,
                "group": group,
                "shade": TIE_SHADES[group % 2],
            }
        )
        at += extra
    return rows


def _decades(low: float, high: float) -> list[float]:
    """Return powers of ten between two ends, and thrice each where they are few."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    tens = [10.0**power for power in range(first, last + 1)]
    return [at for ten in tens for at in (ten, 3 * ten) if low <= at <= high]


def _measure_list(
    rows: list[dict[str, Any]], height: int
) -> "alt.LayerChart | alt.FacetChart":
    """Return the names of the steps with their prices, as lines of text."""
    import altair as alt

    gap = min(LINE_HEIGHT, height / len(rows))
    lines = []
    for at, row in enumerate(rows):
        most = wording.figure(row["high"]) if row["high"] else "no upper bound"
        price = f"{wording.figure(row['low'])} to {most}"
        name = shorten(row["words"], MEASURE_LETTERS, placeholder=ETC)
        extra = wording.megatonnes(row["extra"] * MILLION)
        usd = wording.figure(row["usd"])
        lines.append(
            {
                "at": gap * (at + 0.5),
                "label": f"{row['number']}  {name}",
                "price": f"+{extra} Mt, {usd} ({price}) USD per t a year",
            }
        )
    y = alt.Y("at:Q", scale=None, axis=None)
    base = alt.Chart(palette.data(lines)).encode(y=y, x=alt.value(0))
    style: dict[str, Any] = {"align": "left", "fontSize": 10}
    name = base.mark_text(dy=-6, color=palette.INK, **style)
    under = base.mark_text(dy=6, color=palette.FAINT, **style)
    return alt.layer(
        name.encode(text=alt.Text("label:N")), under.encode(text=alt.Text("price:N"))
    ).properties(width=300, height=height, view=alt.ViewConfig(stroke=None))


def _not_ranked(found: CapacityResult) -> list[str]:
    """Return what has no place on the curve, as lines."""
    letters = int(palette.FULL_WIDTH / palette.SMALL_LETTER)
    lines: list[str] = []
    targets = [each.partition(":")[0] for each in found.targets]
    if targets:
        told = f"Not ranked, a target without works or cost: {', '.join(targets)}."
        lines += wrap(told, letters)
    lines += wrap(
        f"{len(barren(found))} more measures touch rows that the cargo may pass, and "
        "add nothing alone.",
        letters,
    )
    return lines


def barren(found: CapacityResult) -> list[str]:
    """Return the measures that add nothing where they are done alone."""
    return [
        each.measure_id
        for each in found.merit_order
        if not math.isfinite(each.usd_per_extra_t_per_year)
        and each.extra_t_per_year < 1.0
    ]
