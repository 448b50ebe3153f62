"""Constraints that PyPSA has not: fuel of the month, water of the week, volumes."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.building import (
    BACK,
    BURNED,
    ON,
    can_lack,
    reference_of,
)
from bereket.analysis.energy.gas_parts import burning_nodes
from bereket.compiled.energy.case import EnergyCase
from bereket.compiled.energy.periods import DAY_HOURS, MONTHS
from bereket.model.power import MWH_PER_MCM

Floats = NDArray[np.float64]
WATER: Final = "bereket-water"
YEARLY: Final = "bereket-yearly"
VOLUME: Final = "bereket-volume"
IDLE: Final = "bereket-idle"
LEAST_VALUE: Final = 1000.0  # USD/MWh, where no load says more


def add_fuel(network: Any, case: EnergyCase) -> None:
    """Let each gas node give in every month what plants burn of it in the weeks.

    Parameters
    ----------
    network : pypsa.Network
        With a model made.
    case : EnergyCase
        The year.

    Notes
    -----
    Of month m and gas node g: days_m * burned_gm = sum over weeks w of
    days_wm * 24 / H * sum over hours h of w and plants k of g of p_kh / (efficiency_k *
    MWH_PER_MCM), with H hours told apart in a week.
    """
    import xarray as xr

    periods, plants, model = case.periods, case.power.supplies, network.model
    generator = model.variables["Generator-p"]
    months = list(periods.labels[:MONTHS])
    hours = list(periods.labels[MONTHS:])
    daily = np.repeat(periods.days_in, periods.hours, axis=0) * DAY_HOURS
    share = xr.DataArray(
        daily / periods.hours,
        coords={"snapshot": hours, "month": months},
        dims=("snapshot", "month"),
    )
    days = xr.DataArray(periods.month_days, coords={"month": months}, dims="month")
    for at in burning_nodes(case):
        own = np.nonzero(plants.gas_node == at)[0]
        names = [plants.references[k] for k in own]
        heat = xr.DataArray(
            1.0 / (plants.efficiency[own] * MWH_PER_MCM),
            coords={"name": names},
            dims="name",
        )
        power = generator.sel(snapshot=hours, name=names)
        burned = generator.sel(
            snapshot=months, name=BURNED + reference_of(case.gas, at)
        ).rename({"snapshot": "month"})
        needed = (power * (share * heat)).sum(["snapshot", "name"])
        name = f"bereket-fuel {case.gas.ids[at]}"
        model.add_constraints(burned * days - needed == 0, name=name)


def add_water(network: Any, case: EnergyCase) -> None:
    """Let hydro give in a week no more than its water, and others in the year.

    Parameters
    ----------
    network : pypsa.Network
        With a model made.
    case : EnergyCase
        The year.

    Notes
    -----
    Of week w and plant k: sum over hours h of w of weight_h * p_kh <= week_mwh_wk; of
    plant k: sum over all hours of weight_h * p_kh <= year_most_k.
    """
    import xarray as xr

    periods, plants, model = case.periods, case.power.supplies, network.model
    generator = model.variables["Generator-p"]
    hours = list(periods.labels[MONTHS:])
    weight = xr.DataArray(
        periods.hour_weight, coords={"snapshot": hours}, dims="snapshot"
    )
    for at in range(len(periods.weeks)):
        chosen = np.nonzero(np.isfinite(plants.week_mwh[at]))[0]
        if not chosen.size:
            continue
        names = [plants.references[k] for k in chosen]
        own = hours[at * periods.hours : (at + 1) * periods.hours]
        energy = (generator.sel(snapshot=own, name=names) * weight).sum("snapshot")
        most = xr.DataArray(
            plants.week_mwh[at, chosen], coords={"name": names}, dims="name"
        )
        model.add_constraints(energy <= most, name=f"{WATER} {at}")
    chosen = np.nonzero(np.isfinite(plants.year_most))[0]
    if chosen.size:
        names = [plants.references[k] for k in chosen]
        energy = (generator.sel(snapshot=hours, name=names) * weight).sum("snapshot")
        most = xr.DataArray(
            plants.year_most[chosen], coords={"name": names}, dims="name"
        )
        model.add_constraints(energy <= most, name=YEARLY)


def add_must_run(network: Any, case: EnergyCase) -> None:
    """Let plants run as much as they must, unless gas or water lacks.

    Parameters
    ----------
    network : pypsa.Network
        With a model made.
    case : EnergyCase
        The year.

    Notes
    -----
    Of hour h and plant k that burns gas of a node, or has water or an allotment: p_kh +
    idle_kh >= least_kh * p_nom_k. An idle MWh costs as much as the dearest that is not
    served, so that none idles that can run.
    """
    import xarray as xr

    plants, model = case.power.supplies, network.model
    runs = (plants.least * plants.p_nom).max(axis=0, initial=0.0) > 0
    chosen = np.nonzero(runs & can_lack(case.power))[0]
    if not chosen.size:
        return
    names = [plants.references[k] for k in chosen]
    hours = list(case.periods.labels[MONTHS:])
    axes = {"snapshot": hours, "name": names}
    least = xr.DataArray(
        (plants.least * plants.p_nom)[:, chosen], coords=axes, dims=tuple(axes)
    )
    weight = xr.DataArray(
        case.periods.hour_weight, coords={"snapshot": hours}, dims="snapshot"
    )
    idle = model.add_variables(lower=0.0, coords=least.coords, name=IDLE)
    given = model.variables["Generator-p"].sel(snapshot=hours, name=names)
    model.add_constraints(given + idle >= least, name=IDLE)
    model.objective = model.objective + (idle * weight * idle_cost(case)).sum()


def idle_cost(case: EnergyCase) -> float:
    """Return what a MWh costs that must run and does not: the dearest not served."""
    return float(case.power.loads.value.max(initial=LEAST_VALUE))


def add_volumes(network: Any, case: EnergyCase) -> None:
    """Let contracts sell in a year no more than their volume, whatever a month may.

    Parameters
    ----------
    network : pypsa.Network
        With a model made.
    case : EnergyCase
        The year.

    Notes
    -----
    Of contract k: sum over months m of days_m * sold_km <= p_nom_k * sum of days_m.
    """
    import xarray as xr

    sales, days = case.sales, case.periods.month_days
    chosen = np.nonzero(sales.most > 1.0)[0]
    if not chosen.size:
        return
    names = [sales.references[k] for k in chosen]
    months = list(case.periods.labels[:MONTHS])
    weight = xr.DataArray(days, coords={"snapshot": months}, dims="snapshot")
    sold = network.model.variables["Link-p"].sel(snapshot=months, name=names)
    most = xr.DataArray(
        sales.p_nom[chosen] * days.sum(), coords={"name": names}, dims="name"
    )
    network.model.add_constraints((sold * weight).sum("snapshot") <= most, name=VOLUME)


def add_both_ways(network: Any, case: EnergyCase, expand: tuple[str, ...]) -> None:
    """Let a way that grows grow back as it grows on.

    Parameters
    ----------
    network : pypsa.Network
        With a model made.
    case : EnergyCase
        The year.
    expand : tuple of str
        Rows that may grow.

    Notes
    -----
    Of a way with the share b back: p_nom_back = b * p_nom_on.
    """
    model = network.model
    for grid in case.grids:
        shares = dict(zip(grid.ways.references, grid.ways.back.tolist(), strict=True))
        for name in expand:
            if shares.get(name, 0.0) > 0:
                built = model.variables["Link-p_nom"]
                on, back = built.sel(name=name + ON), built.sel(name=name + BACK)
                model.add_constraints(
                    back - shares[name] * on == 0, name=f"bereket-both {name}"
                )
