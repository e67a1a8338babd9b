"""Makes pictures of a class for slides: as PNG, and as SVG for who wants to change them. No picture names a student."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from autograder.course.results import Verdict
from autograder.course.score import points
from autograder.reports.class_data import ClassData
from autograder.reports.failure import WORDS, Failure

DPI = 200
MISTAKES_MAX = 15
RIGHT, INK = "#2d8a57", "#1c2025"
# Of Paul Tol's muted scheme, which the colour-blind can tell apart (personal.sron.nl/~pault).
COLOURS = {
    Failure.KNOWN: "#cc6677",
    Failure.UNKNOWN: "#882255",
    Failure.CRASHED: "#ddcc77",
    Failure.ENDLESS: "#999933",
    Failure.ENDED: "#aa4499",
    Failure.NOT_ATTEMPTED: "#888888",
    Failure.NOT_RUN: "#bbbbbb",
    Failure.SHARE: "#dddddd",
    Failure.DEDUCTION: "#44aa99",
    Failure.GRADER_ERROR: "#332288",
}


def write_plots(data: ClassData, folder: Path) -> list[Path]:
    """Write the pictures of a class and return the files.

    Args:
        data: The class.
        folder: Where they are put; it is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, figure in plots(data):
        for ending in ("png", "svg"):
            file = folder / f"{name}.{ending}"
            figure.savefig(file, dpi=DPI, metadata={"Date": None} if ending == "svg" else None)
            files.append(file)
    return files


def plots(data: ClassData) -> Iterator[tuple[str, Figure]]:
    """Yield the pictures of a class with their names."""
    yield "totals", totals(data)
    yield "problems", problems(data)
    if data.mistakes:
        yield "mistakes", mistakes_figure(data)
    if any(data.tests.values()):
        yield "heat_map", heat_map(data)


def totals(data: ClassData) -> Figure:
    """Return the distribution of the points."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    most = data.rows[0].score.most or 1.0
    axes.hist(
        [row.score.points for row in data.marked], bins=list(np.linspace(0, most, 21)), color=RIGHT, edgecolor="white"
    )
    axes.set(
        xlabel=f"points of {points(most)}",
        ylabel="hand-ins",
        title=f"{data.assignment.title}: {len(data.marked)} hand-ins",
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def problems(data: ClassData) -> Figure:
    """Return in what ways points were lost, problem by problem."""
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    names = [problem.id for problem in data.problems if not problem.manual]
    left = np.zeros(len(names))
    seen = [[row.marks[name] for row in data.rows] for name in names]
    full = [sum(cell.full for cell in cells) for cells in seen]
    parts = [("all points", RIGHT, full)]
    parts += [
        (WORDS[kind], COLOURS[kind], [sum(cell.failure is kind for cell in cells) for cells in seen])
        for kind in COLOURS
    ]
    for word, colour, counts in parts:
        if any(counts):
            axes.barh(names, counts, left=left, color=colour, edgecolor="white", label=word)
            left = left + counts
    axes.invert_yaxis()
    axes.set(xlabel="hand-ins")
    axes.spines[["top", "right"]].set_visible(False)
    if axes.patches:
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def mistakes_figure(data: ClassData) -> Figure:
    """Return the most frequent mistakes."""
    shown = sorted(data.mistakes, key=lambda one: -len(one.students))[:MISTAKES_MAX]
    figure = Figure(figsize=(9, 0.9 + 0.38 * len(shown)), layout="constrained")
    axes = figure.subplots()
    labels = [f"{one.problem}: {one.name.replace('_', ' ')}" for one in shown]
    bars = axes.barh(labels, [len(one.students) for one in shown], color=COLOURS[Failure.KNOWN])
    axes.bar_label(bars, padding=3, color=INK)
    axes.invert_yaxis()
    axes.set(xlabel="hand-ins")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def heat_map(data: ClassData) -> Figure:
    """Return which tests passed: a row for each hand-in, those with the same cause together, and none is named."""
    tests = [test.id for found in data.tests.values() for test in found]
    rows = sorted(data.rows, key=lambda row: (row.lost_most, -row.score.points))
    table = np.full((len(rows), len(tests)), np.nan)
    for line, row in enumerate(rows):
        passed = {test.id: test.verdict is Verdict.PASSED for result in row.record.problems for test in result.tests}
        table[line] = [float(passed[test]) if test in passed else np.nan for test in tests]
    figure = Figure(figsize=(10, 6), layout="constrained")
    axes = figure.subplots()
    colours = ListedColormap([COLOURS[Failure.KNOWN], RIGHT])
    axes.imshow(table, aspect="auto", cmap=colours, vmin=0, vmax=1, interpolation="nearest")
    starts = np.cumsum([0, *(len(found) for found in data.tests.values())])
    named = [
        (name, start, len(found)) for (name, found), start in zip(data.tests.items(), starts, strict=False) if found
    ]
    axes.set_xticks(
        [start + size / 2 - 0.5 for _, start, size in named], [name for name, _, _ in named], rotation=40, ha="right"
    )
    for _, start, _ in named[1:]:
        axes.axvline(start - 0.5, color="white", linewidth=1.5)
    axes.set(ylabel="hand-ins", yticks=[], title="green: passed")
    return figure
