"""Pages are read as they are meant."""

import pytest
from tests.docs.pages import Block, blocks, change_rows, commands, not_printed

PAGE = """
1. Write `a.csv`, then ask.

   `a.csv`:

   ```csv
   key,km
   x,1
   ```

   ```console
   $ bereket check a \\
       --all
   no fault

   $ echo $?
   0
   ```
"""


def test_blocks_have_their_lead_and_lose_their_indent():
    first, second = blocks(PAGE)
    assert first == Block("csv", "`a.csv`:", ("key,km", "x,1"), 6)
    assert second.kind == "console"
    assert second.lines[0] == "$ bereket check a \\"


def test_a_command_goes_on_behind_a_backslash_and_has_what_is_shown_under_it():
    first, second = commands(blocks(PAGE)[1])
    assert first.line == "bereket check a --all"
    assert first.shown == ("no fault", "")
    assert (second.line, second.shown) == ("echo $?", ("0",))


def test_a_block_without_an_end_is_a_fault():
    with pytest.raises(ValueError, match="no end"):
        blocks("```text\nnever closed\n")


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        (("one  two", "three"), []),
        (("three", "one two"), ["one two"]),
        (("one …", "…", "… ree"), []),
        (("one",), ["one"]),
        (("four",), ["four"]),
    ],
)
def test_what_is_shown_must_be_printed_whole_and_in_order(shown, missing):
    assert not_printed(shown, "one two\nthree\n") == missing


def test_rows_are_added_and_changed_by_the_columns_that_are_named(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("key,km,note\nx,1,\ny,2,\n")
    change_rows(file, ("key,km", "z,3"), add=True)
    change_rows(file, ("key,note", 'y,"so, so"'), add=False)
    assert file.read_text() == 'key,km,note\nx,1,\ny,2,"so, so"\nz,3,\n'
    with pytest.raises(ValueError, match="no column mile"):
        change_rows(file, ("key,mile", "z,3"), add=True)
