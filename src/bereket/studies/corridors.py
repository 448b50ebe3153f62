"""The first screen: every corridor on a date, in one row."""

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from bereket.compiled.alternative import Alternative, alternative
from bereket.compiled.asking import RouteParams, ask, compiled
from bereket.compiled.barriers import openings
from bereket.compiled.by_corridor import (
    arcs_at_gateways,
    best_of_corridor,
    gateway_search,
)
from bereket.compiled.corridors import gateways_of
from bereket.compiled.graph import Graph
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.places import known_party
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.corridor_fit import CorridorFit, corridor_fits
from bereket.studies.corridor_room import CorridorRoom, corridor_room
from bereket.studies.observations import Observed, last_flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

CorridorStatus = Literal["open", "closed", "not served"]
IN_BOXES = "containers_general"


@dataclass(frozen=True, slots=True)
class CorridorRow:
    """One corridor on the date.

    Attributes
    ----------
    corridor_id, name : str
        Which.
    status : {"open", "closed", "not served"}
        Whether a way of it is open for its main cargo; not served where none would be
        even if all were open.
    why : tuple of str
        What closes it; of an open one, why the figures are not for its first pair.
    regimes : tuple of str
        Orders in force that touch it.
    observed : Observed or None
        Last observation.
    origin_id, destination_id, commodity_id : str
        What the figures are for; empty where there is no way.
    way : Alternative or None
        The cheapest way of the corridor between them.
    room : CorridorRoom
        What it can carry by its own mix, what binds, what room is left.
    fits : tuple of CorridorFit
        Its last year as the fit kept with the model met it; none without a fit.
    """

    corridor_id: str
    name: str
    status: CorridorStatus
    why: tuple[str, ...]
    regimes: tuple[str, ...]
    observed: Observed | None
    origin_id: str
    destination_id: str
    commodity_id: str
    way: Alternative | None
    room: CorridorRoom = field(default_factory=CorridorRoom)
    fits: tuple[CorridorFit, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data, units in the names."""
        figures = self.way.totals if self.way else None
        return {
            "corridor_id": self.corridor_id,
            "name": self.name,
            "status": self.status,
            "why": list(self.why),
            "regimes": list(self.regimes),
            "observed": self.observed.as_dict() if self.observed else None,
            "fits": [each.as_dict() for each in self.fits],
            "origin": self.origin_id,
            "destination": self.destination_id,
            "commodity": self.commodity_id,
            "days": figures.time_h / 24 if figures else None,
            "days_door_to_door": figures.door_to_door_h / 24 if figures else None,
            "days_sd": figures.sd_h / 24 if figures else None,
            "length_km": figures.length_km if figures else None,
            "usd_per_t": figures.cost_usd_per_t if figures else None,
            "usd_per_feu": self.way.cost_usd_per_feu if self.way else None,
            "excludes": list(self.way.excludes) if self.way else [],
            "assumed_share": figures.assumed_share if figures else None,
        } | self.room.as_dict()


@dataclass(frozen=True, slots=True)
class CorridorsResult:
    """Every corridor on a date.

    Attributes
    ----------
    corridors : tuple of CorridorRow
        In the order of the table.
    as_of : str
        The date.
    warnings : tuple of str
        What could not be used.
    stamp : Stamp
        Where the answer comes from.
    """

    corridors: tuple[CorridorRow, ...]
    as_of: str
    warnings: tuple[str, ...]
    stamp: Stamp

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        rows = [row.as_dict() for row in self.corridors]
        return {"as_of": self.as_of, "corridors": rows}

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a corridor, units in the column names."""
        import pandas as pd

        return pd.DataFrame([row.as_dict() for row in self.corridors])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the corridors."""
        return MappingProxyType({"corridors": self.to_frame()})

    def summary(self) -> str:
        """Return a line a corridor, the stamp last."""
        lines = [
            f"{row.corridor_id}: {row.status}"
            + (f", {row.way.totals.time_h / 24:.1f} days" if row.way else "")
            for row in self.corridors
        ]
        return "\n".join([*lines, self.stamp.line()])


def corridors(
    model: Model,
    scenario: Scenario = BASELINE,
    as_of: str = "",
    party: str = "",
    *,
    with_capacity: bool = True,
    monitor: Monitor | None = None,
) -> CorridorsResult:
    """Look at every corridor of a model on a date.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    as_of : str
        Date; empty = the model's base date.
    party : str
        Party class that asks.
    with_capacity : bool
        Whether capacity and room are asked too, which takes most of the time.
    monitor : Monitor, optional
        Is told about progress; False stops, and the rows so far come, marked
        interrupted.

    Returns
    -------
    CorridorsResult
        One row a corridor. The figures are for the cheapest way of the corridor between
        the first pair of its origins and destinations that has one; the cargo is
        containers where the mix holds them, else the largest share of the mix.

    Raises
    ------
    QuestionError
        When the date or the party is not known.
    """
    changed = apply(model, scenario)
    known_party(changed, party)
    graph = compiled(changed, as_day(as_of or changed.config("base_date")))
    rows, warnings = [], dict[str, None]()
    table, is_done = changed["corridor"], True
    for at in range(len(table)):
        name = table.labels("corridor_id")[at]
        if monitor and not monitor(at, len(table), name):
            is_done = False
            break
        row = _row(graph, at, party, warnings)
        rows.append(_with_room(graph, row, party) if with_capacity else row)
    regimes = tuple(dict.fromkeys(r for row in rows for r in row.regimes))
    shares = [row.way.totals.assumed_share for row in rows if row.way]
    return CorridorsResult(
        corridors=tuple(rows),
        as_of=graph.day.isoformat(),
        warnings=tuple(warnings),
        stamp=Stamp(
            question="corridors",
            **model_stamp(model, scenario),
            as_of=graph.day.isoformat(),
            params={
                "as_of": as_of,
                "party": party,
                "with_capacity": with_capacity,
            },
            status="answered" if is_done else "interrupted",
            regimes=regimes,
            assumed_share=sum(shares) / len(shares) if shares else None,
        ),
    )


def _row(graph: Graph, at: int, party: str, warnings: dict[str, None]) -> CorridorRow:
    table = graph.model["corridor"]
    name = table.labels("corridor_id")[at]
    empty = CorridorRow(
        corridor_id=name,
        name=table.labels("name")[at],
        status="not served",
        why=(),
        regimes=(),
        observed=last_flow(graph.model, name, graph.day.isoformat()),
        origin_id="",
        destination_id="",
        commodity_id="",
        way=None,
        fits=corridor_fits(graph.model, name),
    )
    stopped: CorridorRow | None = None
    for params in _questions(graph, at, party):
        try:
            asked = ask(graph.model, BASELINE, params, graph)
        except QuestionError as fault:
            warnings[f"{name}: {fault}"] = None
            continue
        sent, prices = asked.consignment, asked.prices
        ends = sent.source, sent.target
        gateways = gateways_of(graph, name)
        at_gateways = arcs_at_gateways(graph, gateways)
        on_corridor = tuple(
            order.regime_id
            for order in prices.orders.in_force
            if name in order.corridor_ids or bool(order.touched[at_gateways].any())
        )
        found = replace(
            empty,
            origin_id=sent.origin_id,
            destination_id=sent.destination_id,
            commodity_id=sent.shipment.commodity_id,
        )
        way = best_of_corridor(graph, prices, ends, name)
        if way is not None:
            told = alternative(graph, prices, way)
            regimes = tuple(dict.fromkeys((*on_corridor, *told.regimes)))
            why = stopped.why if stopped else ()
            return replace(found, status="open", regimes=regimes, way=told, why=why)
        if stopped is None:
            search = gateway_search(graph, ends, gateways)
            shut = openings(graph, prices, search, {})
            if shut:
                pairs = zip(shut[0].elements, shut[0].why, strict=True)
                pair = f"{sent.origin_id} > {sent.destination_id}"
                why = tuple(f"{pair}: {element}, {reason}" for element, reason in pairs)
                stopped = replace(found, status="closed", why=why, regimes=on_corridor)
    return stopped or empty


def _with_room(graph: Graph, row: CorridorRow, party: str) -> CorridorRow:
    """Return a row with what its corridor can carry and what is left of it."""
    if row.status == "closed":
        return replace(row, room=CorridorRoom(why="not open"))
    seen = row.observed
    is_yearly = seen is not None and seen.unit == "t" and seen.is_of_year
    observed_t = seen.value if seen is not None and is_yearly else None
    day = graph.day.isoformat()
    room = corridor_room(graph.model, row.corridor_id, day, party, observed_t)
    return replace(row, room=room)


def _questions(graph: Graph, at: int, party: str) -> "Iterator[RouteParams]":
    """Give what to ask of a corridor: its pairs for its main cargo."""
    table = graph.model["corridor"]
    mix: dict[str, float] = {}
    for part in table.lists("mix")[at]:
        commodity, _, share = part.partition(":")
        mix[commodity] = float(share)
    cargo = IN_BOXES if IN_BOXES in mix else max(mix, key=lambda c: mix[c], default="")
    for origin in table.lists("origin_node_ids")[at] if cargo else ():
        for destination in table.lists("destination_node_ids")[at]:
            if origin != destination:
                yield RouteParams(
                    origin, destination, cargo, graph.day.isoformat(), party=party
                )
