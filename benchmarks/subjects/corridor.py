"""A corridor: two tracks and a road through five countries, rungs between them."""

import numpy as np
from benchmarks.subjects.land import Land, joined, model_of
from benchmarks.subjects.registry import model

from bereket import Model

SEED = 4
N_COUNTRIES, N_WESTERN = 5, 2
RUNG = 10  # columns from one rung to the next, and from one terminal to the next
WEST, EAST, SOUTH, APART = -10.0, 110.0, 40.0, 0.75  # degree


def corridor(n_columns: int, seed: int = SEED) -> Land:
    """Return three rows of places: track in the outer two, a road in the middle."""
    place = np.arange(3 * n_columns).reshape(3, n_columns)
    row, column = np.indices(place.shape)
    random = np.random.default_rng(seed)
    step = (EAST - WEST) / n_columns
    shifts = step * random.uniform(-0.2, 0.2, (2, *place.shape))
    lon = WEST + step * column + shifts[0]
    lat = SOUTH + APART * row + shifts[1]
    is_rung = column % RUNG == 0
    rungs = joined(place, is_rung, axis=0)
    return Land(
        lon=lon.ravel(),
        lat=lat.ravel(),
        country=(column * N_COUNTRIES // n_columns).ravel(),
        n_western=N_WESTERN,
        is_terminal=is_rung.ravel(),
        rail=np.concatenate((joined(place, row != 1, axis=1), rungs)),
        road=np.concatenate((joined(place, row == 1, axis=1), rungs)),
        sea=np.empty((0, 2), dtype=np.int64),
    )


@model("corridor-small")
def small() -> Model:
    """Return 60 places."""
    return model_of("corridor-small", corridor(20))


@model("corridor-medium")
def medium() -> Model:
    """Return 600 places."""
    return model_of("corridor-medium", corridor(200))


@model("corridor-large")
def large() -> Model:
    """Return 3,000 places."""
    return model_of("corridor-large", corridor(1000))
