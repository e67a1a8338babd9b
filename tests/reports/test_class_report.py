"""The class report."""

import csv
import json
import re

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course.course import CourseError
from autograder.course.results import Status, Verdict
from autograder.i18n.messages import Message
from autograder.pages.environment import policy
from autograder.reports.class_data import class_data, dealt, records_of, rows_of
from autograder.reports.class_report import ReportRequest, clusters, mean, mistake_lists, ranked, write_report
from autograder.reports.pseudonyms import pseudonym
from autograder.reports.tables import csv_of_tests
from tests.support.classes import PROBLEMS, class_in, hand_in, result


@pytest.fixture
def assignment(tmp_path):
    return class_in(tmp_path)


def table(assignment):
    files = write_report(assignment)
    with files[1].open(newline="", encoding="utf-8") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}, files[0].read_text(encoding="utf-8")


def test_points_stand_under_their_problems_and_add_up(assignment):
    hand_in(assignment, "ada", [result("add", 4, 4), result("train", 1.5, 6, Verdict.FAILED)])
    rows, _ = table(assignment)
    assert rows["ada"] == {
        "student": "ada",
        "name": "",
        "status": "marked",
        "add": "4",
        "train": "1.5",
        "essay": "",
        "late_penalty": "0",
        "score": "5.5",
        "max_score": "15",
        "waiting": "5",
    }


def test_a_fault_of_the_grader_is_blank_and_never_zero(assignment):
    broken = [result("add", 0, 4, Verdict.GRADER_ERROR), result("train", 6, 6)]
    hand_in(assignment, "ada", broken, Status.GRADER_ERROR)
    rows, page = table(assignment)
    assert (rows["ada"]["add"], rows["ada"]["status"]) == ("", "grader_error")
    assert "(grader error)" in page


@pytest.fixture
def gradebook(assignment):
    """The gradebook of a class in which ada has handed in."""
    assignment.course.classroom.mkdir()
    with Gradebook(f"sqlite:///{assignment.course.classroom / 'gradebook.db'}") as book:
        book.add_assignment("sums")
        book.add_notebook("sums", "sums")
        for problem in PROBLEMS.values():
            book.add_grade_cell(problem.check, "sums", "sums", max_score=problem.points, cell_type="code")
        book.add_student("ada")
        book.add_submission("sums", "ada")
        for name, score in (("test_add", 1.0), ("test_train", 6.0)):
            book.find_grade(name, "sums", "sums", "ada").auto_score = score
        book.db.commit()
        yield book


def test_a_score_that_a_person_entered_and_a_penalty_show_in_table_and_page(assignment, gradebook):
    hand_in(assignment, "ada", [result("add", 1, 4), result("train", 6, 6)])
    gradebook.find_grade("test_add", "sums", "sums", "ada").manual_score = 3.0
    gradebook.find_grade("essay", "sums", "sums", "ada").manual_score = 4.5
    gradebook.find_grade("essay", "sums", "sums", "ada").extra_credit = 0.5
    gradebook.find_submission_notebook("sums", "sums", "ada").late_submission_penalty = 2.0
    gradebook.db.commit()
    (row,) = rows_of(assignment, records_of(assignment))
    assert {name: (mark.score, mark.by_hand) for name, mark in row.marks.items()} == {
        "add": (3.0, True),
        "train": (6.0, False),
        "essay": (5.0, True),
    }
    rows, page = table(assignment)
    ada = rows["ada"]
    assert [ada[name] for name in ("late_penalty", "score", "max_score", "waiting")] == ["2", "12", "15", "0"]
    assert ">late</th>" in page
    assert "2</td>" in page


def test_a_gradebook_with_other_points_than_the_source_is_refused_unless_that_is_asked_for(assignment, gradebook):
    hand_in(assignment, "ada", [result("add", 1, 4), result("train", 6, 6)])
    gradebook.update_or_create_grade_cell("test_add", "sums", "sums", max_score=8, cell_type="code")
    gradebook.db.commit()
    with pytest.raises(CourseError, match="test_add: 8 points in the gradebook, 4 points in the source"):
        write_report(assignment)
    write_report(assignment, ReportRequest(other_points=True))


def test_a_rejected_hand_in_has_nothing_of_everything_and_waits_for_nobody(assignment):
    hand_in(assignment, "ada", [], Status.REJECTED)
    rows, _ = table(assignment)
    ada = rows["ada"]
    assert [ada[name] for name in ("add", "essay", "score", "max_score", "waiting")] == ["0", "0", "0", "15", "0"]


def test_text_that_student_code_can_shape_is_escaped(assignment):
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "<script>alert(1)</script>")])
    _, page = table(assignment)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Sums &lt;1&gt;" in page


def test_the_mean_leaves_out_who_has_no_points_yet(assignment):
    hand_in(assignment, "ada", [result("add", 4, 4), result("train", 3, 6)])
    hand_in(assignment, "ben", [result("add", 2, 4), result("train", 0, 6, Verdict.GRADER_ERROR)])
    rows = rows_of(assignment, records_of(assignment))
    assert mean([row.marks["add"] for row in rows]) == 0.75
    assert mean([row.marks["train"] for row in rows]) == 0.5
    assert mean([row.marks["essay"] for row in rows]) is None


def test_a_class_that_nobody_has_marked_is_a_clear_error(assignment):
    with pytest.raises(CourseError, match="nbgrader autograde sums"):
        write_report(assignment)


def read(file):
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def files_of(assignment, request=None):
    return {file.name: file for file in write_report(assignment, request or ReportRequest())}


def test_every_test_of_every_hand_in_has_a_line(assignment):
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "off", "sign"), result("train", 6, 6)])
    hand_in(assignment, "ben", [], Status.REJECTED)
    ada, train, ben = read(files_of(assignment)["tests.csv"])
    wanted = {
        "student": "ada",
        "name": "",
        "status": "marked",
        "problem": "add",
        "test": "test_add.py::add",
        "title": "Adds.",
        "verdict": "failed",
        "points": "0",
        "max_points": "4",
        "basis": "own",
        "diagnosis": "sign",
        "confidence": "certain",
        "failure": "known",
        "seconds": "0.25",
        "message": "off",
    }
    assert {name: value.removesuffix(".0") for name, value in ada.items()} == wanted
    assert (train["verdict"], train["diagnosis"], train["failure"]) == ("passed", "", "")
    assert (ben["student"], ben["status"], ben["test"]) == ("ben", "rejected", "")


def test_json_has_the_same(assignment):
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "off", "sign"), result("train", 6, 6)])
    told = json.loads(files_of(assignment)["class.json"].read_text(encoding="utf-8"))
    (ada,) = told["students"]
    assert (ada["points"], ada["max_points"], ada["waiting"]) == (6, 15, 5)
    assert ada["problems"][0]["failure"] == "known"
    assert ada["problems"][0]["tests"][0]["diagnosis"] == "sign"
    assert ada["problems"][2]["points"] is None
    assert [one["name"] for one in told["mistakes"]] == ["sign"]
    assert told["waiting"] == [{"problem": "essay", "by_grader": False, "students": ["ada"]}]


def test_no_cell_of_any_table_is_a_formula(assignment):
    evil = "=HYPERLINK(1)"
    hand_in(assignment, evil, [result("add", 0, 4, Verdict.FAILED, "@SUM(1)", "sign")])
    hand_in(assignment, "+ben", [], Status.REJECTED)
    for name, file in files_of(assignment, ReportRequest(assign=("-x",))).items():
        if name.endswith(".csv"):
            cells = [value for row in read(file) for value in row.values()]
            assert not [cell for cell in cells if re.match(r"[=+@-](?![0-9.]+$)", cell)], name


def test_what_waits_is_dealt_out_evenly_over_all_questions(assignment):
    for student in ("ada", "ben", "chen"):
        broken = result("train", 0, 6, Verdict.GRADER_ERROR)
        hand_in(assignment, student, [result("add", 4, 4), broken], Status.GRADER_ERROR)
    data = class_data(assignment)
    (train, first), (essay, second) = dealt(data.waiting, ["x", "y"])
    assert (train.problem, train.by_grader, essay.problem, essay.by_grader) == ("train", True, "essay", False)
    assert (first, second) == (
        [("x", ("ada", "chen")), ("y", ("ben",))],
        [("x", ("ben",)), ("y", ("ada", "chen"))],
    )
    lines = read(files_of(assignment, ReportRequest(assign=("x", "y")))["waiting.csv"])
    assert [(line["problem"], line["student"], line["assigned"]) for line in lines][:3] == [
        ("train", "ada", "x"),
        ("train", "ben", "y"),
        ("train", "chen", "x"),
    ]


def test_rejected_hand_ins_come_first_with_the_reason(assignment):
    hand_in(assignment, "ada", [result("add", 4, 4), result("train", 6, 6)])
    hand_in(assignment, "ben", [], Status.REJECTED, [Message("No <notebook> in it.")])
    page = files_of(assignment)["class.html"].read_text(encoding="utf-8")
    assert "No &lt;notebook&gt; in it." in page
    assert page.index("1 rejected") < page.index("essay</code>: 1 waits for a person") < page.index('id="points"')


def test_the_mean_is_one_of_what_is_marked_while_something_waits_for_a_person(assignment):
    hand_in(assignment, "ada", [result("add", 4, 4), result("train", 6, 6)])
    assert "mean so far, of 10 that are marked" in files_of(assignment)["class.html"].read_text(encoding="utf-8")


def test_hand_ins_that_lost_most_by_the_same_stand_together_the_largest_group_first(assignment):
    for student, wrong in (("ada", "zigzag"), ("ben", ""), ("chen", "zigzag"), ("dana", "")):
        verdict = Verdict.FAILED if wrong else Verdict.PASSED
        hand_in(
            assignment, student, [result("add", 0 if wrong else 4, 4, verdict, "off", wrong), result("train", 6, 6)]
        )
    hand_in(assignment, "emeka", [result("add", 0, 4, Verdict.FAILED, "off", "alike"), result("train", 6, 6)])
    found = [(one.title, [row.student for _, row, _ in one.rows]) for one in clusters(class_data(assignment))]
    assert found == [
        ("add: zigzag", ["ada", "chen"]),
        ("add: alike", ["emeka"]),
        ("nothing lost, or nothing run", ["ben", "dana"]),
    ]


def test_names_come_from_the_roster_and_not_under_pseudonyms(assignment, gradebook):
    gradebook.update_or_create_student("ada", first_name="Ada", last_name="Lovelace")
    gradebook.update_or_create_student("ben", first_name="Ben", last_name="Babbage")  # who has handed in nothing
    message = "ValueError: ada Lovelace was here, Babbage was not"
    hand_in(assignment, "ada", [result("add", 1, 4, Verdict.FAILED, message), result("train", 6, 6)])
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("def add():\n    pass  # by Lovelace")
    cell.metadata["nbgrader"] = {"grade_id": "add"}
    notebook.cells.append(cell)
    folder = assignment.course.classroom / "autograded" / "ada" / "sums"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "sums.ipynb")
    named = files_of(assignment)
    assert "Ada Lovelace" in named["class.html"].read_text(encoding="utf-8")
    assert read(named["class.csv"])[0]["name"] == "Ada Lovelace"
    hidden = files_of(assignment, ReportRequest(anonymous=True))
    assert hidden["class.html"].parent.name == "anonymous"
    shown = {name: file.read_text(encoding="utf-8") for name, file in hidden.items()}
    assert "by student" in re.sub("<[^>]*>", "", shown["class.html"])
    for name, text in shown.items():
        assert not re.search(r"\bada\b|lovelace|babbage", text, re.IGNORECASE), name
        assert pseudonym(assignment, "ada") in text or name == "mistakes.csv"


def test_a_students_code_is_shown_without_docstring_escaped_and_cut(assignment):
    source = 'def add(a, b):\n    """From the handout."""\n    return "<script>"\n' + "# more\n" * 100
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata["nbgrader"] = {"grade_id": "add"}
    notebook.cells.append(cell)
    folder = assignment.course.classroom / "autograded" / "ada" / "sums"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "sums.ipynb")
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "off", "sign"), result("train", 6, 6)])
    page = files_of(assignment)["class.html"].read_text(encoding="utf-8")
    (code,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    assert "&lt;script&gt;" in code
    assert "From the handout" not in code
    assert code.count("# more") < 50
    assert "# ..." in code


def test_a_damaged_notebook_takes_the_code_away_and_no_more(assignment):
    folder = assignment.course.classroom / "autograded" / "ada" / "sums"
    folder.mkdir(parents=True)
    (folder / "sums.ipynb").write_text('{"cells": 3}')
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "off", "sign"), result("train", 6, 6)])
    assert "<pre" not in files_of(assignment)["class.html"].read_text(encoding="utf-8")


def test_a_row_leads_to_feedback_record_and_the_command_that_explains(assignment):
    student = "ada l'x"
    page = assignment.course.classroom / "feedback" / student / "sums" / "sums.html"
    page.parent.mkdir(parents=True)
    page.write_text("feedback")
    hand_in(assignment, student, [result("add", 0, 4, Verdict.FAILED, "off"), result("train", 6, 6)])
    report = files_of(assignment)["class.html"]
    text = report.read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]*\.(?:html|json))"', text)
    assert "../../feedback/ada%20l%27x/sums/sums.html" in links
    assert "../../records/sums/ada%20l%27x.json" in links
    assert "autograder explain sums &#39;ada l&#39;&#34;&#39;&#34;&#39;x&#39; add" in text


def test_nothing_runs_in_the_page_but_the_kits_own_script(assignment):
    hand_in(assignment, "ada", [result("add", 4, 4), result("train", 6, 6)])
    text = files_of(assignment)["class.html"].read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (said,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert said.replace("&#39;", "'") == policy(style, script)
    assert " style=" not in text
    assert not re.search(r" on[a-z]+=", text)


def test_a_class_of_hundreds_makes_one_page_of_a_few_megabytes(assignment):
    for number in range(300):
        wrong = number % 3 == 0
        first = result(
            "add", 0 if wrong else 4, 4, Verdict.FAILED if wrong else Verdict.PASSED, "off" * 200, "sign" * wrong
        )
        hand_in(assignment, f"s{number:03}", [first, result("train", 6, 6)])
    files = files_of(assignment)
    assert files["class.html"].stat().st_size < 5_000_000
    assert "100</strong>" in files["class.html"].read_text(encoding="utf-8")


def test_pictures_for_slides_are_made_on_demand_and_name_nobody(assignment):
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "off", "sign"), result("train", 6, 6)])
    assert "totals.png" not in files_of(assignment)
    made = files_of(assignment, ReportRequest(plots=True))
    wanted = {
        f"{name}.{ending}" for name in ("totals", "problems", "mistakes", "heat_map") for ending in ("png", "svg")
    }
    assert wanted <= set(made)
    assert made["totals.png"].read_bytes().startswith(b"\x89PNG")
    assert all(b">ada<" not in made[name].read_bytes() for name in wanted)


def test_a_text_that_is_no_utf8_is_written_all_the_same(assignment):
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "before \x1b[31m after"), result("train", 6, 6)])
    data = class_data(assignment)
    assert "\x1b" not in csv_of_tests(data)
    assert "\x1b" not in files_of(assignment)["class.html"].read_text(encoding="utf-8")


def test_the_ranking_of_a_class_of_300_gives_the_shares_back_that_it_was_mixed_from(assignment):
    shares = {"sign": 90, "zero": 60, "axis": 30, "": 12}
    wrong = [name for name, count in shares.items() for _ in range(count)]
    for number in range(300):
        made = [result("add", 4, 4)]
        if number < len(wrong):
            made = [result("add", 0, 4, Verdict.FAILED, "off", wrong[number])]
        hand_in(assignment, f"s{number * 7 % 300:03}", [*made, result("train", 6, 6)])
    data = class_data(assignment)
    found = {one.name: len(one.students) for one in ranked(data)}
    assert list(found.items()) == [("sign", 90), ("zero", 60), ("axis", 30), ("unknown", 12)]
    assert [len(one.rows) for one in clusters(data)] == [90, 60, 30, 12, 108]
    (add,) = [item for item in data.analysis.items if item.problem == "add"]
    assert (add.failed, add.seen) == (sum(shares.values()), 300)


def test_a_class_of_which_nothing_can_be_marked_has_a_report_of_what_to_do(assignment):
    hand_in(assignment, "ada", [], Status.REJECTED, [Message("Empty.")])
    page = files_of(assignment, ReportRequest(plots=True))["class.html"].read_text(encoding="utf-8")
    assert "1 rejected" in page
    assert "Empty." in page
    assert "mean so far" not in page


def test_frequent_mistakes_are_open_rare_ones_and_stubs_folded_and_none_is_lost(assignment):
    for number in range(14):
        for student in range(2 if number < 3 else 1):
            hand_in(assignment, f"s{number}-{student}", [result("add", 0, 4, Verdict.FAILED, "off", f"m{number}")])
    hand_in(assignment, "eve", [result("add", 0, 4, Verdict.FAILED, "off")])
    data = class_data(assignment)
    lists = mistake_lists(data)
    assert {name: len(found) for name, found in lists.items()} == {
        "frequent": 12,
        "rare": 2,
        "unnamed": 1,
        "untouched": 0,
    }
    assert {one.name for one in lists["frequent"][:3]} == {"m0", "m1", "m2"}
    assert [one for found in lists.values() for one in found] == ranked(data)
    page = files_of(assignment)["class.html"].read_text(encoding="utf-8")
    assert "2 more with a name: one hand-in each" in page
    assert page.count('class="mistake"') == 15


def test_stubs_are_folded_by_problem(assignment):
    message = "Your code raised NotImplementedError: rnn_step_forward"
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, message), result("train", 6, 6)])
    lists = mistake_lists(class_data(assignment))
    assert [one.problem for one in lists["untouched"]] == ["add"]
    assert not lists["unnamed"]
    assert "Not attempted, by problem" in files_of(assignment)["class.html"].read_text(encoding="utf-8")


def test_tests_that_may_be_broken_are_among_what_to_do_and_those_that_nobody_fails_are_not(assignment):
    for number in range(6):
        hand_in(assignment, f"s{number}", [result("add", 0, 4, Verdict.FAILED, "off"), result("train", 6, 6)])
    page = files_of(assignment)["class.html"].read_text(encoding="utf-8")
    assert "1 test may be broken" in page
    assert "<b>everybody fails</b> (1): Solve it from the handout alone" in page
    assert "<b>nobody fails</b> (1)" in page
    assert "alpha are not given: fewer than 25 hand-ins." in page
