"""Finds the assignment's cells in a submission: by what a cell defines and says, then by the name that it has.

Names come last, because they are what gets lost, doubled and swapped. No code of the author's is ever taken for a
provided cell, because that would be overwritten.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import cells_by_id, grade_id
from autograder.course.released_notebook import as_students_get_them
from autograder.submissions.cell import SubmittedCell, bare, much_alike, same_name, same_text, turn
from autograder.submissions.definitions import compiles, definitions

MOST_PIECES = 4
# Characters: a shorter text can be in a cell by chance.
SHORTEST = 60


@dataclass
class Stub:
    """The cells that were found for one problem.

    Attributes:
        cell: The cell that stands for it, None when there is none.
        definers: The cells that run and define what it asks for, in the submission's order; without those that only
            repeat it.
        doubled: Names that several of them define in different ways.
        copies: Untouched copies of the provided stub, which would undo what was written above them.
    """

    cell: SubmittedCell | None = None
    definers: list[SubmittedCell] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    copies: list[SubmittedCell] = field(default_factory=list)


class Matcher:
    """Matches the cells of one submission to those of its assignment; nbgrader's metadata is removed from all of them.

    Attributes:
        provided: The assignment's cells as they are released, by name.
        submitted: The submission's cells, in its order; split ones are joined.
        stubs: The cells that were found for each problem that has a stub.
        others: The submission's cell for other provided names.
        joined: Numbers of cells that were one cell before.
        taken_apart: Names of provided cells that stood in one cell with the author's own code.
        spare: How many further cells had a provided cell's name or text, by name.
    """

    def __init__(self, assignment: Assignment, notebook: nbformat.NotebookNode) -> None:
        self._assignment = assignment
        self._released = as_students_get_them(assignment)
        self.provided = cells_by_id(self._released)
        self.asked = self._asked()
        self.submitted = [SubmittedCell(cell) for cell in notebook.cells]
        # In this order: a function has to be whole before it is known what its cell defines, and the author's code has
        # to be known before provided cells are looked for among the rest.
        self.joined = self._join_pieces()
        given = self._given()
        self._defining = [
            submitted
            for submitted in self.submitted
            if self._asked_of(submitted) and submitted.text not in given.values() and submitted.name not in given
        ]
        self.taken_apart = self._take_apart()
        self.stubs = {problem: self._stub(names) for problem, names in self.asked.items()}
        self.others: dict[str, SubmittedCell] = {}
        self.spare: dict[str, int] = {}
        self._match_provided()
        self._match_answers()
        self._match_named_stubs()

    @property
    def matched(self) -> dict[str, SubmittedCell]:
        """The submission's cell for each provided name."""
        stubs = {name: stub.cell for name, stub in self.stubs.items() if stub.cell is not None}
        found = {**self.others, **stubs}
        return {name: found[name] for name in self.provided if name in found}

    @property
    def recognised(self) -> bool:
        """Whether the submission has anything of a problem."""
        problems = self._assignment.problems
        checks = {problem.check for problem in problems.values()}
        return any(name in problems or name in checks for name in self.matched)

    def _asked(self) -> dict[str, set[str]]:
        """Return the names that each stub asks for, by its name: a problem's id, or another cell's to write code in."""
        stubs = {
            name: {found.name for found in definitions(cell.source)}
            for name, cell in cells_by_id(self._assignment.notebook).items()
            if (meta := cell.metadata.nbgrader)["solution"] and not meta["grade"] and cell.cell_type == "code"
        }
        # What several ask for tells none of them from another.
        often = Counter(itertools.chain.from_iterable(stubs.values()))
        return {stub: {name for name in names if often[name] == 1} for stub, names in stubs.items()}

    def _given(self) -> dict[str, str]:
        """Return the texts of locked cells that bind what a stub asks for themselves: a check that restores it."""
        wanted = set().union(*self.asked.values())
        return {
            name: bare(cell.source)
            for name, cell in self.provided.items()
            if cell.metadata.nbgrader.locked and any(found.name in wanted for found in definitions(cell.source))
        }

    def _asked_of(self, submitted: SubmittedCell) -> bool:
        wanted = set().union(*self.asked.values())
        return any(found.name in wanted for found in submitted.defines)

    def _join_pieces(self) -> list[int]:
        """Join cells that were split within a function; return the numbers that they had."""
        joined: list[int] = []
        place = 0
        while place < len(self.submitted):
            first = self.submitted[place]
            if first.cell.cell_type == "code" and self._asked_of(first) and (pieces := self._pieces(place)):
                first.rewrite("\n".join([first.cell.source, *(piece.cell.source for piece in pieces)]))
                del self.submitted[place + 1 : place + 1 + len(pieces)]
                joined.append(place + 1)
            place += 1
        return joined

    def _pieces(self, place: int) -> list[SubmittedCell]:
        """Return the cells that make a whole together with the one before them, none when it is whole."""
        source = self.submitted[place].cell.source
        broken = not compiles(source)
        pieces: list[SubmittedCell] = []
        for piece in self.submitted[place + 1 : place + MOST_PIECES]:
            # The next function begins there: joining further would make one cell of two problems.
            if piece.cell.cell_type != "code" or self._asked_of(piece):
                return []
            source += "\n" + piece.cell.source
            broken = broken or not compiles(piece.cell.source)
            pieces.append(piece)
            # Two cells that run alone are left as they are, even if they run together.
            if broken and compiles(source):
                return pieces
        return []

    def _take_apart(self) -> list[str]:
        """Take provided cells out of cells with the author's code, which would not run after a check that fails."""
        found = []
        for name, cell in self.provided.items():
            text = bare(cell.source)
            if not cell.metadata.nbgrader.locked or cell.cell_type != "code" or len(text) < SHORTEST:
                continue
            for submitted in self._defining:
                if text in submitted.text:
                    submitted.rewrite(submitted.text.replace(text, ""))
                    found.append(name)
        return found

    def _stub(self, names: set[str]) -> Stub:
        found = [submitted for submitted in self._defining if any(item.name in names for item in submitted.defines)]
        # Cells that run come first: a second attempt that is no Python must not hide the first.
        code = [submitted for submitted in found if submitted.runs] or found
        written = [submitted for submitted in code if _writes(submitted, names)]
        stub = Stub(definers=list(_changing(written or code, names)))
        if written:
            first = self.submitted.index(written[0])
            stub.copies = [
                submitted
                for submitted in code
                if self.submitted.index(submitted) > first
                and submitted.cell.cell_type == "code"
                and not any(item.written for item in submitted.defines)
            ]
        # The last definition counts, as when all cells are run from top to bottom.
        stub.cell = stub.definers[-1] if stub.definers else None
        for name in sorted(names):
            texts = [{item.text for item in submitted.defines if item.name == name} for submitted in stub.definers]
            if len(set().union(*texts)) > 1 and sum(map(bool, texts)) > 1:
                stub.doubled.append(name)
        return stub

    def _match_provided(self) -> None:
        """Find locked cells: first by their text, then by their name, then by a text that is much alike.

        Rule by rule for all cells, so that a cell that surely is one is not taken for another that it only resembles.
        """
        locked = {name: bare(cell.source) for name, cell in self.provided.items() if cell.metadata.nbgrader.locked}
        for rule in (same_text, same_name, much_alike):
            for name, text in locked.items():
                if name not in self.others:
                    fits = [(rule(submitted, name, text), submitted) for submitted in self._free()]
                    fit, found = max(fits, key=lambda pair: pair[0], default=(0, None))
                    if found is not None and fit:
                        self.others[name] = found
        for name, text in locked.items():
            extra = [submitted for submitted in self._free() if submitted.name == name or submitted.text == text]
            if extra and name in self.others:
                self.spare[name] = len(extra)

    def _free(self) -> Iterator[SubmittedCell]:
        """Yield the cells that are not taken yet, without those that define what a problem asks for."""
        taken = {id(submitted) for submitted in self.matched.values()} | {id(submitted) for submitted in self._defining}
        return (submitted for submitted in self.submitted if id(submitted) not in taken)

    def _match_answers(self) -> None:
        """Find the cells of questions that a person marks."""
        for problem in self._assignment.problems.values():
            if not problem.manual:
                continue
            stub = bare(self.provided[problem.id].source)
            named = [submitted for submitted in self._free() if submitted.name == problem.id]
            # Among several, one in which something was written.
            named.sort(key=lambda submitted: submitted.text not in ("", stub))
            found = named[-1] if named else self._answer_behind(problem.id) or self._with_text(stub)
            if found is not None:
                self.others[problem.id] = found
                if len(named) > 1:
                    self.spare[problem.id] = len(named) - 1

    def _answer_behind(self, name: str) -> SubmittedCell | None:
        """Return the text after the provided cell before an answer; None when it is one of the assignment's own."""
        names = [None, *self.provided]
        question = self.matched.get(names[names.index(name) - 1] or "")
        texts = {bare(cell.source) for cell in self._released.cells if grade_id(cell) != name}
        if question is None:
            return None
        following = self.submitted[self.submitted.index(question) + 1 :][:1]
        free = {id(submitted) for submitted in self._free()}
        usable = [one for one in following if id(one) in free and one.cell.cell_type != "code"]
        return next((one for one in usable if one.text not in texts), None)

    def _with_text(self, text: str) -> SubmittedCell | None:
        return next((submitted for submitted in self._free() if submitted.text == text), None)

    def _match_named_stubs(self) -> None:
        """Let the cell with a problem's name stand for it where nothing defines what the problem asks for."""
        used: set[int] = set()
        for name, stub in self.stubs.items():
            if stub.cell is None:
                stub.cell = next((submitted for submitted in self._free() if submitted.name == name), None)
            elif id(stub.cell) in used:  # one cell for two problems is named for the first of them
                stub.cell = None
            if stub.cell is not None:
                used.add(id(stub.cell))

    def name_cells(self) -> None:
        """Give the cells that were found the metadata and the type of the provided ones."""
        for name, submitted in self.matched.items():
            original = self.provided[name]
            submitted.cell.metadata["nbgrader"] = nbformat.from_dict(dict(original.metadata.nbgrader))
            if submitted.cell.cell_type != original.cell_type:
                turn(submitted.cell, original.cell_type)


def _changing(found: list[SubmittedCell], names: set[str]) -> Iterator[SubmittedCell]:
    """Yield the cells that change what a name means; a cell that repeats what stands above it doesn't."""
    known: dict[str, str] = {}
    for submitted in found:
        means = {item.name: item.text for item in submitted.defines if item.name in names}
        if means.items() - known.items():
            yield submitted
        known |= means


def _writes(submitted: SubmittedCell, names: set[str]) -> bool:
    return any(item.name in names and item.written for item in submitted.defines)
