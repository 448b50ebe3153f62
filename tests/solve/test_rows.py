"""Rows added to a programme that has been solved."""

import numpy as np

from bereket.solve.program import Entries, Program, columns_of


def test_a_row_added_later_binds_from_the_basis_before():
    # x + y at most 5; most of 2 x + y: x = 5. Then x at most 2: x = 2, y = 3.
    program = Program(np.array([-np.inf]), np.array([5.0]))
    program.add(columns_of(np.array([-2.0, -1.0]), [[(0, 1.0)], [(0, 1.0)]]))
    assert program.solve(method="primal").value.tolist() == [5.0, 0.0]
    entries = Entries(
        np.array([0, 1], np.int32), np.array([0], np.int32), np.array([1.0])
    )
    program.add_rows(np.array([-np.inf]), np.array([2.0]), entries)
    found = program.solve(method="dual")
    assert found.value.tolist() == [2.0, 3.0]
    assert found.dual.tolist() == [-1.0, -1.0]
