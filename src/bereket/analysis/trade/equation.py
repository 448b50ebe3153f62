"""A gravity equation: what is estimated, and what it came to."""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from bereket.errors import QuestionError

if TYPE_CHECKING:
    import pandas as pd

Effects = Literal["none", "countries", "country_years", "three_way"]
Cluster = Literal["pair", "exporter", "importer", "both"]


@dataclass(frozen=True, slots=True)
class GravityParams:
    """What is estimated, by the names of columns.

    Attributes
    ----------
    regressors : tuple of str
        What trade is explained by; distances and incomes as logarithms.
    value, exporter, importer, year : str
        Trade, who sells, who buys, when; the year blank where there is one alone.
    effects : {"none", "countries", "country_years", "three_way"}
        Effects of exporters and importers; of each in every year; those and of pairs.
    cluster : {"pair", "exporter", "importer", "both"}
        Within what errors may hang together.
    """

    regressors: tuple[str, ...]
    value: str = "trade"
    exporter: str = "exporter"
    importer: str = "importer"
    year: str = ""
    effects: Effects = "countries"
    cluster: Cluster = "pair"

    def __post_init__(self) -> None:
        """Refuse what cannot be estimated.

        Raises
        ------
        QuestionError
            When there is no regressor, a choice is unknown, or the year is missing.
        """
        if not self.regressors:
            msg = "gravity needs a regressor"
            raise QuestionError(msg)
        twice = [n for n in dict.fromkeys(self.columns) if self.columns.count(n) > 1]
        if twice:
            msg = f"a column may be asked for once; twice: {', '.join(twice)}"
            raise QuestionError(msg)
        for name, known in (("effects", Effects), ("cluster", Cluster)):
            found = getattr(self, name)
            if found not in get_args(known):
                told = ", ".join(get_args(known))
                msg = f"{name} must be one of {told}; found {found!r}"
                raise QuestionError(msg)
        if self.effects in ("country_years", "three_way") and not self.year:
            msg = f"effects {self.effects!r} need the column of the year"
            raise QuestionError(msg)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that are read."""
        ends = self.value, self.exporter, self.importer
        return (*ends, *((self.year,) if self.year else ()), *self.regressors)


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient with its interval.

    Attributes
    ----------
    name : str
        Column.
    estimate, standard_error : float
        By clusters.
    low, high : float
        Bounds of 95 per cent.
    """

    name: str
    estimate: float
    standard_error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that could not be used.

    Attributes
    ----------
    why : str
        The reason.
    rows : int
        How many.
    first : tuple of int
        Positions of the first few, from 0; empty where they are not told apart.
    """

    why: str
    rows: int
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Gravity:
    """A gravity equation, estimated.

    Attributes
    ----------
    coefficients : tuple of Coefficient
        In the order asked for.
    covariance : (n, n)
        Of the estimates.
    n_given, n_used : int
        Rows.
    dropped : tuple of Dropped
        What became of the others; their rows sum to the difference.
    pseudo_r2 : float
        Squared correlation of deviance, McFadden's.
    params : GravityParams
        What was asked.
    """

    coefficients: tuple[Coefficient, ...]
    covariance: NDArray[np.float64] = field(repr=False)
    n_given: int
    n_used: int
    dropped: tuple[Dropped, ...]
    pseudo_r2: float
    params: GravityParams

    def of(self, name: str) -> Coefficient:
        """Return the coefficient of a column.

        Raises
        ------
        QuestionError
            When there is none.
        """
        for each in self.coefficients:
            if each.name == name:
                return each
        told = ", ".join(each.name for each in self.coefficients)
        msg = f"there is no coefficient {name!r}; there are {told}"
        raise QuestionError(msg)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a coefficient."""
        import pandas as pd

        return pd.DataFrame([asdict(each) for each in self.coefficients])

    def summary(self) -> str:
        """Return the estimates as text, and what was dropped."""
        width = max(len(each.name) for each in self.coefficients)
        lines = [
            f"{each.name:{width}}  {each.estimate:9.4f}  ({each.standard_error:.4f})"
            for each in self.coefficients
        ]
        head = (
            f"{self.n_used:,} of {self.n_given:,} rows; pseudo R2 {self.pseudo_r2:.3f}"
        )
        left = [f"{each.rows:,} left out: {each.why}" for each in self.dropped]
        return "\n".join([head, *left, *lines])
