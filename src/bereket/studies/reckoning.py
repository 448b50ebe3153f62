"""A derived capacity told line by line: figures put in, steps, what they come to."""

import numpy as np

from bereket.compiled.derivations import Derivation, Range
from bereket.compiled.reported import beside
from bereket.compiled.train_loads import Train, trains_on
from bereket.model.model import Model

DAYS_PER_YEAR = 365
MILLION = 1e6
PAIRS = "pairs a day"
BARE = ("t", "teu", "feu")


def reckoned(model: Model, table: str, row: int, derived: Derivation) -> list[str]:
    """Tell a derivation line by line.

    Parameters
    ----------
    model : Model
        The model.
    table : str
        Table of the row.
    row : int
        Its position.
    derived : Derivation
        How its capacity arises.

    Returns
    -------
    list of str
        Figures put in by quality, steps, other methods, capacity, what others take,
        what is reported, and of a railway the trains with their tonnes a year.
    """
    lines = _put_in(derived)
    lines += [str(step) for step in derived.steps if step.governs]
    lines += _other_methods(derived)
    lines += _comes_to(derived)
    found = beside(model, table, row, derived)
    if found is not None:
        lines.append(f"reported against derived: {found}")
    if table == "link":
        trains = trains_on(model, row)
        lines += [train.line() for train in trains]
        lines += [_of_year(derived, train) for train in trains]
    return [line for line in lines if line]


def _put_in(derived: Derivation) -> list[str]:
    """Return the figures put in: those stated one a line, defaults in one."""
    lines, counted = [], []
    for each in derived.given:
        of = "" if each.reference == derived.element else f" of {each.reference}"
        if each.is_stated:
            lines.append(f"put in{of}: {each}")
        else:
            counted.append(f"{each.column}{of} {_short(each.range)}")
    if counted:
        lines.append(f"defaults that no row states: {', '.join(counted)}")
    return lines


def _other_methods(derived: Derivation) -> list[str]:
    """Return what other methods make of the same figures, and their spread."""
    others = [step for step in derived.steps if not step.governs]
    if not others:
        return []
    ends = [end for step in others for end in (step.range.low, step.range.high)]
    ends.append(derived.per_day.value)
    unit = PAIRS if derived.unit == "train" else f"{_units(derived.unit)} a day"
    spread = (
        f"the methods give {min(ends):.3g} to {max(ends):.3g} {unit}: this spread is "
        "the honest range of the method, beside that of the figures"
    )
    return [*(str(step) for step in others), spread]


def _comes_to(derived: Derivation) -> list[str]:
    """Return the capacity, the load of others, and what is left."""
    unit = _units(derived.unit)
    if not derived.is_known:
        lacking = (
            f": not stated are {', '.join(derived.lacks)}" if derived.lacks else ""
        )
        return [f"capacity: unknown, no limit{lacking}"]
    way = "both directions together" if derived.is_shared else "each direction"
    comes_to = (
        f"capacity ({derived.kind}, {derived.basis}): {_short(derived.per_day)} {unit} "
        f"a day, {way}; quality {derived.quality or 'not stated'}"
    )
    base = derived.base_per_day
    if base is None:
        return [comes_to, "load of others: unknown, so that the room left is refused"]
    kept = derived.reserve_per_day
    taken = f" - {kept:.3g} in reserve" if kept else ""
    uneven = f" / {derived.uneven_k:g} for the busiest month"
    left = (
        f"left for corridors on a mean day: ({derived.per_day.value:.4g}{taken} - "
        f"{base.value:.4g} of others){uneven if derived.uneven_k != 1 else ''} = "
        f"{_short(derived.free_per_day)} {unit}"
    )
    return [comes_to, left]


def _of_year(derived: Derivation, train: Train) -> str:
    """Return the tonnes that trains of a carrier carry a year, one way."""
    if derived.unit != "train" or not derived.is_known:
        return ""
    k, free = derived.uneven_k, derived.free_per_day
    if free.value <= 0:
        return ""
    tonnes = free.scaled(DAYS_PER_YEAR * train.net_t / MILLION)
    return (
        f"tonnes a year one way, {train.carrier_id}: 365 x n {free.value * k:.3g} x "
        f"net {train.net_t:,.0f} t / k {k:g} = {_short(tonnes)} Mt"
    )


def _units(unit: str) -> str:
    return unit if unit in BARE else f"{unit}s"


def _short(figure: Range) -> str:
    """Return a figure with its interval, three digits that count."""
    value, low, high = (
        f"{float(f'{max(end, 0.0):.3g}'):,g}" if np.isfinite(end) else "unknown"
        for end in (figure.value, figure.low, figure.high)
    )
    return value if low == high else f"{value} ({low} to {high})"
