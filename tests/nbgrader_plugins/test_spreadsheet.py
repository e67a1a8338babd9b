"""Cells of CSV files are texts to a spreadsheet, whatever students have written."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from autograder.nbgrader_plugins.spreadsheet import holds_formula, plain_cell

LETTERS = ';;,,""==+-@ \n\t\r\'a1\u3000\x00{'
FORM = {
    "table": "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
    "text": "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}",
}
# What LibreOffice cuts at, as codes of characters: as in English, as in German, and as its dialog has it at first.
SEPARATORS = ("44", "59", "44/59/9")
libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice, found as soffice")


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "\r=", "\n@", " =", "\uff1d"])
def test_a_spreadsheet_runs_no_cell(begins):
    cell = plain_cell(f"{begins}cmd|' /C calc'!A0")
    assert str(cell).startswith("'")
    assert str(cell).isprintable()


@pytest.mark.parametrize(("delimiter", "other"), [(",", ";"), (";", ","), ("\t", ","), ("\t", ";")])
def test_nor_one_that_begins_at_another_separator(delimiter, other):
    cell = plain_cell(f"Ada{other} =1+1{other}@x", delimiter)
    cut = [cell for row in csv.reader([f"Max{delimiter}{cell}{other}b"], delimiter=other) for cell in row]
    assert cut == [f"Max{delimiter}Ada", " '=1+1", "'@x", "b"]


@pytest.mark.timeout(60)
def test_codes_without_end_behind_a_separator_keep_nobody_waiting():
    assert not holds_formula("Ada;" + "\x1f" * 100 + "x")
    assert holds_formula("Ada;" + "\x1f" * 100 + "=1+1")


def test_other_cells_stay_as_they_are():
    assert [plain_cell(value) for value in ("ada", "O'Neil-Smith", "-", "a, -1", -1.5, None)] == [
        "ada",
        "O'Neil-Smith",
        "-",
        "a, -1",
        -1.5,
        None,
    ]


@pytest.mark.parametrize("text", ["=1", "a\n =1", "a\r=1", "a;=1", "a\t@b", "- nice"])
def test_a_cell_that_must_stay_as_it_is_may_hold_what_would_run(text):
    assert holds_formula(text)
    assert holds_formula("a,=1", ";")


@pytest.mark.parametrize("text", ["", "-", "a = 1", "a, -1", "one\ntwo", "<p>x=1</p>", "2026-03-02, 17:14"])
def test_or_nothing_of_the_kind(text):
    assert not holds_formula(text)


def hostile_cells(count):
    """Return texts in which formulas, quotes, separators and line ends meet."""
    chance = random.Random(11)
    ends = ("", "1+1", "A1")
    return ["".join(chance.choices(LETTERS, k=chance.randint(1, 9))) + chance.choice(ends) for _ in range(count)]


def opened_in_libreoffice(file: Path, separators: str, scratch: Path):
    """Return the cells of a CSV file as LibreOffice opens it, a list for each row, and its formulas."""
    options = f"Text - txt - csv (StarCalc):{separators},34,76"
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", f"--infilter={options}", "--convert-to", "fods", "--outdir", scratch]
    subprocess.run([*map(str, command), str(file)], check=True, capture_output=True, timeout=120)
    sheet = ET.parse(scratch / f"{file.stem}.fods").getroot()
    cells, texts = f"{FORM['table']}table-cell", f"{FORM['text']}p"
    formulas = [one.get(f"{FORM['table']}formula") for one in sheet.iter(cells)]
    rows = [
        [" ".join("".join(part.itertext()) for part in one.iter(texts)) for one in row.iter(cells)]
        for row in sheet.iter(f"{FORM['table']}table-row")
    ]
    return rows, [one for one in formulas if one is not None]


def written(file: Path, cells, delimiter):
    with file.open("w", newline="", encoding="utf-8") as stream:
        # A student's cell between two of ours.
        csv.writer(stream, delimiter=delimiter).writerows([["k", cell, "z"] for cell in cells])
    return file


@libreoffice
@pytest.mark.thorough
@pytest.mark.timeout(300)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_libreoffice_runs_nothing_of_it_wherever_it_cuts(tmp_path, delimiter):
    cells = hostile_cells(5000)
    plain = written(tmp_path / "plain.csv", [plain_cell(cell, delimiter) for cell in cells], delimiter)
    kept = [cell for cell in cells if not holds_formula(cell, delimiter)]
    assert len(kept) > len(cells) / 4
    kept = written(tmp_path / "kept.csv", kept, delimiter)
    control = written(tmp_path / "control.csv", ["=1+1"], delimiter)
    for separators in SEPARATORS:
        for file in (plain, kept):
            assert opened_in_libreoffice(file, separators, tmp_path)[1] == []
    assert opened_in_libreoffice(control, str(ord(delimiter)), tmp_path)[1] == ["of:=1+1"]


@libreoffice
@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_libreoffice_reads_the_same_texts_as_pythons_csv(tmp_path):
    texts = [plain_cell(text) for text in ("Lovelace, Ada", 'the "Countess"', "=1+1", "a;=1", "李雷", "l1\nl2", "Ada")]
    rows, _ = opened_in_libreoffice(written(tmp_path / "texts.csv", texts, ","), "44", tmp_path)
    assert rows[: len(texts)] == [["k", text, "z"] for text in texts]
