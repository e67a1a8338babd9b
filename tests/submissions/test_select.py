"""Of what is handed in, the notebook is found; archives are opened within bounds, and links and bombs are refused."""

from __future__ import annotations

import io
import json
import stat
import zipfile

import nbformat
import pytest

from autograder.submissions import select as choice_module
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected
from autograder.submissions.collect import collect
from autograder.submissions.select import choose, name_likeness, submitted_files


def notebook(*sources: str) -> bytes:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return json.dumps(nbformat.v4.new_notebook(cells=cells)).encode()


def zipped(files: dict[str, bytes], **how: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = how.get("mode", 0o644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes files and returns their folder."""

    def write(files: dict[str, bytes]):
        for name, data in files.items():
            file = tmp_path / "ada" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return tmp_path / "ada"

    return write


WORK = notebook("def double(x): return 2 * x")
STUBS = notebook("def double(x): raise NotImplementedError", "def halve(x): raise NotImplementedError")


def chosen(assignment, path, limits=LIMITS):
    submitted = collect(path, limits)
    return choose(assignment, submitted, submitted_files(submitted, limits), limits)


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        ({"arithmetic.ipynb": WORK}, None),
        ({"Arithmetic (1).ipynb": WORK}, "found as Arithmetic (1).ipynb"),
        ({"devoir été.ipynb": WORK}, "found as devoir été.ipynb"),
        ({"deep/er/arithmetic.ipynb": WORK}, "found as deep/er/arithmetic.ipynb"),
        ({"arithmetic.ipynb": WORK, "z.ipynb": notebook("def halve(x): return 1", "def double(x): 1")}, "2 notebooks"),
        ({"arithmetic.ipynb": STUBS, "final.ipynb": WORK}, "Of 2 notebooks final.ipynb was taken"),
        ({"b.ipynb": WORK, "a.ipynb": STUBS}, "Of 2 notebooks b.ipynb was taken"),
        ({"arithmetic.ipynb": WORK, ".ipynb_checkpoints/arithmetic-checkpoint.ipynb": STUBS}, None),
        ({"x.zip": zipped({"ada/arithmetic.ipynb": WORK, "__MACOSX/ada/._arithmetic.ipynb": b"\0"})}, "x.zip/ada/ari"),
        ({"x.zip": zipped({"y.zip": zipped({"arithmetic.ipynb": WORK})})}, "x.zip/y.zip/arithmetic.ipynb"),
        ({"arithmetic.ipynb": zipped({"arithmetic.ipynb": WORK})}, "arithmetic.ipynb/arithmetic.ipynb"),
        ({"broken.ipynb": b"no notebook", "b.ipynb": WORK}, "b.ipynb was taken"),
    ],
)
def test_the_notebook_with_the_work_is_taken_and_it_is_told_where_it_was(assignment, folder, files, taken):
    choice = chosen(assignment, folder(files))
    assert choice.data == WORK
    assert len(choice.sentences) == (taken is not None)
    assert taken is None or taken in str(choice.sentences[0])


def test_one_file_is_the_hand_in_whatever_its_name(assignment, folder):
    choice = chosen(assignment, folder({"été (1).txt": WORK}) / "été (1).txt")
    assert (choice.data, choice.sentences) == (WORK, [])


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        (zipped({"../arithmetic.ipynb": WORK}), "leads out of it"),
        (zipped({"/etc/arithmetic.ipynb": WORK}), "leads out of it"),
        (zipped({"..\\arithmetic.ipynb": WORK}), "leads out of it"),
        (zipped({"C:\\arithmetic.ipynb": WORK}), "leads out of it"),
        (zipped({"arithmetic.ipynb": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777), "holds the link"),
        (zipped({f"{number}.txt": b"" for number in range(30)}), "more than 20 files"),
        (zipped({"arithmetic.ipynb": b" " * 3_000_000}), "too large when it is unpacked"),
        (zipped({f"{number}.ipynb": b" " * 900_000 for number in range(6)}), "too large when it is unpacked"),
        (zipped({"notes.txt": b"x"}), "What was handed in holds no notebook: hand in arithmetic.ipynb"),
        (zipped({"a.zip": zipped({"b.zip": zipped({"arithmetic.ipynb": WORK})})}), "holds no notebook"),
        (zipped({"arithmetic.ipynb": WORK})[:-30], "is a damaged archive"),
        (b"PK\x03\x04", "is a damaged archive"),
    ],
    ids=["up", "root", "backslash", "drive", "link", "files", "bomb", "bombs", "nothing", "nested", "cut", "stump"],
)
def test_an_archive_that_must_not_be_opened_is_refused_and_told_what_to_do(assignment, folder, archive, why):
    limits = IntakeLimits(file=1_000_000, total=4_000_000, files=20)
    with pytest.raises(Rejected, match=why) as caught:
        chosen(assignment, folder({"x.zip": archive}), limits)
    assert "hand in" in str(caught.value)


def test_an_archive_with_a_damaged_member_is_refused(assignment, folder):
    archive = bytearray(zipped({"arithmetic.ipynb": WORK * 3}))
    archive[60:80] = b"\xff" * 20
    with pytest.raises(Rejected, match="damaged archive"):
        chosen(assignment, folder({"x.zip": bytes(archive)}))


def test_of_many_notebooks_those_are_read_whose_names_are_most_like_the_assignments(assignment, folder, monkeypatch):
    read = []
    monkeypatch.setattr(choice_module, "written_in", lambda _assignment, one, _limits: read.append(one.file) or 1)
    files = {f"{number:02}.ipynb": STUBS for number in range(20)} | {"my_arithmetic.ipynb": WORK}
    assert chosen(assignment, folder(files)).data == WORK
    assert len(read) == choice_module.CANDIDATES_MAX


def test_a_link_in_a_folder_is_refused(assignment, folder):
    made = folder({"arithmetic.ipynb": WORK})
    (made / "more.ipynb").symlink_to(made / "arithmetic.ipynb")
    with pytest.raises(Rejected, match=r"more\.ipynb is a link"):
        chosen(assignment, made)


@pytest.mark.parametrize(
    ("file", "like"),
    [
        ("rnn_captioning.ipynb", 3),
        ("rnn_captioning (1).ipynb", 2),
        ("rnn_captioning-Copy1.ipynb", 2),
        ("RNN Captioning copy 2.ipynb", 2),
        ("rnn_captioning.ipynb.txt", 2),
        ("ada_rnn_captioning_final.ipynb", 1),
        ("homework.ipynb", 0),
        (f"rnn_captioning {'copy  ' * 39}.ipynb", 2),
        # There are more ways than could ever be tried to share out the blanks.
        (f"rnn_captioning {'copy  ' * 39}x.ipynb", 1),
    ],
)
@pytest.mark.timeout(60)
def test_names_are_more_or_less_like_the_assignments(file, like):
    assert name_likeness(file, "rnn_captioning") == like
