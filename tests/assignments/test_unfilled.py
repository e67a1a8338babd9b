"""What was never written gets nothing, is called so, and costs its own points alone."""

from autograder.course.results import Verdict

STUB = "def {name}(*args, **kwargs):\n    raise NotImplementedError('{name} is not written yet')\n"


def test_an_unfilled_stub_gets_nothing_and_its_message_is_shown(marker):
    stubs = {problem.id: problem.functions for problem in marker.assignment.problems.values() if problem.functions}
    assert stubs
    for problem, (name,) in stubs.items():
        marks = marker.mark(STUB.format(name=name), problem)
        assert marks.results[problem].score == 0
        assert all("NotImplementedError: " + name in message for message in marks.messages.values())
        assert marks.results[problem].not_attempted


def test_one_unfilled_function_costs_the_points_of_its_problem_alone(marker):
    # Without a forward function there is no cache to call the backward function with: the record says so.
    backward_of = {entry.forward: entry.backward for entry in marker.assignment.stand_ins}
    stubs = {problem.id: problem.functions for problem in marker.assignment.problems.values() if problem.functions}
    for problem, (name,) in stubs.items():
        marks = marker.mark(STUB.format(name=name))
        backward = backward_of.get(problem)
        assert list(marks.lost) == [problem, *filter(None, [backward])], marks.messages
        if backward:
            tests = marks.results[backward].tests
            assert {test.verdict for test in tests} == {Verdict.NOT_RUN}
            assert all(f"{problem} raised NotImplementedError" in str(test.message) for test in tests)
