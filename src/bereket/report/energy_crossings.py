"""What crosses borders of gas and power, drawn with the room that is left."""

from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy.result import EnergyResult
from bereket.errors import QuestionError
from bereket.report import palette, wording
from bereket.report.countries import country_name
from bereket.report.energy_words import (
    ARROW,
    COLOURS,
    ROOM_COLOURS,
    UNITS,
    noted,
    told_apart,
)

if TYPE_CHECKING:
    import altair as alt

ROW: Final = 13  # pixels
NAMES: Final = 298  # pixels
LETTERS: Final = 34
FIGURES: Final = 92  # pixels, of figures at the end of bars
SHOWN: Final = {"power": 8, "gas": 11}
LEAST_FLOW: Final = 0.005  # TWh or bcm; less rounds to 0.00
FLOWS: Final = (
    "Dark: what goes. Pale: what could go besides, over the year. A way that is used "
    "both ways has two bars; its room is that of each direction."
)


def crossing_rows(found: EnergyResult, commodity: str) -> list[dict[str, Any]]:
    """Return the largest flows over borders, a row a direction.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    commodity : {"power", "gas"}
        Which.

    Returns
    -------
    list of dict
        ``way``, ``flow`` and ``room`` [TWh or bcm a year], their words; the largest
        flow first.
    """
    unit, size = UNITS[commodity]
    rows: list[dict[str, Any]] = []
    for row in found.flows:
        if row.commodity != commodity or row.from_iso3 == row.to_iso3:
            continue
        for flow, room, ends in (
            (row.on, row.room, (row.from_iso3, row.to_iso3)),
            (row.back, row.room_back, (row.to_iso3, row.from_iso3)),
        ):
            if flow / size < LEAST_FLOW:
                continue
            rows.append(
                {
                    "way": f"{wording.cut(row.name, LETTERS)}, "
                    f"{ends[0]} {ARROW} {ends[1]}",
                    "row": row.element,
                    "ends": f" {ARROW} ".join(map(country_name, ends)),
                    "flow": flow / size,
                    "room": room / size,
                    "end": (flow + room) / size,
                    "told": f"{wording.digits(flow / size)}; "
                    f"room {wording.digits(round(room / size, 2))}",
                    "unit": unit,
                }
            )
    rows.sort(key=lambda each: -each["flow"])
    shown = rows[: SHOWN[commodity]]
    ways = [row["way"] for row in shown]
    labels = told_apart(ways, [row["row"] for row in shown])
    return [row | {"way": way} for row, way in zip(shown, labels, strict=True)]


def crossing_bars(
    found: EnergyResult, *, width: int = palette.FULL_WIDTH - NAMES - FIGURES
) -> "alt.TopLevelMixin":
    """Draw the largest flows over borders, and the room that is left on each way.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    width : int
        Width of the bars [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Power above, gas below, each on a scale of its own: dark what goes, pale what
        could go besides.

    Raises
    ------
    QuestionError
        When nothing crosses a border.
    """
    import altair as alt

    blocks = []
    for commodity in ("power", "gas"):
        rows = crossing_rows(found, commodity)
        if rows:
            blocks.append(_crossings(rows, commodity, width))
    if not blocks:
        msg = "no gas and no power crosses a border: there is nothing to draw"
        raise QuestionError(msg)
    chart = alt.vconcat(*blocks, spacing=6).resolve_scale(x="independent")
    return palette.signed(chart, found.stamp, *noted(FLOWS))


def _crossings(
    rows: list[dict[str, Any]], commodity: str, width: int
) -> "alt.LayerChart | alt.FacetChart":
    """Return the bars of one commodity."""
    import altair as alt

    order = [row["way"] for row in rows]
    unit, _ = UNITS[commodity]
    base = alt.Chart(palette.data(rows)).encode(
        y=alt.Y(
            "way:N",
            sort=order,
            title=None,
            axis=alt.Axis(
                labelLimit=NAMES,
                domain=False,
                ticks=False,
                minExtent=NAMES - 6,
                labelFontSize=10.5,
            ),
        )
    )
    hover = [
        alt.Tooltip("way:N", title=commodity),
        alt.Tooltip("ends:N", title="from, to"),
        alt.Tooltip("flow:Q", title=f"{unit} a year", format=",.3~r"),
        alt.Tooltip("room:Q", title=f"room, {unit} a year", format=",.3~r"),
        alt.Tooltip("row:N"),
    ]
    x = alt.X(
        "flow:Q",
        title=f"{commodity}, {unit} a year",
        axis=alt.Axis(tickCount=5, labelFontSize=10.5),
    )
    band = {"band": 0.7}
    rest = base.mark_bar(
        height=band, color=ROOM_COLOURS[commodity], stroke=COLOURS[commodity]
    ).encode(x=alt.X("flow:Q"), x2=alt.X2("end:Q"), strokeWidth=alt.value(0.5))
    bars = base.mark_bar(height=band, color=COLOURS[commodity])
    style: dict[str, Any] = {"align": "left", "dx": 5, "fontSize": 10}
    told = {"x": alt.X("end:Q"), "text": alt.Text("told:N")}
    rim = base.mark_text(stroke=palette.PAPER, strokeWidth=3, **style)
    text = base.mark_text(color=palette.INK, **style)
    return alt.layer(
        rest.encode(tooltip=hover),
        bars.encode(x=x, tooltip=hover),
        rim.encode(**told),
        text.encode(**told),
    ).properties(width=width, height=ROW * len(rows))
