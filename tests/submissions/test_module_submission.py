"""Module files among what was handed in: which are taken, and what a notebook shows of them."""

from __future__ import annotations

import json
import zipfile

import pytest

from autograder.course.results import Status
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.submissions import module_submission as modules_module
from autograder.submissions.archives import Candidate
from autograder.submissions.module_file import read_text
from autograder.submissions.module_submission import find_modules
from tests.submissions.module_files import BOTH, DOUBLE, FILE, HALVE, sources, write

STUB = "def double(x):\n    raise NotImplementedError\n"


def found(**files):
    return [Candidate(name.replace("__", "/") + ".py", text.encode()) for name, text in files.items()]


@pytest.mark.parametrize("place", ["", "assignment3/", "a/b/c/"])
def test_the_files_are_found_wherever_they_lie(assignment, place):
    modules = find_modules(assignment, [Candidate(f"{place}{FILE}", BOTH.encode())])
    assert modules.texts == {FILE: BOTH}
    assert [*map(str, modules.notes)] == [f"Handed in as module files: {place}{FILE}."]


def test_files_that_have_to_do_with_no_problem_make_no_hand_in(assignment):
    assert find_modules(assignment, found(cs231n__rnn_layers="def other(): pass", notes="x = 1")) is None


def test_the_copy_in_which_more_is_written_is_taken_and_the_record_says_so(assignment):
    files = [Candidate(f"{place}/{FILE}", text.encode()) for place, text in (("a", STUB), ("b", BOTH), ("c", DOUBLE))]
    modules = find_modules(assignment, files)
    assert modules.texts == {FILE: BOTH}
    assert f"the one in b/{FILE} was taken" in str(modules.notes[1])


def test_helpers_come_along_when_they_are_imported_and_provided_files_do_not(assignment):
    text = f"from .tools import *\nfrom cs231n.layers import *\nimport beside\n{BOTH}"
    files = found(
        cs231n__rnn_layers=text, cs231n__tools="from . import more", cs231n__more="", beside="x = 1",
        cs231n__layers="def affine_forward(): pass", cs231n__unused="", other__tools="",
    )  # fmt: skip
    files[2] = Candidate("cs231n/more.py", b"y = 2")
    assert set(find_modules(assignment, files).helpers) == {"cs231n/tools.py", "cs231n/more.py", "beside.py"}


def test_few_candidates_are_looked_at_those_that_lie_highest(assignment, monkeypatch):
    looked_at = []
    monkeypatch.setattr(modules_module, "read_text", lambda *args: looked_at.append(args) or read_text(*args))
    files = [Candidate(f"{'x/' * number}{FILE}", BOTH.encode()) for number in range(1, 50)]
    assert find_modules(assignment, files[::-1]).parts[0].module.found == f"x/{FILE}"
    assert len(looked_at) == modules_module.CANDIDATES_MAX


def test_helpers_that_are_too_large_together_are_left_out_and_the_record_says_so(assignment, monkeypatch):
    monkeypatch.setattr(modules_module, "HELPERS_SIZE", 20)
    files = found(cs231n__rnn_layers=f"import a, b\n{BOTH}", cs231n__a="x = 1", cs231n__b="y = 2" * 9)
    modules = find_modules(assignment, files)
    assert set(modules.helpers) == {"cs231n/a.py"}
    assert "Its own modules are too many or too large: cs231n/b.py was left out." in map(str, modules.notes)


def test_names_of_files_are_told_on_one_line_and_cut(assignment):
    (note,) = find_modules(assignment, [Candidate(f"a\n{'b' * 500}/{FILE}", BOTH.encode())]).notes
    assert str(note).startswith("Handed in as module files: a?bbb")
    assert len(str(note)) < 200


def test_the_digest_is_of_the_files_that_are_marked(assignment):
    one, other, more = (
        find_modules(assignment, found(cs231n__rnn_layers=text, notes=note)).data
        for text, note in ((BOTH, "1"), (BOTH + "#", "1"), (BOTH, "2"))
    )
    assert one == more != other


def test_a_plan_for_the_kernel_is_json_that_says_what_each_file_must_define(assignment):
    plan = json.loads(find_modules(assignment, found(cs231n__rnn_layers="print 1\n")).plan())
    assert plan["files"] == {}
    (part,) = plan["parts"]
    assert (part["file"], part["names"], part["owner"]) == (FILE, ["double", "halve"], None)
    assert part["fault"].startswith("cs231n/rnn_layers.py, line 1 is no Python 3")


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_hand_in_of_module_files_is_marked_like_a_notebook(assignment, module_folder, tmp_path, scratch, as_zip):
    path = module_folder
    if as_zip:
        path = tmp_path / "ada.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"assignment3/{FILE}", BOTH)
    record, notebook = mark_file(assignment, path, level=best())
    assert (record.status, record.score, record.max_score) == (Status.MARKED, 10, 10)
    assert (record.student, record.manual) == ("ada", ["why"])
    assert notebook is not None
    assert "Handed in as module files" in str(record.notes[0])
    assert DOUBLE.rstrip() in sources(notebook)["double"]
    assert ".load(" not in str(notebook)


def test_an_error_names_the_students_own_file_and_line(assignment, module_folder, scratch):
    write(
        module_folder,
        {FILE: f"def helper(x):\n    return x['no']\n\n\ndef double(x):\n    return helper(x)\n\n\n{HALVE}"},
    )
    record, _ = mark_file(assignment, module_folder, level=best())
    message = record.problem("double").tests[0].message
    assert f"helper in {FILE}, line 2: return x['no']" in str(message).split("\n")
    assert record.problem("halve").passed


def test_what_only_compiling_finds_is_told_by_the_kernel(assignment, module_folder, scratch):
    write(module_folder, {FILE: f"{HALVE}\n\ndef double(x, x):\n    return x\n"})
    record, _ = mark_file(assignment, module_folder, level=best())
    assert record.status is Status.MARKED
    assert f"{FILE}, line 5 is no Python 3 (duplicate argument 'x'" in str(record.problem("double").tests[0].message)
