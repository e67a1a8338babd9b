"""The same twelve hand-ins, marked in each way that there is: points and verdicts are the same.

A further way is a function that marks all of them, and its line in `WAYS`.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import nbformat
import pytest

from autograder.bundles.github.job import Job
from autograder.bundles.github.job import mark as mark_job
from autograder.bundles.github.settings import SETTINGS, Settings
from autograder.bundles.gradescope.bundle import Settings as GradescopeSettings
from autograder.bundles.gradescope.container import Place
from autograder.bundles.gradescope.container import main as run_container
from autograder.course.assignment import Assignment
from autograder.course.gradebook_scores import gradebook_scores
from autograder.course.handing_in import Rules
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Record, Status, read_record
from autograder.kernel.sandbox.levels import Level, best
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.server.attempts.storage import RECORD, Storage
from autograder.server.tables import Attempt, Marking
from tests.bundles.github.actions import report
from tests.server.served import Served, hand_in, serving, show, watch
from tests.submissions.module_files import BOTH, FILE
from tests.support.course import write_hand_in

NAME = "arithmetic"
DOUBLE, HALVE = "def double(x): return 2 * x", "def halve(x): return x / 2, 'cache'"
ENDLESS = "def halve(x):\n    while True:\n        pass"
WRITTEN: dict[str, dict[str, str]] = {
    "right": {"double": DOUBLE, "halve": HALVE},
    "half": {"double": DOUBLE},
    "wrong": {"double": "def double(x): return x + 2", "halve": "def halve(x): return x, 'cache'"},
    "untouched": {},
    "raising": {"double": "def double(x): return x.no_such_thing", "halve": HALVE},
    "ending": {"double": "def double(x):\n    import os\n    os._exit(0)", "halve": HALVE},
    "endless": {"double": DOUBLE, "halve": ENDLESS},
    "generous": {"double": "def double(x): return 2 * x, x", "halve": HALVE},
}
TABLE = {
    "right": 10, "half": 4, "wrong": 0, "untouched": 0, "raising": 6, "ending": 6, "endless": 4, "generous": 9,
    "chinese": 4, "modules": 10, "linked": 0, "no_notebook": 0,
}  # fmt: skip
REFUSED = {"linked", "no_notebook"}
# Points, and how each test came out, by problem; nothing of a hand-in that was refused.
Row = tuple[float, dict[str, list[str]]]
Way = Callable[[Assignment, dict[str, Path], Path], dict[str, Row]]


def write_class(assignment: Assignment) -> dict[str, Path]:
    """Write the twelve hand-ins as a class hands them in, and return their folders by student."""
    course = assignment.course
    for student, functions in WRITTEN.items():
        write_hand_in(course, functions.get("double"), functions.get("halve"), student=student)
    submitted = course.classroom / "submitted"
    folders = {student: submitted / student / NAME for student in TABLE}
    chinese = nbformat.read(course.release(NAME, "zh-CN") / f"{NAME}.ipynb", as_version=4)
    next(cell for cell in chinese.cells if cell.source.startswith("def double")).source = DOUBLE
    folders["chinese"].mkdir(parents=True)
    nbformat.write(chinese, folders["chinese"] / f"{NAME}.ipynb")
    (folders["modules"] / FILE).parent.mkdir(parents=True)
    (folders["modules"] / FILE).write_text(BOTH, encoding="utf-8")
    shutil.copytree(folders["right"], folders["linked"])
    (folders["linked"] / "data").symlink_to("/etc")
    folders["no_notebook"].mkdir(parents=True)
    (folders["no_notebook"] / f"{NAME}.ipynb").write_text("no notebook", encoding="utf-8")
    # One of them comes as an archive.
    with zipfile.ZipFile(folders["half"] / "all.zip", "w") as packed:
        packed.write(folders["half"] / f"{NAME}.ipynb", f"work/{NAME}.ipynb")
    (folders["half"] / f"{NAME}.ipynb").unlink()
    return folders


def row(record: Record) -> Row:
    verdicts = {problem.id: [test.verdict.value for test in problem.tests] for problem in record.problems}
    return record.score, verdicts


def kit(*arguments: str, cwd: Path) -> None:
    """Run a command of the kit's, which may end with 2 for a hand-in that it refuses."""
    environment = {**os.environ, "PYTHONPATH": str(KIT_ROOT)}
    command = [sys.executable, "-m", "autograder.cli", *arguments, "--allow-weaker-isolation"]
    ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=1200, check=False)
    assert ran.returncode in (0, 2), ran.stderr


def by_mark(assignment: Assignment, folders: dict[str, Path], scratch: Path) -> dict[str, Row]:
    """`autograder mark`, one after the other."""
    rows = {}
    for student, folder in folders.items():
        file = scratch / f"{student}.json"
        kit("mark", NAME, str(folder), "--json", str(file), cwd=assignment.course.root)
        rows[student] = row(read_record(file))
    return rows


def by_grade(assignment: Assignment, folders: dict[str, Path], scratch: Path) -> dict[str, Row]:
    """`autograder grade`: points are those of the gradebook."""
    kit("grade", NAME, "--jobs", "1", cwd=assignment.course.root)
    scores = gradebook_scores(assignment)
    rows = {}
    for student in folders:
        _, verdicts = row(read_record(record_file(assignment.course.records, NAME, student)))
        rows[student] = (scores[student].score.points if student in scores else 0.0, verdicts)
    return rows


def by_github(assignment: Assignment, folders: dict[str, Path], scratch: Path) -> dict[str, Row]:
    """The step of the action on GitHub: points are those that GitHub Classroom gets, verdicts those of JUnit XML."""
    settings = Settings(NAME, unisolated=best() is Level.OFF)
    (assignment.course.root / SETTINGS).write_bytes(msgspec.json.encode(settings))
    rows = {}
    for student, folder in folders.items():
        files, output = scratch / student, scratch / f"{student}.output"
        job = Job(assignment.course.root, folder, files, student, 1, scratch / f"{student}.summary", output)
        record = mark_job(job)
        told = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
        said = report("marks", {"MARKS_RESULTS": told["result"]})
        assert said["table"] == pytest.approx(said["points"])
        verdicts = {} if record.status is Status.REJECTED else junit_verdicts(files / "junit.xml")
        rows[student] = (said["points"], verdicts)
    return rows


def junit_verdicts(file: Path) -> dict[str, list[str]]:
    kinds = {"failure": "failed", "skipped": "not_run", "error": "grader_error"}
    found: dict[str, list[str]] = {}
    for suite in ElementTree.parse(file).getroot():
        cases = suite.findall("testcase")
        # Points taken off and questions for a person are cases without a number.
        tests = [case for case in cases if case.attrib["name"].partition(".")[0].isdecimal()]
        if tests:
            found[suite.attrib["name"]] = [kinds[case[0].tag] if len(case) else "passed" for case in tests]
    return found


def by_gradescope(assignment: Assignment, folders: dict[str, Path], scratch: Path) -> dict[str, Row]:
    """The program in Gradescope's container: points and verdicts are those of ``results.json``."""
    rows = {}
    here = Path.cwd()
    for student, folder in folders.items():
        place = Place(scratch / student)
        place.source.mkdir(parents=True)
        shutil.copytree(assignment.course.root, place.course.root, symlinks=True)
        settings = GradescopeSettings(NAME, Rules(), best() is Level.OFF)
        (place.source / "settings.json").write_bytes(msgspec.json.encode(settings))
        shutil.copytree(folder, place.submission, symlinks=True)
        place.results.parent.mkdir()
        assert run_container(["mark"], place) == 0
        rows[student] = gradescope_row(json.loads(place.results.read_bytes()))
        # The program is alone in its container, and goes into the course's folder.
        os.chdir(here)
        shutil.rmtree(place.root)
    return rows


def gradescope_row(results: dict[str, Any]) -> Row:
    verdicts: dict[str, list[str]] = {}
    for box in results.get("tests", []):
        kept = box.get("extra_data", {})
        if "verdict" in kept:
            verdicts.setdefault(kept["problem"], []).append(kept["verdict"])
    return results["score"], verdicts


def by_server(assignment: Assignment, folders: dict[str, Path], scratch: Path) -> dict[str, Row]:
    """The grading server: points are those that students see, verdicts those of the record that it keeps."""
    files = {student: uploads(folder) for student, folder in folders.items()}
    # The server puts there what has come to it.
    shutil.rmtree(assignment.course.submitted)
    with serving(assignment.course, "--jobs", "1", "--allow-weaker-isolation") as served:
        clients = {student: served.person(student) for student in files}
        attempts = {
            student: hand_in(clients[student], *sent).raise_for_status().json()["attempt"]
            for student, sent in files.items()
        }
        rows = {}
        for student, attempt in attempts.items():
            watch(clients[student], attempt)
            seen = show(clients[student], attempt)
            assert seen["state"] == ("refused" if student in REFUSED else "marked"), student
            _, verdicts = row(kept_record(served, attempt))
            rows[student] = (seen["score"], verdicts)
    return rows


def uploads(folder: Path) -> list[tuple[str, bytes]]:
    """Return a form's files: those of a folder, or all of it in one zip where it holds folders or links."""
    below = sorted(folder.rglob("*"))
    if all(path.is_file() and not path.is_symlink() for path in below):
        return [(path.name, path.read_bytes()) for path in below]
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for path in below:
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                # A form carries no link; a zip does, as `zip --symlinks` makes it.
                entry = zipfile.ZipInfo(name)
                entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
                packed.writestr(entry, str(path.readlink()))
            elif path.is_file():
                packed.write(path, name)
    return [(f"{NAME}.zip", stream.getvalue())]


def kept_record(served: Served, attempt: str) -> Record:
    with served.database.reading() as session:
        marking = session.get_one(Marking, session.get_one(Attempt, attempt).marking_id)
        return read_record(Storage(served.course.classroom / "server").marking(marking) / RECORD)


WAYS: dict[str, Way] = {
    "mark": by_mark, "grade": by_grade, "server": by_server, "gradescope": by_gradescope, "github": by_github,
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Iterator[dict[str, dict[str, Row]]]:
    """What the ways that have been tried came to; with ``-s``, pytest shows it as a table."""
    made: dict[str, dict[str, Row]] = {}
    yield made
    print("\n" + as_text(made))


def as_text(tables: dict[str, dict[str, Row]]) -> str:
    """Return points by way, and the verdicts that all of them gave: where they differ, by the ways."""
    lines = ["".join(["hand-in".ljust(14), *(way.rjust(11) for way in tables), "  verdicts"])]
    for student in TABLE:
        rows = [made[student] for made in tables.values()]
        said = {
            "; ".join(f"{problem}: {' '.join(tests)}" for problem, tests in verdicts.items()) for _, verdicts in rows
        }
        points = (f"{points:g}".rjust(11) for points, _ in rows)
        lines.append("".join([student.ljust(14), *points, "  ", " | ".join(sorted(said)) or "-"]))
    return "\n".join(lines)


@pytest.mark.thorough
@pytest.mark.parametrize("way", WAYS)
def test_each_way_gives_the_same_points_and_verdicts(bilingual, tables, tmp_path, way):
    folders = write_class(bilingual)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    made = WAYS[way](bilingual, folders, scratch)
    tables[way] = made
    assert {student: points for student, (points, _) in made.items()} == TABLE
    first = next(iter(tables.values()))
    for student, (_, verdicts) in made.items():
        assert verdicts == first[student][1], student
        assert bool(verdicts) is (student not in REFUSED), student
