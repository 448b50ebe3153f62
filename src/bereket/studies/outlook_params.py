"""What an outlook is asked."""

import math
from dataclasses import dataclass, field

from bereket.analysis.assign import AssignParams
from bereket.analysis.trade.params import LAST_YEAR
from bereket.errors import QuestionError
from bereket.studies.carriage import USUAL


@dataclass(frozen=True, slots=True)
class OutlookParams:
    """What is asked.

    Attributes
    ----------
    to_year : int
        Last year.
    pair : tuple of (str, str) or tuple of ()
        Countries whose trade is told by sector; none = the pair that table `trade` has
        sectors of.
    measure_ids : tuple of str
        Measures that are begun on the model's date and work once they are built.
    tolerance : float
        Share that costs may move yet at the end of a year's rounds: of all tonnes
        between countries, and of the pair's value.
    damping : float
        Part of the way to the new tonnes that a round goes, above 0, to 1.
    most_rounds : int
        Rounds of a year at most.
    assign : AssignParams
        How tonnes are put on the ways; year and date are those of the outlook.
    """

    to_year: int = 2040
    pair: tuple[str, ...] = ()
    measure_ids: tuple[str, ...] = ()
    tolerance: float = 1e-3
    damping: float = 0.8
    most_rounds: int = 8
    assign: AssignParams = field(default_factory=lambda: USUAL)

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises
        ------
        QuestionError
            With what must hold.
        """
        if self.to_year > LAST_YEAR:
            msg = f"to_year must be {LAST_YEAR} or before; found {self.to_year}"
            raise QuestionError(msg)
        if not 0.0 < self.damping <= 1.0:
            msg = f"damping must be above 0, to 1; found {self.damping:g}"
            raise QuestionError(msg)
        if not (math.isfinite(self.tolerance) and self.tolerance > 0):
            msg = f"tolerance must be above 0; found {self.tolerance:g}"
            raise QuestionError(msg)
        if self.most_rounds < 1:
            msg = f"most_rounds must be 1 or more; found {self.most_rounds}"
            raise QuestionError(msg)
        if self.assign.as_of or self.assign.year is not None:
            msg = "date and year are those of the outlook, not of the question"
            raise QuestionError(msg)
