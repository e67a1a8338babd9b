"""Holds the steps that make a release and a solution, as nbgrader's preprocessors, and a hook for other languages.

``nbgrader_config.py`` names them, so ``nbgrader generate_assignment``, formgrader's Generate button and `autograder
release` make the same folders and refuse the same sources. nbgrader writes what they put into ``resources["outputs"]``
beside the notebook.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import IncludeHeaderFooter, NbGraderPreprocessor
from traitlets import Unicode

from autograder.course.assignment import Assignment
from autograder.course.solutions import module_files, solve
from autograder.i18n.editions import LANGUAGE, edition
from autograder.i18n.languages import DEFAULT
from autograder.i18n.messages import gettext_noop
from autograder.release import marked_page
from autograder.release.build import build_language
from autograder.release.leaks.check import read_files, refuse_files, refuse_source
from autograder.release.leaks.findings import Findings
from autograder.release.translation_check import check_twins

# What stands in a written answer's place.
ANSWER_HERE = gettext_noop("*Write your answer here, in place of this line.*")
log = logging.getLogger(__name__)
Resources = dict[str, Any]
# What of a package is for students; data sets and caches are not.
RELEASED_SUFFIXES = (".py", ".sh")


class CheckSource(NbGraderPreprocessor):  # type: ignore[misc]
    """Refuses a source notebook from which solutions and hidden tests cannot be removed."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Look at the source.

        Raises:
            LeakError: The source is refused.
        """
        refuse_source(assignment_of(resources))
        return nb, resources


class TakeEdition(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes one language of the source notebook, before any other step changes it."""

    language = Unicode(DEFAULT, help="The language of the edition that is made").tag(config=True)

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Return the edition.

        Raises:
            TwinError: The source does not say the same in all languages.
        """
        assignment = assignment_of(resources).in_language(self.language)
        check_twins(assignment)
        return edition(nb, assignment.catalogue), resources


class AddHeaderFooter(IncludeHeaderFooter):  # type: ignore[misc]
    """nbgrader's step, whose cells have ids as well; without, a release would have others each time it is made."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Put the course's header and footer around the notebook."""
        nb, resources = super().preprocess(nb, resources)
        if (nb.nbformat, nb.nbformat_minor) >= (4, 5):
            for number, cell in enumerate(nb.cells):
                if "id" not in cell:
                    cell["id"] = hashlib.sha256(f"{number} {cell.source}".encode()).hexdigest()[:8]
        return nb, resources


class AddPackages(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the packages that students import, and a requirements file, beside the released notebook."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Add the files to the outputs."""
        assignment = assignment_of(resources)
        outputs = resources.setdefault("outputs", {})
        for folder in assignment.package_folders.values():
            for file in sorted(folder.rglob("*")):
                path = file.relative_to(folder.parent)
                if file.suffix in RELEASED_SUFFIXES and not any(part.startswith(".") for part in path.parts):
                    outputs[path.as_posix()] = file.read_bytes()
        if assignment.requirements:
            outputs["requirements.txt"] = ("\n".join(assignment.requirements) + "\n").encode()
        return nb, resources


class AddMarkedPage(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the page that tells what is marked beside the released notebook, in its language."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Add the page to the outputs."""
        assignment = assignment_of(resources).in_language(nb.metadata[LANGUAGE])
        resources.setdefault("outputs", {})[marked_page.FILE] = marked_page.marked_page(assignment).encode()
        return nb, resources


class RefuseLeaks(NbGraderPreprocessor):  # type: ignore[misc]
    """Refuses a release that would give something away: the notebook, and all files that go with it."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Look at everything that is about to be released.

        Raises:
            LeakError: The release is refused.
        """
        names = resources["nbgrader"]
        folders = CourseDirectory(parent=self)
        folder = Path(folders.format_path(folders.release_directory, names["student"], names["assignment"]))
        findings = Findings()
        # nbgrader has copied the files by now, and writes the notebook after this step.
        files = dict(read_files(folder, findings)) if folder.is_dir() else {}
        files.update(resources.get("outputs", {}))
        files[f"{names['notebook']}.ipynb"] = nbformat.writes(nb).encode()
        refuse_files(assignment_of(resources), files, names["assignment"], findings)
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


def release_other_languages(assignment: str, student: str, notebooks: list[str]) -> None:
    """Make the releases in other languages; the value of ``c.GenerateAssignment.post_convert_hook``.

    nbgrader calls it with the name of the assignment, and with two arguments that mean nothing for a release.
    """
    try:
        _release_others(Assignment.here(assignment))
    except Exception:  # nbgrader goes on, and would say nothing
        log.error("%s: the releases in other languages could not be made; run autograder release", assignment)
        raise


def _release_others(made: Assignment) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for language in made.languages[1:]:
            built = build_language(made.in_language(language), Path(scratch, language))
            for folder in (made.course.release(made.name, language), made.course.module_release(made.name, language)):
                if folder in built:
                    shutil.rmtree(folder, ignore_errors=True)
                    shutil.copytree(built[folder], folder)


def assignment_of(resources: Resources) -> Assignment:
    """Return the assignment that nbgrader is converting; it works in the course's root."""
    return Assignment.here(resources["nbgrader"]["assignment"])
