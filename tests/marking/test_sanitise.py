"""What is left of what students show."""

from __future__ import annotations

import base64
import contextlib
import random
import re

import nbformat
import pytest
from nbconvert.filters import ansi2html

from autograder.marking import sanitise
from autograder.marking.sanitise import (
    COLOURS_MAX,
    HTML_MAX,
    NESTED_MAX,
    NOTEBOOK_COLOURS_MAX,
    NOTEBOOK_HTML_MAX,
    TEXT_MAX,
    OutputCleaner,
    clean_cells,
    clean_html,
    clean_text,
    picture,
    text_html,
)

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0rest").decode()


def shown(**data: str) -> dict[str, str]:
    """Return the data of an output after cleaning; in names, __ stands for / and _ for +."""
    named = {name.replace("__", "/").replace("_", "+"): text for name, text in data.items()}
    output = nbformat.v4.new_output("display_data", data=named)
    return dict(OutputCleaner().clean([output])[0].data)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<b>bold</b> and <i>more</i>", "<b>bold</b> and <i>more</i>"),
        ("<b class='score' id='x' style='color:red' data-link='y' onclick='z'>b</b>", "<b>b</b>"),
        ("<td style='text-align:right;background:url(x)'>1</td>", "1"),
        ("<script>x</script><style>y</style><title>z</title>rest", "rest"),
        ("<form action=x><input value=y><button>Go</button></form>", "Go"),
        ("<a href='https://x.test'>x</a>", '<a href="https://x.test" rel="noopener noreferrer">x</a>'),
        ("<a href='/formgrader'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        (f"<a href='data:image/png;base64,{PNG}'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        (f"<img src='data:image/png;base64,{PNG}'>", f'<img src="data:image/png;base64,{PNG}">'),
        (f"<img src='data:image/png;base64,{JPEG}'>", "<img>"),
        ("<img src='data:image/svg+xml;base64,AAAA'>", "<img>"),
        ("<img src='http://x.test/a.png' alt='plot' width='9e9'>", '<img alt="plot">'),
        ("<!-- a --><!DOCTYPE html>x", "x"),
        ("half \ud800", "half ?"),
    ],
)
def test_of_html_only_what_can_do_no_harm_is_left(html, left):
    assert clean_html(html) == left


def test_a_table_as_pandas_writes_it_stays_without_its_style():
    html = (
        "<div>\n<style scoped>.dataframe tbody { vertical-align: top; }</style>\n"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>loss</th></tr></thead>'
        '<tbody><tr><th>0</th><td colspan="2" style="text-align: right">0.5</td></tr></tbody></table></div>'
    )
    left = clean_html(html)
    assert '<table border="1" class="dataframe">' in left
    assert '<td colspan="2" style="text-align:right">0.5</td>' in left
    assert "vertical-align" not in left


@pytest.mark.parametrize(
    ("mime", "text", "left"),
    [
        ("image/png", PNG, PNG),
        ("image/png", f" {PNG[:8]}\n{PNG[8:]}\n", PNG),
        ("image/jpeg", JPEG, JPEG),
        ("image/png", JPEG, None),
        ("image/png", '"><img src=x onerror=y>', None),
        ("image/png", PNG + "é", None),
        ("image/png", PNG[:-1] + "!", None),
        ("image/png", "", None),
        ("image/svg+xml", PNG, None),
        ("image/png", ["x"], None),
    ],
)
def test_a_picture_is_one_only_when_its_bytes_say_so(mime, text, left):
    assert picture(mime, text) == left


def test_of_an_output_the_types_stay_that_are_known_to_be_harmless():
    data = {
        "text__plain": "<Figure>",
        "text__html": "<b>x</b>",
        "image__png": PNG,
        "text__latex": "$x$",
        "application__javascript": "x",
        "image__svg_xml": "<svg/>",
        "application__vnd.x_json": "{}",
    }
    left = {"text/plain": "<Figure>", "text/html": "<b>x</b>", "image/png": PNG, "text/latex": "$x$"}
    assert shown(**data) == left


def test_an_output_of_which_nothing_is_left_says_what_it_was():
    assert shown(application__javascript="x") == {"text/plain": "[Not shown here: application/javascript]"}
    assert shown(image__png="broken") == {"text/plain": "[Not shown here: image/png]"}


def test_html_that_shows_nothing_gives_way_to_text():
    assert shown(text__html="<div><script>plot()</script></div>", text__plain="a plot") == {"text/plain": "a plot"}
    assert "text/html" in shown(text__html=f"<img src='data:image/png;base64,{PNG}'>")


def test_markdown_is_shown_as_clean_html():
    left = shown(text__markdown="**Hi** <img src=x onerror=y>")
    assert left == {"text/html": "<p><strong>Hi</strong> <img></p>\n"}


def test_html_that_is_too_much_to_clean_gives_way_to_text():
    assert shown(text__html="x" * (HTML_MAX + 1), text__plain="long") == {"text/plain": "long"}
    with pytest.raises(ValueError, match="at most 200,000"):
        clean_html("x" * (HTML_MAX + 1))
    output = nbformat.v4.new_output("display_data", data={"text/html": "x" * HTML_MAX, "text/plain": "p"})
    cleaner = OutputCleaner()
    left = [cleaner.clean([output])[0].data for _ in range(NOTEBOOK_HTML_MAX // HTML_MAX + 1)]
    assert ["text/html" in data for data in left] == [True] * (NOTEBOOK_HTML_MAX // HTML_MAX) + [False]


@pytest.mark.timeout(100)
@pytest.mark.parametrize("piece", ["<div>", "<b><p>", "<a><div></a>", "<table>", "<div><table></div></table>", "&"])
def test_html_made_to_be_slow_is_cleaned_in_bounded_time(piece):
    with contextlib.suppress(ValueError):  # where it is nested too deep
        assert clean_html((piece * HTML_MAX)[:HTML_MAX])


@pytest.mark.parametrize(
    "html", ["<div>" * (NESTED_MAX + 1), "<p>text" * 1000, "</b><b><i>" * 600, "<b></p>" * (NESTED_MAX + 1)]
)
def test_html_that_is_nested_deep_is_not_cleaned(html):
    with pytest.raises(ValueError, match="nested deeper than 500 levels"):
        clean_html(html)
    assert shown(text__html=html, text__plain="x") == {"text/plain": "x"}


KINDS = ("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
OPENED_ONCE = "".join(f"<b title={number}>" for number in range(400))


def test_what_was_left_open_with_many_attributes_is_not_opened_again_in_each_paragraph():
    html = f"<p>{OPENED_ONCE}</p>" + "<p>x</p>" * 1000
    assert len(clean_html(html)) < 3 * len(html)


@pytest.mark.parametrize(
    "opened",
    [
        # A tag whose end cannot be told before it is parsed.
        OPENED_ONCE.replace("title=", 'title="<').replace(">", '">'),
        "".join(f"<{name}>" * 3 for name in KINDS),
    ],
)
def test_html_that_would_open_what_was_left_open_again_and_again_is_not_cleaned(opened):
    html = f"<p>{opened}" + "</p><p>x" * 20_000
    with pytest.raises(ValueError, match="again and again"):
        clean_html(html)
    assert shown(text__html=html, text__plain="x") == {"text/plain": "x"}


def test_html_that_grows_when_it_is_cleaned_takes_the_room_that_it_has_then():
    html = "&" * (NOTEBOOK_HTML_MAX // 5)
    cleaner = OutputCleaner()
    outputs = [nbformat.v4.new_output("display_data", data={"text/html": html, "text/plain": "p"})] * 2
    assert ["text/html" in one.data for one in cleaner.clean(outputs)] == [True, False]


def test_html_that_closes_what_it_opens_may_be_long():
    rows = "<tr><th>1</th><td>2<br>3</td></tr>\n" * 3000
    assert clean_html(f"<table>{rows}</table>").count("<td>") == 3000


def test_of_terminal_codes_only_colours_stay():
    assert clean_text("\x1b[1;31mred\x1b[0m \x1b[2K\x1b]x\x1b7\x1b") == "\x1b[1;31mred\x1b[0m x"
    assert clean_text("\x1b[" + "1" * 30 + "mx") == "x"


@pytest.mark.parametrize(
    "code", ["38", "48", "1;38", "38;5", "48;2;1;2", "038", "38;5;;1", "5;48;9;1", ";".join("1" * 20)]
)
def test_a_colour_that_is_not_said_to_its_end_is_left_out(code):
    assert clean_text(f"\x1b[{code}mx") == "x"


@pytest.mark.parametrize("code", ["", "0", "01;31", "38;5;28;01", "48;2;1;2;3", "1;38;2;255;0;0;4"])
def test_the_colours_that_python_shows_stay_and_nbconvert_reads_them(code):
    assert clean_text(f"\x1b[{code}mx") == f"\x1b[{code}mx"
    assert "x" in ansi2html(f"\x1b[{code}mx")


def test_codes_put_together_at_random_are_read_by_nbconvert():
    rng = random.Random(2)
    for _ in range(3000):
        text = "".join(rng.choice(["\x1b[", "m", ";", "38", "48", "5", "2", "0", "255", "999", "x"]) for _ in range(20))
        ansi2html(clean_text(text))


def test_a_notebook_has_so_many_colours_and_no_more():
    cleaner = OutputCleaner()
    shown = [nbformat.v4.new_output("stream", text="\x1b[1mx" * COLOURS_MAX) for _ in range(8)]
    codes = [output.text.count("\x1b") for output in cleaner.clean(shown)]
    assert codes == [COLOURS_MAX] * (NOTEBOOK_COLOURS_MAX // COLOURS_MAX) + [0] * 3


def test_text_with_codes_enough_to_make_a_page_slow_loses_them():
    assert clean_text("\x1b[1mx" * (COLOURS_MAX + 1)) == "x" * (COLOURS_MAX + 1)
    assert clean_text("\x1b[1mx" * COLOURS_MAX).count("\x1b") == COLOURS_MAX


def test_long_text_is_cut_with_a_line_that_says_so():
    assert clean_text("x" * (TEXT_MAX + 5)).endswith("xxx\n[Cut here: 100,005 characters.]")


def test_what_was_printed_and_raised_stays_text():
    outputs = [
        nbformat.v4.new_output("stream", name="stderr", text="<b>\x1b[2K"),
        nbformat.v4.new_output("error", ename="E", evalue="<b>", traceback=["\x1b[31m<b>\x1b[2K"]),
        nbformat.v4.new_output("execute_result", data={"text/plain": "1"}, execution_count=3),
    ]
    left = OutputCleaner().clean(outputs)
    assert (left[0].name, left[0].text) == ("stderr", "<b>")
    assert (left[1].ename, left[1].traceback) == ("E", ["\x1b[31m<b>"])
    assert left[2].execution_count == 3


def test_of_metadata_only_nbgraders_own_is_left():
    fields = {"grade_id": "double", "grade": True, "points": 4, "comment": "<script>", "score": 9, "locked": "yes"}
    cells = [
        nbformat.v4.new_code_cell("1", metadata={"nbgrader": fields, "tags": ["<x>"], "scrolled": True}),
        nbformat.v4.new_markdown_cell("1", metadata={"nbgrader": "<x>"}),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "P"}, "widgets": {}, "title": "<x>"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    clean_cells(notebook)
    assert notebook.cells[0].metadata == {"nbgrader": {"grade_id": "double", "grade": True, "points": 4}}
    assert notebook.cells[1].metadata == {}
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    nbformat.validate(notebook)


def test_a_picture_is_shown_as_often_as_there_is_room_for_it_and_after_that_its_name():
    packed = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * (HTML_MAX // 5)).decode()
    made = text_html("![large](attachment:a.png) " * 100, {"a.png": {"image/png": packed}})
    assert made.count("<img ") == 3
    assert made.count("[picture: large]") == 97
    assert len(made) < HTML_MAX


def test_a_picture_that_is_too_large_is_told_by_its_name_and_is_not_unpacked_for_each_place(monkeypatch):
    shown = []
    monkeypatch.setattr(sanitise, "clean_html", lambda html: shown.append(len(html)) or html)
    packed = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * HTML_MAX).decode()
    assert "[picture: x]" in text_html("![x](attachment:a.png) " * 100, {"a.png": {"image/png": packed}})
    assert max(shown) < HTML_MAX


def test_of_attachments_only_pictures_are_left():
    files = {"a.png": {"image/png": PNG, "text/html": "x"}, "b": {"image/svg+xml": PNG}, "c": {}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("1", attachments=files)])
    clean_cells(notebook)
    assert notebook.cells[0].attachments == {"a.png": {"image/png": PNG}}


def test_a_cells_id_is_a_plain_word():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1"), nbformat.v4.new_code_cell("2")])
    notebook.cells[0].id, good = '"><script>', notebook.cells[1].id
    clean_cells(notebook)
    assert re.fullmatch("[a-z0-9-]+", notebook.cells[0].id)
    assert notebook.cells[1].id == good


# In rows: one a line would fill the screen.
PIECES = (
    "<", ">", "/", "'", '"', "=", " ", "x", "<script", "</script>", "<img src=", "onerror=", "<!--", "-->", "<svg",
    "<math", "<style>", "</style>", "<a href=", "javascript:", "&#x6a;", "<table>", "<td>", "<noscript>", "<textarea>",
    "<![CDATA[", "]]>", "\x00", "<b ", "style=", "url(http://x.test)", "<iframe srcdoc=", "<base href=", "<template>",
)  # fmt: skip


def test_html_put_together_at_random_leaves_no_handler_script_or_address():
    numbers = random.Random(231)
    for _ in range(5000):
        left = clean_html("".join(numbers.choices(PIECES, k=numbers.randrange(1, 30))))
        tags = re.findall(r"<[^>]*>", left)
        for tag in tags:
            assert not re.search(r"\son\w+=|\s(src|srcdoc|style|srcset)=", tag), left
            assert not re.match(r"</?(script|style|svg|math|iframe|base|template|textarea|noscript)", tag), left
            assert "javascript:" not in tag or 'title="' in tag, left
