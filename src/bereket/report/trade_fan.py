"""Whether trade passes its target, drawn: what was observed, and the fan to come."""

import math
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.trade import TradeResult
from bereket.analysis.trade.result import QUANTILES, YearOfTrade
from bereket.errors import QuestionError
from bereket.report import palette, wording

if TYPE_CHECKING:
    import altair as alt

BILLION: Final = 1e9
# Bands by their ends among `QUANTILES`, the widest first.
BANDS: Final = (
    ("95 of 100 draws", 0.025, 0.975),
    ("80 of 100", 0.1, 0.9),
    ("50 of 100", 0.25, 0.75),
)
MIDDLE: Final = QUANTILES.index(0.5)
WIDE: Final = 4.0  # times target and past, from which a fan needs a scale of ratios
EVERY: Final = 5  # years between two chances
APART: Final = 1  # years that a chance of its own keeps from the next
BELOW: Final = 1.8  # of the least figure to the floor of a scale of ratios
ABOVE: Final = 1.1
LATE: Final = 0.75  # of the years, after which words stand to the left of their line
LABEL_GAP: Final = 12.0  # pixels between two figures at the end
STEPS: Final = (1, 2, 5)
CHANCE_AT: Final = -12  # pixels, above the plot
END_LETTERS: Final = 78  # pixels, of the figures at the end
AXIS: Final = 44  # pixels, of the upright axis
RATIOS: Final = (
    "Upright scale of ratios: a step from 1 to 2 is as tall as from 10 to 20."
)


def trade_fan(
    found: TradeResult,
    *,
    due: str = "",
    width: int = palette.FULL_WIDTH - AXIS - END_LETTERS,
    height: int = 270,
) -> "alt.TopLevelMixin":
    """Draw the turnover observed, the fan to come, and the target.

    Parameters
    ----------
    found : TradeResult
        Trade of two countries.
    due : str
        Words for the year of the target, such as ``due by the agenda``.
    width, height : int
        Size of the plot [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Billion USD a year, in the prices of the year: dots observed, the median, bands
        of 50, 80 and 95 of 100 draws, the target; above it the chance by year. Nothing
        is cut off: where the fan opens far beyond the target the scale is of ratios.

    Raises
    ------
    QuestionError
        When no year was asked.
    """
    import altair as alt

    if not found.years:
        msg = "no year of trade was asked: there is no fan"
        raise QuestionError(msg)
    low, high = reach_of(found)
    is_of_ratios = has_scale_of_ratios(found)
    scale = (
        alt.Scale(type="log", domain=[low, high], nice=False)
        if is_of_ratios
        else alt.Scale(domain=[0.0, high], nice=False)
    )
    axis = (
        alt.Axis(values=round_steps(low, high), format=",~g")
        if is_of_ratios
        else alt.Axis(tickCount=6)
    )
    y = alt.Y("low:Q", title="billion USD a year, prices of the year", scale=scale)
    y = y.axis(axis)
    first = min([each.year for each in found.years] + [y for y, _ in found.observed])
    x = alt.X(
        "year:Q",
        title="year",
        scale=alt.Scale(domain=[first - 0.4, found.years[-1].year], nice=False),
        axis=alt.Axis(format="d", grid=False, tickMinStep=1),
    )
    chart = alt.layer(
        _bands(found, x, y),
        *_lines(found, x, y, due),
        *_ends(found, x, (low if is_of_ratios else 0.0, high), height),
        *_chances(found, x),
    ).properties(width=width, height=height)
    notes = [RATIOS] if is_of_ratios else []
    return palette.signed(chart, found.stamp, *notes)


def has_scale_of_ratios(found: TradeResult) -> bool:
    """Whether the fan opens too far for target and past to be read on a plain scale."""
    past = max((value for _, value in found.observed), default=0.0)
    widest = max(year.quantiles_usd[-1] for year in found.years)
    return widest > WIDE * max(found.target_usd, past)


def reach_of(found: TradeResult) -> tuple[float, float]:
    """Return the least and largest figure that the plot must hold [billion USD]."""
    ends = [each for year in found.years for each in year.quantiles_usd]
    held = [*ends, found.target_usd, *(value for _, value in found.observed)]
    least = min((each for each in held if each > 0), default=1.0)
    return least / BELOW / BILLION, max(held) * ABOVE / BILLION


def round_steps(low: float, high: float) -> list[float]:
    """Return the round figures of a scale of ratios between two ends.

    Examples
    --------
    >>> round_steps(0.07, 3.0)
    [0.1, 0.2, 0.5, 1.0, 2.0]
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (float(f"{step}e{decade}") for decade in decades for step in STEPS)
    return [each for each in steps if low <= each <= high]


def fan_rows(found: TradeResult) -> list[dict[str, Any]]:
    """Return the bands, year by year [billion USD], the widest first.

    Where the base year was observed the bands begin in what was observed then.
    """
    seen = dict(found.observed).get(found.base_year)
    rows = []
    for name, *ends in BANDS:
        low, high = (QUANTILES.index(each) for each in ends)
        if seen is not None:
            usd = seen / BILLION
            rows.append(
                {"band": name, "year": found.base_year, "low": usd, "high": usd}
            )
        rows += [
            {
                "band": name,
                "year": each.year,
                "low": each.quantiles_usd[low] / BILLION,
                "high": each.quantiles_usd[high] / BILLION,
            }
            for each in found.years
        ]
    return rows


def years_told(found: TradeResult) -> list[YearOfTrade]:
    """Return the years whose chance is told: of the target, every fifth, the last."""
    last = found.years[-1].year
    own = {found.by_year, last}
    return [
        each
        for each in found.years
        if each.year in own
        or (
            each.year % EVERY == 0
            and all(abs(each.year - year) > APART for year in own)
        )
    ]


def _bands(found: TradeResult, x: "alt.X", y: "alt.Y") -> "alt.Chart":
    import altair as alt

    names = [name for name, *_ in BANDS]
    scale = alt.Scale(domain=names, range=list(palette.BAND_COLOURS))
    legend = alt.Legend(orient="top", title=None, offset=26, symbolType="square")
    return (
        alt.Chart(palette.data(fan_rows(found)))
        .mark_area()
        .encode(
            x=x,
            y=y,
            y2=alt.Y2("high:Q"),
            color=alt.Color("band:N", scale=scale, legend=legend),
            order=alt.Order("band:N", sort="descending"),
        )
    )


def _lines(found: TradeResult, x: "alt.X", y: "alt.Y", due: str) -> "list[alt.Chart]":
    """Return the median, what was observed, the target, and the year of the target."""
    import altair as alt

    first = min([each.year for each in found.years] + [y for y, _ in found.observed])
    base = dict(found.observed).get(found.base_year)
    begins = [] if base is None else [{"year": found.base_year, "low": base / BILLION}]
    middle = begins + [
        {"year": each.year, "low": each.quantiles_usd[MIDDLE] / BILLION}
        for each in found.years
    ]
    seen = [{"year": year, "low": usd / BILLION} for year, usd in found.observed]
    target = {
        "year": first - 0.4,
        "low": found.target_usd / BILLION,
        "label": f"target: {wording.dollars(found.target_usd)}",
    }
    hover = [
        alt.Tooltip("year:Q", format="d"),
        alt.Tooltip("low:Q", title="billion USD", format=",.3~g"),
    ]
    layers = [
        alt.Chart(palette.data([target]))
        .mark_rule(color=palette.TARGET, strokeWidth=1.6, strokeDash=[7, 3])
        .encode(y=y),
        alt.Chart(palette.data([{"year": found.by_year}]))
        .mark_rule(color=palette.INK, strokeDash=[2, 3])
        .encode(x=x),
        alt.Chart(palette.data(middle))
        .mark_line(color=palette.MIDDLE, strokeWidth=2.4)
        .encode(x=x, y=y, tooltip=hover),
        alt.Chart(palette.data(seen))
        .mark_line(
            color=palette.INK,
            strokeWidth=1.6,
            point=alt.OverlayMarkDef(color=palette.INK, size=34, filled=True),
        )
        .encode(x=x, y=y, tooltip=hover),
        *palette.words(
            [target],
            x,
            y,
            align="left",
            dx=4,
            dy=-8,
            fontSize=11.5,
            fontWeight="bold",
            color=palette.TARGET,
        ),
    ]
    if seen:
        told = [seen[0] | {"label": "observed"}]
        layers += palette.words(told, x, y, align="left", dx=-3, dy=15, fontSize=11)
    if due:
        told = [{"year": found.by_year, "label": due}]
        is_late = found.by_year - first > LATE * (found.years[-1].year - first)
        side = {"align": "right", "dx": -4} if is_late else {"align": "left", "dx": 4}
        layers += palette.words(told, x, alt.value(9), fontSize=11, **side)
    return layers


def _ends(
    found: TradeResult, x: "alt.X", reach: tuple[float, float], height: int
) -> "list[alt.Chart]":
    """Return the figures of the last year at its end, apart from each other."""
    import altair as alt

    last = found.years[-1]
    usd = [each / BILLION for each in last.quantiles_usd]
    at = palette.spread([_pixel(each, reach, height) for each in usd], LABEL_GAP)
    rows = [
        {
            "year": last.year,
            "at": place,
            "label": "median " * (number == MIDDLE) + wording.two_digits(each),
            "weight": "bold" if number == MIDDLE else "normal",
        }
        for number, (each, place) in enumerate(zip(usd, at, strict=True))
    ]
    place = alt.Y("at:Q", scale=None)
    plain = [row for row in rows if row["weight"] == "normal"]
    (bold,) = (row for row in rows if row["weight"] == "bold")
    style: dict[str, Any] = {"align": "left", "dx": 6, "fontSize": 11}
    return [
        *palette.words(plain, x, place, **style),
        *palette.words([bold], x, place, fontWeight="bold", **style),
    ]


def _pixel(usd: float, reach: tuple[float, float], height: int) -> float:
    """Return how far below the top a figure lies [pixels]."""
    low, high = reach
    if low > 0:
        part = math.log(usd / low) / math.log(high / low)
    else:
        part = (usd - low) / (high - low)
    return height * (1.0 - part)


def _chances(found: TradeResult, x: "alt.X") -> "list[alt.Chart]":
    """Return the chance of the target by year, above the plot."""
    import altair as alt

    told = years_told(found)
    rows = [
        {
            "year": each.year,
            "label": wording.chance(each.probability),
            "words": f"the turnover of {each.year} is the target or more",
        }
        for each in told
    ]
    above = alt.value(CHANCE_AT)
    head = [{"label": f"chance of {wording.dollars(found.target_usd)} or more:"}]
    return [
        *palette.words(rows, x, above, fontSize=12, fontWeight="bold"),
        *palette.words(head, alt.value(0), above, align="left", fontSize=11.5),
    ]
