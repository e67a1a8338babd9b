"""Shows module files as a notebook: its cells show the code that was handed in; the files run as they came.

From there on such a submission is a notebook like all others, for the gradebook, formgrader and feedback.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import textwrap
from collections.abc import Iterator, Mapping

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.released_notebook import NameStubs
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import gettext_noop, say
from autograder.submissions.module_file import Cut
from autograder.submissions.module_submission import ModulePart, ModuleSubmission

NOT_SUBMITTED = gettext_noop("*Not handed in.*")
# What a cell runs. `cell_selection` and others recognise such cells by it.
LOAD = "__import__('autograder.kernel.module_importer', fromlist=['load'])"


def notebook_of(assignment: Assignment, modules: ModuleSubmission, answers: Mapping[str, str]) -> nbformat.NotebookNode:
    """Return the notebook that shows a submission of module files.

    Args:
        assignment: In the language of the submission.
        modules: The files, with the reasons why some cannot be run.
        answers: Answers to written questions that came with the files, by ``grade_id``.
    """
    notebook, _ = NameStubs.of(assignment).preprocess(copy.deepcopy(assignment.notebook), {})
    shown = {problem.id: part for part in modules.parts for problem in part.problems}
    announced: set[str] = set()
    cells = []
    for cell in notebook.cells:
        name = _solved_by_students(cell)
        if name in shown:
            part = shown[name]
            if part.entry.file not in announced:
                cells += [*_helper_cells(modules, first=not announced), _file_cell(part, assignment.catalogue)]
                announced.add(part.entry.file)
            cell.source = _problem_source(modules, part, name, assignment.catalogue)
        elif name is not None:
            # Written questions have no file; their answers come from a notebook that was handed in with the files.
            cell.source = answers.get(name, assignment.catalogue.text(NOT_SUBMITTED))
        cells.append(cell)
    notebook.cells = cells
    return notebook


def _solved_by_students(cell: nbformat.NotebookNode) -> str | None:
    meta = cell.metadata.get("nbgrader", {})
    return str(meta["grade_id"]) if meta.get("solution") else None


def _helper_cells(modules: ModuleSubmission, *, first: bool) -> list[nbformat.NotebookNode]:
    """Return a cell for each of the student's own modules. They are imported from the files, not by these cells."""
    return [_shown(path, helper.text) for path, helper in sorted(modules.helpers.items()) if first]


def _file_cell(part: ModulePart, catalogue: Catalogue) -> nbformat.NotebookNode:
    """Return the cell that stands for a file: it shows what lies between the functions asked for, and imports it."""
    file, text = part.entry.file, part.module.text if part.module else ""
    if part.fault:
        return _shown(file, f"{_comment(catalogue.say(part.fault))}\n\n{text}".rstrip("\n"))
    lines = text.split("\n")
    cuts = {name: cut for name in part.names if (cut := part.cut(name))}
    # From below upwards, so that the numbers of lines above stay right.
    for name, cut in sorted(cuts.items(), key=lambda item: -item[1].first):
        lines[cut.first - 1 : cut.last] = [f"# {catalogue.say('{name}: shown below', name=name)}"]
    return _shown(file, "\n".join(lines).strip("\n"))


def _comment(text: str) -> str:
    return textwrap.fill(text, width=100, initial_indent="# ", subsequent_indent="# ")


def _shown(path: str, text: str) -> nbformat.NotebookNode:
    cell: nbformat.NotebookNode = nbformat.v4.new_code_cell(f"# {path}\n{text}", id=cell_id(path))
    return cell


def cell_id(path: str) -> str:
    """Return the id of a file's cell; nothing else of a cell is sure to stay the same until it is run.

    nbgrader's steps rewrite metadata and sources, and keep ids.
    """
    return f"file-{hashlib.sha256(path.encode()).hexdigest()[:16]}"


def _problem_source(modules: ModuleSubmission, part: ModulePart, problem: str, catalogue: Catalogue) -> str:
    names = next(one.functions for one in part.problems if one.id == problem)
    return "\n\n\n".join(_function_source(modules, part, name, catalogue) for name in names)


def _function_source(modules: ModuleSubmission, part: ModulePart, name: str, catalogue: Catalogue) -> str:
    if cut := part.cut(name):
        return _headed(part.entry.file, cut, catalogue)
    for path, helper in sorted(modules.helpers.items()):
        if cut := helper.cut(name, part.entry.owner):
            return _headed(path, cut, catalogue)
    lacking = say("{file} defines no {name}", file=part.entry.file, name=name)
    return _comment(catalogue.say(part.fault or lacking))


def _headed(path: str, cut: Cut, catalogue: Catalogue) -> str:
    place = catalogue.say("{file}, line {number}", file=path, number=cut.first)
    return f"# {place}\n{cut.text}"


@contextlib.contextmanager
def as_submitted(notebook: nbformat.NotebookNode, modules: ModuleSubmission | None) -> Iterator[None]:
    """Let the notebook's cells hold what is run, not the code that they show, while the context lasts.

    Args:
        notebook: Made by `notebook_of`; its cells show their code again afterwards.
        modules: The submission; with None nothing happens.
    """
    if modules is None:
        yield
        return
    # The cells' code is the student's text cut into pieces, which may not run; the files are what was handed in.
    runs = _runs(modules)
    shown = [(cell, cell.source) for cell in notebook.cells if _key(cell) in runs]
    for cell, _ in shown:
        cell.source = runs[_key(cell)]
    try:
        yield
    finally:
        for cell, source in shown:
            cell.source = source


def _runs(modules: ModuleSubmission) -> dict[str, str]:
    """Return what cells run instead of what they show: files are imported where they are shown."""
    plan = modules.plan()
    runs = {problem.id: "" for part in modules.parts for problem in part.problems}
    runs |= {cell_id(path): "" for path in modules.helpers}
    files = [part.entry.file for part in modules.parts]
    return runs | {cell_id(file): f"{LOAD}.load({plan!r}, {file!r}, globals())" for file in files}


def _key(cell: nbformat.NotebookNode) -> str:
    return _solved_by_students(cell) or str(cell.get("id", ""))
