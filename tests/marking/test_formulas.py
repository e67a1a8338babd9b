"""Formulas are drawn without a network and without a script; a formula is a student's text like any other."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading

import nbformat
import pytest

from autograder.course.paths import KIT_ROOT
from autograder.marking import formulas
from autograder.marking.formulas import BRACES_MAX, FORMULA_MAX, LENGTH, Formulas
from autograder.marking.sanitise import FORMULAS_MAX, text_html
from autograder.submissions import child_process

SOURCES = sorted((KIT_ROOT / "source").glob("*/*.ipynb"))
TOKEN = re.compile(r"[0-9a-f]{32}")


def formula_html(tex, *, block=False):
    return Formulas().html((tex, block))[0]


def test_a_formula_becomes_mathml():
    assert formula_html("h_t") == "<math><msub><mi>h</mi><mi>t</mi></msub></math>"
    assert formula_html(r"\frac{1}{2}", block=True).startswith('<math display="block"><mfrac><mn>1</mn>')


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"\tanh a", "tanh"),
        (r"\sum_{t=1}^{T} x_t", "<munderover>"),
        (r"\mathbf{W}", "\U0001d416"),
        (r"\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}", "<mtd><mn>4</mn></mtd>"),
        (r"\begin{aligned}a &= b\\c &= d\end{aligned}", '<mtd class="left"><mo>=</mo><mi>d</mi></mtd>'),
        (r"\text{表示}", "<mtext>表示</mtext>"),
    ],
)
def test_what_courses_write_is_known(tex, part):
    assert part in formula_html(tex)


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_every_formula_of_the_assignments_texts_is_drawn(source):
    for cell in nbformat.read(source, as_version=4).cells:
        if cell.cell_type == "markdown":
            without_code = re.sub(r"<code>[^<]*</code>", "", text_html(cell.source, cell.get("attachments")))
            assert "$" not in without_code
            assert not re.search(r"<code>\$", text_html(cell.source, cell.get("attachments")))


@pytest.mark.parametrize(
    "tex",
    [
        r"\nothing",
        "{",
        "",
        r"\frac{1}",
        "\ud800",
        "&",
        "x" * (FORMULA_MAX + 1),
        "{" * 300 + "}" * 300,
        r"\href{javascript:alert(1)}{x}",
    ],
)
def test_what_cannot_be_drawn_is_shown_as_it_was_typed(tex):
    made = formula_html(tex)
    assert made.startswith("<code>$")
    assert "<math" not in made


def test_a_command_that_writes_ever_more_is_not_followed():
    doubling = r"\newcommand{\a}{xxxxxxxxxx}" + "".join(
        rf"\newcommand{{\{name}}}{{{chr(92) + before}{chr(92) + before}{chr(92) + before}}}"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert formula_html(doubling + r"\i").startswith("<code>")
    assert formula_html(r"\newcommand{\x}{\x\x}\x").startswith("<code>")


@pytest.mark.parametrize("opening", ["{", r"\frac{", r"\sqrt{", "x_{", r"\left(", r"\begin{matrix}", r"\sqrt", r"\hat"])
def test_nested_formulas_do_not_end_the_process(opening):
    # In a process of its own, in a thread with an eighth of the usual stack: what ends it would end this test run.
    levels = min(BRACES_MAX, FORMULA_MAX // (len(opening) + 1))
    nested, halves = opening * levels, opening * levels + "}" * levels
    code = (
        "import sys, threading; from autograder.marking.formulas import _mathml; threading.stack_size(1 << 20);"
        "threads = [threading.Thread(target=_mathml, args=[tex, False]) for tex in sys.argv[1:]];"
        "[(one.start(), one.join()) for one in threads]; print('alive')"
    )
    made = subprocess.run([sys.executable, "-c", code, nested, halves], capture_output=True, text=True, check=False)
    assert made.stdout == "alive\n"


@pytest.mark.parametrize(
    "tex",
    [
        pytest.param("(" * 40, id="each opening bracket doubles the time"),
        pytest.param(r"\def\a{" + r"\sqrt" * 114 + "}" + r"\a" * 10 + "x", id="defined commands nest deep"),
        pytest.param("{" + r"\operatorname{a}(" * 40 + "}", id="brackets behind a name"),
    ],
)
def test_a_formula_that_takes_for_ever_or_ends_its_process_is_shown_as_it_was_typed(tex):
    assert Formulas().html((tex, False), ("x", False))[0].startswith("<code>$")
    assert formula_html("x") == "<math><mi>x</mi></math>"


def test_what_ends_the_process_ends_a_child_alone(monkeypatch):
    monkeypatch.setattr(formulas, "_mathml", lambda _tex, _block: os.kill(os.getpid(), signal.SIGXCPU))
    assert Formulas().html(("y", False), ("z", True)) == ["<code>$y$</code>", "<code>$$z$$</code>"]


def test_a_fault_of_the_machines_ends_no_page_and_is_not_kept(monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr(formulas, "_mathml", lambda _tex, _block: os.kill(os.getpid(), signal.SIGKILL))
        shared = Formulas()
        assert shared.html(("k", False)) == ["<code>$k$</code>"]
    assert "shown as they were typed: its process was ended by SIGKILL" in caplog.text
    assert shared.html(("l", False)) == ["<code>$l$</code>"], "every other text would wait again"
    assert formula_html("k") == "<math><mi>k</mi></math>"


@pytest.mark.parametrize(
    "tex",
    [
        "(" * 40,
        r"\sin\langle" * 40,
        r"\{" * 40,
        "⟨" * 40,
        "{(}" * 40,
        r"\def\a{((((}" + r"\a" * 10,
        r"\newcommand{\a}{(((}\a",
    ],
)
def test_where_nothing_limits_its_time_a_formula_that_may_take_for_ever_is_shown_as_it_was_typed(tex, monkeypatch):
    monkeypatch.setattr(child_process, "FORKS", False)
    tried = []
    monkeypatch.setattr(formulas, "_converter", lambda: tried.append(tex))
    assert formulas._mathml(tex, False) is None
    assert not tried


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_the_assignments_formulas_are_drawn_there_too(source, monkeypatch):
    monkeypatch.setattr(child_process, "FORKS", False)
    formulas._converted.cache_clear()
    test_every_formula_of_the_assignments_texts_is_drawn(source)


def test_the_formulas_of_a_notebook_share_a_time(monkeypatch):
    monkeypatch.setattr(formulas, "FORK_SECONDS", 2.0)
    shared = Formulas()
    assert [made[:5] for one in "stu" for made in shared.html((one, False))] == ["<math", "<math", "<code"]


def test_no_markup_and_no_style_comes_out_of_a_formula():
    made = formula_html(r"\text{<img src=x onerror=alert(1)>}\color{red}x\hspace{99em}\raisebox{9em}{x}")
    assert set(re.findall(r"<(\w+)", made)) <= {"math", "mrow", "mtext", "mi", "mspace"}
    for never in ("style", "99em", "9em", "<img"):
        assert never not in made


@pytest.mark.parametrize(("length", "kept"), [("0.2222em", True), ("3em", True), ("-0.1667em", True), ("12em", False)])
def test_lengths_are_bounded(length, kept):
    assert bool(LENGTH.fullmatch(length)) is kept


@pytest.mark.parametrize(
    "text",
    [
        '<q title="$x$">a</q>',
        '![$x" onerror="alert(1)$](http://there.test/p.png)',
        '[a](http://there.test "$x$")',
        "`$x$`",
    ],
)
def test_no_formula_comes_to_stand_in_an_attribute_or_in_code(text):
    made = text_html(text)
    assert "<math" not in made
    assert not TOKEN.search(made), "a place was left"


def test_formulas_beyond_a_number_are_shown_as_they_were_typed():
    made = text_html("$x$ " * (FORMULAS_MAX + 3))
    assert made.count("<math>") == FORMULAS_MAX
    assert made.count("<code>x</code>") == 3


def test_mathml_that_a_student_writes_is_text():
    assert text_html("<math><mtext><img src=x></mtext></math>") == "<p></p>\n"


def test_formulas_are_made_in_any_thread():
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(formula_html("x")))
    thread.start()
    thread.join()
    assert found == ["<math><mi>x</mi></math>"]
