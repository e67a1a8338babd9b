"""A request is answered once, by staff, and there are never too many of them."""

import pytest

from autograder.server.attempts import regrade_requests
from autograder.server.attempts.regrade_requests import OPEN_MAX, TEXT_MAX
from autograder.server.errors import RequestError
from autograder.server.tables import Attempt, RequestState
from tests.support.school import NOON

KNOWN = frozenset({"rnn_backward"})


def ask(seeded, name: str = "third", text: str = "Look again.", problem: str = "") -> int:
    with seeded.school.database.writing() as session:
        attempt = session.get_one(Attempt, seeded.attempts[name])
        return regrade_requests.ask(session, attempt, problem, text, KNOWN, NOON).id


def test_an_answer_is_kept_with_who_gave_it(seeded):
    one, ina = ask(seeded, problem="rnn_backward", text="a\r\nb "), seeded.school.person("ina").id
    with seeded.school.database.writing() as session:
        row = regrade_requests.find(session, one)
        regrade_requests.answer(row, RequestState.UPHELD, " You are right. ", ina, NOON)
    with seeded.school.database.reading() as session:
        row = regrade_requests.requests_of(session, seeded.attempts["third"])[0]
    assert (row.text, row.state, row.answer, row.answered_by_id) == ("a\nb", RequestState.UPHELD, "You are right.", ina)
    with pytest.raises(RequestError, match="answered or withdrawn already"):
        regrade_requests.withdraw(row, NOON)


def test_there_are_never_too_many_open_ones(seeded):
    for _ in range(OPEN_MAX):
        ask(seeded)
    with pytest.raises(RequestError, match="wait for an answer already"):
        ask(seeded)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"text": ""}, "The text is empty."),
        ({"text": "x" * (TEXT_MAX + 1)}, "at most 5000 are taken"),
        ({"problem": "other"}, "There is no problem other"),
        ({"name": "queued"}, "not marked yet"),
    ],
)
def test_what_cannot_be_kept_says_why(seeded, how, why):
    with pytest.raises(RequestError, match=why):
        ask(seeded, **how)


@pytest.mark.parametrize("state", [RequestState.OPEN, RequestState.WITHDRAWN])
def test_an_answer_is_a_decision(seeded, state):
    one = ask(seeded)
    with pytest.raises(RequestError, match="upheld or declined"), seeded.school.database.writing() as session:
        regrade_requests.answer(regrade_requests.find(session, one), state, "No.", 1, NOON)
