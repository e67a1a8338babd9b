"""What is taken in as a hand-in: nothing else that comes stops the grader, and it is told what to do."""

from __future__ import annotations

import copy
import errno
import json
import logging
import os
import random
import socket
import tempfile
from datetime import datetime
from pathlib import Path

import nbformat
import pytest

from autograder.marking.restore import restore
from autograder.submissions.checks import IntakeLimits, Rejected, check_folder, depth, read_data, submitted_at
from autograder.submissions.normalise import Shape
from autograder.submissions.notebook_json import content_of
from autograder.submissions.read import read_submission
from tests.support.sampling import thorough

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


def deep(folder, levels, name="d"):
    """Make folders in folders, however long their path; return nothing, for it may be too long to be named."""
    place = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=place)
        inner = os.open(name, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)


@pytest.mark.parametrize(("levels", "name"), [(32, "d"), (17, "d" * 250), (5, "d" * 250)])
def test_a_path_that_is_too_long_or_too_deep_is_refused_and_shown_cut(folder, levels, name):
    deep(folder, levels, name)
    with pytest.raises(Rejected, match=r"^the name d.{0,125} is too long, or lies too deep"):
        check_folder(folder)


def test_folders_as_deep_as_people_make_them_are_taken_in(folder):
    deep(folder, 30)
    (folder / ("n" * 251 + ".txt")).write_text("x")
    check_folder(folder)


@pytest.mark.parametrize("name", [b"\xff\xfe.txt", b"a\nb\x1b[2J.txt", "变量.txt".encode(), b" ", b"*?[x]"])
def test_names_of_any_bytes_are_taken_in(folder, name):
    with open(os.fsencode(folder) + b"/" + name, "wb"):
        pass
    check_folder(folder)


def test_what_its_own_files_make_go_wrong_is_refused_and_what_the_machine_does_is_not(folder, monkeypatch):
    def failing(number):
        def fail(_folder):
            raise OSError(number, os.strerror(number), str(folder / "deep"))

        return fail

    monkeypatch.setattr(os, "scandir", failing(errno.EACCES))
    with pytest.raises(Rejected, match=r"^handed-in/deep cannot be read \(Permission denied\)"):
        check_folder(folder)
    monkeypatch.setattr(os, "scandir", failing(errno.EMFILE))
    with pytest.raises(OSError, match="Too many open files"):
        check_folder(folder)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-01 12:00:00 UTC", datetime(2026, 3, 1, 12)),
        ("2026-03-01 12:00:00.5 UTC\n", datetime(2026, 3, 1, 12, 0, 0, 500_000)),
        ("2026-03-01T12:00:00+01:00", datetime(2026, 3, 1, 11)),
        ("2026-07-01 12:00:00 Europe/Berlin", datetime(2026, 7, 1, 10)),
        ("1 March 2026 12:00", datetime(2026, 3, 1, 12)),
        (" \n", None),
    ],
)
def test_the_time_of_handing_in_is_read_in_usual_forms(folder, text, when):
    assert submitted_at(folder) is None
    (folder / "timestamp.txt").write_text(text)
    check_folder(folder)
    assert submitted_at(folder) == when


@pytest.mark.parametrize(
    "data",
    [
        b"yesterday, I think", b"9" * 5_000_000, b"9" * 90, b"2026-13-01", b"0001-01-01 00:00:00 +2300",
        b"9999-12-31 23:59:59 -2300", b"2026-03-01 12:00:00 99999999999999", b"2026-03-01 12:00:00 ../../etc/passwd",
        b"2026-03-01 12:00:00 /etc/passwd", b"\xef\xbc\x92026-03-01", b"2026-03-01\0", b"\xff\xfe2", b"(" * 90,
        b"1e999", b"2026-03-01 12:00:00 UTC" + b" " * 100, b"nan", b"12:00:60 -", b":", b"10000-01-01",
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(folder, data):
    (folder / "timestamp.txt").write_bytes(data)
    with pytest.raises(Rejected, match=r"^timestamp\.txt is no time such as"):
        check_folder(folder)


def test_a_time_that_is_no_file_is_refused(folder):
    (folder / "timestamp.txt").mkdir()
    with pytest.raises(Rejected, match=r"^timestamp\.txt is no time such as"):
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
    """Return a notebook's bytes; nbformat itself would take seconds over the largest of these."""
    code = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(cells)
    ]
    return json.dumps({"cells": code, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


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
        (notebook(*["x" * 90_000] * 4).replace(b'"code"', b'"markdown"'), "more than 300,000 characters of text"),
        (b'{"nbformat": 4, "x": ' + b"9" * 10_000 + b"}", "is not a Jupyter notebook"),
    ],
    ids=[
        "deep",
        "deeper",
        "deepest",
        "many values",
        "many cells",
        "long cell",
        "much code",
        "much text",
        "long number",
    ],
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

    notebook = restore(assignment, read_submission(assignment, hand_in(edit=damage)).notebook)
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
@pytest.mark.parametrize("count", [80, pytest.param(400, marks=thorough)])
def test_a_notebook_damaged_anywhere_is_restored_or_rejected_and_nothing_worse_happens(assignment, hand_in, count):
    random_numbers = random.Random(231)
    file = hand_in()
    good = json.loads(file.read_text())
    paths = [path for path in places(good) if path]
    rejected = 0
    for _ in range(count):
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
            notebook = restore(assignment, read_submission(assignment, file).notebook)
        except Rejected:
            rejected += 1
        else:
            nbformat.validate(notebook)
            json.dumps(notebook, ensure_ascii=False).encode()
    assert 0 < rejected < count // 10
