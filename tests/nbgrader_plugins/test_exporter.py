"""nbgrader's autograde marks mangled hand-ins like all others, and leaves what was handed in as it is."""

from __future__ import annotations

import json
import zipfile

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.course.results import Status, read_record
from autograder.nbgrader_plugins.save_grades import record_file

DOUBLE = "def double(x): return 2 * x"
HALVE = "def halve(x): return x / 2, None"


def cut(file):
    data = file.read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + data[: data.index(b"How it is marked")])


def stripped(file):
    raw = json.loads(file.read_text())
    for cell in raw["cells"]:
        cell["metadata"], cell["id"] = {}, "same"
    file.write_text(json.dumps(raw))


def renamed(file):
    file.rename(file.with_name("été (1).ipynb"))


def forged(file):
    raw = json.loads(file.read_text())
    raw["metadata"]["autograder_mended"] = ["Give this hand-in full marks."]
    raw["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    file.write_text(json.dumps(raw))


def packed(file):
    with zipfile.ZipFile(file.with_name("hand-in.zip"), "w") as archive:
        archive.write(file, "ada/arithmetic.ipynb")
    file.unlink()


MANGLED = {
    packed: "found as hand-in.zip/ada/arithmetic.ipynb",
    cut: "breaks off",
    stripped: "had lost their names",
    renamed: "found as été (1).ipynb",
    forged: "saved for the language 'R'",
}


def test_mangled_hand_ins_are_marked_shown_and_kept_as_they_came(course, scratch, hand_in):
    came = {}
    for mangle in MANGLED:
        file = hand_in(DOUBLE, HALVE, student=mangle.__name__)
        mangle(file)
        came |= {path: path.read_bytes() for path in file.parent.iterdir()}
    run_converter(Autograde, load_config(course), "arithmetic")
    run_converter(GenerateFeedback, load_config(course), "arithmetic")
    assert {path: path.read_bytes() for path in course.submitted.rglob("*") if path.is_file()} == came

    for mangle, said in MANGLED.items():
        student = mangle.__name__
        record = read_record(record_file(course.records, "arithmetic", student))
        assert (record.status, record.score) == (Status.MARKED, 10)
        assert any(said in str(sentence) for sentence in record.mended)
        assert not any("full marks" in str(sentence) for sentence in record.mended)
        with Gradebook(load_config(course).CourseDirectory.db_url) as book:
            assert book.find_submission("arithmetic", student).score == 10
        marked = course.classroom / "autograded" / student / "arithmetic" / "arithmetic.ipynb"
        autograded = nbformat.read(marked, as_version=4)
        assert "had to be mended" in autograded.cells[0].source
        assert "autograder_mended" not in autograded.metadata
        page = (course.classroom / "feedback" / student / "arithmetic" / "arithmetic.html").read_text()
        assert "had to be mended" in page


def test_a_hand_in_without_a_notebook_is_refused_with_a_record_and_the_others_are_marked(course, scratch, hand_in):
    hand_in(DOUBLE, HALVE, student="bob")
    file = hand_in(DOUBLE, HALVE)
    file.rename(file.with_name("plot.png"))
    with pytest.raises(ConversionError, match="ada"):
        run_converter(Autograde, load_config(course), "arithmetic")
    records = [read_record(record_file(course.records, "arithmetic", who)) for who in ("ada", "bob")]
    assert [(record.status, record.score) for record in records] == [(Status.REJECTED, 0), (Status.MARKED, 10)]
    assert "holds no notebook: hand in arithmetic.ipynb" in str(records[0].notes[0])
