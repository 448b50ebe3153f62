"""What the pages say to type runs, and prints what they show."""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import (
    ADD,
    BARE_COMMAND,
    CHANGE,
    QUOTE,
    WRITE,
    Command,
    blocks,
    change_rows,
    change_sheet,
    commands,
    not_printed,
    unquoted,
)

from bereket.app.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "models/*/README.md")
    for path in sorted(ROOT.glob(pattern))
]
KINDS = {"console", "csv", "json", "python", "text", "toml"}
DONE = {"console", "python"}  # what is typed or run, and may ask for open data
SETTING = re.compile(r"(\w+)=(\S*)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
ACTIVATE = ". .venv/bin/activate"
IN_FULL = ".venv/bin/bereket"


def blocks_of(page):
    """Return the fenced blocks of a page."""
    return blocks((ROOT / page).read_text(encoding="utf-8"))


class Reader:
    """Somebody at a keyboard, in a folder laid out like the checkout.

    Attributes
    ----------
    page : str
        What is read.
    code : int
        With which the last command ended.
    words : set of str
        What bereket is called by: its path, and its name once that is made known.
    names : dict
        What the Python of a page has named; its blocks go on from one another.
    """

    def __init__(self, page: str, targets: set[str]) -> None:
        self.page = page
        self.targets = targets
        self.settings: dict[str, str] = {}
        self.code = 0
        self.words = {IN_FULL}
        self.names = {"__name__": "__main__"}

    def type(self, command: Command) -> str:
        """Do what a line says; return what it prints."""
        line = command.line.strip()
        setting = SETTING.fullmatch(line)
        if setting:
            self.settings[setting[1]] = setting[2]
            return ""
        words = shlex.split(re.sub(r"\$(\w+)", self.value_of, line))
        if words[0] == "make":
            assert words[1] in self.targets, f"make has no target {words[1]}"
            return ""
        if line == ACTIVATE:
            assert Path(".venv/bin/activate").is_file()
            self.words.add("bereket")
            return ""
        if line == "echo $?":
            code, self.code = self.code, 0
            return str(code)
        if words[0] in self.words:
            # What `.venv/bin/bereket` does, without the second of a new process.
            return self.ask(words[1:])
        done = subprocess.run(
            ["bash", "-c", line],  # noqa: S607
            capture_output=True,
            text=True,
            env=os.environ | self.settings,
            check=False,
        )
        self.code = done.returncode
        return done.stdout + done.stderr

    def value_of(self, name: re.Match[str]) -> str:
        """Return what was given a name; a name that has none stays."""
        return self.settings.get(name[1], name[0])

    def ask(self, arguments: list[str]) -> str:
        """Run a command of bereket as the program of that name does."""
        printed = io.StringIO()
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            pytest.raises(SystemExit) as ended,
        ):
            main(arguments)
        self.code = int(ended.value.code or 0)
        return printed.getvalue()

    def run(self, asked: list[Command]) -> list[str]:
        """Type the commands of a block; return what is not as the page says."""
        wrong = []
        for at, command in enumerate(asked):
            printed = self.type(command)
            missing = not_printed(command.shown, printed)
            if missing:
                wrong.append(f"$ {command.line}\nmissing: {missing}\n{printed}")
            told = at + 1 < len(asked) and asked[at + 1].line == "echo $?"
            if self.code and not told:
                wrong.append(f"$ {command.line}\nends with {self.code}\n{printed}")
        return wrong


@pytest.fixture(scope="session")
def targets():
    return set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Lay out what a page takes for granted; return it as the working folder."""
    made = tmp_path / "checkout"
    shutil.copytree(ROOT / "models", made / "models")
    for name in ("src", "docs", "tests"):
        (made / name).symlink_to(ROOT / name)
    # Where the tests run without a `.venv`, the scripts beside their Python do.
    (made / ".venv").symlink_to(Path(sys.executable).parent.parent)
    monkeypatch.chdir(made)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    return made


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)])
def test_a_page_does_what_it_says(page, folder, targets, request):
    found = blocks_of(page)
    if any("../shared" in block.text for block in found if block.kind in DONE):
        (folder.parent / "shared").symlink_to(request.getfixturevalue("shared"))
    reader = Reader(page, targets)
    for block in found:
        wrong = follow(reader, block)
        assert not wrong, f"{page}:{block.number}\n" + "\n".join(wrong)


def follow(reader, block):
    """Do what a block says; return what is not so."""
    if block.kind == "console":
        return reader.run(commands(block))
    if named := QUOTE.match(block.lead):
        return unquoted(block.lines, Path(named[1]).read_text(encoding="utf-8"))
    if named := WRITE.match(block.lead):
        Path(named[1]).write_text(block.text, encoding="utf-8")
    elif named := ADD.match(block.lead):
        change_rows(Path(named[1]), block.lines, add=True)
    elif (named := CHANGE.match(block.lead)) and named[2]:
        change_sheet(Path(named[1]), named[2], block.lines)
    elif named:
        change_rows(Path(named[1]), block.lines, add=False)
    elif block.kind == "python":
        exec(compile(block.text, reader.page, "exec"), reader.names)  # noqa: S102
    elif block.kind != "text":
        return [f"a block of {block.kind!r} says by its lead what to do with it"]
    return []


@pytest.mark.parametrize("page", PAGES)
def test_no_command_hides_in_a_block_that_does_not_run(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    found = blocks(text)
    assert {block.kind for block in found} <= KINDS, "a fence says what it holds"
    hidden = [
        f"{page}:{block.number}: {line}"
        for block in found
        if block.kind == "text"
        for line in block.lines
        if line.startswith(("$ ", ".venv/"))
    ]
    bare = [line for line in text.splitlines() if BARE_COMMAND.match(line)]
    fenced = {line for block in found for line in block.lines}
    assert not hidden
    assert not [line for line in bare if line.strip() not in fenced]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (Command("true", ("yes",)), "missing: ['yes']"),
        (Command("false", ()), "ends with 1"),
        (Command(f"{IN_FULL} check models/none", ()), "is no folder"),
        (Command("bereket --version", ()), "not found"),  # not on the path yet
    ],
)
def test_what_is_not_so_is_told(typed, said, folder, targets, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert folder
    (told,) = Reader("a page", targets).run([typed])
    assert said in told


def test_a_target_that_is_not_there_is_told(targets):
    with pytest.raises(AssertionError, match="no target tset"):
        Reader("a page", targets).run([Command("make tset", ())])


def test_a_code_that_the_page_states_is_no_fault(targets):
    asked = [Command("false", ()), Command("echo $?", ("1",)), Command("true", ())]
    assert Reader("a page", targets).run(asked) == []


def test_the_program_that_pages_name_is_there(folder):
    assert folder
    done = subprocess.run(
        [IN_FULL, "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("bereket ")
