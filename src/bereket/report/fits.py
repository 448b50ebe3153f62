"""Observed, modelled, rival and interval of each corridor, for the first screen."""

import math
from collections.abc import Sequence
from typing import Any, Final

from bereket.compiled.behaviour import is_fitted_on
from bereket.model.model import Model
from bereket.report.wording import digits
from bereket.studies.corridor_fit import CorridorFit
from bereket.studies.corridors import CorridorRow

UNITS: Final = {"t": (1e6, "Mt"), "teu": (1e3, "thousand TEU")}
WIDTH: Final = 160  # pixels of the strip that shows the interval
MARGIN: Final = 5  # pixels, so that a dot at an end is whole
ENDS: Final = (0.1, 10.0)  # of what was observed, at the ends of the strip


def fit_context(rows: Sequence[CorridorRow], model: Model) -> dict[str, Any]:
    """Return what the first screen tells of a fit.

    Parameters
    ----------
    rows : sequence of CorridorRow
        The corridors.
    model : Model
        Its table `fit` says of which model it was made.

    Returns
    -------
    dict
        Rows, and whether the model has changed since; no rows without a fit.
    """
    told = [_row(row, each, model) for row in rows for each in row.fits]
    return {
        "rows": told,
        "headline": _headline(rows),
        "is_stale": bool(told) and not is_fitted_on(model, "fit"),
        "width": WIDTH,
        "middle": _place(1.0),
    }


def in_short(row: CorridorRow) -> str:
    """Return what a fit says of a corridor's first figure; empty without a fit."""
    if not row.fits:
        return ""
    told = _row_figures(row.fits[0])
    star = "*" if row.fits[0].held_out else ""
    rival = "" if told["last_year"] == "–" else f"; rival {told['last_year']}"
    return (
        f"{row.fits[0].year}{star} model {told['modelled']} ({told['interval']}){rival}"
    )


def _headline(rows: Sequence[CorridorRow]) -> str:
    """Say how often the model is nearer than last year's value."""
    held = [each for row in rows for each in row.fits if each.held_out]
    judged = [
        abs(math.log(max(each.modelled, 1e-9) / each.observed))
        < abs(math.log(each.last_year / each.observed))
        for each in held
        if each.last_year
    ]
    if not judged:
        return "No figure of a year that the fit did not see has a rival."
    return (
        f"Of {len(held)} figures that the fit did not see, {sum(judged)} of "
        f"{len(judged)} that have a rival are nearer than last year's value."
    )


def _row(row: CorridorRow, fit: CorridorFit, model: Model) -> dict[str, Any]:
    unit = UNITS[fit.unit][1]
    commodity = model["commodity"]
    names = commodity.labels("name")
    cargo = ""
    if fit.unit == "t" and fit.commodity_ids:
        (at, *_) = commodity.row_of[(fit.commodity_ids[0],)]
        more = len(fit.commodity_ids) - 1
        cargo = names[at].lower() + (f" and {more} more" if more else "")

    def share(value: float | None) -> float | None:
        return None if value is None else _place(value / fit.observed)

    return {
        "corridor": row.name,
        "corridor_id": row.corridor_id,
        "what": ", ".join(filter(None, (unit, fit.direction, cargo))),
        "year": fit.year,
        "held_out": fit.held_out,
        **_row_figures(fit),
        "error": f"{round(fit.error_percent) + 0:+,d} %",
        "why": fit.why,
        "at": share(fit.modelled),
        "from": share(fit.low),
        "to": share(fit.high),
        "rival": share(fit.last_year),
    }


def _row_figures(fit: CorridorFit) -> dict[str, str]:
    """Return the figures of a fit in three digits, in large units."""
    size = UNITS[fit.unit][0]

    def short(value: float | None) -> str:
        return digits(None if value is None else value / size)

    return {
        "observed": short(fit.observed),
        "modelled": short(fit.modelled),
        "interval": f"{short(fit.low)} to {short(fit.high)}",
        "last_year": short(fit.last_year),
        "trend": short(fit.trend),
    }


def _place(ratio: float) -> float:
    """Return where a ratio to what was observed stands on the strip [pixels].

    Examples
    --------
    Observed itself stands in the middle, what is beyond an end at the end:

    >>> _place(1.0), _place(100.0), _place(0.0)
    (80.0, 155.0, 5.0)
    """
    low, high = ENDS
    within = min(max(ratio, low), high)
    share = math.log(within / low) / math.log(high / low)
    return round(MARGIN + (WIDTH - 2 * MARGIN) * share, 1)
