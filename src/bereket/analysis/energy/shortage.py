"""Domestic demand that is not served, and why."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from bereket.analysis.energy.answers import FULL, LEAST
from bereket.analysis.energy.building import reference_of
from bereket.analysis.energy.rows import Unserved
from bereket.analysis.energy.solving import Solved
from bereket.analysis.energy.worth import flows_of, way_gains, weights_of
from bereket.compiled.energy.case import NONE, EnergyCase, Grid
from bereket.compiled.energy.periods import MONTHS

NAMED: Final = 4


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
    yield from _ways_in(solved, grid, bus, at)


def _own(
    case: EnergyCase, solved: Solved, grid: Grid, bus: int, at: int
) -> Iterator[str]:
    """Say what what stands there gives, and what holds back what does not give all."""
    own = grid.supplies
    noun = "plants" if grid.commodity == "power" else "fields"
    here = [k for k in np.nonzero(own.bus == bus)[0] if own.p_nom[k] > 0]
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
    dry = [k for k in slack if own.gas_node[k] == NONE]
    if dry:
        told = ", ".join(own.references[k].partition(":")[2] for k in dry[:NAMED])
        yield f"water or allotment used up: {told}"


def _ways_in(solved: Solved, grid: Grid, bus: int, at: int) -> Iterator[str]:
    """Say which ways in are full, beyond which it is short too, where no sale is."""
    ways, flows = grid.ways, flows_of(solved, grid)
    full, short, unsold = [], [], []
    gains = way_gains(solved, grid)
    for end, flow, share, gain in (
        (ways.bus1, flows.on, np.ones(ways.p_nom.size), gains[0]),
        (ways.bus0, flows.back, ways.back, gains[1]),
    ):
        far = ways.bus0 if end is ways.bus1 else ways.bus1
        for k in np.nonzero(end == bus)[0]:
            can = ways.p_nom[k] * ways.available[k] * share[k]
            can = max(can, solved.built.get(ways.references[k], 0.0) * share[k])
            if can <= LEAST:
                continue
            over = grid.countries[ways.bus0[k]] != grid.countries[ways.bus1[k]]
            price = flows.price[at]
            worth = ways.efficiency[k] * price[bus] - price[far[k]]
            if flow[at, k] >= can * (1.0 - FULL):
                full.append(ways.references[k])
            elif grid.commodity == "gas" and over and worth > gain[at, k] + LEAST:
                unsold.append(ways.references[k])
            else:
                short.append(ways.references[k])
    if not full and not short and not unsold:
        yield "no way leads in"
    if full:
        yield f"full: {', '.join(full[:NAMED])}"
    if unsold:
        yield f"no contract lets more in over {', '.join(unsold[:NAMED])}"
    if short:
        yield f"short as well beyond {', '.join(short[:NAMED])}"
