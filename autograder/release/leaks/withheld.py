"""Gathers what students must not get of an assignment: solutions, hidden tests, mark schemes, the course's salt."""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.course import PUBLIC_SALT, CourseError
from autograder.course.paths import KIT_ROOT
from autograder.release.leaks.delimiters import SCHEME, SOLUTION, TESTS, Region, regions, without_regions
from autograder.release.leaks.sequences import runs_of, sequence_of
from autograder.release.leaks.statements import (
    BUILTINS,
    LIGHTEST,
    Atom,
    Compound,
    all_statements,
    atoms_of,
    is_text,
    syntax_tree,
    weight,
)
from autograder.submissions.definitions import definitions

# The least weight of a statement that is recognised though its variables were renamed.
RENAMED_WEIGHT = 3
# The least weight of a statement of hidden tests, which have more of what all code has than solutions do.
TEST_WEIGHT = 3
# A fixture of hidden tests whose name anybody may use.
COMMON = frozenset({"rng"})
SALT_SHORTEST = 6


@dataclass(frozen=True)
class Withheld:
    """What must not be in what students get.

    Attributes:
        forms: The owner of each statement, by its form: "the solution of rnn_step_forward".
        renamed: The owner of each form without the names of variables.
        sequences: The owner of each sequence of tokens.
        runs: The owner of each run of words.
        functions: The problem for which each function is written; methods with their class: ``Model.loss``.
        known: Names that mean the same everywhere.
        salt: The course's secret, None when it has none, or one too short to be looked for.
        machine: Folders of this machine that nothing published may name.
    """

    forms: Mapping[str, str]
    renamed: Mapping[str, str]
    sequences: Mapping[str, str]
    runs: Mapping[tuple[str, ...], str]
    functions: Mapping[str, str]
    known: frozenset[str] = BUILTINS
    salt: str | None = field(default=None, repr=False)
    machine: tuple[str, ...] = ()

    @functools.cached_property
    def run_lengths(self) -> list[int]:
        """The different lengths of the runs, in words."""
        return sorted({len(run) for run in self.runs})

    @functools.cached_property
    def rarest(self) -> dict[str, list[tuple[frozenset[str], str]]]:
        """The sequences by their longest token, each with all of its tokens, which a text that holds it must have."""
        found: dict[str, list[tuple[frozenset[str], str]]] = {}
        for sequence in self.sequences:
            tokens = frozenset(sequence.split())
            found.setdefault(max(tokens, key=len), []).append((tokens, sequence))
        return found

    def __add__(self, other: Withheld) -> Withheld:
        """Return what is withheld of either."""
        pairs: dict[str, Any] = {
            name: {**getattr(self, name), **getattr(other, name)}
            for name in ("forms", "renamed", "sequences", "runs", "functions")
        }
        known, machine = self.known | other.known, tuple({*self.machine, *other.machine})
        return Withheld(**pairs, known=known, salt=self.salt or other.salt, machine=machine)


def withheld_of(assignment: Assignment) -> Withheld:
    """Return what students must not get of an assignment.

    What its ``assignment.toml`` lists under ``public`` may stand anywhere, and so may, in a sequel, what the
    assignments that it goes on from asked for.
    """
    return _Gatherer(assignment).withheld()


class _Gatherer:
    """Gathers what is withheld of one assignment."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._cells = [_Cell(cell) for cell in assignment.notebook.cells]
        self._known_functions = dict(self._functions())
        self._known = self._known_names()
        self._public = {
            form for text in assignment.public for atom in self._allowed(text) for form in (atom.form, atom.renamed)
        }
        self._public_sequences = {sequence_of(text) for text in assignment.public}
        for earlier in assignment.earlier:
            for cell in map(_Cell, earlier.notebook.cells):
                self._allow_solution(cell)
        self._forms: dict[str, str] = {}
        self._renamed: dict[str, str] = {}
        self._sequences: dict[str, str] = {}

    def withheld(self) -> Withheld:
        staff = {name for file in self._assignment.staff_files() for name in _staff_names(file)}
        shared = self._shared(staff)
        for cell in self._cells:
            self._add_solution(cell)
        for owner, atom in self._test_atoms():
            if (atom.weight >= TEST_WEIGHT or atom.names & staff - COMMON) and atom.form not in shared:
                self._add(owner, atom)
        course = self._assignment.course
        salt = course.salt
        return Withheld(
            self._forms,
            self._renamed,
            self._sequences,
            self._runs(),
            self._known_functions,
            self._known,
            salt if salt != PUBLIC_SALT and len(salt) >= SALT_SHORTEST else None,
            tuple({str(course.root), str(KIT_ROOT)}),
        )

    def _allowed(self, text: str) -> tuple[Atom, ...]:
        found = atoms_of(text, self._known)
        if found is None:
            file = self._assignment.folder / "assignment.toml"
            raise CourseError(f"{file}: what is listed under public has to be Python, and this is not: {text!r}")
        return found

    def _known_names(self) -> frozenset[str]:
        """Return names of modules, functions and classes that the notebook and the packages have."""
        texts = [cell.visible for cell in self._cells if cell.code]
        texts += [path.read_text(encoding="utf-8") for path in self._package_files()]
        names = set(BUILTINS) | {"self"} | {name.rpartition(".")[2] for name in self._known_functions}
        for text in texts:
            names |= _bound_names(text)
        return frozenset(names)

    def _package_files(self) -> list[Path]:
        return [path for folder in self._assignment.package_folders.values() for path in sorted(folder.rglob("*.py"))]

    def _functions(self) -> Iterator[tuple[str, str]]:
        for cell in self._cells:
            if cell.stub:
                yield from ((found.name, cell.name) for found in definitions(cell.source))

    def _solution_atoms(self, cell: _Cell) -> Iterator[Atom]:
        for atom in atoms_of(cell.source, self._known) or () if cell.stub else ():
            if any(region.holds(atom.line) for region in cell.solutions):
                yield atom

    def _allow_solution(self, cell: _Cell) -> None:
        self._public |= {form for atom in self._solution_atoms(cell) for form in (atom.form, atom.renamed)}
        self._public_sequences |= {text for text in light_sequences(cell.source, cell.solutions) if text}

    def _add_solution(self, cell: _Cell) -> None:
        if not cell.stub:
            return
        owner = f"the solution of {cell.name}"
        before = len(self._forms)
        for atom in self._solution_atoms(cell):
            if atom.form in self._public:
                continue
            self._add(owner, atom)
            if self._is_telling(atom) and atom.renamed not in self._public:
                self._renamed.setdefault(atom.renamed, owner)
        light = light_sequences(cell.source, cell.solutions)
        light = ["" if text in self._public_sequences else text for text in light]
        # A solution that is nothing but light has to be told by each of its lines.
        alone = light if len(self._forms) == before else []
        for sequence in [*pairs_of(light), *filter(None, alone)]:
            self._sequences.setdefault(sequence, owner)

    def _is_telling(self, atom: Atom) -> bool:
        """Whether a statement is recognised by what it does, whatever its variables are called."""
        students = {name.rpartition(".")[2] for name in self._known_functions}
        calls = any(isinstance(node, ast.Name) and node.id in students for node in ast.walk(atom.node))
        return atom.weight >= RENAMED_WEIGHT or (calls and atom.whole)

    def _add(self, owner: str, atom: Atom) -> None:
        # `np.zeros(3)` or `1 - x**2` say little; a statement says also what becomes of it.
        if atom.form in self._public or (not atom.whole and len(atom.names) < 2):
            return
        self._forms.setdefault(atom.form, owner)
        self._sequences.setdefault(sequence_of(atom.text), owner)

    def _test_atoms(self) -> Iterator[tuple[str, Atom]]:
        for file in self._assignment.staff_files():
            name = file.relative_to(self._assignment.folder).as_posix()
            owner = f"the hidden tests ({name})" if file.parent.name == "hidden" else f"a staff file ({name})"
            yield from ((owner, atom) for atom in atoms_of(file.read_text(encoding="utf-8"), self._known) or ())
        for cell in self._cells:
            inside = [region for region in regions(cell.source) if region.kind == TESTS]
            found = atoms_of(cell.source, self._known) if cell.code and inside else ()
            for atom in found or ():
                if any(region.holds(atom.line) for region in inside):
                    yield f"the hidden tests in {cell.name}", atom

    def _shared(self, staff: set[str]) -> set[str]:
        """Return forms that hidden tests and what is provided may have in common: worked examples, idioms.

        Whatever names what only hidden tests have, such as their fixtures, is not among them.
        """
        texts = [cell.visible for cell in self._cells if cell.code and not cell.stub]
        texts += [path.read_text(encoding="utf-8") for path in self._package_files()]
        found = (atom for text in texts for atom in atoms_of(text, self._known) or ())
        return {atom.form for atom in found if not atom.names & staff}

    def _runs(self) -> dict[tuple[str, ...], str]:
        """Return the runs of words of mark schemes and answers, without those that quote the question above them."""
        found: dict[tuple[str, ...], str] = {}
        for cell in self._cells:
            for region in (region for region in regions(cell.source) if region.kind == SCHEME):
                inside = "\n".join(cell.source.split("\n")[region.first : region.last - 1])
                secret = runs_of(inside) - runs_of(cell.visible)
                found.update(dict.fromkeys(secret, f"the mark scheme in {cell.name}"))
            if cell.answer:
                secret = runs_of(without_regions(cell.source, (SCHEME,)))
                found.update(dict.fromkeys(secret, f"the answer to {cell.name}"))
        return found


def light_sequences(source: str, inside: list[Region]) -> list[str]:
    """Return the statements of a solution that are too light to be told alone, as sequences of tokens.

    An empty text stands for each of the others.
    """
    found = []
    for statement in all_statements(syntax_tree(source) or ast.Module([], [])):
        simple = not isinstance(statement, Compound) and any(region.holds(statement.lineno) for region in inside)
        light = simple and not is_text(statement) and 0 < weight(statement) < LIGHTEST
        found.append(sequence_of(ast.unparse(statement)) if light else "")
    return found


def pairs_of(sequences: list[str]) -> list[str]:
    """Return each two neighbours among sequences of tokens as one."""
    return [one + other.lstrip() for one, other in itertools.pairwise(sequences) if one and other]


class _Cell:
    """A cell of the source notebook."""

    def __init__(self, cell: Any) -> None:
        meta = cell.metadata.get("nbgrader", {})
        self.source: str = cell.source
        self.name: str = meta.get("grade_id") or cell.get("id") or "a cell without a name"
        self.code = cell.cell_type == "code"
        self.stub = self.code and bool(meta.get("solution"))
        self.answer = not self.code and bool(meta.get("solution"))
        self.solutions = [region for region in regions(cell.source) if region.kind == SOLUTION] if self.code else []

    @property
    def visible(self) -> str:
        """The text that students see of it."""
        return "" if self.answer else without_regions(self.source)


def _bound_names(text: str) -> set[str]:
    """Return the modules, functions and classes that a text names at its top level."""
    names: set[str] = set()
    for node in all_statements(syntax_tree(text) or ast.Module([], [])):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def _staff_names(file: Path) -> set[str]:
    """Return the names that only staff's files have: fixtures, and what comes from the autograder."""
    names: set[str] = set()
    for node in all_statements(syntax_tree(file.read_text(encoding="utf-8")) or ast.Module([], [])):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            names |= {argument.arg for argument in node.args.args}
    return names
