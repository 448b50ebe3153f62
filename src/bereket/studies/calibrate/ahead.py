"""The ways of several years, found in processes of their own."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, NamedTuple

from bereket.analysis.assign.choice import REAL_WAYS
from bereket.model.model import Column, Model, Table
from bereket.studies.calibrate.params import CalibrateParams
from bereket.studies.calibrate.years import year_of

WORTH_IT: Final = 300  # flows of a year, below which a process takes longer to begin
Found = Mapping[Any, Any]


class Asked(NamedTuple):
    """A year whose ways are wanted.

    Attributes
    ----------
    year : int
        The year.
    orders_of : int or None
        Year whose orders hold in place of its own.
    """

    year: int
    orders_of: int | None = None


def ways_ahead(
    model: Model, asked: Sequence[Asked], params: CalibrateParams
) -> dict[Asked, Found]:
    """Find the ways of several years at once, as the years themselves would.

    Parameters
    ----------
    model : Model
        The model.
    asked : sequence of Asked
        The years.
    params : CalibrateParams
        Party, processes.

    Returns
    -------
    dict of Asked to mapping
        What each year's network is to keep; empty where it is quicker without.
    """
    years = model["demand"].number("year")
    most = max((int((years == each.year).sum()) for each in asked), default=0)
    processes = min(params.processes or os.cpu_count() or 1, len(asked))
    if most < WORTH_IT or processes == 1:
        return {}
    columns = {name: dict(table.columns) for name, table in model.tables.items()}
    jobs = [(model.name, columns, each, params.party) for each in asked]
    with ProcessPoolExecutor(processes) as pool:
        return dict(zip(asked, pool.map(_found, jobs), strict=True))


def _found(
    job: tuple[str, Mapping[str, Mapping[str, Column]], Asked, str],
) -> Found:
    """Return the ways of one year, in a process of its own."""
    name, columns, asked, party = job
    model = Model(name, {n: Table(n, each) for n, each in columns.items()})
    laid = year_of(model, *asked, party)
    kept = laid.freight.offer.graph.kept
    return {
        key: each
        for key, each in kept.items()
        if isinstance(key, tuple) and key[0] == REAL_WAYS
    }
