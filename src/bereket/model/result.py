"""What every result has: a stamp that says where it comes from, and tables."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, Protocol

from bereket.model.model import Model
from bereket.model.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["answered", "no_way", "interrupted"]


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
