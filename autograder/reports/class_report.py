"""Writes the class report: one page to work with, and the same as JSON, as CSV, and as pictures for slides."""

from __future__ import annotations

import os
import shlex
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.nbgrader_app import load_config
from autograder.course.problem import Problem
from autograder.course.results import Kind, TestResult, Verdict
from autograder.i18n.messages import Text
from autograder.i18n.terminal import printable
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports import item_analysis
from autograder.reports.class_data import (
    ClassData,
    Row,
    TableCell,
    class_data,
    dealt,
)
from autograder.reports.class_json import class_as_json
from autograder.reports.comparison.report import compare_classes
from autograder.reports.failure import WORDS, Failure
from autograder.reports.files import TEMPLATES, json_text, report_folder, report_page, write_texts
from autograder.reports.mistakes import Mistake
from autograder.reports.tables import csv_of_tests, mistakes_csv, scores_csv, waiting_csv
from autograder.reports.typical_code import MarkedCode

# Shares of the points in one bar of the distribution.
BINS = 10
# What a student's part says of one failure is cut: student code can raise a text of any length.
FAULT_MAX, SLOWEST = 400, 10
# Mistakes with a name that show without a click: of 300 hand-ins, the others were made by a handful each.
MISTAKES_OPEN = 12
# A symbol and a class of the stylesheet for each state of a test; a failed one has those of its problem's failure.
SYMBOLS: dict[str, str] = {
    "right": "✓",
    Failure.KNOWN: "✗",
    Failure.UNKNOWN: "?",
    Failure.CRASHED: "!",
    Failure.ENDLESS: "∞",
    Failure.ENDED: "†",
    Failure.NOT_ATTEMPTED: "○",
    Failure.NOT_RUN: "-",
    Failure.SHARE: "=",
    Failure.GRADER_ERROR: "G",
    Failure.DEDUCTION: "✗",
}
LEGEND: dict[str, str] = {"right": "passed"} | {kind.value: word for kind, word in WORDS.items()}


@dataclass(frozen=True)
class ReportRequest:
    """What a report is to have.

    Attributes:
        other_points: Whether the gradebook may have other points than the source notebook.
        anonymous: Whether students are under pseudonyms; the report then goes into a folder of its own.
        assign: Who marks what waits for a person; nobody where it is not dealt out.
        plots: Whether to make pictures for slides, too.
        against: What the class is compared with, too; see `autograder.reports.comparison.earlier_class`. Nothing when
            empty.
        years: Whether that is another class, although ids recur in it.
        hints: Whether a page on hints lies beside it; see `autograder.reports.hints.report`.
        served: Students whose feedback pages the grading server shows, under the addresses that they have on the disk.
    """

    other_points: bool = False
    anonymous: bool = False
    assign: tuple[str, ...] = ()
    plots: bool = False
    against: str = ""
    years: bool = False
    hints: bool = False
    served: frozenset[str] = frozenset()


def write_report(
    assignment: Assignment,
    request: ReportRequest = ReportRequest(),
    tell: Callable[[str], object] = lambda _: None,
    more: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write the report of a class and return the files: the page first, then its table.

    Args:
        assignment: The assignment.
        request: What it is to have.
        tell: Takes the sentence that a comparison comes to.
        more: Texts of further files that belong beside it, by their names.

    Raises:
        CourseError: No submission has been marked, or the gradebook has other points than the source notebook; or there
            is nothing to compare the class with.
        RecordError: A record is damaged.
    """
    data = class_data(assignment, other_points=request.other_points, anonymous=request.anonymous)
    # Before anything is written: it can be refused.
    compared = compare_classes(data, request.against, years=request.years) if request.against else None
    folder = report_folder(assignment, anonymous=request.anonymous)
    texts = {
        "class.html": class_page(data, folder, request, compared.page if compared else ""),
        **tables_of(data, request.assign),
    }
    if compared:
        texts |= compared.texts
        tell(compared.sentence)
    files = write_texts(folder, texts | dict(more or {}))
    if request.plots:
        from autograder.reports.plots import write_plots  # matplotlib takes its time

        files += write_plots(data, folder / "plots")
    return files


def tables_of(data: ClassData, assign: Sequence[str] = ()) -> dict[str, str]:
    """Return the report's tables by the names of their files.

    Args:
        data: The class.
        assign: Who marks what waits for a person; nobody where it is not dealt out.
    """
    return {
        "class.csv": scores_csv(data.problems, data.rows),
        "tests.csv": csv_of_tests(data),
        "mistakes.csv": mistakes_csv(data.mistakes),
        "waiting.csv": waiting_csv(data.waiting, assign),
        "class.json": json_text(class_as_json(data)),
    }


# The page.


@dataclass(frozen=True)
class StudentLinks:
    """Where more of a student is found.

    Attributes:
        feedback: The address of the feedback page; empty where there is none yet.
        record: The address of the record.
        explain: The command that explains each problem in which points were lost.
    """

    feedback: str
    record: str
    explain: dict[str, str]


class PageLinks:
    """Finds where more of students is, as addresses from the report's folder.

    Args:
        assignment: The assignment.
        folder: The report's folder.
        served: Students whose feedback pages are there although no file of them is.
    """

    def __init__(self, assignment: Assignment, folder: Path, served: frozenset[str] = frozenset()) -> None:
        self._assignment, self._folder, self._served = assignment, folder, served
        self._folders = CourseDirectory(config=load_config(assignment.course))

    def of(self, row: Row) -> StudentLinks:
        """Return where more of a student is."""
        name, student = self._assignment.name, row.student
        pages = Path(self._folders.format_path(self._folders.feedback_directory, student, name))
        page = pages / f"{name}.html"
        command = f"autograder explain {name} {shlex.quote(student)} "
        return StudentLinks(
            feedback=self._address(page) if student in self._served or page.is_file() else "",
            record=self._address(record_file(self._assignment.course.records, name, student)),
            explain={problem: command + problem for problem, cell in row.marks.items() if explained(cell)},
        )

    def _address(self, file: Path) -> str:
        return quote(os.path.relpath(file, self._folder))


def explained(cell: TableCell) -> bool:
    """Return whether `autograder explain` has something to say of a problem."""
    return cell.result is not None and any(test.verdict is Verdict.FAILED for test in cell.result.tests)


@dataclass(frozen=True)
class Bar:
    """One part of a bar: the class that colours it, what it stands for, how many, and its place in percent."""

    kind: str
    title: str
    count: int
    start: float
    width: float


def bars(counts: Sequence[tuple[str, str, int]]) -> list[Bar]:
    """Return the parts of a bar that is as wide as all counts together; those of 0 are left out."""
    total, start, made = sum(count for _, _, count in counts) or 1, 0.0, []
    for kind, title, count in counts:
        if count:
            width = 100 * count / total
            made.append(Bar(kind, title, count, round(start, 2), round(width, 2)))
            start += width
    return made


@dataclass(frozen=True)
class ProblemLine:
    """How a class did in one problem.

    Attributes:
        problem: The problem.
        mean: The mean share of its points; None when nobody has any yet.
        full: How many have all of its points.
        parts: The bar that shows it.
        seconds: What its tests took in all submissions together.
    """

    problem: Problem
    mean: float | None
    full: int
    parts: list[Bar]
    seconds: float


def problem_line(problem: Problem, rows: Sequence[Row]) -> ProblemLine:
    """Return how a class did in one problem."""
    cells = [row.marks[problem.id] for row in rows]
    failures = {kind: sum(cell.failure is kind for cell in cells) for kind in Failure}
    full = sum(cell.full for cell in cells)
    waiting = sum(cell.score is None and cell.failure is None for cell in cells)
    other = len(cells) - full - waiting - sum(failures.values())
    counted = [("right", "all points", full), *((kind.value, WORDS[kind], failures[kind]) for kind in Failure)]
    counted += [("waits", "waits for a person", waiting), ("given", "less than all, by hand", max(0, other))]
    results = [cell.result for cell in cells if cell.result is not None]
    return ProblemLine(
        problem=problem,
        mean=mean(cells),
        full=full,
        parts=bars(counted),
        seconds=sum(test.seconds for result in results for test in result.tests),
    )


def mean(marks: Sequence[TableCell]) -> float | None:
    """Return the mean share of the points that was reached, of those who have points; None when nobody has."""
    shares = [mark.score / mark.max_score for mark in marks if mark.score is not None and mark.max_score]
    return sum(shares) / len(shares) if shares else None


def score_distribution(rows: Sequence[Row]) -> list[tuple[str, int, float]]:
    """Return how many have which share of the points that are marked: label, number, and percent of the longest bar."""
    counts = [0] * BINS
    for row in rows:
        share = row.score.points / row.score.marked if row.score.marked else 0.0
        counts[min(BINS - 1, max(0, int(share * BINS + 1e-9)))] += 1
    most = max(counts) or 1
    step = 100 // BINS
    labels = [f"{step * index} to {step * (index + 1)} %" for index in range(BINS)]
    return [(label, count, round(100 * count / most, 2)) for label, count in zip(labels, counts, strict=True)][::-1]


@dataclass(frozen=True)
class Cluster:
    """Submissions that lost most of their points by one thing: rows of the heat map that stand together."""

    title: str
    rows: list[tuple[int, Row, list[tuple[str, str]]]]


def clusters(data: ClassData) -> list[Cluster]:
    """Return the rows of the heat map: large clusters first, within one by what else was wrong, then by points."""
    tests = [(problem, test.id) for problem, found in data.tests.items() for test in found]
    found: dict[tuple[str, str], list[tuple[tuple[Any, ...], int, Row, list[tuple[str, str]]]]] = {}
    for index, row in enumerate(data.rows):
        states = states_of(row, tests)
        signature = tuple(state != "right" for state, _ in states)
        found.setdefault(row.lost_most, []).append(((signature, -row.score.points, row.student), index, row, states))
    ordered = sorted(found.items(), key=lambda one: (one[0] == ("", ""), -len(one[1]), one[0]))
    return [
        Cluster(cluster_title(*key), [(index, row, states) for _, index, row, states in sorted(rows)])
        for key, rows in ordered
    ]


def cluster_title(problem: str, cause: str) -> str:
    """Return what is behind most of the points that a cluster lost."""
    if not problem:
        return "nothing lost, or nothing run"
    return f"{problem}: {WORDS[Failure(cause)] if cause in list(Failure) else cause}"


def states_of(row: Row, tests: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the class and the symbol of each test of a submission; both empty where it has no such test."""
    known: dict[str, tuple[str, str]] = {}
    for cell in row.marks.values():
        for test in cell.result.tests if cell.result else []:
            known[test.id] = cell_state(test, cell.failure)
    return [known.get(test, ("", "")) for _, test in tests]


def cell_state(test: TestResult, failure: Failure | None) -> tuple[str, str]:
    """Return the class and the symbol of a test."""
    if test.verdict is Verdict.PASSED:
        kind = "right"
    elif test.verdict is Verdict.GRADER_ERROR:
        kind = Failure.GRADER_ERROR
    elif test.verdict is Verdict.NOT_RUN:
        kind = failure if failure in (Failure.SHARE, Failure.NOT_ATTEMPTED) else Failure.NOT_RUN
    else:
        kind = failure or Failure.UNKNOWN
    return str(kind), SYMBOLS[kind]


def ranked(data: ClassData) -> list[Mistake]:
    """Return the mistakes of all problems, the most frequent first: what has a name, what several made, the rest."""
    return sorted(data.mistakes, key=lambda one: (one.kind is None, not one.group, -len(one.students)))


def mistake_lists(data: ClassData) -> dict[str, list[Mistake]]:
    """Return the mistakes in the lists that the page has: what is frequent, what is rare, what has no name, stubs."""
    found = ranked(data)
    named = [one for one in found if one.kind is not None]
    others = [one for one in found if one.kind is None]
    return {
        "frequent": named[:MISTAKES_OPEN],
        "rare": named[MISTAKES_OPEN:],
        "unnamed": [one for one in others if one.name != Failure.NOT_ATTEMPTED],
        "untouched": [one for one in others if one.name == Failure.NOT_ATTEMPTED],
    }


def naming(data: ClassData, mistake: Mistake, student: str) -> str:
    """Return the command that makes a mistake known; empty where it is, or cannot be told by its values."""
    told_by_values = mistake.name == Failure.UNKNOWN or (mistake.kind is Kind.PATTERN and mistake.group)
    if data.anonymous or not told_by_values:
        return ""
    return f"autograder misconception new {data.assignment.name} --from {shlex.quote(student)} {mistake.problem}"


def class_page(data: ClassData, folder: Path, request: ReportRequest, compared: str = "") -> str:
    """Return the page.

    Args:
        data: The class.
        folder: Where the page will lie.
        request: What it is to have.
        compared: The page of a comparison, in the same folder; none when empty.
    """
    places = None if data.anonymous else PageLinks(data.assignment, folder, request.served)
    code = MarkedCode(data.assignment, data.people, data.scrub)
    scores = [row.score.points for row in data.marked]
    slowest = sorted(data.rows, key=lambda row: -row.record.seconds)[:SLOWEST]
    index = {row.student: number for number, row in enumerate(data.rows)}
    return report_page(
        TEMPLATES,
        "class.html.j2",
        "class.css",
        "class.js",
        data=data,
        assignment=data.assignment,
        rows=data.rows,
        index=index,
        places=[places.of(row) for row in data.rows] if places else [],
        lines=[problem_line(problem, data.marked) for problem in data.problems],
        failures=[
            kind for kind in Failure if any(cell.failure is kind for row in data.rows for cell in row.marks.values())
        ],
        median=statistics.median(scores) if scores else None,
        mean=statistics.mean(scores) if scores else None,
        most=data.rows[0].score.most,
        named=any(row.name for row in data.rows),
        late=any(row.penalty for row in data.rows),
        distribution=score_distribution(data.marked),
        **mistake_lists(data),
        broken=sum(item.flag is not item_analysis.Flag.NONE_FAIL for item in data.analysis.flagged),
        typical=code.typical,
        naming=lambda mistake, student: naming(data, mistake, student),
        clusters=clusters(data),
        tests=data.tests,
        analysis=data.analysis,
        analysis_rules=item_analysis,
        advice=item_analysis.ADVICE,
        dealt=dealt(data.waiting, request.assign),
        slowest=slowest,
        words=WORDS,
        legend=LEGEND,
        symbols=SYMBOLS,
        said=cell_text,
        anonymous=request.anonymous,
        compared=compared,
        hints=request.hints,
    )


def cell_text(text: Text) -> str:
    """Return a text in which every character shows, cut: a student can have shaped it."""
    text = str(text)
    return printable(text if len(text) <= FAULT_MAX else f"{text[:FAULT_MAX]} ...")
