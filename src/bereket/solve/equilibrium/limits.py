"""Hard limits as waits: the multipliers of an augmented Lagrangian."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.delays import ROOM, STIFFNESS, WAIT

Floats = NDArray[np.float64]

FIRST: Final = 8.0  # mean ways that twice the room costs in waiting, at first
STIFFER: Final = 1.2  # more, and shifts of pairs that share a limit grow too short
SLOW: Final = 0.3  # a violation that is not brought down so far makes its limit stiffer
MOST: Final = 5.0  # times the first stiffness
NO_ROOM: Final = 1e-9


class Limits:
    """Waits of the resources that have a hard limit.

    Parameters
    ----------
    curve : (n_resources, 8)
        Resources; their waits and stiffness are altered in place.
    n_resources : int
        How many are of the network.
    """

    def __init__(self, curve: Floats, n_resources: int) -> None:
        (self.at,) = np.nonzero(curve[:n_resources, ROOM] < np.inf)
        self.curve = curve
        self.room = np.maximum(curve[self.at, ROOM], 0.0)
        self.scale = np.maximum(self.room, NO_ROOM)
        self.first: Floats | None = None
        self.before = np.full(self.at.size, np.inf)
        curve[self.at, WAIT] = 0.0
        curve[self.at, STIFFNESS] = 0.0

    def begin(self, mean_h: float) -> bool:
        """Make limits count, by the hours of a mean way; True when it does so first."""
        if self.first is not None or not self.at.size:
            return False
        # where all is free an hour is as good a measure as any
        self.first = FIRST * (mean_h if mean_h > 0 else 1.0) / self.scale
        self.curve[self.at, STIFFNESS] = self.first
        return True

    def take(self, wait_h: Floats, stiffness: Floats) -> None:
        """Begin with the waits of an earlier solution."""
        if self.at.size:
            self.first = stiffness[self.at].copy()
            self.curve[self.at, WAIT] = wait_h[self.at]
            self.curve[self.at, STIFFNESS] = self.first

    def waits(self, load: Floats) -> Floats:
        """Return the wait that each limit makes at a load [h]."""
        wait_h = np.zeros(load.size)
        over = load[self.at] - self.room
        stiff = self.curve[self.at, STIFFNESS]
        wait_h[self.at] = np.maximum(0.0, self.curve[self.at, WAIT] + stiff * over)
        return wait_h

    def missed(self, load: Floats) -> Floats:
        """Return by how much each limit is missed, as a share of it.

        Notes
        -----
        A load above the limit, or one below it where there is a wait all the same.
        """
        over = load[self.at] - self.room
        waits = self.waits(load)[self.at] > 0
        missed = np.where(waits, np.abs(over), np.maximum(over, 0.0)) / self.scale
        return np.asarray(missed)

    def violation(self, load: Floats) -> float:
        """Return the largest share by which a limit is missed."""
        return float(self.missed(load).max(initial=0.0))

    def raise_waits(self, load: Floats) -> None:
        """Set the waits to what is felt now; make stiffer what does not come down."""
        if not self.at.size:
            return
        missed = self.missed(load)
        self.curve[self.at, WAIT] = self.waits(load)[self.at]
        slow = missed > SLOW * self.before
        stiff = self.curve[self.at, STIFFNESS]
        most = stiff if self.first is None else MOST * self.first
        self.curve[self.at, STIFFNESS] = np.where(
            slow & (missed > 0), np.minimum(STIFFER * stiff, most), stiff
        )
        self.before = missed
