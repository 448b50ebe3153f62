"""What was observed beside what a fit says, on the terminal."""

from rich.console import Console
from rich.table import Table as Grid

from bereket.compiled.behaviour import is_fitted_on
from bereket.model.model import Model
from bereket.report.wording import digits
from bereket.studies.corridor_fit import CorridorFit, corridor_fits

FIT_COLUMNS = ("corridor", "year", "of", "observed", "modelled", "off by", "last year")
FIT_TEXT = ("corridor", "year", "of")
FIT_UNITS = {"t": (1e6, "Mt"), "teu": (1e3, "kTEU")}


def draw_fits(console: Console, model: Model) -> bool:
    """Draw what was observed beside what the fit kept with the model says of it.

    Returns
    -------
    bool
        Whether the model keeps a fit.
    """
    names = model["corridor"].labels("corridor_id")
    fits = [(name, each) for name in names for each in corridor_fits(model, name)]
    if not fits:
        return False
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in FIT_COLUMNS:
        justify = "left" if name in FIT_TEXT else "right"
        grid.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for name, each in fits:
        grid.add_row(name, *_fit_cells(each))
    console.print(grid)
    stale = (
        ""
        if is_fitted_on(model, "fit")
        else "; the model has changed since: calibrate anew"
    )
    console.print(
        "[dim]fitted by bereket calibrate; * not seen by the fit; in brackets the 95 % "
        f"interval; last year: what was observed the year before, the rival{stale}[/]"
    )
    return True


def _fit_cells(fit: CorridorFit) -> tuple[str, ...]:
    size, unit = FIT_UNITS[fit.unit]

    def short(value: float | None) -> str:
        return "–" if value is None else digits(value / size)

    cargo = fit.commodity_ids[0] if fit.commodity_ids and fit.unit == "t" else ""
    more = len(fit.commodity_ids) - 1
    what = f"{cargo} +{more}" if cargo and more > 0 else cargo
    return (
        f"{fit.year}{'*' if fit.held_out else ''}",
        " ".join(filter(None, (unit, fit.direction, what))),
        short(fit.observed),
        f"{short(fit.modelled)} ({short(fit.low)}–{short(fit.high)})",
        f"{round(fit.error_percent) + 0:+,d} %",
        short(fit.last_year),
    )
