"""Files are opened as what they are: pictures, archives, pages, notebooks, texts in base 64."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from autograder.release.leaks.scan import Scan
from autograder.release.leaks.statements import atoms_of
from autograder.release.leaks.withheld import Withheld
from autograder.submissions.checks import IntakeLimits
from tests.release.leaks.workshop import base64_of, jpeg, png, tarred, zipped

SECRET = "answer = f(question) * 42"
(ATOM, *_) = atoms_of(SECRET) or ()
WITHHELD = Withheld({ATOM.form: "the solution of x"}, {}, {" answer = f question * 42 ": "the solution of x"}, {}, {})


def found(data: bytes, name: str = "a.txt", limits: IntakeLimits | None = None):
    scan = Scan(WITHHELD, published=True, **({"limits": limits} if limits else {}))
    scan.file(name, data)
    return scan.findings


def cell(**parts) -> bytes:
    made = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "source": "",
        "outputs": [],
        "execution_count": None,
        **parts,
    }
    return json.dumps({"cells": [made], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def shown(kind: str, data: str) -> dict[str, object]:
    return {"output_type": "display_data", "metadata": {}, "data": {kind: data}}


CODE = SECRET.encode()
PICTURE = png((b"tEXt", b"a\0" + CODE))
CASES = {
    "text": CODE,
    "text in UTF-16": SECRET.encode("utf-16"),
    "bytes": b"\0\x01\xff" * 9 + CODE + b"\0" * 9,
    "PNG, text": png((b"tEXt", b"Title\0" + CODE)),
    "PNG, packed text": png((b"zTXt", b"Title\0\0" + zlib.compress(CODE))),
    "PNG, international text": png((b"iTXt", b"Title\0\1\0\0\0" + zlib.compress(CODE))),
    "PNG, EXIF": png((b"eXIf", b"MM\0*" + CODE)),
    "PNG, a chunk of its own": png((b"prVt", CODE)),
    "PNG, behind it": png(behind=CODE),
    "PNG, an archive behind it": png(behind=zipped({"x.py": CODE})),
    "JPEG, comment": jpeg(CODE),
    "JPEG, in wide letters": jpeg(b"\xfe" + SECRET.encode("utf-16-le") + b"\xfe"),
    "JPEG, behind it": jpeg(b"") + CODE,
    "GIF": b"GIF89a" + bytes(9) + b"!\xfe" + CODE,
    "base 64": b"data = '" + base64_of(CODE + b"\n" + CODE).encode() + b"'",
    "base 64 twice": base64_of(base64_of(CODE + CODE).encode()).encode(),
    "hexadecimal": (CODE + CODE).hex().encode(),
    "base 64 of an archive": base64_of(zipped({"x.py": CODE})).encode(),
    "archive": zipped({"a/x.py": CODE}),
    "archive in an archive": zipped({"a.zip": zipped({"x.py": CODE})}),
    "tar": tarred({"b/x.py": CODE}),
    "tar, packed": gzip.compress(tarred({"b/x.py": CODE})),
    "page": b"<html><span>answer</span> <span>=</span> f(<b>question</b>)&nbsp;* 42</html>".replace(b"&nbsp;", b" "),
    "drawing": b"<svg><text>answer = f(question) &#42; 42</text></svg>",
    "comment of a page": b"<html><!-- " + CODE + b" --></html>",
    "notebook, cell": cell(source=[SECRET]),
    "notebook, raw cell": cell(cell_type="raw", source=SECRET),
    "notebook, output": cell(outputs=[{"output_type": "stream", "name": "stdout", "text": [SECRET]}]),
    "notebook, page as output": cell(outputs=[shown("text/html", f"<b>{SECRET[:8]}</b>{SECRET[8:]}")]),
    "notebook, picture as output": cell(outputs=[shown("image/png", base64_of(PICTURE))]),
    "notebook, metadata": cell(metadata={"x": {"y": [SECRET]}}),
    "notebook, tags": cell(metadata={"tags": [SECRET]}),
    "notebook, attachment": cell(attachments={"a.png": {"image/png": base64_of(PICTURE)}}),
    "notebook within a notebook": cell(source=f"x = {cell(source=SECRET).decode()!r}"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_statement_is_found_wherever_it_is(name):
    leaks = found(CASES[name]).leaks
    assert any(leak.kind == "a statement of the solution of x" for leak in leaks), list(map(str, leaks))


@pytest.mark.parametrize("name", ["PNG, text", "archive", "notebook, output", "base 64"])
def test_the_same_without_the_statement_holds_none(name):
    harmless = {
        "PNG, text": png((b"tEXt", b"Title\0sunset")),
        "archive": zipped({"a/x.py": b"x = 1"}),
        "notebook, output": cell(source="x = 1"),
        "base 64": base64_of(b"nothing to see here, move along, please").encode(),
    }
    assert found(harmless[name]).leaks == []


def test_what_is_not_opened_is_named():
    for data, name in (
        (b"%PDF-1.7 ...", "a.pdf"),
        (b"7z\xbc\xaf\x27\x1c", "a.7z"),
        (zipped({"x": CODE})[:-30], "a.zip"),
        (b"\0\1\2" * 50, "a.bin"),
    ):
        (note,) = found(data, name).notes
        assert note.startswith(f"{name}: not looked into: ")


def test_archives_within_archives_are_opened_only_so_deep():
    deep = zipped({"c.zip": zipped({"b.zip": zipped({"x.py": CODE})})})
    assert found(deep, "a.zip").leaks == []
    assert "a.zip/c.zip/b.zip: not looked into: an archive in an archive in an archive" in found(deep, "a.zip").notes


def test_archives_are_opened_within_the_bounds_of_hand_ins():
    bomb = zipped({"zeros": bytes(1_000_000), "x.py": CODE})
    findings = found(bomb, "a.zip", IntakeLimits(total=100_000))
    assert findings.leaks == []
    assert "too large" in findings.notes[0]
    many = zipped({f"{number}.txt": b"" for number in range(30)})
    assert "more than 20 files" in found(many, "a.zip", IntakeLimits(files=20)).notes[0]


def test_a_statement_is_named_with_its_file_cell_and_line():
    (leak,) = found(cell(source=f"x = 1\n\n{SECRET}"), "a.ipynb").leaks
    assert (
        str(leak) == "a.ipynb: cell 'a' (cell 1), line 3: a statement of the solution of x: `answer = f(question) * 42`"
    )
    (leak,) = found(zipped({"b/x.py": b"x = 1\n" + CODE}), "a.zip").leaks
    assert str(leak.where) == "a.zip/b/x.py: line 2"
