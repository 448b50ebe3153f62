"""What one assumption at a time does to a headline: the tornado of a sweep."""

from typing import TYPE_CHECKING, Any

from bereket.errors import QuestionError
from bereket.report import palette
from bereket.studies.factors import Factor
from bereket.studies.sweep_result import SweepResult

if TYPE_CHECKING:
    import altair as alt

NAMES_WIDTH = 330  # pixels, of the assumptions' names
ENDS = ("at its P10", "at its P90")
ROW_HEIGHT = 22


def tornado(
    found: SweepResult, *, width: int = palette.FULL_WIDTH - NAMES_WIDTH
) -> "alt.TopLevelMixin":
    """Draw the tornado of a sweep, the largest swing on top.

    Parameters
    ----------
    found : SweepResult
        A sweep.
    width : int
        Width of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A bar an assumption, from the headline at its P10 to that at its P90; a line
        where the headline stands, and a band of the middle nine in ten of the samples.

    Raises
    ------
    QuestionError
        When nothing that was drawn moves the headline.
    """
    import altair as alt

    rows = bars_of(found)
    if not rows:
        msg = f"there is no tornado: nothing that was drawn moves {found.headline}"
        raise QuestionError(msg)
    main = found.main
    order = list(dict.fromkeys(row["row"] for row in rows))
    colours = alt.Scale(
        domain=list(ENDS), range=[palette.BAR_LESS, palette.MODE_COLOURS["road"]]
    )
    axis = alt.Axis(format="~s", tickCount=7)
    scale = alt.Scale(zero=False, nice=True)
    title = title_of(found.headline, main.unit)
    bars = (
        alt.Chart(palette.data(rows))
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("base:Q", title=title, axis=axis, scale=scale),
            x2=alt.X2("at:Q"),
            y=alt.Y(
                "row:N",
                sort=order,
                title=None,
                axis=alt.Axis(labelLimit=NAMES_WIDTH - 10),
            ),
            color=alt.Color(
                "end:N", scale=colours, title=None, legend=alt.Legend(orient="top")
            ),
            tooltip=[
                alt.Tooltip("row:N", title="assumption"),
                alt.Tooltip("end:N"),
                alt.Tooltip("at:Q", title=main.unit, format=",.4~g"),
                alt.Tooltip("bounds:N"),
                alt.Tooltip("quality:N"),
                alt.Tooltip("note:N", title="basis"),
            ],
        )
    )
    reach = [{"p5": main.p5, "p95": main.p95}]
    band = (
        alt.Chart(palette.data(reach))
        .mark_rect(color=palette.FAINT, opacity=0.14)
        .encode(x=alt.X("p5:Q", title=title), x2=alt.X2("p95:Q"))
    )
    line = (
        alt.Chart(palette.data([{"base": rows[0]["base"]}]))
        .mark_rule(color=palette.INK, strokeWidth=1)
        .encode(x=alt.X("base:Q", title=title))
    )
    chart = alt.layer(band, bars, line)
    chart = chart.properties(width=width, height=ROW_HEIGHT * len(order))
    told = "Line: as the model stands. Band: nine in ten of the samples."
    return palette.signed(chart, found.stamp, told)


def title_of(headline: str, unit: str) -> str:
    """Return a headline as the title of an axis, its unit told once.

    Examples
    --------
    >>> title_of("capacity_t_per_year_back", "t/year"), title_of("days", "days")
    ('capacity back, t/year', 'days')
    """
    words = f"{headline}_".replace(f"_{unit.lower().replace('/', '_per_')}_", "_")
    told = words.strip("_").replace("_", " ")
    return told if told == unit else f"{told}, {unit}"


def bars_of(found: SweepResult) -> list[dict[str, Any]]:
    """Return the bars of a tornado: two an assumption, from the base."""
    base = found.main.base
    if base is None:
        return []
    return [
        {
            "row": _row_of(each.factor),
            "end": end,
            "base": base,
            "at": at,
            "bounds": (
                f"{each.factor.low:.4g} to {each.factor.high:.4g} {each.factor.unit}"
            ).rstrip(),
            "quality": each.factor.quality,
            "note": each.factor.note,
        }
        for each in found.tornado
        for end, at in zip(ENDS, (each.at_p10, each.at_p90), strict=True)
        if at is not None
    ]


def _row_of(factor: Factor) -> str:
    """Return an assumption with its column first, which a short label must keep."""
    column = f".{factor.column}"
    return f"{factor.column} of {factor.name.replace(column, '', 1)}"
