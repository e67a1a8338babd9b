"""Defines the results record: one for each submission, from which every output is made.

The published schema is ``results.schema.json``, generated from these classes by
``python -m autograder.course.results``.
"""

from __future__ import annotations

import inspect
import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from autograder.i18n.languages import DEFAULT
from autograder.i18n.messages import NOTHING, Message

SCHEMA_VERSION = 2
# What is a message now, and was a text in the submission's language in records of version 1.
TEXTS = {"title", "message", "own", "hint", "asks", "reason", "notes", "belief", "mended"}
DRAFT = ".draft"
SCHEMA_FILE = Path(__file__).with_name("results.schema.json")


class Verdict(StrEnum):
    """The result of one hidden test."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"
    GRADER_ERROR = "grader_error"


class Status(StrEnum):
    """The result of one submission."""

    MARKED = "marked"
    REJECTED = "rejected"
    GRADER_ERROR = "grader_error"


class Basis(StrEnum):
    """What a mark rests on.

    ``share``: on the points of another problem, without which this one is not run. ``in_kernel``: on a check cell that
    ran in the kernel of the student's code, which could change what the check sees.
    """

    OWN = "own"
    FOLLOW_THROUGH = "follow_through"
    SHIFTED = "shifted"
    SHARE = "share"
    IN_KERNEL = "in_kernel"


class Kind(StrEnum):
    """The kind of name that a diagnosis gives; ``not_attempted``: there is nothing yet in which a mistake could be."""

    MISCONCEPTION = "misconception"
    PATTERN = "pattern"
    NOT_ATTEMPTED = "not_attempted"


class Confidence(StrEnum):
    """How sure a diagnosis is.

    ``certain``: it explains every failed test of the problem, and no test that passed speaks against it. ``likely``: it
    explains the tests that it names, and the others fail in another way.
    """

    CERTAIN = "certain"
    LIKELY = "likely"


class Diagnosis(msgspec.Struct, kw_only=True, frozen=True):
    """What is behind wrong answers.

    Attributes:
        name: The name of a misconception of the problem, or of a general pattern; that of its kind where nothing was
            attempted.
        kind: Which of them it is.
        confidence: How sure it is.
        title: What the code does; a sentence.
        belief: What a student who writes it believes; empty for patterns.
        hint: What to look at.
        tests: The failed tests that it explains, by their ids.
    """

    name: str
    kind: Kind
    confidence: Confidence
    title: Message
    belief: Message = NOTHING
    hint: Message = NOTHING
    tests: list[str] = []


class AnswerSketch(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """As much of an answer as tells whether another one is the same, except for rounding.

    `autograder.testing.diagnosis.sketch` makes and compares them.

    Attributes:
        name: The answer's name in the handout.
        shape: The shape of the array that was returned; null when there was none.
        scale: The largest finite size of its elements.
        sums: Weighted sums of its elements, in units of ``scale``; none where they are no numbers.
        place: Where it is furthest off; null when that is not known, as with a wrong shape.
        value: What was returned there; null where that is not finite.
    """

    name: str
    shape: list[int] | None = None
    scale: float = 0.0
    sums: list[float] = []
    place: list[int] | None = None
    value: float | None = None


class Sketch(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """As much of what a failed test saw as tells whether others made the same mistake.

    Where the test failed with right versions of earlier functions in the place of wrong ones as well, it is what was
    seen with these.

    Attributes:
        answers: What the test looked at, in order.
        raised: The class of the exception that the code raised; null when it raised none.
    """

    answers: list[AnswerSketch] = []
    raised: str | None = None


class TestResult(msgspec.Struct, kw_only=True, frozen=True):
    """One hidden test.

    Attributes:
        id: ``file::function[parameters]``.
        title: The line that the student reads.
        verdict: Its result.
        score: Points, scaled to those of the problem.
        max_score: Points it could have had.
        basis: What the mark rests on.
        forgiven: Earlier functions whose mistakes were forgiven, where the mark rests on that.
        worked_example: Whether it has only the values that the notebook shows; it opens no gate and no leniency.
        message: What was seen; shows no hidden input and no expected value.
        own: What was seen with the student's own functions, where the mark rests on stand-ins for some of them.
        hint: What to look at.
        asks: The sentence of the handout that the test rests on.
        misconception: The name of a known mistake, when it is recognised.
        pattern: The name of a general pattern of wrong values, when no known mistake is recognised; ``not_attempted``
            where there is nothing yet in which a mistake could be.
        confidence: How sure the name is.
        sketch: What it saw, for staff; kept where no misconception explains all that failed in the problem.
        seconds: Wall-clock time.
    """

    __test__ = False

    id: str
    title: Message
    verdict: Verdict
    score: float
    max_score: float
    basis: Basis = Basis.OWN
    forgiven: list[str] = []
    worked_example: bool = False
    message: Message = NOTHING
    own: Message = NOTHING
    hint: Message = NOTHING
    asks: Message = NOTHING
    misconception: str | None = None
    pattern: str | None = None
    confidence: Confidence | None = None
    sketch: Sketch | None = None
    seconds: float = 0.0


class Deduction(msgspec.Struct, kw_only=True, frozen=True):
    """Points taken off a problem in addition to those that its tests lost.

    Attributes:
        reason: For example ``3 values returned, 2 asked``.
        points: The points taken off, as a positive number.
    """

    reason: Message
    points: float


class ProblemResult(msgspec.Struct, kw_only=True, frozen=True):
    """One graded problem.

    Attributes:
        id: The problem's name: the ``grade_id`` of its stub cell.
        score: Points.
        max_score: Points it could have had.
        tests: Its hidden tests, in the order of their file.
        deductions: Points taken off in addition to those that tests lost.
        notes: Things seen that cost nothing.
        diagnoses: What is behind its failed tests, as far as that is known.
    """

    id: str
    score: float
    max_score: float
    tests: list[TestResult] = []
    deductions: list[Deduction] = []
    notes: list[Message] = []
    diagnoses: list[Diagnosis] = []

    @property
    def unresolved(self) -> bool:
        """Whether a fault of the grader's needs a person before these points can count."""
        return any(test.verdict is Verdict.GRADER_ERROR for test in self.tests)

    @property
    def not_attempted(self) -> bool:
        """Whether its functions only give back what they began with, or raise what their stubs raise."""
        return any(one.kind is Kind.NOT_ATTEMPTED for one in self.diagnoses)

    @property
    def shared(self) -> bool:
        """Whether it was not run, and has the share of its points that another problem got."""
        return any(test.basis is Basis.SHARE for test in self.tests)

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return bool(self.tests) and all(test.verdict is Verdict.PASSED for test in self.tests)


class Record(msgspec.Struct, kw_only=True, frozen=True):
    """What is known of one submission after marking.

    Attributes:
        schema_version: `SCHEMA_VERSION`.
        assignment: nbgrader's name of the assignment.
        student: The student's id.
        sha256: The digest of the submission's bytes.
        status: ``marked``, ``rejected`` or ``grader_error``.
        score: Automatic points.
        max_score: Automatic points that could have been had.
        manual: Questions that a person marks, by ``grade_id``.
        manual_max_score: Points of all questions that a person marks, those of a refused submission too; 0 in records
            that do not say it.
        problems: Results, in the order of the notebook.
        mended: What had to be repaired in the submission.
        notes: Things seen that cost nothing.
        language: The submission's language, in which its student is told what it says.
        kit_version: The version of this package.
        tests_sha256: The digest of the hidden tests.
        misconceptions_sha256: The digest of the misconceptions that names were taken from; empty in records that do not
            say it.
        salt_fingerprint: Tells whether two markings had the same hidden inputs; see `autograder.course.course.Course`.
        hand_in_sha256: The digest of all files that were handed in, with their names; empty where it is not kept.
        basis_sha256: The digest of everything else that marks depend on: tests, salt, version, the gradebook's cells;
            empty where it is not kept.
        attempt: How many different submissions of the student have been marked, up to this one; refused ones don't
            count. 1 where nobody keeps count.
        counted_sha256: In the record of a refused submission: the digest of the one that was counted last before it;
            empty where there is none.
        environment: Versions that results can depend on.
        over_budget: Whether something was not run because the submission had used up its time.
        seconds: Wall-clock time of the marking.
    """

    schema_version: int = SCHEMA_VERSION
    assignment: str
    student: str
    sha256: str
    status: Status
    score: float
    max_score: float
    manual: list[str] = []
    manual_max_score: float = 0.0
    problems: list[ProblemResult] = []
    mended: list[Message] = []
    notes: list[Message] = []
    language: str = DEFAULT
    kit_version: str
    tests_sha256: str
    misconceptions_sha256: str = ""
    salt_fingerprint: str = ""
    hand_in_sha256: str = ""
    basis_sha256: str = ""
    attempt: int = 1
    counted_sha256: str = ""
    environment: dict[str, str]
    over_budget: bool = False
    seconds: float

    def problem(self, name: str) -> ProblemResult | None:
        """Return the result of the problem ``name``, None when the record has none."""
        return next((problem for problem in self.problems if problem.id == name), None)


def counted(record: Record, before: Record | None) -> Record:
    """Return a record with the number of its attempt.

    Args:
        record: Of what was handed in now.
        before: The record whose place it takes; None when there is none.
    """
    attempt = before.attempt if before else 0
    if record.status is Status.REJECTED:
        return msgspec.structs.replace(record, attempt=attempt, counted_sha256=_counted_last(before))
    known = before is not None and _is_of_counted_files(record, before)
    return msgspec.structs.replace(record, attempt=attempt + (not known))


def _counted_last(before: Record | None) -> str:
    if before is None or before.status is Status.REJECTED:
        return before.counted_sha256 if before else ""
    return before.hand_in_sha256 or before.sha256


def _is_of_counted_files(record: Record, before: Record) -> bool:
    if before.status is Status.REJECTED:
        return before.counted_sha256 in {record.hand_in_sha256, record.sha256} - {""}
    # `autograder grade` alone knows the digest of all files.
    if record.hand_in_sha256 and before.hand_in_sha256:
        return record.hand_in_sha256 == before.hand_in_sha256
    return record.sha256 == before.sha256


class RecordError(ValueError):
    """A file is not a results record; the message names it and says why."""


def dump_record(record: Record) -> bytes:
    """Return a record as JSON, indented for people."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def write_record(record: Record, path: Path) -> None:
    """Write a record so that a reader sees the old file or the new one, never half of one."""
    draft_record(record, path).replace(path)


def draft_record(record: Record, path: Path) -> Path:
    """Write a record beside the place where it belongs, and return where: it takes that place with ``replace``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}{DRAFT}")
    draft.write_bytes(dump_record(record))
    return draft


def drafts_in(folder: Path) -> dict[str, Path]:
    """Return the drafts of records in a folder, by whose they would be: writing them was cut short."""
    end = f".json{DRAFT}"
    return {file.name[1 : -len(end)]: file for file in sorted(folder.glob(f".*{end}"))}


def read_record(path: Path) -> Record:
    """Return the record in a file.

    Raises:
        RecordError: The file is not a record of this schema.
    """
    return parse_record(path.read_bytes(), path)


def parse_record(data: bytes, path: Path) -> Record:
    """Return the record that a file holds; ``path`` names it in errors.

    Raises:
        RecordError: It is not a record of this schema.
    """
    try:
        form = msgspec.json.decode(data)
        version = form.get("schema_version") if isinstance(form, dict) else None
        if version == 1:
            form = {**_with_messages(form, form.get("english")), "schema_version": SCHEMA_VERSION}
        elif version is not None and version != SCHEMA_VERSION:
            raise RecordError(
                f"{path} has schema version {version}; this kit reads {SCHEMA_VERSION}: mark it again, or read it with "
                "the version of the kit that wrote it"
            )
        if isinstance(form, dict) and form.get("status") == Status.REJECTED:
            # Records of before attempts were counted do not say it, and a refused submission is none.
            form = {"attempt": 0, **form}
        return msgspec.convert(form, Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise RecordError(f"{path} is not a results record ({fault}): mark the hand-in again") from fault


def _with_messages(form: Any, english: Any, *, said: bool = False) -> Any:
    """Return a part of a record of version 1 with messages for its texts: in English, as templates to be translated.

    Args:
        form: The part.
        english: The texts in English, by the texts in the submission's language, where that is another one.
        said: Whether the part is what a student reads.
    """
    if isinstance(form, dict):
        return {name: _with_messages(part, english, said=name in TEXTS) for name, part in form.items()}
    if isinstance(form, list):
        return [_with_messages(part, english, said=said) for part in form]
    if said and isinstance(form, str):
        return {"template": english.get(form, form) if isinstance(english, dict) else form}
    return form


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a record, the same on every Python: only newer ones take the indent off docstrings."""
    described = msgspec.json.schema(Record)
    for definition in described["$defs"].values():
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results record of one hand-in",
        **described,
    }


if __name__ == "__main__":
    SCHEMA_FILE.write_text(json.dumps(schema(), indent=1) + "\n", encoding="utf-8")
