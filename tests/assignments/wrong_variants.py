"""Wrong variants of a solution, each in a file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.paths import ASSIGNMENTS


@dataclass(frozen=True)
class Wrong:
    """A file with a wrong variant of one problem.

    Attributes:
        problem: The problem.
        name: Of the variant, unique in its problem.
        file: Its code.
    """

    problem: str
    name: str
    file: Path

    @property
    def id(self) -> str:
        """Problem and name."""
        return f"{self.problem}__{self.name}"

    @property
    def code(self) -> str:
        """What a student would have written of the file: its functions, and the imports of theirs."""
        text = self.file.read_text(encoding="utf-8")
        kept = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.Import)]
        return "\n\n\n".join(str(ast.get_source_segment(text, node)) for node in kept) + "\n"

    def check(self, marks, loses):
        """Check that a hand-in with this variant has lost its shares in its problem, and nothing in any other.

        Args:
            marks: What it got in some problems.
            loses: The shares.
        """
        assert marks.lost == {self.problem: loses}, marks.messages
        assert "grader_error" not in marks.verdicts.values()


def catalogued(assignment: str) -> list[Wrong]:
    """Return an assignment's misconceptions."""
    files = sorted((ASSIGNMENTS / assignment / "misconceptions").glob("*/*.py"))
    return [Wrong(file.parent.name, file.stem, file) for file in files]


def paired(assignment: Assignment, problem: str) -> list[str]:
    """Return the problems of backward functions that are built on a problem's function.

    Their hidden tests call the forward function too, and must not mark it once more.
    """
    entries = [entry for entry in assignment.stand_ins if entry.backward]
    own = [entry for entry in entries if entry.forward == problem]
    built = [entry.backward for entry in entries if any(entry.backward in one.used_by for one in own)]
    return [*(str(entry.backward) for entry in own), *map(str, built)]
