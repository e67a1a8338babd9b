"""No two hand-ins have one digest, wherever their names and bytes are cut."""

from __future__ import annotations

from autograder.course.digest import digest_of, framed
from autograder.grading.submitted import Submission


def test_parts_cannot_be_cut_otherwise():
    assert framed([b"ab", b""]) == b"2:ab,0:,"
    parts = [[b"a", b"b"], [b"ab"], [b"a,1:b"], [b"a\0b"], [b"a", b"", b"b"], []]
    assert len({digest_of(one) for one in parts}) == len(parts)


def test_a_link_is_told_from_a_link_and_an_entry_of_its_name(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    (one / "a").symlink_to("xb")
    (other / "a").symlink_to("x")
    (other / "b").mkdir()
    (one / "c").mkdir()
    assert Submission("ada", one).digest() != Submission("ada", other).digest()
    (one / "c").rmdir()
    (one / "c").write_bytes(b"")
    before = Submission("ada", one).digest()
    (one / "c").unlink()
    (one / "c").mkdir()
    assert Submission("ada", one).digest() != before
