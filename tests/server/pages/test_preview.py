"""What a notebook holds is told before it is marked: by the server, and the same by the page's script."""

import json
import shutil
import subprocess

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.server.pages.preview import LOOK_MAX, fingerprint, preview, stubs
from autograder.server.pages.static import FOLDER
from tests.support.seeded import NAME, notebook


@pytest.fixture(scope="module")
def known():
    return stubs(Assignment(Course(KIT_ROOT), NAME))


def test_functions_that_nobody_has_written_are_told_from_others(known):
    found = preview(notebook(6), known)
    assert found.untouched == ["captioning_loss", "inline_question_masking", "captioning_sample"]
    assert found.found == [*known]
    assert found.missing == []


@pytest.mark.parametrize("folder", [NAME, f"{NAME}.zh-CN"])
def test_a_release_is_untouched_in_every_language(known, folder):
    data = (KIT_ROOT / "release" / folder / f"{NAME}.ipynb").read_bytes()
    assert preview(data, known).untouched == [*known]


def test_blanks_do_not_make_a_stub_another_one(known):
    cells = json.loads(notebook(0))
    for cell in cells["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "  \r\n\t")
    assert preview(json.dumps(cells).encode(), known).untouched == [*known]


def test_cells_that_are_not_there_are_named(known):
    assert preview(b'{"cells": []}', known).missing == [*known]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"cells": 5}', b'{"cells": [5]}', b'{"cells": [{"metadata": []}]}', b"[" * 100_000,
             b'{"cells": "' + b" " * LOOK_MAX + b'"}'],
)  # fmt: skip
def test_what_is_no_notebook_or_too_large_is_left_to_marking(known, data):
    assert preview(data, known) is None


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_pages_script_makes_the_same_fingerprints():
    texts = ["def f():\n    return 1", "中文 \t 注释", "", "a\u3000b", "😀"]
    script = (FOLDER / "server.js").read_text()
    part = script[script.index("const TABLE") : script.index("const textOf")]
    run = f"{part}; console.log(JSON.stringify({json.dumps(texts)}.map(fingerprint)))"
    made = subprocess.run(["node", "-e", run], capture_output=True, text=True, check=True).stdout
    assert json.loads(made) == [fingerprint(text) for text in texts]
