"""Strings side by side, which costs do not tell apart, share alike what goes."""

from collections.abc import Hashable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.energy.solved import GridFlows, Solved
from bereket.compiled.energy.case import EnergyCase, Ints, Ways

Floats = NDArray[np.float64]


def share_alike(case: EnergyCase, solved: Solved) -> Solved:
    """Return the answer in which ways that are alike are as full as each other.

    Parameters
    ----------
    case : EnergyCase
        The year.
    solved : Solved
        Its answer.

    Returns
    -------
    Solved
        The same cost and prices: between the same places, at one cost, with one share
        lost, any split is as good. Those that may grow are left as they are.
    """
    power = _alike(case.power.ways, solved)
    gas = _alike(case.gas.ways, solved)
    owned = case.owned
    arcs = zip(
        _numbers(gas)[owned.way].tolist() if owned.way.size else (),
        owned.carrier.tolist(),
        owned.is_back.tolist(),
        strict=True,
    )
    weight = (case.gas.ways.p_nom * case.gas.ways.available)[owned.way]
    return replace(
        solved,
        power=_shared(solved.power, case.power.ways, power),
        gas=_shared(solved.gas, case.gas.ways, gas),
        carried=_split(solved.carried, weight, _numbers(arcs)),
    )


def _alike(ways: Ways, solved: Solved) -> list[Hashable]:
    """Return what each way has in common with those that are like it."""
    rows = zip(
        ways.bus0.tolist(),
        ways.bus1.tolist(),
        ways.efficiency.tolist(),
        ways.marginal_cost.tolist(),
        ways.back.tolist(),
        strict=True,
    )
    named = zip(ways.references, rows, strict=True)
    return [name if name in solved.built else row for name, row in named]


def _numbers(marks: Iterable[Hashable]) -> Ints:
    """Return a number for each, the same for those that are the same."""
    known: dict[Hashable, int] = {}
    found = [known.setdefault(mark, len(known)) for mark in marks]
    return np.array(found, dtype=np.intp)


def _shared(flows: GridFlows, ways: Ways, alike: list[Hashable]) -> GridFlows:
    """Return flows with those of ways that are alike split by capacity."""
    weight, group = ways.p_nom * ways.available, _numbers(alike)
    return replace(
        flows,
        on=_split(flows.on, weight, group),
        back=_split(flows.back, weight, group),
    )


def _split(values: Floats, weight: Floats, group: Ints) -> Floats:
    """Return columns of which those of a group share their sum by weight."""
    if not group.size:
        return values
    member = np.zeros((group.size, int(group.max()) + 1))
    member[np.arange(group.size), group] = 1.0
    total = weight @ member
    share = np.divide(
        weight, total[group], out=np.zeros(group.size), where=total[group] > 0
    )
    is_alone = (member.sum(axis=0) == 1)[group] | (total[group] == 0)
    return np.where(is_alone, values, ((values @ member)[:, group]) * share)
