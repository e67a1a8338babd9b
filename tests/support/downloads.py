"""Downloads as Canvas and Moodle make them, written from their sources and without this kit's code.

Canvas: ``lib/content_zipper.rb``, ``lib/gradebook_exporter.rb``, ``app/models/attachment.rb`` and, for what it does
with feedback, ``app/models/abstract_assignment.rb`` of instructure/canvas-lms.
Moodle: ``mod/assign/classes/downloader.php``, ``mod/assign/gradingtable.php``, ``clean_param`` of moodle/moodle.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

# When somebody downloads: no entry of a zip has another time.
DOWNLOADED = (2026, 3, 20, 8, 0, 0)
DUE = datetime(2026, 3, 1, 22, 59, 59, tzinfo=ZoneInfo("UTC"))


@dataclass
class Student:
    """A student of a course, as both sites know one.

    Attributes:
        user: Canvas' id.
        participant: Moodle's number in this assignment.
        first: The given name; empty where there is one name alone.
        last: The family name, or the whole of it.
        login: What they sign in with.
        sis: The university's number.
        files: What was handed in: bytes by the names that the student gave; nothing where nothing was handed in.
        hours: How many hours before the due time it came; late ones are negative.
        group: The name of the student's group.
    """

    user: int
    participant: int
    first: str
    last: str
    login: str
    sis: str
    files: dict[str, bytes] = field(default_factory=dict)
    hours: float = 5.0
    group: str = ""

    @property
    def sortable(self) -> str:
        return f"{self.last}, {self.first}" if self.first else self.last

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}".strip()

    @property
    def email(self) -> str:
        return f"{self.login}@uni.example"

    @property
    def submitted(self) -> datetime:
        return DUE - timedelta(hours=self.hours)

    @property
    def late(self) -> bool:
        return self.hours < 0


# Last name, first name, login; names of real classes, and some that break programs.
NAMES = [
    ("Lovelace", "Ada", "ada"),
    ("Li", "Wei", "wei.li"),
    ("Li", "Wei", "wei.li2"),
    ("Li", "Wei_2", "li_2"),
    ("O'Brien", "Siobhán", "obrien"),
    ("D\u2019Angelo", "Chiara", "dangelo"),
    ("张", "伟", "zhangwei"),
    ("张伟", "", "zhang.wei2"),
    ("欧阳", "娜娜", "ouyang"),
    ("الخوارزمي", "محمد", "khwarizmi"),
    ("כהן", "נועה", "cohen"),
    ("Müller", "Jürgen", "mueller"),
    (unicodedata.normalize("NFD", "Müller"), unicodedata.normalize("NFD", "Jürgen"), "mueller2"),
    ("Nguyễn", "Thị Hương", "huong"),
    ("Sukarno", "", "sukarno"),
    ("Suk", "", "suk"),
    ("van der_Berg", "Jan", "vdberg"),
    ("_", "Under_Score_", "under"),
    ("x_12_", "Robert", "robert"),
    ("1001", "Agent", "agent"),
    ("1005", "", "bond"),
    ("12_34", "", "digits"),
    ("=1+1", "Formula", "formula"),
    ("@SUM(A1)", "-2+3", "sum"),
    ("=HYPERLINK(1)", "", "link"),
    ("Wolfe­schlegel" + "steinhausenbergerdorff" * 7, "Hubert Blaine", "hubert"),
    ("🦊", "Fox", "fox"),
    ("Ng", "J", "ng"),
    ("Ng", "Jo", "ngjo"),
    ("Late", "Always", "always"),
    ("LATE", "Very", "very"),
    ("Anon", "", "anon"),
    ("Points", "Grace", "points"),
    ("Submitted for grading", "", "submitted"),
    ("assignsubmission_file", "x", "assign"),
    ("Smith-Jones", "Mary Ann", "smith"),
    ("Ødegård", "Bjørn", "odegard"),
    ("Łukasiewicz", "Jan", "luk"),
    ("Á", "É", "a1"),
    ("../../etc", "passwd", "etc"),
]


def odd_class(files: Callable[[int], dict[str, bytes]]) -> list[Student]:
    """Return forty students; each has handed in what ``files`` makes of the number, and every fifth is late."""
    # A login that is another student's number, and numbers that are parts of each other.
    made = [
        Student(1000 + index, 7 + 11 * index, first, last, login, f"s{index:03}", files(index))
        for index, (last, first, login) in enumerate(NAMES)
    ]
    made[1].login, made[2].sis = "1000", "1001"
    for student in made[::5]:
        student.hours = -30.5
    return made


# Canvas


def word_letters(text: str) -> str:
    """``[[:word:]]`` of Ruby."""
    kinds = ("L", "M", "Nd", "Pc")
    return "".join(one for one in text if unicodedata.category(one).startswith(kinds))


def canvas_stem(name: str, key: int | str, *, late: bool) -> str:
    """``get_filename``, with ``sanitize_user_name``."""
    called = re.sub(r"_(\d+)_", r"\1", name).lower()
    return word_letters("_".join([called, *(["LATE"] if late else []), str(key)]))


def unique(name: str, taken: set[str]) -> str:
    """``make_unique_filename``."""
    stem, dot, suffix = name.partition(".")
    count, free = 0, name
    while free in taken:
        count += 1
        free = f"{stem}-{count}{dot}{suffix}"
    taken.add(free)
    return free


@dataclass
class Canvas:
    """An assignment on Canvas, with what the site knows of its files."""

    students: Sequence[Student]
    anonymous: bool = False
    # Canvas' numbers of files: by number, whose it is, and its name.
    attachments: dict[int, tuple[Student, str]] = field(default_factory=dict)

    def anonymous_id(self, student: Student) -> str:
        return f"a{student.user:04x}Z"

    def hand_in(self, number: int = 900) -> None:
        """Give all files numbers, as uploading does; a second time it is handed in again."""
        for student in self.students:
            taken = {name for one, name in self.attachments.values() if one is student}
            for name in student.files:
                while number in self.attachments:
                    number += 1
                self.attachments[number] = (student, unique(name.rpartition("/")[2], taken))

    def submissions(self, student: Student) -> dict[int, str]:
        """Return the files of the last attempt, by number."""
        mine = {number: name for number, (one, name) in self.attachments.items() if one is student}
        return dict(list(mine.items())[len(mine) - len(student.files) :])

    def zipped(self, *, marked_utf_8: bool = True, named: Callable[[Student], str] = lambda one: one.sortable) -> bytes:
        """``zip_assignment``: the bytes of submissions.zip."""
        members: dict[str, bytes] = {}
        for student in self.students:
            if self.anonymous:
                late = "LATE_" if student.late else ""
                stem = f"{late}anon_{self.anonymous_id(student)}"
            else:
                stem = canvas_stem(named(student), student.user, late=student.late)
            for (number, shown), data in zip(self.submissions(student).items(), student.files.values(), strict=True):
                plain = re.sub(r'[\x00/\\:*?"<>|]+', "_", shown)
                members[f"{stem}_{number}_{plain}"] = data
        return zip_of(members, marked_utf_8=marked_utf_8)

    def gradebook(self, title: str, points: float, grades: Mapping[int, str] | None = None) -> bytes:
        """``csv_data``: the bytes of the gradebook that is exported."""
        head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        rows = [
            [*head, f"{title} (71)", "Current Score"],
            ["    Points Possible", "", "", "", "", f"{points:.2f}", "(read only)"],
        ]
        for one in sorted(self.students, key=lambda student: student.sortable):
            name = f'="{one.sortable}"' if re.match(r"\s*=", one.sortable) else one.sortable
            rows.append([name, str(one.user), one.sis, one.login, "Lab 1", (grades or {}).get(one.user, ""), "50.00"])
        rows.append(["Student, Test", "99999", "", "a9f0c4", "Lab 1", "", ""])
        return csv_of(rows)

    def times(self, per_page: int = 100) -> list[bytes]:
        """What the API answers in a browser, page by page."""
        said = [
            {
                "id": 5_000_000 + one.user,
                "user_id": None if self.anonymous else one.user,
                "anonymous_id": self.anonymous_id(one),
                "submitted_at": one.submitted.strftime("%Y-%m-%dT%H:%M:%SZ") if one.files else None,
                "late": one.late,
            }
            for one in self.students
        ]
        pages = [said[start : start + per_page] for start in range(0, len(said), per_page)]
        return [b"while(1);" + json.dumps(page).encode() for page in pages]

    def group_set(self) -> bytes:
        """``export`` of a group set."""
        head = ["name", "canvas_user_id", "user_id", "login_id", "sections"]
        head += ["group_name", "canvas_group_id", "group_id"]
        names = list(dict.fromkeys(one.group for one in self.students))
        rows = [
            [
                one.full,
                str(one.user),
                one.sis,
                one.login,
                "Lab 1",
                one.group,
                str(31 + names.index(one.group)) if one.group else "",
                "",
            ]
            for one in self.students
        ]
        return csv_of([head, *rows])

    def feedback(self, data: bytes) -> dict[tuple[int, str], bytes]:
        """``generate_comments_from_files``: what each student is shown, by user and by the name that Canvas shows."""
        shown: dict[tuple[int, str], bytes] = {}
        by_anonymous_id = {self.anonymous_id(one): one.user for one in self.students}
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for path in packed.namelist():
                parts = [part for part in path.rpartition("/")[2].split("_") if part != "LATE"]
                if parts[0] == "anon":
                    user, number = by_anonymous_id.get(parts[1]), parts[2]
                else:
                    digits = [part for part in parts if re.fullmatch(r"\d+", part)][:2]
                    assert len(digits) == 2, f"Canvas ignores {path}"
                    user, number = int(digits[0]), digits[1]
                assert not parts[-1].startswith("link"), f"Canvas ignores {path}"
                student, name = self.attachments[int(number)]
                assert student.user == user, f"Canvas ignores {path}"
                shown[student.user, name] = packed.read(path)
        return shown


# Moodle


def clean_filename(text: str) -> str:
    """``clean_param(..., PARAM_FILE)``."""
    plain = re.sub(r"[\x00-\x1f\x7f]|[&<>\"`|':\\/]", "", text)
    return "" if plain in {".", ".."} else plain


@dataclass
class Moodle:
    """An assignment on Moodle."""

    students: Sequence[Student]
    blind: bool = False
    teams: bool = False
    zone: str = "Asia/Shanghai"
    # Before Moodle 4.1 (``locallib.php``: ``download_submissions``): the name of the group that is looked at.
    group: str = ""

    def prefix(self, student: Student) -> str:
        """``get_student_prefix``."""
        if self.teams:
            name = (student.group or "Default group").replace("_", " ")
            return clean_filename(name + (f"_{self.group_number(student)}" if student.group else ""))
        name = (f"{self.group}-" if self.group else "") + ("Participant" if self.blind else student.full)
        return clean_filename(f"{name.replace('_', ' ')}_{student.participant}")

    def group_number(self, student: Student) -> int:
        # As numbers of groups may be, one is that of a participant.
        names = sorted({one.group for one in self.students if one.group})
        return self.students[names.index(student.group)].participant

    def zipped(self, *, folders: bool = True, old: bool = False) -> bytes:
        """``load_student_filelist``: the bytes of the download."""
        members: dict[str, bytes] = {}
        done: set[str] = set()
        for student in self.students:
            prefix = self.prefix(student)
            if not student.files or prefix in done:
                continue
            done.add(prefix)
            for path, data in student.files.items():
                if folders:
                    members[f"{prefix}_assignsubmission_file{'_' if old else ''}/{path}"] = data
                else:
                    members[clean_filename(f"{prefix}_assignsubmission_file_{path.rpartition('/')[2]}")] = data
        return zip_of(members)

    def worksheet(self, most: float, grades: Mapping[int, str] | None = None, time: str = "en") -> bytes:
        """``assign_grading_table`` when it is downloaded."""
        who = [] if self.blind else ["Full name", "ID number", "Email address"]
        team = ["Group"] if self.teams else []
        head = ["Identifier", *who, "Status", *team, "Grade", "Maximum Grade", "Grade can be changed"]
        rows = [[*head, "Last modified (submission)", "Online text", "Last modified (grade)", "Feedback comments"]]
        for one in self.students:
            about = [] if self.blind else [one.full, one.sis, one.email]
            status = "Submitted for grading" if one.files else "No submission"
            rows.append(
                [
                    f"Participant {one.participant}",
                    *about,
                    status + (" - 1 day 6 hours late" if one.files and one.late else ""),
                    *([one.group or "Default group"] if self.teams else []),
                    (grades or {}).get(one.participant, ""),
                    f"{most:.2f}",
                    "Yes",
                    moodle_time(one.submitted.astimezone(ZoneInfo(self.zone)), time) if one.files else "-",
                    "",
                    "-",
                    "",
                ]
            )
        return b"\xef\xbb\xbf" + csv_of(rows)


def moodle_time(when: datetime, language: str) -> str:
    """``userdate``."""
    if language == "zh":
        return f"{when.year}年{when.month:02}月{when.day}日 星期{'一二三四五六日'[when.weekday()]} {when:%H:%M}"
    if language == "de":
        return f"Sonntag, {when.day}. März {when.year}, {when:%H:%M}"
    return f"{when:%A}, {when.day} {when:%B %Y}, {when.hour % 12 or 12}:{when:%M %p}"


# Both


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8")


class RawName(zipfile.ZipInfo):
    """An entry whose name is UTF-8 without the mark that says so, as older writers of zips leave it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("utf-8"), self.flag_bits & ~0x800


def zip_of(members: Mapping[str, bytes], *, marked_utf_8: bool = True) -> bytes:
    """Return a zip of files, with the time of the download on all of them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            entry = (zipfile.ZipInfo if marked_utf_8 else RawName)(name, DOWNLOADED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, data)
    return written.getvalue()


def write(folder: Path, name: str, data: bytes) -> Path:
    """Write a file and return it."""
    file = folder / name
    file.write_bytes(data)
    return file
