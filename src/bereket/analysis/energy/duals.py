"""What rows of the programme are worth beside those of zones and nodes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.blocks import VOLUME, WATER, YEARLY
from bereket.analysis.energy.owning import OWNED
from bereket.compiled.energy.case import EnergyCase
from bereket.compiled.energy.periods import MONTHS

Floats = NDArray[np.float64]
Duals = Callable[[str], Any]  # label of constraints to a labelled array


def premium(case: EnergyCase, duals: Duals) -> Floats:
    """Return what gas of owners abroad is worth more than that of the country.

    Returns
    -------
    (12, n_places)
        In USD/mcm, by place of `bereket.compiled.energy.owners.Owned`.
    """
    if not case.owned.node.size:
        return np.zeros((MONTHS, 0))
    own = duals(OWNED).transpose("snapshot", "place").to_numpy()
    return np.asarray(np.nan_to_num(own / case.periods.month_days[:, None]))


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
