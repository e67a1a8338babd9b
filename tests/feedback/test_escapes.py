"""Whatever a text holds, Markdown shows its characters and makes nothing of them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from autograder.feedback.escapes import ALIVE, TEXT_MAX, escaped, fenced, listed

# As GitHub reads it, without what it makes of plain text afterwards.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TAG = re.compile(r"</?([a-z0-9]+)[^>]*>")

MARKUP = [
    "plain words, 1.5 and a-b",
    "# no heading",
    "- no list",
    "+ no list",
    "= no heading of the line before",
    "--- no rule",
    "1. no list",
    "123456789. no list",
    "2) no list",
    "> no quotation",
    "    no code block",
    "**no** _emphasis_ ~~struck~~",
    "<b>no</b> <script>alert(1)</script> <!-- -->",
    "[no link](javascript:alert(1)) ![no picture](x.png) [ref]: x",
    "&lt; &copy; stays as it is",
    "a | b | c",
    "back\\slash \\* at the end\\",
    "`ticks` and ``two`` and ```three",
    "footnote[^1] and [ ] box",
    "梯度 **dx**：不正确",
]
LINKS = [
    "see https://evil.example/x",
    "see HTTP://evil.example",
    "WWW.evil.example",
    "@somebody look",
    "me@evil.example",
    "fixes #12",
    "GH-12",
    "costs $x$ and $$y$$",
    ":tada: :+1:",
    "`https://evil.example` `` www.evil.example",
]


@pytest.mark.parametrize("text", MARKUP + LINKS)
def test_a_line_shows_as_it_is(text):
    html = READER.render(f"before {escaped(text)} after\n\n{escaped(text)}\n\n- {escaped(text)}\n")
    assert {found[1] for found in TAG.finditer(html)} <= {"p", "code", "ul", "li"}
    shown = unescape(TAG.sub("", html)).split("\n")
    assert shown[0] == f"before {text.strip()} after"
    assert shown[1:] == [text.strip(), "", text.strip(), "", ""]


@pytest.mark.parametrize("text", LINKS)
def test_what_would_become_a_link_is_code(text):
    html = READER.render(escaped(text))
    assert not ALIVE.search(re.sub(r"<code>.*?</code>", "", html))


@pytest.mark.parametrize(
    "text", ["one\ntwo", "```\n<b>out</b>", "a\n````\nb\n`````\n# c", "~~~\n</code></pre>\n~~~", "a\n\n\n    b"]
)
def test_no_line_closes_a_block_of_code(text):
    for block, tags in (
        (fenced(text), {"pre", "code"}),
        (listed("first", escaped(text)), {"ul", "li", "p", "pre", "code"}),
    ):
        html = READER.render(f"{block}\n\nafter\n")
        assert {found[1] for found in TAG.finditer(html)} == {*tags, "p"}
        code = re.search(r"<code[^>]*>(.*)</code>", html, re.DOTALL)
        assert code is not None
        assert unescape(code[1]).rstrip("\n") == text


def test_a_long_text_is_cut():
    assert len(escaped("a" * 10 * TEXT_MAX)) < TEXT_MAX + 10
