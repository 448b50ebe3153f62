"""Where the bars and bands of a Sankey diagram of trade lie."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.naming import place_names
from bereket.report import palette
from bereket.studies.outlook_result import Stream

By = Literal["value", "tonnes"]
Direction = tuple[str, str]
SMALL: Final = 0.04  # of all, below which crossings of a direction are one
GAP: Final = 9.0  # pixels between bars of a column
GROUP_GAP: Final = 26.0  # pixels between directions, with the heading of the next
HEAD: Final = 36.0  # pixels above the bars: headings
OTHERS: Final = "other crossings"


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar: a sector, a mode, or a crossing.

    Attributes
    ----------
    column : int
        0 what is sold, 1 mode, 2 crossing.
    direction : tuple of str
        Seller and buyer; empty of a mode.
    name : str
        What it is called.
    amount : float
        USD or tonnes.
    top, height : float
        Where it stands [pixels].
    """

    column: int
    direction: tuple[str, ...]
    name: str
    amount: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """What goes from a bar to one of the next column, as thick at both ends.

    Attributes
    ----------
    tail, head : Bar
        From where to where.
    mode : str
        By what.
    amount : float
        USD or tonnes.
    tail_top, head_top, height : float
        Where it begins and ends, and how thick it is [pixels].
    """

    tail: Bar
    head: Bar
    mode: str
    amount: float
    tail_top: float
    head_top: float
    height: float


@dataclass(frozen=True, slots=True)
class Parcel:
    """A stream with the names under which it is drawn."""

    direction: Direction
    cargo: str
    mode: str
    crossing: str
    amount: float

    def bar_key(self, column: int) -> tuple[int, tuple[str, ...], str]:
        """Return the bar that it passes in a column."""
        if column == 1:
            return column, (), self.mode
        return column, self.direction, self.crossing if column else self.cargo


def parcels_of(
    streams: Iterable[Stream], model: Model, by: By = "value"
) -> tuple[Parcel, ...]:
    """Return streams under the names by which they are drawn, small crossings joined.

    Parameters
    ----------
    streams : iterable of Stream
        Of two countries.
    model : Model
        Names of cargoes and places.
    by : {"value", "tonnes"}
        What counts.

    Returns
    -------
    tuple of Parcel
        Directions, cargoes, modes and crossings in the order in which they are drawn.

    Raises
    ------
    QuestionError
        When nothing goes, or nothing that goes has a value.
    """
    table, places = model["commodity"], place_names(model)
    names = dict(zip(table.labels("commodity_id"), table.labels("name"), strict=True))
    found = [
        Parcel(
            (each.exporter_iso3, each.importer_iso3),
            names.get(each.commodity_id) or each.commodity_id.replace("_", " "),
            each.mode if each.mode in palette.MODE_COLOURS else palette.AT_A_PLACE,
            _crossing(each.gateway, places),
            each.value_usd if by == "value" else each.tonnes,
        )
        for each in streams
    ]
    found = [each for each in found if each.amount > 0]
    if not found:
        what = "has a value" if by == "value" else "weighs anything"
        msg = f"nothing of the trade that goes {what}: there is nothing to draw"
        raise QuestionError(msg)
    return tuple(_ordered(_joined(found)))


def _crossing(gateway: str, places: Mapping[str, str]) -> str:
    """Return a crossing by the names of its places."""
    return " > ".join(places.get(end, end) for end in gateway.split(">"))


def _joined(parcels: list[Parcel]) -> list[Parcel]:
    """Return parcels with the small crossings of a direction as one, if several are."""
    total = sum(each.amount for each in parcels)
    sums: dict[tuple[Direction, str], float] = defaultdict(float)
    for each in parcels:
        sums[each.direction, each.crossing] += each.amount
    small: dict[Direction, list[str]] = defaultdict(list)
    for (direction, crossing), amount in sums.items():
        if amount < SMALL * total:
            small[direction].append(crossing)
    return [
        replace(each, crossing=f"{len(own)} {OTHERS}")
        if len(own := small[each.direction]) > 1 and each.crossing in own
        else each
        for each in parcels
    ]


def _ordered(parcels: list[Parcel]) -> list[Parcel]:
    """Return parcels by direction, cargo, mode and crossing, the largest first."""
    sums: dict[tuple[object, ...], float] = defaultdict(float)
    for each in parcels:
        for key in (
            (each.direction,),
            (each.direction, "cargo", each.cargo),
            (each.direction, "crossing", each.crossing),
        ):
            sums[key] += each.amount
    modes = list(palette.MODE_COLOURS)

    def rank(each: Parcel) -> tuple[Any, ...]:
        own = each.direction
        return (
            (-sums[own,], own),
            (-sums[own, "cargo", each.cargo], each.cargo),
            modes.index(each.mode),
            (OTHERS in each.crossing, -sums[own, "crossing", each.crossing]),
        )

    return sorted(parcels, key=rank)


def laid_out(
    parcels: Sequence[Parcel], height: float
) -> tuple[tuple[Bar, ...], tuple[Band, ...]]:
    """Return where bars and bands lie: all columns have one scale, so one sum.

    Parameters
    ----------
    parcels : sequence of Parcel
        In the order in which they are drawn.
    height : float
        Of all bars of a column together, without the gaps [pixels].

    Returns
    -------
    tuple of Bar and tuple of Band
        Bands of one bar lie beside each other, in the order of the bars at their other
        end, and fill it.
    """
    per_unit = height / sum(each.amount for each in parcels)
    columns = [_column(parcels, column, per_unit) for column in range(3)]
    tall = max(bars[-1].top + bars[-1].height for bars in columns)
    centred = [_moved(bars, tall) for bars in columns]
    bars = tuple(bar for column in centred for bar in column)
    by_key = {(bar.column, bar.direction, bar.name): bar for bar in bars}
    rank = {bar: number for number, bar in enumerate(bars)}
    bands = []
    for column in (0, 1):
        sums: dict[tuple[Bar, Bar, str], float] = defaultdict(float)
        for each in parcels:
            ends = (by_key[each.bar_key(column + side)] for side in (0, 1))
            tail, head = ends
            sums[tail, head, each.mode] += each.amount
        bands += _filled(sums, rank, per_unit)
    return bars, tuple(bands)


def _column(parcels: Sequence[Parcel], column: int, per_unit: float) -> list[Bar]:
    """Return the bars of a column, one below the other."""
    sums: dict[tuple[tuple[str, ...], str], float] = defaultdict(float)
    for each in parcels:
        _, direction, name = each.bar_key(column)
        sums[direction, name] += each.amount
    keys = list(sums)
    if column == 1:
        modes = list(palette.MODE_COLOURS)
        keys.sort(key=lambda key: modes.index(key[1]))
    else:
        sides = list(dict.fromkeys(direction for direction, _ in keys))
        keys.sort(key=lambda key: (sides.index(key[0]), OTHERS in key[1], -sums[key]))
    bars, top, before = list[Bar](), HEAD, None
    for direction, name in keys:
        if before is not None:
            top += GAP if direction == before else GROUP_GAP
        thick = sums[direction, name] * per_unit
        bars.append(Bar(column, direction, name, sums[direction, name], top, thick))
        top, before = top + thick, direction
    return bars


def _moved(bars: list[Bar], tall: float) -> list[Bar]:
    """Return a column moved down, so that all columns have one middle."""
    by = (tall - bars[-1].top - bars[-1].height) / 2.0
    return [replace(bar, top=bar.top + by) for bar in bars]


def _filled(
    sums: Mapping[tuple[Bar, Bar, str], float],
    rank: Mapping[Bar, int],
    per_unit: float,
) -> list[Band]:
    """Return bands between two columns, which fill the bars at both ends."""
    begin, end = dict[Bar, float](), dict[Bar, float]()
    by_tail = sorted(sums, key=lambda key: (rank[key[0]], rank[key[1]]))
    by_head = sorted(sums, key=lambda key: (rank[key[1]], rank[key[0]]))
    head_top = {}
    for tail, head, mode in by_head:
        head_top[tail, head, mode] = head.top + end.get(head, 0.0)
        end[head] = end.get(head, 0.0) + sums[tail, head, mode] * per_unit
    bands = []
    for tail, head, mode in by_tail:
        amount = sums[tail, head, mode]
        top, thick = tail.top + begin.get(tail, 0.0), amount * per_unit
        bands.append(
            Band(tail, head, mode, amount, top, head_top[tail, head, mode], thick)
        )
        begin[tail] = begin.get(tail, 0.0) + thick
    return bands
