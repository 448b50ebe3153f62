"""Curves of gas and power: prices by their duration, and what capacity is worth."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy.result import Course, EnergyResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.report import palette, wording
from bereket.report.energy_words import COLOURS, LEAST, names_of, noted, peopled
from bereket.studies.energy_cases import CurvePoint

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
HALF_WIDTH: Final = 182  # pixels: two stand side by side
ENDS: Final = 96  # pixels, of names at the end of curves
LETTERS: Final = 19
ZONES: Final = 5
GRAIN: Final = 0.1  # USD/MWh: prices nearer than that are one step
SOFT: Final = 10.0  # USD/MWh, up to which the scale is even
STEEP: Final = 5.0  # times the typical price, from which a scale of ratios is needed
LABEL_GAP: Final = 11.5
TICKS: Final = (0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
# Lines are told apart by colour, dash and name.
LINES: Final = (
    ("#2f1769", [1, 0]),
    ("#D55E00", [7, 2]),
    ("#009E73", [3, 2]),
    ("#0072B2", [9, 2, 2, 2]),
    ("#3d3d3d", [1.5, 1.5]),
    ("#CC79A7", [5, 3]),
)
RATIOS: Final = "Upright scale: even up to some 10 USD/MWh, then of ratios."
CHOSEN: Final = "Of zones whose curves are alike one is drawn."
TRANSFER: Final = "Saving of all countries together against the year without it."


def duration_steps(course: Course, hour_weight: Sequence[float]) -> list[list[float]]:
    """Return the prices of a zone by duration, the dearest first.

    Parameters
    ----------
    course : Course
        Prices hour by hour.
    hour_weight : sequence of float
        Hours of the year that each of them stands for.

    Returns
    -------
    list of [float, float]
        Hour of the year at which a price begins, and the price [USD/MWh]; the last one
        is repeated at the end of the year.

    Examples
    --------
    >>> duration_steps(Course("bus:a", (5.0, 90.0, 5.02)), (2.0, 1.0, 1.0))
    [[0.0, 90.0], [1.0, 5.0], [4.0, 5.0]]
    """
    pairs = zip(course.price_usd_per_mwh, hour_weight, strict=True)
    steps: list[list[float]] = []
    at = 0.0
    for price, hours in sorted(pairs, key=lambda pair: -pair[0]):
        if not steps or abs(steps[-1][1] - price) >= GRAIN:
            steps.append([round(at, 2), round(price, 2)])
        at += hours
    return [*steps, [round(at, 2), steps[-1][1]]] if steps else []


def duration_curve(
    found: EnergyResult,
    zones: Sequence[str] = (),
    *,
    width: int = HALF_WIDTH + 20,
    height: int = 190,
) -> "alt.TopLevelMixin":
    """Draw the prices of power by their duration, the dearest hours first.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    zones : sequence of str
        Row references; by default those whose curves differ most.
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
    prices = [price for own in steps.values() for _, price in own]
    low, high = min(0.0, *prices), max(*prices, 1.0)
    is_of_ratios = high > STEEP * float(sorted(prices)[len(prices) // 2]) > 0
    scale = (
        alt.Scale(type="symlog", constant=SOFT, domain=[low, high * 1.1], nice=False)
        if is_of_ratios
        else alt.Scale(domain=[low, high], nice=True)
    )
    axis = alt.Axis(values=[each for each in TICKS if low <= each <= high * 1.1])
    x = alt.X(
        "hour:Q",
        title="hours of the year, the dearest first",
        scale=alt.Scale(domain=[0, sum(found.hour_weight)], nice=False),
        axis=alt.Axis(values=[0, 2000, 4000, 6000, 8000], format=",d", grid=False),
    )
    y = alt.Y("price:Q", title="USD/MWh", scale=scale)
    y = y.axis(axis if is_of_ratios else alt.Axis(tickCount=6))
    rows = [
        {"zone": names[zone], "hour": hour, "price": price}
        for zone, own in steps.items()
        for hour, price in own
    ]
    drawn = [names[zone] for zone in steps]
    line = (
        alt.Chart(palette.data(rows))
        .mark_line(interpolate="step-after", strokeWidth=1.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "zone:N",
                scale=alt.Scale(
                    domain=drawn, range=[c for c, _ in LINES[: len(drawn)]]
                ),
                legend=None,
            ),
            strokeDash=alt.StrokeDash(
                "zone:N",
                scale=alt.Scale(
                    domain=drawn, range=[d for _, d in LINES[: len(drawn)]]
                ),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("zone:N"),
                alt.Tooltip("hour:Q", title="from hour", format=",.0f"),
                alt.Tooltip("price:Q", title="USD/MWh", format=",.1f"),
            ],
        )
    )
    top = high * 1.1 if is_of_ratios else high
    ends = _ends(steps, names, (low, top, height), is_of_ratios=is_of_ratios)
    chart = alt.layer(line, *_end_words(ends, x)).properties(width=width, height=height)
    notes = [RATIOS] if is_of_ratios else []
    notes += [] if zones else [CHOSEN]
    wide = width + ENDS + 40
    return palette.signed(chart, found.stamp, *noted(*notes, width=wide), width=wide)


def chosen_steps(
    found: EnergyResult, zones: Sequence[str] = ()
) -> dict[str, list[list[float]]]:
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
        course.zone: [
            math.copysign(math.log1p(abs(price) / SOFT), price)
            for price in sorted(course.price_usd_per_mwh)
        ]
        for course in courses
    }
    if not curves:
        return []
    far = {zone: math.inf for zone in curves}
    chosen = [max(curves, key=lambda zone: sum(curves[zone]))]
    while len(chosen) < min(ZONES, len(curves)):
        for zone, curve in curves.items():
            gap = sum(
                abs(a - b) for a, b in zip(curve, curves[chosen[-1]], strict=True)
            )
            far[zone] = min(far[zone], gap)
        left = [zone for zone in curves if zone not in chosen]
        nearest = max(left, key=lambda zone: far[zone])
        if far[nearest] <= GRAIN:
            break
        chosen.append(nearest)
    return chosen


def _ends(
    steps: dict[str, list[list[float]]],
    names: dict[str, str],
    reach: tuple[float, float, int],
    *,
    is_of_ratios: bool,
) -> list[dict[str, Any]]:
    """Return the names of curves at their ends, apart from each other."""
    low, high, height = reach

    def along(value: float) -> float:
        if not is_of_ratios:
            return value
        return math.copysign(math.log1p(abs(value) / SOFT), value)

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
    import altair as alt

    place = alt.Y("at:Q", scale=None)
    return [
        layer
        for row in rows
        for layer in palette.words(
            [row],
            x,
            place,
            align="left",
            dx=5,
            fontSize=10.5,
            fontWeight="bold",
            color=row["colour"],
        )
    ]


def value_curve(  # noqa: PLR0913 a figure has a size
    points: Sequence[CurvePoint],
    model: Model,
    stamp: Stamp,
    *,
    cost_usd_per_year: float | None = None,
    width: int = HALF_WIDTH + 40,
    height: int = 88,
) -> "alt.TopLevelMixin":
    """Draw what an element is worth by its capacity.

    Parameters
    ----------
    points : sequence of CurvePoint
        Of one element, one at least with more than another.
    model : Model
        The model that was asked; it names the element.
    stamp : Stamp
        Of the answer that they come from.
    cost_usd_per_year : float, optional
        Of one more [USD a year]; drawn as a line that worth falls below.
    width, height : int
        Size of each of two plots [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Capacity to the right; above, what one more is worth; below, what all of it
        saves.

    Raises
    ------
    QuestionError
        When there are fewer than two points, or they are of several elements.
    """
    import altair as alt

    elements = {point.element for point in points}
    if len(points) <= 1 or len(elements) > 1:
        msg = "a curve of worth needs two capacities or more of one element"
        raise QuestionError(msg)
    rows = value_rows(points)
    unit = points[0].unit
    per, size = _thousands(rows, cost_usd_per_year)
    for row in rows:
        row["marginal"] /= size
    x = alt.X("p_nom:Q", title=None, axis=alt.Axis(tickCount=5))
    base = alt.Chart(palette.data(rows))
    colour = COLOURS["power" if unit == "MW" else "gas"]
    upper = [_marked(base, x, "marginal", f"{per} a year for one more {unit}", colour)]
    if cost_usd_per_year is not None:
        upper += _cost(cost_usd_per_year / size, rows)
    lower = _marked(
        base, x.title(f"capacity, {unit}"), "saving", "M USD a year saved", colour
    )
    (name,) = (names_of(model).get(each, each) for each in elements)
    chart = alt.vconcat(
        alt.layer(*upper).properties(
            width=width,
            height=height,
            title=alt.TitleParams(
                wording.cut(name, 52), fontSize=11, anchor="start", frame="group"
            ),
        ),
        lower.properties(width=width, height=height),
        spacing=10,
    )
    wide = width + 80
    return palette.signed(chart, stamp, *noted(TRANSFER, width=wide), width=wide)


def value_rows(points: Iterable[CurvePoint]) -> list[dict[str, float]]:
    """Return the points of a curve by capacity: saving in million USD a year."""
    return [
        {
            "p_nom": point.p_nom,
            "marginal": point.marginal_usd if abs(point.marginal_usd) > LEAST else 0.0,
            "saving": point.saving_usd / MILLION,
        }
        for point in sorted(points, key=lambda point: point.p_nom)
    ]


def _thousands(
    rows: Iterable[dict[str, float]], cost: float | None
) -> tuple[str, float]:
    """Return the unit in which worth of one more is told, and its size."""
    largest = max(*(abs(row["marginal"]) for row in rows), cost or 0.0)
    return ("M USD", MILLION) if largest >= 2 * MILLION else ("thousand USD", 1e3)


def _marked(
    base: "alt.Chart", x: "alt.X", key: str, title: str, colour: str
) -> "alt.LayerChart":
    """Return a line with its points."""
    import altair as alt

    told = title.split(" for ")
    head = [told[0], f"for {told[1]}"] if len(told) > 1 else title
    y = alt.Y(f"{key}:Q", title=head, axis=alt.Axis(tickCount=4))
    hover = [
        alt.Tooltip("p_nom:Q", title="capacity", format=",~g"),
        alt.Tooltip(f"{key}:Q", title=title, format=",.3~r"),
    ]
    line = base.mark_line(color=colour, strokeWidth=1.8).encode(x=x, y=y)
    dots = base.mark_circle(color=colour, size=36, opacity=1)
    return alt.layer(line, dots.encode(x=x, y=y, tooltip=hover))


def _cost(cost: float, rows: Sequence[dict[str, float]]) -> "list[alt.Chart]":
    """Return what one more costs, as a broken line with its name."""
    import altair as alt

    y = alt.Y("marginal:Q")
    told = {
        "p_nom": rows[-1]["p_nom"],
        "marginal": cost,
        "label": f"costs {wording.digits(cost)}",
    }
    line = alt.Chart(palette.data([told])).mark_rule(
        color=palette.TARGET, strokeDash=[6, 3], strokeWidth=1.4
    )
    words = palette.words(
        [told],
        alt.X("p_nom:Q"),
        y,
        align="right",
        dy=-6,
        fontSize=10.5,
        color=palette.TARGET,
    )
    return [line.encode(y=y), *words]
