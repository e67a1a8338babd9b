"""Repairs what was handed in: bytes, however damaged, become a notebook that can be marked like all others.

Every repair is reported in a sentence with what to do next time. Code is never made up, and never lost where it can
still be read.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable
from dataclasses import dataclass

import nbformat

from autograder.course.assignment import Assignment
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.messages import Message, say
from autograder.submissions.cell import SubmittedCell, bare, turn
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected
from autograder.submissions.definitions import parsed, statement_text
from autograder.submissions.language import SubmissionText, in_language_of
from autograder.submissions.match_cells import Matcher
from autograder.submissions.normalise import Shape
from autograder.submissions.notebook_json import content_of
from autograder.submissions.order_cells import Placement

MOST_NAMES = 8  # in one sentence; it is for people
NAMED = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Mended:
    """A submission that can be marked.

    Attributes:
        notebook: A notebook of nbformat 4.5, without outputs; its provided cells have their names and are all there.
        sentences: What was repaired, each with what to do next time.
    """

    notebook: nbformat.NotebookNode
    sentences: list[Message]


def mend(assignment: Assignment, name: str, data: bytes, limits: IntakeLimits = LIMITS) -> Mended:
    """Return the submission that a file's bytes hold, in the language that it was written in.

    Args:
        assignment: In any of its languages.
        name: The file's name, as people are told.
        data: The file's bytes, of which nothing is trusted.
        limits: Bounds on its size and depth.

    Raises:
        Rejected: The bytes are no submission; the message says why and what to do.
    """
    content, sentences = content_of(name, data, limits)
    shape = Shape(name, content, limits)
    notebook = shape.notebook
    texts = SubmissionText(content.get("metadata"), (cell.source for cell in notebook.cells))
    assignment = in_language_of(assignment, texts)
    matcher = Matcher(assignment, notebook)
    if not matcher.recognised:
        raise Rejected(
            say(
                "{name} has no cell of {title}: hand in the notebook {notebook}",
                name=name,
                title=assignment.title,
                notebook=f"{assignment.notebook_name}.ipynb",
            )
        )
    sentences += shape.mended + CellMending(assignment, matcher, notebook).sentences
    given = assignment.notebook.metadata
    # The instructor's: a student's file may name a kernel or a language of their own machine.
    for key in ("kernelspec", "language_info", LANGUAGE):
        if key in given:
            notebook.metadata[key] = copy.deepcopy(given[key])
    return Mended(notebook, sentences)


class CellMending:
    """Brings a submission's cells into the state that marking expects, and tells what that took.

    Args:
        matcher: Tells which of the submission's cells are which.
        notebook: The submission; changed in place.

    Attributes:
        sentences: What was repaired, each with what to do next time.
    """

    def __init__(self, assignment: Assignment, matcher: Matcher, notebook: nbformat.NotebookNode) -> None:
        self._assignment, self._matcher = assignment, matcher
        self.sentences: list[Message] = []
        notebook.cells = [submitted.cell for submitted in matcher.submitted]
        # Names are reported before cells get their right ones, and edits before the texts are put back.
        self._tell_names()
        self._silence_copies()
        self._tell_doubled()
        kept = self._kept_additions()
        self._tell_edited()
        matcher.name_cells()
        self._arrange(notebook, kept)

    def _tell(self, names: Iterable[str], one: str, several: str, advice: str) -> None:
        listed = list(names)
        if listed:
            more = say("and {count} more", count=len(listed) - 3)
            shown = listed if len(listed) <= MOST_NAMES else [*listed[:3], more]
            what = say(one if len(listed) == 1 else several, names=shown)
            self.sentences.append(say("{what} {advice}", what=what, advice=Message(advice)))

    def _tell_names(self) -> None:
        matched, stubs = self._matcher.matched, self._matcher.stubs
        self._tell(
            map(str, self._matcher.joined),
            "Cell {names} had been split within a function; its pieces were joined.",
            "Cells {names} had been split within a function; their pieces were joined.",
            "Run all cells once before you hand in: pieces of a function don't run.",
        )
        self._tell(
            dict.fromkeys(self._matcher.taken_apart),
            "The provided cell {names} had been merged into a cell of your code; it was taken out of it.",
            "The provided cells {names} had been merged into cells of your code; they were taken out of them.",
            "Leave provided cells in cells of their own: behind a check that fails, nothing in the same cell runs.",
        )
        self._tell(
            [name for name, submitted in matched.items() if submitted.name != name],
            "The cell {names} had lost its name or bore another's; it was told by what is in it.",
            "The cells {names} had lost their names or bore others'; they were told by what is in them.",
            "Work in the notebook that was released: a copy of its text lacks what names the cells.",
        )
        self._tell(
            [name for name, submitted in matched.items() if submitted.cell.cell_type != self._kind(name)],
            "The cell {names} had been turned to another type; it was turned back.",
            "The cells {names} had been turned to another type; they were turned back.",
            "Keep code cells code, and text cells text (Esc, then Y or M in Jupyter).",
        )
        self._tell(
            [name for name, stub in stubs.items() if stub.cell is None and not stub.definers],
            "No cell defines what {names} asks for, so there was nothing to mark for it.",
            "No cell defines what {names} ask for, so there was nothing to mark for them.",
            "Keep the names of the functions, and the cells that they stand in.",
        )
        self._tell(
            self._matcher.spare,
            "There were further copies of the provided cell {names}; they were run as ordinary cells.",
            "There were further copies of the provided cells {names}; they were run as ordinary cells.",
            "Make cells of your own rather than copies of provided ones.",
        )

    def _kind(self, name: str) -> str:
        return str(self._matcher.provided[name].cell_type)

    def _silence_copies(self) -> None:
        """Turn untouched copies of stubs to text where they would undo what was written above them."""
        copies = {id(copied): copied for stub in self._matcher.stubs.values() for copied in stub.copies}
        for copied in copies.values():
            # Raw cells are kept and shown, and not run.
            turn(copied.cell, "raw")
        self._tell(
            [name for name, stub in self._matcher.stubs.items() if stub.copies],
            "An untouched copy of the stub {names} stood behind your own code and would have undone it; it was not "
            "run.",
            "Untouched copies of the stubs {names} stood behind your own code and would have undone it; they were "
            "not run.",
            "Delete copies of provided cells.",
        )

    def _tell_doubled(self) -> None:
        for stub in self._matcher.stubs.values():
            for name in stub.doubled:
                places = [
                    str(self._matcher.submitted.index(submitted) + 1)
                    for submitted in stub.definers
                    if any(item.name == name for item in submitted.defines)
                ]
                self.sentences.append(
                    say(
                        "{name} is defined in different ways in cells {places}; the last one counts, as when all "
                        "cells are run from top to bottom. Delete the ones that you don't mean.",
                        name=name,
                        places=list(places),
                    )
                )

    def _kept_additions(self) -> dict[str, nbformat.NotebookNode]:
        """Return cells with the definitions and imports that had been added to provided cells, by the cell's name.

        Putting the provided text back would lose them, and the student's other cells may need them.
        """
        kept = {}
        for name, submitted in self._edited():
            lines = additions(submitted.cell.source, self._matcher.provided[name].source)
            if lines:
                kept[name] = nbformat.v4.new_code_cell("\n".join(lines), id=f"added-to-{name}"[:64].replace("_", "-"))
        self._tell(
            kept,
            "Definitions that had been added to the provided cell {names} were put into a cell before it.",
            "Definitions that had been added to the provided cells {names} were put into cells before them.",
            "Put your own code into cells of your own.",
        )
        return kept

    def _edited(self) -> list[tuple[str, SubmittedCell]]:
        """Return the locked cells whose text is not the one that was released."""
        provided = self._matcher.provided
        return [
            (name, submitted)
            for name, submitted in self._matcher.others.items()
            if provided[name].metadata.nbgrader.locked
            and not submitted.released
            and submitted.text != bare(provided[name].source)
        ]

    def _tell_edited(self) -> None:
        self._tell(
            [name for name, _ in self._edited()],
            "The provided cell {names} had been edited; its own text was put back.",
            "The provided cells {names} had been edited; their own texts were put back.",
            "Change nothing in provided cells; add cells for checks of your own.",
        )

    def _arrange(self, notebook: nbformat.NotebookNode, kept: dict[str, nbformat.NotebookNode]) -> None:
        matcher = self._matcher
        manual = {problem.id for problem in self._assignment.problems.values() if problem.manual}
        placement = Placement(
            cells=notebook.cells,
            order=list(matcher.provided),
            matched={name: submitted.cell for name, submitted in matcher.matched.items()},
            supplied={
                name: matcher.matched[name].cell if name in matcher.matched else _fresh(name, cell)
                for name, cell in matcher.provided.items()
                if cell.metadata.nbgrader.locked or (name in manual and name not in matcher.matched)
            },
            definers={name: [submitted.cell for submitted in stub.definers] for name, stub in matcher.stubs.items()},
        )
        placement.arrange()
        for name, cell in kept.items():
            place = next(at for at, other in enumerate(notebook.cells) if other is placement.supplied[name])
            # Before the provided cell: what was added to it may be used by it.
            notebook.cells.insert(place, cell)
        self._tell(
            placement.moved,
            "The provided cell {names} stood out of its order or before code that it needs; it was moved behind that.",
            "The provided cells {names} stood out of their order or before code that they need; they were moved "
            "behind it.",
            "Leave provided cells in their places, and write your code above their checks.",
        )
        self._tell(
            placement.added,
            "The provided cell {names} was missing; it was put back.",
            "The provided cells {names} were missing; they were put back.",
            "Delete no provided cells.",
        )


def _fresh(name: str, cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    made = copy.deepcopy(cell)
    made["id"] = f"put-back-{name}"[:64].replace("_", "-")
    return made


def additions(source: str, provided: str) -> list[str]:
    """Return the imports and definitions in a text that the provided one lacks, as they are written."""
    ours, theirs = parsed(source), parsed(provided)
    if ours is None or theirs is None:
        return []
    # Compared without layout and comments: an import that was only moved is no addition.
    known = {ast.unparse(node) for node in theirs.body}
    defined = {node.name for node in theirs.body if isinstance(node, NAMED)}
    lines = source.encode().split(b"\n")
    return [
        statement_text(node, lines)
        for node in ours.body
        if (isinstance(node, ast.Import | ast.ImportFrom) and ast.unparse(node) not in known)
        or (isinstance(node, NAMED) and node.name not in defined)
    ]
