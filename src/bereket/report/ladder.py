"""The capacity ladder: what binds a corridor, what binds next, and after that."""

import math
from collections.abc import Sequence
from itertools import pairwise
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.capacity import CapacityResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.report import palette, wording
from bereket.studies.elements import element_name

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
LETTERS: Final = 44  # of an element's name on the axis
LABEL_WIDTH: Final = 265  # pixels, of the names on the axis
FIGURES_WIDTH: Final = 125  # pixels, of the figures to the right
LABEL_LIMIT: Final = 350  # pixels as they are guessed where no font is at hand
ROW_HEIGHT: Final = 24
HEADROOM: Final = 1.12
FAR_ABOVE: Final = 5.0  # times the rung before
BRACKET: Final = (
    "Thin bar: the flow by the intervals of what binds. Bracket: the order of these "
    "rungs does not survive them."
)


def capacity_ladder(
    found: CapacityResult,
    model: Model,
    *,
    width: int = palette.FULL_WIDTH - LABEL_WIDTH - FIGURES_WIDTH,
) -> "alt.TopLevelMixin":
    """Draw what binds a corridor, what binds next, and how far each lets the flow rise.

    Parameters
    ----------
    found : CapacityResult
        Capacity with its ladder.
    model : Model
        The model that was asked; it names the elements.
    width : int
        Width of the figure without names and figures [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A step a rung, from the flow with what binds to the flow without it [Mt a year];
        kind by colour, shape and letter; the interval of the flow as a thin bar; rungs
        whose order the intervals leave open in one bracket.

    Raises
    ------
    QuestionError
        When nothing known limits the corridor.
    """
    import altair as alt

    rows = ladder_rows(found, model)
    if not rows:
        msg = f"nothing known limits {found.name}: there is no ladder to draw"
        raise QuestionError(msg)
    drawn = _within_sight(rows)
    beyond = len(rows) - len(drawn)
    rows = drawn
    reach = HEADROOM * max(row["before"] for row in rows)
    x = alt.X(
        "before:Q",
        title="flow of both directions, Mt a year",
        scale=alt.Scale(domain=[0, reach], nice=False),
        axis=alt.Axis(tickCount=6),
    )
    y = _rungs(rows)
    base = alt.Chart(palette.data(rows)).encode(y=y)
    kinds = _kinds(rows)
    steps = base.mark_bar(height={"band": 0.6}, opacity=0.35, clip=True)
    whiskers = base.mark_rule(strokeWidth=1.5, color=palette.INK, clip=True)
    points = base.mark_point(filled=True, size=70, opacity=1)
    hover = _ladder_hover()
    figures = base.mark_text(align="left", fontSize=10.5, color=palette.INK, dx=20)
    layers = [
        steps.encode(x=x, x2=alt.X2("drawn:Q"), color=kinds[0], tooltip=hover),
        whiskers.encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")),
        *_risers(rows, y),
        points.encode(x=x, color=kinds[0], shape=kinds[1], tooltip=hover),
        *_brackets(rows, y, width),
        figures.encode(x=alt.value(width), text=alt.Text("words:N")),
    ]
    chart = alt.layer(*layers).properties(width=width, height=ROW_HEIGHT * len(rows))
    notes = [BRACKET] if any(rung.is_tied for rung in found.ladder) else []
    if beyond:
        notes.append(
            f"{beyond} more rungs lie above {drawn[-1]['words'].split()[-1]} Mt a year."
        )
    return palette.signed(chart, found.stamp, *notes)


def ladder_rows(found: CapacityResult, model: Model) -> list[dict[str, Any]]:
    """Return the rungs as they are drawn; flows in Mt a year."""
    rows: list[dict[str, Any]] = []
    group = 0
    reach = max((rung.before_t_per_year for rung in found.ladder), default=0.0)
    for number, rung in enumerate(found.ladder, start=1):
        before = rung.before_t_per_year / MILLION
        after = rung.after_t_per_year / MILLION
        is_last = not math.isfinite(after)
        names = [element_name(model, each) for each in rung.elements]
        more = f" (+{len(names) - 1})" if len(names) > 1 else ""
        letter = rung.kind[0].upper()
        rest = wording.megatonnes(rung.after_t_per_year)
        rows.append(
            {
                "rung": f"{number} {letter}  {_short(names[0], LETTERS)}{more}",
                "elements": "; ".join(names),
                "references": " ".join(rung.elements),
                "kind": rung.kind,
                "before": before,
                "after": None if is_last else after,
                "drawn": HEADROOM * reach / MILLION if is_last else after,
                "low": rung.low_t_per_year / MILLION,
                "high": rung.high_t_per_year / MILLION,
                "words": f"{wording.megatonnes(rung.before_t_per_year)} → {rest}",
                "quality": ", ".join(dict.fromkeys(rung.qualities)),
                "group": group,
            }
        )
        group += not rung.is_tied
    return rows


def _within_sight(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rungs up to one that lies so far above that it would hide them."""
    for at, (one, other) in enumerate(pairwise(rows), start=1):
        if other["before"] > FAR_ABOVE * max(one["before"], rows[0]["before"]) > 0:
            return rows[:at]
    return rows


def _rungs(rows: list[dict[str, Any]]) -> "alt.Y":
    """Return the axis of rungs, the first on top; every layer has the same."""
    import altair as alt

    order = [row["rung"] for row in rows]
    axis = alt.Axis(labelLimit=LABEL_LIMIT, ticks=False, domain=False)
    scale = alt.Scale(domain=order)
    return alt.Y("rung:N", sort=order, title=None, axis=axis, scale=scale)


def _kinds(rows: Sequence[dict[str, Any]]) -> "tuple[alt.Color, alt.Shape]":
    """Return colour and shape of the kinds drawn, in one legend."""
    import altair as alt

    drawn = {row["kind"] for row in rows}
    used = [kind for kind in palette.KIND_COLOURS if kind in drawn]
    legend = alt.Legend(orient="top", title=None, offset=4, symbolOpacity=1)
    colours = [palette.KIND_COLOURS[kind] for kind in used]
    shapes = [palette.KIND_SHAPES[kind] for kind in used]
    return (
        alt.Color("kind:N", scale=alt.Scale(domain=used, range=colours), legend=legend),
        alt.Shape("kind:N", scale=alt.Scale(domain=used, range=shapes), legend=legend),
    )


def _ladder_hover() -> "list[alt.Tooltip]":
    import altair as alt

    return [
        alt.Tooltip("elements:N", title="binds"),
        alt.Tooltip("references:N", title="rows"),
        alt.Tooltip("kind:N"),
        alt.Tooltip("quality:N"),
        alt.Tooltip("before:Q", title="Mt a year", format=",.2f"),
        alt.Tooltip("low:Q", title="low", format=",.2f"),
        alt.Tooltip("high:Q", title="high", format=",.2f"),
        alt.Tooltip("after:Q", title="without it", format=",.2f"),
    ]


def _risers(rows: list[dict[str, Any]], y: "alt.Y") -> "list[alt.Chart]":
    """Return the lines that lead from a rung down to the next."""
    import altair as alt

    risers = [
        {"before": one["drawn"], "rung": one["rung"], "next": other["rung"]}
        for one, other in pairwise(rows)
    ]
    if not risers:
        return []
    lines = alt.Chart(palette.data(risers)).mark_rule(color=palette.BAR, clip=True)
    return [lines.encode(x=alt.X("before:Q"), y=y, y2=alt.Y2("next:N"))]


def _brackets(rows: list[dict[str, Any]], y: "alt.Y", width: int) -> "list[alt.Chart]":
    """Return a bracket at the right of rungs that could come in another order."""
    import altair as alt

    groups: dict[int, list[str]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row["rung"])
    tied = [
        {"rung": each[0], "next": each[-1]} for each in groups.values() if len(each) > 1
    ]
    if not tied:
        return []
    base = alt.Chart(palette.data(tied))
    spine = base.mark_rule(color=palette.INK).encode(
        x=alt.value(width + 12), y=y, y2=alt.Y2("next:N")
    )
    ends = [{"rung": each[end]} for each in tied for end in ("rung", "next")]
    serifs = alt.Chart(palette.data(ends)).mark_rule(color=palette.INK)
    serifs = serifs.encode(x=alt.value(width + 7), x2=alt.value(width + 12), y=y)
    return [spine, serifs]


def _short(text: str, letters: int) -> str:
    return shorten(text, letters, placeholder="…")
