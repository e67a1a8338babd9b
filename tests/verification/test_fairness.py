"""Trials of wrong and right code prove that hidden tests are fair and needed; each thing that is amiss is named."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from rich.console import Console

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.course.results import Verdict
from autograder.verification.confusion import confusion_as_json, predictions, print_confusion
from autograder.verification.fairness import fairness
from autograder.verification.proof import print_proofs
from autograder.verification.trials import Trial, Trials, try_all
from tests.support.turning import add_turning

CAUGHT = "each misconception is caught and costs what it says"
ELSEWHERE = "a misconception costs nothing in other problems"
STYLES = "right solutions in other styles get full marks"
BROKEN = "no code breaks a hidden test"
STOOD_IN = "right functions can stand in for earlier ones"
NOTICED = "changes to the solution are noticed"
NEEDED = "each hidden test is needed"

MISCONCEPTION = '''
"""{title}"""
BELIEF = "Two is three."
HINT = "Count again."
NOTE = "Ask for two."
LOSES = {loses}
{more}

{code}
'''

ZEROS_ALONE = '''
import numpy as np
import pytest

from autograder.testing import close, returned


@pytest.mark.points(3, asks="Return x times two.", stays="it is the first")
def test_zeros(student):
    """Doubles zeros."""
    close(returned(student.double(np.zeros(2)), "y")[0], [0.0, 0.0])


@pytest.mark.points(1, asks="Return x times two.")
def test_twice(student):
    """Doubles zeros twice."""
    close(returned(student.double(np.zeros(3)), "y")[0], [0.0, 0.0, 0.0])
'''


def add(assignment, name, code, loses=4, more="", problem="double"):
    file = assignment.folder / "misconceptions" / problem / f"{name}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = MISCONCEPTION.format(title=f"It is {name}.", loses=loses, more=more, code=code)
    file.write_text(text.strip(), encoding="utf-8")


def add_style(assignment, name, code):
    (assignment.folder / "right").mkdir(exist_ok=True)
    (assignment.folder / "right" / f"{name}.py").write_text(code, encoding="utf-8")


def proofs(assignment, *, quick=True):
    return {proof.what: proof for proof in fairness(assignment, try_all(assignment, quick=quick))}


@pytest.fixture
def tried(assignment):
    """The tiny assignment with wrong code that is caught, wrong code that is not, and right code in two styles."""
    add(assignment, "tripled", "def double(x):\n    return 3 * x")
    add(assignment, "added", "def double(x):\n    return x + 2", loses=2)
    add(assignment, "repeated", "def double(x):\n    return x + x", loses=1)
    add(
        assignment,
        "reshaped",
        "def double(x):\n    return 2 * x.reshape(-1)",
        loses=0,
        more='EQUIVALENT = "It is flat."',
    )
    add(assignment, "squared", "def double(x):\n    return x * x", loses=0, more='EQUIVALENT = "Two times two."')
    add(assignment, "careless", "def halve(x):\n    return x, 1\ndef double(x):\n    return x", 2, problem="halve")
    add_style(assignment, "shifted", "def double(x):\n    return x + x\n")
    add_style(assignment, "wrong", "def halve(x):\n    return x - 1, None\n")
    return assignment


def test_misconceptions_are_caught_where_they_are_and_lose_what_they_say(tried):
    found = proofs(tried)
    assert found[CAUGHT].seen == "variants: 6, caught 4, equivalent 2, named 3 of 4"
    assert found[CAUGHT].faults == (
        "double/added loses 4 shares; it says LOSES = 2",
        "double/repeated is caught by no test: sharpen one, or give the reason under EQUIVALENT",
        "double/squared is said to be equivalent, and loses 4 shares",
    )
    assert found[ELSEWHERE].faults == (
        "halve/careless costs 4 points in double: test_double.py::test_example, test_double.py::test_random, "
        "test_double.py::test_empty",
    )
    assert found[STYLES].seen == "styles: 2, full marks 1"
    assert found[STYLES].faults == (
        "wrong: 0 of 6 in halve: test_halve.py::test_values[1], test_halve.py::test_values[3]",
    )
    assert {NOTICED, NEEDED}.isdisjoint(found)


def test_a_misconception_that_is_not_named_or_bears_anothers_name_is_a_fault(assignment):
    add(assignment, "tripled", "def double(x):\n    return 3 * x")
    trials = try_all(assignment, quick=True)

    def with_names(*names):
        trial = trials.variants[0]
        own = trial.results["double"]
        tests = [msgspec.structs.replace(test, misconception=name) for test, name in zip(own.tests, names, strict=True)]
        renamed = {**trial.results, "double": msgspec.structs.replace(own, tests=tests)}
        return Trials(trials.baseline, [Trial(trial.subject, renamed)])

    def caught(*names):
        return next(proof for proof in fairness(assignment, with_names(*names)) if proof.what == CAUGHT)

    assert caught("tripled", "tripled", "tripled").seen == "variants: 1, caught 1, named 1 of 1"
    assert caught("tripled", "tripled", "tripled").faults == ()
    assert caught("tripled", "other", "tripled").faults == ("double/tripled is named other, tripled",)
    assert caught("tripled", None, "tripled").faults == ("double/tripled is named nothing, tripled",)
    assert caught("tripled", "tripled", None).faults == (), "the last test is closed by its gate"
    assert caught(None, None, None).faults == ("double/tripled is named nothing",)


def test_right_code_that_bears_a_name_is_named(assignment):
    add_style(assignment, "shifted", "def double(x):\n    return x + x\n")
    trials = try_all(assignment, quick=True)
    own = trials.styles[0].results["double"]
    tests = [msgspec.structs.replace(test, misconception="tripled") for test in own.tests]
    trials.styles[0].results["double"] = msgspec.structs.replace(own, tests=tests)
    found = {proof.what: proof for proof in fairness(assignment, trials)}
    assert found[STYLES].faults == ("shifted is taken for tripled",)


def test_a_survivor_an_explanation_out_of_date_and_a_needless_test_are_named(assignment):
    assignment.hidden_file("double").write_text(ZEROS_ALONE, encoding="utf-8")
    known = assignment.folder / "equivalent.toml"
    more = [("halve", "return (x / 2, 'cache')", "return (x * 2, 'cache')"), ("halve", "gone", "pass")]
    known.write_text(
        known.read_text()
        + "".join(
            f'[[equivalent]]\nfunction = "{one}"\nbefore = "{old}"\nafter = "{new}"\nreason = "so"\n'
            for one, old, new in more
        )
    )
    found = proofs(assignment, quick=False)
    assert "nothing notices double: return 2 * x \u2192 return 3 * x" in found[NOTICED].faults
    assert found[NOTICED].faults[-2:] == (
        "halve: return (x / 2, 'cache') \u2192 return (x * 2, 'cache') is explained, and a test notices it: "
        "take the explanation out",
        "halve: gone \u2192 pass is explained, and is no mutant: take the explanation out, or write the lines anew",
    )
    survivors = len(found[NOTICED].faults) - 2
    assert found[NOTICED].seen.endswith(f"equivalent 0, not asked 1, survivors {survivors}")
    assert found[NEEDED].faults == (
        "test_double.py::test_twice: nothing fails it alone; say why it stays, or take it out",
    )


def test_a_test_that_alone_catches_something_needs_no_reason(assignment):
    hidden = assignment.hidden_file("double")
    text = hidden.read_text(encoding="utf-8")
    hidden.write_text(text.replace(', stays="nobody has failed here yet"', ""), encoding="utf-8")
    add(assignment, "filled", "def double(x):\n    return 2 * x if x.size else np.zeros(1)", loses=1)
    found = proofs(assignment, quick=False)
    assert found[NEEDED].faults == found[CAUGHT].faults == ()
    assert found[NEEDED].seen == "1 tests alone catch something; 4 stay for a reason"


def test_a_test_that_breaks_is_named_for_it_would_leave_the_mark_open(assignment):
    hidden = assignment.hidden_file("halve")
    text = hidden.read_text(encoding="utf-8")
    hidden.write_text(text.replace("    close(y,", "    assert y.value is not None\n    close(y,"), encoding="utf-8")
    add(assignment, "nothing", "def halve(x):\n    return ()", loses=2, problem="halve")
    trials = try_all(assignment, quick=True)
    assert trials.variants[0].results["halve"].tests[0].verdict is Verdict.GRADER_ERROR
    found = {proof.what: proof for proof in fairness(assignment, trials)}
    assert [fault.split(":")[0] for fault in found[BROKEN].faults] == ["test_halve.py"] * 2
    assert "AssertionError" in found[BROKEN].faults[0]


def test_a_change_that_only_a_problem_built_on_it_notices_is_told_apart(assignment):
    file = assignment.course.solutions(assignment.name) / "cs231n" / "rnn_layers.py"
    text = file.read_text(encoding="utf-8")
    text = text.replace("    return 2 * x\n", "    factor = 2 if x.size < 9 else 2 + 0\n    return factor * x\n")
    # Nine numbers and more are asked only by way of halve.
    halve = 'return double(np.tile(x, 9))[:x.size] / 4, "cache"'
    file.write_text(text.replace('return x / 2, "cache"', halve), encoding="utf-8")
    found = proofs(assignment, quick=False)
    assert "in a problem built on theirs" in found[NOTICED].seen


def test_what_is_said_of_each_misconception_is_shown_test_by_test(tried):
    add(tried, "less", "def halve(x):\n    return x - 1, 1", 2, problem="halve")
    trials = try_all(tried, quick=True)
    said = [one for one in predictions(trials.variants) if one.name == "tripled"]
    assert [(one.problem, one.test, one.said, one.right) for one in said] == [
        ("double", "test_example", "tripled", True),
        ("double", "test_random", "tripled", True),
        ("double", "test_empty", "unknown", False),
    ]
    file = io.StringIO()
    print_confusion(trials.variants, Console(file=file, width=150))
    shown = file.getvalue()
    assert "test_example, test_random" in shown
    assert "all 2" in shown
    assert "test_double.py::test_example" in shown, "what is said in another problem is told apart"
    form = confusion_as_json(tried, [], trials)
    assert json.loads(json.dumps(form)) == form
    assert len(form["misconceptions"]) == len(list(predictions(trials.variants)))


def test_the_command_shows_the_faults_below_the_table_and_writes_all_of_it(tried, monkeypatch, tmp_path, capsys):
    from autograder.verification import verify as verify_module

    monkeypatch.setattr(verify_module, "verify", lambda *_arguments: iter(()))
    file = tmp_path / "found.json"
    options = ["--quick", "--confusion", "--allow-weaker-isolation", "--json", str(file)]
    assert main(["verify", "arithmetic", *options]) == 1
    shown = capsys.readouterr().out
    assert f"\u2717 {CAUGHT} (all):\n  double/added loses 4 shares; it says LOSES = 2\n" in shown
    assert "What is said of each misconception" in shown
    found = json.loads(file.read_text(encoding="utf-8"))
    assert {CAUGHT, ELSEWHERE, STYLES, BROKEN} < {proof["what"] for proof in found["proofs"]}
    assert found["mutants"] == []


def test_a_solution_that_fails_its_own_tests_is_named(assignment):
    file = assignment.course.solutions(assignment.name) / "cs231n" / "rnn_layers.py"
    file.write_text(file.read_text(encoding="utf-8").replace("2 * x", "3 * x"), encoding="utf-8")
    found = proofs(assignment)["the solution passes every hidden test"]
    (fault,) = found.faults
    assert fault.startswith("double: the solution fails test_double.py::test_example: y: ")
    assert not print_proofs([found], Console(file=io.StringIO()))


@pytest.fixture
def turning(course, tmp_path):
    """An assignment with stand-ins of two outputs and of a plain function."""
    add_turning(course)
    return Assignment(course, "turning")


def test_the_solution_passes_where_right_functions_stand_in_for_earlier_ones(turning):
    found = proofs(turning)
    assert found[STOOD_IN].faults == ()
    assert found[STOOD_IN].seen == "problems: 3, runs: 7"
    assert found[BROKEN].faults == ()


def test_what_does_not_pass_with_right_functions_in_the_place_of_earlier_ones_is_named(turning):
    file = turning.hidden_file("walk")
    file.write_text(
        file.read_text()
        + '''

@pytest.mark.points(1)
def test_kept(student, rng):
    """Keeps the cache."""
    _, _, cache = returned(student.turn_forward(rng.normal(size=4), rng.normal(size=4)), "u", "v", "cache")
    {}["what is there"] if fetch(cache.remote(), 10_000).ndim else None
'''
    )
    file.write_text(file.read_text().replace("import Layer, close", "import Layer, fetch, close"))
    found = proofs(turning)
    assert {fault.partition(" fails ")[0] for fault in found[STOOD_IN].faults} == {
        "walk, with right functions in the place of earlier ones that are wrong,",
        "walk, with right functions in the place of earlier ones that are right,",
    }
    assert all("KeyError: 'what is there' (hidden/test_walk.py, line" in fault for fault in found[BROKEN].faults)
