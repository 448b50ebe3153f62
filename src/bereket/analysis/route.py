"""Which ways cargo can go from one place to another, and what each takes."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bereket.compiled.alternative import (
    FLAT_COLUMNS,
    Alternative,
    Barred,
    alternative,
    flat_leg,
)
from bereket.compiled.asking import Asked, RouteParams, ask
from bereket.compiled.barriers import openings
from bereket.compiled.graph import Graph
from bereket.compiled.itinerary import generalised_costs
from bereket.compiled.overlap import link_use, real_alternatives
from bereket.compiled.runs import largest_lowering, least_weights
from bereket.compiled.search import passes, staged_search
from bereket.compiled.straight import straight_ways
from bereket.compiled.ways import Candidates
from bereket.model.calendar import outside_dates
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, Status
from bereket.model.scenario import BASELINE, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


@dataclass(frozen=True, slots=True)
class RouteResult:
    """Ways between two places for a cargo on a date.

    Attributes
    ----------
    origin_id, destination_id, commodity_id : str
        Labels of what was asked.
    as_of : str
        The date.
    alternatives : tuple of Alternative
        Cheapest first by generalised cost.
    openings : tuple of Barred
        Where there is no way: what stops it, the cheapest opening first.
    regimes : tuple of str
        Orders in force on the ways shown.
    reported : tuple of str
        Those of them that bind only parties which were not asked for.
    notes : tuple of str
        How the candidates were made, and whether a cap was hit.
    warnings : tuple of str
        What could not be used.
    stamp : Stamp
        Where the answer comes from.
    """

    origin_id: str
    destination_id: str
    commodity_id: str
    as_of: str
    alternatives: tuple[Alternative, ...]
    openings: tuple[Barred, ...]
    regimes: tuple[str, ...]
    reported: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    @property
    def status(self) -> Status:
        """How the answer ended."""
        return self.stamp.status

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "origin": self.origin_id,
            "destination": self.destination_id,
            "commodity": self.commodity_id,
            "as_of": self.as_of,
            "status": self.status,
            "alternatives": [each.as_dict() for each in self.alternatives],
            "openings": [each.as_dict() for each in self.openings],
            "regimes": list(self.regimes),
            "regimes_for_other_parties": list(self.reported),
            "assumed_share": self.stamp.assumed_share,
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a way, units in the column names."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a way: figures, money by part, corridors."""
        return [
            {"alternative": number} | way.flat_row()
            for number, way in enumerate(self.alternatives, start=1)
        ]

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the ways, their legs, what each holds, and what would open one."""
        import pandas as pd

        numbered = list(enumerate(self.alternatives, start=1))
        legs = [
            {"alternative": number} | flat_leg(leg)
            for number, way in numbered
            for leg in way.legs
        ]
        holds = [
            (number, kind, what)
            for number, way in numbered
            for kind in ("includes", "excludes", "regimes", "link_ids")
            for what in getattr(way, kind)
        ]
        openings = [
            {"opening": number, "element": element, "why": why}
            | opening.alternative.flat_row()
            for number, opening in enumerate(self.openings, start=1)
            for element, why in zip(opening.elements, opening.why, strict=True)
        ]
        return MappingProxyType(
            {
                "alternatives": self.to_frame(),
                "legs": pd.DataFrame(legs),
                "holds": pd.DataFrame(holds, columns=["alternative", "kind", "what"]),
                "openings": pd.DataFrame(
                    openings, columns=["opening", "element", "why", *FLAT_COLUMNS]
                ),
            }
        )

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        head = (
            f"{self.origin_id} to {self.destination_id}, {self.commodity_id}, "
            f"{self.as_of}: {len(self.alternatives)} ways"
        )
        lines = [
            f"{number}. {way.totals.time_h / 24:.1f} days, "
            f"{way.totals.cost_usd_per_t:.0f} USD/t, {way.totals.length_km:.0f} km, "
            f"{' '.join(way.corridors) or 'no named corridor'}"
            for number, way in enumerate(self.alternatives[:8], start=1)
        ]
        stopped = [
            f"no way: {' and '.join(o.elements)} ({'; '.join(o.why)})"
            for o in self.openings[:1]
        ]
        return "\n".join([head, *lines, *stopped, self.stamp.line()])


def route(  # noqa: PLR0913 the signature is the same for every verb
    model: Model,
    scenario: Scenario = BASELINE,
    params: RouteParams | None = None,
    *,
    graph: Graph | None = None,
    seed: int = 0,
    start: RouteResult | None = None,  # noqa: ARG001 a door: no warm start here
    monitor: Monitor | None = None,
) -> RouteResult:
    """Find the cheapest real alternatives between two places for a cargo.

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
        Not used; routes draw no random numbers.
    start : RouteResult, optional
        Not used; kept for the signature that all questions share.
    monitor : Monitor, optional
        Is told about progress; an answer False stops the search, and the result comes
        without ways, marked interrupted.

    Returns
    -------
    RouteResult
        Ways by rising generalised cost, or what stops every way.

    Raises
    ------
    QuestionError
        When a place, the cargo or the date is not in the model.
    ScenarioError
        When the scenario or `avoid` names a row that is not there.

    Notes
    -----
    Candidates are the k cheapest loopless ways by arc weights [1]_, the cheapest way
    through each vertex, and the cheapest ways when the links of earlier ones are made
    dearer [2]_. They are priced exactly, by the kilometres in each country, and kept by
    rising generalised cost where they overlap by at most `max_overlap` of the shorter
    way with each one kept before. A way is *proven* when every way that was not ranked
    must be dearer. Ties resolve to the lowest arc.

    References
    ----------
    .. [1] Yen, J. (1971). Finding the K shortest loopless paths in a network.
       *Management Science* 17(11).
    .. [2] Abraham, I. et al. (2013). Alternative routes in road networks. *ACM Journal
       of Experimental Algorithmics* 18.

    Examples
    --------
    >>> from bereket import blank_model, route, RouteParams
    >>> found = route(blank_model(), params=RouteParams("EAST", "FARPORT", "grain"))
    >>> found.alternatives[0].link_ids
    ('L1', 'L2', 'L3', 'L4')
    """
    going_on = monitor(0, 2, "pricing") if monitor else True
    asked = ask(model, scenario, params, graph)
    going_on = going_on and (monitor(1, 2, "searching") if monitor else True)
    candidates = _candidates(asked) if going_on else Candidates.none()
    chosen = _chosen(asked, candidates)
    stopped = _barred(asked) if going_on and not chosen else ()
    regimes = tuple(dict.fromkeys(r for way in chosen for r in way.regimes))
    in_force = asked.prices.orders.in_force
    bound = {order.regime_id for order in in_force if order.binds}
    status: Status = "answered" if chosen else "no_way" if going_on else "interrupted"
    sent = asked.consignment
    return RouteResult(
        origin_id=sent.origin_id,
        destination_id=sent.destination_id,
        commodity_id=sent.shipment.commodity_id,
        as_of=asked.graph.day.isoformat(),
        alternatives=chosen,
        openings=stopped,
        regimes=regimes,
        reported=tuple(r for r in regimes if r not in bound),
        notes=(
            *outside_dates(asked.graph.model, asked.graph.day),
            *_notes(candidates, chosen, asked.params),
        ),
        warnings=asked.prices.warnings,
        stamp=Stamp(
            question="route",
            **asked.stamp,
            status=status,
            regimes=regimes,
            seed=seed,
            assumed_share=chosen[0].totals.assumed_share if chosen else None,
        ),
    )


def _candidates(asked: Asked) -> Candidates:
    """Find candidate ways; with places to pass, those too that pass them unasked."""
    graph, prices, usable = asked.graph, asked.prices, asked.is_usable
    found = straight_ways(graph, prices, asked.search, usable)
    if not asked.via:
        return found
    sent = asked.consignment
    freely = staged_search(graph, sent.source, sent.target)
    every = straight_ways(graph, prices, freely, usable)
    return found.joined(every, lambda way: passes(graph, way, asked.via))


def _barred(asked: Asked) -> tuple[Barred, ...]:
    """Tell what stops every way, with the ways that opening it would give."""
    graph, prices = asked.graph, asked.prices
    return tuple(
        Barred(o.elements, o.why, alternative(graph, prices, o.way, lifted=o.elements))
        for o in openings(graph, prices, asked.search, asked.avoided)
    )


def _chosen(asked: Asked, candidates: Candidates) -> tuple[Alternative, ...]:
    """Price the candidates exactly and keep the real alternatives."""
    graph, prices, params = asked.graph, asked.prices, asked.params
    costs = generalised_costs(graph, prices, candidates.ways)
    km = link_use(graph, candidates.ways)
    kept = real_alternatives(costs, km, params.count, params.max_overlap)
    lowering = largest_lowering(graph, prices, least_weights(graph, prices))
    proven_below = candidates.ranked_weight - lowering
    return tuple(
        alternative(
            graph,
            prices,
            candidates.ways[at],
            is_proven=bool(costs[at] <= proven_below),
        )
        for at in kept
    )


def _notes(
    candidates: Candidates, chosen: tuple[Alternative, ...], params: RouteParams
) -> tuple[str, ...]:
    """Say how the candidates were made, and what that does not prove."""
    if not chosen:
        return ()
    notes = [
        (
            f"{len(candidates.ways)} candidates: ranked loopless, through each "
            f"vertex, and with used links made dearer; kept where they share at most "
            f"{params.max_overlap:.0%} of the shorter way's km"
        )
    ]
    if candidates.cap_hit:
        proven = sum(way.is_proven for way in chosen)
        verdict = (
            "all ways shown are proven the cheapest"
            if proven == len(chosen)
            else f"{proven} of {len(chosen)} ways are proven the cheapest, the rest "
            "are the best of the candidates"
        )
        notes.append(f"the ranking was cut at its cap: {verdict}")
    if len(chosen) < params.count:
        notes.append(f"{params.count} ways were asked for; no more differ enough")
    return tuple(notes)
