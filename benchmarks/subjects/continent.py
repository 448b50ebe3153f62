"""A continent: twelve countries, tracks of two gauges, roads, ferries over a sea."""

import numpy as np
from benchmarks.subjects.land import Land, joined, model_of
from benchmarks.subjects.registry import model

from bereket import Model

SEED = 5
LANDS = 3, 4  # countries from south to north, from west to east
N_WESTERN = 6  # countries, counted from the west, with tracks of 1435 mm
TRACKS = 3  # of as many rows and columns one has a track
SHORE = 0.4, 0.6  # the sea lies between these shares of both sides
WEST, EAST, SOUTH, NORTH = -10.0, 110.0, 35.0, 60.0  # degree


def continent(n_rows: int, n_columns: int, seed: int = SEED) -> Land:
    """Return a lattice of places with a sea in the middle; roads join all neighbours.

    Tracks run along every third row and column; where they cross is a terminal.
    """
    row, column = np.indices((n_rows, n_columns))
    is_sea = _between(row, n_rows) & _between(column, n_columns)
    place = np.full(is_sea.shape, -1)
    place[~is_sea] = np.arange(np.count_nonzero(~is_sea))
    random = np.random.default_rng(seed)
    steps = (EAST - WEST) / n_columns, (NORTH - SOUTH) / n_rows
    shifts = random.uniform(-0.2, 0.2, (2, *place.shape))
    lon = WEST + steps[0] * (column + shifts[0])
    lat = SOUTH + steps[1] * (row + shifts[1])
    country = row * LANDS[0] // n_rows + LANDS[0] * (column * LANDS[1] // n_columns)
    along, across = row % TRACKS == 0, column % TRACKS == 0
    every = np.ones(place.shape, dtype=bool)
    return Land(
        lon=lon[~is_sea],
        lat=lat[~is_sea],
        country=country[~is_sea],
        n_western=N_WESTERN,
        is_terminal=(along & across)[~is_sea],
        rail=np.concatenate((joined(place, along, 1), joined(place, across, 0))),
        road=np.concatenate((joined(place, every, 1), joined(place, every, 0))),
        sea=_crossings(place, is_sea & along),
    )


def _between(position, size):
    """Return which positions lie between the shores."""
    return (SHORE[0] * size <= position) & (position < SHORE[1] * size)


def _crossings(place, is_crossed):
    """Return the places on the western and the eastern shore of each row crossed."""
    rows = np.nonzero(is_crossed.any(axis=1))[0]
    first = is_crossed[rows].argmax(axis=1)
    last = place.shape[1] - 1 - is_crossed[rows, ::-1].argmax(axis=1)
    return np.column_stack((place[rows, first - 1], place[rows, last + 1]))


@model("continent-small")
def small() -> Model:
    """Return 288 places."""
    return model_of("continent-small", continent(15, 20))


@model("continent-medium")
def medium() -> Model:
    """Return 2,880 places."""
    return model_of("continent-medium", continent(50, 60))


@model("continent-large")
def large() -> Model:
    """Return 28,800 places."""
    return model_of("continent-large", continent(150, 200))
