"""The page, the table and the JSON of what is alike in a class."""

import csv
import json

import pytest

from autograder.cli import main
from autograder.course.course import CourseError
from autograder.pages.environment import STYLE, policy
from autograder.reports.pseudonyms import pseudonym
from autograder.reports.similarity import report
from autograder.reports.similarity.report import SimilarityRequest, write_similarity

RARE = '''
def double(x):
    """Return x times two."""
    # ada found this <script>alert("x")</script> by herself
    grumpf = np.concatenate([x[None], x[None]], axis=0)
    quux = grumpf.reshape(2, -1).sum(axis=0)
    for blorp in range(3):
        quux = quux + blorp * 0 - grumpf.sum() * 0
    return np.asarray(quux).reshape(x.shape)
'''
LOW = SimilarityRequest(threshold=10)


@pytest.fixture
def alike(assignment, hand_in):
    """A class in which ada and ben wrote the same, and eight others what is their own."""
    for student in ("ada", "ben"):
        hand_in(double=RARE, student=student)
    for number in range(8):
        hand_in(
            double=f"def double(x):\n    own{number} = x * {number} + x\n    return own{number}", student=f"s{number}"
        )
    return assignment


def written(assignment, request=LOW):
    files, _ = write_similarity(assignment, request)
    page, table, data = (file.read_text(encoding="utf-8") for file in files)
    return page, list(csv.DictReader(table.splitlines())), json.loads(data)


def test_who_is_alike_stands_on_the_page_in_the_table_and_in_the_json(alike):
    page, table, data = written(alike)
    assert [(row["student"], row["other"], row["shown"]) for row in table] == [("ada", "ben", "yes")]
    (pair,) = data["pairs"]
    assert (pair["student"], pair["other"]) == ("ada", "ben")
    assert "grumpf" in [one["what"] for one in pair["problems"][0]["shared"]]
    assert ">ada and ben<" in page
    assert "2<span" in page
    assert (data["hand_ins"], data["earlier"], data["threshold"]) == (10, 0, 10)


def test_the_page_runs_nothing_loads_nothing_and_shows_what_students_wrote_as_text(alike):
    page, _, _ = written(alike)
    style = page.split("<style>")[1].split("</style>")[0]
    assert policy(style).replace("'", "&#39;") in page
    assert style.startswith(STYLE.read_text(encoding="utf-8"))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_page_calls_it_a_signal_and_says_what_cannot_be_told(alike):
    page, _, _ = written(alike)
    for said in ("no verdict", "It cannot tell why", "It cannot see a copy of what most write", "It is no probability"):
        assert said in page
    assert "Only 10 hand-ins" in page
    assert "The threshold was set to 10 bits" in page


def test_what_was_given_is_left_out_of_the_code(alike):
    page, _, _ = written(alike)
    assert "Return x times two" not in page


def test_a_class_in_which_nobody_is_alike_has_a_page_too(alike):
    page, table, data = written(alike, SimilarityRequest(threshold=5000))
    assert "No pair shares so much that few others have." in page
    assert (table, data["pairs"]) == ([], [])


def test_under_pseudonyms_neither_ids_nor_names_are_anywhere(alike):
    page, table, data = written(alike, SimilarityRequest(threshold=10, anonymous=True))
    hidden = {pseudonym(alike, student) for student in ("ada", "ben")}
    assert {table[0]["student"], table[0]["other"]} == hidden
    for text in (page, json.dumps(data)):
        assert "ada" not in text.replace("loadable", "")
        assert "ben" not in text
    assert (alike.course.reports / alike.name / "anonymous" / "similarity" / "similarity.html").is_file()


def test_earlier_years_stand_with_their_folder_and_ones_own_earlier_work_is_told(alike, tmp_path):
    before = tmp_path / "2025" / "ada"
    before.mkdir(parents=True)
    (alike.course.submitted / "ada").rename(tmp_path / "moved")
    notebook = (tmp_path / "moved" / alike.name / f"{alike.name}.ipynb").read_bytes()
    (before / f"{alike.name}.ipynb").write_bytes(notebook)
    (alike.course.submitted / "ada").mkdir()
    (tmp_path / "moved" / alike.name).rename(alike.course.submitted / "ada" / alike.name)
    page, table, data = written(alike, SimilarityRequest((tmp_path / "2025",), threshold=8))
    own = [row for row in table if row["same_id"] == "yes"]
    assert [(row["student"], row["other_year"]) for row in own] == [("ada", "2025")]
    assert "it may be the student&#39;s own earlier work" in page or "it may be the student's own earlier work" in page
    assert data["groups"] == [
        [{"student": "ada", "year": ""}, {"student": "ben", "year": ""}, {"student": "ada", "year": "2025"}]
    ]


def test_who_could_not_be_compared_is_listed(alike, hand_in):
    hand_in(student="zoe").write_text("{")
    page, _, data = written(alike)
    assert [one["student"] for one in data["not_compared"]] == ["zoe"]
    assert "<li>zoe: " in page


def test_fewer_than_three_cannot_be_compared(assignment, hand_in):
    hand_in(double=RARE, student="ada")
    hand_in(double=RARE, student="ben")
    with pytest.raises(CourseError, match=r"2 of 2 hand-ins of arithmetic can be compared: .* three and more"):
        write_similarity(assignment)


def test_the_command_ends_with_0_whatever_it_found_and_says_where(alike, capsys):
    assert main(["similarity", alike.name, "--threshold", "10"]) == 0
    out = capsys.readouterr().out
    assert "10 hand-ins were compared; 1 pairs are for a person to look at" in out
    assert "similarity.html" in out


@pytest.mark.parametrize("bits", ["0", "-3", "inf", "nan", "many"])
def test_a_threshold_that_is_no_number_of_bits_is_refused(bits, capsys):
    with pytest.raises(SystemExit):
        main(["similarity", "arithmetic", "--threshold", bits])
    assert "no number of bits above 0, such as 60" in capsys.readouterr().err


def test_only_so_many_pairs_are_shown_with_their_code(alike, monkeypatch):
    monkeypatch.setattr(report, "SHOWN_MAX", 0)
    page, table, _ = written(alike)
    assert len(table) == 1
    assert "Side by side" not in page
