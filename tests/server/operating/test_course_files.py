"""A backup has what of a course is nowhere else; a course that lacks it gets it back, and keeps what it has."""

import sqlite3
from contextlib import closing

import pytest

from autograder.server.operating.backup import Place, back_up, restore
from autograder.server.serve import find_courses
from tests.server.attempts.test_intake import Desk

SALT = "a salt of the course's own"


def write_gradebook(file, score):
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE grade (manual_score FLOAT)")
        database.execute("INSERT INTO grade VALUES (?)", [score])


def scores(file):
    with closing(sqlite3.connect(file)) as database:
        return [row[0] for row in database.execute("SELECT manual_score FROM grade")]


def configure(root, url):
    (root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(root)!r}\nc.CourseDirectory.course_id = {root.name!r}\n"
        f"c.CourseDirectory.db_url = {url!r}\n"
    )


@pytest.fixture
def root(school):
    """The folder of a course with points that people gave, a salt, and a trail of points."""
    root = school.server.courses["vision"].course.root
    gradebook = root / "classroom" / "gradebook.db"
    configure(root, f"sqlite:///{gradebook}")
    write_gradebook(gradebook, 3.5)
    (root / ".autograder_salt").write_text(SALT)
    (root / ".autograder_salt").chmod(0o600)
    (root / "classroom" / "audit").mkdir()
    (root / "classroom" / "audit" / "rnn_captioning.jsonl").write_text("{}\n")
    return root


@pytest.fixture
def file(school, root, tmp_path):
    Desk(school).hand_in()
    assert back_up(Place.of(school.server.data), tmp_path / "backup.tar").faults == []
    return tmp_path / "backup.tar"


def another(tmp_path):
    """Return the folder of that course as version control has it."""
    made = tmp_path / "another" / "vision"
    made.mkdir(parents=True)
    configure(made, f"sqlite:///{made / 'classroom' / 'gradebook.db'}")
    return made


def test_a_course_that_has_lost_them_gets_gradebook_salt_and_trail_back(file, tmp_path):
    made, new = another(tmp_path), tmp_path / "new"
    notes = restore(file, new, courses=find_courses([made])).notes
    assert notes == [
        f"vision: {made / name} is back"
        for name in (".autograder_salt", "classroom/audit/rnn_captioning.jsonl", "classroom/gradebook.db")
    ]
    assert scores(made / "classroom" / "gradebook.db") == [3.5]
    assert (made / ".autograder_salt").read_text() == SALT
    assert (made / ".autograder_salt").stat().st_mode & 0o077 == 0
    assert (made / "classroom" / "audit" / "rnn_captioning.jsonl").read_text() == "{}\n"
    assert not (new / "courses").exists()


def test_what_a_course_has_stays_as_it_is(file, root, tmp_path):
    gradebook = root / "classroom" / "gradebook.db"
    gradebook.unlink()
    write_gradebook(gradebook, 4.0)
    (note,) = restore(file, tmp_path / "new", courses=find_courses([root])).notes
    kept = tmp_path / "new" / "courses" / "vision" / "gradebook.db"
    assert note == f"vision: {gradebook} stays as it is; that of the backup is {kept}"
    assert (scores(gradebook), scores(kept)) == ([4.0], [3.5])


def test_without_its_folder_it_is_said_where_it_is(file, tmp_path):
    (note,) = restore(file, tmp_path / "new").notes
    assert note.startswith(f"vision: what was backed up of its folder is in {tmp_path / 'new' / 'courses' / 'vision'}")


def test_a_gradebook_that_is_written_meanwhile_is_backed_up_as_it_was_before(school, root, tmp_path):
    with closing(sqlite3.connect(root / "classroom" / "gradebook.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE grade SET manual_score = 1")
        assert back_up(Place.of(school.server.data), tmp_path / "b.tar").faults == []
        writer.execute("ROLLBACK")
    made = another(tmp_path)
    restore(tmp_path / "b.tar", tmp_path / "new", courses=find_courses([made]))
    assert scores(made / "classroom" / "gradebook.db") == [3.5]


def test_what_cannot_be_backed_up_is_said_and_all_else_is(school, root, tmp_path):
    (root / "classroom" / "gradebook.db").write_text("no database, and as long as the head of one " * 10)
    place = Place.of(school.server.data)
    (fault,) = back_up(place, tmp_path / "damaged.tar").faults
    assert fault.startswith("vision: its gradebook cannot be read, and is not in the backup")
    configure(root, "postgresql+psycopg://grader@db.example.edu/vision")
    (note,) = back_up(place, tmp_path / "elsewhere.tar").notes
    assert note == "vision: its gradebook is not a file, and not in the backup: back its database up as well"
    (root / "nbgrader_config.py").unlink()
    (note,) = back_up(place, tmp_path / "gone.tar").notes
    assert note == f"vision: its folder {root} is not there, so its gradebook is not in the backup"
