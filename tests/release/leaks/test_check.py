"""What would leak is refused before anything is written; what was published is looked through and never trusted."""

from __future__ import annotations

import json
import os
import shutil

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.course.nbgrader_app import load_config
from autograder.kernel.sandbox.levels import Level
from autograder.release.leaks import LeakError, check, check_published, refuse_release
from autograder.release.release import release
from tests.release.leaks.workshop import zipped

LEAKING = "Hint: return 2 * x will do."
NAMED = "cell 'title' (cell 1), line 2: a statement of the solution of double: `Hint: return 2 * x will do.`"


@pytest.fixture
def leaking(course):
    """The tiny course with a hint in its title that is the solution."""
    file = course.source("arithmetic") / "arithmetic.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[0].source += "\n" + LEAKING
    nbformat.write(notebook, file)
    return course


def content(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_command_refuses_names_the_leak_and_writes_nothing(leaking, capsys):
    before = content(leaking.root)
    assert main(["release", "arithmetic"]) == 1
    # Behind what tells how far it is.
    told = capsys.readouterr().err
    lines = told[told.index("autograder release:") :].splitlines()
    assert lines[0] == "autograder release: arithmetic: refused, 1 leak:"
    assert lines[1].strip() == f"arithmetic.ipynb: {NAMED}"
    assert lines[2].strip().startswith("Take it out")
    assert content(leaking.root) == before
    assert main(["release", "arithmetic", "--check"]) == 1


def test_the_source_folder_s_other_files_are_looked_at_too(course, assignment):
    (course.source("arithmetic") / "notes.md").write_text("`return 2 * x`")
    (course.source("arithmetic") / "old.zip").write_bytes(zipped({"a": b""}))
    with pytest.raises(LeakError) as caught:
        release(assignment)
    assert {leak.file for leak in caught.value.leaks} == {"notes.md", "old.zip"}


def test_the_release_of_module_files_is_refused_on_its_own(course, assignment):
    settings = course.assignments / "arithmetic" / "assignment.toml"
    text = '\n[[module_texts]]\nplace = "cs231n/rnn_layers.py"\nold = "The fixed"\nnew = "return 2 * x. The fixed"\n'
    kit = course.root / "cs231n" / "rnn_layers.py"
    kit.write_text(kit.read_text() + "\n# The fixed end.\n")
    settings.write_text(settings.read_text() + text)
    before = content(course.root)
    with pytest.raises(
        LeakError, match=r"arithmetic\.modules: refused, 1 leak:\n  cs231n/rnn_layers\.py: line \d+: a st"
    ):
        release(Assignment(course, "arithmetic"), modules=True)
    assert content(course.root) == before


def test_generating_in_formgrader_fails_and_its_log_names_the_leak(leaking):
    config = load_config(leaking)
    answer = NbGraderAPI(CourseDirectory(config=config), config=config).generate_assignment("arithmetic", force=True)
    assert not answer["success"]
    assert f"arithmetic.ipynb: {NAMED}" in answer["log"]
    assert not leaking.release("arithmetic").exists()


def test_generating_in_formgrader_refuses_a_source_that_nbgrader_would_read_otherwise(course):
    file = course.source("arithmetic") / "arithmetic.ipynb"
    file.write_text(file.read_text().replace("### BEGIN SOLUTION\\nBecause", "### BEGIN SOLUTOIN\\nBecause"))
    text = file.read_text()
    file.write_text(text.replace("### BEGIN SOLUTION", "### BEGIN SOLUTON", 1))
    config = load_config(course)
    answer = NbGraderAPI(CourseDirectory(config=config), config=config).generate_assignment("arithmetic", force=True)
    assert "cell 'double' (cell 3), line 3: a misspelt delimiter, for BEGIN SOLUTION" in answer["log"]


def test_links_and_folders_that_do_not_belong_there_are_named(course, assignment):
    folder = course.release("arithmetic")
    os.symlink("/etc/passwd", folder / "link")
    (folder / ".git").mkdir()
    (folder / "cs231n" / "__pycache__").mkdir()
    (folder / "cs231n" / "__pycache__" / "x.pyc").write_bytes(b"")
    with pytest.raises(LeakError) as caught:
        refuse_release(assignment, folder)
    assert sorted(leak.file for leak in caught.value.leaks) == [".git", "cs231n/__pycache__", "link"]


def test_a_published_folder_is_looked_through_by_the_command(course, tmp_path, capsys):
    published = tmp_path / "site"
    shutil.copytree(course.release("arithmetic"), published / "week1")
    (published / "slides.pdf").write_bytes(b"%PDF-1.7")
    assert main(["release", "--check-folder", str(published), "arithmetic"]) == 0
    said = capsys.readouterr()
    assert "no leak of arithmetic" in said.out
    assert said.err == "note: slides.pdf: not looked into: a PDF\n"
    shutil.copytree(course.solutions("arithmetic"), published / "week2")
    (published / "all.zip").write_bytes(zipped({"a/x.txt": LEAKING.encode()}))
    assert main(["release", "--check-folder", str(published)]) == 1
    said = capsys.readouterr().err
    assert f"autograder release: {published}: " in said
    assert "refused" not in said
    assert "all.zip/a/x.txt: line 1: a statement of the solution of double" in said
    assert "week2/arithmetic.ipynb: cell 'double' (cell 3), line 1: a written double" in said
    assert main(["release", "--check-folder", str(published / "all.zip"), "arithmetic"]) == 1
    assert main(["release", "--check-folder", str(tmp_path / "nowhere"), "arithmetic"]) == 2


def test_published_code_is_not_run_where_it_cannot_be_shut_in(course, assignment, monkeypatch):
    monkeypatch.setattr(check, "best", lambda: Level.OFF)
    monkeypatch.setattr(check, "try_stubs", None)
    findings = check_published([assignment], course.release("arithmetic"))
    assert findings.leaks == []
    assert "its stubs were not tried: this machine offers no isolation (`autograder doctor`)" in findings.notes


def test_published_code_is_parsed_and_never_imported(course, assignment, tmp_path):
    file = course.release("arithmetic") / "cs231n" / "layers.py"
    file.write_text(f"open({str(tmp_path / 'run')!r}, 'w')\n" + file.read_text())
    check_published([assignment], course.release("arithmetic"))
    assert not (tmp_path / "run").exists()


def test_a_published_stub_that_is_solved_in_other_words_is_named(course, assignment):
    file = course.release("arithmetic") / "arithmetic.ipynb"
    notebook = json.loads(file.read_text())
    cell = next(one for one in notebook["cells"] if one["id"] == "double")
    cell["source"] = [
        "@staticmethod\n",
        "def double(x):\n",
        "    y = x + x\n",
        "    raise NotImplementedError\n",
        "    return y",
    ]
    file.write_text(json.dumps(notebook))
    (leak,) = check_published([assignment], course.release("arithmetic")).leaks
    assert str(leak.where) == "arithmetic.ipynb: cell 'double' (cell 3), line 1"
    assert "passes its own check test_double" in leak.kind


def test_each_version_of_a_stub_that_was_published_is_tried(course, assignment, tmp_path):
    for name in ("a", "b"):
        shutil.copytree(course.release("arithmetic"), tmp_path / "site" / name)
    file = tmp_path / "site" / "b" / "arithmetic.ipynb"
    raising = '    raise NotImplementedError(\\"double: replace this line with your code\\")'
    assert raising in file.read_text()
    file.write_text(file.read_text().replace(raising, f'    y = x + x\\n",\n    "{raising}\\n",\n    "    return y'))
    (leak,) = check_published([assignment], tmp_path / "site").leaks
    assert str(leak.where) == "b/arithmetic.ipynb: cell 'double' (cell 3), line 1"


def test_a_stub_in_a_module_file_is_tried_and_named_with_its_line(course, assignment):
    release(assignment, modules=True)
    folder = course.module_release("arithmetic")
    file = folder / "cs231n" / "rnn_layers.py"
    raising = '    raise NotImplementedError("double'
    file.write_text(file.read_text().replace(raising, "    y = x + x\n" + raising) + "\n")
    text = file.read_text()
    line = text[: text.index("def double")].count("\n") + 1
    lines = text.split("\n")
    lines.insert(next(at for at, one in enumerate(lines) if 'NotImplementedError("double' in one) + 1, "    return y")
    file.write_text("\n".join(lines))
    (leak,) = check_published([assignment], folder).leaks
    assert str(leak.where) == f"cs231n/rnn_layers.py: line {line}"


def test_the_salt_is_looked_for_and_not_shown(course, assignment, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SALT", "a secret of ours")
    (course.release("arithmetic") / "notes.txt").write_text("salt: a secret of ours")
    with pytest.raises(LeakError, match=r"notes\.txt: line 1: the course's salt") as caught:
        refuse_release(assignment, course.release("arithmetic"))
    assert "a secret of ours" not in str(caught.value)
