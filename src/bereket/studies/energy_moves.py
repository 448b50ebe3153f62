"""What a case moves in a year of gas and power: ways, sales, prices, accounts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bereket.analysis.energy import EnergyResult
from bereket.analysis.energy.rows import ZonePrice
from bereket.model.model import Model
from bereket.model.power import MWH_PER_MCM
from bereket.model.reference import RowReference

LEAST_MOVED: Final = {"MWh": 1e3, "mcm": 1.0}  # a year; less is not told
LEAST_SHARE: Final = 0.01  # of the largest move in its unit
HEAT: Final = {"MWh": 1.0, "mcm": MWH_PER_MCM}
LEAST_PRICE: Final = {"USD/MWh": 0.01, "USD/mcm": 10.0}
LEAST_PRICE_SHARE: Final = 0.005
LEAST_USD: Final = 1.0
PARTS: Final = (
    *("supply_usd", "carriage_usd", "unserved_usd"),
    *("buyers_value_usd", "paid_usd", "earned_usd"),
)
ENDS: Final = ("seller_iso3", "bus0", "bus1", "buyer_iso3")
PLACES: Final = ("bus", "country_iso3")  # of what has no ends


@dataclass(frozen=True, slots=True)
class Move:
    """What goes over a line, a pipe or a sale as things are, and in a case.

    Attributes
    ----------
    element : str
        Row.
    is_back : bool
        Whether it is what is sent from the second end.
    from_id, to_id : str
        Where it is sent from, and where to: zones or nodes; countries of a sale.
    unit : str
        ``MWh`` or ``mcm``, a year.
    before, after : float
        Sent as things are, and in the case.
    """

    element: str
    is_back: bool
    from_id: str
    to_id: str
    unit: str
    before: float
    after: float

    @property
    def shift(self) -> float:
        """By how much more is sent."""
        return self.after - self.before

    def side(self, *, is_alone: bool) -> tuple[str, ...]:
        """Return what it has in common with others: ways by their ends, unless alone.

        Parameters
        ----------
        is_alone : bool
            Whether it is to have nothing in common with any.
        """
        table = self.element.partition(":")[0]
        is_way = table in ("power_line", "gas_pipe") and not is_alone
        return (table if is_way else self.element, self.from_id, self.to_id)


@dataclass(frozen=True, slots=True)
class PriceMove:
    """The mean price of a zone or gas node as things are, and in a case.

    Attributes
    ----------
    zone, unit : str
        Row, and ``USD/MWh`` or ``USD/mcm``.
    before, after : float
        Mean by what is wanted there; by time where nothing is.
    """

    zone: str
    unit: str
    before: float
    after: float

    @property
    def share(self) -> float:
        """Change against the higher of the two."""
        height = max(abs(self.before), abs(self.after))
        return abs(self.after - self.before) / height if height else 0.0


@dataclass(frozen=True, slots=True)
class AccountMove:
    """By what the year of a country differs in a case.

    Attributes
    ----------
    iso3 : str
        Country.
    saving_usd : float
        By how much its net cost is less.
    supply_usd, carriage_usd, unserved_usd, paid_usd : float
        By how much each of its costs is more; as in `CountryYear`.
    buyers_value_usd, earned_usd : float
        By how much each of its gains is more.
    """

    iso3: str
    saving_usd: float
    supply_usd: float
    carriage_usd: float
    unserved_usd: float
    buyers_value_usd: float
    paid_usd: float
    earned_usd: float


def moves_of(
    base: EnergyResult, found: EnergyResult, own: Sequence[str]
) -> tuple[Move, ...]:
    """Return what goes otherwise than as things are.

    Parameters
    ----------
    base, found : EnergyResult
        The year as things are, and that of the case.
    own : sequence of str
        Rows that the case itself changes; these stand first, changed or not.

    Returns
    -------
    tuple of Move
        The rest by size, that of the same unit before others; gas by its heat.

    Notes
    -----
    Ways between the same two places share what goes in any part that costs the same:
    they are told all or none, by what they carry together.
    """
    place = {element: at for at, element in enumerate(own)}
    sides: defaultdict[tuple[str, ...], list[Move]] = defaultdict(list)
    for move in _all_moves(base, found):
        is_own = move.element in place
        if is_own or move.before > 0 or move.after > 0:
            sides[move.side(is_alone=is_own)].append(move)
    shifts = {side: abs(sum(m.shift for m in sides[side])) for side in sides}
    unit = {side: moves[0].unit for side, moves in sides.items()}
    least = dict(LEAST_MOVED)
    for side, shift in shifts.items():
        least[unit[side]] = max(least[unit[side]], LEAST_SHARE * shift)
    units = {unit[side] for side in sides if side[0] in place}

    def rank(side: tuple[str, ...]) -> tuple[int, bool, float]:
        if side[0] in place:
            return place[side[0]], sides[side][0].is_back, 0.0
        return len(place), unit[side] not in units, -shifts[side] * HEAT[unit[side]]

    def is_told(side: tuple[str, ...]) -> bool:
        first, turned = sides[side][0], (side[0], *side[:0:-1])
        if side[0] in place and not first.is_back:
            # Where all goes the other way, that is told alone.
            return first.before + first.after > 0 or not (
                turned in sides and is_told(turned)
            )
        return shifts[side] >= least[unit[side]]

    ranked = sorted(filter(is_told, sides), key=rank)
    return tuple(move for side in ranked for move in sides[side])


def _all_moves(base: EnergyResult, found: EnergyResult) -> Iterator[Move]:
    """Give every way in either direction and every sale of the two years."""
    before, after = dict(_sent(base)), dict(_sent(found))
    for key in dict.fromkeys((*before, *after)):
        start, stop, unit, _ = before.get(key) or after[key]
        amounts = (year[key][3] if key in year else 0.0 for year in (before, after))
        yield Move(*key, start, stop, unit, *amounts)


def _sent(
    result: EnergyResult,
) -> Iterator[tuple[tuple[str, bool], tuple[str, str, str, float]]]:
    """Give what goes by row and direction: from, to, unit, amount."""
    for row in result.flows:
        yield (row.element, False), (row.from_id, row.to_id, row.unit, row.on)
        if row.back > 0 or row.p_nom_back > 0:
            yield (row.element, True), (row.to_id, row.from_id, row.unit, row.back)
    for sale in result.sales:
        ends = sale.seller_iso3, sale.buyer_iso3
        yield (sale.element, False), (*ends, "mcm", sale.given_mcm)


def price_moves(base: EnergyResult, found: EnergyResult) -> tuple[PriceMove, ...]:
    """Return the prices that differ from those of the year as things are.

    Parameters
    ----------
    base, found : EnergyResult
        The year as things are, and that of the case.

    Returns
    -------
    tuple of PriceMove
        Those that change most for their height first, where something is wanted before
        where nothing is.
    """
    before = {row.zone: row for row in base.prices}
    passed = _passed(base) & _passed(found)
    moves = []
    for row in found.prices:
        old = before.get(row.zone, row)
        is_idle = row.of_load is None or old.of_load is None
        if is_idle and row.zone.partition(":")[2] not in passed:
            continue  # the price of a place where nothing is done is anybody's
        move = PriceMove(row.zone, row.unit, _mean(old, row), _mean(row, old))
        shift = abs(move.after - move.before)
        if shift >= LEAST_PRICE[row.unit] and move.share > LEAST_PRICE_SHARE:
            moves.append((is_idle, -move.share, row.zone, move))
    return tuple(move for *_, move in sorted(moves))


def _passed(result: EnergyResult) -> set[str]:
    """Return the zones and nodes that something comes to or leaves."""
    used = [row for row in result.flows if row.on + row.back > 0.0]
    return {end for row in used for end in (row.from_id, row.to_id)}


def _mean(row: ZonePrice, other: ZonePrice) -> float:
    """Return a mean price that can be held against another."""
    if row.of_load is None or other.of_load is None:
        return row.mean
    return row.of_load


def account_moves(
    base: EnergyResult, found: EnergyResult, ends: Sequence[str]
) -> tuple[AccountMove, ...]:
    """Return by what the years of countries differ.

    Parameters
    ----------
    base, found : EnergyResult
        The year as things are, and that of the case.
    ends : sequence of str
        Countries that are told whatever they gain.

    Returns
    -------
    tuple of AccountMove
        Those first, then by what they gain or lose.
    """
    before = {row.iso3: row for row in base.countries}
    moves = []
    for row in found.countries:
        old = before[row.iso3]
        saving = old.net_cost_usd - row.net_cost_usd
        if row.iso3 in ends or abs(saving) >= LEAST_USD:
            parts = (getattr(row, name) - getattr(old, name) for name in PARTS)
            moves.append(AccountMove(row.iso3, saving, *parts))
    place = {iso3: at for at, iso3 in enumerate(ends)}
    moves.sort(
        key=lambda move: (place.get(move.iso3, len(place)), -abs(move.saving_usd))
    )
    return tuple(moves)


def countries_of(model: Model, reference: RowReference) -> tuple[str, ...]:
    """Return the countries at the ends of a row, or where it stands.

    Parameters
    ----------
    model : Model
        The model.
    reference : RowReference
        Row of a table of gas or power.

    Returns
    -------
    tuple of str
        Of a line or pipe those of its ends; of a sale seller, partner and buyer; none
        of what stands nowhere.
    """
    table = model[reference.table]
    places = model["bus" if table.name.startswith("power") else "gas_node"]
    ids, countries = places.labels(places.schema.key[0]), places.labels("country_iso3")
    country = dict(zip(ids, countries, strict=True))
    found: list[str] = []
    for columns in (ENDS, PLACES):
        for column in columns:
            if column in table.schema.fields and not (found and columns == PLACES):
                labels = table.labels(column)
                cells = [labels[row] for row in table.row_of.get(reference.key, ())]
                found += [country.get(cell, cell) for cell in cells]
    return tuple(dict.fromkeys(found))
