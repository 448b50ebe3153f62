"""What a report tells, in one result."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bereket.analysis.energy import EnergyResult
from bereket.analysis.route import RouteResult
from bereket.model.result import Stamp
from bereket.studies.agenda_result import AgendaResult
from bereket.studies.assumptions import Assumption
from bereket.studies.capacities import Capacities
from bereket.studies.corridors import CorridorsResult
from bereket.studies.energy_cases import CurvePoint
from bereket.studies.flows import FlowsOfYear
from bereket.studies.pair_trade import PairTrade
from bereket.studies.pairs import PairAnswer
from bereket.studies.sources import SOURCE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd


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
    trade : PairTrade or None
        The trade that the agenda has a target of; None where it has none.
    agenda : AgendaResult or None
        How far what was agreed is; None where nothing was.
    energy : EnergyResult or None
        Gas and power of the year; None where the model has none.
    energy_curve : tuple of CurvePoint
        What an element of gas or power is worth by its capacity; empty where it was not
        asked.
    energy_exchange : mapping of str to float
        What each country saves by exchange [USD a year]; empty where it was not asked.
    """

    corridors: CorridorsResult
    pairs: tuple[PairAnswer, ...]
    capacities: Capacities
    assumptions: tuple[Assumption, ...]
    sources: tuple[dict[str, str], ...]
    warnings: tuple[str, ...]
    stamp: Stamp
    flows: FlowsOfYear | None = None
    trade: PairTrade | None = None
    agenda: AgendaResult | None = None
    energy: EnergyResult | None = None
    energy_curve: tuple[CurvePoint, ...] = ()
    energy_exchange: Mapping[str, float] = field(default_factory=dict)

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
            "trade": self.trade.as_dict() if self.trade else None,
            "agenda": self.agenda.as_dict() if self.agenda else None,
            "energy": self.energy.as_dict() if self.energy else None,
            "energy_curve": [
                asdict(each) | {"by_country": dict(each.by_country)}
                for each in self.energy_curve
            ],
            "energy_exchange": dict(self.energy_exchange),
            "assumptions": [each.as_dict() for each in self.assumptions],
            "sources": [dict(each) for each in self.sources],
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a corridor, units in the column names."""
        return self.corridors.to_frame()

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the tables of all that is told, by name."""
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
            **(self.trade.tables() if self.trade else {}),
            **({"agenda": self.agenda.to_frame()} if self.agenda else {}),
            **self._energy_tables(),
            "assumptions": pd.DataFrame([a.as_dict() for a in self.assumptions]),
            "sources": pd.DataFrame(self.sources, columns=list(SOURCE_COLUMNS)),
        }
        return MappingProxyType(frames)

    def _energy_tables(self) -> "dict[str, pd.DataFrame]":
        """Return the tables of gas and power."""
        if self.energy is None:
            return {}
        return {f"energy_{name}": each for name, each in self.energy.tables().items()}

    def summary(self) -> str:
        """Return a line a pair, the stamp last."""
        lines = [each.route.summary().splitlines()[0] for each in self.pairs]
        is_open = sum(row.status == "open" for row in self.corridors.corridors)
        head = f"{is_open} of {len(self.corridors.corridors)} corridors are open"
        return "\n".join([head, *lines, self.stamp.line()])


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
