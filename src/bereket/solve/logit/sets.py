"""Frozen sets of paths, and what each passes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.solve.equilibrium.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class PathSets:
    """The paths that the pairs of a problem choose from.

    Attributes
    ----------
    indptr : (n_pairs + 1,)
        Start of each pair's paths.
    arc_indptr : (n_paths + 1,)
        Start of each path's arcs in `arc`.
    arc : (n_entries,)
        Arcs of the problem, from start to end.
    size : (n_paths,)
        Path size: 1 where a path shares nothing, less where it does.
    extra_usd_per_t : (n_paths,)
        What a path costs beyond the sum of its arcs [USD/t].
    """

    indptr: NDArray[np.int64]
    arc_indptr: NDArray[np.int64]
    arc: Ints
    size: Floats
    extra_usd_per_t: Floats

    @property
    def n_paths(self) -> int:
        """Number of paths."""
        return int(self.size.size)

    @property
    def pair(self) -> Ints:
        """Pair of each path."""
        pairs = np.arange(self.indptr.size - 1, dtype=np.int32)
        return np.repeat(pairs, np.diff(self.indptr))

    def sums_of(self, of_entry: Floats) -> Floats:
        """Return the sum over each path of a figure of its entries."""
        paths = np.repeat(np.arange(self.n_paths), np.diff(self.arc_indptr))
        return np.asarray(np.bincount(paths, of_entry, self.n_paths), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Holds:
    """What each path passes.

    Attributes
    ----------
    indptr : (n_paths + 1,)
        Start of each path's holds.
    resource : (n_holds,)
        Resource; each once a path.
    usd_per_h : (n_holds,)
        What an hour of its delay costs a tonne [USD/t/h].
    taken : (n_holds,)
        Load that a tonne adds to it.
    """

    indptr: NDArray[np.int64]
    resource: Ints
    usd_per_h: Floats
    taken: Floats


def path_sets(
    ways: Sequence[Sequence[Ints]],
    lengths: Sequence[Floats],
    extra_usd_per_t: Sequence[Floats],
) -> PathSets:
    """Gather the paths of each pair.

    Parameters
    ----------
    ways : sequence of sequence of (n,) int32
        Arcs of each path, pair by pair.
    lengths : sequence of (n_paths, n_links)
        Length that each path of the pair runs on each link.
    extra_usd_per_t : sequence of (n_paths,)
        What paths cost beyond their arcs.

    Returns
    -------
    PathSets
        Frozen.

    Notes
    -----
    ``PS_p = sum_a (l_a / L_p) / (paths of the pair on a)``; 1 where a path has no
    length.

    Examples
    --------
    Two paths that share half of their way:

    >>> way = np.array([0, 1], dtype=np.int32)
    >>> km = np.array([[5.0, 5.0, 0.0], [5.0, 0.0, 5.0]])
    >>> path_sets([[way, way]], [km], [np.zeros(2)]).size
    array([0.75, 0.75])
    """
    each = [arcs for paths in ways for arcs in paths]
    counts = [len(paths) for paths in ways]
    none = np.empty(0, dtype=np.int32)
    return PathSets(
        indptr=_starts(counts),
        arc_indptr=_starts([arcs.size for arcs in each]),
        arc=np.concatenate([none, *each]).astype(np.int32),
        size=np.concatenate([np.empty(0), *map(_path_sizes, lengths)]),
        extra_usd_per_t=np.concatenate([np.empty(0), *extra_usd_per_t]),
    )


def _path_sizes(length: Floats) -> Floats:
    total = length.sum(axis=1)
    shared_by = np.maximum((length > 0).sum(axis=0), 1)
    own = (length / shared_by).sum(axis=1)
    return np.where(total > 0, own / np.where(total > 0, total, 1.0), 1.0)


def _starts(counts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def holds_of(problem: Problem, sets: PathSets) -> Holds:
    """Return what each path passes, resources that it passes twice added up.

    Parameters
    ----------
    problem : Problem
        Whose arcs they are.
    sets : PathSets
        The paths.

    Returns
    -------
    Holds
        In the order of the resources.
    """
    network = problem.network
    kind = problem.kind_of_pair[sets.pair]
    path = np.repeat(np.arange(sets.n_paths), np.diff(sets.arc_indptr))
    if network.is_plain:
        resource = sets.arc.astype(np.int64)
        usd = network.value[kind[path]]
        taken = network.size[kind[path]]
    else:
        first = network.use_indptr[sets.arc]
        count = network.use_indptr[sets.arc + 1] - first
        use = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        use += np.repeat(first, count)
        path = np.repeat(path, count)
        group = network.group[kind[path]]
        resource = network.resource[use].astype(np.int64)
        usd = network.value[kind[path]] * network.share[group, use]
        taken = network.size[kind[path]] * network.taken[group, use]
    n_resources = int(problem.delays.curve.shape[0])
    key, at = np.unique(path * n_resources + resource, return_inverse=True)
    return Holds(
        indptr=_starts(
            np.bincount(key // n_resources, minlength=sets.n_paths).astype(np.int64)
        ),
        resource=(key % n_resources).astype(np.int32),
        usd_per_h=np.asarray(np.bincount(at, usd, key.size), dtype=np.float64),
        taken=np.asarray(np.bincount(at, taken, key.size), dtype=np.float64),
    )
