"""The sources that what a report tells rests on."""

from collections.abc import Iterable
from typing import Final

from bereket.model.model import Model, label
from bereket.studies.agenda_result import AgendaResult
from bereket.studies.corridors import CorridorsResult
from bereket.studies.pairs import PairAnswer

SOURCE_COLUMNS: Final = ("source_id", "title", "publisher", "year", "url", "licence")


def of_agenda(found: AgendaResult | None) -> tuple[str, ...]:
    """Return the sources in which it was agreed."""
    return tuple(each.item.source_id for each in found.items) if found else ()


def sources(
    model: Model,
    first: CorridorsResult,
    pairs: tuple[PairAnswer, ...],
    more: Iterable[str] = (),
) -> tuple[dict[str, str], ...]:
    """Return the sources that what is shown rests on, and more by name, by title."""
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
    named |= set(more)
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
