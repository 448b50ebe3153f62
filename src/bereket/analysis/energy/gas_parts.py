"""What only gas has in a PyPSA network: stores, sales, what plants burn."""

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.building import (
    BURNED,
    GROWING,
    UNTAKEN,
    Builder,
    reference_of,
)
from bereket.compiled.energy.case import NONE, EnergyCase
from bereket.compiled.energy.periods import DAY_HOURS, MONTHS
from bereket.model.power import MWH_PER_MCM

Floats = NDArray[np.float64]


def add_stores(builder: Builder) -> None:
    """Add gas stores, which end the year as they began it."""
    own = builder.case.stores
    if not own.references:
        return
    names, gas = own.references, builder.case.gas
    ones = np.ones((MONTHS, len(names)))
    days = np.divide(
        own.e_nom, own.p_nom, out=np.zeros(len(names)), where=own.p_nom > 0
    )
    builder.network.add(
        "StorageUnit",
        names,
        bus=[reference_of(gas, at) for at in own.bus],
        carrier="store",
        p_nom=own.p_nom,
        max_hours=days,
        efficiency_store=own.kept,
        cyclic_state_of_charge=True,
        p_max_pu=builder.frame(gas, ones, names),
        p_min_pu=builder.frame(gas, -ones, names),
    )


def add_sales(builder: Builder) -> None:
    """Add contracts and swaps, and what is paid for but not taken.

    Notes
    -----
    Each is a link with both ends at the node where the gas changes hands: it moves no
    gas, only its owner, which `bereket.analysis.energy.owning` sees to.
    """
    own = builder.case.sales
    if not own.references:
        return
    names = own.references
    at = [reference_of(builder.case.gas, bus) for bus in own.given_at]
    builder.network.add(
        "Link",
        names,
        bus0=at,
        bus1=at,
        carrier="sale",
        p_nom=own.p_nom * own.most,
        marginal_cost=own.fee,
        p_max_pu=builder.frame(None, np.ones((MONTHS, len(names))), names),
        p_min_pu=builder.frame(None, np.tile(own.least / own.most, (MONTHS, 1)), names),
    )
    due = np.nonzero(own.least > 0)[0]
    if due.size:
        names = tuple(UNTAKEN + own.references[k] for k in due)
        at = [at[k] for k in due]
        builder.network.add(
            "Link",
            names,
            bus0=at,
            bus1=at,
            carrier="untaken",
            p_nom=(own.p_nom * own.least)[due],
            marginal_cost=own.price[due],
            p_max_pu=builder.frame(None, np.ones((MONTHS, due.size)), names),
        )


def add_burning(builder: Builder) -> None:
    """Add what plants burn at each gas node as one drain; `add_fuel` ties it."""
    plants, gas = builder.case.power.supplies, builder.case.gas
    nodes = burning_nodes(builder.case)
    if not nodes:
        return
    names = [BURNED + reference_of(gas, at) for at in nodes]
    builder.network.add(
        "Generator",
        names,
        bus=[reference_of(gas, at) for at in nodes],
        carrier="burned",
        sign=-1.0,
        p_nom=[
            1.0
            + _mcm_per_day(plants.p_nom, plants.efficiency)[plants.gas_node == at].sum()
            + (GROWING if set(plants.references) & set(builder.expand) else 0.0)
            for at in nodes
        ],
        p_max_pu=builder.frame(gas, np.ones((MONTHS, len(nodes))), names),
    )


def _mcm_per_day(mw: Floats, efficiency: Floats) -> Floats:
    """Return the gas that power burns [mcm/day]; NaN where nothing is burned."""
    return mw / efficiency * DAY_HOURS / MWH_PER_MCM


def burning_nodes(case: EnergyCase) -> list[int]:
    """Return the gas nodes that plants burn from, in order."""
    return sorted({int(at) for at in case.power.supplies.gas_node if at != NONE})
