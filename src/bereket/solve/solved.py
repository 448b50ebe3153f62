"""What an assignment came to, whatever it was asked: equilibrium, system, logit."""

from bereket.solve.equilibrium.solution import Solution
from bereket.solve.logit.solution import LogitSolution

Solved = Solution | LogitSolution
