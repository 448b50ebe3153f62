"""Prices of power by their duration, drawn: the dearest hours of the year first."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy.result import Course, EnergyResult
from bereket.errors import QuestionError
from bereket.report import palette, wording
from bereket.report.energy_words import noted, peopled

if TYPE_CHECKING:
    import altair as alt

WIDTH: Final = 182  # pixels: two stand side by side
ENDS: Final = 102  # pixels, of names at the end of curves
AXIS: Final = 40  # pixels
LETTERS: Final = 19
ZONES: Final = 5
GRAIN: Final = 0.1  # USD/MWh: prices nearer than that are one step
SOFT: Final = 10.0  # USD/MWh, up to which a scale of ratios is even
STEEP: Final = 5.0  # times the price in the middle, from which one is needed
ABOVE: Final = 1.1
LABEL_GAP: Final = 11.5
TICKS: Final = (0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
HOURS: Final = (0, 2000, 4000, 6000, 8000)
# Lines are told apart by colour, dash and name.
LINES: Final = (
    ("#2f1769", [1, 0]),
    ("#b4480a", [7, 2]),
    ("#007a5a", [3, 2]),
    ("#0072B2", [9, 2, 2, 2]),
    ("#3d3d3d", [1.5, 1.5]),
    ("#a3457c", [5, 3]),
)
RATIOS: Final = "Upright scale: even up to some 10 USD/MWh, then of ratios."
CHOSEN: Final = "Of zones whose curves are alike one is drawn."

Steps = dict[str, list[tuple[float, float]]]


def duration_steps(
    course: Course, hour_weight: Sequence[float]
) -> list[tuple[float, float]]:
    """Return the prices of a zone by duration, the dearest first.

    Parameters
    ----------
    course : Course
        Prices hour by hour.
    hour_weight : sequence of float
        Hours of the year that each of them stands for.

    Returns
    -------
    list of (float, float)
        Hour of the year at which a price begins, and the price [USD/MWh]; the last one
        is repeated at the end of the year.

    Examples
    --------
    >>> duration_steps(Course("bus:a", (5.0, 90.0, 5.02)), (2.0, 1.0, 1.0))
    [(0.0, 90.0), (1.0, 5.02), (4.0, 5.02)]
    """
    pairs = zip(course.price_usd_per_mwh, hour_weight, strict=True)
    steps: list[tuple[float, float]] = []
    at = 0.0
    for price, hours in sorted(pairs, key=lambda pair: -pair[0]):
        if not steps or abs(steps[-1][1] - price) >= GRAIN:
            steps.append((round(at, 2), round(price, 2)))
        at += hours
    return [*steps, (round(at, 2), steps[-1][1])] if steps else []


def duration_curve(
    found: EnergyResult,
    zones: Sequence[str] = (),
    *,
    width: int = WIDTH,
    height: int = 175,
) -> "alt.TopLevelMixin":
    """Draw the prices of power by their duration, the dearest hours first.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    zones : sequence of str
        Row references, six at most; by default those whose curves differ most.
    width, height : int
        Size of the plot [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A line a zone: hours of the year to the right, USD/MWh upwards. Where a few
        hours cost far more than the others the scale is of ratios.

    Raises
    ------
    QuestionError
        When a zone has no course of prices, or power is wanted nowhere.
    """
    import altair as alt

    steps = chosen_steps(found, zones)
    names = {row.zone: row.name for row in found.prices}
    prices = sorted(price for own in steps.values() for _, price in own)
    low, high = min(0.0, prices[0]), max(prices[-1], 1.0)
    is_of_ratios = high > STEEP * max(prices[len(prices) // 2], 1.0)
    top = high * ABOVE
    scale, axis = alt.Scale(domain=[low, top], nice=False), alt.Axis(tickCount=6)
    if is_of_ratios:
        scale = alt.Scale(type="symlog", constant=SOFT, domain=[low, top], nice=False)
        axis = alt.Axis(values=[each for each in TICKS if low <= each <= top])
    x = alt.X(
        "hour:Q",
        title="hours of the year, the dearest first",
        scale=alt.Scale(domain=[0, sum(found.hour_weight)], nice=False),
        axis=alt.Axis(values=list(HOURS), format=",d", grid=False),
    )
    y = alt.Y("price:Q", title="USD/MWh", scale=scale, axis=axis)
    ends = _ends(steps, names, (low, top, height), is_of_ratios=is_of_ratios)
    chart = alt.layer(_lines(steps, names, x, y), *_end_words(ends, x))
    chart = chart.properties(width=width, height=height)
    notes = [RATIOS] if is_of_ratios else []
    notes += [] if zones else [CHOSEN]
    wide = width + ENDS + AXIS
    return palette.signed(chart, found.stamp, *noted(*notes, width=wide), width=wide)


def chosen_steps(found: EnergyResult, zones: Sequence[str] = ()) -> Steps:
    """Return the curves to draw, by zone.

    Raises
    ------
    QuestionError
        When a zone has no course of prices, or power is wanted nowhere.
    """
    courses = {course.zone: course for course in found.courses}
    strange = [zone for zone in zones if zone not in courses]
    if strange:
        msg = f"no prices hour by hour of {', '.join(strange)}"
        raise QuestionError(msg)
    wanted = [row.zone for row in peopled(found.prices, "power") if row.zone in courses]
    chosen = list(zones) or _apart([courses[zone] for zone in wanted])
    if not chosen:
        msg = "power is wanted nowhere: there is no price by duration"
        raise QuestionError(msg)
    return {
        zone: duration_steps(courses[zone], found.hour_weight)
        for zone in chosen[: len(LINES)]
    }


def _apart(courses: Sequence[Course]) -> list[str]:
    """Return the zones whose curves differ most, one after the other."""
    curves = {
        course.zone: [_soft(price) for price in sorted(course.price_usd_per_mwh)]
        for course in courses
    }
    if not curves:
        return []
    far = dict.fromkeys(curves, math.inf)
    chosen = [max(curves, key=lambda zone: sum(curves[zone]))]
    while len(chosen) < min(ZONES, len(curves)):
        last = curves[chosen[-1]]
        for zone, curve in curves.items():
            gap = sum(abs(a - b) for a, b in zip(curve, last, strict=True))
            far[zone] = min(far[zone], gap)
        left = [zone for zone in curves if zone not in chosen]
        farthest = max(left, key=lambda zone: far[zone])
        if far[farthest] <= GRAIN:
            break
        chosen.append(farthest)
    return chosen


def _soft(value: float) -> float:
    """Return where a price lies on the scale of ratios."""
    return math.copysign(math.log1p(abs(value) / SOFT), value)


def _lines(steps: Steps, names: dict[str, str], x: "alt.X", y: "alt.Y") -> "alt.Chart":
    """Return the curves, told apart by colour and dash."""
    import altair as alt

    rows = [
        {"zone": names[zone], "hour": hour, "price": price}
        for zone, own in steps.items()
        for hour, price in own
    ]
    domain, used = [names[zone] for zone in steps], LINES[: len(steps)]
    colours = alt.Scale(domain=domain, range=[colour for colour, _ in used])
    dashes = alt.Scale(domain=domain, range=[dash for _, dash in used])
    return (
        alt.Chart(palette.data(rows))
        .mark_line(interpolate="step-after", strokeWidth=1.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("zone:N", scale=colours, legend=None),
            strokeDash=alt.StrokeDash("zone:N", scale=dashes, legend=None),
            tooltip=[
                alt.Tooltip("zone:N"),
                alt.Tooltip("hour:Q", title="from hour", format=",.0f"),
                alt.Tooltip("price:Q", title="USD/MWh", format=",.1f"),
            ],
        )
    )


def _ends(
    steps: Steps,
    names: dict[str, str],
    reach: tuple[float, float, int],
    *,
    is_of_ratios: bool,
) -> list[dict[str, Any]]:
    """Return the names of curves at their ends, apart from each other."""
    low, high, height = reach
    along = _soft if is_of_ratios else float
    span = along(high) - along(low)
    at = [
        height * (1.0 - (along(own[-1][1]) - along(low)) / span)
        for own in steps.values()
    ]
    places = palette.spread(at, LABEL_GAP)
    lift = min(0.0, height - max(places, default=0.0))
    return [
        {
            "hour": own[-1][0],
            "at": place + lift,
            "label": wording.cut(names[zone], LETTERS),
            "colour": LINES[number][0],
        }
        for number, ((zone, own), place) in enumerate(
            zip(steps.items(), places, strict=True)
        )
    ]


def _end_words(rows: Iterable[dict[str, Any]], x: "alt.X") -> "list[alt.Chart]":
    """Return names of curves in their colours."""
    import altair as alt

    place = alt.Y("at:Q", scale=None)
    style: dict[str, Any] = {"align": "left", "dx": 5, "fontSize": 10.5}
    return [
        layer
        for row in rows
        for layer in palette.words(
            [row], x, place, fontWeight="bold", color=row["colour"], **style
        )
    ]
