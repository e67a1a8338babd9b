"""What student code can read of the disk, listed from inside a kernel.

What is installed on the machine (the interpreter's library, /usr/lib, /usr/share) takes long to list and is left out,
unless ``EVERY_FILE`` names a file to write the whole list to.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.kernel.manager import forked_kernel
from autograder.kernel.paths import KIT
from autograder.kernel.sandbox.filesystem import STAFF, VISIBLE, interpreter_paths
from autograder.kernel.sandbox.levels import Level

EVERY_FILE = os.environ.get("EVERY_FILE")
PACKAGES = tuple(map(str, (*interpreter_paths(), Path("/usr/lib"), Path("/usr/share"))))
# Without namespaces the root itself cannot be listed, what lies below it perhaps can.
TOPS = tuple(map(str, (KIT, *VISIBLE, *STAFF)))
LIST = (
    f"""
import os
skipped = {PACKAGES!r} if {EVERY_FILE is None} else ()
TOPS = {TOPS!r}
"""
    + """
def listing(top):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", *skipped)]
        for name in files:
            path = os.path.join(folder, name)
            try:
                os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            except OSError:
                continue
            yield os.path.realpath(path)
def own():
    try:
        return [f"/proc/{name}" for name in os.listdir("/proc")]
    except OSError:
        return []
tops = ["/", "/etc", "/home", "/opt", "/root", "/srv", "/tmp", "/usr", "/var", *TOPS, BAIT]
print("\\n".join([*sorted({path for top in tops for path in listing(top)}), *own()]))
"""
)
NOT_FILES = ("/dev/", "/proc/")
SETTINGS = ("/etc/fonts/", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone")


@pytest.fixture(scope="module")
def bait(tmp_path_factory) -> list[Path]:
    """Files as they lie beside a kernel's while a class is marked, readable by everybody."""
    folder = tmp_path_factory.mktemp("classroom")
    files = [folder / name for name in ("gradebook.db", "submitted/ben/rnn_captioning.ipynb", ".autograder_salt")]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("bait")
    return files


@pytest.fixture(scope="module")
def seen(kind, bait, tmp_path_factory) -> list[str]:
    """The paths that a kernel at the best level can read."""
    if kind.level is Level.OFF:
        pytest.skip("this machine offers no sandbox: `autograder doctor` tells why")
    cell = nbformat.v4.new_code_cell(f"BAIT = {str(bait[0].parent)!r}\n{LIST}")
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=[cell]),
        km=forked_kernel(kind),
        timeout=240,
        resources={"metadata": {"path": str(tmp_path_factory.mktemp("work"))}},
    )
    client.execute(cleanup_kc=True)
    text = "".join(output.text for output in cell.outputs)
    if EVERY_FILE:
        Path(EVERY_FILE).write_text(text, encoding="utf-8")
    return text.splitlines()


def test_of_the_kit_a_kernel_sees_what_students_import_and_what_serves_it(seen, kind):
    kit = [Path(path) for path in seen if path.startswith(f"{KIT}{os.sep}")]
    allowed = (*VISIBLE, *kind.packages, *interpreter_paths())
    assert kit
    assert [path for path in kit if not any(path == place or place in path.parents for place in allowed)] == []


def test_a_kernel_sees_no_test_solution_gradebook_salt_or_hand_in(seen, bait):
    assert not set(map(str, bait)) & set(seen)
    # What is installed may well have files of these names: nbgrader's documents hold a gradebook.
    beside = [Path(path) for path in seen if not any(place in Path(path).parents for place in interpreter_paths())]
    hidden = {path.name for path in (KIT / "autograder" / "assignments").rglob("test_*.py")}
    assert not {path.name for path in beside} & {"gradebook.db", ".autograder_salt", "rnn_captioning.ipynb", *hidden}


def test_a_kernel_sees_no_users_files_and_no_other_process(seen, level):
    if level is not Level.FULL:
        pytest.skip("without namespaces the names of processes can be seen")
    tops = {Path(path).parts[1] for path in seen if not path.startswith(NOT_FILES)}
    readable = {place.parts[1] for place in (*VISIBLE, *interpreter_paths())}
    assert tops <= {"lib", "lib32", "lib64", "usr", "etc", "tmp"} | readable
    assert not [path for path in seen if path.startswith("/etc/") and not path.startswith(SETTINGS)]
    assert sorted(path for path in seen if path.removeprefix("/proc/").isdigit()) == ["/proc/1"]
