"""Each file in wrong/ is a realistic mistake: it must lose what is promised, in its own problem alone."""

from pathlib import Path

import pytest

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.py"))
# Hidden tests of a backward function call the forward function too, and must not mark it once more.
PAIRED = {
    "rnn_step_forward": ["rnn_step_backward", "rnn_backward"],
    "rnn_forward": ["rnn_backward"],
    "word_embedding_forward": ["word_embedding_backward"],
}


def problem_of(file):
    return file.stem.split("__")[0]


def check(marker, file, problems):
    names = marker.namespace(file)
    marks = marker.mark_names(names, *problems)
    assert marks.lost == names["LOSES"], marks.messages
    assert marks.misconceptions == {names[name] for name in ("MISCONCEPTION",) if name in names}
    assert "grader_error" not in marks.verdicts.values()


@pytest.mark.parametrize("file", WRONG, ids=[file.stem for file in WRONG])
def test_a_wrong_variant_loses_its_shares_and_its_backward_loses_none(marker, file):
    problem = problem_of(file)
    check(marker, file, [problem, *PAIRED.get(problem, ())])


def test_there_are_wrong_variants_of_every_problem_with_a_stub(marker):
    problems = [problem_of(file) for file in WRONG]
    with_stub = [name for name in marker.problems if marker.assignment.problems[name].functions]
    assert set(problems) == set(with_stub)
    assert all(problems.count(name) >= 5 for name in with_stub)
