"""Imports go down the floors only, and the linter that says so does notice."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = Path(sys.executable).with_name("lint-imports")

# One offence for each contract: the file it is written into, the line, the contract.
OFFENCES = [
    ("errors.py", "import bereket.schema", "Floors"),
    ("newcomer.py", "", "Floors"),
    ("io/folder.py", "import bereket.io.newcomer", "File formats"),
    ("kernels/newcomer.py", "import pandas", "Kernels see arrays only"),
    ("model/newcomer.py", "import rich", "Only app speaks"),
    ("compiled/newcomer.py", "import highspy", "Each heavy library"),
]


def lint(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--config", config, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept(root):
    found = lint(root / "src", root / "pyproject.toml")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "6 kept, 0 broken" in found.stdout


@pytest.mark.parametrize(("file", "line", "contract"), OFFENCES)
def test_an_offence_breaks_its_contract(root, tmp_path, file, line, contract):
    shutil.copytree(root / "src" / "bereket", tmp_path / "bereket")
    (tmp_path / "bereket" / "io" / "newcomer.py").touch()
    offender = tmp_path / "bereket" / file
    before = offender.read_text(encoding="utf-8") if offender.exists() else ""
    offender.write_text(f"{before}\n{line}\n", encoding="utf-8")

    found = lint(tmp_path, root / "pyproject.toml")

    broken = [row for row in found.stdout.splitlines() if "BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), found.stdout + found.stderr
