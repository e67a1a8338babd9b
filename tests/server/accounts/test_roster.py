"""A roster is taken whole or not at all; errors name line and column; no course takes over another's people."""

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import select

from autograder.course.course import Course
from autograder.server.accounts import people
from autograder.server.accounts.roster import Line, RosterError, apply_roster, read_roster, roster_of_gradebook
from autograder.server.settings import Settings
from autograder.server.tables import Course as CourseRow
from autograder.server.tables import Enrolment, Identity, Person, Role

HEADER = b"student,name,email,section,role\n"


@pytest.fixture
def school(either_school):
    return either_school


def test_a_file_is_read_line_by_line():
    text = "student,name,email,section,role\nada,Ada Lovelace,ada@x.org,A,\ntom,Tom,,,TA\n"
    assert read_roster(text.encode()) == [
        Line("ada", "ada", "Ada Lovelace", "ada@x.org", "A", Role.STUDENT, 2),
        Line("tom", "", "Tom", "", "", Role.TA, 3),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffstudent;name\nada;Ada",
        "Student ID\tName\r\nada\tAda\r\n",
        "id,first_name,last_name\nada,Ada,\n\n",
        '"student","name"\n"ada","Ada"\n,\n',
        "login,student-id,Full Name\nADA,ada,Ada\n",
    ],
)
def test_files_may_be_as_programs_write_them(text):
    (line,) = read_roster(text.encode())
    assert (line.login, line.student, line.name) == ("ada", "ada", "Ada")


def test_names_are_kept_as_people_write_them():
    (line,) = read_roster("student,name\n张伟,“张，伟”\n".encode())
    assert (line.login, line.student, line.name) == ("张伟", "张伟", "“张，伟”")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty: its first line names its columns"),
        (HEADER, "there is nobody below the first line"),
        (b"name,email\nAda,a@x", "line 1: there is no column student"),
        (b"student,grade\nada,5", "line 1, column 2: 'grade' is not known"),
        (b"student,id\nada,ada", "line 1, column 2: there are two columns for student"),
        (b"student,name\nada\n", "line 2: has 1 cells, and the first line 2"),
        (b"student,name\nada,A\nada,B\n", "line 3: login 'ada' stands in line 2 already"),
        (b"student,login\nada,x\nAda,y\n", "line 3: student 'ada' stands in line 2 already"),
        (HEADER + b"ada,,nowhere,,", r"line 2, column 3 \(email\): is 'nowhere', which is no address"),
        (HEADER + b"ada,,,,boss", r"line 2, column 5 \(role\): is 'boss': write one of student, ta, instructor"),
        (HEADER + b",Ada,,,", r"line 2, column 1 \(student\): is empty"),
        (HEADER + b"../ben,,,,", r"line 2, column 1 \(student\): is '../ben': an id begins with a letter"),
        (HEADER + b"a/b,,,,", r"line 2, column 1 \(student\): is 'a/b': no folder can be called so"),
        (HEADER + b"=1+1,,,,", "an id begins with a letter"),
        (HEADER + b"a b,,,,", "has blanks in it"),
        (HEADER + "a\u202eb,,,,".encode(), "has characters that cannot be seen"),
        (HEADER + b"a\x00b,,,,", "has characters that cannot be seen|line contains NUL"),
        (HEADER + b"x" * 300 + b",,,,", "has 300 characters, and may have 200"),
        (HEADER + b"ada,\xff,,,", "line 2 is no UTF-8: save the file as CSV UTF-8"),
        (HEADER + b'ada,"Ada,,,\n', "line 2 is no CSV"),
        (b"x" * 5_000_001, "the file has 5000001 bytes"),
    ],
)
def test_an_error_names_the_line_and_what_to_do(content, message):
    with pytest.raises(RosterError, match=message):
        read_roster(content)


def test_all_faults_are_told_at_once_up_to_a_screen():
    with pytest.raises(RosterError) as fault:
        read_roster(HEADER + b"".join(b"a%d,,nowhere,,\n" % number for number in range(30)))
    assert str(fault.value).count("\n") == 20
    assert str(fault.value).endswith("... and 10 more")


def test_a_name_that_looks_like_a_formula_is_a_name():
    (line,) = read_roster(HEADER + b"""ada,'=HYPERLINK("http://x"),,,\n""".replace(b'"', b""))
    assert line.name == "=HYPERLINK(http://x)"


def applied(school, lines, slug="vision", **how):
    with school.database.writing() as session:
        return apply_roster(session, school.server.courses[slug].id, lines, school.clock(), **how)


def of(school, login, slug="vision"):
    with school.database.reading() as session:
        chosen = select(Enrolment).join(Person).join(CourseRow).where(Person.login == login, CourseRow.slug == slug)
        return session.scalar(chosen)


STAYS = [Line("ada", "ada"), Line("ben", "ben"), Line("tom", "", role=Role.TA), Line("ina", "", role=Role.INSTRUCTOR)]


def test_who_is_new_is_added_and_who_is_known_brought_up_to_date(school):
    changes = applied(school, [*STAYS[1:], Line("ada", "ada", "Ada L.", "a@x", "B"), Line("cleo", "cleo", "Cleo")])
    assert (changes.added, changes.changed) == (["cleo"], ["ada"])
    assert (school.person("ada").name, school.person("ada").email) == ("Ada L.", "a@x")
    assert (of(school, "ada").section, of(school, "cleo").student) == ("B", "cleo")


def test_the_same_roster_again_changes_nothing(school):
    applied(school, STAYS)
    changes = applied(school, STAYS)
    assert (changes.added, changes.changed, changes.gone) == ([], [], [])
    assert str(changes) == "0 added, 0 changed, 4 as before"


def test_a_roster_that_says_less_takes_nothing_away(school):
    applied(school, [Line("ada", "ada", "Ada", "a@x", "B")])
    applied(school, [Line("ada", "ada")])
    assert (school.person("ada").email, of(school, "ada").section) == ("a@x", "B")


def test_students_who_are_gone_stay_until_it_is_asked_for(school):
    assert applied(school, STAYS[:1]).gone == ["ben"]
    assert of(school, "ben").ended_at is None
    changes = applied(school, STAYS[:1], end_missing=True)
    assert str(changes).endswith("1 no longer listed, ended")
    assert of(school, "ben").ended_at == school.clock()
    # Staff are never put out by a list of students.
    assert of(school, "ina").ended_at is None
    assert applied(school, STAYS[:2]).added == ["ben"]
    assert of(school, "ben").ended_at is None


def test_a_login_may_be_told_later(school):
    applied(school, [Line("ada@example.edu", "ada")])
    assert of(school, "ada@example.edu").student == "ada"
    assert of(school, "ada") is None


def test_nobody_becomes_another_person(school):
    with pytest.raises(RosterError, match="student ada is ada already, and not ben"):
        applied(school, [Line("ben", "ada")])


def test_nobody_gets_the_work_of_a_student_who_has_left_by_getting_their_id(school):
    school.attempt("ben")
    applied(school, STAYS[:1], end_missing=True)
    with pytest.raises(RosterError, match=r"student ben was ben, who has left the course, .* give benno another id"):
        applied(school, [*STAYS[:1], Line("benno", "ben")])
    assert school.person("ben").login == "ben"
    # The same person comes back.
    assert applied(school, STAYS[:2]).added == ["ben"]


def test_an_id_under_which_something_was_handed_in_stays(school):
    school.attempt("ada")
    with pytest.raises(RosterError, match="ada has handed in as student ada, and cannot be a1 now"):
        applied(school, [Line("ada", "a1", number=3)])
    with pytest.raises(RosterError, match="cannot be a ta, without an id, now"):
        applied(school, [Line("ada", "", role=Role.TA)])
    assert of(school, "ada").student == "ada"


def test_somebody_is_left_to_set_the_course_up(school):
    with pytest.raises(RosterError, match="nobody would be an instructor"):
        applied(school, [Line("ina", "", role=Role.TA)])
    assert of(school, "ina").role is Role.INSTRUCTOR


def test_who_gets_another_login_signs_in_anew(school):
    """Nobody keeps the tokens of a login that is about to be somebody's in another course."""
    with school.database.writing() as session:
        person = school.person("ben", session)
        session.add(Identity(provider="hub", subject="mallory", person_id=person.id, linked_at=school.clock()))
        cookie = people.start_session(session, person, school.clock(), Settings().sessions).cookie
    applied(school, [Line("prof.b", "ben"), *STAYS[:1], *STAYS[2:]])
    with school.database.reading() as session:
        assert people.find_token(session, school.tokens["ben"], school.clock()) is None
        assert people.find_session(session, cookie, school.clock()) is None
        assert session.query(Identity).count() == 0
        assert people.find_token(session, school.tokens["ada"], school.clock()) is not None


def test_a_course_renames_nobody_in_another_one(school):
    applied(school, [Line("ina", "", "Mallory", "m@x", role=Role.TA), Line("olga", "", role=Role.INSTRUCTOR)], "other")
    assert (school.person("ina").name, school.person("ina").email) == ("Ina", "m@x")
    assert of(school, "ina").role is Role.INSTRUCTOR
    with pytest.raises(RosterError, match="student otto is otto already"):
        applied(school, [Line("ada", "otto")], "other")


def test_one_wrong_line_and_nothing_is_taken(school):
    school.attempt("ada")
    with pytest.raises(RosterError, match="line 3: ada has handed in"):
        applied(school, [Line("cleo", "cleo", number=2), Line("ada", "a1", number=3)])
    assert of(school, "cleo") is None


def test_the_gradebook_is_a_roster(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(tmp_path)!r}\n", encoding="utf-8"
    )
    with pytest.raises(RosterError, match="no students in its gradebook: add them by `nbgrader db student import`"):
        roster_of_gradebook(Course(tmp_path))
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        gradebook.add_student("Ada", first_name="Ada", last_name="Lovelace", email="a@x")
        gradebook.add_student("ben")
    assert roster_of_gradebook(Course(tmp_path)) == [Line("ada", "Ada", "Ada Lovelace", "a@x"), Line("ben", "ben")]
