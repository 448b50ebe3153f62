"""Colours and type that every figure shares."""

import json
from collections.abc import Iterable, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.model.result import Stamp

if TYPE_CHECKING:
    import altair as alt

# Okabe and Ito (2008), "Color universal design": told apart by every kind of colour
# vision, and on a grey print by their lightness.
MODE_COLOURS: Final = MappingProxyType(
    {
        "rail": "#0072B2",
        "road": "#D55E00",
        "sea": "#009E73",
        "waterway": "#56B4E9",
        "at a place": "#3d3d3d",
    }
)
AT_A_PLACE: Final = "at a place"
# Kinds of limit have a colour, a shape and a letter each: none is told by colour alone.
KIND_COLOURS: Final = MappingProxyType(
    {
        "infrastructure": "#0072B2",
        "fleet": "#D55E00",
        "acceptance": "#56B4E9",
        "reserve": "#3d3d3d",
    }
)
KIND_SHAPES: Final = MappingProxyType(
    {
        "infrastructure": "square",
        "fleet": "triangle-up",
        "acceptance": "diamond",
        "reserve": "circle",
    }
)
# Of what was agreed: ground and words, 4.5 to 1 or more (WCAG 2.2 AA); the word tells.
STATUS_COLOURS: Final = MappingProxyType(
    {
        "past its date": ("#b4480a", "#ffffff"),
        "at risk": ("#f4c95d", "#1f2933"),
        "on course": ("#0072B2", "#ffffff"),
        "met": ("#00664a", "#ffffff"),
        "not measurable": ("#e4e7eb", "#1f2933"),
    }
)
INK: Final = "#1f2933"
FAINT: Final = "#6b7785"
GRID: Final = "#e4e7eb"
PAPER: Final = "#ffffff"
WATER: Final = "#edf4f8"
LAND: Final = "#f8f6f1"
COAST: Final = "#a9bbc7"
BAR: Final = "#7b8ea1"
BAR_LESS: Final = "#0072B2"
# Of a fan, the widest first; lightness alone tells them apart.
BAND_COLOURS: Final = ("#dbe9f5", "#a9cce6", "#6ba9d6")
MIDDLE: Final = "#0b4a75"  # the median of a fan
TARGET: Final = "#b4480a"  # dark enough for words on white, WCAG 2.2 AA
# Of two directions of trade: apart in lightness too, for a grey print.
DIRECTION_COLOURS: Final = ("#0072B2", "#E69F00")
FONT: Final = "'Source Sans 3', 'Segoe UI', 'Noto Sans', Arial, sans-serif"
SMALL_LETTER: Final = 4.4  # pixels, of the source line
FULL_WIDTH: Final = 690  # pixels of an A4 page between its margins


def config() -> dict[str, Any]:
    """Return what a figure says of type, axes and lines, to print on white."""
    words = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK}
    return {
        "background": PAPER,
        "aria": False,  # the caption and the tables tell it; thousands of marks do not
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **words,
            "titleColor": INK,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domainColor": FAINT,
            "tickColor": FAINT,
            "labelFontSize": 11,
            "titleFontSize": 11,
        },
        "legend": {**words, "titleColor": INK, "titleFontWeight": "normal"},
        "title": {
            "font": FONT,
            "subtitleFont": FONT,
            "anchor": "start",
            "color": INK,
            "subtitleColor": FAINT,
            "fontSize": 13,
            "subtitleFontSize": 11,
        },
    }


def mode_colour(
    modes: Iterable[str], shorthand: str = "mode:N", *, with_legend: bool = True
) -> "alt.Color":
    """Return the colour of modes, with those in the legend that are drawn."""
    import altair as alt

    drawn = set(modes)
    used = [mode for mode in MODE_COLOURS if mode in drawn]
    scale = alt.Scale(domain=used, range=[MODE_COLOURS[mode] for mode in used])
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", offset=4)
    return alt.Color(shorthand, scale=scale, legend=legend if with_legend else None)


def data(rows: Sequence[dict[str, Any]]) -> "alt.InlineData":
    """Return rows as data that a figure holds in itself, as one text of JSON.

    A text passes through Altair in one piece; of a list it copies and checks every
    element each time that something is added to the figure.
    """
    import altair as alt

    text = json.dumps(list(rows), ensure_ascii=False, separators=(",", ":"))
    return alt.InlineData(values=text, format=alt.DataFormat(type="json"))


def words(
    rows: list[dict[str, Any]], x: Any, y: Any, **style: Any
) -> "list[alt.Chart]":
    """Return texts of rows' ``label``, each with a white rim so that lines stay apart.

    Parameters
    ----------
    rows : list of dict
        Rows with a column ``label``.
    x, y : alt.X and alt.Y
        Encodings of their places; a shorthand costs Altair milliseconds to look up.
    **style
        Properties of the text mark.

    Returns
    -------
    list of alt.Chart
        The rims, and the texts on them, as layers of a figure.
    """
    import altair as alt

    base = alt.Chart(data(rows)).encode(x=x, y=y, text=alt.Text("label:N"))
    plain: dict[str, Any] = {"fontSize": 10, "font": FONT} | style
    rim = base.mark_text(stroke=PAPER, strokeWidth=3, strokeJoin="round", **plain)
    return [rim, base.mark_text(**({"color": INK} | plain))]


def spread(at: Sequence[float], gap: float) -> list[float]:
    """Move places apart, by as little as it takes in least squares.

    Parameters
    ----------
    at : sequence of float
        Places along one axis, in any order.
    gap : float
        Least distance between two.

    Returns
    -------
    list of float
        Their new places, in the order given; the order along the axis stays.

    Notes
    -----
    Isotonic regression of the places less the gaps before them, by pooling neighbours
    that violate the order.

    Examples
    --------
    >>> [round(place, 9) for place in spread([1.0, 5.0, 1.2], 0.5)]
    [0.85, 5.0, 1.35]
    """
    order = sorted(range(len(at)), key=lambda position: at[position])
    pools: list[list[float]] = []  # sum, count
    for rank, position in enumerate(order):
        pools.append([at[position] - rank * gap, 1.0])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > (
            pools[-1][0] / pools[-1][1]
        ):
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    level = [total / count for total, count in pools for _ in range(int(count))]
    moved = list(at)
    for rank, position in enumerate(order):
        moved[position] = level[rank] + rank * gap
    return moved


def signed(
    chart: Any, stamp: Stamp, *more: str, width: int = FULL_WIDTH
) -> "alt.TopLevelMixin":
    """Return a chart with its source line under it, in the style of the house.

    Parameters
    ----------
    chart : alt.TopLevelMixin
        The chart.
    stamp : Stamp
        Where its figures come from.
    *more : str
        Further lines.
    width : int
        Width that the line may take [pixels]; it is broken where it is longer.

    Returns
    -------
    alt.TopLevelMixin
        The chart with its line, type and colours.
    """
    import altair as alt

    line = wrap(f"Source: {stamp.line()}", int(width / SMALL_LETTER))
    title = alt.TitleParams(
        [*line, *more],
        orient="bottom",
        anchor="start",
        frame="bounds",
        fontSize=9,
        fontWeight="normal",
        color=FAINT,
        offset=8,
    )
    whole: alt.TopLevelMixin = chart.properties(title=title, config=config())
    return whole
