"""The map of gas and power: what flows, how full its ways are, prices of zones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bereket.analysis.energy.result import EnergyResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.report import layers, maps, palette, wording
from bereket.report.bandwidth import round_flows
from bereket.report.boundaries import Boundaries
from bereket.report.energy_layers import (
    WIDEST,
    Band,
    arrow_rows,
    band_rows,
    bands,
    drawn_flows,
    ends_of,
    label_rows,
    largest_of,
    left_out,
    zone_places,
)
from bereket.report.energy_words import (
    COLOURS,
    LEAST,
    RAMPS,
    UNITS,
    is_passed,
    noted,
    peopled,
)
from bereket.report.maps import NO_LINES, Frame

if TYPE_CHECKING:
    import altair as alt

HEIGHT: Final = 368
DASH: Final = {"gas": [1, 0], "power": [7, 3]}
DISC: Final = 330  # square pixels, of a zone
RADIUS: Final = 11.0  # pixels, of a disc
KEY_HEIGHT: Final = 44
KEY_ROWS: Final = {"gas": 12.0, "power": 32.0}
KEY_STEP: Final = 84.0
READING: Final = (
    "Width: both directions together, gas and power on scales of their own. Lines are "
    "straight between places. Grey: could carry, and carries nothing."
)


def energy_map(
    found: EnergyResult,
    model: Model,
    boundaries: Boundaries = NO_LINES,
    *,
    width: int = maps.WIDTH,
    height: int = HEIGHT,
) -> "alt.TopLevelMixin":
    """Draw a year of gas and power over land and water.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    model : Model
        The model that was asked.
    boundaries : Boundaries
        Lines and areas of the reader's own; none by default.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Pipes whole and brown, power lines broken and violet, as wide as what goes over
        them and the darker the fuller; an arrow where more goes to; a disc a zone with
        the mean price of its power.

    Raises
    ------
    QuestionError
        When nothing goes between two places.
    """
    import altair as alt

    frame = _frame(found, model, width, height)
    per_pixel = (frame.view.x[1] - frame.view.x[0]) / width
    drawn = bands(found, model, per_pixel)
    rows = band_rows(drawn, found)
    zones = zone_rows(found, model)
    first, *others = _places(drawn, model)
    told = [*_zone_marks(zones, frame), first, *label_rows(drawn, per_pixel)]
    kept = layers.apart(told, frame.view, width, height)
    named = [*kept, *layers.waters(), *others]
    ways = [
        _ways([row for row in rows if row["commodity"] == commodity], commodity)
        for commodity in ("gas", "power")
    ]
    over = [
        *_arrows(drawn, per_pixel),
        *_zones(zones),
        *_labels([row for row in kept if row["kind"] == "mark"]),
    ]
    chart = maps.layered(frame, named, ways, boundaries, over)
    whole = alt.vconcat(chart, _key(found, model, width), spacing=6)
    notes = noted(" ".join([READING, *left_out(found, model)]), width=width)
    return palette.signed(whole, found.stamp, *notes, *frame.notes)


def _frame(found: EnergyResult, model: Model, width: int, height: int) -> Frame:
    """Return the frame that holds all places between which something goes.

    Raises
    ------
    QuestionError
        When there are none.
    """
    places, at = zone_places(model), layers.node_points(model)
    ends = {
        end
        for row in drawn_flows(found, model)
        if row.on + row.back > LEAST
        for end in ends_of(row, places) or ()
    }
    if not ends:
        msg = "no gas and no power goes between two places: there is no map"
        raise QuestionError(msg)
    ends |= {places[row.zone] for row in peopled(found.prices, "power")} - {""}
    points = np.array([at[end] for end in sorted(ends)])
    return Frame(layers.view_of(points, width, height), width, height)


def zone_rows(found: EnergyResult, model: Model) -> list[dict[str, Any]]:
    """Return the zones of power in which it is wanted, with their mean price."""
    places, at = zone_places(model), layers.node_points(model)
    rows = []
    for zone in peopled(found.prices, "power"):
        if zone.zone not in places or not is_passed(found, zone):
            continue
        x, y = at[places[zone.zone]]
        price = zone.mean if zone.of_load is None else zone.of_load
        rows.append(
            {
                "x": x,
                "y": float(layers.mercator(np.array([y]))[0]),
                "zone": zone.zone,
                "name": zone.name,
                "price": price,
                "label": wording.digits(float(f"{price:.2g}")),
                "told": f"{wording.digits(price)} USD/MWh, mean by load; "
                f"{wording.digits(zone.low)} to {wording.digits(zone.high)}",
            }
        )
    return rows


def _zone_marks(zones: Sequence[dict[str, Any]], frame: Frame) -> list[dict[str, Any]]:
    """Return discs of zones and their names as what keeps its room on the map.

    A name stands to the right of its disc, else below, above, or to the left.
    """
    per_pixel = (frame.view.x[1] - frame.view.x[0]) / frame.width
    size = frame.view, frame.width, frame.height
    plain = {"kind": "mark", "commodity": ""}
    kept = [
        plain | {"x": row["x"] - RADIUS * per_pixel, "y": row["y"], "label": " "}
        for row in zones
    ]
    for row in zones:
        wide = layers.LETTER_WIDTH * len(row["name"])
        for right, up in (
            (RADIUS - 4.0, 0.0),
            (-wide / 2.0 - 6.0, -RADIUS - 8.0),
            (-wide / 2.0 - 6.0, RADIUS + 8.0),
            (-wide - RADIUS - 10.0, 0.0),
        ):
            moved = {
                "x": row["x"] + right * per_pixel,
                "y": row["y"] + up * per_pixel,
                "label": row["name"],
            }
            tried = [*kept, plain | moved]
            if len(layers.apart(tried, *size)) == len(tried):
                kept = tried
                break
    return kept


def _places(drawn: Sequence[Band], model: Model) -> list[dict[str, Any]]:
    """Return places to name: ends of the widest bands first."""
    ends = [end for band in reversed(drawn) for end in band.node_ids]
    return layers.places(model, dict.fromkeys(ends))


def _ways(rows: list[dict[str, Any]], commodity: str) -> "alt.Chart":
    """Return pipes whole, or power lines broken."""
    import altair as alt

    base = maps.flat_lines(rows).mark_line(
        clip=True, strokeCap="butt", strokeDash=DASH[commodity]
    )
    hover = (
        *(("name:N", commodity), ("flow:N", "goes"), ("room:N", "room left")),
        *(("used:N", "used"), ("full:N", "full"), ("value:N", "worth")),
        ("line:N", "row"),
    )
    return base.encode(
        color=alt.Color("hue:N", scale=None),
        strokeWidth=alt.StrokeWidth("wide:Q", scale=None, legend=None),
        tooltip=[alt.Tooltip(name, title=title) for name, title in hover],
    )


def _arrows(drawn: Sequence[Band], per_pixel: float) -> "list[alt.Chart]":
    """Return arrows in the middle of wide bands."""
    import altair as alt

    return [
        alt.Chart(palette.data(arrow_rows(drawn, per_pixel)))
        .mark_point(
            shape="triangle",
            filled=True,
            fill=palette.PAPER,
            stroke=palette.INK,
            strokeWidth=0.8,
            opacity=1,
        )
        .encode(
            **maps.axes(),
            angle=alt.Angle("angle:Q", scale=None),
            size=alt.Size("size:Q", scale=None),
        )
    ]


def _zones(rows: list[dict[str, Any]]) -> "list[alt.Chart]":
    """Return zones as discs with their price."""
    import altair as alt

    base = alt.Chart(palette.data(rows)).encode(
        **maps.axes(),
        tooltip=[
            alt.Tooltip("name:N", title="zone"),
            alt.Tooltip("told:N", title="price of power"),
            alt.Tooltip("zone:N", title="row"),
        ],
    )
    disc = base.mark_circle(
        size=DISC, color=palette.PAPER, stroke=COLOURS["power"], strokeWidth=1.6
    ).encode(opacity=alt.value(1))
    text = base.mark_text(
        fontSize=9, fontWeight="bold", color=COLOURS["power"], font=palette.FONT
    )
    return [disc, text.encode(text=alt.Text("label:N"))]


def _labels(rows: Sequence[dict[str, Any]]) -> "list[alt.Chart]":
    """Return names of zones and figures of flows, where they keep clear."""
    found = []
    for commodity, style in (
        ("", {"fontWeight": "bold", "color": palette.INK, "fontSize": 10.5}),
        ("gas", {"color": RAMPS["gas"][4], "fontSize": 10, "fontStyle": "italic"}),
        ("power", {"color": RAMPS["power"][4], "fontSize": 10, "fontStyle": "italic"}),
    ):
        for side, place in (
            ("right", {"align": "left", "dx": 6}),
            ("left", {"align": "right", "dx": -20}),
        ):
            own = [
                row
                for row in rows
                if row["commodity"] == commodity and row["side"] == side
            ]
            if own:
                found += palette.words(own, **maps.axes(), **style, **place)
    return found


def _key(
    found: EnergyResult, model: Model, width: int
) -> "alt.LayerChart | alt.FacetChart":
    """Return the legend: widths and shades of gas and of power, and the disc."""
    import altair as alt

    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
    x2, hue = alt.X2("x2:Q"), alt.Color("hue:N", scale=None)
    flows = drawn_flows(found, model)
    lines = {name: _key_widths(name, largest_of(flows, name)) for name in KEY_ROWS}
    drawn = [
        alt.Chart(palette.data(rows))
        .mark_rule(strokeDash=DASH[name], strokeCap="butt")
        .encode(
            x=x,
            x2=x2,
            y=y,
            color=hue,
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None, legend=None),
        )
        for name, rows in lines.items()
    ]
    ramp = alt.Chart(palette.data(_key_shades())).mark_rect()
    drawn.append(ramp.encode(x=x, x2=x2, y=y, y2=alt.Y2("y2:Q"), color=hue))
    disc = alt.Chart(palette.data([{"x": 492.0, "y": 19.0}])).mark_circle(
        size=DISC, color=palette.PAPER, stroke=COLOURS["power"], strokeWidth=1.6
    )
    drawn.append(disc.encode(x=x, y=y, opacity=alt.value(1)))
    words = [
        {"x": 512.0, "y": 12.0, "label": "mean price of power,"},
        {"x": 512.0, "y": 26.0, "label": "by load, USD/MWh"},
    ]
    for name, at in KEY_ROWS.items():
        words += [
            {"x": 0.0, "y": at, "label": name},
            {"x": 306.0, "y": at, "label": "used 0 %"},
            {"x": 436.0, "y": at, "label": "100 %"},
        ]
        words += [row | {"x": row["x2"] + 4.0} for row in lines[name]]
    drawn += palette.words(words, x, y, align="left", fontSize=10.5)
    return alt.layer(*drawn).properties(width=width, height=KEY_HEIGHT)


def _key_widths(commodity: str, largest: float) -> list[dict[str, Any]]:
    """Return round flows as lines of their width."""
    unit, size = UNITS[commodity]
    return [
        {
            "x": 44.0 + KEY_STEP * at,
            "x2": 78.0 + KEY_STEP * at,
            "y": KEY_ROWS[commodity],
            "wide": WIDEST[commodity] * flow / largest,
            "hue": COLOURS[commodity],
            "label": f"{wording.digits(flow / size)} {unit}",
        }
        for at, flow in enumerate(round_flows(largest) if largest > 0 else ())
    ]


def _key_shades() -> list[dict[str, Any]]:
    """Return the shades of gas and power from idle to full as squares."""
    return [
        {
            "x": 352.0 + 16.0 * at,
            "x2": 368.0 + 16.0 * at,
            "y": y - 6.0,
            "y2": y + 6.0,
            "hue": hue,
        }
        for commodity, y in KEY_ROWS.items()
        for at, hue in enumerate(RAMPS[commodity])
    ]
