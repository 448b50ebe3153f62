"""The verb ``sweep``: how far an answer reaches, and which assumptions move it."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.app.asking import plan_of
from bereket.app.output import (
    Answer,
    answer_options,
    emit,
    refuse_to_write,
    watching,
)
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.model.plan import Plan
from bereket.registry import QUESTIONS
from bereket.report.wording import figure
from bereket.studies.headlines import Question
from bereket.studies.rules import Moves
from bereket.studies.sampling import Shape
from bereket.studies.sweep import SweepParams
from bereket.studies.sweep import sweep as find_sweep
from bereket.studies.sweep_result import SweepResult

GAP: Final = 1e-3  # of an assignment; bounds reach much farther
WRITERS: Final = ("--out", "--format")
HEADLINES_SHOWN: Final = 16
MOVED_SHOWN: Final = 8
LETTERS: Final = 52
COLUMNS: Final = (
    *("headline", "unit", "p5", "p25", "p50", "p75", "p95", "mean", "base"),
    "samples",
)
# Options that ask for more than a headline, by verb and name: they would be left aside.
BESIDE: Final = {
    "capacity": {},
    "assign": {"demand": "--demand", "by_month": "--by-month"},
    "route": {
        "details": "--details",
        "number": "--way",
        "pareto": "--pareto",
        "turn": "--break-even",
    },
}


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--ask",
    "asked_text",
    required=True,
    metavar='"VERB …"',
    help='What is asked each time, such as "capacity --corridor kti".',
)
@click.option("--samples", default=200, show_default=True, help="How many.")
@click.option("--seed", default=0, show_default=True, help="The same draws again.")
@click.option(
    "--moves",
    type=click.Choice(get_args(Moves)),
    default="together",
    show_default=True,
    help="Rows of one rule together, or every cell alone.",
)
@click.option(
    "--shape",
    type=click.Choice(get_args(Shape)),
    default="triangular",
    show_default=True,
    help="Between the bounds.",
)
@click.option(
    "--headline", default="", metavar="NAME", help="What is ranked by; else the first."
)
@click.option("--most", default=10, show_default=True, help="Rows of the tornado.")
@click.option(
    "--processes",
    type=int,
    default=None,
    help="How many; else one a core. The answer is the same.",
)
@answer_options
def sweep(**asked: Any) -> None:
    """Draw the cells of MODEL that have bounds, and ask a question each time.

    Quantiles of every headline; a tornado of the assumptions that move the first one
    most; the cells that are behind them. Rows whose bounds come from one rule move
    together.
    """
    path, processes = asked["model"], asked["processes"]
    if asked["out"]:
        refuse_to_write(Path(asked["out"]), Path(path))  # not after minutes
    verb, given = parsed(path, asked["asked_text"])
    with watching("reading the model, then asking it once") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, given)
        params = SweepParams(
            question=question_of(verb, plan, given),
            samples=asked["samples"],
            moves=asked["moves"],
            shape=asked["shape"],
            headline=asked["headline"],
            most=asked["most"],
            processes=cores() if processes is None else processes,
        )
        found = find_sweep(
            model, plan.scenario, params, seed=asked["seed"], monitor=monitor
        )

    def draw(console: Console) -> None:
        draw_sweep(console, found)
        steps = ["--samples 500", "--moves alone", "--headline NAME"]
        shown = [each.factor.references[0] for each in found.tornado[:1]]
        steps += [
            f"bereket show {escape(path)} {escape(each.rpartition('.')[0])}"
            for each in shown
        ]
        console.print(f"next: {' · '.join(steps)}")
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    rows = found.to_frame().to_dict("records")
    answer = Answer(
        found.as_dict(),
        found.stamp,
        draw,
        rows,  # type: ignore[arg-type]
        (*plan.notes, *found.warnings),
        COLUMNS,
        found.tables,
    )
    emit(answer, asked["form"], asked["out"], path)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parsed(path: str, text: str) -> tuple[str, dict[str, Any]]:
    """Read a question as it is typed, by the verb's own options; nothing is run.

    Parameters
    ----------
    path : str
        The model, which the question leaves out.
    text : str
        Verb and options.

    Returns
    -------
    tuple of str and dict
        The verb; its options by name.

    Raises
    ------
    QuestionError
        When the verb is unknown, or an option is not its own, writes a file, or asks
        for more than a headline.
    """
    try:
        words = shlex.split(text)
    except ValueError as fault:
        msg = f"--ask {text!r} cannot be read: {fault}"
        raise QuestionError(msg) from None
    if not words or words[0] not in BESIDE:
        told = ", ".join(BESIDE)
        msg = f"--ask begins with one of {told}; found {words[0] if words else text!r}"
        raise QuestionError(msg)
    verb, rest = words[0], words[1:]
    faults = [
        f"--ask {verb} must not have {word.partition('=')[0]}: give it to sweep"
        for word in rest
        if word.partition("=")[0] in WRITERS
    ]
    if "--help" in rest:
        faults.append(f"--ask {verb} must not have --help: ask bereket {verb} --help")
    if faults:
        raise QuestionError("\n".join(faults))
    command = _command(verb)
    try:
        context = command.make_context(verb, [path, *rest])
    except click.ClickException as fault:
        msg = f"--ask {verb}: {fault.format_message()}"
        raise QuestionError(msg) from None
    given = context.params
    faults = [
        f"--ask {verb} must not have {option}: no headline needs it"
        for name, option in BESIDE[verb].items()
        if given[name]
    ]
    if faults:
        raise QuestionError("\n".join(faults))
    if verb == "assign":
        source = context.get_parameter_source("gap")
        if source is click.core.ParameterSource.DEFAULT:
            given = {**given, "gap": GAP}
    return verb, given


def _command(verb: str) -> click.Command:
    """Return the command of a verb, by the registry."""
    from importlib import import_module

    (place,) = (each.command for each in QUESTIONS if each.verb == verb)
    module, _, name = place.partition(":")
    command: click.Command = getattr(import_module(module), name)
    return command


def question_of(verb: str, plan: Plan, given: Mapping[str, Any]) -> Question:
    """Return what is asked, as the analysis takes it."""
    if verb == "capacity":
        from bereket.app.capacity import params_of as of_capacity

        return of_capacity(plan.as_of, given)
    if verb == "route":
        from bereket.app.route import params_of as of_route

        return of_route(plan.as_of, given)
    from bereket.app.assign import params_of as of_assign

    return of_assign(plan.as_of, given["year"], given)


def draw_sweep(console: Console, found: SweepResult) -> None:
    """Draw the answer: spread of the first headline, quantiles, tornado, the rest."""
    main = found.main
    console.print(
        f"[bold]{found.headline}: {figure(main.p50)} ({figure(main.p5)} to "
        f"{figure(main.p95)}) {escape(main.unit)}[/], the middle and nine in ten of "
        f"{main.samples} samples; {figure(main.base)} as the model stands"
    )
    _draw_quantiles(console, found)
    _draw_tornado(console, found)
    _draw_screening(console, found)
    console.print(
        f"drawn: {found.n_cells:,} cells as {found.n_factors:,} factors; not drawn: "
        + (
            "; ".join(f"{n:,} {why}" for why, n in found.left_out.items())
            or "none that has bounds"
        )
    )
    for each in found.failures:
        numbers = ", ".join(map(str, each.first))
        console.print(
            f"[red]no answer[/] on {each.samples} samples (such as {numbers}): "
            f"{escape(each.why)}"
        )
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")


def _draw_quantiles(console: Console, found: SweepResult) -> None:
    grid = Grid(title="quantiles", title_justify="left", box=None)
    grid.add_column("headline", no_wrap=True)
    for name in ("P5", "P25", "P50", "P75", "P95", "mean", "base"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("unit", no_wrap=True)
    moving = [s for s in found.quantiles if s.p95 > s.p5 or s.base]
    for each in moving[:HEADLINES_SHOWN]:
        levels = (each.p5, each.p25, each.p50, each.p75, each.p95, each.mean)
        grid.add_row(
            escape(each.headline),
            *map(figure, levels),
            figure(each.base),
            escape(each.unit) + _of_fewer(each.samples, found),
        )
    console.print(grid)
    more = len(found.quantiles) - min(len(moving), HEADLINES_SHOWN)
    if more:
        console.print(f"and {more} more (--format csv)")


def _of_fewer(samples: int, found: SweepResult) -> str:
    """Return how many samples have a headline, where others have an answer without."""
    answered = found.done - sum(each.samples for each in found.failures)
    return "" if samples == answered else f" ({samples} of {answered})"


def _draw_tornado(console: Console, found: SweepResult) -> None:
    if not found.tornado:
        return
    title = f"tornado of {found.headline}: one assumption at a time, at its P10 and P90"
    grid = Grid(title=title, title_justify="left", box=None)
    grid.add_column("")
    grid.add_column("assumption")
    for name in ("at P10", "at P90", "swing"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("bounds", no_wrap=True)
    grid.add_column("quality", no_wrap=True)
    for each in found.tornado:
        factor = each.factor
        grid.add_row(
            str(each.rank),
            escape(factor.name),
            figure(each.at_p10),
            figure(each.at_p90),
            figure(each.swing),
            f"{figure(factor.low)} to {figure(factor.high)} {escape(factor.unit)}",
            ("" if each.score > 1.0 else "~ ") + escape(factor.quality),
        )
    console.print(grid)
    if any(each.score <= 1.0 for each in found.tornado):
        console.print(
            "[dim]~ the sample alone does not tell it from noise; its swing is its "
            "own[/]"
        )


def _draw_screening(console: Console, found: SweepResult) -> None:
    assumed = [each for each in found.screening if each.factor.quality == "assumed"]
    if not assumed:
        return
    title = "assumed cells that move an answer beyond noise"
    grid = Grid(title=title, title_justify="left", box=None)
    grid.add_column("cells")
    grid.add_column("moves")
    grid.add_column("by rank", justify="right", no_wrap=True)
    for each in assumed[:MOVED_SHOWN]:
        also = f" and {len(each.also)} more" if each.also else ""
        grid.add_row(
            escape(each.factor.name),
            escape(each.headline) + also,
            f"{each.rank_coefficient:+.2f}".replace("-", "−")
            if each.rank_coefficient
            else "both ways",
        )
    console.print(grid)
    if len(assumed) > MOVED_SHOWN:
        console.print(f"and {len(assumed) - MOVED_SHOWN} more (--format json)")
