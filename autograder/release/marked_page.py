"""Makes the page that tells students what is marked; it is made from the hidden tests, without inputs or values."""

from __future__ import annotations

import ast
from collections.abc import Set
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import cells_by_id
from autograder.course.problem import Problem
from autograder.i18n.messages import Message, gettext_noop
from autograder.marking.course_checks import title_of, without_hidden
from autograder.pages.environment import templates
from autograder.testing.declared import DeclaredTest, declared_tests

FILE = "what_is_marked.html"
TEMPLATES = Path(__file__).with_name("templates")
# What hidden tests look at arrays with, and at other values.
ARRAYS = frozenset({"Layer", "array", "close", "gradient_rightness", "is_close", "numbers"})
OTHERS = frozenset({"same"})
# What takes several values apart.
SEVERAL = frozenset({"Layer", "returned"})
# What holds for every problem.
RIGHT = gettext_noop("Any right way of writing it: helper functions, any order of your own cells.")
RIGHT_ARRAYS = gettext_noop(
    "Any right way of writing it: loops or array operations, helper functions, any order of your own cells."
)
CACHES = gettext_noop("Any kind of cache: a tuple, a list, a dictionary or an object, whatever is in it.")
FREE = gettext_noop("Arguments that are changed in place: every call gets fresh copies.")
FREE_ARRAYS = (
    gettext_noop("float64 returned for float32 input; results for float32 input are compared less strictly."),
    gettext_noop("Lists or tuples in the place of arrays, if numpy can make an array of them."),
)
FREE_OTHERS = gettext_noop(
    "Lists in the place of tuples, tuples in the place of lists, any order of a dictionary's keys."
)
FREE_CALLS = (
    gettext_noop("Parameters with other names: tests call by position."),
    gettext_noop("Printing, warnings and progress bars."),
)
COSTS = (
    gettext_noop("More values returned than asked: the leading ones are marked, and one share is taken off."),
    gettext_noop("Fewer values returned: the missing ones fail, the others are marked."),
)
COSTS_ARRAYS = gettext_noop("NaN or infinity in an array: that array fails.")
# Where right functions can stand in for an earlier one; where that one has a cache.
COUNTED_ONCE = gettext_noop(
    "A mistake in an earlier function is not counted again in the functions that are built on it: they are marked "
    "once more with right functions in its place."
)
COUNTED_ONCE_CACHES = gettext_noop(
    "A mistake in an earlier function is not counted again in the functions that are built on it: they are marked "
    "once more with right functions in its place. They may look into the caches that your own functions return."
)


@dataclass(frozen=True)
class Section:
    """One problem on the page.

    Attributes:
        problem: The problem.
        shares: Its hidden tests; none when a person marks it.
        free: Deviations that cost nothing in it.
        needs: The problem that must be right for it to be run; None for none.
        check: Its check cell, where that gives the points; None for others.
    """

    problem: Problem
    shares: list[DeclaredTest]
    free: list[str]
    needs: str | None = None
    check: nbformat.NotebookNode | None = None

    @property
    def looks_at(self) -> Message:
        """What its check cell looks at, in its author's words; the cell's name where it has none."""
        return (self.check and title_of(self.check)) or Message(self.problem.check)

    @property
    def has_hidden_part(self) -> bool:
        """Whether students get only a part of its check cell."""
        return self.check is not None and without_hidden(self.check) is not self.check

    @property
    def rows(self) -> list[tuple[DeclaredTest, int]]:
        """Its hidden tests, each with the number of rows for which its sentence stands; 0 below the first of them."""
        rows = []
        for _, group in groupby(self.shares, key=lambda share: share.asks):
            first, *others = group
            rows += [(first, 1 + len(others)), *((share, 0) for share in others)]
        return rows


def looks_with(assignment: Assignment) -> set[str]:
    """Return the names of `autograder.testing` that hidden tests, and what they share, import."""
    trees = (ast.parse(file.read_bytes()) for file in (*assignment.hidden.glob("*.py"), *assignment.shared_files()))
    imports = (one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.ImportFrom))
    return {name.name for one in imports if one.module == "autograder.testing" for name in one.names}


def costs_nothing(assignment: Assignment, seen: Set[str]) -> list[str]:
    """Return what costs nothing in any problem; of caches, arrays and other values only where there are some."""
    caches = any("cache" in cell.source for cell in assignment.notebook.cells)
    arrays, others = not seen.isdisjoint(ARRAYS), not seen.isdisjoint(OTHERS)
    return [
        RIGHT_ARRAYS if arrays else RIGHT,
        *([CACHES] if caches else []),
        FREE,
        *(FREE_ARRAYS if arrays else ()),
        *([FREE_OTHERS] if others else []),
        *FREE_CALLS,
    ]


def costs_something(assignment: Assignment, seen: Set[str]) -> list[str]:
    """Return what costs something in any problem; of earlier mistakes only what ``[[stand_ins]]`` declare."""
    kinds = {entry.backward is not None for entry in assignment.stand_ins}
    return [
        *(() if seen.isdisjoint(SEVERAL) else COSTS),
        *([] if seen.isdisjoint(ARRAYS) else [COSTS_ARRAYS]),
        *([COUNTED_ONCE_CACHES if True in kinds else COUNTED_ONCE] if kinds else []),
    ]


def marked_page(assignment: Assignment) -> str:
    """Return the page, as HTML, in the assignment's language.

    Raises:
        CourseError: The hidden tests cannot be collected.
    """
    found = declared_tests(assignment)
    cells = cells_by_id(assignment.notebook)
    sections = [
        Section(
            problem,
            found.get(name, []),
            assignment.not_punished.get(name, []),
            assignment.needs.get(name),
            cells[problem.check] if problem.in_kernel else None,
        )
        for name, problem in assignment.problems.items()
    ]
    seen = looks_with(assignment)
    page = templates(TEMPLATES).get_template("what_is_marked.html.j2")
    return page.render(
        assignment=assignment,
        language=assignment.language,
        sections=sections,
        untested=not any(section.problem.tested for section in sections),
        free=costs_nothing(assignment, seen),
        costs=costs_something(assignment, seen),
        left_out=[name for name in assignment.provided_code if name in assignment.not_for_marking],
        total=sum(problem.points for problem in assignment.problems.values()),
        say=assignment.catalogue.say,
    )
