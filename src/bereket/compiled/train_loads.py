"""Trains by section: how many wagons the norms allow, and what they carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.money import loads
from bereket.compiled.trains import wagons_by_length, wagons_by_mass
from bereket.errors import QuestionError
from bereket.model.model import Model

CONDITIONAL_WAGON_M: Final = 14.0
NORMS_KEPT: Final = 4096
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def t_per_wagon(model: Model, carrier: int, commodity_id: str) -> float:
    """Return the tonnes of a cargo in a wagon of a carrier; NaN where unknown.

    Parameters
    ----------
    model : Model
        The model.
    carrier : int
        Row of table ``carrier``.
    commodity_id : str
        The cargo.

    Returns
    -------
    float
        Boxes on the wagon times their load; else the load of a wagon.
    """
    return _t_per_wagon(model, carrier, loads(model, commodity_id))


def _t_per_wagon(model: Model, carrier: int, load_t: Mapping[str, float]) -> float:
    table = model["carrier"]
    unit = table.labels("unit")[carrier]
    if unit in ("teu", "feu"):
        return load_t[unit] * float(table.number("units_per_wagon")[carrier])
    return load_t["wagon"]


def wagons_per_train(
    model: Model, link: int, carrier: int, load_t: float
) -> tuple[float, float]:
    """Return the wagons of a train by length and by mass; NaN where unknown.

    Parameters
    ----------
    model : Model
        The model.
    link : int
        Row of table ``link``: its loops and its norm of mass.
    carrier : int
        Row of table ``carrier``: its wagons.
    load_t : float
        Cargo of a wagon [t].

    Returns
    -------
    tuple of float and float
        The smaller of the two governs.
    """
    track, stock = model["link"], model["carrier"]
    loop, gross = (
        float(track.number(name)[link]) for name in ("loop_length_m", "gross_train_t")
    )
    length, loco = (
        float(stock.number(name)[carrier]) for name in ("length_m", "loco_length_m")
    )
    return _wagons(loop, gross, length, loco, _empty_t(model, carrier), load_t)


def _empty_t(model: Model, carrier: int) -> float:
    """Return the mass of a wagon without cargo, its empty boxes on it."""
    stock = model["carrier"]
    boxes, box_t = (
        float(stock.number(name)[carrier])
        for name in ("units_per_wagon", "unit_tare_t")
    )
    is_boxed = stock.labels("unit")[carrier] in ("teu", "feu")
    return float(stock.number("tare_t")[carrier]) + (boxes * box_t if is_boxed else 0.0)


@lru_cache(maxsize=NORMS_KEPT)
def _wagons(
    loop_m: float,
    gross_t: float,
    wagon_m: float,
    loco_m: float,
    empty_t: float,
    load_t: float,
) -> tuple[float, float]:
    """Return wagons by length and by mass; few lines have norms of their own."""
    by_length = by_mass = float("nan")
    if np.isfinite([loop_m, loco_m, wagon_m]).all():
        by_length = float(wagons_by_length(loop_m, loco_m, wagon_m))
    if np.isfinite([gross_t, empty_t, load_t]).all():
        by_mass = float(wagons_by_mass(gross_t, empty_t, load_t))
    return by_length, by_mass


def net_t_per_train(
    model: Model, links: Ints, carriers: Ints, commodity_id: str
) -> Floats:
    """Return the tonnes of a cargo in trains of carriers on links.

    Parameters
    ----------
    model : Model
        The model.
    links : (n,) int
        Rows of table ``link``; -1 where none is known.
    carriers : (n,) int
        Rows of table ``carrier``.
    commodity_id : str
        The cargo.

    Returns
    -------
    (n,)
        Net of wagons and boxes; NaN where neither norm is known.

    Raises
    ------
    QuestionError
        When a norm takes not one wagon; every such link and carrier is named.
    """
    track, stock = model["link"], model["carrier"]
    kinds = range(len(stock))
    load_t = loads(model, commodity_id)
    load = np.array([_t_per_wagon(model, kind, load_t) for kind in kinds])
    empty = np.array([_empty_t(model, kind) for kind in kinds])
    norms = (
        track.number("loop_length_m")[links],
        track.number("gross_train_t")[links],
        stock.number("length_m")[carriers],
        stock.number("loco_length_m")[carriers],
        empty[carriers],
        load[carriers],
    )
    try:
        return _net_of_all(links >= 0, *norms)
    except QuestionError:
        pass  # which they are is told one by one
    faults: dict[str, None] = {}
    each_norm = zip(*(column.tolist() for column in norms), strict=True)
    for at, (link, norm) in enumerate(zip(links.tolist(), each_norm, strict=True)):
        if link < 0:
            continue
        try:
            _net_t(*norm)
        except QuestionError as fault:
            of = stock.labels("carrier_id")[int(carriers[at])]
            faults[f"{track.references[link]}, {of} with {commodity_id}: {fault}"] = (
                None
            )
    raise QuestionError("\n".join(faults))


def _net_of_all(  # noqa: PLR0913, PLR0917 the norms of a train
    known: NDArray[np.bool_],
    loop_m: Floats,
    gross_t: Floats,
    wagon_m: Floats,
    loco_m: Floats,
    empty_t: Floats,
    load_t: Floats,
) -> Floats:
    """Return the net of many trains at once, as `_net_t` of each."""
    by_length, by_mass = np.full(known.size, np.nan), np.full(known.size, np.nan)
    at = known & np.isfinite(loop_m) & np.isfinite(loco_m) & np.isfinite(wagon_m)
    if at.any():
        by_length[at] = wagons_by_length(loop_m[at], loco_m[at], wagon_m[at])
    at = known & np.isfinite(gross_t) & np.isfinite(empty_t) & np.isfinite(load_t)
    if at.any():
        by_mass[at] = wagons_by_mass(gross_t[at], empty_t[at], load_t[at])
    return np.asarray(np.fmin(by_length, by_mass) * load_t)


@lru_cache(maxsize=NORMS_KEPT)
def _net_t(*norm: float) -> float:
    """Return the net of a train by its norms and wagons, as `_wagons` takes them."""
    return float(np.fmin(*_wagons(*norm)) * norm[-1])


@dataclass(frozen=True, slots=True)
class Train:
    """A train of a carrier on a link, with a cargo.

    Attributes
    ----------
    carrier_id, commodity_id : str
        Whose, and of what.
    by_length, by_mass : float
        Wagons that loop and norm of mass allow; NaN where unknown.
    load_t : float
        Cargo of a wagon.
    conditional : float
        Length of the train in conditional wagons of 14 m, locomotives apart.
    """

    carrier_id: str
    commodity_id: str
    by_length: float
    by_mass: float
    load_t: float
    conditional: float

    @property
    def net_t(self) -> float:
        """Cargo of the train [t]."""
        return float(np.fmin(self.by_length, self.by_mass)) * self.load_t

    def line(self) -> str:
        """Return the train as a line of a derivation."""
        wagons = np.fmin(self.by_length, self.by_mass)
        which = "length" if wagons == self.by_length else "mass"
        return (
            f"train of {self.carrier_id} with {self.commodity_id}: {wagons:.0f} wagons "
            f"by {which} (length {self.by_length:.0f}, mass {self.by_mass:.0f}; "
            f"{self.conditional:.0f} conditional wagons of 14 m) x {self.load_t:g} t = "
            f"{self.net_t:,.0f} t net"
        )


def trains_on(model: Model, link: int) -> tuple[Train, ...]:
    """Return a train of every carrier that runs on a link, with its first cargo.

    Parameters
    ----------
    model : Model
        The model.
    link : int
        Row of table ``link``.

    Returns
    -------
    tuple of Train
        Carriers whose trains can be sized.
    """
    stock, cargo = model["carrier"], model["commodity"]
    found = []
    for name in model.carriers(model["link"].lists("allowed_uses")[link]):
        (carrier,) = stock.row_of[(name,)]
        for at, allowed in enumerate(cargo.lists("allowed_carriers")):
            commodity = cargo.labels("commodity_id")[at]
            load = t_per_wagon(model, carrier, commodity)
            if name not in model.carriers(allowed) or np.isnan(load):
                continue
            by_length, by_mass = wagons_per_train(model, link, carrier, load)
            if np.isfinite(np.fmin(by_length, by_mass)):
                metres = float(stock.number("length_m")[carrier])
                wagons = float(np.fmin(by_length, by_mass))
                conditional = wagons * metres / CONDITIONAL_WAGON_M
                found.append(
                    Train(name, commodity, by_length, by_mass, load, conditional)
                )
            break
    return tuple(found)
