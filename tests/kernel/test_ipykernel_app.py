"""A forked kernel is to its notebook what a stock one is."""

from __future__ import annotations

import base64
import inspect

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.kernel import ipykernel_app
from autograder.kernel.ipykernel_app import Tracebacks
from autograder.kernel.zygote_client import close_all

CELLS = [
    "1 + 1",
    "print('said')\nimport sys; print('warned', file=sys.stderr)",
    "def f():\n    return 1 / 0\nf()",
    "1 +",
    "from IPython.display import display, HTML\ndisplay(HTML('<b>bold</b>'))",
    "In[1], Out[1], _i, _",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "input('never answered')",
    "undefined",
    "%%time\npass",
    "import logging; logging.warning('logged')",
    "get_ipython().history_manager.enabled, __name__",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "from tqdm.auto import tqdm\nfor _ in tqdm(range(2), disable=True): pass",
    "%who",
]
# Times, and whether a history is kept.
DIFFERENT = {"%%time\npass", "get_ipython().history_manager.enabled, __name__"}


def stock(*sources: str) -> list[nbformat.NotebookNode]:
    """Return the cells as a kernel that Jupyter starts leaves them."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60).execute()
    return notebook.cells


def shown(cell: nbformat.NotebookNode) -> list[tuple[tuple[str, str | None], object]]:
    """Return what a cell shows, without what differs from run to run."""
    kept = []
    for output in cell.outputs:
        data = dict(output.get("data", {}))
        if "image/png" in data:
            data["image/png"] = base64.b64decode(data["image/png"])[:4]
        kind = (output.output_type, output.get("name"))
        if output.output_type == "stream" and kept and kept[-1][0] == kind:  # a text may come in pieces
            kept[-1] = (kind, kept[-1][1] + output.text)
        else:
            kept.append((kind, output.get("text") or output.get("traceback") or data))
    return kept


def test_cells_show_the_same_as_in_a_stock_kernel(run):
    forked, plain = run(*CELLS), stock(*CELLS)
    assert [cell.execution_count for cell in forked] == [cell.execution_count for cell in plain]
    for ours, theirs in zip(forked, plain, strict=True):
        if ours.source not in DIFFERENT:
            assert shown(ours) == shown(theirs), ours.source


CALLS_ITSELF = "def f(x):\n    return f(x + 1)\nf(0)"


def test_a_function_that_calls_itself_without_end_is_shown_as_in_a_stock_kernel(run):
    # How many frames fit is another matter: those of the two kernels themselves count.
    ours, theirs = (cell.outputs[0].traceback for cell in (*run(CALLS_ITSELF), *stock(CALLS_ITSELF)))
    assert len(ours) > 900
    assert (ours[:900], ours[-1]) == (theirs[:900], theirs[-1])


def test_a_traceback_asks_for_the_module_of_each_file_a_few_times_and_not_for_that_of_each_frame(monkeypatch):
    asked = []

    def noted(*arguments):
        asked.append(arguments)
        return original(*arguments)

    original = inspect.getmodule
    monkeypatch.setattr(ipykernel_app, "module_of", noted)
    try:
        exec(compile(CALLS_ITSELF, "<cell>", "exec"), {})
    except RecursionError as fault:
        Tracebacks(mode="Context", theme_name="nocolor").structured_traceback(type(fault), fault, fault.__traceback__)
    # Of files: how many there are depends on what else this process has loaded.
    files = [(frame.f_code.co_filename, name) for frame, *name in asked if inspect.isframe(frame)]
    assert 0 < len(files) == len({(file, *name) for file, name in files})
    assert inspect.getmodule is noted


def test_a_kernel_collects_garbage_but_not_what_it_was_forked_with(run):
    (cell,) = run("import gc; gc.isenabled(), gc.get_freeze_count() > 100_000")
    assert shown(cell) == [(("execute_result", None), {"text/plain": "(True, True)"})]


def test_no_history_is_kept_on_disk(run):
    (cell,) = run("get_ipython().history_manager.enabled")
    assert shown(cell) == [(("execute_result", None), {"text/plain": "False"})]


def test_random_numbers_and_hashes_are_the_same_in_every_kernel_of_every_zygote(run):
    draw = "import random, numpy as np\n(random.random(), np.random.rand(), hash('a'), list({'a', 'b', 'c'}))"
    first, second = run(draw), run(draw)
    close_all()
    assert shown(first[0]) == shown(second[0]) == shown(run(draw)[0])


def test_threads_and_numpy_work_in_a_forked_kernel(run):
    (cell,) = run(
        "import threading, numpy as np\ntotals = []\n"
        "add = lambda: totals.append((np.ones((99, 99)) @ np.ones(99)).sum())\n"
        "threads = [threading.Thread(target=add) for _ in range(4)]\n"
        "for thread in threads: thread.start()\nfor thread in threads: thread.join()\nprint(totals)"
    )
    assert cell.outputs[0].text.count("9801.0") == 4


@pytest.mark.parametrize(
    "file",
    [
        ".ipython/profile_default/startup/first.py",
        "profile_default/startup/first.py",
        "startup/first.py",
        "first.py",
        "ipython_config.py",
        "sitecustomize.py",
        "usercustomize.py",
    ],
)
def test_files_in_the_kernels_folder_are_not_run_when_it_starts(run, file):
    (cell,) = run("'hijacked' in dir(__builtins__)", files={file: "import builtins; builtins.hijacked = True"})
    assert shown(cell) == [(("execute_result", None), {"text/plain": "False"})]


def test_leaving_the_kernel_from_a_cell_ends_it(run):
    cells = run("exit()")
    assert shown(cells[0]) == []
