"""Who goes where, drawn: cargo by corridor, and what is full by its price."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.assign import AssignResult
from bereket.analysis.assign.result import Scarce
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.naming import in_words, place_names
from bereket.report import palette, wording
from bereket.studies.observed import ObservedResult

if TYPE_CHECKING:
    import altair as alt

MILLION: Final = 1e6
HOURS_A_DAY: Final = 24.0
SHOWN: Final = 12  # elements; numbered on the map too
LEAST_T: Final = 10_000.0  # a year; what passes less is counted, not drawn
CLASSES_SHOWN: Final = 7
NAME_LETTERS: Final = 36
CARGO_LETTERS: Final = 28
OTHERS: Final = "other cargo"
# Okabe and Ito (2008); neighbours differ in lightness too, for a grey print.
CLASS_COLOURS: Final = (
    *("#0072B2", "#E69F00", "#56B4E9", "#D55E00", "#009E73", "#F0E442", "#CC79A7"),
    "#9aa5b1",
)
OVERLAP: Final = "Corridors overlap, so that their bars do not add up."
FULL_WORDS: Final = {"t": "t", "train": "trains", "wagon": "wagons", "truck": "trucks"}


def dearest(scarcity: Sequence[Scarce]) -> tuple[Scarce, ...]:
    """Return what is full and drawn, by its price a tonne, the dearest first."""
    passed = [each for each in scarcity if each.t_per_year >= LEAST_T]
    ranked = sorted(passed, key=lambda each: -each.price_usd_per_t)
    return tuple(ranked[:SHOWN])


def full_name(model: Model, each: Scarce, places: Mapping[str, str]) -> str:
    """Return what a full element is called, with its direction.

    Parameters
    ----------
    model : Model
        The model.
    each : Scarce
        The element.
    places : mapping of str to str
        Names of places by id.

    Returns
    -------
    str
        In words; the reference where it has none.
    """
    table = each.element.partition(":")[0]
    if each.direction:
        ends = each.direction.split(" > ")
        return " > ".join(places.get(end, end) for end in ends)
    words = in_words(model, each.element, places)
    kind = each.element.rpartition(":")[2].replace("_", " ")
    if table in {"terminal", "port", "transfer"} and words:
        return f"{words}, {kind}"
    return words or each.element


def scarcity_bars(
    found: AssignResult, model: Model, *, width: int = 235
) -> "alt.TopLevelMixin":
    """Draw what is full by what its waits cost a tonne.

    Parameters
    ----------
    found : AssignResult
        An assignment.
    model : Model
        The model that was asked.
    width : int
        Width of the bars [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A bar an element [USD/t], its number that of the map; beside it days of waiting
        and what passes.

    Raises
    ------
    QuestionError
        When nothing is full.
    """
    import altair as alt

    rows = scarcity_rows(found, model)
    if not rows:
        msg = "nothing that states a capacity is full"
        raise QuestionError(msg)
    order = [row["element"] for row in rows]
    y = alt.Y(
        "element:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelLimit=0, domain=False, ticks=False, labelPadding=6),
    )
    base = alt.Chart(palette.data(rows)).encode(y=y)
    bars = base.mark_bar(height={"band": 0.68}, color=palette.BAR).encode(
        x=alt.X("usd:Q", title="USD/t, what waiting costs", axis=alt.Axis(tickCount=5)),
        tooltip=[
            alt.Tooltip("element:N"),
            alt.Tooltip("reference:N", title="row"),
            alt.Tooltip("usd:Q", title="USD/t", format=",.1f"),
            alt.Tooltip("days:Q", title="days of waiting", format=",.1f"),
            alt.Tooltip("mt:Q", title="Mt a year that pass", format=",.2f"),
            alt.Tooltip("room:N", title="room a day"),
        ],
    )
    figures = base.mark_text(align="left", dx=4, fontSize=10.5, color=palette.INK)
    figures = figures.encode(x=alt.X("usd:Q"), text=alt.Text("label:N"))
    drawn = alt.layer(bars, figures).properties(width=width, height=22 * len(rows))
    beside = [_column(rows, order, *each) for each in _COLUMNS]
    chart = alt.hconcat(drawn, *beside, spacing=4).resolve_scale(y="shared")
    more = len(found.scarcity) - len(rows)
    notes = (
        [f"Of {len(found.scarcity)} that are full; {more} not drawn."] if more else []
    )
    return palette.signed(chart, found.stamp, *notes)


_COLUMNS: Final = (
    ("wait", "wait, days"),
    ("passing", "Mt a year"),
    ("room", "room a day"),
)


def _column(
    rows: list[dict[str, Any]], order: list[str], name: str, title: str
) -> "alt.Chart":
    """Return a column of figures beside bars."""
    import altair as alt

    return (
        alt.Chart(palette.data(rows))
        .mark_text(align="right", fontSize=10.5, color=palette.INK, dx=32)
        .encode(
            y=alt.Y("element:N", sort=order, axis=None),
            text=alt.Text(f"{name}:N"),
        )
        .properties(
            width=66,
            height=22 * len(rows),
            title=alt.TitleParams(
                title, fontSize=10, anchor="end", color=palette.FAINT, offset=4
            ),
        )
    )


def scarcity_rows(found: AssignResult, model: Model) -> list[dict[str, Any]]:
    """Return what is drawn of full elements, the dearest first, numbered."""
    places = place_names(model)
    return [
        {
            "number": number,
            "element": f"{number} "
            + shorten(full_name(model, each, places), NAME_LETTERS, placeholder="…"),
            "reference": each.element,
            "usd": each.price_usd_per_t,
            "label": f"{each.price_usd_per_t:,.1f}",
            "days": each.wait_h / HOURS_A_DAY,
            "wait": wording.days(each.wait_h),
            "mt": each.t_per_year / MILLION,
            "passing": wording.megatonnes(each.t_per_year),
            "room": f"{wording.figure(each.room_per_day)} "
            f"{FULL_WORDS.get(each.unit, each.unit)}",
        }
        for number, each in enumerate(dearest(found.scarcity), start=1)
    ]


def corridor_shares(
    found: AssignResult,
    model: Model,
    observed: ObservedResult | None = None,
    *,
    width: int = palette.FULL_WIDTH - 240,
) -> "alt.TopLevelMixin":
    """Draw what goes by each corridor, by cargo.

    Parameters
    ----------
    found : AssignResult
        An assignment.
    model : Model
        The model that was asked.
    observed : ObservedResult, optional
        What was observed of the year: a tick beside the bar.
    width : int
        Width of the bars [pixels].

    Returns
    -------
    alt.TopLevelMixin
        A stacked bar a corridor [Mt a year, both directions], the largest on top.

    Raises
    ------
    QuestionError
        When nothing goes by a corridor.
    """
    import altair as alt

    rows = share_rows(found, model)
    if not rows:
        msg = "nothing goes by a corridor"
        raise QuestionError(msg)
    order = list(dict.fromkeys(row["corridor"] for row in rows))
    drawn = {row["cargo"]: row["colour"] for row in sorted(rows, key=lambda r: r["at"])}
    scale = alt.Scale(domain=list(drawn), range=list(drawn.values()))
    y = alt.Y(
        "corridor:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelLimit=0, domain=False, ticks=False, labelPadding=6),
    )
    bars = (
        alt.Chart(palette.data(rows))
        .mark_bar(height={"band": 0.68}, stroke=palette.PAPER, strokeWidth=0.6)
        .encode(
            y=y,
            x=alt.X("from:Q", title="Mt a year, both directions"),
            x2=alt.X2("to:Q"),
            color=alt.Color(
                "cargo:N",
                scale=scale,
                legend=alt.Legend(
                    orient="top", title=None, columns=3, labelLimit=0, offset=6
                ),
            ),
            tooltip=[
                alt.Tooltip("corridor:N"),
                alt.Tooltip("cargo:N"),
                alt.Tooltip("mt:Q", title="Mt a year", format=",.3f"),
            ],
        )
    )
    layers = [bars, *_sums(rows, order), *_ticks(found, observed, order, model)]
    chart = alt.layer(*layers).properties(width=width, height=21 * len(order))
    return palette.signed(chart, found.stamp, _share_note(found, observed), OVERLAP)


def share_rows(found: AssignResult, model: Model) -> list[dict[str, Any]]:
    """Return the stacked parts of corridors with flow [Mt a year], the largest first.

    Cargoes beyond the `CLASSES_SHOWN` largest are one part.
    """
    goes = sorted(
        (each for each in found.corridors if each.t_per_year > 0),
        key=lambda each: -each.t_per_year,
    )
    sums: dict[str, float] = {}
    for each in goes:
        for name, tonnes in each.by_class.items():
            sums[name] = sums.get(name, 0.0) + tonnes
    shown = sorted(sums, key=lambda name: -sums[name])
    if len(shown) > CLASSES_SHOWN + 1:
        shown = shown[:CLASSES_SHOWN]
    table = model["commodity"]
    words = dict(zip(table.labels("commodity_id"), table.labels("name"), strict=True))
    names = corridor_names(model)
    rows: list[dict[str, Any]] = []
    for each in goes:
        parts = {name: each.by_class.get(name, 0.0) for name in shown}
        parts[OTHERS] = max(0.0, sum(each.by_class.values()) - sum(parts.values()))
        at = 0.0
        for position, (name, tonnes) in enumerate(parts.items()):
            if tonnes <= 0:
                continue
            mt = tonnes / MILLION
            row = {"corridor": names[each.corridor_id], "at": position, "mt": mt}
            colour = CLASS_COLOURS[-1 if name == OTHERS else position]
            cargo = shorten(words.get(name) or name, CARGO_LETTERS, placeholder="…")
            told = {"cargo": cargo, "colour": colour}
            rows.append(row | told | {"from": at, "to": at + mt})
            at += mt
    return rows


def corridor_names(model: Model) -> dict[str, str]:
    """Return the names of corridors by id, cut at a word."""
    table = model["corridor"]
    ids, names = table.labels("corridor_id"), table.labels("name")
    return {
        key: shorten(name, NAME_LETTERS, placeholder="…") or key
        for key, name in zip(ids, names, strict=True)
    }


def _sums(rows: list[dict[str, Any]], order: list[str]) -> "list[alt.Chart]":
    """Return the sum of each bar at its end."""
    import altair as alt

    ends = {row["corridor"]: row["to"] for row in rows}
    told = [
        {"corridor": name, "from": mt, "label": wording.megatonnes(mt * MILLION)}
        for name, mt in ends.items()
    ]
    y = alt.Y("corridor:N", sort=order)
    return palette.words(told, alt.X("from:Q"), y, align="left", dx=5)


def _ticks(
    found: AssignResult,
    observed: ObservedResult | None,
    order: list[str],
    model: Model,
) -> "list[alt.Chart]":
    """Return a tick a corridor at what was observed of all its cargo."""
    import altair as alt

    names = corridor_names(model)
    rows = [
        {"corridor": names[each.corridor_id], "from": told.observed / MILLION}
        for each in found.corridors
        if observed
        and (told := observed.of_corridor(each.corridor_id))
        and names[each.corridor_id] in order
    ]
    if not rows:
        return []
    return [
        alt.Chart(palette.data(rows))
        .mark_tick(thickness=3, color=palette.INK, opacity=1, height={"band": 0.95})
        .encode(
            x=alt.X("from:Q"),
            y=alt.Y("corridor:N", sort=order),
            tooltip=[alt.Tooltip("from:Q", title="observed, Mt a year", format=".2f")],
        )
    ]


def _share_note(found: AssignResult, observed: ObservedResult | None) -> str:
    """Say what ticks are, and what is idle."""
    idle = [each.corridor_id for each in found.corridors if each.t_per_year <= 0]
    is_seen = observed and any(
        observed.of_corridor(each.corridor_id) for each in found.corridors
    )
    told = ["Upright tick: observed in the year, all cargo."] if is_seen else []
    told += [f"Nothing goes by {', '.join(idle)}."] if idle else []
    return " ".join(told)
