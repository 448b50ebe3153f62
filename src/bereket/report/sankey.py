"""What trade goes by, drawn: from what is sold by mode to the crossing it enters by."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.report import palette, wording
from bereket.report.countries import country_name
from bereket.report.sankey_layout import Band, Bar, By, laid_out, parcels_of
from bereket.studies.outlook_result import Stream

if TYPE_CHECKING:
    import altair as alt

CURVE: Final = 24  # points of a band
NODE: Final = 12  # pixels, width of an upright bar
LABEL_GAP: Final = 13.0
LEFT: Final = 216  # pixels, of what is sold
RIGHT: Final = 204  # pixels, of crossings
LETTERS: Final = 30  # of a name
UNITS: Final = {"value": (1e6, "M USD"), "tonnes": (1e3, "thousand t")}
HEADINGS: Final = (
    "what is sold, {unit}",
    "by mode of most of its hours",
    "enters the buyer by, {unit}",
)


def trade_sankey(
    streams: Sequence[Stream],
    model: Model,
    stamp: Stamp,
    *,
    by: By = "value",
    width: int = palette.FULL_WIDTH - LEFT - RIGHT,
    height: int = 330,
) -> "alt.TopLevelMixin":
    """Draw what the trade of two countries goes by, from what is sold to its crossing.

    Parameters
    ----------
    streams : sequence of Stream
        Of an outlook, or of `streams_of` an assignment.
    model : Model
        The model that was asked; it names cargoes and places.
    stamp : Stamp
        Of the answer that holds the streams.
    by : {"value", "tonnes"}
        What thickness stands for.
    width, height : int
        Size between the outer bars, and of all bars of a column [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Three columns of bars, of one scale and one sum, and bands in the colour of the
        mode between them; small crossings are one.

    Raises
    ------
    QuestionError
        When nothing goes, or nothing that goes has a value.
    """
    import altair as alt

    bars, bands = laid_out(parcels_of(streams, model, by), height)
    at = _columns(width)
    tall = int(max(bar.top + bar.height for bar in bars)) + 4
    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
    ribbons = (
        alt.Chart(palette.data(_curves(bands, at, by)))
        .mark_area(opacity=0.5)
        .encode(
            x=x,
            y=y,
            y2=alt.Y2("y2:Q"),
            detail=alt.Detail("band:N"),
            color=palette.mode_colour(
                (bar.name for bar in bars if bar.column == 1), with_legend=False
            ),
            tooltip=[alt.Tooltip("words:N", title="from, to"), alt.Tooltip("amount:N")],
        )
    )
    uprights = (
        alt.Chart(palette.data(_uprights(bars, at)))
        .mark_rect(color=palette.INK)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"))
    )
    chart = alt.layer(ribbons, uprights, *_words(bars, by, at, x, y))
    chart = chart.properties(width=LEFT + width + RIGHT, height=tall)
    return palette.signed(chart, stamp)


def _words(
    bars: Sequence[Bar], by: By, at: tuple[float, ...], x: "alt.X", y: "alt.Y"
) -> "list[alt.Chart]":
    """Return the names of bars, and the headings of columns and directions."""
    total = sum(bar.amount for bar in bars if bar.column == 1)
    words = [
        layer
        for column, align in enumerate(("right", "left", "left"))
        for layer in palette.words(
            _labels(bars, column, total, by, at),
            x,
            y,
            align=align,
            fontSize=11,
            fontWeight="bold" if column == 1 else "normal",
        )
    ]
    heads = [
        layer
        for column, align in enumerate(("right", "center", "left"))
        for layer in palette.words(
            _headings(bars, column, by, at),
            x,
            y,
            align=align,
            fontSize=10.5,
            color=palette.FAINT,
        )
    ]
    return [*words, *heads]


def _columns(width: int) -> tuple[float, float, float]:
    """Return the left edges of the bars of each column [pixels]."""
    return LEFT, LEFT + (width - NODE) / 2.0, LEFT + width - NODE


def _curves(
    bands: Iterable[Band], at: tuple[float, ...], by: By
) -> list[dict[str, Any]]:
    """Return the edges of bands: everywhere as thick, upright, as what goes."""
    rows = []
    for number, band in enumerate(bands):
        begin, end = at[band.tail.column] + NODE, at[band.head.column]
        told = {
            "band": number,
            "mode": band.mode,
            "words": f"{band.tail.name} → {band.head.name}",
            "amount": _amount(band.amount, by),
        }
        for step in range(CURVE + 1):
            part = step / CURVE
            bent = part * part * (3.0 - 2.0 * part)  # level at both ends
            top = band.tail_top + bent * (band.head_top - band.tail_top)
            where = {"x": begin + part * (end - begin), "y": top}
            rows.append(told | where | {"y2": top + band.height})
    return rows


def _uprights(bars: Iterable[Bar], at: tuple[float, ...]) -> list[dict[str, float]]:
    return [
        {
            "x": at[bar.column],
            "x2": at[bar.column] + NODE,
            "y": bar.top,
            "y2": bar.top + bar.height,
        }
        for bar in bars
    ]


def _labels(
    bars: Iterable[Bar], column: int, total: float, by: By, at: tuple[float, ...]
) -> list[dict[str, Any]]:
    """Return the names of a column's bars with amount and share, apart."""
    own = [bar for bar in bars if bar.column == column]
    middles = palette.spread([bar.top + bar.height / 2 for bar in own], LABEL_GAP)
    x = at[column] - 5 if column == 0 else at[column] + NODE + 5
    return [
        {"x": x, "y": middle, "label": _label(bar, total, by)}
        for bar, middle in zip(own, middles, strict=True)
    ]


def _label(bar: Bar, total: float, by: By) -> str:
    """Return the name of a bar, its amount, and its share of all."""
    name = wording.cut(bar.name, LETTERS)
    share = wording.share(bar.amount / total)
    if bar.column == 1:
        return f"{name}, {share}"
    return f"{name}, {wording.digits(bar.amount / UNITS[by][0])} ({share})"


def _headings(
    bars: Iterable[Bar], column: int, by: By, at: tuple[float, ...]
) -> list[dict[str, Any]]:
    """Return what a column is, and above each direction who sells."""
    x = (at[0] + NODE, at[1] + NODE / 2, at[2])[column]
    told = HEADINGS[column].format(unit=f"{UNITS[by][1]} a year")
    rows: list[dict[str, Any]] = [{"x": x, "y": 6.0, "label": told}]
    seen = set[tuple[str, ...]]()
    for bar in bars:
        if bar.column != column or not bar.direction or bar.direction in seen:
            continue
        seen.add(bar.direction)
        seller, buyer = map(country_name, bar.direction)
        told = f"{seller} sells" if column == 0 else f"into {buyer}"
        rows.append({"x": x, "y": bar.top - 11.0, "label": told})
    return rows


def _amount(amount: float, by: By) -> str:
    size, unit = UNITS[by]
    return f"{wording.digits(amount / size)} {unit} a year"
