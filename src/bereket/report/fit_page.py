"""The page that says how far a model is off: fit, test, faults, what would help."""

from typing import Final

from bereket.report.fit_events import of_shocks, of_times
from bereket.report.fit_tables import table
from bereket.report.wording import digits
from bereket.studies.calibrate.result import CalibrateResult, Fitted, Met
from bereket.studies.shock_result import ShocksResult
from bereket.studies.times import TimesResult

UNITS: Final = {"t": (1e6, "Mt"), "teu": (1e3, "thousand TEU")}
CLOSE: Final = 20.0  # per cent, within which a year held out is met
NOTABLE: Final = 25.0  # per cent off, from which a fault is explained
FAULTS: Final = {
    "demand": "Demand is missing",
    "room": "No room in the model",
    "choice": "Other ways, or too much of this one",
}
MADE: Final = (
    "Written by `bereket calibrate {model} --hold-out {year} --page FILE.md`, which "
    "prints the same figures; not by hand."
)
HELP: Final = 5  # parameters named as the first to be told better


def fit_page(
    found: CalibrateResult,
    times: TimesResult | None = None,
    shocks: ShocksResult | None = None,
) -> str:
    """Return the page in Markdown.

    Parameters
    ----------
    found : CalibrateResult
        The fit and the test.
    times : TimesResult, optional
        Published days beside the model's.
    shocks : ShocksResult, optional
        Events beside the model's.

    Returns
    -------
    str
        The same for the same model, whenever it is made.
    """
    stamp = found.stamp
    parts = [
        f"# How far {stamp.model} is off",
        MADE.format(model=stamp.model, year=found.held_out_year or "YEAR"),
        _in_short(found),
        *_of_observations(found),
        *_of_parameters(found),
        *_of_faults(found),
    ]
    if times is not None:
        parts += of_times(times)
    if shocks is not None:
        parts += of_shocks(shocks)
    parts += _of_help(found)
    parts += _of_not_used(found)
    parts += _of_trust(found)
    return "\n\n".join(parts) + "\n"


def _in_short(found: CalibrateResult) -> str:
    fitted = sum(each.identifiable for each in found.parameters)
    near = [
        f"{sum(abs(each.error_percent) <= most for each in met)} of {len(met)} {which}"
        for met, most, which in (
            (found.of(held_out=True), CLOSE, f"held out are met within {CLOSE:.0f} %"),
            (found.of(held_out=False), NOTABLE, f"fitted within {NOTABLE:.0f} %"),
        )
        if met
    ]
    return (
        f"{found.headline()} {fitted} of {len(found.parameters)} parameters are fitted "
        f"to {len(found.of(held_out=False))} observations of "
        f"{', '.join(map(str, found.fitted_years))}; the rest stand at their priors. "
        f"{', '.join(near)}.{_moves(found)} The fit misses its own observations by "
        f"{found.spread:.1f} "
        "times what their sources leave open."
    )


def _moves(found: CalibrateResult) -> str:
    """Say how often the year held out moves from the year before as it was seen to."""
    changes = [found.change_of(each) for each in found.of(held_out=True)]
    known = [change for change in changes if change is not None]
    if not known:
        return ""
    alike = sum((seen > 1) == (modelled > 1) for seen, modelled in known)
    return (
        f" Of {len(known)} held out whose year before is fitted, {alike} move from it "
        "the way that was seen: a level that is met may be met by chance."
    )


def _of_observations(found: CalibrateResult) -> list[str]:
    parts: list[str] = []
    held = found.of(held_out=True)
    if held:
        parts += [
            f"## {found.held_out_year}, held out",
            (
                "Before: with all parameters at their priors. Blind: fitted, but with "
                f"the orders of {max(found.fitted_years)} in place of those of the "
                "year. The interval holds 95 of 100 by what the parameters leave open "
                "and by how far the fitted years are missed. Rivals: last year's "
                "value (†: counted by another definition), and the straight line "
                "through the logarithms of three years or more before. Change: seen, "
                "then modelled, over the year before, where that is fitted."
            ),
            table(
                (
                    *("observed", "of", "value", "before", "fitted", "blind"),
                    *(
                        "off by",
                        "95 % interval",
                        "last year",
                        "trend",
                        "nearer",
                        "change",
                    ),
                ),
                [_held_row(found, each) for each in held],
            ),
        ]
    parts += [
        "## The years fitted",
        table(
            (
                *("year", "observed", "of", "value", "before", "fitted", "off by"),
                *("last year", "trend"),
            ),
            [_fitted_row(each) for each in found.of(held_out=False)],
        ),
        "## Does it earn its place?",
        (
            "Theil's U: the root of the mean squared log error of the model over that "
            "of a rival. Below 1 the model is nearer."
        ),
        table(
            ("", "last year's value", "trend"),
            [
                (name, _u(found, f"{part}_last_year"), _u(found, f"{part}_trend"))
                for part, name in (
                    ("in_sample", "years fitted"),
                    ("held_out", "year held out"),
                )
            ],
        ),
    ]
    return parts


def _u(found: CalibrateResult, name: str) -> str:
    value = found.theil_u[name]
    return "–" if value is None else f"{value:.2f}"


def _held_row(found: CalibrateResult, met: Met) -> tuple[str, ...]:
    judged = {None: "–", True: "yes", False: "no"}[met.beats_rivals]
    change = found.change_of(met)
    mark = "" if met.is_alike or met.last_year is None else " †"
    return (
        f"`{met.observation_id}`",
        _of(met),
        *(_short(met, value) for value in (met.observed, met.modelled_before)),
        f"**{_short(met, met.modelled_after)}**",
        _short(met, met.blind),
        f"{round(met.error_percent) + 0:+,d} %",
        f"{_short(met, met.low)} to {_short(met, met.high)}",
        _short(met, met.last_year) + mark,
        _short(met, met.trend),
        judged,
        "–" if change is None else f"{change[0]:.2f}, {change[1]:.2f}",
    )


def _fitted_row(met: Met) -> tuple[str, ...]:
    return (
        str(met.year),
        f"`{met.observation_id}`",
        _of(met),
        *(_short(met, value) for value in (met.observed, met.modelled_before)),
        f"**{_short(met, met.modelled_after)}**",
        f"{round(met.error_percent) + 0:+,d} %",
        _short(met, met.last_year),
        _short(met, met.trend),
    )


def _of(met: Met) -> str:
    """Return what was observed in a few words: where, which way, in what."""
    where = met.on if met.on.count("|") == 0 else f"{met.on.split('|')[0]} and more"
    cargo = ""
    if met.unit == "t" and met.commodity_ids:
        named = met.commodity_ids[0].replace("_", " ")
        more = len(met.commodity_ids) - 1
        cargo = f", {named}" + (f" and {more} more" if more else "")
    way = f" {met.direction}" if met.direction else ""
    return f"{where}{way}{cargo}, {UNITS[met.unit][1]}"


def _short(met: Met, value: float | None) -> str:
    if value is None:
        return "–"
    return digits(value / UNITS[met.unit][0])


def _of_parameters(found: CalibrateResult) -> list[str]:
    return [
        "## Parameters",
        (
            "USD/t of what is paid, factors of the rest; the standard error of a "
            "factor is that of its logarithm."
        ),
        table(
            ("parameter", "kind", "prior", "fitted", "± 1 sd", "bounds", ""),
            [_parameter_row(each) for each in found.parameters],
        ),
    ]


def _parameter_row(each: Fitted) -> tuple[str, ...]:
    sd = digits(each.standard_error)
    said = "stopped at its bound" if each.at_bound else each.reason
    bounds = f"{digits(each.low)} to {digits(each.high)}"
    values = (digits(each.prior), f"**{digits(each.value)}**", sd, bounds)
    return (f"`{each.name}`", each.kind, *values, said)


def _of_faults(found: CalibrateResult) -> list[str]:
    parts = ["## Where the model is wrong, and why"]
    for kind, title in FAULTS.items():
        met = [each for each in found.observations if each.why_kind == kind]
        if met:
            parts.append(f"### {title}")
            parts.append(
                "\n".join(
                    f"- {each.year} `{each.observation_id}`, {_of(each)}: off by "
                    f"{round(each.error_percent) + 0:+,d} %: "
                    f"{each.why}."
                    for each in sorted(met, key=lambda one: -abs(one.log_error))
                )
            )
    if len(parts) == 1:
        parts.append(f"Nothing is off by more than {NOTABLE:.0f} %.")
    return parts


def _of_help(found: CalibrateResult) -> list[str]:
    """Say which parameters make a forecast unsure, and which data are missing."""
    shares: dict[str, float] = {}
    held = found.of(held_out=True) or found.observations
    for met in held:
        for name, share in met.tells.items():
            shares[name] = shares.get(name, 0.0) + share / len(held)
    ranked = sorted(shares.items(), key=lambda item: -item[1])[:HELP]
    short = [each for each in found.observations if each.why_kind == "demand"]
    full = [each for each in found.observations if each.why_kind == "room"]
    lines = [
        f"- `{name}` makes {share:.0%} of what the parameters leave open in the year "
        "held out, on the mean over its observations: counts that move with it would "
        "help most."
        for name, share in ranked
    ]
    if short:
        names = ", ".join(f"`{each.observation_id}`" for each in short)
        lines.append(
            f"- Cells of the demand behind {names}: customs or railway tonnes by "
            "origin and destination."
        )
    if full:
        names = ", ".join(f"`{each.observation_id}`" for each in full)
        lines.append(
            f"- What really stands on the ground where {names} need more room than the "
            "model has: base trains, stock, acceptance."
        )
    count = len(found.not_used)
    lines.append(
        f"- {count} observations of these years could be used if their sources said "
        "more: see below."
    )
    return ["## What data would help most", "\n".join(lines)]


def _of_not_used(found: CalibrateResult) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for each in found.not_used:
        by_reason.setdefault(each.why, []).append(f"`{each.observation_id}`")
    if not by_reason:
        return []
    return [
        "## What is not compared",
        (
            "Rows whose period is no calendar year are not listed: nothing is scaled "
            "to one."
        ),
        "\n".join(f"- {why}: {', '.join(names)}." for why, names in by_reason.items()),
    ]


def _of_trust(found: CalibrateResult) -> list[str]:
    return [
        "## When not to trust this",
        (
            "- A constant stands for all that the model does not know of a way; it "
            "moves a forecast only as long as that stays as it was.\n"
            "- One day stands for the year: its first of July. Orders of another month "
            "are not felt.\n"
            "- The demand of the year held out is itself built from facts of that "
            "year, so that the test is of ways and prices, not of growth.\n"
            "- Observations of one source share its faults, and are taken as "
            "independent."
        ),
        (
            f"Model {found.model_hash[:12]} without its calibration, bereket "
            f"{found.stamp.package_version}."
        ),
    ]
