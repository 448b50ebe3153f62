"""Latin hypercube of the factors, and a model with the cells of one draw."""

import hashlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bereket.model.chance import stream_of
from bereket.model.model import Model, with_column
from bereket.studies.factors import Factors

Floats = NDArray[np.float64]
Shape = Literal["triangular", "uniform"]
P10, P90 = 0.1, 0.9


def latin_hypercube(names: tuple[str, ...], samples: int, seed: int) -> Floats:
    """Draw a Latin hypercube: each factor once in each of as many equal strata.

    Parameters
    ----------
    names : tuple of str
        Factors.
    samples : int
        How many.
    seed : int
        Seed.

    Returns
    -------
    (samples, n_factors)
        Probabilities, above 0 and below 1.

    Notes
    -----
    Columns of a Latin hypercube are independent permutations [1]_. Each has its own
    stream, keyed by the factor's name, so that an assumption is drawn alike whatever
    else is drawn: scenarios are compared on common random numbers.

    References
    ----------
    .. [1] McKay, M., Beckman, R., Conover, W. (1979). A comparison of three methods
       for selecting values of input variables. *Technometrics* 21(2).

    Examples
    --------
    >>> drawn = latin_hypercube(("a", "b"), 4, seed=1)
    >>> sorted((drawn[:, 0] * 4).astype(int).tolist())
    [0, 1, 2, 3]
    """
    drawn = np.empty((samples, len(names)))
    for at, name in enumerate(names):
        rng = stream_of(seed, name)
        drawn[:, at] = (rng.permutation(samples) + rng.random(samples)) / samples
    tiny = np.finfo(np.float64).tiny
    return np.clip(drawn, tiny, np.nextafter(1.0, 0.0))


def quantiles(
    probability: Floats, low: Floats, value: Floats, high: Floats, shape: Shape
) -> Floats:
    """Return figures at given probabilities.

    Parameters
    ----------
    probability : (n,)
        From 0 to 1; NaN = the figure itself.
    low, value, high : (n,)
        Bounds and mode; low < high.
    shape : {"triangular", "uniform"}
        The distribution.

    Returns
    -------
    (n,)
        Figures within their bounds.

    Notes
    -----
    Triangular, with u the probability: below c = (value - low) / (high - low) it is
    low + sqrt(u (high - low) (value - low)), above it
    high - sqrt((1 - u) (high - low) (high - value)).

    Examples
    --------
    >>> ends = np.array([0.0]), np.array([1.0]), np.array([2.0])
    >>> quantiles(np.array([0.5]), *ends, "triangular")
    array([1.])
    """
    width = high - low
    if shape == "uniform":
        drawn = low + probability * width
    else:
        below = low + np.sqrt(probability * width * (value - low))
        above = high - np.sqrt((1.0 - probability) * width * (high - value))
        drawn = np.where(probability < (value - low) / width, below, above)
    drawn = np.clip(drawn, low, high)
    return np.asarray(np.where(np.isnan(probability), value, drawn))


def drawn_model(
    model: Model, factors: Factors, probability: Floats, shape: Shape
) -> Model:
    """Return the model with every cell at its factor's probability.

    Parameters
    ----------
    model : Model
        The base; it is not altered.
    factors : Factors
        Its assumptions.
    probability : (n_factors,)
        Of each; NaN leaves its cells at their figures.
    shape : {"triangular", "uniform"}
        The distribution.

    Returns
    -------
    Model
        Columns without such cells are those of the base.

    Notes
    -----
    Its hash is made of the base's and of the draw, not of its cells: reading thousands
    of rows again would take longer than most questions.
    """
    of_cell = probability[factors.of_cell]
    cells = quantiles(of_cell, factors.low, factors.value, factors.high, shape)
    tables = dict(model.tables)
    for name, column, rows, span in factors.at:
        values = tables[name].columns[column].astype(np.float64)
        values[rows] = cells[span]
        tables[name] = with_column(tables[name], column, values)
    drawn = Model(model.name, tables, model.about)
    told = f"{model.content_hash} {shape}".encode() + probability.tobytes()
    drawn.__dict__["content_hash"] = hashlib.sha256(told).hexdigest()
    return drawn
