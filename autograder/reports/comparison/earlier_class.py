"""Finds what a class is compared with: this class before a run, or the records or the report of another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.cells import problem_name
from autograder.course.course import CourseError
from autograder.course.earlier_records import earlier_runs, records_before
from autograder.course.gradebook_scores import GradebookScore, read_scores
from autograder.course.results import ProblemResult, Record, Status, read_record
from autograder.course.score import Score
from autograder.reports.class_data import ClassData, Row, TableCell
from autograder.reports.class_json import read_class
from autograder.reports.pseudonyms import pseudonym

# Names the latest run in which anything changed.
LAST = "last"
GRADEBOOK = "gradebook.db"
RUNS_NAMED = 5


@dataclass(frozen=True)
class EarlierClass:
    """A class that another one is compared with.

    Attributes:
        name: What it is, for people.
        rows: One for each submission, by the student's id or pseudonym.
        gradebook: Whether its points are those of a gradebook, with what a person has entered; else the tests' alone.
        run: Whether it is this class before a run.
        anonymous: Whether its students are under pseudonyms.
    """

    name: str
    rows: list[Row]
    gradebook: bool = False
    run: bool = False
    anonymous: bool = False

    @property
    def records(self) -> list[Record]:
        """The record of each submission."""
        return [row.record for row in self.rows]

    def pairs(self, data: ClassData) -> dict[str, tuple[Row | None, Row | None]]:
        """Return the rows of each student in this class and in another, by the names that the other has.

        Args:
            data: The other class.
        """
        assignment, mine = data.assignment, {row.student: row for row in self.rows}
        found: dict[str, tuple[Row | None, Row | None]] = {}
        for row in data.rows:
            student = data.people[row.student]
            known = pseudonym(assignment, student) if self.anonymous else student
            found[row.student] = (mine.pop(known, None), row)
        for student, row in mine.items():
            hidden = data.anonymous and not self.anonymous
            found[pseudonym(assignment, student) if hidden else student] = (row, None)
        return found

    def is_of(self, data: ClassData) -> bool:
        """Return whether it is the same class: half of the smaller one's students are in both."""
        both = sum(one is not None and other is not None for one, other in self.pairs(data).values())
        return self.run or 2 * both >= min(len(self.rows), len(data.rows))


def earlier_class(assignment: Assignment, given_as: str, now: Sequence[Record]) -> EarlierClass:
    """Return the class that a text names.

    Args:
        assignment: The assignment.
        given_as: `LAST` or the name of a run: this class before it. Or an address: of a course, of its ``classroom``,
            of a folder of records, or of the ``class.json`` of a report.
        now: The records of this class as it is.

    Raises:
        CourseError: There is nothing of that name, or it is of another assignment, or it is this class as it is.
        RecordError: A record is damaged, or of another version of the kit.
    """
    runs, path = earlier_runs(assignment.course, assignment.name), Path(given_as)
    if given_as == LAST and runs:
        return _before(assignment, runs[-1], now)
    if given_as in runs:
        return _before(assignment, given_as, now)
    if path.is_file():
        rows, anonymous = read_class(path, assignment.name)
        return EarlierClass(str(path), rows, gradebook=True, anonymous=anonymous)
    if path.is_dir():
        return _in_folder(assignment, path)
    raise CourseError(_unknown(given_as, runs))


def _unknown(given_as: str, runs: Sequence[str]) -> str:
    listed = f"the latest are {', '.join(runs[-RUNS_NAMED:])}" if runs else "of this class none is kept yet"
    what = (
        "no run has changed a record yet" if given_as == LAST else f"{given_as} is neither a file, a folder nor a run"
    )
    return (
        f"{what}: name a run ({listed}), a course or its classroom/, a folder of records, or the class.json of a report"
    )


def _before(assignment: Assignment, run: str, now: Sequence[Record]) -> EarlierClass:
    kept = records_before(assignment.course, assignment.name, run)
    records = {record.student: record for record in now} | kept
    rows = [earlier_row(assignment, record, None) for _, record in sorted(records.items())]
    return EarlierClass(f"this class before the run {run}", rows, run=True)


def _in_folder(assignment: Assignment, folder: Path) -> EarlierClass:
    """Return the class whose records are in a folder, in its folder of records, or in a course's classroom."""
    name, here = assignment.name, assignment.course.records / assignment.name
    places = [folder, folder / name, folder / "records" / name, folder / "classroom" / "records" / name]
    found = next((place for place in places if any(_records_in(place))), None)
    if found is None:
        raise CourseError(
            f"{folder} holds no records of {name}: name the folder with the STUDENT.json files, or the course or "
            "classroom whose records/ they are in"
        )
    if found.resolve() == here.resolve():
        raise CourseError(f"{folder} is this class as it is: name an earlier one, or `{LAST}` for before the last run")
    records = [_of(assignment, file) for file in _records_in(found)]
    scores: Mapping[str, GradebookScore] = {}
    gradebook = found.parent.parent / GRADEBOOK
    if found.parent.name == "records" and gradebook.is_file():
        scores = read_scores(f"sqlite:///{gradebook.resolve()}", name, assignment.notebooks)
    rows = [earlier_row(assignment, record, scores.get(record.student)) for record in records]
    return EarlierClass(str(folder), rows, gradebook=bool(scores))


def _records_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.json") if not file.name.startswith(".")) if folder.is_dir() else []


def _of(assignment: Assignment, file: Path) -> Record:
    record = read_record(file)
    if record.assignment != assignment.name:
        raise CourseError(f"{file} is a record of {record.assignment}, not of {assignment.name}: name another folder")
    return record


def earlier_row(assignment: Assignment, record: Record, known: GradebookScore | None) -> Row:
    """Return a row of what a record and a gradebook say, whatever problems the assignment has now.

    Args:
        assignment: The assignment as it is now.
        record: The record.
        known: What its gradebook says of the student; None where there is none.
    """
    results = {result.id: result for result in record.problems}
    marks = {name: _cell(result) for name, result in results.items()}
    if record.status is Status.REJECTED:
        # It has 0 of everything, as in the gradebook.
        marks = {problem.id: TableCell(0.0, problem.points) for problem in assignment.problems.values()} | marks
    if known is None:
        return Row(record.student, "", record, marks, Score.of_record(record))
    for grade_id, cell in known.cells.items():
        name = problem_name(grade_id)
        marks[name] = TableCell.of_grade(cell, results.get(name))
    return Row(record.student, "", record, marks, known.score, known.penalty)


def _cell(result: ProblemResult) -> TableCell:
    return TableCell(None if result.unresolved else result.score, result.max_score, result=result)


def automatic_points(cell: TableCell | None) -> float | None:
    """Return the points that tests gave, whatever a person has entered; None where they gave none."""
    return None if cell is None or cell.result is None else _cell(cell.result).score
