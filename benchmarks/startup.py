"""How long a kernel takes from being asked for to the end of the notebook's first cell: stock against zygote.

Both go through nbclient and run the same cell, which holds all of the notebook's imports. Stock kernels are started as
Jupyter does, one process each; forked ones come from a zygote that runs already, at the best level that this machine
offers. The two take turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.kernel.manager import forked_kernel
from autograder.kernel.sandbox.levels import best
from autograder.marking.execution.isolation import isolation_for
from benchmarks.results import add_json, save

NAME = "rnn_captioning"
NOTEBOOK = KIT_ROOT / "release" / NAME / f"{NAME}.ipynb"
FIRST_CELL = "setup"
TIMES = 20


def first_cell() -> str:
    """Return the source of the cell that imports what the notebook needs."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    return next(str(cell.source) for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == FIRST_CELL)


def stock() -> AsyncKernelManager:
    """Return a manager of the kernel that Jupyter starts for this interpreter."""
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))


def forked() -> AsyncKernelManager:
    """Return a manager of a kernel from the zygote."""
    return forked_kernel(isolation_for(Assignment(Course(KIT_ROOT), NAME), best()).kind)


def measure(manager: AsyncKernelManager, source: str) -> tuple[float, float]:
    """Return the seconds from asking for a kernel to the end of its first cell, and those for ending it."""
    cell = nbformat.v4.new_code_cell(source)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            nbformat.v4.new_notebook(cells=[cell]), km=manager, resources={"metadata": {"path": folder}}
        )
        client.shutdown_kernel = "immediate"
        asked = time.perf_counter()
        client.start_new_kernel(stderr=subprocess.DEVNULL)  # stock kernels warn there that they use TCP
        client.start_new_kernel_client()
        client.execute_cell(cell, 0)
        done = time.perf_counter()
        client._cleanup_kernel()
    return done - asked, time.perf_counter() - done


def compare(kinds: dict[str, Callable[[], AsyncKernelManager]], times: int) -> dict[str, list[tuple[float, float]]]:
    """Measure each kind so many times, in turns; the first of each, which starts the zygote, is left out."""
    source = first_cell()
    first = {name: measure(kind(), source)[0] for name, kind in kinds.items()}
    print("The first of each: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in first.items()))
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
    for _ in range(times):
        for name, kind in kinds.items():
            measured[name].append(measure(kind(), source))
    return measured


def main() -> None:
    """Print the comparison."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=TIMES, help="kernels of each kind")
    add_json(options)
    given = options.parse_args()
    measured = compare({"stock": stock, f"forked, level {best()}": forked}, given.times)
    table = Table(title=f"Seconds, of {given.times} kernels each", title_justify="left", box=SIMPLE_HEAD)
    for column in ("kernel", "median to first cell", "least", "most", "median to its end"):
        table.add_column(column, justify="left" if column == "kernel" else "right")
    medians = {}
    for name, pairs in measured.items():
        starts, ends = zip(*pairs, strict=True)
        figures = (statistics.median(starts), min(starts), max(starts), statistics.median(ends))
        medians[name] = {"to_first_cell": figures[0], "to_its_end": figures[3]}
        table.add_row(name, *(f"{figure:.3f}" for figure in figures))
    console = Console()
    console.print(table)
    slow, fast = (median["to_first_cell"] for median in medians.values())
    console.print(f"The forked kernel is {slow / fast:.1f} times as fast.", highlight=False)
    save(given.json, "startup", {"times": given.times, "medians": medians})


if __name__ == "__main__":
    main()
