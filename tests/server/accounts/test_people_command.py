"""`autograder people`: who is in a course, and links with which they sign in, without the server or beside it."""

import csv
import io
import os
import stat

import pytest
from fastapi.testclient import TestClient
from nbgrader.api import Gradebook
from sqlalchemy import select

from autograder.cli import main
from autograder.course.course import Course
from autograder.server.app import make_app
from autograder.server.attempts.receipts import key_at
from autograder.server.database import Database
from autograder.server.server import ServedCourse, Server
from autograder.server.settings import Settings
from autograder.server.tables import AuditLine
from autograder.server.tables import Course as CourseRow

URL = "http://127.0.0.1:8765"
ROSTER = "student,name,email,section,role\nada,Ada L.,ada@x.org,A,\nben,=Ben,,A,\nina,Ina,,,instructor\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = tmp_path / "course"
    root.mkdir()
    (root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(root)!r}\nc.CourseDirectory.course_id = 'vision'\n"
    )
    (root / "roster.csv").write_text(ROSTER)
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "200")
    return root


@pytest.fixture
def run(course, capsys):
    """Return a function that runs the command and returns its exit code and what it printed."""

    def run(*arguments):
        code = main(["people", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def links_in(text):
    return {line["login"]: line["link"] for line in csv.DictReader(io.StringIO(text))}


def signed_in(course, link):
    """Return who a link signs in at the server."""
    data = course / "classroom" / "server"
    database = Database(f"sqlite:///{data / 'server.db'}")
    with database.reading() as session:
        row = session.scalars(select(CourseRow)).one()
    served = {"vision": ServedCourse(row.id, row.slug, row.title, Course(course), {})}
    app = make_app(Server(data, database, served, key_at(data), Settings(url=URL)))
    client = TestClient(app, URL, follow_redirects=False)
    client.post("/sign-in", data={"token": link.partition("#")[2]})
    answer = client.get("/api/v1/me")
    database.close()
    return answer.json() if answer.status_code == 200 else None


def test_a_roster_is_imported_and_everybody_gets_a_link_that_signs_them_in(course, run):
    assert run("import", "roster.csv") == (0, "3 added, 0 changed, 0 as before\n")
    code, printed = run("links", "--all", "--out", "links.csv")
    assert (code, printed) == (0, "")
    links = links_in((course / "links.csv").read_text())
    assert list(links) == ["ada", "ben", "ina"]
    assert signed_in(course, links["ina"])["courses"][0]["role"] == "instructor"
    assert signed_in(course, links["ada"])["courses"][0]["student"] == "ada"


def test_a_file_with_links_is_for_its_owner_alone_and_harmless_in_a_spreadsheet(course, run):
    run("import", "roster.csv")
    (course / "links.csv").touch(mode=0o644)
    os.chmod(course / "links.csv", 0o644)
    run("links", "--all", "--role", "student", "--out", "links.csv")
    assert stat.S_IMODE((course / "links.csv").stat().st_mode) == 0o600
    assert "'=Ben" in (course / "links.csv").read_text()
    assert list(links_in((course / "links.csv").read_text())) == ["ada", "ben"]


def test_the_folder_of_the_server_is_nobody_elses(course, run):
    run("list")
    assert stat.S_IMODE((course / "classroom" / "server").stat().st_mode) == 0o700


def test_links_lead_to_the_public_address(course, run):
    run("import", "roster.csv")
    printed = run("links", "ada", "--url", "https://handin.example.edu/")[1]
    assert links_in(printed)["ada"].startswith("https://handin.example.edu/sign-in#agt_")
    (course / "classroom" / "server" / "server.toml").write_text('url = "https://other.example.edu"')
    assert links_in(run("links", "ada")[1])["ada"].startswith("https://other.example.edu/sign-in#agt_")


def test_a_lost_link_is_revoked(course, run):
    run("import", "roster.csv")
    link = links_in(run("links", "ada")[1])["ada"]
    assert signed_in(course, link)["login"] == "ada"
    assert run("revoke", "ada")[0] == 0
    assert signed_in(course, link) is None


def test_people_are_disabled_and_let_in_again(course, run):
    run("import", "roster.csv")
    link = links_in(run("links", "ada")[1])["ada"]
    run("disable", "ada")
    assert signed_in(course, link) is None
    assert "ada (disabled)" in run("list")[1]
    run("disable", "ada", "--off")
    assert signed_in(course, link)["login"] == "ada"


def test_roles_are_given_and_taken(course, run):
    run("import", "roster.csv")
    assert run("set", "Tom", "ta", "--name", "Tom T.") == (0, "tom is ta now\n")
    assert "Tom T." in run("list")[1]
    run("remove", "tom")
    assert "tom" not in run("list")[1]
    run("set", "cleo", "student", "--student", "s17")
    assert "s17" in run("list")[1]


def test_an_administrator_needs_no_course(course, run):
    run("administrator", "root")
    link = links_in(run("links", "root")[1])["root"]
    assert signed_in(course, link)["administers"]
    run("administrator", "root", "--off")
    assert not signed_in(course, link)["administers"]


def test_the_gradebook_is_imported_too(course, run):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.add_student("ada", first_name="Ada")
    assert run("import", "--from-gradebook") == (0, "1 added, 0 changed, 0 as before\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nothing.csv"], "No such file or directory: 'nothing.csv'"),
        (["import", "bad.csv"], "bad.csv: nothing was changed:\nline 1, column 2: 'grade' is not known"),
        (["import", "--from-gradebook"], "no students in its gradebook"),
        (["links"], "say for whom: logins, or --all"),
        (["links", "ada", "--all"], "say for whom: logins, or --all"),
        (["links", "nobody"], "nobody has the login 'nobody'"),
        (["set", "a/b", "student"], "no folder can be called so"),
        (["remove", "ina"], "ina is the only instructor: make somebody else one first"),
        (["remove", "nobody"], "nobody has the login 'nobody'"),
        (["set", "ina", "ta"], "nobody would be an instructor"),
    ],
)
def test_errors_say_what_to_do_and_change_nothing(course, run, arguments, message):
    (course / "bad.csv").write_text("student,grade\nada,1\n")
    run("import", "roster.csv")
    before = run("list")
    code, printed = run(*arguments)
    assert code == 2
    assert message in printed
    assert run("list") == before


def test_what_was_done_is_in_the_trail_without_secrets(course, run):
    run("import", "roster.csv")
    link = links_in(run("links", "ada")[1])["ada"]
    run("revoke", "ada")
    database = Database(f"sqlite:///{course / 'classroom' / 'server' / 'server.db'}")
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    database.close()
    assert [one.action for one in lines] == ["roster.put", "token.made", "tokens.revoked"]
    assert {one.detail["by"] for one in lines} == {"autograder people"}
    assert link.partition("#")[2] not in repr([one.detail for one in lines])
