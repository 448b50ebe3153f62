"""How time and money build up along a way: the time–cost–distance chart."""

from typing import TYPE_CHECKING, Any, Literal

from bereket.analysis.route import RouteResult
from bereket.model.model import Model
from bereket.model.naming import place_names
from bereket.report import palette
from bereket.report.journey import Stage, stages, ways_of

if TYPE_CHECKING:
    import altair as alt

Measure = Literal["days", "usd"]
LEAST_LABELLED = 0.025  # of the height of the figure: smaller steps have no name
LABEL_PIXELS = 12.0  # between two labels
ENDS_NAMED = 8
TURN_LABELS = 0.75  # of the way: from there on names stand left of their step
TEN = 10.0
AXIS_WORDS: dict[Measure, str] = {
    "days": "days since loading began",
    "usd": "USD/t since loading began",
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
    told = [stages(way, names) for way in ways_of(found)]
    rows = [
        _stage_row(stage, number, measure)
        for number, way in enumerate(told, start=1)
        for stage in way
    ]
    top = max(row["to"] for row in rows)
    reach = alt.Scale(domain=[0, 1.1 * max(row["to_km"] for row in rows)], nice=False)
    x = alt.X("km:Q", title="km", scale=reach, axis=alt.Axis(format=",~f"))
    y = alt.Y("from:Q", title=AXIS_WORDS[measure], axis=alt.Axis(format=",~f"))
    lines = (
        alt.Chart(palette.data(rows))
        .mark_rule(strokeCap="round")
        .encode(
            x=x,
            x2=alt.X2("to_km:Q"),
            y=y,
            y2=alt.Y2("to:Q"),
            color=palette.mode_colour(row["mode"] for row in rows),
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None, legend=None),
            opacity=alt.Opacity("opaque:Q", scale=None, legend=None),
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
    labels = _labels(told, measure, LABEL_PIXELS / height * top)
    chart = alt.layer(lines, *labels).properties(width=width, height=height)
    return palette.signed(chart, found.stamp)


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
        "wide": 3.0 if number == 1 else 1.3,
        "opaque": 1.0 if number == 1 else 0.75,
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
    told: list[tuple[Stage, ...]], measure: Measure, gap: float
) -> "list[alt.Chart]":
    """Name the long steps of the first way and the end of each, none on another."""
    import altair as alt

    reach = max(way[-1].to_km for way in told)
    top = max(_value(stage, measure)[1] for way in told for stage in way)
    rows = [
        *_step_labels(told[0], measure, top),
        *(
            {
                "km": way[-1].to_km,
                "at": _value(way[-1], measure)[1],
                "label": f"way {number}",
                "side": "end",
            }
            for number, way in enumerate(told[:ENDS_NAMED], start=1)
        ),
    ]
    places = palette.spread([row["at"] for row in rows], gap)
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
        for layer in palette.words(own, alt.X("km:Q"), alt.Y("at:Q"), **styles[side])
    ]


def _step_labels(
    way: tuple[Stage, ...], measure: Measure, top: float
) -> list[dict[str, Any]]:
    """Return the names of a way's long steps, each at its middle."""
    labels = []
    unit = "d" if measure == "days" else "USD/t"
    for stage in way:
        begins, ends = _value(stage, measure)
        if stage.place and abs(ends - begins) > LEAST_LABELLED * top:
            label = f"{stage.place}: {stage.what}, {_figure(ends - begins)} {unit}"
            middle = (begins + ends) / 2
            labels.append(
                {"km": stage.to_km, "at": middle, "label": label, "side": "right"}
            )
    return labels


def _figure(value: float) -> str:
    """Return a figure with the digits that it deserves."""
    return f"{value:.1f}" if abs(value) < TEN else f"{value:,.0f}"
