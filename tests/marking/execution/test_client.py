"""Kernels that flood, forge and garble: the grader's memory stays flat, and only their own cell loses by it."""

from __future__ import annotations

import tempfile
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest

from autograder.course.limits import Limits, OutputLimits
from autograder.kernel.sandbox.levels import best
from autograder.marking.execution.client import Guard
from autograder.marking.execution.isolation import Isolation
from autograder.marking.execution.outcome import Outcome
from autograder.marking.execution.session import Session
from autograder.testing import student as remote
from autograder.testing.student import Student
from tests.support.sampling import some

MEGABYTE = 1 << 20
# No cell here comes near these times; what ends it is what it sends.
PATIENT = Limits(cell=60.0, test=60.0, wall_extra=60.0)
KERNEL = """
import zmq
from IPython.display import display
k = get_ipython().kernel
def send(kind, content, parent=None):
    k.session.send(k.iopub_socket, kind, content, parent=parent or k.get_parent('shell'))
"""


class Peak:
    """The most memory that this process took since it was made, in megabytes above what it took then."""

    def __init__(self) -> None:
        self._process, self._done = psutil.Process(), threading.Event()
        self._before = self._process.memory_info().rss
        self._most = self._before
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(0.005):
            self._most = max(self._most, self._process.memory_info().rss)

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return (self._most - self._before) / MEGABYTE


@pytest.fixture
def peak() -> Iterator[Peak]:
    made = Peak()
    yield made
    made.stop()


@pytest.fixture
def open_session() -> Iterator:
    with tempfile.TemporaryDirectory(prefix="ag", ignore_cleanup_errors=True) as folder:
        sessions: list[Session] = []

        def start(*sources: str, limits: Limits = PATIENT, **output: int) -> Session:
            cells = [nbformat.v4.new_code_cell(textwrap.dedent(source).strip()) for source in (KERNEL, *sources)]
            limits = replace(limits, output=replace(limits.output, **output))
            place = Path(tempfile.mkdtemp(dir=folder))
            sessions.append(Session(nbformat.v4.new_notebook(cells=cells), place, limits, Isolation(best())))
            return sessions[-1]

        yield start
        for session in sessions:
            session.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Session]:
    """A kernel for tests after which it still lives and answers."""
    with tempfile.TemporaryDirectory(prefix="ag") as folder:
        session = Session(nbformat.v4.new_notebook(), Path(folder), PATIENT, Isolation(best()))
        run(session, KERNEL)
        yield session
        assert session.alive, "one of the tests ended the kernel that they share"
        session.close()


def run(session: Session, source: str) -> Outcome:
    """Add a cell and run it."""
    cells = session._client.nb.cells
    cells.append(nbformat.v4.new_code_cell(textwrap.dedent(source).strip()))
    return session.run(len(cells) - 1)


def last(session: Session) -> nbformat.NotebookNode:
    return session._client.nb.cells[-1]


def shown(cell: nbformat.NotebookNode) -> str:
    return "".join(out.get("text") or out.get("evalue") or out.data.get("text/plain", "") for out in cell.outputs)


# Far more than a test takes in, and far less than a kernel's memory holds should nobody come to take it.
FLOODS = {
    "100 displays of 3 MB": "for i in range(100): display({'text/plain': 'x' * 3_000_000}, raw=True)",
    "endless print": "while True: print('x' * 1000)",
    "endless small displays": "while True: display(1)",
    "100,000 updates": "h = display(1, display_id='a')\nfor i in range(100_000): h.update(i)",
    "endless clearing": "from IPython.display import clear_output\nwhile True: clear_output()",
    "one message of 50 MB": "print('x' * 50_000_000)",
    "one part of 300 MB": "k.iopub_thread.socket.send_multipart([bytes(300_000_000)], copy=False)",
    "large buffers": "for i in range(100): k.session.send(k.iopub_socket, 'comm_msg', {}, buffers=[b'x' * 3_000_000])",
    "many small buffers": "k.session.send(k.iopub_socket, 'comm_msg', {}, buffers=[b'x'] * 1000)",
    "other parents": "while True: send('stream', {'name': 'stdout', 'text': 'x'}, {'header': {'msg_id': 'other'}})",
}


@pytest.mark.parametrize("source", some(FLOODS.values(), 5), ids=FLOODS)
def test_a_cell_that_floods_is_stopped_and_the_graders_memory_stays_flat(open_session, peak, source):
    session = open_session(source, cell_messages=3000, cell_bytes=64 * MEGABYTE)
    assert session.run(0) is Outcome.FINISHED
    assert session.run(1) is Outcome.FLOODED
    assert not session.alive
    assert peak.stop() < 200


def test_a_message_of_endlessly_many_parts_ends_its_kernel_before_it_fills_the_memory(open_session, peak):
    parts = """
        frame = zmq.Frame(b'x' * 1_000_000)  # the kernel itself holds it once
        while True: k.iopub_thread.socket.send_multipart([frame] * 20_000, copy=False)
        """
    session = open_session(parts, growth=200 * MEGABYTE)
    session.run(0)
    assert session.run(1) is Outcome.FLOODED
    assert not session.alive
    assert peak.stop() < 1000


def test_a_guard_ends_the_kernel_once_and_stops_quietly():
    ended = threading.Event()
    guard = Guard(-1, ended.set)
    assert ended.wait(10)
    guard.stop()
    assert guard.tripped
    calm = Guard(1 << 40, ended.clear)
    calm.stop()
    assert not calm.tripped
    assert ended.is_set()


@pytest.mark.parametrize(
    ("source", "kept"),
    some(
        [
            ("for i in range(800): display(i)", "0123456789101112"),
            ("for i in range(3000): print(i, flush=True)", "2997\n2998\n2999\n"),
            ("import sys\nfor i in range(3000): print('\\r', i, end='', file=sys.stderr, flush=True)", " 2999"),
            ("display({'image/png': 'x' * 2_000_000, 'text/plain': 'plot'}, raw=True)", "plot"),
            ("print('x' * 3_000_000)", "printed more than 100,000 characters"),
        ],
        3,
    ),
    ids=["displays", "prints", "a progress bar", "a large plot", "one long line"],
)
def test_what_honest_code_shows_in_plenty_is_kept_or_cut_and_its_kernel_lives(shared, source, kept):
    assert run(shared, source) is Outcome.FINISHED
    assert kept in shown(last(shared))


def test_a_notebook_keeps_a_bounded_number_of_bytes_over_all_its_cells(open_session):
    large = "display({'text/plain': 'x' * 400_000}, raw=True)"
    session = open_session(large, large, large, notebook=MEGABYTE)
    assert [session.run(index) for index in range(4)] == [Outcome.FINISHED] * 4
    assert ["[More is not kept" in shown(cell) for cell in session._client.nb.cells] == [False, False, False, True]


FORGED = {
    "no stream": "send('stream', {})",
    "a list for content": "send('stream', b'[]')\nsend('display_data', {'data': [], 'metadata': 5})",
    "an unknown type": "send('execute_reply', {'status': 'ok'})\nsend('x' * 1000, {})",
    "a widget": "send('comm_open', {'comm_id': 1, 'target_name': 'jupyter.widget', 'data': None})",
    "an output widget": "send('comm_open', {'comm_id': 'a', 'target_name': 'jupyter.widget', 'data': {'state': "
    "{'_model_module': '@jupyter-widgets/output', '_model_name': 'OutputModel', 'msg_id': "
    "k.get_parent('shell')['header']['msg_id']}}})",
    "a message of another cell": "send('stream', {'name': 'stdout', 'text': 'x'}, {'header': {'msg_id': 'x'}, 'x': 1})",
    "odd numbers": "send('execute_result', {'data': {'text/plain': 5}, 'execution_count': 'x', 'metadata': None})",
}


@pytest.mark.parametrize("source", FORGED.values(), ids=FORGED)
def test_forged_messages_show_nothing_and_the_cell_goes_on(shared, source):
    assert run(shared, f"{source}\nprint('after')") is Outcome.FINISHED
    assert shown(last(shared)) == "after\n"
    assert run(shared, "1 + 1") is Outcome.FINISHED
    assert shown(last(shared)) == "2"


GARBLED = {
    "no message": "k.iopub_socket.send_multipart([b'x', b'y'])",
    "no JSON": "p = [b'{'] * 4\nk.iopub_socket.send_multipart([b'<IDS|MSG>', k.session.sign(p), *p])",
    "deep JSON": "p = [b'{}', b'{}', b'{}', b'[' * 1_000_000]\n"
    "k.iopub_socket.send_multipart([b'<IDS|MSG>', k.session.sign(p), *p])",
    "a huge number": "p = [b'{}', b'{}', b'{}', b'9' * 1_000_000]\n"
    "k.iopub_socket.send_multipart([b'<IDS|MSG>', k.session.sign(p), *p])",
    "a huge header": "send('stream', {}, {'header': {'x': ['2020-01-01T00:00:00'] * 99999}})",
    "unsigned": "k.iopub_socket.send_multipart([b'<IDS|MSG>', b'', b'{}', b'{}', b'{}', b'{}'])",
    "no text for the parent": "p = [b'{\"msg_id\": 1, \"msg_type\": []}', b'[]', b'{}', b'[]']\n"
    "k.iopub_socket.send_multipart([b'<IDS|MSG>', k.session.sign(p), *p])",
}


@pytest.mark.parametrize("source", GARBLED.values(), ids=GARBLED)
def test_garbled_messages_cost_their_own_kernel_at_most(open_session, source):
    session = open_session(source, "2")
    session.run(0)
    assert session.run(1) in (Outcome.DIED, Outcome.FINISHED)


def test_outputs_of_a_cell_that_has_ended_are_not_changed_by_later_ones(shared):
    run(shared, "handle = display('3/8', display_id='points'); header = dict(k.get_parent('shell'))")
    earlier = last(shared)
    run(
        shared,
        """
        handle.update('8/8')
        send('update_display_data', {'data': {'text/plain': '8/8'}, 'transient': {'display_id': 'points'}}, header)
        send('clear_output', {'wait': False}, header)
        send('stream', {'name': 'stdout', 'text': 'late'}, header)
        """,
    )
    assert shown(earlier) == "'3/8'"
    assert last(shared).outputs == []


CALLED = {
    "display": "display(x.tolist())",
    "standard output": "import os\nos.write(1, x.tobytes())",
    "its own message": "send('stream', {'name': 'stdout', 'text': 'secret'})",
    "a comm": "from comm import create_comm\ncreate_comm('jupyter.widget', data={'state': {}})",
    "the next requests": """
        head = dict(k.get_parent('shell')['header'])
        send('status', {'execution_state': 'idle'})
        start, _, number = head['msg_id'].rpartition('_')
        for following in range(50):
            parent = {'header': {**head, 'msg_id': f'{start}_{int(number) + following}'}}
            send('stream', {'name': 'stdout', 'text': 'secret'}, parent)
        """,
    "an early idle": """
        send('status', {'execution_state': 'idle'})
        send('stream', {'name': 'stdout', 'text': 'secret'})
        """,
}


@pytest.mark.parametrize("source", CALLED.values(), ids=CALLED)
def test_nothing_sent_while_a_function_is_called_lands_in_a_cell(shared, source):
    body = textwrap.indent(textwrap.dedent(source).strip(), "    ")
    run(shared, f"print('before')\ndef f(x):\n{body}\n    return 1")
    cell = last(shared)
    shared.call_link().restart_meter()
    import numpy as np

    assert remote.plain(Student(shared.call_link).f(np.array([42.5]))) == 1
    assert run(shared, "print('after')") is Outcome.FINISHED
    assert (shown(cell), shown(last(shared))) == ("before\n", "after\n")


def test_what_a_function_sends_while_it_is_called_waits_unread_and_does_not_fill_the_memory(open_session, peak):
    flood = """
        def f():
            frame = zmq.Frame(bytes(3_000_000))  # the kernel itself holds it once
            for _ in range(200): k.iopub_thread.socket.send_multipart([frame], copy=False)
            import time
            time.sleep(1)  # the grader does not read meanwhile
            return 1
        """
    session = open_session(flood)
    session.run(0)
    session.run(1)
    session.call_link().restart_meter()
    assert remote.plain(Student(session.call_link).f()) == 1
    session.hang_up()
    assert peak.stop() < 200


def test_the_limits_are_those_that_the_kit_names():
    assert OutputLimits().message == 4 * MEGABYTE
    assert OutputLimits().backlog == 16
