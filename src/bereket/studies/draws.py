"""What the draws of a sweep tell: spreads, ranks, what had no answer."""

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.studies.factors import Factors
from bereket.studies.headlines import Headlines
from bereket.studies.screening import Screened, noise_of, screened
from bereket.studies.sweep_result import Failure, Moved, Spread

Floats = NDArray[np.float64]
Draws = Mapping[int, Headlines]  # by number of the sample, from 0
LEAST_SAMPLES: Final = 2
NUMBERS_SHOWN: Final = 5
FIGURE: Final = re.compile(r"\d[\d.,e+-]*")


def values_of(draws: Draws, name: str) -> Floats:
    """Return a headline of every draw; NaN where there is none."""
    return np.array([each.figures.get(name, np.nan) for each in draws.values()])


def units_of(draws: Draws) -> dict[str, str]:
    """Return names and units of all headlines."""
    return {name: unit for each in draws.values() for name, unit in each.units.items()}


def spreads_of(draws: Draws, base: Headlines) -> tuple[Spread, ...]:
    """Return how far each headline reaches, of those that any draw has."""
    units = {**base.units, **units_of(draws)}
    spreads = []
    for name, unit in units.items():
        values = values_of(draws, name)
        if not np.isnan(values).all():
            known = base.figures.get(name, np.nan)
            spreads.append(Spread.of(name, unit, values, known))
    return tuple(spreads)


def ranked_by(draws: Draws, probability: Floats, seed: int) -> dict[str, Screened]:
    """Return what the sample says of every headline that moves in most samples."""
    rows = np.array(list(draws), dtype=np.intp)
    noises: dict[bytes, Any] = {}
    ranked = {}
    names = units_of(draws)
    for name in names:
        values = values_of(draws, name)
        is_known = ~np.isnan(values)
        known = values[is_known]
        if known.size < LEAST_SAMPLES or _is_mostly_one(known):
            continue
        drawn, key = probability[rows[is_known]], is_known.tobytes()
        if key not in noises:
            noises[key] = noise_of(drawn, seed, len(names))
        ranked[name] = screened(drawn, known, noises[key])
    return ranked


def _is_mostly_one(known: Floats) -> bool:
    """Whether more than half of the samples have one figure: ranks say little then."""
    _, counts = np.unique(known, return_counts=True)
    return int(counts.max()) > known.size / 2.0


def moved_by(factors: Factors, ranked: Mapping[str, Screened]) -> tuple[Moved, ...]:
    """Return the factors that are beyond noise for any headline."""
    moved = []
    for at, factor in enumerate(factors.each):
        beyond = {n: float(s.score[at]) for n, s in ranked.items() if s.score[at] > 1.0}
        if not beyond:
            continue
        first = max(beyond, key=lambda name: float(ranked[name].share[at]))
        moved.append(
            Moved(
                factor=factor,
                headline=first,
                rank_coefficient=float(ranked[first].rank_coefficient[at]),
                first_order=float(ranked[first].first_order[at]),
                share=float(ranked[first].share[at]),
                score=beyond[first],
                also=tuple(name for name in beyond if name != first),
            )
        )
    return tuple(sorted(moved, key=lambda each: -each.share))


def failures_of(draws: Draws) -> tuple[Failure, ...]:
    """Return why samples have no answer; those that differ in figures alone as one."""
    by_words: dict[str, list[int]] = {}
    for at, each in draws.items():
        if each.fault:
            by_words.setdefault(FIGURE.sub("#", each.fault), []).append(at)
    most_first = sorted(by_words.values(), key=lambda at: -len(at))
    return tuple(
        Failure(
            why=draws[at[0]].fault,
            samples=len(at),
            first=tuple(each + 1 for each in at[:NUMBERS_SHOWN]),
        )
        for at in most_first
    )


def warnings_of(draws: Draws, samples: int) -> tuple[str, ...]:
    """Return what of the samples could not be used, or is not done."""
    failed = [each.fault for each in draws.values() if each.fault]
    rough = sum(each.is_rough for each in draws.values())
    told = []
    if failed:
        told.append(
            f"{len(failed)} of {len(draws)} samples have no answer and are in no "
            f"quantile, such as: {failed[0]}"
        )
    if rough:
        told.append(f"{rough} of {len(draws)} samples did not converge")
    if len(draws) < samples:
        told.append(f"interrupted: {len(draws)} of {samples} samples are done")
    return tuple(told)
