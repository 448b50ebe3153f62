"""What every result has: a stamp that says where it comes from, and tables."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from bereket.model.model import Model
from bereket.model.scenario import Scenario
from bereket.schema import LIST_SEPARATOR

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["answered", "no_way", "not_converged", "interrupted"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where an answer comes from; it re-runs from this.

    Attributes
    ----------
    question : str
        The verb asked.
    model, model_version, model_hash : str
        Name, version and content hash of the model before the scenario.
    scenario : str
        Name of the scenario.
    changes : tuple of str
        Its changes, in order.
    as_of : str
        The date answered for.
    regimes : tuple of str
        Orders in force that touched the answer.
    params : mapping
        Options of the question.
    seed : int
        Seed of the random numbers.
    status : str
        How the answer ended.
    assumed_share : float or None
        Share of the answer that rests on rows of quality ``assumed``.
    package_version, made_at : str
        Version of bereket; time of the answer, UTC.
    """

    question: str
    model: str
    model_version: str
    model_hash: str
    scenario: str
    changes: tuple[str, ...]
    as_of: str
    params: Mapping[str, Any]
    status: Status
    regimes: tuple[str, ...] = ()
    seed: int = 0
    assumed_share: float | None = None
    package_version: str = field(default_factory=lambda: version("bereket"))
    made_at: str = field(
        default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds")
    )

    def as_dict(self) -> dict[str, Any]:
        """Return the stamp as plain data."""
        return asdict(self) | {"params": dict(self.params)}

    def line(self) -> str:
        """Return the stamp in one line, for the end of a summary."""
        share = self.assumed_share
        assumed = "" if share is None else f" · {share:.0%} rests on assumed rows"
        return (
            f"{self.question} · {self.model} {self.model_version} "
            f"({self.model_hash[:12]}) · {self.scenario} · {self.as_of}{assumed} · "
            f"bereket {self.package_version}"
        )


Cell = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Flat:
    """A table of an answer as plain cells, ready for a spreadsheet or a column store.

    Attributes
    ----------
    header : tuple of str
        Names of the columns, units in them.
    rows : tuple of tuple
        Cells: text, figures, truth values; None where unknown.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def flat(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> Flat:
    """Return rows as plain cells: lists become text, mappings a column each key.

    Parameters
    ----------
    rows : sequence of mapping
        Rows by column; a column may be absent from some.
    columns : sequence of str
        Columns that are there though no row has them.

    Returns
    -------
    Flat
        Columns in the order in which they are met.

    Examples
    --------
    >>> flat([{"way": 1, "parts": {"wagon": 2.5}, "links": ["L1", "L2"]}])
    Flat(header=('way', 'parts.wagon', 'links'), rows=((1, 2.5, 'L1|L2'),))
    """
    spread = [dict(_spread(row)) for row in rows]
    met = dict.fromkeys(name for row in spread for name in row)
    # A column that is a mapping in one row and unknown in another is its keys.
    split = {name.partition(".")[0] for name in met if "." in name}
    header = tuple(n for n in dict.fromkeys((*columns, *met)) if n not in split)
    return Flat(header, tuple(tuple(row.get(n) for n in header) for row in spread))


def _spread(row: Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    """Give the cells of a row under plain names."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            for inner, cell in _spread(value):
                yield f"{name}.{inner}", cell
        else:
            yield name, _plain(value)


def _plain(value: object) -> Cell:
    """Return a cell as text, figure or truth value; None where unknown."""
    if isinstance(value, (list, tuple)):
        return LIST_SEPARATOR.join(str(_plain(each)) for each in value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return json.dumps(value, ensure_ascii=False)


class Monitor(Protocol):
    """Is told how far a question is."""

    def __call__(self, done: int, of: int, note: str) -> bool:
        """Take note of progress; False asks the question to stop."""


class Result(Protocol):
    """What every question returns."""

    @property
    def stamp(self) -> Stamp:
        """Where the answer comes from."""

    def to_frame(self) -> "pd.DataFrame":
        """Return the main table, one row a thing, units in the column names."""

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return every table of the answer by name."""

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""


def model_stamp(model: Model, scenario: Scenario) -> dict[str, Any]:
    """Return the part of a stamp that model and scenario give."""
    return {
        "model": model.name,
        "model_version": model.config("version"),
        "model_hash": model.content_hash,
        "scenario": scenario.name,
        "changes": tuple(map(str, scenario.changes)),
    }
