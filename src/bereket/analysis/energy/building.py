"""A PyPSA network in the making: names of its parts, zones, plants, loads, ways."""

import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.params import yearly_costs
from bereket.compiled.energy.case import NONE, EnergyCase, Grid, Spending
from bereket.compiled.energy.periods import MONTHS

Floats = NDArray[np.float64]
ON, BACK, UNSERVED, UNTAKEN, BURNED = ">", "<", "unserved ", "untaken ", "burned "
SPILLED: Final = "spilled "
GROWING: Final = 1e6  # mcm a day: no bound
LIBRARIES: Final = ("pypsa", "linopy")


def reference_of(grid: Grid, at: int) -> str:
    """Return the row of a zone or gas node."""
    return f"{'bus' if grid.commodity == 'power' else 'gas_node'}:{grid.ids[at]}"


def can_lack(grid: Grid) -> NDArray[np.bool_]:
    """Return which plants may want for gas or water: what must run of them is soft."""
    own = grid.supplies
    bounded = np.isfinite(own.week_mwh).any(axis=0) | np.isfinite(own.year_most)
    return np.asarray((own.gas_node != NONE) | bounded)


def spilling_buses(grid: Grid) -> list[int]:
    """Return the zones or gas nodes where something must run, in order."""
    own = grid.supplies
    runs = (own.least * own.p_nom).max(axis=0, initial=0.0) > 0
    return sorted({int(at) for at in own.bus[runs]})


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what PyPSA and its libraries say of themselves, and give it back."""
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own calls to other libraries
        try:
            yield
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)


@dataclass(slots=True)
class Builder:
    """A network in the making.

    Attributes
    ----------
    case : EnergyCase
        What it is made of.
    network : pypsa.Network
        The network so far.
    expand : tuple of str
        Rows that may grow.
    rate : float
        Discount rate.
    """

    case: EnergyCase
    network: Any
    expand: tuple[str, ...]
    rate: float

    def frame(self, grid: Grid | None, values: Floats, names: Sequence[str]) -> Any:
        """Return figures of a grid's own periods as a frame of all, 0 in the others."""
        import pandas as pd

        whole = np.zeros((len(self.case.periods.labels), len(names)))
        is_power = grid is not None and grid.commodity == "power"
        whole[slice(MONTHS, None) if is_power else slice(0, MONTHS)] = values
        return pd.DataFrame(whole, index=self.network.snapshots, columns=list(names))

    def add_buses(self, grid: Grid) -> None:
        """Add zones or gas nodes."""
        names = [reference_of(grid, at) for at in range(len(grid.ids))]
        self.network.add("Bus", names, carrier=grid.commodity)

    def add_supplies(self, grid: Grid) -> None:
        """Add plants or fields."""
        own = grid.supplies
        if not own.references:
            return
        names = own.references
        more = _growth(self, own.references, own.p_nom, own.spending)
        self.network.add(
            "Generator",
            names,
            bus=[reference_of(grid, at) for at in own.bus],
            carrier=list(own.carriers),
            p_nom=own.p_nom,
            p_max_pu=self.frame(grid, own.most, names),
            p_min_pu=self.frame(grid, own.least * ~can_lack(grid), names),
            marginal_cost=own.marginal_cost,
            **more,
        )

    def add_spilling(self, grid: Grid) -> None:
        """Let what must run, and has no use, be spilled for nothing."""
        buses = spilling_buses(grid)
        if not buses:
            return
        names = [SPILLED + reference_of(grid, at) for at in buses]
        own = grid.supplies
        most = [
            float((own.least * own.p_nom)[:, own.bus == at].sum(axis=1).max())
            for at in buses
        ]
        n_periods = own.least.shape[0]
        self.network.add(
            "Generator",
            names,
            bus=[reference_of(grid, at) for at in buses],
            carrier="spilled",
            sign=-1.0,
            p_nom=most,
            p_max_pu=self.frame(grid, np.ones((n_periods, len(buses))), names),
        )

    def add_loads(self, grid: Grid) -> None:
        """Add what is wanted, and what it costs not to have it."""
        own = grid.loads
        for is_export in (False, True):
            chosen = np.nonzero(own.is_export == is_export)[0]
            if not chosen.size:
                continue
            names = [own.references[at] for at in chosen]
            buses = [reference_of(grid, at) for at in own.bus[chosen]]
            wanted = own.wanted[:, chosen]
            highest = np.maximum(wanted.max(axis=0), np.finfo(float).tiny)
            if not is_export:
                p_set = self.frame(grid, wanted, names)
                self.network.add("Load", names, bus=buses, p_set=p_set)
                names = [UNSERVED + name for name in names]
            self.network.add(
                "Generator",
                names,
                bus=buses,
                carrier="export" if is_export else "unserved",
                sign=-1.0 if is_export else 1.0,
                p_nom=highest,
                p_max_pu=self.frame(grid, wanted / highest, names),
                marginal_cost=own.value[chosen] * (-1.0 if is_export else 1.0),
            )

    def add_ways(self, grid: Grid) -> None:
        """Add lines or pipes, a link each way."""
        own = grid.ways
        n_periods = MONTHS if grid.commodity == "gas" else self.case.periods.n_hours
        for mark, ends, share in (
            (ON, (own.bus0, own.bus1), np.ones(len(own.references))),
            (BACK, (own.bus1, own.bus0), own.back),
        ):
            chosen = np.nonzero(share > 0)[0]
            if not chosen.size:
                continue
            starts, stops = (end[chosen] for end in ends)
            references = [own.references[at] for at in chosen]
            names = [name + mark for name in references]
            available = np.tile(own.available[chosen], (n_periods, 1))
            spending = own.spending
            self.network.add(
                "Link",
                names,
                bus0=[reference_of(grid, at) for at in starts],
                bus1=[reference_of(grid, at) for at in stops],
                carrier=grid.commodity,
                p_nom=own.p_nom[chosen] * share[chosen],
                efficiency=own.efficiency[chosen],
                p_max_pu=self.frame(grid, available, names),
                marginal_cost=own.marginal_cost[chosen],
                **_growth(
                    self,
                    references,
                    own.p_nom[chosen] * share[chosen],
                    Spending(
                        # The way back is there with the way on: paid for once.
                        spending.overnight_usd[chosen]
                        if mark == ON
                        else np.zeros(chosen.size),
                        spending.lifetime_years[chosen],
                        spending.most[chosen] * share[chosen],
                    ),
                ),
            )


def _growth(
    builder: Builder, references: Sequence[str], p_nom: Floats, spending: Spending
) -> dict[str, Any]:
    """Return the columns of what may grow; none where nothing of it may."""
    grows = np.array([name in builder.expand for name in references])
    if not grows.any():
        return {}
    yearly = np.where(grows, yearly_costs(spending, builder.rate), 0.0)
    return {
        "p_nom_extendable": grows,
        "p_nom_min": p_nom,
        "p_nom_max": np.where(grows, np.maximum(spending.most, p_nom), math.inf),
        "capital_cost": yearly,
    }
