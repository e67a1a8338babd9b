"""What attacks are aimed at, and how it is seen that one of them hit: files, secrets, processes, listeners.

Everything here is bait: a tiny course with its gradebook, another student's hand-in, a bystander's process, listeners
that nobody may reach. `Yard.harm` says what was hit since the last look and puts it right again.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import select
import shutil
import site
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import psutil
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import SALT_VARIABLE, Course
from autograder.course.paths import KIT_ROOT
from autograder.marking.execution.scratch import remove
from autograder.release.release import release
from cs231n.datasets.home import default_folder, ensure_pack
from tests.support import scaling
from tests.support.course import NAME, add_package, look_for_leaks_elsewhere, make_course
from tests.support.scaling import add_scaling

REAL = "rnn_captioning"
PR_SET_CHILD_SUBREAPER = 36
WORKED = "WORKED"
PREFIX = "hostile"
SALT = "SECRET-SALT"
SECRETS = ("SECRET-OF-THE-TESTS", "SECRET-SOLUTION", SALT, "SECRET-GRADEBOOK", "SECRET-HAND-IN", "SECRET-IN-MEMORY")
SECONDS_TO_END = 10.0

PRELUDE = """
from types import SimpleNamespace
target = SimpleNamespace(**{targets!r})
def worked():
    print("WOR" + "KED", flush=True)
"""


class Yard:
    """The bait, in a folder of its own.

    Args:
        root: An empty folder with a short path.
        further: Provided cells that the tiny assignment has besides, before its checks.
    """

    def __init__(self, root: Path, further: Sequence[nbformat.NotebookNode] = ()) -> None:
        self.root, self.course = root, make_course(root)
        add_package(self.course)
        add_cells(self.course, further)
        self.assignment = Assignment(self.course, NAME)
        self._add_real_assignment()
        add_scaling(self.course)
        self.scratch, self.home, self.inbox = root / "tmp", root / "home", root / "inbox"
        for folder in (self.scratch, self.home, self.inbox):
            folder.mkdir()
        self._memory = b"SECRET-IN-" + b"MEMORY" + b"." * 64  # joined at run time: a copy stands at this address only
        self._listeners = listeners(root)
        self._victim = bystander()
        with pytest.MonkeyPatch.context() as patch:
            look_for_leaks_elsewhere(patch)
            release(self.assignment)
        self._bait()
        # Orphans become children of this process, wherever they were started, so that they are found.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def _add_real_assignment(self) -> None:
        """Set the kit's own assignment in this course as well."""
        kit = Course(KIT_ROOT)
        for made, here in (
            (kit.source(REAL), self.course.source(REAL)),
            (kit.release(REAL), self.course.release(REAL)),
            (kit.solutions(REAL), self.course.solutions(REAL)),
            (KIT_ROOT / "autograder" / "assignments" / REAL, self.course.assignments / REAL),
        ):
            shutil.copytree(made, here, ignore=shutil.ignore_patterns("__pycache__"))

    def assignment_of(self, name: str) -> Assignment:
        """Return an assignment of this course."""
        return self.assignment if name == NAME else Assignment(self.course, name)

    def _bait(self) -> None:
        """Write what must be neither read nor changed."""
        self.course.classroom.mkdir(exist_ok=True)
        self.gradebook = self.course.classroom / "gradebook.db"
        self.gradebook.write_bytes(b"SECRET-GRADEBOOK: bob has 3 points")
        self.neighbour = self.course.classroom / "submitted" / "bob" / NAME / f"{NAME}.ipynb"
        self.neighbour.parent.mkdir(parents=True)
        self.neighbour.write_text("SECRET-HAND-IN")
        self.tests = self.assignment.hidden_file("double")
        self.tests.write_text(self.tests.read_text() + "\n# SECRET-OF-THE-TESTS\n")
        self.solution = self.course.solutions(scaling.NAME) / "cs231n" / "rnn_layers.py"
        marked = self.solution.read_text().replace("return x * w, (x, w)", "return x * w, (x, w)  # SECRET-SOLUTION")
        self.solution.write_text(marked)
        self._forgotten = os.open(self.gradebook, os.O_RDONLY)
        os.set_inheritable(self._forgotten, True)
        # The first number that the hidden test of random inputs draws, as attacks write it.
        seed = "\0".join((SALT, NAME, "test_double.py::test_random"))
        rng = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16], "big"))
        self._hidden_input = f"{rng.normal():.6f}"
        self._originals = {path: path.read_bytes() for path in (self.gradebook, self.neighbour, self.tests)}

    @property
    def targets(self) -> dict[str, Any]:
        """What every attacker knows, as plain values."""
        tcp, udp, *_ = self._listeners
        return {
            "tests": str(self.tests),
            "solutions": str(self.course.solutions(NAME) / f"{NAME}.ipynb"),
            "gradebook": str(self.gradebook),
            "neighbour": str(self.neighbour),
            "outside": str(self.root),
            "home": str(self.home),
            "kit": str(KIT_ROOT),
            "site": site.getsitepackages()[0],
            "grader": os.getpid(),
            "address": id(self._memory) + bytes.__basicsize__ - 1,
            "victim": self._victim.pid,
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "abstract": f"hostile-{os.getpid()}",
            "path_socket": str(self.root / "socket"),
            "token": self.root.name,
        }

    @property
    def prelude(self) -> str:
        """Code that defines ``target`` and ``worked``."""
        return PRELUDE.format(targets=self.targets)

    def look(self) -> None:
        """Take down how things are before an attack."""
        self._files, self._before = self._digests(), {process.pid for process in children()}

    def _digests(self) -> dict[str, str]:
        """Return a digest of each file that nobody may write."""
        watched = [
            *self._watched(self.root),
            *self._watched(KIT_ROOT / "cs231n"),
            *(entry.path for entry in os.scandir(self.targets["site"])),
        ]
        return {path: digest(path) for path in watched if not self._of_another(path)}

    def _of_another(self, path: str) -> bool:
        """Whether an attack in another yard, which shares folders with this one, has put a file there."""
        name = os.path.basename(path)
        return name.startswith(PREFIX) and not name.startswith(self.root.name)

    def _watched(self, folder: Path) -> Iterator[str]:
        ours = {str(self.scratch), str(self.inbox)}
        for place, folders, files in os.walk(folder):
            inner = [os.path.join(place, name) for name in folders if name != "__pycache__"]
            yield from inner
            yield from (os.path.join(place, name) for name in files)
            folders[:] = [os.path.basename(path) for path in inner if path not in ours]

    def harm(self, shown: str) -> list[str]:
        """Return what an attack has hit since `look`, and put it right.

        Args:
            shown: All that the attack's code could show.
        """
        found = [f"read {secret}" for secret in SECRETS if secret in shown]
        found += ["showed a hidden input"] * (self._hidden_input in shown)
        found += ["says that it worked"] * (WORKED in shown)
        found += [f"left {process}" for process in self._ended_processes()]
        found += self._changed_files()
        pairs = zip(LISTENERS, self._listeners, strict=True)
        found += [f"reached the {name} listener" for name, listener in pairs if heard_of(listener)]
        if self._victim.poll() is not None or psutil.Process(self._victim.pid).status() == psutil.STATUS_STOPPED:
            self._victim.kill()
            self._victim.wait()
            self._victim = bystander()
            found.append("signalled a bystander")
        return found

    def _ended_processes(self) -> list[str]:
        """Return the processes that an attack has left behind, ended."""
        new = [process for process in children() if process.pid not in self._before]
        _, alive = psutil.wait_procs(new, timeout=SECONDS_TO_END if new else 0)
        names = []
        for process in alive:
            with contextlib.suppress(psutil.Error, ChildProcessError):
                if process.status() != psutil.STATUS_ZOMBIE:
                    names.append(process.name())
                    process.kill()
                os.waitpid(process.pid, 0)
        return names

    def _changed_files(self) -> list[str]:
        now = self._digests()
        changed = [path for path in {*now, *self._files} if now.get(path) != self._files.get(path)]
        left = [str(path) for path in self.scratch.iterdir()]
        for path in [*changed, *left]:
            self._put_right(Path(path))
        return [f"changed {path}" for path in changed] + [f"left {path}" for path in left]

    def _put_right(self, path: Path) -> None:
        """Remove what an attack has added; bait that it has changed or removed is written anew."""
        if path in self._originals:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._originals[path])
        elif str(path) in self._files:
            raise RuntimeError(
                f"an attack has changed {path}, which is no bait: restore it, and aim the attack elsewhere"
            )
        elif path.parent == Path(self.targets["site"]) and not path.name.startswith(PREFIX):
            return  # perhaps a package that somebody installs meanwhile
        elif path.is_dir() and not path.is_symlink():
            remove(path)
        else:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """End the bystander and the listeners."""
        self._victim.kill()
        self._victim.wait()
        os.close(self._forgotten)
        for one in self._listeners:
            one.close()


LISTENERS = ("TCP", "UDP", "abstract Unix", "path Unix")


def listeners(root: Path) -> list[socket.socket]:
    """Return sockets that wait for anybody, in the order of `LISTENERS`."""
    made = [
        socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    ]
    anywhere = ("127.0.0.1", 0)
    addresses: list[Any] = [anywhere, anywhere, f"\0hostile-{os.getpid()}", str(root / "socket")]
    for one, address in zip(made, addresses, strict=True):
        one.bind(address)
        if one.type == socket.SOCK_STREAM:
            one.listen()
    (root / "socket").chmod(0o777)
    return made


def heard_of(one: socket.socket) -> bool:
    """Return whether anybody has reached a listener since the last time."""
    heard = False
    while select.select([one], [], [], 0)[0]:
        heard = True
        if one.type == socket.SOCK_STREAM:
            one.accept()[0].close()
        else:
            one.recv(65536)
    return heard


def bystander() -> subprocess.Popen[bytes]:
    """Return a process that only sleeps."""
    return subprocess.Popen(["sleep", "3600"])


def children() -> list[psutil.Process]:
    """Return all processes below this one."""
    return psutil.Process().children(recursive=True)


def digest(path: str) -> str:
    """Return what tells a file from another one, and from itself before it was written to; or that it is none.

    The time of the last change of its state is the system's: nobody can set it.
    """
    try:
        state = os.lstat(path)
    except FileNotFoundError:  # of another yard, and gone already
        return "none"
    if not stat.S_ISREG(state.st_mode):
        return "link" if stat.S_ISLNK(state.st_mode) else "folder"
    return f"{state.st_ino} {state.st_size} {state.st_ctime_ns}"


def add_cells(course: Course, further: Sequence[nbformat.NotebookNode]) -> None:
    """Put cells into the tiny assignment's source notebook, before the first check."""
    file = course.source(NAME) / f"{NAME}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    grades = [cell.metadata.get("nbgrader", {}).get("grade", False) for cell in notebook.cells]
    place = grades.index(True)
    notebook.cells[place:place] = further
    nbformat.write(notebook, file)


@contextlib.contextmanager
def open_yard(further: Sequence[nbformat.NotebookNode] = ()) -> Iterator[Yard]:
    """Make the yard, and make it the place where the grader works: its course, temporary files, home and secrets.

    Args:
        further: See `Yard`.
    """
    # Built now, or waited for: whatever appears in the kit's folders later is an attack's doing.
    ensure_pack(default_folder())
    root = Path(tempfile.mkdtemp(prefix=PREFIX))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
        yard = Yard(root, further)
        try:
            patch.chdir(yard.course.root)
            patch.setenv(SALT_VARIABLE, SALT)
            patch.setenv("HOME", str(yard.home))
            for own in ("IPYTHONDIR", "MPLCONFIGDIR"):  # where stock kernels and matplotlib write of themselves
                patch.setenv(own, str(yard.inbox / own.lower()))
            patch.setattr(tempfile, "tempdir", str(yard.scratch))
            yield yard
        finally:
            yard.close()
            remove(root)
