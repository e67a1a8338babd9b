"""Makes what students get and the solutions from the source notebook, through nbgrader's own converters.

The classes are preprocessors, named in ``nbgrader_config.py``: so ``nbgrader generate_assignment``, formgrader's
Generate button and `autograder release` make the same folders. nbgrader writes what they put into
``resources["outputs"]`` beside the notebook.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.course.assignment import Assignment
from autograder.course.course import find_course
from autograder.course.paths import KIT_ROOT
from autograder.course.solutions import module_files, solve
from autograder.i18n.editions import LANGUAGE, edition
from autograder.i18n.languages import DEFAULT
from autograder.i18n.messages import mark
from autograder.release import leaks, marked_page
from autograder.release.build import convert, draft, draft_all, own_config
from autograder.release.translation_check import check_twins

# What stands in a written answer's place.
ANSWER_HERE = mark("*Write your answer here, in place of this line.*")
log = logging.getLogger(__name__)
Resources = dict[str, Any]
# What of a package is for students; data sets and caches are not.
RELEASED_SUFFIXES = (".py", ".sh")


class StaleError(Exception):
    """The committed files are not those that the source gives; the message names them and says what to do."""


class TakeEdition(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes one language of the source notebook; the first step."""

    language = Unicode(DEFAULT, help="The language of the edition that is made").tag(config=True)

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Return the edition.

        Raises:
            TwinError: The source does not say the same in all languages.
        """
        assignment = assignment_of(resources).in_language(self.language)
        check_twins(assignment)
        return edition(nb, assignment.catalogue), resources


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


class AddMarkedPage(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the page that tells what is marked beside the released notebook, in its language."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Add the page to the outputs."""
        assignment = assignment_of(resources).in_language(nb.metadata[LANGUAGE])
        resources.setdefault("outputs", {})[marked_page.FILE] = marked_page.marked_page(assignment).encode()
        return nb, resources


class Solve(NbGraderPreprocessor):  # type: ignore[misc]
    """Turns the source notebook into the solved one, and adds the solution in the original course's file layout."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Solve the notebook and add the files to the outputs."""
        solve(nb)
        outputs = resources.setdefault("outputs", {})
        assignment = assignment_of(resources).in_language(nb.metadata[LANGUAGE])
        for file, text in module_files(assignment, assignment.notebook).items():
            outputs[file] = text.encode()
        return nb, resources


def assignment_of(resources: Resources) -> Assignment:
    """Return the assignment that nbgrader is converting; it works in the course's root."""
    return Assignment(find_course(Path.cwd()), resources["nbgrader"]["assignment"])


def release(assignment: Assignment, *, modules: bool = False) -> list[Path]:
    """Make the release and the solutions, in every language, and return their folders.

    They are made in a scratch folder first, so that when anything is wrong, the existing folders stay as they are.

    Args:
        assignment: The assignment.
        modules: Whether to make the release of module files too; it is also made where it has been made before.

    Raises:
        ConversionError: The folders could not be made, or a release would give something away (`leaks.LeakError`).
        TwinError: The source does not say the same in all languages.
        SourceError: The release of module files could not be made.
    """
    course = assignment.course
    check_twins(assignment)
    leaks.refuse_source(assignment)
    with tempfile.TemporaryDirectory() as scratch:
        drafts = draft_all(assignment, Path(scratch), modules=modules)
        course.classroom.mkdir(exist_ok=True)
        convert(assignment, own_config(course))
        made = [course.release(assignment.name), course.solutions(assignment.name)]
        for folder, drafted in drafts.items():
            if folder not in made:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(drafted, folder)
    return list(drafts)


def check(assignment: Assignment) -> None:
    """Compare the committed files with those that the source gives; write nothing.

    The releases of module files are compared where there are any.

    Raises:
        ConversionError: The source is refused.
        StaleError: The files differ; the message names them.
        TwinError: The source does not say the same in all languages.
    """
    check_twins(assignment)
    leaks.refuse_source(assignment)
    with tempfile.TemporaryDirectory() as scratch:
        drafts = draft_all(assignment, Path(scratch))
        differing = [line for committed, made in drafts.items() for line in differences(committed, made)]
    if differing:
        lines = "\n".join(f"  {line}" for line in differing)
        raise StaleError(f"not as the source gives it; run `autograder release {assignment.name}` and commit:\n{lines}")


def release_other_languages(assignment: str, student: str, notebooks: list[str]) -> None:
    """Make the releases in other languages; the value of ``c.GenerateAssignment.post_convert_hook``.

    Args:
        assignment: nbgrader's name of the assignment.
        student: Not used.
        notebooks: Not used.
    """
    try:
        _release_others(Assignment(find_course(Path.cwd()), assignment))
    except Exception:  # nbgrader goes on, and would say nothing
        log.error("%s: the releases in other languages could not be made; run autograder release", assignment)
        raise


def _release_others(made: Assignment) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for language in made.languages[1:]:
            drafted = draft(made.in_language(language), Path(scratch, language))
            for folder in (made.course.release(made.name, language), made.course.module_release(made.name, language)):
                if folder in drafted:
                    shutil.rmtree(folder, ignore_errors=True)
                    shutil.copytree(drafted[folder], folder)


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
