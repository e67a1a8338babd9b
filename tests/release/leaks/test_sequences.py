"""Code and words are found in texts where nothing parses, in the line where they begin."""

from __future__ import annotations

import pytest

from autograder.release.leaks.sequences import RUN, SHORTEST_RUN, runs_of, sequence_of, tokens_of, words_of

SECRET = sequence_of("total += np.sum(x[1:], axis=0)")


@pytest.mark.parametrize(
    "line",
    [
        "total += np.sum(x[1:], axis=0)",
        "# total+=np.sum( x[1:] , axis=0 )",
        '"total += np.sum(x[1:], axis=0)" \\',
        "> so `total += np.sum(x[1:], axis=0)` it is",
    ],
)
def test_a_line_is_found_however_it_is_quoted_or_commented_out(line):
    assert list(tokens_of(f"first\n{line}\nlast").lines_of(SECRET)) == [2]


@pytest.mark.parametrize(
    "line", ["total -= np.sum(x[1:], axis=0)", "total += np.sum(x[2:], axis=0)", "subtotal += np.sum(x[1:], axis=0)"]
)
def test_another_operator_number_or_name_is_another_sequence(line):
    assert list(tokens_of(line).lines_of(SECRET)) == []


def test_each_place_of_a_sequence_is_named_also_where_it_goes_on_in_the_next_line():
    assert list(tokens_of("a = b\nx\na =\nb\n...a = b").lines_of(sequence_of("a = b"))) == [1, 3, 5]


def test_words_have_no_case_and_the_number_of_their_line():
    assert words_of("Don't PANIC,\nit's 42") == [("don't", 1), ("panic", 1), ("it's", 2), ("42", 2)]


def test_a_long_paragraph_is_all_its_runs_and_a_short_one_a_run_of_its_own():
    words = [f"w{number}" for number in range(RUN + 2)]
    assert runs_of(" ".join(words)) == {tuple(words[at : at + RUN]) for at in range(3)}
    assert runs_of(" ".join(words[:SHORTEST_RUN])) == {tuple(words[:SHORTEST_RUN])}
    assert runs_of("\n".join(words)) == set()
