"""`autograder mark`: marks one hand-in, without a gradebook."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError

from autograder import __version__
from autograder.assignment import Assignment
from autograder.kernel.levels import Level
from autograder.limits import Limits
from autograder.marking import HandIn, environment, mark_notebook
from autograder.restore import restore
from autograder.results import Record, Status

MAX_BYTES = 50_000_000
NBGRADER_ERRORS = (ValidationError, SchemaTooOldError, SchemaTooNewError)
# What nbgrader raises over cells that are not built as it takes for granted; RuntimeError is its word for a provided
# cell that cannot be put back.
MALFORMED = (ValueError, AttributeError, KeyError, TypeError, RuntimeError, AssertionError, nbformat.ValidationError)


class Rejected(Exception):
    """Something is not a hand-in; the message says why and what to do."""


def mark_file(
    assignment: Assignment, path: Path, limits: Limits | None = None, level: Level = Level.FULL
) -> tuple[Record, nbformat.NotebookNode | None]:
    """Mark a notebook file and return its record and the notebook with its outputs.

    Args:
        assignment: The assignment.
        path: The hand-in; it is not changed.
        limits: How long its code may run.
        level: How far its kernels are shut in.

    Raises:
        FileNotFoundError: There is no such file.
        CourseError: The assignment or its solutions are missing.
        SandboxError: A kernel cannot be shut in that far.
    """
    data = path.read_bytes() if path.is_file() else b""
    try:
        notebook = read_notebook(assignment, path, data)
    except Rejected as fault:
        return rejected(assignment, path.stem, data, str(fault)), None
    return mark_notebook(assignment, notebook, HandIn(path.stem, data), limits, level), notebook


def read_notebook(assignment: Assignment, path: Path, data: bytes) -> nbformat.NotebookNode:
    """Return the hand-in in a file, with its provided cells restored.

    Raises:
        FileNotFoundError: There is no such file.
        Rejected: It is not a notebook of this assignment.
    """
    if not path.exists():
        raise FileNotFoundError(f"no hand-in {path}")
    if not path.is_file():
        raise Rejected(f"{path} is not a file: hand in the notebook {assignment.name}.ipynb")
    if len(data) > MAX_BYTES:
        raise Rejected(f"{path.name} has {len(data)} bytes: clear its outputs, save it and hand it in again")
    notebook = _parsed(path.name, data)
    if not set(assignment.problems) & _grade_ids(notebook):
        raise Rejected(f"{path.name} has no cell of {assignment.title}: hand in the notebook {assignment.name}.ipynb")
    try:
        return restore(assignment, notebook)
    except (*NBGRADER_ERRORS, *MALFORMED) as fault:
        why = str(fault).partition("\n")[0]
        raise Rejected(
            f"{path.name} has damaged nbgrader cells ({why}): copy your code into a fresh notebook and hand that in"
        ) from fault


def _parsed(name: str, data: bytes) -> nbformat.NotebookNode:
    """Return the notebook that a file's bytes hold.

    Raises:
        Rejected: They hold none.
    """
    try:
        notebook = nbformat.reads(data.decode("utf-8"), as_version=4)
        json.dumps(notebook, ensure_ascii=False).encode()  # fails for text that no file can be written with
        _grade_ids(notebook)
    except Exception as fault:  # nbformat's readers raise whatever the bytes lead them to
        raise Rejected(
            f"{name} is not a Jupyter notebook ({type(fault).__name__}): save it in Jupyter and hand it in again"
        ) from fault
    return notebook


def _grade_ids(notebook: nbformat.NotebookNode) -> set[str]:
    return {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}


def rejected(assignment: Assignment, student: str, data: bytes, why: str) -> Record:
    """Return the record of something that is not a hand-in."""
    return Record(
        assignment=assignment.name,
        student=student,
        sha256=hashlib.sha256(data).hexdigest(),
        status=Status.REJECTED,
        score=0.0,
        max_score=sum(problem.points for problem in assignment.problems.values() if not problem.manual),
        notes=[why],
        kit_version=__version__,
        tests_sha256=assignment.tests_sha256,
        environment=environment(),
        seconds=0.0,
    )
