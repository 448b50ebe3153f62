"""Indicators of an agenda: what is read, what is refused, and units."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.model.altered import with_cell, with_row

from bereket import QuestionError, blank_model
from bereket.model.indicator import (
    DEEPEST,
    FUNCTIONS,
    LONGEST,
    Call,
    Number,
    Operation,
    Quantity,
    calls_of,
    evaluate,
    parse_indicator,
    unit_of_call,
    unknown_names,
)

MODEL = blank_model()
GRAIN = Call("observed", ("grain",), "")
TURNOVER = Call("trade", ("KAZ", "TKM"), "turnover_usd")


def no_call(call):
    pytest.fail(f"asked for {call}")


def worked(text, value=no_call):
    return evaluate(parse_indicator(text), value)


def units(**of):
    """Return a value of 12 for every series, in the unit that is told."""
    return lambda call: Quantity(12.0, of[call.arguments[0]])


def refused(text):
    with pytest.raises(QuestionError) as told:
        parse_indicator(text)
    return str(told.value)


# --- what is read -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14.0),
        ("2 * 3 + 4", 10.0),
        ("(2 + 3) * 4", 20.0),
        ("20 / 5 * 2", 8.0),
        ("20 / (5 * 2)", 2.0),
        ("8 / 4 / 2", 1.0),
        ("8 - 4 - 2", 2.0),
        ("8 - (4 - 2)", 6.0),
        ("-2 * 3", -6.0),
        ("2 * -3", -6.0),
        ("2 - -3", 5.0),
        ("--3", 3.0),
        ("-(2 + 3)", -5.0),
        ("-2 - 3", -5.0),
        ("1e6", 1e6),
        ("1.5E-3", 0.0015),
        ("2.5e+2", 250.0),
        ("007", 7.0),
        ("  1+\t2\n*3 ", 7.0),
        ("((((5))))", 5.0),
    ],
)
def test_figures_are_worked_out_as_one_writes_them(text, value):
    assert worked(text) == Quantity(value, "")


def test_a_call_is_read_with_its_labels_and_what_of_it():
    for text in (
        "trade(KAZ,TKM).turnover_usd",
        " trade ( KAZ , TKM ) . turnover_usd ",
    ):
        assert parse_indicator(text) == TURNOVER
    assert parse_indicator("observed(grain)") == GRAIN
    assert str(TURNOVER) == "trade(KAZ,TKM).turnover_usd"
    assert str(GRAIN) == "observed(grain)"


@pytest.mark.parametrize(
    ("name", "attribute"),
    [(name, each) for name, known in FUNCTIONS.items() for each in known.attributes],
)
def test_every_function_is_read_as_it_is_written(name, attribute):
    labels = [f"L{at}" for at in range(len(FUNCTIONS[name].arguments))]
    call = Call(name, tuple(labels), attribute)
    assert parse_indicator(str(call)) == call


def test_a_tree_holds_its_parts_from_the_left():
    found = parse_indicator("observed(grain) - trade(KAZ,TKM).turnover_usd / 1e6")
    share = Operation("/", TURNOVER, Number(1e6))
    assert found == Operation("-", GRAIN, share)
    assert list(calls_of(found)) == [GRAIN, TURNOVER]
    assert list(calls_of(Number(3.0))) == []


numbers = st.floats(0.0, 1e12, allow_subnormal=False).map(lambda value: value + 0.0)
trees = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(st.just("-"), inner), st.tuples(st.sampled_from("+-*/"), inner, inner)
    ),
    max_leaves=12,
)
RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
SIGN = 3


def written(tree, least=0):
    """Write a tree with the brackets that it needs, and no other."""
    if isinstance(tree, float):
        return repr(tree)
    if len(tree) == 2:
        return f"-{written(tree[1], SIGN)}"
    sign, left, right = tree
    rank = RANK[sign]
    text = f"{written(left, rank)} {sign} {written(right, rank + 1)}"
    return f"({text})" if rank < least else text


def bracketed(tree):
    if isinstance(tree, float):
        return repr(tree)
    if len(tree) == 2:
        return f"(-{bracketed(tree[1])})"
    return f"({bracketed(tree[1])}{tree[0]}{bracketed(tree[2])})"


def by_python(tree):
    """Work a tree out; None where it divides by nothing."""
    if isinstance(tree, float):
        return tree
    parts = [by_python(each) for each in tree[1:]]
    if None in parts:
        return None
    if len(parts) == 1:
        return -parts[0]
    one, other = parts
    if tree[0] == "/":
        return one / other if other else None
    return {"+": one + other, "-": one - other, "*": one * other}[tree[0]]


@given(trees)
def test_an_expression_comes_to_what_python_makes_of_it(tree):
    value = by_python(tree)
    assume(value is None or math.isfinite(value))
    for text in (written(tree), bracketed(tree)):
        assume(len(text) <= LONGEST)
        assume(text.count("(") + text.count("-") <= DEEPEST)
        assert worked(text) == Quantity(value, "")


# --- what is refused ----------------------------------------------------------------

SOMETHING = "a number or a function"
MORE = "the end, or one of + - * /"


@pytest.mark.parametrize(
    ("text", "wanted", "where"),
    [
        ("", "an expression", ""),
        ("  ", "an expression", ""),
        ("1 +", SOMETHING, ""),
        ("* 3", SOMETHING, "* 3"),
        ("+ 3", SOMETHING, "+ 3"),
        ("2 ** 3", SOMETHING, "* 3"),
        ("2 // 3", SOMETHING, "/ 3"),
        (".5", SOMETHING, ".5"),
        ("-", SOMETHING, ""),
        ("()", SOMETHING, ")"),
        ("(1 + 2", "')'", ""),
        ("(1, 2)", "')'", ", 2)"),
        ("1)", MORE, ")"),
        ("1 2", MORE, "2"),
        ("1.", MORE, "."),
        ("1e", MORE, "e"),
        ("1_000", MORE, "_000"),
        ("0x10", MORE, "x10"),
        ("1 % 2", MORE, "% 2"),
        ("1 + 2; 3", MORE, "; 3"),
        ("2 if 1 else 3", MORE, "if 1 else 3"),
        ("observed", "'('", ""),
        ("observed grain", "'('", "grain"),
        ("observed()", "a label", ")"),
        ("observed(a b)", "')'", "b)"),
        ("observed(grain - 1)", "')'", "- 1)"),
        ("observed(.5)", "a label", ".5)"),
        ("1e999", "a number that is finite", "1e999"),
        ("2 * 1e999", "a number that is finite", "1e999"),
        ("observed(grain", "')'", ""),
        ("observed(grain)[0]", MORE, "[0]"),
        ("observed(observed(grain))", "')'", "(grain))"),
        ("event(fair).", "a label", ""),
        ("event(fair).1", "a label", "1"),
        ("observed(grain).t", "nothing after observed(…)", ""),
        ("observed(a, b)", "observed(series)", ""),
        ("trade(KAZ).turnover_usd", "trade(country, country)", ""),
        ("trade(KAZ,TKM,AZE).export_usd", "trade(country, country)", ""),
        ("trade(KAZ,TKM)", ".turnover_usd, .export_usd after trade(…)", ""),
        ("flow(way).usd * 2", ".t_per_year, .teu_per_year after flow(…)", "* 2"),
        ("capacity(way).turnover_usd", ".t_per_year after capacity(…)", ""),
        ("flow(way).t_per_year.x", MORE, ".x"),
    ],
)
def test_what_is_no_indicator_is_told_with_what_should_stand_where(text, wanted, where):
    place = repr(where) if where else "its end"
    assert refused(text) == (
        f"{text!r} is no indicator: {wanted} must stand at {place}"
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("trad(KAZ,TKM).turnover_usd", " (did you mean trade?)"),
        ("2 * observe(grain)", " (did you mean observed?)"),
        ("sum(grain)", ""),
        ("KAZ", ""),
    ],
)
def test_an_unknown_function_is_told_with_those_there_are_and_one_that_is_near(
    text, hint
):
    known = "trade, capacity, flow, gas, power, observed, event"
    start = text.removeprefix("2 * ")
    assert refused(text) == (
        f"{text!r} is no indicator: one of {known}{hint} must stand at {start!r}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "__import__(os)",
        "eval(grain)",
        "exec(grain)",
        "open(grain)",
        "lambda: 1",
        "(lambda: 1)()",
        "[1 for _ in observed(grain)]",
        "observed.__class__",
        "observed(grain).__class__",
        "trade(KAZ,TKM).__globals__",
        "grain := 1",
        "'text'",
        "f'{1}'",
        "{1: 2}",
        "1 or 2",
        "not 1",
        "1 < 2",
        "`1`",
        "1\\",
        "# 1",
        "nan",
        "inf",
        "True",
    ],
)
def test_nothing_is_run(text):
    assert "is no indicator: " in refused(text)


@pytest.mark.parametrize("name", ["1", "2gis", "grain-2024", "east-west_1", "-"])
def test_a_label_may_begin_with_a_digit_or_hold_a_hyphen(name):
    call = Call("observed", (name,), "")
    assert parse_indicator(f"observed({name})") == call
    assert parse_indicator(f"observed( {name} ) - 1").left == call
    assert parse_indicator(str(call)) == call
    pair = parse_indicator(f"trade({name},KAZ).export_usd")
    assert pair.arguments == (name, "KAZ")


@pytest.mark.parametrize("name", ["'grain'", '"grain"', "a:b", "a/b", "$x"])
def test_a_label_has_letters_digits_underscores_and_hyphens_alone(name):
    with pytest.raises(QuestionError, match="is no indicator"):
        parse_indicator(f"observed({name})")


def test_names_of_python_are_labels_like_others():
    call = parse_indicator("observed(__class__)")
    assert call == Call("observed", ("__class__",), "")
    assert worked(
        "observed(__class__)", lambda asked: Quantity(3.0, asked.arguments[0])
    )
    assert list(unknown_names(MODEL, call)) != []


def test_brackets_stand_twenty_deep_and_no_deeper():
    for start, end in (("(", ")"), ("-", "")):
        deep = f"{start * DEEPEST}1{end * DEEPEST}"
        assert worked(deep).value == 1.0
        told = refused(f"{start}{deep}{end}")
        assert "no more than 20 brackets within brackets must stand at " in told
    side_by_side = " + ".join(["(1)"] * (DEEPEST + 5))
    assert worked(side_by_side).value == DEEPEST + 5


def test_an_indicator_has_400_characters_at_most():
    long = "1" + " + 1" * ((LONGEST - 1) // 4)
    whole = long.ljust(LONGEST)
    assert worked(whole).value == 100.0
    told = refused(whole + " ")
    assert told == "an indicator has 400 characters at most; found 401"


# --- figures and units --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("observed(a) + observed(a)", "t"),
        ("observed(a) - observed(a)", "t"),
        ("-observed(a)", "t"),
        ("2 * observed(a)", "t"),
        ("observed(a) * 2", "t"),
        ("observed(a) / 2", "t"),
        ("observed(a) / observed(a)", "ratio"),
        ("observed(a) / observed(b)", "t/USD"),
        ("observed(b) / observed(a)", "USD/t"),
        ("1 / observed(a)", "1/t"),
        ("observed(a) * observed(b)", "t USD"),
        ("(observed(a) + observed(a)) / observed(b)", "t/USD"),
        ("1 + 2", ""),
        ("observed(a) / observed(a) - 1", "ratio"),
        ("1 - observed(a) / observed(a)", "ratio"),
        ("observed(a) / observed(a) * 2", "ratio"),
        ("1 / (observed(a) / observed(a))", "ratio"),
        ("observed(a) / observed(a) * observed(b)", "USD"),
        ("observed(b) * (observed(a) / observed(a))", "USD"),
        ("observed(b) / (observed(a) / observed(a))", "USD"),
        ("(observed(a) / observed(a) - 1) * observed(b)", "USD"),
    ],
)
def test_units_are_worked_out_with_the_figures(text, unit):
    assert worked(text, units(a="t", b="USD")).unit == unit


@pytest.mark.parametrize("sign", "+-")
@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("observed(a)", "observed(b)", "t and USD"),
        ("observed(b)", "observed(a)", "USD and t"),
        ("observed(a)", "1", "t and a plain number"),
        ("1", "observed(a)", "a plain number and t"),
        ("observed(a) / observed(b)", "observed(a)", "t/USD and t"),
        ("observed(a) / observed(a)", "observed(a)", "ratio and t"),
        ("observed(a)", "observed(a) / observed(a)", "t and ratio"),
    ],
)
def test_units_that_do_not_mix_are_not_added(sign, left, right, told):
    with pytest.raises(QuestionError, match=f"^{told} cannot be added or taken off$"):
        worked(f"{left} {sign} {right}", units(a="t", b="USD"))


def test_units_that_do_not_mix_are_told_where_figures_are_unknown_too():
    value = {"a": Quantity(None, "t"), "b": Quantity(1.0, "USD")}
    with pytest.raises(QuestionError, match="t and USD cannot be added"):
        worked("observed(a) + observed(b)", lambda call: value[call.arguments[0]])


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("observed(a) + observed(b)", "t"),
        ("observed(b) / observed(a)", "ratio"),
        ("2 * (observed(a) - 1 * observed(b))", "t"),
    ],
)
def test_what_is_not_known_makes_all_of_it_unknown(text, unit):
    value = {"a": Quantity(None, "t"), "b": Quantity(1.0, "t")}
    found = worked(text, lambda call: value[call.arguments[0]])
    assert found == Quantity(None, unit)


def test_what_is_divided_by_nothing_is_not_known():
    assert worked("1 / 0") == Quantity(None, "")
    assert worked("3 + 1 / (2 - 2)") == Quantity(None, "")
    assert worked("0 / 2") == Quantity(0.0, "")


def test_calls_are_asked_from_left_to_right_each_as_often_as_it_stands():
    heard = []

    def value(call):
        heard.append(str(call))
        return Quantity(1.0, "t")

    worked("observed(b) + observed(a) - observed(b)", value)
    assert heard == ["observed(b)", "observed(a)", "observed(b)"]


# --- what a model has ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("trade(KAZ,TKM).turnover_usd", "USD"),
        ("trade(KAZ,TKM).export_usd", "USD"),
        ("capacity(east_sea).t_per_year", "t/year"),
        ("flow(east_sea).t_per_year", "t/year"),
        ("flow(east_sea).teu_per_year", "teu/year"),
        ("event(fair)", "yes"),
        ("observed(grain_tonnes)", "t"),
        ("observed(nothing)", ""),
    ],
)
def test_a_call_has_the_unit_of_what_it_gives(text, unit):
    assert unit_of_call(MODEL, parse_indicator(text)) == unit


def test_a_series_of_two_units_has_both():
    other = {"observation_id": "o", "series": "grain_tonnes", "unit": "USD"}
    model = with_row(MODEL, "observation", **other)
    assert unit_of_call(model, parse_indicator("observed(grain_tonnes)")) == "USD or t"


@pytest.mark.parametrize(
    ("text", "kind", "name", "near"),
    [
        ("trade(KAZ,TKN).turnover_usd", "country", "TKN", "TKM"),
        ("capacity(east_see).t_per_year", "corridor", "east_see", "east_sea"),
        ("observed(grain_tons)", "series", "grain_tons", "grain_tonnes"),
        ("event(fair)", "event", "fair", ""),
        ("flow(KAZ).t_per_year", "corridor", "KAZ", ""),
    ],
)
def test_what_a_model_does_not_have_is_named_with_what_is_near(text, kind, name, near):
    (found,) = unknown_names(MODEL, parse_indicator(text))
    hint = f"; near is {near}" if near else ""
    assert found == f"{text} names no {kind} of the model: {name!r}{hint}"


def test_every_argument_that_names_nothing_is_named():
    found = list(unknown_names(MODEL, parse_indicator("trade(XXX,YYY).export_usd")))
    assert [each.partition(": ")[2] for each in found] == ["'XXX'", "'YYY'"]


def test_what_a_model_has_is_not_named():
    for text in (
        "trade(KAZ,AZE).turnover_usd",  # a country of nodes
        "capacity(east_sea).t_per_year",
        "observed(grain_tonnes)",
    ):
        assert list(unknown_names(MODEL, parse_indicator(text))) == [], text
    group = with_row(MODEL, "country", iso3="EU27", year=2023)
    call = parse_indicator("trade(KAZ,EU27).turnover_usd")
    assert list(unknown_names(group, call)) == []


def test_an_event_is_an_observation_that_was_or_was_not():
    call = parse_indicator("event(grain_2024)")
    assert list(unknown_names(MODEL, call)) != []  # it is there, in tonnes
    model = with_cell(MODEL, "observation", 0, "unit", "yes")
    assert list(unknown_names(model, call)) == []
