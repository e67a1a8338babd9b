"""Reads a submission of module files: those of the package in which problems are solved, and helpers of the student's.

The files are found wherever they lie in a folder or an archive. Their text is read, never run: that happens in a
kernel, see `autograder.kernel.module_importer`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import msgspec

from autograder.course.assignment import Assignment, ModuleFile
from autograder.course.digest import framed
from autograder.course.problem import Problem
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.submissions.archives import Candidate
from autograder.submissions.checks import printable_name
from autograder.submissions.module_file import Cut, ModuleText, read_text

# How many files are read that may be the one that is marked.
CANDIDATES_MAX = 8
# Files that may come along with those that are marked, and their characters in all.
HELPERS_MAX = 60
HELPERS_SIZE = 1_000_000
# Names of numpy 1 that solutions of the original course use, and what replaces them.
GONE = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "object": "object",
    "str": "str",
    "complex": "complex",
    "long": "int",
    "unicode": "str",
    "float_": "np.float64",
    "complex_": "np.complex128",
    "bool8": "np.bool_",
    "infty": "np.inf",
    "Inf": "np.inf",
    "NaN": "np.nan",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "alltrue": "np.all",
    "sometrue": "np.any",
}
OWN = gettext_noop("Its own modules came along: {files}.")
COPIES = gettext_noop(
    "Copies of provided modules came along, for what else they define: {files}. What is provided came from the kit."
)


@dataclass(frozen=True)
class ModulePart:
    """One of the files in which problems are solved.

    Attributes:
        entry: What the assignment says of it.
        problems: The problems that are solved in it.
        module: What was handed in, None when there is no such file.
    """

    entry: ModuleFile
    problems: tuple[Problem, ...]
    module: ModuleText | None

    @property
    def names(self) -> list[str]:
        """The functions or methods that it must define."""
        return [name for problem in self.problems for name in problem.functions]

    @property
    def fault(self) -> Message | None:
        """Why nothing of it can be run, None when something can."""
        if self.module is None:
            return say("there is no {file} in the hand-in", file=self.entry.file)
        return self.module.fault

    def cut(self, name: str) -> Cut | None:
        """Return the text of one of its functions or methods, None when there is none."""
        return self.module.cut(name, self.entry.owner) if self.module else None


@dataclass(frozen=True)
class ModuleSubmission:
    """A submission of module files.

    Attributes:
        package: The package that they lie in.
        parts: The files in which problems are solved, in the assignment's order.
        helpers: Other files of the student's, by the path under which they are imported.
        notes: Findings for the record.
    """

    package: str
    parts: tuple[ModulePart, ...]
    helpers: dict[str, ModuleText]
    notes: tuple[Message, ...]

    @property
    def texts(self) -> dict[str, str]:
        """All texts that are run, by the path under which they are imported."""
        parts = {part.entry.file: part.module.text for part in self.parts if part.module and not part.fault}
        return {**parts, **{path: helper.text for path, helper in self.helpers.items()}}

    @property
    def data(self) -> bytes:
        """The bytes of the record's digest: the files that are marked, whatever else was handed in."""
        parts = {part.entry.file: part.module for part in self.parts if part.module}
        # Sorted by path, so that the digest does not depend on the order in which a folder was read.
        files = sorted({**parts, **self.helpers}.items())
        return framed(part for path, module in files for part in (path.encode(), module.data))

    def plan(self) -> str:
        """Return everything that a kernel needs of it, as JSON."""
        parts = [
            {
                "file": part.entry.file,
                "owner": part.entry.owner,
                "names": part.names,
                "fault": part.fault and str(part.fault),
            }
            for part in self.parts
        ]
        return json.dumps({"package": self.package, "files": self.texts, "parts": parts})

    def packed(self) -> PackedModules:
        """Return it without what the assignment says of it."""
        return PackedModules(self.package, [part.module for part in self.parts], self.helpers, self.notes)

    def noted(self, note: Message) -> ModuleSubmission:
        """Return a copy with one more note."""
        return replace(self, notes=(*self.notes, note))

    def written(self) -> int:
        """Return how many of the functions asked for are more than stubs; in a file that can't be read, all count."""
        return sum(_written(part.module, part.entry, part.names) for part in self.parts)


class PackedModules(msgspec.Struct):
    """A submission of module files on its way from the child process; see `ModuleSubmission`."""

    package: str
    modules: list[ModuleText | None]
    helpers: dict[str, ModuleText]
    notes: tuple[Message, ...]

    def unpacked(self, assignment: Assignment) -> ModuleSubmission:
        """Return the submission."""
        parts = tuple(
            ModulePart(entry, problems_in(assignment, entry), module)
            for entry, module in zip(assignment.modules, self.modules, strict=True)
        )
        return ModuleSubmission(self.package, parts, self.helpers, self.notes)


def problems_in(assignment: Assignment, entry: ModuleFile) -> tuple[Problem, ...]:
    """Return the problems that are solved in a file."""
    return tuple(assignment.problems[name] for name in entry.problems)


def find_modules(assignment: Assignment, files: Iterable[Candidate]) -> ModuleSubmission | None:
    """Return the submission that module files make; None when none of them has to do with any problem."""
    return Search(assignment, files).submission()


class Search:
    """Looks for an assignment's files among all that were handed in."""

    def __init__(self, assignment: Assignment, files: Iterable[Candidate]) -> None:
        self._assignment = assignment
        self._files = {file.name: file for file in files if file.name.endswith(".py")}
        self._notes: list[Message] = []

    def submission(self) -> ModuleSubmission | None:
        """Return the submission, None when no file has to do with any problem."""
        parts = tuple(self._part(entry) for entry in self._assignment.modules)
        if not any(map(_asked_for, parts)):
            return None
        helpers = dict(self._helpers(parts))
        found = [printable_name(part.module.found) for part in parts if part.module]
        notes = [say("Handed in as module files: {files}.", files=found), *self._notes]
        notes += [note for part in parts for note in _notes(part, helpers)]
        for text, copies in ((OWN, False), (COPIES, True)):
            if named := [path for path in sorted(helpers) if bool(self._assignment.provides(path)) == copies]:
                notes.append(say(text, files=named))
        package = PurePosixPath(self._assignment.modules[0].file).parts[0]
        return ModuleSubmission(package, parts, helpers, tuple(notes))

    def _part(self, entry: ModuleFile) -> ModulePart:
        problems = problems_in(self._assignment, entry)
        names = [name for problem in problems for name in problem.functions]
        read = [read_text(entry.file, name, self._files[name].data) for name in self._candidates(entry)]
        # By what is written in them: the file that was worked on lies beside copies and older versions.
        ranked = sorted(read, key=lambda one: (-_written(one, entry, names), _distance(one.found, entry), one.found))
        if len({one.text for one in ranked}) > 1:
            others = [printable_name(one.found) for one in ranked[1:4]]
            self._notes.append(
                say(
                    "Of {count} files {file} the one in {found} was taken, for what is written in it; not {others}. "
                    "Hand in one of them.",
                    count=len(ranked),
                    file=entry.file,
                    found=printable_name(ranked[0].found),
                    others=others,
                )
            )
        return ModulePart(entry, problems, ranked[0] if ranked else None)

    def _candidates(self, entry: ModuleFile) -> list[str]:
        """Return the files that may be a part: those with the longest end of the path in common with it."""
        parts = PurePosixPath(entry.file).parts
        for length in range(len(parts), 0, -1):
            if found := [name for name in self._files if PurePosixPath(name).parts[-length:] == parts[-length:]]:
                return sorted(found, key=lambda name: (name.count("/"), name))[:CANDIDATES_MAX]
        return []

    def _helpers(self, parts: tuple[ModulePart, ...]) -> Iterator[tuple[str, ModuleText]]:
        """Yield the student's own modules beside the parts, and copies of provided ones that define more than those."""
        taken = {part.module.found for part in parts if part.module}
        waiting = {path: found for path, found in self._beside(parts) if found not in taken}
        reached = {name for part in parts if part.module for name in part.module.imports}
        size = count = 0
        # Only what is imported, in steps: a folder may also hold other work of the student's.
        while path := next((path for path in sorted(waiting) if reached & _called(path)), None):
            found = waiting.pop(path)
            # Bytes are counted before a file is parsed, so that many files cannot take the time of the whole
            # submission.
            size, count = size + len(self._files[found].data), count + 1
            if size > HELPERS_SIZE or count > HELPERS_MAX:
                self._notes.append(
                    say("Its own modules are too many or too large: {path} was left out.", path=printable_name(path))
                )
                return
            helper = read_text(path, found, self._files[found].data)
            reached |= helper.imports
            if helper.fault:
                self._notes.append(say("{fault}.", fault=helper.fault))
            if helper.text and _adds(self._assignment.provides(path), helper):
                yield path, helper

    def _beside(self, parts: tuple[ModulePart, ...]) -> Iterator[tuple[str, str]]:
        """Yield the paths under which files near the parts can be imported, and their names."""
        for part in parts:
            if part.module is None:
                continue
            own, found = PurePosixPath(part.entry.file).parts, PurePosixPath(part.module.found).parts
            common = common_end(own, found)
            folder, prefix = found[: len(found) - common], own[: len(own) - common]
            for name in self._files:
                path = PurePosixPath(name).parts
                below = (*prefix, *path[len(folder) :])
                # Beside the package its own folder is looked at, not those of others.
                inside = path[: len(folder)] == folder and (len(below) == 1 or below[0] == own[0])
                if inside and all(piece.removesuffix(".py").isidentifier() for piece in below):
                    yield "/".join(below), name


def common_end(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many of their last parts two paths have in common."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _called(path: str) -> set[str]:
    """Return the names that an import statement can use for a file, without the packages in front."""
    parts = PurePosixPath(path).with_suffix("").parts
    return set(parts[-2:] if parts[-1] == "__init__" else parts[-1:])


def _adds(provided: Path | None, helper: ModuleText) -> bool:
    """Return whether a file is the student's own, or a copy of a provided one that defines more."""
    if provided is None:
        return True
    if provided.name == "__init__.py":
        return False
    return bool(helper.names - read_text(provided.name, provided.name, provided.read_bytes()).names)


def _asked_for(part: ModulePart) -> bool:
    """Return whether a file has to do with its problems; the provided one has not, though its class has the methods."""
    if part.module is None:
        return False
    return bool(_written(part.module, part.entry, part.names)) or (
        part.entry.owner is None and any(part.cut(name) for name in part.names)
    )


def _written(module: ModuleText | None, entry: ModuleFile, names: list[str]) -> int:
    if module is None:
        return 0
    if module.fault:
        return len(names)
    cuts = [module.cut(name, entry.owner) for name in names]
    return sum(cut is not None and cut.written for cut in cuts)


def _distance(found: str, entry: ModuleFile) -> int:
    return len(PurePosixPath(found).parts) - len(PurePosixPath(entry.file).parts)


def _notes(part: ModulePart, helpers: dict[str, ModuleText]) -> Iterator[Message]:
    """Yield notes on a part that a person should know."""
    file = part.entry.file
    asked = list(part.entry.problems)
    if part.module is None:
        yield say(
            "There is no {file}: nothing could be marked for {asked}. Hand in both files.", file=file, asked=asked
        )
    elif part.fault:
        yield say("{fault}. Nothing could be marked for {asked}.", fault=part.fault, asked=asked)
    else:
        cuts = {name: part.cut(name) for name in part.names}
        elsewhere = part.module.imports.union(*(helper.names for helper in helpers.values()))
        if absent := [name for name, cut in cuts.items() if cut is None and name not in elsewhere]:
            yield say("{file} defines no {absent}.", file=file, absent=absent)
        if empty := [name for name, cut in cuts.items() if cut is not None and not cut.written]:
            yield say("{file}: unfilled: {empty}.", file=file, empty=list(empty))
        if gone := sorted(part.module.numpy & set(GONE) - _numpy_names()):
            mended = [say("np.{name} (write {instead})", name=name, instead=GONE[name]) for name in gone]
            yield say("{file}: numpy no longer has {mended}.", file=file, mended=mended)


def _numpy_names() -> set[str]:
    import numpy as np

    return set(vars(np))
