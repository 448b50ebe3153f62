"""Pages on flows: who goes where, what is full, what does not go, what was observed."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bereket.analysis.assign.result import Unserved
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.naming import in_words, place_names
from bereket.report import bandwidth, wording
from bereket.report.boundaries import Boundaries
from bereket.report.flows import corridor_names, corridor_shares, scarcity_bars
from bereket.studies.flows import FlowsOfYear
from bereket.studies.observed import Beside, NotCompared

Keep = Callable[[str, Any], str]
UNSERVED_SHOWN: Final = 10
THOUSAND: Final = 1e3
MILLION: Final = 1e6


def flow_context(
    found: FlowsOfYear | None, model: Model, boundaries: Boundaries, keep: Keep
) -> dict[str, Any] | None:
    """Return what the pages on flows are filled with, and keep their figures.

    Parameters
    ----------
    found : FlowsOfYear or None
        Who goes where; None where the model has no demand.
    model : Model
        The model that was asked.
    boundaries : Boundaries
        Lines and areas of the reader's own for the map.
    keep : callable
        Takes the name of a figure and the figure.

    Returns
    -------
    dict or None
        None where there is nothing to tell.
    """
    if found is None:
        return None
    assigned, seen = found.assigned, found.observed
    figures: dict[str, Callable[[], Any]] = {
        "bandwidth": lambda: bandwidth.flow_map(assigned, model, boundaries),
        "full": lambda: scarcity_bars(assigned, model),
        "shares": lambda: corridor_shares(assigned, model, seen),
    }
    refused = []
    for name, draw in figures.items():
        try:
            keep(name, draw())
        except QuestionError as fault:  # said in words in place of the figure
            refused.append(str(fault))
    places = place_names(model)
    served = assigned.demand_per_year - assigned.unserved_per_year
    return {
        "year": found.year,
        "stamp": assigned.stamp,
        "wanted": wording.megatonnes(assigned.demand_per_year),
        "goes": wording.megatonnes(served),
        "share": wording.share(served / assigned.demand_per_year),
        "stays": wording.megatonnes(assigned.unserved_per_year),
        "converged": assigned.status == "answered",
        "gap": f"{assigned.relative_gap:.0e}",
        "refused": refused,
        "n_unserved": len(assigned.unserved),
        "unserved": [
            _unserved(each, model, places)
            for each in assigned.unserved[:UNSERVED_SHOWN]
        ],
        "headline": seen.headline(),
        "observed": [beside_row(each, model, places) for each in seen.beside],
        "not_compared": _by_reason(seen.not_compared),
        "notes": (*assigned.notes, *assigned.warnings),
        "changed": seen.notes[1:],
    }


def _by_reason(left: tuple[NotCompared, ...]) -> dict[str, list[str]]:
    """Return what is not compared, by the reason."""
    found: dict[str, list[str]] = {}
    for each in left:
        found.setdefault(each.why, []).append(f"{each.on} ({each.observation_id})")
    return found


def _unserved(
    each: Unserved, model: Model, places: Mapping[str, str]
) -> dict[str, str]:
    """Return a flow that does not go, in words."""
    cargo = model["commodity"]
    (row,) = cargo.row_of[(each.class_id,)]
    stops = in_words(model, each.element, places) if each.element else each.why
    return {
        "ends": f"{places[each.origin_id]} → {places[each.destination_id]}",
        "cargo": (cargo.labels("name")[row] or each.class_id).lower(),
        "mt": wording.megatonnes(each.amount_per_year),
        "share": wording.share(each.share),
        "stops": stops or each.element,
        "reference": each.element,
    }


def beside_row(each: Beside, model: Model, places: Mapping[str, str]) -> dict[str, str]:
    """Return an observation beside the model, as a table tells it.

    Parameters
    ----------
    each : Beside
        The observation.
    model : Model
        The model that was asked.
    places : mapping of str to str
        Names of places by id.

    Returns
    -------
    dict
        Texts; figures in Mt or thousand TEU.
    """
    size, unit = (MILLION, "Mt") if each.unit == "t" else (THOUSAND, "kTEU")
    names = corridor_names(model)
    links = [in_words(model, ref, places) or ref for ref in each.on.split("|")]
    more = f" and {len(links) - 1} more" if len(links) > 1 else ""
    rival = None if each.rival is None else each.rival / size
    return {
        "on": names.get(each.on) or f"{links[0]}{more}",
        "way": each.direction or "both",
        "unit": unit,
        "observed": _number(each.observed / size),
        "modelled": _number(each.modelled / size),
        "rival": _number(rival) + ("*" if each.rival_definition else ""),
        "error": _percent(each.error_percent),
        "rival_error": _percent(each.rival_error_percent),
        "definition": each.definition,
        "basis": each.weight_basis,
        "source": each.source_id,
        "reference": f"observation:{each.observation_id}",
    }


def _number(value: float | None) -> str:
    """Return a figure of two decimals below a hundred."""
    if value is None:
        return wording.NOTHING
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"  # noqa: PLR2004


def _percent(value: float | None) -> str:
    return wording.NOTHING if value is None else f"{value:+,.0f} %".replace("-", "−")
