"""Text cells as staff see them."""

from __future__ import annotations

import base64

import jinja2
import nbformat
import pytest

from autograder.marking.figures import FIGURES_MAX
from autograder.marking.sanitise import MARKDOWN_MAX, NOTEBOOK_MARKDOWN_MAX, text_html
from autograder.nbgrader_plugins.markdown_filters import cleaned, markdown_html

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("**Why**", "<p><strong>Why</strong></p>\n"),
        ("$a<b$", "<p><math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math></p>\n"),
        ("$a<\\b$", "<p><code>$a&lt;\\b$</code></p>\n"),
        ("Is 3 < 4 & 5 > 4?", "<p>Is 3 &lt; 4 &amp; 5 &gt; 4?</p>\n"),
        ("![plot](http://x.test/a.png)", "<p>[picture: plot]</p>\n"),
        ("![<b>](attachment:nothing.png)", "<p>[picture: ]</p>\n"),
        ("[x](javascript:y)", '<p><a rel="noopener noreferrer">x</a></p>\n'),
        ("# Why\n", "<h1>Why</h1>\n"),
    ],
)
def test_text_is_shown_without_what_could_do_harm(text, left):
    assert text_html(text) == left


def test_an_attached_picture_is_shown():
    html = text_html("![p](attachment:p.png)", {"p.png": {"image/png": PNG}})
    assert f'<img src="data:image/png;base64,{PNG}" alt="p">' in html
    assert text_html("![p](attachment:p.png)", {"p.png": {"image/png": "x"}}) == "<p>[picture: p]</p>\n"


def test_code_is_coloured():
    assert '<span class="n">x</span>' in text_html("```python\nx = 1\n```")


def test_long_text_is_shown_as_it_was_typed():
    assert text_html("*a*" * MARKDOWN_MAX).startswith("<pre>*a**a*")
    assert "&lt;script&gt;" in text_html("<script>" * MARKDOWN_MAX)


@pytest.mark.timeout(100)
@pytest.mark.parametrize("piece", [">", "[", "- ", "\\begin{a}", "$$", "`", "*a", "![", "<b", "|a", "1. "])
def test_text_made_to_be_slow_or_deep_is_shown_in_bounded_time(piece):
    assert text_html((piece * MARKDOWN_MAX)[:MARKDOWN_MAX])


def test_text_that_the_parser_fails_over_is_shown_as_it_was_typed(monkeypatch):
    monkeypatch.setattr("autograder.marking.sanitise.MarkdownWithMath.render", lambda *_: 1 / 0)
    assert text_html("<b>*a*") == "<pre>&lt;b&gt;*a*</pre>"


def filtered():
    """A template that shows a text as nbconvert's do."""
    environment = jinja2.Environment(autoescape=False)
    environment.filters["markdown2html"] = markdown_html
    return environment.from_string("{{ text | markdown2html }}")


def test_the_filter_takes_the_attachments_of_the_cell_that_is_shown():
    template = filtered()
    cell = nbformat.v4.new_markdown_cell("x", attachments={"p.png": {"image/png": PNG}})
    assert PNG in template.render(text="![p](attachment:p.png)", cell=cell)
    assert template.render(text="*a comment*") == "<p><em>a comment</em></p>\n"


def test_a_mark_scheme_has_a_line_above_it_and_shows_no_delimiter():
    template = filtered()
    text = "Why?\n\n### BEGIN MARK SCHEME\nOne point.\n### END MARK SCHEME"
    assert template.render(text=text) == ("<p>Why?</p>\n<hr>\n<p><strong>Mark scheme</strong></p>\n<p>One point.</p>\n")


def test_a_table_has_space_between_its_cells():
    template = filtered()
    html = template.render(text="| a | b |\n| --- | --- |\n| 8 | one |")
    assert html.startswith('<table class="table table-condensed"')


@pytest.fixture
def figure(course):
    """The SVG of a figure that lies beside the source notebook, as ``figures/own.svg``."""
    folder = course.source("arithmetic") / "figures"
    folder.mkdir()
    (folder / "own.svg").write_text("<svg>own</svg>")
    (folder / "own.txt").write_text("text")
    (folder.parent / "secret.svg").write_text("<svg>secret</svg>")
    return base64.b64encode(b"<svg>own</svg>").decode()


@pytest.fixture
def page(figure):
    """Shows a text on a page of the assignment's."""
    template = filtered()
    return lambda text, resources: template.render(text=text, resources=resources)


@pytest.mark.parametrize("resources", [{"assignment_id": "arithmetic"}, {"nbgrader": {"assignment": "arithmetic"}}])
def test_the_courses_own_figure_is_shown_by_its_name(page, figure, resources):
    html = page('![1 < 2 & "<b>own</b>"](figures/own.svg)', resources)
    assert f'<img src="data:image/svg+xml;base64,{figure}" alt="1 &lt; 2 &amp; &quot;own&quot;"' in html


@pytest.mark.parametrize(
    "address",
    [
        "figures/other.svg",
        "figures/own.txt",
        "figures/../secret.svg",
        "figures/../../../../../../etc/hostname.svg",
        "secret.svg",
        "./figures/own.svg",
        "figures/",
    ],
)
def test_nothing_else_is_shown_by_an_address(page, address):
    assert page(f"![x]({address})", {"assignment_id": "arithmetic"}) == "<p>[picture: x]</p>\n"


def test_bytes_of_a_students_are_never_a_figure(page, figure):
    hostile = base64.b64encode(b"<svg onload='x'/>").decode()
    for text in (f"![x](data:image/svg+xml;base64,{hostile})", f"<img src='data:image/svg+xml;base64,{figure}'>"):
        assert "svg" not in page(text, {"assignment_id": "arithmetic"})
    assert "svg" not in page("<img src='figures/own.svg'>", {"assignment_id": "arithmetic"})
    assert "svg" not in page("![x](figures/own.svg)", {})


def test_of_one_notebook_so_many_figures_are_shown(page):
    resources = {"assignment_id": "arithmetic"}
    html = page("![x](figures/own.svg) " * (FIGURES_MAX + 2), resources)
    assert html.count("<img") == FIGURES_MAX
    assert "<img" not in page("![x](figures/own.svg)", resources)


def test_of_one_notebook_so_much_text_is_rendered_and_the_rest_shown_as_it_was_typed():
    template = filtered()
    text, resources = "*a* " * (MARKDOWN_MAX // 4), {}
    shown = [template.render(text=text, resources=resources)[:5] for _ in range(NOTEBOOK_MARKDOWN_MAX // len(text) + 2)]
    assert shown == ["<p><e"] * (NOTEBOOK_MARKDOWN_MAX // len(text)) + ["<pre>"] * 2


def test_html_that_is_too_long_is_shown_as_it_was_typed():
    assert cleaned("<b onclick=x>y</b>") == "<b>y</b>"
    assert cleaned("<script>" * 30_000).startswith("<pre>&lt;script&gt;")
