"""A hand-in of module files as a few edits of another, and how it is marked without the slow cells of the notebook."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import zipfile
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.limits import Limits
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Record
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_notebook import mark_notebook
from autograder.marking.new_record import SubmissionData, rejected
from autograder.marking.restore import restore
from autograder.submissions.checks import Rejected
from autograder.submissions.read import read_submission

HERE = Path(__file__).parent
LAYERS, MODEL = "cs231n/rnn_layers.py", "cs231n/classifiers/rnn.py"
ORIGINAL = {
    LAYERS: (HERE / "original/rnn_layers.py").read_text(encoding="utf-8"),
    MODEL: (HERE / "original/rnn.py").read_text(encoding="utf-8"),
}
SOLUTION = KIT_ROOT / "solutions" / "rnn_captioning"
ALONE = (HERE / "original/alone.py").read_text(encoding="utf-8")
HEAD = "import numpy as np\nfrom cs231n.layers import *\nfrom cs231n.rnn_layers import *\n\n\n"
# Cells that take long and that no hidden test needs.
SLOW = ("load_data", "show_pictures", "train_small", "sample_small", "train_full", "while_learning", "caption_unseen")
RECURSION = re.compile(r"(?<!def )\b(loss|sample)\(self, ")
MISSING = "is missing: its hidden tests were run at the end."
LIMITS = Limits(cell=2, test=5, grace=1)


@dataclass(frozen=True)
class Case:
    """One hand-in and what must come of it.

    Attributes:
        name: Says what is special.
        files: What is handed in, by paths.
        lost: Points lost, by problem; ``None`` when it is rejected.
        notes: Parts of what the record must say.
        packed: The zip's name when it comes as one.
    """

    name: str
    files: Mapping[str, str | bytes | None]
    lost: Mapping[str, float] | None = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    packed: str = ""

    def write(self, folder: Path) -> Path:
        """Write it below a folder and return what is handed in."""
        files = {path: content for path, content in self.files.items() if content is not None}
        if self.packed:
            made = folder / self.packed
            made.write_bytes(zipped(files))
            return made
        for path, content in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return stream.getvalue()


def edited(text: str, *pairs: tuple[str, str]) -> str:
    """Return a text with pieces replaced; each must be there."""
    for old, new in pairs:
        if old not in text:
            raise LookupError(f"not in the text: {old!r}")
        text = text.replace(old, new)
    return text


def without(text: str, *names: str) -> str:
    """Return a module's text without some of its functions."""
    lines = text.split("\n")
    for node in reversed(list(ast.walk(ast.parse(text)))):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            lines[node.lineno - 1 : node.end_lineno] = []
    return "\n".join(lines)


def parted(text: str) -> tuple[str, list[str]]:
    """Return the text without the functions loss and sample, and these as methods."""
    lines, methods = text.split("\n"), []
    for node in ast.parse(text).body[::-1]:
        if isinstance(node, ast.FunctionDef) and node.name in ("loss", "sample"):
            method = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            methods.append(textwrap.indent(RECURSION.sub(r"self.\1(", method), "    "))
            lines[node.lineno - 1 : node.end_lineno] = []
    return "\n".join(line for line in lines if not line.startswith("from cs231n.rnn_layers import")), methods


def in_files(text: str) -> dict[str, str]:
    """Return a style, all of whose functions are in one text, as module files."""
    layers, methods = parted(text)
    names = [getattr(node, "name", "") for node in ast.parse(layers).body]
    hidden = [name for name in names if name.startswith("_")]
    more = f"from cs231n.rnn_layers import {', '.join(hidden)}\n" if hidden else ""
    return {LAYERS: layers, MODEL: HEAD + more + "\n\nclass CaptioningRNN:\n" + "\n\n".join(methods) + "\n"}


def varied(text: str) -> dict[str, str]:
    """Return the solution with the functions of a wrong variant, which come last and so win."""
    layers, methods = parted(text)
    given = (SOLUTION / MODEL).read_text(encoding="utf-8").partition("\n\n\ndef method_of")[0]
    return {
        LAYERS: (SOLUTION / LAYERS).read_text(encoding="utf-8") + layers,
        MODEL: "\n\n".join([given, *methods]) + "\n",
    }


def mark(case: Case, folder: Path, problems: Container[str] | None = None) -> Record:
    """Return the record of a hand-in, for which only the cells were run that hidden tests need.

    Args:
        case: The hand-in.
        folder: An empty folder.
        problems: Those that are marked; all when None.
    """
    assignment = Assignment(Course(KIT_ROOT), "rnn_captioning")
    path = case.write(folder)
    try:
        read = read_submission(assignment, path)
    except Rejected as fault:
        return rejected(assignment, "ada", b"", fault.message)
    notebook = restore(assignment, read.notebook)
    notebook.cells = [cell for cell in notebook.cells if needed(assignment, cell)]
    hand_in = SubmissionData.of("ada", read)
    _ = assignment.stand_ins, assignment.needs  # read while all problems are there
    marked = {name: one for name, one in assignment.problems.items() if problems is None or name in problems}
    vars(assignment)["problems"] = marked
    return mark_notebook(assignment, notebook, hand_in, LIMITS, best())


def needed(assignment: Assignment, cell: nbformat.NotebookNode) -> bool:
    """Whether hidden tests need a cell: those that define something, and the graded ones that are quick."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    check = assignment.problem_of_check(name)
    return cell.cell_type == "code" and check is None and name not in SLOW and not name.startswith("check_")


def notes_of(record: Record) -> list[str]:
    """Return what a record says of a hand-in, without what comes from the cells that were left out."""
    return [note for note in map(str, (*record.mended, *record.notes)) if not note.endswith(MISSING)]


def lost_by(record: Record) -> dict[str, float]:
    """Return the points that were lost, by problem."""
    lost = {
        problem.id: round(problem.max_score - problem.score, 4) for problem in record.problems if not problem.shared
    }
    return {problem: points for problem, points in lost.items() if points}
