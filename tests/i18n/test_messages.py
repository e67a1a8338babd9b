"""Texts for students know what they were made of, and travel so."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from autograder import testing
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.release.extract_messages import texts_of_file
from autograder.testing.faults import CheckFailed, NotRun


def test_a_message_is_its_english_text():
    message = say("{name} has shape {shape}", name="dx", shape="(3,)")
    assert str(message) == "dx has shape (3,)"
    assert (message.template, message.values) == ("{name} has shape {shape}", {"name": "dx", "shape": "(3,)"})


def test_without_values_braces_are_text():
    assert str(say("a {set}")) == "a {set}"


def test_what_is_filled_in_is_never_read_as_a_template():
    assert str(say("raised {fault}", fault="{0.__class__} {fault}")) == "raised {0.__class__} {fault}"


def test_lists_are_shown_with_commas():
    assert str(say("asked: {names}", names=["dx", "dWx"])) == "asked: dx, dWx"


@pytest.mark.parametrize("exception", [CheckFailed, NotRun, ValueError])
def test_as_the_text_of_an_exception_it_stays_a_message(exception):
    raised = exception(say("is {value}", value=1))
    assert raised.args == (say("is {value}", value=1),)
    assert f"{raised}" == "is 1"


@pytest.mark.parametrize("way", [msgspec.json, msgspec.msgpack])
def test_it_travels_as_data_with_the_messages_in_it(way):
    message = say("{what} {names}", what=say("Cell {n}:", n=3), names=["a", say("and {count} more", count=2)])
    read = way.decode(way.encode(message), type=Message)
    assert read == message
    assert str(read) == "Cell 3: a, and 2 more"


def test_a_message_stays_what_it_is_and_an_empty_one_is_false():
    message = say("is {value}", value=1)
    assert say(message) is message
    assert len({message, say("is {value}", value=1), say("is {value}", value=2)}) == 2
    assert (bool(message), bool(Message(""))) == (True, False)


@pytest.mark.parametrize(
    ("template", "value", "said"),
    [
        ("{error:.1e}", 0.000123, "1.2e-04"),
        ("{error:.1e}", np.float32(0.000123), "1.2e-04"),
        ("{error:.1e}", np.array(0.000123), "1.2e-04"),
        ("{error:.1e}", math.inf, "inf"),
        ("{error:.1e}", math.nan, "nan"),
        ("{size:,}", np.int64(1234), "1,234"),
        ("{size:,}", 10**20, "100000000000000000000"),
        ("{shape}", (2, 3), "(2, 3)"),
        ("{flag}", True, "True"),
        ("{type}", None, "None"),
    ],
)
@pytest.mark.parametrize("way", [msgspec.json, msgspec.msgpack])
def test_any_value_can_be_kept_and_numbers_keep_their_formats(way, template, value, said):
    name = template.strip("{}").partition(":")[0]
    message = say(template, **{name: value})
    assert str(message) == said
    assert str(way.decode(way.encode(message), type=Message)) == said


@pytest.mark.parametrize("name", ["gettext_noop", "mark", "say"])
def test_a_text_is_found_under_each_name_by_which_it_is_marked(tmp_path, name):
    file = tmp_path / "texts.py"
    file.write_text(f'{name}("A text.")\n')
    assert list(texts_of_file(file, "texts.py")) == [("texts.py", "A text.")]


def test_hidden_tests_mark_texts_by_a_shorter_name():
    assert testing.mark is gettext_noop
    assert gettext_noop("A text.") == "A text."
