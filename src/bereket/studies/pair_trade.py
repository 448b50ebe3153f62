"""The trade that an agenda has a target of: its fan, and what it goes by."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.assign import AssignResult
from bereket.analysis.trade import TradeParams, TradeResult, trade
from bereket.compiled.skims import Lane, trading_places
from bereket.model.agenda import Item, pair_of_turnover, turnover_item
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.flows import FlowsOfYear
from bereket.studies.outlook_result import Stream
from bereket.studies.streams import streams_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

GROWS_FROM: Final = ("trade", "country", "elasticity")


@dataclass(frozen=True, slots=True)
class PairTrade:
    """The trade of two countries that was agreed to reach a target.

    Attributes
    ----------
    item : Item
        What was agreed.
    found : TradeResult
        Fan, chances, sectors; works where they were asked.
    streams : tuple of Stream
        What the trade goes by; empty where no flows are known.
    year : int or None
        Year of the streams.
    """

    item: Item
    found: TradeResult
    streams: tuple[Stream, ...] = ()
    year: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return self.found.as_dict() | {
            "item_id": self.item.item_id,
            "streams_year": self.year,
            "streams": [asdict(each) for each in self.streams],
        }

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the tables of the fan and the streams, each named for trade."""
        import pandas as pd

        frames = {f"trade_{key}": each for key, each in self.found.tables().items()}
        streams = pd.DataFrame([asdict(each) for each in self.streams])
        return MappingProxyType(frames | {"trade_streams": streams})


def pair_trade(
    model: Model,
    scenario: Scenario = BASELINE,
    as_of: str = "",
    flows: FlowsOfYear | None = None,
) -> PairTrade | None:
    """Forecast the trade that the agenda has a target of, at costs as they are.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    as_of : str
        Date by which it was agreed; empty = the model's base date.
    flows : FlowsOfYear, optional
        Who goes where: tells what the trade goes by.

    Returns
    -------
    PairTrade or None
        None where no turnover was agreed by the date, or the model lacks what trade
        grows from.

    Raises
    ------
    QuestionError
        As of `trade`.

    Examples
    --------
    >>> from bereket import blank_model
    >>> pair_trade(blank_model()) is None
    True
    """
    changed = apply(model, scenario)
    item = turnover_item(changed, as_day(as_of or changed.config("base_date")))
    pair = pair_of_turnover(item) if item else None
    if item is None or pair is None or item.target is None:
        return None
    if not all(len(changed[name]) for name in GROWS_FROM):
        return None
    found = trade(model, scenario, TradeParams(pair, item.target))
    if flows is None:
        return PairTrade(item, found)
    streams = _streams(changed, found, flows.assigned)
    return PairTrade(item, found, streams, flows.year if streams else None)


def _streams(
    model: Model, found: TradeResult, assigned: AssignResult
) -> tuple[Stream, ...]:
    """Return what the trade goes by, at the values of its base year."""
    return streams_of(model, assigned, found.pair, value_of_tonne(model, found))


def value_of_tonne(model: Model, found: TradeResult) -> dict[Lane, float]:
    """Return what a tonne of each lane of a pair is worth in the base year [USD/t].

    Parameters
    ----------
    model : Model
        Its table `demand` tells the tonnes.
    found : TradeResult
        Its sectors tell the value.

    Returns
    -------
    dict of (str, str, str) to float
        By seller, buyer and cargo; without those of which the year has no tonnes.
    """
    demand, country = model["demand"], trading_places(model)
    tonnes: dict[Lane, float] = defaultdict(float)
    for origin, destination, cargo, year, wanted in zip(
        demand.labels("origin_node_id"),
        demand.labels("destination_node_id"),
        demand.labels("commodity_id"),
        demand.number("year").tolist(),
        demand.number("tonnes").tolist(),
        strict=True,
    ):
        if year == found.base_year and wanted > 0:
            tonnes[country[origin], country[destination], cargo] += wanted
    lanes = ((s.exporter_iso3, s.importer_iso3, s.sector) for s in found.sectors)
    return {
        lane: each.base_usd / tonnes[lane]
        for lane, each in zip(lanes, found.sectors, strict=True)
        if lane in tonnes
    }
