"""What a calibration is asked."""

from dataclasses import dataclass

from bereket.errors import QuestionError


@dataclass(frozen=True, slots=True)
class CalibrateParams:
    """What is asked.

    Attributes
    ----------
    hold_out : int or None
        Year that the fit does not see; None = none.
    years : tuple of int
        Years fitted; empty = all before the year held out, that have observations.
    party : str
        Party class that asks.
    rounds : int
        How often ships set their sailings anew before the next fit.
    processes : int
        Processes that find ways; 0 = one a processor. The answer is the same.
    """

    hold_out: int | None = None
    years: tuple[int, ...] = ()
    party: str = ""
    rounds: int = 2
    processes: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises
        ------
        QuestionError
            When the year held out is fitted too, or no round is asked for, or fewer
            processes than none.
        """
        if self.hold_out in self.years:
            msg = f"{self.hold_out} cannot be held out and fitted"
            raise QuestionError(msg)
        if self.processes < 0:
            msg = f"processes must be 0 or more; found {self.processes}"
            raise QuestionError(msg)
        if self.rounds < 1:
            msg = f"rounds must be 1 or more; found {self.rounds}"
            raise QuestionError(msg)
