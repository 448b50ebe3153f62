"""Which ways no other beats in time, money, emissions and spread of time at once."""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.alternative import finite
from bereket.compiled.arcs import ArcKind, of_kinds
from bereket.compiled.asking import Asked, RouteParams, ask
from bereket.compiled.corridors import corridors_by_way
from bereket.compiled.efficient import (
    CRITERIA,
    EMISSION,
    efficient_candidates,
    is_efficient,
    matrix,
    set_dirtiest_where_unknown,
    thinned,
)
from bereket.compiled.graph import Graph
from bereket.compiled.itinerary import assumed_share, figures_of
from bereket.compiled.overlap import link_use
from bereket.compiled.straight import straight_ways
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, Status
from bereket.model.scenario import BASELINE, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

MOST_SHOWN: Final = 10
TOLD_AT: Final = (ArcKind.BORDER, ArcKind.TRANSFER, ArcKind.BOARD, ArcKind.ALIGHT)


@dataclass(frozen=True, slots=True)
class EfficientWay:
    """One efficient way in figures.

    Attributes
    ----------
    door_to_door_h, cost_usd_per_t, emission_kgco2e_per_t, sd_h : float
        Time with loading and unloading, money, emissions (NaN where a carrier states
        none), spread of time.
    generalised_usd_per_t : float
        Generalised cost.
    length_km : float
        Distance.
    corridors, link_ids : tuple of str
        Corridors it is of; links in order.
    key_places : tuple of str
        Places where it enters a country or changes carrier, in order.
    best_in : tuple of str
        Criteria in which no way is better.
    is_shown : bool
        Whether it is among the few shown.
    """

    door_to_door_h: float
    cost_usd_per_t: float
    emission_kgco2e_per_t: float
    sd_h: float
    generalised_usd_per_t: float
    length_km: float
    corridors: tuple[str, ...]
    link_ids: tuple[str, ...]
    key_places: tuple[str, ...]
    best_in: tuple[str, ...]
    is_shown: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the way as plain data."""
        return {
            "door_to_door_h": self.door_to_door_h,
            "cost_usd_per_t": self.cost_usd_per_t,
            "emission_kgco2e_per_t": finite(self.emission_kgco2e_per_t),
            "time_sd_h": self.sd_h,
            "generalised_usd_per_t": self.generalised_usd_per_t,
            "length_km": self.length_km,
            "corridors": list(self.corridors),
            "links": list(self.link_ids),
            "key_places": list(self.key_places),
            "best_in": list(self.best_in),
            "shown": self.is_shown,
        }


@dataclass(frozen=True, slots=True)
class ParetoResult:
    """The efficient ways between two places.

    Attributes
    ----------
    ways : tuple of EfficientWay
        All of them, by rising generalised cost.
    shown : tuple of EfficientWay
        At most ten of them, the best in each criterion first.
    notes, warnings : tuple of str
        How they were found; what could not be used.
    stamp : Stamp
        Where the answer comes from.
    """

    ways: tuple[EfficientWay, ...]
    shown: tuple[EfficientWay, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data: the whole set."""
        return {
            "criteria": list(CRITERIA),
            "ways": [way.as_dict() for way in self.ways],
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a way, units in the column names."""
        import pandas as pd

        return pd.DataFrame([way.as_dict() for way in self.ways])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the ways."""
        return MappingProxyType({"pareto": self.to_frame()})

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        lines = [
            f"{way.door_to_door_h / 24:.1f} days, {way.cost_usd_per_t:.0f} USD/t, "
            f"{way.emission_kgco2e_per_t:.0f} kgCO2e/t".replace("nan", "?")
            for way in self.shown
        ]
        head = f"{len(self.ways)} efficient ways, {len(self.shown)} shown"
        return "\n".join([head, *lines, self.stamp.line()])


def pareto(  # noqa: PLR0913 the signature is the same for every verb
    model: Model,
    scenario: Scenario = BASELINE,
    params: RouteParams | None = None,
    *,
    graph: Graph | None = None,
    seed: int = 0,
    start: ParetoResult | None = None,  # noqa: ARG001 a door: no warm start here
    monitor: Monitor | None = None,
) -> ParetoResult:
    """Find the efficient ways between two places for a cargo.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : RouteParams
        From, to, cargo, date, and what to pass or avoid.
    graph : Graph, optional
        The changed model, compiled for the date; saves compiling it again.
    seed : int
        Not used; no random numbers are drawn.
    start : ParetoResult, optional
        Not used; kept for the signature that all questions share.
    monitor : Monitor, optional
        Is told about progress; an answer False stops the search, and the result comes
        without ways, marked interrupted.

    Returns
    -------
    ParetoResult
        The whole set, and the few shown.

    Raises
    ------
    QuestionError
        When a place, the cargo or the date is not in the model.
    ScenarioError
        When the scenario or `avoid` names a row that is not there.

    Notes
    -----
    Time is door to door. Label setting with bounds in four criteria [1]_ finds every
    way that is efficient by the arcs' own figures; variance stands for its root, which
    orders alike. They and the candidates of `route`, which look for prices and orders
    that stand at places, are then priced exactly, and what another beats is dropped.
    Where all rates are by the kilometre and no order acts on whole ways the set is
    complete; else a way that only its exact price makes efficient can be missing.

    References
    ----------
    .. [1] Mandow, L., Perez de la Cruz, J. L. (2010). Multiobjective A* search with
       consistent heuristics. *Journal of the ACM* 57(5).

    Examples
    --------
    >>> from bereket import blank_model, pareto, RouteParams
    >>> found = pareto(blank_model(), params=RouteParams("EAST", "FARPORT", "grain"))
    >>> [way.link_ids for way in found.ways]
    [('L1', 'L2', 'L3', 'L4')]
    """
    asked = ask(model, scenario, params, graph)
    going_on = monitor(0, 1, "searching") if monitor else True
    ways, is_cut = _candidates(asked) if going_on else ((), False)
    kept, shown, share = _told(asked, ways)
    status: Status = "answered" if kept else "no_way" if going_on else "interrupted"
    return ParetoResult(
        ways=kept,
        shown=shown,
        notes=_notes(len(ways), kept, is_cut=is_cut),
        warnings=asked.prices.warnings,
        stamp=Stamp(
            question="pareto",
            **asked.stamp,
            status=status,
            seed=seed,
            assumed_share=share,
        ),
    )


def _candidates(asked: Asked) -> tuple[tuple[NDArray[np.int32], ...], bool]:
    """Find the efficient ways by the arcs, and those that prices of places favour."""
    ways, is_cut = efficient_candidates(asked)
    others = straight_ways(asked.graph, asked.prices, asked.search, asked.is_usable)
    each = {way.tobytes(): way for way in (*ways, *others.ways)}
    return tuple(each.values()), is_cut


def _told(
    asked: Asked, ways: tuple[NDArray[np.int32], ...]
) -> tuple[tuple[EfficientWay, ...], tuple[EfficientWay, ...], float | None]:
    """Price ways exactly, drop those that are beaten, and choose the few to show.

    The last of the three is the share of the best way's cost that is assumed.
    """
    graph, prices = asked.graph, asked.prices
    figures = figures_of(graph, prices, ways)
    criteria, cost = matrix(figures), prices.generalised(figures)
    unknown = set_dirtiest_where_unknown(graph, ways, criteria)
    stays = np.nonzero(is_efficient(criteria))[0]
    stays = stays[np.argsort(cost[stays], kind="stable")]
    few = thinned(criteria[stays], MOST_SHOWN)
    least = criteria[stays].min(axis=0, initial=np.inf)
    kept = [ways[position] for position in stays.tolist()]
    corridors, length_km = corridors_by_way(graph, prices, kept), link_use(graph, kept)
    links = graph.model["link"].labels("link_id")
    told = []
    for at, position in enumerate(stays.tolist()):
        row, is_unknown = criteria[position], bool(unknown[position])
        told_as = row.tolist()
        told_as[EMISSION] = math.nan if is_unknown else told_as[EMISSION]
        on_link = graph.arcs.link_idx[graph.chains.flat(kept[at])]
        told.append(
            EfficientWay(
                **dict(zip(CRITERIA, told_as, strict=True)),
                generalised_usd_per_t=float(cost[position]),
                length_km=float(length_km[at].sum()),
                corridors=corridors[at],
                link_ids=tuple(links[link] for link in on_link.tolist() if link >= 0),
                key_places=_key_places(graph, kept[at]),
                best_in=tuple(
                    name
                    for name, own, best in zip(CRITERIA, told_as, least, strict=True)
                    if own <= best  # never of one that is unknown
                ),
                is_shown=at in few,
            )
        )
    shown = tuple(told[at] for at in few)
    share = assumed_share(prices, kept[0]) if kept else None
    return tuple(told), shown, share


def _key_places(graph: Graph, way: NDArray[np.int32]) -> tuple[str, ...]:
    """Return the places where a way enters a country or changes carrier."""
    arcs, names = graph.arcs, graph.model["node"].labels("node_id")
    passed = way[of_kinds(arcs.kind[way], TOLD_AT)]
    enters = arcs.kind[passed] == ArcKind.BORDER
    at = np.where(enters, arcs.end_idx[passed], arcs.start_idx[passed])
    return tuple(dict.fromkeys(names[place] for place in at.tolist()))


def _notes(
    n_found: int, kept: tuple[EfficientWay, ...], *, is_cut: bool
) -> tuple[str, ...]:
    unknown = sum(math.isnan(way.emission_kgco2e_per_t) for way in kept)
    how = (
        f"{len(kept)} of {n_found} candidates are efficient in door-to-door time, "
        "money, emissions and spread of time; all that are so by their arcs are among "
        "them"
    )
    cut = "the search was cut at its cap: efficient ways may be missing"
    dirty = (
        f"emissions of {unknown} of them are unknown, as a carrier states none: they "
        "are taken to be no less than any that is known"
    )
    return (how, *([cut] if is_cut else []), *([dirty] if unknown else []))
