"""Many answers to one question, in this process or in several."""

import contextlib
import gc
import hashlib
import itertools
import signal
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.asking import compiled
from bereket.compiled.capacities import READ, unmoved
from bereket.compiled.graph import SHARED_BY_FIGURES, Graph, patch
from bereket.errors import BereketError
from bereket.model.changes import Change, ReviseValue, SetValue, with_changes
from bereket.model.model import Column, Model, Table
from bereket.model.scenario import Scenario, apply
from bereket.schema import interval_base
from bereket.studies.factors import Factors
from bereket.studies.headlines import Headlines, Moment, Question, headlines_quickly
from bereket.studies.sampling import Shape, drawn_model

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Floats = NDArray[np.float64]
READ_BY_CAPACITY: Final = frozenset(itertools.chain.from_iterable(READ.values()))
Told = Callable[[int], bool]  # how many are done; False stops


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """All that a process needs to answer a question on any draw; it can be sent.

    Attributes
    ----------
    name : str
        Of the model.
    tables : mapping of str to mapping of str to (n_rows,)
        Its columns by table.
    scenario : Scenario
        Changes.
    question : Question
        What is asked.
    factors : Factors
        What moves.
    shape : {"triangular", "uniform"}
        How.
    days, changed_days : tuple of date
        Dates of the networks of the model, and of the changed model.
    day : date
        Date of the answer.
    year : int or None
        Year of its demand.
    """

    name: str
    tables: Mapping[str, Mapping[str, Column]]
    scenario: Scenario
    question: Question
    factors: Factors
    shape: Shape
    days: tuple[date, ...]
    changed_days: tuple[date, ...]
    day: date
    year: int | None


class Bench:
    """A model compiled once, on which a question is asked for one draw after another.

    Parameters
    ----------
    setup : Setup
        Model and question.
    """

    def __init__(self, setup: Setup) -> None:
        columns = setup.tables
        # the interval of a capacity is in no headline, and costs more than its figure
        if not any(map(_moves_bound, setup.scenario.changes)):
            columns = {
                name: _plain(each) if name in READ_BY_CAPACITY else each
                for name, each in columns.items()
            }
        tables = {name: Table(name, each) for name, each in columns.items()}
        self.setup, self.model = setup, Model(setup.name, tables)
        changed = apply(self.model, setup.scenario)
        self.graphs = {day: compiled(self.model, day) for day in setup.days}
        self.changed_graphs = {
            day: compiled(changed, day) for day in setup.changed_days
        }
        self._lay_out(changed)

    def _lay_out(self, changed: Model) -> None:
        """Answer for the model itself: draws have what of it does not move.

        Rows by text, uses of arcs, capacities; not prices, which take much memory.
        """
        setup = self.setup
        asked = Moment(setup.scenario, setup.day, setup.year)
        with contextlib.suppress(BereketError):
            headlines_quickly(setup.question, self.model, changed, asked)
        for graph in (*self.graphs.values(), *self.changed_graphs.values()):
            graph.priced.clear()
            graph.kept.clear()

    def answer(self, probability: Floats) -> Headlines:
        """Return the headlines of a draw, or why there are none.

        Parameters
        ----------
        probability : (n_factors,)
            Of each factor; NaN = its cells as they stand.
        """
        setup = self.setup
        try:
            model = drawn_model(self.model, setup.factors, probability, setup.shape)
            model.kept.update(_refigured(self.graphs, model))
            changed = self._changed(model)
            asked = Moment(setup.scenario, setup.day, setup.year)
            return headlines_quickly(setup.question, model, changed, asked)
        except BereketError as fault:
            return Headlines({}, {}, str(fault).splitlines()[0])

    def _changed(self, model: Model) -> Model:
        """Return a draw with the scenario's changes, its networks compiled."""
        changes = self.setup.scenario.changes
        if not changes:
            return model
        changed = with_changes(model, changes)
        told = " ".join((model.content_hash, *map(str, changes)))
        changed.__dict__["content_hash"] = hashlib.sha256(told.encode()).hexdigest()
        changed.kept.update(_refigured(self.changed_graphs, changed))
        return changed


def refigured(graph: Graph, model: Model) -> Graph:
    """Return a network with the figures of a model that has the same rows and text.

    Parameters
    ----------
    graph : Graph
        The network; it is not altered.
    model : Model
        A model that differs in figures alone.

    Returns
    -------
    Graph
        As `build` makes it from the model; what follows from text is shared.
    """
    bare = replace(graph, model=model)
    bare.__dict__.update({name: getattr(graph, name) for name in SHARED_BY_FIGURES})
    drawn = patch(bare, ())
    kept = unmoved(graph.model, model, graph.kept_capacities)
    drawn.kept_capacities.update(kept)
    return drawn


def _refigured(graphs: Mapping[date, Graph], model: Model) -> dict[date, Graph]:
    return {day: refigured(each, model) for day, each in graphs.items()}


def _plain(columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return columns without bounds."""
    return {name: each for name, each in columns.items() if not interval_base(name)}


def _moves_bound(change: Change) -> bool:
    """Whether a change asks for a bound to be there."""
    if not isinstance(change, SetValue | ReviseValue):
        return False
    return bool(interval_base(change.column))


class Crew:
    """Processes that answer draws; the answers are the same with any number of them.

    Parameters
    ----------
    setup : Setup
        Model and question.
    processes : int
        How many; 1 answers in this process.
    """

    def __init__(self, setup: Setup, processes: int) -> None:
        self.is_stopped = False
        self._bench = Bench(setup) if processes == 1 else None
        self._members: list[tuple[BaseProcess, Connection]] = []
        context = get_context("spawn")  # a fork of threads may hang
        for _ in range(processes if processes > 1 else 0):
            here, there = context.Pipe()
            member = context.Process(target=_serve, args=(setup, there), daemon=True)
            member.start()
            there.close()
            self._members.append((member, here))

    def __enter__(self) -> Self:
        """Return the crew at work."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End its processes."""
        for member, pipe in self._members:
            pipe.close()
            member.terminate()
            member.join()

    def run(self, draws: Sequence[Floats], told: Told) -> dict[int, Headlines]:
        """Answer draws; what is done so far where it is told to stop.

        Parameters
        ----------
        draws : sequence of (n_factors,)
            Probabilities.
        told : callable
            Is told how many are done.

        Returns
        -------
        dict of int to Headlines
            By position.
        """
        found: dict[int, Headlines] = {}
        work = self._alone(draws) if self._bench else self._shared(draws)
        try:
            for at, headlines in work:
                found[at] = headlines
                if not told(len(found)):
                    self.is_stopped = True
                    break
        except KeyboardInterrupt:
            self.is_stopped = True
        return dict(sorted(found.items()))

    def _alone(self, draws: Sequence[Floats]) -> Iterable[tuple[int, Headlines]]:
        if self._bench:
            for at, draw in enumerate(draws):
                yield at, self._bench.answer(draw)

    def _shared(self, draws: Sequence[Floats]) -> Iterable[tuple[int, Headlines]]:
        """Hand a draw to whoever is free; give answers as they come."""
        waiting = deque(enumerate(draws))
        busy: dict[Connection, int] = {}
        for _, pipe in self._members:
            _hand(pipe, waiting, busy)
        while busy:
            ready = set(wait(list(busy)))
            for pipe in [each for each in busy if each in ready]:
                at = busy.pop(pipe)
                try:
                    headlines = pipe.recv()
                except EOFError as lost:
                    msg = (
                        f"a process ended while it answered sample {at + 1}: ask with "
                        "processes=1 to see why; a script that asks with more needs "
                        "if __name__ == '__main__'"
                    )
                    raise BereketError(msg) from lost
                _hand(pipe, waiting, busy)
                yield at, headlines


def _hand(
    pipe: Connection, waiting: deque[tuple[int, Floats]], busy: dict[Connection, int]
) -> None:
    """Give a process its next draw."""
    if waiting:
        busy[pipe], draw = waiting.popleft()
        pipe.send(draw)


def _serve(setup: Setup, pipe: Connection) -> None:
    """Answer draws until there are no more; what is typed is for the first process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bench = Bench(setup)
    gc.collect()
    gc.freeze()  # what stays to the end need not be gone through again and again
    gc.disable()
    while True:
        try:
            draw = pipe.recv()
        except EOFError:
            return
        pipe.send(bench.answer(draw))
        gc.collect()  # a draw leaves nothing, and is gone through once
