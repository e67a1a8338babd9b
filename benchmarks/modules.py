"""A class of module files in the original course's style, and the same code as notebooks; one submission alone.

The files are those that tests hand in: with the original's imports (``from builtins import range``), its banners, its
LSTM functions and copies of provided ones. Each prints something, and copies of the kit's modules lie beside it. Half
of the class is right, half has one of `MISTAKES`.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import statistics
import tempfile
import textwrap
from pathlib import Path

from rich.console import Console

from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from benchmarks.contenders import BenchError, mark_with_grade
from benchmarks.courses import NAME, NOTEBOOK, PROGRAMS, Prepared, environment, prepare
from benchmarks.hand_ins import HandIn, Kind
from benchmarks.measuring import measure
from benchmarks.results import add_json, aims_table, at_most, save

SIZE = 60
TIMES = 5
ORIGINAL = KIT_ROOT / "tests" / "assignments" / NAME / "modules" / "original"
LAYERS, MODEL = Path("cs231n/rnn_layers.py"), Path("cs231n/classifiers/rnn.py")
# What students hand in with their own files though nobody asked for it.
COPIES = ("layers.py", "gradient_check.py", "optim.py")
# One mistake each: a text in either file, and what stands in its place.
MISTAKES = (
    ("np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)", "np.tanh(x.dot(Wx) + prev_h.dot(Wh))"),
    ("db = np.sum(dtanh, axis=0)", "db = np.mean(dtanh, axis=0)"),
    ("dh[:, t, :] + dprev_h, cache[t]", "dh[:, t, :], cache[t]"),
    ("np.add.at(dW, x, dout)", "dW[x] = dout"),
    ("captions_out != self._null", "captions_out == captions_out"),
)


def texts(number: int) -> dict[Path, str]:
    """Return the two files of one student: every other one has a mistake."""
    files = {file: (ORIGINAL / file.name).read_text(encoding="utf-8") for file in (LAYERS, MODEL)}
    if number % 2:
        right, wrong = MISTAKES[number // 2 % len(MISTAKES)]
        assert any(right in text for text in files.values()), right
        files = {file: text.replace(right, wrong) for file, text in files.items()}
    # By the student's number, so that no two are the same.
    return {file: f"{text}\nprint('student', {number})\n" for file, text in files.items()}


def as_folder(number: int, folder: Path) -> None:
    """Write one student's files, with helper copies beside them."""
    for file, text in texts(number).items():
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for name in COPIES:
        shutil.copy(KIT_ROOT / "cs231n" / name, folder / "cs231n")


def as_hand_in(number: int, asked: set[str]) -> HandIn:
    """Return the same code for a notebook: functions that are asked for, and all else of the layers as helpers."""
    files = texts(number)
    functions, helpers = {}, []
    for node in ast.parse(files[LAYERS]).body:
        part = ast.get_source_segment(files[LAYERS], node) or ""
        if isinstance(node, ast.FunctionDef) and node.name in asked:
            functions[node.name] = part
        elif isinstance(node, ast.FunctionDef) and node.name.startswith(("sigmoid", "lstm")):
            helpers.append(part)
    (model,) = (node for node in ast.parse(files[MODEL]).body if isinstance(node, ast.ClassDef))
    for method in model.body:
        if isinstance(method, ast.FunctionDef) and method.name in asked:
            text = ast.get_source_segment(files[MODEL], method, padded=True) or ""
            functions[method.name] = textwrap.dedent(text)
    return HandIn(f"student {number}", Kind.RIGHT, functions, "\n\n\n".join(helpers))


def module_course(prepared: Prepared, root: Path, size: int) -> Course:
    """Make a course in which module files were handed in."""
    course = prepared.copy(root, [])
    for number in range(size):
        as_folder(number, course.submitted / f"student{number:04d}" / NAME)
    return course


def mark_alone(path: Path, root: Path, log: Path) -> float:
    """Return how many seconds ``autograder mark`` takes from start to end."""
    usage = measure([PROGRAMS / "autograder", "mark", NAME, path], root, environment(), log)
    if usage.code != 0:
        raise BenchError(f"autograder mark ended with {usage.code}: see {log}")
    return usage.wall


def main() -> None:
    """Measure, print, leave the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=SIZE, help=f"how many hand-ins (default: {SIZE})")
    options.add_argument("--times", type=int, default=TIMES, help=f"how often one is marked alone (default: {TIMES})")
    add_json(options)
    given = options.parse_args()
    console = Console()
    asked = {"rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward", "word_embedding_forward",
             "word_embedding_backward", "loss", "sample"}  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        prepared, log = prepare(folder / "prepared"), folder / "graders.log"
        console.print(f"{given.size} hand-ins as module files, then as notebooks", highlight=False)
        files = mark_with_grade(module_course(prepared, folder / "files", given.size), given.size, log)
        notebooks = prepared.copy(folder / "notebooks", [as_hand_in(number, asked) for number in range(given.size)])
        same = mark_with_grade(notebooks, given.size, log)
        as_folder(0, folder / "one")
        alone = {
            "a notebook": prepared.course.solutions(NAME) / NOTEBOOK,
            "module files": folder / "one",
        }
        seconds = {
            what: [mark_alone(path, prepared.course.root, log) for _ in range(given.times)]
            for what, path in alone.items()
        }
    aims = [
        at_most("a class of module files: times the same code as notebooks", 1.2, files.seconds / same.seconds),
        *(
            at_most(f"autograder mark, {what}, right: s from start to end (median)", 2.5, statistics.median(times))
            for what, times in seconds.items()
        ),
    ]
    console.print(
        f"module files: {files.seconds:.2f} s each, own CPU {files.own:.2f} s; "
        f"notebooks: {same.seconds:.2f} s each, own CPU {same.own:.2f} s",
        highlight=False,
    )
    console.print(aims_table(aims))
    figures = {"size": given.size, "module files": files.figures(), "notebooks": same.figures(), "alone": seconds}
    save(given.json, "modules", figures, aims)


if __name__ == "__main__":
    main()
