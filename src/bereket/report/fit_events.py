"""Published days and shocks beside a model's, for the page on how far it is off."""

from bereket.report.fit_tables import table
from bereket.studies.shock_result import ShockBeside, ShocksResult
from bereket.studies.times import TimeBeside, TimesResult


def of_times(times: TimesResult) -> list[str]:
    """Return what the page tells of published days."""
    judged = [row for row in times.rows if row.is_within is not None]
    within = sum(bool(row.is_within) for row in judged)
    return [
        "## Days",
        f"{within} of {len(judged)} published times with bounds hold the model's.",
        table(
            (
                "observed",
                "from",
                "to",
                "days",
                "bounds",
                "modelled",
                "within",
                "why not",
            ),
            [_time_row(row) for row in judged],
        ),
    ]


def _time_row(row: TimeBeside) -> tuple[str, ...]:
    modelled = "no way" if row.modelled_days is None else f"{row.modelled_days:.1f}"
    return (
        f"`{row.observation_id}`",
        row.origin_id,
        row.destination_id,
        f"{row.observed_days:.3g}",
        f"{row.low_days:.3g} to {row.high_days:.3g}",
        f"**{modelled}**",
        "yes" if row.is_within else "no",
        "" if row.is_within else row.why,
    )


def of_shocks(shocks: ShocksResult) -> list[str]:
    """Return what the page tells of shocks."""
    return [
        "## Shocks",
        f"{shocks.headline()}.",
        (
            "Each asked on a day before and on a day after, by the "
            f"{shocks.objective}. Ratio: after over before; with the demand of both "
            "years, and with that of the day before alone. Where an order shuts what "
            "is counted, that nothing passes is no test."
        ),
        table(
            (
                *("shock", "counted on", "seen", "modelled", "same demand"),
                *("direction", "size", "what stands between"),
            ),
            [_shock_row(each) for each in shocks.shocks],
        ),
    ]


def _shock_row(each: ShockBeside) -> tuple[str, ...]:
    def ratio(value: float | None) -> str:
        return "–" if value is None else f"{value:.2f}"

    sized = {None: "–", True: "yes", False: "no"}[each.is_of_size]
    return (
        each.name,
        each.on if each.on.count("|") == 0 else f"{each.on.split('|')[0]} and more",
        f"{each.direction} {ratio(each.observed_ratio)}",
        f"**{ratio(each.modelled_ratio)}**",
        ratio(each.same_demand_ratio),
        "as seen" if each.agrees else "not as seen",
        sized,
        each.why,
    )
