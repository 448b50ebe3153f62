"""Profile of a corridor: what lies along a way, kilometre by kilometre."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bereket.compiled.alternative import Alternative
from bereket.model.model import Model, label
from bereket.model.naming import place_names
from bereket.model.result import Stamp
from bereket.report import palette
from bereket.report.journey import WHOLE_WAY, stages
from bereket.report.layers import link_modes

if TYPE_CHECKING:
    import altair as alt

HOURS_PER_DAY: Final = 24.0
LEAST_SHARE: Final = 0.045  # of the way, between two names of places
LETTER_SHARE: Final = 0.0115  # of the way, that a letter takes in a strip
NAMED_STEPS: Final = 7
STRIPS: Final = ("country", "gauge mm", "tracks", "traction", "figures")
SHADES: Final = {
    "gauge mm": {"1520": "#cfe0ee", "1435": "#f3dcc4", "1676": "#dccfe6"},
    "tracks": {"1": "#e9edf1", "2": "#c9d3dc"},
    "traction": {"electric": "#d3e8dc", "diesel": "#ece9e2"},
    "figures": {
        "assumed": "#f4f1ea",
        "derived": "#dfe6ec",
        "reported": "#c3d3e0",
        "measured": "#a9c1d4",
    },
}
COUNTRY_SHADES: Final = ("#f1f3f5", "#dfe4e9")


@dataclass(frozen=True, slots=True)
class Piece:
    """A link as it is passed: where it begins and ends on the way [km], and its row.

    Attributes
    ----------
    from_km, to_km : float
        Kilometres from the start.
    row : int
        Position in table ``link``.
    from_node_id, to_node_id : str
        Places, in the direction passed.
    """

    from_km: float
    to_km: float
    row: int
    from_node_id: str
    to_node_id: str


def pieces(way: Alternative, model: Model) -> tuple[Piece, ...]:
    """Return the links of a way as they are passed, in order.

    Examples
    --------
    >>> from bereket import blank_model, route, RouteParams
    >>> model = blank_model()
    >>> found = route(model, params=RouteParams("EAST", "FARPORT", "grain"))
    >>> [piece.to_km for piece in pieces(found.alternatives[0], model)]
    [250.0, 270.0, 580.0, 890.0]
    """
    link = model["link"]
    starts, ends = link.labels("from_node_id"), link.labels("to_node_id")
    length = link.number("length_km")
    at, km = way.legs[0].from_node_id, 0.0
    found = []
    for name in way.link_ids:
        (row,) = (r for r in link.row_of[(name,)] if at in (starts[r], ends[r]))
        other = ends[row] if starts[row] == at else starts[row]
        found.append(Piece(km, km + float(length[row]), row, at, other))
        at, km = other, found[-1].to_km
    return tuple(found)


def corridor_profile(
    way: Alternative,
    model: Model,
    stamp: Stamp,
    *,
    width: int = palette.FULL_WIDTH - 110,
) -> "alt.TopLevelMixin":
    """Draw what lies along a way: speed, waits, and what the line is like.

    Parameters
    ----------
    way : Alternative
        The way.
    model : Model
        The model it was found in.
    stamp : Stamp
        Of the answer that holds the way.
    width : int
        Width of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Above the section speed of each link in the colour of its mode, below it the
        days that cargo stands at places, then strips of country, gauge, tracks,
        traction, and how the link's figures came about;
        white where the row does not say.
    """
    import altair as alt

    told = pieces(way, model)
    reach = told[-1].to_km
    ends = alt.Scale(domain=[0, reach], nice=False)
    x = alt.X("km:Q", title="km", scale=ends, axis=alt.Axis(format=",~f"))
    bare = alt.X("km:Q", scale=ends, axis=alt.Axis(labels=False, title=None))
    chart = alt.vconcat(
        _speeds(told, model, bare, width),
        _waits(way, model, reach, bare, width),
        _strips(told, model, x, width),
        spacing=6,
    ).resolve_scale(color="independent")
    return palette.signed(chart, stamp)


def _speeds(
    told: tuple[Piece, ...], model: Model, x: "alt.X", width: int
) -> "alt.Chart":
    import altair as alt

    link, names, modes = model["link"], place_names(model), link_modes(model)
    speed = link.number("commercial_speed_kmh")
    ids = link.labels("link_id")
    rows: list[dict[str, Any]] = [
        {
            "km": piece.from_km,
            "to_km": piece.to_km,
            "speed": float(speed[piece.row]),
            "mode": modes[ids[piece.row]],
            "link": ids[piece.row],
            "places": f"{names[piece.from_node_id]} to {names[piece.to_node_id]}",
            "length": piece.to_km - piece.from_km,
        }
        for piece in told
        if speed[piece.row] > 0
    ]
    fastest = max((row["speed"] for row in rows), default=1.0)
    return (
        alt.Chart(palette.data(rows))
        .mark_rule(strokeWidth=4)
        .encode(
            x=x,
            x2=alt.X2("to_km:Q"),
            y=alt.Y(
                "speed:Q",
                title=["section speed,", "km/h"],
                scale=alt.Scale(domain=[0, 1.1 * fastest], nice=False),
                axis=alt.Axis(tickCount=4),
            ),
            color=palette.mode_colour(row["mode"] for row in rows),
            tooltip=[
                alt.Tooltip("places:N"),
                alt.Tooltip("speed:Q", title="km/h", format=".0f"),
                alt.Tooltip("length:Q", title="km", format=",.0f"),
                alt.Tooltip("link:N"),
            ],
        )
        .properties(width=width, height=70)
    )


def _waits(way: Alternative, model: Model, reach: float, x: "alt.X", width: int) -> Any:
    import altair as alt

    steps = [
        step
        for step in stages(way, place_names(model))
        if step.place and step.days > 0 and step.place != WHOLE_WAY
    ]
    days_at: dict[tuple[float, str], float] = {}
    for step in steps:
        key = step.from_km, step.place
        days_at[key] = days_at.get(key, 0.0) + step.days
    rows: list[dict[str, Any]] = [
        {"km": km, "days": days, "zero": 0.0, "place": place}
        for (km, place), days in days_at.items()
    ]
    top = max((row["days"] for row in rows), default=1.0)
    longest = sorted(rows, key=lambda row: -row["days"])[:NAMED_STEPS]
    bars = (
        alt.Chart(palette.data(rows))
        .mark_rule(strokeWidth=5, color=palette.MODE_COLOURS[palette.AT_A_PLACE])
        .encode(
            x=x,
            y=alt.Y(
                "days:Q",
                title=["days at", "places"],
                scale=alt.Scale(domain=[0, 1.35 * top], nice=False),
                axis=alt.Axis(tickCount=3),
            ),
            y2=alt.Y2("zero:Q"),
            tooltip=[alt.Tooltip("place:N"), alt.Tooltip("days:Q", format=".2f")],
        )
    )
    named = [
        {
            "km": row["km"],
            "days": row["days"] + 0.12 * top,
            "label": f"{row['place']} {row['days']:.1f}",
        }
        for row in _clear(sorted(longest, key=lambda row: row["km"]), reach)
    ]
    sides = (
        ([row for row in named if row["km"] <= reach / 2], {"align": "left", "dx": -2}),
        ([row for row in named if row["km"] > reach / 2], {"align": "right", "dx": 2}),
    )
    texts = [
        layer
        for own, style in sides
        if own
        for layer in palette.words(own, x, alt.Y("days:Q"), **style)
    ]
    return alt.layer(bars, *texts).properties(width=width, height=65)


def _clear(rows: list[dict[str, Any]], reach: float) -> list[dict[str, Any]]:
    """Return rows from left to right without those too near to a longer one."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        near = kept and row["km"] - kept[-1]["km"] < 3 * LEAST_SHARE * reach
        if near and kept[-1]["days"] >= row["days"]:
            continue
        if near:
            kept.pop()
        kept.append(row)
    return kept


def _strips(
    told: tuple[Piece, ...], model: Model, x: "alt.X", width: int
) -> "alt.LayerChart":
    import altair as alt

    rows = strip_rows(told, model)
    reach = told[-1].to_km
    y = alt.Y("strip:N", sort=list(STRIPS), title=None, axis=alt.Axis(ticks=False))
    bars = (
        alt.Chart(palette.data(rows))
        .mark_bar(stroke=palette.PAPER, strokeWidth=0.5, height={"band": 0.86})
        .encode(
            x=x,
            x2=alt.X2("to_km:Q"),
            y=y,
            color=alt.Color("shade:N", scale=None, legend=None),
            tooltip=[alt.Tooltip("strip:N"), alt.Tooltip("word:N")],
        )
    )
    middles = [
        {"km": (row["km"] + row["to_km"]) / 2, "strip": row["strip"], "word": w}
        for row in rows
        if (w := row["word"])
        and row["to_km"] - row["km"] >= LETTER_SHARE * (len(w) + 1) * reach
    ]
    texts = (
        alt.Chart(palette.data(middles))
        .mark_text(fontSize=9.5, color=palette.INK)
        .encode(x=x, y=y, text=alt.Text("word:N"))
    )
    return (bars + texts).properties(width=width, height=15 * len(STRIPS))


def strip_rows(told: tuple[Piece, ...], model: Model) -> list[dict[str, Any]]:
    """Return the pieces of every strip: where, which word, which shade.

    Pieces side by side that say the same are one; what is unknown is left white.
    """
    rows: list[dict[str, Any]] = []
    for strip in STRIPS:
        own: list[dict[str, Any]] = []
        for piece in told:
            word = _word(strip, piece, model)
            if own and own[-1]["word"] == word:
                own[-1]["to_km"] = piece.to_km
            else:
                ends = {"km": piece.from_km, "to_km": piece.to_km}
                own.append({"strip": strip, "word": word} | ends)
        for number, row in enumerate(own):
            plain = COUNTRY_SHADES[number % 2] if row["word"] else palette.PAPER
            row["shade"] = SHADES.get(strip, {}).get(row["word"], plain)
        rows += own
    return rows


def _word(strip: str, piece: Piece, model: Model) -> str:
    """Return what a strip says of a link; empty where its row does not say."""
    link = model["link"]
    if strip == "country":
        node = model["node"]
        (row,) = node.row_of[(piece.from_node_id,)]
        return node.labels("country_iso3")[row]
    if strip == "figures":
        return link.labels("quality")[piece.row]
    if strip == "traction":
        told = link.columns.get("electrified")
        known = label(told[piece.row]) if told is not None else ""
        on_rails = bool(label(link.number("gauge_mm")[piece.row]))
        words = {"1": "electric", "0": "diesel"}
        return words.get(known, "") if on_rails else ""
    column = {"gauge mm": "gauge_mm", "tracks": "tracks"}[strip]
    return label(link.number(column)[piece.row])
