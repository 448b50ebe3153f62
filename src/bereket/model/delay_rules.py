"""Rules of delays: table `link`, columns `delay_form`, `delay_alpha`, `delay_beta`.

That the parameters are figures of 0 or more, so that time never falls with load, is a
rule of the schema; what is left is here.
"""

from collections.abc import Callable, Iterator

import numpy as np

from bereket.errors import Issue
from bereket.model.model import Model
from bereket.schema.checker import FIRST_ROW

Rule = Callable[[Model], Iterator[Issue]]


def parameters_have_a_form(model: Model) -> Iterator[Issue]:
    """Find parameters of a delay that has no form, or a form that has none such."""
    link = model["link"]
    form = link.text("delay_form")
    for column, forms in (
        ("delay_alpha", ("bpr", "conical", "akcelik", "queue")),
        ("delay_beta", ("bpr",)),
    ):
        stated = ~np.isnan(link.number(column))
        for row in np.nonzero(stated & ~np.isin(form, forms))[0].tolist():
            rule = f"needs a delay_form of {' or '.join(forms)}"
            found = f"delay_form {str(form[row])!r}"
            yield Issue("link", (row + FIRST_ROW,), column, rule, found)


def conical_delays_rise(model: Model) -> Iterator[Issue]:
    """Find conical delays that fall with load, or have no slope at all."""
    link = model["link"]
    alpha = link.number("delay_alpha")
    wrong = (link.text("delay_form") == "conical") & (alpha <= 1)
    for row in np.nonzero(wrong)[0].tolist():
        rule = "must be above 1 of a conical delay: time may not fall with load"
        yield Issue("link", (row + FIRST_ROW,), "delay_alpha", rule, f"{alpha[row]:g}")


def delays_have_a_time_to_grow(model: Model) -> Iterator[Issue]:
    """Find delays that multiply a running time that the link does not state."""
    link = model["link"]
    grows = np.isin(link.text("delay_form"), ("bpr", "conical"))
    unknown = np.isnan(link.number("commercial_speed_kmh"))
    for row in np.nonzero(grows & unknown)[0].tolist():
        rule = "must be stated where a delay of form bpr or conical multiplies the time"
        yield Issue("link", (row + FIRST_ROW,), "commercial_speed_kmh", rule, "none")


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (parameters_have_a_form, ("link",)),
    (conical_delays_rise, ("link",)),
    (delays_have_a_time_to_grow, ("link",)),
)
