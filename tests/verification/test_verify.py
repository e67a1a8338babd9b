"""What can be proved of an assignment is proved, and each fault turns one line of the table red."""

from __future__ import annotations

import io

import nbformat
import pytest
from rich.console import Console

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.kernel.sandbox.levels import best
from autograder.testing.declared import declared_tests, uncited
from autograder.verification import verify as verify_module
from autograder.verification.proof import Proof, print_proofs
from autograder.verification.verify import verify


def edit(assignment, cell_id, old, new):
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, assignment.notebook_file)
    return Assignment(assignment.course, assignment.name)


def faults(assignment):
    return {f"{proof.what} {proof.language}": proof.faults for proof in verify(assignment, best()) if proof.faults}


@pytest.fixture
def unmarked(monkeypatch):
    """Leave out what takes seconds."""
    monkeypatch.setattr(verify_module, "_marked", lambda *arguments: Proof("marked", "all", ""))
    monkeypatch.setattr(verify_module, "_current", lambda _assignment: Proof("current", "all", ""))


def test_a_sound_assignment_passes_in_every_language(bilingual, capsys, scratch):
    assert main(["verify", "arithmetic", "--allow-weaker-isolation"]) == 0
    out = capsys.readouterr().out
    assert "13, of which 3 by a person" in out
    assert "10 of 10" in out
    assert "0 of 10" in out
    assert "en and zh-CN agree" in out
    assert "mutants: 22, killed 21" in " ".join(out.split())
    assert "\u2717" not in out


@pytest.mark.usefixtures("leaks_elsewhere")
def test_a_release_that_is_not_the_sources_is_named(bilingual, monkeypatch):
    monkeypatch.setattr(verify_module, "_marked", lambda *_arguments: Proof("marked", "all", ""))
    changed = edit(bilingual, "halve", 'x / 2, "cache"', 'x / 3, "cache"')
    assert set(faults(changed)) == {"release and solutions are what the source gives all"}


def test_a_solution_that_loses_points_is_named(bilingual, scratch):
    file = bilingual.course.solutions("arithmetic", "zh-CN") / "arithmetic.ipynb"
    file.write_text(file.read_text(encoding="utf-8").replace("return 2 * x", "return 3 * x"), encoding="utf-8")
    marked = verify_module._marked(bilingual, file, "full", "zh-CN", best(), verify_module._full)
    assert marked.faults == ("6 of 10 points", "double: 0 of 4")
    assert verify_module._marked(bilingual, file, "full", "en", best(), verify_module._full).faults == (
        "it is taken for zh-CN",
    )


@pytest.mark.usefixtures("unmarked")
def test_a_citation_that_is_not_in_the_handout_is_named_in_its_language(bilingual):
    translated = bilingual.folder / "locale" / "zh_CN" / "LC_MESSAGES" / "arithmetic.po"
    text = translated.read_text(encoding="utf-8")
    translated.write_text(text.replace("返回 x 的两倍。", "返回两倍的 x。"), encoding="utf-8")
    hidden = bilingual.hidden_file("double")
    source = hidden.read_text(encoding="utf-8")
    hidden.write_text(source.replace('asks="Return x times two."', 'asks="Return x, doubled."', 1), encoding="utf-8")
    found = faults(Assignment(bilingual.course, "arithmetic"))
    what = "every hidden test cites a sentence of the handout"
    assert found[f"{what} en"] == (
        "double: Doubles one and two. cites 'Return x, doubled.', which is not in its docstring or the text above it",
    )
    assert len(found[f"{what} zh-CN"]) == 1


@pytest.mark.usefixtures("unmarked")
def test_points_that_the_text_tells_otherwise_and_tests_that_are_missing_are_named(bilingual):
    bilingual.hidden_file("halve").rename(bilingual.hidden / "test_third.py")
    changed = edit(bilingual, "title-zh", "# 运算", "# 运算\n\n| 题目 | 分值 |\n| --- | --- |\n| `double` | 5 |\n")
    found = faults(changed)
    assert found["points add up all"] == (
        "halve has no hidden tests: write hidden/test_halve.py, or name it in in_kernel in assignment.toml if the code "
        "of its check cell gives the points",
        "hidden/test_third.py is of no problem",
        "double: the text title says 5 points, its cell has 4 (zh-CN)",
    )
    assert "twins say the same all" in found


@pytest.mark.usefixtures("unmarked")
def test_the_table_shows_faults_and_says_that_something_does_not_hold(bilingual):
    shown = io.StringIO()
    console = Console(file=shown, width=120)
    assert print_proofs(verify(bilingual, best()), console)
    bilingual.hidden_file("halve").unlink()
    assert not print_proofs(verify(Assignment(bilingual.course, "arithmetic"), best()), console)
    assert "halve has no hidden tests: write hidden/test_halve.py" in shown.getvalue()


def test_shares_are_scaled_to_the_points_of_the_cell(assignment):
    assert [promise.points for promise in declared_tests(assignment)["halve"]] == [3, 3]
    assert uncited(assignment, declared_tests(assignment)) == []
