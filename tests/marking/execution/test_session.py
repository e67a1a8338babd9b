"""Real kernels: how cells and calls end, that every wait is bounded, and that nothing outlives its test."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest

from autograder.course.course import SALT_VARIABLE
from autograder.course.limits import Limits
from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import Level, best, probe
from autograder.kernel.wire import WireError
from autograder.marking.execution.isolation import Isolation
from autograder.marking.execution.outcome import Outcome
from autograder.marking.execution.session import Session
from autograder.testing import student as remote
from autograder.testing.faults import KernelLost, StudentDied, StudentError, StudentTimeout
from autograder.testing.student import Student, fetch
from tests.support.sampling import some

Open = Callable[..., Session]
PACKAGES = (KIT_ROOT / "cs231n",)
# What ends the code is what it writes, however slow the machine is.
PATIENT = Limits(cell=60.0, test=60.0)
# Called in a `try`: Python may raise an interrupt of a loop outside of the `try` that the loop itself stands in.
BUSY = "def busy():\n    while True: pass\n"


@pytest.fixture
def open_session(scratch: Path, limits) -> Iterator[Open]:
    """Return a function that starts a kernel for cells with these sources; it is closed afterwards."""
    sessions: list[Session] = []
    folder = scratch / "kernel"
    folder.mkdir()

    def start(
        *sources: str,
        level: Level = best(),  # noqa: B008 (it is cached)
        data: Path | None = None,
        allowed: Limits = limits,
    ) -> Session:
        named = {"CS231N_DATA": str(data)} if data else {}
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        sessions.append(Session(notebook, folder, allowed, Isolation(level, (data,) if data else (), named, PACKAGES)))
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
        isolation = Isolation(best(), packages=PACKAGES)
        session = Session(nbformat.v4.new_notebook(), Path(folder), limits, isolation)
        yield session
        assert session.alive, "one of the tests ended the kernel that they share"
        session.close()
        assert has_ended(session._process.pid)


def has_ended(pid: int) -> bool:
    """Return whether a process runs no more; its parent, or init, may not have taken note of that yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


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


@pytest.mark.parametrize("source", ["while True: pass", "import time; time.sleep(3600)"], ids=["busy", "sleeping"])
def test_an_endless_cell_is_interrupted_and_the_kernel_lives(shared, source):
    assert run(shared, "x = 1") is Outcome.FINISHED
    assert run(shared, source) is Outcome.STOPPED
    assert run(shared, "assert x == 1") is Outcome.FINISHED


def test_an_endless_wait_for_another_program_is_interrupted_where_there_may_be_one(open_session):
    session = open_session("import subprocess; subprocess.run(['sleep', '3600'])", "1", level=Level.OFF)
    assert run_all(session) == [Outcome.STOPPED, Outcome.FINISHED]


def missing(level: Level) -> str:
    """Return why a level is not to be had here, an empty text if it is."""
    needed = [step for step in probe() if not step.works and level in step.needed_for]
    return f"level {level} is not to be had here: {needed[0].name}: {needed[0].outcome}" if needed else ""


@pytest.mark.parametrize("level", list(Level))
def test_cells_plots_calls_and_interrupts_work_at_every_level(open_session, level):
    if missing(level):
        pytest.skip(missing(level))
    plot = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    save = "open('a.txt', 'w').write('1'); def f(x): return 2 * x".replace("; ", "\n")
    session = open_session(plot, save, "while True: pass", "print(open('a.txt').read())", level=level)
    assert run_all(session) == [Outcome.FINISHED, Outcome.FINISHED, Outcome.STOPPED, Outcome.FINISHED]
    assert "image/png" in outputs(session, 0)[-1].data
    np.testing.assert_array_equal(fetch(student_of(session).f(np.ones(2)), 1000), [2, 2])


def test_a_cell_that_writes_too_much_is_stopped_where_no_file_system_bounds_it(open_session):
    if missing(Level.NO_USERNS):
        pytest.skip(missing(Level.NO_USERNS))
    fill = "for number in range(10**9): open(str(number), 'w').close()"
    session = open_session("1", fill, level=Level.NO_USERNS, allowed=PATIENT)
    assert run_all(session) == [Outcome.FINISHED, Outcome.FILLED]
    assert not session.alive


def test_a_function_that_writes_too_much_ends_its_process_where_no_file_system_bounds_it(open_session):
    if missing(Level.NO_USERNS):
        pytest.skip(missing(Level.NO_USERNS))
    fill = "def f():\n    for number in range(10**9): open(str(number), 'w').close()"
    session = open_session(fill, level=Level.NO_USERNS, allowed=PATIENT)
    session.run(0)
    with pytest.raises(StudentDied):
        student_of(session).f()


def test_a_cell_that_asks_for_input_raises_at_once(shared):
    assert run(shared, "input('never answered')") is Outcome.RAISED


def test_an_endless_cell_that_catches_the_interrupt_is_ended(open_session):
    stubborn = BUSY + "while True:\n    try: busy()\n    except KeyboardInterrupt: pass"
    session = open_session(stubborn)
    assert run_all(session) == [Outcome.STOPPED]
    assert not session.alive


@pytest.mark.parametrize(
    "source",
    ["import os; os._exit(0)", "import os; os.abort()", "import ctypes; ctypes.string_at(0)"],
    ids=["exit", "abort", "fault"],
)
def test_a_cell_that_ends_its_process_is_told_as_that(open_session, source):
    session = open_session(source)
    assert run_all(session) == [Outcome.DIED]
    assert not session.alive


def test_a_cell_that_kills_its_process_is_told_as_that_where_that_is_possible(open_session):
    session = open_session("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", level=Level.OFF)
    assert run_all(session) == [Outcome.DIED]


def test_a_kernel_that_breaks_the_protocol_is_ended(open_session):
    session = open_session("get_ipython().kernel.iopub_socket.send_multipart([b'x', b'y'])")
    assert run_all(session) == [Outcome.DIED]
    assert not session.alive


def test_sys_exit_in_a_cell_does_not_end_the_kernel(shared):
    assert run(shared, "import sys; sys.exit(1)") is Outcome.RAISED
    assert run(shared, "1") is Outcome.FINISHED


@pytest.mark.skipif(best() is Level.OFF, reason="no level that isolates is to be had here")
def test_a_kernel_that_is_shut_in_starts_no_processes(open_session):
    session = open_session("import subprocess; subprocess.run(['true'])", "import os; os.fork()", "1")
    assert run_all(session) == [Outcome.RAISED, Outcome.RAISED, Outcome.FINISHED]


def test_child_processes_end_with_the_kernel_where_there_may_be_any(open_session):
    start = "import subprocess\nchild = subprocess.Popen(['sleep', '3600'])\nprint(child.pid)"
    session = open_session(start, level=Level.OFF)
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


def test_a_test_draws_the_same_random_numbers_whatever_was_drawn_before(shared):
    run(shared, "import random\ndef f(x): return np.random.rand(2) + random.random()\nimport numpy as np")
    student = student_of(shared)
    drawn = [fetch(student.f(np.ones(1)), 1000) for _ in range(2)]
    assert (drawn[0] != drawn[1]).all()
    run(shared, "np.random.seed(5)\nrandom.seed(5)")
    student = student_of(shared)
    np.testing.assert_array_equal([fetch(student.f(np.ones(1)), 1000) for _ in range(2)], drawn)


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


@pytest.mark.parametrize(
    "source",
    some(
        [
            "def f():\n    while True: pass",
            "import time\ndef f(): time.sleep(3600)",
            BUSY + "def f():\n    while True:\n        try: busy()\n        except BaseException: pass",
            "class E(Exception):\n    def __str__(self):\n        while True: pass\ndef f(): raise E",
        ],
        2,
    ),
    ids=["busy", "sleeping", "catches interrupts", "in an exception's message"],
)
def test_the_kernel_of_an_endless_function_is_ended(open_session, source):
    session = open_session(source)
    session.run(0)
    with pytest.raises(StudentTimeout, match=r"stopped after 0\.7 seconds"):
        student_of(session).f()
    assert not session.alive
    assert session.budget.stops == 1


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


def test_a_reply_that_comes_a_byte_at_a_time_is_bounded(open_session):
    drops = "(1 << 19).to_bytes(4, 'big') + bytes(4)"
    session = open_session(
        FIND_SOCKET
        + "import time\ndef drip(fd):\n    while True:\n        os.write(fd, b' ')\n        time.sleep(0.005)\n"
        f"def f():\n    fd = sockets()[0]\n    os.write(fd, {drops})\n"
        "    while True:\n        try: drip(fd)\n        except KeyboardInterrupt: pass"
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
    session = open_session("1", "import time; time.sleep(3600)")
    assert session.run(0) is Outcome.FINISHED
    session._process.signal(signal.SIGKILL)
    assert session.run(1) is Outcome.DIED


def test_a_kernel_that_ends_while_it_is_called_is_noticed_although_its_socket_is_held_open(open_session, monkeypatch):
    start, held = Session._start, []

    def held_open(session, descriptor, environment):
        held.append(os.dup(descriptor))  # as a process has it that was forked meanwhile
        start(session, descriptor, environment)

    monkeypatch.setattr(Session, "_start", held_open)
    session = open_session("import os\ndef f(): os._exit(0)", allowed=PATIENT)
    session.run(0)
    try:
        with pytest.raises(StudentDied):
            student_of(session).f()
    finally:
        os.close(held[0])


def test_the_graders_secrets_and_switches_do_not_reach_the_kernel(open_session, monkeypatch):
    monkeypatch.setenv(SALT_VARIABLE, "secret-salt")
    monkeypatch.setenv("NBGRADER_THING", "secret-thing")
    session = open_session("import os; print(dict(os.environ))")
    session.run(0)
    text = "".join(out.text for out in outputs(session, 0))
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert "HOME" in text
    for word in ("secret-salt", "secret-thing", "AUTOGRADER_", "PYTEST_", "NBGRADER_"):
        assert word not in text


def test_the_kernel_works_in_its_own_empty_folder_and_takes_the_packages_that_it_is_given(shared):
    run(shared, "import os, cs231n\nprint(os.listdir(), os.environ['HOME'] == os.getcwd())\nprint(cs231n.__file__)")
    said, package = outputs(shared)[0].text.splitlines()
    assert said == "[] True"
    assert package == str(KIT_ROOT / "cs231n" / "__init__.py")


def test_data_and_variables_that_a_marking_names_reach_the_kernel_and_no_others_do(open_session, monkeypatch):
    monkeypatch.setenv("OTHER", "of the grader")
    data = KIT_ROOT / "docs"
    session = open_session("import os\nprint(os.listdir(os.environ['CS231N_DATA']), 'OTHER' in os.environ)", data=data)
    session.run(0)
    assert outputs(session, 0)[0].text == f"{os.listdir(data)} False\n"


@pytest.mark.skipif(best() is Level.OFF, reason="no level that isolates is to be had here")
def test_data_cannot_be_written(open_session):
    write = "import os; open(os.path.join(os.environ['CS231N_DATA'], 'mine'), 'w')"
    assert run_all(open_session(write, data=KIT_ROOT / "docs")) == [Outcome.RAISED]
    assert not (KIT_ROOT / "docs" / "mine").exists()


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


def test_a_kernel_that_does_not_start_is_an_error_and_leaves_nothing(scratch, limits):
    folder = scratch / "kernel"
    folder.mkdir()
    no_name = {"A=B": "no name of a variable"}
    with pytest.raises(RuntimeError, match=r"died before it was ready(?s:.*)illegal environment variable name"):
        Session(nbformat.v4.new_notebook(), folder, limits, Isolation(best(), variables=no_name))
    folder.rmdir()


def test_a_kernel_that_is_lost_with_its_zygote_is_not_told_as_the_codes_fault(open_session):
    session = open_session("def f(): return 1", "while True: pass")
    session.run(0)
    student = student_of(session)

    def call_on() -> None:
        while True:
            student.f()

    psutil.Process(session._provisioner.forked.zygote.pid).kill()
    with pytest.raises(KernelLost):
        call_on()
    assert not session.alive
    again = open_session("while True: pass", allowed=PATIENT)
    threading.Timer(0.2, psutil.Process(again._provisioner.forked.zygote.pid).kill).start()
    with pytest.raises(KernelLost):
        again.run(0)


def test_a_connection_lost_over_a_large_reply_ends_the_kernel_and_not_the_grader(open_session, monkeypatch):
    """The end of the cell comes by another connection, and may come first; the next request then has nowhere to go."""
    monkeypatch.setattr("autograder.marking.execution.client.SEND_MS", 200)
    session = open_session("x = 1")
    run_all(session)
    shell = session._client.kc.shell_channel.socket
    shell.disconnect(shell.last_endpoint)
    with pytest.raises(StudentDied, match="wrote more than it may"):
        session.call_link()
    assert not session.alive
