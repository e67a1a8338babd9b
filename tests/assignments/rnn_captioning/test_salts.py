"""The inputs of hidden tests depend on a secret salt; marks must not."""

import pytest

from autograder.course.course import SALT_VARIABLE
from tests.assignments.rnn_captioning.wrong_variants import WRONG
from tests.support.sampling import some

SALTS = [f"salt {number}" for number in range(20)]
# Mistakes whose tests hang most on the inputs drawn, at least one for each problem.
VARIANTS = [
    "rnn_step_forward__no_bias",
    "rnn_step_backward__transpose_forgotten",
    "rnn_forward__state_not_carried",
    "rnn_backward__stops_at_zero_gradient",
    "word_embedding_forward__off_by_one",
    "word_embedding_backward__rows_up_to_largest_word",
    "captioning_loss__averaged_over_words",
    "captioning_sample__drawn_at_random",
    "captioning_sample__stops_at_first_picture",
    "captioning_sample__last_word_missing",
]


@pytest.fixture(params=some(SALTS, 3))
def salted(request, monkeypatch):
    monkeypatch.setenv(SALT_VARIABLE, request.param)
    # What is behind a failure is no part of a mark, and is computed anew for each salt.
    monkeypatch.setattr("autograder.marking.problem.diagnose", lambda *_arguments: [])


@pytest.fixture(scope="module")
def solution(marker):
    return marker.namespace()


@pytest.fixture(scope="module")
def variants(marker):
    return {name: marker.namespace(WRONG[name].file) for name in VARIANTS}


@pytest.mark.usefixtures("salted")
def test_the_solution_gets_all_points_under_every_salt(marker, solution):
    assert not marker.mark_names(solution).messages


@pytest.mark.usefixtures("salted")
def test_a_wrong_variant_gets_the_same_mark_under_every_salt(marker, variants):
    problems = {name: name.split("__")[0] for name in variants}
    lost = {name: marker.mark_names(names, problems[name]).lost for name, names in variants.items()}
    assert lost == {name: {problems[name]: names["LOSES"]} for name, names in variants.items()}


def test_the_salt_changes_the_inputs(marker, monkeypatch):
    seen = []

    def rnn_step_forward(x, *others):
        seen.append(x.tobytes())
        raise ValueError("enough")

    for salt in ("one", "another", "one"):
        monkeypatch.setenv(SALT_VARIABLE, salt)
        marker.mark({"rnn_step_forward": rnn_step_forward}, "rnn_step_forward")
    first, second, third = (seen[start : start + len(seen) // 3] for start in range(0, len(seen), len(seen) // 3))
    assert first == third
    assert first[0] == second[0]  # the worked example is the notebook's
    assert not set(first[1:]) & set(second[1:])
