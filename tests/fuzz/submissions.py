"""What may be handed in: folders with odd names, damaged archives and notebooks, odd metadata, and slow texts."""

from __future__ import annotations

import contextlib
import copy
import functools
import itertools
import json
import os
import resource
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.grading.submitted import Submission
from autograder.marking.cell_selection import left_out
from autograder.marking.restore import restore
from autograder.marking.sanitise import clean_cells
from autograder.submissions.checks import Rejected
from autograder.submissions.read import read_submission
from autograder.submissions.repair import mend
from tests.fuzz.bombs import ASSIGNMENT, SIZE, bombs
from tests.fuzz.files import zipped
from tests.fuzz.mutation import TEXTS, json_bytes, mutated_bytes, mutated_text, mutated_value, nested, odd_value
from tests.fuzz.target import Target, Wrong, drawn

RELEASE = KIT_ROOT / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
SOLVED = KIT_ROOT / "solutions" / ASSIGNMENT
LAYERS = "cs231n/rnn_layers.py"
NAMES = (
    f"{ASSIGNMENT}.ipynb", LAYERS, "cs231n/classifiers/rnn.py", "cs231n/__init__.py", "timestamp.txt", "a.zip", "A.ZIP",
    "timestamp.txt/x", f"{ASSIGNMENT}.html", "../x.py", "x/../../y.ipynb", "a\nb.ipynb",
    "\x1b[2J.ipynb", "\udcff.ipynb",
    "b\u202eipynb.py", "=1+1.csv", "x.ipynb.txt", "x.ipynb/x.ipynb", "con.py", " .ipynb", "-rf.ipynb", ".ipynb",
    "__MACOSX/x.ipynb", "n" * 250 + ".py", "/".join(["d" * 200] * 15) + "/x.py", "a/" * 60 + "x.ipynb",
    "$(x).py", "'\".py",
)  # fmt: skip
TIMES = ("2026-03-01 12:00:00 UTC", "", "9" * 5000, "\0", "0000-00-00", "tomorrow", "2026-03-01 12:00:00 " + "X" * 500)
FIELDS = ("grade_id", "grade", "solution", "locked", "task", "points", "schema_version", "checksum", "cell_type")
# Slow texts are read at two sizes; what takes longer than this may take so many times as long as what is smaller.
SMALLER, GROWTH, NOTICED = 4, 3, 1.0
TRIED = 0.1


@functools.cache
def assignment() -> Assignment:
    """Return the assignment that is handed in."""
    return Assignment(Course(KIT_ROOT), ASSIGNMENT)


@functools.cache
def contents() -> dict[str, bytes]:
    """Return what is handed in rightly."""
    modules = {str(file.relative_to(SOLVED)): file.read_bytes() for file in sorted(SOLVED.rglob("*.py"))}
    return {RELEASE.name: RELEASE.read_bytes(), **modules}


def files_of(case: Mapping[str, str]) -> dict[str, bytes]:
    """Return files as they are handed in, from how they stand in a case."""
    return {name: text.encode("latin-1") for name, text in case.items()}


def case_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return files as they stand in a case."""
    return {name: data.decode("latin-1") for name, data in files.items()}


def draw_folder(rng: Random) -> bytes:
    """Return a hand-in of files with odd names and changed contents, or an archive of them."""
    there = contents()
    files = {}
    for name in rng.sample(NAMES, rng.randrange(1, 6)):
        data = there.get(name) or rng.choice(list(there.values()))
        if name.endswith("timestamp.txt"):
            data = rng.choice(TIMES).encode()
        elif name.lower().endswith(".zip"):
            data = zipped(dict(itertools.islice(there.items(), 2)))
        files[name] = mutated_bytes(rng, data) if rng.random() < 0.6 else data
    if rng.random() < 0.4:
        archive = zipped({name.encode("utf-8", "replace").decode(): data for name, data in files.items()})
        files = {"hand_in.zip": mutated_bytes(rng, archive, 3) if rng.random() < 0.7 else archive}
    return json_bytes(case_of(files))


def hand_in(data: bytes) -> None:
    """Hand files in as a folder, as the ways in do: look at it, take its bytes, and read it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "ada"
        folder.mkdir()
        for name, text in files_of(json.loads(data)).items():
            write(folder, name, text)
        one = Submission("ada", folder)
        one.digest()
        one.collect()
        read_submission(assignment(), folder)


def write(folder: Path, name: str, data: bytes) -> None:
    """Write a file of a hand-in, if a file of that name can be."""
    file = Path(os.path.normpath(folder / name))
    if not file.is_relative_to(folder):
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except (OSError, ValueError):  # too long a name, or a file where a folder is needed
        return


def draw_notebook(rng: Random) -> bytes:
    """Return the released notebook with odd metadata."""
    notebook = copy.deepcopy(released())
    for _ in range(rng.randrange(1, 8)):
        change_cells(rng, notebook["cells"])
    if rng.random() < 0.3:
        more = {rng.choice(TEXTS): nested(rng, 40)}
        notebook["metadata"] = mutated_value(rng, {**notebook["metadata"], **more}, 0.2)
    if rng.random() < 0.2:
        notebook[rng.choice(("nbformat", "nbformat_minor", "metadata", "worksheets"))] = odd_value(rng)
    return json_bytes(notebook)


def change_cells(rng: Random, cells: list[Any]) -> None:
    """Change what is known of a cell, double it, or put something else beside it."""
    whole = [cell for cell in cells if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict)]
    cell, other = rng.choice(whole), rng.choice(whole)
    known = cell["metadata"].get("nbgrader", {})
    match rng.randrange(7):
        case 0 if isinstance(known, dict):
            cell["metadata"]["nbgrader"] = {**known, rng.choice(FIELDS): odd_value(rng)}
        case 1 if isinstance(known, dict) and isinstance(other["metadata"].get("nbgrader"), dict):
            known["grade_id"] = other["metadata"]["nbgrader"].get("grade_id")
        case 2:
            cell["metadata"] = mutated_value(rng, cell["metadata"], 0.2)
        case 3:
            cells.insert(rng.randrange(len(cells)), copy.deepcopy(cell))
        case 4:
            cell[rng.choice((*cell, "id", "attachments", "outputs"))] = odd_value(rng)
        case 5:
            cell["source"] = mutated_text(rng, "".join(cell.get("source") or []))
        case 6:
            cells.insert(rng.randrange(len(cells)), odd_value(rng))


@functools.cache
def released() -> dict[str, Any]:
    """Return the released notebook."""
    notebook: dict[str, Any] = json.loads(RELEASE.read_bytes())
    return notebook


def put_in_order(data: bytes) -> None:
    """Mend and restore a notebook as marking does; what comes of it must be a notebook, with all graded cells once."""
    mended = mend(assignment(), RELEASE.name, data).notebook
    notebook = restore(assignment(), mended)
    left_out(assignment(), notebook)
    clean_cells(notebook)
    nbformat.validate(nbformat.reads(nbformat.writes(notebook).encode().decode(), as_version=4))
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    wrong = [problem.check for problem in assignment().problems.values() if names.count(problem.check) != 1]
    if wrong:
        raise Wrong(f"these cells are not there once: {wrong}")


def all_bombs(seed: int) -> Iterator[bytes]:
    """Yield slow files, each at two sizes; a few of all that there are, and others with another seed."""
    rng = Random(seed)
    for number in itertools.count(seed):
        for (name, small), (_, large) in zip(
            bombs(Random(number), SIZE // SMALLER), bombs(Random(number), SIZE), strict=True
        ):
            if rng.random() < TRIED:
                yield json_bytes([case_of({name: small}), case_of({name: large})])


def set_off(data: bytes) -> None:
    """Read a slow file at both sizes; the time that it takes may not grow faster than the file."""
    taken = []
    for files in json.loads(data):
        before = used()
        with contextlib.suppress(Rejected):
            hand_in(json_bytes(files))
        taken.append(used() - before)
    small, large = taken
    if large > NOTICED and large > GROWTH * SMALLER * small:
        raise Wrong(f"{next(iter(files))}: {small:.2f} seconds, and {large:.2f} seconds at {SMALLER} times the size")


def used() -> float:
    """Return the seconds of processor time that this process has used, and those that it has waited for."""
    return sum(
        one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


TARGETS = (
    Target("folders", drawn(draw_folder), hand_in, (Rejected,), per_megabyte=10.0),
    Target("metadata", drawn(draw_notebook), put_in_order, (Rejected,), per_megabyte=10.0),
    Target("bombs", all_bombs, set_off, seconds=10.0, per_megabyte=10.0),
)
