"""What an installed kit can do: a wheel has all of it and no assignment, and marks another course's folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from autograder.course.course import CONFIG, Course
from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import Level, best
from docs import walkthrough
from docs.walkthrough import type_page
from tests.support.packaged import add_packaged
from tests.support.plain import NAME as PLAIN
from tests.support.plain import POINTS, add_plain
from tests.support.sampling import thorough

PACKAGES = ("autograder", "autograder_client")
# As people write it for a course of their own.
WIRING = """
from autograder.nbgrader_plugins.wiring import wire

c = get_config()
wire(c)
c.CourseDirectory.course_id = "sums"
c.CourseDirectory.submitted_directory = "classroom/submitted"
c.CourseDirectory.autograded_directory = "classroom/autograded"
c.CourseDirectory.feedback_directory = "classroom/feedback"
c.CourseDirectory.solution_directory = "solutions"
c.CourseDirectory.db_url = "sqlite:///classroom/gradebook.db"
"""
MARKS_BOTH = """
import sys, autograder
records = [autograder.mark(path, name) for name, path in zip(sys.argv[1::2], sys.argv[2::2])]
print([record.score for record in records])
"""


def tracked(*places: str) -> list[str]:
    """Return the files of this checkout that git knows, or would."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places]
    listed = subprocess.run(command, cwd=KIT_ROOT, capture_output=True, text=True, check=True).stdout
    return sorted({name for name in listed.split("\0") if name and (KIT_ROOT / name).is_file()})


def run(*command: str | Path, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """Run a program and return what it printed."""
    ended = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The kit's wheel, built of a copy of this checkout."""
    pytest.importorskip("setuptools")
    copy = tmp_path_factory.mktemp("kit")
    for name in tracked(*PACKAGES, "cs231n", "docs", "pyproject.toml", "README.md", "LICENSE"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(KIT_ROOT / name, copy / name)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "dist"]
    run(sys.executable, "-m", "pip", "wheel", *options, ".", cwd=copy)
    (made,) = (copy / "dist").glob("*.whl")
    return made


def test_every_file_of_the_kit_that_is_no_module_is_named_as_data():
    settings = tomllib.loads((KIT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    data = {
        found.relative_to(KIT_ROOT).as_posix()
        for package, patterns in settings["package-data"].items()
        for pattern in patterns
        for found in (KIT_ROOT / package).glob(pattern)
    }
    assert [name for name in kit_files() if not name.endswith(".py") and name not in data] == []


def kit_files() -> list[str]:
    """Return the kit's own files."""
    inside = "autograder/assignments/"
    return [name for name in tracked(*PACKAGES) if "/" not in name.removeprefix(inside) or not name.startswith(inside)]


@thorough
def test_a_wheel_has_every_file_of_the_kit_and_no_assignment(wheel):
    with zipfile.ZipFile(wheel) as zipped:
        held = {name for name in zipped.namelist() if not name.split("/")[0].endswith((".dist-info", ".data"))}
    assert sorted({*kit_files()} ^ held) == []
    assert {name.split("/")[0] for name in held} == set(PACKAGES)
    assert [name for name in held if name.startswith("autograder/assignments/")] == [
        "autograder/assignments/__init__.py"
    ]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The programs of an environment with nothing in it but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    here = next(Path(path) for path in sys.path if path.endswith("site-packages") and Path(path, "nbgrader").is_dir())
    for entry in here.iterdir():
        # Not what this checkout has installed of itself.
        if not entry.name.startswith(("__editable__", "notebook_autograder", "rnn_captioning", "_virtualenv")):
            linked(entry, site / entry.name)
    options = ["--quiet", "--no-deps", "--no-index"]
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel, cwd=folder)
    # nbgrader runs alembic by name.
    (folder / "bin" / "alembic").write_text(f"#!{python}\nfrom alembic.config import main\nmain()\n")
    (folder / "bin" / "alembic").chmod(0o755)
    return folder / "bin"


def linked(source: Path, target: Path) -> None:
    """Put a file or folder in another place without copying it, where the file system can."""

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copy2(one, other)

    if source.is_dir():
        shutil.copytree(source, target, copy_function=link, symlinks=True)
    else:
        link(str(source), str(target))


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """A course of somebody else's: an assignment without a package, and two with packages of one name."""
    course = Course(tmp_path_factory.mktemp("school"))
    (course.root / CONFIG).write_text(WIRING)
    add_plain(course)
    add_packaged(course, "first", 2)
    add_packaged(course, "second", 3)
    return course


def environment(programs: Path) -> dict[str, str]:
    """Return what programs of an environment need to find each other, and nothing of this checkout."""
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def autograder(installed, school):
    """Return a function that runs the installed kit's command in the course."""
    weaker = [] if best() is Level.FULL else ["--allow-weaker-isolation"]

    def autograder(*words):
        more = weaker if words[0] in ("mark", "grade", "verify") else []
        return run(installed / "autograder", *words, *more, cwd=school.root, environment=environment(installed))

    return autograder


@pytest.fixture(scope="module")
def released(autograder, school):
    """The course, when all its assignments are released."""
    said = autograder("release")
    assert all(f"{name}: made {school.release(name)}" in said for name in (PLAIN, "first", "second"))
    return school


@thorough
def test_the_kit_that_runs_is_the_installed_one(installed, school):
    asked = "import autograder; print(autograder.__file__)"
    said = run(installed / "python", "-c", asked, cwd=school.root, environment=environment(installed))
    assert Path(said.strip()).is_relative_to(installed.parent)


@thorough
def test_outside_of_a_course_says_so(installed, tmp_path):
    ended = subprocess.run(
        [str(installed / "autograder"), "release"],
        cwd=tmp_path,
        env={**os.environ, **environment(installed)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 2
    assert f"there is no course here: neither {tmp_path} nor a folder above it holds {CONFIG}" in ended.stderr


@thorough
def test_the_walk_through_can_be_typed_as_it_stands_and_prints_what_it_says(installed, tmp_path):
    # Besides the kit's own, the program that it calls nbgrader's pages with.
    program = installed / "nbgrader"
    program.write_text(f"#!{installed / 'python'}\nfrom nbgrader.apps.nbgraderapp import main\nmain()\n")
    program.chmod(0o755)
    said: list[tuple[str, str]] = []
    type_page(tmp_path, {**os.environ, **environment(installed)}, lambda box, printed: said.append((box, printed)))
    report = tmp_path / walkthrough.COURSE / "classroom" / "reports" / "columns" / "class.json"
    students = json.loads(report.read_text(encoding="utf-8"))["students"]
    assert {one["student"]: one["points"] for one in students} == {"ada": 10, "ben": 0, "chen": 6}
    for box, printed in said:
        lines = [line.strip() for line in box.splitlines()[1:]] if box.startswith("says\n") else []
        assert [line for line in lines if line not in printed] == [], printed
    verified = [printed for box, printed in said if "autograder verify" in box]
    assert ["✗" in printed for printed in verified] == [False, True, True, False]


@thorough
def test_the_release_has_the_package_and_the_notebook_alone_where_there_is_none(released):
    assert {path.name for path in released.release("first").iterdir()} == {
        "first.ipynb",
        "requirements.txt",
        "sums",
        "what_is_marked.html",
    }
    assert not (released.release(PLAIN) / "sums").exists()


@thorough
def test_a_hand_in_without_a_package_is_marked_in_the_full_sandbox(autograder, released, tmp_path):
    for folder, points in ((released.solutions(PLAIN), 9.0), (released.release(PLAIN), 0.0)):
        autograder("mark", PLAIN, folder / f"{PLAIN}.ipynb", "--json", tmp_path / "record.json")
        record = json.loads((tmp_path / "record.json").read_text())
        assert record["score"] == points == (sum(POINTS.values()) if points else 0)
        assert record["environment"]["isolation"] == best()


@thorough
def test_packages_of_one_name_are_told_apart_in_one_process(installed, released):
    solved = {name: released.solutions(name) / f"{name}.ipynb" for name in ("first", "second")}
    words = [word for name, file in solved.items() for word in (name, file)]
    words += ["second", solved["first"]]
    code = MARKS_BOTH if best() is Level.FULL else MARKS_BOTH.replace("name)", "name, allow_weaker_isolation=True)")
    said = run(installed / "python", "-c", code, *words, cwd=released.root, environment=environment(installed))
    assert said.splitlines()[-1] == "[5.0, 5.0, 5.0]"


@thorough
def test_a_class_is_marked(autograder, released):
    for student, folder in (("ada", released.solutions), ("ben", released.release), ("cy", released.solutions)):
        place = released.submitted / student / "first"
        place.mkdir(parents=True)
        shutil.copy(folder("first") / "first.ipynb", place)
    autograder("grade", "first")
    scores = {file.stem: json.loads(file.read_text())["score"] for file in (released.records / "first").glob("*.json")}
    assert scores == {"ada": 5.0, "ben": 0.0, "cy": 5.0}


@thorough
def test_verify_has_nothing_to_say_against_the_solution(autograder, released):
    said = autograder("verify", PLAIN, "--quick")
    assert "9 of 9" in said
    assert "✗" not in said


@thorough
def test_an_installed_kit_shows_its_documentation(installed, tmp_path):
    assert run(installed / "autograder", "docs", "stand-ins", cwd=tmp_path).startswith("# A mistake costs once\n")
