"""What a report tells: corridors, ways of chosen pairs, assumptions, sources."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.pareto import ParetoResult, pareto
from bereket.analysis.route import RouteResult, route
from bereket.compiled.asking import RouteParams
from bereket.errors import QuestionError
from bereket.model.model import Model, label
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.assumptions import Asked, Assumption, assumptions
from bereket.studies.capacities import Capacities, capacities
from bereket.studies.corridors import CorridorsResult, corridors
from bereket.studies.demo import FLAGSHIP_PAIRS
from bereket.studies.flows import FlowsOfYear, flows, last_year_of_demand

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WAYS_SHOWN: Final = 4
MOST_PAIRS: Final = 5  # of corridors, where none is asked for
ASSUMPTIONS_SHOWN: Final = 14
ASSUMPTIONS_TURNED: Final = 8
SOURCE_COLUMNS: Final = ("source_id", "title", "publisher", "year", "url", "licence")


@dataclass(frozen=True, slots=True)
class OverviewParams:
    """What a report is of.

    Attributes
    ----------
    pairs : tuple of (str, str, str)
        From, to and cargo of each pair; empty = the flagship pairs where the model has
        their places, else those of its corridors.
    as_of : str
        Date, YYYY-MM-DD; empty = the model's base date.
    party : str
        Party class that asks.
    with_capacity : bool
        Whether capacities are asked too; they take most of the time.
    with_flows : bool
        Whether it is asked who goes where, in the last year with demand.
    """

    pairs: tuple[tuple[str, str, str], ...] = ()
    as_of: str = ""
    party: str = ""
    with_capacity: bool = True
    with_flows: bool = True


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """The ways of one pair.

    Attributes
    ----------
    route : RouteResult
        Ways that differ, or what stops them.
    pareto : ParetoResult
        Ways that no other beats.
    """

    route: RouteResult
    pareto: ParetoResult


@dataclass(frozen=True, slots=True)
class OverviewResult:
    """What a report tells.

    Attributes
    ----------
    corridors : CorridorsResult
        Every corridor on the date.
    pairs : tuple of PairAnswer
        Ways of the pairs.
    capacities : Capacities
        How much each corridor can carry; empty where it was not asked.
    assumptions : tuple of Assumption
        Assumed rows, the one that touches most first.
    sources : tuple of dict
        Sources behind what is shown, by title.
    warnings : tuple of str
        What could not be used.
    stamp : Stamp
        Where the answer comes from.
    flows : FlowsOfYear or None
        Who goes where in the last year with demand; None where there is none.
    """

    corridors: CorridorsResult
    pairs: tuple[PairAnswer, ...]
    capacities: Capacities
    assumptions: tuple[Assumption, ...]
    sources: tuple[dict[str, str], ...]
    warnings: tuple[str, ...]
    stamp: Stamp
    flows: FlowsOfYear | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "corridors": self.corridors.as_dict(),
            "pairs": [
                each.route.as_dict() | {"pareto": each.pareto.as_dict()}
                for each in self.pairs
            ],
            "capacities": self.capacities.as_dict(),
            "flows": self.flows.as_dict() if self.flows else None,
            "assumptions": [each.as_dict() for each in self.assumptions],
            "sources": [dict(each) for each in self.sources],
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a corridor, units in the column names."""
        return self.corridors.to_frame()

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return corridors, ways, legs, efficient ways, assumptions and sources."""
        import pandas as pd

        named = [(_pair_name(each.route), each) for each in self.pairs]
        frames = {
            "corridors": self.to_frame(),
            "ways": _stacked(
                [(name, each.route.tables()["alternatives"]) for name, each in named]
            ),
            "legs": _stacked(
                [(name, each.route.tables()["legs"]) for name, each in named]
            ),
            "efficient_ways": _stacked(
                [(name, each.pareto.to_frame()) for name, each in named]
            ),
            **self.capacities.tables(),
            **(self.flows.tables() if self.flows else {}),
            "assumptions": pd.DataFrame([a.as_dict() for a in self.assumptions]),
            "sources": pd.DataFrame(self.sources, columns=list(SOURCE_COLUMNS)),
        }
        return MappingProxyType(frames)

    def summary(self) -> str:
        """Return a line a pair, the stamp last."""
        lines = [each.route.summary().splitlines()[0] for each in self.pairs]
        is_open = sum(row.status == "open" for row in self.corridors.corridors)
        head = f"{is_open} of {len(self.corridors.corridors)} corridors are open"
        return "\n".join([head, *lines, self.stamp.line()])


def overview(
    model: Model,
    scenario: Scenario = BASELINE,
    params: OverviewParams | None = None,
    *,
    monitor: Monitor | None = None,
) -> OverviewResult:
    """Ask what a report tells of a model.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : OverviewParams
        Pairs, date, party.
    monitor : Monitor, optional
        Is told about progress; False stops, and what is answered so far comes, marked
        interrupted.

    Returns
    -------
    OverviewResult
        The answers, in the order of the report.

    Raises
    ------
    QuestionError
        When a place, a cargo, the date or the party is not in the model.
    """
    params = params or OverviewParams()
    changed = apply(model, scenario)
    pairs = params.pairs or default_pairs(changed)
    steps = _Steps(monitor, of=len(pairs) + 4)
    steps.goes_on("corridors")
    first = corridors(model, scenario, params.as_of, params.party, with_capacity=False)
    told: list[Asked] = []
    answers: list[PairAnswer] = []
    for origin, destination, commodity in pairs:
        if not steps.goes_on(f"{origin} > {destination}"):
            break
        asked = RouteParams(
            *(origin, destination, commodity),
            as_of=params.as_of,
            party=params.party,
            count=WAYS_SHOWN,
        )
        found = route(model, scenario, asked)
        answers.append(PairAnswer(found, pareto(model, scenario, asked)))
        told += [Asked(asked, found)] if found.alternatives else []
    is_asked = params.with_capacity and steps.goes_on("capacities")
    strong = _strength(model, scenario, params) if is_asked else Capacities()
    refused: list[str] = []
    is_asked = params.with_flows and steps.goes_on("flows")
    told_flows = _flows(model, scenario, params, refused) if is_asked else None
    turned = ASSUMPTIONS_TURNED if steps.goes_on("assumptions") else 0
    of_routes = [each.route for each in answers]
    return OverviewResult(
        corridors=first,
        pairs=tuple(answers),
        capacities=strong,
        assumptions=assumptions(changed, told, ASSUMPTIONS_SHOWN, turned),
        sources=sources(changed, first, tuple(answers)),
        warnings=_once(
            *(first.warnings, strong.warnings, tuple(refused)),
            *(found.warnings for found in of_routes),
        ),
        stamp=Stamp(
            question="report",
            **model_stamp(model, scenario),
            as_of=first.as_of,
            params=asdict(params) | {"pairs": pairs},
            status="answered" if steps.is_going_on else "interrupted",
            regimes=_once(first.stamp.regimes, *(found.regimes for found in of_routes)),
            assumed_share=first.stamp.assumed_share,
        ),
        flows=told_flows,
    )


def _strength(model: Model, scenario: Scenario, params: OverviewParams) -> Capacities:
    """Return how much every corridor can carry."""
    return capacities(model, scenario, as_of=params.as_of, party=params.party)


def _flows(
    model: Model, scenario: Scenario, params: OverviewParams, refused: list[str]
) -> FlowsOfYear | None:
    """Return who goes where in the last year with demand; None where there is none."""
    year = last_year_of_demand(apply(model, scenario), params.as_of)
    if year is None:
        return None
    try:
        return flows(model, scenario, year, params.party)
    except QuestionError as fault:
        refused.append(f"flows of {year}: {'; '.join(str(fault).splitlines())}")
        return None


@dataclass
class _Steps:
    """Tells a monitor how far a report is, until it says stop."""

    monitor: Monitor | None
    of: int
    done: int = 0
    is_going_on: bool = True

    def goes_on(self, note: str) -> bool:
        """Tell what comes next; return whether to do it."""
        if self.is_going_on and self.monitor:
            self.is_going_on = self.monitor(self.done, self.of, note)
        self.done += 1
        return self.is_going_on


def _once(*several: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts of several tuples, each once, in order."""
    return tuple(dict.fromkeys(text for texts in several for text in texts))


def default_pairs(model: Model) -> tuple[tuple[str, str, str], ...]:
    """Return the pairs of a report that names none.

    Returns
    -------
    tuple of (str, str, str)
        The flagship pairs where the model has all their places and cargoes, else the
        first origin, destination and cargo of its first corridors.

    Examples
    --------
    >>> from bereket import blank_model
    >>> default_pairs(blank_model())
    (('EAST', 'FARPORT', 'grain'),)
    """
    places = set(model["node"].labels("node_id"))
    cargoes = set(model["commodity"].labels("commodity_id"))
    if all({a, b} <= places and c in cargoes for a, b, c in FLAGSHIP_PAIRS):
        return FLAGSHIP_PAIRS
    return tuple(dict.fromkeys(_of_corridors(model)))[:MOST_PAIRS]


def sources(
    model: Model, first: CorridorsResult, pairs: tuple[PairAnswer, ...]
) -> tuple[dict[str, str], ...]:
    """Return the sources that what is shown rests on, by title."""
    ways = [row.way for row in first.corridors if row.way]
    ways += [way for each in pairs for way in each.route.alternatives]
    named = {source for way in ways for leg in way.legs for source in leg.source_ids}
    named |= {row.observed.source_id for row in first.corridors if row.observed}
    orders = {order for row in first.corridors for order in row.regimes}
    orders |= {order for each in pairs for order in each.route.regimes}
    regime = model["regime"]
    named |= {
        source
        for order, source in zip(
            regime.labels("regime_id"), regime.labels("source_id"), strict=True
        )
        if order in orders
    }
    table = model["source"]
    found = [
        {
            column: label(table.columns[column][row]) if column in table.columns else ""
            for column in SOURCE_COLUMNS
        }
        for row, name in enumerate(table.labels("source_id"))
        if name in named
    ]
    return tuple(sorted(found, key=lambda source: (source["title"], source["url"])))


def parse_pair(text: str) -> tuple[str, str, str]:
    """Read a pair as it is typed: ``FROM:TO:CARGO``.

    Raises
    ------
    QuestionError
        When it has not three parts.

    Examples
    --------
    >>> parse_pair("XIAN:TEH:grain")
    ('XIAN', 'TEH', 'grain')
    """
    origin, destination, commodity, *more = [
        *(part.strip() for part in text.split(":")),
        *("", "", ""),
    ]
    if not (origin and destination and commodity) or any(more):
        msg = f"a pair is written FROM:TO:CARGO; found {text!r}"
        raise QuestionError(msg)
    return origin, destination, commodity


def _of_corridors(model: Model) -> Iterator[tuple[str, str, str]]:
    table = model["corridor"]
    for row in range(len(table)):
        origins = table.lists("origin_node_ids")[row]
        destinations = table.lists("destination_node_ids")[row]
        mix = [part.partition(":")[0] for part in table.lists("mix")[row]]
        if origins and destinations and mix:
            yield origins[0], destinations[-1], mix[0]


def _pair_name(found: RouteResult) -> str:
    return f"{found.origin_id} > {found.destination_id}, {found.commodity_id}"


def _stacked(named: "list[tuple[str, pd.DataFrame]]") -> "pd.DataFrame":
    """Return frames below each other, each row with the pair that it is of."""
    import pandas as pd

    frames = [frame.assign(pair=name) for name, frame in named if len(frame)]
    if not frames:
        return pd.DataFrame({"pair": []})
    whole = pd.concat(frames, ignore_index=True)
    return whole[["pair", *(c for c in whole.columns if c != "pair")]]
