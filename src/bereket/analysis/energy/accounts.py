"""The year of each country: what it costs, what it pays and earns abroad."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.blocks import idle_cost
from bereket.analysis.energy.rows import CountryYear, Generation, Sale
from bereket.analysis.energy.solved import Solved
from bereket.analysis.energy.worth import flows_of, way_gains, weights_of
from bereket.compiled.energy.case import EnergyCase, Grid

Floats = NDArray[np.float64]
Ledger = dict[str, defaultdict[str, float]]


def country_rows(
    case: EnergyCase,
    solved: Solved,
    generation: tuple[Generation, ...],
    sales: tuple[Sale, ...],
) -> tuple[CountryYear, ...]:
    """Return the year of every country.

    Parameters
    ----------
    case : EnergyCase
        The year.
    solved : Solved
        Its answer.
    generation, sales : tuple of Generation, of Sale
        Rows of it.

    Returns
    -------
    tuple of CountryYear
        Net costs sum to the objective, less fees of swaps, which are a payment between
        countries, less what stands in it for gas due and not taken, and less what is
        paid for what was built.
    """
    names = sorted({iso3 for grid in case.grids for iso3 in grid.countries})
    ledger: Ledger = {iso3: defaultdict(float) for iso3 in names}
    for grid in case.grids:
        _enter_supplies(ledger, case, solved, grid)
        _enter_loads(ledger, case, solved, grid)
        _enter_ways(ledger, case, solved, grid)
    for row in generation:
        ledger[row.country_iso3]["gas_burned_mcm"] += row.gas_mcm
        ledger[row.country_iso3]["co2_t"] += row.co2_t
    for sale in sales:
        _enter_sale(ledger, sale)
    found = []
    for iso3, entries in ledger.items():
        costs = ("supply_usd", "carriage_usd", "unserved_usd", "paid_usd")
        gains = ("buyers_value_usd", "earned_usd")
        net = sum(entries[name] for name in costs)
        net -= sum(entries[name] for name in gains)
        cells = {
            name: entries[name]
            for name in CountryYear.__slots__
            if name not in ("iso3", "net_cost_usd")
        }
        found.append(CountryYear(iso3=iso3, net_cost_usd=net, **cells))
    return tuple(found)


def _enter_supplies(
    ledger: Ledger, case: EnergyCase, solved: Solved, grid: Grid
) -> None:
    """Enter what plants and fields give and cost."""
    own = grid.supplies
    given = weights_of(case, grid) @ flows_of(solved, grid).supply
    column = "generation_mwh" if grid.commodity == "power" else "production_mcm"
    for at, amount in enumerate(given):
        entries = ledger[grid.countries[own.bus[at]]]
        entries["supply_usd"] += float(amount * own.marginal_cost[at])
        if grid.commodity == "power":
            idle = weights_of(case, grid) @ solved.idle[:, at]
            entries["unserved_usd"] += float(idle * idle_cost(case))
        if own.carriers[at] == "import":
            entries["power_net_import_mwh"] += float(amount)
        else:
            entries[column] += float(amount)


def _enter_loads(ledger: Ledger, case: EnergyCase, solved: Solved, grid: Grid) -> None:
    """Enter what is wanted, missed and bought."""
    loads, weight, flows = grid.loads, weights_of(case, grid), flows_of(solved, grid)
    wanted = weight @ loads.wanted
    missed, bought = weight @ flows.missed, weight @ flows.bought
    column = "power_wanted_mwh" if grid.commodity == "power" else "gas_wanted_mcm"
    for at, is_export in enumerate(loads.is_export):
        entries = ledger[grid.countries[loads.bus[at]]]
        if is_export:
            entries["buyers_value_usd"] += float(bought[at] * loads.value[at])
        else:
            entries["unserved_usd"] += float(missed[at] * loads.value[at])
            entries[column] += float(wanted[at])


def _enter_ways(ledger: Ledger, case: EnergyCase, solved: Solved, grid: Grid) -> None:
    """Enter fees of carriage, and what power over a border earns and costs.

    Notes
    -----
    Power is paid for at the seller's price, its fee, and half of the congestion rent.
    """
    ways, weight, flows = grid.ways, weights_of(case, grid), flows_of(solved, grid)
    gains = way_gains(case, solved, grid)
    for start, stop, flow, gain in (
        (ways.bus0, ways.bus1, flows.on, gains[0]),
        (ways.bus1, ways.bus0, flows.back, gains[1]),
    ):
        for at, fee in enumerate(ways.marginal_cost):
            here, there = grid.countries[start[at]], grid.countries[stop[at]]
            sent = flow[:, at]
            ledger[here]["carriage_usd"] += float(weight @ sent * fee)
            if grid.commodity == "gas" or here == there:
                continue
            price = flows.price[:, start[at]] + fee + gain[:, at] / 2.0
            paid = float(weight @ (sent * price))
            arrives = float(weight @ sent * ways.efficiency[at])
            ledger[here]["earned_usd"] += paid
            ledger[there]["paid_usd"] += paid
            ledger[here]["power_net_import_mwh"] -= float(weight @ sent)
            ledger[there]["power_net_import_mwh"] += arrives


def _enter_sale(ledger: Ledger, sale: Sale) -> None:
    """Enter what a contract or swap moves and what is paid for it."""
    seller, buyer = ledger[sale.seller_iso3], ledger[sale.buyer_iso3]
    seller["earned_usd"] += sale.paid_usd
    buyer["paid_usd"] += sale.paid_usd
    seller["gas_sold_mcm"] += sale.given_mcm
    buyer["gas_bought_mcm"] += sale.received_mcm
    if sale.partner_iso3:
        partner = ledger[sale.partner_iso3]
        seller["paid_usd"] += sale.fee_usd
        partner["earned_usd"] += sale.fee_usd
        partner["gas_bought_mcm"] += sale.given_mcm - sale.received_mcm
