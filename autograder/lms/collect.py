"""Runs `autograder collect`: takes in what a course site lets one download."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_database import database_errors
from autograder.course.handing_in import RULES_FILE, Rules, read_rules
from autograder.course.nbgrader_app import load_config
from autograder.lms import canvas, moodle
from autograder.lms.collected import Came, read_collected, write_collected
from autograder.lms.download import Download, NotCollected, opened
from autograder.lms.hand_ins import HandIn, Person, Reading
from autograder.lms.place import Became, names_of, put
from autograder.lms.who import Who, enter, find_students, named_by_key, names_in

SITES = {"canvas": canvas.SITE, "moodle": moodle.SITE}
# How nbgrader writes times.
TIME = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True)
class CollectRequest:
    """What is taken in.

    Attributes:
        site: ``canvas`` or ``moodle``.
        path: The download: a zip, or the folder that it was unpacked into.
        roster: The site's list of students: Canvas' exported gradebook, Moodle's grading worksheet.
        times: What Canvas' API says of the submissions; see `autograder.lms.canvas.times_in`.
        groups: Canvas' file of a group set, where students hand in together.
        id_column: The header of the roster's column with the ids that new students get.
        zone: The time zone of the worksheet's times, by its name; that of ``handing_in.toml`` when empty.
        replace: Whether to replace hand-ins that were put there otherwise.
    """

    site: str
    path: Path
    roster: Path | None = None
    times: tuple[Path, ...] = ()
    groups: Path | None = None
    id_column: str = ""
    zone: str = ""
    replace: bool = False


@dataclass
class CollectReport:
    """What became of a download.

    Attributes:
        became: What became of each student's hand-in.
        left: Why something was not taken in, by what the download calls it.
        late: Students whose hand-ins came late, and nothing says when.
        untimed: Why no times are known, or not all of them; empty where they are.
        entered: Students who are new in the gradebook.
        missing: Students of the site's list who have handed in nothing.
    """

    became: dict[str, Became] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    untimed: str = ""
    entered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def collect_from(assignment: Assignment, request: CollectRequest) -> CollectReport:
    """Take in a download: write hand-ins into ``classroom/submitted``, and new students into the gradebook.

    Raises:
        CourseError: A file is missing or another one, the gradebook cannot be read, or the disk is too small.
    """
    return _Collecting(assignment, request).run()


class _Collecting:
    def __init__(self, assignment: Assignment, request: CollectRequest) -> None:
        self._assignment, self._request = assignment, request
        self._folders = CourseDirectory(config=load_config(assignment.course), assignment_id=assignment.name)
        self._collected = read_collected(assignment.course, assignment.name)
        self._report = CollectReport()
        self._people: dict[str, Person] = {}
        self._read: Callable[[Download, Gradebook], Reading]
        self._times: dict[str, datetime] = {}
        self._read = self._on_canvas() if request.site == "canvas" else self._on_moodle()

    def _on_canvas(self) -> Callable[[Download, Gradebook], Reading]:
        request = self._request
        if request.roster:
            self._people = canvas.people_in(request.roster, request.id_column)
        self._times = canvas.times_in(request.times)
        groups = canvas.groups_in(request.groups) if request.groups else {}
        if not self._times:
            self._report.untimed = "nothing in Canvas' download says when; --times does"
        listed = {key: one.name for key, one in self._people.items()}
        return lambda download, book: canvas.read(download, {**names_in(book), **listed}, groups)

    def _on_moodle(self) -> Callable[[Download, Gradebook], Reading]:
        if not self._request.roster:
            raise CourseError(
                "Moodle's numbers of participants stand for students only with the grading worksheet: give it with "
                "--roster FILE (Submissions, Download grading worksheet)"
            )
        graded = moodle.grading_sheet(self._request.roster)
        self._people = moodle.people_in(graded, self._request.id_column)
        zone = self._zone()
        if zone is None:
            self._report.untimed = f"the worksheet's times have no zone: give --zone, or write one into {RULES_FILE}"
        elif graded.times is None:
            self._report.untimed = "the worksheet has no times that can be read: download it in English or Chinese"
        else:
            self._times = moodle.times_of(graded, zone)
        return lambda download, _book: moodle.read(download, graded)

    def _zone(self) -> ZoneInfo | None:
        course, name = self._assignment.course, self._request.zone
        if not name and (course.root / RULES_FILE).is_file():
            name = read_rules(course).get(self._assignment.name, Rules()).zone
        try:
            return ZoneInfo(name) if name else None
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise CourseError(f"{name!r} is no time zone: give --zone as in Europe/Zurich or Asia/Shanghai") from fault

    def run(self) -> CollectReport:
        url = self._folders.db_url
        self._assignment.course.classroom.mkdir(parents=True, exist_ok=True)
        with (
            opened(self._request.path, SITES[self._request.site]) as download,
            database_errors(url),
            Gradebook(url, self._folders.course_id) as book,
        ):
            reading = self._read(download, book)
            self._report.left |= reading.left
            self._hide(reading.hand_ins)
            self._check_disk(reading.hand_ins)
            site = self._request.site
            who = find_students(site, self._people, reading.hand_ins, book.students, self._collected)
            try:
                taken = self._put_all(reading.hand_ins, who)
            finally:
                write_collected(self._assignment.course, self._assignment.name, self._collected)
            self._enter(book, who, taken)
        if all(self._collected[student].submitted for student in self._report.became):
            self._report.untimed = ""
        return self._report

    def _hide(self, hand_ins: list[HandIn]) -> None:
        """Take what stands in place of names out of a list that has none, as Moodle's where it hides students."""
        if hand_ins and all(one.nameless for one in hand_ins) and not any(one.email for one in self._people.values()):
            self._people = {key: Person(key, "", one.ids[:1]) for key, one in self._people.items()}

    def _check_disk(self, hand_ins: Iterable[HandIn]) -> None:
        size = sum(one.member.size * len(hand_in.keys) for hand_in in hand_ins for one in hand_in.files)
        free = shutil.disk_usage(self._assignment.course.root).free
        if size > free:
            raise CourseError(f"the download has {size:,} bytes when it is unpacked, and the disk {free:,} left")

    def _put_all(self, hand_ins: list[HandIn], who: Who) -> set[str]:
        """Put all hand-ins into their folders, and return the site's ids of those whose these are."""
        whose = [(who.students.get(key), key, one) for one in hand_ins for key in one.keys]
        often = Counter(student for student, *_ in whose)
        taken = set()
        for student, key, hand_in in whose:
            called = hand_in.called if hand_in.called == key else f"{hand_in.called} ({key})"
            if student is None:
                self._report.left[called] = who.doubtful.get(key) or self._unknown(key)
            elif often[student] > 1:
                self._report.left[called] = f"{student} has {often[student]} hand-ins in it: look whose they are"
            else:
                try:
                    self._put(student, key, hand_in)
                except NotCollected as why:
                    self._report.left[called] = str(why)
                except OSError as fault:  # a full disk, or a folder that belongs to somebody else
                    raise CourseError(
                        f"what {student} handed in cannot be written ({fault}): put that right, then run the same "
                        "command again; it goes on where it was"
                    ) from fault
                else:
                    taken.add(key)
        return taken

    def _unknown(self, key: str) -> str:
        if self._request.roster:
            return f"{self._request.roster} has no student {key}: export it again, after the download"
        return f"the gradebook has no student with Canvas' id {key}: give --roster, the gradebook that Canvas exports"

    def _put(self, student: str, key: str, hand_in: HandIn) -> None:
        name = self._assignment.name
        notebooks = (f"{notebook}.ipynb" for notebook in self._assignment.notebooks)
        wanted = (*notebooks, *(Path(one.file).name for one in self._assignment.modules))
        names = names_of(hand_in.files, wanted)
        before = self._collected.get(student)
        when = self._times.get(key)
        submitted = when.strftime(TIME) if when else ""
        attachments = {one.attachment: one.name for one in hand_in.files if one.attachment}
        # What is known of the same files stays known, where this download does not say it.
        if not submitted and before and attachments and before.attachments == attachments:
            submitted = before.submitted
        place = Path(self._folders.format_path(self._folders.submitted_directory, student, name))
        became, digest = put(place, names, submitted, before.digest if before else "", replace=self._request.replace)
        site = self._request.site
        self._collected[student] = Came(
            site=site,
            key=key,
            owner=hand_in.owner or key,
            called=hand_in.called,
            hidden=(hand_in.nameless and student == named_by_key(site, key)) or (before is not None and before.hidden),
            late=hand_in.late,
            submitted=submitted,
            attachments=attachments,
            digest=digest,
        )
        self._report.became[student] = became
        if hand_in.late and not submitted:
            self._report.late.append(student)

    def _enter(self, book: Gradebook, who: Who, taken: set[str]) -> None:
        """Enter those who handed in, and those whom the site's list names, into the gradebook."""
        listed = {key for key, one in self._people.items() if one.name != canvas.TEST_STUDENT} | taken
        entered = {key: student for key, student in who.students.items() if key in listed}
        enter(book, self._request.site, who, self._people, [key for key in entered if key not in who.hidden])
        self._report.entered = sorted(student for key, student in entered.items() if key in who.new)
        self._report.missing = sorted(student for student in entered.values() if student not in self._collected)
