"""Makes what students get and the solutions from the source notebook, through nbgrader's own converters.

The classes are preprocessors, named in ``nbgrader_config.py``: so ``nbgrader generate_assignment``, formgrader's
Generate button and
`autograder release` make the same folders. What they put into ``resources["outputs"]`` nbgrader writes beside the
notebook.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.converters import GenerateAssignment, GenerateSolution
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets.config import Config

from autograder import leaks, modulerelease
from autograder.assignment import Assignment
from autograder.converting import load_config, run_converter
from autograder.course import KIT_ROOT, Course, find_course
from autograder.solved import module_files, solve

Resources = dict[str, Any]
# What of a package is for students; data sets and caches are not.
RELEASED_SUFFIXES = (".py", ".sh")


class StaleError(Exception):
    """What is committed is not what the source gives; the message names the files and says what to do."""


class NameStubs(ClearSolutions):  # type: ignore[misc]
    """Replaces solutions by a line that raises NotImplementedError and names the problem."""

    def preprocess_cell(
        self, cell: nbformat.NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[nbformat.NotebookNode, Resources]:
        """Clear one cell."""
        if utils.is_solution(cell):
            name = cell.metadata.nbgrader.grade_id
            self.code_stub = {"python": f'raise NotImplementedError("{name}: replace this line with your code")'}
        cleared: tuple[nbformat.NotebookNode, Resources] = super().preprocess_cell(cell, resources, cell_index)
        return cleared


class AddPackages(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the packages that students import, and a requirements file, beside the released notebook."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Add the files to the outputs."""
        assignment = assignment_of(resources)
        outputs = resources.setdefault("outputs", {})
        for package in assignment.packages:
            for file in sorted((KIT_ROOT / package).rglob("*")):
                hidden = any(part.startswith(".") for part in file.relative_to(KIT_ROOT).parts)
                if file.suffix in RELEASED_SUFFIXES and not hidden:
                    outputs[str(file.relative_to(KIT_ROOT))] = file.read_bytes()
        outputs["requirements.txt"] = ("\n".join(assignment.requirements) + "\n").encode()
        return nb, resources


class Solve(NbGraderPreprocessor):  # type: ignore[misc]
    """Turns the source notebook into the solved one, and adds the solution in the original course's file layout."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Solve the notebook and add the files to the outputs."""
        solve(nb)
        outputs = resources.setdefault("outputs", {})
        assignment = assignment_of(resources)
        for file, text in module_files(assignment, assignment.notebook).items():
            outputs[file] = text.encode()
        return nb, resources


def assignment_of(resources: Resources) -> Assignment:
    """Return the assignment that nbgrader is converting; it works in the course's root."""
    return Assignment(find_course(Path.cwd()), resources["nbgrader"]["assignment"])


def convert(assignment: Assignment, config: Config) -> None:
    """Make release and solutions as nbgrader does with ``config``.

    Raises:
        ConversionError: nbgrader refused; the message holds what it logged.
    """
    for checks in ("CheckSource", "RefuseLeaks"):  # what is made is checked as a whole, by `checked`
        config[checks].enabled = False
    for converter in (GenerateAssignment, GenerateSolution):
        run_converter(converter, config, assignment.name)


def config_for(course: Course, target: Path) -> Config:
    """Return the course's configuration with release, solutions and gradebook in the folder ``target``."""
    config = load_config(course)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.release_directory = str(target / "release")
    config.CourseDirectory.solution_directory = str(target / "solutions")
    config.CourseDirectory.db_url = f"sqlite:///{target / 'gradebook.db'}"
    return config


@contextlib.contextmanager
def checked(assignment: Assignment, *, modules: bool) -> Iterator[Path]:
    """Make release and solutions in a scratch folder, and refuse what would give something away.

    Args:
        assignment: The assignment.
        modules: Whether to make the release of module files too.

    Yields:
        The folder: ``release`` and ``solutions`` in it are as in the course's.

    Raises:
        ConversionError: They could not be made, or they are refused.
        SourceError: The release of module files could not be made.
    """
    leaks.refuse_source(assignment)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        convert(assignment, config_for(assignment.course, folder))
        leaks.refuse(assignment, folder / "release" / assignment.name)
        if modules:
            target = folder / "release" / assignment.course.module_release(assignment.name).name
            modulerelease.make(assignment, folder / "release" / assignment.name, target)
            leaks.refuse(assignment, target)
        yield folder


def release(assignment: Assignment, *, modules: bool = False) -> list[Path]:
    """Make the release and the solutions, and return their folders.

    They are made in a scratch folder first: when anything is wrong, what is there stays as it is.

    Args:
        assignment: The assignment.
        modules: Whether to make the release of module files too; it is also made where it has been made before.

    Raises:
        ConversionError: They could not be made, or the release would give something away (`leaks.LeakError`).
        SourceError: The release of module files could not be made.
    """
    course, name = assignment.course, assignment.name
    modules = modules or course.module_release(name).exists()
    with checked(assignment, modules=modules):
        pass
    config = load_config(course)
    config.CourseDirectory.root = str(course.root)
    course.classroom.mkdir(exist_ok=True)
    convert(assignment, config)
    if modules:
        modulerelease.make(assignment, course.release(name), course.module_release(name))
    return [course.release(name), course.solutions(name), *([course.module_release(name)] if modules else [])]


def check(assignment: Assignment) -> None:
    """Compare what is committed with what the source gives; write nothing.

    The release of module files is compared where there is one.

    Raises:
        ConversionError: What the source gives is refused.
        StaleError: They differ; the message names the files.
    """
    course, name = assignment.course, assignment.name
    modules = course.module_release(name).exists()
    with checked(assignment, modules=modules) as made:
        pairs = [(course.release(name), made / "release" / name), (course.solutions(name), made / "solutions" / name)]
        if modules:
            pairs.append((course.module_release(name), made / "release" / course.module_release(name).name))
        differing = [line for committed, given in pairs for line in differences(committed, given)]
    if differing:
        lines = "\n".join(f"  {line}" for line in differing)
        raise StaleError(f"not as the source gives it; run `autograder release {name}` and commit:\n{lines}")


def differences(committed: Path, made: Path) -> list[str]:
    """Return a line for each file that is in only one of two folders, or differs."""
    lines = []
    for file in sorted(_files(committed) | _files(made)):
        ours, theirs = committed / file, made / file
        if not ours.is_file():
            lines.append(f"{committed.name}: {file} is missing")
        elif not theirs.is_file():
            lines.append(f"{committed.name}: {file} does not belong there")
        elif ours.read_bytes() != theirs.read_bytes():
            lines.append(f"{committed.name}: {file} differs")
    return lines


def _files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}
