"""Maps, one function each: coasts and water below, ways and places on them.

There are no boundary lines of countries, unless the reader brings their own. Drag to
move a map, turn the wheel to zoom, point at a line to see its figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.route import RouteResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.report import layers, palette
from bereket.report.boundaries import Boundaries
from bereket.report.journey import ways_of
from bereket.report.layers import View
from bereket.studies.corridors import CorridorsResult

if TYPE_CHECKING:
    import altair as alt

NO_LAND: Final = "Land is drawn from 25° W to 155° E and from 40° S to 78° N only."
WIDTH: Final = palette.FULL_WIDTH - 10
HEIGHT: Final = 285
DISCLAIMER: Final = "Boundaries and names on this map express no judgement."
ENDS: Final = 2  # places told first: where a way begins and ends
NO_LINES: Final = Boundaries()


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows, and how large.

    Attributes
    ----------
    view : View
        The part of the world.
    width, height : int
        Size [pixels].
    """

    view: View
    width: int
    height: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What must stand under the map."""
        is_beyond = layers.is_beyond_outline(self.view)
        return (DISCLAIMER, NO_LAND) if is_beyond else (DISCLAIMER,)


def route_map(
    found: RouteResult,
    model: Model,
    boundaries: Boundaries = NO_LINES,
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> "alt.TopLevelMixin":
    """Draw the ways of an answer over land and water.

    Parameters
    ----------
    found : RouteResult
        Ways.
    model : Model
        The model they were found in.
    boundaries : Boundaries
        Lines and areas of the reader's own; none by default.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        The first way bold, the others thin; links in the colours of their modes.

    Raises
    ------
    QuestionError
        When there is no way.
    """
    ways = ways_of(found)
    used: dict[str, list[int]] = {}
    for number, way in enumerate(ways, start=1):
        for name in way.link_ids:
            used.setdefault(name, []).append(number)
    chosen = {
        name: {
            "told": f"way {', '.join(map(str, numbers))}",
            "wide": 4.0 if 1 in numbers else 1.8,
        }
        for name, numbers in reversed(used.items())
    }
    told = [place for way in ways for place in layers.told_places(way)]
    ends = [found.origin_id, found.destination_id]
    return _drawn(
        model, chosen, [*ends, *told], boundaries, found.stamp, (width, height)
    )


def corridor_map(
    found: CorridorsResult,
    model: Model,
    boundaries: Boundaries = NO_LINES,
    *,
    width: int = WIDTH,
    height: int = HEIGHT + 120,
) -> "alt.TopLevelMixin":
    """Draw the cheapest way of every open corridor over land and water.

    Parameters
    ----------
    found : CorridorsResult
        Corridors on a date.
    model : Model
        The model they are of.
    boundaries : Boundaries
        Lines and areas of the reader's own; none by default.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Links in the colours of their modes, wider where more corridors share them;
        pointing at a link tells which.

    Raises
    ------
    QuestionError
        When no corridor is open.
    """
    used: dict[str, list[str]] = {}
    ends: list[str] = []
    for row in found.corridors:
        if row.way is not None:
            ends += [row.origin_id, row.destination_id]
            for name in dict.fromkeys(row.way.link_ids):
                used.setdefault(name, []).append(row.corridor_id)
    if not used:
        msg = f"no corridor of {model.name!r} is open on {found.as_of}"
        raise QuestionError(msg)
    chosen = {
        name: {"told": ", ".join(names), "wide": 1.6 + 0.5 * min(len(names), 6)}
        for name, names in used.items()
    }
    gates = [
        place
        for row in found.corridors
        if row.way is not None
        for place in layers.told_places(row.way)
    ]
    return _drawn(
        model, chosen, [*ends, *gates], boundaries, found.stamp, (width, height)
    )


def _drawn(
    model: Model,
    chosen: Mapping[str, Mapping[str, Any]],
    told: list[str],
    boundaries: Boundaries,
    stamp: Stamp,
    size: tuple[int, int],
) -> "alt.TopLevelMixin":
    """Put a map of ways together: the ends named first, then waters and places."""
    frame = Frame(layers.view_of(layers.points_of(model, chosen), *size), *size)
    ends, others = layers.places(model, told[:ENDS]), layers.places(model, told[ENDS:])
    named = [*ends, *layers.waters(), *others]
    ways = ways_layer(layers.lines(model, chosen))
    return palette.signed(
        layered(frame, named, [ways], boundaries), stamp, *frame.notes
    )


def layered(
    frame: Frame,
    named: Sequence[dict[str, Any]],
    ways: "Sequence[alt.Chart]",
    boundaries: Boundaries = NO_LINES,
    over: "Sequence[alt.Chart]" = (),
) -> "alt.LayerChart | alt.FacetChart":
    """Put the layers of a map on each other.

    Parameters
    ----------
    frame : Frame
        What it shows, and how large.
    named : sequence of dict
        Places and waters, the most important first; named as far as there is room.
        What has the kind ``mark`` keeps its room, and is drawn by `over`.
    ways : sequence of alt.Chart
        Lines; dragging moves the first.
    boundaries : Boundaries
        The reader's own.
    over : sequence of alt.Chart
        What lies on top of all.

    Returns
    -------
    alt.LayerChart or alt.FacetChart
        The map without its source line.
    """
    import altair as alt

    marks = layers.apart(named, frame.view, frame.width, frame.height)
    move = alt.selection_interval(
        bind="scales", name="move", zoom="wheel![event.ctrlKey]"
    )
    first, *rest = ways
    return alt.layer(
        *_land(frame.view),
        *_boundary_layers(boundaries),
        _names_of_waters([row for row in marks if row["side"] == "middle"]),
        first.add_params(move),
        *rest,
        *_places([row for row in marks if row["kind"] not in {"water", "mark"}]),
        *over,
    ).properties(
        width=frame.width,
        height=frame.height,
        view=alt.ViewBackground(fill=palette.WATER),
    )


def axes(view: View | None = None) -> dict[str, Any]:
    """Return axes without line and ticks, which no layer may lack; with a view's ends.

    All layers share them, so that they move and zoom together.
    """
    import altair as alt

    if view is None:
        return {"x": alt.X("x:Q", axis=None), "y": alt.Y("y:Q", axis=None)}
    x, y = (alt.Scale(domain=list(ends), nice=False) for ends in (view.x, view.y))
    return {
        "x": alt.X("x:Q", axis=None, scale=x),
        "y": alt.Y("y:Q", axis=None, scale=y),
    }


def flat_lines(rows: Sequence[dict[str, Any]]) -> "alt.Chart":
    """Return lines of rows that hold all their points, in the order of these.

    Parameters
    ----------
    rows : sequence of dict
        One row a line: its name ``line``, its points ``x`` and ``y`` as lists.

    Returns
    -------
    alt.Chart
        A layer that has no mark yet.
    """
    import altair as alt

    return (
        alt.Chart(palette.data(rows))
        .transform_flatten(["x", "y"])
        .transform_window(at="row_number()")
        .encode(
            **axes(),
            detail=alt.Detail("line:N"),
            order=alt.Order(
                "at:Q"
            ),  # as they come; else a line runs from left to right
        )
    )


def _land(view: View) -> "list[alt.Chart]":
    style: dict[str, Any] = {
        "filled": True,
        "stroke": palette.COAST,
        "strokeWidth": 0.6,
        "clip": True,
    }
    land = flat_lines(layers.rings("land")).mark_line(fill=palette.LAND, **style)
    lake = flat_lines(layers.rings("water")).mark_line(fill=palette.WATER, **style)
    return [land.encode(**axes(view)), lake]


def _names_of_waters(rows: list[dict[str, Any]]) -> "alt.Chart":
    import altair as alt

    return (
        alt.Chart(palette.data(rows))
        .mark_text(
            fontStyle="italic", fontSize=10.5, color="#5d7d92", font=palette.FONT
        )
        .encode(**axes(), text=alt.Text("label:N"))
    )


def ways_layer(
    rows: list[dict[str, Any]],
    told: str = "used by",
    colour: "alt.Color | None" = None,
    opacity: float = 0.85,
) -> "alt.Chart":
    """Return links as lines, as wide as their rows say.

    Parameters
    ----------
    rows : list of dict
        Lines, as of `layers.lines`, with ``wide`` [pixels] and ``told``.
    told : str
        What ``told`` is, for whoever points at a line.
    colour : alt.Color, optional
        Colours; those of the modes by default.
    opacity : float
        Of the lines; where wide ones meet, less than 1 leaves dots.

    Returns
    -------
    alt.Chart
        A layer.
    """
    import altair as alt

    return (
        flat_lines(rows)
        .mark_line(clip=True, strokeJoin="round", strokeCap="round", opacity=opacity)
        .encode(
            color=colour or palette.mode_colour(row["mode"] for row in rows),
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None, legend=None),
            tooltip=[
                alt.Tooltip("places:N"),
                alt.Tooltip("mode:N"),
                alt.Tooltip("told:N", title=told),
                alt.Tooltip("length_km:Q", title="km", format=",.0f"),
                alt.Tooltip("line:N", title="link"),
                alt.Tooltip("quality:N", title="figures"),
            ],
        )
    )


def _places(rows: list[dict[str, Any]]) -> "list[alt.Chart]":
    import altair as alt

    points = (
        alt.Chart(palette.data(rows))
        .mark_circle(
            size=26, color=palette.PAPER, stroke=palette.INK, strokeWidth=1, opacity=1
        )
        .encode(
            **axes(),
            tooltip=[alt.Tooltip(name) for name in ("label:N", "node_id:N", "kind:N")],
        )
    )
    named = (
        ([row for row in rows if row["side"] == "right"], {"align": "left", "dx": 6}),
        ([row for row in rows if row["side"] == "left"], {"align": "right", "dx": -6}),
    )
    texts = [
        layer
        for own, style in named
        if own
        for layer in palette.words(own, **axes(), **style)
    ]
    return [points, *texts]


def _boundary_layers(boundaries: Boundaries) -> "list[alt.Chart]":
    """Return the reader's own boundaries: lines thin, what is disputed broken."""
    found = []
    for rows, dash in (
        (boundaries.lines, []),
        (boundaries.disputed, [3, 2]),
        (boundaries.hatching, []),
    ):
        if rows:
            drawn = [
                {"line": number} | layers.drawn_points(points)
                for number, points in enumerate(rows)
            ]
            found.append(
                flat_lines(drawn).mark_line(
                    clip=True, stroke="#7a808a", strokeWidth=0.7, strokeDash=dash
                )
            )
    return found
