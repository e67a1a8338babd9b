"""A tiny course with an assignment that the kit has never heard of, and kernels that must not outlive their test."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.limits import Limits
from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import Level, best
from autograder.release.leaks.findings import Findings
from autograder.release.release import release

NAME = "arithmetic"

SETTINGS = """
title = "Arithmetic with arrays"
packages = ["cs231n"]
requirements = ["numpy>=1.26"]

[[modules]]
file = "cs231n/rnn_layers.py"
problems = ["double", "halve"]
"""

DOUBLE = '''
def double(x):
    """Return x times two."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''

HALVE = '''
def halve(x):
    """Return half of x, and a cache."""
    ### BEGIN SOLUTION
    return x / 2, "cache"
    ### END SOLUTION
'''

CHECK = """
print("visible check of {problem}")
assert {problem}(np.ones(2)) is not None, "nothing was returned"
### BEGIN HIDDEN TESTS
from autograder.hidden import hidden_tests; hidden_tests("arithmetic", "{problem}")
### END HIDDEN TESTS
"""

HIDDEN_DOUBLE = '''
import numpy as np
import pytest

from autograder.testing import array, close, returned


def asked(result):
    return returned(result, "y")[0]


@pytest.mark.points(2, asks="Return x times two.", stays="the example of the text")
def test_example(student):
    """Doubles one and two."""
    close(asked(student.double(np.array([1.0, 2.0]))), [2.0, 4.0])


@pytest.mark.points(1, asks="Return x times two.", stays="the example may be known by heart")
def test_random(student, reference, rng):
    """Doubles random numbers."""
    x = rng.normal(size=3)
    close(asked(student.double(x)), reference.double(x))


@pytest.mark.points(1, gate=True, asks="Return x times two.", stays="nobody has failed here yet")
def test_empty(student):
    """Takes an array without elements."""
    array(asked(student.double(np.zeros(0))), (0,))
'''

HIDDEN_HALVE = '''
import numpy as np
import pytest

from autograder.testing import close, returned


@pytest.mark.points(1, asks="Return half of x, and a cache.", stays="two sizes, one mistake")
@pytest.mark.parametrize("size", [1, 3])
def test_values(student, reference, rng, size):
    """Halves {size} numbers."""
    x = rng.normal(size=size)
    y, _ = returned(student.halve(x), "y", "cache")
    close(y, reference.halve(x)[0])
'''

EQUIVALENT = """
[[not_asked]]
function = "halve"
before = "return (x / 2, 'cache')"
after = "return (x / 2,)"
reason = "Nothing asks for the cache again."
"""


def metadata(grade_id: str, **settings: object) -> dict[str, object]:
    """Return nbgrader's metadata of a cell that is provided, unless ``settings`` say otherwise."""
    flags = {
        "grade": False,
        "locked": True,
        "solution": False,
        "task": False,
        "schema_version": 3,
        **settings,
    }
    return {"nbgrader": {"grade_id": grade_id, **flags}}


def code(grade_id: str, source: str, **settings: object) -> nbformat.NotebookNode:
    """Return a code cell that nbgrader knows."""
    made = metadata(grade_id, cell_type="code", **settings)
    return nbformat.v4.new_code_cell(source.strip(), metadata=made, id=grade_id.replace("_", "-"))


def source_notebook() -> nbformat.NotebookNode:
    """Return the source notebook of the tiny assignment: two problems, and a question for a person."""
    question = metadata("why", cell_type="markdown", grade=True, solution=True, locked=False, points=3)
    scheme = "### BEGIN MARK SCHEME\nOne point for the secret reason.\n### END MARK SCHEME"
    cells = [
        nbformat.v4.new_markdown_cell("# Arithmetic", id="title"),
        code("setup", "import numpy as np"),
        code("double", DOUBLE, locked=False, solution=True),
        code("test_double", CHECK.format(problem="double"), grade=True, points=4),
        code("halve", HALVE, locked=False, solution=True),
        code("test_halve", CHECK.format(problem="halve"), grade=True, points=6),
        nbformat.v4.new_markdown_cell("### BEGIN SOLUTION\nBecause.\n### END SOLUTION", metadata=question, id="why"),
        nbformat.v4.new_markdown_cell("### How it is marked\n" + scheme, id="scheme"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


CHINESE = {
    "Arithmetic with arrays": "数组运算",
    "Return x times two.": "返回 x 的两倍。",
    "Return half of x, and a cache.": "返回 x 的一半，以及缓存。",
    "nothing was returned": "没有返回任何东西",
    "visible check of double": "double 的可见检查",
    "visible check of halve": "halve 的可见检查",
    "Doubles one and two.": "把一和二加倍。",
    "Doubles random numbers.": "把随机数加倍。",
    "Takes an array without elements.": "接受没有元素的数组。",
    "Halves {size} numbers.": "把 {size} 个数减半。",
}


def add_chinese(root: Path) -> None:
    """Give the tiny assignment a Chinese edition."""
    folder = Course(root / "course").assignments / NAME
    settings = folder / "assignment.toml"
    settings.write_text('languages = ["en", "zh-CN"]\n' + settings.read_text())
    entries = [f'msgid "{text}"\nmsgstr "{translation}"\n' for text, translation in CHINESE.items()]
    file = folder / "locale" / "zh_CN" / "LC_MESSAGES" / f"{NAME}.po"
    file.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    file.write_text("\n".join([head, *entries]), encoding="utf-8")
    source = root / "course" / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    texts = {"title": "# 运算", "why": "### BEGIN SOLUTION\n因为。\n### END SOLUTION", "scheme": "### 如何评分"}
    for name, text in texts.items():
        place = next(index for index, cell in enumerate(notebook.cells) if cell.id == name)
        notebook.cells[place].metadata.update(language="en", pair=name)
        twin = nbformat.v4.new_markdown_cell(text, id=f"{name}-zh", metadata={"language": "zh-CN", "pair": name})
        notebook.cells.insert(place + 1, twin)
    nbformat.write(notebook, source)


def make_course(root: Path) -> Course:
    """Write the tiny course below ``root``, without the package that its assignment names."""
    course = Course(root / "course")
    folder = course.assignments / NAME / "hidden"
    for made in (folder, course.source(NAME)):
        made.mkdir(parents=True)
    (folder.parent / "assignment.toml").write_text(SETTINGS)
    (folder.parent / "equivalent.toml").write_text(EQUIVALENT)
    (folder / "test_double.py").write_text(HIDDEN_DOUBLE)
    (folder / "test_halve.py").write_text(HIDDEN_HALVE)
    wiring = (KIT_ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    # Tests run at the best level that the machine offers.
    (course.root / "nbgrader_config.py").write_text(wiring + "c.MarkCells.weaker_isolation = True\n", encoding="utf-8")
    nbformat.write(source_notebook(), course.source(NAME) / f"{NAME}.ipynb")
    return course


def add_package(course: Course) -> None:
    """Put the package that the tiny assignment names into a course."""
    ignored = shutil.ignore_patterns("__pycache__", "coco_captioning*")
    shutil.copytree(KIT_ROOT / "cs231n", course.root / "cs231n", ignore=ignored)


def alembic_version() -> str:
    """Return what nbgrader asks alembic's program for: the newest version of its tables."""
    from alembic.script import ScriptDirectory
    from nbgrader import api

    return str(ScriptDirectory(str(Path(api.__file__).with_name("alembic"))).get_current_head())


@pytest.fixture(scope="session", autouse=True)
def _alembic_is_not_started() -> Iterator[None]:
    """Keep nbgrader from starting alembic for each new gradebook: that takes seconds, and its answer is the same."""
    from nbgrader import api

    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path)  # nbgrader runs alembic by name
        patch.setattr(api, "get_alembic_version", functools.cache(alembic_version))
        yield


def look_for_leaks_elsewhere(patch: pytest.MonkeyPatch) -> None:
    """Let releases be made without looking for leaks in them, which takes longer than all the rest."""
    patch.setattr("autograder.release.leaks.check.find_leaks", lambda *_files: Findings())


@pytest.fixture
def leaks_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """See `look_for_leaks_elsewhere`."""
    look_for_leaks_elsewhere(monkeypatch)


@pytest.fixture(scope="session")
def made_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny course, released. Nobody changes it."""
    root = tmp_path_factory.mktemp("made")
    course = make_course(root)
    add_package(course)
    with pytest.MonkeyPatch.context() as patch:
        look_for_leaks_elsewhere(patch)
        release(Assignment(course, NAME))
    return root


@pytest.fixture(scope="session")
def made_bilingual(made_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny course in English and Chinese, released. Nobody changes it."""
    root = tmp_path_factory.mktemp("bilingual") / "made"
    shutil.copytree(made_course, root)
    add_chinese(root)
    with pytest.MonkeyPatch.context() as patch:
        look_for_leaks_elsewhere(patch)
        release(Assignment(Course(root / "course"), NAME))
    return root


@pytest.fixture
def bilingual(made_bilingual: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assignment:
    """The tiny assignment in English and Chinese, in a copy of its course that a test may change."""
    root = tmp_path / "copy"
    shutil.copytree(made_bilingual, root)
    monkeypatch.chdir(root / "course")
    monkeypatch.delenv("AUTOGRADER_SALT", raising=False)
    return Assignment(Course(root / "course"), NAME)


@pytest.fixture
def course(made_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A copy of the tiny course, released, that a test may change; it is the current folder."""
    root = tmp_path / "copy"
    shutil.copytree(made_course, root)
    monkeypatch.chdir(root / "course")
    monkeypatch.delenv("AUTOGRADER_SALT", raising=False)
    return Course(root / "course")


@pytest.fixture
def assignment(course: Course) -> Assignment:
    """The tiny assignment in the copy of its course."""
    return Assignment(course, NAME)


@pytest.fixture
def hand_in(course: Course) -> Callable[..., Path]:
    """Return a function that writes a hand-in made from the release; see `write_hand_in`."""
    return functools.partial(write_hand_in, course)


def write_hand_in(
    course: Course,
    double: str | None = None,
    halve: str | None = None,
    edit: Callable[[nbformat.NotebookNode], object] = lambda _notebook: None,
    student: str = "ada",
) -> Path:
    """Write a hand-in made from the release, with other texts in its stubs, and return its notebook."""
    notebook = nbformat.read(course.release(NAME) / f"{NAME}.ipynb", as_version=4)
    for name, source in (("double", double), ("halve", halve)):
        if source is not None:
            cell_named(notebook, name).source = textwrap.dedent(source).strip()
    edit(notebook)
    file = course.classroom / "submitted" / student / NAME / f"{NAME}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook))
    return file


def cell_named(notebook: nbformat.NotebookNode, grade_id: str) -> nbformat.NotebookNode:
    """Return the cell with a grade_id."""
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


@pytest.fixture(scope="session")
def tools() -> SimpleNamespace:
    """The functions of this file that tests use."""
    return SimpleNamespace(
        cell_named=cell_named,
        code=code,
        make_course=make_course,
        processes_of=processes_of,
        name=NAME,
        add_package=add_package,
        write_hand_in=write_hand_in,
    )


@pytest.fixture(scope="module")
def limits() -> Limits:
    """Limits so short that a test can wait for them."""
    return Limits(cell=0.7, test=0.7, idle=1.5, wall_factor=10.0, wall_extra=1.5, grace=1.0, startup=60.0, deaths=2)


def processes_of(folder: Path) -> list[psutil.Process]:
    """Return the live kernels: all that are forked, and those that were started with a connection file in a folder."""
    found = forked_kernels()
    for process in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(process.info["cmdline"] or [])
        if str(folder) in command and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def forked_kernels() -> list[psutil.Process]:
    """Return the processes that this one's zygotes have forked."""
    found: list[psutil.Process] = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
            if child.status() != psutil.STATUS_ZOMBIE and "autograder.kernel.zygote" in child.cmdline():
                # At level full what we started waits for the zygote, which is pid 1 of its own namespace.
                zygotes = child.children() if best() is Level.FULL else [child]
                found += [kernel for zygote in zygotes for kernel in zygote.children()]
    return found


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for temporary files; in the end it must be empty, and no kernel that ran there may live.

    Its path is short, because a kernel's sockets are files and their paths may not be long.
    """
    folder = Path(tempfile.mkdtemp(prefix="ag"))
    folder.chmod(0o711)  # as marking's own: a kernel may run as another user than we do
    before = forked_kernels()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    try:
        yield folder
        left = [process.pid for process in processes_of(folder) if process not in before]
        assert not left, f"kernels that outlive their test: {left}"
        assert not list(folder.iterdir()), "scratch files that outlive their test"
    finally:
        for process in processes_of(folder):
            if process not in before:
                process.kill()
        shutil.rmtree(folder)
