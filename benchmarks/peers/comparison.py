"""What a comparison is: the same answer by us and by another program."""

from collections.abc import Callable
from typing import NamedTuple

Run = Callable[[], object]


class Comparison(NamedTuple):
    """One thing that two programs do.

    Attributes
    ----------
    phase, peer : str
        What is done, and by whom else.
    ours, theirs : function of a subject's name
        Return what is timed, a function without arguments, ready to run: what the
        program would have before it begins is made beforehand.
    hold : function of both answers
        Raises AssertionError where they are not the same.
    """

    phase: str
    peer: str
    ours: Callable[[str], Run]
    theirs: Callable[[str], Run]
    hold: Callable[[object, object], None]

    def check(self, subject: str) -> None:
        """Run both once and hold their answers against each other."""
        self.hold(self.ours(subject)(), self.theirs(subject)())
