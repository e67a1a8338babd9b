"""A hand-in comes into its student's folder whole, under names that every system can write."""

from __future__ import annotations

import io

import pytest

from autograder.lms.download import Member, NotCollected
from autograder.lms.hand_ins import HandedFile
from autograder.lms.place import Became, fit_name, folder_digest, names_of, put
from autograder.submissions.checks import LIMITS

WANTED = ("arithmetic.ipynb", "rnn_layers.py")


def handed(name, data=b"x", attachment="", size=None):
    member = Member(name, len(data) if size is None else size, lambda: io.BytesIO(data))
    return HandedFile(member, name, attachment)


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("a.ipynb", "a.ipynb"),
        ("cs231n/rnn_layers.py", "cs231n/rnn_layers.py"),
        ("./a//b", "a/b"),
        ("con", "_con"),
        ("AUX.ipynb", "_AUX.ipynb"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.py", "console.py"),
        ("a<b>:c|d?e*.py", "a_b__c_d_e_.py"),
        ("bell\x07\x1b[31m.py", "bell__[31m.py"),
        (" a . ", "a"),
        ("...", "_"),
        (".. ./.. ./x", "_/_/x"),
        (". .", "_"),
        (".\u200b. ./x", "_/x"),
        (" .\u3000. . ./x", "_/x"),
        ("right\u202eleft.py", "rightleft.py"),
        ("作业.ipynb", "作业.ipynb"),
        ("🦊.py", "🦊.py"),
        ("x" * 300 + ".ipynb", "x" * 194 + ".ipynb"),
        ("张" * 100 + ".ipynb", "张" * 64 + ".ipynb"),
    ],
)
def test_names_are_made_such_as_every_system_can_write(name, fit):
    assert fit_name(name) == fit


@pytest.mark.parametrize("name", ["..", "../a", "a/../../b", "/a", "\\a", "a\\..\\b", ""])
def test_a_name_that_leads_out_of_the_folder_is_refused(name):
    with pytest.raises(NotCollected, match="leads out"):
        fit_name(name)


@pytest.mark.parametrize("name", ["a/" * 31 + "b", ("y" * 200 + "/") * 6])
def test_a_name_that_lies_too_deep_is_refused(name):
    with pytest.raises(NotCollected, match="too deep"):
        fit_name(name)


def called(*files):
    return {name: one.member.name for name, one in names_of(files, WANTED).items()}


def test_a_file_that_was_handed_in_again_gets_its_name_back():
    assert called(handed("arithmetic-3.ipynb", attachment="1")) == {"arithmetic.ipynb": "arithmetic-3.ipynb"}
    assert called(handed("rnn_layers-1.py", attachment="1"), handed("notes-1.txt", attachment="2")) == {
        "rnn_layers.py": "rnn_layers-1.py",
        "notes-1.txt": "notes-1.txt",
    }


def test_it_does_not_where_another_file_has_that_name_or_the_site_gives_none_of_its_own():
    both = called(handed("arithmetic-1.ipynb", attachment="1"), handed("arithmetic.ipynb", attachment="2"))
    assert set(both) == {"arithmetic.ipynb", "arithmetic-1.ipynb"}
    assert set(called(handed("arithmetic-1.ipynb"))) == {"arithmetic-1.ipynb"}
    twice = called(handed("arithmetic-1.ipynb", attachment="1"), handed("arithmetic-2.ipynb", attachment="2"))
    assert twice == {"arithmetic.ipynb": "arithmetic-1.ipynb", "arithmetic-2.ipynb": "arithmetic-2.ipynb"}


def test_two_names_that_are_one_on_some_disk_are_told_apart():
    assert set(called(handed("A.py"), handed("a.py"), handed("a.PY"))) == {"A.py", "a (2).py", "a (3).PY"}


@pytest.mark.parametrize("name", ["timestamp.txt", "TIMESTAMP.TXT", "timestamp.txt. "])
def test_a_students_own_timestamp_is_called_otherwise(name):
    (free,) = called(handed(name))
    assert free.startswith("handed-in-")
    # In a folder of its own it is nobody's time.
    assert set(called(handed(f"data/{name}"))) != {"timestamp.txt"}


def place_in(tmp_path):
    return tmp_path / "submitted" / "ada" / "arithmetic"


def test_a_hand_in_is_new_unchanged_or_replaced(tmp_path):
    place = place_in(tmp_path)
    became, digest = put(place, {"a/b.py": handed("a/b.py")}, "", "", replace=False)
    assert became is Became.NEW
    assert put(place, {"a/b.py": handed("a/b.py")}, "", digest, replace=False)[0] is Became.UNCHANGED
    became, later = put(place, {"c.py": handed("c.py")}, "2026-03-01 12:00:00 UTC", digest, replace=False)
    assert became is Became.REPLACED
    assert {one.name for one in place.iterdir()} == {"c.py", "timestamp.txt"}
    # A time alone does not make it another hand-in.
    assert folder_digest(place) == later
    assert put(place, {"c.py": handed("c.py")}, "", later, replace=False) == (Became.REPLACED, later)
    assert [one.name for one in place.parent.iterdir()] == ["arithmetic"]


def test_what_cannot_be_read_leaves_what_was_there_and_nothing_else(tmp_path):
    place = place_in(tmp_path)
    _, digest = put(place, {"a.py": handed("a.py")}, "", "", replace=False)
    with pytest.raises(NotCollected, match=r"b.py has not the size"):
        put(place, {"b.py": handed("b.py", size=7)}, "", digest, replace=False)
    assert folder_digest(place) == digest
    assert [one.name for one in place.parent.iterdir()] == ["arithmetic"]


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a")])
def test_a_file_below_a_file_is_refused_whichever_comes_first(tmp_path, names):
    with pytest.raises(NotCollected, match=rf"{names[1]!r} would be, or lie in, what is a file and a folder"):
        put(place_in(tmp_path), {name: handed(name) for name in names}, "", "", replace=False)


@pytest.mark.parametrize(
    "files",
    [
        {"a": handed("a", size=LIMITS.file + 1)},
        {str(at): handed(str(at), size=LIMITS.file) for at in range(3)},
        {str(at): handed(str(at)) for at in range(LIMITS.files + 1)},
    ],
)
def test_what_is_too_large_is_refused_before_anything_is_unpacked(tmp_path, files):
    with pytest.raises(NotCollected, match=r"it has [0-9]+ files with .* are taken: ask for it again"):
        put(place_in(tmp_path), files, "", "", replace=False)
    assert not (tmp_path / "submitted").exists()


@pytest.mark.parametrize("level", [0, 1])
def test_nothing_is_written_through_a_link(tmp_path, level):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = [place_in(tmp_path), place_in(tmp_path).parent][level]
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(NotCollected, match="is a link, or lies in one"):
        put(place_in(tmp_path), {"a": handed("a")}, "", "", replace=True)
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_the_folder_is_a_change_and_is_not_followed(tmp_path):
    place = place_in(tmp_path)
    _, digest = put(place, {"a.py": handed("a.py")}, "", "", replace=False)
    (place / "a.py").unlink()
    (place / "a.py").symlink_to("/dev/zero")
    with pytest.raises(NotCollected, match="was changed since it was collected"):
        put(place, {"a.py": handed("a.py")}, "", digest, replace=False)
