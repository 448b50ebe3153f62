"""The matrix of Sioux Falls, made anew from counts on 30 of its 76 links.

The truth is the published matrix with every cell multiplied by an error of its own, and
the counts are those of its equilibrium. The prior is the published matrix; its paths
are those used at its equilibrium, at that of a third more, and at free flow. Choice by
a scale so large that a logit is nearly the equilibrium: 1 % off on its loads.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from bereket.analysis.assign import AssignParams, assign_roads
from bereket.analysis.assign.roads import lay_out_roads
from bereket.io.tntp import read_tntp, read_trips
from bereket.solve.logit.sets import path_sets
from bereket.solve.logit.solution import Choice, LogitSolution
from bereket.studies.calibrate.case import Case, Cases
from bereket.studies.calibrate.fit import Data, Fit, Priors, fit

COUNTED, CELLS = 30, 528
SD_CELL, SD_COUNT = 0.3, 0.01  # of logarithms
THETA = 4.0  # per minute of the file
PARAMS = AssignParams(gap=1e-8)
PATHS_OF = (1.0, 1.3, 0.05)  # times the published matrix
CLOSE = 1e-9  # relative: rounding of what stands as it was


@dataclass
class Matrix:
    """A matrix estimated from counts, and what it was made from."""

    case: Case
    counted: np.ndarray  # links
    truth: np.ndarray  # logarithms of factors of the cells
    trips: np.ndarray  # of the prior, cell by cell
    load: np.ndarray  # of the truth, link by link
    found: Fit
    before: LogitSolution
    after: LogitSolution

    def error(self, solution, links):
        """Return the root mean squared log error on links."""
        off = np.log(solution.load[links] / self.load[links])
        return float(np.sqrt(np.mean(off**2)))

    @property
    def others(self):
        return np.setdiff1d(np.arange(self.load.size), self.counted)

    @property
    def sees(self):
        """Whether a path of each cell passes a counted link."""
        passed = self.case.weights.any(axis=0).astype(float)
        return np.bincount(self.case.choice.sets.pair, passed, CELLS) > 0


def used_paths(roads, trips, n_pairs):
    """Return the paths of each pair that an equilibrium uses."""
    paths = assign_roads(roads, trips, PARAMS).paths
    found = [set() for _ in range(n_pairs)]
    for at, pair in enumerate(paths.pair.tolist()):
        arcs = paths.arc[paths.indptr[at] : paths.indptr[at + 1]]
        found[pair].add(tuple(arcs.tolist()))
    return found


def case_of(roads, trips, counted):
    """Return the case whose parameters are all cells, and observations the links."""
    laid, _ = lay_out_roads(roads, trips, PARAMS)
    n = laid.problem.n_pairs
    by_level = [used_paths(roads, level * trips, n) for level in PATHS_OF]
    ways = [sorted(set.union(*sets)) for sets in zip(*by_level, strict=True)]
    assert (n, sum(map(len, ways)) > 1.4 * CELLS) == (CELLS, True)
    sets = path_sets(
        [[np.array(way, dtype=np.int32) for way in each] for each in ways],
        [np.eye(len(each)) for each in ways],
        [np.zeros(len(each)) for each in ways],
    )
    on = np.zeros((roads.n_links, sets.n_paths))
    for path, way in enumerate(way for each in ways for way in each):
        on[list(way), path] = 1.0
    return Case(
        problem=laid.problem,
        choice=Choice(sets, np.full(n, THETA), np.full(n, np.inf)),
        passages=np.zeros((sets.n_paths, n)),
        scales=np.zeros((n, n), dtype=bool),
        demands=np.eye(n, dtype=bool),
        weights=on[counted],
    )


@pytest.fixture(scope="module")
def matrix(shared):
    folder = shared / "data/answers/tntp/SiouxFalls"
    roads = read_tntp(folder / "SiouxFalls_net.tntp")
    trips = read_trips(folder / "SiouxFalls_trips.tntp", roads.n_zones)
    rng = np.random.default_rng(1)
    truth = SD_CELL * rng.normal(size=CELLS)
    counted = np.sort(rng.choice(roads.n_links, COUNTED, replace=False))
    np.fill_diagonal(trips, 0.0)
    cells = np.nonzero(trips > 0)
    true_trips = np.zeros_like(trips)
    true_trips[cells] = trips[cells] * np.exp(truth)
    load = assign_roads(roads, true_trips, PARAMS).solution.load
    case = case_of(roads, trips, counted)
    data = Data(load[counted], np.full(COUNTED, SD_COUNT))
    wide = np.full(CELLS, 2.0)
    priors = Priors(np.zeros(CELLS), -wide, wide, np.full(CELLS, SD_CELL))
    cases = Cases.of([case], lambda: None)
    found = fit(cases, data, priors, least_of=1, most_free=CELLS)
    return Matrix(
        *(case, counted, truth, trips[cells], load, found),
        *(case.solve(np.zeros(CELLS)), case.solve(found.value)),
    )


def test_a_logit_of_this_scale_is_nearly_the_equilibrium(matrix):
    # else the errors below would be those of the choice and not of the matrix
    again = matrix.case.solve(matrix.truth)
    assert (matrix.before.status, again.status) == ("answered", "answered")
    assert matrix.error(again, np.arange(matrix.load.size)) < 0.015


def test_the_error_on_counted_links_falls_to_a_fifth_or_less(matrix):
    before, after = (
        matrix.error(each, matrix.counted) for each in (matrix.before, matrix.after)
    )
    assert before > 0.04
    assert after < before / 5


def test_the_error_on_the_other_links_does_not_grow(matrix):
    before, after = (
        matrix.error(each, matrix.others) for each in (matrix.before, matrix.after)
    )
    assert after < before


def test_cells_that_no_count_tells_keep_their_prior_exactly(matrix):
    found = matrix.found
    told = found.moves.any(axis=0)
    assert 10 < (~told).sum() < CELLS / 2
    assert (found.value[~told] == 0).all()
    assert (found.is_free == told).all()
    # of most of them no path passes a counted link; the others are small or far
    assert (~matrix.sees[~told]).mean() > 0.8
    assert np.diag(found.covariance)[~told] == pytest.approx(SD_CELL**2, rel=CLOSE)


def test_the_matrix_comes_no_farther_from_the_truth(matrix):
    true = matrix.trips * np.exp(matrix.truth)
    estimated = matrix.trips * np.exp(matrix.found.value)
    before = np.corrcoef(matrix.trips, true)[0, 1]
    assert np.corrcoef(estimated, true)[0, 1] >= before
    off = np.sqrt(np.mean((matrix.found.value - matrix.truth) ** 2))
    assert off < np.sqrt(np.mean(matrix.truth**2))


def test_thirty_counts_leave_most_of_the_matrix_open_and_the_intervals_say_so(matrix):
    sd = np.sqrt(np.diag(matrix.found.covariance))
    assert (sd <= SD_CELL * (1 + CLOSE)).all()
    assert np.median(sd) > 0.9 * SD_CELL
    inside = np.abs(matrix.found.value - matrix.truth) <= 1.96 * sd
    assert inside.mean() > 0.9
