"""Maps of flows: bands as wide as what goes, and what two answers differ in."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign import AssignResult
from bereket.analysis.assign.result import LinkFlow
from bereket.errors import QuestionError
from bereket.model.gateways import parse_gateways
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.report import layers, maps, palette
from bereket.report.boundaries import Boundaries
from bereket.report.flows import dearest
from bereket.report.maps import NO_LINES, Frame
from bereket.report.marks import mark_rows, numbers

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
HEIGHT: Final = maps.HEIGHT + 85
WIDEST: Final = 14.0  # pixels of the widest band
NARROWEST: Final = 0.7
FAR_KM: Final = 1500.0  # ways by sea longer than this run out of the map
OUTSIDE: Final = 0.012  # share of land's flow that may lie beyond each edge
FIRST_NAMED: Final = 8  # ends of the largest flows, before gateways of corridors
NAMES_SHOWN: Final = 80
STEPS: Final = (1.0, 2.0, 5.0)
KEYS: Final = 3  # widths in the legend
LEGEND_HEIGHT: Final = 26
LEGEND_STEP: Final = 130.0
BOTH: Final = "Width: both directions of a link together."
MORE, LESS, SAME = "more", "less", "no change"
# Blue and orange are told apart by every kind of colour vision.
CHANGE_COLOURS: Final = {MORE: "#0072B2", LESS: "#D55E00"}
LEAST_CHANGE: Final = 1e-3  # of the largest flow; below that it is no change


def link_totals(flows: Iterable[LinkFlow]) -> dict[str, float]:
    """Return the flow of each link by id, both directions together [t/year]."""
    sums: dict[str, float] = {}
    for each in flows:
        if each.link_id:
            sums[each.link_id] = sums.get(each.link_id, 0.0) + float(each.flow)
    return sums


def flow_map(
    found: AssignResult,
    model: Model,
    boundaries: Boundaries = NO_LINES,
    *,
    width: int = maps.WIDTH,
    height: int = HEIGHT,
) -> "alt.TopLevelMixin":
    """Draw the flows of an assignment, with the numbers of what is full.

    Parameters
    ----------
    found : AssignResult
        An assignment of a model.
    model : Model
        The model that was asked.
    boundaries : Boundaries
        Lines and areas of the reader's own; none by default.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        As `bandwidth_map`; numbers are those of `flows.scarcity_bars`.

    Raises
    ------
    QuestionError
        When nothing flows.
    """
    full = [each.element for each in dearest(found.scarcity)]
    totals = link_totals(found.flows)
    size = {"width": width, "height": height}
    return bandwidth_map(model, totals, found.stamp, boundaries, full=full, **size)


def bandwidth_map(  # noqa: PLR0913 a figure has a size
    model: Model,
    flow_t_per_year: Mapping[str, float],
    stamp: Stamp,
    boundaries: Boundaries = NO_LINES,
    *,
    full: Sequence[str] = (),
    width: int = maps.WIDTH,
    height: int = HEIGHT,
) -> "alt.TopLevelMixin":
    """Draw flows over land and water, as wide as they are large.

    Parameters
    ----------
    model : Model
        The model.
    flow_t_per_year : mapping of str to float
        Flow of each link by id [t/year], both directions.
    stamp : Stamp
        Of the result that the flows are from.
    boundaries : Boundaries
        Lines and areas of the reader's own; none by default.
    full : sequence of str
        Row references of what is full, to be numbered from 1.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Bands in the colours of modes, whose width is in proportion to flow, with a
        legend of widths. Long ways by sea run out of the map.

    Raises
    ------
    QuestionError
        When no flow is more than 0, or one is of no link.
    """
    import altair as alt

    largest = _largest(model, flow_t_per_year)
    chosen = {
        name: {
            "told": f"{flow:,.0f} t a year",
            "wide": max(NARROWEST, WIDEST * flow / largest),
        }
        for name, flow in sorted(flow_t_per_year.items(), key=lambda pair: pair[1])
        if flow > 0
    }
    frame = _frame(model, flow_t_per_year, width, height)
    marks = mark_rows(model, full, frame)
    named = [*marks, *layers.waters(), *_places(model, list(reversed(chosen)))]
    ways = maps.ways_layer(layers.lines(model, chosen), "flow", opacity=1.0)
    chart = maps.layered(frame, named, [ways], boundaries, numbers(marks))
    key = _key(largest, palette.BAR, width)
    whole = alt.vconcat(chart, key, spacing=6)
    told = ["A number: full, as numbered by price below."] if marks else []
    return palette.signed(whole, stamp, " ".join([BOTH, *told]), *frame.notes)


def difference_map(  # noqa: PLR0913 a figure has a size
    model: Model,
    before_t_per_year: Mapping[str, float],
    after_t_per_year: Mapping[str, float],
    stamp: Stamp,
    boundaries: Boundaries = NO_LINES,
    *,
    width: int = maps.WIDTH,
    height: int = HEIGHT,
) -> "alt.TopLevelMixin":
    """Draw what flows more and what less in a second answer.

    Parameters
    ----------
    model : Model
        The model; it knows the links of both answers.
    before_t_per_year, after_t_per_year : mapping of str to float
        Flow of each link by id [t/year], both directions, as of `link_totals`.
    stamp : Stamp
        Of the second answer.
    boundaries : Boundaries
        Lines and areas of the reader's own; none by default.
    width, height : int
        Size of the figure [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Blue more, orange less, as wide as the change; grey where flow stays the same to
        a thousandth of the largest.

    Raises
    ------
    QuestionError
        When no flow differs, or one is of no link.
    """
    import altair as alt

    rows = difference_rows(before_t_per_year, after_t_per_year)
    _largest(model, {name: row["size"] for name, row in rows.items()})
    changed = {name: row for name, row in rows.items() if row["change"] != SAME}
    if not changed:
        msg = "the flows of both answers are the same on every link"
        raise QuestionError(msg)
    sizes = {name: max(row["of"]) for name, row in rows.items()}
    frame = _frame(model, sizes, width, height)
    largest = max(row["size"] for row in changed.values())
    for row in changed.values():
        row["wide"] = max(1.2, WIDEST * row["size"] / largest)
    used = [
        word
        for word in CHANGE_COLOURS
        if any(r["change"] == word for r in rows.values())
    ]
    colour = alt.Color(
        "change:N",
        scale=alt.Scale(domain=used, range=[CHANGE_COLOURS[word] for word in used]),
        legend=alt.Legend(orient="top", title=None, symbolType="stroke", offset=4),
    )
    same = {name: row for name, row in rows.items() if name not in changed}
    ways = [maps.ways_layer(layers.lines(model, changed), "flow", colour, 1.0)]
    if same:
        grey = alt.Color(value="#b6bec7")
        ways.insert(0, maps.ways_layer(layers.lines(model, same), "flow", grey))
    named = [*layers.waters(), *_places(model, list(reversed(changed)))]
    chart = maps.layered(frame, named, ways, boundaries)
    whole = alt.vconcat(chart, _key(largest, palette.BAR, width), spacing=6)
    note = f"{BOTH} Grey: changed by less than a thousandth of the largest flow."
    return palette.signed(whole, stamp, note, *frame.notes)


def difference_rows(
    before_t_per_year: Mapping[str, float], after_t_per_year: Mapping[str, float]
) -> dict[str, dict[str, Any]]:
    """Return what each link of two answers changes by, the largest last."""
    names = dict.fromkeys((*before_t_per_year, *after_t_per_year))
    flows = {
        name: (before_t_per_year.get(name, 0.0), after_t_per_year.get(name, 0.0))
        for name in names
    }
    least = LEAST_CHANGE * max((max(pair) for pair in flows.values()), default=0.0)
    rows: dict[str, dict[str, Any]] = {}
    for name, (before, after) in flows.items():
        change = after - before
        word = SAME if abs(change) <= least else MORE if change > 0 else LESS
        told = f"{before:,.0f} t a year before, {after:,.0f} after: {change:+,.0f}"
        rows[name] = {"told": told, "size": abs(change), "change": word, "wide": 0.8}
        rows[name]["of"] = before, after
    return dict(sorted(rows.items(), key=lambda item: item[1]["size"]))


def _largest(model: Model, flow_t_per_year: Mapping[str, float]) -> float:
    """Return the largest flow.

    Raises
    ------
    QuestionError
        When there is none, or one is of no link.
    """
    strange = sorted(set(flow_t_per_year) - set(model["link"].labels("link_id")))
    largest = max(flow_t_per_year.values(), default=0.0)
    if strange or not largest > 0:
        msg = f"no such links: {', '.join(strange)}" if strange else "there is no flow"
        raise QuestionError(msg)
    return largest


def _frame(
    model: Model, flow_t_per_year: Mapping[str, float], width: int, height: int
) -> Frame:
    """Return the frame that holds nearly all that flows by land, and short seas in it.

    Ways of little flow may run out of it, and long ways by sea always do: else the
    oceans would leave no room for what is told.
    """
    link, modes = model["link"], layers.link_modes(model)
    points = layers.link_points(model)
    length = dict(zip(link.labels("link_id"), link.number("length_km"), strict=True))
    flows = {name: flow for name, flow in flow_t_per_year.items() if flow > 0}
    near = {
        name: flow * length[name]
        for name, flow in flows.items()
        if modes[name] != "sea" or not length[name] > FAR_KM
    }
    if not near:
        near = flows
    at = np.concatenate([points[name] for name in near])
    weight = np.concatenate(
        [
            np.full(len(points[name]), size / len(points[name]))
            for name, size in near.items()
        ]
    )
    corners = [_quantiles(at[:, axis], weight) for axis in (0, 1)]
    return Frame(layers.view_of(np.array(corners).T, width, height), width, height)


def _quantiles(at: NDArray[np.float64], weight: NDArray[np.float64]) -> list[float]:
    """Return the ends between which nearly all of a weight lies."""
    order = np.argsort(at, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    low = int(np.searchsorted(share, OUTSIDE))
    high = int(np.searchsorted(share, 1.0 - OUTSIDE))
    return [float(at[order[low]]), float(at[order[min(high, len(at) - 1)]])]


def _places(model: Model, link_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return places to name: the largest flows' ends, gateways, then the others."""
    link = model["link"]
    rows = [link.row_of[(name,)][0] for name in link_ids]
    ends = [link.labels("from_node_id"), link.labels("to_node_id")]
    told = list(dict.fromkeys(column[row] for row in rows for column in ends))
    known = set(told)
    gates = [
        place
        for text in model["corridor"].labels("gateways")
        for step in parse_gateways(text).passed
        for pair in sorted(step)
        for place in pair
        if place in known
    ]
    first = told[:FIRST_NAMED]
    return layers.places(model, dict.fromkeys([*first, *gates, *told]))[:NAMES_SHOWN]


def _key(largest: float, colour: str, width: int) -> "alt.LayerChart | alt.FacetChart":
    """Return the legend of widths: round figures, drawn as wide as the map's bands."""
    import altair as alt

    rows = [
        {
            "x": 20.0 + LEGEND_STEP * at,
            "x2": 60.0 + LEGEND_STEP * at,
            "text": 68.0 + LEGEND_STEP * at,
            "wide": WIDEST * flow / largest,
            "label": f"{flow / MILLION:,.3g} Mt a year",
        }
        for at, flow in enumerate(round_flows(largest))
    ]
    scale = alt.Scale(domain=[0, width], nice=False)
    base = alt.Chart(palette.data(rows))
    lines = base.mark_rule(color=colour).encode(
        x=alt.X("x:Q", axis=None, scale=scale),
        x2=alt.X2("x2:Q"),
        y=alt.value(LEGEND_HEIGHT / 2),
        strokeWidth=alt.StrokeWidth("wide:Q", scale=None, legend=None),
    )
    texts = base.mark_text(align="left", fontSize=10.5, color=palette.INK).encode(
        x=alt.X("text:Q", axis=None, scale=scale),
        y=alt.value(LEGEND_HEIGHT / 2),
        text=alt.Text("label:N"),
    )
    return alt.layer(lines, texts).properties(width=width, height=LEGEND_HEIGHT)


def round_flows(largest: float) -> tuple[float, ...]:
    """Return round figures up to the largest flow, for a legend, the smallest first.

    Examples
    --------
    >>> round_flows(75.9e6)
    (10000000.0, 20000000.0, 50000000.0)
    """
    power = 10.0 ** math.floor(math.log10(largest))
    steps = [step * scale for scale in (power / 10.0, power) for step in STEPS]
    return tuple([step for step in steps if step <= largest][-KEYS:])
