"""The terminal asked in one process: exit code, standard output, standard error."""

import json
from dataclasses import dataclass

import pytest

from bereket.app.cli import main


@dataclass(frozen=True)
class Answered:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one object on standard output; NaN and infinities are no JSON."""
        return json.loads(self.out, parse_constant=_no_json)

    @property
    def lines(self):
        """Lines on standard error."""
        return self.err.splitlines()


def _no_json(constant):
    pytest.fail(f"{constant} is no JSON")


def asker(capsys):
    """Return a function that asks the terminal."""

    def ask(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Answered(ended.value.code, said.out, said.err)

    return ask
