"""Room for paths that grows, and is tidied when many of them are empty."""

from typing import TYPE_CHECKING, Any

import numpy as np

from bereket.kernels import columns as kernel
from bereket.kernels.columns import Columns
from bereket.solve.equilibrium.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

SPARE = 1.25  # room beyond what is needed, so that the pool seldom grows
LEAST_ROOM = 1 << 12
ARCS_A_PATH = 24  # a first guess


def empty_pool(problem: Problem) -> Columns:
    """Return a pool with the paths of pairs that may stay, and room for others."""
    n_pairs = problem.n_pairs
    most = n_pairs * 2 + LEAST_ROOM
    pool = kernel.allocate_columns(
        n_pairs,
        most,
        n_pairs * ARCS_A_PATH + LEAST_ROOM,
        0 if problem.network.is_plain else 4 * n_pairs * ARCS_A_PATH + LEAST_ROOM,
        is_plain=problem.network.is_plain,
    )
    if problem.can_stay:
        _add_stays(problem, pool)
    return pool


def _add_stays(problem: Problem, pool: Columns) -> None:
    """Put every pair on the path of what stays, with all of its demand."""
    n_pairs = problem.n_pairs
    each = np.arange(n_pairs)
    pool.first[:] = each
    pool.follows[:n_pairs] = kernel.NONE
    pool.flow[:n_pairs] = problem.rows.demand
    pool.fixed[:n_pairs] = 0.0
    pool.use_start[:n_pairs] = each
    pool.use_length[:n_pairs] = 1
    pool.use[:n_pairs] = problem.n_uses + each
    if not problem.network.is_plain:
        pool.start[:n_pairs] = 0
        pool.length[:n_pairs] = 0
    pool.filled[:] = n_pairs, n_pairs if problem.network.is_plain else 0, n_pairs


def grown(pool: Columns, done: float) -> Columns:
    """Return the pool with room for all, judged by a part; paths keep their places.

    Parameters
    ----------
    pool : Columns
        A pool that is full.
    done : float
        Part of the pairs that have a path already.

    Returns
    -------
    Columns
        A larger one.
    """
    is_plain = pool.arc is pool.use
    times = max(SPARE / max(done, 1e-3), 2 * SPARE)
    arcs, uses = (int(times * count) + pool.use.size for count in pool.filled[1:])
    larger = kernel.allocate_columns(
        pool.first.size, 2 * pool.follows.size, arcs, uses, is_plain=is_plain
    )
    arrays: Iterable[tuple[Any, Any]] = zip(pool, larger, strict=True)
    for old, new in arrays:
        new[: old.size] = old
    return larger


def tidied(
    problem: Problem, pool: Columns, more: tuple[int, int, int] = (0, 0, 0)
) -> Columns:
    """Return a pool of the paths that carry flow, with room for more.

    Parameters
    ----------
    problem : Problem
        Whose paths they are.
    pool : Columns
        Paths.
    more : tuple of int
        Paths, arcs and uses to be added.

    Returns
    -------
    Columns
        The same flows; paths of a pair lie side by side.
    """
    is_plain = problem.network.is_plain
    size = np.zeros(3, dtype=np.int64)
    kernel.used_size(pool, problem.n_uses, size)
    room = (SPARE * (size + more)).astype(np.int64) + LEAST_ROOM
    tidy = kernel.allocate_columns(pool.first.size, *room.tolist(), is_plain=is_plain)
    kernel.keep_used(pool, tidy, is_plain, problem.n_uses)
    return tidy
