"""The walk-through can be typed as it stands, and what it says is printed is printed."""

from __future__ import annotations

import json

import pytest

from docs.make_pictures import environment
from docs.walkthrough import COURSE, type_page


@pytest.mark.thorough
def test_the_walk_through_can_be_typed_as_it_stands(tmp_path):
    said: list[tuple[str, str]] = []
    type_page(tmp_path, environment(tmp_path), lambda box, printed: said.append((box, printed)))
    results = tmp_path / COURSE / "classroom" / "reports" / "columns" / "class.json"
    students = json.loads(results.read_text(encoding="utf-8"))["students"]
    assert {one["student"]: one["score"] for one in students} == {"ada": 10, "ben": 0, "chen": 6}
    for box, printed in said:
        if box.startswith("says\n"):
            lines = [line.strip() for line in box.splitlines()[1:]]
            assert [line for line in lines if line not in printed] == [], printed
    verified = [printed for box, printed in said if "verify" in box]
    assert [bool("✗" in printed) for printed in verified] == [False, True, True, False]
