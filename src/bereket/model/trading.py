"""What rows of trade mean, to the rules and to the questions alike."""

from collections.abc import Iterator
from typing import Final

from bereket.model.calendar import first_day, last_day
from bereket.model.model import Model

ALL_GOODS: Final = "all"  # the sector of a pair whose split is not known
NOT_FREIGHT: Final = ("pipeline_gas", "electricity")  # sectors that no carrier takes
KIND: Final = "trade"  # of an observation
USD: Final = "USD"
YEAR_DAYS: Final = (365, 366)


def observed_years(model: Model) -> Iterator[tuple[int, frozenset[str], int]]:
    """Give the observations of trade over a whole year, in USD.

    Parameters
    ----------
    model : Model
        Its table `observation` is read; rows without a period are left out.

    Yields
    ------
    tuple of int, frozenset of str and int
        Row, countries, year.

    Examples
    --------
    >>> from bereket import blank_model
    >>> list(observed_years(blank_model()))
    []
    """
    table = model["observation"]
    columns = table.labels("kind"), table.lists("on"), table.labels("unit")
    periods = table.labels("period_start"), table.labels("period_end")
    for row, (kind, on, unit, start, end) in enumerate(
        zip(*columns, *periods, strict=True)
    ):
        if kind != KIND or unit != USD or not (start and end):
            continue
        if last_day(end) - first_day(start) + 1 in YEAR_DAYS:
            yield row, frozenset(on), int(end[:4])
