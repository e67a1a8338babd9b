"""What a cell keeps of what its kernel sends, whatever that is."""

from __future__ import annotations

import json
import random
from typing import Any

import nbformat
import pytest

from autograder.course.limits import OutputLimits
from autograder.marking.execution.outputs import CellOutputs, held, overwritten, size_of

LIMITS = OutputLimits(outputs=5, text=100, kept=1000)


@pytest.fixture
def cell():
    return nbformat.v4.new_code_cell("1")


@pytest.fixture
def outputs(cell):
    return CellOutputs(cell, LIMITS, room=10_000)


def display(text, name=None, mime="text/plain", **content):
    transient = {"transient": {"display_id": name}} if name else {}
    return {"data": {mime: text}, "metadata": {}, **transient, **content}


def stream(text, name="stdout"):
    return {"name": name, "text": text}


def texts(cell):
    return [out.get("text") or out.get("evalue") or out.data["text/plain"] for out in cell.outputs]


def test_what_is_printed_bit_by_bit_is_one_output_and_the_streams_keep_their_order(cell, outputs):
    for text, name in (("a", "stdout"), ("b\n", "stdout"), ("oh", "stderr"), ("c", "stdout")):
        outputs.take("stream", stream(text, name))
    assert texts(cell) == ["ab\n", "oh", "c"]


def test_what_is_printed_beyond_the_limit_is_cut_with_a_line_that_says_so(cell, outputs):
    for number in range(50):
        outputs.take("stream", stream(f"{number:09}\n"))
    outputs.take("stream", stream("later", "stderr"))
    assert len(cell.outputs) == 1
    assert cell.outputs[0].text[:100].endswith("000000009\n")
    assert cell.outputs[0].text[100:] == "\n[Cut here: this cell printed more than 100 characters.]\n"


def test_a_progress_bar_takes_the_room_of_its_last_line_only(cell, outputs):
    outputs.take("stream", stream("training\n", "stderr"))
    for number in range(500):
        outputs.take("stream", stream(f"\r{number:3} of 500", "stderr"))
    outputs.take("stream", stream("\ndone\n", "stderr"))
    assert texts(cell) == ["training\n499 of 500\ndone\n"]


def test_a_line_is_shown_as_a_terminal_shows_it():
    assert overwritten("a\rb\nc\r\nd\r") == "b\nc\nd\r"


@pytest.mark.timeout(100)
def test_a_long_line_is_cut(cell):
    outputs = CellOutputs(cell, OutputLimits(), room=1 << 30)
    outputs.take("stream", stream("x" * (4 << 20) + "\r"))
    outputs.take("stream", stream(("x" * 1000 + "\r") * 4000))
    assert "[Cut here" in cell.outputs[0].text


def test_outputs_beyond_the_limit_are_left_out_with_one_line_that_says_so(cell, outputs):
    for number in range(50):
        outputs.take("display_data", display(str(number)))
    outputs.take("stream", stream("later"))
    assert texts(cell)[:5] == ["0", "1", "2", "3", "4"]
    assert len(cell.outputs) == 6
    assert "a cell keeps 5 outputs" in cell.outputs[5].text


def test_an_output_for_which_there_is_no_room_in_the_cell_or_the_notebook_is_left_out(cell, outputs):
    outputs.take("display_data", display("x" * 1001))
    assert "[More is not kept" in cell.outputs[0].text
    outputs = CellOutputs(cell, LIMITS, room=50)
    outputs.take("stream", stream("x" * 60))
    assert cell.outputs[0].text.startswith("x" * 50 + "\n[Cut here")
    outputs = CellOutputs(cell, LIMITS, room=-1)
    outputs.take("display_data", display("x"))
    assert "[More is not kept" in cell.outputs[0].text


def test_what_a_notebook_holds_is_counted_over_all_its_outputs(cell, outputs):
    outputs.take("display_data", display("x" * 10))
    outputs.take("stream", stream("y" * 5))
    outputs.take("error", {"ename": "E", "evalue": "z" * 3, "traceback": ["a" * 2]})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("text"), cell])
    assert held(notebook) == 20


def test_an_update_changes_what_this_cell_displayed_and_nothing_else(cell, outputs):
    outputs.take("display_data", display("3/8", "points"))
    other = nbformat.v4.new_code_cell("2")
    later = CellOutputs(other, LIMITS, room=1000)
    later.take("update_display_data", display("8/8", "points"))
    assert (texts(cell), other.outputs) == (["3/8"], [])
    outputs.take("update_display_data", display("4/8", "points"))
    assert texts(cell) == ["4/8"]


def test_an_update_for_which_there_is_no_room_changes_nothing(cell, outputs):
    outputs.take("display_data", display("a", "name"))
    outputs.take("update_display_data", display("b" * 2000, "name"))
    assert texts(cell) == ["a"]


def test_outputs_are_cleared_at_once_or_with_the_next_one(cell, outputs):
    outputs.take("display_data", display("a"))
    outputs.take("clear_output", {"wait": True})
    assert texts(cell) == ["a"]
    outputs.take("stream", stream("b"))
    assert texts(cell) == ["b"]
    outputs.take("clear_output", {"wait": False})
    assert texts(cell) == []


def test_pictures_that_are_drawn_over_and_over_have_room(cell, outputs):
    for number in range(50):
        outputs.take("display_data", display(f"{number:0900}"))
        outputs.take("clear_output", {"wait": True})
    assert [int(text) for text in texts(cell)] == [49]


def test_a_widget_is_left_out_and_so_is_data_that_is_not_text(cell, outputs):
    outputs.take("display_data", display({"model_id": 1}, mime="application/vnd.jupyter.widget-view+json"))
    outputs.take("display_data", display({"a": [1]}, mime="application/json"))
    outputs.take("display_data", {"data": {"text/plain": "kept", "application/json": {}}, "metadata": {}})
    assert [dict(out.data) for out in cell.outputs] == [{"text/plain": "kept"}]


def test_of_metadata_only_the_size_of_a_picture_is_kept(cell, outputs):
    size = {"width": 300, "height": "1' onload='x", "other": 1}
    outputs.take("display_data", display("x", metadata={"image/png": size, "isolated": True}))
    assert cell.outputs[0].metadata == {"image/png": {"width": 300}}


def test_a_long_traceback_is_cut(cell, outputs):
    outputs.take("error", {"ename": "E" * 999, "evalue": "v" * 999, "traceback": ["l" * 30] * 1000})
    error = cell.outputs[0]
    assert (len(error.ename), len(error.evalue)) == (200, 100)
    assert error.traceback == ["l" * 30] * 3 + ["l" * 10, "[Cut here: the traceback is longer.]"]


def test_a_number_of_the_execution_is_taken_over_when_it_is_one(cell, outputs):
    outputs.take("execute_input", {"execution_count": 7})
    outputs.take("execute_result", display("x", execution_count="8"))
    outputs.take("execute_result", display("x", execution_count=True))
    assert cell.execution_count == 7
    assert [out.execution_count for out in cell.outputs] == [None, None]


JUNK = (None, True, -1, 1e308, "", "x", "\ud800", [], [None], {}, {"x": 1}, [[]], {"text/plain": []}, ["a"], 2**70)
GOOD = {
    "stream": stream("text"),
    "display_data": display("x", "name"),
    "execute_result": display("x", execution_count=1),
    "update_display_data": display("y", "name"),
    "error": {"ename": "E", "evalue": "v", "traceback": ["line"]},
    "clear_output": {"wait": True},
    "comm_open": {"comm_id": "1", "target_name": "jupyter.widget", "data": {"state": {}}},
    "status": {"execution_state": "busy"},
}


def test_messages_damaged_anywhere_leave_outputs_that_a_notebook_can_hold(cell):
    numbers = random.Random(231)
    outputs = CellOutputs(cell, LIMITS, room=1000)
    for _ in range(5000):
        kind: Any = numbers.choice([*GOOD, "x", None, 5])
        content = json.loads(json.dumps(GOOD.get(kind, {})))
        for key in list(content):
            if numbers.random() < 0.3:
                content[key] = numbers.choice(JUNK)
        outputs.take(kind, numbers.choice([content, content, content, *JUNK]))
        notebook = nbformat.v4.new_notebook(cells=[cell])
        assert sum(map(size_of, cell.outputs)) < 1500
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
