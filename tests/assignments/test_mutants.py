"""Hidden tests notice changes to the solution: `make verify` tries all of them, here one pair of functions is tried."""

import pytest

from autograder.kernel.call_server import Server
from autograder.testing.fixtures import FixedAccess
from autograder.testing.link import LocalLink
from autograder.verification.equivalents import EQUIVALENT, explained_changes, explanation
from autograder.verification.mutants import mutants
from autograder.verification.trials import problem_verdicts
from tests.support.sampling import thorough

pytestmark = thorough
# The quickest pair of functions of each.
SMALL = {
    "rnn_captioning": ("word_embedding_forward", "word_embedding_backward"),
    "lstm_captioning": ("lstm_step_forward", "lstm_step_backward"),
}


@pytest.fixture(scope="module")
def made(marker):
    return list(mutants(marker.assignment))


def test_every_mutant_of_one_pair_is_noticed_or_explained(marker, made):
    pair = SMALL[marker.assignment.name]
    assignment, known = marker.assignment, explained_changes(marker.assignment)
    small = [mutant for mutant in made if mutant.problem in pair]

    def unnoticed():
        for mutant in small:
            access = FixedAccess(LocalLink(Server(marker.namespace(mutant.source))))
            # What a forward function puts in its cache is noticed by the backward function's tests.
            results = (problem_verdicts(assignment, assignment.problems[name], access, {}) for name in pair)
            if all(result.passed for result in results) and explanation(mutant, known) is None:
                yield mutant

    assert list(unnoticed()) == []
    assert len(small) > 20


def test_every_explanation_is_of_a_mutant_and_says_why(marker, made):
    known = explained_changes(marker.assignment)
    assert not [one for one in known if not any(one.explains(mutant) for mutant in made)]
    assert all(len(one.reason.split()) > 4 for one in known)
    assert any(one.kind == EQUIVALENT for one in known)


def test_every_function_that_is_asked_for_has_mutants(marker, made):
    asked = {name for problem in marker.assignment.problems.values() for name in problem.functions}
    assert {mutant.function for mutant in made} == asked
