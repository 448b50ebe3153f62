"""Pages on trade: does it pass its target, what makes it up, what it goes by."""

from collections.abc import Callable
from typing import Any, Final

from bereket.analysis.trade import TradeResult
from bereket.analysis.trade.result import QUANTILES
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.report import wording
from bereket.report.countries import country_name
from bereket.report.sankey import trade_sankey
from bereket.report.trade_bars import sector_bars, works_bars
from bereket.report.trade_fan import trade_fan, years_told
from bereket.studies.pair_trade import PairTrade

Keep = Callable[[str, Any], str]
DUE: Final = "due by the agenda"
SHARE_SHOWN: Final = 0.01  # of the spread
CAUSES: Final = {
    "growth": "growth of both economies",
    "pair": "what befalls this pair alone",
    "prices": "prices",
    "elasticities": "how trade answers growth and costs",
    "base": "the split of the base year",
}
CANNOT_TELL: Final = (
    """What a decision would do: costs of carriage, duties and bans stay as they are. An
    agreement or a ban to come is in no draw but as ups and downs of the pair's own.""",
    """Whether more is carried: target and fan are in the prices of each year, so that
    prices alone bring the target nearer.""",
    """Which sector it will be: where the split is assumed, so is what each adds.""",
    """How sure the chance is: it counts draws of this model, whose elasticities come
    from the literature, not from these two countries.""",
)


def trade_context(
    found: PairTrade | None, of_flows: Stamp | None, model: Model, keep: Keep
) -> dict[str, Any] | None:
    """Return what the pages on trade are filled with, and keep their figures.

    Parameters
    ----------
    found : PairTrade or None
        The trade that the agenda has a target of; None where it has none.
    of_flows : Stamp or None
        Of the flows that the streams come from.
    model : Model
        The model that was asked.
    keep : callable
        Takes the name of a figure and the figure.

    Returns
    -------
    dict or None
        None where there is nothing to tell.
    """
    if found is None:
        return None
    trade, item = found.found, found.item
    figures: dict[str, Callable[[], Any]] = {
        "fan": lambda: trade_fan(trade, due=DUE if _is_due(found) else ""),
        "sectors": lambda: sector_bars(trade, model),
    }
    if found.streams:
        stamp = of_flows or trade.stamp
        figures["sankey"] = lambda: trade_sankey(
            found.streams, model, stamp, by="value" if has_value(found) else "tonnes"
        )
    if trade.measures:
        figures["works"] = lambda: works_bars(trade)
    refused = []
    for name, draw in figures.items():
        try:
            keep(name, draw())
        except QuestionError as fault:  # said in words in place of the figure
            refused.append(str(fault))
    past = trade.backtest
    return {
        "names": " and ".join(map(country_name, trade.pair)),
        "pair": " ".join(trade.pair),
        "target": wording.dollars(trade.target_usd),
        "target_usd": f"{trade.target_usd:.0f}",
        "headline": trade.headline(),
        "failed": past is not None and not past.holds,
        "past": past.told() if past is not None and past.holds else "",
        "item": item,
        "due": wording.long_date(item.due.isoformat()) if item.due else "",
        "url": _url(model, item.source_id),
        "years": _years(trade),
        "last": trade.years[-1].year,
        "spread": _spread(trade),
        "year": found.year,
        "base_year": trade.base_year,
        "drawn": _drawn(found),
        "has_works": bool(trade.measures),
        "refused": refused,
        "notes": (*trade.notes, *trade.warnings),
        "stamp": trade.stamp,
        "cannot_tell": CANNOT_TELL,
    }


def _is_due(found: PairTrade) -> bool:
    due = found.item.due
    return due is not None and due.year == found.found.by_year


def has_value(found: PairTrade) -> bool:
    """Whether the value of what goes is known; else it is drawn by weight."""
    return any(each.value_usd > 0 for each in found.streams)


def _url(model: Model, source_id: str) -> str:
    """Return the page of a source; empty where it has none."""
    table = model["source"]
    rows = table.row_of.get((source_id,))
    return table.labels("url")[rows[0]] if rows else ""


def _years(trade: TradeResult) -> list[dict[str, str]]:
    """Return the chance and the fan of the years that are told."""
    at = {name: QUANTILES.index(name) for name in (0.025, 0.25, 0.5, 0.75, 0.975)}
    rows = []
    for year in years_told(trade):
        usd = [wording.two_digits(each / 1e6) for each in year.quantiles_usd]
        rows.append(
            {
                "year": str(year.year),
                "chance": wording.chance(year.probability),
                "reached": wording.chance(year.reached),
                "median": usd[at[0.5]],
                "half": f"{usd[at[0.25]]} to {usd[at[0.75]]}",
                "most": f"{usd[at[0.025]]} to {usd[at[0.975]]}",
            }
        )
    return rows


def _spread(trade: TradeResult) -> str:
    """Return what the spread of the last year comes from, the largest first."""
    parts = sorted(trade.spread.items(), key=lambda each: -each[1])
    return ", ".join(
        f"{CAUSES.get(name, name)} {wording.share(share)}"
        for name, share in parts
        if share >= SHARE_SHOWN
    )


def _drawn(found: PairTrade) -> str:
    """Return how much of the base year's trade the streams hold, and what is left."""
    if not has_value(found):
        return ""
    usd = sum(each.value_usd for each in found.streams)
    sectors, carried = (
        found.found.sectors,
        {each.commodity_id for each in found.streams},
    )
    whole = sum(each.base_usd for each in sectors)
    apart = [each for each in sectors if each.sector not in carried]
    told = f"{wording.dollars(usd)} of {wording.dollars(whole)} are drawn"
    if not apart:
        return told
    names = ", ".join(dict.fromkeys(each.sector.replace("_", " ") for each in apart))
    left = wording.dollars(sum(each.base_usd for each in apart))
    return f"{told}; {names} ({left}) goes by no way of the model"
