"""The bundle where Gradescope would run it: a container without a network, in which hand-ins are marked as at home.

Honest ones get the points that `autograder mark` gives them. Hostile ones gain nothing, read neither tests nor what is
told of their author, and the results are the program's own.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from autograder.bundles.gradescope.bundle import BundleRequest, write_bundle
from autograder.bundles.gradescope.handed import OWN
from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from tests.bundles.gradescope.container import SITE, Image, unavailable
from tests.bundles.gradescope.fields import faults
from tests.hostile.attack import Attack, attacks
from tests.hostile.handing_in import cell_named
from tests.hostile.layouts import hand_in
from tests.hostile.yard import NAME, PRELUDE, REAL, SECRETS, Yard, open_yard
from tests.support.sampling import thorough

WHY = unavailable()
pytestmark = [thorough, pytest.mark.skipif(bool(WHY), reason=f"no container can be laid out here: {WHY}")]
WHO = "Ada of the metadata"
METADATA = {"id": 1, "created_at": "2026-12-01T12:00:00-08:00", "users": [{"name": WHO, "email": "ada@x"}]}
HUSH = "hush"  # what the harness has in its environment
COURSE = "/autograder/source/course"


class Laid:
    """An image with one assignment, in whose containers hand-ins are marked.

    Args:
        folder: A folder of its own.
        assignment: The assignment.
    """

    def __init__(self, folder: Path, assignment: Assignment) -> None:
        self.folder, self.image = folder, Image.new(folder / "image")
        write_bundle(assignment, folder / "bundle.zip", BundleRequest())
        built = self.image.build(folder / "bundle.zip")
        assert built.returncode == 0, built.stdout + built.stderr
        assert "isolation level while the image is built: no-userns" in built.stdout

    def results(self, *handed: Path) -> tuple[dict[str, Any], str]:
        """Mark what is handed in; return its results and what was printed."""
        mounted = self.folder / "mounted"
        shutil.rmtree(mounted, ignore_errors=True)
        for name in ("submission", "results"):
            (mounted / name).mkdir(parents=True)
        (mounted / "submission_metadata.json").write_text(json.dumps(METADATA))
        for path in handed:
            if path.is_dir():
                shutil.copytree(path, mounted / "submission", symlinks=True, dirs_exist_ok=True)
            else:
                shutil.copy(path, mounted / "submission", follow_symlinks=False)
        ran = self.image.run("cd /autograder && ./run_autograder", mounted)
        made = json.loads((mounted / "results" / "results.json").read_bytes())
        assert ran.returncode == 0, ran.stdout + ran.stderr
        print(ran.stdout)
        assert [one.name for one in (mounted / "results").iterdir()] == ["results.json"]
        return made, ran.stdout + ran.stderr


def score(made: dict[str, Any]) -> float:
    assert faults(made) == []
    total: float = made["score"]
    return total


# What every student can find out about the containers, and tries on them.
ATTEMPTS = {
    "write": "open('/autograder/results/results.json', 'w').write('{\"score\": 10}')",
    "look": "os.listdir('/autograder/results')",
    "replace": "(open('x', 'w').write('{}'), os.rename('x', '/autograder/results/results.json'))",
    "link": "(os.symlink('/autograder/results/results.json', 'l'), open('l', 'w'))",
    "metadata": "open('/autograder/submission_metadata.json').read()",
    "harness": "os.listdir('/autograder')",
    "source": "os.listdir('/autograder/source')",
    "salt": f"open('{COURSE}/.autograder_salt').read()",
    "settings": "open('/autograder/source/settings.json').read()",
    "tests": f"open('{COURSE}/assignments/{NAME}/hidden/test_double.py').read()",
    "compiled": f"os.listdir('{COURSE}/assignments/{NAME}/hidden/__pycache__')",
    "import": f"(sys.path.insert(0, '{COURSE}/assignments'), __import__('{NAME}'))",
    "solution": f"open('{COURSE}/solutions/{NAME}/{NAME}.ipynb').read()",
    "kit": f"open('{SITE}/autograder/marking/mark_file.py').read()",
    "processes": "os.listdir('/proc')",
    "environment": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "first": "open('/proc/1/environ', 'rb').read()",
    "memory": "open(f'/proc/{os.getppid()}/mem', 'rb')",
    "own": "os.environ['TOKEN_OF_THE_HARNESS']",
    "fork": "os.fork()",
    "program": "subprocess.run(['id'])",
    "socket": "socket.socket()",
    "kill": "os.kill(os.getppid(), 9)",
    "shared": "open('/dev/shm/x', 'w')",
    "temporary": "open('/tmp/x', 'w')",
    "root": "os.setuid(0)",
}
ATTACK = f"""
import os, socket, subprocess, sys
def tried(attempt):
    try:
        eval(attempt)
        return True
    except BaseException:
        return False
REPORT = " ".join(name for name, attempt in {ATTEMPTS!r}.items() if tried(attempt))
def double(x):
    raise RuntimeError("tried them all, worked: " + (REPORT or "none"))
"""
# Writes again and again, in a thread and when the process ends.
LATER = """
import atexit, threading, time
def double(x):
    return 2 * x
def later():
    while True:
        try:
            open("/autograder/results/results.json", "w").write('{"score": 10}')
        except OSError:
            time.sleep(0.01)
threading.Thread(target=later, daemon=True).start()
atexit.register(later)
"""


@pytest.fixture(scope="module")
def yard() -> Iterator[Yard]:
    with open_yard() as made:
        yield made


@pytest.fixture(scope="module")
def laid(yard, tmp_path_factory) -> Laid:
    return Laid(tmp_path_factory.mktemp("laid"), yard.assignment)


@pytest.fixture(scope="module")
def inside(yard) -> Any:
    """The attackers' knowledge, of the container."""
    targets = {
        **yard.targets,
        "tests": f"{COURSE}/assignments/{NAME}/hidden/test_double.py",
        "solutions": f"{COURSE}/solutions/{NAME}/{NAME}.ipynb",
        "gradebook": "/autograder/results/results.json",
        "neighbour": "/autograder/submission_metadata.json",
        "outside": "/autograder",
        "home": "/root",
        "kit": f"{COURSE}/assignments/{NAME}/packages",
        "site": "/opt/autograder/env/" + SITE.partition("/lib/")[1] + SITE.rpartition("/lib/")[2],
        "grader": 1,
        "victim": 1,
    }
    return SimpleNamespace(
        course=yard.course,
        inbox=yard.inbox,
        assignment_of=yard.assignment_of,
        targets=targets,
        prelude=PRELUDE.format(targets=targets),
    )


def with_code(inside: Any, double: str) -> Path:
    """Return a hand-in with this code for `double`."""
    notebook = nbformat.read(inside.course.release(NAME) / f"{NAME}.ipynb", as_version=4)
    cell_named(notebook, "double").source = double
    file: Path = inside.inbox / f"{NAME}.ipynb"
    nbformat.write(notebook, file)
    return file


def test_nothing_that_a_student_tries_on_the_container_works(laid, inside):
    made, printed = laid.results(with_code(inside, ATTACK))
    shown = json.dumps(made)
    assert "tried them all, worked: none" in shown
    assert score(made) == 0.0
    assert HUSH not in shown
    assert "no-userns" in printed


def test_what_waits_for_the_results_writes_nothing(laid, inside):
    made, _ = laid.results(with_code(inside, LATER))
    assert score(made) == mark_file(inside.assignment_of(NAME), with_code(inside, LATER), level=best())[0].score
    assert made["extra_data"][OWN]["status"] == "marked"


def test_a_run_that_is_ended_leaves_word_that_nothing_was_marked(laid, inside):
    mounted = laid.folder / "ended"
    for name in ("submission", "results"):
        (mounted / name).mkdir(parents=True)
    endless = "import time\nwhile True: time.sleep(1)\ndef double(x): return 2 * x"
    shutil.copy(with_code(inside, endless), mounted / "submission")
    ended = "cd /autograder && { ./run_autograder & until [ -s results/results.json ]; do :; done; kill -9 $!; }"
    laid.image.run(ended, mounted)
    made = json.loads((mounted / "results" / "results.json").read_bytes())
    assert "score" not in made
    assert "no fault of yours" in made["output"]


def test_links_and_files_named_as_results_are_no_results(laid, inside):
    folder = inside.inbox / "links"
    folder.mkdir()
    (folder / "results.json").write_text('{"score": 10}')
    assert score(laid.results(folder)[0]) == 0.0
    (folder / f"{NAME}.ipynb").symlink_to(f"{COURSE}/solutions/{NAME}/{NAME}.ipynb")
    made, _ = laid.results(folder)
    assert score(made) == 0.0
    assert "could not be marked" in made["output"]


ONE_OF_EACH = list(
    {attack.kind: attack for attack in attacks() if attack.assignment == NAME and not attack.derived}.values()
)
honest_scores: dict[Attack, float] = {}


def honest_score(attack: Attack, inside: Any) -> float:
    honest = attack.honest()
    if honest not in honest_scores:
        handed = hand_in(honest, inside, "ben")
        honest_scores[honest] = mark_file(inside.assignment_of(NAME), handed, level=best())[0].score
    return honest_scores[honest]


@pytest.mark.parametrize("attack", ONE_OF_EACH, ids=lambda attack: attack.id)
def test_no_kind_of_attack_gains_points_or_secrets(attack, laid, inside):
    made, printed = laid.results(hand_in(attack, inside, "ada"))
    assert attack.fair or score(made) <= honest_score(attack, inside)
    shown = json.dumps(made)
    assert not [secret for secret in (*SECRETS, HUSH, WHO) if secret in shown]
    assert not [secret for secret in SECRETS if secret in printed]


@pytest.fixture(scope="module")
def real(yard, tmp_path_factory) -> Laid:
    return Laid(tmp_path_factory.mktemp("real"), Assignment(Course(KIT_ROOT), REAL))


def edited(folder: Path, language: str = "", **code: str) -> Path:
    """Return the solution of the kit's own assignment with other code for some problems."""
    notebook = nbformat.read(Course(KIT_ROOT).solutions(REAL, language or "en") / f"{REAL}.ipynb", as_version=4)
    for name, source in code.items():
        cell_named(notebook, name).source = source
    nbformat.write(notebook, folder / f"{REAL}.ipynb")
    return folder / f"{REAL}.ipynb"


WRONG = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return x @ Wx + prev_h @ Wh + b, (x, prev_h, Wx, Wh)"
# Of a function on which no other is built: what those get depends on how much of the time is left.
ENDLESS = "@method_of(CaptioningRNN)\ndef sample(self, features, max_length=30):\n    while True: pass"
KINDS = {
    "right": edited,
    "wrong": lambda folder: edited(folder, rnn_step_forward=WRONG),
    "Chinese": lambda folder: edited(folder, "zh-CN", rnn_step_forward=WRONG),
    "endless": lambda folder: edited(folder, captioning_sample=ENDLESS),
    "untouched": lambda folder: Course(KIT_ROOT).release(REAL) / f"{REAL}.ipynb",
    "module files": lambda folder: Course(KIT_ROOT).solutions(REAL) / "cs231n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_points_are_those_of_mark(kind, real, tmp_path, scratch):
    file = KINDS[kind](tmp_path)
    handed = tmp_path / "handed"
    handed.mkdir()
    if file.is_dir():
        shutil.copytree(file, handed / file.name)
    else:
        shutil.copy(file, handed)
    record, _ = mark_file(Assignment(Course(KIT_ROOT), REAL), handed, level=best())
    made, _ = real.results(handed)
    print(f"{kind}: {score(made)} by the bundle, {record.score} by mark")
    assert score(made) == record.score
    assert sum(test.get("score", 0.0) for test in made["tests"]) == pytest.approx(record.score)
    assert sum(test.get("max_score", 0.0) for test in made["tests"]) == record.max_score
    assert ("分" in made["output"]) is (kind == "Chinese")
