"""What rows of the programme are worth beside those of zones and nodes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.blocks import VOLUME, WATER, YEARLY
from bereket.compiled.energy.case import EnergyCase
from bereket.compiled.energy.periods import MONTHS

Floats = NDArray[np.float64]
Duals = Callable[[str], Any]  # label of constraints to a labelled array


def water_price(network: Any, case: EnergyCase, duals: Duals) -> Floats:
    """Return the worth of water by week and plant; 0 where it binds not."""
    plants = case.power.supplies
    at = {name: k for k, name in enumerate(plants.references)}
    found = np.zeros(plants.week_mwh.shape)
    rows = network.model.constraints
    for week, worth in enumerate(found):
        for label in (f"{WATER} {week}", YEARLY):
            if label in rows:
                for name, value in duals(label).to_series().items():
                    worth[at[str(name)]] -= value
    return found


def volume_price(network: Any, case: EnergyCase, duals: Duals) -> Floats:
    """Return the worth of each contract's yearly volume; 0 where it binds not."""
    found = np.zeros(len(case.sales.references))
    if VOLUME in network.model.constraints:
        at = {name: k for k, name in enumerate(case.sales.references)}
        for name, value in duals(VOLUME).to_series().items():
            found[at[str(name)]] = -value
    return found


def store_value(case: EnergyCase, duals: Duals) -> Floats:
    """Return the worth of one more mcm a day in and out of each store."""
    names = list(case.stores.references)
    found = np.zeros(len(names))
    if names:
        months = list(case.periods.labels[:MONTHS])  # in hours none may move
        for way in ("dispatch", "store"):
            dual = duals(f"StorageUnit-fix-p_{way}-upper")
            found -= dual.sel(snapshot=months, name=names).sum("snapshot").to_numpy()
    return found
