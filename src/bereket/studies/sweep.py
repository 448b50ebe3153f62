"""How far an answer reaches when the cells with bounds are drawn, and what moves it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, Status, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.draws import (
    LEAST_SAMPLES,
    failures_of,
    moved_by,
    ranked_by,
    spreads_of,
    warnings_of,
)
from bereket.studies.factors import Asked, Factors, factors_of
from bereket.studies.headlines import (
    Headlines,
    Question,
    answer_to,
    bare,
    day_of,
    headlines_of,
    year_of,
)
from bereket.studies.readings import Readings
from bereket.studies.replications import Crew, Setup
from bereket.studies.rules import Moves
from bereket.studies.sampling import P10, P90, Shape, latin_hypercube
from bereket.studies.screening import Screened
from bereket.studies.sweep_result import Spread, SweepResult, Swing

Floats = NDArray[np.float64]
MOST_SAMPLES: Final = 100_000
MOST_PROCESSES: Final = 256
VERBS: Final = {
    "CapacityParams": "capacity",
    "AssignParams": "assign",
    "RouteParams": "route",
}
TOGETHER: Final = (
    "rows of one rule (same table, column, quality, relative bounds, and note or a "
    "part of it that stands for them) move together as one factor; factors are drawn "
    "independently"
)
LOPSIDED: Final = (
    "as the model stands these lie outside nine in ten of the samples, since bounds "
    "reach farther to one side of the figures than to the other, or what is unsure can "
    "only take away"
)
ALONE: Final = (
    "every cell is drawn by itself: errors average out, and the spread is too narrow "
    "where rows rest on one rule"
)


@dataclass(frozen=True, slots=True)
class SweepParams:
    """What is asked.

    Attributes
    ----------
    question : CapacityParams, AssignParams or RouteParams
        What is asked on each sample.
    samples : int
        How many.
    moves : {"together", "alone"}
        Whether rows of one rule move together, or every cell alone.
    shape : {"triangular", "uniform"}
        Distribution between the bounds; the mode of the triangle is the figure.
    headline : str
        What tornado and ranks are of; empty = the first of the answer.
    most : int
        Rows of the tornado.
    processes : int
        How many; the answer is the same with any number.
    """

    question: Question
    samples: int = 200
    moves: Moves = "together"
    shape: Shape = "triangular"
    headline: str = ""
    most: int = 10
    processes: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn; every fault in one error.

        Raises
        ------
        QuestionError
            With every fault.
        """
        bounds = {
            "samples": (LEAST_SAMPLES, MOST_SAMPLES),
            "most": (0, MOST_SAMPLES),
            "processes": (1, MOST_PROCESSES),
        }
        faults = [
            f"{name} must be from {low} to {high:,}; found {getattr(self, name)}"
            for name, (low, high) in bounds.items()
            if not low <= getattr(self, name) <= high
        ]
        for name, kind in (("moves", Moves), ("shape", Shape)):
            if getattr(self, name) not in get_args(kind):
                told = " or ".join(get_args(kind))
                faults.append(f"{name} must be {told}; found {getattr(self, name)!r}")
        if faults:
            raise QuestionError("\n".join(faults))

    @property
    def verb(self) -> str:
        """The verb of the question."""
        return VERBS[type(self.question).__name__]


def sweep(
    model: Model,
    scenario: Scenario = BASELINE,
    params: SweepParams | None = None,
    *,
    seed: int = 0,
    start: SweepResult | None = None,
    monitor: Monitor | None = None,
) -> SweepResult:
    """Draw the cells with bounds many times, and ask a question each time.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply to each draw; a cell that is set does not move.
    params : SweepParams
        The question, and how it is drawn; None is refused.
    seed : int
        Seed of the draws.
    start : SweepResult, optional
        An earlier answer to the same, that was interrupted; its samples are kept.
    monitor : Monitor, optional
        Is told about progress; False stops, and what is done so far comes, marked
        interrupted.

    Returns
    -------
    SweepResult
        Quantiles of every headline, tornado, screening.

    Raises
    ------
    ModelError
        When a figure does not lie within its bounds.
    QuestionError
        When the question has no answer as the model stands, or reads no cell with
        bounds.

    Notes
    -----
    A Latin hypercube of the factors [1]_. The tornado moves one factor at a time to its
    tenth and ninetieth percentile, all else as it stands: of the factors that the
    sample ranks first. A factor of small effect is not told from noise by a small
    sample, and is not named.

    References
    ----------
    .. [1] McKay, M., Beckman, R., Conover, W. (1979). A comparison of three methods
       for selecting values of input variables. *Technometrics* 21(2).

    Examples
    --------
    An hour of grain is worth 0.02 to 0.3 USD a tonne, most likely 0.05.

    >>> from bereket import RouteParams, blank_model
    >>> from bereket.model.model import with_column
    >>> base = blank_model()
    >>> grain = base["commodity"]
    >>> for end in ((0.05, "vot_usd_per_t_h"), (0.02, "vot_usd_per_t_h_low"),
    ...             (0.3, "vot_usd_per_t_h_high")):
    ...     grain = with_column(grain, end[1], np.array([end[0]]))
    >>> model = Model(base.name, {**base.tables, "commodity": grain})
    >>> asked = SweepParams(RouteParams("EAST", "FARPORT", "grain"), samples=8)
    >>> found = sweep(model, params=asked, seed=1)
    >>> [each.factor.name for each in found.tornado]
    ['commodity:grain.vot_usd_per_t_h']
    >>> found.main.p5 < found.main.p50 < found.main.p95
    True
    """
    if params is None:
        msg = "say what is to be asked: params=SweepParams(CapacityParams(...))"
        raise QuestionError(msg)
    params = replace(params, question=bare(params.question))
    factors, base, setup, share = _laid_out(model, scenario, params)
    headline = _headline(params, base)
    names = tuple(factor.name for factor in factors.each)
    probability = latin_hypercube(names, params.samples, seed)
    stamp = _stamp(model, scenario, params, seed, setup)
    known = _known(start, stamp)
    todo = [at for at in range(params.samples) if at not in known]
    with Crew(setup, params.processes) as crew:

        def told(done: int) -> bool:
            of, note = params.samples, f"{params.verb} of a sample"
            return monitor is None or monitor(len(known) + done, of, note)

        found = crew.run([probability[at] for at in todo], told)
        draws = dict(
            sorted((known | {todo[at]: each for at, each in found.items()}).items())
        )
        ranked = ranked_by(draws, probability, seed)
        swings: tuple[Swing, ...] = ()
        if not crew.is_stopped and headline in ranked:
            swings = _tornado(crew, factors, ranked[headline], headline, params.most)
        is_stopped = crew.is_stopped
    status: Status = "interrupted" if is_stopped else "answered"
    spreads = spreads_of(draws, base)
    return SweepResult(
        asked=params.verb,
        headline=headline,
        quantiles=spreads,
        tornado=swings,
        screening=moved_by(factors, ranked),
        n_factors=len(factors),
        n_cells=factors.value.size,
        left_out=factors.left_out,
        samples=params.samples,
        done=len(draws),
        failures=failures_of(draws),
        n_rough=sum(each.is_rough for each in draws.values()),
        draws=draws,
        notes=_notes(params, ranked, spreads, headline),
        warnings=warnings_of(draws, params.samples),
        stamp=replace(stamp, status=status, assumed_share=share),
    )


def _laid_out(
    model: Model, scenario: Scenario, params: SweepParams
) -> tuple[Factors, Headlines, Setup, float | None]:
    """Ask once as the model stands, and see what is read."""
    readings = Readings(model)
    changed = apply(readings.model, scenario)
    found = answer_to(params.question, readings.model, scenario, changed)
    base = headlines_of(found)
    if base.fault:
        msg = f"as the model stands there is no answer to be swept: {base.fault}"
        raise QuestionError(msg)
    day = day_of(found.stamp)
    days = tuple(readings.model.kept)
    changed_days = tuple(dict.fromkeys((*changed.kept, day)))
    asked = Asked(readings.columns, tuple(dict.fromkeys((*days, day))), year_of(found))
    factors = factors_of(model, asked, params.moves)
    setup = Setup(
        name=model.name,
        tables={name: dict(table.columns) for name, table in model.tables.items()},
        scenario=scenario,
        question=params.question,
        factors=factors,
        shape=params.shape,
        days=days,
        changed_days=changed_days if scenario.changes else (),
        day=day,
        year=asked.year,
    )
    return factors, base, setup, found.stamp.assumed_share


def _headline(params: SweepParams, base: Headlines) -> str:
    """Return the headline that is ranked by.

    Raises
    ------
    QuestionError
        When the answer has none of that name.
    """
    if not params.headline:
        return next(iter(base.figures))
    if params.headline not in base.figures:
        msg = (
            f"{params.verb} has no headline {params.headline!r}; it has "
            f"{', '.join(base.figures)}"
        )
        raise QuestionError(msg)
    return params.headline


def _stamp(
    model: Model, scenario: Scenario, params: SweepParams, seed: int, setup: Setup
) -> Stamp:
    plain = asdict(params) | {"ask": params.verb}
    del plain["processes"]  # the answer is the same with any number
    return Stamp(
        question="sweep",
        **model_stamp(model, scenario),
        as_of=setup.day.isoformat(),
        params=plain,
        status="answered",
        seed=seed,
    )


def _known(start: SweepResult | None, stamp: Stamp) -> dict[int, Headlines]:
    """Return the samples of an earlier answer to the same; none of any other."""
    same = ("model_hash", "changes", "as_of", "params", "seed", "package_version")
    if start is None or any(
        getattr(start.stamp, name) != getattr(stamp, name) for name in same
    ):
        return {}
    return dict(start.draws)


def _tornado(
    crew: Crew, factors: Factors, ranked: Screened, headline: str, most: int
) -> tuple[Swing, ...]:
    """Move the factors that rank first, one at a time; keep those that move it."""
    chosen = np.argsort(-ranked.share, kind="stable")[:most].tolist()
    draws = []
    for at in chosen:
        for level in (P10, P90):
            draw = np.full(len(factors), np.nan)
            draw[at] = level
            draws.append(draw)
    found = crew.run(draws, lambda _: True)
    swings = []
    for place, at in enumerate(chosen):
        ends = [found.get(2 * place + end) for end in (0, 1)]
        low, high = (
            np.nan if end is None else end.figures.get(headline, np.nan) for end in ends
        )
        swing = abs(high - low)
        swings.append(
            Swing(
                rank=0,
                factor=factors.each[at],
                headline=headline,
                at_p10=None if np.isnan(low) else float(low),
                at_p90=None if np.isnan(high) else float(high),
                swing=0.0 if np.isnan(swing) else float(swing),
                score=float(ranked.score[at]),
            )
        )
    # one that the sample does not name and that moves nothing alone says nothing
    swings = [each for each in swings if each.swing > 0 or each.score > 1.0]
    swings.sort(key=lambda each: -each.swing)
    return tuple(replace(each, rank=n) for n, each in enumerate(swings, 1))


def _notes(
    params: SweepParams,
    ranked: Mapping[str, Screened],
    spreads: tuple[Spread, ...],
    headline: str,
) -> tuple[str, ...]:
    """Return how it was made, and what to make of it."""
    notes = [TOGETHER if params.moves == "together" else ALONE]
    beyond = [
        each.headline
        for each in spreads
        if each.base is not None and not each.p5 <= each.base <= each.p95
    ]
    if beyond:
        notes.append(f"{LOPSIDED}: {', '.join(beyond)}")
    if headline not in ranked:
        notes.append(f"nothing that was drawn moves {headline}, or not in most samples")
    elif not (ranked[headline].score > 1.0).any():
        notes.append(
            f"no factor by itself is told from noise by {params.samples} samples: ask "
            "for more"
        )
    return tuple(notes)
