"""What capacity of gas and power is worth, drawn: one more, and all of it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy.result import EnergyResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.report import palette, wording
from bereket.report.energy_words import COLOURS, LEAST, names_of, noted
from bereket.studies.energy_cases import CurvePoint

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
WIDTH: Final = 222  # pixels: two stand side by side
AXIS: Final = 80  # pixels, of the axis and a margin
TRANSFER: Final = "All countries together, against the year as things are."


def value_curve(
    points: Sequence[CurvePoint],
    model: Model,
    stamp: Stamp,
    *,
    cost_usd_per_year: float | None = None,
    width: int = WIDTH,
    height: int = 70,
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
    x = alt.X("p_nom:Q", title=None, axis=alt.Axis(tickCount=5, labels=False))
    base = alt.Chart(palette.data(rows))
    colour = COLOURS["power" if unit == "MW" else "gas"]
    upper = _marked(base, x, "marginal", colour)
    if cost_usd_per_year is not None:
        upper = alt.layer(upper, *_cost(cost_usd_per_year / size, rows))
    x = x.title(f"capacity, {unit}").axis(alt.Axis(tickCount=5))
    (name,) = (names_of(model).get(each, each) for each in elements)
    plots = (
        (upper, f"one more {unit} is worth, {per} a year"),
        (_marked(base, x, "saving", colour), "all of it saves, M USD a year"),
    )
    chart = alt.vconcat(
        *(
            plot.properties(width=width, height=height, title=_head(told))
            for plot, told in plots
        ),
        spacing=6,
    )
    note = f"{name}. {TRANSFER}"
    wide = width + AXIS
    return palette.signed(chart, stamp, *noted(note, width=wide), width=wide)


def _head(told: str) -> "alt.TitleParams":
    """Return the heading of a plot."""
    import altair as alt

    plain: dict[str, Any] = {"fontSize": 10.5, "fontWeight": "normal"}
    return alt.TitleParams(told, anchor="start", frame="bounds", offset=4, **plain)


def with_base(
    points: Sequence[CurvePoint], found: EnergyResult
) -> tuple[CurvePoint, ...]:
    """Return the points of a curve with that of the year as things are.

    Parameters
    ----------
    points : sequence of CurvePoint
        Of one element.
    found : EnergyResult
        The year that they are held against.

    Returns
    -------
    tuple of CurvePoint
        As given where the element has no worth in that year, or has its capacity.
    """
    element = points[0].element if points else ""
    own = [row for row in found.values if row.element == element]
    if not own or any(point.p_nom == own[0].p_nom for point in points):
        return tuple(points)
    base = CurvePoint(element, points[0].unit, own[0].p_nom, 0.0, own[0].usd, {})
    return (base, *points)


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
    base: "alt.Chart", x: "alt.X", key: str, colour: str
) -> "alt.LayerChart | alt.FacetChart":
    """Return a line with its points."""
    import altair as alt

    y = alt.Y(f"{key}:Q", title=None, axis=alt.Axis(tickCount=4))
    hover = [
        alt.Tooltip("p_nom:Q", title="capacity"),
        alt.Tooltip(f"{key}:Q", title=key, format=",.3~r"),
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
