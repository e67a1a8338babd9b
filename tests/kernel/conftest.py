"""Kernels at the best level that this machine offers, none of which outlives its test."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.kernel.kind import KernelKind
from autograder.kernel.manager import forked_kernel
from autograder.kernel.sandbox import filesystem
from autograder.kernel.sandbox.levels import Level, best
from autograder.kernel.zygote_client import ZygoteClient
from autograder.marking.execution.isolation import imported_ahead

# A package that an assignment provides.
PROVIDED = KIT_ROOT / "cs231n"
CAGE = Path(__file__).with_name("cage.py")
Run = Callable[..., list[nbformat.NotebookNode]]


@pytest.fixture(scope="session")
def level() -> Level:
    """The strongest level that this machine offers."""
    return best()


@pytest.fixture(scope="session")
def kind(level: Level) -> KernelKind:
    """The kind of the kernels of this repository's assignment, at the best level."""
    assignment = Assignment(Course(KIT_ROOT), "rnn_captioning")
    packages = tuple(assignment.package_folders.values())
    return KernelKind(level, packages=packages, modules=imported_ahead(assignment), staff=assignment.course.staff)


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for temporary files, with a short path; in the end it must be empty."""
    folder = Path(tempfile.mkdtemp(prefix="ag"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    try:
        yield folder
        assert not list(folder.iterdir()), "scratch files that outlive their test"
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def zygote_client(kind: KernelKind) -> Iterator[ZygoteClient]:
    """A client of the test's own, which ends with it."""
    made = ZygoteClient(kind)
    yield made
    made.close()


@pytest.fixture
def kernel_said(scratch: Path) -> Callable[[KernelKind, str], str]:
    """Return a function that runs a cell in a new kernel of a kind, and returns what it printed."""

    def said(kind: KernelKind, source: str) -> str:
        cell = nbformat.v4.new_code_cell(source)
        with tempfile.TemporaryDirectory() as folder:
            client = NotebookClient(
                nbformat.v4.new_notebook(cells=[cell]),
                km=forked_kernel(kind),
                timeout=60,
                resources={"metadata": {"path": folder}},
            )
            client.execute(cleanup_kc=True)
        return "".join(output.text for output in cell.outputs)

    return said


@pytest.fixture
def run(kind: KernelKind, scratch: Path) -> Run:
    """Return a function that runs cells in a new kernel, through nbclient as it is, and returns them."""

    def run(*sources: str, files: dict[str, str] | None = None) -> list[nbformat.NotebookNode]:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (files or {}).items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            client = NotebookClient(
                nbformat.v4.new_notebook(cells=cells),
                km=forked_kernel(kind),
                allow_errors=True,
                timeout=60,
                resources={"metadata": {"path": folder}},
            )
            client.execute(cleanup_kc=True)
        return cells

    return run


@dataclass(frozen=True)
class Answer:
    """What came of a piece of code.

    Attributes:
        value: What it left in `result`, as JSON has it.
        error: The type of the exception that ended it.
        number: Its errno.
        text: Its message.
        sandbox: Why no process could be sandboxed to run it.
    """

    value: Any = None
    error: str = ""
    number: int | None = None
    text: str = ""
    sandbox: str = ""


class Cage:
    """Runs pieces of code in sandboxed processes, one process for each.

    Args:
        level: How far.
        readable: What they may read besides the system's paths.
        kit: The folder that `autograder` is imported from.
    """

    def __init__(self, level: Level, readable: tuple[Path, ...], kit: Path = KIT_ROOT) -> None:
        self.level = level
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-P", str(CAGE), level, *map(str, readable)],
            env={"PYTHONPATH": str(kit)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started = self._answer()
        self.fault = started.get("sandbox", "")

    @property
    def pid(self) -> int:
        """The number of the outermost process."""
        return self._process.pid

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"sandbox": "the cage has ended"}

    def ask(
        self, code: str, *, scratch: str, unfiltered: bool = False, announce: bool = False, **given: object
    ) -> None:
        """Ask for code to be run.

        Args:
            code: What to run.
            scratch: The folder that it works in.
            unfiltered: Let every system call through.
            announce: Also say when the process has been sandboxed.
            given: Names that the code has.
        """
        assert self._process.stdin is not None
        request = {"code": code, "given": given, "unfiltered": unfiltered, "announce": announce, "scratch": scratch}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def begin(self, code: str, **options: Any) -> None:
        """Begin to run code, which need not end; return when it is sandboxed. Options are those of `ask`."""
        self.ask(code, announce=True, **options)
        assert self._answer() == {"forked": True}

    def end(self) -> int:
        """Wait until the outermost process has ended, and return its exit code."""
        return self._process.wait(30)

    def run(self, code: str, **options: Any) -> Answer:
        """Run code and return what came of it; options are those of `ask`."""
        if self.level is Level.FULL:
            self.ask(code, **{"scratch": str(filesystem.SCRATCH), **options})
            return Answer(**self._answer())
        with tempfile.TemporaryDirectory() as folder:
            self.ask(code, **{"scratch": folder, **options})
            return Answer(**self._answer())

    def close(self) -> None:
        """End it, and all that it has started."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="session")
def readable_at() -> Callable[[Level], tuple[Path, ...]]:
    """Return a function that returns what cages may read: below full no more of Python, which may be root's alone."""
    return lambda level: (
        filesystem.readable_paths([PROVIDED]) if level is Level.FULL else (Path("/usr/share/zoneinfo"),)
    )


@pytest.fixture(scope="session")
def cages(readable_at: Callable[[Level], tuple[Path, ...]]) -> Iterator[Callable[[Level], Cage]]:
    """Return a function that returns a cage of a level; skips where the level is not available."""
    made: dict[Level, Cage] = {}

    def cage(level: Level) -> Cage:
        if level not in made:
            made[level] = Cage(level, readable_at(level))
        if made[level].fault:
            pytest.skip(f"level {level} is not available here: {made[level].fault}")
        return made[level]

    try:
        yield cage
    finally:
        for one in made.values():
            one.close()


@pytest.fixture
def cage_of() -> Iterator[Callable[..., Cage]]:
    """Return a function that makes a cage of the test's own: level, what it may read, and from where it has the kit."""
    made: list[Cage] = []

    def cage_of(level: Level, *readable: Path, kit: Path = KIT_ROOT) -> Cage:
        made.append(Cage(level, readable, kit))
        return made[-1]

    try:
        yield cage_of
    finally:
        for cage in made:
            cage.close()


@pytest.fixture
def outside(cages: Callable[[Level], Cage]) -> Cage:
    """Where nothing is forbidden."""
    return cages(Level.OFF)


@pytest.fixture
def full(cages: Callable[[Level], Cage]) -> Cage:
    """Level full."""
    return cages(Level.FULL)


@pytest.fixture
def no_userns(cages: Callable[[Level], Cage]) -> Cage:
    """Level no-userns."""
    return cages(Level.NO_USERNS)


@pytest.fixture(params=[Level.FULL, Level.NO_USERNS])
def inside(request: pytest.FixtureRequest, cages: Callable[[Level], Cage]) -> Cage:
    """Each level at which something is forbidden."""
    return cages(request.param)
