"""What of a folder is handed in, that it is one attempt whatever happens, and where the receipt lies."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from autograder_client.errors import ClientError, NotReachedError, RefusedError
from autograder_client.http import Server
from autograder_client.settings import Settings
from autograder_client.submitting import Wanted, hand_in, keep_receipt, read_files
from tests.support.seeded import NAME, notebook

NOTEBOOK = f"{NAME}.ipynb"
RECEIPT = {"attempt": "a1", "number": 3, "server": "https://handin.example.edu"}


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder as students get it, with work in its notebook."""
    made = tmp_path / NAME
    for name, text in {NOTEBOOK: "{}", "cs231n/layers.py": "given", "cs231n/rnn.py": "stub", "page.html": "x"}.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text)
    return made


@pytest.fixture
def wanted(folder) -> Wanted:
    """What the server says of it, before anything was changed."""
    files = {
        one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in folder.rglob("*")
        if one.is_file()
    }
    return Wanted(NAME, released=files)


def test_of_a_folder_the_notebook_is_handed_in_also_untouched(folder, wanted):
    assert read_files([folder], wanted) == {NOTEBOOK: b"{}"}


def test_what_was_changed_beside_it_comes_along_and_what_nobody_wrote_does_not(folder, wanted):
    for name in ("mine.py", ".cache", "feedback/a.html", "__pycache__/a.pyc", "x-001.receipt.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("new")
    assert read_files([folder], wanted) == {NOTEBOOK: b"{}", "mine.py": b"new"}


def test_module_files_stay_where_they_are_in_one_zip_that_is_the_same_each_time(folder, wanted):
    (folder / "cs231n" / "rnn.py").write_text("solved")
    read = read_files([folder], wanted)
    (data,) = read.values()
    assert list(read) == [f"{NAME}.zip"]
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["cs231n/rnn.py", NOTEBOOK]
    (folder / "cs231n" / "rnn.py").touch()
    assert read_files([folder], wanted) == read


def test_files_are_handed_in_as_they_are_named(folder, wanted):
    assert read_files([folder / "page.html", folder / "cs231n" / "layers.py"], wanted) == {
        "page.html": b"x",
        "layers.py": b"given",
    }


def test_names_that_were_left_out_are_not_read(folder, wanted):
    (folder / "data.npz").write_text("much")
    assert list(read_files([folder], wanted, lambda _folder, _names: ["data.npz"])) == [NOTEBOOK]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"files": 1}, "these are 2 files, and at most 1 are taken"),
        ({"file_bytes": 1 << 20}, r"big\.bin has more than 1 MB"),
        ({"attempt_bytes": 1 << 20}, r"together this is more than 1 MB; the largest is big\.bin"),
    ],
    ids=str,
)
def test_what_is_too_much_is_said_before_it_is_sent(folder, limits, said):
    (folder / "big.bin").write_bytes(b"x" * (2 << 20))
    wanted = Wanted(NAME, **limits)
    with pytest.raises(ClientError, match=said):
        read_files([folder / NOTEBOOK, folder / "big.bin"], wanted)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["none.ipynb"], r"none\.ipynb cannot be read \(No such file"),
        ([NOTEBOOK, NOTEBOOK], "is named twice"),
        ([], "there is no file to hand in"),
    ],
)
def test_what_cannot_be_read_is_named(folder, names, said):
    with pytest.raises(ClientError, match=said):
        read_files([folder / name for name in names], Wanted(NAME))


def test_an_answer_without_limits_is_none_of_a_grading_server():
    with pytest.raises(ClientError, match="is that its address"):
        Wanted.told({"assignment": NAME})


class Answers(Server):
    """A server that answers hand-ins as it is told, and keeps their keys."""

    def __init__(self, *answers: object) -> None:
        super().__init__(Settings("https://handin.example.edu", "t"))
        self.answers, self.keys = list(answers), []

    def hand_in(self, course, assignment, files, key, source):
        self.keys.append(key)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def once(server: Server, data: bytes = b"{}"):
    return hand_in(server, "vision", NAME, {NOTEBOOK: data}, "terminal")


def test_what_was_cut_short_is_the_same_attempt_when_it_is_done_again():
    server = Answers(NotReachedError("gone"), RECEIPT)
    with pytest.raises(NotReachedError, match=r"gone\. Nobody knows yet whether this was handed in"):
        once(server)
    assert once(server) == RECEIPT
    assert server.keys[0] == server.keys[1]


def test_other_files_are_another_attempt_and_so_are_the_same_after_an_answer():
    server = Answers(NotReachedError("gone"), RECEIPT, RECEIPT, RECEIPT)
    with pytest.raises(NotReachedError):
        once(server)
    for data in (b"other", b"{}", b"{}"):
        once(server, data)
    assert len(set(server.keys)) == 3


@pytest.mark.parametrize(("status", "same"), [(403, False), (429, False), (500, True), (507, True)])
def test_a_refusal_ends_an_attempt_and_a_fault_of_the_server_does_not(status, same):
    server = Answers(RefusedError("no", status), RECEIPT)
    with pytest.raises(RefusedError):
        once(server)
    once(server)
    assert (server.keys[0] == server.keys[1]) is same


def test_a_disk_at_home_that_is_full_keeps_nobody_from_handing_in(monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    assert once(Answers(RECEIPT)) == RECEIPT


@pytest.mark.parametrize("answer", [{"ok": True}, {"attempt": 7.5}, {"attempt": "../../elsewhere"}])
def test_an_answer_that_is_no_receipt_is_not_counted_on(answer):
    with pytest.raises(ClientError, match="gave no receipt: do not count on it"):
        once(Answers(answer))


def test_a_receipt_lies_beside_what_was_handed_in_and_none_is_replaced(tmp_path):
    first = keep_receipt(RECEIPT, tmp_path, NAME)
    other = keep_receipt({**RECEIPT, "attempt": "b2"}, tmp_path, NAME)
    assert first.name == f"{NAME}-003.receipt.json"
    assert other.name == f"{NAME}-003-b2.receipt.json"
    assert json.loads(first.read_text()) == RECEIPT
    assert keep_receipt(RECEIPT, tmp_path, NAME) == first


def test_where_no_receipt_can_be_kept_it_is_said_that_it_is_handed_in(tmp_path):
    with pytest.raises(ClientError, match="it is handed in, as attempt 3; its receipt cannot be written"):
        keep_receipt(RECEIPT, tmp_path / "none", NAME)


def test_the_server_takes_what_was_sent_twice_as_one_attempt(sign_in):
    server = sign_in("ada")
    receipts = [server.hand_in("vision", NAME, {NOTEBOOK: notebook(3)}, "one key", "terminal") for _ in range(2)]
    assert receipts[0] == receipts[1]
