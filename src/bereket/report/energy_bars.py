"""Bars of gas and power: what is burned for it, and who gains by exchange."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy.result import EnergyResult
from bereket.errors import QuestionError
from bereket.model.result import Stamp
from bereket.report import palette, wording
from bereket.report.bandwidth import CHANGE_COLOURS, LESS, MORE
from bereket.report.countries import country_name
from bereket.report.energy_words import FUEL_COLOURS, LEAST, noted

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
ROW: Final = 13  # pixels
GAIN_ROW: Final = 13
HALF_WIDTH: Final = palette.FULL_WIDTH // 2 - 10
NAMES: Final = 126  # pixels
ALONE: Final = 3.0  # times the next, from which a zone has a scale of its own
LEAST_GAIN: Final = 0.002  # of the largest; less is not drawn
MARGIN: Final = 0.36  # of the reach, for figures at the ends of bars
SUMS: Final = "At the end of a bar: its sum. An edge gives what it sells."
GAINS: Final = (
    "Cost of a country's year without exchange, less that with it; contract prices and "
    "shared congestion rent decide how it is split."
)


def fuel_rows(found: EnergyResult) -> list[dict[str, Any]]:
    """Return what each zone generates by fuel [TWh], the largest zone first."""
    names = {row.zone: row.name for row in found.prices}
    sums: dict[str, float] = {}
    for each in found.generation:
        sums[each.zone] = sums.get(each.zone, 0.0) + each.energy_mwh / MILLION
    order = list(FUEL_COLOURS)
    rows = [
        {
            "zone": names.get(each.zone, each.zone),
            "row": each.zone,
            "fuel": each.carrier,
            "rank": order.index(each.carrier) if each.carrier in order else len(order),
            "twh": each.energy_mwh / MILLION,
            "whole": sums[each.zone],
            "told": wording.digits(sums[each.zone]),
            "used": wording.share(each.use_share),
            "mw": each.p_nom_mw,
        }
        for each in found.generation
        if each.energy_mwh > LEAST
    ]
    return sorted(rows, key=lambda row: (-row["whole"], row["zone"], row["rank"]))


def fuel_bars(
    found: EnergyResult, *, width: int = palette.FULL_WIDTH // 2 - 176
) -> "alt.TopLevelMixin":
    """Draw what each zone generates, by what it burns.

    Parameters
    ----------
    found : EnergyResult
        A year of gas and power.
    width : int
        Width of the bars [pixels].

    Returns
    -------
    alt.TopLevelMixin
        Stacked bars in TWh, their sums at the end; a zone far above the others stands
        on a scale of its own.

    Raises
    ------
    QuestionError
        When nothing is generated.
    """
    import altair as alt

    rows = fuel_rows(found)
    if not rows:
        msg = "no zone generates power: there is nothing to draw"
        raise QuestionError(msg)
    sums = {row["zone"]: row["whole"] for row in rows}
    zones = list(sums)
    is_alone = len(zones) > 1 and sums[zones[0]] > ALONE * sums[zones[1]]
    groups = [zones[:1], zones[1:]] if is_alone else [zones]
    fuels = [name for name in FUEL_COLOURS if any(r["fuel"] == name for r in rows)]
    parts = []
    for at, group in enumerate(groups):
        own = [row for row in rows if row["zone"] in group]
        title = "TWh a year" + (", a scale of its own" if is_alone and not at else "")
        parts.append(_fuels(own, group, fuels, title, width))
    chart = alt.vconcat(*parts, spacing=4).resolve_scale(x="independent")
    return palette.signed(
        chart, found.stamp, *noted(SUMS, width=HALF_WIDTH), width=HALF_WIDTH
    )


def _fuels(
    rows: list[dict[str, Any]],
    zones: Sequence[str],
    fuels: Sequence[str],
    title: str,
    width: int,
) -> "alt.LayerChart | alt.FacetChart":
    """Return the bars of some zones on one scale."""
    import altair as alt

    base = alt.Chart(palette.data(rows)).encode(
        y=alt.Y(
            "zone:N",
            sort=list(zones),
            title=None,
            axis=alt.Axis(
                labelLimit=NAMES + 4,
                domain=False,
                ticks=False,
                minExtent=NAMES,
                labelFontSize=10.5,
            ),
        )
    )
    legend = alt.Legend(
        orient="top", title=None, columns=3, symbolType="square", offset=2
    )
    scale = alt.Scale(domain=list(fuels), range=[FUEL_COLOURS[fuel] for fuel in fuels])
    bars = base.mark_bar(
        height={"band": 0.74}, stroke=palette.PAPER, strokeWidth=0.5
    ).encode(
        x=alt.X("twh:Q", title=title, axis=alt.Axis(tickCount=4), stack="zero"),
        color=alt.Color("fuel:N", scale=scale, legend=legend),
        order=alt.Order("rank:Q"),
        tooltip=[
            alt.Tooltip("zone:N"),
            alt.Tooltip("fuel:N"),
            alt.Tooltip("twh:Q", title="TWh a year", format=",.3~r"),
            alt.Tooltip("mw:Q", title="MW", format=",.0f"),
            alt.Tooltip("used:N", title="of all hours"),
        ],
    )
    ends = [row for at, row in enumerate(rows) if row["zone"] not in _seen(rows[:at])]
    text = (
        alt.Chart(palette.data(ends))
        .mark_text(align="left", dx=4, fontSize=10, color=palette.INK)
        .encode(
            y=alt.Y("zone:N", sort=list(zones)),
            x=alt.X("whole:Q"),
            text=alt.Text("told:N"),
        )
    )
    return alt.layer(bars, text).properties(width=width, height=ROW * len(zones))


def _seen(rows: Sequence[dict[str, Any]]) -> set[str]:
    return {row["zone"] for row in rows}


def gain_rows(gains: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return what each country gains by exchange [million USD a year].

    Parameters
    ----------
    gains : mapping of str to float
        Saving by country [USD a year].

    Returns
    -------
    list of dict
        The largest gain first; what is far below the largest change is left out.
    """
    largest = max((abs(value) for value in gains.values()), default=0.0)
    rows = [
        {
            "country": country_name(iso3),
            "iso3": iso3,
            "gain": value / MILLION,
            "kind": MORE if value > 0 else LESS,
            "told": _signed(value / MILLION),
        }
        for iso3, value in gains.items()
        if abs(value) > LEAST_GAIN * largest
    ]
    return sorted(rows, key=lambda row: -row["gain"])


def _signed(value: float) -> str:
    """Return a figure with its sign."""
    return f"{'+' if value > 0 else ''}{wording.digits(value)}".replace("-", "−")


def gain_bars(
    gains: Mapping[str, float], stamp: Stamp, *, width: int = 150
) -> "alt.TopLevelMixin":
    """Draw who gains by the exchange of gas and power, and who pays.

    Parameters
    ----------
    gains : mapping of str to float
        Saving by country [USD a year].
    stamp : Stamp
        Of the answer that they come from.
    width : int
        Width of the bars [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A bar a country: gains blue to the right, losses orange to the left, each with
        its sign.

    Raises
    ------
    QuestionError
        When nobody gains or loses.
    """
    import altair as alt

    rows = gain_rows(gains)
    if not rows:
        msg = "no country gains or loses by exchange: there is nothing to draw"
        raise QuestionError(msg)
    order = [row["country"] for row in rows]
    base = alt.Chart(palette.data(rows)).encode(
        y=alt.Y(
            "country:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=120, domain=False, ticks=False, minExtent=96),
        )
    )
    reach = [row["gain"] for row in rows]
    span = max(reach) - min(0.0, *reach) if max(reach) > 0 else -min(reach)
    scale = alt.Scale(
        domain=[
            min(0.0, min(reach) - MARGIN * span),
            max(0.0, max(reach) + MARGIN * span),
        ],
        nice=False,
    )
    scale_of = alt.Scale(
        domain=[MORE, LESS], range=[CHANGE_COLOURS[MORE], CHANGE_COLOURS[LESS]]
    )
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X(
            "gain:Q",
            title="million USD a year",
            scale=scale,
            axis=alt.Axis(tickCount=4),
        ),
        color=alt.Color("kind:N", scale=scale_of, legend=None),
        tooltip=[
            alt.Tooltip("country:N"),
            alt.Tooltip("gain:Q", title="million USD a year", format="+,.3~r"),
        ],
    )
    texts = [
        _sign_words(base.transform_filter("datum.gain > 0"), align="left", dx=4),
        _sign_words(base.transform_filter("datum.gain <= 0"), align="right", dx=-4),
    ]
    zero = alt.Chart(palette.data([{"x": 0.0}])).mark_rule(color=palette.FAINT)
    chart = alt.layer(bars, *texts, zero.encode(x=alt.X("x:Q")))
    chart = chart.properties(width=width, height=GAIN_ROW * len(rows))
    return palette.signed(
        chart, stamp, *noted(GAINS, width=HALF_WIDTH), width=HALF_WIDTH
    )


def _sign_words(base: "alt.Chart", **style: Any) -> "alt.Chart":
    """Return the figures at the ends of bars."""
    import altair as alt

    text = base.mark_text(fontSize=10, color=palette.INK, **style)
    return text.encode(x=alt.X("gain:Q"), text=alt.Text("told:N"))
