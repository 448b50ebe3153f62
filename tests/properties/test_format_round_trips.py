"""What is written in a format and read again is the same model."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.model.altered import with_cell

from bereket import blank_model, read_model, write_model
from bereket.io import FORMATS
from bereket.model.model import EXACT_BELOW, Model, empty_table

BOTH_WAYS = [form for form in FORMATS if form.reader and form.writer]
NASTY = [
    *(
        "=1+1",
        "+7",
        "-",
        "@SUM(A1)",
        "'quoted",
        '"',
        "a,b",
        "a;b",
        "1e5",
        "007",
        "TRUE",
    ),
    *("2024-03-01", "#REF!", "#N/A", "nan", "a\nb", "a\r\nb", "tab\tin", "Türkiye"),
    *("_x000D_", "_x0000_", "_xD800_", "_x005F_", "\u200bzero", "中哈", "😀", "a\x0bb"),
]
# As the tables of a model hold it: no surrogates, no NUL, no blanks at the ends.
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40
).map(str.strip)
figures = st.floats(0, 1e15, exclude_min=True, allow_subnormal=False)


def there_and_back(model, form):
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / f"model{form.suffix}"
        write_model(model, path, form.name)
        return read_model(path)
    finally:
        shutil.rmtree(folder)


def assert_same(found, model):
    assert found.content_hash == model.content_hash
    assert list(found.tables) == list(model.tables)
    for name, table in model.tables.items():
        assert list(found[name].columns) == list(table.columns), name
        for column, values in table.columns.items():
            assert found[name].columns[column].dtype == values.dtype, (name, column)
            is_figure = values.dtype != object
            same = np.array_equal(
                found[name].columns[column], values, equal_nan=is_figure
            )
            assert same, (name, column)


@pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.name)
@pytest.mark.parametrize("name", ["teaching", "caspian", "blank"])
def test_a_model_comes_back_from_every_format_as_it_was(request, name, form):
    is_blank = name == "blank"
    model = blank_model() if is_blank else read_model(request.getfixturevalue(name))
    found = there_and_back(model, form)
    assert_same(found, model)
    if not is_blank:  # one that was never in a folder has no metadata of one
        assert found.about == model.about


@pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.name)
@given(text=texts)
@settings(max_examples=30)
def test_any_text_comes_back_from_every_format(form, text):
    model = with_cell(blank_model(), "node", 0, "note", text or "x")
    assert_same(there_and_back(model, form), model)


@pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.name)
@pytest.mark.parametrize("text", NASTY)
def test_text_that_a_spreadsheet_would_alter_comes_back(form, text):
    model = with_cell(blank_model(), "node", 0, "note", text)
    assert_same(there_and_back(model, form), model)


@pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.name)
@given(figure=figures)
@example(0.1 + 0.2)
@example(1 / 3)
@example(EXACT_BELOW)
@example(5e-324 * 2**60)
@settings(max_examples=30)
def test_any_figure_comes_back_to_the_last_digit(form, figure):
    model = with_cell(blank_model(), "fx", 0, "usd_per_unit", figure)
    found = there_and_back(model, form)
    assert found["fx"].number("usd_per_unit")[0] == figure


@pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.name)
def test_tables_without_rows_come_back_with_their_columns(form):
    blank = blank_model()
    tables = {name: empty_table(name) for name in blank.tables}
    model = Model(blank.name, tables | {"config": blank["config"]})
    assert_same(there_and_back(model, form), model)


def test_a_chain_of_formats_ends_where_it_began(teaching):
    first = model = read_model(teaching)
    for form in (*BOTH_WAYS, *reversed(BOTH_WAYS)):
        model = there_and_back(model, form)
    assert_same(model, first)
    assert model.about == first.about
