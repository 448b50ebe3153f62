"""Cases of a year of gas and power on the terminal: what they save, and why."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bereket.report.wording import figure
from bereket.studies.energy_asked import unit_of
from bereket.studies.energy_cases import EnergyStudy
from bereket.studies.energy_gains import CaseGain
from bereket.studies.energy_moves import AccountMove, Move, PriceMove

MILLION = 1e6
THOUSAND = 1e3
SCALES = {"power": ("TWh", MILLION), "gas": ("bcm", THOUSAND)}
AMOUNTS = {"MWh": SCALES["power"], "mcm": SCALES["gas"]}
PRICES = {"USD/MWh": ("USD/MWh", 1.0), "USD/mcm": ("USD per 1000 m3", THOUSAND)}
SALES = {"gas_contract": "contract ", "gas_swap": "swap "}
PARTS = (  # of a country's year: what more of it is called, and less
    ("earned_usd", "earns {} more", "earns {} less"),
    ("paid_usd", "pays {} more", "pays {} less"),
    ("supply_usd", "supply costs {} more", "supply costs {} less"),
    ("unserved_usd", "not served costs {} more", "not served costs {} less"),
    ("buyers_value_usd", "buys what is worth {} more", "buys what is worth {} less"),
    ("carriage_usd", "carriage costs {} more", "carriage costs {} less"),
)
COUNTRIES_SHOWN = 4
MOVES_SHOWN = 6
LEAST_MOVES = 2  # shown beside the rows that a case changes
PRICES_SHOWN = 4
PARTS_SHOWN = 3
LEAST_PART = 0.1  # of the largest
LEAST_USD = 100.0  # less is what rounding leaves
FEW = 3  # cases that are told one by one


def draw_cases(console: Console, study: EnergyStudy, *, is_whole: bool) -> None:
    """Draw the cases, those of one kind together.

    Parameters
    ----------
    console : Console
        Where.
    study : EnergyStudy
        What.
    is_whole : bool
        Whether all that moves is told, and not the largest alone.
    """
    capacity = study.of_kind("capacity")
    for element in dict.fromkeys(case.element for case in capacity):
        own = [case for case in capacity if case.element == element]
        console.print(escape(_title(own)))
        console.print(_capacities(own))
        if len(capacity) > FEW:
            largest = max(own, key=lambda case: case.p_nom or 0.0)
            for remark in largest.remarks:
                console.print(escape(f"at {figure(largest.p_nom)}: {remark}"))
    outages = sorted(study.of_kind("outage"), key=lambda case: case.saving_usd)
    if outages:
        console.print(_outages(outages))
    works = sorted(study.of_kind("works"), key=lambda case: -case.saving_usd)
    if works:
        console.print(_works(works))
    few = [*(cases for cases in (capacity, outages) if len(cases) <= FEW), works]
    for case in [case for cases in few for case in cases]:
        _tell(console, case, is_whole=is_whole)
    for case in study.of_kind("exchange"):
        console.print(_exchange(case))
        for remark in case.remarks:
            console.print(escape(f"without it, {remark}"))


def grid_of(
    names: Sequence[str], figures: Sequence[str], words: Sequence[str] = ()
) -> Grid:
    """Return a grid without rows.

    Parameters
    ----------
    names, figures, words : sequence of str
        Columns of names, of figures, and of words that may take several lines.
    """
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in names:
        grid.add_column(name, no_wrap=True)
    for name in figures:
        grid.add_column(name, justify="right", no_wrap=True)
    for name in words:
        grid.add_column(name, overflow="fold")
    return grid


def above(grid: Grid, caption: str) -> Group:
    """Return a grid with what is to be said of it below, as wide as there is room.

    Parameters
    ----------
    grid : Table
        The grid.
    caption : str
        What stands below; may be empty.
    """
    return Group(grid, *([Text(caption, style="dim italic")] if caption else []))


def some(names: Sequence[str], most: int) -> str:
    """Return so many names at most, and how many there are besides."""
    more = len(names) - most
    told = ", ".join(names[:most])
    return f"{told} and {more} more" if more > 0 else told


def _title(cases: Sequence[CaseGain]) -> str:
    """Return what an element is called, and where it sends on and back."""
    case = max(cases, key=lambda each: len(each.moves))
    title = f"{case.element}, {case.name}"
    own = [move for move in case.moves if move.element == case.element]
    if not own:
        return title
    ends = own[0].from_id, own[0].to_id
    start, stop = reversed(ends) if own[0].is_back else ends
    if case.sent_back is None:
        return f"{title}: {start} gives, {stop} is given"
    return f"{title}: on is {start} to {stop}, back is {stop} to {start}"


def _capacities(cases: Sequence[CaseGain]) -> Group:
    """Return what an element is worth by its capacity."""
    unit = unit_of(cases[0].element).replace("/day", "/d")
    amount, scale = SCALES["power" if unit == "MW" else "gas"]
    ways = [f"on {amount}", f"back {amount}"]
    if all(case.sent_back is None for case in cases):
        ways = [f"given {amount}"]
    if all(case.sent is None for case in cases):
        ways = []
    grid = grid_of(
        (),
        (unit, *ways, "saves M USD", "one more USD", "one costs USD"),
        ("who gains M USD",),
    )
    for case in cases:
        sent = (case.sent, case.sent_back)[: len(ways)]
        cost, worth = case.cost_usd_per_year, case.marginal_usd
        grid.add_row(
            figure(case.p_nom or 0.0),
            *("" if each is None else figure(each / scale) for each in sent),
            _millions(case.saving_usd),
            "" if worth is None else f"{worth:,.0f}".replace("-", "−"),
            "not known" if cost is None else f"{cost:,.0f}",
            _who(case, 1.0),
        )
    return above(
        grid,
        f"a year, against the year as things are; what one more {unit} is worth, and "
        "what it costs",
    )


def _outages(cases: Sequence[CaseGain]) -> Group:
    """Return what is lost without elements."""
    grid = grid_of(
        ("without",),
        ("loses M USD", "GWh missed", "bcm missed"),
        ("who loses M USD",),
    )
    for case in cases:
        grid.add_row(
            case.element or case.name,
            _millions(-case.saving_usd),
            figure(case.power_missed_mwh / THOUSAND),
            figure(case.gas_missed_mcm / THOUSAND),
            "" if case.note else _who(case, -1.0),
        )
    return above(
        grid, "a year, against the year as things are; transit of gas earns nothing"
    )


def _works(cases: Sequence[CaseGain]) -> Group:
    """Return what works save."""
    grid = grid_of(
        ("works",),
        ("saves M USD", "cost M USD", "years", "kt CO2"),
        ("who gains M USD",),
    )
    for case in cases:
        grid.add_row(
            case.case_id,
            _millions(case.saving_usd),
            "" if case.capex_usd is None else figure(case.capex_usd / MILLION),
            "" if case.payback_years is None else figure(case.payback_years),
            figure(case.co2_t / THOUSAND),
            escape(case.note) or _who(case, 1.0),
        )
    return above(
        grid,
        "a year, against the year as things are; years until the saving pays the cost",
    )


def _exchange(case: CaseGain) -> Group:
    """Return what each country saves by exchange."""
    grid = grid_of(("exchange saves",), ("M USD a year",))
    ranked = sorted(case.by_country.items(), key=lambda item: item[1])
    for iso3, saving in ranked:
        grid.add_row(iso3, _millions(-saving))
    grid.add_row("all", _millions(-case.saving_usd))
    return above(grid, "all lines, pipes and sales over borders, against none of them")


def _millions(usd: float) -> str:
    """Return millions, without what rounding leaves of nothing."""
    return figure(usd / MILLION) if abs(usd) >= LEAST_USD else "0"


def _who(case: CaseGain, sign: float) -> str:
    """Return what a case brings countries: those at its ends, then the largest."""
    told = [
        f"{each.iso3} {_millions(sign * each.saving_usd)}" for each in case.accounts
    ]
    return some(told, max(COUNTRIES_SHOWN, len(case.ends)))


def _tell(console: Console, case: CaseGain, *, is_whole: bool) -> None:
    """Draw by what a case works, what it does to prices, and why countries gain."""
    whys = [
        why for each in case.accounts if each.iso3 in case.ends for why in _why(each)
    ]
    lines = (
        ("carries", _carries(case, is_whole=is_whole)),
        ("prices", "; ".join(_prices(case, is_whole=is_whole))),
        ("M USD", "; ".join(whys)),
        *(("note", remark) for remark in case.remarks),
    )
    told = [(label, text) for label, text in lines if text]
    if not told:
        return
    grid = Grid(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in told:
        grid.add_row(label, escape(text))
    console.print(f"[bold]{escape(case.case_id)}[/]")
    console.print(Padding(grid, (0, 0, 0, 2)))


def _carries(case: CaseGain, *, is_whole: bool) -> str:
    """Return what goes otherwise; ways between the same places together."""

    def side(move: Move) -> tuple[str, ...]:
        return move.side(is_alone=move.element in case.changed)

    groups = [tuple(own) for _, own in groupby(case.moves, side)]
    n_own = sum(own[0].element in case.changed for own in groups)
    most = max(MOVES_SHOWN, n_own + LEAST_MOVES)
    told, last = [], ""
    for own in groups:
        unit, scale = AMOUNTS[own[0].unit]
        before, after = (
            figure(sum(each) / scale)
            for each in ([m.before for m in own], [m.after for m in own])
        )
        names = _names(own)
        told.append(f"{names} {before} -> {after}{'' if unit == last else ' ' + unit}")
        last = unit
    return some(told, len(told) if is_whole else most)


def _names(moves: Sequence[Move]) -> str:
    """Return what ways or a sale are called in a line."""
    names = []
    for move in moves:
        table, _, name = move.element.partition(":")
        names.append(f"{SALES.get(table, '')}{name}{' back' if move.is_back else ''}")
    if all(move.is_back for move in moves):
        names[:-1] = [name.removesuffix(" back") for name in names[:-1]]
    return " + ".join(names)


def _prices(case: CaseGain, *, is_whole: bool) -> Iterator[str]:
    """Give prices that change by unit, those where the case acts first."""
    near = {
        end
        for move in case.moves
        if move.element in case.changed
        for end in (move.from_id, move.to_id)
    }
    by_unit: defaultdict[str, list[PriceMove]] = defaultdict(list)
    for each in case.prices:
        by_unit[each.unit].append(each)
    for kind, prices in by_unit.items():
        unit, scale = PRICES[kind]
        told = [
            f"{zone} {figure(each.before / scale)} -> {figure(each.after / scale)}"
            for is_near in (True, False)
            for each in prices
            if ((zone := each.zone.partition(":")[2]) in near) == is_near
        ]
        yield f"{unit}: {some(told, len(told) if is_whole else PRICES_SHOWN)}"


def _why(account: AccountMove) -> Iterator[str]:
    """Say what a country gains or loses by, where anything of its year changes."""
    changes = {name: float(getattr(account, name)) for name, *_ in PARTS}
    largest = max(abs(usd) for usd in changes.values())
    if largest < LEAST_USD:
        return
    ranked = sorted(PARTS, key=lambda part: -abs(changes[part[0]]))
    parts = [
        (more if changes[name] > 0 else less).format(_millions(abs(changes[name])))
        for name, more, less in ranked[:PARTS_SHOWN]
        if abs(changes[name]) >= max(LEAST_PART * largest, LEAST_USD)
    ]
    saving = account.saving_usd
    verb = "loses" if saving <= -LEAST_USD else "gains"
    yield f"{account.iso3} {verb} {_millions(abs(saving))}: {', '.join(parts)}"
