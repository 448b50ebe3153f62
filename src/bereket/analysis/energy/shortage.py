"""Domestic demand that is not served, and why."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from bereket.analysis.energy.answers import FULL, LEAST
from bereket.analysis.energy.building import reference_of
from bereket.analysis.energy.rows import Unserved
from bereket.analysis.energy.solved import Solved
from bereket.analysis.energy.worth import flows_of, way_gains, weights_of
from bereket.compiled.energy.case import NONE, EnergyCase, Grid
from bereket.compiled.energy.periods import MONTHS

NAMED: Final = 4
SCARCE: Final = 0.5  # of the price here: as dear beyond, it is short there too


def unserved_rows(case: EnergyCase, solved: Solved) -> tuple[Unserved, ...]:
    """Return what is not served, the dearest first."""
    found = []
    for grid in case.grids:
        weight, loads = weights_of(case, grid), grid.loads
        missed = flows_of(solved, grid).missed
        for at, load in enumerate(loads.references):
            own = np.where(missed[:, at] > LEAST, missed[:, at], 0.0)
            amount = float(weight @ own)
            if amount <= 0.0:
                continue
            worst = int(own.argmax())
            start = 0 if grid.commodity == "gas" else MONTHS
            bus = int(loads.bus[at])
            found.append(
                Unserved(
                    load,
                    reference_of(grid, bus),
                    grid.countries[bus],
                    grid.commodity,
                    amount,
                    amount / float(weight @ loads.wanted[:, at]),
                    float(own[worst]),
                    float(weight @ (own > 0.0) / weight.sum()),
                    amount * float(loads.value[at]),
                    case.periods.labels[start + worst],
                    "; ".join(_causes(case, solved, grid, bus, worst)),
                )
            )
    return tuple(sorted(found, key=lambda row: (-row.cost_usd, row.load)))


def _causes(
    case: EnergyCase, solved: Solved, grid: Grid, bus: int, at: int
) -> Iterator[str]:
    """Say why a zone or gas node is short in a period."""
    yield from _own(case, solved, grid, bus, at)
    yield from _ways_in(case, solved, grid, bus, at)


def _own(
    case: EnergyCase, solved: Solved, grid: Grid, bus: int, at: int
) -> Iterator[str]:
    """Say what what stands there gives, and what holds back what does not give all."""
    own = grid.supplies
    noun = "plants" if grid.commodity == "power" else "fields"
    here = [int(k) for k in np.nonzero(own.bus == bus)[0] if own.p_nom[k] > 0]
    if not here:
        yield f"no {noun} stand here"
        return
    given = flows_of(solved, grid).supply[at]
    can = own.most[at] * own.p_nom
    slack = [k for k in here if given[k] < can[k] * (1.0 - FULL) - LEAST]
    if len(slack) < len(here):
        yield f"{'other ' if slack else ''}{noun} give all they can"
    gas = sorted({int(own.gas_node[k]) for k in slack if own.gas_node[k] != NONE})
    if gas:
        yield f"gas is short at {', '.join(case.gas.ids[node] for node in gas)}"
    rest = [k for k in slack if own.gas_node[k] == NONE]
    dry = [k for k in rest if _is_used_up(case, solved, k, at)]
    if dry:
        yield f"water or allotment used up: {_told(own.references, dry)}"
    dear = [k for k in rest if k not in dry]
    if dear:
        yield f"dearer than going without: {_told(own.references, dear)}"


def _is_used_up(case: EnergyCase, solved: Solved, at: int, period: int) -> bool:
    """Whether the water or allotment of a plant is worth something in an hour."""
    if not solved.water_price.size or at >= solved.water_price.shape[1]:
        return False
    return bool(solved.water_price[period // case.periods.hours, at] > LEAST)


def _told(references: Sequence[str], rows: Sequence[int]) -> str:
    """Return the labels of a few rows."""
    return ", ".join(references[k].partition(":")[2] for k in rows[:NAMED])


def _ways_in(
    case: EnergyCase, solved: Solved, grid: Grid, bus: int, at: int
) -> Iterator[str]:
    """Say which ways in are full, beyond which it is short too, where no sale is."""
    ways, flows = grid.ways, flows_of(solved, grid)
    found: dict[str, list[str]] = {}
    on, back = way_gains(case, solved, grid)
    for end, far, flow, share, gain in (
        (ways.bus1, ways.bus0, flows.on, np.ones(ways.p_nom.size), on),
        (ways.bus0, ways.bus1, flows.back, ways.back, back),
    ):
        for k in np.nonzero(end == bus)[0]:
            name = ways.references[k]
            size = solved.built.get(name, ways.p_nom[k])
            can = size * ways.available[k] * share[k]
            if can <= LEAST:
                continue
            price = flows.price[at]
            worth = ways.efficiency[k] * price[bus] - price[far[k]]
            if flow[at, k] >= can * (1.0 - FULL):
                why = "full:"
            elif worth - ways.marginal_cost[k] > gain[at, k] + LEAST:
                why = "no contract lets more in over"  # it is worth more to who owns it
            elif worth > LEAST and price[far[k]] < SCARCE * price[bus]:
                why = "carriage is dearer than going without over"
            else:
                why = "short as well beyond"
            found.setdefault(why, []).append(name)
    if not found:
        yield "no way leads in"
    for why, names in found.items():
        yield f"{why} {', '.join(names[:NAMED])}"
