"""The door to HiGHS, in a process that others use it in too."""

import subprocess
import sys

# A programme of one row and two ways: five trains at most.
OURS = """
import numpy as np
from bereket.solve.program import Program, columns_of
program = Program(np.array([-np.inf]), np.array([5.0]))
program.add(columns_of(np.array([-1.0, -1.0]), [[(0, 1.0)], [(0, 2.0)]]))
print(program.solve().objective)
"""
PLAIN = """
import highspy
other = highspy.Highs()
other.setOptionValue("output_flag", False)
other.setOptionValue("threads", 2)
other.addVar(0.0, 1.0)
other.run()
"""


def test_it_answers_after_others_have_used_the_solver(root):
    """HiGHS refuses to run with fewer threads than it began with in a process."""
    ran = subprocess.run(
        [sys.executable, "-c", PLAIN + OURS],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert float(ran.stdout.splitlines()[-1]) == -5.0
