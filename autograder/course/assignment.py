"""Reads an assignment: its problems and their points from the source notebook, its hidden tests and its solution."""

from __future__ import annotations

import runpy
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import nbformat

from autograder.course.assignment_settings import FILE, AssignmentSettings, naming, read_assignment_settings
from autograder.course.cells import CHECK_PREFIX, cells_by_id, grade_id, lock_checks, problem_name
from autograder.course.course import Course, CourseError, find_course
from autograder.course.digest import digest_of
from autograder.course.joined_notebooks import cell_name, join
from autograder.course.paths import ASSIGNMENTS, KIT_ROOT, PACKAGE
from autograder.course.problem import Problem, read_problems
from autograder.course.provided_imports import importable
from autograder.course.stand_in_entries import StandInEntry, read_entries
from autograder.i18n.catalogue import Catalogue, catalogue
from autograder.i18n.editions import edition
from autograder.i18n.languages import DEFAULT

if TYPE_CHECKING:
    from autograder.course.solved_code import SolvedCode, Statement

# The tag of a cell that no points depend on: it is left out when submissions are marked, see
# `autograder.marking.cell_selection`.
NOT_FOR_MARKING = "not-for-marking"
# The file that draws the pictures of an assignment's texts, see `autograder.release.figures`.
DRAWINGS = "diagrams.py"
# The folder in an assignment's own with the packages that students import.
PACKAGES = "packages"


@dataclass(frozen=True)
class ModuleFile:
    """A file in the original course's layout in which problems are solved.

    Attributes:
        file: Path below the submission's folder.
        problems: The problems' ids, in the file's order.
        owner: The class whose methods they are, None for functions.
    """

    file: str
    problems: tuple[str, ...]
    owner: str | None

    @property
    def module(self) -> str:
        """The dotted name below its package."""
        return ".".join(Path(self.file).with_suffix("").parts[1:])


class Assignment:
    """Everything that belongs to one assignment.

    Args:
        course: The course that it is set in.
        name: nbgrader's name of the assignment.
        language: The language of the notebook's edition.
        notebook: One of its notebooks, where only that part of it is wanted; see `parts`.

    Attributes:
        notebooks: The names of its notebooks, in order: those of which it is joined, or the one that it is.
        drafts: Whether drafts of misconceptions count: only where these are tried.

    Raises:
        CourseError: The assignment, or a part of it, is missing, or it has no edition in this language.
    """

    drafts = False

    def __init__(self, course: Course, name: str, language: str = DEFAULT, *, notebook: str = "") -> None:
        self.course, self.name, self.language = course, name, language
        self.folder = _folder_of(course, name)
        settings = self._settings()
        self._title = settings.title or name.replace("_", " ").capitalize()
        self._part = notebook
        self.notebooks = [notebook] if notebook else settings.notebooks or [name]
        self._editions: dict[str, Assignment] = {language: self}
        self.packages, self.requirements, self.languages = settings.packages, settings.requirements, settings.languages
        # The name of the assignment that this one goes on from; see `earlier`.
        self.sequel_of = settings.sequel_of
        if language not in self.languages:
            raise CourseError(f"{name} has no edition in {language!r}: there are {', '.join(self.languages)}")
        self.modules = [ModuleFile(entry.file, tuple(entry.problems), entry.owner) for entry in settings.modules]
        # Statements of solutions and hidden tests that students may see all the same.
        self.public = settings.public
        # By problem: what costs nothing in it, for the page that tells what is marked.
        self.not_punished = settings.not_punished
        self.hints = settings.feedback.hints
        self._needs, self._stand_in_settings = settings.needs, settings.stand_ins
        self._in_kernel = settings.in_kernel
        # By cell or file: what is replaced in the release of module files, and by what.
        self.module_texts: dict[str, list[tuple[str, str]]] = {}
        for text in settings.module_texts:
            if text.language in (None, language):
                self.module_texts.setdefault(text.place, []).append((text.old, text.new))

    @classmethod
    def here(cls, name: str) -> Assignment:
        """Return an assignment of the course that the current folder lies in, where nbgrader and the commands work.

        Raises:
            CourseError: There is none of this name.
        """
        return cls(find_course(), name)

    def in_language(self, language: str) -> Assignment:
        """Return the assignment with another edition of its notebook.

        Raises:
            CourseError: It has none in this language.
        """
        if language not in self._editions:
            self._editions[language] = Assignment(self.course, self.name, language, notebook=self._part)
            self._editions[language]._editions = self._editions
        return self._editions[language]

    @property
    def title(self) -> str:
        """What people call it."""
        return self.catalogue.text(self._title)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Translations into this edition's language: the kit's, an earlier assignment's, and the assignment's own.

        Raises:
            CatalogueError: A catalogue is damaged.
        """
        lineage = (*reversed(self.earlier), self)
        return catalogue(self.language, *((one.folder, one.name) for one in lineage))

    @cached_property
    def earlier(self) -> tuple[Assignment, ...]:
        """The assignments that a sequel goes on from, the nearest first; none for any other.

        Raises:
            CourseError: There is no such assignment, or they lead back to one that was met before.
        """
        found: list[Assignment] = []
        name = self.sequel_of
        while name is not None:
            if name in (self.name, *(one.name for one in found)):
                raise CourseError(f"{self.settings_file}: sequel_of leads back to {name}: take it out of one of them")
            found.append(Assignment(self.course, name))
            name = found[-1].sequel_of
        return tuple(found)

    @property
    def settings_file(self) -> Path:
        """The file of its settings."""
        return self.folder / FILE

    def _settings(self) -> AssignmentSettings:
        if not self.settings_file.is_file():
            there = ", ".join(assignment_names(self.course))
            raise CourseError(
                f"no assignment {self.name!r}: there are {there}"
                if there
                else f"no assignment {self.name!r}, nor any other in {self.course.assignments}: `autograder new "
                f"{self.name}` writes one"
            )
        return read_assignment_settings(self.settings_file)

    @cached_property
    def package_folders(self) -> dict[str, Path]:
        """The folders of the packages that students import, by the packages' names.

        An assignment has a package to itself in its folder ``packages``; assignments that share one have it in the
        course's folder. Assignments of this repository may share one beside the kit.

        Raises:
            CourseError: There is no such folder.
        """
        tops = [self.folder / PACKAGES, self.course.root, *([KIT_ROOT] if self.folder.parent == ASSIGNMENTS else [])]
        found = {}
        for name in self.packages:
            folders = [top / name for top in tops if (top / name).is_dir()]
            if not folders:
                raise CourseError(
                    f"{self.settings_file}: packages names {name!r}, and there is no such folder: put the "
                    f"package at {tops[0] / name}"
                )
            found[name] = folders[0]
        return found

    def importing(self) -> AbstractContextManager[None]:
        """Return a context in which the assignment's own files can be run: what they import is there."""
        return importable([one.folder for one in (self, *self.earlier)], self.package_folders)

    def provides(self, path: str) -> Path | None:
        """Return the file that is provided at a path below a submission's folder, such as ``package/layers.py``."""
        package, _, below = path.partition("/")
        folder = self.package_folders.get(package)
        file = folder / below if folder is not None and below else None
        return file if file is not None and file.is_file() else None

    def shared_files(self) -> list[Path]:
        """Return the modules beside ``hidden/`` that hidden tests may import; in a sequel also earlier ones."""
        modules = [file for one in (self, *self.earlier) for file in sorted(one.folder.glob("*.py"))]
        return [file for file in modules if file.name != DRAWINGS]

    def staff_files(self) -> list[Path]:
        """Return the Python files of the assignment that students do not get."""
        provided = self.folder / PACKAGES
        return sorted(file for file in self.folder.rglob("*.py") if provided not in file.parents)

    @property
    def hidden(self) -> Path:
        """The folder of the hidden tests."""
        return self.folder / "hidden"

    @property
    def joined(self) -> bool:
        """Whether it is several notebooks, or one that is not called like it; see `joined_notebooks`."""
        return not self._part and self.notebooks != [self.name]

    @property
    def notebook_name(self) -> str:
        """The name of its notebook: the assignment's, but for a part of it."""
        return self._part or self.name

    @property
    def notebook_file(self) -> Path:
        """The source notebook; the first one, where there are several."""
        return self.notebook_files[0]

    @property
    def notebook_files(self) -> list[Path]:
        """The source notebooks, in order."""
        return [self.course.source(self.name) / f"{name}.ipynb" for name in self.notebooks]

    @cached_property
    def parts(self) -> dict[str, Assignment]:
        """The assignment with one of its notebooks only, by the notebook's name; itself where it has but that one.

        In a part cells and problems have the names that nbgrader knows them by.
        """
        if not self.joined:
            return {self.notebook_name: self}
        return {one: Assignment(self.course, self.name, self.language, notebook=one) for one in self.notebooks}

    @cached_property
    def source_notebook(self) -> nbformat.NotebookNode:
        """The source notebook's content, in all languages; that of several is joined."""
        read: dict[str, nbformat.NotebookNode] = {}
        for name, file in zip(self.notebooks, self.notebook_files, strict=True):
            if not file.is_file():
                raise CourseError(f"no source notebook {file}: run this in the course's folder")
            read[name] = nbformat.read(file, as_version=4)
            lock_checks(read[name])
        return read[self._part] if self._part else join(self.name, read)

    @cached_property
    def notebook(self) -> nbformat.NotebookNode:
        """The edition of the source notebook in this language.

        Raises:
            CatalogueError: A translation does not fit.
        """
        return edition(self.source_notebook, self.catalogue)

    @cached_property
    def problems(self) -> dict[str, Problem]:
        """The problems by name, in the notebook's order.

        Raises:
            CourseError: Two cells have one name, or ``in_kernel`` names what is no problem with a check cell.
        """
        in_kernel = self._in_kernel
        if self._part and self._part != self.name:
            start = cell_name(self.name, self._part, "")
            in_kernel = [name.removeprefix(start) for name in in_kernel if name.startswith(start)]
        problems = read_problems(cells_by_id(self.notebook), frozenset(in_kernel))
        checked = [name for name, problem in problems.items() if not problem.manual]
        if not self._part and (unknown := [name for name in self._in_kernel if name not in checked]):
            raise CourseError(
                f"{self.settings_file}: in_kernel: {unknown[0]} is no problem with a check cell; there are "
                f"{', '.join(checked) or 'none'}"
            )
        return problems

    @cached_property
    def not_for_marking(self) -> frozenset[str]:
        """The ``grade_id`` of each cell that the instructor has tagged as `NOT_FOR_MARKING`; none that gives points."""
        tagged = (cell for cell in self.notebook.cells if NOT_FOR_MARKING in cell.metadata.get("tags", []))
        giving = {problem.check for problem in self.problems.values() if problem.in_kernel}
        return frozenset(grade_id(cell) or cell.get("id", "") for cell in tagged) - giving

    @cached_property
    def provided_code(self) -> dict[str, str]:
        """The texts of the code cells that students get as they are, by ``grade_id``."""
        return {
            name: cell.source
            for name, cell in cells_by_id(self.notebook).items()
            if cell.cell_type == "code" and cell.metadata.nbgrader.locked and not cell.metadata.nbgrader.solution
        }

    @cached_property
    def stand_ins(self) -> tuple[StandInEntry, ...]:
        """The functions that stand-ins can replace where problems are built on them.

        Raises:
            CourseError: They are declared wrongly.
        """
        with naming(self.settings_file):
            return read_entries(self._stand_in_settings, self.problems)

    @cached_property
    def needs(self) -> dict[str, str]:
        """The problem that has to be right for another one to be run, by the latter: what ``[needs]`` declares.

        Raises:
            CourseError: It names what is no problem with hidden tests, or one that does not come before the other.
        """
        automatic = [name for name, problem in self.problems.items() if problem.tested]
        for name, needed in self._needs.items():
            where = f'{self.settings_file}: [needs] {name} = "{needed}"'
            for one in (name, needed):
                if one not in automatic:
                    known = ", ".join(automatic)
                    raise CourseError(f"{where}: {one} is no problem with hidden tests; there are {known}")
            if automatic.index(needed) >= automatic.index(name):
                raise CourseError(f"{where}: {needed} must come before {name} in the notebook")
        return self._needs

    def check_settings(self) -> None:
        """Check what the settings say of the notebook's problems.

        Raises:
            CourseError: They name what there is not.
        """
        automatic = [name for name, problem in self.problems.items() if problem.tested]
        named = [("not_punished", name, [*self.problems]) for name in self.not_punished]
        named += [(f"modules: {entry.file}", name, automatic) for entry in self.modules for name in entry.problems]
        with naming(self.settings_file):
            for key, name, known in named:
                if name not in known:
                    raise CourseError(f"{key}: {name} is no problem of the notebook; there are {', '.join(known)}")
        _ = self.stand_ins, self.needs

    def problem_of_check(self, grade_id: str) -> Problem | None:
        """Return the automatic problem whose checks are in the cell ``grade_id``, None for any other cell."""
        problem = self.problems.get(problem_name(grade_id))
        return problem if problem is not None and problem.check == grade_id and not problem.manual else None

    def stub_source(self, problem: Problem) -> str:
        """Return the code of the cell that a problem is solved in, with its solution; an empty text without one."""
        cell = cells_by_id(self.notebook).get(problem.stub)
        return cell.source if cell is not None and cell.cell_type == "code" else ""

    def hidden_file(self, problem: str) -> Path:
        """Return the file of a problem's hidden tests."""
        return self.hidden / f"{CHECK_PREFIX}{problem}.py"

    def prepare_data(self) -> dict[str, Path]:
        """Build the data that kernels read, if the assignment has any and it isn't there yet.

        Returns:
            Its folders, by the environment variables that name them to the code that reads them.
        """
        file = self.folder / "data.py"
        if not file.is_file():
            return {}
        with self.importing():
            folders: dict[str, Path] = runpy.run_path(str(file))["prepare"]()
        return folders

    @cached_property
    def tests_sha256(self) -> str:
        """A digest of all hidden tests, what they share, and ``assignment.toml``, which says what is built on what."""
        files = [*sorted(self.hidden.glob("*.py")), *self.shared_files(), self.settings_file]
        return digest_of(part for file in files for part in (file.name.encode(), file.read_bytes()))

    @cached_property
    def reference(self) -> SimpleNamespace:
        """The solution's functions and classes.

        Raises:
            CourseError: The solutions have not been made, or are not as ``[[stand_ins]]`` say.
        """
        from autograder.course.solved_code import Solution
        from autograder.course.stand_in_trial import try_entries

        reference = Solution(self.solved(f"_reference_{self.name}"))
        entries = self.stand_ins
        with naming(self.settings_file):
            try_entries(entries, reference)
        return reference

    def solved(self, alias: str, folder: Path | None = None) -> SolvedCode:
        """Return what the solution defines, or a hand-in in ``folder`` that is trusted; see `SolvedCode`."""
        from autograder.course.solved_code import SolvedCode

        return SolvedCode(self, alias, folder)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the source notebook's code, with the solution's, by which names are found."""
        from autograder.course.solved_code import statements_of

        return statements_of(self, self.notebook)


def assignment_names(course: Course) -> list[str]:
    """Return the names of a course's assignments.

    These are its own, and those that come with the kit of which it has the source notebook. A course without a folder
    of sources, from which a class is only served, has all that come with the kit.
    """
    own, *kit = map(_names_in, _places(course))
    bare = not course.source("").is_dir()
    return sorted(own | {name for names in kit for name in names if bare or course.source(name).is_dir()})


def _names_in(folder: Path) -> set[str]:
    return {file.parent.name for file in folder.glob(f"*/{FILE}")}


def _folder_of(course: Course, name: str) -> Path:
    """Return an assignment's folder: the course's own before the kit's."""
    folders = [place / name for place in _places(course)]
    return next((folder for folder in folders if (folder / FILE).is_file()), folders[0])


def _places(course: Course) -> tuple[Path, ...]:
    """Return the folders of assignments: the course's own, and those of the kit."""
    # A checkout of the kit is a course, whose assignments an installed kit finds there as well.
    return course.assignments, course.root / PACKAGE.name / ASSIGNMENTS.name, ASSIGNMENTS
