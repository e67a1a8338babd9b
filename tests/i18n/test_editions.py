"""One source becomes an edition in each language, and a hand-in is told to be of one of them."""

from __future__ import annotations

import json
import zipfile

import nbformat
import pytest

from autograder.cli import main
from autograder.course.course import CourseError
from autograder.course.nbgrader_app import load_config, run_converter
from autograder.course.results import Status, read_record
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.marking.restore import restore
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.release.release import check_current, release
from autograder.submissions.read import read_submission

ANSWER = "def double(x):\n    return 3 * x"


def released(assignment, language):
    return nbformat.read(assignment.course.release("arithmetic", language) / "arithmetic.ipynb", as_version=4)


def solved(assignment, language):
    return nbformat.read(assignment.course.solutions("arithmetic", language) / "arithmetic.ipynb", as_version=4)


def texts(notebook):
    return {cell.id: cell.source for cell in notebook.cells}


def code_lines(source, words):
    return [line for line in source.split("\n") if not any(word in line for word in words)]


def test_editions_have_the_same_cells_names_and_points_and_texts_of_their_own(bilingual, tools):
    english, chinese = released(bilingual, "en"), released(bilingual, "zh-CN")
    assert [cell.id for cell in english.cells] == [cell.id for cell in chinese.cells]
    for ours, theirs in zip(english.cells, chinese.cells, strict=True):
        known = [dict(cell.metadata.get("nbgrader", {})) for cell in (ours, theirs)]
        for one in known:
            one.pop("checksum", None)
        assert known[0] == known[1]
        assert not {"language", "pair"} & {*ours.metadata, *theirs.metadata}
    assert (english.metadata.language, chinese.metadata.language) == ("en", "zh-CN")
    assert texts(english)["title"] == "# Arithmetic"
    assert texts(chinese)["title"] == "# 运算"
    assert texts(chinese)["why"] == "*请在这里作答，替换掉这一行。*"
    stub = tools.cell_named(chinese, "double").source
    assert '"""返回 x 的两倍。"""' in stub
    assert 'raise NotImplementedError("double：请用你的代码替换这一行")' in stub
    check_cell = tools.cell_named(chinese, "test_double").source
    assert 'print("double 的可见检查")' in check_cell
    assert "hidden_tests" not in check_cell


def test_the_solutions_are_the_same_code(bilingual):
    folders = [bilingual.course.solutions("arithmetic", language) for language in ("en", "zh-CN")]
    ours, theirs = ((folder / "cs231n" / "rnn_layers.py").read_text(encoding="utf-8") for folder in folders)
    assert code_lines(ours, ['"""']) == code_lines(theirs, ['"""'])
    assert '"""返回 x 的两倍。"""' in theirs


def test_staff_see_the_mark_scheme_in_every_edition(bilingual):
    for language in bilingual.languages:
        assert "One point for the secret reason." in texts(bilingual.in_language(language).notebook)["scheme"]
        assert "secret reason" not in json.dumps(released(bilingual, language))


def test_a_language_that_there_is_not_is_named(bilingual):
    with pytest.raises(CourseError, match="no edition in 'de': there are en, zh-CN"):
        bilingual.in_language("de")


@pytest.mark.usefixtures("leaks_elsewhere")
def test_release_makes_every_language_and_check_compares_them(bilingual):
    course = bilingual.course
    made = release(bilingual, modules=True)
    for language in bilingual.languages:
        places = (course.release, course.solutions, course.module_release)
        assert {place("arithmetic", language) for place in places} <= set(made)
    assert course.module_release("arithmetic", "zh-CN").name == "arithmetic.zh-CN.modules"
    check_current(bilingual)
    (course.release("arithmetic", "zh-CN") / "requirements.txt").write_text("")
    assert main(["release", "arithmetic", "--check"]) == 1


@pytest.mark.usefixtures("leaks_elsewhere")
def test_nbgraders_own_generate_makes_the_other_languages_too(bilingual):
    from nbgrader.converters import GenerateAssignment

    folder = bilingual.course.release("arithmetic", "zh-CN")
    before = (folder / "arithmetic.ipynb").read_bytes()
    (folder / "arithmetic.ipynb").write_text("old")
    run_converter(GenerateAssignment, load_config(bilingual.course), "arithmetic")
    assert (folder / "arithmetic.ipynb").read_bytes() == before


def hand_in(assignment, language, student="li", double=ANSWER, edit=lambda _notebook: None):
    notebook = released(assignment, language)
    next(cell for cell in notebook.cells if cell.id == "double").source = double
    edit(notebook)
    file = assignment.course.submitted / student / "arithmetic" / "arithmetic.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook), encoding="utf-8")
    return file


def forget(notebook):
    del notebook.metadata["language"]


@pytest.mark.parametrize("edit", [lambda _notebook: None, forget], ids=["told", "found out"])
def test_a_chinese_hand_in_is_restored_in_chinese_and_nothing_is_called_changed(bilingual, edit, tools, caplog):
    read = read_submission(bilingual, hand_in(bilingual, "zh-CN", edit=edit))
    assert (read.assignment.language, read.mended) == ("zh-CN", [])
    notebook = restore(read.assignment, read.notebook)
    assert 'print("double 的可见检查")' in tools.cell_named(notebook, "test_double").source
    assert not [record for record in caplog.records if "has changed" in record.msg]


def test_messages_are_in_chinese_and_staff_have_them_in_english(bilingual, scratch):
    record, notebook = mark_file(bilingual, hand_in(bilingual, "zh-CN"), level=best())
    assert (record.language, record.assignment) == ("zh-CN", "arithmetic")
    said = bilingual.in_language(record.language).catalogue.say
    test = record.problem("double").tests[0]
    assert said(test.title) == "把一和二加倍。"
    assert said(test.message).startswith("y：2 个元素中有 2 个不对")
    assert str(test.title) == "Doubles one and two."
    assert str(test.message).startswith("y: 2 of 2 elements are off")
    assert str(test.asks) == "Return x times two."
    halve = record.problem("halve").tests[1]
    assert (said(halve.title), str(halve.title)) == ("把 3 个数减半。", "Halves 3 numbers.")
    html = next(cell for cell in notebook.cells if cell.id == "test-double").outputs[0].data["text/html"]
    assert 'lang="zh-CN"' in html
    assert "double：0 分，满分 4 分" in html
    assert 'title="未通过"' in html
    english, _ = mark_file(bilingual, hand_in(bilingual, "en"), level=best())
    assert english.language == "en"
    assert [test.score for test in english.problem("double").tests] == [
        test.score for test in record.problem("double").tests
    ]


def test_module_files_with_chinese_docstrings_get_chinese_messages(bilingual, tmp_path):
    source = bilingual.course.solutions("arithmetic", "zh-CN") / "cs231n" / "rnn_layers.py"
    with zipfile.ZipFile(tmp_path / "h.zip", "w") as archive:
        archive.writestr("cs231n/rnn_layers.py", source.read_text(encoding="utf-8"))
    read = read_submission(bilingual, tmp_path / "h.zip")
    assert read.assignment.language == "zh-CN"
    assert "*没有提交。*" in [cell.source for cell in read.notebook.cells]
    assert any(cell.source.startswith("# cs231n/rnn_layers.py 第 ") for cell in read.notebook.cells)


def test_what_is_rejected_is_told_in_the_language_that_its_bytes_name(bilingual, tmp_path):
    file = tmp_path / "arithmetic.ipynb"
    file.write_text('{"metadata": {"language": "zh-CN"}, "cells": []}')
    record, _ = mark_file(bilingual, file)
    assert (record.status, record.language) == (Status.REJECTED, "zh-CN")
    (note,) = record.notes
    said = bilingual.in_language(record.language).catalogue.say(note)
    assert said == "arithmetic.ipynb 中没有“数组运算”的单元格：请提交笔记本 arithmetic.ipynb"
    assert str(note).startswith("arithmetic.ipynb has no cell of")


@pytest.fixture
def nbgrader(bilingual):
    """Return a function that runs one of nbgrader's converters on the bilingual course."""

    def run(converter):
        run_converter(converter, load_config(bilingual.course), "arithmetic")

    return run


def test_both_editions_are_one_assignment_in_the_gradebook(bilingual, nbgrader, scratch, caplog):
    from nbgrader.api import Gradebook
    from nbgrader.converters import Autograde, GenerateFeedback

    def change(notebook):
        next(cell for cell in notebook.cells if cell.id == "test-halve").source = "pass"

    hand_in(bilingual, "en", "ada")
    hand_in(bilingual, "zh-CN", "li", edit=change)
    nbgrader(Autograde)
    course = bilingual.course
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as gradebook:
        assert [assignment.name for assignment in gradebook.assignments] == ["arithmetic"]
        assert {one.student.id: one.score for one in gradebook.assignment_submissions("arithmetic")} == {
            "ada": 0,
            "li": 0,
        }
    marked = nbformat.read(course.classroom / "autograded/li/arithmetic/arithmetic.ipynb", as_version=4)
    assert marked.metadata.language == "zh-CN"
    assert 'print("halve 的可见检查")' in next(cell for cell in marked.cells if cell.id == "test-halve").source
    record = read_record(record_file(course.records, "arithmetic", "li"))
    (mended,) = record.mended
    said = bilingual.in_language(record.language).catalogue.say(mended)
    assert said == (
        "课程提供的单元格 test_halve 被修改过；已恢复原样。请不要改动课程提供的单元格；自己的检查请另加单元格。"
    )
    assert str(mended).startswith("The provided cell test_halve had been edited;")

    nbgrader(GenerateFeedback)
    pages = {
        student: (course.classroom / "feedback" / student / "arithmetic" / "arithmetic.html").read_text("utf-8")
        for student in ("ada", "li")
    }
    assert '<html lang="zh-CN">' in pages["li"]
    assert "li 提交的作业" in pages["li"]
    assert "Hand-in of" not in pages["li"]
    assert '<html lang="en">' in pages["ada"]
    assert "Hand-in of ada" in pages["ada"]
    assert "得分" not in pages["ada"]

    # A second attempt in the other language replaces the first.
    hand_in(bilingual, "en", "li", double="def double(x):\n    return 2 * x")
    nbgrader(Autograde)
    assert read_record(record_file(course.records, "arithmetic", "li")).language == "en"
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission("arithmetic", "li").score == 4
