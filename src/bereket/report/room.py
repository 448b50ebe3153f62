"""Room along a corridor's way: what each section takes, and who takes it."""

from datetime import date
from itertools import pairwise
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.capacity import CapacityResult
from bereket.compiled.alternative import Alternative
from bereket.compiled.capacities import capacity_of
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.report import palette, wording
from bereket.report.layers import link_modes
from bereket.report.profile import Piece, pieces
from bereket.studies.elements import place

if TYPE_CHECKING:
    import altair as alt

IN_TRAINS: Final = "train"
NAMES_HEIGHT: Final = 62  # pixels, of the places under the figure
NAME_LETTERS: Final = 18
NAME_PIXELS: Final = 13  # between two names of places
SHOWN: Final = 2.2  # times the smallest section; what is taller is cut and written
PARTS: Final = {
    "others' trains": "#7b8ea1",
    "largest flow": "#0072B2",
    "kept in reserve": "#E69F00",
    "left": "#d3e8dc",
}
LEAST_TRAINS: Final = 0.02  # a day; less is no flow to be seen
ELSEWHERE: Final = (
    "Hardly any of the corridor's largest flow runs here: it comes from or goes to the "
    "corridor's other places."
)
WASH: Final = 0.45  # opacity of what rests on assumed rows


def capacity_profile(
    found: CapacityResult,
    way: Alternative,
    model: Model,
    *,
    width: int = palette.FULL_WIDTH - 75,
    height: int = 170,
) -> "alt.TopLevelMixin":
    """Draw the room of a corridor's sections, kilometre by kilometre.

    Parameters
    ----------
    found : CapacityResult
        Capacity of the corridor.
    way : Alternative
        A way of it, such as that of its row on the first screen.
    model : Model
        The model that was asked.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Trains a day one way on each railway section: those of others, those of the
        largest flow of the corridor, what is kept in reserve, what is left. Paler where
        the capacity rests on assumed rows; empty where the way is no railway or states
        no capacity.

    Raises
    ------
    QuestionError
        When the way has no railway section of known capacity.
    """
    import altair as alt

    rows = profile_rows(found, way, model)
    if not any(row["part"] in PARTS for row in rows):
        msg = f"no section of {found.name} is a railway whose capacity is known"
        raise QuestionError(msg)
    told = pieces(way, model)
    reach = told[-1].to_km
    capacity = sorted(row["capacity"] for row in rows if row["part"] == "left")
    top = min(SHOWN * capacity[0], 1.1 * capacity[-1])
    x = alt.X(
        "km:Q",
        title="km",
        scale=alt.Scale(domain=[0, reach], nice=False),
        axis=alt.Axis(format=",~f", orient="top", grid=False),
    )
    y = alt.Y(
        "from:Q",
        title="trains a day, one way",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    layers = [_bars(rows, x, y), *_outlines(rows, x, top), *_blanks(rows, x, top)]
    upper = alt.layer(*layers).properties(width=width, height=height)
    lower = _places(told, model, found, reach, width)
    chart = alt.vconcat(upper, lower, spacing=2)
    flow = [row for row in rows if row["part"] == "largest flow"]
    used_km = sum(r["to_km"] - r["km"] for r in flow if r["trains"] > LEAST_TRAINS)
    note = (
        "Paler: the capacity rests on assumed rows. A bar that reaches the edge is "
        "cut; its figure is written."
    )
    notes = (note,) if used_km > reach / 10 else (note, ELSEWHERE)
    return palette.signed(chart, found.stamp, *notes)


def _bars(rows: list[dict[str, Any]], x: "alt.X", y: "alt.Y") -> "alt.Chart":
    """Return the stacked parts of every section."""
    import altair as alt

    drawn = {row["part"] for row in rows}
    used = [part for part in PARTS if part in drawn]
    shades = alt.Scale(domain=used, range=[PARTS[part] for part in used])
    hover = [
        alt.Tooltip("places:N"),
        alt.Tooltip("part:N"),
        alt.Tooltip("trains:Q", title="trains a day, one way", format=",.1f"),
        alt.Tooltip("capacity:Q", format=",.1f"),
        alt.Tooltip("quality:N"),
        alt.Tooltip("link:N"),
    ]
    return (
        alt.Chart(palette.data([row for row in rows if row["part"] in PARTS]))
        .mark_rect(stroke=palette.PAPER, strokeWidth=0.6, clip=True)
        .encode(
            x=x,
            x2=alt.X2("to_km:Q"),
            y=y,
            y2=alt.Y2("top:Q"),
            color=alt.Color(
                "part:N",
                scale=shades,
                sort=used,
                legend=alt.Legend(orient="top", title=None, offset=2),
            ),
            opacity=alt.Opacity("shade:Q", scale=None, legend=None),
            tooltip=hover,
        )
    )


def profile_rows(
    found: CapacityResult, way: Alternative, model: Model
) -> list[dict[str, Any]]:
    """Return the parts of each section, stacked [trains a day, one way].

    A section that is no railway, or whose capacity is not known, is one row whose part
    says so.
    """
    link, modes = model["link"], link_modes(model)
    day = date.fromisoformat(found.as_of)
    used = {each.element: each.used_per_day for each in found.room}
    rows: list[dict[str, Any]] = []
    for piece in pieces(way, model):
        name = link.references[piece.row]
        derived = capacity_of(model, "link", piece.row, day)
        ends = place(model, piece.from_node_id), place(model, piece.to_node_id)
        common = {
            "km": piece.from_km,
            "to_km": piece.to_km,
            "link": name,
            "places": " to ".join(ends),
            "quality": derived.quality,
            "shade": WASH if derived.quality == "assumed" else 1.0,
        }
        if not derived.is_known or derived.unit != IN_TRAINS:
            mode = modes[link.labels("link_id")[piece.row]]
            what = "not stated" if mode == "rail" else mode
            rows.append(common | {"part": what, "from": 0.0, "top": 0.0})
            continue
        base = derived.base_per_day.value if derived.base_per_day else 0.0
        parts = {
            "others' trains": base,
            "largest flow": used.get(name, 0.0) * derived.uneven_k,
            "kept in reserve": derived.reserve_per_day,
        }
        capacity = derived.per_day.value
        parts["left"] = max(0.0, capacity - sum(parts.values()))
        at = 0.0
        for part, trains in parts.items():
            row = {"part": part, "trains": trains, "from": at, "top": at + trains}
            rows.append(common | row | {"capacity": capacity})
            at += trains
    return rows


def _outlines(rows: list[dict[str, Any]], x: "alt.X", top: float) -> "list[alt.Chart]":
    """Return the line of capacity, and the figure of each section that is cut."""
    import altair as alt

    known = [row for row in rows if row["part"] == "left"]
    lines = [row | {"capacity": min(row["capacity"], top)} for row in known]
    y = alt.Y("capacity:Q")
    outline = alt.Chart(palette.data(lines)).mark_rule(
        strokeWidth=1.5, color=palette.INK
    )
    cut = [
        {
            "km": (row["km"] + row["to_km"]) / 2,
            "capacity": 0.94 * top,
            "label": f"{row['capacity']:.0f}",
        }
        for row in known
        if row["capacity"] > top and row["to_km"] - row["km"] > 0.03 * _reach(rows)
    ]
    layers = [outline.encode(x=x, x2=alt.X2("to_km:Q"), y=y)]
    return [*layers, *(palette.words(cut, x, y, align="center") if cut else [])]


def _reach(rows: list[dict[str, Any]]) -> float:
    return max(float(row["to_km"]) for row in rows)


def _blanks(rows: list[dict[str, Any]], x: "alt.X", top: float) -> "list[alt.Chart]":
    """Return what stands where no bar is: sea, road, or a capacity not stated."""
    import altair as alt

    spans: list[dict[str, Any]] = []
    for row in rows:
        if row["part"] in PARTS:
            continue
        if (
            spans
            and spans[-1]["label"] == row["part"]
            and spans[-1]["to_km"] == row["km"]
        ):
            spans[-1]["to_km"] = row["to_km"]
        else:
            spans.append({"km": row["km"], "to_km": row["to_km"], "label": row["part"]})
    words = [
        {
            "km": (each["km"] + each["to_km"]) / 2,
            "capacity": top / 2,
            "label": each["label"],
        }
        for each in spans
        if each["to_km"] - each["km"] > 0.05 * _reach(rows)
    ]
    if not words:
        return []
    style = {"align": "center", "color": palette.FAINT}
    return palette.words(words, x, alt.Y("capacity:Q"), **style)


def _places(
    told: tuple[Piece, ...],
    model: Model,
    found: CapacityResult,
    reach: float,
    width: int,
) -> "alt.Chart":
    """Return the names of places under their kilometre, aslant."""
    import altair as alt

    at = {0.0: told[0].from_node_id} | {each.to_km: each.to_node_id for each in told}
    binding = {
        part for bound in found.binding for part in bound.element.split(":")[1:3]
    }
    gap = NAME_PIXELS / width * reach
    kept: list[float] = []
    # the ends first, then places where something binds, then the rest as room allows
    first = (0.0, told[-1].to_km)
    ranked = sorted(at, key=lambda km: (km not in first, at[km] not in binding, km))
    for km in ranked:
        if all(abs(km - other) >= gap for other in kept):
            kept.append(km)
    rows = [{"km": km, "label": _brief(place(model, at[km]))} for km in sorted(kept)]
    return (
        alt.Chart(palette.data(rows))
        .mark_text(align="right", angle=310, fontSize=9.5, color=palette.INK, dx=-2)
        .encode(
            x=alt.X("km:Q", scale=alt.Scale(domain=[0, reach], nice=False), axis=None),
            y=alt.value(4),
            text=alt.Text("label:N"),
        )
        .properties(width=width, height=NAMES_HEIGHT)
    )


def _brief(name: str) -> str:
    """Return a name of a place without what stands in brackets, cut at a word."""
    return shorten(name.partition(" (")[0], NAME_LETTERS, placeholder="…")


def month_bars(
    found: CapacityResult, *, width: int = 320, height: int = 110
) -> "alt.TopLevelMixin":
    """Draw the largest flow by month, against what the seasons of the cargo ask.

    Parameters
    ----------
    found : CapacityResult
        Capacity by month.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A bar a month [thousand t]; a tick where the month's share of the year's
        capacity lies. The month that falls shortest of its tick is dark.

    Raises
    ------
    QuestionError
        When the months do not differ.
    """
    import altair as alt

    rows = month_rows(found)
    if not rows:
        msg = f"the months of {found.name} do not differ"
        raise QuestionError(msg)
    order = [row["month"] for row in rows]
    top = 1.1 * max(max(row["kt"], row["asked"]) for row in rows)
    base = alt.Chart(palette.data(rows)).encode(
        x=alt.X(
            "month:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelAngle=0, labelFontSize=10),
        )
    )
    y = alt.Y(
        "kt:Q",
        title="thousand t a month",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=4),
    )
    hover = [
        alt.Tooltip("month:N"),
        alt.Tooltip("kt:Q", title="can flow, thousand t", format=",.0f"),
        alt.Tooltip("asked:Q", title="asked by season, thousand t", format=",.0f"),
        alt.Tooltip("binding:N", title="binds"),
    ]
    shade = alt.Color("shade:N", scale=None, legend=None)
    bars = base.mark_bar(width={"band": 0.75}).encode(y=y, color=shade, tooltip=hover)
    ticks = base.mark_tick(thickness=2, color=palette.INK, width={"band": 0.9})
    worst = next(row for row in rows if row["is_worst"])
    note = (
        f"Worst month: {worst['month']}, {wording.figure(worst['kt'])} thousand t. "
        "Tick: what the season asks of the year's capacity."
    )
    chart = alt.layer(bars, ticks.encode(y=alt.Y("asked:Q")))
    chart = chart.properties(width=width, height=height)
    return palette.signed(chart, found.stamp, note, width=width + 90)


def month_rows(found: CapacityResult) -> list[dict[str, Any]]:
    """Return the months [thousand t]; none where what can flow is the same each day."""
    limited = all(month.t == month.t for month in found.months)  # none is NaN
    if not found.months or not limited:
        return []
    year = sum(month.t for month in found.months)
    short = [month.t - year * month.wanted_share for month in found.months]
    worst = short.index(min(short))
    return [
        {
            "month": wording.MONTHS[month.month - 1][:3],
            "kt": month.t / 1e3,
            "asked": year * month.wanted_share / 1e3,
            "binding": ", ".join(month.binding),
            "is_worst": at == worst,
            "shade": palette.BAR_LESS if at == worst else palette.BAR,
        }
        for at, month in enumerate(found.months)
    ]


def months_differ(found: CapacityResult, least: float = 0.02) -> bool:
    """Whether what can flow in a day differs by month, by more than a share."""
    if not month_rows(found):
        return False
    per_day = [m.t / d for m, d in zip(found.months, wording.DAYS, strict=True)]
    return any(
        abs(one - other) > least * max(one, other) for one, other in pairwise(per_day)
    )
