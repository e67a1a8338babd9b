"""Tells check by check what passes and what is open: in the notebook's last cell, and in a terminal.

    python -m cs231n.check_all rnn_captioning.ipynb

The visible checks are cells of the notebook. Each names itself with `checking`, and raises `CheckFailed` when it does
not pass; `check_all` runs them all once more, on the functions as they are now. In a terminal the whole notebook is run
from top to bottom in a fresh kernel, as it is when it is marked, and its file stays as it is. A function that is still
to be written in the notebook, and is written in a file of the package, is taken from the file.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

PASSED, FAILED, NOT_RUN = "✓", "✗", "·"
PACKAGE = Path(__file__).resolve().parent

_cells: dict[str, str] = {}
"""The text of each check's cell as it was run last, by the check's name."""


class CheckFailed(AssertionError):
    """A check does not pass. Its arguments are lines for the student: what was seen, and what to look at."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback, which would be of the check's code and not of the student's.
        return [f"{FAILED} {self}"]


def checking(check: str) -> None:
    """Remember the cell that is being run as a check, so that `check_all` can run it again.

    Args:
        check: The check's name: its problem, or its problem and what of it is checked.
    """
    shell = _shell()
    if shell is not None and not _running:
        _cells[check] = shell.user_ns.get("In", [""])[-1]
        shell.set_custom_exc((NotImplementedError,), _show_unwritten)


def _show_unwritten(shell: Any, kind: type, error: BaseException, trace: TracebackType, tb_offset: int = 0) -> None:
    """Show a function that is still to be written in one line; what anything else has not implemented, as usual."""
    *_, (innermost, _) = traceback.walk_tb(trace)
    names = innermost.f_globals
    if names is shell.user_ns or str(names.get("__name__")).startswith(f"{PACKAGE.name}."):
        shell._showtraceback(kind, error, [f"{FAILED} {error}"])
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def check_all(checks: Sequence[str], *, not_run: str, counted: str, remark: str) -> None:
    """Run all checks once more, on the functions as they are now, and print a line for each of them.

    Names stand for what they stood for before, and the state of numpy's random generator stays as it is.

    Args:
        checks: Their names, in the order in which they are shown.
        not_run: Said of a check whose cell has not been run in this kernel.
        counted: The sum of it, with the fields ``{passed}`` and ``{all}``.
        remark: Printed below.
    """
    shell = _shell()
    names = {} if shell is None else shell.user_ns
    passed = 0
    for check in checks:
        if not _cells.get(check):
            print(f"{NOT_RUN} {check}: {not_run}")
            continue
        failure = _failure(check, _cells[check], names)
        passed += failure is None
        print(f"{PASSED} {check}" if failure is None else f"{FAILED} {check}: {failure}")
    print(f"\n{counted.format(passed=passed, all=len(checks))}\n{remark}")


_running: set[str] = set()


def _failure(check: str, source: str, names: dict[str, Any]) -> str | None:
    """Run a check's cell beside the notebook's variables; return None when it passes, or else what it says."""
    state = np.random.get_state()
    _running.add(check)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, f"<check of {check}>", "exec"), dict(names))
    except CheckFailed as failed:
        return str(failed).split("\n", 1)[0]
    except Exception as error:  # whatever the student's functions raise
        return f"{type(error).__name__}: {error}".split("\n", 1)[0]
    finally:
        _running.discard(check)
        np.random.set_state(state)
    return None


def _shell() -> Any:
    """Return the notebook's IPython, or None outside of one."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


class NotebookError(Exception):
    """A notebook cannot be checked; the message says why, and what to do."""


def check_notebook(file: Path) -> bool:
    """Run a notebook in a fresh kernel and print what its last cell, `check_all`, shows.

    Args:
        file: The notebook; it is not changed. Its cells are run in its folder.

    Returns:
        Whether all checks passed, no other cell raised, and every written question has an answer.

    Raises:
        NotebookError: It is no notebook of this kind, or no kernel can be started.
    """
    notebook = _read(file)
    last = next(
        (one for one in reversed(notebook.cells) if one.cell_type == "code" and "check_all(" in one.source), None
    )
    if last is None:
        raise NotebookError(f"{file} has no cell that calls check_all: take it from the notebook that you were given.")
    for cell in notebook.cells:
        cell.source = _taken_from_package(cell)
    _run(notebook, file.parent)
    shown = "".join(output.get("text", "") for output in last.outputs)
    faults = ["\n".join(output.traceback) for output in last.outputs if output.output_type == "error"]
    print(shown.rstrip() or "\n".join(faults))
    unanswered = [_name(cell) for cell in notebook.cells if cell.cell_type == "markdown" and _is_unanswered(cell)]
    for name in unanswered:
        print(f"{NOT_RUN} {name}: not answered yet.")
    lines = shown.splitlines()
    if not lines or any(line.startswith((FAILED, NOT_RUN)) for line in lines):
        return False
    raising = list(_raising(notebook))
    for line in raising:
        print(f"{FAILED} {line}")
    return not unanswered and not raising


def _raising(notebook: Any) -> Iterator[str]:
    """Yield a line for each cell of a notebook that was run and ended with an error."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"cell {number} of the notebook: {output.ename}: {output.evalue}".split("\n", 1)[0]


def _read(file: Path) -> Any:
    try:
        import nbformat
    except ImportError:
        raise NotebookError("Jupyter is missing here: pip install -r requirements.txt") from None
    try:
        return nbformat.read(file, as_version=4)
    except OSError as fault:
        raise NotebookError(f"{file} cannot be read ({fault.strerror}): name the notebook, in its folder.") from None
    except ValueError:  # no JSON, or not of a notebook's form
        raise NotebookError(f"{file} is no notebook: save it in Jupyter and try again.") from None


def _run(notebook: Any, folder: Path) -> None:
    """Run a notebook's cells in a fresh kernel; what raises is kept as an output."""
    from nbclient import NotebookClient

    count = len(notebook.cells)

    def tell(cell_index: int, **_other: object) -> None:
        if sys.stderr.isatty():
            print(f"\rrunning cell {cell_index + 1} of {count} ", end="", file=sys.stderr, flush=True)

    client = NotebookClient(
        notebook,
        timeout=None,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=tell,
    )
    try:
        # Otherwise the kernel's own warnings would stand among the lines about checks.
        client.execute(stderr=subprocess.DEVNULL)
    except Exception as fault:  # the kernel died, or there is none of this name
        raise NotebookError(f"the notebook could not be run to its end ({type(fault).__name__}: {fault})") from fault
    finally:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _name(cell: Any) -> str:
    """Return the name that nbgrader has for a cell."""
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def _is_unanswered(cell: Any) -> bool:
    """Return whether a cell is for a written answer and holds nothing, or only its line in italics."""
    text = cell.source.strip()
    is_answer = bool(cell.metadata.get("nbgrader", {}).get("solution"))
    return is_answer and (not text or (text.startswith("*") and text.endswith("*") and "\n" not in text))


def _taken_from_package(cell: Any) -> str:
    """Return a cell's code, with an import in place of each function that is not written there but in the package."""
    source: str = cell.source
    if cell.cell_type != "code" or not cell.metadata.get("nbgrader", {}).get("solution"):
        return source
    try:
        stubs = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and _is_stub(node)]
    except (SyntaxError, ValueError):  # ValueError: a null byte, on Python 3.11
        return source
    lines = source.split("\n")
    for stub in reversed(stubs):  # from the end, so that the numbers of the lines before it hold
        if (written := _import_of(stub)) is not None:
            first = min([stub.lineno, *(one.lineno for one in stub.decorator_list)])
            lines[first - 1 : stub.end_lineno] = [written]
    return "\n".join(lines)


def _is_stub(function: ast.FunctionDef) -> bool:
    last = function.body[-1]
    called = last.exc.func if isinstance(last, ast.Raise) and isinstance(last.exc, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "NotImplementedError"


def _import_of(stub: ast.FunctionDef) -> str | None:
    """Return the import of a written function of this name, or of the class whose method it is, if there is one."""
    # @method_of(CaptioningRNN) names the class.
    arguments = [argument for one in stub.decorator_list if isinstance(one, ast.Call) for argument in one.args]
    wanted = arguments[0].id if arguments and isinstance(arguments[0], ast.Name) else ""
    for file, owner, function in _functions():
        if (owner, function.name) == (wanted, stub.name) and not _is_stub(function):
            module = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
            return f"from {module} import {owner or function.name}"
    return None


def _functions() -> Iterator[tuple[Path, str, ast.FunctionDef]]:
    """Yield the functions in the package's files: the file, the class whose method it is, or "", and the function."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if "datasets" in file.relative_to(PACKAGE).parts:
            continue
        with contextlib.suppress(SyntaxError, ValueError):  # UnicodeDecodeError is a ValueError
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                inner = node.body if isinstance(node, ast.ClassDef) else [node]
                owner = node.name if isinstance(node, ast.ClassDef) else ""
                yield from ((file, owner, one) for one in inner if isinstance(one, ast.FunctionDef))


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a notebook, and return the exit code: 0 when nothing is open, 1 when something is, 2 for a fault."""
    parser = argparse.ArgumentParser(prog="python -m cs231n.check_all", description="Run all visible checks.")
    parser.add_argument("notebook", type=Path, help="such as rnn_captioning.ipynb, saved")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no ✓ shows a question mark
    try:
        return 0 if check_notebook(parser.parse_args(arguments).notebook) else 1
    except NotebookError as fault:
        print(f"check_all: {fault}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
