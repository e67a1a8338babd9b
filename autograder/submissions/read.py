"""Reads a submission: which files it is, what was repaired in it, and its notebook.

Its bytes are collected in this process, within bounds (see `autograder.submissions.collect`). All else is done in a
child of it, within limits (see `autograder.submissions.child_process`): what a student wrote is parsed, repaired and
matched there, and comes back as plain data. A submission that cannot be read within the limits is refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.memo import once_each
from autograder.course.nbgrader_app import load_config
from autograder.course.released_notebook import LAYOUT, as_students_get_them
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.messages import Message, say
from autograder.submissions.archives import Candidate
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected, printable_name
from autograder.submissions.child_process import WorkEnded, in_child
from autograder.submissions.collect import SubmittedFiles, collect
from autograder.submissions.language import SubmissionText, in_language_of
from autograder.submissions.module_notebook import notebook_of
from autograder.submissions.module_submission import ModuleSubmission, PackedModules, find_modules
from autograder.submissions.notebook_json import content_of
from autograder.submissions.read_several import read_notebooks
from autograder.submissions.repair import mend
from autograder.submissions.select import choose, likeliest, notebooks, submitted_files, written_in

BOTH = say(
    "Code was found in a notebook as well; the module files, which hold more of it, were marked. Hand in one of them."
)
# What begins an answer of the child process.
READ, REFUSED = b"+", b"-"


@dataclass(frozen=True)
class RepairedSubmission:
    """A submission that can be marked once its provided cells have been restored.

    Attributes:
        assignment: The assignment, in the submission's language.
        data: Its bytes: those of the notebook as it came, or of its module files.
        notebook: The repaired notebook, or one that shows the module files.
        mended: Sentences on what was repaired.
        modules: The module files, None when the notebook itself is marked.
    """

    assignment: Assignment
    data: bytes
    notebook: nbformat.NotebookNode
    mended: list[Message]
    modules: ModuleSubmission | None = None


def read_submission(
    assignment: Assignment, submitted: SubmittedFiles | Path, limits: IntakeLimits = LIMITS
) -> RepairedSubmission:
    """Return a submission as it can be marked: the one way in, wherever it came from.

    Args:
        assignment: In any of its languages.
        submitted: The bytes that were handed in; of a path they are collected here.
        limits: What may be handed in, and what reading it may cost.

    Raises:
        FileNotFoundError: There is no such path.
        Rejected: It is no submission of this assignment, or cannot be read within the limits; the message says why and
            what to do.
        WorkFault: The grader failed at reading it.
    """
    packed = work_on(assignment, submitted, _packed, limits)
    return _unpacked(assignment, packed)


def work_on(
    assignment: Assignment,
    submitted: SubmittedFiles | Path,
    work: Callable[[RepairedSubmission], bytes],
    limits: IntakeLimits = LIMITS,
) -> bytes:
    """Read a submission and do some work on it, in one child process within the limits; return what the work returns.

    Args:
        assignment: In any of its languages.
        submitted: The bytes that were handed in; of a path they are collected here.
        work: Called in the child, where nothing must be imported.
        limits: What may be handed in, and what reading it and the work may cost.

    Raises:
        FileNotFoundError: There is no such path.
        Rejected: It is no submission of this assignment, or cannot be read within the limits; the message says why and
            what to do.
        WorkFault: The grader failed at reading it.
    """
    files = collect(submitted, limits) if isinstance(submitted, Path) else submitted
    # In this process, before the fork; in the child it would be forgotten with it.
    make_ready(assignment)

    def read_and_work() -> bytes:
        try:
            return READ + work(read_here(assignment, files, limits))
        except Rejected as fault:
            return REFUSED + msgspec.msgpack.encode(fault.message)

    try:
        answer = in_child(read_and_work, limits.seconds, limits.memory)
    except WorkEnded as fault:
        raise Rejected(
            say(
                "reading {name} took more than {seconds:g} seconds or {memory} MB of memory: copy your code into a "
                "fresh notebook and hand that in",
                name=printable_name(files.name),
                seconds=limits.seconds,
                memory=limits.memory >> 20,
            )
        ) from fault
    if answer[:1] == REFUSED:
        raise Rejected(msgspec.msgpack.decode(answer[1:], type=Message))
    return answer[1:]


@once_each
def make_ready(assignment: Assignment) -> None:
    """Read an assignment's own notebook, so that what submissions share with it need not be read for each of them.

    Before the first fork: what is remembered here, all children have.
    """
    for name, part in assignment.parts.items():
        with contextlib.suppress(Rejected):
            mend(part, name, nbformat.writes(as_students_get_them(part)).encode())


class Packed(msgspec.Struct):
    """What was read of a submission, on its way from the child process."""

    language: str
    data: bytes
    notebook: dict[str, Any]
    mended: list[Message]
    modules: PackedModules | None


def _packed(read: RepairedSubmission) -> bytes:
    """Return what was read of a submission as plain data."""
    modules = read.modules.packed() if read.modules else None
    return msgspec.msgpack.encode(Packed(read.assignment.language, read.data, read.notebook, read.mended, modules))


def _unpacked(assignment: Assignment, packed: bytes) -> RepairedSubmission:
    form = msgspec.msgpack.decode(packed, type=Packed)
    return RepairedSubmission(
        assignment.in_language(form.language),
        form.data,
        nbformat.from_dict(form.notebook),
        form.mended,
        form.modules.unpacked(assignment) if form.modules else None,
    )


def read_here(assignment: Assignment, submitted: SubmittedFiles, limits: IntakeLimits = LIMITS) -> RepairedSubmission:
    """Return a submission as it can be marked, read in this very process.

    Raises:
        Rejected: It is no submission of this assignment; the message says why and what to do.
    """
    found = submitted_files(submitted, limits)
    if assignment.joined:
        several = read_notebooks(assignment, submitted, found, limits)
        assignment = assignment.in_language(several.language)
        return RepairedSubmission(assignment, several.data, several.notebook, several.sentences)
    modules = modules_of(assignment, found, limits)
    if modules is not None:
        beside = notebook_beside(assignment, submitted, found, limits)
        if beside is None:
            assignment = in_language_of(assignment, SubmissionText(None, modules.texts.values()))
            notebook = notebook_of(assignment, modules, {})
        else:
            assignment = assignment.in_language(beside.metadata[LANGUAGE])
            notebook = notebook_of(assignment, modules, answers(assignment, beside))
        return RepairedSubmission(assignment, modules.data, notebook, [], modules)
    choice = choose(assignment, submitted, found, limits)
    if checks_modules(choice.name, choice.data, limits):
        files = [entry.file for entry in assignment.modules]
        raise Rejected(
            say(
                "{name} only checks what is written in module files: hand in {files} with it",
                name=choice.name,
                files=files,
            )
        )
    mended = mend(assignment, choice.name, choice.data, limits)
    assignment = assignment.in_language(mended.notebook.metadata[LANGUAGE])
    return RepairedSubmission(assignment, choice.data, mended.notebook, [*choice.sentences, *mended.sentences])


def modules_of(
    assignment: Assignment, found: list[Candidate], limits: IntakeLimits = LIMITS
) -> ModuleSubmission | None:
    """Return the module files where they are marked; None where a notebook is: it holds as much code, or came alone."""
    modules = find_modules(assignment, found)
    if modules is None:
        return None
    read = likeliest(assignment, notebooks(found))
    in_notebook = max((written_in(assignment, one, limits) for one in read), default=0)
    if not in_notebook:
        return modules
    return modules.noted(BOTH) if modules.written() > in_notebook else None


def notebook_beside(
    assignment: Assignment, submitted: SubmittedFiles, found: list[Candidate], limits: IntakeLimits
) -> nbformat.NotebookNode | None:
    """Return the notebook of this assignment that came with module files, repaired; None where there is none."""
    try:
        choice = choose(assignment, submitted, found, limits)
        return mend(assignment, choice.name, choice.data, limits).notebook
    except Rejected:
        return None


def answers(assignment: Assignment, notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return the answers to written questions in a notebook, by ``grade_id``."""
    stub = str(load_config(assignment.course).ClearSolutions.text_stub)
    languages = map(assignment.in_language, assignment.languages)
    # The notebook may be of any edition, and has the stub in that language.
    unanswered = {"", stub, *(one.catalogue.text(stub) for one in languages)}
    given = {grade_id(cell): cell.source.strip() for cell in notebook.cells}
    manual = [problem.id for problem in assignment.problems.values() if problem.manual]
    return {name: given[name] for name in manual if given.get(name, "") not in unanswered}


def checks_modules(name: str, data: bytes, limits: IntakeLimits = LIMITS) -> bool:
    """Return whether a notebook is that of the release of module files, which holds no code of the student's."""
    if b'"layout"' not in data:  # spares reading it twice
        return False
    metadata = content_of(name, data, limits)[0].get("metadata")
    return isinstance(metadata, dict) and metadata.get("autograder") == LAYOUT
