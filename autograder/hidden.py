"""Provides ``hidden_tests``, the line between nbgrader's delimiters in the test cells of a source notebook."""

from __future__ import annotations

from autograder.course.assignment import Assignment
from autograder.course.results import ProblemResult
from autograder.course.score import points
from autograder.kernel.call_server import Server
from autograder.marking.feedback import problem_html
from autograder.marking.problem import run_problem
from autograder.testing.fixtures import FixedAccess
from autograder.testing.link import LocalLink

# What was found so far in the notebook that this process runs: some problems count only when others are right.
_results: dict[str, dict[str, ProblemResult]] = {}


class PartialCredit:
    """The value that the hidden-test line returns to a notebook: a number for nbgrader, a table for people."""

    def __init__(self, result: ProblemResult) -> None:
        self.result = result

    def __repr__(self) -> str:
        return points(self.result.score)

    def _repr_html_(self) -> str:
        return problem_html(self.result)


def hidden_tests(assignment: str, problem: str) -> PartialCredit:
    """Run the hidden tests of a problem on the functions of the notebook that calls this.

    For the instructor's own Jupyter and stock nbgrader. Under the kit's configuration the grader runs the tests in its
    own process, and the kernel never sees this line.

    Args:
        assignment: nbgrader's name of the assignment.
        problem: The ``grade_id`` of the problem's stub.

    Raises:
        CourseError: The assignment or its solutions are missing.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError("hidden_tests() belongs into a test cell of a notebook: nothing runs it elsewhere")
    loaded = Assignment.here(assignment)
    access = FixedAccess(LocalLink(Server(shell.user_ns)))
    earlier = _results.setdefault(assignment, {})
    earlier[problem] = run_problem(loaded, loaded.problems[problem], access, earlier)
    return PartialCredit(earlier[problem])
