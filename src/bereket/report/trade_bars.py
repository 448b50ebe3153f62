"""What makes trade up, and what works bring, drawn as bars with their bounds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.trade import TradeResult
from bereket.analysis.trade.result import SectorTrade, WorksGain
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.report import palette, wording
from bereket.report.countries import country_name

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
THOUSAND: Final = 1e3
ROW: Final = 21  # pixels
BLOCK_GAP: Final = 8  # pixels between directions
NAMES: Final = 190  # pixels, of sectors
NAME_LETTERS: Final = 34
WORKS_LETTERS: Final = 50
FIGURES: Final = 48  # pixels, of a figure at the end of a bar
SHARES: Final = 126  # pixels, of what is added and its share of growth
WORKS_NAMES: Final = 268  # pixels
# Columns beside the bars of works: figure, heading, width in pixels.
COLUMNS: Final = (
    ("opens", ("opens",), 44),
    ("capex", ("built,", "M USD"), 58),
    ("per_usd", ("USD a year per", "1,000 USD built"), 86),
)
SHOWN: Final = 16  # works
LEAST: Final = 0.01  # of the largest gain; what moves less is counted, not drawn
ASSUMED: Final = "assumed"
PALE: Final = "Pale, outlined: the row of the base year is assumed."
PARTS: Final = (
    "Thin line: low to high of the row. Medians of parts do not add up to the median "
    "of the whole."
)
READING: Final = (
    "Bar: median. Line: 5 to 95 of 100 draws. The most trade a dollar comes first."
)
INDIRECT: Final = (
    "† through the trade of others alone: carriage between the two is not cheaper."
)


def sector_bars(
    found: TradeResult, model: Model, *, width: int = palette.FULL_WIDTH - NAMES
) -> "alt.TopLevelMixin":
    """Draw what makes the trade up now, and what each part adds by the last year.

    Parameters
    ----------
    found : TradeResult
        Trade of two countries.
    model : Model
        The model that was asked; it names cargoes.
    width : int
        Width of both plots together [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A block a direction, a row a sector: its value of the base year with low and
        high, and beside it the median of the last year less that, both in million USD
        on one scale. Outlined: the row is assumed.

    Raises
    ------
    QuestionError
        When nothing is traded.
    """
    import altair as alt

    if not found.sectors or not found.years:
        msg = "no sector is traded: there is nothing to draw"
        raise QuestionError(msg)
    rows = sector_rows(found, model)
    ends = [row[key] for row in rows for key in ("high", "now", "added")]
    scale = alt.Scale(domain=[min(0.0, *ends), max(ends)], nice=True)
    sides = list(dict.fromkeys(row["side"] for row in rows))
    blocks = []
    for at, side in enumerate(sides):
        own = [row for row in rows if row["side"] == side]
        is_last = at == len(sides) - 1
        blocks.append(
            _block(own, (at, is_last), scale, width, found).properties(
                title=alt.TitleParams(
                    side, fontSize=11.5, anchor="start", frame="group", offset=4
                )
            )
        )
    chart = alt.vconcat(*blocks, spacing=BLOCK_GAP)
    pale = any(row["quality"] == ASSUMED for row in rows)
    return palette.signed(chart, found.stamp, f"{PALE} {PARTS}" if pale else PARTS)


def sector_rows(found: TradeResult, model: Model) -> list[dict[str, Any]]:
    """Return what is drawn of sectors, direction by direction, the largest first."""
    table = model["commodity"]
    names = dict(zip(table.labels("commodity_id"), table.labels("name"), strict=True))

    def rank(each: SectorTrade) -> tuple[bool, float]:
        return each.exporter_iso3 != found.pair[0], -each.base_usd

    return [
        {
            "side": f"{country_name(each.exporter_iso3)} sells to "
            f"{country_name(each.importer_iso3)}",
            "sector": wording.cut(_cargo(names, each.sector), NAME_LETTERS),
            "now": each.base_usd / MILLION,
            "low": each.base_low_usd / MILLION,
            "high": each.base_high_usd / MILLION,
            "added": (each.last_usd - each.base_usd) / MILLION,
            "share": each.share_of_growth,
            "quality": each.quality,
            "told": wording.digits(each.base_usd / MILLION),
            "told_added": f"{_signed((each.last_usd - each.base_usd) / MILLION)}, "
            f"{wording.share(each.share_of_growth)} of growth",
        }
        for each in sorted(found.sectors, key=rank)
    ]


def _cargo(names: Mapping[str, str], sector: str) -> str:
    """Return what a sector is called; gas and power are no cargo of the model."""
    return names.get(sector) or sector.replace("_", " ").capitalize()


def _signed(value: float) -> str:
    """Return a figure with its sign, without zeros at its end."""
    return f"{'+' if value > 0 else ''}{wording.digits(value)}".replace("-", "−")


def _block(
    rows: list[dict[str, Any]],
    place: tuple[int, bool],
    scale: "alt.Scale",
    width: int,
    found: TradeResult,
) -> "alt.HConcatChart":
    """Return the bars of one direction: now, and added."""
    import altair as alt

    at, is_last = place
    order = [row["sector"] for row in rows]
    names = alt.Axis(
        labelLimit=0, domain=False, ticks=False, labelPadding=6, minExtent=NAMES - 10
    )
    colour = palette.DIRECTION_COLOURS[at % len(palette.DIRECTION_COLOURS)]
    titles = (
        f"million USD in {found.base_year}",
        f"million USD more in {found.years[-1].year}, median",
    )
    wide = (width - FIGURES - SHARES) // 2
    parts = []
    for key, label, title, axis in (
        ("now", "told", titles[0], names),
        ("added", "told_added", titles[1], None),
    ):
        base = alt.Chart(palette.data(rows)).encode(
            y=alt.Y("sector:N", sort=order, title=None, axis=axis)
        )
        x = alt.X(
            f"{key}:Q",
            title=title if is_last else None,
            scale=scale,
            axis=alt.Axis(tickCount=4, labels=is_last, ticks=is_last, domain=is_last),
        )
        hover = [
            alt.Tooltip("sector:N"),
            alt.Tooltip(f"{key}:Q", title=title, format=",.1f"),
            alt.Tooltip("low:Q", format=",.1f"),
            alt.Tooltip("high:Q", format=",.1f"),
            alt.Tooltip("quality:N"),
        ]
        layers = [_bar(base, x, colour, hover)]
        end = alt.X(f"{key}:Q")
        if key == "now":
            layers += _whiskers(base, "low", "high")
            end = alt.X("high:Q")
        layers += _text(base, end, label)
        parts.append(alt.layer(*layers).properties(width=wide, height=ROW * len(order)))
    return alt.hconcat(*parts, spacing=FIGURES, bounds="flush")


def _bar(
    base: "alt.Chart", x: "alt.X", colour: str, hover: "list[alt.Tooltip]"
) -> "alt.Chart":
    """Return bars, pale and outlined where their row is assumed."""
    import altair as alt

    pale = alt.condition(f"datum.quality === '{ASSUMED}'", alt.value(0.4), alt.value(1))
    return base.mark_bar(
        height={"band": 0.66}, fill=colour, stroke=colour, strokeWidth=1.2
    ).encode(x=x, tooltip=hover, fillOpacity=pale)


def _whiskers(base: "alt.Chart", low: str, high: str) -> "list[alt.Chart]":
    """Return lines from low to high with a tick at each end."""
    import altair as alt

    ticks = [
        base.mark_tick(color=palette.INK, thickness=1.2, size=7).encode(
            x=alt.X(f"{end}:Q")
        )
        for end in (low, high)
    ]
    line = base.mark_rule(color=palette.INK, strokeWidth=1.2)
    return [line.encode(x=alt.X(f"{low}:Q"), x2=alt.X2(f"{high}:Q")), *ticks]


def _text(base: "alt.Chart", x: "alt.X", label: str) -> "list[alt.Chart]":
    """Return the figures at the ends of bars, with a white rim."""
    import altair as alt

    style: dict[str, Any] = {"align": "left", "dx": 6, "fontSize": 10.5}
    rim = base.mark_text(stroke=palette.PAPER, strokeWidth=3, **style)
    words = base.mark_text(color=palette.INK, **style)
    return [each.encode(x=x, text=alt.Text(f"{label}:N")) for each in (rim, words)]


def works_bars(
    found: TradeResult,
    *,
    width: int = palette.FULL_WIDTH - WORKS_NAMES - 212,
) -> "alt.TopLevelMixin":
    """Draw what works bring: trade of a year more, the most for a dollar first.

    Parameters
    ----------
    found : TradeResult
        Trade of two countries, with works.
    width : int
        Width of the bars [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A bar a measure or package [million USD a year, in the long run] with a line
        from 5 to 95 per cent, and beside it when it opens, what it costs and what a
        dollar brings. Works that move nothing are counted, not drawn.

    Raises
    ------
    QuestionError
        When no works were asked, or none of them moves trade.
    """
    import altair as alt

    if not found.measures:
        msg = "no works were asked: there is no gain to draw"
        raise QuestionError(msg)
    rows = works_rows(found)
    if not rows:
        msg = f"none of {len(found.measures)} works changes trade of the two"
        raise QuestionError(msg)
    order = [row["works"] for row in rows]
    names = alt.Axis(labelLimit=0, domain=False, ticks=False, labelPadding=6)
    base = alt.Chart(palette.data(rows)).encode(
        y=alt.Y("works:N", sort=order, title=None, axis=names)
    )
    kinds = alt.Scale(
        domain=["adds", "takes away"], range=[palette.BAR_LESS, palette.BAR]
    )
    bars = base.mark_bar(height={"band": 0.62}, opacity=0.85).encode(
        x=alt.X(
            "gain:Q",
            title="million USD a year more, in the long run",
            axis=alt.Axis(tickCount=6, labelOverlap=False),
        ),
        color=alt.Color("kind:N", scale=kinds, legend=None),
        tooltip=[
            alt.Tooltip("name:N", title="works"),
            alt.Tooltip("gain:Q", title="million USD a year", format="+,.3f"),
            alt.Tooltip("low:Q", title="5 %", format="+,.3f"),
            alt.Tooltip("high:Q", title="95 %", format="+,.3f"),
        ],
    )
    drawn = alt.layer(bars, *_whiskers(base, "low", "high"))
    drawn = drawn.properties(width=width, height=ROW * len(rows))
    beside = [_column(rows, order, *each) for each in COLUMNS]
    chart = alt.hconcat(drawn, *beside, spacing=4).resolve_scale(y="shared")
    return palette.signed(chart, found.stamp, *works_notes(found, rows))


def works_rows(found: TradeResult) -> list[dict[str, Any]]:
    """Return what is drawn of works, the most trade a dollar first."""
    return [
        {
            "works": _works_label(each, found.best_per_usd),
            "name": f"{each.works_id}: {each.name}",
            "kind": "adds" if each.gain_usd_per_year > 0 else "takes away",
            "gain": each.gain_usd_per_year / MILLION,
            "low": each.gain_low_usd / MILLION,
            "high": each.gain_high_usd / MILLION,
            "opens": str(each.opens_year),
            "capex": wording.NOTHING
            if each.capex_usd is None
            else wording.digits(each.capex_usd / MILLION),
            "per_usd": wording.NOTHING
            if each.gain_per_usd is None
            else wording.two_digits(each.gain_per_usd * THOUSAND).replace("-", "−"),
        }
        for each in drawn_works(found)
    ]


def drawn_works(found: TradeResult) -> tuple[WorksGain, ...]:
    """Return the works that move trade by enough to be seen."""
    largest = max((abs(each.gain_usd_per_year) for each in found.measures), default=0)
    moving = [
        each
        for each in found.measures
        if each.gain_usd_per_year != 0
        and abs(each.gain_usd_per_year) >= LEAST * largest
    ]
    moving.sort(key=lambda each: -abs(each.gain_usd_per_year))
    shown = {each.works_id for each in moving[:SHOWN]}
    return tuple(each for each in found.measures if each.works_id in shown)


def works_notes(found: TradeResult, rows: Sequence[object]) -> list[str]:
    """Return what is not drawn, and how to read what is."""
    idle = sum(each.gain_usd_per_year == 0 for each in found.measures)
    hardly = len(found.measures) - idle - len(rows)
    left = [f"{idle} change nothing between the two"] if idle else []
    left += [f"{hardly} move it by less than those drawn"] if hardly else []
    lines = [READING, "Works that serve others better may take trade away."]
    if found.best_per_usd:
        lines[1] += " * may buy the most trade a dollar: their bounds overlap."
    if any(each.is_indirect for each in drawn_works(found)):
        lines.append(INDIRECT)
    if left:
        lines.append(f"Of {len(found.measures)} works {' and '.join(left)}.")
    return lines


def _works_label(each: WorksGain, best: Sequence[str]) -> str:
    told = (each.name or each.works_id).replace("->", "→")
    name = wording.cut(told, WORKS_LETTERS)
    if each.is_indirect:
        return f"{name} †"
    return f"{name} *" if each.works_id in best else name


def _column(
    rows: list[dict[str, Any]],
    order: list[str],
    name: str,
    title: Sequence[str],
    width: int,
) -> "alt.Chart":
    """Return a column of figures beside bars."""
    import altair as alt

    head = alt.TitleParams(
        list(title),
        fontSize=10,
        fontWeight="normal",
        anchor="end",
        color=palette.FAINT,
        offset=4,
    )
    return (
        alt.Chart(palette.data(rows))
        .mark_text(align="right", fontSize=10.5, color=palette.INK)
        .encode(
            x=alt.value(width),
            y=alt.Y("works:N", sort=order, axis=None),
            text=alt.Text(f"{name}:N"),
        )
        .properties(width=width, height=ROW * len(rows), title=head)
    )
