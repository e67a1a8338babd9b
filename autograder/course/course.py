"""Names the folders of a course, beside ``nbgrader_config.py``, and reads the salt of its hidden inputs."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignments_folder import assignments_folder
from autograder.i18n.languages import DEFAULT, edition_name

CONFIG = "nbgrader_config.py"
# The folder beside a source notebook with the pictures that its texts show.
FIGURES = "figures"
SALT_FILE = ".autograder_salt"
SALT_VARIABLE = "AUTOGRADER_SALT"
# Good for the demo and for writing tests; a public repository can't keep a secret.
PUBLIC_SALT = "public: for the demo only"
# Enough to tell salts apart, and so few that many salts share them: a guess cannot be tested against it.
FINGERPRINT_DIGITS = 8


class CourseError(Exception):
    """Something in a course's folders is missing or wrong; the message says what to do."""


@dataclass(frozen=True)
class Course:
    """The folders of one course.

    Attributes:
        root: The folder that holds ``nbgrader_config.py``.
    """

    root: Path

    @property
    def classroom(self) -> Path:
        """The folder of one class: submissions, marks, feedback. It is never in version control."""
        return self.root / "classroom"

    @property
    def submitted(self) -> Path:
        """The submissions: ``<student>/<assignment>``."""
        return self.classroom / "submitted"

    @property
    def records(self) -> Path:
        """One results record for each submission: ``<assignment>/<student>.json``."""
        return self.classroom / "records"

    @property
    def earlier(self) -> Path:
        """Records that a new marking has replaced; see `autograder.course.earlier_records`."""
        return self.classroom / "earlier"

    @property
    def refused(self) -> Path:
        """Submissions that cannot be marked: ``<student>/<assignment>``."""
        return self.classroom / "refused"

    @property
    def logs(self) -> Path:
        """The logs of `autograder grade` as JSON lines, a file for each run."""
        return self.classroom / "logs"

    @property
    def audit(self) -> Path:
        """Changes of points that were already there: ``<assignment>.jsonl``, a line for each change."""
        return self.classroom / "audit"

    @property
    def reports(self) -> Path:
        """The pages that `autograder report` writes."""
        return self.classroom / "reports"

    @property
    def assignments(self) -> Path:
        """The course's own assignments: ``<assignment>/assignment.toml``, hidden tests, misconceptions."""
        return assignments_folder(self.root, self.root / CONFIG)

    @property
    def staff(self) -> tuple[Path, ...]:
        """The folders and files that nobody's kernel may see."""
        names = ("source", "solutions", "classroom", ".git", CONFIG, SALT_FILE)
        return (*(self.root / name for name in names), self.assignments)

    def source(self, assignment: str) -> Path:
        """The folder that the instructor edits."""
        return self.root / "source" / assignment

    def figure(self, assignment: str, address: str) -> Path | None:
        """The picture beside the source notebook that a text shows by an address; None when there is none."""
        folder = self.source(assignment) / FIGURES
        # By a name that is listed there: no address leads elsewhere.
        listed = folder.iterdir() if folder.is_dir() else ()
        return next((file for file in listed if address == f"{FIGURES}/{file.name}"), None)

    def release(self, assignment: str, language: str = DEFAULT) -> Path:
        """The folder that students get, in a language."""
        return self.root / "release" / edition_name(assignment, language)

    def module_release(self, assignment: str, language: str = DEFAULT) -> Path:
        """The folder that students get who write module files, as in the original course."""
        return self.root / "release" / f"{edition_name(assignment, language)}.modules"

    def solutions(self, assignment: str, language: str = DEFAULT) -> Path:
        """The solved notebook and the solution in the original course's file layout."""
        return self.root / "solutions" / edition_name(assignment, language)

    @property
    def salt(self) -> str:
        """The secret that the inputs of hidden tests are made from, or `PUBLIC_SALT` where the course has set none."""
        if os.environ.get(SALT_VARIABLE):
            return os.environ[SALT_VARIABLE]
        file = self.root / SALT_FILE
        return file.read_text(encoding="utf-8").strip() if file.is_file() else PUBLIC_SALT

    @property
    def salt_fingerprint(self) -> str:
        """The salt's fingerprint in records: a keyed hash, from which nobody can compute the salt."""
        digest = hmac.new(self.salt.encode(), b"fingerprint of the salt", hashlib.sha256)
        return digest.hexdigest()[:FINGERPRINT_DIGITS]


def find_course(start: Path | None = None) -> Course:
    """Return the course that ``start`` (the current folder when None) lies in.

    The course's root is the nearest folder upwards that holds ``nbgrader_config.py``. That file is run, so one that
    lies in a course's ``classroom`` does not count: it was handed in.

    Raises:
        CourseError: It lies in none.
    """
    here = (start or Path.cwd()).resolve()
    found = [Course(folder) for folder in (here, *here.parents) if (folder / CONFIG).is_file()]
    for course in found:
        if not any(course.root.is_relative_to(other.classroom) for other in found):
            return course
    raise CourseError(
        f"there is no course here: neither {here} nor a folder above it holds {CONFIG}. Go to your course's folder, or "
        "make one with `autograder init COURSE`"
    )
