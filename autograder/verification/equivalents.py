"""Reads the changes of a solution that its tests need not notice, each with the reason: ``equivalent.toml``.

    [[equivalent]]
    function = "rnn_forward"
    before = "states, step_caches = ([], [])"
    after = "step_caches, states = ([], [])"
    reason = "Both are empty lists."

``[[not_asked]]`` holds, in the same form, changes that alter what a function does where the handout asks for nothing.
The lines are those that `autograder verify` prints: the code as Python's ``ast.unparse`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.settings_words import read_toml
from autograder.verification.mutants import Mutant

FILE = "equivalent.toml"
EQUIVALENT, NOT_ASKED = "equivalent", "not_asked"
FIELDS = ("function", "before", "after", "reason")


@dataclass(frozen=True)
class ExplainedChange:
    """A change that no test need notice.

    Attributes:
        kind: `EQUIVALENT`: what is computed stays the same; `NOT_ASKED`: the handout leaves it open.
        function: The solution's function.
        before: The lines that are changed, as `ast.unparse` writes them.
        after: The lines in their place.
        reason: Why no test need notice.
    """

    kind: str
    function: str
    before: str
    after: str
    reason: str

    def explains(self, mutant: Mutant) -> bool:
        """Return whether a mutant is this change."""
        return (self.function, self.before, self.after) == (mutant.function, mutant.before, mutant.after)


def explained_changes(assignment: Assignment) -> list[ExplainedChange]:
    """Return the changes that an assignment's ``equivalent.toml`` explains; none where it has no such file.

    Raises:
        CourseError: The file cannot be read, or an entry is incomplete.
    """
    file = assignment.folder / FILE
    if not file.is_file():
        return []
    said = read_toml(file)
    strange = sorted(set(said) - {EQUIVALENT, NOT_ASKED})
    if strange:
        raise CourseError(f"{file} has [[{strange[0]}]]: only [[{EQUIVALENT}]] and [[{NOT_ASKED}]] are known")
    found = []
    for kind, entries in said.items():
        for number, entry in enumerate(entries, 1):
            if set(entry) != set(FIELDS) or not all(isinstance(value, str) for value in entry.values()):
                raise CourseError(f"{file}: number {number} of [[{kind}]] must have the texts {', '.join(FIELDS)}")
            if not entry["reason"].strip():
                raise CourseError(f"{file}: number {number} of [[{kind}]] has no reason")
            found.append(ExplainedChange(kind, **entry))
    return found


def explanation(mutant: Mutant, known: Iterable[ExplainedChange]) -> ExplainedChange | None:
    """Return the explained change that a mutant is; None when nobody has explained it."""
    return next((one for one in known if one.explains(mutant)), None)
