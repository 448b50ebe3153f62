"""What the question of trade is asked."""

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bereket.errors import QuestionError

LEAST_DRAWS: Final = 100
MOST_DRAWS: Final = 100_000
LEAST_GROWTHS: Final = 5
MOST_GROWTHS: Final = 15
LAST_YEAR: Final = 2100
Answer = Literal["full", "conditional", "direct"]


@dataclass(frozen=True, slots=True)
class TradeParams:
    """What is asked.

    Attributes
    ----------
    pair : tuple of (str, str)
        Two countries whose trade with each other is looked at.
    target_usd : float
        Turnover, both directions together, in a year [USD].
    to_year : int
        Last year.
    by_year : int or None
        Year for which the growth that the target needs is told; None = the year in
        which the agenda has it due, else five years after the last observed.
    draws : int
        Draws of growth, prices and elasticities.
    growths : int
        Yearly growths of both countries' product that theirs to come are drawn from,
        at most; fewer where the series begin later.
    backtest_year : int or None
        Year that the past is forecast from; None = none is.
    answer : {"full", "conditional", "direct"}
        What of all other trade follows where carriage changes: prices and incomes too;
        with what each sells and spends held; nothing.
    """

    pair: tuple[str, str]
    target_usd: float
    to_year: int = 2040
    by_year: int | None = None
    draws: int = 2000
    growths: int = MOST_GROWTHS
    backtest_year: int | None = 2019
    answer: Answer = "full"

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises
        ------
        QuestionError
            With what must hold.
        """
        one, other = self.pair
        if one == other:
            msg = f"a pair is of two countries; found {one!r} twice"
            raise QuestionError(msg)
        if not (math.isfinite(self.target_usd) and self.target_usd > 0):
            msg = f"target_usd must be a number above 0; found {self.target_usd:g}"
            raise QuestionError(msg)
        if not LEAST_DRAWS <= self.draws <= MOST_DRAWS:
            msg = (
                f"draws must be from {LEAST_DRAWS} to {MOST_DRAWS}; found {self.draws}"
            )
            raise QuestionError(msg)
        if self.answer not in get_args(Answer):
            told = ", ".join(get_args(Answer))
            msg = f"answer must be one of {told}; found {self.answer!r}"
            raise QuestionError(msg)
        if self.growths < LEAST_GROWTHS:
            msg = f"growths must be {LEAST_GROWTHS} or more; found {self.growths}"
            raise QuestionError(msg)
        if self.to_year > LAST_YEAR:
            msg = f"to_year must be {LAST_YEAR} or before; found {self.to_year}"
            raise QuestionError(msg)
