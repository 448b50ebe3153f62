"""Pages that the program writes are those that it writes today."""

import importlib.util

import pytest


@pytest.fixture(scope="module")
def made(root):
    script = root / "docs" / "make_pages.py"
    spec = importlib.util.spec_from_file_location("make_pages", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def test_committed_pages_are_those_the_program_makes(root, made):
    stale = [
        name
        for name, text in made.items()
        if (root / "docs" / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make docs`"


def test_every_line_of_a_table_has_as_many_cells_as_its_header(made):
    for text in made.values():
        for table in text.split("\n\n"):
            rows = [line for line in table.splitlines() if line.startswith("|")]
            assert len({row.replace("\\|", "").count("|") for row in rows}) <= 1
