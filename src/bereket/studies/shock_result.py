"""What a shock moved, observed and modelled."""

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from bereket.model.result import Stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Way = Literal["up", "down"]
STILL: Final = 0.05  # a change by less is none


@dataclass(frozen=True, slots=True)
class Shifted:
    """Where the cargo goes that passed before, at the same demand.

    Attributes
    ----------
    stays, other_way, not_going : float
        Shares of it: still there, by another way, not any more; they make 1.
    """

    stays: float
    other_way: float
    not_going: float


@dataclass(frozen=True, slots=True)
class ShockBeside:
    """One shock with what the model makes of it.

    Attributes
    ----------
    shock_id, name, on, unit, party : str
        Which; where it is counted, in what; who is asked after it, empty for all.
    commodity_ids, regimes : tuple of str
        Cargoes, empty = all; the orders that made it.
    before_date, after_date : str
        The two days.
    before_year, after_year : int
        Years of the demand of each.
    direction : {"up", "down"}
        What was observed.
    observed_ratio, observed_low, observed_high : float or None
        After over before, as far as it is known.
    before, after : float
        Modelled on the two days, each with the demand of its year [unit a year].
    after_same_demand : float
        On the day after with the demand of the day before.
    after_without_orders : float
        The same without the orders that the shock names.
    factor : float
        Within which a ratio counts as of the right size.
    shifted : Shifted or None
        Where what passed before goes; None where nothing did.
    binds : tuple of str
        Elements that are full on the day after and were not before, longest wait first.
    why : str
        What stands between the model and what was observed; empty where nothing does.
    definition, source_id, note : str
        As the row says.
    """

    shock_id: str
    name: str
    on: str
    unit: str
    party: str
    commodity_ids: tuple[str, ...]
    regimes: tuple[str, ...]
    before_date: str
    after_date: str
    before_year: int
    after_year: int
    direction: Way
    observed_ratio: float | None
    observed_low: float | None
    observed_high: float | None
    before: float
    after: float
    after_same_demand: float
    after_without_orders: float
    factor: float
    shifted: Shifted | None
    binds: tuple[str, ...]
    why: str
    definition: str
    source_id: str
    note: str

    @property
    def modelled_ratio(self) -> float | None:
        """After over before, each with its own demand; None where none was before."""
        return _over(self.after, self.before)

    @property
    def same_demand_ratio(self) -> float | None:
        """The same with the demand of the day before: what prices and orders do."""
        return _over(self.after_same_demand, self.before)

    @property
    def orders_ratio(self) -> float | None:
        """With the orders over without them: same day, same demand."""
        return _over(self.after_same_demand, self.after_without_orders)

    @property
    def modelled_direction(self) -> str:
        """``up``, ``down`` or ``still``; empty where nothing was before."""
        ratio = self.modelled_ratio
        if ratio is None:
            return "up" if self.after > 0 else ""
        if abs(ratio - 1.0) < STILL:
            return "still"
        return "up" if ratio > 1.0 else "down"

    @property
    def agrees(self) -> bool:
        """Whether the model moves the way that was observed."""
        return self.modelled_direction == self.direction

    @property
    def is_of_size(self) -> bool | None:
        """Whether it moves the way observed, within the factor; None where unknown."""
        seen, found = self.observed_ratio, self.modelled_ratio
        if seen is None:
            return None
        if found is None or not self.agrees:
            return False
        low, high = sorted((seen, found))
        return high == low or (low > 0 and high / low <= self.factor)

    @property
    def is_by_orders(self) -> bool:
        """Whether the orders that the shock names move the model the way observed."""
        ratio = self.orders_ratio
        if ratio is None:
            return False
        return ratio < 1.0 - STILL if self.direction == "down" else ratio > 1.0 + STILL

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        told = (
            *("modelled_ratio", "same_demand_ratio", "orders_ratio"),
            *("modelled_direction", "agrees", "is_of_size", "is_by_orders"),
        )
        lists = ("commodity_ids", "regimes", "binds")
        return (
            asdict(self)
            | {name: list(getattr(self, name)) for name in lists}
            | {name: getattr(self, name) for name in told}
        )


@dataclass(frozen=True, slots=True)
class ShocksResult:
    """Shocks observed and modelled.

    Attributes
    ----------
    shocks : tuple of ShockBeside
        In the order of table `shock`.
    objective : str
        How the model was asked.
    warnings : tuple of str
        Runs that did not end well.
    stamp : Stamp
        Where the answer comes from.
    """

    shocks: tuple[ShockBeside, ...]
    objective: str
    warnings: tuple[str, ...]
    stamp: Stamp

    def headline(self) -> str:
        """Say how many shocks move the right way, and how many by the right size."""
        sized = [each.is_of_size for each in self.shocks if each.is_of_size is not None]
        alike = [each.agrees for each in self.shocks]
        moved = [each.is_by_orders for each in self.shocks if each.agrees]
        return (
            f"{sum(alike)} of {len(alike)} shocks move the way observed, "
            f"{sum(moved)} of them by their orders; "
            f"{sum(sized)} of {len(sized)} by the size observed"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "objective": self.objective,
            "shocks": [each.as_dict() for each in self.shocks],
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a shock."""
        import pandas as pd

        rows = [each.as_dict() for each in self.shocks]
        for row in rows:
            shifted = row.pop("shifted")
            row |= {
                f"{name}_share": shifted[name] if shifted else None
                for name in Shifted.__slots__
            }
        return pd.DataFrame(rows)

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the shocks."""
        return MappingProxyType({"shocks": self.to_frame()})

    def summary(self) -> str:
        """Return a line a shock, the stamp last."""
        lines = [
            f"{each.shock_id}: observed "
            f"{in_short(each.observed_ratio, each.direction)}, modelled "
            f"{in_short(each.modelled_ratio, each.modelled_direction)}"
            for each in self.shocks
        ]
        return "\n".join([self.headline(), *lines, self.stamp.line()])


def in_short(ratio: float | None, direction: str) -> str:
    """Return a ratio in a few letters, or the direction where it is not known.

    Parameters
    ----------
    ratio : float or None
        After over before.
    direction : str
        What is known without it.

    Returns
    -------
    str
        The words.

    Examples
    --------
    >>> in_short(0.514, "down"), in_short(None, "up"), in_short(None, "")
    ('x 0.51', 'up', 'nothing before')
    """
    if ratio is None:
        return direction or "nothing before"
    return f"x {ratio:.2f}"


def _over(after: float, before: float) -> float | None:
    return after / before if before > 0 else None
