"""Constraints on whose gas goes where: of every pipe, and of owners abroad."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.building import BACK, ON, UNTAKEN
from bereket.compiled.energy.case import EnergyCase, Ints
from bereket.compiled.energy.periods import MONTHS

Floats = NDArray[np.float64]
CARRIED: Final = "bereket-carried"  # mcm a day, by month and arc
SHARED: Final = "bereket-shared"
OWNED: Final = "bereket-owned"
NO_TERM: Final = -1  # linopy's word for a term that is not there


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of one constraint a month and row.

    Attributes
    ----------
    row : (n,)
        Row that each is of.
    labels : (12, n)
        Variable of each month.
    coefficient : (n,)
        Its factor.
    """

    row: Ints
    labels: NDArray[np.intp]
    coefficient: Floats


def add_owners(network: Any, case: EnergyCase) -> None:
    """Let pipes carry what somebody owns, and owners abroad have what they brought.

    Parameters
    ----------
    network : pypsa.Network
        With a model made.
    case : EnergyCase
        The year.

    Notes
    -----
    Of month m and way w of a pipe: sum over owners o of carried_wom = flow_wm; of owner
    o and node n abroad: sum of efficiency_w carried_wom of ways in + what is handed
    over to o at n = sum of carried_wom of ways out + what o hands over there. At home
    the balance of the node says the same.
    """
    owned, model = case.owned, network.model
    months = list(case.periods.labels[:MONTHS])
    reader = _Labels(network, months)
    labels = np.zeros((MONTHS, 0), dtype=np.intp)
    if owned.way.size:
        axes = {"snapshot": months, "arc": list(range(owned.way.size))}
        carried = model.add_variables(lower=0.0, coords=axes, name=CARRIED)
        labels = carried.labels.transpose("snapshot", "arc").to_numpy()
    references = case.gas.ways.references
    ways = [
        references[way] + (BACK if back else ON)
        for way, back in zip(owned.way, owned.is_back, strict=True)
    ]
    names = list(dict.fromkeys(ways))
    row = {name: at for at, name in enumerate(names)}
    for label, terms, n_rows in (
        (SHARED, tuple(_ways(ways, row, labels, reader)), len(names)),
        (OWNED, tuple(_places(case, labels, reader)), owned.node.size),
    ):
        if terms:
            total = _sums(model, terms, n_rows, months)
            model.add_constraints(total == 0, name=label)


def carried_of(network: Any, case: EnergyCase) -> Floats:
    """Return what is sent of each owner by arc, (12, n_arcs) [mcm/day]."""
    if not case.owned.way.size:
        return np.zeros((MONTHS, 0))
    found = network.model.variables[CARRIED].solution
    return np.asarray(found.transpose("snapshot", "arc").to_numpy() + 0.0)


@dataclass(frozen=True, slots=True)
class _Labels:
    """Variables of links by name.

    Attributes
    ----------
    network : pypsa.Network
        With a model made.
    months : list of str
        Snapshots of gas.
    """

    network: Any
    months: list[str]

    def of(self, names: list[str]) -> NDArray[np.intp]:
        """Return variables by name, (12, n)."""
        labels = self.network.model.variables["Link-p"].labels
        own = labels.sel(snapshot=self.months, name=names)
        return np.asarray(own.transpose("snapshot", "name").to_numpy(), dtype=np.intp)


def _ways(
    ways: list[str], row: dict[str, int], carried: NDArray[np.intp], reader: _Labels
) -> Iterator[Terms]:
    """Give the terms of pipes: what owners send, and what goes."""
    if ways:
        own = np.array([row[name] for name in ways])
        yield Terms(own, carried, np.ones(len(ways)))
        yield Terms(np.arange(len(row)), reader.of(list(row)), -np.ones(len(row)))


def _places(
    case: EnergyCase, carried: NDArray[np.intp], reader: _Labels
) -> Iterator[Terms]:
    """Give the terms of owners abroad."""
    owned, sales = case.owned, case.sales
    places = zip(owned.node.tolist(), owned.owner.tolist(), strict=True)
    row = {place: at for at, place in enumerate(places)}
    efficiency = case.gas.ways.efficiency[owned.way]
    for nodes, moved in (
        (owned.stop, efficiency),
        (owned.start, -np.ones(efficiency.size)),
    ):
        ends = zip(nodes.tolist(), owned.carrier.tolist(), strict=True)
        rows = np.array([row.get(end, NO_TERM) for end in ends], dtype=np.intp)
        abroad = rows != NO_TERM
        if abroad.any():
            yield Terms(rows[abroad], carried[:, abroad], moved[abroad])
    owner = {iso3: at for at, iso3 in enumerate(owned.owners)}
    for given in owned.handovers:
        name = sales.references[given.sale]
        # What is not taken goes back to the seller.
        links = ((name, given.share), (UNTAKEN + name, -1.0))
        for link, share in links if sales.least[given.sale] > 0 else links[:1]:
            for iso3, factor in ((given.taker, share), (given.giver, -share)):
                at = row.get((given.bus, owner[iso3]), NO_TERM)
                if at != NO_TERM:
                    yield Terms(np.array([at]), reader.of([link]), np.array([factor]))


def _sums(model: Any, terms: tuple[Terms, ...], n_rows: int, months: list[str]) -> Any:
    """Return the sums of terms by month and row, as linopy has them."""
    import xarray as xr
    from linopy import LinearExpression

    row = np.concatenate([each.row for each in terms])
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=n_rows)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    place = np.arange(row.size) - first  # of each term in its row
    shape = MONTHS, n_rows, int(counts.max())
    variables = np.full(shape, NO_TERM, dtype=np.intp)
    factors = np.full(shape, np.nan)
    labels = np.concatenate([each.labels for each in terms], axis=1)[:, order]
    variables[:, row[order], place] = labels
    factors[:, row[order], place] = np.concatenate(
        [each.coefficient for each in terms]
    )[order]
    axes = ("snapshot", "place", "_term")
    data = xr.Dataset(
        {"coeffs": (axes, factors), "vars": (axes, variables)},
        coords={"snapshot": months, "place": list(range(n_rows))},
    )
    return LinearExpression(data, model)
