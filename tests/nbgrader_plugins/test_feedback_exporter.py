"""Feedback pages speak the hand-in's language; what a student wrote is nobody's to translate."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from autograder.nbgrader_plugins.feedback_exporter import PHRASES, STYLE, FeedbackExporter

FORMGRADER = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
TEMPLATES = FORMGRADER / "templates"
RESOURCES = {"nbgrader": {"notebook": "n", "score": 1, "max_score": 2, "late_penalty": 1}}


@pytest.fixture
def config() -> Config:
    """How nbgrader configures the exporter of feedback pages."""
    made = Config()
    made.HTMLExporter.template_name = "feedback"
    made.HTMLExporter.extra_template_basedirs = [str(TEMPLATES)]
    made.HTMLExporter.extra_template_paths = [str(FORMGRADER / "static/node_modules/bootstrap/dist/css")]
    return made


def notebook(**metadata: str) -> nbformat.NotebookNode:
    known = {"grade": True, "solution": True, "grade_id": "why", "points": 3, "score": 1, "comment": "Well done."}
    answer = nbformat.v4.new_markdown_cell("My Score: Test cell", metadata={"nbgrader": known})
    return nbformat.v4.new_notebook(cells=[answer], metadata=metadata)


def test_every_phrase_is_in_nbgraders_template_and_nothing_else_is_said_there():
    source = (TEMPLATES / "feedback" / "index.html.j2").read_text(encoding="utf-8")
    assert [phrase for phrase in PHRASES if phrase not in source] == []
    body = re.sub(r"<style.*?</style>|\{[{%].*?[}%]\}|<!--.*?-->|<[^>]*>", "", source, flags=re.DOTALL)
    for phrase in sorted(PHRASES, key=len, reverse=True):
        body = body.replace(phrase, "")
    assert re.findall(r"[A-Za-z]+", body) == []


def test_a_chinese_page_has_chinese_words_around_what_the_student_wrote(config):
    page, _ = FeedbackExporter(config=config).from_notebook_node(notebook(language="zh-CN"), RESOURCES)
    assert '<html lang="zh-CN">' in page
    for words in ("得分：", "书面回答", "学生的解答", "（回到顶部）", "评语：", "迟交扣分"):
        assert words in page
    assert "My Score: Test cell" in page
    assert page.count("Score: ") == 1


def test_an_english_page_is_nbgraders_but_for_names_and_style_also_after_a_chinese_one(config):
    exporter = FeedbackExporter(config=config)
    exporter.from_notebook_node(notebook(language="zh-CN"), RESOURCES)
    for made in (notebook(), notebook(language="en")):
        ours, _ = exporter.from_notebook_node(made, RESOURCES)
        theirs, _ = HTMLExporter(config=config).from_notebook_node(made, RESOURCES)
        plain = ours.replace(STYLE, "").replace('<html lang="en">', "<html>")
        assert plain.replace(">why (Written response)</a>", ">Written response</a>") == theirs


def test_the_list_of_scores_names_the_problems(config):
    page, _ = FeedbackExporter(config=config).from_notebook_node(notebook(), RESOURCES)
    assert '<a href="#why">why (Written response)</a>' in page
    known = {"grade": True, "solution": False, "grade_id": "test_<b>double", "points": 3, "score": 1}
    check = nbformat.v4.new_code_cell("", metadata={"nbgrader": known})
    page, _ = FeedbackExporter(config=config).from_notebook_node(nbformat.v4.new_notebook(cells=[check]), RESOURCES)
    assert ">&lt;b&gt;double</a>" in page
