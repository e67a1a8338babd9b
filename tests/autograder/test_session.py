"""Real kernels: how cells and calls end, that every wait is bounded, and that nothing outlives its test."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest

from autograder import student as remote
from autograder.course import SALT_VARIABLE
from autograder.kernel.wire import WireError
from autograder.session import Meter, Outcome, Session, kernel_environment
from autograder.student import Student, StudentDied, StudentError, StudentTimeout, fetch

Open = Callable[..., Session]
# Called in a `try`: Python may raise an interrupt of a loop outside of the `try` that the loop itself stands in.
BUSY = "def busy():\n    while True: pass\n"


@pytest.fixture
def open_session(scratch: Path, limits) -> Iterator[Open]:
    """Return a function that starts a kernel for cells with these sources; it is closed afterwards."""
    sessions: list[Session] = []
    folder = scratch / "kernel"
    folder.mkdir()

    def start(*sources: str) -> Session:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        sessions.append(Session(notebook, folder, limits))
        return sessions[-1]

    yield start
    for session in sessions:
        session.close()
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


@pytest.fixture(scope="module")
def shared(limits) -> Iterator[Session]:
    """A kernel for tests after which it still lives and answers."""
    with tempfile.TemporaryDirectory(prefix="ag") as folder:
        session = Session(nbformat.v4.new_notebook(), Path(folder), limits)
        yield session
        assert session.alive, "one of the tests ended the kernel that they share"
        session.close()
        assert not psutil.pid_exists(session._pid)


def run(session: Session, source: str) -> Outcome:
    """Add a cell and run it."""
    cells = session._client.nb.cells
    cells.append(nbformat.v4.new_code_cell(source))
    return session.run(len(cells) - 1)


def run_all(session: Session) -> list[Outcome]:
    """Run the cells of a session until its kernel ends."""
    cells = session._client.nb.cells
    return [session.run(index) for index in range(len(cells)) if session.alive]


def outputs(session: Session, index: int = -1) -> list[nbformat.NotebookNode]:
    return session._client.nb.cells[index].outputs


def student_of(session: Session) -> Student:
    """Return the student whose cells the session has run, at the beginning of a test."""
    session.call_link().restart_meter()
    return Student(session.call_link)


def test_cells_finish_or_raise_and_the_kernel_goes_on(shared):
    assert run(shared, "x = 1") is Outcome.FINISHED
    assert run(shared, "print(x); 1 / 0") is Outcome.RAISED
    assert outputs(shared)[0].text == "1\n"
    assert outputs(shared)[1].ename == "ZeroDivisionError"
    assert run(shared, "x + 1") is Outcome.FINISHED
    assert outputs(shared)[0].data["text/plain"] == "2"


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import time; time.sleep(3600)",
        "import subprocess; subprocess.run(['sleep', '3600'])",
    ],
    ids=["busy", "sleeping", "waiting for another program"],
)
def test_an_endless_cell_is_interrupted_and_the_kernel_lives(shared, source):
    assert run(shared, "x = 1") is Outcome.FINISHED
    assert run(shared, source) is Outcome.STOPPED
    assert run(shared, "assert x == 1") is Outcome.FINISHED


def test_a_cell_that_asks_for_input_raises_at_once(shared):
    assert run(shared, "input('never answered')") is Outcome.RAISED


def test_an_endless_cell_that_catches_the_interrupt_is_ended(open_session):
    stubborn = BUSY + "while True:\n    try: busy()\n    except KeyboardInterrupt: pass"
    session = open_session(stubborn)
    assert run_all(session) == [Outcome.STOPPED]
    assert not session.alive


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import ctypes; ctypes.string_at(0)",
    ],
    ids=["exit", "kill", "fault"],
)
def test_a_cell_that_ends_its_process_is_told_as_that(open_session, source):
    session = open_session(source)
    assert run_all(session) == [Outcome.DIED]
    assert not session.alive


def test_a_kernel_that_breaks_the_protocol_is_ended(open_session):
    session = open_session("get_ipython().kernel.iopub_socket.send_multipart([b'x', b'y'])")
    assert run_all(session) == [Outcome.DIED]
    assert not session.alive


def test_sys_exit_in_a_cell_does_not_end_the_kernel(shared):
    assert run(shared, "import sys; sys.exit(1)") is Outcome.RAISED
    assert run(shared, "1") is Outcome.FINISHED


def test_child_processes_end_with_the_kernel(open_session):
    session = open_session("import subprocess\nchild = subprocess.Popen(['sleep', '3600'])\nprint(child.pid)")
    assert run_all(session) == [Outcome.FINISHED]
    child = psutil.Process(int(outputs(session, 0)[0].text))
    session.close()
    assert child.wait(10) is None or not child.is_running()


def test_a_call_after_cells_and_cells_after_a_call(shared):
    run(shared, "def f(x): return 2 * x")
    np.testing.assert_array_equal(fetch(student_of(shared).f(np.ones(2)), 1000), [2, 2])
    run(shared, "y = 5")
    run(shared, "def f(x): return x + y")
    np.testing.assert_array_equal(fetch(student_of(shared).f(np.ones(2)), 1000), [6, 6])


def test_many_calls_and_a_large_array_go_through_one_link(shared):
    run(shared, "def f(x): return x[::-1]")
    student = student_of(shared)
    large = np.arange(2.0**20)
    np.testing.assert_array_equal(fetch(student.f(large), large.nbytes), large[::-1])
    shared.call_link().restart_meter()
    for _ in range(200):
        student.f(np.ones(1))


def test_an_exception_shows_the_students_own_lines_only(shared):
    run(shared, "import numpy as np\ndef f(x):\n    y = x + 1\n    return np.reshape(y, (7, 7))")
    with pytest.raises(StudentError, match="ValueError: cannot reshape") as caught:
        student_of(shared).f(np.ones(3))
    assert caught.value.lines == ["f, line 4: return np.reshape(y, (7, 7))"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("import sys; sys.exit()", "SystemExit"),
        ("return f()", "RecursionError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_what_a_called_function_raises_leaves_the_kernel_alive(shared, body, error):
    run(shared, f"def f():\n    {body}\ndef g(): return 1")
    student = student_of(shared)
    with pytest.raises(StudentError, match=error):
        student.f()
    assert remote.plain(student.g()) == 1


def test_a_called_function_that_ends_the_process_is_told_as_that(open_session):
    session = open_session("import os\ndef f(): os._exit(0)")
    session.run(0)
    with pytest.raises(StudentDied):
        student_of(session).f()
    assert not session.alive


def test_an_endless_function_is_interrupted_and_the_kernel_answers_again(shared):
    run(shared, "def f():\n    while True: pass\ndef g(): return 1")
    with pytest.raises(StudentTimeout, match=r"stopped after 0\.7 seconds"):
        student_of(shared).f()
    assert remote.plain(student_of(shared).g()) == 1


def test_an_endless_function_that_catches_the_interrupt_is_ended(open_session):
    session = open_session(BUSY + "def f():\n    while True:\n        try: busy()\n        except BaseException: pass")
    session.run(0)
    with pytest.raises(StudentTimeout):
        student_of(session).f()
    assert not session.alive


def test_an_endless_message_of_an_exception_is_bounded(shared):
    run(shared, "class E(Exception):\n    def __str__(self):\n        while True: pass\ndef f(): raise E")
    with pytest.raises(StudentTimeout):
        student_of(shared).f()


FIND_SOCKET = """
import os, socket, stat
def sockets():
    found = []
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                with socket.socket(fileno=os.dup(fd)) as one:
                    if one.family == socket.AF_UNIX and not one.getsockname() and not one.getpeername():
                        found.append(fd)
        except OSError:
            pass
    return found
"""


@pytest.mark.parametrize(
    "garbage",
    ["b'nonsense, nothing but nonsense' * 9", "b'\\xff' * 64", "(2).to_bytes(4, 'big') + bytes(4) + b'[]'"],
    ids=["text", "huge lengths", "wrong json"],
)
def test_garbage_on_the_socket_is_refused_and_ends_the_kernel(open_session, garbage):
    session = open_session(FIND_SOCKET + f"def f():\n    for fd in sockets(): os.write(fd, {garbage})\n    return 1")
    session.run(0)
    with pytest.raises((WireError, StudentDied)):
        student_of(session).f()
    assert not session.alive


def test_half_a_message_on_the_socket_is_bounded(open_session):
    half = "(1000).to_bytes(4, 'big') + bytes(4) + b'{'"
    session = open_session(
        FIND_SOCKET + f"def f():\n    for fd in sockets(): os.write(fd, {half})\n    while True: pass"
    )
    session.run(0)
    with pytest.raises(StudentTimeout):
        student_of(session).f()
    assert not session.alive


def test_closing_the_socket_is_told_as_the_end_of_the_process(open_session):
    session = open_session(FIND_SOCKET + "def f():\n    for fd in sockets(): os.close(fd)\n    return 1")
    session.run(0)
    with pytest.raises(StudentDied):
        student_of(session).f()


def test_a_function_that_prints_a_lot_is_answered(shared):
    run(shared, "def f():\n    print('x' * 10**7)\n    return 1")
    assert remote.plain(student_of(shared).f()) == 1


def test_a_kernel_that_died_between_two_cells_is_noticed(open_session):
    later = "import os, threading; threading.Timer(0.3, lambda: os._exit(0)).start()"
    session = open_session(later, "import time; time.sleep(2)", "1")
    assert run_all(session) == [Outcome.FINISHED, Outcome.DIED]


def test_the_graders_secrets_and_switches_do_not_reach_the_kernel(open_session, monkeypatch):
    monkeypatch.setenv(SALT_VARIABLE, "secret-salt")
    monkeypatch.setenv("NBGRADER_THING", "secret-thing")
    session = open_session("import os; print(dict(os.environ))")
    session.run(0)
    text = "".join(out.text for out in outputs(session, 0))
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert "PATH" in text
    for word in ("secret-salt", "secret-thing", "AUTOGRADER_", "PYTEST_", "NBGRADER_"):
        assert word not in text


def test_the_kernels_environment_holds_the_kits_packages_and_its_own_settings_folder(tmp_path):
    made = kernel_environment(tmp_path)
    assert (Path(made["PYTHONPATH"]) / "cs231n").is_dir()
    assert made["IPYTHONDIR"].startswith(str(tmp_path))


def test_the_kernel_works_in_its_folder_and_its_channels_are_files_there(shared):
    run(shared, "import os; print(os.getcwd())")
    folder = Path(outputs(shared)[0].text.strip())
    assert {file.name for file in folder.iterdir() if file.is_socket()} == {f"k-{number}" for number in range(1, 6)}


def test_a_session_that_is_closed_leaves_no_descriptor_open(open_session):
    def one() -> None:
        session = open_session("def f(): return 1")
        session.run(0)
        student_of(session).f()
        session.close()
        session.close()

    one()
    before = psutil.Process().num_fds()
    one()
    assert psutil.Process().num_fds() <= before


def test_a_kernel_that_does_not_start_is_an_error_and_leaves_nothing(scratch, limits, monkeypatch):
    folder = scratch / "kernel"
    folder.mkdir()
    monkeypatch.setattr(
        "autograder.session.kernel_environment", lambda _folder: {"PYTHONPATH": "", "PYTHONHOME": "/nowhere"}
    )
    with pytest.raises(RuntimeError, match="died before"):
        Session(nbformat.v4.new_notebook(), folder, limits)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_a_meter_counts_what_the_process_uses_and_what_the_clock_says():
    assert not Meter(os.getpid(), cpu=3600, wall=3600).over
    assert Meter(os.getpid(), cpu=3600, wall=-1).over
    meter = Meter(os.getpid(), cpu=0.05, wall=3600)
    deadline = time.process_time() + 2
    while not meter.over:
        assert time.process_time() < deadline
