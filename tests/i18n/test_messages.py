"""Texts for students know what they were made of, and travel so."""

from __future__ import annotations

import json

import pytest

from autograder import testing
from autograder.i18n.messages import Message, from_form, gettext_noop, say, to_form
from autograder.release.extract_messages import texts_of_file
from autograder.testing.faults import CheckFailed, NotRun


def test_a_message_is_its_english_text():
    message = say("{name} has shape {shape}", name="dx", shape="(3,)")
    assert message == "dx has shape (3,)"
    assert (message.template, message.values) == ("{name} has shape {shape}", {"name": "dx", "shape": "(3,)"})


def test_without_values_braces_are_text():
    assert say("a {set}") == "a {set}"


def test_what_is_filled_in_is_never_read_as_a_template():
    assert say("raised {fault}", fault="{0.__class__} {fault}") == "raised {0.__class__} {fault}"


def test_lists_are_shown_with_commas():
    assert say("asked: {names}", names=["dx", "dWx"]) == "asked: dx, dWx"


@pytest.mark.parametrize("exception", [CheckFailed, NotRun, ValueError])
def test_as_the_text_of_an_exception_it_stays_a_message(exception):
    assert isinstance(str(exception(say("is {value}", value=1))), Message)


def test_it_travels_as_json_with_the_messages_in_it():
    message = say("{what} {names}", what=say("Cell {n}:", n=3), names=["a", say("and {count} more", count=2)])
    read = from_form(json.loads(json.dumps(to_form(message))))
    assert read == message == "Cell 3: a, and 2 more"
    assert read.values["what"].template == "Cell {n}:"
    assert read.values["names"][1].template == "and {count} more"
    assert from_form(to_form("plain")) == "plain"


@pytest.mark.parametrize("name", ["gettext_noop", "mark", "say"])
def test_a_text_is_found_under_each_name_by_which_it_is_marked(tmp_path, name):
    file = tmp_path / "texts.py"
    file.write_text(f'{name}("A text.")\n')
    assert list(texts_of_file(file, "texts.py")) == [("texts.py", "A text.")]


def test_hidden_tests_mark_texts_by_a_shorter_name():
    assert testing.mark is gettext_noop
    assert gettext_noop("A text.") == "A text."
