"""A notebook is marked: what changes a mark and what must not, and what may never show."""

from __future__ import annotations

import json
import select

import nbformat
import psutil
import pytest

from autograder.course.results import Status, Verdict, dump_record
from autograder.kernel.sandbox.levels import best
from autograder.marking.execution.session import Session
from autograder.marking.mark_file import mark_file
from tests.support.sampling import some

DOUBLE = "def double(x): return 2 * x"
HALVE = "def halve(x): return x / 2, None"
SECRETS = ("hidden_tests", "HIDDEN TESTS", "MARK SCHEME", 'Doubles one and two."""', "pytest.mark")


@pytest.fixture
def mark(assignment, hand_in, limits, scratch):
    """Return a function that marks a hand-in made from the release."""

    def marked(double=DOUBLE, halve=HALVE, edit=lambda _notebook: None):
        return mark_file(assignment, hand_in(double, halve, edit), limits, best())

    return marked


def scores(record):
    return {problem.id: problem.score for problem in record.problems}


def before(name, source, tools):
    """Return an edit that puts a cell of the student's own before the cell ``name``."""

    def edit(notebook):
        notebook.cells.insert(notebook.cells.index(tools.cell_named(notebook, name)), nbformat.v4.new_code_cell(source))

    return edit


def test_right_code_gets_full_marks_and_the_record_says_what_was_marked(mark, assignment):
    record, notebook = mark()
    assert (record.status, record.score, record.max_score) == (Status.MARKED, 10, 10)
    assert (record.assignment, record.student, record.manual) == ("arithmetic", "arithmetic", ["why"])
    assert record.tests_sha256 == assignment.tests_sha256
    assert len(record.sha256) == 64
    assert record.notes == []
    text = json.dumps(notebook)
    assert "visible check of double" in text
    for secret in SECRETS:
        assert secret not in text
        assert secret not in dump_record(record).decode()


def test_the_release_untouched_gets_nothing(mark):
    record, _ = mark(None, None)
    assert (record.status, record.score, record.max_score) == (Status.MARKED, 0, 10)
    assert "NotImplementedError: double: replace this line with your code" in str(record.problems[0].tests[0].message)
    assert all(problem.not_attempted for problem in record.problems)


def test_a_function_that_only_returns_none_is_not_attempted_and_one_without_its_return_is(mark):
    nothing, forgotten = "def double(x):\n    y = None\n    return y", "def double(x):\n    y = sum([x, x])"
    for source, expected in ((nothing, True), (forgotten, False)):
        record, _ = mark(double=source)
        assert scores(record)["double"] == 0
        assert record.problem("double").not_attempted is expected


def test_one_wrong_problem_costs_its_own_points_only(mark, tools):
    record, notebook = mark(halve="def halve(x): return x, None")
    assert scores(record) == {"double": 4, "halve": 0}
    first = tools.cell_named(notebook, "test_halve").outputs[0]
    assert first.data["text/plain"] == "0"
    assert "Halves 3 numbers." in first.data["text/html"]


@pytest.mark.parametrize("method", some(["run", "call_link"], 1))
def test_a_zygote_that_dies_costs_no_hand_in_anything(mark, monkeypatch, method):
    asked = []
    working = getattr(Session, method)

    def lose(session, *arguments):
        asked.append(session)
        if len(asked) == 3:
            psutil.Process(session._provisioner.forked.zygote.pid).kill()
            assert select.select([session._process], [], [], 30)[0], "the kernel has outlived its zygote"
        return working(session, *arguments)

    monkeypatch.setattr(Session, method, lose)
    record, _ = mark()
    assert (record.status, record.score, record.notes) == (Status.MARKED, 10, [])
    assert len(set(asked)) == 2


def test_the_record_says_how_far_the_code_was_shut_in(mark):
    record, _ = mark()
    assert record.environment["isolation"] == best()


CHEATS = {
    "prints points": "print('100')\nprint('4.0', flush=True)",
    "shows points": "from IPython.display import display, HTML\ndisplay(HTML('100'))\n100.0",
    "writes to stderr": "import sys, warnings, logging\nprint('x' * 5000, file=sys.stderr)\n"
    "warnings.warn('w')\nlogging.error('e')",
    "replaces the display": "get_ipython().display_formatter.format = lambda *_: ({'text/plain': '100'}, {})",
    "replaces assert's error": "import builtins\nbuiltins.AssertionError = Exception",
    "replaces print": "import builtins\nbuiltins.print = lambda *a, **k: 1 / 0",
    "imports the grader": "import autograder.course.results as r\nr.ProblemResult.score = 100",
    "a broken visible check": "double = np.ones",
}


@pytest.mark.parametrize("name", CHEATS)
def test_what_cells_show_and_change_is_never_a_score(mark, tools, name):
    wrong = "def double(x): return x"
    record, _ = mark(double=wrong, edit=before("test_double", CHEATS[name], tools))
    assert scores(record) == {"double": 0, "halve": 6}


def test_visible_checks_that_fail_and_noise_on_stderr_cost_nothing(mark, tools):
    noisy = """
        import sys
        def double(x):
            print('noise', file=sys.stderr)
            return None if (x == 1).all() and x.size == 2 else 2 * x
        """
    record, notebook = mark(double=noisy)
    assert scores(record) == {"double": 4, "halve": 6}
    assert any(out.output_type == "error" for out in tools.cell_named(notebook, "test_double").outputs)


def test_metadata_and_checks_that_the_student_changed_don_t_count(mark, tools):
    def edit(notebook):
        tools.cell_named(notebook, "test_double").metadata.nbgrader.points = 1000
        tools.cell_named(notebook, "test_double").source = "import os; os._exit(0)"

    record, _ = mark(edit=edit)
    assert (record.score, record.max_score) == (10, 10)
    assert record.notes == []


def test_a_deleted_check_cell_changes_nothing(mark, tools):
    def edit(notebook):
        notebook.cells.remove(tools.cell_named(notebook, "test_double"))

    record, notebook = mark(double="def double(x): return x", edit=edit)
    assert scores(record) == {"double": 0, "halve": 6}
    assert "hidden_tests" not in json.dumps(notebook)


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        ("import os; os._exit(0)", "ended the process"),
        ("while True: pass", "ran for more than 0.7 s"),
        ("print('x' * 5_000_000)", "showed more than 20,000 outputs or 128 MB, or more than 4 MB at once"),
    ],
    ids=["exit", "endless", "flood"],
)
def test_a_cell_that_ends_or_hangs_the_kernel_costs_nothing_else(mark, tools, fault, note):
    record, notebook = mark(edit=before("halve", fault, tools))
    assert scores(record) == {"double": 4, "halve": 6}
    assert [note in str(text) for text in record.notes] == [True]
    assert any(cell.source == fault and note in cell.outputs[-1].evalue for cell in notebook.cells)


def test_a_function_that_ends_its_process_or_never_ends_costs_its_own_points_only(mark):
    deadly = "import os\ndef double(x):\n    if x.size == 3: os._exit(0)\n    return 2 * x"
    stubborn = """
        def busy():
            while True: pass
        def halve(x):
            while True:
                try: busy()
                except BaseException: pass
        """
    record, _ = mark(deadly, stubborn)
    double, halve = record.problems
    assert [test.verdict for test in double.tests] == [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED]
    assert [test.verdict for test in halve.tests] == [Verdict.FAILED, Verdict.NOT_RUN]
    assert record.score == 3


SHOWS = """
    from IPython.display import display, HTML
    def double(x):
        print('printed', x.tolist())
        display(HTML(f'displayed {x.tolist()}'))
        k = get_ipython().kernel
        k.session.send(k.iopub_socket, 'stream', {'name': 'stdout', 'text': 'sent'}, parent=k.get_parent('shell'))
        if x.size == 3:
            raise ValueError('<b>raised</b> ' + 'x ' * 5000)
        return 2 * x
    """


def test_what_a_function_shows_while_a_hidden_test_calls_it_is_in_no_output(mark):
    record, notebook = mark(SHOWS)
    assert scores(record) == {"double": 3, "halve": 6}
    outputs = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
    # The visible check calls it once with two ones; hidden tests call it with one and two.
    text = json.dumps(outputs)
    assert "displayed [1.0, 1.0]" in text
    assert "[1.0, 2.0]" not in text
    assert text.count("displayed") == text.count("printed") == text.count("sent") == 1


def test_what_a_function_raises_is_told_cut_and_as_text(mark, tools):
    record, notebook = mark(SHOWS)
    message = str(record.problems[0].tests[1].message)
    assert message.startswith("Your code raised ValueError: <b>raised</b> x x x")
    assert len(message) < 3000
    table = tools.cell_named(notebook, "test_double").outputs[0].data["text/html"]
    assert "&lt;b&gt;raised&lt;/b&gt;" in table
    assert "<b>raised" not in table


def test_what_cells_show_is_cleaned_and_the_table_of_verdicts_is_not(mark, tools):
    shows = "from IPython.display import HTML\nHTML('<b onclick=x>kept</b><script>gone</script>')"
    record, notebook = mark(edit=before("test_double", shows, tools))
    assert record.score == 10
    cell = next(cell for cell in notebook.cells if cell.source == shows)
    assert cell.outputs[0].data["text/html"] == "<b>kept</b>"
    assert "border-collapse" in tools.cell_named(notebook, "test_double").outputs[0].data["text/html"]


def test_metadata_and_attachments_that_pages_could_show_are_cleaned(mark, tools):
    def edit(notebook):
        notebook.metadata["title"] = tools.cell_named(notebook, "double").metadata["tags"] = ["<script>"]
        tools.cell_named(notebook, "why")["attachments"] = {"a": {"text/html": "<script>"}}

    _, notebook = mark(edit=edit)
    assert "<script>" not in json.dumps(notebook)


def test_a_cell_that_no_longer_runs_the_second_time_is_left_out_and_told(mark, tools):
    fragile = "import os\nif os.path.exists('../ran'): os._exit(0)\nopen('../ran', 'w').close()\nonce = True"
    deadly = "import os\ndef double(x): os._exit(0)"
    record, _ = mark(deadly, edit=before("double", fragile, tools))
    assert scores(record) == {"double": 0, "halve": 6}


def test_what_a_cell_leaves_for_later_kernels_does_not_reach_them(mark, tools):
    trap = (
        "import os\nos.makedirs(os.environ['IPYTHONDIR'] + '/profile_default/startup', exist_ok=True)\n"
        "file = open(os.environ['IPYTHONDIR'] + '/profile_default/startup/0.py', 'w')\n"
        "file.write('import os; os._exit(0)')\nfile.close()\nos._exit(0)"
    )
    record, _ = mark(edit=before("halve", trap, tools))
    assert scores(record) == {"double": 4, "halve": 6}


def test_text_that_no_file_can_hold_does_no_harm(mark, tools):
    record, notebook = mark(
        "def double(x): raise ValueError('\\ud800')", edit=before("halve", "print('\\ud800')", tools)
    )
    assert scores(record) == {"double": 0, "halve": 6}
    assert dump_record(record)
    nbformat.writes(notebook).encode()


def test_a_notebook_whose_own_cells_hold_nbgraders_delimiters_is_marked(mark, tools):
    record, notebook = mark(edit=before("halve", "# BEGIN HIDDEN TESTS\n1", tools))
    assert record.score == 10
    assert "# BEGIN HIDDEN TESTS" in [cell.source.split("\n")[0] for cell in notebook.cells]


def test_tests_that_cannot_be_run_are_put_before_a_person(mark, assignment):
    assignment.hidden_file("double").write_text("1 / 0")
    record, _ = mark()
    assert record.status is Status.GRADER_ERROR
    assert scores(record) == {"double": 0, "halve": 6}


def test_a_kernel_that_cannot_be_started_is_the_graders_fault(mark, monkeypatch):
    from autograder.marking import notebook_runner

    started = []

    def once(*arguments):
        if started:
            raise RuntimeError("no kernel today")
        started.append(Session(*arguments))
        return started[-1]

    monkeypatch.setattr(notebook_runner, "Session", once)
    with pytest.raises(RuntimeError, match="no kernel today"):
        mark("import os\ndef double(x): os._exit(0)")


def test_marking_twice_gives_the_same_record_but_for_the_times(mark):
    def fixed(record):
        form = json.loads(dump_record(record))
        form.pop("seconds")
        for problem in form["problems"]:
            for test in problem["tests"]:
                test.pop("seconds")
        return form

    wrong = "def double(x): return x + 0.1"
    assert fixed(mark(wrong)[0]) == fixed(mark(wrong)[0])


APART = '''
import pytest

from autograder.testing.student import APART, apart, plain


@pytest.mark.points(1)
@pytest.mark.parametrize("attempt", [1, 2])
def test_knows_nothing(student, attempt):
    """Knows nothing."""
    student.double(attempt)
    for number in range(APART):
        assert plain(apart(student, number).double(0)) == 2 * attempt - 2


@pytest.mark.points(1)
def test_replaced(student):
    """Is replaced when it has ended."""
    try:
        apart(student, 1).die()
    except Exception:
        pass
    assert plain(apart(student, 1).double(0)) == 0
    assert plain(apart(student, 2).double(0)) == 4
    assert plain(student.double(0)) == 4
'''


def test_code_apart_has_not_seen_what_the_other_was_asked_and_ends_with_its_problem(mark, assignment):
    assignment.hidden_file("double").write_text(APART)
    counts = """
        import os
        calls = 0
        def die(): os._exit(0)
        def double(x):
            global calls
            if not isinstance(x, int):
                return 2 * x
            calls += 2
            return calls - 2
        """
    record, _ = mark(counts)
    assert [test.verdict for test in record.problems[0].tests] == [Verdict.PASSED] * 3
    assert record.score == 10
