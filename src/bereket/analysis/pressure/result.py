"""The answer: pressures by place, power, the largest flow and what binds it."""

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.model.result import Stamp, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SHOWN: Final = 8  # places of a summary


@dataclass(frozen=True, slots=True)
class PressurePoint:
    """A place of the path: a node, a compressor station, or both.

    Attributes
    ----------
    km : float
        From the beginning of the path [km].
    node_id : str
        Gas node; empty on the way.
    station : str
        Pipe and number of the station; empty where none stands.
    gas_pipe_id : str
        The pipe that begins or goes on here; empty at the end.
    flow_mcm_per_day : float
        What goes on from here [mcm/day].
    pressure_in_bar, pressure_out_bar : float or None
        Before and behind the place, absolute [bar]; None where the flow does not get.
    ratio : float or None
        Of the two: above 1 = lifted, below 1 = throttled.
    power_mw : float or None
        What the station takes at the shaft [MW].
    """

    km: float
    node_id: str
    station: str
    gas_pipe_id: str
    flow_mcm_per_day: float
    pressure_in_bar: float | None
    pressure_out_bar: float | None
    ratio: float | None
    power_mw: float | None

    @property
    def name(self) -> str:
        """Node, station, or both."""
        station = f"station {self.station}" if self.station else ""
        return ", ".join(each for each in (self.node_id, station) if each)

    def told(self) -> str:
        """Return its figures in words."""
        if self.pressure_in_bar is None:
            return "not reached"
        if self.pressure_in_bar == self.pressure_out_bar:
            return f"{self.pressure_in_bar:,.1f} bar"
        return (
            f"{self.pressure_in_bar:,.1f} to {self.pressure_out_bar:,.1f} bar, "
            f"{self.power_mw:,.1f} MW"
        )


@dataclass(frozen=True, slots=True)
class PressureResult:
    """Pressures along a path, and the largest flow that it passes.

    Attributes
    ----------
    path : tuple of str
        Pipes, in order.
    as_of : str
        The date.
    flow_mcm_per_day : float
        What is sent into the path [mcm/day].
    outlet_min_bar : float
        Least pressure asked at the end [bar].
    stated_mcm_per_day : float
        Largest flow sent by what the rows of the pipes say that they can carry.
    stamp : Stamp
        Where the answer comes from.
    points : tuple of PressurePoint
        From beginning to end; none if interrupted.
    outlet_bar, delivered_mcm_per_day, power_mw : float or None
        Pressure at the end [bar], what arrives there [mcm/day], and the power of all
        stations [MW]; None where the flow does not get there.
    largest_flow_mcm_per_day : float or None
        Largest flow sent that arrives with the least pressure; None if interrupted.
    binding : tuple of str
        Pipes whose pressure falls without relief at that flow.
    binds : str
        The same in words.
    notes, warnings : tuple of str
        How it was worked out; what does not fit.
    """

    path: tuple[str, ...]
    as_of: str
    flow_mcm_per_day: float
    outlet_min_bar: float
    stated_mcm_per_day: float
    stamp: Stamp
    points: tuple[PressurePoint, ...] = ()
    outlet_bar: float | None = None
    delivered_mcm_per_day: float | None = None
    power_mw: float | None = None
    largest_flow_mcm_per_day: float | None = None
    binding: tuple[str, ...] = ()
    binds: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """How the answer ended."""
        return self.stamp.status

    @property
    def margin_bar(self) -> float | None:
        """What the pressure at the end is above the least asked; None without one."""
        return (
            None if self.outlet_bar is None else self.outlet_bar - self.outlet_min_bar
        )

    @property
    def passes(self) -> bool:
        """Whether the flow arrives with the least pressure or more."""
        return self.margin_bar is not None and self.margin_bar >= 0

    def headline(self) -> str:
        """Return the answer in a sentence."""
        if self.largest_flow_mcm_per_day is None:
            return f"{' '.join(self.path)}: interrupted"
        verb = "pass" if self.passes else "do not pass"
        told = f"{self.flow_mcm_per_day:,.4g} mcm/day {verb} on {self.as_of}: "
        if self.margin_bar is None:
            reached = [each for each in self.points if each.pressure_in_bar is not None]
            told += f"the pressure is used up behind km {reached[-1].km:,.0f}"
        else:
            side = "above" if self.passes else "below"
            told += (
                f"{self.outlet_bar:,.1f} bar at the end, {abs(self.margin_bar):,.1f} "
                f"{side} the {self.outlet_min_bar:g} asked"
            )
        return f"{told}; up to {self.largest_flow_mcm_per_day:,.4g} can pass"

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a place."""
        return [asdict(point) for point in self.points]

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "path": list(self.path),
            "as_of": self.as_of,
            "status": self.status,
            "headline": self.headline(),
            "passes": self.passes,
            "flow_mcm_per_day": self.flow_mcm_per_day,
            "delivered_mcm_per_day": self.delivered_mcm_per_day,
            "outlet_bar": self.outlet_bar,
            "outlet_min_bar": self.outlet_min_bar,
            "margin_bar": self.margin_bar,
            "power_mw": self.power_mw,
            "largest_flow_mcm_per_day": self.largest_flow_mcm_per_day,
            "stated_mcm_per_day": self.stated_mcm_per_day,
            "binding": list(self.binding),
            "binds": self.binds,
            "points": self.rows(),
            "assumed_share": self.stamp.assumed_share,
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a place, units in the column names."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the places, and the answer in one row."""
        import pandas as pd

        plain = self.as_dict()
        single = {k: v for k, v in plain.items() if not isinstance(v, list)}
        return MappingProxyType(
            {"points": self.to_frame(), "pressure": pd.DataFrame([single])}
        )

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        lines = [
            f"km {each.km:,.0f} {each.name}: {each.told()}" for each in self.points
        ]
        shown = (
            lines if len(lines) <= SHOWN else [*lines[: SHOWN - 2], "...", lines[-1]]
        )
        binds = [f"binds: {self.binds}"] if self.binds else []
        return "\n".join([self.headline(), *shown, *binds, self.stamp.line()])
