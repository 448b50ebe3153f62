"""The pages of the tables are those that the schemas make."""

import importlib.util

import pytest


@pytest.fixture
def made(root):
    script = root / "docs" / "make_reference.py"
    spec = importlib.util.spec_from_file_location("make_reference", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def test_committed_pages_are_those_the_schemas_make(root, made):
    folder = root / "docs" / "reference" / "tables"
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    stale = sorted(
        name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name)
    )
    assert not stale, "run `make docs`"


def test_every_line_of_a_table_has_as_many_cells_as_its_header(made):
    for name, text in made.items():
        rows = [row for row in text.splitlines() if row.startswith("|")]
        cells = {row.replace("\\|", "").count("|") for row in rows}
        assert len(cells) == 1, name
