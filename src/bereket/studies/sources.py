"""The sources that what a report tells rests on."""

from collections.abc import Iterable
from typing import Final

from bereket.analysis.energy import EnergyResult
from bereket.model.model import Model, label
from bereket.studies.agenda_result import AgendaResult
from bereket.studies.corridors import CorridorsResult
from bereket.studies.pairs import PairAnswer

ENERGY_TABLES: Final = (
    *("bus", "power_line", "power_plant", "power_load"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
)
SOURCE_COLUMNS: Final = ("source_id", "title", "publisher", "year", "url", "licence")


def of_agenda(found: AgendaResult | None) -> tuple[str, ...]:
    """Return the sources in which it was agreed."""
    return tuple(each.item.source_id for each in found.items) if found else ()


def of_energy(model: Model, found: EnergyResult | None) -> tuple[str, ...]:
    """Return the sources of rows of gas and power, where they were asked."""
    if found is None:
        return ()
    columns = (model[name] for name in ENERGY_TABLES)
    return tuple(
        dict.fromkeys(
            name
            for table in columns
            if "source_id" in table.columns
            for name in table.labels("source_id")
        )
    )


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
