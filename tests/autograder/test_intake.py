"""What is taken in as a hand-in: nothing else that comes stops the grader, and it is told what to do."""

from __future__ import annotations

import copy
import json
import logging
import os
import random
import socket
import tempfile
from pathlib import Path

import nbformat
import pytest

from autograder.handin import read_hand_in
from autograder.intake import IntakeLimits, Rejected, check_folder, depth, read_data
from autograder.repair import content_of
from autograder.restore import restore
from autograder.shape import Shape

SMALL = IntakeLimits(file=100, total=250, files=4)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "handed-in"
    (made / "deep" / "er").mkdir(parents=True)
    (made / "arithmetic.ipynb").write_text("x" * 90)
    return made


def test_ordinary_files_in_folders_are_taken_in(folder):
    (folder / "deep" / "er" / "notes.txt").write_text("x" * 90)
    check_folder(folder, SMALL)


@pytest.mark.parametrize("target", ["/etc/hostname", "nowhere", ".", "../secret"])
def test_a_link_is_refused_wherever_it_leads_and_named(folder, target):
    (folder / "deep" / "data").symlink_to(target)
    with pytest.raises(Rejected, match=r"^deep/data is a link: hand in the notebook alone"):
        check_folder(folder)


def test_a_second_name_of_a_file_elsewhere_is_refused_as_a_link(folder, tmp_path):
    (tmp_path / "gradebook.db").write_text("points")
    os.link(tmp_path / "gradebook.db", folder / "deep" / "data.csv")
    with pytest.raises(Rejected, match=r"^deep/data\.csv is a link: hand in the notebook alone"):
        check_folder(folder)


def test_what_is_no_file_is_refused_and_not_opened(folder):
    os.mkfifo(folder / "deep" / "pipe")
    with pytest.raises(Rejected, match=r"^deep/pipe is no ordinary file"):
        check_folder(folder)
    with pytest.raises(Rejected, match="is not a file"):
        read_data(folder / "deep" / "pipe")


def test_a_socket_is_refused():
    with tempfile.TemporaryDirectory(prefix="ag") as short, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{short}/s")
        with pytest.raises(Rejected, match=r"^s is no ordinary file"):
            check_folder(Path(short))


def test_a_file_that_is_too_large_is_refused_by_its_size_alone(folder):
    with (folder / "data.npy").open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(Rejected, match=r"^data\.npy has 1,099,511,627,776 bytes: clear outputs"):
        check_folder(folder)


def test_too_many_files_and_too_much_in_all_are_refused(folder):
    for name in ("a", "b"):
        (folder / name).write_text("x" * 90)
    with pytest.raises(Rejected, match="hand in the notebook alone"):
        check_folder(folder, IntakeLimits(total=250))
    with pytest.raises(Rejected, match="more than 4 files"):
        check_folder(folder, IntakeLimits(files=4))


def test_a_file_name_that_is_no_text_is_told_as_far_as_it_is(folder):
    os.symlink(b"x", os.fsencode(folder) + b"/caf\xe9")
    with pytest.raises(Rejected, match=r"^caf\? is a link"):
        check_folder(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Rejected, match="cannot be read"):
        check_folder(tmp_path / "nowhere")


def notebook(*cells, **metadata):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata=metadata)
    return json.dumps(made).encode()


def parse(name, data):
    """Return the notebook in some bytes."""
    content, _ = content_of(name, data)
    return Shape(name, content).notebook


def nested(levels):
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (notebook(x=nested(60)), "nested more than 50 levels deep"),
        (b'{"cells": [], "x": ' + b"[" * 900 + b"]" * 900 + b"}", "nested more than 50 levels deep"),
        (b"[" * 400_000, "is not a Jupyter notebook"),
        (notebook(x=[[]] * 600_000), "holds too many values"),
        (notebook(*["1"] * 1001), "more than 1000 cells"),
        (notebook("x" * 100_001), "a cell of more than 100,000 characters"),
        (notebook(*["x" * 90_000] * 5), "more than 400,000 characters of code"),
        (b'{"nbformat": 4, "x": ' + b"9" * 10_000 + b"}", "is not a Jupyter notebook"),
    ],
    ids=["deep", "deeper", "deepest", "many values", "many cells", "long cell", "much code", "long number"],
)
def test_a_notebook_that_would_cost_too_much_to_read_is_refused_and_told_what_to_do(data, why):
    with pytest.raises(Rejected, match=why) as caught:
        parse("ada.ipynb", data)
    assert str(caught.value).startswith("ada.ipynb ")
    assert "hand" in str(caught.value)


def test_a_notebook_with_rich_outputs_is_read():
    made = json.loads(notebook("1", x=nested(40)))
    made["cells"][0]["outputs"] = [nbformat.v4.new_output("display_data", data={"application/json": nested(200)})]
    assert len(parse("ada.ipynb", json.dumps(made).encode()).cells) == 1


def test_depth_counts_lists_and_dicts():
    assert [depth(value) for value in (1, [], [1], {"a": [{}]}, [[], [[]]])] == [0, 1, 1, 3, 3]


@pytest.mark.parametrize(
    "meta",
    [
        None,
        [],
        "text",
        {},
        {"grade_id": ["a"]},
        {"grade_id": None},
        {"grade": "yes"},
        {"schema_version": 1},
        {"schema_version": 99},
        {"grade": False},
        {"locked": False},
        {"solution": True},
        {"points": "many"},
        {"points": -1},
        {"points": None},
    ],
    ids=str,
)
def test_any_nbgrader_metadata_is_restored(assignment, hand_in, tools, meta):
    def damage(notebook):
        cell = tools.cell_named(notebook, "test_double")
        cell.metadata["nbgrader"] = {**cell.metadata.nbgrader, **meta} if isinstance(meta, dict) and meta else meta

    notebook = restore(assignment, read_hand_in(assignment, hand_in(edit=damage)).notebook)
    cell = tools.cell_named(notebook, "test_double")
    assert (cell.metadata.nbgrader.grade, cell.metadata.nbgrader.points) == (True, 4)


JUNK = (None, True, -1, 1e308, "", "x", [], [None], {}, {"x": 1}, [[]], "\ud800")


def places(value, path=()):
    """Return the paths to everything within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in places(item, (*path, key)))]


@pytest.fixture
def quiet():
    """Nothing is logged: nbgrader logs text that is not Unicode, which pytest's workers cannot pass on."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("quiet")
def test_a_notebook_damaged_anywhere_is_restored_or_rejected_and_nothing_worse_happens(assignment, hand_in):
    random_numbers = random.Random(231)
    file = hand_in()
    good = json.loads(file.read_text())
    paths = [path for path in places(good) if path]
    rejected = 0
    for _ in range(400):
        damaged = copy.deepcopy(good)
        *way, last = random_numbers.choice(paths)
        parent = damaged
        for key in way:
            parent = parent[key]
        if random_numbers.random() < 0.3:
            del parent[last]
        else:
            parent[last] = random_numbers.choice(JUNK)
        file.write_text(json.dumps(damaged))
        try:
            notebook = restore(assignment, read_hand_in(assignment, file).notebook)
        except Rejected:
            rejected += 1
        else:
            nbformat.validate(notebook)
            json.dumps(notebook, ensure_ascii=False).encode()
    assert 0 < rejected < 20
