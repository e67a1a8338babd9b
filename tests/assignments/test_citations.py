"""Hidden tests punish only what the handout asks: each cites a sentence that is found there, and shares add up."""

import ast
import re

import pytest

from autograder.course.paths import KIT_ROOT
from autograder.testing.fixtures import HiddenFixtures, SubmissionAccess

# From the page on marking: what the shares of each problem are, in any order.
SHARES: dict[str, dict[str, list[float]]] = {
    "rnn_captioning": {
        "rnn_step_forward": [2, 3, 1, 1, 1],
        "rnn_step_backward": [2, 2, 2, 2, 2, 2],
        "rnn_forward": [2, 4, 1, 1],
        "rnn_backward": [3, 3, 2, 2, 2, 2],
        "word_embedding_forward": [2, 1.5, 1.5, 1],
        "word_embedding_backward": [2, 4, 2],
        "captioning_loss": [2, 4, *[1.5] * 8, 1, 1],
        "captioning_sample": [2, 4, 1, 1, 1, 1],
        "overfit_small_data": [4, 2],
    },
    "lstm_captioning": {
        "lstm_step_forward": [2, 4, 4, 1, 1, 2],
        "lstm_step_backward": [*[2.5] * 6, 2, 2, 1],
        "lstm_forward": [2, 6, 1, 1],
        "lstm_backward": [3, 3, 3, 2, 2, 3],
        "captioning_loss": [2, 2, *[1] * 8, 1, 1],
        "captioning_sample": [2, 5, 2, 1, 1, 1],
        "overfit_small_data": [4, 2],
    },
}


class Collected(HiddenFixtures):
    """Keeps the hidden tests that pytest collects, with their marks and titles."""

    def __init__(self, assignment):
        super().__init__(assignment, SubmissionAccess())
        self.items = {}

    def pytest_collection_modifyitems(self, items):
        for item in items:
            self.items[item.nodeid] = (
                item.path.stem.removeprefix("test_"),
                item.get_closest_marker("points"),
                item.obj,
            )


@pytest.fixture(scope="module")
def hidden(marker):
    """The hidden tests of each problem: pairs of mark and title."""
    collected = Collected(marker.assignment)
    flags = ["-c", "/dev/null", "--noconftest", "--disable-plugin-autoload", "--collect-only", "-pno:terminal"]
    flags += ["-pno:cacheprovider", "--import-mode=importlib", "--strict-markers", "--capture=no"]
    # Modules are named by their place below it: those of two assignments may have one file name.
    flags += [f"--rootdir={KIT_ROOT}"]
    assert pytest.main([*flags, str(marker.assignment.hidden)], plugins=[collected]) == pytest.ExitCode.OK
    tests = {}
    for problem, mark, function in collected.items.values():
        tests.setdefault(problem, []).append((mark, (function.__doc__ or "").strip().split("\n")[0]))
    return tests


def one_line(text):
    return " ".join(text.split())


def handout(assignment, problem):
    """Return what students read of a problem: the docstrings of its stub and the text above its checks."""
    cells = assignment.notebook.cells
    checks = [index for index, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade")]
    end = next(
        index for index in checks if cells[index].metadata.nbgrader.grade_id == assignment.problems[problem].check
    )
    start = max((index for index in checks if index < end), default=0)
    parts = []
    for cell in cells[start + 1 : end]:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.metadata.get("nbgrader", {}).get("grade_id") == problem:
            parts += [ast.get_docstring(node) or "" for node in ast.parse(cell.source).body if hasattr(node, "body")]
    return one_line("\n".join(parts))


def test_every_marked_problem_has_hidden_tests_and_no_others(marker, hidden):
    assert set(hidden) == set(marker.problems)


def test_every_hidden_test_cites_a_sentence_of_the_handout(marker, hidden):
    lacking = [
        (problem, title, mark.kwargs.get("asks"))
        for problem, tests in hidden.items()
        for mark, title in tests
        if not mark.kwargs.get("asks") or one_line(mark.kwargs["asks"]) not in handout(marker.assignment, problem)
    ]
    assert not lacking


def test_a_citation_is_a_whole_sentence(hidden):
    citations = {mark.kwargs["asks"] for tests in hidden.values() for mark, _ in tests}
    assert [text for text in citations if not text.endswith(".")] == []


def test_shares_are_those_promised_and_add_up_to_the_points(marker, hidden):
    shares = {problem: sorted(mark.args[0] for mark, _ in tests) for problem, tests in hidden.items()}
    assert shares == {problem: sorted(one) for problem, one in SHARES[marker.assignment.name].items()}
    points = {problem: marker.assignment.problems[problem].points for problem in hidden}
    assert {problem: sum(one) for problem, one in shares.items()} == points


def test_every_hidden_test_has_a_title_that_is_a_short_sentence_without_values(hidden):
    titles = [title for tests in hidden.values() for _, title in tests]
    assert all(re.fullmatch(r"[A-Z].{10,110}\.", title) for title in titles), titles
    # These numbers are names of types, or stand in the handout.
    known = {"float32", "h0", "1e3", "0", "1"}
    assert {word for title in titles for word in re.findall(r"\w*\d[\w.]*\b", title)} <= known


def test_a_title_fits_no_other_test_of_its_problem(marker):
    marks = marker.mark()
    for result in marks.results.values():
        titles = [str(test.title) for test in result.tests]
        assert len(set(titles)) == len(titles)
        assert not [title for title in titles if "{" in title]
