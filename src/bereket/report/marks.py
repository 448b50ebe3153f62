"""Numbers on a map that mark elements, apart from each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import ScenarioError
from bereket.model.model import Model
from bereket.model.reference import parse_reference
from bereket.report import layers, maps, palette
from bereket.report.maps import Frame

if TYPE_CHECKING:
    import altair as alt

MARK_GAP: Final = 17.0  # pixels between the middles of two numbers
ROUNDS: Final = 60
SAME_SPOT: Final = 1e-6  # pixels
GOLDEN_ANGLE: Final = 2.4  # radians; no two marks on one spot part the same way

Points = NDArray[np.float64]


def mark_rows(model: Model, full: Sequence[str], frame: Frame) -> list[dict[str, Any]]:
    """Return where the numbers of full elements stand, apart from each other.

    Parameters
    ----------
    model : Model
        The model.
    full : sequence of str
        Row references, numbered from 1.
    frame : Frame
        What the map shows; what lies outside has no number on it.

    Returns
    -------
    list of dict
        ``label``, ``x``, ``y``, ``element``; a fleet has no place and is left out.
    """
    rows = []
    for number, element in enumerate(full, start=1):
        at = place_of(model, element)
        if at is not None and frame.view.holds(*at):
            told = {"label": str(number), "kind": "mark", "element": element}
            rows.append({"x": at[0], "y": at[1]} | told)
    if not rows:
        return []
    view = frame.view
    per_pixel = (view.x[1] - view.x[0]) / frame.width
    moved = _pushed(np.array([[row["x"], row["y"]] for row in rows]) / per_pixel)
    return [
        row | {"x": float(x), "y": float(y)}
        for row, (x, y) in zip(rows, moved * per_pixel, strict=True)
    ]


def _pushed(at: Points) -> Points:
    """Return points pushed apart until no two are nearer than a mark is wide."""
    for _ in range(ROUNDS):
        away = at[:, None] - at[None]
        far = np.hypot(away[..., 0], away[..., 1])
        np.fill_diagonal(far, np.inf)
        if far.min() >= MARK_GAP:
            break
        # marks on one spot part along an angle that their numbers give
        turn = np.arange(len(at)) * GOLDEN_ANGLE
        own = np.stack([np.cos(turn), np.sin(turn)], axis=1) * 1e-3
        away += np.where((far < SAME_SPOT)[..., None], own[:, None] - own[None], 0.0)
        size = np.maximum(np.hypot(away[..., 0], away[..., 1]), 1e-9)
        short = np.maximum(MARK_GAP - far, 0.0)
        at = at + (away / size[..., None] * short[..., None]).sum(axis=1) / 2.0
    return at


def place_of(model: Model, element: str) -> tuple[float, float] | None:
    """Return where an element stands on a map: longitude and Mercator's latitude.

    Parameters
    ----------
    model : Model
        The model.
    element : str
        Row reference.

    Returns
    -------
    tuple of float or None
        The middle of a link, of a service or of a border; the place of all else. None
        of a fleet, which has no place.
    """
    try:
        row = parse_reference(element)
    except ScenarioError:
        return None
    points, at = layers.link_points(model), layers.node_points(model)
    if row.table == "link" and row.key[0] in points:
        return _middle(points[row.key[0]])
    keys = [name for name in row.key if name in at]
    if row.table == "service":
        stops = model["service_stop"]
        own = zip(stops.labels("service_id"), stops.labels("node_id"), strict=True)
        keys = [node for name, node in own if name == row.key[0]]
        joined = _link_between(model, keys)
        if joined:
            return _middle(points[joined])
    if not keys:
        return None
    return _middle(np.array([at[name] for name in keys[:2]]))


def _link_between(model: Model, stops: Sequence[str]) -> str:
    """Return the link that joins the first two stops; empty where none does."""
    link = model["link"]
    ends = zip(link.labels("from_node_id"), link.labels("to_node_id"), strict=True)
    wanted = set(stops[:2])
    rows = [row for row, pair in enumerate(ends) if set(pair) == wanted]
    return link.labels("link_id")[rows[0]] if rows else ""


def _middle(line: Points) -> tuple[float, float]:
    """Return the middle of a line, by its length on the map."""
    flat = np.column_stack([line[:, 0], layers.mercator(line[:, 1])])
    along = np.append(0.0, np.hypot(*np.diff(flat, axis=0).T).cumsum())
    half = along[-1] / 2.0
    x, y = (float(np.interp(half, along, flat[:, axis])) for axis in (0, 1))
    return x, y


def numbers(rows: list[dict[str, Any]]) -> "list[alt.Chart]":
    """Return the numbers of what is full, white on dark."""
    import altair as alt

    if not rows:
        return []
    base = alt.Chart(palette.data(rows)).encode(
        **maps.axes(), tooltip=[alt.Tooltip("element:N", title="full")]
    )
    disc = base.mark_circle(
        size=190, color=palette.INK, stroke=palette.PAPER, strokeWidth=1.2, opacity=1
    )
    text = base.mark_text(
        fontSize=9.5, fontWeight="bold", color=palette.PAPER, font=palette.FONT
    )
    return [disc, text.encode(text=alt.Text("label:N"))]
