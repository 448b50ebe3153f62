"""Indicators of an agenda: small typed expressions, parsed and never run as code.

::

    sum     = product (("+" | "-") product)*
    product = value (("*" | "/") value)*
    value   = number | "-" value | "(" sum ")" | call
    call    = name "(" argument ("," argument)* ")" ["." attribute]

What may be called stands in `FUNCTIONS`; units are worked out with the values, so that
no tonne is added to a dollar.
"""

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from bereket.errors import QuestionError
from bereket.model.model import Model

Operator = Literal["+", "-", "*", "/"]
LONGEST: Final = 400  # characters
DEEPEST: Final = 20  # brackets within brackets
NO_UNIT: Final = ""
RATIO: Final = "ratio"  # of like by like: a plain number
LABEL: Final = re.compile(r"\s*([\w-]+)")
YES: Final = "yes"  # of events: 1 where they happened, 0 where not
TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>[-+*/(),.]))"
)


@dataclass(frozen=True, slots=True)
class Function:
    """What an indicator may call.

    Attributes
    ----------
    arguments : tuple of str
        What each argument names: ``country``, ``corridor``, ``series``, ``event``.
    attributes : mapping of str to str
        Unit of each attribute; one of no name where it has none.
    """

    arguments: tuple[str, ...]
    attributes: Mapping[str, str]


FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "trade": Function(
            ("country", "country"), {"turnover_usd": "USD", "export_usd": "USD"}
        ),
        "capacity": Function(("corridor",), {"t_per_year": "t/year"}),
        "flow": Function(
            ("corridor",), {"t_per_year": "t/year", "teu_per_year": "teu/year"}
        ),
        "gas": Function(("country", "country"), {"mcm_per_year": "mcm/year"}),
        "power": Function(
            ("country", "country"),
            {"capacity_mw": "MW", "mwh_per_year": "MWh/year"},
        ),
        "observed": Function(("series",), {"": ""}),
        "event": Function(("event",), {"": YES}),
    }
)


@dataclass(frozen=True, slots=True)
class Number:
    """A figure."""

    value: float


@dataclass(frozen=True, slots=True)
class Call:
    """A result or a series.

    Attributes
    ----------
    function : str
        One of `FUNCTIONS`.
    arguments : tuple of str
        Labels of the model.
    attribute : str
        What of the result; empty where it has one figure alone.
    """

    function: str
    arguments: tuple[str, ...]
    attribute: str

    def __str__(self) -> str:
        """Return it as it is written."""
        tail = f".{self.attribute}" if self.attribute else ""
        return f"{self.function}({','.join(self.arguments)}){tail}"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions with a sign between."""

    operator: Operator
    left: "Expression"
    right: "Expression"


Expression = Number | Call | Operation


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its unit; None where it is not known."""

    value: float | None
    unit: str


def parse_indicator(text: str) -> Expression:
    """Read an indicator.

    Parameters
    ----------
    text : str
        The expression.

    Returns
    -------
    Expression
        Its tree; whether a model has what it names is not looked at.

    Raises
    ------
    QuestionError
        When it is not well formed, or calls what is not there.

    Examples
    --------
    >>> parse_indicator("trade(KAZ,TKM).turnover_usd / 1e6").left
    Call(function='trade', arguments=('KAZ', 'TKM'), attribute='turnover_usd')
    """
    if len(text) > LONGEST:
        msg = f"an indicator has {LONGEST} characters at most; found {len(text)}"
        raise QuestionError(msg)
    return _Reader(text).whole()


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def whole(self) -> Expression:
        """Read all of it."""
        if not self.text.strip():
            self.fail("an expression")
        found = self.chain("+-", lambda: self.chain("*/", self.value))
        if self.text[self.at :].strip():
            self.fail("the end, or one of + - * /")
        return found

    def chain(self, signs: str, part: Callable[[], Expression]) -> Expression:
        """Read parts with signs between, from the left."""
        found = part()
        while sign := self.take(signs):
            operator: Operator = sign  # type: ignore[assignment]
            found = Operation(operator, found, part())
        return found

    def value(self) -> Expression:
        """Read a number, a call, or what stands in brackets."""
        if self.take("-"):
            return Operation("*", Number(-1.0), self.nested(self.value))
        if self.take("("):
            inner = self.nested(
                lambda: self.chain("+-", lambda: self.chain("*/", self.value))
            )
            self.must(")")
            return inner
        start = self.at
        if number := self.token("number"):
            if not math.isfinite(float(number)):
                self.at = start
                self.fail("a number that is finite")
            return Number(float(number))
        return self.call()

    def nested(self, read: Callable[[], Expression]) -> Expression:
        """Read one level deeper, not without end."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"no more than {DEEPEST} brackets within brackets")
        found = read()
        self.depth -= 1
        return found

    def call(self) -> Call:
        """Read a call."""
        start = self.at
        name = self.token("name")
        if not name:
            self.fail("a number or a function")
        if name not in FUNCTIONS:
            self.at = start
            near = difflib.get_close_matches(name, FUNCTIONS, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            self.fail(f"one of {', '.join(FUNCTIONS)}{hint}")
        known = FUNCTIONS[name]
        self.must("(")
        arguments = [self.named()]
        while self.take(","):
            arguments.append(self.named())
        self.must(")")
        attribute = self.label() if self.take(".") else ""
        if len(arguments) != len(known.arguments):
            self.fail(f"{name}({', '.join(known.arguments)})")
        if attribute not in known.attributes:
            told = ", ".join(f".{each}" for each in known.attributes if each)
            self.fail(f"{told or 'nothing'} after {name}(…)")
        return Call(name, tuple(arguments), attribute)

    def named(self) -> str:
        """Read a label of the model, which may begin with a digit or hold a hyphen."""
        found = LABEL.match(self.text, self.at)
        if found is None:
            return self.fail("a label")
        self.at = found.end()
        return found[1]

    def label(self) -> str:
        """Read the name of an attribute."""
        return self.token("name") or self.fail("a label")

    def token(self, kind: str) -> str:
        """Take the next token where it is of a kind."""
        found = TOKEN.match(self.text, self.at)
        if found is None or found[kind] is None:
            return ""
        self.at = found.end()
        return str(found[kind])

    def take(self, signs: str) -> str:
        """Take the next sign where it is one of a few."""
        found = TOKEN.match(self.text, self.at)
        if found is None or not found["sign"] or found["sign"] not in signs:
            return ""
        self.at = found.end()
        return str(found["sign"])

    def must(self, sign: str) -> None:
        """Take a sign that has to be there."""
        if not self.take(sign):
            self.fail(repr(sign))

    def fail(self, wanted: str) -> str:
        """Say what should stand where the reader is."""
        left = self.text[self.at :].strip()
        where = repr(left) if left else "its end"
        msg = f"{self.text!r} is no indicator: {wanted} must stand at {where}"
        raise QuestionError(msg)


def calls_of(expression: Expression) -> Iterator[Call]:
    """Return what an expression calls, from left to right."""
    match expression:
        case Call():
            yield expression
        case Operation():
            yield from calls_of(expression.left)
            yield from calls_of(expression.right)
        case Number():
            return


def evaluate(expression: Expression, value: Callable[[Call], Quantity]) -> Quantity:
    """Work out an expression, unit and all.

    Parameters
    ----------
    expression : Expression
        The expression.
    value : callable
        Gives the figure of a call.

    Returns
    -------
    Quantity
        Its value is None where that of a call is, or where it divides by nothing.

    Raises
    ------
    QuestionError
        When units are added that do not mix.

    Examples
    --------
    >>> tonnes = parse_indicator("2 * observed(grain) - observed(flour)")
    >>> evaluate(tonnes, lambda call: Quantity(30.0, "t"))
    Quantity(value=30.0, unit='t')
    """
    match expression:
        case Number(figure):
            return Quantity(figure, NO_UNIT)
        case Call():
            return value(expression)
        case Operation(operator, left, right):
            one, other = evaluate(left, value), evaluate(right, value)
            unit = _unit(operator, one.unit, other.unit)
            if one.value is None or other.value is None:
                return Quantity(None, unit)
            return Quantity(_figure(operator, one.value, other.value), unit)


def _unit(operator: Operator, one: str, other: str) -> str:
    """Return the unit of an operation.

    Raises
    ------
    QuestionError
        When it has none.
    """
    plain = [each in (NO_UNIT, RATIO) for each in (one, other)]
    if operator in "+-":
        if one != other and not all(plain):
            told = " and ".join(each or "a plain number" for each in (one, other))
            msg = f"{told} cannot be added or taken off"
            raise QuestionError(msg)
        return one or other
    if plain[1]:
        return one or other
    if operator == "*":
        return other if plain[0] else f"{one} {other}"
    return RATIO if one == other else f"{1 if plain[0] else one}/{other}"


def _figure(operator: Operator, one: float, other: float) -> float | None:
    """Return the figure of an operation; None where it is no finite number."""
    match operator:
        case "+":
            found = one + other
        case "-":
            found = one - other
        case "*":
            found = one * other
        case "/":
            found = one / other if other else math.inf
    return found if math.isfinite(found) else None


def unit_of_call(model: Model, call: Call) -> str:
    """Return the unit of a call; of a series that of its rows."""
    if call.function != "observed":
        return FUNCTIONS[call.function].attributes[call.attribute]
    table = model["observation"]
    units = {
        unit
        for name, unit in zip(table.labels("series"), table.labels("unit"), strict=True)
        if name == call.arguments[0]
    }
    return " or ".join(sorted(units))


def unknown_names(model: Model, call: Call) -> Iterator[str]:
    """Tell the arguments of a call that name nothing in a model."""
    table = model["observation"]
    units = zip(table.labels("observation_id"), table.labels("unit"), strict=True)
    known = {
        "country": {
            *model["node"].labels("country_iso3"),
            *model["country"].labels("iso3"),
        },
        "corridor": set(model["corridor"].labels("corridor_id")),
        "series": set(table.labels("series")) - {""},
        "event": {name for name, unit in units if unit == YES},
    }
    for kind, name in zip(
        FUNCTIONS[call.function].arguments, call.arguments, strict=True
    ):
        if name not in known[kind]:
            near = difflib.get_close_matches(name, known[kind], 1)
            hint = f"; near is {near[0]}" if near else ""
            yield f"{call} names no {kind} of the model: {name!r}{hint}"
    is_pair = FUNCTIONS[call.function].arguments == ("country", "country")
    if is_pair and len(set(call.arguments)) == 1:
        yield f"{call} names one country twice"
