"""Wall time and peak memory of a command, from its start to its end.

    python benchmarks/processes.py COMMAND...

A command is started by a small process of its own: what a child has had at most counts
the memory that its parent had when the two parted, which here is next to none.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

KILOBYTE = 1024 if sys.platform == "darwin" else 1  # of what the system counts in


class Taken(NamedTuple):
    """What a process took.

    Attributes
    ----------
    wall_s : float
        From its start to its end [s].
    peak_mb : float
        Most memory that it had at once [MB]; NaN where the system does not tell.
    """

    wall_s: float
    peak_mb: float


def measured(command: list[str], **environment: str) -> Taken:
    """Run a command to its end; a fault of it is raised, with what it said.

    Parameters
    ----------
    command : list of str
        Program and arguments.
    **environment : str
        Variables to set for it.
    """
    ran = subprocess.run(
        [sys.executable, __file__, *command],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, **environment},
        text=True,
    )
    if ran.returncode:
        msg = f"{' '.join(command)} ended with {ran.returncode}: {ran.stderr}"
        raise RuntimeError(msg)
    return Taken(*json.loads(ran.stdout))


def main() -> int:
    """Run the command and print what it took; its own words go nowhere but faults."""
    start = perf_counter()
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        child.wait()
        print(json.dumps([perf_counter() - start, float("nan")]))
        return child.returncode
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = perf_counter() - start
    print(json.dumps([wall_s, usage.ru_maxrss / KILOBYTE / 1024]))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
