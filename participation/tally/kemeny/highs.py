"""A linear programme that grows, on HiGHS. This module alone imports highspy, which is an optional extra.

(Q. Huangfu and J. A. J. Hall, Parallelizing the dual revised simplex method, Mathematical Programming
Computation 10, 2018.)
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

try:
    import highspy
except ImportError:  # the extra is not installed
    IS_INSTALLED = False
else:
    IS_INSTALLED = True

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

TOLERANCE: Final = 1e-9
"""How exactly the solver has to be right; what follows from its answer is checked in integers all the same."""


MOST_CONDITIONS: Final = 6_000
MOST_STEPS: Final = 2_500
"""With more conditions or steps than these, an interior point method takes over from the simplex method for good: on
such programmes it is ten times as fast, though it cannot start from the last solution."""


class LinearProgramme:
    """Find the least sum of costs times variables between 0 and 1, under conditions added one after another."""

    def __init__(self, costs: Floats) -> None:
        """Start with no conditions; costs are best about 1 in size."""
        programme = highspy.HighsLp()
        programme.num_col_ = len(costs)
        programme.col_cost_ = costs
        programme.col_lower_ = np.zeros(len(costs))
        programme.col_upper_ = np.ones(len(costs))
        programme.a_matrix_.start_ = np.zeros(len(costs) + 1, np.int32)
        self._columns = np.arange(len(costs), dtype=np.int32)
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.silent()
        for name, value in (
            ("presolve", "off"),  # it would forget where the last solution was
            ("solver", "simplex"),
            ("threads", 1),  # the same steps on every machine
            ("simplex_iteration_limit", MOST_STEPS),
            ("run_crossover", "off"),  # prices from within do
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            self._solver.setOptionValue(name, value)
        self._solver.passModel(programme)

    def price(self, costs: Floats) -> None:
        """Set other costs."""
        self._solver.changeColsCost(len(self._columns), self._columns, costs)

    def limit(self, lower: Places, upper: Places) -> None:
        """Keep every variable between two values."""
        self._solver.changeColsBounds(
            len(self._columns), self._columns, lower.astype(np.float64), upper.astype(np.float64)
        )

    def add(self, starts: Places, columns: Places, factors: Places, most: Places) -> None:
        """Add conditions: factors times the variables in these columns are at most `most`.

        The first condition's entries are from starts[0] on, and so forth.
        """
        if self._solver.getNumRow() + len(most) > MOST_CONDITIONS:
            self._solver.setOptionValue("solver", "ipm")
        self._solver.addRows(
            len(most),
            np.full(len(most), -highspy.kHighsInf),
            most.astype(np.float64),
            len(columns),
            starts.astype(np.int32),
            columns.astype(np.int32),
            factors.astype(np.float64),
        )

    def lift(self, condition: int) -> None:
        """Let a condition hold no longer; it keeps its number."""
        self._solver.changeRowBounds(condition, -highspy.kHighsInf, highspy.kHighsInf)

    def solve(self, seconds: float) -> tuple[Floats, Floats] | None:
        """Give values of the variables, and what each condition costs (at least 0), after so many seconds at most.

        What is given when the time is up is not optimal, but prices are prices: what follows from them is true.
        None if there is nothing to give.
        """
        if seconds <= 0:
            return None
        # HiGHS compares with all time that this programme has taken so far.
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + seconds)
        self._solver.run()
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
            self._solver.setOptionValue("solver", "ipm")
            self._solver.run()
        solution = self._solver.getSolution()
        if not (solution.value_valid and solution.dual_valid):
            return None
        values, prices = np.array(solution.col_value), np.maximum(-np.array(solution.row_dual), 0)
        return (values, prices) if np.isfinite(values).all() and np.isfinite(prices).all() else None
